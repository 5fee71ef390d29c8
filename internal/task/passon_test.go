package task_test

import (
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

// Tén Tằn went into the township of Mường Lát on 2019-12-01.
const tenTan area.ID = "14851.2016"

// beforeMerger has the obligations of 2019 made when nobody knew of the merger:
// Tén Tằn owes what the township owes.
func beforeMerger(t *testing.T, d *db.DB) *office {
	o := open(t, d)
	o.Today = "2019-02-01"
	if _, err := o.tasks.OpenYear(ctx, o.operator(), 2019); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into task (province_id, year, id, position, task, level, unit, unit_code, unit_name, from_year, to_year, due, ends, lead, approver)
			select province_id, year, 'TT' || id, position, task, level, $1, '14851', 'Xã Tén Tằn', from_year, to_year, due, ends, lead, approver from task where year = 2019 and unit = $2 and level = 'commune'`, string(tenTan), string(householdtest.Township)); err != nil {
			return err
		}
		_, err := tx.Exec(`insert into dossier (province_id, id, kind, subject, unit_id, procedure_id, until_day, state, opened_at, opened_by)
			select d.province_id, 'TT' || d.id, d.kind, '2019/TT' || t.id, $1, d.procedure_id, d.until_day, d.state, d.opened_at, d.opened_by
			from task t join dossier d on d.province_id = t.province_id and d.subject = '2019/' || t.id where t.year = 2019 and t.unit = $2 and t.level = 'commune'`, string(tenTan), string(householdtest.Township))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestWhatACommuneOwesGoesToItsSuccessorWhenItEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := beforeMerger(t, d)
		s, system := o.tasks, &account.Actor{ID: account.SystemID, Day: o.Today}
		officer, chair := o.at("can-bo-tt", "commune", "", tenTan), o.at("ct-tt", "chair", "", tenTan)
		town, townChair := o.at("can-bo", "commune", "", householdtest.Township), o.at("ct", "chair", "", householdtest.Township)
		id := func(unit area.ID, code string) (id string) {
			o.Read(func(tx *db.Tx) error {
				return tx.Get(`select id from task where year = 2019 and level = 'commune' and unit = $1 and task = $2`, []any{string(unit), code}, &id)
			})
			return id
		}
		find := func(by *account.Actor, id string) task.Obligation {
			t.Helper()
			one, err := s.Find(ctx, by, 2019, id)
			if err != nil {
				t.Fatal(err)
			}
			return one
		}
		plan, report, half := id(tenTan, "II.1"), id(tenTan, "B.7"), id(tenTan, "B.6")
		rev := func(id string) int64 { return find(o.operator(), id).Record.Rev }
		// The plan is done, of the report something was said, the half-yearly
		// one is the township's already.
		o.must(s.Accept(ctx, officer, 2019, plan, ""), s.Report(ctx, officer, 2019, plan, "xong", 100), s.HandIn(ctx, officer, 2019, plan, rev(plan), ""), s.Approve(ctx, chair, 2019, plan, rev(plan), ""))
		o.must(s.Accept(ctx, officer, 2019, report, ""), s.Report(ctx, officer, 2019, report, "đã có số liệu ba bản", 40))
		if _, err := s.Split(ctx, officer, 2019, report, task.Part{What: "Số liệu bản Một", Unit: tenTan}); err != nil {
			t.Fatal(err)
		}
		o.must(s.AskTime(ctx, officer, 2019, report, "2020-01-31", "chờ số liệu"))
		townHalf := id(householdtest.Township, "B.6")
		o.must(s.Accept(ctx, town, 2019, townHalf, ""), s.Report(ctx, town, 2019, townHalf, "xong", 100), s.HandIn(ctx, town, 2019, townHalf, rev(townHalf), ""))
		townReport := id(householdtest.Township, "B.7")
		if err := d.Write(ctx, func(tx *db.Tx) error { // the township owes no report of its own
			_, err := tx.Exec(`delete from task where year = 2019 and id = $1`, townReport)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := s.PassOn(ctx, system); err != nil || n != 0 {
			t.Fatalf("before the merger %d went on, %v", n, err)
		}
		o.Today = "2019-12-02"
		town, townChair = o.at("can-bo", "commune", "", householdtest.Township), o.at("ct", "chair", "", householdtest.Township)
		n, err := s.PassOn(ctx, system)
		if err != nil || n == 0 {
			t.Fatalf("%d went on, %v", n, err)
		}
		if again, err := s.PassOn(ctx, system); err != nil || again != 0 {
			t.Errorf("a second time %d went on, %v", again, err)
		}

		operator := o.operator()
		if one := find(operator, plan); one.State != task.Done || one.By != tenTan || one.To.ID != "" {
			t.Errorf("what was done stands at %s in state %s", one.By, one.State)
		}
		old := find(operator, report)
		if old.State != task.PassedOn || old.To.By != "" && old.To.By != householdtest.Township || old.Record.State != dossier.PassedOn || len(old.Entries) != 1 {
			t.Errorf("the report of old: %s, %s, to %+v, %d entries", old.State, old.Record.State, old.To, len(old.Entries))
		}
		if len(old.Times) != 1 || old.Times[0].Record.State != dossier.PassedOn {
			t.Errorf("its request for more time: %+v", old.Times)
		}
		heir := find(o.at("can-bo", "commune", "", householdtest.Township), old.To.ID)
		if heir.State != task.Planned || heir.By != householdtest.Township || heir.Unit.Name == "Xã Tén Tằn" || heir.Due != old.Due || len(heir.From) != 1 || len(heir.Parts) != 1 || heir.Parts[0].Unit != householdtest.Township {
			t.Errorf("the successor's: %+v", heir.Instance)
		}
		if one := find(operator, townHalf); one.State != task.Returned || len(one.From) != 1 || one.From[0].ID != half {
			t.Errorf("what the township had handed in without Tén Tằn: %s, from %d", one.State, len(one.From))
		}
		// The year asks nothing any more of who is no more, and everything of the
		// township.
		y, err := s.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), 2019, "")
		if err != nil {
			t.Fatal(err)
		}
		has := map[string]bool{}
		for _, i := range y.Instances {
			if i.By == tenTan && i.State != task.Done {
				t.Errorf("%s is still asked of Tén Tằn", i.Task)
			}
			if i.By == householdtest.Township {
				has[i.Task] = true
			}
		}
		if !has["B.7"] || !has["B.6"] || !has["I.5"] {
			t.Errorf("the township owes %v", has)
		}
		owed, err := s.OwedAt(ctx, o.Tree.Operator(householdtest.Key, o.Today), tenTan)
		for _, i := range owed {
			if i.Year == 2019 && i.ID != "" && i.State != task.Done {
				t.Errorf("Tén Tằn owes %s, %v", i.Task, err)
			}
		}
		// Who has ended works on nothing; the successor finishes it.
		o.refused(s.Report(ctx, town, 2019, report, "thêm", 50), "wrong_state")
		done := old.To.ID
		o.must(s.Accept(ctx, town, 2019, done, ""), s.EndPart(ctx, town, 2019, done, heir.Parts[0].ID, heir.Parts[0].Rev, ""), s.Report(ctx, town, 2019, done, "xong", 100), s.HandIn(ctx, town, 2019, done, rev(done), ""), s.Approve(ctx, townChair, 2019, done, rev(done), ""))
	})
}
