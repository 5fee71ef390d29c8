package review

import (
	"errors"
	"fmt"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// The kinds of dossiers of a review, as in law/procedures.
const (
	SurveyPlan     = "survey_plan"
	CommuneReview  = "commune_review"
	DistrictReview = "district_review"
	ProvinceReview = "province_review"
)

// Subjects registers the dossiers of the review.
func (s *Store) Subjects() {
	for _, kind := range []string{SurveyPlan, CommuneReview, DistrictReview, ProvinceReview} {
		s.Dossiers.Register(kind, dossiers{s})
	}
}

// workDay is the day on whose areas a round is worked on: today, but not after
// the day of its boundaries, and not before the first list of areas.
func (s *Store) workDay(round Round) string {
	return max(min(s.today(), round.BoundaryDay), s.firstDay())
}

// Keys are the dossiers of a new yearly round: one for each commune, district
// and the province, as the procedure has them.
func (s *Store) Keys(round Round, p *dossier.Procedure) (keys []dossier.Key) {
	day := s.workDay(round)
	for _, root := range s.Tree().Roots(day) {
		for _, v := range s.Tree().Under(root.Area, day, area.Commune) {
			for _, r := range p.Dossiers {
				if r.Level == v.Level && r.Kind != SurveyPlan {
					keys = append(keys, dossier.Key{Kind: r.Kind, Subject: round.ID, Unit: v.Area, Until: round.BoundaryDay})
				}
			}
		}
	}
	return keys
}

// ProcedureFor is the one that holds when the round begins; ok is false for
// years of which none is known.
func (s *Store) ProcedureFor(round Round) (*dossier.Procedure, bool) {
	for _, day := range []string{fmt.Sprintf("%04d-09-01", round.Year), round.BoundaryDay} {
		if p, err := s.Dossiers.Law.On(dossier.Reviews, day); err == nil {
			return p, true
		}
	}
	return nil, false
}

// ProcedureOf is the procedure by which a round goes; ok is false for one that
// was opened without.
func (s *Store) ProcedureOf(tx *db.Tx, round string) (*dossier.Procedure, bool, error) {
	if s.Dossiers == nil {
		return nil, false, nil
	}
	var id string
	err := tx.Get(`select procedure_id from round_plan where province_id = $1 and round_id = $2`, []any{s.Province, round}, &id)
	if errors.Is(err, db.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	p, err := s.Dossiers.Law.ByID(id)
	return p, err == nil, err
}

// openDossiers makes the dossiers of a new round.
func (s *Store) openDossiers(tx *db.Tx, actor string, round Round, o Opening) error {
	if s.Dossiers == nil || round.Kind != Yearly {
		return nil
	}
	p, ok := s.ProcedureFor(round)
	if !ok {
		return nil
	}
	if _, err := tx.Exec(`insert into round_plan (province_id, round_id, plan_dossier, plan_note, procedure_id) values ($1, $2, $3, $4, $5)`, s.Province, round.ID, o.Plan, o.PlanNote, p.ID); err != nil {
		return err
	}
	return s.Dossiers.Open(tx, actor, p, s.Keys(round, p))
}

// dossiers is the review as the subject of its dossiers.
type dossiers struct{ *Store }

// Units are the villages of a commune.
func (s dossiers) Units(tx *db.Tx, d dossier.Dossier) (ids []area.ID, err error) {
	if d.Kind != CommuneReview {
		return nil, nil
	}
	// A commune that has ended keeps the villages of its last day: what it
	// decided is still locked, printed and looked at.
	day := s.Dossiers.Day(d)
	last, ok := s.Tree().Last(d.Unit)
	if !ok || last.To == "" || last.To > day {
		return s.workedOn(tx, d.Subject, d.Unit, day)
	}
	for _, v := range s.Tree().Children(d.Unit, area.DayBefore(last.To)) {
		if v.Level == area.Village {
			ids = append(ids, v.Area)
		}
	}
	return ids, nil
}

// Obstacles tells what hinders a step.
func (s dossiers) Obstacles(tx *db.Tx, d dossier.Dossier, step dossier.Step, unit area.ID) ([]dossier.Obstacle, error) {
	if d.Kind == SurveyPlan {
		return s.planMissing(tx, d, step)
	}
	round, err := s.Round(tx, d.Subject)
	if err != nil {
		return nil, err
	}
	switch d.Kind {
	case DistrictReview, ProvinceReview:
		// Asked again when it is handed in and when it is signed: a unit below may
		// have been unlocked since the step was done.
		if step.Code == "communes" || step.Code == "below" || step.With == dossier.HandedIn || step.With == dossier.Approval {
			return s.belowOpen(tx, d, round)
		}
		return nil, nil
	}
	if step.With == dossier.HandedIn {
		villages, err := s.Units(tx, d)
		if err != nil {
			return nil, err
		}
		return s.handInObstacles(tx, round, d.Unit, villages)
	}
	switch step.Code {
	case "screening", "survey", "causes":
		list, err := s.listOf(tx, round, []area.ID{unit})
		if err != nil {
			return nil, err
		}
		return s.listObstacles(round, step.Code, list, false), nil
	case "complaints":
		return s.complaintObstacles(tx, round, d.Unit)
	case "verification":
		open, err := s.OpenWarningsIn(tx, s.Tree().Operator(s.Province, s.today()), round.ID, d.Unit)
		if err != nil || len(open) == 0 {
			return nil, err
		}
		return []dossier.Obstacle{{Code: "warning_open", Count: len(open), Message: text.T("review.obstacle.warning_open", "n", len(open))}}, nil
	case "certificates":
		return s.certificatesMissing(tx, round, d.Unit)
	case "meeting":
		return s.meetingObstacles(tx, round, unit)
	case "posting":
		return s.postingObstacles(tx, round, d.Unit, nil)
	}
	return nil, nil
}

// listObstacles counts the households that a step still waits for, and names
// the first; where they are of several villages, with the village.
func (s *Store) listObstacles(round Round, step string, list []Listed, villages bool) (o []dossier.Obstacle) {
	add := func(code string, waits func(Listed) bool) {
		var all against
		for _, l := range list {
			switch {
			case !waits(l):
			case villages:
				s.formIn(&all, round, l.Household, l.Head, l.Village)
			default:
				all.form(round.ID, l.Household, l.Head)
			}
		}
		o = append(o, all.obstacle(code)...)
	}
	switch step {
	case "screening":
		add("not_screened", func(l Listed) bool { return l.Route == RouteA && l.Screening == "" && l.Assessment == "" })
	case "survey":
		add("not_surveyed", func(l Listed) bool { return l.NeedsB() && l.Assessment == "" })
		add("undetermined", func(l Listed) bool { return l.Assessment != "" && l.Class == standard.Undetermined })
		add("unanswered", func(l Listed) bool { return l.Unanswered })
	case "causes":
		add("no_cause", func(l Listed) bool {
			return (l.Class == standard.Poor || l.Class == standard.NearPoor) && l.Assessment != "" && l.Causes == 0
		})
	}
	return o
}

// belowOpen tells of the dossiers below that are not decided.
func (s dossiers) belowOpen(tx *db.Tx, d dossier.Dossier, round Round) ([]dossier.Obstacle, error) {
	list, err := s.Dossiers.ListIn(tx, d.Subject, "")
	if err != nil {
		return nil, err
	}
	day := s.workDay(round)
	below := CommuneReview
	if d.Kind == ProvinceReview && slices.ContainsFunc(list, func(o dossier.Dossier) bool { return o.Kind == DistrictReview && o.State != dossier.PassedOn }) {
		below = DistrictReview
	}
	var open against
	for _, o := range list {
		if o.Kind == below && !o.State.Decided() && o.State != dossier.PassedOn && s.Tree().Covers(d.Unit, o.Unit, day) {
			open.add(s.dossierAgainst(o, day, d.Kind == ProvinceReview))
		}
	}
	return open.obstacle("below_open"), nil
}

// undecided refuses to close a round while communes in which people live have
// no decision.
func (s *Store) undecided(tx *db.Tx, round Round) error {
	if round.Kind == InYear {
		return s.requestsWaiting(tx, round)
	}
	if s.Dossiers == nil {
		return nil
	}
	list, err := s.Dossiers.ListIn(tx, round.ID, CommuneReview)
	if err != nil {
		return err
	}
	counts, err := s.Dossiers.Counts(tx, round.ID)
	if err != nil {
		return err
	}
	day := s.workDay(round)
	var open against
	for _, d := range list {
		if d.State == dossier.PassedOn || len(s.Tree().Children(d.Unit, day)) == 0 {
			continue
		}
		if d.State.Decided() {
			// Villages may have come after the decision, and nobody has opened it.
			whole, err := (dossiers{s}).villagesDone(tx, d, counts[d.ID])
			if err != nil {
				return err
			}
			if whole {
				continue
			}
		}
		open.add(s.dossierAgainst(d, day, true))
	}
	if open.n == 0 {
		return nil
	}
	return open.refusal("reason", "review.close_reason")
}

// dossierAgainst names the unit whose dossier stands against something, and
// where that stands; in a province, where communes share names, with the
// district.
func (s *Store) dossierAgainst(d dossier.Dossier, day string, province bool) fault.Record {
	v, _ := s.Tree().Lately(d.Unit, day)
	unit := v.FullName
	if up, ok := s.Tree().Ancestor(d.Unit, day, area.District); ok && province && up.Area != d.Unit {
		unit = text.T("review.unit_in", "unit", unit, "district", up.FullName)
	}
	state := text.T("dossier.state." + string(d.State))
	if d.State.Decided() {
		state = text.T("review.villages_open") // that came after the decision
	}
	return fault.Record{Kind: AgainstDossier, Round: d.Subject, ID: d.ID, Name: text.T("review.unit_stands", "unit", unit, "state", state)}
}

// Acted writes what follows from a step of the workflow.
func (s dossiers) Acted(tx *db.Tx, by *account.Actor, d dossier.Dossier, action dossier.Action) error {
	if d.Kind == SurveyPlan {
		return nil
	}
	switch action {
	case dossier.HandedIn:
		if d.Kind == CommuneReview {
			round, err := s.Round(tx, d.Subject)
			if err != nil {
				return err
			}
			if err := s.askOnHandIn(tx, by, round, d.Unit); err != nil {
				return err
			}
		}
		return s.recordResult(tx, by.ID, d, Preliminary)
	case dossier.Approval:
		if d.Kind == CommuneReview {
			if err := s.decide(tx, by, d); err != nil {
				return err
			}
		}
		return s.recordResult(tx, by.ID, d, Official)
	}
	return nil
}

// Due is the day by which dossiers of a kind are to be decided in the round;
// "" where no rule says one. The calendar of the round goes before the
// procedure's.
func (s *Store) Due(round Round, p *dossier.Procedure, kind string) string {
	if day, ok := round.calendar()[kind]; ok {
		return day
	}
	r, ok := p.Rules(kind)
	if !ok || r.Due == nil {
		return ""
	}
	return fmt.Sprintf("%04d-%s", round.Year, r.Due.Day)
}

// DueStep is the day by which the round's calendar wants a step to be done;
// "" where it says none.
func (s *Store) DueStep(round Round, kind, step string) string {
	return round.calendar()[kind+"."+step]
}
