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
	list, err := s.owed(ctx, scope, owers{codes: []string{code}}, func(p *programme.Programme) { known = known || p.Name(code) != code })
	if err == nil && !known {
		err = fault.New(fault.NotFound, "task_unit_unknown", text.T("task.unit_unknown", "code", code))
	}
	return list, err
}

// OwedAt is Owed for one unit by its identity: an area through all years, or
// an agency as account.AgencyUnit names it.
func (s *Store) OwedAt(ctx context.Context, scope area.Scope, unit area.ID) ([]Instance, error) {
	if code, agency := account.AgencyOf(unit); agency {
		return s.owed(ctx, scope, owers{agencies: []string{code}}, nil)
	}
	return s.owed(ctx, scope, owers{areas: []string{string(unit)}}, nil)
}

// OwedBy gives what a person owes through the posts in force: those in whose
// areas he works or signs. A post at an agency owes what that agency leads or
// owes itself. The scope is that of who asks.
func (s *Store) OwedBy(ctx context.Context, scope area.Scope, person *account.Actor, roles *account.Roles) ([]Instance, error) {
	var of owers
	for _, p := range person.Posts {
		role, ok := roles.Role(p.Role)
		switch {
		case !ok || !p.InForce(person.Day) || !role.Rights.Has(account.RightTasks) && !role.Rights.Has(account.RightWriteAssessment):
		case p.AgencyID != "":
			of.agencies = append(of.agencies, p.AgencyID)
		case !role.NeedsSubject:
			of.areas = append(of.areas, string(p.Area))
		}
	}
	return s.owed(ctx, scope, of, nil)
}

// UID names the obligation in a calendar: the same before and after the year
// was made, and in whatever calendar it stands.
func (i Instance) UID() string {
	return strconv.Itoa(i.Year) + "-" + i.Task + "-" + string(i.Level) + "-" + i.owner() + "-" + i.ForYears() + "@giamngheo"
}

// YearLed is what a year asks of some agencies by their codes: what they owe
// themselves and what they lead of the province's tasks, for those whose posts
// show them no area.
func (s *Store) YearLed(ctx context.Context, agencies []string, year int) (y Year, err error) {
	tree, of := s.Tree(), owers{agencies: agencies}
	y = Year{Year: year, Today: s.today()}
	roots := tree.Roots(Boundaries(year))
	if len(roots) == 0 {
		return y, tree.NothingOn(Boundaries(year))
	}
	if y.Top = roots[0]; of.none() {
		return y, notThere()
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := s.whole(tx, year)
		if err != nil {
			return err
		}
		y.Plan, y.Made = w.plan, w.made
		y.Instances, err = s.owedIn(tx, tree.Operator(s.Province, s.today()), year, of)
		return err
	})
	return y, err
}

// owers are some of those who owe, by identity or by their codes in a plan.
type owers struct{ areas, agencies, codes []string }

func (o owers) none() bool { return len(o.areas)+len(o.agencies)+len(o.codes) == 0 }

func (o owers) owe(i Instance) bool {
	return slices.Contains(o.areas, string(i.Area)) || i.Area == "" && slices.Contains(o.agencies, i.Unit.Code) || i.Level == programme.Province && slices.Contains(o.agencies, i.Lead) ||
		slices.Contains(o.codes, i.Unit.Code) || i.Level == programme.Province && slices.Contains(o.codes, i.Lead)
}

// owed reads what they owe in all years.
func (s *Store) owed(ctx context.Context, scope area.Scope, of owers, each func(*programme.Programme)) (list []Instance, err error) {
	if of.none() {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		if each != nil {
			for _, p := range plans {
				each(p)
			}
		}
		for _, year := range yearsOf(plans) {
			found, err := s.owedIn(tx, scope, year, of)
			if err != nil {
				return err
			}
			list = append(list, found...)
		}
		return nil
	})
	return list, err
}

func (s *Store) owedIn(tx *db.Tx, scope area.Scope, year int, of owers) ([]Instance, error) {
	tree, day := s.Tree(), Boundaries(year)
	roots := tree.Roots(day)
	if len(roots) == 0 {
		return nil, nil // of years before the tables of areas nothing can be said
	}
	if scope.Empty() {
		return nil, notThere()
	}
	w, err := s.whole(tx, year)
	if err != nil {
		return nil, err
	}
	sees := s.within(scope, day)
	return w.of(func(i Instance) bool {
		at := i.Area
		if at == "" {
			at = roots[0].Area
		}
		return of.owe(i) && sees(at)
	}), nil
}

// planned gives what a plan asks of some areas and of the agencies in a year
// that was not made.
func (s *Store) planned(tx *db.Tx, plans []*programme.Programme, year int, of func(area.Version) bool) (list []Instance, number string, err error) {
	p, err := OfYear(plans, year)
	if err != nil {
		return nil, "", err
	}
	tree := s.Tree()
	if list, err = instancesOf(tree, p, s.Calendar, year, tree.Roots(Boundaries(year)), of); err != nil {
		return nil, "", err
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return nil, "", err
	}
	list, _ = s.succeed(agencies, year, list)
	return list, p.Number, s.decided(tx, p.Number, list)
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
