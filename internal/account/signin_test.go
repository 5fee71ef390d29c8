package account

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
)

func try(s *Store, name, password, address string) error {
	_, _, err := s.SignIn(ctx, SignIn{Name: name, Password: password, Address: address})
	return err
}

// The same refusal after the same work: by counting the work, not by a clock.
func TestShouldNotTellWhetherANameExists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		person(t, s, "nguyen.van.a")
		off := person(t, s, "da.nghi")
		check(t, s.SetActive(ctx, s.Operator(), off.ID, off.Rev, false, ""))
		cases := map[string][2]string{
			"a wrong password":               {"nguyen.van.a", "không phải thế"},
			"an empty password":              {"nguyen.van.a", ""},
			"a very long password":           {"nguyen.van.a", strings.Repeat("x", 1<<20)},
			"an unknown name":                {"khong.co.ai", goodWords},
			"an empty name":                  {"", goodWords},
			"a name as long as a book":       {strings.Repeat("á", 1<<20), goodWords},
			"a name that is no text":         {"\xff\x00", goodWords},
			"a disabled account, right word": {"da.nghi", goodWords},
			"a disabled account, wrong word": {"da.nghi", "không phải thế"},
		}
		var message string
		for name, c := range cases {
			before := s.hasher.hashed.Load()
			err := try(s, c[0], c[1], "10.1.2.3")
			mustRefuse(t, err, "signin_wrong")
			if work := s.hasher.hashed.Load() - before; work != 1 {
				t.Errorf("%s: %d hashes", name, work)
			}
			if message != "" && err.Error() != message {
				t.Errorf("%s: another message: %s", name, err)
			}
			message = err.Error()
		}
		c, _, key, err := decodePHC(s.hasher.dummy)
		if err != nil || c != s.hasher.cost || len(key) != keyBytes {
			t.Error("the dummy costs other work", c, err)
		}
	})
}

func TestShouldMakeAGuesserWaitLongerAndLonger(t *testing.T) {
	s, c := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	var waits []time.Duration
	for len(waits) < 12 {
		err := try(s, "nguyen.van.a", "không phải thế", "10.1.2.3")
		if wait, ok := RetryAfter(err); ok {
			if fault.Of(err) != fault.Busy {
				t.Fatal(err)
			}
			waits = append(waits, wait)
			c.Add(wait)
			continue
		}
		mustRefuse(t, err, "signin_wrong")
	}
	want := "[2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 15m0s 15m0s 15m0s]"
	if fmt.Sprint(waits) != want {
		t.Fatal(waits)
	}
	// Even the right password waits, else guessing would go on.
	check(t, try(s, "nguyen.van.a", goodWords, "10.1.2.99"))
}

func TestTheRefusalSaysHowLongToWait(t *testing.T) {
	for wait, words := range map[time.Duration]string{2 * time.Second: "2 giây", 1500 * time.Millisecond: "2 giây", 90 * time.Second: "90 giây", 4*time.Minute + 16*time.Second: "5 phút"} {
		err := waitError(wait)
		mustRefuse(t, err, "signin_wait")
		if !strings.Contains(err.Error(), words) {
			t.Error(wait, err)
		}
	}
}

func TestAThousandGuessesAtOnceAreNotAllFree(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	before := s.hasher.hashed.Load()
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() { try(s, "nguyen.van.a", "không phải thế", "10.1.2.3") })
	}
	all.Wait()
	if tried := s.hasher.hashed.Load() - before; tried > int64(brakePair.free)+1 {
		t.Fatal("tried", tried)
	}
}

func TestAStrangerCannotLockSomebodyOutOfHisOffice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := office(t, d)
		person(t, s, "nguyen.van.a")
		enter(t, s, "nguyen.van.a") // from 10.1.2.0/24
		s = another(t, d, c)        // even after a restart
		tried := 0
		for i := range 500 {
			if _, waits := RetryAfter(try(s, "nguyen.van.a", "không phải thế", fmt.Sprintf("203.0.%d.7", i%250))); !waits {
				tried++
			}
			c.Add(100 * time.Millisecond)
		}
		if tried > 60 {
			t.Errorf("%d guesses from many addresses in 50 seconds", tried)
		}
		if _, waits := RetryAfter(try(s, "nguyen.van.a", goodWords, "198.51.100.1")); !waits {
			t.Error("an unknown place does not wait")
		}
		check(t, try(s, "nguyen.van.a", goodWords, "10.1.2.77"))
		c.Add(time.Minute)
		check(t, try(s, "nguyen.van.a", goodWords, "198.51.100.1"))
	})
}

func TestShouldSlowDownOneWordTriedOnManyNames(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	tried := 0
	for i := range 1000 {
		if _, waits := RetryAfter(try(s, fmt.Sprint("can.bo.", i), "matkhau123", "203.0.113.9")); !waits {
			tried++
		}
	}
	if tried > brakePrefix.free+1 {
		t.Fatal(tried)
	}
}

// Whoever owns an account may not wipe the slate with it.
func TestASuccessForgivesOnlyItself(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	person(t, s, "ke.gian")
	for range brakePair.free + 1 {
		mustRefuse(t, try(s, "nguyen.van.a", "không phải thế", "10.1.2.3"), "signin_wrong")
	}
	check(t, try(s, "ke.gian", goodWords, "10.1.2.3"))
	mustRefuse(t, try(s, "nguyen.van.a", "không phải thế", "10.1.2.3"), "signin_wait")
}

func TestTheMemoryOfGuessesIsBoundedAndKeepsTheWorst(t *testing.T) {
	th := newThrottle()
	th.size = 1000
	now := time.Date(2016, 10, 21, 5, 0, 0, 0, time.UTC)
	for range brakePair.free + 8 {
		for {
			_, wait := th.begin(now, "nguyen.van.a", "10.1.2.0/24", false)
			if wait == 0 {
				break
			}
			now = now.Add(wait)
		}
	}
	for i := range 20000 {
		th.begin(now, fmt.Sprint("bịa", i), fmt.Sprintf("2001:db8:%x::/64", i), false)
	}
	if len(th.entries) > th.size {
		t.Fatal(len(th.entries))
	}
	if _, wait := th.begin(now, "nguyen.van.a", "10.1.2.0/24", false); wait == 0 {
		t.Fatal("a flood of names made it forget the one that is guessed")
	}
}

func TestAddressesAreKeptByPrefixOnly(t *testing.T) {
	for address, want := range map[string]string{
		"10.1.2.3": "10.1.2.0/24", "10.1.2.3:8080": "10.1.2.0/24", "::ffff:10.1.2.3": "10.1.2.0/24",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "[2001:db8:1:2:3::1]:443": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
		"": "", "localhost": "", "10.1.2": "",
	} {
		if got := Prefix(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestFailedSignInsAreJournalledTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		a := person(t, s, "nguyen.van.a")
		for i := range 4 {
			try(s, "nguyen.van.a", "không phải thế", fmt.Sprintf("10.1.%d.3", i))
		}
		for i := range 100 {
			try(s, fmt.Sprint("khong.co", i), "không phải thế", "203.0.113.9")
		}
		if n := len(entries(t, s, "account.signin_failed")); n != 0 {
			t.Fatal("written before the minute", n)
		}
		check(t, s.Close(ctx))
		list := entries(t, s, "account.signin_failed")
		if len(list) != 2 {
			t.Fatal(list)
		}
		for _, e := range list {
			attempts, addresses := *e.Changes[0].To, *e.Changes[1].To
			switch {
			case e.Record == string(a.ID) && attempts == "4" && addresses == "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.3.0/24":
			case e.Record == "" && attempts == "100" && addresses == "203.0.113.0/24":
			default:
				t.Error(e.Record, attempts, addresses)
			}
			if strings.Contains(addresses, "khong.co") || e.Actor != SystemID {
				t.Error(e)
			}
		}
	})
}

func TestAFloodOfFailuresCannotFillTheJournal(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	for i := range 5000 {
		s.failures.add(ID(fmt.Sprint("a", i)), fmt.Sprintf("10.%d.%d.0/24", i%250, i/250))
	}
	check(t, s.Close(ctx))
	if n := len(entries(t, s, "account.signin_failed")); n != failureEntries+1 {
		t.Fatal(n)
	}
}

func TestFailuresThatCouldNotBeWrittenAreNotForgotten(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	for i := range 9 {
		s.failures.add("a", fmt.Sprintf("10.0.%d.0/24", i))
	}
	rename := func(from, to string) {
		t.Helper()
		check(t, s.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`alter table ` + from + ` rename to ` + to)
			return err
		}))
	}
	rename("journal", "journal_away")
	if s.flush(ctx) == nil {
		t.Fatal("written without a journal")
	}
	rename("journal_away", "journal")
	check(t, s.Close(ctx))
	list := entries(t, s, "account.signin_failed")
	if len(list) != 1 || *list[0].Changes[0].To != "9" {
		t.Fatal(list)
	}
}

func TestAFewHashesAtATimeAndAQueueWithAnEnd(t *testing.T) {
	h := newHasher(cost{memory: 64, passes: 1, threads: 1})
	h.queue = int64(cap(h.slots)) + 1
	for range cap(h.slots) {
		h.slots <- struct{}{} // all busy
		h.waiting.Add(1)
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if _, err := h.hash(short, "x"); err != context.DeadlineExceeded {
		t.Fatal("does not wait for its turn", err)
	}
	h.waiting.Add(1)
	_, err := h.hash(ctx, "x")
	mustRefuse(t, err, "signin_busy")
	if h.hashed.Load() != 0 {
		t.Fatal("worked without a slot")
	}
}

func TestAPasswordIsTheSameHoweverItsLettersAreComposed(t *testing.T) {
	h := newHasher(cost{memory: 64, passes: 1, threads: 1})
	encoded, err := h.hash(ctx, "ti\u1ebfng Vi\u1ec7t")
	check(t, err)
	if same, err := h.matches(ctx, encoded, "tie\u0302\u0301ng Vie\u0323\u0302t"); !same || err != nil {
		t.Fatal(same, err)
	}
	if same, _ := h.matches(ctx, encoded, "tieng viet"); same {
		t.Fatal("diacritics count in a password")
	}
}

func TestTheFullCostIsThatOfTheDesign(t *testing.T) {
	encoded, err := newHasher(fullCost).hash(ctx, goodWords)
	check(t, err)
	if !strings.HasPrefix(encoded, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatal(encoded)
	}
}

func FuzzStoredHash(f *testing.F) {
	f.Add(encodePHC(fullCost, make([]byte, saltBytes), make([]byte, keyBytes)))
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2i$v=19$$$")
	f.Fuzz(func(t *testing.T, encoded string) {
		c, salt, key, err := decodePHC(encoded)
		if err != nil {
			return
		}
		if c.memory > 1<<20 || c.passes > 16 || len(key) < 16 || len(salt) < 8 {
			t.Fatalf("%+v %d %d", c, len(key), len(salt))
		}
		again, _, _, err := decodePHC(encodePHC(c, salt, key))
		if err != nil || again != c {
			t.Fatal(again, err)
		}
	})
}

func FuzzNameAndToken(f *testing.F) {
	f.Add("Nguyễn.Văn.Á")
	f.Add("\xff\x00")
	f.Fuzz(func(t *testing.T, s string) {
		if once := FoldName(s); FoldName(once) != once {
			t.Fatalf("%q %q", s, once)
		}
		if name, err := checkName(s); err == nil && (len(name) < 3 || strings.ContainsAny(name, " \x00'\"<>")) {
			t.Fatalf("%q", name)
		}
		parseToken(s)
		Prefix(s)
	})
}
