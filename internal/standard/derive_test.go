package standard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const reviewDay = "2016-10-15"

// grown is a member who lacks nothing.
func grown(id string, year int) Member {
	return Member{ID: id, Birth: Birth{year, 1, 1}, Untreated: No, Insured: Yes, LowerSecondary: Yes, AtSchool: No}
}

func sound() Dwelling {
	facts := map[string]Fact{}
	for _, code := range []string{"pillars_durable", "roof_durable", "walls_durable", "hygienic_water", "hygienic_toilet",
		"phone_and_internet", "television", "radio", "computer", "loudspeaker"} {
		facts[code] = Yes
	}
	return Dwelling{HasArea: true, Area: 4000, Facts: facts}
}

func TestDeprivationsFollowFromMembersAndDwelling(t *testing.T) {
	with := func(m Member, change func(*Member)) Member { change(&m); return m }
	house := func(change func(*Dwelling)) Dwelling { d := sound(); change(&d); return d }
	base := []Member{grown("cha", 1979), grown("mẹ", 1983)}
	for _, c := range []struct {
		name      string
		members   []Member
		size      int
		dwelling  Dwelling
		indicator string
		want      Fact
		causes    string
	}{
		{"everybody insured", base, 0, sound(), "health_insurance", No, ""},
		{"one of six years without insurance", append(base[:2:2], Member{ID: "con", Birth: Birth{2010, 10, 15}, Insured: No}), 0, sound(), "health_insurance", Yes, "con"},
		{"the day before the sixth birthday", append(base[:2:2], Member{ID: "con", Birth: Birth{2010, 10, 16}, Insured: No}), 0, sound(), "health_insurance", No, ""},
		{"only the year of birth, six this year", append(base[:2:2], Member{ID: "con", Birth: Birth{Year: 2010}, Insured: No}), 0, sound(), "health_insurance", Unstated, ""},
		{"only the year of birth, six last year", append(base[:2:2], Member{ID: "con", Birth: Birth{Year: 2009}, Insured: No}), 0, sound(), "health_insurance", Yes, "con"},
		{"only month and year, six next month", append(base[:2:2], Member{ID: "con", Birth: Birth{2010, 11, 0}, Insured: No}), 0, sound(), "health_insurance", No, ""},
		{"age unknown but insured", append(base[:2:2], Member{ID: "con", Insured: Yes}), 0, sound(), "health_insurance", No, ""},
		{"age unknown and not insured", append(base[:2:2], Member{ID: "con", Insured: No}), 0, sound(), "health_insurance", Unstated, ""},
		{"one surely not insured, one not asked", []Member{with(base[0], func(m *Member) { m.Insured = No }), with(base[1], func(m *Member) { m.Insured = Unstated })}, 0, sound(), "health_insurance", Yes, "cha"},
		{"none surely not insured, one not asked", []Member{base[0], with(base[1], func(m *Member) { m.Insured = Unstated })}, 0, sound(), "health_insurance", Unstated, ""},
		{"roster shorter than the stated size", base, 3, sound(), "health_insurance", Unstated, ""},
		{"no roster", nil, 0, sound(), "health_insurance", Unstated, ""},
		{"a birth that is no date", append(base[:2:2], Member{ID: "con", Birth: Birth{2010, 2, 30}, Insured: No}), 0, sound(), "health_insurance", Unstated, ""},
		{"a birth still to come", append(base[:2:2], Member{ID: "con", Birth: Birth{2017, 1, 1}, Insured: No}), 0, sound(), "health_insurance", Unstated, ""},

		{"born 1985 without lower secondary", []Member{with(grown("a", 1985), func(m *Member) { m.LowerSecondary = No })}, 0, sound(), "adult_education", No, ""},
		{"born 1986 without lower secondary", []Member{with(grown("a", 1986), func(m *Member) { m.LowerSecondary = No })}, 0, sound(), "adult_education", Yes, "a"},
		{"born 1986 without it but at school", []Member{with(grown("a", 1986), func(m *Member) { m.LowerSecondary, m.AtSchool = No, Yes })}, 0, sound(), "adult_education", No, ""},
		{"fifteen today, left school", []Member{{ID: "a", Birth: Birth{2001, 10, 15}, LowerSecondary: No, AtSchool: No}}, 0, sound(), "adult_education", Yes, "a"},
		{"fifteen tomorrow, left school", []Member{{ID: "a", Birth: Birth{2001, 10, 16}, LowerSecondary: No, AtSchool: No}}, 0, sound(), "adult_education", No, ""},
		{"schooling not asked", []Member{{ID: "a", Birth: Birth{1990, 1, 1}, LowerSecondary: No}}, 0, sound(), "adult_education", Unstated, ""},

		{"five today, not at school", []Member{{ID: "a", Birth: Birth{2011, 10, 15}, AtSchool: No}}, 0, sound(), "child_schooling", Yes, "a"},
		{"four, not at school", []Member{{ID: "a", Birth: Birth{2011, 10, 16}, AtSchool: No}}, 0, sound(), "child_schooling", No, ""},
		{"fourteen, not at school", []Member{{ID: "a", Birth: Birth{2001, 10, 16}, AtSchool: No}}, 0, sound(), "child_schooling", Yes, "a"},
		{"fifteen today, no child any more", []Member{{ID: "a", Birth: Birth{2001, 10, 15}, AtSchool: No}}, 0, sound(), "child_schooling", No, ""},
		{"two children out of school", []Member{{ID: "a", Birth: Birth{Year: 2005}, AtSchool: No}, {ID: "b", Birth: Birth{Year: 2008}, AtSchool: No}}, 0, sound(), "child_schooling", Yes, "a b"},

		{"ill and not treated", []Member{with(base[0], func(m *Member) { m.Untreated = Yes })}, 0, sound(), "health_access", Yes, "cha"},

		{"exactly 8 m² a person", base, 0, house(func(d *Dwelling) { d.Area = 1600 }), "housing_area", No, ""},
		{"7.99 m² a person", base, 0, house(func(d *Dwelling) { d.Area = 1599 }), "housing_area", Yes, ""},
		{"area not asked", base, 0, house(func(d *Dwelling) { d.HasArea = false }), "housing_area", Unstated, ""},
		{"nobody listed, size stated", nil, 5, house(func(d *Dwelling) { d.Area = 3600 }), "housing_area", Yes, ""},
		{"nobody listed, size not stated", nil, 0, sound(), "housing_area", Unstated, ""},
		{"roster and stated size lead to different results", base, 3, house(func(d *Dwelling) { d.Area = 2000 }), "housing_area", Unstated, ""},

		{"one part not durable", base, 0, house(func(d *Dwelling) { d.Facts["roof_durable"] = No }), "housing_quality", No, ""},
		{"two parts not durable", base, 0, house(func(d *Dwelling) { d.Facts["roof_durable"], d.Facts["walls_durable"] = No, No }), "housing_quality", Yes, ""},
		{"one part not durable, one not asked", base, 0, house(func(d *Dwelling) { d.Facts["roof_durable"], d.Facts["walls_durable"] = No, Unstated }), "housing_quality", Unstated, ""},
		{"no hygienic water", base, 0, house(func(d *Dwelling) { d.Facts["hygienic_water"] = No }), "water", Yes, ""},
		{"toilet not asked", base, 0, house(func(d *Dwelling) { d.Facts["hygienic_toilet"] = Unstated }), "toilet", Unstated, ""},
		{"only the loudspeaker is heard", base, 0, house(func(d *Dwelling) {
			d.Facts["television"], d.Facts["radio"], d.Facts["computer"] = No, No, No
		}), "information_assets", No, ""},
		{"no television, the rest not asked", base, 0, Dwelling{Facts: map[string]Fact{"television": No}}, "information_assets", Unstated, ""},
		{"none of the four", base, 0, Dwelling{Facts: map[string]Fact{"television": No, "radio": No, "computer": No, "loudspeaker": No}}, "information_assets", Yes, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustSet(t, "VN-2016")
			all, marks, err := s.Derive(c.members, c.size, c.dwelling, reviewDay)
			if err != nil {
				t.Fatal(err)
			}
			i := s.Index(c.indicator)
			if all[i].State != c.want || strings.Join(all[i].Causes, " ") != c.causes {
				t.Errorf("got %v by %v, want %v by %q", all[i].State, all[i].Causes, c.want, c.causes)
			}
			if (marks.Known&(1<<i) != 0) != (c.want != Unstated) || (marks.Deprived&(1<<i) != 0) != (c.want == Yes) {
				t.Errorf("marks %b %b do not say the same", marks.Known, marks.Deprived)
			}
		})
	}
}

func TestAStandardWithoutConfirmedCutoffsDerivesNothing(t *testing.T) {
	_, marks, err := mustSet(t, "VN-2022").Derive([]Member{grown("a", 1980)}, 1, sound(), "2022-10-15")
	if err != nil || marks != (Marks{}) {
		t.Errorf("got %+v, %v", marks, err)
	}
	if _, _, err := mustSet(t, "VN-2016").Derive(nil, 0, Dwelling{}, "15/10/2016"); err == nil {
		t.Error("a day that is no day was taken")
	}
}

// What is derived from part of the answers must stay true when the rest
// becomes known.
func TestADerivedIndicatorSurvivesEveryFurtherAnswer(t *testing.T) {
	s := mustSet(t, "VN-2016")
	on, _ := time.Parse(time.DateOnly, reviewDay)
	rapid.Check(t, func(t *rapid.T) {
		var whole, part []Member
		for i := range rapid.IntRange(1, 4).Draw(t, "members") {
			day := on.AddDate(0, 0, -rapid.IntRange(0, 40*365).Draw(t, "days old"))
			m := Member{ID: fmt.Sprint(i), Birth: Birth{day.Year(), int(day.Month()), day.Day()},
				Untreated: drawFact(t, 1), Insured: drawFact(t, 1), LowerSecondary: drawFact(t, 1), AtSchool: drawFact(t, 1)}
			whole = append(whole, m)
			switch rapid.IntRange(0, 3).Draw(t, "birth known") {
			case 0:
				m.Birth = Birth{}
			case 1:
				m.Birth.Month, m.Birth.Day = 0, 0
			case 2:
				m.Birth.Day = 0
			}
			for _, fact := range []*Fact{&m.Untreated, &m.Insured, &m.LowerSecondary, &m.AtSchool} {
				if rapid.Bool().Draw(t, "forgotten") {
					*fact = Unstated
				}
			}
			part = append(part, m)
		}
		full, _, _ := s.Derive(whole, 0, Dwelling{}, reviewDay)
		half, _, _ := s.Derive(part, 0, Dwelling{}, reviewDay)
		for i := range half {
			if half[i].State != Unstated && half[i].State != full[i].State {
				t.Fatalf("%s: %v from part, %v from all; part %+v", s.Indicators[i].Code, half[i].State, full[i].State, part)
			}
			for _, id := range half[i].Causes {
				if !slices.Contains(full[i].Causes, id) {
					t.Fatalf("%s: member %s is a cause from part only", s.Indicators[i].Code, id)
				}
			}
		}
	})
}

func drawFact(t *rapid.T, from int) Fact {
	return Fact(rapid.IntRange(from, 2).Draw(t, "fact"))
}

func TestTheSignedFormDecidesAndDisagreementIsWarnedOf(t *testing.T) {
	s := mustSet(t, "VN-2016")
	derived := Marks{Known: 0b01111, Deprived: 0b00101}
	ticked := Marks{Known: 0b11001, Deprived: 0b11000}
	c := Combine(derived, ticked)
	if c.Known != 0b11111 || c.Deprived != 0b11100 || c.FromRoster != 0b00110 || c.Disagree != 0b01001 {
		t.Errorf("got %+b", c)
	}
	warnings := s.Warnings(c)
	if len(warnings) != 2 || warnings[0].Indicator != "health_access" || warnings[1].Indicator != "child_schooling" {
		t.Fatalf("got %+v", warnings)
	}
	if !strings.Contains(warnings[0].Text, "phiếu ghi không thiếu hụt") || !strings.Contains(warnings[1].Text, "phiếu ghi thiếu hụt") {
		t.Errorf("got %+v", warnings)
	}
}
