package task_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

// model is what an obligation must be after what was done, kept apart from the
// store: who works on it, who signs it, and where it stands.
type model struct {
	i                task.Instance
	workers, signers []string // names of people
	grants           []string // who decides on more time
	heads            []string // who signs at its unit: they divide and report too
	opens            []string // who opens it again

	state     dossier.State
	accepted  bool
	said      int
	parts     map[string]bool // open ones
	handedBy  string
	asked     string // who asked to open it again
	timeBy    string // who waits for more time
	timeTries int
	ends      string
}

func (m *model) working() bool { return m.state == dossier.Draft || m.state == dossier.Returned }
func (m *model) leads(who string) bool {
	return slices.Contains(m.workers, who) || slices.Contains(m.heads, who)
}

func TestRandomActionsLeaveEveryObligationAsTheRulesSay(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.Today = "2016-11-01"
	o.make(2016)
	people := map[string]*account.Actor{
		"cbx": o.at("cbx", "commune", "", householdtest.TamChung), "ctx": o.at("ctx", "chair", "", householdtest.TamChung), "cbx2": o.at("cbx2", "commune", "", householdtest.Township),
		"cbh": o.at("cbh", "district", "", district), "cth": o.at("cth", "chair", "", district), "pcth": o.at("pcth", "vice_chair", "", district),
		"cbt": o.at("cbt", "province", "so-ldtbxh", province), "ctt": o.at("ctt", "chair", "", province), "cvyt": o.at("cvyt", "agency_officer", "so-y-te", province), "gdyt": o.at("gdyt", "agency_head", "so-y-te", province),
		"gdgd": o.at("gdgd", "agency_head", "so-gddt", province), "admin": o.at("admin", "admin", "", province),
	}
	both := o.at("kiem", "commune", "", householdtest.TamChung)
	both.Posts = append(both.Posts, o.at("", "chair", "", householdtest.TamChung).Posts...)
	people["kiem"] = both
	names := []string{"cbx", "ctx", "cbx2", "cbh", "cth", "pcth", "cbt", "ctt", "cvyt", "gdyt", "gdgd", "admin", "kiem"}
	commune := []string{"cbx", "kiem"}
	kinds := []model{
		{i: o.owed(2016, "II.1", "14848"), workers: commune, signers: []string{"ctx", "kiem"}, heads: []string{"ctx", "kiem"}, grants: []string{"cth", "pcth"}, opens: []string{"cbh"}},
		{i: o.owed(2016, "III.2", "14848"), workers: commune, signers: []string{"cth", "pcth"}, heads: []string{"ctx", "kiem"}, grants: []string{"cth", "pcth"}, opens: []string{"cbh"}},
		{i: o.owed(2016, "II.2", "384"), workers: []string{"cbh"}, signers: []string{"cth", "pcth"}, heads: []string{"cth", "pcth"}, grants: []string{"ctt"}},
		{i: o.owed(2016, "II.4", "38"), workers: []string{"cvyt"}, signers: []string{"gdyt"}, heads: []string{"gdyt"}, grants: []string{"ctt"}, opens: []string{"ctt"}},
		{i: o.owed(2016, "II.8", "38"), workers: []string{"cbt"}, signers: []string{"ctt"}, grants: []string{"ctt"}, opens: []string{"ctt"}},
	}
	reached := map[dossier.State]int{}
	left := map[dossier.State]int{}
	units := 0

	rapid.Check(t, func(r *rapid.T) {
		// Every check begins with dossiers that nobody has touched.
		err := o.DB.Write(ctx, func(tx *db.Tx) error {
			for _, q := range []string{`update dossier set state = 'draft', handed_in_at = null, handed_in_by = '', decided_at = null, decided_by = '', capacity = '', unlock_asked_at = null, unlock_asked_by = '', unlock_reason = ''`, `delete from dossier_step`, `delete from task_entry`, `delete from task_part`, `delete from task_time`, `delete from dossier where kind like 'task_time%'`} {
				if _, err := tx.Exec(q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
		models := make([]*model, len(kinds))
		for n := range kinds {
			one := kinds[n]
			models[n] = &one
		}
		for _, m := range models {
			m.state, m.parts, m.ends = dossier.Draft, map[string]bool{}, m.i.Ends
		}
		for range rapid.IntRange(20, 50).Draw(r, "steps") {
			m := models[rapid.IntRange(0, len(models)-1).Draw(r, "which")]
			who := rapid.SampledFrom(names).Draw(r, "who")
			if rapid.Bool().Draw(r, "somebody concerned") {
				who = rapid.SampledFrom(slices.Concat(m.workers, m.signers, m.grants)).Draw(r, "concerned")
			}
			act := rapid.SampledFrom([]string{"accept", "report", "split", "end", "hand", "hand", "return", "approve", "approve", "close", "ask", "reopen", "time", "grant", "refuse"}).Draw(r, "act")
			if rapid.IntRange(0, 9).Draw(r, "goes on") < 6 {
				who, act = m.next(r)
			}
			was := m.state
			want := m.expects(who, act)
			err := o.perform(r, m, people[who], act)
			if (err == nil) != want {
				r.Fatalf("%s by %s at %s of %s, which is %s: %v, want success %v", act, who, m.i.Task, m.i.Unit.Name, was, err, want)
			}
			if m.state != was {
				left[was]++
			}
			reached[m.state]++
			got, err := o.tasks.Find(ctx, o.operator(), 2016, m.i.ID)
			if err != nil {
				r.Fatal(err)
			}
			openParts := 0
			for _, p := range got.Parts {
				if p.Open() {
					openParts++
				}
			}
			if got.Record.State != m.state || len(got.Entries) != m.said || openParts != len(m.parts) || got.Ends != m.ends {
				r.Fatalf("after %s by %s: %s, %d reports, %d open parts, ends %s; want %s, %d, %d, %s", act, who, got.Record.State, len(got.Entries), openParts, got.Ends, m.state, m.said, len(m.parts), m.ends)
			}
			if got.Record.State.Decided() && (got.Record.DecidedBy == got.Record.HandedInBy || !slices.Contains(m.signers, got.Record.DecidedBy)) {
				r.Fatalf("handed in by %s and approved by %s", got.Record.HandedInBy, got.Record.DecidedBy)
			}
			units++
		}
	})
	for _, s := range []dossier.State{dossier.Draft, dossier.Submitted, dossier.Returned, dossier.Approved, dossier.Locked} {
		if reached[s] == 0 || left[s] == 0 {
			t.Errorf("%s was reached %d times and left %d times in %d actions", s, reached[s], left[s], units)
		}
	}
}

// next is what usually comes next, by somebody who usually does it.
func (m *model) next(r *rapid.T) (who, act string) {
	one := func(of []string, acts ...string) (string, string) {
		return rapid.SampledFrom(of).Draw(r, "usual"), rapid.SampledFrom(acts).Draw(r, "next")
	}
	switch {
	case m.asked != "":
		return one(m.reopeners(), "reopen")
	case m.state == dossier.Approved:
		return one(m.workers, "close", "ask")
	case m.state == dossier.Locked:
		return one(m.workers, "ask")
	case m.state == dossier.Submitted:
		return one(m.signers, "approve", "approve", "return")
	case !m.accepted:
		return one(m.workers, "accept")
	case m.said == 0:
		return one(m.workers, "report")
	case len(m.parts) > 0:
		return one(m.workers, "end")
	}
	return one(m.workers, "hand")
}

// expects says whether an action succeeds, and notes what then holds.
func (m *model) expects(who, act string) bool {
	worker, leads, signs := slices.Contains(m.workers, who), m.leads(who), slices.Contains(m.signers, who)
	decides := m.state == dossier.Approved || m.state == dossier.Locked
	switch act {
	case "accept":
		if !worker || !m.working() || m.accepted {
			return false
		}
		m.accepted = true
	case "report":
		if !leads || !m.working() || !m.accepted {
			return false
		}
		m.said++
	case "split":
		if !leads || !m.working() || !m.accepted {
			return false
		}
		m.parts[fmt.Sprint(m.said, len(m.parts))] = true
	case "end":
		if !leads || !m.working() || len(m.parts) == 0 {
			return false
		}
		for p := range m.parts {
			delete(m.parts, p)
			break
		}
	case "hand":
		if !worker || !m.working() || !m.accepted || m.said == 0 || len(m.parts) > 0 {
			return false
		}
		m.state, m.handedBy = dossier.Submitted, who
	case "return":
		above := map[string][]string{"14848": {"ctx", "kiem", "cth", "pcth", "ctt"}, "384": {"cth", "pcth", "ctt"}, "38": {"ctt", "gdyt"}}[m.i.Unit.Code]
		if m.state != dossier.Submitted || !slices.Contains(above, who) || who == "gdyt" && m.i.Task != "II.4" {
			return false
		}
		m.state = dossier.Returned
	case "approve":
		if m.state != dossier.Submitted || !signs || m.handedBy == who {
			return false
		}
		m.state = dossier.Approved
	case "close":
		if m.state != dossier.Approved || !worker && !signs {
			return false
		}
		m.state = dossier.Locked
	case "ask":
		if !decides || !worker && !signs || m.asked != "" {
			return false
		}
		m.asked = who
	case "reopen":
		if !decides || m.asked == "" || m.asked == who || !slices.Contains(m.reopeners(), who) {
			return false
		}
		m.state, m.asked = dossier.Returned, ""
	case "time":
		if !worker || !m.working() || m.timeBy != "" {
			return false
		}
		m.timeBy = who
		m.timeTries++
	case "grant", "refuse":
		if m.timeBy == "" || !slices.Contains(m.deciders(act), who) {
			return false
		}
		if act == "grant" {
			m.ends = m.wanted()
		}
		m.timeBy = ""
	}
	return true
}

// reopeners are who opens it again: the level above.
func (m *model) reopeners() []string {
	if m.i.Unit.Code == "384" {
		return []string{"cbt"}
	}
	if m.i.Unit.Code == "14848" {
		return []string{"cbh", "cbt"}
	}
	return m.opens
}

// deciders grant more time, or send a request back: whoever signs above, or at
// the unit itself.
func (m *model) deciders(act string) []string {
	if act == "grant" {
		return m.grants
	}
	return map[string][]string{"14848": {"ctx", "kiem", "cth", "pcth", "ctt"}, "384": {"cth", "pcth", "ctt"}, "38": {"ctt"}}[m.i.Unit.Code]
}

// wanted is the next day after the present term that is asked for.
func (m *model) wanted() string { return fmt.Sprintf("2017-%02d-16", 1+m.timeTries%12) }

func (o *office) perform(r *rapid.T, m *model, by *account.Actor, act string) error {
	s, year, id := o.tasks, m.i.Year, m.i.ID
	got, err := s.Find(ctx, o.operator(), year, id)
	if err != nil {
		r.Fatal(err)
	}
	rev := got.Record.Rev
	switch act {
	case "accept":
		return s.Accept(ctx, by, year, id, "")
	case "report":
		return s.Report(ctx, by, year, id, "đang làm", 50)
	case "split":
		return errOf(s.Split(ctx, by, year, id, task.Part{What: "một phần", Unit: m.i.By}))
	case "end":
		for _, p := range got.Parts {
			if p.Open() {
				return s.EndPart(ctx, by, year, id, p.ID, p.Rev, "")
			}
		}
		return s.EndPart(ctx, by, year, id, "khong", 1, "")
	case "hand":
		return s.HandIn(ctx, by, year, id, rev, "")
	case "return":
		return s.Return(ctx, by, year, id, rev, "sửa lại")
	case "approve":
		return s.Approve(ctx, by, year, id, rev, "")
	case "close":
		return s.Close(ctx, by, year, id, rev)
	case "ask":
		return s.AskReopen(ctx, by, year, id, rev, "sai")
	case "reopen":
		return s.Reopen(ctx, by, year, id, rev, true, "đồng ý")
	case "time":
		return s.AskTime(ctx, by, year, id, m.wanted(), "bão")
	}
	for _, one := range got.Times {
		if one.Record.State == dossier.Submitted {
			return s.DecideTime(ctx, by, year, id, one.ID, one.Record.Rev, act == "grant", "lý do")
		}
	}
	return s.DecideTime(ctx, by, year, id, "khong", 1, act == "grant", "lý do")
}
