package standard

import (
	"slices"
	"time"
)

// Facts are the facts of the dwelling on which the set's indicators rest,
// each once, in the order of the indicators.
func (s *Set) Facts() []string {
	var codes []string
	for _, indicator := range s.Indicators {
		if indicator.Derive == nil {
			continue
		}
		for _, code := range indicator.Derive.Facts {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// HasFact says whether an indicator rests on a fact of the dwelling.
func (s *Set) HasFact(code string) bool { return slices.Contains(s.Facts(), code) }

// MemberKinds are the derivations that look at each member.
var MemberKinds = []string{"untreated_member", "uninsured_member", "unschooled_adult", "child_not_at_school"}

// Concerns says whether an indicator of a kind can concern somebody born then,
// on a day (YYYY-MM-DD): a child has no schooling of adults. Unstated where
// the birth does not tell; No where the set has no such indicator.
func (s *Set) Concerns(kind string, b Birth, day string) Fact {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return Unstated
	}
	out := No
	for _, indicator := range s.Indicators {
		d := indicator.Derive
		if d == nil || d.Kind != kind || !slices.Contains(MemberKinds, kind) {
			continue
		}
		one := Yes
		if d.AgeFrom > 0 || d.AgeBelow > 0 {
			one = d.rightAge(b, on)
		}
		if d.BornFrom > 0 {
			one = both(one, bornFrom(b, d.BornFrom))
		}
		out = either(out, one)
	}
	return out
}

// Ages gives the completed years that somebody can have on a day: two values
// where only the year or the month of birth is known.
func (b Birth) Ages(day string) (youngest, oldest int, ok bool) {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, 0, false
	}
	return ages(b, on)
}

// Points gives the points of an answered item; ok is false where the card does
// not know the item or the answer.
func (s *Scorecard) Points(area AreaType, item, option string) (points int32, ok bool) {
	if area == UnknownArea {
		return 0, false
	}
	for _, one := range s.Items {
		if one.Code == item {
			return one.points(area, option)
		}
	}
	return 0, false
}

// ParseBirth reads YYYY, YYYY-MM or YYYY-MM-DD; what is not there is unknown.
func ParseBirth(s string) Birth {
	part := func(from, to int) int {
		if len(s) < to {
			return 0
		}
		n := 0
		for _, r := range s[from:to] {
			if r < '0' || r > '9' {
				return 0
			}
			n = n*10 + int(r-'0')
		}
		return n
	}
	return Birth{Year: part(0, 4), Month: part(5, 7), Day: part(8, 10)}
}
