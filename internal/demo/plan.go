package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// The years of the demo: the rounds of the standard VN-2016 that the plan
// speaks of. It plays on today, and knows of nothing after lastEvent.
const (
	firstYear = 2015
	lastYear  = 2020
	years     = lastYear - firstYear + 1
	today     = "2020-12-20"
)

// commune is one commune with what is planned for it.
type commune struct {
	id       area.ID
	code     string
	kind     string // xa, phuong, thi-tran
	district string // code
	zone     string
	weight   float64

	households, poor, near [years]int
	villages               []*village
}

// village with where it lies in each round.
type village struct {
	id        area.ID
	commune   [years]area.ID
	urban     [years]standard.AreaType
	living    int // households now
	counted   [years][]review.Counted
	surveyors [years]string
}

// zones in the order in which they are filled: households move down the
// mountains and into the towns, never the other way, so that each commune
// can be finished before the next.
var zones = []string{"poor_mountain", "mountain", "coast", "plain", "urban"}

// plan works out for each commune how many households, poor and near-poor it
// has in each year, so that the province has exactly its totals.
func (g *generator) plan() error {
	all := g.listCommunes()
	chosen, least := g.choose(all)
	totals := g.totals()
	perVillage := g.d.people.VillageLeast
	g.communes = chosen
	for y := range years {
		weights, floors, caps := make([]float64, len(chosen)), make([]int, len(chosen)), make([]int, len(chosen))
		for i, c := range chosen {
			weights[i] = c.weight * math.Pow(g.d.people.Growth[c.zone], float64(y))
			caps[i] = math.MaxInt32
			floors[i] = least
			if y > 0 {
				floors[i] = max(perVillage*len(c.villages), least)
			}
		}
		for i, n := range share(totals[y].households, weights, floors, caps) {
			chosen[i].households[y] = n
		}
		if y == 0 {
			if err := g.settle(); err != nil {
				return err
			}
		}
	}
	for y := range years {
		g.planPoverty(y, totals[y])
	}
	return nil
}

// totals scales the province's figures to the demo's size. The first year's
// households are the number asked for.
func (g *generator) totals() [years]figure {
	var out [years]figure
	base := float64(g.d.figures[0].households)
	for y, f := range g.d.figures {
		scale := func(n int) int { return int(math.Round(float64(n) * float64(g.households) / base)) }
		out[y] = figure{year: f.year, households: scale(f.households), poor: scale(f.poor), near: scale(f.near), assumed: f.assumed}
	}
	return out
}

func (g *generator) listCommunes() []*commune {
	t := g.law
	day := g.first
	var list []*commune
	for _, v := range t.OfLevel(t.Roots(day)[0].Area, day, area.Commune) {
		district, _ := t.Ancestor(v.Area, day, area.District)
		c := &commune{id: v.Area, code: v.Code, kind: v.Type, district: district.Code, zone: "plain"}
		switch {
		case v.Type == "phuong" || v.Type == "thi-tran":
			c.zone = "urban"
			if t.Mark(v.Area, area.MarkMountain, day).Value == area.Yes {
				c.zone = "mountain"
			}
		case t.Mark(v.Area, area.MarkPoorDistrict, day).Value == area.Yes:
			c.zone = "poor_mountain"
		case t.Mark(v.Area, area.MarkMountain, day).Value == area.Yes:
			c.zone = "mountain"
		case t.Mark(v.Area, area.MarkCoastal, day).Value == area.Yes:
			c.zone = "coast"
		}
		r := g.random(c.code, "size")
		c.weight = g.d.people.CommuneSize[c.zone] * math.Exp(r.NormFloat64()*g.d.people.CommuneSpread)
		list = append(list, c)
	}
	sort.SliceStable(list, func(i, j int) bool { return slices.Index(zones, list[i].zone) < slices.Index(zones, list[j].zone) })
	return list
}

// span is the first day of which the tables know, and the last on which
// something changes.
func span(t *area.Tree) (first, last string) {
	for _, v := range t.Versions() {
		if first == "" || v.From < first {
			first = v.From
		}
		last = max(last, v.From)
	}
	return first, last
}

// choose takes all communes where each can have a village, else some of every
// kind of district; least is what each has then.
func (g *generator) choose(list []*commune) (chosen []*commune, least int) {
	least = g.d.people.VillageLeast
	if g.households >= least*len(list) {
		return list, least
	}
	most := max(1, g.households/(least+5))
	// In turn by zone, and within a zone by district.
	rank := map[*commune]int{}
	ofDistrict, ofZone := map[string]int{}, map[string]int{}
	byRank := slices.Clone(list)
	for _, c := range list {
		rank[c] = ofDistrict[c.zone+c.district] * 1000
		ofDistrict[c.zone+c.district]++
	}
	sort.SliceStable(byRank, func(i, j int) bool { return rank[byRank[i]] < rank[byRank[j]] })
	for _, c := range byRank {
		rank[c] = ofZone[c.zone]
		ofZone[c.zone]++
	}
	sort.SliceStable(byRank, func(i, j int) bool { return rank[byRank[i]] < rank[byRank[j]] })
	keep := map[*commune]bool{}
	for _, c := range byRank[:min(most, len(byRank))] {
		keep[c] = true
	}
	for _, c := range list {
		if keep[c] {
			chosen = append(chosen, c)
		}
	}
	return chosen, least
}

// planPoverty divides the province's poor and near-poor among the communes.
func (g *generator) planPoverty(y int, total figure) {
	p := &g.d.poverty
	n := len(g.communes)
	poor, near := make([]float64, n), make([]float64, n)
	caps := make([]int, n)
	for i, c := range g.communes {
		spread := g.random(c.code, "poverty").NormFloat64() * p.CommuneSpread
		drift := g.random(c.code, "drift"+string(rune('0'+y))).NormFloat64() * p.CommuneSpread / 4
		risk, nearRisk := p.Poor[c.zone], p.NearPoor[c.zone]
		for _, d := range p.District {
			if d.Code == c.district {
				risk, nearRisk = risk*d.Poor, nearRisk*d.NearPoor
			}
		}
		poor[i] = float64(c.households[y]) * risk * math.Exp(spread+drift)
		near[i] = float64(c.households[y]) * nearRisk * math.Exp((spread+drift)/2)
		caps[i] = int(float64(c.households[y]) * p.MostPoor)
	}
	for i, k := range share(total.poor, poor, all(n, 0), caps) {
		g.communes[i].poor[y] = k
		caps[i] = max(0, int(float64(g.communes[i].households[y])*p.MostBoth)-k)
	}
	for i, k := range share(total.near, near, all(n, 0), caps) {
		g.communes[i].near[y] = k
	}
}

// random gives the source of chance of one thing: the same for the same seed
// whatever else happens.
func (g *generator) random(parts ...string) *rand.Rand { return random(g.seed, parts...) }

func random(seed uint64, parts ...string) *rand.Rand {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
