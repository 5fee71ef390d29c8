package household

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// Suspicion is a pair of persons who may be one. Both live somewhere today; a
// person of whom the reader may not know is Elsewhere and empty.
type Suspicion struct {
	A, B      Suspect
	State     string // PairOpen, PairSame, PairDifferent
	Score     int    // chance in ten-thousandths; 0: only the ID number was compared
	Reasons   []duplicate.Reason
	FoundAt   int64 // ms
	DecidedBy string
	DecidedAt int64
	Why       string // of the decision
}

// Whole says whether the reader sees both, and so may decide.
func (s Suspicion) Whole() bool { return !s.A.Elsewhere && !s.B.Elsewhere }

// Suspect is one of the two with the household of today.
type Suspect struct {
	ID        PersonID
	Person    Person
	Relation  string
	Household Household // id, code, village, head and rev
	Elsewhere bool
}

// The states of a pair. One that has come apart by itself is moot.
const (
	PairOpen      = pairOpen
	PairSame      = "same"      // one person; until one record is taken out, the pair is still shown
	PairDifferent = "different" // two people: never asked again
)

// SuspicionFilter chooses pairs. After is the key of a page, as Suspicions
// gave it.
type SuspicionFilter struct {
	State string
	After string
	Limit int
}

// rank puts pairs of one ID number first, then the likeliest.
const rank = `case when d.kind = 'national_id' then 10001 else d.score end`

const suspicionFrom = ` from duplicate_pair d
	join person pa on pa.province_id = d.province_id and pa.id = d.person_a
	join household ha on ha.province_id = d.province_id and ha.id = pa.household_id and ha.to_day = '` + Far + `'
	join area_version va on va.province_id = d.province_id and va.area_id = ha.village_id and va.from_day <= $2 and va.to_day > $2
	join membership ma on ma.province_id = d.province_id and ma.household_id = ha.id and ma.person_id = pa.id and ma.to_day = '` + Far + `'
	join person pb on pb.province_id = d.province_id and pb.id = d.person_b
	join household hb on hb.province_id = d.province_id and hb.id = pb.household_id and hb.to_day = '` + Far + `'
	join area_version vb on vb.province_id = d.province_id and vb.area_id = hb.village_id and vb.from_day <= $2 and vb.to_day > $2
	join membership mb on mb.province_id = d.province_id and mb.household_id = hb.id and mb.person_id = pb.id and mb.to_day = '` + Far + `'
	left join person ca on ca.province_id = d.province_id and ca.id = ha.head_id
	left join person cb on cb.province_id = d.province_id and cb.id = hb.head_id`

// suspicions begins a condition that leaves pairs with one at least in the
// part of the scope where whole households may be seen.
func (s *Store) suspicions(scope area.Scope) (string, []any) {
	args := []any{s.Province, s.today()}
	a := scope.PathSQLFor("va.path", area.FieldHousehold, &args)
	b := scope.PathSQLFor("vb.path", area.FieldHousehold, &args)
	return ` where d.province_id = $1 and (` + a + ` or ` + b + `)`, args
}

// Suspicions gives the pairs of a state within the reader's scope, one ID
// number first, then the likeliest. next is the key of the following page.
func (s *Store) Suspicions(ctx context.Context, scope area.Scope, f SuspicionFilter) (list []Suspicion, next string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, next = nil, ""
		where, args := s.suspicions(scope)
		args = append(args, f.State)
		where += fmt.Sprintf(" and d.state = $%d", len(args))
		if f.After != "" {
			var after int
			var a, b string
			if _, err := fmt.Sscanf(f.After, "%d.%26s.%26s", &after, &a, &b); err != nil {
				return fault.Wrap(err, fault.NotFound, "page_not_found", text.T("household.not_found"))
			}
			args = append(args, after, a, b)
			n := len(args)
			where += fmt.Sprintf(" and (%s < $%d or (%s = $%d and (d.person_a, d.person_b) > ($%d, $%d)))", rank, n-2, rank, n-2, n-1, n)
		}
		args = append(args, f.Limit+1)
		last := ""
		return s.eachSuspicion(tx, scope, where+fmt.Sprintf(" order by %s desc, d.person_a, d.person_b limit $%d", rank, len(args)), args, func(one Suspicion, rank int) {
			if len(list) == f.Limit {
				next = last
				return
			}
			list = append(list, one)
			last = fmt.Sprintf("%d.%s.%s", rank, one.A.ID, one.B.ID)
		})
	})
	return list, next, err
}

// CountSuspicions is how many open pairs wait in the reader's scope.
func (s *Store) CountSuspicions(ctx context.Context, scope area.Scope) (n int, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		where, args := s.suspicions(scope)
		return tx.Get(`select count(*)`+suspicionFrom+where+` and d.state = '`+pairOpen+`'`, args, &n)
	})
	return n, err
}

// WaitingAt is how many open pairs wait for each unit: the lowest one, commune
// or above, whose people see both. Pairs that the scope has not whole are left
// out.
func (s *Store) WaitingAt(tx *db.Tx, scope area.Scope) (map[area.ID]int, error) {
	args := []any{s.Province, s.today()}
	a := scope.PathSQLFor("va.path", area.FieldHousehold, &args)
	b := scope.PathSQLFor("vb.path", area.FieldHousehold, &args)
	waiting := map[area.ID]int{}
	err := tx.Each(`select va.path, vb.path, count(*)`+suspicionFrom+` where d.province_id = $1 and d.state = '`+pairOpen+`' and `+a+` and `+b+` group by va.path, vb.path`, args, func(r *sql.Rows) error {
		var one, other string
		var n int
		err := r.Scan(&one, &other, &n)
		waiting[commonUnit(one, other)] += n
		return err
	})
	return waiting, err
}

// commonUnit is the lowest unit above two villages, by their paths.
func commonUnit(one, other string) (unit area.ID) {
	a, b := strings.Split(one, "/"), strings.Split(other, "/")
	for i := range min(len(a), len(b)) - 2 { // the last is empty, the one before it the village
		if a[i] != b[i] {
			break
		}
		unit = area.ID(a[i])
	}
	return unit
}

// FindSuspicion gives one pair of which the reader sees one person at least.
func (s *Store) FindSuspicion(ctx context.Context, scope area.Scope, a, b PersonID) (one Suspicion, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		one, err = s.suspicion(tx, scope, a, b)
		return err
	})
	return one, err
}

func (s *Store) suspicion(tx *db.Tx, scope area.Scope, a, b PersonID) (Suspicion, error) {
	where, args := s.suspicions(scope)
	args = append(args, string(a), string(b))
	var found *Suspicion
	err := s.eachSuspicion(tx, scope, where+fmt.Sprintf(" and d.person_a = $%d and d.person_b = $%d and d.state <> '"+pairMoot+"'", len(args)-1, len(args)), args, func(one Suspicion, _ int) { found = &one })
	if err == nil && found == nil {
		err = pairNotFound()
	}
	if err != nil {
		return Suspicion{}, err
	}
	return *found, nil
}

func pairNotFound() error {
	return fault.New(fault.NotFound, "pair_not_found", text.T("household.pair_not_found"))
}

func (s *Store) eachSuspicion(tx *db.Tx, scope area.Scope, where string, args []any, do func(one Suspicion, rank int)) error {
	const of = `, p%[1]s.id, p%[1]s.full_name, p%[1]s.sex, p%[1]s.birth, p%[1]s.national_id, m%[1]s.relation, h%[1]s.id, h%[1]s.code, h%[1]s.village_id, h%[1]s.rev, coalesce(c%[1]s.full_name, ''), v%[1]s.path`
	query := `select ` + rank + `, d.state, d.score, d.reasons, d.found_at, coalesce(d.decided_by, ''), coalesce(d.decided_at, 0), d.reason` + fmt.Sprintf(of, "a") + fmt.Sprintf(of, "b") + suspicionFrom + where
	return tx.Each(query, args, func(r *sql.Rows) error {
		var one Suspicion
		var reasons string
		var pathA, pathB string
		n := 0
		dest := append([]any{&n, &one.State, &one.Score, &reasons, &one.FoundAt, &one.DecidedBy, &one.DecidedAt, &one.Why}, one.A.dest(&pathA)...)
		if err := r.Scan(append(dest, one.B.dest(&pathB)...)...); err != nil {
			return err
		}
		for code := range strings.SplitSeq(reasons, ",") {
			if code != "" {
				one.Reasons = append(one.Reasons, duplicate.Reason(code))
			}
		}
		one.A.hide(scope, pathA)
		one.B.hide(scope, pathB)
		if !one.Whole() {
			one.Reasons, one.DecidedBy, one.Why = nil, "", "" // they would tell of the other
		}
		do(one, n)
		return nil
	})
}

func (p *Suspect) dest(path *string) []any {
	return []any{&p.ID, &p.Person.FullName, &p.Person.Sex, &p.Person.Birth, &p.Person.NationalID, &p.Relation,
		&p.Household.ID, &p.Household.Code, &p.Household.VillageID, &p.Household.Rev, &p.Household.HeadName, path}
}

// hide leaves nothing of somebody outside the scope but the key of the pair.
func (p *Suspect) hide(scope area.Scope, path string) {
	p.Person.ID = p.ID
	if fields, covered := scope.FieldsAt(path); !covered || !fields.Has(area.FieldHousehold) {
		*p = Suspect{ID: p.ID, Elsewhere: true}
	}
}

// Decide records what people found out about a pair: one person, or two. Only
// whose scope covers both may; to the others a pair with somebody outside of it
// is not decidable. A decision may be changed, with a reason.
func (s *Store) Decide(ctx context.Context, by Actor, a, b PersonID, same bool, reason string) error {
	reason, err := typed.Account("reason", reason)
	switch {
	case err != nil:
		return err
	case reason == "":
		return invalid("reason", "household.pair_reason_missing")
	}
	state := PairDifferent
	if same {
		state = PairSame
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		one, err := s.suspicion(tx, by.Scope, a, b)
		if err != nil {
			return err
		}
		if !one.Whole() {
			return fault.New(fault.Conflict, "pair_elsewhere", text.T("household.pair_elsewhere"))
		}
		if one.State == state {
			return fault.New(fault.Conflict, "pair_decided", text.T("household.pair_decided"))
		}
		now := s.Now().UnixMilli()
		if _, err := tx.Exec(`update duplicate_pair set state = $1, decided_by = $2, decided_at = $3, reason = $4 where province_id = $5 and person_a = $6 and person_b = $7`,
			state, by.ID, now, reason, s.Province, string(a), string(b)); err != nil {
			return err
		}
		// It stands on the pages of both households.
		homes := []Suspect{one.A, one.B}
		if one.A.Household.ID == one.B.Household.ID {
			homes = homes[:1]
		}
		for _, h := range homes {
			other := one.B
			if h.ID == one.B.ID {
				other = one.A
			}
			err := journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "household.pair_" + state, Kind: "duplicate_pair", Record: key(string(a), string(b)), HouseholdID: string(h.Household.ID), AreaID: string(h.Household.VillageID), Reason: reason,
				Changes: []journal.Change{{Field: "pair_person", To: journal.Value(h.Person.FullName)}, {Field: "pair_other", To: journal.Value(other.Person.FullName)}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// decided says whether people have decided on the pair.
func decided(state string) bool { return state == PairSame || state == PairDifferent }

// pairState is the state of a pair, "" where there is none.
func (w *work) pairState(pair []string) (string, error) {
	v, err := w.rec.read("duplicate_pair", pair)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return v["state"], err
}
