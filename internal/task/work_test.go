package task_test

import (
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
)

// make opens a year and gives the obligation of a task and a unit.
func (o *office) make(year int) {
	o.T.Helper()
	if _, err := o.tasks.OpenYear(ctx, o.operator(), year); err != nil {
		o.T.Fatal(err)
	}
}

func (o *office) owed(year int, id, unit string) task.Instance {
	o.T.Helper()
	y, err := o.tasks.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), year, "")
	if err != nil {
		o.T.Fatal(err)
	}
	for _, i := range y.Instances {
		if i.Task == id && i.Unit.Code == unit && i.Span.From == year {
			return i
		}
	}
	o.T.Fatalf("%s of %s is not there in %d", id, unit, year)
	return task.Instance{}
}

func (o *office) find(by *account.Actor, i task.Instance) task.Obligation {
	o.T.Helper()
	one, err := o.tasks.Find(ctx, by, i.Year, i.ID)
	if err != nil {
		o.T.Fatal(err)
	}
	return one
}

func (o *office) must(errs ...error) {
	o.T.Helper()
	for _, err := range errs {
		if err != nil {
			o.T.Fatal(err)
		}
	}
}

func (o *office) refused(err error, code string) {
	o.T.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		o.T.Fatalf("want the refusal %s, got %v", code, err)
	}
	if strings.ContainsAny(f.Message, "‹{") {
		o.T.Fatalf("%s has no proper text: %s", code, f.Message)
	}
}

// run takes an obligation from its acceptance to its end.
func (o *office) run(i task.Instance, officer, signer *account.Actor) {
	o.T.Helper()
	s := o.tasks
	rev := func() int64 { return o.find(officer, i).Record.Rev }
	o.refused(s.HandIn(ctx, officer, i.Year, i.ID, rev(), ""), "step_before")
	o.refused(s.Report(ctx, officer, i.Year, i.ID, "xong", 10), "not_accepted")
	o.must(s.Accept(ctx, officer, i.Year, i.ID, ""))
	o.refused(s.Accept(ctx, officer, i.Year, i.ID, ""), "step_done")
	o.refused(s.HandIn(ctx, officer, i.Year, i.ID, rev(), ""), "no_result")
	o.refused(s.Report(ctx, officer, i.Year, i.ID, " ", 10), "words")
	o.refused(s.Report(ctx, officer, i.Year, i.ID, "xong", 101), "percent")
	o.must(s.Report(ctx, officer, i.Year, i.ID, "đã soạn dự thảo", 60))
	o.refused(s.HandIn(ctx, officer, i.Year, i.ID, rev()+1, ""), "stale_rev")
	o.must(s.HandIn(ctx, officer, i.Year, i.ID, rev(), ""))
	o.refused(s.Return(ctx, signer, i.Year, i.ID, rev(), " "), "reason_missing")
	o.must(s.Return(ctx, signer, i.Year, i.ID, rev(), "thiếu chỉ tiêu"))
	if got := o.find(officer, i); got.State != task.Returned {
		o.T.Fatalf("returned: %s", got.State)
	}
	o.must(s.HandIn(ctx, officer, i.Year, i.ID, rev(), ""), s.Approve(ctx, signer, i.Year, i.ID, rev(), ""))
	if got := o.find(officer, i); got.State != task.Done || got.Done != o.Today {
		o.T.Fatalf("approved: %s, %q", got.State, got.Done)
	}
	o.must(s.AskReopen(ctx, officer, i.Year, i.ID, rev(), "sai số liệu"))
	o.must(s.Close(ctx, officer, i.Year, i.ID, rev()))
}

func TestObligationsGoFromAcceptanceToApprovalByTheirOwnSigner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2016-11-01"
		o.make(2016)
		commune, other := householdtest.TamChung, householdtest.DienLu
		chairs := map[string]*account.Actor{
			"commune": o.at("ctx", "chair", "", commune), "commune elsewhere": o.at("ctx2", "chair", "", other), "district": o.at("cth", "vice_chair", "", district),
			"district elsewhere": o.at("cth2", "chair", "", "386.2016"), "province": o.at("ctt", "chair", "", province), "health": o.at("gd", "agency_head", "so-y-te", province), "finance": o.at("gd2", "agency_head", "so-tai-chinh", province),
			"front": o.at("mt", "agency_deputy", "ubmttq-tinh", province),
		}
		officers := map[string]*account.Actor{
			"commune": o.at("cbx", "commune", "", commune), "district": o.at("cbh", "district", "", district), "lead": o.at("cbt", "province", "so-ldtbxh", province),
			"health": o.at("yte", "department", "so-y-te", province), "planning": o.at("kh", "agency_officer", "so-khdt", province), "front": o.at("mtcv", "agency_officer", "ubmttq-tinh", province),
		}
		for _, one := range []struct{ task, unit, officer, signer string }{
			{"II.1", "14848", "commune", "commune"},   // the commune's own chair
			{"III.2", "14848", "commune", "district"}, // the level above
			{"III.2", "384", "district", "district"},
			{"II.4", "38", "health", "health"},      // a director
			{"III.1", "38", "planning", "province"}, // an agency leads, the chair of the province signs
			{"II.8", "38", "lead", "province"},
			{"VI.1", "38", "front", "front"}, // the plan names nobody
			{"VII.2", "so-y-te", "health", "health"},
		} {
			i := o.owed(2016, one.task, one.unit)
			officer, signer := officers[one.officer], chairs[one.signer]
			for name, by := range officers {
				if name != one.officer {
					if err := o.tasks.Accept(ctx, by, i.Year, i.ID, ""); err == nil {
						t.Fatalf("%s: accepted by %s", one.task, name)
					}
				}
			}
			o.must(o.tasks.Accept(ctx, officer, i.Year, i.ID, ""), o.tasks.Report(ctx, officer, i.Year, i.ID, "x", -1), o.tasks.HandIn(ctx, officer, i.Year, i.ID, o.find(officer, i).Record.Rev, ""))
			for name, by := range chairs {
				if name == one.signer {
					continue
				}
				if err := o.tasks.Approve(ctx, by, i.Year, i.ID, o.find(officer, i).Record.Rev, ""); err == nil {
					t.Fatalf("%s: approved by %s", one.task, name)
				}
			}
			if why := o.find(officer, i).Approval; (why == task.ByNamed) != (one.task != "VI.1") {
				t.Errorf("%s: its approver by the plan is %q", one.task, why)
			}
			o.must(o.tasks.Approve(ctx, signer, i.Year, i.ID, o.find(officer, i).Record.Rev, ""))
		}
		o.run(o.owed(2016, "II.1", "14845"), o.at("cb3", "commune", "", householdtest.Township), o.at("ct3", "chair", "", householdtest.Township))
	})
}

func TestNobodyApprovesWhatHeHandedIn(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.make(2017)
	both := o.at("kiêm", "commune", "", householdtest.TamChung)
	both.Posts = append(both.Posts, o.at("kiêm", "chair", "", householdtest.TamChung).Posts...)
	i := o.owed(2017, "II.1", "14848")
	o.must(o.tasks.Accept(ctx, both, 2017, i.ID, ""), o.tasks.Report(ctx, both, 2017, i.ID, "x", -1), o.tasks.HandIn(ctx, both, 2017, i.ID, o.find(both, i).Record.Rev, ""))
	o.refused(o.tasks.Approve(ctx, both, 2017, i.ID, o.find(both, i).Record.Rev, ""), "own_work")
	o.refused(o.tasks.Approve(ctx, o.operator(), 2017, i.ID, o.find(both, i).Record.Rev, ""), "not_yours")
}

func TestAnObligationOfOthersIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		commune, agency := o.owed(2017, "II.1", "14848"), o.owed(2017, "II.4", "38")
		for name, by := range map[string]*account.Actor{
			"another commune": o.at("a", "commune", "", householdtest.Township), "another district": o.at("b", "district", "", "386.2016"),
			"an agency": o.at("c", "agency_head", "so-y-te", province), "a department": o.at("d", "department", "so-y-te", province), "an administrator": o.at("e", "admin", "", province), "nobody": {ID: "f", Day: o.Today},
		} {
			if _, err := o.tasks.Find(ctx, by, 2017, commune.ID); fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("%s sees a commune's: %v", name, err)
			}
		}
		for name, by := range map[string]*account.Actor{
			"another agency": o.at("a", "agency_head", "so-gddt", province), "a department": o.at("b", "department", "so-gddt", province), "a district": o.at("c", "district", "", district), "an agency's post that ended": {ID: "d", Day: "2019-01-01", Posts: []account.Post{{Role: "agency_head", AgencyID: "so-y-te", Area: province, From: "2016-01-01", To: "2018-01-01"}}},
		} {
			if _, err := o.tasks.Find(ctx, by, 2017, agency.ID); fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("%s sees an agency's: %v", name, err)
			}
		}
		for name, by := range map[string]*account.Actor{"its own people": o.at("a", "department", "so-y-te", province), "the lead department": o.at("b", "province", "so-ldtbxh", province), "the chair": o.at("c", "chair", "", province), "an auditor": o.at("d", "auditor", "", province)} {
			if _, err := o.tasks.Find(ctx, by, 2017, agency.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		o.refused(errOf(o.tasks.Find(ctx, o.operator(), 2017, "khong-co")), "task_absent")
		o.refused(errOf(o.tasks.Find(ctx, o.operator(), 2018, commune.ID)), "task_absent")
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestPartsHoldAHandInUntilTheyAreDoneOrDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		s, officer := o.tasks, o.at("cb", "district", "", district)
		i := o.owed(2017, "II.2", "384")
		o.must(s.Accept(ctx, officer, 2017, i.ID, ""), s.Report(ctx, officer, 2017, i.ID, "bắt đầu", 5))
		for code, p := range map[string]task.Part{
			"part_who": {What: "x"}, "part_unit": {What: "x", Unit: householdtest.DienLu}, "part_account": {What: "x", Account: "ai-do"}, "part_due": {What: "x", Unit: householdtest.TamChung, Due: "2017-10-01"}, "what": {Unit: householdtest.TamChung},
		} {
			o.refused(errOf(s.Split(ctx, officer, 2017, i.ID, p)), code)
		}
		o.refused(errOf(s.Split(ctx, officer, 2017, i.ID, task.Part{What: "x", Unit: householdtest.TamChung, Due: "2017-12-25"})), "part_due")
		for _, unit := range []area.ID{account.AgencyUnit("so-tai-chinh"), province} { // whom a district does not tell what to do
			o.refused(errOf(s.Split(ctx, officer, 2017, i.ID, task.Part{What: "x", Unit: unit})), "part_unit")
			o.must(s.Ask(ctx, officer, 2017, i.ID, []area.ID{unit}, "đề nghị góp ý", "2017-10-20"))
		}
		lead := o.at("yte", "agency_officer", "so-y-te", province)
		led := o.owed(2017, "II.4", "38")
		o.must(s.Accept(ctx, lead, 2017, led.ID, ""))
		for _, unit := range []area.ID{account.AgencyUnit("so-tai-chinh"), district} {
			o.must(errOf(s.Split(ctx, lead, 2017, led.ID, task.Part{What: "x", Unit: unit})))
		}
		below := o.at("cbx", "commune", "", householdtest.TamChung)
		if _, err := s.Find(ctx, below, 2017, i.ID); err == nil {
			t.Error("a commune sees its district's obligation before it has a part of it")
		}
		one, err := s.Split(ctx, officer, 2017, i.ID, task.Part{What: "Phần của xã", Unit: householdtest.TamChung, Due: "2017-11-10"})
		o.must(err)
		two, err := s.Split(ctx, officer, 2017, i.ID, task.Part{What: "Bỏ đi", Unit: householdtest.Township})
		o.must(err)
		rev := func() int64 { return o.find(officer, i).Record.Rev }
		o.refused(s.HandIn(ctx, officer, 2017, i.ID, rev(), ""), "parts_open")
		o.refused(s.EndPart(ctx, below, 2017, i.ID, two.ID, 1, ""), "not_yours")
		o.refused(s.EndPart(ctx, below, 2017, i.ID, one.ID, 7, ""), "stale_rev")
		o.must(s.EndPart(ctx, below, 2017, i.ID, one.ID, 1, "đã gửi"), s.DropPart(ctx, officer, 2017, i.ID, two.ID, 1, "không cần nữa"))
		o.refused(s.EndPart(ctx, below, 2017, i.ID, one.ID, 2, ""), "part_closed")
		o.must(s.HandIn(ctx, officer, 2017, i.ID, rev(), ""))
	})
}

func TestInputIsAnsweredByTheUnitAskedOrShownAsSilence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		s, lead := o.tasks, o.at("yte", "agency_officer", "so-y-te", province)
		i := o.owed(2017, "II.4", "38")
		o.must(s.Accept(ctx, lead, 2017, i.ID, ""))
		finance := account.AgencyUnit("so-tai-chinh")
		o.refused(s.Ask(ctx, lead, 2017, i.ID, nil, "ý kiến", "2017-10-20"), "input_units")
		o.refused(s.Ask(ctx, lead, 2017, i.ID, []area.ID{account.AgencyUnit("so-y-te")}, "ý kiến", "2017-10-20"), "input_units")
		o.refused(s.Ask(ctx, lead, 2017, i.ID, []area.ID{finance}, "ý kiến", "2017-09-20"), "input_due")
		o.must(s.Ask(ctx, lead, 2017, i.ID, []area.ID{finance, district}, "ý kiến về kinh phí", "2017-10-20"))
		got := o.find(lead, i).Inputs
		money, other := o.at("tc", "agency_officer", "so-tai-chinh", province), o.at("gd", "agency_officer", "so-gddt", province)
		o.refused(s.Answer(ctx, other, 2017, i.ID, got[0].ID, 1, "đồng ý"), "task_absent")
		o.refused(s.Answer(ctx, o.at("h", "district", "", district), 2017, i.ID, got[0].ID, 1, "đồng ý"), "not_asked")
		o.must(s.Answer(ctx, money, 2017, i.ID, got[0].ID, 1, "đồng ý"))
		o.refused(s.Answer(ctx, money, 2017, i.ID, got[0].ID, 2, "đổi ý"), "answered")
		o.Today = "2017-10-23"
		got = o.find(o.at("yte", "agency_officer", "so-y-te", province), i).Inputs
		if got[0].Silent(o.Today) || got[0].Late() || !got[1].Silent(o.Today) || got[1].Silent("2017-10-20") {
			t.Errorf("silence: %+v", got)
		}
	})
}

func TestMoreTimeIsGrantedAboveAndThePrintedDateStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		s, officer, chair, above := o.tasks, o.at("cb", "commune", "", householdtest.TamChung), o.at("ct", "chair", "", householdtest.TamChung), o.at("cth", "chair", "", district)
		i := o.owed(2017, "II.1", "14848")
		o.refused(s.AskTime(ctx, officer, 2017, i.ID, "2017-11-01", "bão"), "time_until")
		o.refused(s.AskTime(ctx, officer, 2017, i.ID, "31/12", "bão"), "time_until")
		o.refused(s.AskTime(ctx, officer, 2017, i.ID, "2917-11-25", "bão"), "far_day") // a year mistyped
		o.refused(s.AskTime(ctx, chair, 2017, i.ID, "2017-11-25", "bão"), "not_yours")
		o.must(s.AskTime(ctx, officer, 2017, i.ID, "2017-11-25", "bão")) // a Saturday
		o.refused(s.AskTime(ctx, officer, 2017, i.ID, "2017-11-30", "bão"), "time_waits")
		ask := func() task.MoreTime { list := o.find(officer, i).Times; return list[len(list)-1] }
		o.refused(s.DecideTime(ctx, chair, 2017, i.ID, ask().ID, ask().Record.Rev, true, ""), "not_yours")
		o.must(s.DecideTime(ctx, above, 2017, i.ID, ask().ID, ask().Record.Rev, false, "chưa cần"))
		if got := o.owed(2017, "II.1", "14848"); got.Ends != i.Ends || got.Extended != "" {
			t.Errorf("refused, and the term ends %s", got.Ends)
		}
		o.must(s.AskTime(ctx, officer, 2017, i.ID, "2017-11-25", "bão số 12"), s.DecideTime(ctx, above, 2017, i.ID, ask().ID, ask().Record.Rev, true, ""))
		got := o.owed(2017, "II.1", "14848")
		if got.Due != "2017-11-10" || got.Ends != "2017-11-27" || got.Extended != "2017-11-27" {
			t.Errorf("granted: printed %s, ends %s", got.Due, got.Ends)
		}
		if in, late := got.In(s.Calendar, "2017-11-20"); in != task.Open || late != 0 {
			t.Errorf("within the new term: %s %d", in, late)
		}
		times := o.find(officer, i).Times
		if len(times) != 1 {
			t.Fatal("a request that came back and was asked again is one")
		}
		var said []string
		for _, e := range times[0].Events {
			said = append(said, string(e.Action)+" "+e.Reason)
		}
		if got := strings.Join(said, "\n"); !strings.Contains(got, "hand_in Xin đến 27/11/2017: bão\nreturn chưa cần\nhand_in Xin đến 27/11/2017: bão số 12\napprove") {
			t.Errorf("the first request and its refusal are gone: %s", got)
		}
	})
}

func TestEvidenceIsForThoseWhoSeeTheObligation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		s, officer := o.tasks, o.at("cb", "agency_officer", "so-y-te", province)
		i, another := o.owed(2017, "II.4", "38"), o.owed(2017, "VII.2", "so-y-te")
		pdf := func() *strings.Reader { return strings.NewReader("%PDF-1.7 kết quả") }
		o.refused(errOf(s.Attach(ctx, officer, 2017, i.ID, "kq.pdf", pdf())), "not_accepted")
		o.must(s.Accept(ctx, officer, 2017, i.ID, ""))
		file, err := s.Attach(ctx, officer, 2017, i.ID, "kq.pdf", pdf())
		o.must(err)
		if _, content, err := s.OpenFile(ctx, o.at("ct", "chair", "", province), 2017, i.ID, file.ID); err != nil || string(content) != "%PDF-1.7 kết quả" {
			t.Errorf("%q, %v", content, err)
		}
		_, _, err = s.OpenFile(ctx, o.at("x", "agency_head", "so-gddt", province), 2017, i.ID, file.ID)
		o.refused(err, "task_absent")
		_, _, err = s.OpenFile(ctx, officer, 2017, another.ID, file.ID)
		o.refused(err, "no_attachment")
		if _, _, err := o.tasks.Reviews.OpenAttachment(ctx, o.Operator(), file.ID); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("handed out as a file of a review: %v", err)
		}
		o.must(s.HandIn(ctx, officer, 2017, i.ID, o.find(officer, i).Record.Rev, ""))
		o.refused(s.RemoveFile(ctx, officer, 2017, i.ID, file.ID), "wrong_state")
	})
}

// A plan can let the province sign what communes do: then nobody at the district
// does.
func TestACommunesTaskThatTheProvinceApprovesIsNotSignedAtTheDistrict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.tasks.Approvers.ByPlan["159/KH-UBND"]["chu-tich-ubnd-xa"] = programme.Province
		o.make(2017)
		i := o.owed(2017, "II.1", "14848")
		officer := o.at("can-bo", "commune", "", householdtest.TamChung)
		rev := func() int64 { return o.find(officer, i).Record.Rev }
		o.must(o.tasks.Accept(ctx, officer, i.Year, i.ID, ""), o.tasks.Report(ctx, officer, i.Year, i.ID, "xong", 100), o.tasks.HandIn(ctx, officer, i.Year, i.ID, rev(), ""))
		for _, at := range []area.ID{householdtest.TamChung, district} {
			signer := o.at("ky", "chair", "", at)
			if may, err := o.tasks.May(signer, o.find(signer, i)); err != nil || may.Approve {
				t.Errorf("the page lets the chair of %s sign, %v", at, err)
			}
			o.refused(o.tasks.Approve(ctx, signer, i.Year, i.ID, rev(), ""), "not_yours")
		}
		o.must(o.tasks.Approve(ctx, o.at("tinh", "vice_chair", "", province), i.Year, i.ID, rev(), ""))
		if done := o.find(officer, i); done.Record.Capacity != "kt" || done.Rules.ApproveAt != dossier.AtProvince {
			t.Errorf("signed as %q at %q", done.Record.Capacity, done.Rules.ApproveAt)
		}
	})
}
