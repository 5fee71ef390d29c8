package task

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// agencyOn gives who stands on a day for the agency that a plan names: itself,
// or, after its end, its successor, and so on. ok is false where it has ended
// and nobody was named.
func agencyOn(agencies []account.Agency, code, day string) (a account.Agency, ok bool) {
	for range agencies {
		at := slices.IndexFunc(agencies, func(a account.Agency) bool { return a.ID == code })
		switch {
		case at < 0:
			return account.Agency{}, false
		case day < agencies[at].To:
			return agencies[at], true
		}
		code = agencies[at].Successor
	}
	return account.Agency{}, false
}

// hasEnded says whether an agency is known and has ended by the day.
func hasEnded(agencies []account.Agency, code, day string) bool {
	return slices.ContainsFunc(agencies, func(a account.Agency) bool { return a.ID == code && a.To <= day })
}

// succeed gives what a plan asks of agencies that have ended to those that took
// over. What such an agency leads for the province stays the province's where
// nobody did; its own obligations nobody owes then, and gone names them.
func (s *Store) succeed(agencies []account.Agency, year int, list []Instance) (kept []Instance, gone []account.Agency) {
	day := max(s.today(), Boundaries(year))
	type owed struct {
		task, code string
		span       programme.Span
	}
	has := map[owed]bool{}
	for _, i := range list {
		if i.Level == programme.Agency && !hasEnded(agencies, i.Unit.Code, day) {
			has[owed{i.Task, i.Unit.Code, i.Span}] = true
		}
	}
	kept = list[:0]
	for _, i := range list {
		if hasEnded(agencies, i.Lead, day) {
			heir, _ := agencyOn(agencies, i.Lead, day)
			i.Lead = heir.ID
		}
		if i.Level != programme.Agency || !hasEnded(agencies, i.Unit.Code, day) {
			kept = append(kept, i)
			continue
		}
		heir, ok := agencyOn(agencies, i.Unit.Code, day)
		key := owed{i.Task, heir.ID, i.Span}
		switch {
		case !ok:
			at := slices.IndexFunc(agencies, func(a account.Agency) bool { return a.ID == i.Unit.Code })
			if !slices.ContainsFunc(gone, func(a account.Agency) bool { return a.ID == i.Unit.Code }) {
				gone = append(gone, agencies[at])
			}
		case !has[key]:
			has[key] = true
			i.Unit = programme.Unit{Code: heir.ID, Name: heir.Name}
			kept = append(kept, i)
		}
	}
	return kept, gone
}

// concluded gives what meetings of a year asked before its obligations were
// made: of agencies that have ended, their successors.
func (s *Store) concluded(tx *db.Tx, agencies []account.Agency, year int) ([]Concluded, error) {
	if s.Committees == nil {
		return nil, nil
	}
	list, err := s.Committees.WithoutTask(tx, year)
	day := max(s.today(), Boundaries(year))
	return slices.DeleteFunc(list, func(c Concluded) bool {
		code, agency := account.AgencyOf(c.Unit)
		return agency && hasEnded(agencies, code, day) && !known(agencies, code, day)
	}), err
}

func known(agencies []account.Agency, code, day string) bool {
	_, ok := agencyOn(agencies, code, day)
	return ok
}

// obligeBefore makes obligations of them.
func (s *Store) obligeBefore(tx *db.Tx, by *account.Actor, agencies []account.Agency, year int) (n int, err error) {
	list, err := s.concluded(tx, agencies, year)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	day := max(s.today(), Boundaries(year))
	ids := make([]string, len(list))
	for n := range list {
		ids[n] = list[n].ID
		if code, agency := account.AgencyOf(list[n].Unit); agency {
			if heir, ok := agencyOn(agencies, code, day); ok {
				list[n].Unit = account.AgencyUnit(heir.ID)
			}
		}
	}
	if _, err := s.ObligeAll(tx, by, year, list); err != nil {
		return 0, err
	}
	return len(list), s.Committees.HaveTask(tx, ids, year)
}

// Opening is what making a year brings beside what the plan asks of the areas
// and agencies of today.
type Opening struct {
	Conclusions int // that meetings of the year have asked for until now
	Unowed      []programme.Unowed
	Gone        []account.Agency // ended without a successor: what the plan asks of them nobody owes
}

// Opening tells it before a year is made.
func (s *Store) Opening(ctx context.Context, year int) (o Opening, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		agencies, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return err
		}
		before, err := s.concluded(tx, agencies, year)
		if err != nil {
			return err
		}
		plans, err := s.plans(tx)
		if err != nil {
			return err
		}
		p, err := OfYear(plans, year)
		if err != nil {
			return err
		}
		list, err := Instances(s.Tree(), p, s.Calendar, year, "")
		if err != nil {
			return err
		}
		_, gone := s.succeed(agencies, year, list)
		o = Opening{Conclusions: len(before), Gone: gone, Unowed: p.Unowed(year, s.levelsOf(year))}
		return nil
	})
	return o, err
}

// levelsOf are the levels of areas that there are on a year's boundaries.
func (s *Store) levelsOf(year int) map[programme.Level]bool {
	has := map[programme.Level]bool{}
	for _, top := range s.Tree().Roots(Boundaries(year)) {
		for _, v := range s.Tree().Under(top.Area, Boundaries(year), area.Commune) {
			if level, known := levels[v.Level]; known {
				has[level] = true
			}
		}
	}
	return has
}

// UnowedWords say what of a year nobody owes, and what to do about it; "" for
// nothing.
func UnowedWords(year int, list []programme.Unowed) string {
	var names []string
	for _, u := range list {
		names = append(names, text.T("task.unowed_one", "task", u.Task, "level", text.T("task.unowed_"+string(u.Level))))
	}
	if len(names) == 0 {
		return ""
	}
	return text.T("task.unowed", "year", year, "list", strings.Join(names, "; "), "day", area.ShowDay(Boundaries(year)))
}

// Concluded is what a committee concluded.
type Concluded = committee.Concluded
