package account

import (
	"context"
	"log/slog"
	"sort"
	"strings"
	"sync"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
)

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
