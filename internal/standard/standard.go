// Package standard turns one household's answers into its class by the law of
// a day: poor, near-poor, average, above. It reads the dated rule sets of
// law/standards once, classifies, explains every class with its figures and
// their sources, says which answers would change it, and derives the
// deprivations from a household's members. A missing answer stays missing: a
// class is given only where every possible answer leads to it. The package
// stores nothing, asks nobody and does no other input or output, so that it
// can run in a browser; it computes no B1 total from an incomplete scorecard.
package standard

import (
	"slices"
	"strings"
	"sync"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// Class is the outcome of a review.
type Class uint8

// The classes. NotPoor is a score above the near-poor line: the law found
// gives no bound of the average in points.
const (
	Undetermined Class = iota
	Poor
	NearPoor
	Average
	Above
	NotPoor
)

var classCodes = [...]string{"undetermined", "poor", "near_poor", "average", "above", "not_poor"}

func (c Class) String() string {
	if int(c) < len(classCodes) {
		return classCodes[c]
	}
	return classCodes[Undetermined]
}

// Name is the class as people say it: "hộ cận nghèo".
func (c Class) Name() string { return text.T("standard.class." + c.String()) }

// MarshalText writes the stable code.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ParseClass reads a stable code.
func ParseClass(code string) (Class, bool) {
	i := slices.Index(classCodes[:], code)
	return Class(max(i, 0)), i >= 0
}

// AreaType is what picks the line: communes are rural, wards and townships
// are urban.
type AreaType uint8

// The zero value is an area type nobody has stated.
const (
	UnknownArea AreaType = iota
	Rural
	Urban
)

func (a AreaType) String() string {
	return [...]string{"", "rural", "urban"}[min(a, Urban)]
}

// MarshalText writes the stable code.
func (a AreaType) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Name is the area type in Vietnamese.
func (a AreaType) Name() string {
	return text.T("standard.area." + [...]string{"unknown", "rural", "urban"}[min(a, Urban)])
}

// Answers is what one form says of one household. Bit i of Known and Deprived
// belongs to the set's indicator i (counted from 0); Deprived counts only
// where Known is set. The zero value is a form without any answer.
type Answers struct {
	Income    int64 // đồng a person and month; parts of a đồng are rounded up, which no line can tell
	Score     int32 // points of the scorecard (B1, A)
	HasIncome bool
	HasScore  bool
	Area      AreaType
	Known     uint16
	Deprived  uint16
}

// Result is what the law makes of answers.
type Result struct {
	Class        Class
	Label        string // N1, N2, CN; empty where the law has none or it is not the same for every missing answer
	Deprivations int    // known deprivations; the true number is up to the number of bits in Unknown higher
	Unknown      uint16 // indicators without an answer
	B2           int    // points of the known deprivations
	Rules        uint16 // bit i: rule i of the set applies, or may apply while answers are missing
}

// Library is all the law the program carries.
type Library struct {
	Sets       []*Set // by first day
	Scorecards []*Scorecard
	Causes     *Causes
}

var embedded = sync.OnceValue(func() *Library {
	library, err := Load(law.Files)
	if err != nil {
		panic("standard: the embedded law is faulty: " + err.Error())
	}
	return library
})

// Law is the library embedded in the program.
func Law() *Library { return embedded() }

// All lists the rule sets by their first day.
func All() []*Set { return Law().Sets }

// IDs lists the ids of the rule sets.
func (l *Library) IDs() []string {
	ids := make([]string, len(l.Sets))
	for i, s := range l.Sets {
		ids[i] = s.ID
	}
	return ids
}

// ByID finds a rule set; upper and lower case are the same.
func (l *Library) ByID(id string) (*Set, error) {
	for _, s := range l.Sets {
		if strings.EqualFold(s.ID, strings.TrimSpace(id)) {
			return s, nil
		}
	}
	return nil, fault.New(fault.NotFound, "standard_unknown",
		text.T("standard.unknown", "id", id, "ids", strings.Join(l.IDs(), ", ")))
}

// ValidOn finds the national rule set valid on a day (YYYY-MM-DD).
func (l *Library) ValidOn(day string) (*Set, error) {
	for _, s := range l.Sets {
		if s.Scope == national && s.Valid.Covers(day) {
			return s, nil
		}
	}
	return nil, fault.New(fault.NotFound, "standard_none_valid", text.T("standard.none_valid", "day", day))
}

// ForRound finds the rule set of the autumn round of a year: the round decides
// the class from 1 January of the next year, by the standard valid then.
func (l *Library) ForRound(year int) (*Set, error) {
	return l.ValidOn(firstDayAfter(year))
}

// ByID, ValidOn and ForRound ask the embedded law.
func ByID(id string) (*Set, error) { return Law().ByID(id) }

// ValidOn asks the embedded law.
func ValidOn(day string) (*Set, error) { return Law().ValidOn(day) }

// ForRound asks the embedded law.
func ForRound(year int) (*Set, error) { return Law().ForRound(year) }
