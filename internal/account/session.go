package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// Session is one signed-in browser, as its owner may see it. The token that
// opens it is known to the browser only; here there is its hash.
type Session struct {
	Handle    string // names it for Revoke; opens nothing
	Account   ID
	CreatedAt int64 // ms, as the others
	SeenAt    int64
	ExpiresAt int64
	Address   string // prefix
	Agent     string
}

const (
	tokenBytes  = 32
	handleBytes = 10
	// A person has a few devices; a script that signs in anew each time must
	// not fill the table.
	sessionsPerAccount = 20
	// How long another process's revocation may stay unnoticed here.
	checkEvery = 2 * time.Second
	// Beyond this the answer waits for the check.
	checkLatest = 6 * time.Second
	seenEvery   = time.Minute
)

type sessionID [sha256.Size]byte

func (id sessionID) handle() string { return hex.EncodeToString(id[:handleBytes]) }

func newToken() (string, sessionID) {
	var b [tokenBytes]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:]), sha256.Sum256(b[:])
}

func parseToken(token string) (sessionID, bool) {
	var b [tokenBytes]byte
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return sessionID{}, false
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(token)); err != nil || n != tokenBytes {
		return sessionID{}, false
	}
	return sha256.Sum256(b[:]), true
}

// sessionCache keeps who is signed in, so that a request needs no database.
// Every change of accounts, posts and sessions raises one number in the
// database; what was read under an older number is read again. This process
// knows the new number with the commit, others ask for it every two seconds.
type sessionCache struct {
	mu      sync.RWMutex
	entries map[sessionID]*sessionEntry

	number    atomic.Int64 // the latest known
	checkedAt atomic.Int64 // ms
	checking  sync.Mutex
	flushedAt atomic.Int64 // ms
}

const sessionCacheSize = 50_000

type sessionEntry struct {
	actor  *Actor
	tree   *area.Tree // whose paths the actor's scopes hold
	number int64
	until  int64 // ms: absolute end, or midnight, when the posts in force may be others
	idle   int64 // ms without a request after which the session ends
	seen   atomic.Int64
	dirty  atomic.Bool // seen later than the database knows
}

func newSessionCache() *sessionCache {
	return &sessionCache{entries: map[sessionID]*sessionEntry{}}
}

func (c *sessionCache) raise(number int64) {
	for {
		have := c.number.Load()
		if number <= have || c.number.CompareAndSwap(have, number) {
			return
		}
	}
}

func (c *sessionCache) get(id sessionID) *sessionEntry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[id]
}

func (c *sessionCache) put(id sessionID, e *sessionEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= sessionCacheSize {
		for other := range c.entries { // any: it is only read again
			if other != id {
				delete(c.entries, other)
				break
			}
		}
	}
	c.entries[id] = e
}

func (c *sessionCache) drop(id sessionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, id)
}

const changeCounter = "account.change"

// changed raises the number; what follows in this process sees it from the
// commit on.
func (s *Store) changed(tx *db.Tx) error {
	var number int64
	err := tx.Get(`insert into counter (province_id, name, value) values ($1, $2, 1) on conflict (province_id, name) do update set value = counter.value + 1 returning value`,
		[]any{s.province, changeCounter}, &number)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.sessions.raise(number) })
	return nil
}

func (s *Store) changeNumber(tx *db.Tx) (int64, error) {
	var number int64
	err := tx.Get(`select value from counter where province_id = $1 and name = $2`, []any{s.province, changeCounter}, &number)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return number, err
}

// check asks for the number when it was last asked for too long ago. One
// asks, the others go on with what they have unless that is too old.
func (s *Store) check(ctx context.Context, now int64) error {
	c := s.sessions
	age := now - c.checkedAt.Load()
	if 0 <= age && age < checkEvery.Milliseconds() {
		return nil
	}
	if !c.checking.TryLock() {
		if 0 <= age && age < checkLatest.Milliseconds() {
			return nil
		}
		c.checking.Lock()
	}
	defer c.checking.Unlock()
	if age := now - c.checkedAt.Load(); 0 <= age && age < checkEvery.Milliseconds() {
		return nil
	}
	var number int64
	err := s.db.Read(context.WithoutCancel(ctx), func(tx *db.Tx) (err error) {
		number, err = s.changeNumber(tx)
		return err
	})
	if err != nil {
		return err
	}
	c.raise(number)
	c.checkedAt.Store(now)
	return nil
}

// Session gives the actor of a request by the token of its cookie. The actor
// has the rights of the posts in force now.
func (s *Store) Session(ctx context.Context, token string) (*Actor, error) {
	id, ok := parseToken(token)
	if !ok {
		return nil, errSignedOut()
	}
	now := s.clock().UnixMilli()
	if err := s.check(ctx, now); err != nil {
		return nil, err
	}
	e := s.sessions.get(id)
	// An idle one is read again too: it may have been used in another process.
	if e == nil || e.number != s.sessions.number.Load() || now >= e.until || e.tree != s.tree() || now-e.seen.Load() > e.idle {
		fresh, err := s.load(ctx, id, e)
		if err != nil {
			s.sessions.drop(id)
			return nil, err
		}
		s.sessions.put(id, fresh)
		e = fresh
	}
	if now-e.seen.Load() > e.idle {
		s.sessions.drop(id)
		return nil, errSignedOut()
	}
	if now-e.seen.Load() >= 1000 {
		e.seen.Store(now)
		e.dirty.Store(true)
	}
	s.flushSometimes(now)
	return e.actor, nil
}

// load reads a session with its account and posts from one snapshot.
func (s *Store) load(ctx context.Context, id sessionID, old *sessionEntry) (*sessionEntry, error) {
	day, midnight := s.dayEnd()
	tree := s.tree()
	e := &sessionEntry{tree: tree}
	now := s.clock().UnixMilli()
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if e.number, err = s.changeNumber(tx); err != nil {
			return err
		}
		var holder ID
		var seen, expires int64
		err = tx.Get(`select account_id, seen_at, expires_at from session where province_id = $1 and id = $2`, []any{s.province, id[:]}, &holder, &seen, &expires)
		if errors.Is(err, db.ErrNoRows) {
			return errSignedOut()
		}
		if err != nil {
			return err
		}
		hours, err := s.number(tx, settingIdleHours)
		if err != nil {
			return err
		}
		e.idle = int64(hours) * time.Hour.Milliseconds()
		if old != nil {
			seen = max(seen, old.seen.Load())
			e.dirty.Store(old.dirty.Load())
		}
		e.seen.Store(seen)
		account, err := s.byID(tx, holder)
		if err != nil {
			return absent(err)
		}
		if !account.Active || now >= expires {
			return errSignedOut()
		}
		e.until = min(expires, midnight)
		posts, err := s.postsInForce(tx, holder, day)
		if err != nil {
			return err
		}
		e.actor = actorOf(s.roles, tree, s.province, account, day, posts)
		e.actor.Session = id.handle()
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.sessions.raise(e.number)
	return e, nil
}

// dayEnd is the day in Viet Nam, and the machine's instant at which the next
// begins.
func (s *Store) dayEnd() (day string, end int64) {
	const offset, length = 7 * 60 * 60 * 1000, 24 * 60 * 60 * 1000 // no daylight saving
	now := s.now()
	local := now.UnixMilli() + offset
	return area.Today(now), s.clock().UnixMilli() + length - local%length
}

func errSignedOut() error {
	return fault.New(fault.Forbidden, "signed_out", text.T("account.signed_out"))
}

// SignedOut says whether err means that there is no session: the page leads
// to sign-in then.
func SignedOut(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == "signed_out"
}

// open makes a session in the caller's transaction and drops the account's
// oldest beyond the bound.
func (s *Store) open(tx *db.Tx, id sessionID, holder ID, address, agent string) error {
	days, err := s.number(tx, settingSessionDays)
	if err != nil {
		return err
	}
	now := s.clock()
	_, err = tx.Exec(`insert into session (province_id, id, account_id, created_at, seen_at, expires_at, address, agent) values ($1, $2, $3, $4, $4, $5, $6, $7)`,
		s.province, id[:], string(holder), now.UnixMilli(), now.Add(time.Duration(days)*24*time.Hour).UnixMilli(), address, agent)
	if err != nil {
		return err
	}
	list, err := s.sessionsOf(tx, holder)
	if err != nil || len(list) <= sessionsPerAccount {
		return err
	}
	oldest := map[string]bool{}
	for _, old := range list[sessionsPerAccount:] {
		oldest[old.Handle] = true
	}
	if _, err := s.deleteSessions(tx, holder, func(handle string) bool { return oldest[handle] }); err != nil {
		return err
	}
	return s.changed(tx)
}

// SignOut ends the session of the token. That it has ended already is no error.
func (s *Store) SignOut(ctx context.Context, by *Actor) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := s.deleteSessions(tx, by.Account, func(handle string) bool { return handle == by.Session })
		if err != nil || n == 0 {
			return err
		}
		if err := s.record(tx, by.ID, "account.signout", by.Account, "", nil); err != nil {
			return err
		}
		return s.changed(tx)
	})
}

// Sessions lists the open sessions of an account, last seen first: one's own,
// or anybody's for an administrator.
func (s *Store) Sessions(ctx context.Context, by *Actor, of ID) ([]Session, error) {
	if !by.Own(of) && !by.Can(RightAccounts) {
		return nil, errAbsent()
	}
	var list []Session
	now := s.clock().UnixMilli()
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		hours, err := s.number(tx, settingIdleHours)
		if err != nil {
			return err
		}
		all, err := s.sessionsOf(tx, of)
		if err != nil {
			return err
		}
		list = nil
		for _, one := range all {
			if now < one.ExpiresAt && now-one.SeenAt <= int64(hours)*time.Hour.Milliseconds() {
				list = append(list, one)
			}
		}
		return nil
	})
	return list, err
}

// Revoke ends one session of an account by its handle.
func (s *Store) Revoke(ctx context.Context, by *Actor, of ID, handle string) error {
	n, err := s.revoke(ctx, by, of, func(h string) bool { return h == handle })
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "session_absent", text.T("account.session_absent"))
	}
	return err
}

// RevokeAll ends all sessions of an account and says how many.
func (s *Store) RevokeAll(ctx context.Context, by *Actor, of ID) (int, error) {
	return s.revoke(ctx, by, of, func(string) bool { return true })
}

func (s *Store) revoke(ctx context.Context, by *Actor, of ID, which func(handle string) bool) (n int, err error) {
	if !by.Own(of) && !by.Can(RightAccounts) {
		return 0, errAbsent()
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if n, err = s.deleteSessions(tx, of, which); err != nil || n == 0 {
			return err
		}
		if err := s.record(tx, by.ID, "account.sessions_end", of, "", []journal.Change{{Field: "sessions", From: journal.Value(n)}}); err != nil {
			return err
		}
		return s.changed(tx)
	})
	return n, err
}

func (s *Store) deleteSessions(tx *db.Tx, of ID, which func(handle string) bool) (int, error) {
	var ids []sessionID
	err := tx.Each(`select id from session where province_id = $1 and account_id = $2`, []any{s.province, string(of)}, func(r *sql.Rows) error {
		id, err := scanID(r)
		if err == nil && which(id.handle()) {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.Exec(`delete from session where province_id = $1 and id = $2`, s.province, id[:]); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (s *Store) sessionsOf(tx *db.Tx, of ID) ([]Session, error) {
	var list []Session
	err := tx.Each(`select id, account_id, created_at, seen_at, expires_at, address, agent from session where province_id = $1 and account_id = $2 order by seen_at desc, created_at desc, id`,
		[]any{s.province, string(of)}, func(r *sql.Rows) error {
			var one Session
			id, err := scanID(r, &one.Account, &one.CreatedAt, &one.SeenAt, &one.ExpiresAt, &one.Address, &one.Agent)
			one.Handle = id.handle()
			if e := s.sessions.get(id); e != nil {
				one.SeenAt = max(one.SeenAt, e.seen.Load())
			}
			list = append(list, one)
			return err
		})
	return list, err
}

func scanID(r *sql.Rows, more ...any) (sessionID, error) {
	var raw []byte
	if err := r.Scan(append([]any{&raw}, more...)...); err != nil {
		return sessionID{}, err
	}
	if len(raw) != sha256.Size {
		return sessionID{}, errors.New("account: a stored session has an impossible id")
	}
	return sessionID(raw), nil
}
