package committee

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Meeting is one meeting of a committee.
type Meeting struct {
	ID      string
	HeldOn  string
	Chair   string
	Subject string
	At      int64
	By      string
}

// Conclusion is what a meeting asks of a unit.
type Conclusion struct {
	ID        string
	Committee string
	Meeting   string
	Title     string
	Unit      area.ID // an area, or account.AgencyUnit
	Due       string
	Ends      string // Due, or the working day after it
	Result    string
	DoneOn    string // "" while it is open
	DoneBy    string
	Year      int // of its obligation, which has its id; 0: it has none, and is reported on here
	Rev       int64
}

// Concluded is a conclusion with the committee whose it is.
type Concluded struct {
	Of Committee
	Conclusion
}

// WithoutTask gives the open conclusions of a year's meetings that have no
// obligation, because that year's were not made when the meeting was held; the
// first due first.
func (s *Store) WithoutTask(tx *db.Tx, year int) (list []Concluded, err error) {
	first, last := fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-12-31", year)
	open, err := s.conclusions(tx, ` and done_on = '' and task_year = 0 and exists (select 1 from committee_meeting m where m.province_id = $1 and m.committee_id = committee_conclusion.committee_id
		and m.id = committee_conclusion.meeting_id and m.held_on >= $2 and m.held_on <= $3) order by due, id`, first, last)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	committees, err := s.list(tx, "")
	for _, o := range open {
		if at := slices.IndexFunc(committees, func(c Committee) bool { return c.ID == o.Committee }); at >= 0 {
			list = append(list, Concluded{committees[at], o})
		}
	}
	return list, err
}

// HaveTask says of conclusions that they have an obligation of a year: they are
// reported on there from now on.
func (s *Store) HaveTask(tx *db.Tx, ids []string, year int) error {
	for _, id := range ids {
		if _, err := tx.Exec(`update committee_conclusion set task_year = $1, rev = rev + 1 where province_id = $2 and id = $3`, year, s.Province, id); err != nil {
			return err
		}
	}
	return nil
}

// Late is by how many working days it is late, or was when it was done; 0 while
// its term runs.
func (s *Store) Late(c Conclusion) int {
	day := c.DoneOn
	if day == "" {
		day = s.today()
	}
	if day <= c.Ends {
		return 0
	}
	return s.Calendar.Between(c.Ends, s.Calendar.NextWorking(day))
}

func (s *Store) meetings(tx *db.Tx, committee string) (list []Meeting, err error) {
	err = tx.Each(`select id, held_on, chair, subject, at, by_actor from committee_meeting where province_id = $1 and committee_id = $2 order by held_on desc, id desc`, []any{s.Province, committee}, func(r *sql.Rows) error {
		var m Meeting
		err := r.Scan(&m.ID, &m.HeldOn, &m.Chair, &m.Subject, &m.At, &m.By)
		list = append(list, m)
		return err
	})
	return list, err
}

func (s *Store) conclusions(tx *db.Tx, tail string, args ...any) (list []Conclusion, err error) {
	err = tx.Each(`select id, committee_id, meeting_id, title, unit_id, due, ends, result, done_on, done_by, rev, task_year from committee_conclusion where province_id = $1`+tail, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		var c Conclusion
		err := r.Scan(&c.ID, &c.Committee, &c.Meeting, &c.Title, &c.Unit, &c.Due, &c.Ends, &c.Result, &c.DoneOn, &c.DoneBy, &c.Rev, &c.Year)
		list = append(list, c)
		return err
	})
	return list, err
}

// MeetingRecord names a meeting among the records of all subjects.
func MeetingRecord(committee, meeting string) string { return committee + "-" + meeting }

// ParseMeeting reads such a name.
func ParseMeeting(name string) (committee, meeting string, ok bool) {
	committee, meeting, ok = strings.Cut(name, "-")
	return committee, meeting, ok && meeting != ""
}

// SeesMeetingIn is SeesIn for a meeting of a committee.
func (s *Store) SeesMeetingIn(tx *db.Tx, by *account.Actor, name string) (area.ID, error) {
	id, meeting, ok := ParseMeeting(name)
	if !ok {
		return "", absent()
	}
	unit, err := s.SeesIn(tx, by, id)
	if err != nil {
		return "", err
	}
	list, err := s.meetings(tx, id)
	if err == nil && !slices.ContainsFunc(list, func(m Meeting) bool { return m.ID == meeting }) {
		err = absent()
	}
	return unit, err
}

// Meet records a meeting.
func (s *Store) Meet(ctx context.Context, by *account.Actor, committee string, m Meeting) (Meeting, error) {
	m.Chair, m.Subject = vn.Line(m.Chair), vn.Lines(m.Subject)
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.kept(tx, by, committee)
		if err != nil {
			return err
		}
		if err := fault.Together(
			fault.If(!area.ValidDay(m.HeldOn) || m.HeldOn > s.today() || m.HeldOn < c.DecidedOn, refused("held_on", "committee.bad_held", "day", area.ShowDay(c.DecidedOn))),
			fault.If(m.Chair == "", refused("chair", "committee.bad_chair", "most", typed.Line)), typed.Fits("chair", m.Chair, typed.Line),
			fault.If(m.Subject == "", refused("about", "committee.bad_about", "most", typed.Words)), typed.Fits("about", m.Subject, typed.Words)); err != nil {
			return err
		}
		m.ID, m.At, m.By = db.NewID(), s.Now().UnixMilli(), by.ID
		if _, err := tx.Exec(`insert into committee_meeting (province_id, committee_id, id, held_on, chair, subject, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			s.Province, c.ID, m.ID, m.HeldOn, m.Chair, m.Subject, m.At, m.By); err != nil {
			return err
		}
		return s.tell(tx, by, "meet", c.Area, c.ID, "", journal.Change{Field: "held_on", To: journal.Value(m.HeldOn)}, journal.Change{Field: "chair", To: journal.Value(m.Chair)})
	})
	return m, err
}

// furthestDue is how many years after a meeting what it asks for can be due: as
// long as a plan runs. What is further is a year mistyped.
const furthestDue = 5

// Conclude records what a meeting asks of a unit by a day: one of the
// committee's own area, or an agency that belongs to it.
func (s *Store) Conclude(ctx context.Context, by *account.Actor, committee, meeting string, o Conclusion) error {
	o.Title = vn.Line(o.Title)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.kept(tx, by, committee)
		if err != nil {
			return err
		}
		meetings, err := s.meetings(tx, c.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(meetings, func(m Meeting) bool { return m.ID == meeting })
		if i < 0 {
			return absent()
		}
		known, err := s.known(tx, c.Area, o.Unit)
		if err != nil {
			return err
		}
		last := area.YearsLater(meetings[i].HeldOn, furthestDue)
		if err := fault.Together(
			fault.If(o.Title == "", refused("title", "committee.bad_title", "most", mostTitle)), typed.Fits("title", o.Title, mostTitle),
			fault.If(!known, refused("unit", "committee.bad_unit")),
			fault.If(!area.ValidDay(o.Due) || o.Due < meetings[i].HeldOn || o.Due > last, refused("due", "committee.bad_due", "day", area.ShowDay(meetings[i].HeldOn), "last", area.ShowDay(last)))); err != nil {
			return err
		}
		o.ID, o.Ends = db.NewID(), s.Calendar.NextWorking(o.Due)
		if s.Oblige != nil {
			if o.Year, err = s.Oblige(tx, by, c, meetings[i].HeldOn, o); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`insert into committee_conclusion (province_id, id, committee_id, meeting_id, title, unit_id, due, ends, at, by_actor, task_year) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			s.Province, o.ID, c.ID, meeting, o.Title, string(o.Unit), o.Due, o.Ends, s.Now().UnixMilli(), by.ID, o.Year); err != nil {
			return err
		}
		return s.tell(tx, by, "conclude", c.Area, c.ID, "", journal.Change{Field: "title", To: journal.Value(o.Title)}, journal.Change{Field: "unit", To: journal.Value(string(o.Unit))}, journal.Change{Field: "due", To: journal.Value(o.Due)})
	})
}

// known says whether a committee can ask something of the unit.
func (s *Store) known(tx *db.Tx, root, unit area.ID) (bool, error) {
	id, agency := account.AgencyOf(unit)
	if !agency {
		v, ok := s.Tree().On(unit, s.today())
		return ok && v.Level != area.Village && s.covers(root, unit), nil
	}
	list, err := account.AgenciesIn(tx, s.Province)
	return slices.ContainsFunc(list, func(a account.Agency) bool {
		return a.ID == id && a.InForce(s.today()) && s.covers(root, a.Area)
	}), err
}

// worksAt says whether the actor works at the unit itself.
func (s *Store) worksAt(by *account.Actor, unit area.ID) bool {
	agency, isAgency := account.AgencyOf(unit)
	return slices.ContainsFunc(s.Roles().WorkingPosts(by, account.RightTasks), func(p account.Post) bool {
		if isAgency {
			return p.AgencyID == agency
		}
		role, _ := s.Roles().Role(p.Role)
		return p.AgencyID == "" && !role.NeedsSubject && p.Area == unit
	})
}

// MayFinish says who may report on a conclusion: its unit, and those who keep
// the committee's papers.
func (s *Store) MayFinish(by *account.Actor, o Conclusion, committee Committee) bool {
	return s.worksAt(by, o.Unit) || s.Keeps(by, committee.Area)
}

// Finish says what became of a conclusion, and on which day it was done.
func (s *Store) Finish(ctx context.Context, by *account.Actor, id string, rev int64, day, result string) error {
	result = vn.Lines(result)
	return s.conclusion(ctx, by, id, rev, "finish", result, func(o *Conclusion, held string) error {
		if o.DoneOn != "" {
			return stale()
		}
		if err := fault.Together(
			fault.If(!area.ValidDay(day) || day > s.today() || day < held, refused("done_on", "committee.bad_done", "day", area.ShowDay(held))),
			fault.If(result == "", refused("result", "committee.bad_result", "most", typed.Words)), typed.Fits("result", result, typed.Words)); err != nil {
			return err
		}
		o.DoneOn, o.DoneBy, o.Result = day, by.ID, result
		return nil
	})
}

// Reopen takes such a report back, with the reason. Only those who keep the
// committee's papers may.
func (s *Store) Reopen(ctx context.Context, by *account.Actor, id string, rev int64, reason string) error {
	reason = vn.Line(reason)
	return s.conclusion(ctx, by, id, rev, "reopen", reason, func(o *Conclusion, _ string) error {
		switch {
		case o.DoneOn == "":
			return stale()
		case reason == "":
			return refused("reason", "committee.bad_reason", "most", mostTitle)
		case typed.TooLong(reason, mostTitle) != "":
			return typed.Fits("reason", reason, mostTitle)
		}
		o.DoneOn, o.DoneBy, o.Result = "", "", ""
		return nil
	})
}

func (s *Store) conclusion(ctx context.Context, by *account.Actor, id string, rev int64, action, reason string, change func(o *Conclusion, held string) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		list, err := s.conclusions(tx, ` and id = $2`, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return absent()
		}
		o := list[0]
		committees, err := s.list(tx, ` and id = $2`, o.Committee)
		if err != nil {
			return err
		}
		c := committees[0]
		switch may := s.MayFinish(by, o, c); {
		case !may && !s.sees(by, c.Area) && !s.worksAt(by, o.Unit):
			return absent()
		case !may || action == "reopen" && !s.Keeps(by, c.Area):
			return fault.New(fault.Forbidden, "not_yours", text.T("committee.not_yours"))
		}
		var held string
		if err := tx.Get(`select held_on from committee_meeting where province_id = $1 and committee_id = $2 and id = $3`, []any{s.Province, c.ID, o.Meeting}, &held); err != nil {
			return err
		}
		if o.Year != 0 {
			return fault.New(fault.Conflict, "has_task", text.T("committee.has_task"))
		}
		was := o
		if err := change(&o, held); err != nil {
			return err
		}
		n, err := tx.Exec(`update committee_conclusion set done_on = $1, done_by = $2, result = $3, rev = rev + 1 where province_id = $4 and id = $5 and rev = $6`, o.DoneOn, o.DoneBy, o.Result, s.Province, id, rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, action, c.Area, c.ID, reason, journal.Diff([]journal.Change{{Field: "title", To: journal.Value(o.Title)}}, "done_on", was.DoneOn, o.DoneOn)...)
	})
}

// Asked lists the open conclusions without an obligation that the actor's own
// units owe, the first due first.
func (s *Store) Asked(ctx context.Context, by *account.Actor) (list []Conclusion, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := s.conclusions(tx, ` and done_on = '' and task_year = 0 order by due, id`)
		list = slices.DeleteFunc(all, func(o Conclusion) bool { return !s.worksAt(by, o.Unit) })
		return err
	})
	return list, err
}
