package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

// generator makes one province. The same number of households and the same
// seed make the same, whatever the machine.
type generator struct {
	province   string
	law        *area.Tree // without villages
	d          *data
	households int
	seed       uint64
	officials  []Official

	first, last  string // of the area tables
	tree         *area.Tree
	areas        []area.Version
	communes     []*commune
	names        map[string]*nameList
	rounds       [years]*round
	lackRules    [lacks]*deprivationRule
	causeOrder   []string
	squareMetres int
	bornFrom     int
	operation    string

	// What moves on while communes are made one after the other.
	at       int // the commune
	arriving [years]map[*commune][]*home
	epoch    int64
	ids      uint64
	entries  uint64
	codes    int
	persons  int
	listed   int
	recorded [years]int
	numbers  []knownNumber
	pairs    [][2]string // persons with one national ID
	out      *batch
}

// round with what its standard says.
type round struct {
	round review.Round
	set   *standard.Set
	lines [2][3]int // points: the poor line, the near-poor line; by area type
	step  int
	blank string
}

func newGenerator(deps Deps, o Options) (*generator, error) {
	d, err := readData(law.Files, firstYear, lastYear)
	if err != nil {
		return nil, err
	}
	g := &generator{province: deps.Province, law: deps.Tree(), d: d, households: o.Households, officials: o.Officials, seed: mix(o.Seed) ^ mix(uint64(o.Households)),
		names: d.nameLists(), epoch: instant(listDay).UnixMilli(), out: newBatch()}
	g.first, g.last = span(g.law)
	for y := range years {
		g.arriving[y] = map[*commune][]*home{}
		if g.rounds[y], err = g.newRound(deps.Law, y); err != nil {
			return nil, err
		}
	}
	for _, c := range deps.Law.Causes.Causes {
		g.causeOrder = append(g.causeOrder, c.Code)
	}
	g.operation = g.id()
	if err := g.readCutoffs(); err != nil {
		return nil, err
	}
	if err := g.checkNames(); err != nil {
		return nil, err
	}
	return g, g.plan()
}

func (g *generator) newRound(lib *standard.Library, y int) (*round, error) {
	year := firstYear + y
	set, err := lib.ForRound(year)
	if err != nil {
		return nil, err
	}
	o := &round{set: set, step: 1, round: review.Round{ID: strconv.Itoa(year), Kind: review.Yearly, Year: year, Standard: set.ID, CountDay: countDay(y),
		BoundaryDay: g.boundaryDay(y), ClassFrom: strconv.Itoa(year+1) + "-01-01", State: review.Closed, Rev: 2,
		OpenedAt: instant(strconv.Itoa(year) + "-09-01").UnixMilli(), ClosedAt: instant(strconv.Itoa(year) + "-12-10").UnixMilli()}}
	if year == lastYear {
		o.round.State, o.round.ClosedAt, o.round.Rev = review.Open, 0, 1
	}
	if set.Score.Step != nil {
		o.step = int(set.Score.Step.Value)
	}
	n := 0
	for _, line := range set.Lines {
		if line.Score == nil {
			continue
		}
		if n < len(o.lines) {
			o.lines[n] = [3]int{standard.Rural: int(line.Score.Rural.Value), standard.Urban: int(line.Score.Urban.Value)}
		}
		n++
	}
	if n != len(o.lines) {
		return nil, fmt.Errorf("demo: %s has %d lines in points", set.ID, n)
	}
	for range set.Indicators {
		o.blank += "-"
	}
	return o, nil
}

// readCutoffs takes from the standard what the answers must follow.
func (g *generator) readCutoffs() error {
	for _, indicator := range g.rounds[0].set.Indicators {
		if indicator.Derive == nil {
			return fmt.Errorf("demo: %s is not derived", indicator.Code)
		}
		g.squareMetres = max(g.squareMetres, indicator.Derive.SquareMetres)
		g.bornFrom = max(g.bornFrom, indicator.Derive.BornFrom)
	}
	for i, code := range lackCodes {
		for j := range g.d.poverty.Deprivations {
			if g.d.poverty.Deprivations[j].Code == code {
				g.lackRules[i] = &g.d.poverty.Deprivations[j]
			}
		}
		if g.lackRules[i] == nil {
			return fmt.Errorf("law/demo/poverty.yaml: %s is missing", code)
		}
	}
	return nil
}

// batchRows is how many rows are handed on at once.
const batchRows = 20000

// run makes commune after commune and hands the rows on.
func (g *generator) run(ctx context.Context, emit func(*batch) error) error {
	done := 0
	flush := func() error {
		b := g.out
		done += b.done
		b.done = done
		g.out = newBatch()
		return emit(b)
	}
	for i, c := range g.communes {
		if err := ctx.Err(); err != nil {
			return err
		}
		g.at = i
		if err := g.make(c); err != nil {
			return err
		}
		if g.out.rows() >= batchRows {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// make lets one commune live through all years and writes it down.
func (g *generator) make(c *commune) error {
	s := g.scene(c)
	g.recorded = [years]int{}
	s.settle()
	for y := range years {
		if y > 0 {
			s.live(y)
		}
		if len(s.homes) != c.households[y] {
			return fmt.Errorf("demo: %d households in %s in %d, not %d", len(s.homes), c.code, firstYear+y, c.households[y])
		}
		if err := s.review(y); err != nil {
			return err
		}
	}
	for _, h := range append(s.gone, s.homes...) {
		if err := g.out.home(g, h); err != nil {
			return err
		}
	}
	for _, p := range s.persons {
		if p.home == nil || slices.Contains(c.villages, p.home.village) { // else it is written where it went
			g.out.person(p)
		}
	}
	for _, v := range c.villages {
		g.out.village(g, v)
	}
	return nil
}
