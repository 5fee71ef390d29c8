package review

import (
	"context"
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// RequestCount is how far the requests of a round are in a unit.
type RequestCount struct {
	Area      area.Version
	Received  int // all of them
	NoForm    int // waiting, and nobody has surveyed the household since
	ForChair  int // waiting, with a form to decide by
	Late      int // waiting, and past their day
	Decided   int
	Refused   int
	Withdrawn int
}

// Waiting are those that nobody has decided.
func (c RequestCount) Waiting() int { return c.NoForm + c.ForChair }

func (c *RequestCount) add(o RequestCount) {
	c.Received, c.NoForm, c.ForChair, c.Late = c.Received+o.Received, c.NoForm+o.NoForm, c.ForChair+o.ForChair, c.Late+o.Late
	c.Decided, c.Refused, c.Withdrawn = c.Decided+o.Decided, c.Refused+o.Refused, c.Withdrawn+o.Withdrawn
}

// RequestProgress counts the requests of an in-year round in each of the units
// under an area that the scope covers, where the households live today, and in
// all of them.
func (s *Store) RequestProgress(ctx context.Context, scope area.Scope, round string, root area.ID) (units []RequestCount, whole RequestCount, err error) {
	day := s.today()
	v, known := s.Tree().On(root, day)
	if !known || !scope.Covers(s.Tree(), root, day) {
		return nil, whole, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	whole.Area = v
	args := []any{s.Province, round, day}
	condition := area.PathSQL("v.path", v.Path, &args)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		counts, unitOf := map[area.ID]*RequestCount{}, map[area.ID]area.ID{}
		err := tx.Each(`select h.village_id, q.assessment_id, q.state, q.due_on, q.at, coalesce(a.id, ''), coalesce(a.recorded_at, 0) from in_year_request q
			join household h on h.province_id = q.province_id and h.id = q.household_id
			join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
			left join assessment_in_force f on f.province_id = q.province_id and f.household_id = q.household_id and f.round_id = q.round_id
		left join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
			where q.province_id = $1 and q.round_id = $2 and `+condition, args, func(r *sql.Rows) error {
			var village area.ID
			var q InYearRequest
			var a Assessment
			if err := r.Scan(&village, &q.Assessment, &q.State, &q.DueOn, &q.At, &a.ID, &a.RecordedAt); err != nil {
				return err
			}
			unit, seen := unitOf[village]
			if !seen {
				unit = s.childCovering(v, village, day)
				unitOf[village] = unit
			}
			if counts[unit] == nil {
				counts[unit] = &RequestCount{}
			}
			counts[unit].add(s.counted(q, a))
			return nil
		})
		if err != nil {
			return err
		}
		units, whole = nil, RequestCount{Area: v}
		for _, child := range s.Tree().Children(root, day) {
			one := RequestCount{Area: child}
			if c := counts[child.Area]; c != nil {
				one.add(*c)
			}
			units = append(units, one)
			whole.add(one)
		}
		return nil
	})
	return units, whole, err
}

// counted is one request as a count.
func (s *Store) counted(q InYearRequest, a Assessment) (c RequestCount) {
	c.Received = 1
	switch q.State {
	case RequestDecided:
		c.Decided = 1
	case RequestRefused:
		c.Refused = 1
	case RequestWithdrawn:
		c.Withdrawn = 1
	default:
		if answers(q, a) {
			c.ForChair = 1
		} else {
			c.NoForm = 1
		}
		if left, ok := s.DaysLeft(q); ok && left < 0 {
			c.Late = 1
		}
	}
	return c
}
