package review

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Owner is the record to which a file belongs.
type Owner struct {
	Kind string
	ID   string
}

// The kinds of records that have files. Those of a round are guidance for
// everybody who may read households somewhere; the others are for readers of
// their area.
const (
	OfMeeting   = "meeting"
	OfPosting   = "posting"
	OfComplaint = "complaint"
	OfRound     = "round"
	OfDossier   = "dossier"
	OfRequest   = "in_year_request"
)

// ownerArea is the query for the area of a record of a kind.
var ownerArea = map[string]string{
	OfMeeting:   `select village_id from meeting where province_id = $1 and id = $2`,
	OfPosting:   `select area_id from posting where province_id = $1 and id = $2`,
	OfComplaint: `select area_id from complaint where province_id = $1 and id = $2`,
	OfDossier:   `select unit_id from dossier where province_id = $1 and id = $2`,
	OfRequest:   `select area_id from in_year_request where province_id = $1 and id = $2`,
}

// Attachment is a file without its content.
type Attachment struct {
	ID        string
	Owner     Owner
	Area      area.ID
	Name      string
	MediaType string
	Bytes     int64
	SHA256    string // hexadecimal
	At        int64
	By        string
	RemovedAt int64
}

// attachmentSetting is the setting with another limit; without it files are
// limited to attachmentBytes.
const (
	attachmentSetting = "limits.attachment_bytes"
	attachmentBytes   = 20 << 20
)

// AttachmentLimit is how large a file may be, in bytes.
func (s *Store) AttachmentLimit(ctx context.Context) (n int64, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		set, err := config.Get(tx, s.Province, attachmentSetting)
		if err != nil {
			return err
		}
		n = attachmentBytes
		if v, err := strconv.ParseInt(set, 10, 64); err == nil && v > 0 {
			n = v
		}
		return nil
	})
	return n, err
}

// AttachmentTooLarge is the refusal of a file over the limit.
func AttachmentTooLarge(limit int64) error {
	size := strconv.FormatInt(limit>>20, 10) + " MB"
	if limit < 1<<20 {
		size = strconv.FormatInt(limit, 10) + " byte"
	}
	return fault.New(fault.Invalid, "limit_attachment_bytes", text.T("review.attachment.too_large", "size", size, "setting", attachmentSetting),
		fault.Field{Name: "tep", Message: text.T("review.attachment.too_large", "size", size, "setting", attachmentSetting)})
}

// Attach keeps a file with a record of an area that the writer's scope covers.
func (s *Store) Attach(ctx context.Context, by household.Actor, owner Owner, at area.ID, name string, content io.Reader) (Attachment, error) {
	return s.Keep(ctx, by.ID, owner, at, name, content, func(tx *db.Tx) error {
		if _, err := s.areaIn(tx, by.Scope, at, ""); err != nil {
			return err
		}
		return s.owned(tx, owner, at)
	})
}

// Keep is Attach for a record of another subject, which says itself who may.
func (s *Store) Keep(ctx context.Context, by string, owner Owner, at area.ID, name string, content io.Reader, may func(tx *db.Tx) error) (a Attachment, err error) {
	limit, err := s.AttachmentLimit(ctx)
	if err != nil {
		return a, err
	}
	raw, err := io.ReadAll(io.LimitReader(content, limit+1))
	if err != nil {
		return a, err
	}
	if int64(len(raw)) > limit {
		return a, AttachmentTooLarge(limit)
	}
	mediaType, known := sniff(raw)
	if !known {
		key := "review.attachment.bad_type"
		if len(raw) == 0 {
			key = "review.attachment.empty"
		}
		return a, fault.New(fault.Invalid, "bad_type", text.T(key), fault.Field{Name: "tep", Message: text.T(key)})
	}
	sum := sha256.Sum256(raw)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		a = Attachment{ID: db.NewID(), Owner: owner, Area: at, Name: fileName(vn.NFC(name), mediaType), MediaType: mediaType, Bytes: int64(len(raw)), SHA256: hex.EncodeToString(sum[:]), At: s.Now().UnixMilli(), By: by}
		_, err := tx.Exec(`insert into attachment (province_id, id, owner_kind, owner_id, area_id, name, media_type, bytes, sha256, content, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			s.Province, a.ID, owner.Kind, owner.ID, string(at), a.Name, a.MediaType, a.Bytes, sum[:], raw, a.At, a.By)
		if err != nil {
			return err
		}
		return s.tellAttachment(tx, by, a, "add")
	})
	return a, err
}

// owned refuses a record that is not there or belongs to another area.
func (s *Store) owned(tx *db.Tx, owner Owner, at area.ID) error {
	missing := fault.New(fault.NotFound, "no_owner", text.T("review.attachment.no_owner"))
	if owner.Kind == OfRound {
		_, err := s.Round(tx, owner.ID)
		return err
	}
	query, known := ownerArea[owner.Kind]
	if !known {
		return missing
	}
	var place area.ID
	if err := tx.Get(query, []any{s.Province, owner.ID}, &place); err != nil {
		return absent(err, missing)
	}
	if place != at {
		return missing
	}
	return nil
}

const attachmentColumns = `a.id, a.owner_kind, a.owner_id, a.area_id, a.name, a.media_type, a.bytes, a.sha256, a.at, a.by_actor, coalesce(a.removed_at, 0)`

func scanAttachment(r *sql.Rows) (Attachment, error) {
	var a Attachment
	var sum []byte
	err := r.Scan(&a.ID, &a.Owner.Kind, &a.Owner.ID, &a.Area, &a.Name, &a.MediaType, &a.Bytes, &sum, &a.At, &a.By, &a.RemovedAt)
	a.SHA256 = hex.EncodeToString(sum)
	return a, err
}

// Attachments lists the files of a record within the scope, oldest first,
// those removed among them and marked.
func (s *Store) Attachments(ctx context.Context, scope area.Scope, owner Owner) (list []Attachment, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		all, err := s.filesOf(tx, owner)
		for _, a := range all {
			seen, err := s.seesAttachment(tx, scope, a)
			if err != nil {
				return err
			}
			if seen {
				list = append(list, a)
			}
		}
		return err
	})
	return list, err
}

// seesAttachment asks whether the scope covers the area of a file. Guidance of
// a round is for everybody who has a scope.
func (s *Store) seesAttachment(tx *db.Tx, scope area.Scope, a Attachment) (bool, error) {
	if a.Owner.Kind == OfRound {
		return !scope.Empty(), nil
	}
	if _, ours := ownerArea[a.Owner.Kind]; !ours {
		return false, nil // of another subject, which hands it out itself
	}
	_, err := s.areaIn(tx, scope, a.Area, "")
	if err != nil && fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func noAttachment() error {
	return fault.New(fault.NotFound, "no_attachment", text.T("review.attachment.none"))
}

func (s *Store) attachment(tx *db.Tx, id string) (a Attachment, err error) {
	found := false
	err = tx.Each(`select `+attachmentColumns+` from attachment a where a.province_id = $1 and a.id = $2`, []any{s.Province, id}, func(r *sql.Rows) error {
		found = true
		a, err = scanAttachment(r)
		return err
	})
	if err != nil || !found {
		return a, errOr(err, noAttachment())
	}
	return a, nil
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// OpenAttachment gives a file with its content to who reads in its area, and
// writes down who opened it. One that was removed is not handed out.
func (s *Store) OpenAttachment(ctx context.Context, by household.Actor, id string) (a Attachment, content []byte, err error) {
	return s.HandOut(ctx, by.ID, id, func(tx *db.Tx, a Attachment) error { return s.reads(tx, by.Scope, a) })
}

func (s *Store) reads(tx *db.Tx, scope area.Scope, a Attachment) error {
	seen, err := s.seesAttachment(tx, scope, a)
	if err == nil && !seen {
		err = noAttachment()
	}
	return err
}

// HandOut is OpenAttachment for a file of another subject, which says itself
// who may.
func (s *Store) HandOut(ctx context.Context, by, id string, may func(tx *db.Tx, a Attachment) error) (a Attachment, content []byte, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if a, err = s.attachment(tx, id); err != nil {
			return err
		}
		if err := may(tx, a); err != nil {
			return err
		}
		if a.RemovedAt != 0 {
			return fault.New(fault.NotFound, "attachment_removed", text.T("review.attachment.removed"))
		}
		return tx.Get(`select content from attachment where province_id = $1 and id = $2`, []any{s.Province, id}, &content)
	})
	if err != nil {
		return a, nil, err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != a.SHA256 {
		return a, nil, fault.New(fault.Conflict, "attachment_broken", text.T("review.attachment.broken"))
	}
	return a, content, s.DB.Write(ctx, func(tx *db.Tx) error { return s.tellAttachment(tx, by, a, "open") })
}

// RemoveAttachment marks a file as removed. It stays in the database, and is
// handed out no more.
func (s *Store) RemoveAttachment(ctx context.Context, by household.Actor, id string) error {
	return s.TakeAway(ctx, by.ID, id, func(tx *db.Tx, a Attachment) error {
		if err := s.reads(tx, by.Scope, a); err != nil {
			return err
		}
		if a.Owner.Kind == OfRound {
			// Everybody reads guidance; only who writes in its area takes it away.
			if _, err := s.areaIn(tx, by.Scope, a.Area, ""); err != nil {
				return noAttachment()
			}
		}
		return nil
	})
}

// TakeAway is RemoveAttachment for a file of another subject.
func (s *Store) TakeAway(ctx context.Context, by, id string, may func(tx *db.Tx, a Attachment) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.attachment(tx, id)
		if err != nil {
			return err
		}
		if err := may(tx, a); err != nil {
			return err
		}
		if a.RemovedAt != 0 {
			return fault.New(fault.NotFound, "attachment_removed", text.T("review.attachment.removed"))
		}
		if _, err := tx.Exec(`update attachment set removed_at = $1 where province_id = $2 and id = $3`, s.Now().UnixMilli(), s.Province, id); err != nil {
			return err
		}
		return s.tellAttachment(tx, by, a, "remove")
	})
}

func (s *Store) tellAttachment(tx *db.Tx, by string, a Attachment, action string) error {
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by, Action: "attachment." + action, Kind: "attachment", Record: a.ID, AreaID: string(a.Area),
		Changes: []journal.Change{{Field: "file", To: journal.Value(a.Name)}, {Field: "sha256", To: journal.Value(a.SHA256)}, {Field: "of", To: journal.Value(a.Owner.Kind)}}})
}

// FilesOf lists the files of a record of another subject, which has asked who
// may see it.
func (s *Store) FilesOf(ctx context.Context, owner Owner) (list []Attachment, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.filesOf(tx, owner)
		return err
	})
	return list, err
}

func (s *Store) filesOf(tx *db.Tx, owner Owner) (list []Attachment, err error) {
	err = tx.Each(`select `+attachmentColumns+` from attachment a where a.province_id = $1 and a.owner_kind = $2 and a.owner_id = $3 order by a.id`, []any{s.Province, owner.Kind, owner.ID}, func(r *sql.Rows) error {
		a, err := scanAttachment(r)
		list = append(list, a)
		return err
	})
	return list, err
}

// CountFiles counts the files of a record that were not removed.
func (s *Store) CountFiles(tx *db.Tx, owner Owner) (n int, err error) {
	err = tx.Get(`select count(*) from attachment where province_id = $1 and owner_kind = $2 and owner_id = $3 and removed_at is null`, []any{s.Province, owner.Kind, owner.ID}, &n)
	return n, err
}

// NoAttachment is the answer about a file that is not there for who asks.
func NoAttachment() error { return noAttachment() }
