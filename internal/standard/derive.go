package standard

import (
	"fmt"
	"time"

	"giamngheo/internal/text"
)

// Fact is an answer to one question about a member or the dwelling.
type Fact uint8

// The zero value is a question nobody answered.
const (
	Unstated Fact = iota
	No
	Yes
)

// Birth is a day of birth as far as it is known; 0 is unknown.
type Birth struct{ Year, Month, Day int }

// Member is what the roster says of one person.
type Member struct {
	ID             string
	Birth          Birth
	Untreated      Fact // lay ill or missed work or school and did not seek treatment
	Insured        Fact // has health insurance now
	LowerSecondary Fact // has finished lower secondary school
	AtSchool       Fact
}

// Dwelling is what the form says of the house. Facts go by the codes that the
// standard's data name: roof_durable, hygienic_water, television …
type Dwelling struct {
	HasArea bool
	Area    int64 // hundredths of a square metre
	Facts   map[string]Fact
}

// Derived is one indicator as it follows from members and dwelling.
type Derived struct {
	State  Fact     // Yes: deprived
	Causes []string // members that make it so
	Unsure []string // members of whom too little is known
}

// Marks is the known and the deprived indicators, as in Answers.
type Marks struct{ Known, Deprived uint16 }

// Derive works out every indicator from the roster and the dwelling on a day
// (YYYY-MM-DD). Size is the stated number of members, 0 where nobody stated
// it; a roster with fewer leaves members of whom nothing is known. One member
// known to lack something makes the household deprived; where none is known
// to, but of some it is not known, the indicator is unknown.
func (s *Set) Derive(members []Member, size int, dwelling Dwelling, day string) ([]Derived, Marks, error) {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil, Marks{}, fmt.Errorf("derive on %q: %w", day, err)
	}
	all := make([]Derived, len(s.Indicators))
	var marks Marks
	for i, indicator := range s.Indicators {
		if indicator.Derive == nil {
			continue
		}
		all[i] = indicator.Derive.apply(members, size, dwelling, on)
		if all[i].State != Unstated {
			marks.Known |= 1 << i
		}
		if all[i].State == Yes {
			marks.Deprived |= 1 << i
		}
	}
	return all, marks, nil
}

func (d *Derivation) apply(members []Member, size int, dwelling Dwelling, on time.Time) Derived {
	switch d.Kind {
	case "untreated_member":
		return anyMember(members, size, func(m Member) Fact { return m.Untreated })
	case "uninsured_member":
		return anyMember(members, size, func(m Member) Fact {
			return both(not(m.Insured), d.rightAge(m.Birth, on))
		})
	case "unschooled_adult":
		return anyMember(members, size, func(m Member) Fact {
			return both(both(not(m.LowerSecondary), not(m.AtSchool)), both(d.rightAge(m.Birth, on), bornFrom(m.Birth, d.BornFrom)))
		})
	case "child_not_at_school":
		return anyMember(members, size, func(m Member) Fact {
			return both(not(m.AtSchool), d.rightAge(m.Birth, on))
		})
	case "area_per_person":
		return Derived{State: d.crowded(len(members), size, dwelling)}
	case "parts_not_durable":
		return Derived{State: d.flimsy(dwelling)}
	case "none_of":
		return Derived{State: d.none(dwelling)}
	}
	return Derived{}
}

// anyMember is Yes when one member surely lacks, No when all surely do not.
func anyMember(members []Member, size int, lacks func(Member) Fact) Derived {
	var d Derived
	for _, m := range members {
		switch lacks(m) {
		case Yes:
			d.Causes = append(d.Causes, m.ID)
		case Unstated:
			d.Unsure = append(d.Unsure, m.ID)
		}
	}
	switch {
	case len(d.Causes) > 0:
		d.State = Yes
	case len(members) > 0 && len(d.Unsure) == 0 && len(members) >= size:
		d.State = No
	}
	return d
}

// rightAge says whether a member's age lies in the ages of the indicator.
func (d *Derivation) rightAge(b Birth, on time.Time) Fact {
	youngest, oldest, ok := ages(b, on)
	if !ok {
		return Unstated
	}
	fact := Yes
	if d.AgeFrom > 0 {
		fact = both(fact, atLeast(youngest, oldest, d.AgeFrom))
	}
	if d.AgeBelow > 0 {
		fact = both(fact, not(atLeast(youngest, oldest, d.AgeBelow)))
	}
	return fact
}

func atLeast(youngest, oldest, age int) Fact {
	switch {
	case youngest >= age:
		return Yes
	case oldest < age:
		return No
	}
	return Unstated
}

func bornFrom(b Birth, year int) Fact {
	switch {
	case b.Year == 0:
		return Unstated
	case b.Year >= year:
		return Yes
	}
	return No
}

// ages gives the completed years a person can have on a day: two values where
// only the year or the month of birth is known. A birth that has not happened
// or is no date tells nothing.
func ages(b Birth, on time.Time) (youngest, oldest int, ok bool) {
	if b.Year == 0 {
		return 0, 0, false
	}
	first, last := b, b
	switch {
	case b.Month == 0:
		first.Month, first.Day, last.Month, last.Day = 1, 1, 12, 31
	case b.Day == 0:
		first.Day, last.Day = 1, lastDay(b.Year, b.Month)
	}
	if !first.exists() || !last.exists() || first.age(on) < 0 {
		return 0, 0, false
	}
	return max(last.age(on), 0), first.age(on), true
}

func (b Birth) exists() bool {
	return b.Month >= 1 && b.Month <= 12 && b.Day >= 1 && b.Day <= lastDay(b.Year, b.Month)
}

func lastDay(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func (b Birth) age(on time.Time) int {
	age := on.Year() - b.Year
	if int(on.Month()) < b.Month || int(on.Month()) == b.Month && on.Day() < b.Day {
		age--
	}
	return age
}

// crowded compares the area per person; where roster and stated size differ
// it must hold for both.
func (d *Derivation) crowded(listed, size int, dwelling Dwelling) Fact {
	fewest, most := listed, size
	if size == 0 {
		most = listed
	}
	if listed == 0 {
		fewest = size
	}
	fewest, most = min(fewest, most), max(fewest, most)
	if !dwelling.HasArea || fewest == 0 {
		return Unstated
	}
	need := int64(d.SquareMetres) * 100
	switch {
	case dwelling.Area < need*int64(fewest):
		return Yes
	case dwelling.Area >= need*int64(most):
		return No
	}
	return Unstated
}

func (d *Derivation) flimsy(dwelling Dwelling) Fact {
	weak, unstated := 0, 0
	for _, part := range d.Facts {
		switch dwelling.Facts[part] {
		case No:
			weak++
		case Unstated:
			unstated++
		}
	}
	return atLeast(weak, weak+unstated, d.AtLeast)
}

func (d *Derivation) none(dwelling Dwelling) Fact {
	has := No
	for _, thing := range d.Facts {
		has = either(has, dwelling.Facts[thing])
	}
	return not(has)
}

func not(f Fact) Fact {
	switch f {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unstated
}

func both(a, b Fact) Fact {
	if a == No || b == No {
		return No
	}
	return min(a, b)
}

func either(a, b Fact) Fact { return not(both(not(a), not(b))) }

// Combined is the indicators of a form beside those that follow from its
// roster.
type Combined struct {
	Marks
	FromRoster uint16 // no box was ticked, the roster tells
	Disagree   uint16 // both tell, and differently: somebody must answer before the step closes
}

// Combine lets the ticked box of the signed form decide where it stands, and
// the roster where it does not.
func Combine(derived, ticked Marks) Combined {
	c := Combined{FromRoster: derived.Known &^ ticked.Known}
	c.Known = ticked.Known | derived.Known
	c.Deprived = ticked.Deprived&ticked.Known | derived.Deprived&c.FromRoster
	c.Disagree = (derived.Deprived ^ ticked.Deprived) & derived.Known & ticked.Known
	return c
}

// Warning is a disagreement between form and roster on one indicator.
type Warning struct {
	Indicator string
	Text      string
}

// Warnings tells the disagreements, for the page.
func (s *Set) Warnings(c Combined) []Warning {
	var out []Warning
	for i, indicator := range s.Indicators {
		if c.Disagree&(1<<i) == 0 {
			continue
		}
		key := "standard.warning.form_no"
		if c.Deprived&(1<<i) != 0 {
			key = "standard.warning.form_yes"
		}
		out = append(out, Warning{indicator.Code, text.T(key, "number", indicator.Number, "name", indicator.Name.Text)})
	}
	return out
}
