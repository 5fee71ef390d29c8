package review

import (
	"context"
	"database/sql"
	"fmt"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Flow is how a household changed by the decisions of a period.
type Flow string

// The flows, in the order of the table. A household is in exactly one.
const (
	NewlyPoor        Flow = "new_poor"
	FellBack         Flow = "fell_back" // was poor in an earlier year and had left the list
	PoorFromNearPoor Flow = "poor_from_near_poor"
	NewlyNearPoor    Flow = "new_near_poor"
	NearPoorFromPoor Flow = "near_poor_from_poor"
	LeftPoor         Flow = "left_poor"
	LeftNearPoor     Flow = "left_near_poor"
)

// Flows lists them.
var Flows = []Flow{NewlyPoor, FellBack, PoorFromNearPoor, NewlyNearPoor, NearPoorFromPoor, LeftPoor, LeftNearPoor}

// flow gives that of a change; ok is false where nothing changed on the list.
func flow(before, now standard.Class, poorEarlier bool) (f Flow, ok bool) {
	switch {
	case before == now || !onList(before) && !onList(now):
		return "", false
	case now == standard.Poor && before == standard.NearPoor:
		return PoorFromNearPoor, true
	case now == standard.Poor && poorEarlier:
		return FellBack, true
	case now == standard.Poor:
		return NewlyPoor, true
	case now == standard.NearPoor && before == standard.Poor:
		return NearPoorFromPoor, true
	case now == standard.NearPoor:
		return NewlyNearPoor, true
	case before == standard.Poor:
		return LeftPoor, true
	}
	return LeftNearPoor, true
}

// Period is a month or a quarter of a year; Month and Quarter are 0 for the
// whole year.
type Period struct {
	Year, Quarter, Month int
}

// ParsePeriod reads 2017, 2017-Q2 or 2017-05.
func ParsePeriod(written string) (p Period, ok bool) {
	if n, err := fmt.Sscanf(written, "%4d-Q%1d", &p.Year, &p.Quarter); err == nil && n == 2 && written == p.String() {
		return p, p.Quarter >= 1 && p.Quarter <= 4
	}
	p = Period{}
	if n, err := fmt.Sscanf(written, "%4d-%2d", &p.Year, &p.Month); err == nil && n == 2 && written == p.String() {
		return p, p.Month >= 1 && p.Month <= 12
	}
	p = Period{}
	n, err := fmt.Sscanf(written, "%4d", &p.Year)
	return p, err == nil && n == 1 && written == p.String()
}

func (p Period) String() string {
	switch {
	case p.Month > 0:
		return fmt.Sprintf("%04d-%02d", p.Year, p.Month)
	case p.Quarter > 0:
		return fmt.Sprintf("%04d-Q%d", p.Year, p.Quarter)
	}
	return fmt.Sprintf("%04d", p.Year)
}

// Days are the first and the last day.
func (p Period) Days() (from, to string) {
	first, last := 1, 12
	switch {
	case p.Month > 0:
		first, last = p.Month, p.Month
	case p.Quarter > 0:
		first, last = 3*p.Quarter-2, 3*p.Quarter
	}
	return fmt.Sprintf("%04d-%02d-01", p.Year, first), fmt.Sprintf("%04d-%02d-31", p.Year, last)
}

// ChangesRow is a unit with its changes.
type ChangesRow struct {
	Unit    area.Version
	Changes map[Flow]Count
}

// YearChanges are what decisions within the year changed in a period, for the
// report upward. Total is that of the rows.
type YearChanges struct {
	Round       Round
	Area        area.Version
	Day         string // on whose areas the rows stand
	Period      Period
	Rows        []ChangesRow // the units directly under the area
	Total       map[Flow]Count
	Decisions   int
	Corrections int // decisions among them that correct others
}

// ChangesOf counts the changes by the decisions of an in-year round that were
// signed in the period. Of a household about which several were signed the
// first class and the last count, so that a correction within the period
// cancels what it corrects. The scope is that of the right to read figures.
func (s *Store) ChangesOf(ctx context.Context, scope area.Scope, roundID string, root area.ID, p Period) (c YearChanges, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c = YearChanges{Period: p, Total: map[Flow]Count{}}
		if c.Round, err = s.Round(tx, roundID); err != nil {
			return err
		}
		if c.Round.Kind != InYear {
			return fault.New(fault.Conflict, "not_in_year", text.T("review.in_year.not_in_year", "id", c.Round.ID))
		}
		c.Day = s.workDay(c.Round)
		var known bool
		if c.Area, known = s.Tree().On(root, c.Day); !known || c.Area.Level == area.Village || !scope.Covers(s.Tree(), root, c.Day) && !scope.Covers(s.Tree(), root, s.today()) {
			return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
		}
		return s.countChanges(tx, &c)
	})
	return c, err
}

// changed is a household with what the decisions of the period made of it.
type changed struct {
	village     area.ID
	members     int
	before, now standard.Class
	earlier     bool
}

func (s *Store) countChanges(tx *db.Tx, c *YearChanges) error {
	tree := s.Tree()
	row := map[area.ID]int{}
	for _, v := range tree.Children(c.Area.Area, c.Day) {
		row[v.Area] = len(c.Rows)
		c.Rows = append(c.Rows, ChangesRow{v, map[Flow]Count{}})
	}
	of := map[area.ID]int{} // a village's row, −1 outside of the area
	unit := func(village, commune area.ID) int {
		at, known := of[village]
		if known {
			return at
		}
		at = -1
		for _, id := range []area.ID{village, commune} {
			v, ok := tree.On(id, c.Day)
			if !ok {
				continue
			}
			for _, up := range append(v.Ancestors(), id) {
				if i, is := row[up]; is {
					at = i
				}
			}
			break
		}
		of[village] = at
		return at
	}
	from, to := c.Period.Days()
	decisions := map[string]bool{}
	all := map[household.ID]*changed{}
	err := tx.Each(`select d.id, d.kind, d.area_id, i.household_id, i.village_id, i.members, i.before, i.class,
			case when i.class = 'poor' and exists (select 1 from assessment_in_force f join assessment b on b.province_id = f.province_id and b.id = f.assessment_id join classification k on k.province_id = b.province_id and k.assessment_id = b.id and k.official = 1 and k.class = 'poor'
				where f.province_id = i.province_id and f.household_id = i.household_id and f.round_id <> d.round_id and b.effective_from < coalesce(a.effective_from, d.signed_on)) then 1 else 0 end
		from decision d join decision_item i on i.province_id = d.province_id and i.decision_id = d.id
		left join assessment a on a.province_id = i.province_id and a.id = i.assessment_id
		where d.province_id = $1 and d.round_id = $2 and d.signed_on >= $3 and d.signed_on <= $4 and d.kind <> $5 order by d.at, d.id`, []any{s.Province, c.Round.ID, from, to, Withdraw}, func(r *sql.Rows) error {
		var id, kind string
		var commune area.ID
		var h household.ID
		var one changed
		var before, now string
		var earlier int
		if err := r.Scan(&id, &kind, &commune, &h, &one.village, &one.members, &before, &now, &earlier); err != nil {
			return err
		}
		if unit(one.village, commune) < 0 {
			return nil
		}
		if !decisions[id] {
			if decisions[id] = true; kind == Correct {
				c.Corrections++
			}
		}
		one.before, _ = standard.ParseClass(before)
		one.now, _ = standard.ParseClass(now)
		one.earlier = earlier == 1
		if old := all[h]; old != nil {
			one.before = old.before
		}
		all[h] = &one
		return nil
	})
	if err != nil {
		return err
	}
	c.Decisions = len(decisions)
	for _, one := range all {
		f, ok := flow(one.before, one.now, one.earlier)
		if !ok {
			continue
		}
		for _, counts := range []map[Flow]Count{c.Rows[of[one.village]].Changes, c.Total} {
			n := counts[f]
			n.Households, n.People = n.Households+1, n.People+one.members
			counts[f] = n
		}
	}
	return nil
}
