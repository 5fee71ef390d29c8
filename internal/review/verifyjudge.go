package review

import (
	"database/sql"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/standard"
	"giamngheo/internal/verification"
)

// scoreKind is the lines and the possible totals of an area type.
type scoreKind struct {
	lines   []int
	lattice verification.Lattice
}

var scoredAreas = []standard.AreaType{standard.Rural, standard.Urban}

// scoreKinds reads them from the standard: the totals of the scorecard where
// all its items are known, else the multiples of its step; where the rules say
// no step either, that of the totals that occur.
func (s *Store) scoreKinds(set *standard.Set, points map[standard.AreaType][]int) map[standard.AreaType]scoreKind {
	const mostPoints = 1000
	out := map[standard.AreaType]scoreKind{}
	card := s.Law.Scorecard(set.Score.Scorecard)
	for _, t := range scoredAreas {
		var k scoreKind
		for _, line := range set.Lines {
			if line.Score != nil {
				k.lines = append(k.lines, int(line.Score.In(t).Value))
			}
		}
		step := verification.Spacing(points[t])
		if set.Score.Step != nil {
			step = int(set.Score.Step.Value)
		}
		switch {
		case card != nil && card.Complete:
			var items [][]int
			for _, item := range card.Items {
				var options []int
				for _, o := range item.Options {
					options = append(options, int(map[standard.AreaType]int32{standard.Rural: o.Rural, standard.Urban: o.Urban}[t]))
				}
				items = append(items, options)
			}
			k.lattice = verification.Attainable(items)
		case step > 0:
			k.lattice = verification.Multiples(step, mostPoints)
		}
		out[t] = k
	}
	return out
}

// pooled are the points of all communes together.
func pooled(communes map[area.ID]*communeSeen) map[standard.AreaType][]int {
	out := map[standard.AreaType][]int{}
	for _, c := range communes {
		for t, points := range c.points {
			out[t] = append(out[t], points...)
		}
	}
	return out
}

// pointsOf reads the points of all forms of a unit in the round, and by commune
// those of the deprivations that decide; nothing else of them: by these is known
// what is usual in the unit when one commune is looked at alone.
func (s *Store) pointsOf(tx *db.Tx, round Round, unit area.ID, deprived *lackLine) (map[standard.AreaType][]int, map[area.ID][]int, error) {
	out, lacks := map[standard.AreaType][]int{}, map[area.ID][]int{}
	day, at := s.workDay(round), s.communeOf(round)
	place, ok := s.Tree().On(unit, day)
	if !ok {
		return out, lacks, nil
	}
	args := []any{s.Province, day, round.ID}
	condition := area.PathSQL("w.path", place.Path, &args)
	return out, lacks, tx.Each(`select a.village_id, a.area_type, a.b1, a.answers, count(*)
		from household h
		join area_version w on w.province_id = h.province_id and w.area_id = h.village_id and w.from_day <= $2 and w.to_day > $2
		join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id and f.round_id = $3
		join assessment a on a.province_id = f.province_id and a.id = f.assessment_id and a.b1 is not null
		where h.province_id = $1 and `+condition+` group by a.village_id, a.area_type, a.b1, a.answers`, args, func(r *sql.Rows) error {
		var village area.ID
		var areaType, answers string
		var points, n int
		if err := r.Scan(&village, &areaType, &points, &answers, &n); err != nil {
			return err
		}
		t := parseAreaType(areaType)
		out[t] = append(out[t], slices.Repeat([]int{points}, n)...)
		if of, decides := deprived.points(t, points, answers); decides {
			lacks[at(village)] = append(lacks[at(village)], slices.Repeat([]int{of}, n)...)
		}
		return nil
	})
}

// judgeCommunes tests what was gathered. A commune of two area types, as after
// a merger, is tested by each with its own lines, and by the number of
// deprivations that makes poor: one question, of the least likely.
func (s *Store) judgeCommunes(communes map[area.ID]*communeSeen, kinds map[standard.AreaType]scoreKind, pool map[standard.AreaType][]int, deprived *lackLine, others map[area.ID][]int, rate verification.Rate) found {
	out := found{}
	var ids []area.ID
	for id := range communes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var scores, together []verification.Scores
	surveys := make([]verification.Surveys, len(ids))
	for i, id := range ids {
		c := communes[id]
		surveys[i] = verification.Surveys{Exits: c.exits, Surveyed: c.surveyed}
		for _, t := range scoredAreas {
			if k := kinds[t]; len(c.points[t]) > 0 && len(k.lines) > 0 {
				scores = append(scores, verification.Scores{Area: string(id), Lines: k.lines, Lattice: k.lattice, Points: c.points[t]})
			}
		}
	}
	for _, t := range scoredAreas {
		together = append(together, verification.Scores{Lines: kinds[t].lines, Lattice: kinds[t].lattice, Points: pool[t]})
	}
	k := max(s.Checks.Curvature, verification.Unevenness(together))
	scores = append(scores, deprived.lacking(ids, communes, others)...)
	for _, h := range verification.Heaps(scores, k, rate) {
		if !h.Flagged {
			continue
		}
		facts := Facts{Count: h.Count, Of: h.N, Line: h.Line, Point: h.Point, Below: h.Below, Above: h.Above, Off: h.Off, Curvature: k, Usual: h.Usual, P: h.P, Q: h.Q}
		if h.Usual != nil {
			facts.Line = deprived.from * deprived.each // which makes poor
		}
		out.add(area.ID(h.Area), WarnHeap, facts)
	}
	days := verification.OneDays(surveys, s.Checks.OneDay, rate)
	for i, id := range ids {
		c := communes[id]
		for kind, p := range map[string]verification.Pattern{WarnUnchanged: verification.Unchanged(c.exits, s.Checks.Unchanged), WarnOneDay: days[i], WarnReturned: verification.Returned(c.left, c.returned, s.Checks.Returned)} {
			if p.Flagged {
				out.add(id, kind, Facts{Count: p.Count, Of: p.Of, Unknown: p.Unknown, Day: p.Day, P: p.P, Q: p.Q, Households: sortedIDs(p.Households)})
			}
		}
	}
	return out
}
