package standard

// Side is one standard's view of a household.
type Side struct {
	Set     *Set
	Answers Answers
	Result  Result
}

// SideBySide judges the answers given under one standard by several.
func SideBySide(a Answers, from *Set, sets []*Set) []Side {
	out := make([]Side, len(sets))
	for i, set := range sets {
		moved := Translate(a, from, set)
		out[i] = Side{set, moved, set.Classify(moved)}
	}
	return out
}

// Translate puts answers given under one standard into the indicators of
// another, by their codes. What the other asks and this one does not is
// unknown. A score stays only within the same scorecard: points of B1 say
// nothing about points of A.
func Translate(a Answers, from, to *Set) Answers {
	moved := Answers{Area: a.Area, Income: a.Income, HasIncome: a.HasIncome}
	if from.Score.Scorecard != "" && from.Score.Scorecard == to.Score.Scorecard {
		moved.Score, moved.HasScore = a.Score, a.HasScore
	}
	for i, indicator := range from.Indicators {
		j := to.Index(indicator.Code)
		if j < 0 || a.Known&(1<<i) == 0 {
			continue
		}
		moved.Known |= 1 << j
		if a.Deprived&(1<<i) != 0 {
			moved.Deprived |= 1 << j
		}
	}
	return moved
}
