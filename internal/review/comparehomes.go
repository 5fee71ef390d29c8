package review

import (
	"context"
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// Crossing is a household whose form two standards judge, with what each makes
// of the same answers.
type Crossing struct {
	Household  household.ID
	Code, Head string
	Village    area.ID
	B1         *int
	Income     *int64
	Own, Other standard.Result
}

// MostCrossings bounds a list of them.
const MostCrossings = 200

// Crossings lists the households of one cell of CompareRound, by village and
// name, MostCrossings at the most: those of the class own by the round's
// standard that are of the class other by the other. They are named, so that
// the scope is that of whole households.
func (s *Store) Crossings(ctx context.Context, scope area.Scope, round, standardID string, own, other standard.Class) (list []Crossing, err error) {
	o, err := s.FindRound(ctx, round)
	if err != nil {
		return nil, err
	}
	mine, err := s.Law.ByID(o.Standard)
	if err != nil {
		return nil, err
	}
	set, err := s.Law.ByID(standardID)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		args := []any{s.Province, round, s.today(), set.ID, set.Version, own.String(), other.String(), MostCrossings}
		condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args)
		return tx.Each(`select h.id, h.code, coalesce(p.full_name, ''), a.village_id, a.area_type, a.b1, a.income, a.answers`+assessmentFrom+`
			join classification o on o.province_id = a.province_id and o.assessment_id = a.id and o.standard = $4 and o.version = $5 and o.class = $7
			join area_version v on v.province_id = a.province_id and v.area_id = a.village_id and v.from_day <= $3 and v.to_day > $3
			join household h on h.province_id = a.province_id and h.id = a.household_id
			left join person p on p.province_id = h.province_id and p.id = h.head_id
			where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id and c.class = $6 and `+condition+` order by v.path, h.head_key, h.id limit $8`, args, func(r *sql.Rows) error {
			var one Crossing
			var a Assessment
			var areaType string
			var b1, income sql.NullInt64
			if err := r.Scan(&one.Household, &one.Code, &one.Head, &one.Village, &areaType, &b1, &income, &a.Answers); err != nil {
				return err
			}
			a.Area, a.B1, a.Income = parseAreaType(areaType), intOrNil(b1), int64OrNil(income)
			one.B1, one.Income = a.B1, a.Income
			answers := a.AnswersFor(mine)
			one.Own, one.Other = mine.Classify(answers), set.Classify(standard.Translate(answers, mine, set))
			list = append(list, one)
			return nil
		})
	})
	return list, err
}
