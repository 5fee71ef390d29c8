package review

import (
	"math"
	"slices"
	"strconv"

	"giamngheo/internal/standard"
)

// Judge works out the deprivations from roster, dwelling and ticked boxes on
// the day, and the class under the set.
func (a *Assessment) Judge(set *standard.Set, day string) error {
	_, c, err := a.Derive(set, day)
	if err != nil {
		return err
	}
	a.Answers = Letters(len(set.Indicators), c.Known, c.Deprived)
	a.Warnings = nil
	for i, indicator := range set.Indicators {
		if c.Disagree&(1<<i) != 0 {
			a.Warnings = append(a.Warnings, indicator.Code)
		}
	}
	for _, d := range a.Detail.Doubts {
		if !slices.Contains(a.Warnings, d.Check) {
			a.Warnings = append(a.Warnings, d.Check)
		}
	}
	r := set.Classify(a.AnswersFor(set))
	a.Standard, a.Version, a.Class, a.Label = set.ID, set.Version, r.Class, r.Label
	a.Deprivations = countOf(r)
	return nil
}

// Derive gives each indicator as the roster and the dwelling have it, with
// the members that cause it, and beside them what the form decides.
func (a *Assessment) Derive(set *standard.Set, day string) ([]standard.Derived, standard.Combined, error) {
	members := make([]standard.Member, len(a.Roster))
	for i, m := range a.Roster {
		members[i] = standard.Member{ID: string(m.Person), Birth: parseBirth(m.Birth), Untreated: fact(m.Untreated), Insured: fact(m.Insured),
			LowerSecondary: fact(m.LowerSecondary), AtSchool: fact(m.AtSchool)}
	}
	dwelling := standard.Dwelling{Facts: map[string]standard.Fact{}}
	if m := a.Detail.FloorArea; m != nil {
		dwelling.HasArea, dwelling.Area = true, int64(math.Round(*m*100))
	}
	for code, yes := range a.Detail.Facts {
		dwelling.Facts[code] = fact(&yes)
	}
	derived, marks, err := set.Derive(members, a.Size, dwelling, day)
	if err != nil {
		return nil, standard.Combined{}, err
	}
	var ticked standard.Marks
	ticked.Known, ticked.Deprived = Masks(a.Ticked)
	return derived, standard.Combine(marks, ticked), nil
}

func fact(b *bool) standard.Fact {
	switch {
	case b == nil:
		return standard.Unstated
	case *b:
		return standard.Yes
	}
	return standard.No
}

func parseBirth(s string) standard.Birth {
	part := func(from, to int) int {
		if len(s) < to {
			return 0
		}
		n, err := strconv.Atoi(s[from:to])
		if err != nil {
			return 0
		}
		return n
	}
	return standard.Birth{Year: part(0, 4), Month: part(5, 7), Day: part(8, 10)}
}
