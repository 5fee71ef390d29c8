package committee_test

import (
	"context"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

var ctx = context.Background()

const (
	province area.ID = "38.2016"
	district area.ID = "384.2016"
)

func office(t *testing.T, d *db.DB) (*householdtest.Province, *committee.Store) {
	t.Helper()
	p := householdtest.New(t, d)
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p, &committee.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: func() *area.Tree { return p.Tree }, Calendar: calendar, Roles: func() *account.Roles { return roles }}
}

func at(p *householdtest.Province, role string, unit area.ID, agency string) *account.Actor {
	return &account.Actor{ID: role + string(unit) + agency, Day: p.Today, Posts: []account.Post{{Role: role, Area: unit, AgencyID: agency, From: "2016-01-01", To: account.Forever}}}
}

func ofTamChung() committee.Committee {
	return committee.Committee{Area: householdtest.TamChung, Name: " Ban Chỉ đạo  giảm nghèo xã Tam Chung", Number: "12/QĐ-UBND", DecidedOn: "2016-11-10", Signer: "Hà Văn Ký"}
}

func kind(err error) fault.Kind {
	if err == nil {
		return -1
	}
	return fault.Of(err)
}

func TestWhoKeepsAndWhoSeesACommitteeOfAUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		own := at(p, "commune", householdtest.TamChung, "")
		for _, no := range []struct {
			by   *account.Actor
			want fault.Kind
		}{
			{at(p, "village", householdtest.BanOn, ""), fault.Forbidden},
			{at(p, "leader", district, ""), fault.Forbidden},
			{at(p, "department", province, "so-y-te"), fault.Forbidden},
			{at(p, "agency_officer", province, "ban-dan-toc"), fault.Forbidden},
			{at(p, "commune", householdtest.Township, ""), fault.NotFound},
			{at(p, "district", "386.2016", ""), fault.NotFound},
			{at(p, "admin", province, ""), fault.NotFound},
			{&account.Actor{ID: "nobody"}, fault.NotFound},
		} {
			if _, err := s.Establish(ctx, no.by, ofTamChung()); kind(err) != no.want {
				t.Errorf("%s: %v", no.by.ID, err)
			}
		}
		c, err := s.Establish(ctx, own, ofTamChung())
		if err != nil || c.Name != "Ban Chỉ đạo giảm nghèo xã Tam Chung" {
			t.Fatalf("%+v: %v", c, err)
		}
		for _, by := range []*account.Actor{own, at(p, "village", householdtest.BanOn, ""), at(p, "district", district, ""), at(p, "agency_officer", province, "ban-dan-toc")} {
			if _, err := s.Find(ctx, by, c.ID); err != nil {
				t.Errorf("%s does not see it: %v", by.ID, err)
			}
		}
		for _, by := range []*account.Actor{at(p, "commune", householdtest.Township, ""), at(p, "admin", province, "")} {
			if _, err := s.Find(ctx, by, c.ID); kind(err) != fault.NotFound {
				t.Errorf("%s: %v", by.ID, err)
			}
		}
		if _, below, err := s.Units(ctx, at(p, "district", district, ""), district); err != nil || len(below) != 9 || below[0].Children != 0 {
			t.Errorf("%d communes: %v", len(below), err)
		}
		whole, below, err := s.Units(ctx, at(p, "province", province, ""), province)
		if err != nil || len(below) != 27 || whole.Without != 27 || whole.Current.ID != "" {
			t.Errorf("%d districts, %d without: %v", len(below), whole.Without, err)
		}
		for _, u := range below {
			if u.Area.Area == district && u.Without != u.Children-1 {
				t.Errorf("of %d communes %d without", u.Children, u.Without)
			}
		}
	})
}

func TestANewDecisionEndsTheOneBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		own := at(p, "commune", householdtest.TamChung, "")
		for name, change := range map[string]func(*committee.Committee){"number": func(c *committee.Committee) { c.Number = " " }, "decided_on": func(c *committee.Committee) { c.DecidedOn = "2017-01-01" }, "signer": func(c *committee.Committee) { c.Signer = "" }} {
			c := ofTamChung()
			change(&c)
			if _, err := s.Establish(ctx, own, c); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		first, err := s.Establish(ctx, own, ofTamChung())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Establish(ctx, own, ofTamChung()); kind(err) != fault.Invalid {
			t.Errorf("on the same day: %v", err)
		}
		if err := s.AddMember(ctx, own, first.ID, committee.Member{Name: "Hà Văn Trưởng", Office: "Chủ tịch", Role: "head"}); err != nil {
			t.Fatal(err)
		}
		if err := s.AddMember(ctx, own, first.ID, committee.Member{Name: "Vi Văn Hai", Office: "Chủ tịch", Role: "head"}); kind(err) != fault.Invalid {
			t.Errorf("a second head: %v", err)
		}
		if err := s.AddMember(ctx, own, first.ID, committee.Member{Name: "Vi Văn Hai", Office: "Trưởng bản", Role: "member", Area: householdtest.Rieng}); kind(err) != fault.Invalid {
			t.Errorf("for a village elsewhere: %v", err)
		}
		first.Rules = "Họp mỗi quý một lần"
		if err := s.Correct(ctx, own, first); err != nil {
			t.Fatal(err)
		}
		if err := s.Correct(ctx, own, first); kind(err) != fault.Conflict {
			t.Errorf("of an old revision: %v", err)
		}
		second := ofTamChung()
		second.Number, second.DecidedOn = "15/QĐ-UBND", "2016-11-14"
		if second, err = s.Establish(ctx, own, second); err != nil {
			t.Fatal(err)
		}
		old, err := s.Find(ctx, own, first.ID)
		if err != nil || old.InForce() || old.To != "2016-11-14" || len(old.Members) != 1 || len(old.Before) != 1 || old.Rules == "" {
			t.Errorf("%+v: %v", old, err)
		}
		if err := s.AddMember(ctx, own, first.ID, committee.Member{Name: "X", Office: "Y", Role: "member"}); kind(err) != fault.Conflict {
			t.Errorf("into one that has ended: %v", err)
		}
		if c, ok, err := s.Of(ctx, own, householdtest.TamChung); err != nil || !ok || c.ID != second.ID {
			t.Errorf("in force is %+v: %v", c, err)
		}
		p.Read(func(tx *db.Tx) error {
			entries, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "committee.", Limit: 20})
			if len(entries) != 5 {
				t.Errorf("%d entries", len(entries))
			}
			return err
		})
	})
}

func TestAConclusionIsOwedByItsUnitUntilItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		keeper, owes, other := at(p, "district", district, ""), at(p, "commune", householdtest.TamChung, ""), at(p, "commune", householdtest.Township, "")
		c := ofTamChung()
		c.Area, c.DecidedOn = district, "2016-11-01"
		c, err := s.Establish(ctx, keeper, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Meet(ctx, owes, c.ID, committee.Meeting{HeldOn: "2016-11-10", Chair: "A", Subject: "B"}); kind(err) != fault.Forbidden {
			t.Errorf("a commune records the district's meeting: %v", err)
		}
		m, err := s.Meet(ctx, keeper, c.ID, committee.Meeting{HeldOn: "2016-11-10", Chair: "Hà Văn Ký", Subject: "Rà soát cuối năm"})
		if err != nil {
			t.Fatal(err)
		}
		for name, wrong := range map[string]committee.Conclusion{
			"title": {Unit: householdtest.TamChung, Due: "2016-11-20"}, "unit": {Title: "x", Unit: householdtest.DienLu, Due: "2016-11-20"}, "due": {Title: "x", Unit: householdtest.TamChung, Due: "2016-11-09"}} {
			if err := s.Conclude(ctx, keeper, c.ID, m.ID, wrong); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Conclude(ctx, keeper, c.ID, m.ID, committee.Conclusion{Title: "Rà lại bản Ón", Unit: account.AgencyUnit("so-y-te"), Due: "2016-11-20"}); kind(err) != fault.Invalid {
			t.Errorf("of an agency of the province: %v", err)
		}
		if err := s.Conclude(ctx, keeper, c.ID, m.ID, committee.Conclusion{Title: "Rà lại bản Ón", Unit: householdtest.TamChung, Due: "2016-11-12"}); err != nil { // a Saturday
			t.Fatal(err)
		}
		if list, err := s.Asked(ctx, other); err != nil || len(list) != 0 {
			t.Errorf("of another commune: %v %v", list, err)
		}
		list, err := s.Asked(ctx, owes)
		if err != nil || len(list) != 1 || list[0].Ends != "2016-11-14" || s.Late(list[0]) != 1 {
			t.Fatalf("%+v: %v", list, err)
		}
		o := list[0]
		if err := s.Finish(ctx, other, o.ID, 1, "2016-11-15", "x"); kind(err) != fault.NotFound && kind(err) != fault.Forbidden {
			t.Errorf("by another commune: %v", err)
		}
		if err := s.Finish(ctx, owes, o.ID, 1, "2016-11-16", "Đã rà"); kind(err) != fault.Invalid {
			t.Errorf("tomorrow: %v", err)
		}
		if err := s.Finish(ctx, owes, o.ID, 1, "2016-11-15", "Đã rà, biên bản số 3"); err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(ctx, owes, o.ID, 2, "2016-11-15", "lại"); kind(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := s.Reopen(ctx, owes, o.ID, 2, "chưa xong"); kind(err) != fault.Forbidden {
			t.Errorf("reopened by who owes it: %v", err)
		}
		if err := s.Reopen(ctx, keeper, o.ID, 2, " "); kind(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if list, _ := s.Asked(ctx, owes); len(list) != 0 {
			t.Errorf("done and still asked: %+v", list)
		}
		if err := s.Reopen(ctx, keeper, o.ID, 2, "Thiếu biên bản"); err != nil {
			t.Fatal(err)
		}
		if list, _ := s.Asked(ctx, owes); len(list) != 1 {
			t.Errorf("reopened and asked of nobody")
		}
	})
}

func TestAMemberByPostIsWhoeverHoldsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		own := at(p, "commune", householdtest.TamChung, "")
		c, err := s.Establish(ctx, own, ofTamChung())
		if err != nil {
			t.Fatal(err)
		}
		hold := func(id, name, role string, unit area.ID, from, to string) {
			t.Helper()
			err := d.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(`insert into account (province_id, id, name, full_name, password, created_at) values ($1, $2, $2, $3, 'x', 0)`, householdtest.Key, id, name); err != nil {
					return err
				}
				_, err := tx.Exec(`insert into post (province_id, id, account_id, agency, role, area_id, from_day, to_day, given_by, given_at) values ($1, $2, $2, '', $3, $4, $5, $6, 'x', 0)`, householdtest.Key, id, role, string(unit), from, to)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		change := "2017-06-01"
		hold("a", "Lê Văn Cũ", "chair", householdtest.TamChung, "2016-01-01", change)
		hold("b", "Hà Thị Mới", "chair", householdtest.TamChung, change, account.Forever)
		hold("c", "Vi Văn Xa", "chair", householdtest.Township, "2016-01-01", account.Forever)
		for name, m := range map[string]committee.Member{
			"of another commune": {Unit: householdtest.Township, Post: "chair", Role: "head"},
			"of no role":         {Unit: householdtest.TamChung, Post: "vua", Role: "head"},
			"of no unit":         {Post: "chair", Role: "head"},
			"of nothing":         {Role: "head"},
		} {
			if err := s.AddMember(ctx, own, c.ID, m); kind(err) != fault.Invalid {
				t.Errorf("a post %s: %v", name, err)
			}
		}
		p.Today = "2017-03-01"
		if err := s.AddMember(ctx, own, c.ID, committee.Member{Unit: householdtest.TamChung, Post: "chair", Role: "head", Subject: "Chung"}); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]string{"2017-03-01": "Lê Văn Cũ", "2017-06-01": "Hà Thị Mới"} {
			p.Today = day
			whole, err := s.Find(ctx, at(p, "commune", householdtest.TamChung, ""), c.ID)
			if err != nil || len(whole.Members) != 1 || len(whole.Members[0].Holders) != 1 || whole.Members[0].Holders[0] != want || whole.Members[0].Name != "Lê Văn Cũ" || whole.Members[0].Office == "" {
				t.Errorf("on %s: %+v, %v", day, whole.Members, err)
			}
		}
	})
}

func TestADecisionWrittenDownOnTheWrongDayTakesAlongWhatRestsOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		own := at(p, "commune", householdtest.TamChung, "")
		before := ofTamChung()
		before.Number, before.DecidedOn = "1/QĐ-UBND", "2016-05-02"
		before, err := s.Establish(ctx, own, before)
		if err != nil {
			t.Fatal(err)
		}
		c := ofTamChung()
		c.DecidedOn = "2016-10-03"
		if c, err = s.Establish(ctx, own, c); err != nil {
			t.Fatal(err)
		}
		if err := s.AddMember(ctx, own, c.ID, committee.Member{Name: "Hà Văn Trưởng", Office: "Chủ tịch", Role: "head"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Meet(ctx, own, c.ID, committee.Meeting{HeldOn: "2016-10-20", Chair: "Hà Văn Trưởng", Subject: "Rà soát"}); err != nil {
			t.Fatal(err)
		}
		for _, day := range []string{"2016-05-02", "2016-10-21"} {
			wrong := c
			wrong.DecidedOn = day
			if err := s.Correct(ctx, own, wrong); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != "decided_on" {
				t.Errorf("on %s: %v", day, err)
			}
		}
		c.DecidedOn = "2016-10-10"
		if err := s.Correct(ctx, own, c); err != nil {
			t.Fatal(err)
		}
		now, err := s.Find(ctx, own, c.ID)
		if err != nil || now.Members[0].From != c.DecidedOn {
			t.Errorf("%+v: %v", now.Members, err)
		}
		old, err := s.Find(ctx, own, before.ID)
		if err != nil || old.To != c.DecidedOn {
			t.Errorf("the one before ends on %s: %v", old.To, err)
		}
	})
}

// Every field says how many letters it has where that is too many.
func TestWhatIsTooLongForACommitteeIsRefusedWithItsLength(t *testing.T) {
	p, s := office(t, dbtest.SQLite(t))
	own := at(p, "commune", householdtest.TamChung, "")
	for name, change := range map[string]func(*committee.Committee){
		"number": func(c *committee.Committee) { c.Number = strings.Repeat("ộ", 251) },
		"rules":  func(c *committee.Committee) { c.Rules = strings.Repeat("ộ ", 15000) },
	} {
		c := ofTamChung()
		change(&c)
		_, err := s.Establish(ctx, own, c)
		if f := fault.As(err, ""); f.Code != "too_long" || f.Fields[0].Name != name || !strings.Contains(f.Message, "251") && !strings.Contains(f.Message, "29.999") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
