package householdtest

import (
	"database/sql"
	"fmt"
	"sort"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

type interval struct {
	household, person, from, to, relation string
}

// Broken tests the laws of the registry by what the tables hold, all of them,
// and says which is broken:
//
//   - each living household has exactly one head and one home on every day;
//   - nobody belongs to two households on one day, nor to one that is not;
//   - the rows of households and persons say what the dated tables say today.
func (p *Province) Broken() string {
	p.T.Helper()
	var broken []string
	say := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }
	type person struct{ household, name, birth, ethnic, death string }
	persons := map[string]person{}
	members, homes := map[string][]interval{}, map[string][]interval{}
	ofPerson := map[string][]interval{}
	p.Read(func(tx *db.Tx) error {
		err := tx.Each(`select id, coalesce(household_id, ''), full_name, birth, ethnic, death_day from person`, nil, func(r *sql.Rows) error {
			var id string
			var one person
			err := r.Scan(&id, &one.household, &one.name, &one.birth, &one.ethnic, &one.death)
			persons[id] = one
			return err
		})
		if err != nil {
			return err
		}
		err = tx.Each(`select household_id, person_id, from_day, to_day, relation from membership order by from_day`, nil, func(r *sql.Rows) error {
			var m interval
			err := r.Scan(&m.household, &m.person, &m.from, &m.to, &m.relation)
			members[m.household] = append(members[m.household], m)
			ofPerson[m.person] = append(ofPerson[m.person], m)
			if _, ok := persons[m.person]; !ok {
				say("a membership of nobody: %v", m)
			}
			return err
		})
		if err != nil {
			return err
		}
		return tx.Each(`select household_id, village_id, from_day, to_day from residence order by from_day`, nil, func(r *sql.Rows) error {
			var m interval
			err := r.Scan(&m.household, &m.relation, &m.from, &m.to)
			homes[m.household] = append(homes[m.household], m)
			return err
		})
	})
	for id, one := range persons {
		today, end := "", ""
		for _, m := range ofPerson[id] {
			if m.from < end {
				say("%s is in two places: %v", one.name, ofPerson[id])
			}
			end = m.to
			if m.from <= p.Today && p.Today < m.to {
				today = m.household
			}
		}
		if today != one.household {
			say("%s lives in %q by membership, in %q by the person's row", one.name, today, one.household)
		}
		if one.death != "" && end > one.death {
			say("%s died on %s and is a member until %s", one.name, one.death, end)
		}
	}
	p.Read(func(tx *db.Tx) error {
		seen := map[string]bool{}
		err := tx.Each(`select id, code, village_id, coalesce(head_id, ''), head_key, size, ethnic, from_day, to_day, end_kind from household`, nil, func(r *sql.Rows) error {
			var id, code, village, head, headKey, ethnic, from, to, endKind string
			var size int
			if err := r.Scan(&id, &code, &village, &head, &headKey, &size, &ethnic, &from, &to, &endKind); err != nil {
				return err
			}
			seen[id] = true
			if (to == household.Far) != (endKind == "") {
				say("%s ends on %s, kind %q", code, to, endKind)
			}
			days := map[string]bool{from: true}
			for _, m := range append(members[id], homes[id]...) {
				if m.from < from || m.to > to || m.from >= m.to {
					say("%s lives from %s to %s: %v", code, from, to, m)
				}
				days[m.from], days[m.to] = true, true
			}
			for day := range days {
				if day < from || day >= to {
					continue
				}
				heads, places := 0, 0
				for _, m := range members[id] {
					if m.from <= day && day < m.to && m.relation == "head" {
						heads++
					}
				}
				for _, m := range homes[id] {
					if m.from <= day && day < m.to {
						places++
					}
				}
				if heads != 1 || places != 1 {
					say("%s on %s: %d heads, %d homes", code, day, heads, places)
				}
			}
			n, headToday, keyToday, ethnicToday := 0, "", "", ethnic
			for _, m := range members[id] {
				if m.from <= p.Today && p.Today < m.to {
					n++
					if m.relation == "head" {
						h := persons[m.person]
						headToday, keyToday, ethnicToday = m.person, household.HeadKey(h.name, h.birth), h.ethnic
					}
				}
			}
			if n != size || headToday != head || keyToday != headKey || ethnicToday != ethnic {
				say("%s says size %d, head %q %q %q; it is %d, %q %q %q", code, size, head, headKey, ethnic, n, headToday, keyToday, ethnicToday)
			}
			if list := homes[id]; len(list) == 0 || list[len(list)-1].relation != village {
				say("%s says village %s; it is %v", code, village, list)
			}
			return nil
		})
		for id := range members {
			if !seen[id] {
				say("members of no household %s", id)
			}
		}
		for id := range homes {
			if !seen[id] {
				say("homes of no household %s", id)
			}
		}
		return err
	})
	sort.Strings(broken)
	return strings.Join(broken, "\n")
}

// Check ends the test where a law is broken.
func (p *Province) Check() {
	p.T.Helper()
	if broken := p.Broken(); broken != "" {
		p.T.Fatal(broken)
	}
}

// Dump writes all rows of the registry, revs left out.
func (p *Province) Dump() string {
	p.T.Helper()
	var b strings.Builder
	for _, q := range []string{
		`select 'household', id, code, village_id, coalesce(head_id, ''), head_key, cast(size as text), ethnic, policy_groups, address, phone, from_day, to_day, end_kind, coalesce(split_from, ''), coalesce(merged_into, ''), note from household order by id`,
		`select 'person', id, coalesce(household_id, ''), full_name, folded, sex, birth, ethnic, national_id, policy_groups, death_day from person order by id`,
		`select 'membership', household_id, person_id, from_day, to_day, relation, from_kind, to_kind from membership order by household_id, person_id, from_day`,
		`select 'residence', household_id, from_day, to_day, village_id, from_kind, to_kind from residence order by household_id, from_day`,
		`select 'pair', person_a, person_b, kind, state from duplicate_pair order by person_a, person_b`,
	} {
		p.Read(func(tx *db.Tx) error {
			return tx.Each(q, nil, func(r *sql.Rows) error {
				columns, err := r.Columns()
				if err != nil {
					return err
				}
				row, dest := make([]string, len(columns)), make([]any, len(columns))
				for i := range row {
					dest[i] = &row[i]
				}
				err = r.Scan(dest...)
				b.WriteString(strings.Join(row, "|") + "\n")
				return err
			})
		})
	}
	return b.String()
}
