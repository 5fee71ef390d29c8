package review

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Minutes are what is written down of a meeting: its head, and what it said of
// each household. Opinions carry the form that the writer saw.
type Minutes struct {
	HeldOn    string
	Begins    string
	Place     string
	Chair     string
	Secretary string
	Invited   *int
	Present   *int
	People    People
	Remarks   string
	Opinions  []Opinion
}

// StartMeeting opens the minutes of a meeting in a village. A second meeting
// beside a signed one speaks of households that came onto the list since.
func (s *Store) StartMeeting(ctx context.Context, by household.Actor, roundID string, village area.ID) (m Meeting, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.areaIn(tx, by.Scope, village, area.Village); err != nil {
			return err
		}
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if err := s.meetingOpen(tx, round, village); err != nil {
			return err
		}
		m = Meeting{ID: db.NewID(), Round: roundID, Village: village, State: MeetingDraft, At: s.Now().UnixMilli(), By: by.ID, Rev: 1}
		_, err = tx.Exec(`insert into meeting (province_id, id, round_id, village_id, state, held_on, at, by_actor) values ($1, $2, $3, $4, $5, '', $6, $7)`,
			s.Province, m.ID, m.Round, string(m.Village), m.State, m.At, m.By)
		if db.Unique(err) {
			return fault.New(fault.Conflict, "meeting_open", text.T("review.meeting.one_open"))
		}
		if err != nil {
			return err
		}
		return s.tellMeeting(tx, by, m, "start", "")
	})
	return m, err
}

// findMeeting gives a meeting within the scope of who writes, on a round and
// dossier that take changes.
func (s *Store) findMeeting(tx *db.Tx, by household.Actor, id string, rev int64) (sh Sheet, err error) {
	var round string
	var village area.ID
	if err := tx.Get(`select round_id, village_id from meeting where province_id = $1 and id = $2`, []any{s.Province, id}, &round, &village); err != nil {
		return sh, absent(err, noMeeting())
	}
	if sh, err = s.meetingSheet(tx, by.Scope, round, village, id); err != nil {
		if fault.Of(err) == fault.NotFound {
			err = noMeeting()
		}
		return sh, err
	}
	if err := s.meetingOpen(tx, sh.Round, village); err != nil {
		return sh, err
	}
	if sh.Meeting.Rev != rev {
		return sh, fault.New(fault.Conflict, "stale_rev", text.T("review.meeting.stale"))
	}
	return sh, nil
}

func absent(err, missing error) error {
	if errors.Is(err, db.ErrNoRows) {
		return missing
	}
	return err
}

func frozen() error {
	return fault.New(fault.Conflict, "meeting_frozen", text.T("review.meeting.frozen"))
}

// SaveMeeting writes the minutes of a meeting that is not signed yet.
func (s *Store) SaveMeeting(ctx context.Context, by household.Actor, id string, rev int64, n Minutes) (m Meeting, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		sh, err := s.findMeeting(tx, by, id, rev)
		if err != nil {
			return err
		}
		if sh.Meeting.State != MeetingDraft {
			return frozen()
		}
		if err := s.checkMinutes(&n, sh); err != nil {
			return err
		}
		m = sh.Meeting
		m.HeldOn, m.Begins, m.Place, m.Chair, m.Secretary = n.HeldOn, n.Begins, n.Place, n.Chair, n.Secretary
		m.Invited, m.Present, m.People, m.Remarks, m.Rev = n.Invited, n.Present, n.People, n.Remarks, rev+1
		people, err := json.Marshal(m.People)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`update meeting set held_on = $1, begins = $2, place = $3, chair = $4, secretary = $5, households_invited = $6, households_present = $7, people = $8, remarks = $9, rev = $10
			where province_id = $11 and id = $12`, m.HeldOn, m.Begins, m.Place, m.Chair, m.Secretary, nullable(m.Invited), nullable(m.Present), string(people), m.Remarks, m.Rev, s.Province, m.ID)
		if err != nil {
			return err
		}
		changes, err := s.writeOpinions(tx, m.ID, sh.Items, n.Opinions)
		if err != nil {
			return err
		}
		return s.tellMeeting(tx, by, m, "save", "", append(headChanges(sh.Meeting, m), changes...)...)
	})
	return m, err
}

// writeOpinions replaces the opinions of a meeting and tells what changed.
func (s *Store) writeOpinions(tx *db.Tx, meeting string, items []Item, list []Opinion) (changes []journal.Change, err error) {
	old, err := s.opinions(tx, meeting)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`delete from meeting_opinion where province_id = $1 and meeting_id = $2`, s.Province, meeting); err != nil {
		return nil, err
	}
	rows := db.NewBulk("meeting_opinion", "household_id", "assessment_id", "agree", "disagree", "outcome", "remark").Same("meeting_id", meeting)
	now := map[household.ID]Opinion{}
	for _, o := range list {
		now[o.Household] = o
		rows.Add(string(o.Household), o.Assessment, nullable(o.Agree), nullable(o.Disagree), o.Outcome, o.Remark)
	}
	for _, i := range items {
		before, after := old[i.Household], now[i.Household]
		if !before.same(after) {
			for _, c := range journal.Diff(nil, "opinion", before.line(), after.line()) {
				c.Kind, c.Record = "opinion", string(i.Household)
				changes = append(changes, c)
			}
		}
	}
	if rows.Len() == 0 {
		return changes, nil
	}
	return changes, tx.Insert(s.Province, rows)
}

func headChanges(a, b Meeting) (c []journal.Change) {
	number := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	c = journal.Diff(c, "held_on", a.HeldOn, b.HeldOn)
	c = journal.Diff(c, "begins", a.Begins, b.Begins)
	c = journal.Diff(c, "place", a.Place, b.Place)
	c = journal.Diff(c, "chair", a.Chair, b.Chair)
	c = journal.Diff(c, "secretary", a.Secretary, b.Secretary)
	c = journal.Diff(c, "invited", number(a.Invited), number(b.Invited))
	c = journal.Diff(c, "present", number(a.Present), number(b.Present))
	c = journal.Diff(c, "people", a.People.line(), b.People.line())
	return journal.Diff(c, "remarks", a.Remarks, b.Remarks)
}

func (p People) line() string {
	return strings.Join(append(append(append(append([]string{}, p.PartyCell...), p.Organisations...), p.Surveyors...), p.Representatives...), ", ")
}

// CheckMinutes says all that is the matter with minutes as they were typed.
func (s *Store) CheckMinutes(n Minutes, sh Sheet) error {
	n.Opinions = slices.Clone(n.Opinions)
	return s.checkMinutes(&n, sh)
}

// checkMinutes refuses minutes that cannot be, and opinions on households that
// are not on the village's list or whose form is another one by now.
func (s *Store) checkMinutes(n *Minutes, sh Sheet) error {
	var w wrong
	for _, line := range []*string{&n.Begins, &n.Place, &n.Chair, &n.Secretary} {
		*line = vn.Line(*line)
	}
	n.Remarks = vn.Lines(n.Remarks)
	if n.HeldOn != "" && (!area.ValidDay(n.HeldOn) || n.HeldOn > s.today()) {
		w.say("held_on", "review.meeting.bad_day")
	}
	w.long("begins", n.Begins, typed.Name)
	if !timeOfDay(n.Begins) {
		w.say("begins", "review.meeting.begins")
	}
	w.long("place", n.Place, typed.Line)
	w.long("chair", n.Chair, typed.Name)
	w.long("secretary", n.Secretary, typed.Name)
	if bad(n.Invited) {
		w.say("invited", "review.meeting.bad_number")
	}
	switch {
	case bad(n.Present):
		w.say("present", "review.meeting.bad_number")
	case n.Invited != nil && n.Present != nil && *n.Present > *n.Invited:
		w.say("present", "review.meeting.more_present")
	}
	w.long("party_cell", strings.Join(n.People.PartyCell, "\n"), typed.Words)
	w.long("organisations", strings.Join(n.People.Organisations, "\n"), typed.Words)
	w.long("surveyors", strings.Join(n.People.Surveyors, "\n"), typed.Words)
	w.long("representatives", strings.Join(n.People.Representatives, "\n"), typed.Words)
	items := map[household.ID]Item{}
	for _, i := range sh.Items {
		items[i.Household] = i
	}
	seen := map[household.ID]bool{}
	for i := range n.Opinions {
		o := &n.Opinions[i]
		item, listed := items[o.Household]
		if !listed || seen[o.Household] {
			return household.NotFound()
		}
		seen[o.Household] = true
		o.Remark = vn.Lines(o.Remark)
		opinion(&w, o, item, n.Present)
	}
	w.long("remarks", n.Remarks, typed.Words)
	if err := w.err(); err != nil {
		return fault.New(fault.Invalid, "minutes_refused", w.fields[0].Message, w.fields...)
	}
	return nil
}

// opinion says what is the matter with the opinion on one household.
func opinion(w *wrong, o *Opinion, item Item, present *int) {
	name := string(o.Household)
	switch {
	case o.Outcome != Agreed && o.Outcome != ToBeAsked:
		w.say("outcome."+name, "review.meeting.no_outcome", "head", item.Head)
	case o.Assessment != item.Assessment:
		w.say("outcome."+name, "review.meeting.form_changed", "head", item.Head)
	}
	switch {
	case bad(o.Agree) || bad(o.Disagree):
		w.say("agree."+name, "review.meeting.bad_voices", "head", item.Head)
	case present != nil && !bad(present) && cast(o.Agree)+cast(o.Disagree) > *present:
		w.say("agree."+name, "review.meeting.more_voices", "head", item.Head, "n", cast(o.Agree)+cast(o.Disagree), "present", *present)
	}
	if o.Outcome == ToBeAsked && o.Remark == "" {
		w.say("remark."+name, "review.meeting.why_recheck", "head", item.Head)
	}
	w.long("remark."+name, o.Remark, typed.Words)
}

func cast(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func bad(n *int) bool { return n != nil && (*n < 0 || *n > mostVoices) }

// SignMeeting freezes the minutes: chair and secretary have signed them. A
// meeting that does not agree enough cannot be signed; it is void.
func (s *Store) SignMeeting(ctx context.Context, by household.Actor, id string, rev int64) (m Meeting, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		sh, err := s.findMeeting(tx, by, id, rev)
		if err != nil {
			return err
		}
		if sh.Meeting.State != MeetingDraft {
			return frozen()
		}
		if len(sh.Against) > 0 {
			lines := make([]string, len(sh.Against))
			for i, o := range sh.Against {
				lines[i] = o.Message
			}
			return fault.New(fault.Conflict, sh.Against[0].Code, strings.Join(lines, " "))
		}
		m = sh.Meeting
		m.State, m.SignedAt, m.SignedBy, m.Rev = MeetingSigned, s.Now().UnixMilli(), by.ID, rev+1
		if m.heard, err = heardOf(sh.Items); err != nil {
			return err
		}
		if _, err := tx.Exec(`update meeting set state = $1, signed_at = $2, signed_by = $3, rev = $4, heard = $5 where province_id = $6 and id = $7`, m.State, m.SignedAt, m.SignedBy, m.Rev, m.heard, s.Province, m.ID); err != nil {
			return err
		}
		for _, i := range sh.Items {
			if i.Opinion.Outcome != ToBeAsked {
				continue
			}
			if err := s.recordMeeting(tx, by, m, "recheck", i.Opinion.Remark, string(i.Household)); err != nil {
				return err
			}
		}
		return s.tellMeeting(tx, by, m, "sign", "")
	})
	return m, err
}

// VoidMeeting says that a meeting does not count, and why: too few people, too
// little agreement, or signed minutes that were wrong. It is held again. What
// was written of it stays.
func (s *Store) VoidMeeting(ctx context.Context, by household.Actor, id string, rev int64, reason string) error {
	reason, err := reasoned("reason", reason, "review.meeting.void_reason")
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		sh, err := s.findMeeting(tx, by, id, rev)
		if err != nil {
			return err
		}
		m := sh.Meeting
		switch {
		case m.State == MeetingVoid:
			return frozen()
		case m.State == MeetingSigned && sh.StepDone:
			return fault.New(fault.Conflict, "step_done", text.T("review.meeting.step_done"))
		}
		m.State, m.VoidReason, m.Rev = MeetingVoid, reason, rev+1
		if m.heard == "" {
			if m.heard, err = heardOf(sh.Items); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`update meeting set state = $1, void_reason = $2, rev = $3, heard = $4 where province_id = $5 and id = $6`, m.State, reason, m.Rev, m.heard, s.Province, m.ID); err != nil {
			return err
		}
		return s.tellMeeting(tx, by, m, "void", reason, journal.Change{Field: "state", From: journal.Value(sh.Meeting.State), To: journal.Value(m.State)})
	})
}

func (s *Store) tellMeeting(tx *db.Tx, by household.Actor, m Meeting, action, reason string, changes ...journal.Change) error {
	return s.recordMeeting(tx, by, m, action, reason, "", changes...)
}

func (s *Store) recordMeeting(tx *db.Tx, by household.Actor, m Meeting, action, reason, of string, changes ...journal.Change) error {
	changes = append([]journal.Change{{Field: "round", To: journal.Value(m.Round)}}, changes...)
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "meeting." + action, Kind: "meeting", Record: m.ID, HouseholdID: of, AreaID: string(m.Village), Reason: reason, Changes: changes})
}
