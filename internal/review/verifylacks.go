package review

import (
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/standard"
	"giamngheo/internal/verification"
)

// lackLine is the number of deprivations at which a household is poor, and among
// whom it decides: those whose score lies between the lines of its rule. Whoever is
// poor by the score, or above it altogether, has nothing to gain from one deprivation
// more or less.
type lackLine struct {
	from, each  int // deprivations; points of one
	indicators  int
	above, upTo map[standard.AreaType]int
	lattice     verification.Lattice
}

// lackLineOf reads it from the standard's rules; nil where no class depends on the
// number of deprivations.
func lackLineOf(set *standard.Set) *lackLine {
	for _, rule := range set.Rules {
		if rule.Deprivations == nil || rule.Deprivations.From == 0 || rule.Measure == "income" {
			continue
		}
		l := &lackLine{from: rule.Deprivations.From, each: int(set.Points.Value), indicators: len(set.Indicators), above: map[standard.AreaType]int{}, upTo: map[standard.AreaType]int{}}
		for _, line := range set.Lines {
			for _, t := range scoredAreas {
				switch {
				case line.Score == nil:
				case line.Code == rule.Above:
					l.above[t] = int(line.Score.In(t).Value)
				case line.Code == rule.UpTo:
					l.upTo[t] = int(line.Score.In(t).Value)
				}
			}
		}
		if l.each <= 0 || len(l.upTo) == 0 {
			return nil
		}
		if rule.Above == "" {
			for _, t := range scoredAreas {
				l.above[t] = -1
			}
		}
		l.lattice = verification.Multiples(l.each, l.each*l.indicators)
		return l
	}
	return nil
}

// points are those of the deprivations of a household that the line decides
// about; ok is false of all others, and where an indicator is not known.
func (l *lackLine) points(t standard.AreaType, b1 int, answers string) (points int, ok bool) {
	if l == nil || b1 <= l.above[t] || b1 > l.upTo[t] || len(answers) != l.indicators || strings.Contains(answers, "-") {
		return 0, false
	}
	return l.each * strings.Count(answers, "1"), true
}

// lacking are the scores of the communes by this line. What is usual at it is
// learnt from all communes of the unit: others holds those that are not looked at now.
func (l *lackLine) lacking(ids []area.ID, communes map[area.ID]*communeSeen, others map[area.ID][]int) (scores []verification.Scores) {
	if l == nil {
		return nil
	}
	var all [][]int
	for id, points := range others {
		if communes[id] == nil {
			all = append(all, points)
		}
	}
	for _, id := range ids {
		all = append(all, communes[id].lacks)
	}
	peers := verification.LearnFrom(l.lattice, all)
	for _, id := range ids {
		if points := communes[id].lacks; len(points) > 0 {
			scores = append(scores, verification.Scores{Area: string(id), Lines: []int{(l.from - 1) * l.each}, Lattice: l.lattice, Points: points, Peers: peers})
		}
	}
	return scores
}
