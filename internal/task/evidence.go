package task

import (
	"context"
	"io"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/review"
)

// ownerKind is that of obligations among the records that have files.
const ownerKind = "task"

func owner(year int, id string) review.Owner {
	return review.Owner{Kind: ownerKind, ID: subjectOf(year, id)}
}

// Attach keeps a file with an obligation as evidence of the work.
func (s *Store) Attach(ctx context.Context, by *account.Actor, year int, id, name string, content io.Reader) (review.Attachment, error) {
	o, err := s.Find(ctx, by, year, id)
	if err != nil {
		return review.Attachment{}, err
	}
	return s.Reviews.Keep(ctx, by.ID, owner(year, id), o.By, name, content, func(tx *db.Tx) error {
		o, err := s.findIn(tx, by, year, id)
		if err != nil {
			return err
		}
		if o.Parts, err = s.parts(tx, year, ` and task_id = $3`, id); err != nil {
			return err
		}
		return s.mayReport(by, o)
	})
}

// Files lists the files of an obligation, those taken away among them.
func (s *Store) Files(ctx context.Context, by *account.Actor, year int, id string) ([]review.Attachment, error) {
	if _, err := s.Find(ctx, by, year, id); err != nil {
		return nil, err
	}
	return s.Reviews.FilesOf(ctx, owner(year, id))
}

// OpenFile hands out a file to who sees the obligation.
func (s *Store) OpenFile(ctx context.Context, by *account.Actor, year int, id, file string) (review.Attachment, []byte, error) {
	return s.Reviews.HandOut(ctx, by.ID, file, s.guard(by, year, id, false))
}

// RemoveFile takes a file away while the work goes on.
func (s *Store) RemoveFile(ctx context.Context, by *account.Actor, year int, id, file string) error {
	return s.Reviews.TakeAway(ctx, by.ID, file, s.guard(by, year, id, true))
}

// guard asks whether a file is of the obligation and the actor may see it, or
// change it.
func (s *Store) guard(by *account.Actor, year int, id string, changes bool) func(tx *db.Tx, a review.Attachment) error {
	return func(tx *db.Tx, a review.Attachment) error {
		o, err := s.findIn(tx, by, year, id)
		if err != nil {
			return err
		}
		if a.Owner != owner(year, id) {
			return review.NoAttachment()
		}
		if !changes {
			return nil
		}
		if o.Parts, err = s.parts(tx, year, ` and task_id = $3`, id); err != nil {
			return err
		}
		return s.mayReport(by, o)
	}
}
