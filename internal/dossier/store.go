package dossier

import (
	"context"
	"database/sql"
	"errors"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

const columns = `d.id, d.kind, d.subject, d.unit_id, d.until_day, d.procedure_id, d.state, d.opened_at, d.opened_by, coalesce(d.handed_in_at, 0), d.handed_in_by,
	coalesce(d.decided_at, 0), d.decided_by, d.capacity, d.passed_to, coalesce(d.unlock_asked_at, 0), d.unlock_asked_by, d.unlock_reason, d.sign_at, d.rev`

func scan(r *sql.Rows) (Dossier, error) {
	var d Dossier
	err := r.Scan(&d.ID, &d.Kind, &d.Subject, &d.Unit, &d.Until, &d.Procedure, &d.State, &d.OpenedAt, &d.OpenedBy, &d.HandedInAt, &d.HandedInBy,
		&d.DecidedAt, &d.DecidedBy, &d.Capacity, &d.PassedTo, &d.UnlockAsked, &d.UnlockBy, &d.UnlockReason, &d.SignAt, &d.Rev)
	return d, err
}

// Open makes the dossiers of the keys that have none yet, by the procedure of
// the day, in the caller's transaction.
func (s *Store) Open(tx *db.Tx, actor string, procedure *Procedure, keys []Key) error {
	for _, k := range keys {
		if _, known := procedure.Rules(k.Kind); !known {
			return errors.New("dossier: " + procedure.ID + " knows no " + k.Kind)
		}
	}
	now := s.Now().UnixMilli()
	rows := db.NewBulk("dossier", "id", "kind", "subject", "unit_id", "until_day", "sign_at").Same("procedure_id", procedure.ID).Same("state", string(Draft)).Same("opened_at", now).Same("opened_by", actor)
	events := db.NewBulk("dossier_event", "dossier_id", "id").Same("at", now).Same("actor", actor).Same("action", string(Opened))
	for _, k := range keys {
		id := db.NewID()
		rows.Add(id, k.Kind, k.Subject, string(k.Unit), k.Until, string(k.SignAt))
		events.Add(id, db.NewID())
	}
	if err := tx.Insert(s.Province, rows); err != nil {
		return err
	}
	return tx.Insert(s.Province, events)
}

// Get gives a dossier within a transaction, without asking who wants it.
func (s *Store) Get(tx *db.Tx, id string) (d Dossier, err error) {
	return s.one(tx, ` and d.id = $2`, id)
}

// About gives the dossier of a key; ok is false where there is none.
func (s *Store) About(tx *db.Tx, k Key) (Dossier, bool, error) {
	d, err := s.one(tx, ` and d.subject = $2 and d.kind = $3 and d.unit_id = $4`, k.Subject, k.Kind, string(k.Unit))
	if fault.Of(err) == fault.NotFound {
		return d, false, nil
	}
	return d, err == nil, err
}

func (s *Store) one(tx *db.Tx, condition string, args ...any) (d Dossier, err error) {
	found := false
	err = tx.Each(`select `+columns+` from dossier d where d.province_id = $1`+condition, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		found = true
		d, err = scan(r)
		return err
	})
	if err == nil && !found {
		err = notFound()
	}
	return d, err
}

func notFound() error { return fault.New(fault.NotFound, "no_dossier", text.T("dossier.none")) }

// Find gives a dossier that the reader may see: one of a unit within the
// scope of some post of his.
func (s *Store) Find(ctx context.Context, by *account.Actor, id string) (d Dossier, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = s.FindIn(tx, by, id)
		return err
	})
	return d, err
}

// FindIn is Find within a transaction.
func (s *Store) FindIn(tx *db.Tx, by *account.Actor, id string) (Dossier, error) {
	d, err := s.Get(tx, id)
	if err != nil || s.sees(by, d) {
		return d, err
	}
	if subject, ok := s.subjects[d.Kind].(Viewer); ok {
		if concerned, err := subject.Concerns(tx, by, d); concerned || err != nil {
			return d, err
		}
	}
	return d, notFound()
}

// Sees says whether some post of the actor covers the dossier's unit, without
// asking its subject whom else it concerns.
func (s *Store) Sees(by *account.Actor, d Dossier) bool { return s.sees(by, d) }

// List gives the dossiers about a subject, of a kind or of all (""), in the
// reader's scope, by unit.
func (s *Store) List(ctx context.Context, by *account.Actor, subject, kind string) (list []Dossier, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.ListIn(tx, subject, kind)
		return err
	})
	seen := list[:0]
	for _, d := range list {
		if s.sees(by, d) {
			seen = append(seen, d)
		}
	}
	return seen, err
}

// ListIn is List within a transaction, of everybody's.
func (s *Store) ListIn(tx *db.Tx, subject, kind string) (list []Dossier, err error) {
	query, args := `select `+columns+` from dossier d where d.province_id = $1 and d.subject = $2`, []any{s.Province, subject}
	if kind != "" {
		query, args = query+` and d.kind = $3`, append(args, kind)
	}
	err = tx.Each(query+` order by d.kind, d.unit_id`, args, func(r *sql.Rows) error {
		d, err := scan(r)
		list = append(list, d)
		return err
	})
	return list, err
}

// Standing gives how far the dossiers are whose subjects lie from one on and
// before another: their key without until when, their state and when they were
// handed in and decided; and which of those that were not handed in have a step
// done. It is what lists of thousands need.
func (s *Store) Standing(tx *db.Tx, from, before, step string) (list []Dossier, done map[string]bool, err error) {
	done = map[string]bool{}
	err = tx.Each(`select d.id, d.kind, d.subject, d.unit_id, d.state, coalesce(d.handed_in_at, 0), coalesce(d.decided_at, 0),
			case when d.state <> 'draft' then 0 else (select count(*) from dossier_step s where s.province_id = d.province_id and s.dossier_id = d.id and s.step = $4 and s.unit_id = '') end
		from dossier d where d.province_id = $1 and d.subject >= $2 and d.subject < $3`, []any{s.Province, from, before, step}, func(r *sql.Rows) error {
		var d Dossier
		var steps int
		err := r.Scan(&d.ID, &d.Kind, &d.Subject, &d.Unit, &d.State, &d.HandedInAt, &d.DecidedAt, &steps)
		list, done[d.ID] = append(list, d), steps > 0
		return err
	})
	return list, done, err
}

// AboutEach gives the dossiers of all kinds about the subjects.
func (s *Store) AboutEach(tx *db.Tx, subjects []string) (list []Dossier, err error) {
	err = tx.EachOf(`select `+columns+` from dossier d where d.province_id = $1 and d.subject in (%s)`, []any{s.Province}, subjects, into(&list))
	return list, err
}

// OfUnits gives the dossiers of some units about a subject.
func (s *Store) OfUnits(tx *db.Tx, subject string, units []string) (list []Dossier, err error) {
	err = tx.EachOf(`select `+columns+` from dossier d where d.province_id = $1 and d.subject = $2 and d.unit_id in (%s)`, []any{s.Province, subject}, units, into(&list))
	return list, err
}

// SteppedOf gives which of the dossiers have the step done as a whole.
func (s *Store) SteppedOf(tx *db.Tx, ids []string, step string) (map[string]bool, error) {
	done := map[string]bool{}
	err := tx.EachOf(`select dossier_id from dossier_step where province_id = $1 and step = $2 and unit_id = '' and dossier_id in (%s)`, []any{s.Province, step}, ids, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		done[id] = true
		return err
	})
	return done, err
}

// Kinds gives of which kinds there are dossiers about a subject.
func (s *Store) Kinds(tx *db.Tx, subject string) (map[string]bool, error) {
	kinds := map[string]bool{}
	err := tx.Each(`select distinct kind from dossier where province_id = $1 and subject = $2`, []any{s.Province, subject}, func(r *sql.Rows) error {
		var kind string
		err := r.Scan(&kind)
		kinds[kind] = true
		return err
	})
	return kinds, err
}

func into(list *[]Dossier) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		d, err := scan(r)
		*list = append(*list, d)
		return err
	}
}

// Waiting gives the dossiers of kinds with the prefix that wait for somebody's
// decision: handed in, or to be opened again.
func (s *Store) Waiting(tx *db.Tx, kinds string) (list []Dossier, err error) {
	err = tx.Each(`select `+columns+` from dossier d where d.province_id = $1 and d.kind >= $2 and d.kind < $3 and (d.state = 'submitted' or d.unlock_asked_at is not null) order by d.handed_in_at, d.id`,
		[]any{s.Province, kinds, kinds + "~"}, func(r *sql.Rows) error {
			d, err := scan(r)
			list = append(list, d)
			return err
		})
	return list, err
}

// OfKind gives all dossiers of a kind that are about few things, such as plans.
func (s *Store) OfKind(tx *db.Tx, kind string) (list []Dossier, err error) {
	err = tx.Each(`select `+columns+` from dossier d where d.province_id = $1 and d.kind = $2 order by d.subject, d.id`, []any{s.Province, kind}, func(r *sql.Rows) error {
		d, err := scan(r)
		list = append(list, d)
		return err
	})
	return list, err
}

// Checklist gives the steps that are done.
func (s *Store) Checklist(tx *db.Tx, id string) (list []Done, err error) {
	err = tx.Each(`select step, unit_id, done_at, done_by, note from dossier_step where province_id = $1 and dossier_id = $2 order by done_at, step, unit_id`, []any{s.Province, id}, func(r *sql.Rows) error {
		var d Done
		err := r.Scan(&d.Step, &d.Unit, &d.At, &d.By, &d.Note)
		list = append(list, d)
		return err
	})
	return list, err
}

// Events gives everything that happened to the dossier, oldest first.
func (s *Store) Events(tx *db.Tx, id string) (list []Event, err error) {
	err = tx.Each(`select at, actor, role, action, step, unit_id, reason from dossier_event where province_id = $1 and dossier_id = $2 order by id`, []any{s.Province, id}, func(r *sql.Rows) error {
		var e Event
		err := r.Scan(&e.At, &e.Actor, &e.Role, &e.Action, &e.Step, &e.Unit, &e.Reason)
		list = append(list, e)
		return err
	})
	return list, err
}

// Counts gives, for every dossier about a subject, in how many units each step
// is done: dossier id → step → units.
func (s *Store) Counts(tx *db.Tx, subject string) (map[string]map[string]int, error) {
	all := map[string]map[string]int{}
	err := tx.Each(`select s.dossier_id, s.step, count(*) from dossier_step s join dossier d on d.province_id = s.province_id and d.id = s.dossier_id
		where s.province_id = $1 and d.subject = $2 group by s.dossier_id, s.step`, []any{s.Province, subject}, func(r *sql.Rows) error {
		var id, step string
		var n int
		if err := r.Scan(&id, &step, &n); err != nil {
			return err
		}
		if all[id] == nil {
			all[id] = map[string]int{}
		}
		all[id][step] = n
		return nil
	})
	return all, err
}

// Marked is a step of a dossier that is done, in a unit or once for all.
type Marked struct {
	Step string
	Unit area.ID
}

// DoneSince gives the steps of the dossiers about a subject that were done from
// an instant on and have not been taken back.
func (s *Store) DoneSince(tx *db.Tx, subject string, from int64) (map[string][]Marked, error) {
	all := map[string][]Marked{}
	return all, tx.Each(`select s.dossier_id, s.step, s.unit_id from dossier_step s join dossier d on d.province_id = s.province_id and d.id = s.dossier_id
		where s.province_id = $1 and d.subject = $2 and s.done_at >= $3`, []any{s.Province, subject, from}, func(r *sql.Rows) error {
		var id string
		var one Marked
		err := r.Scan(&id, &one.Step, &one.Unit)
		all[id] = append(all[id], one)
		return err
	})
}

// rules gives the rules by which the dossier goes.
func (s *Store) rules(d Dossier) (Rules, error) {
	p, err := s.Law.ByID(d.Procedure)
	if err != nil {
		return Rules{}, err
	}
	r, ok := p.Rules(d.Kind)
	if !ok {
		return r, errors.New("dossier: " + p.ID + " knows no " + d.Kind)
	}
	return r, nil
}

// RulesOf gives the rules by which the dossier goes.
func (s *Store) RulesOf(d Dossier) (Rules, error) { return s.rules(d) }

// tell writes the event and the journal entry of an action.
func (s *Store) tell(tx *db.Tx, by *account.Actor, role string, d Dossier, action Action, step string, unit area.ID, reason string, changes ...journal.Change) error {
	now := s.Now().UnixMilli()
	if _, err := tx.Exec(`insert into dossier_event (province_id, dossier_id, id, at, actor, role, action, step, unit_id, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.Province, d.ID, db.NewID(), now, by.ID, role, string(action), step, string(unit), reason); err != nil {
		return err
	}
	where := unit
	if where == "" {
		where = d.Unit
	}
	changes = append([]journal.Change{{Field: "dossier", To: journal.Value(d.Kind)}, {Field: "subject", To: journal.Value(d.Subject)}}, changes...)
	if step != "" {
		changes = append(changes, journal.Change{Field: "step", To: journal.Value(step)})
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "dossier." + string(action), Kind: "dossier", Record: d.ID, AreaID: string(where), Reason: reason, Changes: changes})
}

// set writes a new state and raises the revision that the actor saw.
func (s *Store) set(tx *db.Tx, d *Dossier, state State, rev int64, more string, args ...any) error {
	query := `update dossier set state = $1, rev = rev + 1` + more + ` where province_id = $2 and id = $3 and rev = $4`
	n, err := tx.Exec(query, append([]any{string(state), s.Province, d.ID, rev}, args...)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "stale_rev", text.T("dossier.stale"))
	}
	d.State, d.Rev = state, rev+1
	return nil
}
