package review

import (
	"cmp"
	"slices"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/workday"
)

// Posting is the list of a commune's poor and near-poor households on the
// boards, frozen on the moment it was made.
type Posting struct {
	ID          string
	Round       string
	Area        area.ID
	First       string // day on which it was hung up; it does not count itself
	Last        string // last of the days counted
	Days        int
	Places      string
	Web         bool // also a public page
	List        []Posted
	WithdrawnAt int64
	WithdrawnBy string
	Reason      string // of the withdrawal
	At          int64
	By          string
	Rev         int64
}

// Posted is a line of the list: the fewest fields that let people know whom it
// is about. Household is a key of the program and is shown nowhere.
type Posted struct {
	Household household.ID `json:"h"`
	Head      string       `json:"n"`
	Village   string       `json:"v"`
	Class     string       `json:"c"` // poor, near_poor
}

// Runs says whether the posting hangs on the day.
func (p Posting) Runs(day string) bool {
	return p.WithdrawnAt == 0 && p.First <= day && day <= p.Last
}

// Over says whether its time has been served in full.
func (p Posting) Over(day string) bool { return p.WithdrawnAt == 0 && day > p.Last }

// Public says whether the public page shows it on the day.
func (p Posting) Public(day string) bool { return p.Web && p.Runs(day) }

// Term is how long a list hangs, and what is not sure about it.
type Term struct {
	Days        int
	Unit        string // working_day, day
	Source      string
	Confirmed   bool
	Last        string
	Unconfirmed []workday.Special // days off whose notice nobody has checked
	Unknown     []int             // years of which only the weekends are known
}

// TermOf counts the days of a posting from the day on which it is hung up.
func (s *Store) TermOf(p *dossier.Procedure, first string) (t Term, err error) {
	var figure dossier.Figure
	if p != nil {
		figure = p.Figures["posting"]
	}
	if figure.Value == 0 {
		return t, fault.New(fault.Conflict, "no_posting_days", text.T("review.posting.no_days"))
	}
	t = Term{Days: figure.Value, Unit: figure.Unit, Source: p.Sources[figure.Source], Confirmed: figure.Confirmed}
	if t.Unit != "working_day" {
		t.Last = dayAfter(first, t.Days)
		return t, nil
	}
	t.Last = s.Workdays.Add(first, t.Days)
	t.Unconfirmed, t.Unknown = s.Workdays.Unconfirmed(first, t.Last), s.Workdays.UnknownYears(first, t.Last)
	return t, nil
}

// listToPost is the commune's list as it stands: who is poor or near-poor by
// the forms in force, by village and name.
func (s *Store) listToPost(tx *db.Tx, round Round, commune area.ID) ([]Posted, error) {
	day := s.workDay(round)
	place := map[area.ID]int{}
	names := map[area.ID]string{}
	villages, err := s.workedOn(tx, round.ID, commune, day)
	if err != nil {
		return nil, err
	}
	for i, id := range villages {
		v, _ := s.Tree().On(id, day)
		place[id], names[id] = i, v.FullName
	}
	list, err := s.listOf(tx, round, villages)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(l Listed) bool { return !onList(l.Class) })
	slices.SortStableFunc(list, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(place[a.Village], place[b.Village]), vn.Compare(a.Head, b.Head))
	})
	posted := make([]Posted, len(list))
	for i, l := range list {
		posted[i] = Posted{Household: l.Household, Head: l.Head, Village: names[l.Village], Class: l.Class.String()}
	}
	return posted, nil
}

// Difference is what has changed in a list since it was posted.
type Difference struct {
	Household household.ID
	Head      string
	Village   string
	Posted    string // class on the boards; "" where it is not on them
	Now       string
}

// differences compares what hangs with what would be hung up now.
func differences(posted, now []Posted) (list []Difference) {
	was := map[household.ID]Posted{}
	for _, p := range posted {
		was[p.Household] = p
	}
	for _, n := range now {
		if p := was[n.Household]; p.Class != n.Class {
			list = append(list, Difference{n.Household, n.Head, n.Village, p.Class, n.Class})
		}
		delete(was, n.Household)
	}
	for _, p := range posted {
		if _, gone := was[p.Household]; gone {
			list = append(list, Difference{p.Household, p.Head, p.Village, p.Class, ""})
		}
	}
	return list
}

// ClassOf reads a class as lists that were frozen hold it.
func ClassOf(code string) standard.Class {
	c, _ := standard.ParseClass(code)
	return c
}

// postingObstacles tells what hinders the step of the posting. Where settled is
// given, it tells of which households a change since then is in order.
func (s *Store) postingObstacles(tx *db.Tx, round Round, commune area.ID, settled func(household.ID) bool) ([]dossier.Obstacle, error) {
	p, ok, err := s.postingInForce(tx, round.ID, commune)
	if err != nil {
		return nil, err
	}
	if !ok {
		return []dossier.Obstacle{obstacle("no_posting", 0)}, nil
	}
	var o []dossier.Obstacle
	if !p.Over(s.today()) {
		o = append(o, obstacle("posting_runs", 0, "last", area.ShowDay(p.Last)))
	}
	now, err := s.listToPost(tx, round, commune)
	if err != nil {
		return nil, err
	}
	d := differences(p.List, now)
	if settled != nil {
		d = slices.DeleteFunc(d, func(one Difference) bool { return settled(one.Household) })
	}
	var changed against
	for _, one := range d {
		changed.form(round.ID, one.Household, text.T("review.head_in", "head", one.Head, "village", one.Village))
	}
	return append(o, changed.obstacle("posting_changed")...), nil
}

// dayAfter is the nth calendar day after.
func dayAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}
