package household

import (
	"database/sql"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// oldest is the first year of birth that the registry believes.
const oldest = "1890"

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
	if len(p.FullName) > 120 {
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

// holders gives who else has the national ID.
func (s *Store) holders(tx *db.Tx, nationalID string, besides PersonID) ([]PersonID, error) {
	var list []PersonID
	err := tx.Each(`select id from person where province_id = $1 and national_id = $2 and id <> $3 limit 20`, []any{s.Province, nationalID, string(besides)}, func(r *sql.Rows) error {
		var id PersonID
		err := r.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
