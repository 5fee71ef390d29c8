package review

import (
	"context"
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Steps of a village that end what its forms may say.
const (
	stepSurvey = "survey"
	stepCauses = "causes"
)

// guard refuses a form where the commune's dossier no longer takes one. A round
// without dossiers takes everything. The step, once done, holds the form up:
// the survey, the causes where it tells of nothing else, none ("") for what
// changes the list only.
func (s *Store) guard(tx *db.Tx, round Round, village area.ID, purpose, step string) error {
	if s.Dossiers == nil || purpose == Verification || purpose == SecondEntry {
		return nil
	}
	commune, ok, err := s.workedIn(tx, round, village)
	if err != nil || !ok {
		return err
	}
	var state dossier.State
	var done int
	err = tx.Each(`select d.state, (select count(*) from dossier_step st where st.province_id = d.province_id and st.dossier_id = d.id and st.step = $6 and st.unit_id = $5)
		from dossier d where d.province_id = $1 and d.subject = $2 and d.kind = $3 and d.unit_id = $4`,
		[]any{s.Province, round.ID, CommuneReview, string(commune.Area), string(village), step}, func(r *sql.Rows) error { return r.Scan(&state, &done) })
	if err != nil {
		return err
	}
	if err := takes(state, commune, step == stepSurvey && done > 0, purpose); err != nil || done == 0 || purpose != Survey {
		return err
	}
	return fault.New(fault.Conflict, "causes_done", text.T("review.causes_done"))
}

// takes says whether a dossier in the state takes a form: a village whose
// survey is done takes re-checks only, a dossier that was handed in takes
// verifications, a decided one nothing.
func takes(state dossier.State, commune area.Version, surveyed bool, purpose string) error {
	switch {
	case state == "":
		return nil
	case state.Decided():
		return fault.New(fault.Conflict, "dossier_decided", text.T("review.dossier_decided", "area", commune.FullName))
	case state == dossier.Submitted:
		return fault.New(fault.Conflict, "dossier_submitted", text.T("review.dossier_submitted", "area", commune.FullName))
	case surveyed && purpose == Survey:
		return fault.New(fault.Conflict, "survey_done", text.T("review.survey_done"))
	}
	return nil
}

// Refuses says why a form of a household there would not be taken now, for the
// page to say before somebody fills it in; "" where it would.
func (s *Store) Refuses(ctx context.Context, round Round, village area.ID, purpose string) (why string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		held := s.guard(tx, round, village, purpose, stepSurvey)
		if fault.Of(held) != fault.Conflict {
			return held
		}
		why = fault.As(held, "").Message
		return nil
	})
	return why, err
}

// Taking knows which forms the dossiers of a round take at one moment: guard
// for whole files.
type Taking struct {
	s        *Store
	round    Round
	states   map[area.ID]dossier.State // by commune
	surveyed map[area.ID]area.ID       // village to the commune whose dossier has its survey done
	decided  map[area.ID]area.ID       // village to the commune that has ended and had decided
}

// TakingOf reads it.
func (s *Store) TakingOf(tx *db.Tx, round Round) (*Taking, error) {
	t := &Taking{s: s, round: round, states: map[area.ID]dossier.State{}, surveyed: map[area.ID]area.ID{}, decided: map[area.ID]area.ID{}}
	if s.Dossiers == nil {
		return t, nil
	}
	err := tx.Each(`select unit_id, state from dossier where province_id = $1 and subject = $2 and kind = $3`, []any{s.Province, round.ID, CommuneReview}, func(r *sql.Rows) error {
		var commune area.ID
		var state dossier.State
		err := r.Scan(&commune, &state)
		t.states[commune] = state
		if last, ok := s.Tree().Last(commune); ok && state.Decided() && last.To != "" && last.To <= s.workDay(round) {
			for _, v := range s.Tree().Children(commune, area.DayBefore(last.To)) {
				t.decided[v.Area] = commune
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, tx.Each(`select st.unit_id, d.unit_id from dossier_step st join dossier d on d.province_id = st.province_id and d.id = st.dossier_id
		where d.province_id = $1 and d.subject = $2 and d.kind = $3 and st.step = 'survey'`, []any{s.Province, round.ID, CommuneReview}, func(r *sql.Rows) error {
		var village, commune area.ID
		err := r.Scan(&village, &commune)
		t.surveyed[village] = commune
		return err
	})
}

// Refusal says why a form for a village is not taken; nil where it is.
func (t *Taking) Refusal(village area.ID, purpose string) error {
	if len(t.states) == 0 || purpose == Verification || purpose == SecondEntry {
		return nil
	}
	commune, ok := t.s.Tree().Ancestor(village, t.s.workDay(t.round), area.Commune)
	if !ok {
		return nil
	}
	if before := t.decided[village]; before != "" {
		commune, _ = t.s.Tree().Lately(before, t.s.workDay(t.round))
	}
	return takes(t.states[commune.Area], commune, t.surveyed[village] == commune.Area, purpose)
}

// refusesAny says whether some village takes no forms any more.
func (t *Taking) refusesAny() bool {
	for _, state := range t.states {
		if state == dossier.Submitted || state.Decided() {
			return true
		}
	}
	return len(t.surveyed) > 0
}

// Withdrawable refuses to take the forms of an operation back where a dossier
// no longer takes forms.
func (s *Store) Withdrawable(tx *db.Tx, round Round, operation string) error {
	taking, err := s.TakingOf(tx, round)
	if err != nil || !taking.refusesAny() {
		return err
	}
	var refusal error
	err = tx.Each(`select distinct village_id, purpose from assessment where province_id = $1 and round_id = $2 and operation_id = $3`, []any{s.Province, round.ID, operation}, func(r *sql.Rows) error {
		var village area.ID
		var purpose string
		if err := r.Scan(&village, &purpose); err != nil {
			return err
		}
		if refusal == nil {
			refusal = taking.Refusal(village, purpose)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return refusal
}
