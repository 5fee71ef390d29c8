package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"hash/fnv"
	"io"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/internal/verification"
)

// The kinds of patterns that the level above asks about.
const (
	WarnHeap      = "heap"      // points heaped at a line
	WarnUnchanged = "unchanged" // exits in which no answer changed
	WarnOneDay    = "one_day"   // exits all on one day
	WarnReturned  = "returned"  // last year's exits that come back
)

var warningKinds = []string{WarnHeap, WarnUnchanged, WarnOneDay, WarnReturned}

// Facts are the figures of a warning.
type Facts struct {
	// Unit looked: the district or the province among whose communes the
	// false discoveries are held down. Each level keeps its own questions.
	Unit  area.ID `json:"unit,omitempty"`
	Count int     `json:"count"`        // households that show it
	Of    int     `json:"of,omitempty"` // of those looked at
	// Of a heap: the line and the total at which they heap, with the numbers at
	// the totals beside it.
	Line      int     `json:"line,omitempty"`
	Point     int     `json:"point,omitempty"`
	Below     int     `json:"below,omitempty"`
	Above     int     `json:"above,omitempty"`
	Curvature float64 `json:"curvature,omitempty"`
	Off       int     `json:"off,omitempty"` // points that no form can have
	Day       string  `json:"day,omitempty"`

	P          *float64       `json:"p,omitempty"`
	Q          *float64       `json:"q,omitempty"`
	Households []household.ID `json:"households,omitempty"`
}

// sameQuestion says whether two findings are one question: the same figures of
// the commune. p and q move with those of its neighbours.
func (f Facts) sameQuestion(o Facts) bool {
	return f.Count == o.Count && f.Of == o.Of && f.Line == o.Line && f.Point == o.Point && f.Below == o.Below && f.Above == o.Above && f.Day == o.Day && slices.Equal(f.Households, o.Households)
}

// seenForm is what of an assessment the warnings look at.
type seenForm struct {
	effective string
	round     string
	class     standard.Class
	standard  string
	answers   uint64 // digest of all answers, points apart
}

// communeSeen gathers a commune.
type communeSeen struct {
	scores   verification.Scores
	exits    []verification.Exit
	byDay    map[string]int
	left     int // last year's exits
	returned []string
}

// found is what is asked about, by commune and kind.
type found map[area.ID]map[string]Facts

func (f found) add(commune area.ID, kind string, facts Facts) {
	if f[commune] == nil {
		f[commune] = map[string]Facts{}
	}
	f[commune][kind] = facts
}

// look reads the forms of an area and tests its communes. An exit is a
// household that was poor and is not, or was near-poor and is neither.
func (s *Store) look(tx *db.Tx, scope area.Scope, round Round, root area.ID) (found, error) {
	place, err := s.within(scope, round, root)
	if err != nil {
		return nil, err
	}
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return nil, err
	}
	lapses, err := s.decidedBefore(tx, round)
	if err != nil {
		return nil, err
	}
	communes := map[area.ID]*communeSeen{}
	at := s.communeOf(round)
	kinds := s.scoreKinds(set)
	// Classes lapse with each yearly round: forms from before the last two decide
	// nothing any more, and only the last one's answers are compared.
	oldest, last := "", ""
	if n := len(lapses); n > 0 {
		oldest, last = lapses[max(0, n-2)], lapses[n-1]
	}
	args := []any{s.Province, s.today(), s.workDay(round), round.ClassFrom, oldest, last}
	condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args) + " and " + area.PathSQL("w.path", place.Path, &args)
	var current household.ID
	var home area.ID
	var earlier []seenForm
	err = tx.Each(`select a.household_id, a.round_id, a.effective_from, a.village_id, h.village_id, a.area_type, a.b1, a.surveyed_on, coalesce(c.class, ''), coalesce(c.standard, ''), a.size, a.answers, a.ticked, a.causes, a.detail, case when a.effective_from >= $6 then a.roster else '' end
		from household h
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
		join area_version w on w.province_id = h.province_id and w.area_id = h.village_id and w.from_day <= $3 and w.to_day > $3
		join assessment a on a.province_id = h.province_id and a.household_id = h.id and a.in_force = 1 and a.effective_from <> '' and a.effective_from >= $5 and a.effective_from <= $4
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where h.province_id = $1 and `+condition+` order by a.household_id, a.effective_from, a.id`, args, func(r *sql.Rows) error {
		var id household.ID
		var one seenForm
		var judged, lives area.ID
		var areaType, surveyedOn, class, answers, ticked, causes, detail, roster string
		var b1 sql.NullInt64
		var size int
		if err := r.Scan(&id, &one.round, &one.effective, &judged, &lives, &areaType, &b1, &surveyedOn, &class, &one.standard, &size, &answers, &ticked, &causes, &detail, &roster); err != nil {
			return err
		}
		one.class, _ = standard.ParseClass(class)
		one.answers = digest(answers, ticked, causes, detail, roster)
		if id != current {
			if leftLastYear(earlier, lapses, round) {
				seen(communes, home).left++ // without a form of the round
			}
			current, home, earlier = id, at(lives), earlier[:0]
		}
		if one.round != round.ID {
			earlier = append(earlier, one)
			return nil
		}
		c := seen(communes, at(judged))
		c.take(id, one, b1, surveyedOn, kinds[parseAreaType(areaType)], lapses, earlier, round)
		earlier = earlier[:0] // counted with the form of the round
		return nil
	})
	if err != nil {
		return nil, err
	}
	if leftLastYear(earlier, lapses, round) {
		seen(communes, home).left++
	}
	return s.judgeCommunes(communes), nil
}

func seen(communes map[area.ID]*communeSeen, id area.ID) *communeSeen {
	c := communes[id]
	if c == nil {
		c = &communeSeen{byDay: map[string]int{}, scores: verification.Scores{Area: string(id)}}
		communes[id] = c
	}
	return c
}

func digest(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		io.WriteString(h, p)
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// decidedBefore are the days on which the classes of closed yearly rounds
// before this one began: a class that no form renewed then has lapsed.
func (s *Store) decidedBefore(tx *db.Tx, round Round) ([]string, error) {
	days, err := s.lapses(tx)
	days = slices.DeleteFunc(days, func(day string) bool { return day >= round.ClassFrom })
	slices.Sort(days)
	return days, err
}

// inForce gives the last form that took effect before the day, and whether its
// class has lapsed by then.
func inForce(forms []seenForm, lapses []string, day string) (last seenForm, onList bool) {
	for _, f := range forms {
		if f.effective < day {
			last = f
		}
	}
	if !listed(last.class) {
		return last, false
	}
	for _, d := range lapses {
		if d > last.effective && d < day {
			return last, false
		}
	}
	return last, true
}

func listed(c standard.Class) bool { return c == standard.Poor || c == standard.NearPoor }

// leaves says whether a household goes down from one class to another.
func leaves(before, now standard.Class) bool {
	return now != standard.Undetermined && (before == standard.Poor && now != standard.Poor || before == standard.NearPoor && !listed(now))
}

// take enters a household's form of the round.
func (c *communeSeen) take(id household.ID, now seenForm, b1 sql.NullInt64, surveyedOn string, kind scoreKind, lapses []string, earlier []seenForm, round Round) {
	if b1.Valid && len(kind.lines) > 0 {
		c.scores.Lines, c.scores.Lattice = kind.lines, kind.lattice
		c.scores.Points = append(c.scores.Points, int(b1.Int64))
	}
	if surveyedOn != "" {
		c.byDay[surveyedOn]++
	}
	before, onList := inForce(earlier, lapses, round.ClassFrom)
	if onList && leaves(before.class, now.class) {
		c.exits = append(c.exits, verification.Exit{Household: string(id), SurveyedOn: surveyedOn, Unchanged: before.standard == now.standard && before.answers == now.answers})
	}
	if leftLastYear(earlier, lapses, round) {
		c.left++
		if listed(now.class) {
			c.returned = append(c.returned, string(id))
		}
	}
}

// leftLastYear says whether the household was on the list until the round
// before, and not after it.
func leftLastYear(earlier []seenForm, lapses []string, round Round) bool {
	if len(lapses) == 0 || len(earlier) == 0 {
		return false
	}
	last := lapses[len(lapses)-1] // the round before decided from this day
	_, was := inForce(earlier, lapses, last)
	_, is := inForce(earlier, lapses, round.ClassFrom)
	return was && !is
}

// scoreKind is the lines and the possible totals of an area type.
type scoreKind struct {
	lines   []int
	lattice verification.Lattice
}

// scoreKinds reads them from the standard: the totals of the scorecard where
// all its items are known, else the multiples of its step.
func (s *Store) scoreKinds(set *standard.Set) map[standard.AreaType]scoreKind {
	const mostPoints = 1000
	out := map[standard.AreaType]scoreKind{}
	step := 1
	if set.Score.Step != nil {
		step = int(set.Score.Step.Value)
	}
	card := s.Law.Scorecard(set.Score.Scorecard)
	for _, t := range []standard.AreaType{standard.Rural, standard.Urban} {
		k := scoreKind{lattice: verification.Multiples(step, mostPoints)}
		for _, line := range set.Lines {
			if line.Score != nil {
				k.lines = append(k.lines, int(line.Score.In(t).Value))
			}
		}
		if card != nil && card.Complete {
			var items [][]int
			for _, item := range card.Items {
				var options []int
				for _, o := range item.Options {
					options = append(options, int(map[standard.AreaType]int32{standard.Rural: o.Rural, standard.Urban: o.Urban}[t]))
				}
				items = append(items, options)
			}
			k.lattice = verification.Attainable(items)
		}
		out[t] = k
	}
	return out
}

// judgeCommunes tests what was gathered.
func (s *Store) judgeCommunes(communes map[area.ID]*communeSeen) found {
	out := found{}
	var ids []area.ID
	for id := range communes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	scores, surveys := make([]verification.Scores, len(ids)), make([]verification.Surveys, len(ids))
	for i, id := range ids {
		scores[i], surveys[i] = communes[id].scores, verification.Surveys{Exits: communes[id].exits, ByDay: communes[id].byDay}
	}
	heaps, k := verification.Heaps(scores, s.Checks.Curvature, s.Checks.FalseDiscovery)
	days := verification.OneDays(surveys, s.Checks.OneDay, s.Checks.FalseDiscovery)
	for i, id := range ids {
		if h := heaps[i]; h.Flagged {
			out.add(id, WarnHeap, Facts{Count: h.Count, Of: h.N, Line: h.Line, Point: h.Point, Below: h.Below, Above: h.Above, Off: h.Off, Curvature: k, P: h.P, Q: h.Q})
		}
		c := communes[id]
		for kind, p := range map[string]verification.Pattern{WarnUnchanged: verification.Unchanged(c.exits, s.Checks.Unchanged), WarnOneDay: days[i], WarnReturned: verification.Returned(c.left, c.returned, s.Checks.Returned)} {
			if p.Flagged {
				out.add(id, kind, Facts{Count: p.Count, Of: p.Of, Day: p.Day, P: p.P, Q: p.Q, Households: sortedIDs(p.Households)})
			}
		}
	}
	return out
}

func sortedIDs(list []string) (ids []household.ID) {
	for _, one := range list {
		ids = append(ids, household.ID(one))
	}
	slices.Sort(ids)
	return ids
}

// FindWarnings looks through the communes of the unit that verifies, and keeps
// what is worth a question. A question that is answered stays as it is unless
// its figures have changed; one that is no longer found and was never answered
// is put away.
func (s *Store) FindWarnings(ctx context.Context, by household.Actor, roundID string, root area.ID) (asked int, err error) {
	var now found
	lookable := func(tx *db.Tx) (round Round, err error) {
		if round, err = s.Round(tx, roundID); err != nil {
			return round, err
		}
		if round.State != Open {
			return round, roundClosed(roundID)
		}
		if round.Kind != Yearly {
			return round, refused("round", "review.warnings_yearly")
		}
		return round, nil
	}
	// Reading all forms of a unit takes a while: the one writer of the
	// database does not wait for it.
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		round, err := lookable(tx)
		if err != nil {
			return err
		}
		now, err = s.look(tx, by.Scope, round, root)
		return err
	})
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := lookable(tx)
		if err != nil {
			return err
		}
		asked, err = s.keepWarnings(tx, by, round, root, root, now)
		return err
	})
	return asked, err
}

func (f Facts) json() (string, error) {
	raw, err := json.Marshal(f)
	return string(raw), err
}

// askOnHandIn looks through a commune that hands in, so that the level above
// has its questions before it accepts. Held against its own forms alone: when
// the level above looks through all its communes together, what does not stand
// there is put away.
func (s *Store) askOnHandIn(tx *db.Tx, by *account.Actor, round Round, commune area.ID) error {
	scope := s.Tree().Operator(s.Province, s.today())
	now, err := s.look(tx, scope, round, commune)
	if err != nil {
		return err
	}
	unit := commune
	if v, ok := s.Tree().On(commune, s.workDay(round)); ok && v.Parent != "" {
		unit = v.Parent
	}
	_, err = s.keepWarnings(tx, household.Actor{ID: by.ID, Scope: scope}, round, unit, commune, now)
	return err
}
