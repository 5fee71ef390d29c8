package task

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// Part is a part of an obligation and who does it.
type Part struct {
	Year    int
	Task    string // the id of the obligation
	ID      string
	What    string
	Unit    area.ID    // an area, or an agency; "" for a person of the own unit
	Account account.ID // "" for a unit as a whole
	Due     string     // "" for no day of its own
	DoneAt  int64
	DoneBy  string
	Note    string
	Dropped int64
	At      int64
	By      string
	Rev     int64
}

// Open says whether it is still to be done.
func (p Part) Open() bool { return p.DoneAt == 0 && p.Dropped == 0 }

func (s *Store) parts(tx *db.Tx, year int, condition string, args ...any) (list []Part, err error) {
	err = tx.Each(`select year, task_id, id, what, unit_id, account_id, due, coalesce(done_at, 0), done_by, note, coalesce(dropped_at, 0), at, by_actor, rev from task_part
		where province_id = $1 and year = $2`+condition+` order by id`, append([]any{s.Province, year}, args...), func(r *sql.Rows) error {
		var p Part
		err := r.Scan(&p.Year, &p.Task, &p.ID, &p.What, &p.Unit, &p.Account, &p.Due, &p.DoneAt, &p.DoneBy, &p.Note, &p.Dropped, &p.At, &p.By, &p.Rev)
		list = append(list, p)
		return err
	})
	return list, err
}

// parseSubject takes the subject of a dossier of an obligation apart.
func parseSubject(subject string) (year int, id string, ok bool) {
	first, rest, ok := strings.Cut(subject, "/")
	id, _, _ = strings.Cut(rest, "/")
	year, err := strconv.Atoi(first)
	return year, id, ok && err == nil && id != ""
}

// stands says whether the actor has a post at the unit: there he works or signs.
func (s *Store) stands(by *account.Actor, unit area.ID) bool {
	for _, p := range by.Posts {
		role, ok := s.Dossiers.Roles().Role(p.Role)
		if !ok || !p.InForce(by.Day) || by.MustChange || !role.Rights.Has(account.RightTasks) {
			continue
		}
		if id, agency := account.AgencyOf(unit); agency && p.AgencyID == id || !agency && p.AgencyID == "" && p.Area == unit {
			return true
		}
	}
	return false
}

// Stands says whether the actor works or signs at the unit.
func (s *Store) Stands(by *account.Actor, unit area.ID) bool { return s.stands(by, unit) }

// His says whether a part is the actor's.
func (s *Store) His(by *account.Actor, p Part) bool { return s.his(by, p) }

// his says whether a part is the actor's.
func (s *Store) his(by *account.Actor, p Part) bool {
	if p.Account != "" {
		return by.Account != "" && p.Account == by.Account || string(p.Account) == by.ID
	}
	return p.Unit != "" && s.stands(by, p.Unit)
}

func (s *Store) hasPart(by *account.Actor, o Obligation) bool {
	return slices.ContainsFunc(o.Parts, func(p Part) bool { return p.Dropped == 0 && s.his(by, p) })
}

// concerns says whether the actor has a part of an obligation, or his unit was
// asked for input.
func (s *Store) concerns(tx *db.Tx, by *account.Actor, year int, id string) (bool, error) {
	parts, err := s.parts(tx, year, ` and task_id = $3`, id)
	if err != nil {
		return false, err
	}
	if s.hasPart(by, Obligation{Parts: parts}) {
		return true, nil
	}
	inputs, err := s.inputs(tx, ` and year = $2 and task_id = $3`, year, id)
	return slices.ContainsFunc(inputs, func(i Input) bool { return s.stands(by, i.Unit) }), err
}

// Split gives a part of the work to a unit, or to a person of the own unit or
// of that one.
func (s *Store) Split(ctx context.Context, by *account.Actor, year int, id string, p Part) (Part, error) {
	var empty error
	p.What, empty = said("what", "what", p.What)
	return p, s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		if !s.leads(by, o) {
			return notYours(o)
		}
		if err := s.mayReport(by, o); err != nil {
			return err
		}
		who, err := s.wrongWho(tx, o, p)
		if err != nil {
			return err
		}
		if err := fault.Together(empty, who, s.wrongDue(o, p.Due)); err != nil {
			return err
		}
		p.Year, p.Task, p.ID, p.At, p.By, p.Rev = year, id, db.NewID(), s.Now().UnixMilli(), by.ID, 1
		if _, err := tx.Exec(`insert into task_part (province_id, year, task_id, id, what, unit_id, account_id, due, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			s.Province, year, id, p.ID, p.What, string(p.Unit), string(p.Account), p.Due, p.At, p.By); err != nil {
			return err
		}
		return s.tell(tx, by, o, "split", "", journal.Change{Field: "part", To: journal.Value(p.What)}, journal.Change{Field: "to_unit", To: journal.Value(p.Unit)},
			journal.Change{Field: "to_account", To: journal.Value(p.Account)}, journal.Change{Field: "due", To: journal.Value(p.Due)})
	})
}

// wrongWho says what is wrong with who is to do a part.
func (s *Store) wrongWho(tx *db.Tx, o Obligation, p Part) (wrong, err error) {
	if p.Unit == "" && p.Account == "" {
		return field("part_who", "who", "task.part.who"), nil
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return nil, err
	}
	if p.Unit != "" && !s.Gives(agencies, o, p.Unit) {
		return field("part_unit", "who", "task.part.unit"), nil
	}
	if p.Account != "" {
		at := p.Unit
		if at == "" {
			at = o.By
		}
		people, err := account.Holders(tx, s.Province, at, s.today())
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(people, func(h account.Holder) bool { return h.ID == p.Account }) {
			return field("part_account", "who", "task.part.account"), nil
		}
	}
	return nil, nil
}

// wrongDue says what is wrong with the day of a part.
func (s *Store) wrongDue(o Obligation, due string) error {
	day := s.today()
	switch {
	case due == "":
		return nil
	case !area.ValidDay(due):
		return field("part_due", "due", "task.work.bad_day")
	case due < day:
		return field("part_due", "due", "task.work.past_day")
	case o.Ends != "" && due > o.Ends && day <= o.Ends:
		return field("part_due", "due", "task.part.after_term", "day", area.ShowDay(o.Ends))
	case due > area.YearsLater(day, furthest):
		return tooFar("due")
	}
	return nil
}

// Gives says whether an obligation's unit can give work to another: an area to
// itself, those in it and the agencies that belong there; an agency to all that
// the area has to which it belongs itself. A department of the province does not
// do what a commune tells it to.
func (s *Store) Gives(agencies []account.Agency, o Obligation, unit area.ID) bool {
	day := s.Dossiers.Day(s.key(o))
	home := func(id string) area.ID {
		at := slices.IndexFunc(agencies, func(a account.Agency) bool { return a.ID == id && a.InForce(s.today()) })
		roots := s.Tree().Roots(day)
		switch {
		case at < 0:
			return ""
		case agencies[at].Area == "" && len(roots) > 0:
			return roots[0].Area
		}
		return agencies[at].Area
	}
	top := o.By
	if id, agency := account.AgencyOf(o.By); agency {
		top = home(id)
	}
	if id, agency := account.AgencyOf(unit); agency {
		unit = home(id)
	}
	return s.Tree().Covers(top, unit, day)
}

// EndPart says that a part is done, by whoever does it or leads the work.
func (s *Store) EndPart(ctx context.Context, by *account.Actor, year int, id, part string, rev int64, note string) error {
	note = nfc(note)
	if err := short("note", "note", note); err != nil {
		return err
	}
	return s.part(ctx, by, year, id, part, func(tx *db.Tx, o Obligation, p Part) error {
		if !s.his(by, p) && !s.leads(by, o) {
			return notYours(o)
		}
		return s.setPart(tx, by, o, p, "part_done", rev, note, `done_at = $1, done_by = $2, note = $3`, s.Now().UnixMilli(), by.ID, note)
	})
}

// DropPart takes a part back: nobody does it any more.
func (s *Store) DropPart(ctx context.Context, by *account.Actor, year int, id, part string, rev int64, reason string) error {
	reason, err := said("reason", "reason", reason)
	if err != nil {
		return err
	}
	return s.part(ctx, by, year, id, part, func(tx *db.Tx, o Obligation, p Part) error {
		if !s.leads(by, o) {
			return notYours(o)
		}
		return s.setPart(tx, by, o, p, "part_drop", rev, reason, `dropped_at = $1, dropped_by = $2, note = $3`, s.Now().UnixMilli(), by.ID, reason)
	})
}

func (s *Store) part(ctx context.Context, by *account.Actor, year int, id, part string, do func(tx *db.Tx, o Obligation, p Part) error) error {
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ID == part })
		switch {
		case at < 0:
			return fault.New(fault.NotFound, "no_part", text.T("task.part.none"))
		case !o.Parts[at].Open():
			return fault.New(fault.Conflict, "part_closed", text.T("task.part.closed"))
		case !o.working():
			return wrongState(o)
		}
		return do(tx, o, o.Parts[at])
	})
}

func (s *Store) setPart(tx *db.Tx, by *account.Actor, o Obligation, p Part, action string, rev int64, reason, set string, args ...any) error {
	n, err := tx.Exec(`update task_part set `+set+`, rev = rev + 1 where province_id = $4 and year = $5 and task_id = $6 and id = $7 and rev = $8`,
		append(args, s.Province, o.Year, o.ID, p.ID, rev)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return stale()
	}
	return s.tell(tx, by, o, action, reason, journal.Change{Field: "part", Kind: "task_part", Record: p.ID, To: journal.Value(p.What)})
}

func stale() error { return fault.New(fault.Conflict, "stale_rev", text.T("task.work.stale")) }
