package form

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/standard"
)

// drawn makes answers of the right kind to some of a form's questions.
func drawn(t *rapid.T, f *Form, roster []Member) Answers {
	one := func(q *Question) Value {
		switch q.Kind {
		case YesNo:
			return Yes(rapid.Bool().Draw(t, q.Code))
		case Choice:
			return Word(rapid.SampledFrom(q.Options).Draw(t, q.Code).Code)
		case Ticks:
			codes := []string{}
			for _, o := range q.Options {
				if rapid.Bool().Draw(t, q.Code+o.Code) {
					codes = append(codes, o.Code)
				}
			}
			return Codes(codes...)
		case Number, Money:
			return Num(float64(rapid.IntRange(0, 40).Draw(t, q.Code)))
		case Date:
			return Word("2016-10-05")
		}
		return Word("lời")
	}
	a := Answers{}
	for _, s := range f.Sections {
		for i := range s.Questions {
			q := &s.Questions[i]
			if s.Each != EachMember {
				if rapid.Bool().Draw(t, "answered "+q.Code) {
					a[q.Code] = one(q)
				}
				continue
			}
			for _, m := range roster {
				if rapid.Bool().Draw(t, "answered "+q.Code+m.ID) {
					table := maps.Clone(a[s.Code].Members())
					if table == nil {
						table = map[string]Answers{}
					}
					if table[m.ID] == nil {
						table[m.ID] = Answers{}
					}
					table[m.ID][q.Code] = one(q)
					a[s.Code] = Table(table)
				}
			}
		}
	}
	return a
}

var someRoster = []Member{{ID: "an", Name: "An", Birth: "1985-01-02"}, {ID: "be", Name: "Bé", Birth: "2009"}, {ID: "cu", Name: "Cụ"}}

func someForm(t *rapid.T, codes ...string) *Form {
	d := rapid.SampledFrom(Law().Definitions).Filter(func(d *Definition) bool { return len(codes) == 0 || slices.Contains(codes, d.Code) }).Draw(t, "form")
	id := "VN-2016"
	if len(d.Standards) > 0 {
		id = rapid.SampledFrom(d.Standards).Draw(t, "standard")
	}
	set, err := standard.ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.With(set, standard.Law())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnswersOfTheRightKindAreRefusedByTheFormsOwnChecksAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := someForm(t)
		out, err := f.Work(Filling{Answers: drawn(t, f, someRoster), Roster: someRoster, Size: 40, Day: "2016-12-31", Today: "2016-12-31"})
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range out.Faults {
			if f.check(fault.Check) == nil {
				t.Fatalf("%s: %s", fault.Check, fault.Text)
			}
		}
	})
}

// check finds one of the form's checks.
func (f *Form) check(code string) *Check {
	all := slices.Clone(f.Checks)
	for _, s := range f.Sections {
		all = append(all, s.Checks...)
	}
	if i := slices.IndexFunc(all, func(c Check) bool { return c.Code == code }); i >= 0 {
		return &all[i]
	}
	return nil
}

func TestWhatAFormSaysStaysWhenMoreIsAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := someForm(t, Screening, Scores, Needs) // requests refuse what has no answer
		all := drawn(t, f, someRoster)
		some := maps.Clone(all)
		for _, code := range slices.Sorted(maps.Keys(all)) {
			if rapid.Bool().Draw(t, "drop "+code) {
				delete(some, code)
			}
		}
		g := Filling{Answers: some, Roster: someRoster, Size: 40, Day: "2016-12-31", Today: "2016-12-31", Area: standard.Rural}
		before, err := f.Work(g)
		if err != nil {
			t.Fatal(err)
		}
		g.Answers = all
		after, err := f.Work(g)
		if err != nil {
			t.Fatal(err)
		}
		_, taken := all["taken_in"].Bool()
		if before.Result != "" && after.Result != before.Result && !taken {
			t.Fatalf("the result was %q with fewer answers and is %q with more", before.Result, after.Result)
		}
		for _, w := range before.Warnings {
			if w.Check != "less_than_items" && !slices.ContainsFunc(after.Warnings, func(o Finding) bool { return o.Check == w.Check && o.Member == w.Member }) {
				t.Fatalf("more answers silence %s", w.Check)
			}
		}
	})
}

// TestWhatABrowserHidesIsWhatIsNotAsked holds the part of a condition that a
// face evaluates itself to the whole condition.
func TestWhatABrowserHidesIsWhatIsNotAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := someForm(t)
		g := Filling{Answers: drawn(t, f, someRoster), Roster: someRoster, Day: "2016-12-31"}
		empty := g
		empty.Answers = Answers{}
		for i := range f.Sections {
			s := &f.Sections[i]
			members := []*Member{nil}
			if s.Each == EachMember {
				members = nil
				for j := range g.Roster {
					members = append(members, &g.Roster[j])
				}
			}
			for j := range s.Questions {
				q := &s.Questions[j]
				for _, m := range members {
					rest := f.Depends(empty, q, m)
					want := f.Asks(g, q, m)
					if rest == nil {
						if settled := f.Asks(empty, q, m); settled != want {
							t.Fatalf("%s is settled as %v without answers and is %v with them", q.Code, settled, want)
						}
						continue
					}
					if got := rest.holds(env{working: &working{f: f, g: g}, member: m, section: s}); (got == standard.Yes) != (want == standard.Yes) {
						t.Fatalf("%s: the rest of the condition says %v, the whole %v", q.Code, got, want)
					}
				}
			}
		}
	})
}

func TestThreeMarksAreNotPoorInAnyOrder(t *testing.T) {
	f := lawForm(t, Screening, "2016-01-01", "VN-2016")
	marks := f.Sections[0].Questions
	rapid.Check(t, func(t *rapid.T) {
		a := Answers{}
		yes, open := 0, 0
		for _, q := range marks {
			switch rapid.IntRange(0, 2).Draw(t, q.Code) {
			case 0:
				a[q.Code] = Yes(false)
			case 1:
				a[q.Code] = Yes(true)
				yes++
			default:
				open++
			}
		}
		want := ""
		switch {
		case yes >= 3:
			want = SurelyNotPoor
		case yes+open < 3:
			want = ToReview
		}
		out, err := f.Work(Filling{Answers: a, Day: "2016-12-31"})
		if err != nil || out.Result != want {
			t.Fatalf("%d marks, %d open: %q, want %q (%v)", yes, open, out.Result, want, err)
		}
	})
}

func TestAnswersComeBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := someForm(t)
		a := drawn(t, f, someRoster)
		raw, err := a.JSON()
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseAnswers(raw)
		if err != nil || !a.Equal(b) {
			t.Fatalf("%s comes back otherwise: %v", raw, err)
		}
	})
}
