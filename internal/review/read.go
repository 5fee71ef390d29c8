package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

const assessmentColumns = `a.id, a.round_id, a.household_id, a.purpose, case when f.assessment_id is null then 0 else 1 end, coalesce(a.predecessor, ''), a.effective_from, a.village_id, a.commune_id, a.area_type, a.size, a.b1, a.income,
	a.answers, a.ticked, a.causes, a.roster, a.detail, a.warnings, a.warning_answer, a.surveyor, a.surveyed_on, a.note, coalesce(a.operation_id, ''), a.recorded_at, a.recorded_by, a.rev,
	coalesce(c.standard, ''), coalesce(c.version, 0), coalesce(c.class, ''), coalesce(c.label, ''), c.deprivations, coalesce(c.transition, '')`

// What is not in force has no f; "f.assessment_id = a.id" asks for what is.
const assessmentFrom = ` from assessment a
	left join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
	left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1`

// scanAssessment reads assessmentColumns, and into more what is selected after them.
func scanAssessment(r *sql.Rows, more ...any) (Assessment, error) {
	var a Assessment
	var force int
	var areaType, causes, roster, detail, warnings, class string
	var b1, income, deprivations sql.NullInt64
	err := r.Scan(append([]any{&a.ID, &a.Round, &a.Household, &a.Purpose, &force, &a.Predecessor, &a.EffectiveFrom, &a.Village, &a.Commune, &areaType, &a.Size, &b1, &income,
		&a.Answers, &a.Ticked, &causes, &roster, &detail, &warnings, &a.WarningAnswer, &a.Surveyor, &a.SurveyedOn, &a.Note, &a.OperationID, &a.RecordedAt, &a.RecordedBy, &a.Rev,
		&a.Standard, &a.Version, &class, &a.Label, &deprivations, &a.Transition}, more...)...)
	if err != nil {
		return a, err
	}
	a.InForce = force == 1
	a.Area = parseAreaType(areaType)
	a.B1, a.Income, a.Deprivations = intOrNil(b1), int64OrNil(income), intOrNil(deprivations)
	a.Causes, a.Warnings = split(causes), split(warnings)
	a.Class, _ = standard.ParseClass(class)
	if err := json.Unmarshal([]byte(roster), &a.Roster); err != nil {
		return a, err
	}
	if detail != "" {
		err = json.Unmarshal([]byte(detail), &a.Detail)
	}
	return a, err
}

func parseAreaType(s string) standard.AreaType {
	for _, t := range []standard.AreaType{standard.Rural, standard.Urban} {
		if t.String() == s {
			return t
		}
	}
	return standard.UnknownArea
}

func intOrNil(n sql.NullInt64) *int {
	if !n.Valid {
		return nil
	}
	v := int(n.Int64)
	return &v
}

func int64OrNil(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// History gives a household's assessments in force, one a round, oldest
// first. Who may see the household may see its whole history: the caller has
// found it within his scope.
func (s *Store) History(tx *db.Tx, id household.ID) ([]Assessment, error) {
	return s.list(tx, ` where a.province_id = $1 and a.household_id = $2 and f.assessment_id = a.id order by a.effective_from, a.id`, s.Province, string(id))
}

// Versions gives all assessments of a household in a round, newest first.
// Those of an import that is not applied yet are none.
func (s *Store) Versions(tx *db.Tx, id household.ID, round string) ([]Assessment, error) {
	return s.list(tx, ` where a.province_id = $1 and a.household_id = $2 and a.round_id = $3
		and not exists (select 1 from operation o where o.province_id = a.province_id and o.id = a.operation_id and o.state in ('staging', 'failed')) order by a.rev desc, a.id desc`, s.Province, string(id), round)
}

// InForce gives the assessment in force, ok false when the household was not
// surveyed in the round.
func (s *Store) InForce(tx *db.Tx, id household.ID, round string) (a Assessment, ok bool, err error) {
	list, err := s.list(tx, ` where a.province_id = $1 and a.household_id = $2 and a.round_id = $3 and f.assessment_id = a.id`, s.Province, string(id), round)
	if err != nil || len(list) == 0 {
		return a, false, err
	}
	return list[0], true, nil
}

func (s *Store) list(tx *db.Tx, tail string, args ...any) ([]Assessment, error) {
	var list []Assessment
	err := tx.Each(`select `+assessmentColumns+assessmentFrom+tail, args, func(r *sql.Rows) error {
		a, err := scanAssessment(r)
		list = append(list, a)
		return err
	})
	return list, err
}

// EachInForce calls f for every assessment in force of a round in the scope,
// village by village, where the scope shows whole households: for exports.
func (s *Store) EachInForce(tx *db.Tx, scope area.Scope, root area.ID, round string, f func(Assessment) error) error {
	args := []any{s.Province, round, s.today()}
	condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args)
	if root != "" {
		v, ok := s.Tree().On(root, s.today())
		if !ok {
			return nil
		}
		condition += " and " + area.PathSQL("v.path", v.Path, &args)
	}
	return tx.Each(`select `+assessmentColumns+assessmentFrom+`
		join household h on h.province_id = a.province_id and h.id = a.household_id
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
		where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id and `+condition+` order by h.village_id, h.head_key, h.id`, args, func(r *sql.Rows) error {
		a, err := scanAssessment(r)
		if err != nil {
			return err
		}
		return f(a)
	})
}

// Find is InForce with the household's scope check, for a page.
func (s *Store) Find(ctx context.Context, scope area.Scope, id household.ID, round string) (h household.Household, a Assessment, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if h, err = s.Households.Find(tx, scope, id); err != nil {
			return err
		}
		a, ok, err = s.InForce(tx, id, round)
		return err
	})
	return h, a, ok, err
}
