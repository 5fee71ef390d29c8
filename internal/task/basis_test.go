package task_test

import (
	"os"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/law"
)

func secondPlan(t testing.TB) string {
	raw, err := os.ReadFile("testdata/second.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Another period brings its own file: who signs follows from it, whatever its
// number and its tasks are called.
func TestAnotherPeriodsPlanIsSignedByWhomItsOwnFileNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2021-11-01"
		p, err := o.tasks.Import(ctx, o.operator(), []byte(secondPlan(t)))
		o.must(err)
		if got := o.tasks.UnknownApprovers(p); len(got) != 1 || got[0] != "hoi-dong-tham-dinh" {
			t.Errorf("approvers of whom nothing says where they sign: %v", got)
		}
		o.make(2021)
		if o.plan("12/KH-UBND").Number != p.Number {
			t.Fatal("the plan was not kept")
		}
		type post struct {
			role, agency string
			unit         area.ID
		}
		signers := map[string]post{
			"xã": {"chair", "", householdtest.TamChung}, "huyện": {"chair", "", district}, "tỉnh": {"chair", "", province}, "Sở Y tế": {"agency_head", "so-y-te", province}, "Sở Giáo dục": {"agency_head", "so-gddt", province},
		}
		officers := map[string]post{"38": {"agency_officer", "so-y-te", province}, "384": {"district", "", district}, "14848": {"commune", "", householdtest.TamChung}}
		for _, one := range []struct {
			task, unit, signer string
			why                task.Approval
		}{
			{"A-1", "14848", "huyện", task.ByNamed},    // by a code of the file's own
			{"A-2", "14848", "tỉnh", task.ByNamed},     // the same code as in other plans
			{"A-3", "14848", "xã", task.ByNamed},       // the file's word goes before what the code usually means
			{"A-4", "384", "huyện", task.ByNamed},      // its own chair
			{"A-5", "38", "tỉnh", task.ByNamed},        // led by an agency
			{"A-6", "38", "Sở Y tế", task.ByNamed},     // the head of the agency
			{"A-7", "38", "Sở Giáo dục", task.ByNamed}, // the head of another one
			{"A-8", "384", "huyện", task.ByUnknown},    // nobody knows where that council sits
			{"A-9", "384", "huyện", task.ByNobody},     // the plan names nobody
		} {
			i := o.owed(2021, one.task, one.unit)
			by := officers[one.unit]
			officer := o.at("cb"+one.unit, by.role, by.agency, by.unit)
			if got := o.find(officer, i).Approval; got != one.why {
				t.Errorf("%s: by %q, not %q", one.task, got, one.why)
			}
			o.must(o.tasks.Accept(ctx, officer, 2021, i.ID, ""), o.tasks.Report(ctx, officer, 2021, i.ID, "x", -1), o.tasks.HandIn(ctx, officer, 2021, i.ID, o.find(officer, i).Record.Rev, ""))
			for name, s := range signers {
				if name != one.signer {
					if err := o.tasks.Approve(ctx, o.at("kt", s.role, s.agency, s.unit), 2021, i.ID, o.find(officer, i).Record.Rev, ""); err == nil {
						t.Fatalf("%s: approved by %s", one.task, name)
					}
				}
			}
			s := signers[one.signer]
			o.must(o.tasks.Approve(ctx, o.at("ky", s.role, s.agency, s.unit), 2021, i.ID, o.find(officer, i).Record.Rev, ""))
		}
	})
}

func TestTheFileSaysWhatIsTheProductOfATaskAndKeepsItWhileWorkRestsOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2021-11-01"
		second := secondPlan(t)
		_, err := o.tasks.Import(ctx, o.operator(), []byte(second))
		o.must(err)
		o.make(2021)
		i := o.owed(2021, "A-10", "14848")
		if got := o.find(o.operator(), i); !got.Linked || got.Own {
			t.Errorf("the commune's review is not the product of its task: %v, %v", got.Linked, got.Own)
		}
		if got := o.find(o.operator(), o.owed(2021, "A-4", "384")); got.Page != task.PageCommittees || got.Linked {
			t.Errorf("the page of the product is %q", got.Page)
		}
		_, err = o.tasks.Import(ctx, o.operator(), []byte(strings.Replace(second, "product: commune_review, ", "", 1)))
		o.refused(err, "products_changed")
		if !strings.Contains(err.Error(), "A-10") {
			t.Error(err)
		}
		_, err = o.tasks.Import(ctx, o.operator(), []byte(strings.Replace(second, "Đề án của tỉnh", "Đề án khác", 1)))
		o.must(err)
	})
}

func TestAnApproverWhomNothingPlacesIsNeverSaidToBeNobody(t *testing.T) {
	for _, why := range []task.Approval{task.ByUnknown, task.ByElsewhere} {
		if words := text.T("web.task.approver_"+string(why), "who", "Hội đồng"); !strings.Contains(words, "Hội đồng") || strings.Contains(words, "không nêu ai") {
			t.Error(words)
		}
	}
}

// The head of another agency than the one whose work it is gets it to approve:
// he finds it, sends it back or signs it, and after the end of his agency its
// successor does.
func TestWhatTheHeadOfAnotherAgencyApprovesComesToHimAndToHisSuccessor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2021-11-01"
		_, err := o.tasks.Import(ctx, o.operator(), []byte(secondPlan(t)))
		o.must(err)
		o.make(2021)
		s, i := o.tasks, o.owed(2021, "A-7", "38")
		officer, own := o.at("cb", "agency_officer", "so-y-te", province), o.at("gd", "agency_head", "so-y-te", province)
		named, stranger := o.at("gd2", "agency_head", "so-gddt", province), o.at("gd3", "agency_head", "so-khdt", province)
		rev := func() int64 { return o.find(officer, i).Record.Rev }
		hand := func() {
			o.must(s.Accept(ctx, officer, 2021, i.ID, ""), s.Report(ctx, officer, 2021, i.ID, "x", -1), s.HandIn(ctx, officer, 2021, i.ID, rev(), ""))
		}
		waits := func(by *account.Actor) bool {
			signable, err := s.Signable(ctx, by)
			o.must(err)
			return signable[o.find(officer, i).Dossier]
		}
		hand()
		if waits(own) || !waits(named) || waits(stranger) {
			t.Errorf("it waits for its own head: %v, the named one: %v, another: %v", waits(own), waits(named), waits(stranger))
		}
		if got := o.find(named, i); got.Approval != task.ByNamed {
			t.Errorf("by %q", got.Approval)
		}
		o.refused(errOf(s.Find(ctx, stranger, 2021, i.ID)), "task_absent")
		o.must(s.Return(ctx, named, 2021, i.ID, rev(), "thiếu số liệu"))
		if err := s.Approve(ctx, own, 2021, i.ID, rev(), ""); err == nil {
			t.Error("its own head approves it")
		}
		accounts, err := account.New(d, householdtest.Key, law.Files, s.Tree, o.Now)
		o.must(err)
		end := func(successor string) error {
			_, err := s.EndAgency(ctx, o.operator(), "so-gddt", successor, o.Today, func(tx *db.Tx) error {
				return accounts.EndAgencyIn(tx, o.operator(), "so-gddt", 1, o.Today, "sắp xếp lại")
			})
			return err
		}
		if open, err := s.OpenOf(ctx, "so-gddt"); err != nil || len(open) > 0 {
			t.Fatalf("it owes %d itself, %v", len(open), err)
		}
		o.refused(end(""), "agency_signs")
		o.must(end("so-khdt"))
		o.must(s.Report(ctx, officer, 2021, i.ID, "đã bổ sung", -1), s.HandIn(ctx, officer, 2021, i.ID, rev(), ""))
		if waits(named) || !waits(stranger) {
			t.Error("it waits for the head of the agency that has ended, or not for its successor's")
		}
		o.must(s.Approve(ctx, stranger, 2021, i.ID, rev(), ""))
		if got := o.find(officer, i); got.State != task.Done {
			t.Errorf("approved, it is %s", got.State)
		}
	})
}

// Where the law has abolished a level, what the plan asks of it is told before
// the year is made, and not left out in silence.
func TestWhatAYearAsksOfALevelThatIsNoMoreIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		file := strings.Replace(secondPlan(t), "agencies:\n", "agency_groups: {moi-so: Mọi sở}\nagencies:\n", 1)
		file = strings.Replace(file, "lead: xa, approver: chu-tich-ubnd-tinh, due: {date: \"11-20\", every: year}, per: commune", "lead: moi-so, approver: chu-tich-ubnd-tinh, due: {date: \"11-20\", every: year}, per: agency", 1)
		_, err := o.tasks.Import(ctx, o.operator(), []byte(file))
		o.must(err)
		for year, want := range map[int]string{2021: "A-2", 2025: "A-2 A-4 A-8 A-9", 2018: ""} { // 2018 has plan 159
			opening, err := o.tasks.Opening(ctx, year)
			o.must(err)
			var tasks []string
			for _, u := range opening.Unowed {
				tasks = append(tasks, u.Task)
			}
			words := task.UnowedWords(year, opening.Unowed)
			if got := strings.Join(tasks, " "); got != want || (words == "") != (want == "") {
				t.Errorf("%d: nobody owes %q, not %q: %s", year, got, want, words)
			}
		}
	})
}
