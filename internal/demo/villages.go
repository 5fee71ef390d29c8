package demo

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/standard"
)

// settle makes the villages of the communes and follows them through all the
// changes that the law's tables know: where a commune is divided it says
// which part each village went to, in proportion to the parts' people.
func (g *generator) settle() error {
	start := g.first
	names := map[area.ID]*namesUsed{}
	var versions []area.Version
	for _, c := range g.communes {
		heir := g.lastHeir(c.id, start)
		if names[heir] == nil {
			names[heir] = &namesUsed{seen: map[string]bool{}, numbers: map[string]int{}}
		}
		rule := g.villageRule(c)
		for i := range g.villagesOf(c) {
			v := area.Version{Area: area.ID(fmt.Sprintf("%s-%02d", c.code, i+1)), From: start, Level: area.Village, Code: fmt.Sprintf("%s%02d", c.code, i+1),
				Type: rule.Type, Parent: c.id}
			v.Name = names[heir].next(rule, g.random(c.code, "village"+strconv.Itoa(i)).IntN(1<<20))
			v.FullName = g.word(rule.Type) + " " + v.Name
			versions = append(versions, v)
			c.villages = append(c.villages, &village{id: v.Area})
		}
	}
	if err := g.follow(versions); err != nil {
		return err
	}
	for _, c := range g.communes {
		for _, v := range c.villages {
			for y := range years {
				at, ok := g.tree.Ancestor(v.id, g.boundaryDay(y), area.Commune)
				if !ok {
					return fmt.Errorf("demo: %s lies in no commune in %d", v.id, firstYear+y)
				}
				v.commune[y], v.urban[y] = at.Area, standard.Rural
				if at.Urban {
					v.urban[y] = standard.Urban
				}
			}
		}
	}
	return nil
}

// villagesOf says how many villages a commune has: as many as in the whole
// province, as long as each has people enough.
func (g *generator) villagesOf(c *commune) int {
	p := &g.d.people
	whole := float64(c.households[0]) / float64(g.households) * float64(g.d.figures[0].households)
	return max(1, min(int(math.Round(whole/float64(p.VillageHouseholds))), c.households[0]/p.VillageAverage))
}

func (g *generator) villageRule(c *commune) villageRule {
	for _, r := range g.d.names.Villages {
		if r.Commune == c.kind && (slices.Contains(r.Zones, c.zone) || slices.Contains(r.Zones, "any")) {
			return r
		}
	}
	return villageRule{Type: "thon", Numbered: true}
}

func (g *generator) word(kind string) string {
	for _, t := range g.law.Types() {
		if t.ID == kind {
			return t.Word
		}
	}
	return kind
}

// lastHeir is the unit in which the commune lies in the end. Villages that
// will be neighbours there have different names from the beginning.
func (g *generator) lastHeir(id area.ID, from string) area.ID {
	if parts := g.law.Successors(id, from, g.last); len(parts) > 0 {
		return parts[0].Area
	}
	return id
}

type namesUsed struct {
	seen    map[string]bool
	numbers map[string]int
}

func (n *namesUsed) next(rule villageRule, chance int) string {
	for i := range rule.Names {
		name := rule.Names[(chance+i)%len(rule.Names)]
		if !n.seen[name] {
			n.seen[name] = true
			return name
		}
	}
	n.numbers[rule.Type]++
	return strconv.Itoa(n.numbers[rule.Type])
}

// follow records, for each division in time, where its villages went.
func (g *generator) follow(versions []area.Version) error {
	tree, err := g.law.WithVillages(versions)
	if err != nil {
		return err
	}
	for _, day := range g.divisions() {
		lost := map[area.ID][]area.Version{}
		var order []area.ID
		for _, v := range tree.UnplacedVillages(day) {
			before, ok := tree.Ancestor(v.Area, area.DayBefore(day), area.Commune)
			if !ok {
				return fmt.Errorf("demo: %s was in no commune before %s", v.Area, day)
			}
			if lost[before.Area] == nil {
				order = append(order, before.Area)
			}
			lost[before.Area] = append(lost[before.Area], v)
		}
		if len(order) == 0 {
			continue
		}
		var recorded []area.Version
		for _, id := range order {
			recorded = append(recorded, g.divide(tree, id, day, lost[id])...)
		}
		if tree, err = tree.WithVillages(recorded); err != nil {
			return err
		}
	}
	g.tree = tree
	for _, c := range g.communes {
		for _, v := range c.villages {
			g.areas = append(g.areas, tree.History(v.id)...)
		}
	}
	return nil
}

// divisions are the days on which communes were divided, in order.
func (g *generator) divisions() []string {
	var days []string
	for _, v := range g.law.Versions() {
		for _, e := range g.law.After(v.Area) {
			if e.Kind == "split" && !slices.Contains(days, e.Day) {
				days = append(days, e.Day)
			}
		}
	}
	slices.Sort(days)
	return days
}

func (g *generator) divide(tree *area.Tree, commune area.ID, day string, villages []area.Version) []area.Version {
	parts := tree.Successors(commune, area.DayBefore(day), day)
	weights := make([]float64, len(parts))
	for i, p := range parts {
		weights[i] = 1 / float64(len(parts)) // where no source says
		if p.People.Known {
			weights[i] = p.People.Value
		}
	}
	var recorded []area.Version
	next := 0
	for i, n := range share(len(villages), weights, all(len(parts), 0), all(len(parts), len(villages))) {
		for range n {
			now := villages[next]
			next++
			for _, v := range tree.History(now.Area) {
				if v.From < day {
					v.To = minDay(v.To, day)
					recorded = append(recorded, v)
				}
			}
			now.From, now.To, now.Parent = day, "", parts[i].Area
			recorded = append(recorded, now)
		}
	}
	return recorded
}

func minDay(a, b string) string {
	if a == "" || b < a {
		return b
	}
	return a
}

// countDay is the day of a round on which households are counted, boundaryDay
// that of its areas: the first of which the tables know, for the first round.
func countDay(y int) string { return strconv.Itoa(firstYear+y) + "-12-31" }

func (g *generator) boundaryDay(y int) string { return max(countDay(y), g.first) }
