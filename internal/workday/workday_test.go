package workday

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/law"
)

func calendar(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDaysOfTheOffices(t *testing.T) {
	c := calendar(t)
	for day, working := range map[string]bool{
		"2016-10-21": true,  // the plan is signed, a Friday
		"2016-10-22": false, // a Saturday
		"2016-02-08": false, // first day of Tết
		"2016-02-15": true,
		"2016-04-18": false, // in lieu of Giỗ Tổ on a Saturday
		"2016-05-03": false, // in lieu of 1 May, a Sunday, behind the one for 30 April
		"2016-05-04": true,
		"2018-12-31": false, // exchanged
		"2019-01-05": true,  // a Saturday worked for it
		"2021-09-03": false, // second day of the National Day
		"2020-09-03": true,  // before there was one
		"2026-01-10": true,
		"2029-05-01": true, // no data: only weekends are known
		"2029-05-05": false,
		"no day":     false,
	} {
		if got := c.IsWorking(day); got != working {
			t.Errorf("IsWorking(%s) = %v", day, got)
		}
	}
}

func TestTermsAsTheCivilCodeCountsThem(t *testing.T) {
	c := calendar(t)
	for _, k := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"the day itself does not count", "2016-11-21", 7, "2016-11-30"},
		{"from a Saturday", "2016-11-19", 1, "2016-11-21"},
		{"over Tết", "2016-02-05", 1, "2016-02-15"},
		{"over a Saturday that is worked", "2019-01-04", 1, "2019-01-05"},
		{"backward", "2016-02-15", -1, "2016-02-05"},
		{"nothing", "2016-02-08", 0, "2016-02-08"},
		{"no day", "2016-2-8", 3, ""},
	} {
		if got := c.Add(k.from, k.n); got != k.want {
			t.Errorf("%s: Add(%s, %d) = %q, want %s", k.name, k.from, k.n, got, k.want)
		}
	}
	if got := c.NextWorking("2016-04-30"); got != "2016-05-04" {
		t.Errorf("a term that ends on 30 April 2016 ends on %s", got)
	}
	if got := c.NextWorking("2016-05-04"); got != "2016-05-04" {
		t.Errorf("a term that ends on a working day was moved to %s", got)
	}
	if got := c.Between("2016-10-21", "2016-10-25"); got != 2 {
		t.Errorf("from the signing to the plan's first deadline: %d working days", got)
	}
}

func TestWhatIsNotConfirmedIsShown(t *testing.T) {
	c := calendar(t)
	if list := c.Unconfirmed("2016-09-01", "2016-12-31"); len(list) != 0 {
		t.Errorf("the autumn of 2016 rests on %v", list)
	}
	if list := c.Unconfirmed("2018-02-14", "2018-02-20"); len(list) != 5 || list[0].Day != "2018-02-14" || list[0].Source == "" {
		t.Errorf("Tết 2018: %v", list)
	}
	if !c.Known(2015) || !c.Known(2027) || c.Known(2014) || c.Known(2028) {
		t.Error("the years covered are 2015 to 2027")
	}
	if got := c.UnknownYears("2027-12-30", "2029-01-01"); !slices.Equal(got, []int{2028, 2029}) {
		t.Errorf("unknown years %v", got)
	}
}

// A working year of 250 days: 52 weeks of 5 and what is over, less the days
// the Labour Code gives (10, since 2021 11, and the Day of Culture).
func TestEveryYearHasTheDaysOffThatTheLawGives(t *testing.T) {
	c := calendar(t)
	for year := 2015; year <= 2027; year++ {
		weekdays, off := 0, 0
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if !weekend(d) {
				weekdays++
			}
			s, special := c.On(d.Format(time.DateOnly))
			if special && s.Kind != Working && s.Kind != SwappedOff && !weekend(d) {
				off++
			}
		}
		want := 10
		if year >= 2021 {
			want = 11
		}
		if year >= 2026 {
			want++
		}
		if off != want {
			t.Errorf("%d has %d days off besides weekends and exchanges, want %d", year, off, want)
		}
	}
}

func TestCountingAndSteppingAgree(t *testing.T) {
	c := calendar(t)
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2014, 12, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 5000).Draw(t, "from")).Format(time.DateOnly)
		n := rapid.IntRange(-300, 300).Draw(t, "n")
		to := c.Add(from, n)
		if got := c.Between(from, to); got != n {
			t.Fatalf("Between(%s, %s) = %d, want %d", from, to, got, n)
		}
		if n != 0 && !c.IsWorking(to) {
			t.Fatalf("Add(%s, %d) = %s is a day off", from, n, to)
		}
	})
}

func TestCalendarsThatContradictThemselvesAreRefused(t *testing.T) {
	const head = "id: h\nname: n\nsources: {a: b}\nyears:\n  - year: 2016\n    days:\n"
	for name, k := range map[string]struct{ lines, says string }{
		"weekend holiday without lieu": {"      - {day: 2016-04-16, kind: holiday, name: x, source: a}", "without a day in lieu"},
		"exchange on one side":         {"      - {day: 2016-04-18, kind: swapped_off, for: 2016-04-23, name: x, source: a}", "which is no working"},
		"worked on a Monday":           {"      - {day: 2016-04-18, kind: working, for: 2016-04-19, name: x, source: a}", "on a Monday"},
		"no source":                    {"      - {day: 2016-04-18, kind: holiday, name: x, source: c}", "source"},
		"another year":                 {"      - {day: 2017-04-18, kind: holiday, name: x, source: a}", "another year"},
		"twice":                        {"      - {day: 2016-04-18, kind: holiday, name: x, source: a}\n      - {day: 2016-04-18, kind: holiday, name: x, source: a}", "twice"},
		"no such day":                  {"      - {day: 2016-02-30, kind: holiday, name: x, source: a}", "no day"},
		"unknown key":                  {"      - {dya: 2016-02-03, kind: holiday, name: x, source: a}", "dya"},
	} {
		_, err := read([]byte(head + k.lines + "\n"))
		if err == nil || !strings.Contains(err.Error(), k.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	c := calendar(b)
	for b.Loop() {
		c.Between("2016-01-01", "9999-12-31")
	}
}
