package task

import (
	"cmp"
	"context"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/programme"
)

// Partner is whom a plan names beside who leads: to work with, or to receive
// the product. Units are those that it names by this; none where it speaks of
// "the agencies concerned" and nobody has said which.
type Partner struct {
	Name  string
	Units []area.ID
}

// partners reads the plan's codes: agencies, groups of agencies, and People's
// Committees, of which an obligation means those above its unit and those below.
func (s *Store) partners(p *programme.Programme, i Instance, codes []string) (list []Partner) {
	for _, code := range codes {
		one := Partner{Name: p.Name(code)}
		if of := p.AreaLevels(code); len(of) > 0 {
			list = append(list, Partner{one.Name, s.around(i, of)})
			continue
		}
		for _, member := range p.Members(code) {
			if unit := account.AgencyUnit(member); unit != i.By {
				one.Units = append(one.Units, unit)
			}
		}
		list = append(list, one)
	}
	return list
}

// around gives the areas of some levels above an obligation's area and directly
// below it; of an agency's, all below the province.
func (s *Store) around(i Instance, of []programme.Level) (list []area.ID) {
	day := Boundaries(i.Year)
	top := i.Area
	if roots := s.Tree().Roots(day); top == "" && len(roots) > 0 {
		top = roots[0].Area
	}
	here, ok := s.Tree().On(top, day)
	if !ok {
		return nil
	}
	near := s.Tree().Children(top, day)
	for _, up := range here.Ancestors() {
		if v, ok := s.Tree().On(up, day); ok {
			near = append(near, v)
		}
	}
	for _, v := range near {
		if level, known := levels[v.Level]; known && slices.Contains(of, level) {
			list = append(list, v.Area)
		}
	}
	return list
}

// receives says whether the actor stands at a unit to which the product of an
// obligation goes.
func (s *Store) receives(by *account.Actor, to []Partner) bool {
	return slices.ContainsFunc(to, func(p Partner) bool {
		return slices.ContainsFunc(p.Units, func(unit area.ID) bool { return s.stands(by, unit) })
	})
}

// Receives says whether any plan sends products to a unit of the actor.
func (s *Store) Receives(ctx context.Context, by *account.Actor) bool {
	plans, err := s.Programmes(ctx)
	return err == nil && slices.ContainsFunc(plans, func(p *programme.Programme) bool {
		return slices.ContainsFunc(p.Tasks, func(t programme.Task) bool { return s.mayReceive(by, p, t.To) })
	})
}

// Received gives the obligations of a year whose product goes to a unit of the
// actor, in the plan's order. What is approved has come.
func (s *Store) Received(ctx context.Context, by *account.Actor, year int) (list []Instance, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		plan, made, err := s.madeBy(tx, year)
		if err != nil || !made {
			return err
		}
		list, err = s.receivedIn(tx, by, madeYear{year, plan}, func(Instance) bool { return true })
		return err
	})
	return list, err
}

// CameWithin gives what was approved in the last so many days, of all years,
// for a unit of the actor; the newest first. A product that is the dossier of
// another subject has pages of that subject, which tell of it.
func (s *Store) CameWithin(ctx context.Context, by *account.Actor, days int) (list []Instance, err error) {
	from := area.Today(s.Now().AddDate(0, 0, -days))
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		years, err := s.madeYears(tx)
		if err != nil {
			return err
		}
		for _, y := range years {
			b, err := s.basis(tx, y.plan)
			if err != nil {
				return err
			}
			came, err := s.receivedIn(tx, by, y, func(i Instance) bool { return i.State == Done && i.Done >= from && !s.linked(b, i) })
			if err != nil {
				return err
			}
			list = append(list, came...)
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b Instance) int { return cmp.Compare(b.Done, a.Done) })
	return list, err
}

// receivedIn reads the obligations of a year whose product goes to a unit of
// the actor, of those that some says.
func (s *Store) receivedIn(tx *db.Tx, by *account.Actor, y madeYear, some func(Instance) bool) ([]Instance, error) {
	plans, err := s.plans(tx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(plans, func(p *programme.Programme) bool { return p.Number == y.plan })
	if at < 0 {
		return nil, nil
	}
	to := map[string][]string{}
	for _, t := range plans[at].Tasks {
		if s.mayReceive(by, plans[at], t.To) {
			to[t.ID] = t.To
		}
	}
	if len(to) == 0 {
		return nil, nil
	}
	w, err := s.whole(tx, y.year)
	if err != nil {
		return nil, err
	}
	return w.of(func(i Instance) bool {
		return to[i.Task] != nil && some(i) && s.receives(by, s.partners(plans[at], i, to[i.Task]))
	}), nil
}

// mayReceive says, before anything is read, whether a post of the actor is at
// an agency or at a level of areas to which products go.
func (s *Store) mayReceive(by *account.Actor, p *programme.Programme, codes []string) bool {
	return slices.ContainsFunc(by.Posts, func(post account.Post) bool {
		v, _ := s.Tree().Last(post.Area)
		return slices.ContainsFunc(codes, func(code string) bool {
			return slices.Contains(p.Members(code), post.AgencyID) || post.AgencyID == "" && slices.Contains(p.AreaLevels(code), levels[v.Level])
		})
	})
}
