package duplicate

import (
	"math"

	"giamngheo/internal/text"
)

// Reason is why two records may be one person, or what speaks against it: a
// stable code. Words says it to people.
type Reason string

// The reasons.
const (
	SameNumber     Reason = "same_number"
	NearNumber     Reason = "number_one_digit"
	TwoDigits      Reason = "number_two_digits"
	OtherNumber    Reason = "number_differs"
	OldNewNumber   Reason = "number_old_and_new"
	SameName       Reason = "same_name"
	NameMarks      Reason = "name_marks"
	NameTyping     Reason = "name_typing"
	NameLetter     Reason = "name_one_letter"
	NameShort      Reason = "name_abbreviated"
	NameOrder      Reason = "name_order"
	NameMissing    Reason = "name_word_missing"
	NameOther      Reason = "name_differs"
	NameUnknown    Reason = "name_unknown"
	RareName       Reason = "rare_name"
	SameBirth      Reason = "same_birth"
	SwappedBirth   Reason = "birth_day_month_swapped"
	NearBirth      Reason = "birth_one_digit"
	SameYear       Reason = "same_birth_year"
	YearOnly       Reason = "birth_year_only"
	NextYear       Reason = "birth_year_by_one"
	OtherBirth     Reason = "birth_differs"
	UnknownBirth   Reason = "birth_unknown"
	OtherSex       Reason = "sex_differs"
	SameVillage    Reason = "same_village"
	OtherVillage   Reason = "other_village"
	UnknownVillage Reason = "village_unknown"
	Linked         Reason = "linked" // both are like a third record
)

// Words says the reason in Vietnamese.
func (r Reason) Words() string { return text.T("duplicate.reason." + string(r)) }

// A name is rare when fewer than one stranger in so many has it.
var logRare = math.Log(5000)

func (f *file) reasons(c *candidate) []Reason {
	var list []Reason
	put := func(when bool, r Reason) {
		if when {
			list = append(list, r)
		}
	}
	a, b := &f.records[c.a], &f.records[c.b]
	put(c.number == numberSame, SameNumber)
	put(c.number == numberNear, NearNumber)
	put(c.number == numberTwo, TwoDigits)

	n := &c.name
	unknown := len(a.words) == 0 || len(b.words) == 0
	written := f.source[c.a].FullName == f.source[c.b].FullName
	slips := n.levels[wordDBar] + n.levels[wordNoMarks] + n.levels[wordMarks]
	whole := !n.moved && n.gaps == 0 && n.levels[wordTypo]+n.levels[wordInitial]+n.levels[wordOther] == 0
	marks := slips > 0 || !n.marks && a.marks != b.marks
	put(unknown, NameUnknown)
	put(!unknown && whole && !marks && written, SameName)
	put(!unknown && whole && !marks && !written, NameTyping)
	put(marks, NameMarks)
	put(n.levels[wordTypo] > 0, NameLetter)
	put(n.levels[wordInitial] > 0, NameShort)
	put(n.moved, NameOrder)
	put(n.gaps > 0, NameMissing)
	put(n.levels[wordOther] > 0, NameOther)
	put(n.levels[wordOther] == 0 && n.info > logRare, RareName)

	put(c.birth == birthSame && c.precision == toTheDay, SameBirth)
	put(c.birth == birthSwapped, SwappedBirth)
	put(c.birth == birthNear, NearBirth)
	put(c.birth == birthSame && c.precision != toTheDay, SameYear)
	put(c.birth == birthSameYear, OtherBirth)
	put(c.birth == birthOther, OtherBirth)
	put(c.birth == birthNextYear, NextYear)
	put(c.birth == birthSame && (a.day > 0) != (b.day > 0), YearOnly)
	put(c.birth == birthUnknown, UnknownBirth)

	put(c.sex == disagree, OtherSex)
	put(c.village == agree, SameVillage)
	put(c.village == disagree, OtherVillage)
	put(c.village == notKnown, UnknownVillage)
	put(c.number == numberOther, OtherNumber)
	put(c.number == numberUnknown && a.number != "" && b.number != "", OldNewNumber)
	return list
}
