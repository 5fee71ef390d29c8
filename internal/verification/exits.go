package verification

import "math"

// Exit is a household that left the list of poor or near-poor households, or
// passed from poor to near-poor.
type Exit struct {
	Household  string
	Unchanged  bool   // no answer differs from last year's form, points apart
	SurveyedOn string // "" where the form does not say
}

// Pattern is something in a commune's exits that is worth a question.
type Pattern struct {
	Count      int // exits that show it
	Of         int // exits looked at
	Households []string
	Day        string   // of exits on one day
	P          *float64 // where chance has a part
	Q          *float64
	Flagged    bool
}

// AtLeast is from when on a pattern is asked about: so many households, and so
// large a part of those looked at.
type AtLeast struct {
	Count int
	Share float64
}

func (a AtLeast) met(count, of int) bool {
	return count > 0 && count >= a.Count && float64(count) >= a.Share*float64(of)
}

// Unchanged finds the exits in which no answer changed: only the points did, or
// nothing.
func Unchanged(exits []Exit, from AtLeast) Pattern {
	p := Pattern{Of: len(exits)}
	for _, e := range exits {
		if e.Unchanged {
			p.Households = append(p.Households, e.Household)
		}
	}
	p.Count = len(p.Households)
	p.Flagged = from.met(p.Count, p.Of)
	return p
}

// Surveys is a commune's exits and how many of its households were surveyed on
// which day.
type Surveys struct {
	Exits []Exit
	ByDay map[string]int
}

// OneDays finds in which communes the exits were all surveyed on one day
// although the survey went on over several. P is the probability that as many
// households, drawn at random from all those surveyed, would all fall on one day
// (hypergeometric, summed over the days); over the communes the false discovery
// rate is held at the level. Exits without a day count in Of alone.
func OneDays(communes []Surveys, from AtLeast, level float64) []Pattern {
	out := make([]Pattern, len(communes))
	var tested []int
	var p []float64
	for i, c := range communes {
		out[i] = oneDay(c)
		if out[i].P != nil {
			tested = append(tested, i)
			p = append(p, *out[i].P)
		}
	}
	for j, q := range FalseDiscovery(p) {
		one := &out[tested[j]]
		one.Q, one.Flagged = &q, q <= level && from.met(one.Count, one.Of)
	}
	return out
}

func oneDay(c Surveys) Pattern {
	p := Pattern{Of: len(c.Exits)}
	several, all := false, 0
	for _, e := range c.Exits {
		switch {
		case e.SurveyedOn == "":
			continue
		case p.Day == "":
			p.Day = e.SurveyedOn
		case p.Day != e.SurveyedOn:
			several = true
		}
		p.Households = append(p.Households, e.Household)
	}
	p.Count = len(p.Households)
	for _, n := range c.ByDay {
		all += n
	}
	if several {
		return Pattern{Of: p.Of}
	}
	if p.Count == 0 || c.ByDay[p.Day] < p.Count {
		return p
	}
	chance := 0.0
	for _, n := range c.ByDay {
		if n >= p.Count {
			chance += math.Exp(logChoose(n, p.Count) - logChoose(all, p.Count))
		}
	}
	p.P = pointer(min(1, chance))
	return p
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// Returned finds last year's exits that are poor or near-poor again.
func Returned(exitsLastYear int, back []string, from AtLeast) Pattern {
	p := Pattern{Count: len(back), Of: exitsLastYear, Households: back}
	p.Flagged = from.met(p.Count, p.Of)
	return p
}
