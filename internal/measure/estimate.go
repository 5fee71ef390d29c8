package measure

import (
	"math/bits"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Result is what `giamngheo measure` prints; its JSON names are stable.
// A null is a number that does not exist (nobody is poor, nobody weighs), or,
// for standard errors, one that a full register does not have.
type Result struct {
	N        int                              `json:"n"` // units used
	Overall  []Estimate                       `json:"overall"`
	By       map[string]map[string][]Estimate `json:"by"`
	Missing  MissingNote                      `json:"missing"`
	Design   *DesignNote                      `json:"design"` // null: not a sample
	Weighted bool                             `json:"weighted"`
}

// MissingNote states what became of missing answers.
type MissingNote struct {
	Option      Missing        `json:"option"`
	Rows        int            `json:"rows"`         // units read
	WithMissing int            `json:"with_missing"` // units with any missing answer
	Dropped     int            `json:"dropped"`      // units left out for it
	Answers     map[string]int `json:"answers"`      // missing answers by indicator
}

// DesignNote states what the standard errors rest on.
type DesignNote struct {
	Strata    int       `json:"strata"`
	PSUs      int       `json:"psus"`
	DF        int       `json:"df"`
	T         *float64  `json:"t"` // the quantile used for the intervals
	Level     float64   `json:"level"`
	SinglePSU SinglePSU `json:"single_psu"`
}

// Estimate is the measure of one group of units at one cutoff.
type Estimate struct {
	K          int         `json:"k"`
	N          int         `json:"n"`
	Dropped    int         `json:"dropped"`
	Population float64     `json:"population"` // sum of the analysis weights
	H          *float64    `json:"H"`
	A          *float64    `json:"A"`
	M0         *float64    `json:"M0"`
	NobodyPoor bool        `json:"nobody_poor"` // why A is null
	SE         *Errors     `json:"se"`
	Interval   *Intervals  `json:"interval"`
	Indicators []Component `json:"indicators"`
	Dimensions []Dimension `json:"dimensions"`

	// Of a group only: its share of the population, and of the whole's M0.
	PopulationShare *float64 `json:"population_share,omitempty"`
	Contribution    *float64 `json:"contribution,omitempty"`

	// With bounds only: the same with every missing answer read as deprived.
	// H, M0 and the headcounts lie between the two for any true answers; A
	// need not.
	Upper *Estimate `json:"upper,omitempty"`
}

// Component is one indicator's part. Contribution is null when nobody is poor.
type Component struct {
	Code         string   `json:"code"`
	Uncensored   *float64 `json:"uncensored"`
	Censored     *float64 `json:"censored"`
	Contribution *float64 `json:"contribution"`
	SEUncensored *float64 `json:"se_uncensored,omitempty"`
	SECensored   *float64 `json:"se_censored,omitempty"`
}

// Dimension is the sum of its indicators' contributions.
type Dimension struct {
	Code         string   `json:"code"`
	Contribution *float64 `json:"contribution"`
}

// Errors are standard errors.
type Errors struct {
	H  *float64 `json:"H"`
	A  *float64 `json:"A"`
	M0 *float64 `json:"M0"`
}

// Intervals are confidence intervals by the logit; null where the share is 0
// or 1, or the degrees of freedom are none.
type Intervals struct {
	H  *[2]float64 `json:"H"`
	A  *[2]float64 `json:"A"`
	M0 *[2]float64 `json:"M0"`
}

// tally is the sums of one group at one cutoff, from which every figure is a
// ratio: rates come from counts, never from rates.
type tally struct {
	units    int
	weight   sum   // Σ p
	poor     sum   // Σ p ρ
	score    sum   // Σ p ρ c
	deprived []sum // Σ p g_j
	censored []sum // Σ p ρ g_j
}

// sum adds with Neumaier's correction, so that a total hardly depends on the
// order of the units; whole numbers below 2^53 are exact.
type sum struct{ total, lost float64 }

func (s *sum) add(x float64) {
	t := s.total + x
	if abs(s.total) >= abs(x) {
		s.lost += (s.total - t) + x
	} else {
		s.lost += (x - t) + s.total
	}
	s.total = t
}

func (s sum) value() float64 { return s.total + s.lost }

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

func newTallies(groups, indicators int) []tally {
	out := make([]tally, groups)
	sums := make([]sum, 2*groups*indicators)
	for g := range out {
		out[g].deprived, sums = sums[:indicators:indicators], sums[indicators:]
		out[g].censored, sums = sums[:indicators:indicators], sums[indicators:]
	}
	return out
}

func (t *tally) add(profile uint64, score, k int, p float64) {
	t.units++
	t.weight.add(p)
	poor := score >= k
	if poor {
		t.poor.add(p)
		t.score.add(p * float64(score))
	}
	for rest := profile; rest != 0; rest &= rest - 1 {
		j := bits.TrailingZeros64(rest)
		t.deprived[j].add(p)
		if poor {
			t.censored[j].add(p)
		}
	}
}

// Estimate measures the sample, as a whole and by each column of By. It costs
// one pass over the units for each cutoff and column, two with standard
// errors.
func (s *Sample) Estimate() (*Result, error) {
	if len(s.deprived) == 0 {
		return nil, badData("measure.csv.all_dropped", "rows", s.rows)
	}
	result := &Result{
		N: len(s.deprived), By: map[string]map[string][]Estimate{}, Weighted: s.spec.Weight != "",
		Missing: MissingNote{
			Option: s.spec.Missing, Rows: s.rows, WithMissing: s.withMissing, Dropped: s.dropped, Answers: map[string]int{},
		},
	}
	for j, indicator := range s.spec.Indicators {
		result.Missing.Answers[indicator.Code] = s.missingByIndex[j]
	}
	design, err := s.design()
	if err != nil {
		return nil, err
	}
	if design != nil {
		result.Design = &design.note
	}
	whole := breakdown{of: make([]int32, len(s.deprived)), names: []string{""}, dropped: []int{s.dropped}}
	overall := s.estimate(design, whole)[0]
	if overall[0].Population == 0 {
		return nil, fault.New(fault.Invalid, "measure_data", text.T("measure.csv.no_weight", "column", s.spec.Weight))
	}
	result.Overall = overall
	for _, by := range s.by {
		groups := map[string][]Estimate{}
		for g, estimates := range s.estimate(design, by) {
			for i := range estimates {
				shareOf(&estimates[i], &overall[i])
			}
			groups[by.names[g]] = estimates
		}
		result.By[by.column] = groups
	}
	return result, nil
}

// shareOf fills ν_l and ν_l M0_l / M0.
func shareOf(group, whole *Estimate) {
	group.PopulationShare = ratio(group.Population, whole.Population)
	if group.M0 != nil && whole.M0 != nil {
		group.Contribution = ratio(*group.PopulationShare**group.M0, *whole.M0)
	} else if whole.M0 != nil && *whole.M0 > 0 {
		group.Contribution = pointer(0) // a group without weight adds nothing
	}
	if group.Upper != nil {
		shareOf(group.Upper, whole.Upper)
	}
}

// estimate gives, for each group of a breakdown, one estimate a cutoff.
func (s *Sample) estimate(design *design, by breakdown) [][]Estimate {
	out := s.read(design, by, s.deprived)
	if s.spec.Missing != Bounds {
		return out
	}
	most := s.deprived
	if s.unknown != nil {
		most = make([]uint64, len(s.deprived))
		for i := range most {
			most[i] = s.deprived[i] | s.unknown[i]
		}
	}
	for g, upper := range s.read(design, by, most) {
		for i := range upper {
			out[g][i].Upper = &upper[i]
		}
	}
	return out
}

// read estimates with the profiles given: one reading of the missing answers.
func (s *Sample) read(design *design, by breakdown, profiles []uint64) [][]Estimate {
	out := make([][]Estimate, len(by.names))
	scores := make([]int, len(profiles))
	for i, profile := range profiles {
		scores[i] = score(profile, s.spec.Indicators)
	}
	for _, k := range s.spec.Cutoffs {
		tallies := newTallies(len(by.names), len(s.spec.Indicators))
		for i, profile := range profiles {
			tallies[by.of[i]].add(profile, scores[i], k, s.weightOf(i))
		}
		at := len(out[0])
		for g := range tallies {
			e := tallies[g].estimate(s.spec.Indicators, k)
			e.Dropped = by.dropped[g]
			out[g] = append(out[g], e)
		}
		if design != nil {
			design.errors(s, by, profiles, scores, k, func(g int) *Estimate { return &out[g][at] })
		}
	}
	return out
}

// score is the weighted sum of the deprivations, in the units of the weights.
func score(profile uint64, indicators []Indicator) int {
	total := 0
	for rest := profile; rest != 0; rest &= rest - 1 {
		total += indicators[bits.TrailingZeros64(rest)].Weight
	}
	return total
}

// estimate turns sums into the figures of Alkire and Foster.
func (t *tally) estimate(indicators []Indicator, k int) Estimate {
	total := 0
	for _, indicator := range indicators {
		total += indicator.Weight
	}
	w := float64(total)
	people, poor, score := t.weight.value(), t.poor.value(), t.score.value()
	e := Estimate{
		K: k, N: t.units, Population: people, NobodyPoor: people > 0 && poor == 0,
		H: ratio(poor, people), A: ratio(score, w*poor), M0: ratio(score, w*people),
	}
	for j, indicator := range indicators {
		e.Indicators = append(e.Indicators, Component{
			Code:         indicator.Code,
			Uncensored:   ratio(t.deprived[j].value(), people),
			Censored:     ratio(t.censored[j].value(), people),
			Contribution: ratio(float64(indicator.Weight)*t.censored[j].value(), score),
		})
	}
	e.Dimensions = dimensions(indicators, func(j int) float64 { return t.censored[j].value() }, score)
	return e
}

// dimensions adds the contributions of the indicators of each dimension, in
// the order in which dimensions first appear.
func dimensions(indicators []Indicator, censored func(j int) float64, score float64) []Dimension {
	var out []Dimension
	at := map[string]int{}
	var sums []sum
	for j, indicator := range indicators {
		i, ok := at[indicator.Dimension]
		if !ok {
			i = len(out)
			at[indicator.Dimension] = i
			out = append(out, Dimension{Code: indicator.Dimension})
			sums = append(sums, sum{})
		}
		sums[i].add(float64(indicator.Weight) * censored(j))
	}
	for i := range out {
		out[i].Contribution = ratio(sums[i].value(), score)
	}
	return out
}

// ratio is null where its denominator is nothing.
func ratio(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	return pointer(part / whole)
}

func pointer(x float64) *float64 { return &x }
