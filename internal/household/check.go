package household

import (
	"database/sql"
	"strings"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// oldest is the first year of birth that the registry believes, earliestDay
// the first day on which a household can have come to live somewhere.
const (
	oldest      = "1890"
	earliestDay = "1900-01-01"
)

// Limits of what is written, in characters.
const (
	longestName = 120
	longestText = 2000
)

// clean puts a person's fields into the one form in which they are kept.
func clean(p Person) Person {
	p.FullName = strings.Join(strings.Fields(cleanText(p.FullName)), " ")
	p.Birth, p.NationalID = strings.TrimSpace(p.Birth), strings.TrimSpace(p.NationalID)
	return p
}

// cleanText composes the letters and drops what no keyboard meant to write.
func cleanText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, vn.NFC(s)))
}

func checkTexts(v values) error {
	for _, field := range []string{"address", "phone", "note"} {
		if utf8.RuneCountInString(v[field]) > longestText {
			return invalid(field, "household.text_long", "n", longestText)
		}
	}
	return nil
}

func checkGroups(groups []string) error {
	for _, g := range groups {
		if !Policy.Has(g) {
			return invalid("policy_groups", "household.bad_policy_group", "group", g)
		}
	}
	return nil
}

// villageOn says whether households can live there: a village of today that
// was there on the day, as far as the tables of areas reach back.
func (s *Store) villageOn(id area.ID, day string) bool {
	tree := s.Tree()
	v, ok := tree.On(id, s.today())
	if !ok || v.Level != area.Village {
		return false
	}
	_, then := tree.On(id, day)
	return then || len(tree.Roots(day)) == 0
}

// coversWhole says whether the scope shows whole households in the village.
func (s *Store) coversWhole(scope area.Scope, village area.ID) bool {
	v, ok := s.Tree().On(village, s.today())
	if !ok {
		return false
	}
	fields, covered := scope.FieldsAt(v.Path)
	return covered && fields.Has(area.FieldHousehold)
}

// earliest is the first day on which somebody with the birth can have been
// born; "" when nothing is known.
func earliest(birth string) string {
	switch len(birth) {
	case 4:
		return birth + "-01-01"
	case 7:
		return birth + "-01"
	}
	return birth
}

// CheckPerson refuses what cannot be: no name, an unknown code, a birth in
// the future, letters in an ID. What is only unlikely is not its business.
func (s *Store) CheckPerson(p Person, day string) error {
	var fields []fault.Field
	add := func(name, key string, pairs ...any) {
		fields = append(fields, fault.Field{Name: name, Message: text.T(key, pairs...)})
	}
	if vn.Fold(p.FullName) == "" {
		add("full_name", "household.name_missing")
	}
	if utf8.RuneCountInString(p.FullName) > longestName {
		add("full_name", "household.name_long")
	}
	if p.Sex != "" && p.Sex != "male" && p.Sex != "female" {
		add("sex", "household.bad_sex")
	}
	if p.Birth != "" && !ValidBirth(p.Birth, day) {
		add("birth", "household.bad_birth", "birth", p.Birth)
	}
	if p.Ethnic != "" && !Ethnic.Has(p.Ethnic) {
		add("ethnic", "household.bad_ethnic", "ethnic", p.Ethnic)
	}
	if p.NationalID != "" && !ValidNationalID(p.NationalID) {
		add("national_id", "household.bad_national_id", "id", p.NationalID)
	}
	for _, g := range p.PolicyGroups {
		if !Policy.Has(g) {
			add("policy_groups", "household.bad_policy_group", "group", g)
		}
	}
	if len(fields) > 0 {
		return fault.New(fault.Invalid, "person_refused", fields[0].Message, fields...)
	}
	return nil
}

// ValidBirth accepts a year, a month or a day that is not after the day given.
func ValidBirth(birth, day string) bool {
	switch len(birth) {
	case 4:
		return area.ValidDay(birth+"-01-01") && birth >= oldest && birth <= day[:4]
	case 7:
		return area.ValidDay(birth+"-01") && birth >= oldest && birth <= day[:7]
	case 10:
		return area.ValidDay(birth) && birth >= oldest && birth <= day
	}
	return false
}

// ValidNationalID accepts the 9 digits of the old identity card and the 12 of
// the present number.
func ValidNationalID(id string) bool {
	return (len(id) == 9 || len(id) == 12) && strings.Trim(id, "0123456789") == ""
}

// holders gives who else has the national ID; not those whose household an
// import has yet to bring into force.
func (s *Store) holders(tx *db.Tx, nationalID string, besides PersonID) ([]PersonID, error) {
	var list []PersonID
	err := tx.Each(`select p.id from person p where p.province_id = $1 and p.national_id = $2 and p.id <> $3
		and (p.household_id is null or exists (select 1 from household h where h.province_id = p.province_id and h.id = p.household_id)) order by p.id limit 20`, []any{s.Province, nationalID, string(besides)}, func(r *sql.Rows) error {
		var id PersonID
		err := r.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
