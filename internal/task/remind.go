package task

import (
	"context"
	"database/sql"
	"slices"
	"sort"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/programme"
)

// DutyKind says what waits for somebody.
type DutyKind string

// What can wait. Own are the obligations of his unit that end soon or are
// late; the others wait for him alone.
const (
	DutyOwn     DutyKind = "own"
	DutyApprove DutyKind = "approve"
	DutyTime    DutyKind = "time"    // a request for more time to decide
	DutyRefused DutyKind = "refused" // more time, which he asked for
	DutyUnlock  DutyKind = "unlock"
	DutyPart    DutyKind = "part"
	DutyAnswer  DutyKind = "answer" // his unit was asked for input
)

// Duty is one thing that waits for somebody.
type Duty struct {
	Kind DutyKind
	Instance
	Day  string // by when; "" where no day is set
	Left int    // working days until then; below zero: late by so many
	What string // of a part or of a question
	Item string // the id of the part or the question
}

// Duties gives what waits for a person alone in the years that were made, by
// day. The obligations of his units are told by Reminders.
func (s *Store) Duties(ctx context.Context, by *account.Actor) ([]Duty, error) {
	return s.gather(ctx, func(tx *db.Tx, years []madeYear) (list []Duty, err error) {
		for _, more := range []func(*db.Tx, *account.Actor, []madeYear) ([]Duty, error){s.decisions, s.refusals, s.partDuties, s.inputDuties} {
			found, err := more(tx, by, years)
			if err != nil {
				return nil, err
			}
			list = append(list, found...)
		}
		return list, nil
	})
}

// Reminders are the own obligations of which a person is to be reminded today,
// by day: those that end within the first reminder's time, and the late ones.
func (s *Store) Reminders(ctx context.Context, by *account.Actor) ([]Duty, error) {
	return s.gather(ctx, func(tx *db.Tx, years []madeYear) (list []Duty, err error) {
		for _, y := range years {
			own, err := s.ownDuties(tx, by, y)
			if err != nil {
				return nil, err
			}
			list = append(list, own...)
		}
		return list, nil
	})
}

func (s *Store) gather(ctx context.Context, read func(*db.Tx, []madeYear) ([]Duty, error)) (list []Duty, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		years, err := s.madeYears(tx)
		if err == nil {
			list, err = read(tx, years)
		}
		return err
	})
	sort.SliceStable(list, func(i, j int) bool { return list[i].Day != "" && (list[j].Day == "" || list[i].Day < list[j].Day) })
	return list, err
}

type madeYear struct {
	year int
	plan string
}

func (s *Store) madeYears(tx *db.Tx) (list []madeYear, err error) {
	err = tx.Each(`select year, programme_id from task_year where province_id = $1 order by year`, []any{s.Province}, func(r *sql.Rows) error {
		var y madeYear
		err := r.Scan(&y.year, &y.plan)
		list = append(list, y)
		return err
	})
	return list, err
}

// left counts the working days until a day; below zero those since.
func (s *Store) left(day string) int {
	today := s.today()
	if day == "" {
		return 0
	}
	if today > day {
		return -s.Calendar.Between(day, s.Calendar.NextWorking(today))
	}
	return s.Calendar.Between(today, day)
}

// duty makes one of an instance.
func (s *Store) duty(kind DutyKind, i Instance, day, what string) Duty {
	return Duty{Kind: kind, Instance: i, Day: day, Left: s.left(day), What: what}
}

// some reads obligations of a year with a further condition, with their states.
func (s *Store) some(tx *db.Tx, y madeYear, condition string, args ...any) ([]Instance, error) {
	list, err := s.kept(tx, y.year, condition+mine, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	plans, err := s.plans(tx)
	if err != nil {
		return nil, err
	}
	entitle(list, plans, y.plan)
	return list, s.follow(tx, y.plan, y.year, list)
}

func (s *Store) ownDuties(tx *db.Tx, by *account.Actor, y madeYear) (duties []Duty, err error) {
	var areas, agencies []string
	for _, p := range by.Posts {
		role, ok := s.Dossiers.Roles().Role(p.Role)
		switch {
		case by.MustChange || !ok || !p.InForce(by.Day) || !role.Rights.Has(account.RightTasks):
		case p.AgencyID != "":
			agencies = append(agencies, p.AgencyID)
		case !role.NeedsSubject:
			areas = append(areas, string(p.Area))
		}
	}
	if len(areas)+len(agencies) == 0 {
		return nil, nil
	}
	list, err := s.open(tx, y.year, func(i Instance) bool {
		switch {
		case i.Level == programme.Agency:
			return slices.Contains(agencies, i.Unit.Code)
		case i.Level == programme.Province && slices.Contains(agencies, i.Lead):
			return true
		}
		return slices.Contains(areas, string(i.Area))
	})
	for _, i := range list {
		// What an agency leads is the agency's, and not once more its province's.
		code, agency := account.AgencyOf(i.By)
		if i.State == Done || i.State == HandedIn || i.Ends == "" || agency && !slices.Contains(agencies, code) {
			continue
		}
		if s.left(i.Ends) <= s.Reminding.first() {
			duties = append(duties, s.duty(DutyOwn, i, i.Ends, ""))
		}
	}
	return duties, err
}

// one reads one obligation; ok is false where its year was not made.
func (s *Store) one(tx *db.Tx, years []madeYear, year int, id string) (i Instance, ok bool, err error) {
	at := slices.IndexFunc(years, func(y madeYear) bool { return y.year == year })
	if at < 0 {
		return i, false, nil
	}
	if tx.ReadOnly() {
		w, err := s.whole(tx, year)
		if err != nil {
			return i, false, err
		}
		if n, there := w.at[id]; there {
			return w.list[n], true, nil
		}
	}
	list, err := s.kept(tx, year, ` and id = $3`, id)
	if err != nil || len(list) == 0 {
		return i, false, err
	}
	plans, err := s.plans(tx)
	if err != nil {
		return i, false, err
	}
	entitle(list, plans, years[at].plan)
	return list[0], true, s.follow(tx, years[at].plan, year, list)
}

// decisions are the dossiers of obligations and of requests that the person
// can sign, or open again.
func (s *Store) decisions(tx *db.Tx, by *account.Actor, years []madeYear) (duties []Duty, err error) {
	if by.ID == account.OperatorID {
		return nil, nil
	}
	waiting, err := s.Dossiers.Waiting(tx, kindPrefix)
	for _, d := range waiting {
		if err != nil {
			return nil, err
		}
		var may dossier.Allowed
		if may, err = s.Dossiers.May(by, d); err != nil {
			return nil, err
		}
		if !may.Approve && !may.Unlock {
			continue
		}
		year, id, _ := parseSubject(d.Subject)
		i, ok, err := s.one(tx, years, year, id)
		switch {
		case err != nil:
			return nil, err
		case !ok:
		case may.Unlock:
			duties = append(duties, s.duty(DutyUnlock, i, "", ""))
		case strings.HasPrefix(d.Kind, timePrefix):
			duties = append(duties, s.duty(DutyTime, i, i.Ends, ""))
		default:
			duties = append(duties, s.duty(DutyApprove, i, i.Ends, ""))
		}
	}
	return duties, err
}

func (s *Store) partDuties(tx *db.Tx, by *account.Actor, years []madeYear) ([]Duty, error) {
	return s.openParts(tx, years, func(p Part) bool { return s.his(by, p) })
}

func (s *Store) openParts(tx *db.Tx, years []madeYear, of func(Part) bool) (duties []Duty, err error) {
	for _, y := range years {
		parts, err := s.parts(tx, y.year, ` and done_at is null and dropped_at is null`)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			if !of(part) {
				continue
			}
			i, ok, err := s.one(tx, years, y.year, part.Task)
			if err != nil {
				return nil, err
			}
			if ok && i.State != Done {
				d := s.duty(DutyPart, i, part.Due, part.What)
				d.Item = part.ID
				duties = append(duties, d)
			}
		}
	}
	return duties, nil
}

func (s *Store) inputDuties(tx *db.Tx, by *account.Actor, years []madeYear) ([]Duty, error) {
	return s.openInputs(tx, years, func(i Input) bool { return s.stands(by, i.Unit) })
}

func (s *Store) openInputs(tx *db.Tx, years []madeYear, of func(Input) bool) (duties []Duty, err error) {
	asked, err := s.inputs(tx, ` and answered_at is null`)
	for _, input := range asked {
		if err != nil {
			return nil, err
		}
		if !of(input) {
			continue
		}
		i, ok, err := s.one(tx, years, input.Year, input.Task)
		if err != nil {
			return nil, err
		}
		if ok && i.State != Done {
			d := s.duty(DutyAnswer, i, input.Due, input.Question)
			d.Item = input.ID
			duties = append(duties, d)
		}
	}
	return duties, err
}

// Escalation is an obligation that is late and so shows at a level above.
type Escalation struct {
	Instance
	Late int     // working days
	To   area.ID // the unit at which it shows
}

// Escalated gives what is late in the units below and shows at the units where
// the person works or signs: the latest first.
func (s *Store) Escalated(ctx context.Context, by *account.Actor) (list []Escalation, err error) {
	if !s.above(by) {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		years, err := s.madeYears(tx)
		if err != nil {
			return err
		}
		for _, y := range years {
			late, err := s.open(tx, y.year, s.late)
			if err != nil {
				return err
			}
			for _, i := range late {
				if in, days := i.In(s.Calendar, s.today()); in == Overdue {
					list = append(list, s.shows(by, i, days)...)
				}
			}
		}
		return nil
	})
	sort.SliceStable(list, func(a, b int) bool { return list[a].Late > list[b].Late })
	return list, err
}

// shows gives the level above at which a late obligation shows to the person.
func (s *Store) shows(by *account.Actor, i Instance, late int) []Escalation {
	unit, day := i.By, min(s.today(), Boundaries(i.Year))
	for range s.Reminding.levels(late) {
		up, ok := s.Dossiers.Place(dossier.AtAbove, unit, day)
		if !ok || up == unit {
			return nil
		}
		if unit = up; s.watches(by, unit) {
			return []Escalation{{i, late, unit}}
		}
	}
	return nil
}

// watches says whether the person works or signs at an area of which he sees
// everything.
func (s *Store) watches(by *account.Actor, unit area.ID) bool {
	return slices.ContainsFunc(by.Posts, func(p account.Post) bool {
		role, ok := s.Dossiers.Roles().Role(p.Role)
		return ok && !by.MustChange && p.InForce(by.Day) && p.Area == unit && role.ShowsAll() && role.Rights.Has(account.RightTasks)
	})
}

// above says whether anything can show to the person: he watches a district or
// the province.
func (s *Store) above(by *account.Actor) bool {
	return slices.ContainsFunc(by.Posts, func(p account.Post) bool {
		v, ok := s.Tree().Last(p.Area)
		return ok && levels[v.Level] != programme.Commune && v.Level != area.Village && s.watches(by, p.Area)
	})
}
