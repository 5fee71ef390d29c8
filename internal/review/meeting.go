package review

import (
	"encoding/json"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// The states of a village meeting. A void one does not count and is held
// again; a signed one is never changed.
const (
	MeetingDraft  = "draft"
	MeetingSigned = "signed"
	MeetingVoid   = "void"
)

// What a meeting says of a household. It cannot change an answer: it only may
// have the household asked once more.
const (
	Agreed     = "agreed"
	ToBeAsked  = "recheck"
	mostVoices = 100_000
)

// Meeting is the meeting of a village about its list, as its minutes have it.
type Meeting struct {
	ID         string
	Round      string
	Village    area.ID
	State      string
	HeldOn     string
	Begins     string // time of the day, as written
	Place      string
	Chair      string
	Secretary  string
	Invited    *int // households
	Present    *int
	People     People
	Remarks    string
	VoidReason string
	SignedAt   int64
	SignedBy   string
	At         int64
	By         string
	Rev        int64

	heard string // JSON, of closed minutes
}

// People are those who were there, by name.
type People struct {
	PartyCell       []string `json:"party_cell,omitempty"`
	Organisations   []string `json:"organisations,omitempty"` // mass organisations
	Surveyors       []string `json:"surveyors,omitempty"`
	Representatives []string `json:"representatives,omitempty"` // of households
}

// Opinion is what the meeting said of a household.
type Opinion struct {
	Household  household.ID
	Assessment string // the form it was about; "" where Phiếu A had screened the household out
	Agree      *int   // voices for the result of the form
	Disagree   *int
	Outcome    string
	Remark     string // of a recheck: why
}

func (o Opinion) same(p Opinion) bool {
	return o.Outcome == p.Outcome && o.Remark == p.Remark && o.Assessment == p.Assessment && sameInt(o.Agree, p.Agree) && sameInt(o.Disagree, p.Disagree)
}

func sameInt(a, b *int) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// line is the opinion as the journal has it.
func (o Opinion) line() string {
	if o.Outcome == "" {
		return ""
	}
	return strings.TrimSpace(text.T("review.meeting.line", "outcome", text.T("review.meeting.outcome."+o.Outcome), "agree", voices(o.Agree), "disagree", voices(o.Disagree)) + " " + o.Remark)
}

func voices(n *int) string {
	if n == nil {
		return "–"
	}
	return vn.FormatInt(int64(*n))
}

// Turn is what the round would do to a household: the meeting looks hardest at
// who enters the list and who leaves it.
type Turn string

// The turns, in the order in which a meeting goes through them.
const (
	Enters  Turn = "enters"
	Leaves  Turn = "leaves"
	Changes Turn = "changes" // between poor and near-poor
	Unclear Turn = "unclear" // the answers lead to no class yet
	NoForm  Turn = "no_form"
	Stays   Turn = "stays"
	Outside Turn = "outside" // asked for it or was proposed, and is not poor
)

var turns = []Turn{Enters, Leaves, Changes, Unclear, NoForm, Stays, Outside}

func onList(c standard.Class) bool { return c == standard.Poor || c == standard.NearPoor }

// Turn tells what the round would do to the household.
func (l Listed) Turn() Turn {
	was, is := onList(l.Before), onList(l.Class)
	switch {
	case l.Assessment == "" && l.Screening != ScreenedOut:
		return NoForm
	case l.Assessment != "" && l.Class == standard.Undetermined:
		return Unclear
	case is && !was:
		return Enters
	case was && !is:
		return Leaves
	case was && l.Before != l.Class:
		return Changes
	case was:
		return Stays
	}
	return Outside
}

// Item is a household on the agenda of a meeting.
type Item struct {
	Listed
	Turn    Turn
	Opinion Opinion // of the meeting; its Outcome is "" where it has said nothing
	// Changed says that the form has changed since the opinion was written.
	Changed bool
	// Settled says that a signed meeting has spoken of the form in force.
	Settled bool
}

// heardItem is an item as it lay before the meeting, kept with its minutes.
type heardItem struct {
	Household household.ID `json:"h"`
	Head      string       `json:"n"`
	Code      string       `json:"c"`
	Before    string       `json:"b"`
	Class     string       `json:"k"`
	Label     string       `json:"l,omitempty"`
	Screening string       `json:"s,omitempty"`
	Turn      Turn         `json:"t"`
}

// heardOf keeps what the meeting spoke of.
func heardOf(items []Item) (string, error) {
	list := []heardItem{}
	for _, i := range items {
		if i.Opinion.Outcome != "" {
			list = append(list, heardItem{i.Household, i.Head, i.Code, i.Before.String(), i.Class.String(), i.Label, i.Screening, i.Turn})
		}
	}
	raw, err := json.Marshal(list)
	return string(raw), err
}

// asHeard are the items of minutes that are closed, as they lay before the
// meeting; now tells whose form has changed since.
func asHeard(raw string, village area.ID, own map[household.ID]Opinion, now []Item) ([]Item, error) {
	var list []heardItem
	if err := json.Unmarshal([]byte(raw), &list); err != nil {
		return nil, err
	}
	at := map[household.ID]Item{}
	for _, i := range now {
		at[i.Household] = i
	}
	items := make([]Item, len(list))
	for n, h := range list {
		o, today := own[h.Household], at[h.Household]
		items[n] = Item{Turn: h.Turn, Opinion: o, Settled: today.Settled, Changed: today.Household != "" && today.Assessment != o.Assessment,
			Listed: Listed{Household: h.Household, Village: village, Code: h.Code, Head: h.Head, Before: ClassOf(h.Before), Class: ClassOf(h.Class), Label: h.Label, Screening: h.Screening, Assessment: o.Assessment}}
	}
	return items, nil
}

// agenda puts the list into the order of a meeting.
func agenda(list []Listed, own map[household.ID]Opinion, settled func(Listed) bool) []Item {
	items := make([]Item, len(list))
	for i, l := range list {
		o := own[l.Household]
		items[i] = Item{Listed: l, Turn: l.Turn(), Opinion: o, Changed: o.Outcome != "" && o.Assessment != l.Assessment, Settled: settled(l)}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return slices.Index(turns, a.Turn) - slices.Index(turns, b.Turn) })
	return items
}

// verdicts is what the signed meetings of a village have said, the last word
// of each household, and the purpose of each form in force.
type verdicts struct {
	said    map[household.ID]Opinion
	purpose map[household.ID]string
	signed  int
}

type verdict int

const (
	unheard    verdict = iota // nobody has spoken of the form in force
	askedAgain                // to be re-checked, and is not yet
	heard
)

// of tells where a household stands. A recheck is over once a later form of
// that purpose is in force; so is an opinion that a recheck has overtaken. A
// form that was written anew for another reason must be spoken of again.
func (v verdicts) of(l Listed) verdict {
	o, ok := v.said[l.Household]
	again := o.Assessment != l.Assessment && v.purpose[l.Household] == Recheck
	switch {
	case !ok:
		return unheard
	case o.Outcome == ToBeAsked && !again:
		return askedAgain
	case o.Assessment != l.Assessment && !again:
		return unheard
	}
	return heard
}

// Agreement is what the procedure asks of a meeting and how the meeting stands
// to it. Where the procedure names no share nothing is asked.
type Agreement struct {
	Known   bool
	Percent int
	Agree   int // voices for, over all households
	Of      int // voices that could have been
}

// Enough says whether the meeting as a whole agrees.
func (a Agreement) Enough() bool {
	return !a.Known || a.Of > 0 && a.Agree*100 >= a.Percent*a.Of
}

// basis is of how many voices an agreement is counted: all households that
// were there, since whoever stays silent has not agreed; of more where more
// people voted.
func (m Meeting) basis(o Opinion) int {
	n := 0
	if o.Agree != nil {
		n += *o.Agree
	}
	if o.Disagree != nil {
		n += *o.Disagree
	}
	if m.Present != nil {
		n = max(n, *m.Present)
	}
	return n
}

// Lacks says whether the household's result has less agreement than asked.
func (m Meeting) Lacks(o Opinion, a Agreement) bool {
	if !a.Known {
		return false
	}
	return o.Agree == nil || *o.Agree*100 < a.Percent*m.basis(o)
}

func agreementOf(m Meeting, p *dossier.Procedure, opinions map[household.ID]Opinion) (a Agreement) {
	if p == nil {
		return a
	}
	figure, known := p.Figures["meeting_agreement"]
	a.Known, a.Percent = known, figure.Value
	for _, o := range opinions {
		if o.Agree != nil {
			a.Agree += *o.Agree
		}
		a.Of += m.basis(o)
	}
	return a
}

// unsigned tells what still stands against signing the minutes.
func unsigned(m Meeting, items []Item, a Agreement) (o []dossier.Obstacle) {
	add := func(code string, stands func(Item) bool) {
		var all against
		for _, i := range items {
			if stands(i) {
				all.form(m.Round, i.Household, i.Head)
			}
		}
		o = append(o, all.obstacle("meeting_"+code, "percent", a.Percent)...)
	}
	if m.HeldOn == "" || m.Place == "" || m.Chair == "" || m.Secretary == "" || m.Present == nil {
		o = append(o, obstacle("meeting_head", 0))
	}
	add("no_form", func(i Item) bool { return i.Turn == NoForm })
	add("unsaid", func(i Item) bool { return i.Opinion.Outcome == "" && i.Turn != NoForm })
	add("changed", func(i Item) bool { return i.Changed })
	add("lacks", func(i Item) bool { return i.Opinion.Outcome == Agreed && m.Lacks(i.Opinion, a) })
	if a.Of > 0 && !a.Enough() {
		o = append(o, obstacle("meeting_disagrees", 0, "percent", a.Percent))
	}
	return o
}

// meetingObstacles tells what hinders the step of the meeting in a village.
func (s *Store) meetingObstacles(tx *db.Tx, round Round, village area.ID) ([]dossier.Obstacle, error) {
	v, err := s.verdictsOf(tx, round.ID, village)
	if err != nil {
		return nil, err
	}
	if v.signed == 0 {
		return []dossier.Obstacle{obstacle("no_meeting", 0)}, nil
	}
	list, err := s.listOf(tx, round, []area.ID{village})
	if err != nil {
		return nil, err
	}
	var o []dossier.Obstacle
	for _, one := range []struct {
		code string
		is   verdict
	}{{"no_opinion", unheard}, {"recheck_open", askedAgain}} {
		var all against
		for _, l := range list {
			if v.of(l) == one.is {
				all.form(round.ID, l.Household, l.Head)
			}
		}
		o = append(o, all.obstacle(one.code)...)
	}
	return o, nil
}
