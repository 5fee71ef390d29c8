package account

import (
	"context"
	"errors"
	"log/slog"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// SignIn is what somebody at the door gives.
type SignIn struct {
	Name     string
	Password string
	Address  string // of the client; only its prefix is kept
	Agent    string // the browser's name of itself
}

// SignIn checks name and password and opens a session. The token goes into the
// cookie and is kept nowhere else. One refusal for all reasons, after the same
// work: whether a name exists is not told.
func (s *Store) SignIn(ctx context.Context, in SignIn) (token string, actor *Actor, err error) {
	if len(in.Name) > 200 {
		in.Name = in.Name[:200] // nobody's; the same work as for the others
	}
	name, prefix := FoldName(in.Name), Prefix(in.Address)
	attempt, wait := s.throttle.begin(s.clock(), name, prefix, false)
	if wait > 0 {
		known, err := s.hasSession(ctx, name, prefix)
		if err != nil {
			return "", nil, err
		}
		if known {
			attempt, wait = s.throttle.begin(s.clock(), name, prefix, true)
		}
		if wait > 0 {
			return "", nil, waitError(wait)
		}
	}
	var holder Account
	hash := s.hasher.dummy
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, stored, err := s.where(tx, "a.name", name)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err == nil {
			holder, hash = a, stored
		}
		return err
	})
	if err != nil {
		attempt.cancel()
		return "", nil, err
	}
	same, err := s.hasher.matches(ctx, hash, in.Password)
	if err != nil {
		attempt.cancel()
		return "", nil, err
	}
	if !same || !holder.Active {
		s.failures.add(holder.ID, prefix)
		s.flushSometimes(s.clock().UnixMilli())
		return "", nil, fault.New(fault.Invalid, "signin_wrong", text.T("account.signin_wrong"))
	}
	token, id := newToken()
	agent := cut(in.Agent, 200)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		// Somebody may have disabled it meanwhile, or changed the password.
		now, stored, err := s.where(tx, "a.id", string(holder.ID))
		if err != nil || !now.Active || stored != hash {
			if err == nil || errors.Is(err, db.ErrNoRows) {
				err = fault.New(fault.Invalid, "signin_wrong", text.T("account.signin_wrong"))
			}
			return err
		}
		if err := s.open(tx, id, holder.ID, prefix, agent); err != nil {
			return err
		}
		return s.record(tx, string(holder.ID), "account.signin", holder.ID, "", journal.Diff(nil, "address", "", prefix))
	})
	if err != nil {
		return "", nil, err
	}
	attempt.succeed(s.clock())
	actor, err = s.Session(ctx, token)
	return token, actor, err
}

// hasSession says whether the person has a session from the prefix: no
// stranger, who must not be kept out because strangers guess.
func (s *Store) hasSession(ctx context.Context, name, prefix string) (bool, error) {
	if prefix == "" {
		return false, nil
	}
	var n int
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select count(*) from session s join account a on a.province_id = s.province_id and a.id = s.account_id
			where a.province_id = $1 and a.name = $2 and s.address = $3`, []any{s.province, name, prefix}, &n)
	})
	return n > 0, err
}

// As gives the operator the rights and scope of a user, for --as. What is
// done is still the operator's in the journal.
func (s *Store) As(ctx context.Context, name string) (*Actor, error) {
	var actor *Actor
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		account, err := s.byName(tx, FoldName(name))
		if err != nil {
			return absent(err)
		}
		if !account.Active {
			return fault.New(fault.Conflict, "account_disabled", text.T("account.disabled", "name", account.Name))
		}
		day := s.today()
		posts, err := s.postsInForce(tx, account.ID, day)
		if err != nil {
			return err
		}
		account.MustChange = false // that keeps the person out, not the operator
		actor = actorOf(s.roles, s.tree(), s.province, account, day, posts)
		actor.ID, actor.Account = OperatorID, ""
		return nil
	})
	return actor, err
}

// Operator is the machine's operator today.
func (s *Store) Operator() *Actor { return Operator(s.province, s.tree(), s.today()) }

// firstName is the sign-in name of the first administrator.
const firstName = "admin"

// EnsureAdministrator makes the first account of a database that has none,
// with a random password that is told here and nowhere else. It can manage
// accounts and see no household.
func (s *Store) EnsureAdministrator(ctx context.Context) (name, password string, created bool, err error) {
	var accounts int
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) { accounts, err = s.count(tx); return err })
	if err != nil || accounts > 0 {
		return "", "", false, err
	}
	today := s.today()
	roots := s.tree().Roots(today)
	role, ok := s.roles.administrator()
	if len(roots) == 0 || !ok {
		return "", "", false, errors.New("account: no province to administer, or no role for it")
	}
	password = NewPassword()
	a, hash, err := s.prepare(ctx, NewAccount{Name: firstName, FullName: text.T("account.first_full_name"), Password: password, MustChange: true})
	if err != nil {
		return "", "", false, err
	}
	p := Post{ID: PostID(db.NewID()), Account: a.ID, Role: role.Code, Area: roots[0].Area, From: today, To: Forever, GivenBy: SystemID, GivenAt: a.CreatedAt, Rev: 1}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := s.count(tx)
		if created = err == nil && n == 0; !created {
			return err
		}
		if err := s.insert(tx, SystemID, a, hash); err != nil {
			return err
		}
		return s.insertPost(tx, SystemID, "account.post_add", p, "")
	})
	if err != nil || !created {
		return "", "", false, err
	}
	return a.Name, password, true, nil
}

func (s *Store) count(tx *db.Tx) (n int, err error) {
	err = tx.Get(`select count(*) from account where province_id = $1`, []any{s.province}, &n)
	return n, err
}

func (r *Roles) administrator() (Role, bool) {
	for _, role := range r.Roles {
		if role.Rights.Has(RightAccounts) && role.at(area.Province) {
			return role, true
		}
	}
	return Role{}, false
}

// failures gathers failed sign-ins until they are journalled together, so that
// a guesser cannot fill the journal.
type failures struct {
	mu sync.Mutex
	of map[ID]*failed // "" for names that nobody has
}

type failed struct {
	times    int
	prefixes map[string]int
}

// At most this many entries a flush, so many prefixes each; what is beyond is
// counted under "others".
const (
	failureEntries  = 20
	failurePrefixes = 5
)

func (f *failures) add(id ID, prefix string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		f.of = map[ID]*failed{}
	}
	one := f.of[id]
	if one == nil {
		one = &failed{prefixes: map[string]int{}}
		f.of[id] = one
	}
	one.times++
	if _, have := one.prefixes[prefix]; have || len(one.prefixes) < failurePrefixes {
		one.prefixes[prefix]++
	}
}

func (f *failures) take() map[ID]*failed {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.of
	f.of = nil
	return all
}

// entries are what the journal gets: those tried most often one by one.
func (s *Store) failureEntries(all map[ID]*failed) []*journal.Entry {
	ids := make([]ID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool {
		if all[ids[i]].times != all[ids[j]].times {
			return all[ids[i]].times > all[ids[j]].times
		}
		return ids[i] < ids[j]
	})
	var entries []*journal.Entry
	rest, accounts := 0, 0
	for i, id := range ids {
		if i >= failureEntries {
			rest += all[id].times
			accounts++
			continue
		}
		var prefixes []string
		for p := range all[id].prefixes {
			prefixes = append(prefixes, p)
		}
		sort.Strings(prefixes)
		entries = append(entries, s.failureEntry(id, []journal.Change{
			{Field: "attempts", To: journal.Value(all[id].times)}, {Field: "addresses", To: journal.Value(strings.Join(prefixes, " "))}}))
	}
	if rest > 0 {
		entries = append(entries, s.failureEntry("", []journal.Change{{Field: "attempts", To: journal.Value(rest)}, {Field: "accounts", To: journal.Value(accounts)}}))
	}
	return entries
}

func (s *Store) failureEntry(id ID, changes []journal.Change) *journal.Entry {
	return &journal.Entry{At: s.now().UnixMilli(), Actor: SystemID, Action: "account.signin_failed", Kind: "account", Record: string(id), Changes: changes}
}

// flushSometimes writes once a minute, beside the request, what was held back.
func (s *Store) flushSometimes(now int64) {
	last := s.sessions.flushedAt.Load()
	if last == 0 { // the first minute begins
		s.sessions.flushedAt.CompareAndSwap(0, now)
		return
	}
	if now-last < seenEvery.Milliseconds() || !s.sessions.flushedAt.CompareAndSwap(last, now) {
		return
	}
	s.flushing.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := s.flush(ctx); err != nil {
			slog.Error("sessions and failed sign-ins could not be written; they are tried again", "error", fault.Log(err))
		}
	})
}

// flush writes when sessions were last seen, removes those that have ended,
// and journals failed sign-ins.
func (s *Store) flush(ctx context.Context) error {
	now := s.clock().UnixMilli()
	seen := map[sessionID]int64{}
	s.sessions.mu.Lock()
	for id, e := range s.sessions.entries {
		if e.dirty.Swap(false) {
			seen[id] = e.seen.Load()
		}
		if now-e.seen.Load() > e.idle {
			delete(s.sessions.entries, id)
		}
	}
	s.sessions.mu.Unlock()
	failed := s.failures.take()
	entries := s.failureEntries(failed)
	if len(seen) == 0 && len(entries) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		for id, at := range seen {
			if _, err := tx.Exec(`update session set seen_at = $1 where province_id = $2 and id = $3 and seen_at < $1`, at, s.province, id[:]); err != nil {
				return err
			}
		}
		hours, err := s.number(tx, settingIdleHours)
		if err != nil {
			return err
		}
		// An hour more: another process may hold a later time back.
		idle := now - int64(hours+1)*time.Hour.Milliseconds()
		if _, err := tx.Exec(`delete from session where province_id = $1 and (expires_at <= $2 or seen_at < $3)`, s.province, now, idle); err != nil {
			return err
		}
		for _, e := range entries {
			e.ID = ""
			if err := journal.Record(tx, s.province, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // nothing is lost: the next flush takes it along
		for id := range seen {
			if e := s.sessions.get(id); e != nil {
				e.dirty.Store(true)
			}
		}
		s.failures.giveBack(failed)
	}
	return err
}

func (f *failures) giveBack(old map[ID]*failed) {
	for id, one := range old {
		for p, n := range one.prefixes {
			for range n {
				f.add(id, p)
				one.times--
			}
		}
		f.mu.Lock()
		if e := f.of[id]; e != nil {
			e.times += one.times // those whose prefixes were not kept
		}
		f.mu.Unlock()
	}
}

func cut(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	for utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}
