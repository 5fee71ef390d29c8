package review

import (
	"errors"
	"slices"
	"strconv"
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

// ground is the state of all that a judgement rests on, in so few figures that
// one question reads them: nothing of it changes without one of them.
type ground struct {
	rounds  int64 // revisions of all rounds: opening and closing raise it
	rev     int64 // of the household: operations and imports raise it
	persons int64 // revisions of all who ever belonged to it
	inForce string
	village area.ID
	stated  string // its class before the round, as a file stated it
	signed  int64  // decisions about it: a chair's signature gives a form within the year its force
}

// standing is how many assessments a household has in force, and the newest.
func standing(n int, newest string) string { return strconv.Itoa(n) + " " + newest }

// ground reads it within the scope; absent and out of scope are one.
func (s *Store) ground(tx *db.Tx, by household.Actor, round string, id household.ID) (g ground, err error) {
	args := []any{s.Province, s.today(), string(id), round}
	condition := by.Scope.PathSQLFor("v.path", area.FieldHousehold, &args)
	err = tx.Get(`select h.rev, h.village_id,
			(select coalesce(sum(o.rev), 0) from round o where o.province_id = h.province_id),
			(select coalesce(sum(p.rev + 1), 0) from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
				where m.province_id = h.province_id and m.household_id = h.id),
			(select count(*) || ' ' || coalesce(max(f.assessment_id), '') from assessment_in_force f where f.province_id = h.province_id and f.household_id = h.id),
			coalesce((select t.class from stated_class t where t.province_id = h.province_id and t.household_id = h.id and t.round_id = $4), ''),
			(select count(*) from decision_item i where i.province_id = h.province_id and i.household_id = h.id) + (select count(*) from in_year_request q where q.province_id = h.province_id and q.household_id = h.id)
		from household h join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
		where h.province_id = $1 and h.id = $3 and `+condition, args, &g.rev, &g.village, &g.rounds, &g.persons, &g.inForce, &g.stated, &g.signed)
	if errors.Is(err, db.ErrNoRows) {
		if _, err := s.Round(tx, round); err != nil {
			return g, err
		}
		return g, household.NotFound()
	}
	return g, err
}

// basis is what a household is judged on in a round. It never changes.
type basis struct {
	ground
	household household.ID
	round     Round
	lapses    []string       // first days of the classes of yearly rounds that are closed
	day       string         // on which the roster is taken
	roster    []RosterMember // without answers
	at        area.ID        // where it lived on the day; "" if nowhere in the province
	code      string         // of the household, where at is ""
	list      []held         // its assessments in force
	last      *Assessment    // of the round before; nil if there is none
}

// basis gives it for a ground that was read in the same transaction: what is
// remembered where that is of the same ground, else from the database.
func (s *Store) basis(tx *db.Tx, g ground, round string, id household.ID) (*basis, error) {
	if b := s.bases.of(round, id); b != nil && b.ground == g && b.day == s.rosterDay(b.round) {
		return b, nil
	}
	b := &basis{ground: g, household: id}
	var err error
	if b.round, b.lapses, err = s.roundOf(tx, g.rounds, round); err != nil {
		return nil, err
	}
	b.day = s.rosterDay(b.round)
	if b.list, err = s.holding(tx, id, round); err != nil {
		return nil, err
	}
	if b.last, err = s.lastBefore(tx, id, b.round); err != nil {
		return nil, err
	}
	members, err := s.Households.MembersOn(tx, id, b.day)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		b.roster = append(b.roster, RosterMember{Person: m.ID, Name: m.FullName, Birth: m.Birth, Sex: m.Sex, Relation: m.Relation})
	}
	err = tx.Get(`select village_id from residence where province_id = $1 and household_id = $2 and from_day <= $3 and to_day > $3`, []any{s.Province, string(id), b.day}, &b.at)
	if errors.Is(err, db.ErrNoRows) {
		err = tx.Get(`select code from household where province_id = $1 and id = $2`, []any{s.Province, string(id)}, &b.code)
	}
	return b, err
}

func (s *Store) rosterDay(round Round) string { return min(round.CountDay, s.today()) }

// inRound gives the assessment in force in the round, zero if there is none,
// and those in force in others.
func (b *basis) inRound() (current held, others []held) {
	others = slices.Clone(b.list)
	if i := slices.IndexFunc(others, func(one held) bool { return one.Round == b.round.ID }); i >= 0 {
		current = others[i]
		others = slices.Delete(others, i, i+1)
	}
	return current, others
}

// followedBy is the basis after an assessment was put in force on it.
func (b *basis) followedBy(a *held, others []held) *basis {
	next := *b
	next.list = append(slices.Clone(others), *a)
	next.inForce = standing(len(next.list), a.ID)
	return &next
}

// knownRounds is the rounds as they were when their revisions had the sum.
type knownRounds struct {
	sum  int64
	list []Round
}

// roundOf gives a round, and the first days of the classes of yearly rounds
// that are closed.
func (s *Store) roundOf(tx *db.Tx, sum int64, id string) (round Round, lapses []string, err error) {
	known := s.known.Load()
	if known == nil || known.sum != sum {
		known = &knownRounds{sum: sum}
		if known.list, err = s.rounds(tx); err != nil {
			return round, nil, err
		}
		if tx.ReadOnly() { // else they may be undone yet
			s.known.Store(known)
		}
	}
	for _, o := range known.list {
		if o.ID == id {
			round = o
		}
		if o.Kind == Yearly && !o.Beside && o.State == Closed {
			lapses = append(lapses, o.ClassFrom)
		}
	}
	if round.ID == "" {
		round, err = s.Round(tx, id)
	}
	return round, lapses, err
}

// rememberedBases is for how many forms at most the bases are kept, some
// kilobytes each: what officers have open, and wrote last.
const rememberedBases = 16384

// bases remembers what forms were shown on, so that saving them need not read
// it again. It is never trusted: whoever writes compares the ground.
type bases struct {
	mu           sync.Mutex
	newer, older map[basisKey]*basis
}

type basisKey struct {
	round     string
	household household.ID
}

func (m *bases) of(round string, id household.ID) *basis {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := basisKey{round, id}
	if b := m.newer[key]; b != nil {
		return b
	}
	return m.older[key]
}

func (m *bases) remember(b *basis) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.newer == nil || len(m.newer) >= rememberedBases/2 {
		m.newer, m.older = map[basisKey]*basis{}, m.newer
	}
	m.newer[basisKey{b.round.ID, b.household}] = b
}
