package task

import (
	"context"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/programme"
)

// SeedAgencies records the agencies that the plans name, so that posts can be
// given at them before a year is made.
func (s *Store) SeedAgencies(ctx context.Context) error {
	roots := s.Tree().Roots(s.today())
	if len(roots) == 0 {
		return nil
	}
	missing := false
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		known, err := account.AgenciesIn(tx, s.Province)
		missing = slices.ContainsFunc(s.bodies(plans, ""), func(a account.Agency) bool {
			return !slices.ContainsFunc(known, func(k account.Agency) bool { return k.ID == a.ID })
		})
		return err
	})
	if err != nil || !missing {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		return s.seed(tx, account.SystemID, plans)
	})
}

func (s *Store) seed(tx *db.Tx, actor string, plans []*programme.Programme) error {
	roots := s.Tree().Roots(s.today())
	if len(roots) == 0 {
		return nil
	}
	return account.SeedAgencies(tx, s.Province, actor, s.Now().UnixMilli(), s.bodies(plans, roots[0].Area))
}

// bodies are the agencies that owe or lead something by the plans, and those
// whose heads approve something.
func (s *Store) bodies(plans []*programme.Programme, at area.ID) (list []account.Agency) {
	add := func(code, name string) {
		if !slices.ContainsFunc(list, func(a account.Agency) bool { return a.ID == code }) {
			list = append(list, account.Agency{ID: code, Name: name, Area: at})
		}
	}
	for _, p := range plans {
		for _, b := range p.Bodies() {
			add(b.Code, b.Name)
		}
		for _, t := range p.Tasks {
			if _, agency, known := s.signs(basis{p.Number, p}, t.Approver); known && agency != "" {
				add(agency, p.Name(agency))
			}
		}
	}
	return list
}
