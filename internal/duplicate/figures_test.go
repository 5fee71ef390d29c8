package duplicate

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/duplicate/duplicatetest"
)

// populations differ in all that the search does not know beforehand.
var populations = []struct {
	name  string
	least float64 // F1
	o     duplicatetest.Options
}{
	{"office", 0.97, duplicatetest.Options{People: 20000, Again: 0.08, Third: 0.1, Differences: 0.3, NoNumber: 0.15, OldNumber: 0.4, YearOnly: 0.15, NoBirth: 0.005, Plain: 0.03, Clans: 0.3, Twins: 0.015, OfOneName: 0.02, Namesakes: 0.01}},
	{"few numbers", 0.97, duplicatetest.Options{People: 20000, Again: 0.08, Differences: 0.3, NoNumber: 0.7, OldNumber: 0.6, YearOnly: 0.2, Clans: 0.3, Twins: 0.015, OfOneName: 0.02, Namesakes: 0.01}},
	{"year alone", 0.97, duplicatetest.Options{People: 10000, Again: 0.1, Differences: 0.2, NoNumber: 0.1, OldNumber: 0.4, YearOnly: 0.6, Clans: 0.3, Twins: 0.015, OfOneName: 0.02, Namesakes: 0.01}},
	{"small", 0.97, duplicatetest.Options{People: 500, Again: 0.1, Differences: 0.3, NoNumber: 0.2, OldNumber: 0.4, YearOnly: 0.2, Clans: 0.4, Twins: 0.03, OfOneName: 0.04, Namesakes: 0.03}},
	{"many again", 0.97, duplicatetest.Options{People: 5000, Again: 0.4, Third: 0.2, Differences: 0.8, NoNumber: 0.2, OldNumber: 0.4, YearOnly: 0.2, Clans: 0.3, Twins: 0.02, OfOneName: 0.03, Namesakes: 0.02}},
	{"few again", 0.97, duplicatetest.Options{People: 20000, Again: 0.01, Differences: 0.2, NoNumber: 0.2, OldNumber: 0.4, YearOnly: 0.2, Clans: 0.3, Twins: 0.02, OfOneName: 0.03, Namesakes: 0.02}},
	{"traps", 0.97, duplicatetest.Options{People: 5000, Again: 0.1, Differences: 0.3, NoNumber: 0.3, OldNumber: 0.4, YearOnly: 0.2, Clans: 0.5, Twins: 0.15, OfOneName: 0.15, Namesakes: 0.1}},
	{"in a row", 0.97, duplicatetest.Options{People: 10000, Again: 0.1, Differences: 0.3, NoNumber: 0.2, OldNumber: 0.4, InRow: true, YearOnly: 0.2, Clans: 0.3, Twins: 0.02, OfOneName: 0.02, Namesakes: 0.02}},
	{"no marks", 0.97, duplicatetest.Options{People: 10000, Again: 0.1, Differences: 0.3, NoNumber: 0.2, OldNumber: 0.4, YearOnly: 0.2, Plain: 0.9, Clans: 0.3, Twins: 0.02, OfOneName: 0.02, Namesakes: 0.02}},
	{"no village", 0.97, duplicatetest.Options{People: 10000, Again: 0.1, Differences: 0.3, NoNumber: 0.1, OldNumber: 0.3, YearOnly: 0.1, NoVillage: true, NoSex: 0.2, Clans: 0.3, Twins: 0.02, OfOneName: 0.02, Namesakes: 0.02}},
}

func search(t testing.TB, l *duplicatetest.Labelled) *duplicatetest.Result {
	people, _, err := ReadCSV(bytes.NewReader(l.CSV()))
	if err != nil {
		t.Fatal(err)
	}
	var found [][2]int
	for _, p := range Find(people) {
		found = append(found, [2]int{p.A, p.B})
	}
	return l.Judge(found)
}

func TestPairsAreFoundInManyKindsOfPopulations(t *testing.T) {
	only := os.Getenv("DUPLICATES")
	for i, p := range populations {
		if only != "" && !strings.Contains(p.name, only) {
			continue
		}
		p.o.Seed = uint64(i + 1)
		l := duplicatetest.Make(p.o)
		start := time.Now()
		r := search(t, l)
		t.Logf("%-12s %6d records %5d pairs: %s  %v", p.name, len(l.Records), len(l.Same), r, time.Since(start).Round(time.Millisecond))
		if r.F1() < p.least {
			t.Errorf("%s: F1 %.4f, expected at least %.2f", p.name, r.F1(), p.least)
		}
		if only != "" {
			for _, c := range r.Differences {
				t.Logf("   %-15s %5d of %5d found", c.Kind, c.Found, c.All)
			}
			for _, c := range r.Traps {
				t.Logf("   %-15s %5d of %5d mistaken", c.Kind, c.Found, c.All)
			}
			for n, pr := range r.MissPairs {
				if n < 25 {
					t.Logf("missed %v %v\n      %v", l.Same[pr], l.Records[pr[0]], l.Records[pr[1]])
				}
			}
			for n, pr := range r.WrongPairs {
				if n < 25 {
					t.Logf("wrong %v %v\n      %v", l.Other[pr], l.Records[pr[0]], l.Records[pr[1]])
				}
			}
		}
	}
}
