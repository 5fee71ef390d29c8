package review

import (
	"context"
	"database/sql"
	"errors"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Training is one for the people of a round.
type Training struct {
	ID       string
	Area     area.ID
	HeldOn   string
	Title    string
	Teacher  string
	Attended *int // nil: not counted
	Note     string
	// Withdrawn is when it was taken back, by whom and why; 0: it counts.
	Withdrawn   int64
	WithdrawnBy string
	Reason      string
}

// Trainings lists those held for the areas under root, and for those above it,
// oldest first, those that were taken back too. Nobody is named but the teacher.
func (s *Store) Trainings(ctx context.Context, roundID string, root area.ID) (list []Training, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(`select id, area_id, held_on, title, teacher, attended, note, coalesce(withdrawn_at, 0), withdrawn_by, withdrawn_reason from round_training where province_id = $1 and round_id = $2 order by held_on, id`, []any{s.Province, roundID}, func(r *sql.Rows) error {
			var one Training
			var attended sql.NullInt64
			if err := r.Scan(&one.ID, &one.Area, &one.HeldOn, &one.Title, &one.Teacher, &attended, &one.Note, &one.Withdrawn, &one.WithdrawnBy, &one.Reason); err != nil {
				return err
			}
			one.Attended = intOrNil(attended)
			at := []area.ID{one.Area}
			if _, lives := s.Tree().On(one.Area, s.today()); !lives {
				at = s.Tree().Heirs(one.Area, s.today()) // it was held for who lives there now
			}
			for _, id := range at {
				if s.Tree().Covers(root, id, s.today()) || s.Tree().Covers(id, root, s.today()) {
					list = append(list, one)
					break
				}
			}
			return nil
		})
	})
	return list, err
}

// LogTraining records a training.
func (s *Store) LogTraining(ctx context.Context, by household.Actor, roundID string, one Training) error {
	one.Title, one.Teacher, one.Note = vn.Line(one.Title), vn.Line(one.Teacher), vn.Lines(one.Note)
	var w wrong
	if one.Title == "" {
		w.say("title", "review.training_title")
	}
	w.long("title", one.Title, typed.Line)
	switch {
	case !area.ValidDay(one.HeldOn):
		w.say("held_on", "review.training_bad_day", "year", s.today()[:4])
	case one.HeldOn > s.today():
		w.say("held_on", "review.training_future")
	}
	w.long("teacher", one.Teacher, typed.Line)
	if one.Attended != nil && (*one.Attended < 0 || *one.Attended > 100_000) {
		w.say("attended", "review.training_attended")
	}
	w.long("note", one.Note, typed.Words)
	if err := w.err(); err != nil {
		return err
	}
	return s.writeRound(ctx, by, roundID, one.Area, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if yearOf(one.HeldOn) < round.Year-1 { // trained for it the year before at the earliest
			return refused("held_on", "review.training_old", "year", round.Year-1)
		}
		id, now := db.NewID(), s.Now().UnixMilli()
		_, err = tx.Exec(`insert into round_training (province_id, round_id, id, area_id, held_on, title, teacher, attended, note, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			s.Province, roundID, id, string(one.Area), one.HeldOn, one.Title, one.Teacher, nullable(one.Attended), one.Note, now, by.ID)
		if err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "training.log", Kind: "round", Record: roundID, AreaID: string(one.Area),
			Changes: []journal.Change{{Field: "title", To: journal.Value(one.Title)}, {Field: "held_on", To: journal.Value(one.HeldOn)}}})
	})
}

// WithdrawTraining takes back one that was logged by mistake; it stays, with the
// reason.
func (s *Store) WithdrawTraining(ctx context.Context, by household.Actor, roundID, id, reason string) error {
	reason = vn.Lines(reason)
	var w wrong
	if id == "" {
		w.say("training", "review.training_choose")
	}
	if reason == "" {
		w.say("reason", "review.training_reason")
	}
	w.long("reason", reason, typed.Words)
	if err := w.err(); err != nil {
		return err
	}
	at, title := area.ID(""), ""
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select area_id, title from round_training where province_id = $1 and round_id = $2 and id = $3`, []any{s.Province, roundID, id}, &at, &title)
	})
	if errors.Is(err, db.ErrNoRows) {
		return noTraining()
	}
	if err != nil {
		return err
	}
	err = s.writeRound(ctx, by, roundID, at, func(tx *db.Tx) error {
		now := s.Now().UnixMilli()
		n, err := tx.Exec(`update round_training set withdrawn_at = $1, withdrawn_by = $2, withdrawn_reason = $3 where province_id = $4 and round_id = $5 and id = $6 and withdrawn_at is null`,
			now, by.ID, reason, s.Province, roundID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "training_withdrawn", text.T("review.training_withdrawn"))
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "training.withdraw", Kind: "round", Record: roundID, AreaID: string(at), Reason: reason,
			Changes: []journal.Change{{Field: "title", From: journal.Value(title)}}})
	})
	if fault.Of(err) == fault.NotFound {
		return noTraining() // another's looks like none
	}
	return err
}

func noTraining() error {
	return fault.New(fault.NotFound, "no_training", text.T("review.training_none"))
}
