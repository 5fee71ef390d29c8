package exchange

import (
	"errors"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// planner decides what each row does to the registry and the review, batch by
// batch, and hands on what is to be written.
type planner struct {
	s      *Store
	by     household.Actor
	round  review.Round
	set    *standard.Set
	tree   *area.Tree
	today  string
	day    string // on which the roster is taken
	places *places
	table  table // of households
	file   *memberFile
	report *Report

	memberAt *table // where members stand: a sheet of their own, or a column

	operation string
	writing   bool // a dry run stages nothing
	anybody   bool // the registry holds households

	codes, ids, keys, matched *seen
	communes                  map[area.ID]review.Assessment // what Place says of a village
	taking                    *review.Taking                // which forms the dossiers still take
	forms                     map[formAt]bool               // what the file writes, where
	nextNo, freshCodes        int64
	highest                   int64
	late                      bool // a household was assessed in a later round already
	told                      told
	newcomers                 newcomers
	now                       int64
}

// formAt is a form for a village, and for a purpose.
type formAt struct {
	village area.ID
	purpose string
}

// piece is what one batch writes.
type piece struct {
	households *household.Staging
	reviews    *review.Staging
	entry      *journal.PartEntry
}

// known is what the registry has about the households of a batch.
type known struct {
	byCode      map[string]household.Match
	byID        map[string][]household.Holder
	byKey       map[household.Key][]household.Match
	*judgedPage                                     // of the households that the rows may mean
	last        map[household.ID]*review.Assessment // theirs of the round before
}

// batch plans some rows.
func (p *planner) batch(tx *db.Tx, rows []*row) (*piece, error) {
	if p.file != nil {
		for _, r := range rows {
			members, err := p.file.of(r)
			if err != nil {
				return nil, err
			}
			r.members = append(r.members, members...)
			for i := range r.members {
				r.refused = r.refused || r.members[i].bad
			}
		}
	}
	k, target, err := p.look(tx, rows)
	if err != nil {
		return nil, err
	}
	if err := p.unsure(tx, rows, target); err != nil {
		return nil, err
	}
	out := &piece{households: p.s.Households.NewStaging(p.operation), reviews: p.s.Reviews.NewStaging(p.round, p.operation, p.by.ID, p.now), entry: journal.NewPartEntry()}
	for i, r := range rows {
		p.report.Rows++
		if err := p.one(r, k, target[i], out); err != nil {
			return nil, err
		}
		r.members = nil
	}
	return out, nil
}

func (p *planner) refuse(r *row, field, code, message string) {
	r.refused = true
	p.table.problem(r.number, field, code, message, false)
}

func (p *planner) warn(r *row, field, code string, pairs ...any) {
	p.table.problem(r.number, field, code, text.T("import."+code, pairs...), true)
}

// one decides about one row.
func (p *planner) one(r *row, k *known, target household.ID, out *piece) error {
	p.unique(r, k, target)
	if !r.refused {
		var err error
		if target == "" {
			err = p.create(r, k, out)
		} else {
			err = p.update(r, k, target, out)
		}
		if err != nil {
			return err
		}
	}
	if r.refused {
		p.report.Refused++
	}
	return nil
}

// unique refuses what may stand in a file but once. Two people of the registry
// who hold one number already, and are queued for it, come back from an export
// as they are.
func (p *planner) unique(r *row, k *known, target household.ID) {
	if r.code != "" {
		if before, twice := p.codes.first(r.code, r.number); twice {
			p.refuse(r, "code", "code_twice", text.T("import.code_twice", "code", r.code, "row", before))
		}
	}
	own := map[string]bool{}
	check := func(id string, number int, say func(code, message string)) {
		if id == "" || own[id] {
			return
		}
		own[id] = true
		if before, twice := p.ids.first(id, number); twice && !k.heldTwice(id, target) {
			say("id_twice", text.T("import.id_twice", "id", id, "row", before))
		}
	}
	if r.nationalID.says() {
		check(r.nationalID.v, r.number, func(code, message string) { p.refuse(r, "national_id", code, message) })
	}
	for i := range r.members {
		m := &r.members[i]
		if !m.national.says() {
			continue
		}
		if r.nationalID.says() && m.national.v == r.nationalID.v && m.relation.v != "head" && vn.Fold(m.name.v) != vn.Fold(r.head.v) {
			r.refused = true
			p.memberAt.problem(m.number, "national_id", "id_twice", text.T("import.id_twice", "id", m.national.v, "row", r.number), false)
		}
		for j := range i {
			if r.members[j].national.says() && r.members[j].national.v == m.national.v {
				r.refused = true
				p.memberAt.problem(m.number, "national_id", "id_twice", text.T("import.id_twice", "id", m.national.v, "row", r.members[j].number), false)
			}
		}
		check(m.national.v, m.number, func(code, message string) {
			r.refused = true
			p.memberAt.problem(m.number, "national_id", code, message, false)
		})
	}
}

// heldTwice says whether the household is one of several of the registry in
// which somebody holds the number.
func (k *known) heldTwice(id string, of household.ID) bool {
	own, others := false, false
	for _, h := range k.byID[id] {
		if h.ID == of {
			own = true
		} else {
			others = true
		}
	}
	return of != "" && own && others
}

// look reads what the registry has, and says for each row which household it
// means: "" for a new one. Rows that mean none for sure are refused.
func (p *planner) look(tx *db.Tx, rows []*row) (*known, []household.ID, error) {
	k := &known{byCode: map[string]household.Match{}, byID: map[string][]household.Holder{}, byKey: map[household.Key][]household.Match{}}
	target := make([]household.ID, len(rows))
	if !p.anybody {
		return k, target, nil
	}
	var codes, ids []string
	for _, r := range rows {
		if r.code != "" {
			codes = append(codes, r.code)
		}
		if r.nationalID.says() {
			ids = append(ids, r.nationalID.v)
		}
		for i := range r.members {
			if r.members[i].national.says() {
				ids = append(ids, r.members[i].national.v)
			}
		}
	}
	h := p.s.Households
	if err := h.ByCodes(tx, codes, func(code string, f household.Match) { k.byCode[code] = f }); err != nil {
		return nil, nil, err
	}
	if err := h.ByNationalIDs(tx, ids, func(id string, o household.Holder) { k.byID[id] = append(k.byID[id], o) }); err != nil {
		return nil, nil, err
	}
	var keys []household.Key
	for i, r := range rows {
		if target[i] = p.byCodeOrID(r, k); target[i] == "" && !r.refused && r.head.says() && r.village != "" {
			keys = append(keys, p.key(r))
		}
	}
	if err := h.ByKeys(tx, keys, func(key household.Key, f household.Match) { k.byKey[key] = append(k.byKey[key], f) }); err != nil {
		return nil, nil, err
	}
	var candidates []household.ID
	for i := range rows {
		if target[i] != "" {
			candidates = append(candidates, target[i])
		} else if !rows[i].refused && rows[i].head.says() {
			for _, f := range k.byKey[p.key(rows[i])] {
				candidates = append(candidates, f.ID)
			}
		}
	}
	if len(candidates) == 0 {
		return k, target, nil
	}
	var err error
	if k.judgedPage, err = p.s.judgedOn(tx, p.round, candidates, p.day); err != nil {
		return nil, nil, err
	}
	for i, r := range rows {
		if target[i] == "" && !r.refused && r.head.says() {
			target[i] = p.byKey(r, k)
		}
	}
	if k.last, err = p.s.Reviews.LastOfMany(tx, p.round, candidates); err != nil {
		return nil, nil, err
	}
	return k, target, nil
}

func (p *planner) key(r *row) household.Key {
	return household.Key{Village: r.village, Head: household.HeadKey(r.head.v, r.birth.v)}
}

// byCodeOrID finds the household by its code, else by its head's ID within
// the commune.
func (p *planner) byCodeOrID(r *row, k *known) household.ID {
	if r.refused {
		return ""
	}
	if f, ok := k.byCode[r.code]; ok && r.code != "" {
		if !p.by.Scope.Covers(p.tree, f.Village, p.today) {
			p.refuse(r, "code", "code_elsewhere", text.T("import.code_elsewhere", "code", r.code))
			return ""
		}
		return f.ID
	}
	if !r.nationalID.says() || r.village == "" {
		return ""
	}
	commune, _ := p.tree.Ancestor(r.village, p.today, area.Commune)
	var found household.ID
	for _, o := range k.byID[r.nationalID.v] {
		theirs, ok := p.tree.Ancestor(o.Village, p.today, area.Commune)
		if !o.Head || !ok || theirs.Area != commune.Area || another(r, o) {
			continue
		}
		if found != "" && found != o.ID {
			p.refuse(r, "national_id", "ambiguous", text.T("import.ambiguous_id", "id", r.nationalID.v))
			return ""
		}
		found = o.ID
	}
	return found
}

// another says whether the row plainly speaks of another household than that
// whose head holds its number: of somebody of another name who has a code of
// his own, lives in another village or was born in another year. The number is
// then one that two people hold, which is accepted and looked into.
func another(r *row, o household.Holder) bool {
	if !r.head.says() || vn.Fold(r.head.v) == o.Folded {
		return false
	}
	return r.code != "" || r.village != o.Village || r.birth.says() && o.Birth != "" && year(r.birth.v) != year(o.Birth)
}

// byKey finds it by village, folded name and year of birth. Two people of one
// name and year with different IDs are two people.
func (p *planner) byKey(r *row, k *known) household.ID {
	var found []household.ID
	for _, f := range k.byKey[p.key(r)] {
		if head := headOf(k.members[f.ID]); head != nil && r.nationalID.says() && head.NationalID != "" && head.NationalID != r.nationalID.v && len(head.NationalID) == len(r.nationalID.v) {
			continue
		}
		found = append(found, f.ID)
	}
	switch len(found) {
	case 0:
		return ""
	case 1:
		return found[0]
	}
	p.refuse(r, "head", "ambiguous", text.T("import.ambiguous", "n", len(found), "name", r.head.v))
	return ""
}

func headOf(members []household.Member) *household.Member {
	for i := range members {
		if members[i].Relation == "head" {
			return &members[i]
		}
	}
	return nil
}

// checkPerson refuses what cannot be. Where says in which line and under
// which title the person stands.
func (p *planner) checkPerson(r *row, at *table, line int, m *household.Member) bool {
	err := p.s.Households.CheckPerson(m.Person, p.day)
	if err == nil {
		return true
	}
	r.refused = true
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		code, message, _ := messageOf(err)
		at.problem(line, "", code, message, false)
		return false
	}
	for _, field := range f.Fields {
		column, code := field.Name, "bad_"+field.Name
		if column == "full_name" {
			column = "name"
			if at == &p.table {
				column = "head"
			}
			code = "bad_name"
		}
		at.problem(line, column, code, field.Message, false)
	}
	return false
}

// sameID warns that the person's ID is held by somebody of another household,
// and queues the two.
func (p *planner) sameID(r *row, at *table, line int, m *household.Member, k *known, out *piece) {
	for _, o := range k.byID[m.NationalID] {
		if o.ID == m.HouseholdID || o.Person == m.ID || m.NationalID == "" {
			continue
		}
		key := "import.id_held"
		if !p.by.Scope.Covers(p.tree, o.Village, p.today) {
			key = "import.id_elsewhere"
		}
		at.problem(line, "national_id", "id_held", text.T(key, "id", m.NationalID), true)
		out.households.AddPair(m.ID, o.Person)
	}
}
