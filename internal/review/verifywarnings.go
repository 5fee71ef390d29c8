package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

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
	// Of a heap at the number of deprivations that makes poor: what other communes
	// have at the point, as a part of the three totals.
	Usual *float64 `json:"usual,omitempty"`
	Day   string   `json:"day,omitempty"`

	// Unknown are exits of which it cannot be told: no answers to compare, no day.
	Unknown    int            `json:"unknown,omitempty"`
	P          *float64       `json:"p,omitempty"`
	Q          *float64       `json:"q,omitempty"`
	Households []household.ID `json:"households,omitempty"`
}

// sameQuestion says whether two findings are one question: the same figures of
// the commune. p and q move with those of its neighbours.
func (f Facts) sameQuestion(o Facts) bool {
	return f.Count == o.Count && f.Of == o.Of && f.Line == o.Line && f.Point == o.Point && f.Below == o.Below && f.Above == o.Above && (f.Usual == nil) == (o.Usual == nil) && f.Day == o.Day && slices.Equal(f.Households, o.Households)
}

// seenForm is what of an assessment the warnings look at.
type seenForm struct {
	effective string
	round     string
	class     standard.Class
	standard  string
	answered  bool   // some answer is known
	answers   uint64 // digest of all answers, points apart
}

// communeSeen gathers a commune.
type communeSeen struct {
	points   map[standard.AreaType][]int
	lacks    []int // points of deprivations of those whose class they decide
	exits    []verification.Exit
	surveyed verification.Surveyed
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

// look reads the forms of an area and tests its communes, among those of the
// unit that verifies. An exit is a household that was poor and is not, or was near-poor and is neither.
func (s *Store) look(tx *db.Tx, scope area.Scope, round Round, root, unit area.ID) (found, error) {
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
	// Classes lapse with each yearly round: forms from before the last two decide
	// nothing any more, and only the last one's answers are compared.
	oldest, last := "", ""
	if n := len(lapses); n > 0 {
		oldest, last = lapses[max(0, n-2)], lapses[n-1]
	}
	args := []any{s.Province, s.today(), s.workDay(round), round.ClassFrom, oldest, last}
	condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args) + " and " + area.PathSQL("w.path", place.Path, &args)
	deprived := lackLineOf(set)
	var current household.ID
	var home area.ID
	var earlier []seenForm
	err = tx.Each(`select a.household_id, a.round_id, a.effective_from, a.village_id, h.village_id, a.area_type, a.b1, a.surveyed_on, coalesce(c.class, ''), coalesce(c.standard, ''), a.size, a.answers, a.detail, case when a.effective_from >= $6 then a.roster else '' end, h.to_day
		from household h
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
		join area_version w on w.province_id = h.province_id and w.area_id = h.village_id and w.from_day <= $3 and w.to_day > $3
		join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id
		join assessment a on a.province_id = f.province_id and a.id = f.assessment_id and a.effective_from <> '' and a.effective_from >= $5 and a.effective_from <= $4
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where h.province_id = $1 and `+condition+` order by a.household_id, a.effective_from, a.id`, args, func(r *sql.Rows) error {
		var id household.ID
		var one seenForm
		var judged, lives area.ID
		var areaType, surveyedOn, class, answers, detail, roster, until string
		var b1 sql.NullInt64
		var size int
		if err := r.Scan(&id, &one.round, &one.effective, &judged, &lives, &areaType, &b1, &surveyedOn, &class, &one.standard, &size, &answers, &detail, &roster, &until); err != nil {
			return err
		}
		one.class, _ = standard.ParseClass(class)
		if one.effective >= last {
			var err error
			if one.answers, one.answered, err = answersOf(size, answers, detail, roster); err != nil {
				return err
			}
		}
		if id != current {
			if leftLastYear(earlier, lapses, round) {
				seen(communes, home).left++ // without a form of the round
			}
			current, home, earlier = id, at(lives), earlier[:0]
		}
		if until <= last {
			return nil // moved away or gone before that list began: it left no list
		}
		if one.round != round.ID {
			earlier = append(earlier, one)
			return nil
		}
		c := seen(communes, at(judged))
		if b1.Valid {
			t := parseAreaType(areaType)
			c.points[t] = append(c.points[t], int(b1.Int64))
			if points, decides := deprived.points(t, int(b1.Int64), answers); decides {
				c.lacks = append(c.lacks, points)
			}
		}
		c.take(id, one, string(judged), surveyedOn, lapses, earlier, round)
		earlier = earlier[:0] // counted with the form of the round
		return nil
	})
	if err != nil {
		return nil, err
	}
	if leftLastYear(earlier, lapses, round) {
		seen(communes, home).left++
	}
	pool, among := pooled(communes), 0
	var others map[area.ID][]int
	if unit != root {
		if pool, others, err = s.pointsOf(tx, round, unit, deprived); err != nil {
			return nil, err
		}
		among = len(s.Tree().OfLevel(unit, s.workDay(round), area.Commune))
	}
	return s.judgeCommunes(communes, s.scoreKinds(set, pool), pool, deprived, others, verification.Rate{Level: s.Checks.FalseDiscovery, Among: among}), nil
}

func seen(communes map[area.ID]*communeSeen, id area.ID) *communeSeen {
	c := communes[id]
	if c == nil {
		c = &communeSeen{points: map[standard.AreaType][]int{}, surveyed: verification.Surveyed{}}
		communes[id] = c
	}
	return c
}

// answersOf gives a digest of what a form says of the household, to be compared
// with another year's: the indicators as decided (a pre-filled form ticks what
// last year's was derived from), the dwelling, the scorecard's items, the members and their
// answers, in whatever order they stand. Points, causes (asked of the poor and near-poor
// alone), doubts and the class that the file states are no answers. Two forms of which
// less than half of the indicators are known are not two equal ones.
func answersOf(size int, answers, detail, roster string) (sum uint64, known bool, err error) {
	var d Detail
	var members []RosterMember
	if detail != "" {
		if err := json.Unmarshal([]byte(detail), &d); err != nil {
			return 0, false, err
		}
	}
	if roster != "" {
		if err := json.Unmarshal([]byte(roster), &members); err != nil {
			return 0, false, err
		}
	}
	d.Before, d.Doubts = "", nil
	slices.SortFunc(members, func(a, b RosterMember) int { return strings.Compare(string(a.Person), string(b.Person)) })
	for i := range members { // who it is, not how the name is written this year
		members[i].Name, members[i].Birth, members[i].Sex, members[i].Relation = "", "", "", ""
	}
	raw, err := json.Marshal(struct {
		Size    int
		Answers string
		Detail  Detail
		Members []RosterMember
	}{size, answers, d, members})
	h := fnv.New64a()
	h.Write(raw)
	return h.Sum64(), answers != "" && 2*strings.Count(answers, "-") <= len(answers), err
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
func (c *communeSeen) take(id household.ID, now seenForm, village, surveyedOn string, lapses []string, earlier []seenForm, round Round) {
	if surveyedOn != "" {
		if c.surveyed[village] == nil {
			c.surveyed[village] = map[string]int{}
		}
		c.surveyed[village][surveyedOn]++
	}
	before, onList := inForce(earlier, lapses, round.ClassFrom)
	if onList && leaves(before.class, now.class) {
		exit := verification.Exit{Household: string(id), Village: village, SurveyedOn: surveyedOn}
		if before.standard == now.standard && before.answered && now.answered {
			changed := before.answers != now.answers
			exit.Changed = &changed
		}
		c.exits = append(c.exits, exit)
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
		now, err = s.look(tx, by.Scope, round, root, root)
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
// has its questions before it accepts. The rate of false alarms is held over all
// communes of that level, as if the others had shown nothing; when it looks
// through them together it may find more, and what does not stand there is put away.
func (s *Store) askOnHandIn(tx *db.Tx, by *account.Actor, round Round, commune area.ID) error {
	scope := s.Tree().Operator(s.Province, s.today())
	unit := commune
	if v, ok := s.Tree().On(commune, s.workDay(round)); ok && v.Parent != "" {
		unit = v.Parent
	}
	now, err := s.look(tx, scope, round, commune, unit)
	if err != nil {
		return err
	}
	_, err = s.keepWarnings(tx, household.Actor{ID: by.ID, Scope: scope}, round, unit, commune, now)
	return err
}
