package sponsor

import (
	"context"
	"io"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/review"
)

func owner(id string) review.Owner { return review.Owner{Kind: "sponsor", ID: id} }

// Attach keeps a file as evidence of what came of the promises.
func (s *Store) Attach(ctx context.Context, by *account.Actor, id, name string, content io.Reader) error {
	w, err := s.Find(ctx, by, id)
	if err != nil {
		return err
	}
	_, err = s.Reviews.Keep(ctx, by.ID, owner(id), w.Area, name, content, func(tx *db.Tx) error { return s.mayReport(tx, by, id) })
	return err
}

func (s *Store) mayReport(tx *db.Tx, by *account.Actor, id string) error {
	p, err := s.find(tx, by, id)
	if err != nil {
		return err
	}
	return s.allow(by, p, s.Reports(by, p), "sponsor.not_reported")
}

// Files lists them, those taken away among them.
func (s *Store) Files(ctx context.Context, by *account.Actor, id string) ([]review.Attachment, error) {
	if _, err := s.Find(ctx, by, id); err != nil {
		return nil, err
	}
	return s.Reviews.FilesOf(ctx, owner(id))
}

// OpenFile hands one out to who sees the sponsorship.
func (s *Store) OpenFile(ctx context.Context, by *account.Actor, id, file string) (review.Attachment, []byte, error) {
	return s.Reviews.HandOut(ctx, by.ID, file, func(tx *db.Tx, a review.Attachment) error {
		if a.Owner != owner(id) {
			return review.NoAttachment()
		}
		_, err := s.find(tx, by, id)
		return err
	})
}

// RemoveFile takes one away.
func (s *Store) RemoveFile(ctx context.Context, by *account.Actor, id, file string) error {
	return s.Reviews.TakeAway(ctx, by.ID, file, func(tx *db.Tx, a review.Attachment) error {
		if a.Owner != owner(id) {
			return review.NoAttachment()
		}
		return s.mayReport(tx, by, id)
	})
}
