package household

import (
	"database/sql"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// Match is a household that a row of a sheet may mean.
type Match struct {
	ID      ID
	Village area.ID
	Ended   bool
}

// Holder is a person with a national ID who lives in a household.
type Holder struct {
	Match
	Person        PersonID
	Head          bool
	Folded, Birth string // of the person
}

// The reading of many rows goes in few sizes, so that few texts are prepared.
var readSizes = []int{1, 8, 64, 500}

// padded gives the list in pieces whose lengths are those of readSizes; the
// last entry repeats.
func padded[T any](list []T, read func([]T) error) error {
	for len(list) > 0 {
		n := readSizes[len(readSizes)-1]
		piece := list
		if len(piece) > n {
			piece = piece[:n]
		}
		list = list[len(piece):]
		for _, size := range readSizes {
			if len(piece) <= size {
				piece = piece[:len(piece):len(piece)]
				for len(piece) < size {
					piece = append(piece, piece[len(piece)-1])
				}
				break
			}
		}
		if err := read(piece); err != nil {
			return err
		}
	}
	return nil
}

func strings2any[T ~string](first []any, list []T) []any {
	args := make([]any, 0, len(first)+len(list))
	args = append(args, first...)
	for _, s := range list {
		args = append(args, string(s))
	}
	return args
}

// Any says whether the registry holds any household at all.
func (s *Store) Any(tx *db.Tx) (bool, error) {
	var n int
	err := tx.Get(`select count(*) from (select 1 from household where province_id = $1 limit 1) h`, []any{s.Province}, &n)
	return n > 0, err
}

// ByCodes finds households of the whole province by their codes, whoever asks:
// the caller looks at the scope.
func (s *Store) ByCodes(tx *db.Tx, codes []string, found func(code string, f Match)) error {
	return padded(codes, func(codes []string) error {
		return tx.Each(`select code, id, village_id, to_day from household where province_id = $1 and code in (`+db.Marks(2, len(codes))+`)`, strings2any([]any{s.Province}, codes), func(r *sql.Rows) error {
			var code, to string
			var f Match
			if err := r.Scan(&code, &f.ID, &f.Village, &to); err != nil {
				return err
			}
			f.Ended = to != Far
			found(code, f)
			return nil
		})
	})
}

// ByNationalIDs finds who of the whole province holds the IDs and lives in a
// household today.
func (s *Store) ByNationalIDs(tx *db.Tx, ids []string, found func(nationalID string, h Holder)) error {
	return padded(ids, func(ids []string) error {
		return tx.Each(`select p.national_id, p.id, p.folded, p.birth, h.id, h.village_id, coalesce(h.head_id, '')
			from person p join household h on h.province_id = p.province_id and h.id = p.household_id
			where p.province_id = $1 and p.national_id <> '' and p.national_id in (`+db.Marks(2, len(ids))+`)`, strings2any([]any{s.Province}, ids), func(r *sql.Rows) error {
			var id string
			var head PersonID
			var h Holder
			if err := r.Scan(&id, &h.Person, &h.Folded, &h.Birth, &h.ID, &h.Village, &head); err != nil {
				return err
			}
			h.Head = head == h.Person
			found(id, h)
			return nil
		})
	})
}

// ByKeys finds living households by village, folded name and year of birth of
// their heads.
func (s *Store) ByKeys(tx *db.Tx, keys []Key, found func(k Key, f Match)) error {
	return padded(keys, func(keys []Key) error {
		args := []any{s.Province}
		values := ""
		for i, k := range keys {
			if i > 0 {
				values += ","
			}
			values += "(" + db.Marks(len(args)+1, 2) + ")"
			args = append(args, string(k.Village), k.Head)
		}
		return tx.Each(`with k (village, head) as (values `+values+`)
			select distinct h.village_id, h.head_key, h.id from k join household h on h.province_id = $1 and h.village_id = k.village and h.head_key = k.head and h.to_day = '`+Far+`'`, args, func(r *sql.Rows) error {
			var k Key
			var f Match
			if err := r.Scan(&k.Village, &k.Head, &f.ID); err != nil {
				return err
			}
			f.Village = k.Village
			found(k, f)
			return nil
		})
	})
}

// SameName calls found with the code of each household of a key's village whose head has the
// key's name, where the one or the other tells no year of birth: whether they
// are the same nobody can say.
func (s *Store) SameName(tx *db.Tx, keys []Key, found func(k Key, code string)) error {
	return padded(keys, func(keys []Key) error {
		args := []any{s.Province}
		values := ""
		for i, k := range keys {
			if i > 0 {
				values += ","
			}
			values += "(" + db.Marks(len(args)+1, 4) + ")"
			name, year, _ := strings.Cut(k.Head, "|")
			low, high := name+"|", name+"|0" // without a year
			if year == "" {
				low, high = name+"|0", name+"}" // with any
			}
			args = append(args, string(k.Village), k.Head, low, high)
		}
		return tx.Each(`with k (village, head, low, high) as (values `+values+`)
			select distinct k.village, k.head, h.code from k join household h on h.province_id = $1 and h.village_id = k.village and h.head_key >= k.low and h.head_key < k.high and h.to_day = '`+Far+`'`, args, func(r *sql.Rows) error {
			var k Key
			var code string
			if err := r.Scan(&k.Village, &k.Head, &code); err != nil {
				return err
			}
			found(k, code)
			return nil
		})
	})
}

// Many gives households by their ids, whatever the scope: the caller has
// looked at where each lies.
func (s *Store) Many(tx *db.Tx, ids []ID) (map[ID]Household, error) {
	all := make(map[ID]Household, len(ids))
	err := padded(ids, func(ids []ID) error {
		return tx.Each(`select `+columns+` from household h left join person p on p.province_id = h.province_id and p.id = h.head_id
			where h.province_id = $1 and h.id in (`+db.Marks(2, len(ids))+`)`, strings2any([]any{s.Province}, ids), func(r *sql.Rows) error {
			h, err := scan(r)
			all[h.ID] = h
			return err
		})
	})
	return all, err
}

// MembersOfMany gives who belonged to each household on a day, the head first.
func (s *Store) MembersOfMany(tx *db.Tx, ids []ID, day string) (map[ID][]Member, error) {
	all := make(map[ID][]Member, len(ids))
	err := padded(ids, func(ids []ID) error {
		return tx.Each(`select m.household_id, p.id, p.full_name, p.sex, p.birth, p.ethnic, p.national_id, p.policy_groups, p.death_day, p.rev,
				m.relation, m.from_day, m.to_day, m.from_kind, m.to_kind
			from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
			where m.province_id = $1 and m.from_day <= $2 and m.to_day > $2 and m.household_id in (`+db.Marks(3, len(ids))+`)
			order by m.household_id, case m.relation when 'head' then 0 when 'spouse' then 1 else 2 end, p.birth, p.id`,
			strings2any([]any{s.Province, day}, ids), func(r *sql.Rows) error {
				var m Member
				var groups string
				err := r.Scan(&m.HouseholdID, &m.ID, &m.FullName, &m.Sex, &m.Birth, &m.Ethnic, &m.NationalID, &groups, &m.DeathDay, &m.Rev,
					&m.Relation, &m.From, &m.To, &m.FromKind, &m.ToKind)
				m.PolicyGroups = splitCodes(groups)
				all[m.HouseholdID] = append(all[m.HouseholdID], m)
				return err
			})
	})
	return all, err
}

// HomesOn gives where each household lived on a day.
func (s *Store) HomesOn(tx *db.Tx, ids []ID, day string) (map[ID]area.ID, error) {
	homes := make(map[ID]area.ID, len(ids))
	err := padded(ids, func(ids []ID) error {
		return tx.Each(`select household_id, village_id from residence where province_id = $1 and from_day <= $2 and to_day > $2 and household_id in (`+db.Marks(3, len(ids))+`)`,
			strings2any([]any{s.Province, day}, ids), func(r *sql.Rows) error {
				var id ID
				var village area.ID
				err := r.Scan(&id, &village)
				homes[id] = village
				return err
			})
	})
	return homes, err
}

// PersonsOfMany gives people by their ids, whatever the scope: the caller has
// found their households within his.
func (s *Store) PersonsOfMany(tx *db.Tx, ids []PersonID) (map[PersonID]Person, error) {
	all := make(map[PersonID]Person, len(ids))
	err := padded(ids, func(ids []PersonID) error {
		return tx.Each(`select id, coalesce(household_id, ''), full_name, sex, birth, ethnic, national_id, policy_groups, death_day, rev from person where province_id = $1 and id in (`+db.Marks(2, len(ids))+`)`,
			strings2any([]any{s.Province}, ids), func(r *sql.Rows) error {
				var p Person
				var groups string
				err := r.Scan(&p.ID, &p.HouseholdID, &p.FullName, &p.Sex, &p.Birth, &p.Ethnic, &p.NationalID, &groups, &p.DeathDay, &p.Rev)
				p.PolicyGroups = splitCodes(groups)
				all[p.ID] = p
				return err
			})
	})
	return all, err
}
