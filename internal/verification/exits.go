package verification

import (
	"math"
	"slices"
)

// Exit is a household that left the list of poor or near-poor households, or
// passed from poor to near-poor.
type Exit struct {
	Household  string
	Changed    *bool  // an answer differs from the form before, points apart; nil where the two cannot be compared
	Village    string // as judged
	SurveyedOn string // "" where the form does not say
}

// Pattern is something in a commune's exits that is worth a question.
type Pattern struct {
	Count      int // exits that show it
	Of         int // exits looked at
	Unknown    int // exits of which it cannot be told: not among them
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
	var p Pattern
	for _, e := range exits {
		switch {
		case e.Changed == nil:
			p.Unknown++
			continue
		case !*e.Changed:
			p.Households = append(p.Households, e.Household)
		}
		p.Of++
	}
	p.Count = len(p.Households)
	p.Flagged = from.met(p.Count, p.Of)
	return p
}

// Surveyed is how many households of each village were surveyed on which day.
type Surveyed map[string]map[string]int

// Surveys is a commune's exits beside all that was surveyed in it.
type Surveys struct {
	Exits    []Exit
	Surveyed Surveyed
}

// OneDays finds in which communes the exits were surveyed on one day although
// the survey went on over several. It looks at the day on which most were: a
// single exit put elsewhere hides nothing. P is the probability that on some day
// there are as many, if the exits of each village were drawn at random from the
// households surveyed there (hypergeometric by village, added up over the
// villages; exact from more than half of the exits on, an upper bound below).
// A village that was surveyed in one day, exits and all, says nothing. Each commune with a dated exit
// is a test, however its exits fall: over them the false discovery rate is held.
// Exits without a day count in Of alone.
func OneDays(communes []Surveys, from AtLeast, rate Rate) []Pattern {
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
	for j, q := range rate.adjust(p) {
		one := &out[tested[j]]
		one.Q, one.Flagged = &q, q <= rate.Level && from.met(one.Count, one.Of)
	}
	return out
}

func oneDay(c Surveys) Pattern {
	p := Pattern{Of: len(c.Exits)}
	byDay, byVillage := map[string][]string{}, map[string]int{}
	for _, e := range c.Exits {
		if e.SurveyedOn == "" {
			p.Unknown++
			continue
		}
		byDay[e.SurveyedOn] = append(byDay[e.SurveyedOn], e.Household)
		byVillage[e.Village]++
	}
	for day, households := range byDay {
		if n := len(households); n > p.Count || n == p.Count && day < p.Day {
			p.Day, p.Count, p.Households = day, n, households
		}
	}
	if p.Count == 0 {
		return p
	}
	slices.Sort(p.Households)
	days := map[string]bool{}
	for village, exits := range byVillage {
		all := 0
		for day, n := range c.Surveyed[village] {
			days[day] = true
			all += n
		}
		if all < exits {
			return p // the counts do not hold these exits: nothing can be said
		}
	}
	chance := 0.0
	for day := range days {
		chance += c.Surveyed.atLeast(byVillage, day, p.Count)
	}
	p.P = pointer(min(1, chance))
	return p
}

// atLeast is the probability that of the exits of all villages, drawn at
// random within each, at least so many were surveyed on the day.
func (s Surveyed) atLeast(exits map[string]int, day string, count int) float64 {
	sum := []float64{1} // probability of 0, 1, … so far
	for village, drawn := range exits {
		all, on := 0, s[village][day]
		for _, n := range s[village] {
			all += n
		}
		next := make([]float64, len(sum)+min(drawn, on))
		for x := max(0, drawn-(all-on)); x <= min(drawn, on); x++ {
			p := math.Exp(logChoose(on, x) + logChoose(all-on, drawn-x) - logChoose(all, drawn))
			for before, q := range sum {
				next[before+x] += p * q
			}
		}
		sum = next
	}
	tail := 0.0
	for x := len(sum) - 1; x >= count; x-- {
		tail += sum[x]
	}
	return tail
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
