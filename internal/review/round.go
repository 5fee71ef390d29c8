package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

const roundColumns = `id, kind, year, standard, count_day, boundary_day, class_from, calendar, state, opened_at, coalesce(closed_at, 0), rev,
	case when kind = 'yearly' and exists (select 1 from round o where o.province_id = round.province_id and o.kind = 'yearly' and o.year = round.year
		and (o.opened_at < round.opened_at or o.opened_at = round.opened_at and o.id < round.id)) then 1 else 0 end`

func scanRound(r *sql.Rows) (Round, error) {
	var o Round
	var beside int
	err := r.Scan(&o.ID, &o.Kind, &o.Year, &o.Standard, &o.CountDay, &o.BoundaryDay, &o.ClassFrom, &o.Calendar, &o.State, &o.OpenedAt, &o.ClosedAt, &o.Rev, &beside)
	o.Beside = beside == 1
	return o, err
}

// Rounds lists all rounds, oldest first.
func (s *Store) Rounds(ctx context.Context) (list []Round, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select `+roundColumns+` from round where province_id = $1 order by year, kind desc, id`, []any{s.Province}, func(r *sql.Rows) error {
			o, err := scanRound(r)
			list = append(list, o)
			return err
		})
	})
	return list, err
}

// rounds lists them in the order in which the register numbers them.
func (s *Store) rounds(tx *db.Tx) (list []Round, err error) {
	err = tx.Each(`select `+roundColumns+` from round where province_id = $1 order by year, opened_at, id`, []any{s.Province}, func(r *sql.Rows) error {
		o, err := scanRound(r)
		list = append(list, o)
		return err
	})
	return list, err
}

// FindRound gives one round by its id.
func (s *Store) FindRound(ctx context.Context, id string) (o Round, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = s.Round(tx, id)
		return err
	})
	return o, err
}

// Round is FindRound within a transaction.
func (s *Store) Round(tx *db.Tx, id string) (Round, error) {
	var o Round
	var beside int
	err := tx.Get(`select `+roundColumns+` from round where province_id = $1 and id = $2`, []any{s.Province, id},
		&o.ID, &o.Kind, &o.Year, &o.Standard, &o.CountDay, &o.BoundaryDay, &o.ClassFrom, &o.Calendar, &o.State, &o.OpenedAt, &o.ClosedAt, &o.Rev, &beside)
	o.Beside = beside == 1
	if errors.Is(err, db.ErrNoRows) {
		return o, fault.New(fault.NotFound, "round_not_found", text.T("review.round_not_found", "id", id))
	}
	return o, err
}

// Yearly is the yearly round of a year; of several the one opened first. ok is
// false where none was.
func (s *Store) Yearly(tx *db.Tx, year int) (o Round, ok bool, err error) {
	list, err := s.rounds(tx)
	for _, o := range list {
		if o.Kind == Yearly && o.Year == year {
			return o, true, nil
		}
	}
	return o, false, err
}

// Opening is what the province says of a round that it opens. Empty fields
// take what the rules give: the id is the year, the standard that of the
// first day on which the classes hold, the boundaries those of 31 December.
type Opening struct {
	ID, Kind    string
	Year        int
	Standard    string
	BoundaryDay string
	Calendar    string // days by code, as docs/data.md describes; "" for the procedure's alone
	Plan        string // the approved survey plan, a dossier
	PlanNote    string // number and day of a plan on paper
}

// OpenRound opens a round.
func (s *Store) OpenRound(ctx context.Context, actor string, o Opening) (Round, error) {
	round, err := s.plan(o)
	if err != nil {
		return round, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.checkPlan(tx, o); err != nil {
			return err
		}
		if err := s.checkStandard(tx, round); err != nil {
			return err
		}
		return s.insertRound(tx, actor, &round, o)
	})
	return round, err
}

func (s *Store) plan(o Opening) (Round, error) {
	round := Round{ID: o.ID, Kind: o.Kind, Year: o.Year, Calendar: o.Calendar, State: Open, Rev: 1}
	if round.Kind == "" {
		round.Kind = Yearly
	}
	if round.Kind != Yearly && round.Kind != InYear {
		return round, refused("kind", "review.bad_kind")
	}
	var w wrong
	s.year(&w, o.Year, firstRound)
	switch {
	case round.ID == "" && round.Kind == InYear:
		w.say("id", "review.in_year_id")
	case round.ID == "":
		round.ID = strconv.Itoa(o.Year)
	case !goodID(round.ID):
		w.say("id", "review.bad_id", "most", longestID)
	}
	w.long("plan_note", o.PlanNote, typed.Line)
	round.CountDay = fmt.Sprintf("%04d-12-31", o.Year)
	if round.Kind == Yearly {
		round.ClassFrom = fmt.Sprintf("%04d-01-01", o.Year+1)
	}
	round.BoundaryDay = o.BoundaryDay
	if round.BoundaryDay == "" {
		round.BoundaryDay = max(round.CountDay, s.firstDay())
	}
	if len(w.fields) == 0 || o.BoundaryDay != "" { // else the year is what is wrong
		if !area.ValidDay(round.BoundaryDay) || len(s.Tree().Roots(round.BoundaryDay)) == 0 {
			w.say("boundaries", "review.bad_boundaries", "day", area.ShowDay(round.BoundaryDay))
		}
	}
	if err := fault.Together(w.err(), s.checkCalendar(round)); err != nil {
		return round, err
	}
	set, err := s.standardFor(o)
	if err != nil {
		return round, err
	}
	round.Standard = set
	return round, nil
}

// longestID bounds what stands in addresses, on papers and in names of files.
const longestID = 20

// The years of rounds and plans: a round that was opened for a year mistyped
// gives every commune a dossier and stays.
const (
	firstRound = 1990
	firstPlan  = 2015
	yearsAhead = 2
)

func (s *Store) year(w *wrong, year, first int) {
	if last := yearOf(s.today()) + yearsAhead; year < first || year > last {
		w.say("year", "review.bad_year", "first", first, "last", last)
	}
}

// goodID says whether an id needs no escaping anywhere.
func goodID(id string) bool {
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_' {
			return false
		}
	}
	return len(id) <= longestID && id[0] != '.' && id[0] != '-'
}

// CheckOpening says all that is the matter with what the province filled in.
func (s *Store) CheckOpening(o Opening) error {
	_, err := s.plan(o)
	return err
}

// standardFor finds the rule set by its id, or the one that is valid on the
// first day of the classes. The autumn round of a year decides the class of
// the next, by the standard valid then.
func (s *Store) standardFor(o Opening) (string, error) {
	if o.Standard != "" {
		set, err := s.Law.ByID(o.Standard)
		if err != nil {
			return "", err
		}
		return set.ID, nil
	}
	if o.Kind == InYear {
		set, err := s.Law.ValidOn(fmt.Sprintf("%04d-12-31", o.Year))
		if err != nil {
			return "", err
		}
		return set.ID, nil
	}
	set, err := s.Law.ForRound(o.Year)
	if err != nil {
		return "", err
	}
	return set.ID, nil
}

// checkStandard refuses to judge a year by a rule set that was in force on no
// day of it, nor on the first day of the classes. Beside the year's own round
// another may try what a different standard would give.
func (s *Store) checkStandard(tx *db.Tx, o Round) error {
	set, err := s.Law.ByID(o.Standard)
	if err != nil {
		return err
	}
	from, to := fmt.Sprintf("%04d-01-01", o.Year), fmt.Sprintf("%04d-01-01", o.Year+1)
	if set.Valid.From <= to && (set.Valid.To == "" || set.Valid.To >= from) {
		return nil
	}
	if _, beside, err := s.Yearly(tx, o.Year); err != nil || beside {
		return err
	}
	said := text.T("review.standard_not_valid", "standard", set.ID, "year", o.Year)
	if right, err := s.Law.ForRound(o.Year); err == nil {
		said = text.T("review.standard_not_valid_but", "standard", set.ID, "year", o.Year, "right", right.ID)
	}
	return fault.New(fault.Invalid, "standard_not_valid", said, fault.Field{Name: "standard", Message: said})
}

// firstDay is the first day of which the area tables know: the lists of
// earlier years are not at hand, so that the round of 2015 stands on the list
// of 2016-01-01.
func (s *Store) firstDay() string { return s.Tree().FirstDay() }

func (s *Store) insertRound(tx *db.Tx, actor string, o *Round, by Opening) error {
	o.OpenedAt = s.Now().UnixMilli()
	if o.Kind == Yearly {
		_, beside, err := s.Yearly(tx, o.Year)
		if err != nil {
			return err
		}
		o.Beside = beside
	}
	_, err := tx.Exec(`insert into round (province_id, id, kind, year, standard, count_day, boundary_day, class_from, calendar, state, opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.Province, o.ID, o.Kind, o.Year, o.Standard, o.CountDay, o.BoundaryDay, o.ClassFrom, o.Calendar, o.State, o.OpenedAt)
	if db.Unique(err) {
		exists := text.T("review.round_exists", "id", o.ID)
		return fault.New(fault.Conflict, "round_exists", exists, fault.Field{Name: "id", Message: exists})
	}
	if err != nil {
		return err
	}
	if err := s.openDossiers(tx, actor, *o, by); err != nil {
		return err
	}
	s.roundsChanged(tx)
	return journal.Record(tx, s.Province, &journal.Entry{At: o.OpenedAt, Actor: actor, Action: "round.open", Kind: "round", Record: o.ID,
		Changes: []journal.Change{{Field: "year", To: journal.Value(o.Year)}, {Field: "standard", To: journal.Value(o.Standard)}, {Field: "boundary_day", To: journal.Value(o.BoundaryDay)}}})
}

// Close closes a round for good. It is refused while a warning is unanswered:
// somebody must say whether the form or the list of members is right. While
// communes have no decision yet it needs a reason, which is kept.
func (s *Store) Close(ctx context.Context, actor, id string, rev int64, reason string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.Round(tx, id)
		if err != nil {
			return err
		}
		if o.State == Closed {
			return roundClosed(id)
		}
		if o.Rev != rev {
			return stale()
		}
		var open against
		if err := tx.Each(`select a.household_id, a.village_id, coalesce((select p.full_name from household h join person p on p.province_id = h.province_id and p.id = h.head_id where h.province_id = a.province_id and h.id = a.household_id), '') from assessment a join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
			where a.province_id = $1 and a.round_id = $2 and a.warnings <> '' and a.warning_answer = '' order by a.village_id, a.household_id`, []any{s.Province, id}, func(r *sql.Rows) error {
			var one household.ID
			var village area.ID
			var head string
			err := r.Scan(&one, &village, &head)
			s.formIn(&open, o, one, head, village)
			return err
		}); err != nil {
			return err
		}
		if open.n > 0 {
			against := dossier.Obstacle{Message: text.T("review.warnings_open", "n", open.n), Count: open.n, Records: open.records}
			return fault.New(fault.Conflict, "warnings_open", against.Named()).With(against.Part())
		}
		reason, err := typed.Account("reason", reason)
		if err != nil {
			return err
		}
		if err := s.undecided(tx, o); err != nil && (reason == "" || fault.Of(err) != fault.Invalid) {
			return err
		}
		if err := s.Freeze(tx, o); err != nil {
			return err
		}
		now := s.Now().UnixMilli()
		if _, err := tx.Exec(`update round set state = $1, closed_at = $2, rev = rev + 1 where province_id = $3 and id = $4`, Closed, now, s.Province, id); err != nil {
			return err
		}
		s.roundsChanged(tx)
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: actor, Action: "round.close", Kind: "round", Record: id, Reason: reason,
			Changes: []journal.Change{{Field: "state", From: journal.Value(Open), To: journal.Value(Closed)}}})
	})
}

func (s *Store) roundsChanged(tx *db.Tx) {
	if s.RoundsChanged != nil {
		tx.AfterCommit(s.RoundsChanged)
	}
}

func roundClosed(id string) error {
	return fault.New(fault.Conflict, "round_closed", text.T("review.round_closed", "id", id))
}

func stale() error { return fault.New(fault.Conflict, "stale_rev", text.T("review.stale")) }

func refused(field, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, key, message, fault.Field{Name: field, Message: message})
}
