package account

import (
	"errors"
	"fmt"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// The brake on guessing counts attempts three ways and makes each kind wait
// when it has had its free ones, twice as long each time:
//
//   - one account from one address prefix, strictly: this is somebody guessing
//     a password, or somebody who has forgotten his;
//   - one account from everywhere, loosely: guessing from many addresses.
//     Whoever signed in from his prefix before does not wait for it, so a
//     stranger cannot lock him out of his own office;
//   - one prefix for all accounts, loosest: one password tried on many names.
//     Hundreds of people may share an office's or a phone network's address.
//
// An attempt counts before its outcome is known, so that a thousand at once
// are not all free.
type brake struct {
	free    int
	first   time.Duration
	longest time.Duration
	forget  time.Duration // without attempts for this long, all is forgotten
}

var (
	brakePair    = brake{free: 5, first: 2 * time.Second, longest: 15 * time.Minute, forget: time.Hour}
	brakeAccount = brake{free: 30, first: 2 * time.Second, longest: time.Minute, forget: 30 * time.Minute}
	brakePrefix  = brake{free: 150, first: time.Second, longest: 20 * time.Second, forget: 10 * time.Minute}
)

// throttleSize bounds the memory: at most some ten megabytes.
const throttleSize = 1 << 16

type throttle struct {
	mu      sync.Mutex
	seed    maphash.Seed
	size    int
	entries map[uint64]*tries
}

// tries is what is remembered of one kind.
type tries struct {
	n     int
	last  int64 // ms
	until int64 // ms: nothing before
	good  int64 // ms of the last success; of pairs only
}

func newThrottle() *throttle {
	return &throttle{seed: maphash.MakeSeed(), size: throttleSize, entries: map[uint64]*tries{}}
}

// attempt is one sign-in under way.
type attempt struct {
	t    *throttle
	keys []uint64
	b    []brake
}

// begin counts an attempt, or says how long to wait; then nothing is counted.
// known: the account has signed in from this prefix before.
func (t *throttle) begin(now time.Time, name, prefix string, known bool) (attempt, time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ms := now.UnixMilli()
	pair := t.key("pair", name, prefix)
	a := attempt{t: t, keys: []uint64{pair}, b: []brake{brakePair}}
	if e := t.entries[pair]; !known && (e == nil || e.good == 0) {
		a.keys = append(a.keys, t.key("account", name, ""))
		a.b = append(a.b, brakeAccount)
		if prefix != "" {
			a.keys = append(a.keys, t.key("prefix", "", prefix))
			a.b = append(a.b, brakePrefix)
		}
	}
	var wait int64
	for i, key := range a.keys {
		if e := t.entries[key]; e != nil {
			// The machine's clock may have been set back: never longer than that.
			wait = max(wait, min(e.until-ms, a.b[i].longest.Milliseconds()))
		}
	}
	if wait > 0 {
		return attempt{}, time.Duration(wait) * time.Millisecond
	}
	for i, key := range a.keys {
		t.entry(key, a.keys).count(a.b[i], ms)
	}
	return a, 0
}

func (e *tries) count(b brake, ms int64) {
	if ms-max(e.last, e.until) > b.forget.Milliseconds() {
		e.n = 0
	}
	e.n++
	e.last = ms
	if over := e.n - b.free; over > 0 {
		e.until = ms + min(b.first<<min(over-1, 20), b.longest).Milliseconds()
	}
}

// cancel takes the attempt back: the password was not looked at.
func (a attempt) cancel() { a.back(0, false) }

// succeed takes the attempt back, and forgets the failures of this person at
// this place. Those of the others stay: a guesser who owns one account
// cannot wipe his slate with it.
func (a attempt) succeed(now time.Time) { a.back(now.UnixMilli(), true) }

func (a attempt) back(ms int64, good bool) {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	for i, key := range a.keys {
		e := a.t.entries[key]
		if e == nil {
			continue
		}
		if good && i == 0 {
			e.n, e.until, e.good = 0, 0, ms
			continue
		}
		e.n = max(0, e.n-1)
		e.until = 0
	}
}

// entry finds or makes what is remembered under the key. When there is no
// room, the least of a few goes: a flood of made-up names drives out itself
// and not those who are being guessed.
func (t *throttle) entry(key uint64, keep []uint64) *tries {
	if e := t.entries[key]; e != nil {
		return e
	}
	if len(t.entries) >= t.size {
		var least uint64
		var of *tries
		looked := 0
	look:
		for k, e := range t.entries { // begins anywhere
			for _, mine := range keep {
				if k == mine {
					continue look
				}
			}
			if of == nil || e.weight() < of.weight() {
				least, of = k, e
			}
			if looked++; looked == 16 {
				break
			}
		}
		delete(t.entries, least)
	}
	e := &tries{}
	t.entries[key] = e
	return e
}

func (e *tries) weight() int64 { return max(e.until, e.last, e.good) + int64(e.n)*1000 }

func (t *throttle) key(kind, name, prefix string) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	h.WriteString(kind)
	h.WriteByte(0)
	h.WriteString(name)
	h.WriteByte(0)
	h.WriteString(prefix)
	return h.Sum64()
}

// Prefix shortens an address ("10.1.2.3:80", "2001:db8::1") to the network it
// is kept and counted by: /24, or /64 of IPv6. Empty if it is no address.
func Prefix(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		with, err := netip.ParseAddrPort(address)
		if err != nil {
			return ""
		}
		ip = with.Addr()
	}
	ip = ip.Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 24
	}
	prefix, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// tooMany is the cause that carries how long to wait.
type tooMany struct{ wait time.Duration }

func (e tooMany) Error() string { return fmt.Sprintf("too many attempts, wait %s", e.wait) }

// RetryAfter says how long to wait where err is the brake's refusal, for the
// header of the answer.
func RetryAfter(err error) (time.Duration, bool) {
	var e tooMany
	ok := errors.As(err, &e)
	return e.wait, ok
}

func waitError(wait time.Duration) error {
	wait = (wait + time.Second - 1).Truncate(time.Second)
	words := text.T("account.seconds", "n", int(wait/time.Second))
	if wait > 90*time.Second {
		words = text.T("account.minutes", "n", int((wait+time.Minute-1)/time.Minute))
	}
	return fault.Wrap(tooMany{wait}, fault.Busy, "signin_wait", text.T("account.signin_wait", "wait", words))
}
