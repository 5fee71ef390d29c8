package sponsor

import (
	"slices"
	"strings"

	"giamngheo/internal/area"
)

// Place is promised against result of all that lies in one place: what a report
// of many sponsors begins with, before it is opened down to the promises.
type Place struct {
	Area     area.ID
	Sponsors int // sponsorships of which the report speaks
	Silent   int // of these, without a promise
	Promises int
	Reported int
	// Money and GotMoney are of promises within the years of the report; Longer
	// counts those that reach beyond them and are not added up.
	Money, GotMoney Sum
	Longer          int
}

// Places draws the sponsored units of a report together into the places in which
// they lie, in their order; nothing of an agency's own field, which lies in none.
func (rep Report) Places(in func(unit area.ID) area.ID) (list []Place) {
	at := func(unit area.ID) *Place {
		where := in(unit)
		i := slices.IndexFunc(list, func(p Place) bool { return p.Area == where })
		if i < 0 {
			i = len(list)
			list = append(list, Place{Area: where})
		}
		return &list[i]
	}
	counted := map[string]bool{}
	for _, l := range rep.ByUnit {
		p := at(l.Area)
		if !counted[l.Sponsor] {
			counted[l.Sponsor] = true
			p.Sponsors++
		}
		p.Promises, p.Reported = p.Promises+l.Promises, p.Reported+l.Reported
		if l.Years.From != 0 {
			p.Longer += l.Promises
			continue
		}
		p.Money, p.GotMoney = p.Money.plus(l.Money), p.GotMoney.plus(l.GotMoney)
	}
	for _, s := range rep.Silent {
		p := at(s.Area)
		p.Sponsors, p.Silent = p.Sponsors+1, p.Silent+1
	}
	slices.SortStableFunc(list, func(a, b Place) int { return strings.Compare(string(a.Area), string(b.Area)) })
	return list
}

func (s Sum) plus(o Sum) Sum { return Sum{s.N + o.N, s.Known + o.Known, s.Of + o.Of} }

// Kept is how many promises the report speaks of, and of how many something
// came, those of the agencies' own fields among them.
func (rep Report) Kept() (promises, reported int) {
	for _, l := range rep.ByIndicator {
		promises, reported = promises+l.Promises, reported+l.Reported
	}
	return promises, reported
}
