package household

import (
	"database/sql"

	"giamngheo/internal/db"
)

// Undoing an import is staged like the import: what stood before waits in the
// same tables, and what the import made is named to be removed.

// AddGone stages that a household which the import made goes again.
func (g *Staging) AddGone(id ID, no int64) {
	g.add(Staged{Household: Household{ID: id}, No: no, What: StageGone})
}

// RemovePerson stages that a person whom the import added to a household that
// was there goes again.
func (g *Staging) RemovePerson(id PersonID, of ID) {
	g.persons.Add(string(id), personGone, string(of), "", "", "", "", "", "", "", 0, "", "")
}

// ApplyUndone puts back what stood before an import and removes what it made,
// as the operation has staged it. What was changed since it was read is a
// conflict. Rows of members of households that are gone are seen by nobody any
// more; RemoveUnseen removes them.
func (s *Store) ApplyUndone(tx *db.Tx, operation string) error {
	n, err := s.countStaged(tx, operation)
	if err != nil {
		return err
	}
	if err := s.updateStaged(tx, operation, n); err != nil {
		return err
	}
	const gone = `select household_id from import_household where province_id = $1 and operation_id = $2 and what = 'gone'`
	const leaves = `select id from import_person where province_id = $1 and operation_id = $2 and is_new = 2`
	of := func(person string) string {
		return `(` + person + ` in (` + leaves + `) or exists (select 1 from membership m join import_household s on s.province_id = m.province_id and s.household_id = m.household_id
			where m.province_id = $1 and m.person_id = ` + person + ` and s.operation_id = $2 and s.what = 'gone' and s.what <> 'new'))`
	}
	for _, statement := range []string{
		`delete from duplicate_pair where province_id = $1 and (` + of("duplicate_pair.person_a") + ` or ` + of("duplicate_pair.person_b") + `)`,
		`delete from membership where province_id = $1 and person_id in (` + leaves + `)`,
		`delete from person where province_id = $1 and id in (` + leaves + `)`,
		`delete from household where province_id = $1 and id in (` + gone + `)`,
	} {
		if _, err := tx.Exec(statement, s.Province, operation); err != nil {
			return err
		}
	}
	return nil
}

// StagedKnown lists households that an operation staged and that are there,
// after one, by their ids.
func (s *Store) StagedKnown(tx *db.Tx, operation string, after ID, limit int) ([]ID, error) {
	var list []ID
	err := tx.Each(`select household_id from import_household where province_id = $1 and operation_id = $2 and household_id > $3 and what <> 'new' and what <> 'gone' order by household_id limit $4`,
		[]any{s.Province, operation, string(after), limit}, func(r *sql.Rows) error {
			var id ID
			err := r.Scan(&id)
			list = append(list, id)
			return err
		})
	return list, err
}
