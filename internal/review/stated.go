package review

import (
	"database/sql"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// StatedKind names, in the journal, the class before a round that a file
// states of a household which the round has not surveyed; the record is the
// household and the round.
const StatedKind = "stated_class"

// classBefore is before for a form that is judged: where the registry knows no
// earlier class, what the form itself states counts, else what a file stated.
func classBefore(round Round, others []held, lapses []string, a *Assessment, stated string) standard.Class {
	if class, known := before(others, lapses, round.AsOf(a)); known {
		return class
	}
	if a.Detail.Before == "" {
		a.Detail.Before = stated
	}
	class, _ := standard.ParseClass(a.Detail.Before)
	return class
}

// stated reads what files said of the classes before the round.
func (s *Store) stated(tx *db.Tx, round string, ids []household.ID) (map[household.ID]string, error) {
	all := map[household.ID]string{}
	for part := range slices.Chunk(ids, 500) {
		args := []any{s.Province, round}
		for _, id := range part {
			args = append(args, string(id))
		}
		err := tx.Each(`select household_id, class from stated_class where province_id = $1 and round_id = $2 and household_id in (`+db.Marks(3, len(part))+`)`, args, func(r *sql.Rows) error {
			var id household.ID
			var class string
			err := r.Scan(&id, &class)
			all[id] = class
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Stated is the class before the round as a file stated it, "" for none.
func (t *Standing) Stated(id household.ID) string { return t.stated[id] }

// AddStated stages what a file states of the class before the round, of a
// household that it makes or that is there; "" that nothing is stated.
func (g *Staging) AddStated(id household.ID, isNew bool, class string) {
	if isNew {
		g.stated.Add(string(id), class)
	} else {
		g.waitingStated.Add(string(id), class)
	}
}

// Judged is what a closed round froze of a household that it counts.
type Judged struct {
	Village area.ID
	Ethnic  string
	Policy  []string
}

// JudgedMany gives what a closed round froze of those of the households that
// it counts; nothing of an open one.
func (s *Store) JudgedMany(tx *db.Tx, round Round, ids []household.ID) (map[household.ID]Judged, error) {
	all := make(map[household.ID]Judged, len(ids))
	if round.State != Closed || len(ids) == 0 {
		return all, nil
	}
	wanted := make(map[household.ID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	// A household was counted in a village where it lives or lived.
	villages := map[area.ID]bool{}
	for part := range slices.Chunk(ids, 500) {
		condition, args := in("household_id", part, []any{s.Province})
		err := tx.Each(`select distinct village_id from residence where province_id = $1`+condition, args, func(r *sql.Rows) error {
			var v area.ID
			err := r.Scan(&v)
			villages[v] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for v := range villages {
		err := s.EachCounted(tx, round, v, func(c Counted) {
			if wanted[c.Household] {
				all[c.Household] = Judged{Village: v, Ethnic: ethnicOf(c.Ethnic), Policy: policyOf(c.Policy)}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// EachCounted goes through those whom a closed round counts in a village.
func (s *Store) EachCounted(tx *db.Tx, round Round, village area.ID, f func(Counted)) error {
	return tx.Each(`select households from round_register where province_id = $1 and round_id = $2 and village_id = $3`, []any{s.Province, round.ID, string(village)}, func(r *sql.Rows) error {
		var packed []byte
		if err := r.Scan(&packed); err != nil {
			return err
		}
		EachCounted(packed, func(c Counted) {
			if !c.Reason.Departure() {
				f(c)
			}
		})
		return nil
	})
}

func ethnicOf(no uint8) string {
	if no == 0 || int(no) > len(household.Ethnic.Items) {
		return ""
	}
	return household.Ethnic.Items[no-1].Code
}

func policyOf(mask uint16) []string {
	var codes []string
	for i, item := range household.Policy.Items {
		if mask&(1<<i) != 0 {
			codes = append(codes, item.Code)
		}
	}
	return codes
}

// heldBefore is before for an assessment in force; where nothing is held
// earlier, its own form may state the class, else a file.
func (s *Store) heldBefore(tx *db.Tx, list []held, lapses []string, one held) (standard.Class, error) {
	if class, known := before(list, lapses, one.Effective); known {
		return class, nil
	}
	a := Assessment{Round: one.Round, EffectiveFrom: one.Effective}
	versions, err := s.list(tx, ` where a.province_id = $1 and a.id = $2`, s.Province, one.ID)
	if err != nil {
		return standard.Undetermined, err
	}
	for _, v := range versions {
		a = v
	}
	stated, err := s.stated(tx, a.Round, []household.ID{a.Household})
	return classBefore(Round{ID: a.Round}, list, lapses, &a, stated[a.Household]), err
}
