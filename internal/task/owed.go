package task

import (
	"context"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// Owed gives what a unit owes in all years of the plans, within the scope: an
// area by its code on each year's boundaries, or an agency by its code in the
// plan, with the tasks of the province that it leads.
func (s *Store) Owed(ctx context.Context, scope area.Scope, code string) ([]Instance, error) {
	known := len(s.Tree().CodeHistory(code)) > 0
	list, err := s.owed(ctx, scope, func(p []*programme.Programme) func(Instance) bool {
		for _, one := range p {
			known = known || one.Name(code) != code
		}
		return func(i Instance) bool {
			return i.Unit.Code == code || i.Level == programme.Province && i.Lead == code
		}
	})
	if err == nil && !known {
		err = fault.New(fault.NotFound, "task_unit_unknown", text.T("task.unit_unknown", "code", code))
	}
	return list, err
}

// OwedBy gives what a person owes through the posts in force: those in whose
// areas he works or signs. A post at an agency owes what that agency leads or
// owes itself. The scope is that of who asks.
func (s *Store) OwedBy(ctx context.Context, scope area.Scope, person *account.Actor, roles *account.Roles) ([]Instance, error) {
	areas, agencies := map[area.ID]bool{}, map[string]bool{}
	for _, p := range person.Posts {
		role, ok := roles.Role(p.Role)
		switch {
		case !ok || !p.InForce(person.Day) || !role.Rights.Has(account.RightTasks) && !role.Rights.Has(account.RightWriteAssessment):
		case p.AgencyID != "":
			agencies[p.AgencyID] = true
		case !role.NeedsSubject:
			areas[p.Area] = true
		}
	}
	return s.owed(ctx, scope, func([]*programme.Programme) func(Instance) bool {
		return func(i Instance) bool {
			return areas[i.Area] || i.Area == "" && agencies[i.Unit.Code] || i.Level == programme.Province && agencies[i.Lead]
		}
	})
}

// UID names the obligation in a calendar: the same before and after the year
// was made, and in whatever calendar it stands.
func (i Instance) UID() string {
	return strconv.Itoa(i.Year) + "-" + i.Task + "-" + string(i.Level) + "-" + i.owner() + "-" + i.ForYears() + "@giamngheo"
}

func (s *Store) owed(ctx context.Context, scope area.Scope, owes func([]*programme.Programme) func(Instance) bool) (list []Instance, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		his := owes(plans)
		for _, year := range yearsOf(plans) {
			if len(s.Tree().Roots(Boundaries(year))) == 0 {
				continue // of years before the tables of areas nothing can be said
			}
			y, err := s.yearIn(tx, scope, year, "")
			if err != nil {
				return err
			}
			for _, i := range y.Instances {
				if his(i) {
					list = append(list, i)
				}
			}
		}
		return nil
	})
	return list, err
}

func yearsOf(plans []*programme.Programme) (years []int) {
	for _, p := range plans {
		for y := p.Period.From; y <= p.Period.To; y++ {
			if !slices.Contains(years, y) {
				years = append(years, y)
			}
		}
	}
	slices.Sort(years)
	return years
}
