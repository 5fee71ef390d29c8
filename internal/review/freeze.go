package review

import (
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
)

const idLength = 26

// Freeze writes down who was counted where, so that a move or a death that is
// entered after the round has closed, but happened before, stands beside its
// figures and does not change them.
func (s *Store) Freeze(tx *db.Tx, round Round) error {
	sizes := map[household.ID]int{}
	err := tx.Each(`select household_id, count(*) from membership where province_id = $1 and from_day <= $2 and to_day > $2 group by household_id`,
		[]any{s.Province, round.CountDay}, func(r *sql.Rows) error {
			var id household.ID
			var n int
			err := r.Scan(&id, &n)
			sizes[id] = n
			return err
		})
	if err != nil {
		return err
	}
	type row struct {
		village area.ID
		packed  []byte
	}
	var rows []*row
	byVillage := map[area.ID]*row{}
	err = tx.Each(`select household_id, village_id, from_kind from residence where province_id = $1 and from_day <= $2 and to_day > $2 order by village_id, household_id`,
		[]any{s.Province, round.CountDay}, func(r *sql.Rows) error {
			var id household.ID
			var village area.ID
			var kind string
			if err := r.Scan(&id, &village, &kind); err != nil {
				return err
			}
			v := byVillage[village]
			if v == nil {
				v = &row{village: village}
				byVillage[village] = v
				rows = append(rows, v)
			}
			v.packed = append(v.packed, id[:idLength]...)
			v.packed = append(v.packed, byte(min(sizes[id], 255)), byte(arrival[kind]))
			return nil
		})
	if err != nil {
		return err
	}
	for _, v := range rows {
		if _, err := tx.Exec(`insert into round_register (province_id, round_id, village_id, households) values ($1, $2, $3, $4)`, s.Province, round.ID, string(v.village), v.packed); err != nil {
			return err
		}
	}
	return nil
}

// readFrozen fills the closed rounds, once: they never change.
func (l *loader) readFrozen(ids []household.ID, attributes map[int32]attributes) error {
	if ids != nil {
		return nil
	}
	closed := map[string]int{}
	for no, o := range l.r.rounds {
		if o.State == Closed {
			closed[o.ID] = no
			l.b.ClearRound(no)
		}
	}
	if len(closed) == 0 {
		return nil
	}
	ended := map[int]measure.Reason{}
	for i, a := range attributes {
		if why := departure[a.endKind]; why != measure.NoReason {
			ended[int(i)] = why
		}
	}
	present := map[int]int{} // the last closed round with the household
	err := l.tx.Each(`select round_id, village_id, households from round_register where province_id = $1`, []any{l.s.Province}, func(rows *sql.Rows) error {
		var round string
		var village area.ID
		var packed []byte
		if err := rows.Scan(&round, &village, &packed); err != nil {
			return err
		}
		no, ok := closed[round]
		if !ok {
			return nil
		}
		v, _ := l.s.Tree().On(village, l.r.rounds[no].BoundaryDay)
		for ; len(packed) >= idLength+2; packed = packed[idLength+2:] {
			i := int(l.r.number(household.ID(packed[:idLength])))
			a := attributes[int32(i)]
			l.b.Set(no, i, measure.Record{Class: measure.NotSurveyed, Village: l.r.villageNumber(village), Ethnic: a.ethnic, Policy: a.policy,
				Size: packed[idLength], Reason: measure.Reason(packed[idLength+1]), Urban: v.Urban})
			if last, seen := present[i]; !seen || l.r.rounds[last].Year < l.r.rounds[no].Year {
				present[i] = no
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// Why a household is missing in the rounds after its last.
	for i, why := range ended {
		last, seen := present[i]
		if !seen {
			continue
		}
		for _, no := range closed {
			if l.r.rounds[no].Year > l.r.rounds[last].Year {
				l.b.Remove(no, i, why)
			}
		}
	}
	return nil
}
