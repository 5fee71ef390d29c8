package household

import (
	"database/sql"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// What an import does to a household.
const (
	StageNew    = "new"
	StageUpdate = "update"
	StageRekey  = "rekey" // StageUpdate where the head's name or birth changes, and with them an index
	StageTouch  = "touch" // the household's own row stays
	StageGone   = "gone"  // an import that is undone made it
)

// Staging collects rows of a file of many households, which are written in
// pieces and come into force together. The persons, memberships and residence
// of a new household are written into their tables at once: every query of the
// registry begins at the household's row, and that one comes last. All else
// waits in tables of its own, so that applying it is one statement a table.
type Staging struct {
	province, operation string
	households          *db.Bulk
	residences          *db.Bulk
	people, memberships *db.Bulk // of new households
	persons             *db.Bulk // of households that are there
	pairs               *db.Bulk
}

// Staged is one household as it will stand.
type Staged struct {
	Household
	No     int64 // its place in the file
	What   string
	CodeNo int64 // of those that get a code when applied: the nth, from 1
}

// NewStaging begins one piece.
func (s *Store) NewStaging(operation string) *Staging {
	return &Staging{province: s.Province, operation: operation,
		households: db.NewBulk("import_household", "no", "household_id", "what", "rev", "code", "code_no", "village_id", "head_id", "head_key", "size", "ethnic",
			"policy_groups", "address", "phone", "note", "from_day").Same("operation_id", operation),
		residences:  db.NewBulk("residence", "household_id", "from_day", "village_id").Same("from_kind", "listed"),
		people:      db.NewBulk("person", "id", "household_id", "full_name", "folded", "sex", "birth", "ethnic", "national_id", "policy_groups"),
		memberships: db.NewBulk("membership", "household_id", "person_id", "from_day", "relation").Same("from_kind", "listed"),
		persons: db.NewBulk("import_person", "id", "is_new", "household_id", "full_name", "folded", "sex", "birth", "ethnic", "national_id", "policy_groups",
			"rev", "relation", "from_day").Same("operation_id", operation),
		pairs: db.NewBulk("import_pair", "person_a", "person_b").Same("operation_id", operation),
	}
}

// AddNew stages a household that the registry does not have, with its members.
func (g *Staging) AddNew(h Staged, members []Member) {
	h.What, h.Size = StageNew, len(members)
	for _, m := range members {
		if m.Relation == "head" {
			h.HeadID, h.HeadName, h.HeadBirth, h.Ethnic = m.ID, m.FullName, m.Birth, m.Ethnic
		}
		g.people.Add(string(m.ID), string(h.ID), m.FullName, vn.Fold(m.FullName), m.Sex, m.Birth, m.Ethnic, m.NationalID, join(m.PolicyGroups))
		g.memberships.Add(string(h.ID), string(m.ID), h.From, m.Relation)
	}
	g.residences.Add(string(h.ID), h.From, string(h.VillageID))
	g.add(h)
}

// AddKnown stages a household of the registry. h is as it will stand, with the
// rev that was seen; was is what stands now.
func (g *Staging) AddKnown(h Staged, was Household) {
	if h.What == StageUpdate && HeadKey(h.HeadName, h.HeadBirth) != HeadKey(was.HeadName, was.HeadBirth) {
		h.What = StageRekey
	}
	g.add(h)
}

func (g *Staging) add(h Staged) {
	var head any
	if h.HeadID != "" {
		head = string(h.HeadID)
	}
	g.households.Add(h.No, string(h.ID), h.What, h.Rev, h.Code, h.CodeNo, string(h.VillageID), head, HeadKey(h.HeadName, h.HeadBirth), h.Size, h.Ethnic,
		join(h.PolicyGroups), h.Address, h.Phone, h.Note, h.From)
}

// How a person is staged: the column is_new.
const (
	personKnown      = 0
	personNew        = 1
	personGone       = 2
	personRenumbered = 3 // known, and the ID number changes, and with it an index
)

// AddNewPerson stages a new person of a household of the registry, since
// m.From.
func (g *Staging) AddNewPerson(m Member) { g.addPerson(m, personNew, m.Relation) }

// AddPerson stages a known person of a household of the registry as he will
// stand, with the rev that was seen; was is what stands now. relation is ""
// where it stays.
func (g *Staging) AddPerson(m Member, was Person, relation string) {
	how := personKnown
	if m.NationalID != was.NationalID {
		how = personRenumbered
	}
	g.addPerson(m, how, relation)
}

func (g *Staging) addPerson(m Member, how int, relation string) {
	g.persons.Add(string(m.ID), how, string(m.HouseholdID), m.FullName, vn.Fold(m.FullName), m.Sex, m.Birth, m.Ethnic, m.NationalID, join(m.PolicyGroups), m.Rev, relation, m.From)
}

// AddPair stages two persons who hold the same national ID.
func (g *Staging) AddPair(a, b PersonID) {
	g.pairs.Add(string(min(a, b)), string(max(a, b)))
}

// Len is the number of households.
func (g *Staging) Len() int { return g.households.Len() }

// Write writes the piece.
func (g *Staging) Write(tx *db.Tx) error {
	for _, b := range []*db.Bulk{g.households, g.residences, g.people, g.memberships, g.persons, g.pairs} {
		if err := tx.Insert(g.province, b); err != nil {
			return err
		}
	}
	return nil
}

// ApplyStaged puts all that an operation has staged into force. Codes given by
// the file that are of our own form raise the counter to highest first; then
// fresh households get codes from it. Households and persons changed since
// they were read are a conflict.
func (s *Store) ApplyStaged(tx *db.Tx, operation string, highest, fresh int64) error {
	base, err := s.takeCodes(tx, highest, fresh)
	if err != nil {
		return err
	}
	const of = ` where s.province_id = $1 and s.operation_id = $2`
	n, err := s.countStaged(tx, operation)
	if err != nil {
		return err
	}
	if n.households[StageNew] > 0 {
		_, err = tx.Exec(`insert into household (province_id, id, code, village_id, head_id, head_key, size, ethnic, policy_groups, address, phone, note, from_day)
			select s.province_id, s.household_id,
				case when s.code_no > 0 then s.province_id || '-' || substr(cast($3 + s.code_no as text), 2, 4) || '-' || substr(cast($3 + s.code_no as text), 6, 4) else s.code end,
				s.village_id, s.head_id, s.head_key, s.size, s.ethnic, s.policy_groups, s.address, s.phone, s.note, s.from_day
			from import_household s`+of+` and s.what = 'new' order by s.no`, s.Province, operation, 100000000+base)
		if db.Unique(err) {
			return overtaken()
		}
		if err != nil {
			return err
		}
	}
	if err := s.updateStaged(tx, operation, n); err != nil {
		return err
	}
	if n.persons[personNew] > 0 {
		for _, insert := range []string{
			`insert into person (province_id, id, household_id, full_name, folded, sex, birth, ethnic, national_id, policy_groups)
				select s.province_id, s.id, s.household_id, s.full_name, s.folded, s.sex, s.birth, s.ethnic, s.national_id, s.policy_groups from import_person s` + of + ` and s.is_new = 1 order by s.id`,
			`insert into membership (province_id, household_id, person_id, from_day, relation, from_kind)
				select s.province_id, s.household_id, s.id, s.from_day, s.relation, 'listed' from import_person s` + of + ` and s.is_new = 1`,
		} {
			if _, err := tx.Exec(insert, s.Province, operation); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(`insert into duplicate_pair (province_id, person_a, person_b, kind, state, found_at)
		select s.province_id, s.person_a, s.person_b, 'national_id', 'open', $3 from import_pair s`+of+`
		on conflict (province_id, person_a, person_b) do nothing`, s.Province, operation, s.Now().UnixMilli())
	return err
}

// staged is how many rows of each kind an operation has staged.
type staged struct {
	households map[string]int64
	persons    map[int]int64
	relations  int64 // persons whose relation changes
}

// countStaged counts in one pass a table: others wait meanwhile.
func (s *Store) countStaged(tx *db.Tx, operation string) (staged, error) {
	n := staged{households: map[string]int64{}, persons: map[int]int64{}}
	const of = ` where province_id = $1 and operation_id = $2 group by `
	key := []any{s.Province, operation}
	err := tx.Each(`select what, count(*) from import_household`+of+`what`, key, func(r *sql.Rows) error {
		var what string
		var rows int64
		err := r.Scan(&what, &rows)
		n.households[what] = rows
		return err
	})
	if err != nil {
		return n, err
	}
	err = tx.Each(`select is_new, count(*), count(case when relation <> '' then 1 end) from import_person`+of+`is_new`, key, func(r *sql.Rows) error {
		var how int
		var rows, relations int64
		err := r.Scan(&how, &rows, &relations)
		if n.persons[how] = rows; how == personKnown || how == personRenumbered {
			n.relations += relations
		}
		return err
	})
	return n, err
}

// updateStaged puts what changes at households and persons that are there into
// force.
func (s *Store) updateStaged(tx *db.Tx, operation string, staged staged) error {
	const of = ` where s.province_id = $1 and s.operation_id = $2`
	type change struct {
		want   int64
		update string
	}
	household := func(what, more string) change {
		return change{staged.households[what],
			`update household set ` + more + `size = s.size, ethnic = s.ethnic, policy_groups = s.policy_groups, address = s.address, phone = s.phone, note = s.note, rev = household.rev + 1
			from import_household s` + of + ` and s.what = '` + what + `' and household.province_id = s.province_id and household.id = s.household_id and household.rev = s.rev`}
	}
	person := func(how int, more string) change {
		return change{staged.persons[how],
			`update person set ` + more + `full_name = s.full_name, folded = s.folded, sex = s.sex, birth = s.birth, ethnic = s.ethnic, policy_groups = s.policy_groups, rev = person.rev + 1
			from import_person s` + of + ` and s.is_new = ` + strconv.Itoa(how) + ` and person.province_id = s.province_id and person.id = s.id and person.rev = s.rev`}
	}
	// A column that stands in an index is set only where it changes: who waits
	// for the import waits for the index.
	updates := []change{
		household(StageUpdate, ""),
		household(StageRekey, "head_key = s.head_key, "),
		person(personKnown, ""),
		person(personRenumbered, "national_id = s.national_id, "),
		{staged.relations,
			`update membership set relation = s.relation
			from import_person s` + of + ` and s.is_new in (0, 3) and s.relation <> '' and membership.province_id = s.province_id
				and membership.household_id = s.household_id and membership.person_id = s.id and membership.from_day = s.from_day`},
	}
	for _, u := range updates {
		if u.want == 0 {
			continue
		}
		n, err := tx.Exec(u.update, s.Province, operation)
		if err != nil {
			return err
		}
		if n != u.want {
			return overtaken()
		}
	}
	return nil
}

// overtaken is the refusal of what was read before somebody else wrote.
func overtaken() error {
	return fault.New(fault.Conflict, "overtaken", text.T("household.overtaken"))
}

// takeCodes gives the number before the first of the fresh codes.
func (s *Store) takeCodes(tx *db.Tx, highest, fresh int64) (int64, error) {
	if highest > 0 {
		_, err := tx.Exec(`insert into counter (province_id, name, value) values ($1, 'household', $2)
			on conflict (province_id, name) do update set value = case when counter.value < $2 then $2 else counter.value end`, s.Province, highest)
		if err != nil {
			return 0, err
		}
	}
	if fresh == 0 {
		return 0, nil
	}
	first, err := s.NextNumbers(tx, fresh)
	if err == nil && first+fresh > 100000000 {
		err = fault.New(fault.Conflict, "codes_exhausted", text.T("household.codes_exhausted"))
	}
	return first - 1, err
}

// ParseCode gives the number in a code of our own form, ok false for others.
func ParseCode(province, code string) (n int64, ok bool) {
	rest, ok := strings.CutPrefix(code, province+"-")
	if !ok || len(rest) != 9 || rest[4] != '-' {
		return 0, false
	}
	n, err := strconv.ParseInt(rest[:4]+rest[5:], 10, 64)
	return n, err == nil && n > 0 && FormatCode(province, n) == code
}

// TidyCode brings a code of our own form to capitals, as people type it in
// small letters; codes of other offices stay as they are.
func TidyCode(code string) string {
	upper := strings.ToUpper(code)
	if province, _, _ := strings.Cut(upper, "-"); upper != code && province != "" {
		if _, own := ParseCode(province, upper); own {
			return upper
		}
	}
	return code
}

// StagedNew lists the first households that an operation has staged as new,
// and the number of the last.
func (s *Store) StagedNew(tx *db.Tx, operation string, limit int) (list []ID, last int64, err error) {
	err = tx.Each(`select household_id, no from import_household where province_id = $1 and operation_id = $2 and what = 'new' order by no limit $3`, []any{s.Province, operation, limit}, func(r *sql.Rows) error {
		var id ID
		err := r.Scan(&id, &last)
		list = append(list, id)
		return err
	})
	return list, last, err
}

// RemoveUnseen removes what was written for households that have no row: a
// staging that was given up, an import that was undone.
func (s *Store) RemoveUnseen(tx *db.Tx, ids []ID) error {
	in, args := inIDs(2, ids)
	args = append([]any{s.Province}, args...)
	for _, statement := range []string{
		`delete from person where province_id = $1 and id in (select m.person_id from membership m where m.province_id = $1 and m.household_id in (` + in + `))`,
		`delete from membership where province_id = $1 and household_id in (` + in + `)`,
		`delete from residence where province_id = $1 and household_id in (` + in + `)`,
	} {
		if _, err := tx.Exec(statement+` and not exists (select 1 from household h where h.province_id = $1 and h.id in (`+in+`))`, args...); err != nil {
			return err
		}
	}
	return nil
}

// DropStagedNew forgets that an operation staged households up to a number as
// new.
func (s *Store) DropStagedNew(tx *db.Tx, operation string, last int64) error {
	_, err := tx.Exec(`delete from import_household where province_id = $1 and operation_id = $2 and no <= $3 and what = 'new'`, s.Province, operation, last)
	return err
}

// StagingTables are those in which imports wait.
var StagingTables = []string{"import_household", "import_person", "import_pair"}

// DropStaged removes some of an operation's staging rows and says how many.
func (s *Store) DropStaged(tx *db.Tx, operation string, limit int) (int64, error) {
	var all int64
	for _, t := range []struct{ table, key string }{{"import_household", "no"}, {"import_person", "id"}} {
		n, err := tx.Exec(`delete from `+t.table+` where province_id = $1 and operation_id = $2 and `+t.key+` in (select `+t.key+` from `+t.table+` where province_id = $1 and operation_id = $2 limit $3)`,
			s.Province, operation, limit)
		if err != nil {
			return 0, err
		}
		all += n
	}
	if all > 0 {
		return all, nil
	}
	_, err := tx.Exec(`delete from import_pair where province_id = $1 and operation_id = $2`, s.Province, operation)
	return 0, err
}

// inIDs gives placeholders from $first on and the arguments.
func inIDs(first int, ids []ID) (string, []any) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = string(id)
	}
	return db.Marks(first, len(ids)), args
}

// Key is what a row of a sheet is matched by where it has neither code nor ID.
type Key struct {
	Village area.ID
	Head    string // see HeadKey
}
