// Package feed keeps the addresses from which phones and mail programs fetch a
// calendar of what a person or a unit owes by the plans, with the parts and the
// questions that were given to them, and writes that
// calendar. Whoever has the address reads it without signing in, so that the
// address is a secret that is told once and can be revoked, and nothing of a
// household stands in a calendar. What it holds and whether it answers is asked
// anew each time: it ends with the posts by which it was made.
package feed

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/ical"
	"giamngheo/internal/journal"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// Feed is one address, without its secret, which nobody can tell again.
type Feed struct {
	ID        string
	Account   account.ID // whose it is
	Unit      area.ID    // whose obligations: an area, or an agency; "" for the person's own
	At        int64
	FetchedAt int64 // 0: never; else within fetchedStep
	RevokedAt int64 // 0: it answers
}

// Store keeps the feeds of one province.
type Store struct {
	DB       *db.DB
	Province string
	Now      func() time.Time
	Tree     func() *area.Tree
	Accounts *account.Store
	Tasks    *task.Store
}

const (
	// secretBytes make a secret that nobody guesses: 160 bits.
	secretBytes = 20
	// mostFeeds is how many feeds of one person answer at a time.
	mostFeeds = 20
	// fetchedStep is how often it is noted at most that somebody fetched.
	fetchedStep = 10 * time.Minute
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

func newSecret() string {
	var raw [secretBytes]byte
	rand.Read(raw[:]) // never fails
	return strings.ToLower(letters.EncodeToString(raw[:]))
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Owes says whether somebody's posts bring him obligations, so that a feed of
// his own can hold something.
func (s *Store) Owes(by *account.Actor) bool {
	return by.Can(account.RightTasks) || by.Can(account.RightWriteAssessment)
}

// Covers says whether a post in force lets somebody see all that a unit owes:
// an area whose figures he sees, the agency at which his post stands, or for
// those who see the whole province any agency of it.
func (s *Store) Covers(ctx context.Context, by *account.Actor, unit area.ID) (covered bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		covered, err = s.coversIn(tx, by, unit)
		return err
	})
	return covered, err
}

func (s *Store) coversIn(tx *db.Tx, by *account.Actor, unit area.ID) (bool, error) {
	tree, scope := s.Tree(), by.ScopeFor(account.RightTables)
	code, agency := account.AgencyOf(unit)
	if !agency {
		v, lives := tree.On(unit, by.Day)
		return lives && v.Level != area.Village && scope.Covers(tree, unit, by.Day), nil
	}
	all, err := account.AgenciesIn(tx, s.Province)
	for _, a := range all {
		if a.ID != code || !a.InForce(by.Day) {
			continue
		}
		if by.Can(account.RightTasks) && stands(by, code) {
			return true, err
		}
		return scope.Covers(tree, a.Area, by.Day), err
	}
	return false, err
}

func stands(by *account.Actor, agency string) bool {
	for _, p := range by.Posts {
		if p.AgencyID == agency && p.InForce(by.Day) {
			return true
		}
	}
	return false
}

const columns = `id, account_id, unit_id, at, coalesce(fetched_at, 0), coalesce(revoked_at, 0)`

func scan(r *sql.Rows) (f Feed, err error) {
	return f, r.Scan(&f.ID, &f.Account, &f.Unit, &f.At, &f.FetchedAt, &f.RevokedAt)
}

func (s *Store) list(tx *db.Tx, condition string, args ...any) (list []Feed, err error) {
	err = tx.Each(`select `+columns+` from feed where province_id = $1`+condition+` order by id`, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		f, err := scan(r)
		list = append(list, f)
		return err
	})
	return list, err
}

// Own are somebody's feeds that answer, oldest first.
func (s *Store) Own(ctx context.Context, by *account.Actor) (list []Feed, err error) {
	if by.Account == "" {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.list(tx, ` and account_id = $2 and revoked_at is null`, string(by.Account))
		return err
	})
	return list, err
}

// Make makes a feed of what somebody owes, or of a unit, and tells its secret,
// which is kept nowhere.
func (s *Store) Make(ctx context.Context, by *account.Actor, unit area.ID) (f Feed, secret string, err error) {
	if by.Account == "" || by.MustChange {
		return f, "", fault.New(fault.Forbidden, "feed_account", text.T("feed.account"))
	}
	if unit == "" && !s.Owes(by) {
		return f, "", fault.New(fault.Forbidden, "feed_nothing", text.T("feed.nothing"))
	}
	f, secret = Feed{ID: db.NewID(), Account: by.Account, Unit: unit, At: s.Now().UnixMilli()}, newSecret()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if unit != "" {
			covered, err := s.coversIn(tx, by, unit)
			if err != nil {
				return err
			}
			if !covered {
				return fault.New(fault.NotFound, "feed_unit", text.T("feed.unit"))
			}
		}
		live, err := s.list(tx, ` and account_id = $2 and revoked_at is null`, string(by.Account))
		if err != nil {
			return err
		}
		if len(live) >= mostFeeds {
			return fault.New(fault.Conflict, "feed_many", text.T("feed.many", "n", mostFeeds))
		}
		if _, err := tx.Exec(`insert into feed (province_id, id, account_id, unit_id, hash, at) values ($1, $2, $3, $4, $5, $6)`,
			s.Province, f.ID, string(f.Account), string(f.Unit), hashOf(secret), f.At); err != nil {
			return err
		}
		return s.tell(tx, by, f, "make")
	})
	return f, secret, err
}

// Revoke ends one of the own feeds: its address answers as one that never was.
func (s *Store) Revoke(ctx context.Context, by *account.Actor, id string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := s.list(tx, ` and id = $2 and account_id = $3 and revoked_at is null`, id, string(by.Account))
		if err != nil {
			return err
		}
		if len(found) == 0 || by.Account == "" {
			return absent()
		}
		if _, err := tx.Exec(`update feed set revoked_at = $1 where province_id = $2 and id = $3`, s.Now().UnixMilli(), s.Province, id); err != nil {
			return err
		}
		return s.tell(tx, by, found[0], "revoke")
	})
}

func (s *Store) tell(tx *db.Tx, by *account.Actor, f Feed, action string) error {
	e := &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "feed." + action, Kind: "feed", Record: f.ID}
	if f.Unit != "" {
		e.AreaID = string(f.Unit)
		e.Changes = []journal.Change{{Field: "unit", To: journal.Value(s.Name(tx, f.Unit))}}
	}
	return journal.Record(tx, s.Province, e)
}

// Name is what people call a unit today.
func (s *Store) Name(tx *db.Tx, unit area.ID) string {
	if code, agency := account.AgencyOf(unit); agency {
		all, err := account.AgenciesIn(tx, s.Province)
		for _, a := range all {
			if err == nil && a.ID == code {
				return a.Name
			}
		}
		return code
	}
	if v, ok := s.Tree().Lately(unit, area.Today(s.Now())); ok {
		return v.FullName
	}
	return string(unit)
}

// absent is the one answer for what never was, was revoked, or has ended.
func absent() error { return fault.New(fault.NotFound, "feed_absent", text.T("feed.absent")) }

// Calendar is what an address answers.
type Calendar struct {
	Content []byte
	Tag     string // of the content but for the time of its making
}

// Open answers the address of a secret.
func (s *Store) Open(ctx context.Context, secret string) (c Calendar, err error) {
	if len(secret) != letters.EncodedLen(secretBytes) {
		return c, absent()
	}
	var found []Feed
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		found, err = s.list(tx, ` and hash = $2 and revoked_at is null`, hashOf(secret))
		return err
	})
	if err != nil {
		return c, err
	}
	if len(found) == 0 {
		return c, absent()
	}
	name, list, given, err := s.owed(ctx, found[0])
	if err != nil {
		return c, err
	}
	if c, err = s.written(name, list, given); err != nil {
		return c, err
	}
	return c, s.noteFetch(ctx, found[0])
}

// owed is what a feed holds today, as far as its maker still has the right.
func (s *Store) owed(ctx context.Context, f Feed) (name string, list []task.Instance, given []task.Duty, err error) {
	person, err := s.Accounts.Holder(ctx, f.Account)
	if fault.Of(err) == fault.NotFound {
		return "", nil, nil, absent()
	}
	if err != nil {
		return "", nil, nil, err
	}
	if person.MustChange { // somebody else set his password: until he has set his own, nothing is his
		return "", nil, nil, absent()
	}
	everything := s.Tree().Operator(s.Province, person.Day) // the posts decide, below
	if f.Unit == "" {
		if list, err = s.Tasks.OwedBy(ctx, everything, person, s.Accounts.Roles()); err == nil {
			given, err = s.Tasks.GivenTo(ctx, everything, person)
		}
		return person.FullName, list, given, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		covered, err := s.coversIn(tx, person, f.Unit)
		if err == nil && !covered {
			err = absent()
		}
		name = s.Name(tx, f.Unit)
		return err
	})
	if err != nil {
		return "", nil, nil, err
	}
	if list, err = s.Tasks.OwedAt(ctx, everything, f.Unit); err == nil {
		given, err = s.Tasks.GivenAt(ctx, everything, f.Unit)
	}
	return name, list, given, err
}

func (s *Store) written(name string, list []task.Instance, given []task.Duty) (c Calendar, err error) {
	events, _ := Events(s.Tasks, s.Now(), list, given)
	if c.Content, err = write(name, s.Now(), events); err != nil {
		return c, err
	}
	unstamped, err := write(name, time.Unix(0, 0), events)
	c.Tag = letters.EncodeToString(hashOf(string(unstamped))[:secretBytes])
	return c, err
}

// noteFetch notes that somebody fetched, but not each time.
func (s *Store) noteFetch(ctx context.Context, f Feed) error {
	now := s.Now()
	if now.Sub(time.UnixMilli(f.FetchedAt)) < fetchedStep {
		return nil
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update feed set fetched_at = $1 where province_id = $2 and id = $3`, now.UnixMilli(), s.Province, f.ID)
		return err
	})
	if errors.Is(err, context.Canceled) {
		return nil // whoever fetched has gone
	}
	return err
}

func write(name string, at time.Time, events []ical.Event) ([]byte, error) {
	var file bytes.Buffer
	err := Write(&file, name, at, events)
	return file.Bytes(), err
}
