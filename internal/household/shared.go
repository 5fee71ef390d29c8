package household

import (
	"database/sql"

	"giamngheo/internal/db"
)

// SharedIDs gives the members whose national ID stands for somebody else as
// well, as long as nobody has found out who is meant. Who the other is, is not
// told: he may live outside of the reader's scope.
func (s *Store) SharedIDs(tx *db.Tx, id ID) ([]PersonID, error) {
	var list []PersonID
	err := tx.Each(`select distinct m.person_id from membership m join duplicate_pair d on d.province_id = m.province_id and (d.person_a = m.person_id or d.person_b = m.person_id)
		where m.province_id = $1 and m.household_id = $2 and m.to_day = '`+Far+`' and d.kind = 'national_id' and d.state = '`+pairOpen+`' order by m.person_id`, []any{s.Province, string(id)}, func(r *sql.Rows) error {
		var one PersonID
		err := r.Scan(&one)
		list = append(list, one)
		return err
	})
	return list, err
}
