package task

import (
	"context"
	"database/sql"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

func nfc(s string) string { return vn.Lines(s) }

// with reads an obligation that somebody wants to do something with, in the
// transaction of what he does.
func (s *Store) with(ctx context.Context, by *account.Actor, year int, id string, do func(tx *db.Tx, o Obligation) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.findIn(tx, by, year, id)
		if err != nil {
			return err
		}
		if err := s.fill(tx, &o); err != nil {
			return err
		}
		return do(tx, o)
	})
}

// Accept says that a unit has taken its obligation in hand. One of a year that
// was made before there were dossiers gets its own now.
func (s *Store) Accept(ctx context.Context, by *account.Actor, year int, id, note string) error {
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		if o.Linked {
			return fault.New(fault.Conflict, "linked", text.T("task.work.linked"))
		}
		if !s.worker(by, o) {
			return notYours(o)
		}
		if !o.Own {
			p, err := s.procedure(year)
			if err != nil {
				return err
			}
			b, err := s.basis(tx, o.Plan)
			if err != nil {
				return err
			}
			agencies, err := account.AgenciesIn(tx, s.Province)
			if err != nil {
				return err
			}
			if err := s.Dossiers.Open(tx, by.ID, p, s.keys(b, p, []Instance{o.Instance}, agencies)); err != nil {
				return err
			}
			kind, _, _ := s.kindOf(b, o.Instance, agencies)
			if o.Record, _, err = s.Dossiers.About(tx, dossier.Key{Kind: kind, Subject: subjectOf(year, id), Unit: o.By}); err != nil {
				return err
			}
		}
		return s.Dossiers.DoIn(tx, by, o.Record.ID, stepAccept, "", nfc(note))
	})
}

// Entry is one report of how far the work is.
type Entry struct {
	ID      string
	Words   string
	Percent int // -1 where nobody said
	At      int64
	By      string
}

func (s *Store) entries(tx *db.Tx, year int, id string) (list []Entry, err error) {
	err = tx.Each(`select id, words, percent, at, by_actor from task_entry where province_id = $1 and year = $2 and task_id = $3 order by id`, []any{s.Province, year, id}, func(r *sql.Rows) error {
		var e Entry
		var percent sql.NullInt64
		err := r.Scan(&e.ID, &e.Words, &percent, &e.At, &e.By)
		if e.Percent = -1; percent.Valid {
			e.Percent = int(percent.Int64)
		}
		list = append(list, e)
		return err
	})
	return list, err
}

// Report adds how far the work is; percent is -1 where nobody says.
func (s *Store) Report(ctx context.Context, by *account.Actor, year int, id, words string, percent int) error {
	words, empty := said("words", "words", words)
	if err := fault.Together(empty, fault.If(percent < -1 || percent > 100, field("percent", "percent", "task.work.percent"))); err != nil {
		return err
	}
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		if err := s.mayReport(by, o); err != nil {
			return err
		}
		var kept any
		changes := []journal.Change{{Field: "words", To: journal.Value(words)}}
		if percent >= 0 {
			kept = percent
			changes = append(changes, journal.Change{Field: "percent", To: journal.Value(percent)})
		}
		if _, err := tx.Exec(`insert into task_entry (province_id, year, task_id, id, words, percent, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			s.Province, year, id, db.NewID(), words, kept, s.Now().UnixMilli(), by.ID); err != nil {
			return err
		}
		return s.tell(tx, by, o, "report", "", changes...)
	})
}

func (s *Store) mayReport(by *account.Actor, o Obligation) error {
	switch {
	case !s.leads(by, o) && !s.hasPart(by, o):
		return notYours(o)
	case !o.working():
		return wrongState(o)
	case !o.accepted():
		return fault.New(fault.Conflict, "not_accepted", text.T("task.work.not_accepted"))
	}
	return nil
}

// act moves the dossier of an obligation; what it may not, the dossier says.
func (s *Store) act(ctx context.Context, by *account.Actor, year int, id string, do func(record string) error) error {
	o, err := s.Find(ctx, by, year, id)
	if err != nil {
		return err
	}
	switch {
	case o.Linked:
		return fault.New(fault.Conflict, "linked", text.T("task.work.linked"))
	case !o.Own:
		return fault.New(fault.Conflict, "not_accepted", text.T("task.work.not_accepted"))
	}
	return do(o.Record.ID)
}

// HandIn hands the product in to whoever approves. rev is that of the dossier
// which the actor saw, as in all that follows.
func (s *Store) HandIn(ctx context.Context, by *account.Actor, year int, id string, rev int64, note string) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.HandIn(ctx, by, record, rev, nfc(note))
		return err
	})
}

// Approve signs the product, by another person than the one who handed it in.
func (s *Store) Approve(ctx context.Context, by *account.Actor, year int, id string, rev int64, note string) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.Approve(ctx, by, record, rev, nfc(note))
		return err
	})
}

// Return sends the product back with a reason.
func (s *Store) Return(ctx context.Context, by *account.Actor, year int, id string, rev int64, reason string) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.Return(ctx, by, record, rev, "", nfc(reason))
		return err
	})
}

// Close locks an approved obligation.
func (s *Store) Close(ctx context.Context, by *account.Actor, year int, id string, rev int64) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.Lock(ctx, by, record, rev)
		return err
	})
}

// AskReopen asks the level above to open an approved obligation again.
func (s *Store) AskReopen(ctx context.Context, by *account.Actor, year int, id string, rev int64, reason string) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.AskUnlock(ctx, by, record, rev, nfc(reason))
		return err
	})
}

// Reopen answers such a request.
func (s *Store) Reopen(ctx context.Context, by *account.Actor, year int, id string, rev int64, grant bool, reason string) error {
	return s.act(ctx, by, year, id, func(record string) error {
		_, err := s.Dossiers.Unlock(ctx, by, record, rev, grant, "", nfc(reason))
		return err
	})
}

// work is the obligations as the subject of their dossiers.
type work struct{ *Store }

// Units: nothing of an obligation is done village by village.
func (work) Units(*db.Tx, dossier.Dossier) ([]area.ID, error) { return nil, nil }

// Obstacles: what is handed in has a result, and no part of it is open.
func (w work) Obstacles(tx *db.Tx, d dossier.Dossier, step dossier.Step, _ area.ID) (list []dossier.Obstacle, err error) {
	year, id, ok := parseSubject(d.Subject)
	if step.With != dossier.HandedIn || !ok || strings.HasPrefix(d.Kind, timePrefix) {
		return nil, nil
	}
	var said, files int
	if err := tx.Get(`select count(*) from task_entry where province_id = $1 and year = $2 and task_id = $3`, []any{w.Province, year, id}, &said); err != nil {
		return nil, err
	}
	if files, err = w.Reviews.CountFiles(tx, owner(year, id)); err != nil {
		return nil, err
	}
	if said+files == 0 {
		list = append(list, dossier.Obstacle{Code: "no_result", Message: text.T("task.work.no_result")})
	}
	parts, err := w.parts(tx, year, ` and task_id = $3`, id)
	open := 0
	for _, p := range parts {
		if p.Open() {
			open++
		}
	}
	if open > 0 {
		list = append(list, dossier.Obstacle{Code: "parts_open", Count: open, Message: text.T("task.work.parts_open", "n", open)})
	}
	return list, err
}

// Acted: a request for more time that was approved gives the new day.
func (w work) Acted(tx *db.Tx, _ *account.Actor, d dossier.Dossier, action dossier.Action) error {
	if !strings.HasPrefix(d.Kind, timePrefix) {
		return nil
	}
	switch action {
	case dossier.Approval:
		return w.grant(tx, d)
	case dossier.Unlocked:
		return w.ungrant(tx, d)
	}
	return nil
}

// Affected: nothing is summed up from an obligation.
func (work) Affected(*db.Tx, dossier.Dossier) ([]dossier.Obstacle, error) { return nil, nil }

// Concerns: also those see it who have a part or were asked.
func (w work) Concerns(tx *db.Tx, by *account.Actor, d dossier.Dossier) (bool, error) {
	year, id, ok := parseSubject(d.Subject)
	if !ok {
		return false, nil
	}
	return w.concerns(tx, by, year, id)
}
