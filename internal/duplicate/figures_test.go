package duplicate

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

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

// The figures of docs/duplicates.md: go test -v -run Populations
func TestPairsAreFoundInManyKindsOfPopulations(t *testing.T) {
	differences, traps := map[string]*duplicatetest.Count{}, map[string]*duplicatetest.Count{}
	for i, p := range populations {
		for seed := range uint64(2) {
			p.o.Seed = uint64(i+1) + 100*seed
			l := duplicatetest.Make(p.o)
			r := search(t, l)
			t.Logf("%-12s %6d records %5d pairs: %s", p.name, len(l.Records), len(l.Same), r)
			if r.F1() < p.least {
				t.Errorf("%s, seed %d: F1 %.4f, expected at least %.2f", p.name, p.o.Seed, r.F1(), p.least)
			}
			addCounts(differences, r.Differences)
			addCounts(traps, r.Traps)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(differences)) {
		t.Logf("%-15s %5d of %5d found", name, differences[name].Found, differences[name].All)
	}
	for _, name := range slices.Sorted(maps.Keys(traps)) {
		c := traps[name]
		t.Logf("%-15s %5d of %5d taken for one", name, c.Found, c.All)
		if 20*c.Found > c.All {
			t.Errorf("%s: %d of %d taken for one person", name, c.Found, c.All)
		}
	}
}

func addCounts(to map[string]*duplicatetest.Count, counts []duplicatetest.Count) {
	for _, c := range counts {
		if to[c.Kind] == nil {
			to[c.Kind] = &duplicatetest.Count{}
		}
		to[c.Kind].Found += c.Found
		to[c.Kind].All += c.All
	}
}

// Here much cannot be known: hardly any numbers, years alone, thirty names for
// everybody, several slips in both records. What is found must still mostly be right.
func TestHarshPopulations(t *testing.T) {
	const seeds = 24
	f1, precision := 0.0, 0.0
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 5))
		rate := func(most float64) float64 { x := r.Float64(); return x * x * most }
		l := duplicatetest.Make(duplicatetest.Options{Seed: seed + 100, People: []int{500, 1000, 3000, 8000}[r.IntN(4)],
			Again: 0.02 + rate(0.3), Third: rate(0.2), Differences: rate(1), NoNumber: r.Float64() * 0.9, OldNumber: r.Float64() * 0.9, InRow: r.IntN(6) == 0,
			YearOnly: r.Float64() * 0.6, NoBirth: rate(0.02), NoSex: rate(0.5), NoVillage: r.IntN(8) == 0, Plain: rate(0.9), VillageSize: []int{60, 150, 400, 1000}[r.IntN(4)],
			Clans: r.Float64() * 0.6, Twins: rate(0.06), OfOneName: rate(0.08), Namesakes: rate(0.06), SplitVillage: r.IntN(6) == 0, FewNames: r.IntN(4) == 0, BothTyped: r.IntN(2) == 0})
		result := search(t, l)
		t.Logf("seed %2d: %5d records %4d pairs: %s", seed, len(l.Records), len(l.Same), result)
		f1 += result.F1() / seeds
		precision += result.Precision() / seeds
	}
	t.Logf("mean precision %.4f, F1 %.4f", precision, f1)
	if f1 < 0.94 || precision < 0.95 {
		t.Errorf("mean precision %.4f, F1 %.4f", precision, f1)
	}
}
