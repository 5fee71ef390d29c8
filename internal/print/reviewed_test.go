package print

import (
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// commune plays a whole round in Tam Chung: one household enters the list, one
// leaves it, one stays.
type commune struct {
	*office
	dossier string
}

func newCommune(t *testing.T, d *db.DB) *commune {
	o := newOfficeAt(t, d, "2017-11-15", 2016)
	var above []area.Version
	for _, v := range o.Province.Tree.Versions() {
		if v.Level != area.Village {
			above = append(above, v)
		}
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return area.Save(tx, householdtest.Key, above) }); err != nil {
		t.Fatal(err)
	}
	rules, err := dossier.LoadLaw(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	o.Reviews.Workdays = days
	o.Reviews.Dossiers = &dossier.Store{DB: d, Province: householdtest.Key, Now: o.Province.Now, Tree: o.Store.Tree, Law: rules, Roles: o.accounts.Roles}
	o.Reviews.Subjects()
	since := "2016-02-01"
	enters := o.Family(householdtest.BanOn, since, "Vi Văn Mới, male, 1975", "spouse: Lò Thị Nga, female, 1978-05")
	leaves := o.Family(householdtest.BanOn, since, "Hà Thị Thoát, female, 1980")
	stays := o.Family(householdtest.BanOn, since, "Lò Văn Còn, male, 1960")
	o.judge("2016", leaves, 100)
	o.judge("2016", stays, 100)
	before, err := o.Reviews.FindRound(ctx, "2016")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Reviews.Close(ctx, "operator", "2016", before.Rev, "năm trước"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Reviews.OpenRound(ctx, "operator", review.Opening{Year: 2017}); err != nil {
		t.Fatal(err)
	}
	c := &commune{office: o}
	c.Read(func(tx *db.Tx) error {
		d, ok, err := o.Reviews.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: "2017", Unit: householdtest.TamChung})
		if !ok {
			t.Fatal("the commune has no dossier")
		}
		c.dossier = d.ID
		return err
	})
	o.judge("2017", enters, 100)
	o.judge("2017", leaves, 170)
	o.judge("2017", stays, 130)
	for _, village := range []area.ID{householdtest.BanOn, householdtest.BanTan} {
		for _, step := range []string{"list", "screening", "survey", "causes"} {
			c.do(step, village)
		}
	}
	return c
}

func (c *commune) do(step string, unit area.ID) {
	c.t.Helper()
	if err := c.Reviews.Dossiers.Do(ctx, account.Operator(householdtest.Key, c.Province.Tree, c.Today), c.dossier, step, unit, ""); err != nil {
		c.t.Fatalf("%s in %q: %v", step, unit, err)
	}
}

// meet holds and signs the meetings of both villages.
func (c *commune) meet() {
	c.t.Helper()
	for _, village := range []area.ID{householdtest.BanOn, householdtest.BanTan} {
		by := household.Actor{ID: "truong-ban", Scope: c.Officer(village).Scope}
		m, err := c.Reviews.StartMeeting(ctx, by, "2017", village)
		if err != nil {
			c.t.Fatal(err)
		}
		sh, err := c.Reviews.MeetingSheet(ctx, by.Scope, "2017", village, m.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		minutes := review.Minutes{HeldOn: "2017-11-10", Begins: "8 giờ", Place: "Nhà văn hóa", Chair: "Vi Văn Chung", Secretary: "Hà Thị Loan", Invited: n(40), Present: n(30),
			People: review.People{PartyCell: []string{"Lò Văn Bình"}, Organisations: []string{"Hà Thị Mai"}, Surveyors: []string{"Lê Văn Điều"}, Representatives: []string{"Lương Thị Lứa"}}}
		for _, i := range sh.Items {
			minutes.Opinions = append(minutes.Opinions, review.Opinion{Household: i.Household, Assessment: i.Assessment, Agree: n(28), Disagree: n(1), Outcome: review.Agreed})
		}
		if m, err = c.Reviews.SaveMeeting(ctx, by, m.ID, m.Rev, minutes); err != nil {
			c.t.Fatal(err)
		}
		if _, err = c.Reviews.SignMeeting(ctx, by, m.ID, m.Rev); err != nil {
			c.t.Fatal(err)
		}
		c.do("meeting", village)
	}
}

// holder is somebody with one post.
func (c *commune) holder(name, role string, at area.ID) *account.Actor {
	return &account.Actor{ID: name, FullName: "Ông " + name, Day: c.Today, Posts: []account.Post{{Role: role, Area: at, From: "2016-01-01", To: account.Forever}}}
}

// decide goes from the posted list to the chair's decision.
func (c *commune) decide() review.Decision {
	c.t.Helper()
	c.Today = "2017-12-01"
	c.do("posting", "")
	c.do("complaints", "")
	rev := func() (rev int64) {
		c.Read(func(tx *db.Tx) error {
			d, err := c.Reviews.Dossiers.Get(tx, c.dossier)
			rev = d.Rev
			return err
		})
		return rev
	}
	if _, err := c.Reviews.Dossiers.HandIn(ctx, c.holder("can-bo", "commune", householdtest.TamChung), c.dossier, rev(), ""); err != nil {
		c.t.Fatal(err)
	}
	district, _ := c.Province.Tree.Ancestor(householdtest.TamChung, c.Today, area.District)
	open, err := c.Reviews.OpenWarnings(ctx, c.Operator().Scope, "2017", householdtest.TamChung)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, w := range open {
		if err := c.Reviews.AnswerWarning(ctx, c.Officer(householdtest.TamChung), "2017", w.ID, w.Rev, "đã kiểm tra lại"); err != nil {
			c.t.Fatal(err)
		}
		if err := c.Reviews.AcceptWarning(ctx, c.Operator(), "2017", w.ID, w.Rev+1, ""); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.Reviews.Dossiers.Do(ctx, c.holder("huyen", "district", district.Area), c.dossier, "verification", "", "đã xem"); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.Reviews.Dossiers.Approve(ctx, c.holder("chu-tich", "chair", householdtest.TamChung), c.dossier, rev(), ""); err != nil {
		c.t.Fatal(err)
	}
	list, err := c.Reviews.DecisionsFor(ctx, c.Officer(householdtest.TamChung).Scope, "2017", householdtest.TamChung)
	if err != nil || len(list) != 1 {
		c.t.Fatal(list, err)
	}
	return list[0]
}

func (c *commune) says(d *paper.Document, err error, wanted ...string) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	got := read(c.t, d)
	for _, want := range wanted {
		if !strings.Contains(got, want) {
			c.t.Errorf("%q is missing in %s", want, got)
		}
	}
}

func TestARoundOnPaperFromTheMeetingToTheCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCommune(t, d)
		agenda, err := c.MinutesOf(ctx, c.actor, "2017", householdtest.BanOn, "")
		c.says(agenda, err, "Hộ sẽ vào danh sách (1 hộ)", "Vi Văn Mới", "Hộ sẽ ra khỏi danh sách (1 hộ)", "Hà Thị Thoát", "Hộ đổi giữa nghèo và cận nghèo (1 hộ)")
		c.meet()
		minutes, err := c.MinutesOf(ctx, c.actor, "2017", householdtest.BanOn, "")
		c.says(minutes, err, "ngày 10 tháng 11 năm 2017", "Vi Văn Chung", "30 hộ có mặt trong 40 hộ được mời", "Các đoàn thể: Hà Thị Mai", "28", "DỰ THẢO")
		p, err := c.Reviews.Post(ctx, c.Officer(householdtest.TamChung), "2017", householdtest.TamChung, review.Hanging{First: "2017-11-15", Places: "Trụ sở xã"})
		if err != nil {
			t.Fatal(err)
		}
		posted, err := c.PostingOf(ctx, c.actor, p.ID)
		c.says(posted, err, "1 hộ nghèo và 1 hộ cận nghèo", "7 ngày làm việc", "Vi Văn Mới", "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG LÁT")
		draft, err := c.DecisionDraftOf(ctx, c.actor, "2017", householdtest.TamChung)
		c.says(draft, err, "DỰ THẢO", "Công nhận 1 hộ nghèo với 2 nhân khẩu", "Vi Văn Mới")
		if words := read(t, draft); strings.Contains(words, "Số: 01") || strings.Contains(words, "ngày 15 tháng 11") {
			t.Errorf("a draft has a number or a day: %s", words)
		}
		decision := c.decide()
		if _, err := c.DecisionDraftOf(ctx, c.actor, "2017", householdtest.TamChung); fault.Of(err) != fault.Conflict {
			t.Errorf("a draft of what is signed: %v", err)
		}
		paperOf, err := c.DecisionOf(ctx, c.actor, "2017", householdtest.TamChung, decision.ID)
		c.says(paperOf, err, "Số: 01/QĐ-UBND", "Công nhận 1 hộ nghèo với 2 nhân khẩu, 1 hộ cận nghèo với 1 nhân khẩu", "Đưa 1 hộ với 1 nhân khẩu ra khỏi danh sách", "áp dụng từ ngày 01 tháng 01 năm 2018", "Ông chu-tich", "17/2016/TT-BLĐTBXH")
		if _, err := c.CertificatesOf(ctx, c.actor, "2017", householdtest.TamChung); fault.Of(err) != fault.Conflict {
			t.Errorf("certificates before they are issued: %v", err)
		}
		if _, err := c.WithdrawalOf(ctx, c.actor, "2017", householdtest.TamChung, decision.ID); fault.Of(err) != fault.Conflict {
			t.Errorf("a withdrawal of nothing: %v", err)
		}
		if _, _, _, err := c.Reviews.IssueCertificates(ctx, c.holder("can-bo", "commune", householdtest.TamChung), c.Officer(householdtest.TamChung).Scope, "2017", householdtest.TamChung); err != nil {
			t.Fatal(err)
		}
		certificates, err := c.CertificatesOf(ctx, c.actor, "2017", householdtest.TamChung)
		for name, clean := range map[string]*paper.Document{"decision": paperOf, "certificates": certificates} {
			if strings.Contains(read(t, clean), "DỰ THẢO") {
				t.Errorf("the %s are still a draft", name)
			}
		}
		c.says(certificates, err, "Ông chu-tich", "Vi Văn Mới", "Lò Thị Nga", "số 01/QĐ-UBND ngày 01/12/2017", "Lò Văn Còn", "Giai đoạn 2016 - 2021")
		results, err := c.ResultsOf(ctx, c.actor, "2017", householdtest.TamChung, review.Official)
		c.says(results, err, "DỰ THẢO", "ngày 01 tháng 12 năm 2017", "Thôn, bản, tổ dân phố", "Bản Ón", "Tổng cộng", "Hộ nghèo: 1 hộ với 2 nhân khẩu", "Hộ nghèo mới (mã 3)", "Bảo hiểm y tế")
		sent := ""
		c.Read(func(tx *db.Tx) error {
			return tx.Get(`select dossier_id from round_result where round_id = '2017' and unit_id = $1 and stage = 'official'`, []any{string(householdtest.TamChung)}, &sent)
		})
		if _, err := c.Reviews.Attach(ctx, c.Operator(), review.Owner{Kind: review.OfDossier, ID: sent}, householdtest.TamChung, "báo cáo đã ký.pdf", strings.NewReader("%PDF-1.7")); err != nil {
			t.Fatal(err)
		}
		results, err = c.ResultsOf(ctx, c.actor, "2017", householdtest.TamChung, review.Official)
		if c.says(results, err, "ngày 01 tháng 12 năm 2017"); strings.Contains(read(t, results), "DỰ THẢO") {
			t.Error("the report is a draft although its signed file is filed")
		}
		printed := 0
		c.Read(func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where province_id = $1 and action = 'document.print'`, []any{householdtest.Key}, &printed)
		})
		if printed != 6 {
			t.Errorf("%d printings of names in the journal, want 6", printed)
		}
	})
}

func TestAReceiptNamesNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCommune(t, d)
		taken, err := c.Reviews.Complain(ctx, c.Officer(householdtest.TamChung), review.Complaint{Round: "2017", Area: householdtest.TamChung, Kind: review.WronglyOut, Words: "nhà ông Tây bị bỏ sót", Person: "Lương Thị Lứa", Contact: "0912 345 678"})
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := c.ReceiptOf(ctx, c.actor, taken.ID, "giamngheo.example.vn/theo-doi-phan-anh")
		c.says(receipt, err, "1/2017", taken.Token, "giamngheo.example.vn/theo-doi-phan-anh", "ngày 15 tháng 11 năm 2017", "bị bỏ sót")
		for _, personal := range []string{"Tây", "Lứa", "0912", "DỰ THẢO"} {
			if strings.Contains(read(t, receipt), personal) {
				t.Errorf("the receipt says %q", personal)
			}
		}
		if _, err := c.ReceiptOf(ctx, c.as("commune", householdtest.DienLu), taken.ID, ""); fault.Of(err) != fault.NotFound {
			t.Errorf("for another commune: %v", err)
		}
	})
}

func TestDocumentsOfAnotherCommuneAreNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCommune(t, d)
		c.meet()
		p, err := c.Reviews.Post(ctx, c.Officer(householdtest.TamChung), "2017", householdtest.TamChung, review.Hanging{First: "2017-11-15", Places: "Trụ sở xã"})
		if err != nil {
			t.Fatal(err)
		}
		decision := c.decide()
		stranger, figures := c.as("commune", householdtest.DienLu), c.as("admin", "38.2016")
		for why, try := range map[string]func(*account.Actor) error{
			"minutes": func(by *account.Actor) error {
				_, err := c.MinutesOf(ctx, by, "2017", householdtest.BanOn, "")
				return err
			},
			"posting": func(by *account.Actor) error { _, err := c.PostingOf(ctx, by, p.ID); return err },
			"decision": func(by *account.Actor) error {
				_, err := c.DecisionOf(ctx, by, "2017", householdtest.TamChung, decision.ID)
				return err
			},
			"draft": func(by *account.Actor) error {
				_, err := c.DecisionDraftOf(ctx, by, "2017", householdtest.TamChung)
				return err
			},
			"withdrawal": func(by *account.Actor) error {
				_, err := c.WithdrawalOf(ctx, by, "2017", householdtest.TamChung, decision.ID)
				return err
			},
			"certificates": func(by *account.Actor) error {
				_, err := c.CertificatesOf(ctx, by, "2017", householdtest.TamChung)
				return err
			},
			"results": func(by *account.Actor) error {
				_, err := c.ResultsOf(ctx, by, "2017", householdtest.TamChung, review.Official)
				return err
			},
		} {
			if err := try(stranger); fault.Of(err) != fault.NotFound {
				t.Errorf("%s for another commune: %v", why, err)
			}
			if err := try(figures); fault.Of(err) != fault.Forbidden {
				t.Errorf("%s for who sees nobody: %v", why, err)
			}
		}
	})
}
