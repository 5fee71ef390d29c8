package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
)

const meetingColumns = `m.id, m.round_id, m.village_id, m.state, m.held_on, m.begins, m.place, m.chair, m.secretary, m.households_invited, m.households_present,
	m.people, m.remarks, m.void_reason, coalesce(m.signed_at, 0), m.signed_by, m.at, m.by_actor, m.rev, m.heard`

func scanMeeting(r *sql.Rows) (Meeting, error) {
	var m Meeting
	var people string
	var invited, present sql.NullInt64
	err := r.Scan(&m.ID, &m.Round, &m.Village, &m.State, &m.HeldOn, &m.Begins, &m.Place, &m.Chair, &m.Secretary, &invited, &present,
		&people, &m.Remarks, &m.VoidReason, &m.SignedAt, &m.SignedBy, &m.At, &m.By, &m.Rev, &m.heard)
	m.Invited, m.Present = intOrNil(invited), intOrNil(present)
	if err == nil && people != "" {
		err = json.Unmarshal([]byte(people), &m.People)
	}
	return m, err
}

// Sheet is all that the page of a village's meeting shows, and its minutes.
type Sheet struct {
	Round     Round
	Village   area.Version
	Commune   area.Version
	Meetings  []Meeting // newest first
	Meeting   Meeting   // the one shown; its ID is "" where there is none
	Items     []Item    // its agenda; of closed minutes what lay before it then
	Before    []Item    // on the list, and spoken of by signed meetings before
	Agreement Agreement
	Figure    dossier.Figure     // what the procedure asks of a meeting
	Against   []dossier.Obstacle // signing it
	Step      []dossier.Obstacle // the step of the village
	StepDone  bool
	Open      bool   // the round and the commune's dossier take changes
	Dossier   string // of the commune; "" in a round that goes without
}

// MeetingSheet gives the meeting of a village, the one named or ("") the last.
func (s *Store) MeetingSheet(ctx context.Context, scope area.Scope, roundID string, village area.ID, id string) (sh Sheet, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		sh, err = s.meetingSheet(tx, scope, roundID, village, id)
		return err
	})
	return sh, err
}

func (s *Store) meetingSheet(tx *db.Tx, scope area.Scope, roundID string, village area.ID, id string) (sh Sheet, err error) {
	if sh.Village, err = s.areaIn(tx, scope, village, area.Village); err != nil {
		return sh, err
	}
	if sh.Round, err = s.Round(tx, roundID); err != nil {
		return sh, err
	}
	sh.Commune, _ = s.Tree().Ancestor(village, s.workDay(sh.Round), area.Commune)
	if sh.Meetings, err = s.meetings(tx, roundID, village); err != nil {
		return sh, err
	}
	at := slices.IndexFunc(sh.Meetings, func(m Meeting) bool { return id == "" || m.ID == id })
	switch {
	case at >= 0:
		sh.Meeting = sh.Meetings[at]
	case id != "":
		return sh, noMeeting()
	}
	if err := s.standing(tx, &sh); err != nil {
		return sh, err
	}
	sh.Open = s.meetingOpen(tx, sh.Round, village) == nil
	if sh.Step, err = s.meetingObstacles(tx, sh.Round, village); err != nil {
		return sh, err
	}
	return sh, s.stepOf(tx, &sh)
}

// standing fills in the agenda and what stands against signing.
func (s *Store) standing(tx *db.Tx, sh *Sheet) error {
	p, ok, err := s.ProcedureOf(tx, sh.Round.ID)
	if err != nil {
		return err
	}
	if ok {
		sh.Figure = p.Figures["meeting_agreement"]
	}
	own, err := s.opinions(tx, sh.Meeting.ID)
	if err != nil {
		return err
	}
	list, err := s.listOf(tx, sh.Round, []area.ID{sh.Village.Area})
	if err != nil {
		return err
	}
	v, err := s.verdictsOf(tx, sh.Round.ID, sh.Village.Area)
	if err != nil {
		return err
	}
	all := agenda(list, own, func(l Listed) bool { return v.of(l) == heard })
	sh.Agreement = agreementOf(sh.Meeting, p, own)
	if sh.Meeting.heard != "" {
		sh.Items, err = asHeard(sh.Meeting.heard, sh.Village.Area, own, all)
		return err
	}
	for _, i := range all {
		if i.Settled && i.Opinion.Outcome == "" {
			sh.Before = append(sh.Before, i)
		} else {
			sh.Items = append(sh.Items, i)
		}
	}
	if sh.Meeting.State == MeetingDraft {
		sh.Against = unsigned(sh.Meeting, sh.Items, sh.Agreement)
	}
	return nil
}

func noMeeting() error { return fault.New(fault.NotFound, "no_meeting", text.T("review.meeting.none")) }

func (s *Store) meetings(tx *db.Tx, round string, village area.ID) (list []Meeting, err error) {
	err = tx.Each(`select `+meetingColumns+` from meeting m where m.province_id = $1 and m.round_id = $2 and m.village_id = $3 order by m.id desc`,
		[]any{s.Province, round, string(village)}, func(r *sql.Rows) error {
			m, err := scanMeeting(r)
			list = append(list, m)
			return err
		})
	return list, err
}

func (s *Store) opinions(tx *db.Tx, meeting string) (map[household.ID]Opinion, error) {
	all := map[household.ID]Opinion{}
	err := tx.Each(`select household_id, assessment_id, agree, disagree, outcome, remark from meeting_opinion where province_id = $1 and meeting_id = $2`, []any{s.Province, meeting}, func(r *sql.Rows) error {
		o, err := scanOpinion(r)
		all[o.Household] = o
		return err
	})
	return all, err
}

func scanOpinion(r *sql.Rows) (o Opinion, err error) {
	var agree, disagree sql.NullInt64
	err = r.Scan(&o.Household, &o.Assessment, &agree, &disagree, &o.Outcome, &o.Remark)
	o.Agree, o.Disagree = intOrNil(agree), intOrNil(disagree)
	return o, err
}

// verdictsOf reads what the signed meetings of a village have said.
func (s *Store) verdictsOf(tx *db.Tx, round string, village area.ID) (v verdicts, err error) {
	v.said, v.purpose = map[household.ID]Opinion{}, map[household.ID]string{}
	if err = tx.Get(`select count(*) from meeting where province_id = $1 and round_id = $2 and village_id = $3 and state = $4`, []any{s.Province, round, string(village), MeetingSigned}, &v.signed); err != nil {
		return v, err
	}
	err = tx.Each(`select o.household_id, o.assessment_id, o.agree, o.disagree, o.outcome, o.remark
		from meeting m join meeting_opinion o on o.province_id = m.province_id and o.meeting_id = m.id
		where m.province_id = $1 and m.round_id = $2 and m.village_id = $3 and m.state = $4 order by m.signed_at, m.id`,
		[]any{s.Province, round, string(village), MeetingSigned}, func(r *sql.Rows) error {
			o, err := scanOpinion(r)
			v.said[o.Household] = o
			return err
		})
	if err != nil {
		return v, err
	}
	err = tx.Each(`select a.household_id, a.purpose from household h join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id and f.round_id = $2
		join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		where h.province_id = $1 and h.village_id = $3 and h.to_day = '`+household.Far+`'`, []any{s.Province, round, string(village)}, func(r *sql.Rows) error {
		var id household.ID
		var purpose string
		err := r.Scan(&id, &purpose)
		v.purpose[id] = purpose
		return err
	})
	return v, err
}

// areaIn finds an area within the scope, as it is today or was on its last
// day. Absent and out of scope are one.
func (s *Store) areaIn(tx *db.Tx, scope area.Scope, id area.ID, level area.Level) (v area.Version, err error) {
	missing := fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
	asToday := scope
	day, scope, ok := s.scopeAt(scope, id)
	if !ok {
		return v, missing
	}
	args := []any{s.Province, string(id), day}
	condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args)
	var n int
	if err := tx.Get(`select count(*) from area_version v where v.province_id = $1 and v.area_id = $2 and v.from_day <= $3 and v.to_day > $3 and `+condition, args, &n); err != nil {
		return v, err
	}
	v, _ = s.Tree().On(id, day)
	if n == 0 && v.Level == area.Commune && s.wholeCommune(asToday, id) == nil {
		n = 1 // it has ended, and the reader has all that it became
	}
	if n == 0 || level != "" && v.Level != level {
		return area.Version{}, missing
	}
	return v, nil
}

// scopeAt is the day on which an area is looked at, today or its last one, and
// the scope as it was then.
func (s *Store) scopeAt(scope area.Scope, id area.ID) (string, area.Scope, bool) {
	tree, today := s.Tree(), s.today()
	if _, lives := tree.On(id, today); lives {
		return today, scope, true
	}
	last, ok := tree.Last(id)
	if !ok {
		return "", scope, false
	}
	day := last.From
	if last.To != "" && last.To <= today {
		day = area.DayBefore(last.To)
	}
	return day, tree.Scope(s.Province, scope.Grants, day), true
}

// communeDossier finds the dossier to which a village's steps belong; ok is
// false in a round that goes without.
func (s *Store) communeDossier(tx *db.Tx, round Round, village area.ID) (d dossier.Dossier, ok bool, err error) {
	if s.Dossiers == nil {
		return d, false, nil
	}
	commune, ok, err := s.workedIn(tx, round, village)
	if err != nil || !ok {
		return d, false, err
	}
	return s.Dossiers.About(tx, dossier.Key{Kind: CommuneReview, Subject: round.ID, Unit: commune.Area})
}

// stepOf finds the commune's dossier, and whether the step is done.
func (s *Store) stepOf(tx *db.Tx, sh *Sheet) error {
	d, ok, err := s.communeDossier(tx, sh.Round, sh.Village.Area)
	if err != nil || !ok {
		return err
	}
	c, err := s.Dossiers.Check(tx, d)
	if err != nil {
		return err
	}
	sh.Dossier = d.ID
	_, sh.StepDone = c.Done("meeting", sh.Village.Area)
	return nil
}

// meetingOpen refuses to write on a closed round or a dossier that was handed in.
func (s *Store) meetingOpen(tx *db.Tx, round Round, village area.ID) error {
	if round.State != Open {
		return roundClosed(round.ID)
	}
	d, ok, err := s.communeDossier(tx, round, village)
	if err != nil || !ok {
		return err
	}
	return stillWorked(d)
}

func stillWorked(d dossier.Dossier) error {
	if d.State.Working() {
		return nil
	}
	return fault.New(fault.Conflict, "wrong_state", text.T("review.meeting.state", "state", text.T("dossier.state."+string(d.State))))
}
