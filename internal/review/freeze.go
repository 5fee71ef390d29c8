package review

import (
	"database/sql"
	"encoding/binary"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
)

// Counted is one household as a closed round has it: how many lived there on
// the count day, how it had come into the register, and the attributes by
// which tables group. One that had left the register until then has no size
// and the reason why.
type Counted struct {
	Household household.ID
	Size      int
	Reason    measure.Reason
	Attributes
}

// Attributes of a household by which tables group, as the columns hold them:
// the positions in the lists of law/groups, which are only ever added to.
type Attributes struct {
	Ethnic uint8 // 0: not known
	Policy uint16
}

// AttributesOf reads the codes as the registry holds them.
func AttributesOf(ethnic string, policy []string) Attributes {
	a := Attributes{Ethnic: uint8(household.Ethnic.Index(ethnic) + 1)}
	for _, code := range policy {
		if i := household.Policy.Index(code); i >= 0 {
			a.Policy |= 1 << i
		}
	}
	return a
}

// Arrival is how a household that is counted came into the register, from the
// kind of its first residence.
func Arrival(fromKind string) measure.Reason { return arrival[fromKind] }

// Departure is how a household left the register, from its kind of end.
func Departure(endKind string) measure.Reason { return departure[endKind] }

var arrival = map[string]measure.Reason{"moved_in": measure.MovedIn, "split": measure.SplitOff}

var departure = map[string]measure.Reason{"moved_away": measure.MovedOut, "died_out": measure.Died, "merged": measure.MergedInto}

const (
	idLength     = 26
	countedBytes = idLength + 5
)

// AppendTo packs the household behind those of its village.
func (c Counted) AppendTo(packed []byte) []byte {
	packed = append(packed, c.Household[:idLength]...)
	packed = append(packed, byte(min(c.Size, 255)), byte(c.Reason), c.Ethnic)
	return binary.BigEndian.AppendUint16(packed, c.Policy)
}

// EachCounted unpacks the households of a village.
func EachCounted(packed []byte, f func(Counted)) {
	for ; len(packed) >= countedBytes; packed = packed[countedBytes:] {
		rest := packed[idLength:]
		f(Counted{household.ID(packed[:idLength]), int(rest[0]), measure.Reason(rest[1]), Attributes{rest[2], binary.BigEndian.Uint16(rest[3:])}})
	}
}

// Freeze writes down who was counted where, so that a move or a death that is
// entered after the round has closed, but happened before, stands beside its
// figures and does not change them.
func (s *Store) Freeze(tx *db.Tx, round Round) error {
	all, err := s.countedOn(tx, round.CountDay)
	if err != nil {
		return err
	}
	type row struct {
		village area.ID
		packed  []byte
	}
	var rows []row
	// Those who have left stand under the village where they lived last.
	err = tx.Each(`select household_id, village_id from residence r where province_id = $1 and from_day <= $2 and (to_day > $2 or from_day =
			(select max(from_day) from residence o where o.province_id = r.province_id and o.household_id = r.household_id)) order by village_id, household_id`,
		[]any{s.Province, round.CountDay}, func(r *sql.Rows) error {
			var id household.ID
			var in area.ID
			if err := r.Scan(&id, &in); err != nil {
				return err
			}
			c, ok := all[id]
			if !ok {
				return nil
			}
			if len(rows) == 0 || rows[len(rows)-1].village != in {
				rows = append(rows, row{village: in})
			}
			last := &rows[len(rows)-1]
			last.packed = c.AppendTo(last.packed)
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

// countedOn gives every household that was in the register on the day, or had
// left it for a reason.
func (s *Store) countedOn(tx *db.Tx, day string) (map[household.ID]Counted, error) {
	all := map[household.ID]Counted{}
	err := tx.Each(`select id, ethnic, policy_groups, to_day, end_kind from household where province_id = $1 and from_day <= $2`, []any{s.Province, day}, func(r *sql.Rows) error {
		var id household.ID
		var ethnic, policy, to, endKind string
		if err := r.Scan(&id, &ethnic, &policy, &to, &endKind); err != nil {
			return err
		}
		c := Counted{Household: id, Attributes: AttributesOf(ethnic, split(policy))}
		if to <= day {
			c = Counted{Household: id, Reason: departure[endKind]}
			if c.Reason == measure.NoReason {
				return nil
			}
		}
		all[id] = c
		return nil
	})
	if err != nil {
		return nil, err
	}
	came := map[household.ID]bool{}
	err = tx.Each(`select household_id, from_kind from residence where province_id = $1 order by household_id, from_day`, []any{s.Province}, func(r *sql.Rows) error {
		var id household.ID
		var kind string
		if err := r.Scan(&id, &kind); err != nil {
			return err
		}
		if c, ok := all[id]; ok && !came[id] && !c.Reason.Departure() {
			c.Reason = arrival[kind]
			all[id] = c
		}
		came[id] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = tx.Each(`select household_id, count(*) from membership where province_id = $1 and from_day <= $2 and to_day > $2 group by household_id`, []any{s.Province, day}, func(r *sql.Rows) error {
		var id household.ID
		var n int
		err := r.Scan(&id, &n)
		if c, ok := all[id]; ok && !c.Reason.Departure() {
			c.Size = n
			all[id] = c
		}
		return err
	})
	return all, err
}

// readFrozen fills the closed rounds: as they stood when they closed.
func (l *loader) readFrozen() error {
	closed := map[string]int{}
	for no, o := range l.rounds {
		if o.State == Closed {
			closed[o.ID] = no
		}
	}
	if len(closed) == 0 {
		return nil
	}
	return l.tx.Each(`select round_id, village_id, households from round_register where province_id = $1`, []any{l.s.Province}, func(rows *sql.Rows) error {
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
		v, _ := l.s.Tree().On(village, l.rounds[no].BoundaryDay)
		place := l.r.villageNumber(village)
		EachCounted(packed, func(c Counted) {
			i := int(l.r.number(c.Household))
			if c.Reason.Departure() {
				l.b.Remove(no, i, c.Reason)
				return
			}
			l.b.Set(no, i, measure.Record{Class: measure.NotSurveyed, Village: place, Ethnic: c.Ethnic, Policy: c.Policy, Size: uint8(c.Size), Reason: c.Reason, Urban: v.Urban})
		})
		return nil
	})
}
