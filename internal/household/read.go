package household

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// from joins a household to where its village lies today: scope follows where
// the household lives now.
const from = ` from household h
	join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
	left join person p on p.province_id = h.province_id and p.id = h.head_id`

const columns = `h.id, h.code, h.village_id, coalesce(h.head_id, ''), coalesce(p.full_name, ''), coalesce(p.birth, ''), h.size, h.ethnic, h.policy_groups,
	h.address, h.phone, h.from_day, h.to_day, h.end_kind, coalesce(h.split_from, ''), coalesce(h.merged_into, ''), h.note, h.rev`

func scan(r *sql.Rows) (Household, error) {
	var h Household
	var groups string
	err := r.Scan(&h.ID, &h.Code, &h.VillageID, &h.HeadID, &h.HeadName, &h.HeadBirth, &h.Size, &h.Ethnic, &groups,
		&h.Address, &h.Phone, &h.From, &h.To, &h.EndKind, &h.SplitFrom, &h.MergedInto, &h.Note, &h.Rev)
	h.PolicyGroups = splitCodes(groups)
	return h, err
}

func splitCodes(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// where begins a condition that pins the province and that part of the
// reader's scope in which he may see whole households.
func (s *Store) where(scope area.Scope) (string, []any) {
	args := []any{s.Province, s.today()}
	return ` where h.province_id = $1 and ` + scope.PathSQLFor("v.path", area.FieldHousehold, &args), args
}

// notFound is the same whether the household is absent or outside the scope.
func notFound() error {
	return fault.New(fault.NotFound, "household_not_found", text.T("household.not_found"))
}

// NotFound is the same for a household outside the reader's scope as for one
// that does not exist.
func NotFound() error { return notFound() }

// FindByID gives one household of the reader's scope.
func (s *Store) FindByID(ctx context.Context, scope area.Scope, id ID) (h Household, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		h, err = s.Find(tx, scope, id)
		return err
	})
	return h, err
}

// Find is FindByID within a transaction.
func (s *Store) Find(tx *db.Tx, scope area.Scope, id ID) (Household, error) {
	return s.findBy(tx, scope, "h.id", string(id))
}

// FindByCode gives the household with the printed code.
func (s *Store) FindByCode(tx *db.Tx, scope area.Scope, code string) (Household, error) {
	return s.findBy(tx, scope, "h.code", code)
}

func (s *Store) findBy(tx *db.Tx, scope area.Scope, column, value string) (Household, error) {
	where, args := s.where(scope)
	args = append(args, value)
	var h Household
	found := false
	err := tx.Each(`select `+columns+from+where+fmt.Sprintf(" and %s = $%d", column, len(args)), args, func(r *sql.Rows) (err error) {
		h, err = scan(r)
		found = true
		return err
	})
	if err == nil && !found {
		err = notFound()
	}
	return h, err
}

// FindMany gives those of the households that lie in the scope, in the order
// of the ids.
func (s *Store) FindMany(ctx context.Context, scope area.Scope, ids []ID) ([]Household, error) {
	return s.findMany(ctx, ids, func() (string, []any) { return s.where(scope) })
}

// Heading is what a department may see of a household besides the indicators
// of its subject.
type Heading struct {
	ID        ID
	Code      string
	VillageID area.ID
	HeadName  string
}

// FindHeadings is FindMany for readers of a subject: no more than who and
// where.
func (s *Store) FindHeadings(ctx context.Context, scope area.Scope, ids []ID) ([]Heading, error) {
	full, err := s.findMany(ctx, ids, func() (string, []any) {
		args := []any{s.Province, s.today()}
		return ` where h.province_id = $1 and ` + scope.PathSQL("v.path", &args), args
	})
	list := make([]Heading, len(full))
	for i, h := range full {
		list[i] = Heading{ID: h.ID, Code: h.Code, VillageID: h.VillageID, HeadName: h.HeadName}
	}
	return list, err
}

func (s *Store) findMany(ctx context.Context, ids []ID, condition func() (string, []any)) ([]Household, error) {
	byID := make(map[ID]Household, len(ids))
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		for start := 0; start < len(ids); start += 500 {
			part := ids[start:min(start+500, len(ids))]
			where, args := condition()
			first := len(args) + 1
			for _, id := range part {
				args = append(args, string(id))
			}
			err := tx.Each(`select `+columns+from+where+` and h.id in (`+db.Marks(first, len(part))+`)`, args, func(r *sql.Rows) error {
				h, err := scan(r)
				byID[h.ID] = h
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	found := make([]Household, 0, len(ids))
	for _, id := range ids {
		if h, ok := byID[id]; ok {
			found = append(found, h)
		}
	}
	return found, err
}

// Filter narrows List. The zero value is all living households of the scope.
type Filter struct {
	Area  area.ID // its subtree on today's boundaries
	Ended bool    // also those that have ended
	After string  // the key of the last row of the page before
	Limit int
}

// keySeparator stands in no part of a page's key; head_key itself holds a "|".
const keySeparator = "\x1f"

// List gives households ordered by village and head. next is the key of the
// following page, "" at the end.
func (s *Store) List(ctx context.Context, scope area.Scope, f Filter) (list []Household, next string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		where, args := s.where(scope)
		if f.Area != "" {
			path, err := s.pathToday(f.Area)
			if err != nil {
				return err
			}
			args = append(args, path, path+"\x7f")
			where += fmt.Sprintf(" and v.path >= $%d and v.path < $%d", len(args)-1, len(args))
		}
		if !f.Ended {
			where += " and h.to_day = '" + Far + "'"
		}
		if f.After != "" {
			village, rest, _ := strings.Cut(f.After, keySeparator)
			headKey, id, _ := strings.Cut(rest, keySeparator)
			args = append(args, village, headKey, id)
			where += fmt.Sprintf(" and (h.village_id, h.head_key, h.id) > ($%d, $%d, $%d)", len(args)-2, len(args)-1, len(args))
		}
		args = append(args, f.Limit+1)
		var last string
		return tx.Each(`select h.head_key, `+columns+from+where+fmt.Sprintf(" order by h.village_id, h.head_key, h.id limit $%d", len(args)), args, func(r *sql.Rows) error {
			var headKey string
			h, err := scanAfter(r, &headKey)
			if err != nil {
				return err
			}
			if len(list) == f.Limit {
				next = last
				return nil
			}
			list = append(list, h)
			last = string(h.VillageID) + keySeparator + headKey + keySeparator + string(h.ID)
			return nil
		})
	})
	return list, next, err
}

func scanAfter(r *sql.Rows, headKey *string) (Household, error) {
	var h Household
	var groups string
	err := r.Scan(headKey, &h.ID, &h.Code, &h.VillageID, &h.HeadID, &h.HeadName, &h.HeadBirth, &h.Size, &h.Ethnic, &groups,
		&h.Address, &h.Phone, &h.From, &h.To, &h.EndKind, &h.SplitFrom, &h.MergedInto, &h.Note, &h.Rev)
	h.PolicyGroups = splitCodes(groups)
	return h, err
}

func (s *Store) pathToday(id area.ID) (string, error) {
	v, ok := s.Tree().On(id, s.today())
	if !ok {
		return "", fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	return v.Path, nil
}

// MembersOn gives who belonged to the household on a day, the head first. The
// caller has found the household within his scope.
func (s *Store) MembersOn(tx *db.Tx, id ID, day string) ([]Member, error) {
	return s.members(tx, ` and m.from_day <= $3 and m.to_day > $3`, id, day)
}

// MemberHistory gives all memberships of the household, ended ones included.
func (s *Store) MemberHistory(tx *db.Tx, id ID) ([]Member, error) {
	return s.members(tx, ` and $3 = $3`, id, "")
}

func (s *Store) members(tx *db.Tx, condition string, id ID, day string) ([]Member, error) {
	var list []Member
	err := tx.Each(`select p.id, coalesce(p.household_id, ''), p.full_name, p.sex, p.birth, p.ethnic, p.national_id, p.policy_groups, p.death_day, p.rev,
			m.relation, m.from_day, m.to_day, m.from_kind, m.to_kind
		from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
		where m.province_id = $1 and m.household_id = $2`+condition+`
		order by case m.relation when 'head' then 0 when 'spouse' then 1 else 2 end, p.birth, p.id`,
		[]any{s.Province, string(id), day}, func(r *sql.Rows) error {
			var m Member
			var groups string
			err := r.Scan(&m.ID, &m.HouseholdID, &m.FullName, &m.Sex, &m.Birth, &m.Ethnic, &m.NationalID, &groups, &m.DeathDay, &m.Rev,
				&m.Relation, &m.From, &m.To, &m.FromKind, &m.ToKind)
			m.PolicyGroups = splitCodes(groups)
			list = append(list, m)
			return err
		})
	return list, err
}

// Residences gives where the household has lived, oldest first.
func (s *Store) Residences(tx *db.Tx, id ID) ([]Residence, error) {
	var list []Residence
	err := tx.Each(`select village_id, from_day, to_day, from_kind, to_kind from residence where province_id = $1 and household_id = $2 order by from_day`,
		[]any{s.Province, string(id)}, func(r *sql.Rows) error {
			var one Residence
			err := r.Scan(&one.VillageID, &one.From, &one.To, &one.FromKind, &one.ToKind)
			list = append(list, one)
			return err
		})
	return list, err
}

// person gives one person and today's membership; the caller checks scope.
func (s *Store) person(tx *db.Tx, id PersonID) (Person, error) {
	var p Person
	var groups string
	err := tx.Get(`select id, coalesce(household_id, ''), full_name, sex, birth, ethnic, national_id, policy_groups, death_day, rev from person where province_id = $1 and id = $2`,
		[]any{s.Province, string(id)}, &p.ID, &p.HouseholdID, &p.FullName, &p.Sex, &p.Birth, &p.Ethnic, &p.NationalID, &groups, &p.DeathDay, &p.Rev)
	p.PolicyGroups = splitCodes(groups)
	if errors.Is(err, db.ErrNoRows) {
		err = notFound()
	}
	return p, err
}
