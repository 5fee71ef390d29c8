package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// answered is a bureau in which everybody of both families has been asked:
// the boy is out of school, the mother and the grandmother without insurance,
// and the young wife of the couple has not finished school.
func answered(t testing.TB, d *db.DB) *bureau {
	b := newBureau(t, d)
	b.couple = b.Family(householdtest.Khu2, "2016-01-01", "Hà Văn Trẻ, male, 1990", "spouse: Lương Thị Út, female, 1992")
	b.open(review.Opening{Year: 2016})
	no, yes := false, true
	e := b.entry("2016", b.tay.ID, poor)
	e.Ticked = "----------"
	e.Members = map[household.PersonID]review.RosterMember{b.tay.Members[0]: {Insured: &yes}, b.tay.Members[1]: {Insured: &no, Untreated: &no},
		b.tay.Members[2]: {Insured: &yes, AtSchool: &no}, b.tay.Members[3]: {Insured: &no, Untreated: &yes}}
	b.save(e)
	e = b.entry("2016", b.couple.ID, near)
	e.Ticked = "--0-------"
	e.Members = map[household.PersonID]review.RosterMember{b.couple.Members[0]: {LowerSecondary: &yes, Insured: &yes}, b.couple.Members[1]: {LowerSecondary: &no, AtSchool: &no, Insured: &yes}}
	b.save(e)
	return b
}

func TestPersonsBehindAnIndicator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := answered(t, d)
		province := b.Operator()
		health, education := b.With("38.2016", area.FieldHealth), b.With("38.2016", area.FieldEducation)
		for _, c := range []struct {
			name, indicator string
			by              household.Actor
			root            area.ID
			classes         []standard.Class
			want            string
		}{
			{"who has no insurance", "health_insurance", province, "", nil, "Lò Thị Nga 1978-05 spouse of Vi Văn Tây; Vi Thị Già 1940 parent of Vi Văn Tây"},
			{"the health department's own", "health_insurance", health, "", nil, "Lò Thị Nga 1978-05 spouse of Vi Văn Tây; Vi Thị Già 1940 parent of Vi Văn Tây"},
			{"who was not treated", "health_access", health, "", nil, "Vi Thị Già 1940 parent of Vi Văn Tây"},
			{"which child is out of school", "child_schooling", education, "", nil, "Vi Văn Học 2006-03-04 child of Vi Văn Tây"},
			{"who has not finished school, whatever the form says", "adult_education", education, "", nil, "Lương Thị Út 1992 spouse of Hà Văn Trẻ (form says no)"},
			{"of the township", "adult_education", province, householdtest.Township, nil, "Lương Thị Út 1992 spouse of Hà Văn Trẻ (form says no)"},
			{"of the other commune", "adult_education", province, householdtest.TamChung, nil, ""},
			{"of the near-poor", "health_insurance", province, "", []standard.Class{standard.NearPoor}, ""},
			{"another commune's officer", "health_insurance", b.Officer(householdtest.Township), "", nil, ""},
			{"another commune's officer, asking for this one", "health_insurance", b.Officer(householdtest.Township), householdtest.TamChung, nil, ""},
			{"education asks for insurance", "health_insurance", education, "", nil, "indicator_unknown"},
			{"health asks for schooling", "child_schooling", health, "", nil, "indicator_unknown"},
			{"figures only", "child_schooling", b.With("38.2016", area.FieldsNone), "", nil, "indicator_unknown"},
			{"no such indicator", "happiness", province, "", nil, "indicator_unknown"},
			{"one that asks nobody", "water", province, "", nil, "review.not_of_members"},
		} {
			list, next, err := b.s.Persons(ctx, c.by, review.PersonsQuery{Round: "2016", Root: c.root, Indicator: c.indicator, Classes: c.classes, Purpose: "lập danh sách cấp thẻ", Limit: 50})
			if err != nil {
				if code(err) != c.want {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			var words []string
			for _, p := range list {
				one := p.Name + " " + p.Birth + " " + p.Relation + " of " + p.Head
				if p.FormSaysWithout {
					one += " (form says no)"
				}
				words = append(words, one)
			}
			if got := strings.Join(words, "; "); got != c.want || next != "" {
				t.Errorf("%s: %s %q\nwant %s", c.name, got, next, c.want)
			}
		}
	})
}

func TestReadingAListOfPersonsIsJournalled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := answered(t, d)
		q := review.PersonsQuery{Round: "2016", Indicator: "health_insurance", Purpose: "  ", Limit: 1}
		if _, _, err := b.s.Persons(ctx, b.Operator(), q); code(err) != "review.purpose_missing" {
			t.Errorf("without a purpose: %v", err)
		}
		q.Purpose = "mua thẻ BHYT"
		health := b.With("38.2016", area.FieldHealth)
		if _, _, err := b.s.Persons(ctx, health, q); err != nil {
			t.Fatal(err)
		}
		b.Read(func(tx *db.Tx) error {
			list, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "list.", Limit: 9})
			if err != nil || len(list) != 1 || list[0].Actor != health.ID || list[0].Reason != "mua thẻ BHYT" || list[0].Record != "persons.health_insurance" {
				t.Errorf("%+v %v", list, err)
			}
			return nil
		})
	})
}

func TestPersonsPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		no := false
		want := 0
		for i := range 7 {
			f := b.Family(householdtest.Villages[i%3], "2016-01-01", fmt.Sprintf("Hộ %d, male, 1970", i), "child: Con Một, male, 2005", "child: Con Hai, male, 2007")
			e := b.entry("2016", f.ID, poor)
			e.Ticked = "----------"
			e.Members = map[household.PersonID]review.RosterMember{f.Members[1]: {AtSchool: &no}}
			want++
			if i%2 == 0 {
				e.Members[f.Members[2]] = review.RosterMember{AtSchool: &no}
				want++
			}
			b.save(e)
		}
		for _, limit := range []int{1, 2, 3, 100} {
			seen := map[household.PersonID]bool{}
			q := review.PersonsQuery{Round: "2016", Indicator: "child_schooling", Purpose: "thử", Limit: limit}
			pages := 0
			for {
				list, next, err := b.s.Persons(ctx, b.Operator(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range list {
					if seen[p.Person] {
						t.Errorf("pages of %d: %s twice", limit, p.Name)
					}
					seen[p.Person] = true
				}
				if pages++; next == "" || pages > 20 {
					break
				}
				q.After = next
			}
			if len(seen) != want {
				t.Errorf("pages of %d: %d persons, want %d", limit, len(seen), want)
			}
		}
	})
}

func TestWhatADepartmentSeesOfAHousehold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := answered(t, d)
		for _, c := range []struct {
			name   string
			fields area.Fields
			want   string
		}{
			{"health", area.FieldHealth, "Vi Văn Tây poor [health_access health_insurance] Già insured untreated, Học insured, Nga insured untreated, Tây insured"},
			{"education", area.FieldEducation, "Vi Văn Tây poor [adult_education child_schooling] Già, Học at_school, Nga, Tây"},
			{"construction", area.FieldHousing, "Vi Văn Tây poor [housing_quality housing_area] "},
			{"agriculture", area.FieldWater, "Vi Văn Tây poor [water toilet] "},
			{"nobody", area.FieldsNone, "household_not_found"},
		} {
			v, err := b.s.SubjectView(ctx, b.With("38.2016", c.fields).Scope, b.tay.ID, "2016")
			if err != nil {
				if code(err) != c.want {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			var indicators, members []string
			for _, one := range v.Indicators {
				indicators = append(indicators, one.Code)
			}
			for _, m := range v.Members {
				word := m.Name[strings.LastIndex(m.Name, " ")+1:]
				for name, fact := range map[string]*bool{"insured": m.Insured, "at_school": m.AtSchool, "lower_secondary": m.LowerSecondary} {
					if fact != nil {
						word += " " + name
					}
				}
				if m.Untreated != nil {
					word += " untreated"
				}
				if m.Sex != "" || m.Relation != "" {
					t.Errorf("%s sees sex or relation", c.name)
				}
				members = append(members, word)
			}
			slices.Sort(members)
			if got := fmt.Sprint(v.HeadName, " ", v.Class, " ", indicators, " ", strings.Join(members, ", ")); got != c.want {
				t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
			}
		}
		if _, err := b.s.SubjectView(ctx, b.With(householdtest.Township, area.FieldHealth).Scope, b.tay.ID, "2016"); code(err) != "household_not_found" {
			t.Errorf("another area's department: %v", err)
		}
	})
}

func TestAnotherStandardStandsBeside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		income := int64(1_200_000) // rural: near-poor or less by VN-2022, above the minimum of VN-2016
		e := b.entry("2016", b.tay.ID, 0)
		e.B1, e.Income, e.Ticked = nil, &income, "1110000000"
		a := b.save(e)
		if a.Class != standard.Average {
			t.Fatalf("official: %s", a.Class)
		}
		for range 2 { // again: nothing doubles
			if n, err := b.s.ClassifyAlso(ctx, "operator", "2016", "VN-2022"); err != nil || n != 1 {
				t.Fatal(n, err)
			}
		}
		if n, err := b.s.ClassifyAlso(ctx, "operator", "2016", "VN-2016"); err != nil || n != 1 { // its own stays official
			t.Fatal(n, err)
		}
		b.Read(func(tx *db.Tx) error {
			list, err := b.s.SideBySide(tx, a.ID)
			got := ""
			for _, c := range list {
				got += fmt.Sprint(c.Standard, " ", c.Class, " ", c.Official, "; ")
			}
			if err != nil || got != "VN-2016 average true; VN-2022 undetermined false; " { // two of the twelve are the same, the rest was not asked
				t.Error(got, err)
			}
			now, _, err := b.s.InForce(tx, b.tay.ID, "2016")
			if now.Class != standard.Average || now.Standard != "VN-2016" {
				t.Errorf("%+v", now)
			}
			return err
		})
		b.save(b.entry("2016", b.couple.ID, poor)) // after the comparison was worked out
		crossed, unjudged, err := b.s.CompareRound(ctx, b.With("38.2016", area.FieldsNone).Scope, "2016", "VN-2022")
		if err != nil || unjudged != 1 || len(crossed) != 1 || crossed[[2]standard.Class{standard.Average, standard.Undetermined}] != 1 {
			t.Error(crossed, unjudged, err)
		}
		if crossed, _, _ := b.s.CompareRound(ctx, b.With(householdtest.Township, area.FieldsNone).Scope, "2016", "VN-2022"); len(crossed) != 0 {
			t.Errorf("another commune's figures: %v", crossed)
		}
		if _, err := b.s.ClassifyAlso(ctx, "operator", "2016", "VN-1999"); code(err) != "standard_unknown" {
			t.Error(err)
		}
	})
}
