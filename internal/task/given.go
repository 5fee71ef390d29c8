package task

import (
	"context"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// GivenTo are the parts of obligations that were given to a person or to a
// unit of his, and the questions that such a unit was asked, as far as they are
// open; of obligations within the scope of who asks.
func (s *Store) GivenTo(ctx context.Context, scope area.Scope, person *account.Actor) ([]Duty, error) {
	return s.given(ctx, scope, func(p Part) bool { return s.his(person, p) }, func(i Input) bool { return s.stands(person, i.Unit) })
}

// GivenAt is GivenTo for a unit: also what was given to one of its people by
// its name.
func (s *Store) GivenAt(ctx context.Context, scope area.Scope, unit area.ID) ([]Duty, error) {
	return s.given(ctx, scope, func(p Part) bool { return p.Unit == unit }, func(i Input) bool { return i.Unit == unit })
}

func (s *Store) given(ctx context.Context, scope area.Scope, parts func(Part) bool, inputs func(Input) bool) ([]Duty, error) {
	return s.gather(ctx, func(tx *db.Tx, years []madeYear) (list []Duty, err error) {
		found, err := s.openParts(tx, years, parts)
		if err != nil {
			return nil, err
		}
		asked, err := s.openInputs(tx, years, inputs)
		if err != nil {
			return nil, err
		}
		for _, d := range append(found, asked...) {
			day, at := Boundaries(d.Year), d.Area
			if roots := s.Tree().Roots(day); at == "" && len(roots) > 0 {
				at = roots[0].Area
			}
			if s.within(scope, day)(at) {
				list = append(list, d)
			}
		}
		return list, nil
	})
}

// UID names a part or a question in a calendar.
func (d Duty) UID() string { return d.Item + "@giamngheo" }
