package exchange

import (
	"database/sql"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// listed is a household as the round has it.
type listed struct {
	household.Household
	groups  []string
	members []household.Member
	answers []review.RosterMember // of the members; empty where nobody was asked
	a       *review.Assessment    // nil where it was not surveyed
	before  string                // class before the round
}

// each goes through those whom the round counts in the village: who was judged
// there, else who lived there on the count day. One who had left the register
// until then is in no table of the round and not in its file.
func (e *export) each(tx *db.Tx, v area.Version, f func(*listed) error) error {
	ids, err := e.candidates(tx, v.Area)
	if err != nil {
		return err
	}
	if e.only != nil {
		ids = slices.DeleteFunc(ids, func(id household.ID) bool { return !e.only[id] })
	}
	for part := range slices.Chunk(ids, batchRows) {
		p, err := e.s.judgedOn(tx, e.round, part, e.day)
		if err != nil {
			return err
		}
		for _, id := range part {
			if h := p.listed(id); h != nil && p.place(id) == v.Area {
				if err := f(h); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// candidates are those who live or lived in the village, by their codes.
func (e *export) candidates(tx *db.Tx, village area.ID) ([]household.ID, error) {
	var ids []household.ID
	have := map[household.ID]bool{}
	err := tx.Each(`select h.code, h.id from household h where h.province_id = $1 and h.village_id = $2
		union select h.code, h.id from residence r join household h on h.province_id = r.province_id and h.id = r.household_id
			where r.province_id = $1 and r.village_id = $2 and r.to_day <> '9999-12-31' order by 1`, []any{e.s.Province, string(village)}, func(r *sql.Rows) error {
		var code string
		var id household.ID
		err := r.Scan(&code, &id)
		ids, have[id] = append(ids, id), true
		return err
	})
	return ids, err
}

// judgedPage is what is known of some households as a round judged them.
type judgedPage struct {
	round     review.Round
	household map[household.ID]household.Household
	members   map[household.ID][]household.Member
	homes     map[household.ID]area.ID
	standing  *review.Standing
	frozen    map[household.ID]review.Judged
	former    map[household.PersonID]household.Person // of rosters, members no more on the day
}

func (s *Store) judgedOn(tx *db.Tx, round review.Round, ids []household.ID, day string) (*judgedPage, error) {
	p := &judgedPage{round: round}
	var err error
	if p.household, err = s.Households.Many(tx, ids); err != nil {
		return nil, err
	}
	if p.members, err = s.Households.MembersOfMany(tx, ids, day); err != nil {
		return nil, err
	}
	if p.homes, err = s.Households.HomesOn(tx, ids, day); err != nil {
		return nil, err
	}
	if p.standing, err = s.Reviews.StandingOfMany(tx, round, ids); err != nil {
		return nil, err
	}
	if p.frozen, err = s.Reviews.JudgedMany(tx, round, ids); err != nil {
		return nil, err
	}
	var former []household.PersonID
	for _, id := range ids {
		a := p.standing.Current(id)
		if a == nil {
			continue
		}
		for _, m := range a.Roster {
			if !slices.ContainsFunc(p.members[id], func(o household.Member) bool { return o.ID == m.Person }) {
				former = append(former, m.Person)
			}
		}
	}
	p.former, err = s.Households.PersonsOfMany(tx, former)
	return p, err
}

// place is the village that the round has the household in, "" for none.
func (p *judgedPage) place(id household.ID) area.ID {
	home, counted := p.homes[id]
	if p.round.State == review.Closed {
		var j review.Judged
		j, counted = p.frozen[id]
		home = j.Village
	}
	if !counted {
		return ""
	}
	if a := p.standing.Current(id); a != nil {
		return a.Village
	}
	return home
}

// listed gives the household as the round has it, nil where there is none.
func (p *judgedPage) listed(id household.ID) *listed {
	h, ok := p.household[id]
	if !ok {
		return nil
	}
	l := &listed{Household: h, groups: h.PolicyGroups, members: p.members[id], a: p.standing.Current(id)}
	frozen, closed := p.frozen[id]
	if closed && !sameSet(frozen.Policy, h.PolicyGroups) {
		l.groups = frozen.Policy
	}
	l.before = p.before(id, l.a)
	if l.a != nil {
		l.members, l.answers = p.roster(l.a, l.members), l.a.Roster
	}
	if i := slices.IndexFunc(l.members, func(m household.Member) bool { return m.Relation == "head" }); i >= 0 && closed && l.members[i].Ethnic != frozen.Ethnic {
		l.members = slices.Clone(l.members)
		l.members[i].Ethnic = frozen.Ethnic
	}
	return l
}

// roster gives the members as the household was judged on: names, days of
// birth, sexes and relations as they stood then, the rest as the registry has it.
func (p *judgedPage) roster(a *review.Assessment, members []household.Member) []household.Member {
	list := make([]household.Member, len(a.Roster))
	for i, r := range a.Roster {
		list[i].Person = p.former[r.Person]
		for _, m := range members {
			if m.ID == r.Person {
				list[i] = m
			}
		}
		m := &list[i]
		m.ID, m.FullName, m.Birth, m.Sex, m.Relation = r.Person, r.Name, r.Birth, r.Sex, r.Relation
	}
	return list
}

// before is the class before the round: what the registry holds, else what the
// form or a file states. A closed round keeps to the transition it recorded.
func (p *judgedPage) before(id household.ID, a *review.Assessment) string {
	day, stated := p.round.ClassFrom, p.standing.Stated(id)
	if a != nil {
		day, stated = p.round.AsOf(a), a.Detail.Before
	}
	class, known := p.standing.Before(id, day)
	if known {
		stated = class.String()
	}
	if a != nil && p.round.State == review.Closed && a.Transition != "" {
		if said, _ := standard.ParseClass(stated); review.TransitionFrom(said, a.Class) != a.Transition {
			return beforeOf[a.Transition]
		}
	}
	return stated
}

// beforeOf tells what a transition code says of the class before; of one that
// was neither poor nor near-poor it says no more than that.
var beforeOf = map[string]string{"1": standard.Poor.String(), "4": standard.Poor.String(), "2": standard.NearPoor.String(), "5": standard.NearPoor.String()}

// shownTicks are the boxes of the form. An answer that was derived when the
// form was judged, and would not be on the day of the round, stands as a tick:
// it decided.
func shownTicks(a *review.Assessment, set *standard.Set, day string) string {
	again := *a
	if err := again.Judge(set, day); err != nil || again.Answers == a.Answers {
		return a.Ticked
	}
	letters := []byte(a.Ticked)
	for i := range letters {
		if letters[i] == '-' && i < len(a.Answers) && a.Answers[i] != again.Answers[i] {
			letters[i] = a.Answers[i]
		}
	}
	return string(letters)
}

func sameSet(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}
