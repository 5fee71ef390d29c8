package verification

// Form is what one survey found of a household.
type Form struct {
	Class   int    // place in the ordered list of classes, poorest first; -1: undetermined
	Points  *int   // nil: not known
	Answers string // one letter an indicator: 1 deprived, 0 not, - unknown
}

// Pair is a household surveyed twice.
type Pair struct {
	Stratum       string
	First, Second Form
}

// Agreement compares the first survey with the second.
type Agreement struct {
	Pairs        int
	Undetermined int // pairs of which one form leads to no class: in no figure on classes
	Changes      Table
	Weighted     [][]float64 // the same, weighed up to the frame
	Classes      Kappa
	Ordered      Kappa // linear weights: from poor to near-poor is nearer than from poor to neither
	Points       Differences
	Indicators   []IndicatorAgreement

	SameClass     Share // of all: the class stays
	PoorConfirmed Share // of those first found poor: poor again
	PoorMissed    Share // of those found poor the second time: not poor the first
	Poor          Share // of all: poor by the second survey; its total is what the frame would have
}

// IndicatorAgreement is how one answer agrees.
type IndicatorAgreement struct {
	Kappa
	OnlyFirst  int // deprived by the first form alone
	OnlySecond int
	Unknown    int // pairs of which one form has no answer
}

// Agree compares the pairs. classes is how many there are, 0 being poor;
// indicators how many letters the answers have; step that of the points.
func Agree(pairs []Pair, strata []Stratum, classes, indicators, step int, confidence float64) Agreement {
	out := Agreement{Pairs: len(pairs), Changes: NewTable(classes), Weighted: make([][]float64, classes)}
	for i := range out.Weighted {
		out.Weighted[i] = make([]float64, classes)
	}
	weight := weights(pairs, strata)
	var same, confirmed, missed, poor []Answered
	var first, second []int
	tables := make([]Table, indicators)
	out.Indicators = make([]IndicatorAgreement, indicators)
	for i := range tables {
		tables[i] = NewTable(2)
	}
	for _, p := range pairs {
		if p.First.Points != nil && p.Second.Points != nil {
			first, second = append(first, *p.First.Points), append(second, *p.Second.Points)
		}
		for i := range indicators {
			out.Indicators[i].enter(tables[i], letter(p.First.Answers, i), letter(p.Second.Answers, i))
		}
		a, b := p.First.Class, p.Second.Class
		if a < 0 || b < 0 {
			out.Undetermined++
			continue
		}
		out.Changes[a][b]++
		out.Weighted[a][b] += weight[p.Stratum]
		answer := func(list *[]Answered, y, x bool) {
			*list = append(*list, Answered{p.Stratum, one(y && x), one(x)})
		}
		answer(&same, a == b, true)
		answer(&confirmed, b == 0, a == 0)
		answer(&missed, a != 0, b == 0)
		answer(&poor, b == 0, true)
	}
	out.Classes = out.Changes.Kappa(Same, confidence)
	out.Ordered = out.Changes.Kappa(Linear, confidence)
	out.Points = Compare(first, second, step, confidence)
	for i := range tables {
		out.Indicators[i].Kappa = tables[i].Kappa(Same, confidence)
	}
	out.SameClass = Estimate(strata, same, confidence)
	out.PoorConfirmed = Estimate(strata, confirmed, confidence)
	out.PoorMissed = Estimate(strata, missed, confidence)
	out.Poor = Estimate(strata, poor, confidence)
	return out
}

// weights gives for how many households of its stratum a pair with a class
// stands.
func weights(pairs []Pair, strata []Stratum) map[string]float64 {
	n := map[string]int{}
	for _, p := range pairs {
		if p.First.Class >= 0 && p.Second.Class >= 0 {
			n[p.Stratum]++
		}
	}
	out := map[string]float64{}
	for _, s := range strata {
		if n[s.Name] > 0 {
			out[s.Name] = float64(s.Size) / float64(n[s.Name])
		}
	}
	return out
}

func (a *IndicatorAgreement) enter(t Table, first, second byte) {
	switch {
	case first == '-' || second == '-':
		a.Unknown++
		return
	case first > second:
		a.OnlyFirst++
	case second > first:
		a.OnlySecond++
	}
	t['1'-first]['1'-second]++
}

func letter(answers string, i int) byte {
	if i < len(answers) && (answers[i] == '0' || answers[i] == '1') {
		return answers[i]
	}
	return '-'
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
