package review

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Entry is a filled form.
type Entry struct {
	Round     string
	Household household.ID
	Purpose   string
	Rev       int64 // of the assessment in force that the writer saw; 0 for none
	B1        *int
	Income    *int64
	Ticked    string // one letter an indicator as the form has it; "" for none ticked
	Causes    []string
	// Members answers by person; members who are not named keep unknown
	// answers. The roster itself is the registry's on the round's count day.
	Members       map[household.PersonID]RosterMember
	Detail        Detail
	WarningAnswer string
	Surveyor      string
	SurveyedOn    string
	EffectiveFrom string // in-year rounds only
	Note          string
	Reason        string // asked for when it supersedes another
}

// clean puts what was written in words into the form in which it is kept.
func (e *Entry) clean() error {
	e.Reason, e.WarningAnswer, e.Surveyor, e.Note = vn.Lines(e.Reason), vn.Lines(e.WarningAnswer), vn.Line(e.Surveyor), vn.Lines(e.Note)
	var w wrong
	w.long("reason", e.Reason, typed.Words)
	w.long("warning_answer", e.WarningAnswer, typed.Words)
	w.long("surveyor", e.Surveyor, typed.Line)
	w.long("note", e.Note, typed.Words)
	return w.err()
}

// Save records an assessment, classifies it by the round's standard and puts
// it in force, all with its journal entry in one transaction. What it takes to
// judge is read before, mostly when the form was shown: the one writer of the
// database then only makes sure that nothing of it has changed, and writes.
func (s *Store) Save(ctx context.Context, by household.Actor, e Entry) (Assessment, error) {
	if err := e.clean(); err != nil {
		return Assessment{}, err
	}
	j, err := s.remembered(by, e)
	if err != nil { // a refusal must rest on what is so now, and within the scope
		err = s.DB.Read(ctx, func(tx *db.Tx) error {
			g, err := s.ground(tx, by, e.Round, e.Household)
			if err != nil {
				return err
			}
			j, err = s.read(tx, g, by, e)
			return err
		})
	}
	if err != nil {
		return Assessment{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.ground(tx, by, e.Round, e.Household)
		if err != nil {
			return err
		}
		if now != j.on.ground {
			if j, err = s.read(tx, now, by, e); err != nil {
				return err
			}
		}
		// The dossier may have been handed in meanwhile.
		if err := s.guard(tx, j.on.round, now.village, e.purpose(), j.endedBy()); err != nil {
			return err
		}
		if err := s.effective(tx, j.on.round, &j.a); err != nil {
			return err
		}
		return s.record(tx, by.ID, e, &j)
	})
	return j.a, err
}

func (e Entry) purpose() string {
	if e.Purpose == "" {
		return Survey
	}
	return e.Purpose
}

// judged is an assessment ready to be written.
type judged struct {
	on      *basis
	a       Assessment
	row     []any
	own     held
	current held   // that it supersedes
	others  []held // in force in other rounds
	changes []journal.Change
}

// endedBy is the step that, once done, holds the form up. The causes are a step
// of their own after the survey: a form that tells of nothing else but them
// waits for theirs.
func (j *judged) endedBy() string {
	if j.current.ID == "" || len(j.changes) != 1 || j.changes[0].Field != "causes" {
		return stepSurvey
	}
	return stepCauses
}

var errUnread = errors.New("not read yet")

// remembered judges the form on what it was shown on.
func (s *Store) remembered(by household.Actor, e Entry) (judged, error) {
	on := s.bases.of(e.Round, e.Household)
	if on == nil || on.day != s.rosterDay(on.round) {
		return judged{}, errUnread
	}
	return s.judged(on, by, e)
}

// read gathers what the form is judged on, and judges it.
func (s *Store) read(tx *db.Tx, g ground, by household.Actor, e Entry) (j judged, err error) {
	on, err := s.basis(tx, g, e.Round, e.Household)
	if err != nil {
		return j, err
	}
	if on.round.State != Open {
		return j, roundClosed(on.round.ID)
	}
	if j, err = s.judged(on, by, e); err != nil {
		// Where no form is taken any more, that is what stands in the way first.
		return j, cmp.Or(s.guard(tx, on.round, g.village, e.purpose(), stepSurvey), err)
	}
	return j, s.guard(tx, on.round, g.village, e.purpose(), j.endedBy())
}

func (s *Store) judged(on *basis, by household.Actor, e Entry) (j judged, err error) {
	if on.round.State != Open {
		return j, roundClosed(on.round.ID)
	}
	j.on = on
	j.current, j.others = on.inRound()
	if e.Rev != j.current.Rev {
		return j, stale()
	}
	if j.a, err = s.judge(on, e); err != nil {
		return j, err
	}
	if j.a.InForce && j.current.ID != "" && e.Reason == "" {
		return j, refused("reason", "review.reason_missing")
	}
	class := classBefore(on.round, j.others, on.lapses, &j.a, on.stated)
	j.a.RecordedBy, j.a.RecordedAt = by.ID, s.Now().UnixMilli()
	j.a.Predecessor, j.a.Rev = j.current.ID, j.current.Rev+1
	j.a.Transition = transition(class, j.a.Class)
	if j.row, err = j.a.Row(); err != nil {
		return j, err
	}
	j.own = j.a.held(j.row)
	j.own.within, j.own.signed = on.round.Kind == InYear, j.current.signed
	j.changes = j.own.changesFrom(&j.current)
	return j, nil
}

// record writes what was judged, with its journal entry.
func (s *Store) record(tx *db.Tx, actor string, e Entry, j *judged) error {
	a, on := j.a, j.on
	if err := s.insert(tx, &a, j.row); err != nil {
		return err
	}
	later := false
	if a.InForce {
		later = slices.ContainsFunc(j.others, func(one held) bool { return one.Effective > a.EffectiveFrom })
	}
	if later {
		if err := s.retransition(tx, append(slices.Clone(j.others), j.own), on.lapses, a.EffectiveFrom); err != nil {
			return err
		}
	}
	entry := &journal.Entry{At: a.RecordedAt, Actor: actor, Action: "assessment." + a.Purpose, Kind: "assessment", Record: a.ID, HouseholdID: string(a.Household),
		AreaID: string(a.Village), Reason: e.Reason, Changes: j.changes}
	if err := journal.Record(tx, s.Province, entry); err != nil {
		return err
	}
	if !a.InForce {
		return nil
	}
	next := on.followedBy(&j.own, j.others)
	tx.AfterCommit(func() {
		if !later { // else the others have changed too
			s.bases.remember(next)
		}
		if s.Saved != nil {
			s.Saved(next.round, a)
		}
	})
	return nil
}

// judge checks the entry and works out everything that follows from it.
func (s *Store) judge(on *basis, e Entry) (Assessment, error) {
	round := on.round
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return Assessment{}, err
	}
	a := Assessment{ID: db.NewID(), Round: round.ID, Household: on.household, Purpose: e.Purpose, B1: e.B1, Income: e.Income, Ticked: e.Ticked, Causes: e.Causes,
		Detail: e.Detail, WarningAnswer: e.WarningAnswer, Surveyor: e.Surveyor, SurveyedOn: e.SurveyedOn,
		Note: e.Note, EffectiveFrom: round.Effective()}
	if a.Purpose == "" {
		a.Purpose = Survey
	}
	a.InForce = a.Purpose == Survey || a.Purpose == Recheck
	if round.Kind == InYear {
		a.EffectiveFrom = e.EffectiveFrom
	}
	if a.Ticked == "" {
		a.Ticked = strings.Repeat("-", len(set.Indicators))
	}
	if err := s.check(round, set, &a); err != nil {
		return a, err
	}
	for id := range e.Members {
		if !slices.ContainsFunc(on.roster, func(m RosterMember) bool { return m.Person == id }) {
			return a, refused(memberTable, "form.unknown_member")
		}
	}
	a.Roster = slices.Clone(on.roster)
	for i := range a.Roster {
		m, said := &a.Roster[i], e.Members[a.Roster[i].Person]
		m.Untreated, m.Insured, m.LowerSecondary, m.AtSchool = said.Untreated, said.Insured, said.LowerSecondary, said.AtSchool
	}
	a.Size = len(a.Roster)
	if on.at == "" { // who did not live in the province is not assessed in the round
		return a, refused("household", "review.not_there", "code", on.code, "day", area.ShowDay(on.day))
	}
	a.Village = on.at
	s.Place(round, &a)
	if err := a.Judge(set, on.day); err != nil {
		return a, err
	}
	return a, s.asksAgain(round, &a, on.last, on.day)
}

// Place says in which commune the village lies by the round's boundaries, and
// so whether the household is judged as rural or urban.
func (s *Store) Place(round Round, a *Assessment) {
	v, ok := s.Tree().Ancestor(a.Village, round.BoundaryDay, area.Commune)
	if !ok {
		return
	}
	a.Commune = v.Area
	a.Area = standard.Rural
	if v.Urban {
		a.Area = standard.Urban
	}
}

func (s *Store) check(round Round, set *standard.Set, a *Assessment) error {
	var fields []fault.Field
	add := func(name, key string, pairs ...any) {
		fields = append(fields, fault.Field{Name: name, Message: text.T(key, pairs...)})
	}
	switch a.Purpose {
	case Survey, SecondEntry, Recheck, Verification:
	default:
		add("purpose", "review.bad_purpose")
	}
	if a.B1 != nil && (*a.B1 < 0 || *a.B1 > 1000) {
		add("b1", "review.bad_b1")
	}
	if a.Income != nil && (*a.Income < 0 || *a.Income > 1_000_000_000_000) {
		add("income", "review.bad_income")
	}
	if len(a.Ticked) != len(set.Indicators) || strings.Trim(a.Ticked, "01-") != "" {
		add("ticked", "review.bad_ticked", "n", len(set.Indicators))
	}
	for _, c := range a.Causes {
		if !slices.ContainsFunc(s.Law.Causes.Causes, func(known standard.Cause) bool { return known.Code == c }) {
			add("causes", "review.bad_cause", "cause", c)
		}
	}
	if a.SurveyedOn != "" && (!area.ValidDay(a.SurveyedOn) || a.SurveyedOn > s.today()) {
		add("surveyed_on", "review.bad_day")
	}
	switch {
	case round.Kind != InYear:
	case !area.ValidDay(a.EffectiveFrom):
		add("effective_from", "review.effective_missing")
	case a.EffectiveFrom[:4] != fmt.Sprintf("%04d", round.Year):
		add("effective_from", "review.effective_year", "year", round.Year)
	}
	if m := a.Detail.FloorArea; m != nil && (*m < 0 || *m > 10000) {
		add("floor_area", "review.bad_floor_area")
	}
	if len(fields) > 0 {
		return fault.New(fault.Invalid, "assessment_refused", fields[0].Message, fields...)
	}
	return nil
}

// AnswersFor gives the engine's form of the answers for the set of the round.
func (a *Assessment) AnswersFor(set *standard.Set) standard.Answers {
	in := standard.Answers{Area: a.Area}
	if a.B1 != nil {
		in.Score, in.HasScore = int32(*a.B1), true
	}
	if a.Income != nil {
		in.Income, in.HasIncome = *a.Income, true
	}
	in.Known, in.Deprived = Masks(a.Answers)
	return in
}

// Masks reads the letters of answers into bits.
func Masks(answers string) (known, deprived uint16) {
	for i := range len(answers) {
		switch answers[i] {
		case '1':
			known |= 1 << i
			deprived |= 1 << i
		case '0':
			known |= 1 << i
		}
	}
	return known, deprived
}

// Letters writes bits as the letters of answers.
func Letters(n int, known, deprived uint16) string {
	b := make([]byte, n)
	for i := range b {
		switch {
		case known&(1<<i) == 0:
			b[i] = '-'
		case deprived&(1<<i) != 0:
			b[i] = '1'
		default:
			b[i] = '0'
		}
	}
	return string(b)
}

func (s *Store) insert(tx *db.Tx, a *Assessment, row []any) error {
	if a.InForce {
		if err := s.putInForce(tx, a); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(insertAssessment, append([]any{s.Province}, row...)...); err != nil {
		return err
	}
	_, err := tx.Exec(insertClassification, s.Province, a.ID, a.Standard, a.Version, a.Class.String(), a.Label, nullable(a.Deprivations), a.Transition, 1, a.RecordedAt)
	return err
}

// putInForce puts an assessment in the place of its predecessor, which is a
// conflict where another stands there by now.
func (s *Store) putInForce(tx *db.Tx, a *Assessment) error {
	if a.Predecessor == "" {
		_, err := tx.Exec(`insert into assessment_in_force (province_id, household_id, round_id, assessment_id) values ($1, $2, $3, $4)`, s.Province, string(a.Household), a.Round, a.ID)
		if db.Unique(err) {
			return stale()
		}
		return err
	}
	n, err := tx.Exec(`update assessment_in_force set assessment_id = $1 where province_id = $2 and household_id = $3 and round_id = $4 and assessment_id = $5`,
		a.ID, s.Province, string(a.Household), a.Round, a.Predecessor)
	if err == nil && n != 1 {
		err = stale()
	}
	return err
}

const insertAssessment = `insert into assessment (province_id, ` + AssessmentColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`

const insertClassification = `insert into classification (province_id, assessment_id, standard, version, class, label, deprivations, transition, official, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// AssessmentColumns are the columns, after province_id, whose values Row gives.
const AssessmentColumns = `id, round_id, household_id, purpose, predecessor, effective_from, village_id, commune_id, area_type, size, b1, income,
	answers, ticked, causes, roster, detail, warnings, warning_answer, surveyor, surveyed_on, note, operation_id, recorded_at, recorded_by, rev`

var assessmentColumnList = strings.FieldsFunc(AssessmentColumns, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })

// Row gives the values of AssessmentColumns, for those who write many.
func (a *Assessment) Row() ([]any, error) {
	roster, err := json.Marshal(a.Roster)
	if err != nil {
		return nil, err
	}
	detail := ""
	if !a.Detail.empty() {
		raw, err := json.Marshal(a.Detail)
		if err != nil {
			return nil, err
		}
		detail = string(raw)
	}
	return []any{a.ID, a.Round, string(a.Household), a.Purpose, emptyNull(a.Predecessor), a.EffectiveFrom, string(a.Village), string(a.Commune), a.Area.String(), a.Size,
		nullable(a.B1), nullable(a.Income), a.Answers, a.Ticked, strings.Join(a.Causes, ","), string(roster), detail, strings.Join(a.Warnings, ","), a.WarningAnswer,
		a.Surveyor, a.SurveyedOn, a.Note, emptyNull(a.OperationID), a.RecordedAt, a.RecordedBy, a.Rev}, nil
}

func nullable[N int | int64](n *N) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

func emptyNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// AnswerWarnings records what was found out about the disagreements of the
// assessment in force.
func (s *Store) AnswerWarnings(ctx context.Context, by household.Actor, roundID string, id household.ID, rev int64, answer string) error {
	answer, err := reasoned("warning_answer", answer, "review.answer_missing")
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Households.Find(tx, by.Scope, id); err != nil {
			return err
		}
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if round.State != Open {
			return roundClosed(roundID)
		}
		var aid, village string
		var now int64
		err = tx.Get(`select a.id, a.village_id, a.rev from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
			where f.province_id = $1 and f.round_id = $2 and f.household_id = $3`, []any{s.Province, roundID, string(id)}, &aid, &village, &now)
		if errors.Is(err, db.ErrNoRows) || err == nil && now != rev {
			return stale()
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`update assessment set warning_answer = $1 where province_id = $2 and id = $3`, answer, s.Province, aid); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "assessment.answer", Kind: "assessment", Record: aid,
			HouseholdID: string(id), AreaID: village, Reason: answer})
	})
}
