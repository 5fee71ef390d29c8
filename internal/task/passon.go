package task

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// nobody stands in passed_to where no unit of the level is left.
const nobody = "-"

// PassOn hands what units that have ended within the year still owed to their
// successors: a successor that owes nothing of the kind gets an obligation with
// the same terms; at one that does, it is told to its dossier. Reports and
// files stay with the obligation of old, which leads to the new one; open parts
// and unanswered questions go along. It gives how many were passed on.
func (s *Store) PassOn(ctx context.Context, by *account.Actor) (n int, err error) {
	var due []ended
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = s.ended(tx)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		for _, e := range due {
			passed, err := s.passOn(tx, by, e)
			if err != nil {
				return err
			}
			n += passed
		}
		return nil
	})
	return n, err
}

// ended is a unit that is no more in a year in which it owes something.
type ended struct {
	madeYear
	unit  area.ID
	level area.Level
	day   string
}

func (s *Store) ended(tx *db.Tx) (list []ended, err error) {
	years, err := s.madeYears(tx)
	if err != nil {
		return nil, err
	}
	tree := s.Tree()
	for _, y := range years {
		day := min(Boundaries(y.year), s.today())
		err := tx.Each(`select distinct unit, level from task where province_id = $1 and year = $2 and level in ('district', 'commune') and passed_to = ''`, []any{s.Province, y.year}, func(r *sql.Rows) error {
			e := ended{madeYear: y, day: day}
			if err := r.Scan(&e.unit, &e.level); err != nil {
				return err
			}
			// One that begins later in the year has not ended.
			if last, ok := tree.Last(e.unit); ok && last.To != "" && last.To <= day {
				list = append(list, e)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Store) passOn(tx *db.Tx, by *account.Actor, e ended) (n int, err error) {
	open, err := s.some(tx, e.madeYear, ` and level = $3 and unit = $4`, string(e.level), string(e.unit))
	if err != nil {
		return 0, err
	}
	heirs, ready := s.Dossiers.Heirs(e.unit, e.level, e.day)
	if !ready {
		return 0, nil
	}
	old, _ := s.Tree().Last(e.unit)
	for _, i := range open {
		if i.State == Done {
			continue
		}
		own, there, err := s.ownDossier(tx, e.plan, i)
		if err != nil {
			return n, err
		}
		if there {
			passed, err := s.Dossiers.PassOnIn(tx, by, own)
			if err != nil {
				return n, err
			}
			if !passed {
				continue
			}
		}
		first := nobody
		for _, heir := range heirs {
			id, err := s.inherit(tx, i, heir)
			if err != nil {
				return n, err
			}
			if first == nobody {
				first = id
			}
		}
		if err := s.passed(tx, by, i, first, text.T("task.passed.area", "area", old.FullName, "day", area.ShowDay(old.To))); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// ownDossier is that of an obligation whose product is no other's.
func (s *Store) ownDossier(tx *db.Tx, plan string, i Instance) (d dossier.Dossier, there bool, err error) {
	b, err := s.basis(tx, plan)
	if err != nil || s.linked(b, i) || i.Dossier == "" {
		return d, false, err
	}
	d, err = s.Dossiers.Get(tx, i.Dossier)
	return d, err == nil, err
}

// inherit gives the obligation of a unit for the same thing, and makes it where
// there is none.
func (s *Store) inherit(tx *db.Tx, i Instance, unit area.ID) (id string, err error) {
	code, name := "", ""
	owner := string(unit)
	if agency, ok := account.AgencyOf(unit); ok {
		list, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return "", err
		}
		for _, a := range list {
			if a.ID == agency {
				owner, code, name = a.ID, a.ID, a.Name
			}
		}
	} else if v, ok := s.Tree().Lately(unit, s.today()); ok {
		code, name = v.Code, v.FullName
	}
	err = tx.Get(`select id from task where province_id = $1 and year = $2 and task = $3 and level = $4 and unit = $5 and from_year = $6`, []any{s.Province, i.Year, i.Task, string(i.Level), owner, i.Span.From}, &id)
	if !errors.Is(err, db.ErrNoRows) {
		return id, err
	}
	id = db.NewID()
	_, err = tx.Exec(`insert into task (province_id, year, id, position, task, level, unit, unit_code, unit_name, from_year, to_year, due, ends, lead, approver, title, committee_id)
		select province_id, year, $1, position, task, level, $2, $3, $4, from_year, to_year, due, ends, case when lead = unit_code then $3 else lead end, approver, title, committee_id from task where province_id = $5 and year = $6 and id = $7`,
		id, owner, code, name, s.Province, i.Year, i.ID)
	if err != nil {
		return "", err
	}
	// More time that was granted holds for the successor too.
	_, err = tx.Exec(`insert into task_time (province_id, year, task_id, id, dossier_id, wanted, reason, granted, at, by_actor)
		select province_id, year, $1, id, dossier_id, wanted, reason, granted, at, by_actor from task_time where province_id = $2 and year = $3 and task_id = $4 and granted <> ''`, id, s.Province, i.Year, i.ID)
	return id, err
}

// passed marks an obligation as passed on, and takes along what of it is open.
func (s *Store) passed(tx *db.Tx, by *account.Actor, i Instance, to, reason string) error {
	if _, err := tx.Exec(`update task set passed_to = $1 where province_id = $2 and year = $3 and id = $4`, to, s.Province, i.Year, i.ID); err != nil {
		return err
	}
	if to != nobody {
		var heir string
		if err := tx.Get(`select unit from task where province_id = $1 and year = $2 and id = $3`, []any{s.Province, i.Year, to}, &heir); err != nil {
			return err
		}
		if i.Level == programme.Agency {
			heir = string(account.AgencyUnit(heir))
		}
		if _, err := tx.Exec(`update task_part set task_id = $1, unit_id = case when unit_id = $2 then $3 else unit_id end, rev = rev + 1
			where province_id = $4 and year = $5 and task_id = $6 and done_at is null and dropped_at is null`, to, string(i.By), heir, s.Province, i.Year, i.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`update task_input set task_id = $1, rev = rev + 1 where province_id = $2 and year = $3 and task_id = $4 and answered_at is null`, to, s.Province, i.Year, i.ID); err != nil {
			return err
		}
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "task.pass_on", Kind: "task", Record: subjectOf(i.Year, i.ID), AreaID: string(i.By), Reason: reason,
		Changes: []journal.Change{{Field: "task", To: journal.Value(i.Task)}, {Field: "unit", To: journal.Value(i.Unit.Code)}, {Field: "passed_to", To: journal.Value(to)}}})
}

// Inherits is the obligation of a successor, made where there is none. A
// request for more time ends with its unit: the successor asks for itself.
func (w work) Inherits(tx *db.Tx, _ *account.Actor, d dossier.Dossier, unit area.ID) (k dossier.Key, err error) {
	year, id, _ := parseSubject(d.Subject)
	list, err := w.kept(tx, year, ` and id = $3`, id)
	if err != nil || len(list) == 0 {
		return k, err
	}
	to, err := w.inherit(tx, list[0], unit)
	return dossier.Key{Kind: d.Kind, Subject: subjectOf(year, to), Unit: unit, Until: d.Until, SignAt: d.SignAt}, err
}

// PassedOn closes the requests for more time that nobody has answered: they
// were for a unit that is no more.
func (w work) PassedOn(tx *db.Tx, by *account.Actor, from, _ dossier.Dossier, _ []area.ID) error {
	if strings.HasPrefix(from.Kind, timePrefix) {
		return nil
	}
	year, id, _ := parseSubject(from.Subject)
	times, err := w.times(tx, year, id)
	for _, m := range times {
		if err == nil && m.Record.State == dossier.Submitted {
			err = w.Dossiers.Lapse(tx, by, m.Record)
		}
	}
	return err
}

// passedTo is the successor's obligation; without an ID for one that was not
// passed on.
func (s *Store) passedTo(tx *db.Tx, i Instance) (to Instance, err error) {
	if i.PassedTo == "" || i.PassedTo == nobody {
		return to, nil
	}
	list, err := s.kept(tx, i.Year, ` and id = $3`, i.PassedTo)
	if err != nil || len(list) == 0 {
		return to, err
	}
	return list[0], nil
}

// passedFrom are those that came to an obligation from units that have ended.
func (s *Store) passedFrom(tx *db.Tx, i Instance) ([]Instance, error) {
	return s.kept(tx, i.Year, ` and passed_to = $3`, i.ID)
}

var _ dossier.Heir = work{}
