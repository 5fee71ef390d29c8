package duplicate

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/duplicate/duplicatetest"
)

// village is a population with nobody twice, in which single pairs are tried.
func village(t *testing.T) []Person {
	t.Helper()
	l := duplicatetest.Make(duplicatetest.Options{Seed: 9, People: 3000, NoNumber: 0.3, OldNumber: 0.4, YearOnly: 0.2, Clans: 0.3, Twins: 0.02, OfOneName: 0.02, Namesakes: 0.02})
	people, _, err := ReadCSV(strings.NewReader(string(l.CSV())))
	if err != nil {
		t.Fatal(err)
	}
	return people
}

func found(people []Person, a, b Person) *Pair {
	a.ID, b.ID = "a", "b"
	all := append(slices.Clone(people), a, b)
	for _, p := range Find(all) {
		if all[p.A].ID == "a" && all[p.B].ID == "b" {
			return &p
		}
	}
	return nil
}

func TestOnePersonIsFoundHoweverTyped(t *testing.T) {
	people := village(t)
	hoa := Person{FullName: "Lê Thị Hòa", Birth: "1975-03-09", Sex: Female, NationalID: "038175004417", Village: "Thôn 1"}
	for _, c := range []struct {
		name   string
		reason Reason
		change func(*Person)
	}{
		{"marks left out", NameMarks, func(p *Person) { p.FullName = "Le Thi Hoa" }},
		{"tone at another place", NameTyping, func(p *Person) { p.FullName = "Lê Thị Hoà" }},
		{"capitals", NameTyping, func(p *Person) { p.FullName = "LÊ THỊ HÒA" }},
		{"decomposed letters and spaces", NameTyping, func(p *Person) { p.FullName = " Le\u0302  Thi\u0323 Ho\u0300a" }},
		{"Telex keys", NameTyping, func(p *Person) { p.FullName = "Lee Thij Hoaf" }},
		{"VNI keys", NameTyping, func(p *Person) { p.FullName = "Le6 Thi5 Hoa2" }},
		{"another order", NameOrder, func(p *Person) { p.FullName = "Hòa Lê Thị" }},
		{"middle name missing", NameMissing, func(p *Person) { p.FullName = "Lê Hòa" }},
		{"one letter", NameLetter, func(p *Person) { p.FullName = "Lê Thij Hòta" }},
		{"day and month swapped", SwappedBirth, func(p *Person) { p.Birth = "1975-09-03" }},
		{"year of birth alone", YearOnly, func(p *Person) { p.Birth = "1975" }},
		{"one digit of the number", NearNumber, func(p *Person) { p.NationalID = "038175004477" }},
		{"zero of the number dropped", SameNumber, func(p *Person) { p.NationalID = "38175004417" }},
		{"old number", OldNewNumber, func(p *Person) { p.NationalID = "171234567" }},
		{"number missing", SameBirth, func(p *Person) { p.NationalID = "" }},
		{"another village", OtherVillage, func(p *Person) { p.Village = "Thôn 4" }},
		{"other name, same number", SameNumber, func(p *Person) { p.FullName, p.Birth = "Trần Thị Vân", "1980" }},
	} {
		other := hoa
		c.change(&other)
		p := found(people, hoa, other)
		if p == nil {
			t.Errorf("%s: not found", c.name)
			continue
		}
		if !slices.Contains(p.Reasons, c.reason) {
			t.Errorf("%s: reasons %v lack %s", c.name, p.Reasons, c.reason)
		}
		for _, r := range p.Reasons {
			if strings.Contains(r.Words(), "‹") {
				t.Errorf("%s has no words", r)
			}
		}
	}
}

func TestTwoPeopleAreNotTakenForOne(t *testing.T) {
	people := village(t)
	hoa := Person{FullName: "Nguyễn Thị Hoa", Birth: "1980-03-09", Sex: Female, NationalID: "038180004417", Village: "Thôn 1"}
	for _, c := range []struct {
		name   string
		change func(*Person)
	}{
		{"namesake of one year, another day", func(p *Person) { p.Birth, p.NationalID = "1980-11-21", "" }},
		{"namesake of one year, another number", func(p *Person) { p.Birth, p.NationalID = "1980", "038180771235" }},
		{"twin", func(p *Person) { p.FullName, p.NationalID = "Nguyễn Thị Lan", "" }},
		{"twin with a number close by", func(p *Person) { p.FullName, p.NationalID = "Nguyễn Thị Lan", "038180004418" }},
		{"sister", func(p *Person) { p.FullName, p.Birth, p.NationalID = "Nguyễn Thị Hà", "1982-03-09", "" }},
		{"mother of one name", func(p *Person) { p.Birth, p.NationalID = "1956", "" }},
		{"commonest name, other village, year alone", func(p *Person) { p.Birth, p.NationalID, p.Village = "1980", "", "Thôn 4" }},
		{"stranger", func(p *Person) { p.FullName, p.NationalID = "Phạm Thị Sen", "" }},
	} {
		other := hoa
		c.change(&other)
		if p := found(people, hoa, other); p != nil {
			t.Errorf("%s: taken for one with %.3f, %v", c.name, p.Score, p.Reasons)
		}
	}
}

func TestAFillerIsNobodysNumber(t *testing.T) {
	people := village(t)
	for i := range 12 {
		people[i*31].NationalID = "123456789"
		people[i*31+1].NationalID = "000000000"
	}
	for _, p := range Find(people) {
		if slices.Contains(p.Reasons, SameNumber) {
			t.Errorf("%v and %v share a filler", people[p.A], people[p.B])
		}
	}
}

func TestTheSamePairsWhateverTheOrder(t *testing.T) {
	l := duplicatetest.Make(duplicatetest.Options{Seed: 3, People: 1500, Again: 0.1, Differences: 0.5, NoNumber: 0.3, OldNumber: 0.4, YearOnly: 0.3, Clans: 0.3, Namesakes: 0.02})
	people, _, err := ReadCSV(strings.NewReader(string(l.CSV())))
	if err != nil {
		t.Fatal(err)
	}
	first := Find(people)
	if again := Find(people); !reflect.DeepEqual(first, again) {
		t.Error("a second search gives other pairs")
	}
	ids := func(people []Person, pairs []Pair) map[string]bool {
		m := map[string]bool{}
		for _, p := range pairs {
			if p.A >= p.B || p.Score < Threshold || p.Score > 1 {
				t.Errorf("pair %+v", p)
			}
			a, b := people[p.A].ID, people[p.B].ID
			m[min(a, b)+" "+max(a, b)] = true
		}
		return m
	}
	shuffled := slices.Clone(people)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	a, b := ids(people, first), ids(shuffled, Find(shuffled))
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%d pairs, shuffled %d", len(a), len(b))
	}
}

func TestNothingToCompare(t *testing.T) {
	for _, people := range [][]Person{nil, {{ID: "1"}}, {{ID: "1"}, {ID: "2"}}, {{ID: "1", FullName: "."}, {ID: "2", FullName: "()"}, {ID: "3", FullName: "Lê"}}} {
		if pairs := Find(people); len(pairs) > 0 {
			t.Errorf("%v: %v", people, pairs)
		}
	}
	long := strings.Repeat("Lê ", 500)
	Find([]Person{{ID: "1", FullName: long}, {ID: "2", FullName: long}})
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := duplicatetest.Make(duplicatetest.Options{Seed: 11, People: n, Again: 0.06, Third: 0.1, Differences: 0.3, NoNumber: 0.3, OldNumber: 0.4, YearOnly: 0.2, NoBirth: 0.005, Plain: 0.05, Clans: 0.3, Twins: 0.015, OfOneName: 0.02, Namesakes: 0.02})
			var r *duplicatetest.Result
			for b.Loop() {
				r = search(b, l)
			}
			b.ReportMetric(r.F1(), "F1")
		})
	}
}
