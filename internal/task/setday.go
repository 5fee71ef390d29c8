package task

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// Set is a date of which the plan and its repair say nothing: of a task without
// one, or of one that was due before the plan was issued.
const Set Choice = "set"

// dayless says whether nothing proposes a date: somebody has to say one.
func (d *Decision) dayless() bool { return d.Proposed == "" }

// completeSet takes the date of a task that has none that could be kept.
func (d *Decision) completeSet(p *programme.Programme) error {
	switch d.Choice {
	case Keep:
		d.Due = d.Printed
		return nil
	case Set:
	default:
		return field("repair_choice", "choice", "task.set.choose")
	}
	if d.Printed == "" {
		return fault.If(!sameForm(d.Due, "01-02"), field("repair_day", "due", "task.set.bad_day"))
	}
	first, last := p.Issued, strconv.Itoa(p.Period.To)+"-12-31"
	return fault.If(!area.ValidDay(d.Due) || d.Due < first || d.Due > last, field("repair_day", "due", "task.set.bad_day_once", "first", area.ShowDay(first), "last", area.ShowDay(last)))
}

// against names what a date contradicts by the dates that hold: what the task
// needs and is due later, and what needs it and is due earlier.
func against(p *programme.Programme, decided map[string]Decision, d Decision) string {
	holds := func(t programme.Task) string {
		if other, there := decided[t.ID]; there && other.Due != "" {
			return other.Due
		}
		return t.Due.Value()
	}
	var names []string
	note := func(t programme.Task, contradicts func(day string) bool) {
		if day := holds(t); t.ID != d.Task && len(day) == len(d.Due) && contradicts(day) {
			names = append(names, text.T("task.repair.need", "task", t.ID, "title", t.Title, "day", Shown(day)))
		}
	}
	one, _ := p.Task(d.Task)
	for _, t := range p.Tasks {
		if slices.Contains(one.Needs, t.ID) {
			note(t, func(day string) bool { return day > d.Due })
		}
		if slices.Contains(t.Needs, d.Task) {
			note(t, func(day string) bool { return day < d.Due })
		}
	}
	return strings.Join(names, "; ")
}

// setMade gives the date to the obligations of the task that years made before
// hold and that are not done: as long as its day has not passed, and never
// earlier than the term they have, so that nobody is late by the decision itself
// and nobody loses time.
func (s *Store) setMade(tx *db.Tx, d Decision) (changes []journal.Change, err error) {
	if d.Choice != Set {
		return nil, nil
	}
	years, err := s.madeYears(tx)
	if err != nil {
		return nil, err
	}
	for _, y := range years {
		if y.plan != d.Plan {
			continue
		}
		list, err := s.kept(tx, y.year, ` and task = $3`+mine, d.Task)
		if err != nil {
			return nil, err
		}
		if err := s.follow(tx, y.plan, y.year, list); err != nil {
			return nil, err
		}
		for _, i := range list {
			ends, ok := s.setEnds(i, d)
			if !ok || i.State == Done || ends < s.today() || i.Extended != "" && i.Extended >= ends {
				continue
			}
			if _, err := tx.Exec(`update task set ends = $1 where province_id = $2 and year = $3 and id = $4`, ends, s.Province, y.year, i.ID); err != nil {
				return nil, err
			}
			changes = append(changes, journal.Change{Kind: "task", Record: subjectOf(y.year, i.ID), Field: "ends", From: journal.Value(i.Ends), To: journal.Value(ends)})
		}
	}
	return changes, nil
}

// setEnds is the day on which the term of an obligation ends by a decision; ok
// is false where that is not later than the term it has.
func (s *Store) setEnds(i Instance, d Decision) (ends string, ok bool) {
	day := d.Due
	if len(day) == len("01-02") {
		day = inYear(i.Year, day)
	}
	if day == "" || day <= i.Due || d.Choice != Set && (i.Due == "" || day[:4] != i.Due[:4]) {
		return "", false
	}
	ends = s.Calendar.NextWorking(day)
	return ends, ends > i.Ends
}

// Affected are how many obligations of a task years made before hold, and how
// many of those are not done.
type Affected struct{ All, Open int }

// affected counts those of a task in years that were made by its plan.
func (s *Store) affected(tx *db.Tx, plan, task string) (n Affected, err error) {
	years, err := s.madeYears(tx)
	for _, y := range years {
		if y.plan != plan {
			continue
		}
		list, err := s.kept(tx, y.year, ` and task = $3`+mine, task)
		if err == nil {
			err = s.follow(tx, y.plan, y.year, list)
		}
		if err != nil {
			return n, err
		}
		for _, i := range list {
			n.All++
			if i.State != Done {
				n.Open++
			}
		}
	}
	return n, err
}

// decisionOn is the approver's word by which an obligation's term is another
// than the printed one; ok is false where nothing of it goes back to him.
func (s *Store) decisionOn(tx *db.Tx, plan string, i Instance) (d Decision, ok bool, err error) {
	err = tx.Each(`select decision, due, reason, at, by_actor from programme_repair where province_id = $1 and programme_id = $2 and task = $3`, []any{s.Province, plan, i.Task}, func(r *sql.Rows) error {
		ok = true
		return r.Scan(&d.Choice, &d.Due, &d.Reason, &d.At, &d.By)
	})
	if err != nil || !ok || d.Choice == Keep {
		return d, false, err
	}
	made := i
	made.Ends = ""
	ends, later := s.setEnds(made, d)
	return d, later && ends == i.Ends && i.Extended == "", nil
}
