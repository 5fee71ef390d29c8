package task

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// Choice is what the approver decided on a date that the repair postpones.
type Choice string

// The choices.
const (
	Accept   Choice = "accept"   // the date of the repair
	Override Choice = "override" // another one, not before the printed one
	Keep     Choice = "keep"     // the printed one, though it contradicts
)

// Decision is the last word on the deadline of one task of a plan. It holds for
// years that are made afterwards, beside the printed date, which stays.
type Decision struct {
	Plan, Task        string
	Printed, Proposed string // MM-DD of every year, or YYYY-MM-DD
	Choice            Choice
	Due               string // as Printed
	Reason            string
	At                int64
	By                string
	Rev               int64
	// Confirmed is the day that its writer has seen to lie before what the task
	// needs, and wants all the same.
	Confirmed string
}

// Moved is a deadline that the repair of a plan postpones, or one that a person
// has to say (To is "" then), with what was decided on it.
type Moved struct {
	programme.Move
	Decision Decision // Choice is "" where nobody has decided
	Affected Affected // of one that a person has to say
}

// Repair gives what a plan's repair proposes and what it finds no date for, with
// what was decided on each.
func (s *Store) Repair(ctx context.Context, p *programme.Programme) (moved, dayless []Moved, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		decided, err := s.repairs(tx, p.Number)
		if err != nil {
			return err
		}
		moved, dayless = nil, nil
		r := p.Repair()
		for _, m := range r.Moved {
			moved = append(moved, Moved{Move: m, Decision: decided[m.Task]})
		}
		for _, m := range p.WithoutDay(r) {
			n, err := s.affected(tx, p.Number, m.Task)
			if err != nil {
				return err
			}
			dayless = append(dayless, Moved{m, decided[m.Task], n})
		}
		return nil
	})
	return moved, dayless, err
}

func (s *Store) repairs(tx *db.Tx, plan string) (map[string]Decision, error) {
	found := map[string]Decision{}
	err := tx.Each(`select task, printed, proposed, decision, due, reason, at, by_actor, rev from programme_repair where province_id = $1 and programme_id = $2`, []any{s.Province, plan}, func(r *sql.Rows) error {
		d := Decision{Plan: plan}
		err := r.Scan(&d.Task, &d.Printed, &d.Proposed, &d.Choice, &d.Due, &d.Reason, &d.At, &d.By, &d.Rev)
		found[d.Task] = d
		return err
	})
	return found, err
}

// MayDecide says whether somebody signs for the whole province: the chair,
// whose signature the plan bears, or who signs in his place.
func (s *Store) MayDecide(by *account.Actor) bool {
	roots := s.Tree().Roots(s.today())
	if by.MustChange || len(roots) == 0 {
		return false
	}
	_, ok := s.Dossiers.At(by, s.signing(roots[0].Area), roots[0].Area, s.today())
	return ok
}

// Decide keeps the approver's word on a date that the repair postpones. Years
// already made keep theirs. rev is the one that the writer saw, 0 for none.
func (s *Store) Decide(ctx context.Context, by *account.Actor, d Decision, rev int64) error {
	if !s.MayDecide(by) {
		return fault.New(fault.Forbidden, "repair_right", text.T("task.repair.right"))
	}
	reason, unsaid := said("repair_reason", "reason", d.Reason)
	d.Reason = reason
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(plans, func(p *programme.Programme) bool { return p.Number == d.Plan })
		if at < 0 {
			return gone()
		}
		p := plans[at]
		r := p.Repair()
		moves := append(p.WithoutDay(r), r.Moved...)
		n := slices.IndexFunc(moves, func(m programme.Move) bool { return m.Task == d.Task })
		if n < 0 {
			return gone()
		}
		one := d // the function may run twice
		one.Printed, one.Proposed = moves[n].From, moves[n].To
		if err := fault.Together(one.complete(p), unsaid); err != nil {
			return err
		}
		before, err := s.repairs(tx, d.Plan)
		if err != nil {
			return err
		}
		if one.Choice == Override && one.Due < one.Proposed && one.Confirmed != one.Due {
			return field("repair_early", "due", "task.repair.early", "day", Shown(one.Due), "needs", needed(p, r.Moved, d.Task))
		}
		if others := against(p, before, one); one.Choice == Set && others != "" && one.Confirmed != one.Due {
			return field("repair_early", "due", "task.set.against", "day", Shown(one.Due), "others", others)
		}
		if before[d.Task].Rev != rev {
			return stale()
		}
		return s.keep(tx, by, before[d.Task], one)
	})
}

// needed names what a task needs, with the days by which the repaired calendar
// has it.
func needed(p *programme.Programme, moves []programme.Move, id string) string {
	one, _ := p.Task(id)
	var names []string
	for _, need := range one.Needs {
		t, _ := p.Task(need)
		day := t.Due.Words()
		if n := slices.IndexFunc(moves, func(m programme.Move) bool { return m.Task == need }); n >= 0 {
			day = Shown(moves[n].To)
		}
		names = append(names, text.T("task.repair.need", "task", need, "title", t.Title, "day", day))
	}
	return strings.Join(names, "; ")
}

func gone() error {
	return fault.New(fault.NotFound, "repair_absent", text.T("task.repair.absent"))
}

// complete gives the date by the choice and refuses what takes time away from
// anybody.
func (d *Decision) complete(p *programme.Programme) error {
	if d.dayless() {
		return d.completeSet(p)
	}
	switch d.Choice {
	case Accept:
		d.Due = d.Proposed
	case Keep:
		d.Due = d.Printed
	case Override:
		if !sameForm(d.Due, d.Printed) {
			return field("repair_day", "due", "task.repair.bad_day")
		}
		if d.Due < d.Printed {
			return field("repair_earlier", "due", "task.repair.earlier", "printed", Shown(d.Printed))
		}
	default:
		return field("repair_choice", "choice", "task.repair.choose")
	}
	return nil
}

// sameForm says whether a value is a day of the same kind as another: of every
// year, or of the same year.
func sameForm(value, as string) bool {
	if len(as) == len("01-02") {
		_, err := time.Parse(time.DateOnly, "2000-"+value)
		return err == nil && len(value) == len(as)
	}
	return area.ValidDay(value) && value[:4] == as[:4]
}

// Shown writes a deadline of the repair as people do.
func Shown(value string) string {
	if len(value) == len("01-02") {
		return value[3:] + "/" + value[:2]
	}
	return area.ShowDay(value)
}

func (s *Store) keep(tx *db.Tx, by *account.Actor, before, d Decision) error {
	now := s.Now().UnixMilli()
	if _, err := tx.Exec(`insert into programme_repair (province_id, programme_id, task, printed, proposed, decision, due, reason, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (province_id, programme_id, task) do update set printed = excluded.printed, proposed = excluded.proposed, decision = excluded.decision, due = excluded.due,
			reason = excluded.reason, at = excluded.at, by_actor = excluded.by_actor, rev = programme_repair.rev + 1`,
		s.Province, d.Plan, d.Task, d.Printed, d.Proposed, string(d.Choice), d.Due, d.Reason, now, by.ID); err != nil {
		return err
	}
	made, err := s.setMade(tx, d)
	if err != nil {
		return err
	}
	said := journal.Diff(journal.Diff(journal.Diff(nil, "task", "", d.Task), "decision", string(before.Choice), string(d.Choice)), "due", before.Due, d.Due)
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "programme.repair", Kind: "programme", Record: d.Plan, Reason: d.Reason, Changes: append(said, made...)})
}

// decided puts the deadlines that were decided into obligations that are not
// made yet: the term ends by them, the printed date stays.
func (s *Store) decided(tx *db.Tx, plan string, list []Instance) error {
	all, err := s.repairs(tx, plan)
	if err != nil || len(all) == 0 {
		return err
	}
	for n := range list {
		i := &list[n]
		if d, there := all[i.Task]; there {
			if ends, later := s.setEnds(*i, d); later {
				i.Ends = ends
			}
		}
	}
	return nil
}

// inYear is a day of every year in one: 29 February as the last of that month.
func inYear(year int, day string) string {
	full := fmt.Sprintf("%04d-%s", year, day)
	if _, err := time.Parse(time.DateOnly, full); err != nil && strings.HasSuffix(day, "02-29") {
		return fmt.Sprintf("%04d-02-28", year)
	}
	return full
}

// Made gives the years whose obligations have been made, with the plan by which.
func (s *Store) Made(ctx context.Context) (years map[int]string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		made, err := s.madeYears(tx)
		years = map[int]string{}
		for _, y := range made {
			years[y.year] = y.plan
		}
		return err
	})
	return years, err
}
