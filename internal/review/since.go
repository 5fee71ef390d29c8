package review

import (
	"cmp"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/vn"
)

// Since is a unit below a signed dossier that was unlocked after the signature:
// it is worked on again, or was decided anew. The signed result counts it as it
// was before.
type Since struct {
	Unit    area.Version
	Dossier dossier.Dossier
	// UnlockedAt is when it was opened again the last time; 0 where no such
	// event is known.
	UnlockedAt int64
	Open       bool // it is worked on again, and nobody has decided
	// Counted is what the signed result has of it, Now what the unit sent since,
	// or while it is open the forms and the register of today; nil where it is
	// not known.
	Counted, Now *Figures
}

// Differs says whether the signed result is no longer what the unit has now.
func (c Since) Differs() bool {
	return c.Counted != nil && c.Now != nil && (c.Counted.Households != c.Now.Households || c.Counted.Poor.Households != c.Now.Poor.Households ||
		c.Counted.NearPoor.Households != c.Now.NearPoor.Households || c.Counted.Undetermined.Households != c.Now.Undetermined.Households)
}

// reopened says whether a dossier was opened again after another was signed.
func reopened(below, signed dossier.Dossier) bool {
	if below.State == dossier.PassedOn || below.Kind == SurveyPlan || !signed.State.Decided() {
		return false
	}
	return !below.State.Decided() || below.DecidedAt > signed.DecidedAt
}

// openedSince are the dossiers below a signed one that were opened again after
// its signature, by kind and unit.
func (s *Store) openedSince(list []dossier.Dossier, signed dossier.Dossier, day string) (found []dossier.Dossier) {
	if signed.Kind != DistrictReview && signed.Kind != ProvinceReview {
		return nil
	}
	for _, one := range list {
		if one.Subject == signed.Subject && one.Unit != signed.Unit && reopened(one, signed) && s.Tree().Covers(signed.Unit, one.Unit, day) {
			found = append(found, one)
		}
	}
	return found
}

// mostCounted is of how many communes that are worked on again the figures of
// today are counted for a page; each takes a few milliseconds.
const mostCounted = 60

// SinceSigned tells which units below a signed dossier were opened again after
// the signature, and what differs: districts first, then communes, by name. The
// caller has found the dossier in his scope.
func (s *Store) SinceSigned(tx *db.Tx, d dossier.Dossier) (changed []Since, err error) {
	if !d.State.Decided() || d.Kind != DistrictReview && d.Kind != ProvinceReview {
		return nil, nil
	}
	list, err := s.Dossiers.ListIn(tx, d.Subject, "")
	if err != nil {
		return nil, err
	}
	day := s.Dossiers.Day(d)
	opened := s.openedSince(list, d, day)
	if len(opened) == 0 {
		return nil, nil
	}
	round, err := s.Round(tx, d.Subject)
	if err != nil {
		return nil, err
	}
	signed, err := s.Results(tx, d.Subject, d.Unit)
	if err != nil {
		return nil, err
	}
	counts := 0
	for _, one := range opened {
		c := Since{Dossier: one, Open: !one.State.Decided()}
		c.Unit, _ = s.Tree().Lately(one.Unit, day)
		own, err := s.Results(tx, d.Subject, one.Unit)
		if err != nil {
			return nil, err
		}
		if len(signed) > 0 {
			c.Counted = countedOf(signed[len(signed)-1], one.Unit, own)
		}
		switch {
		case !c.Open && len(own) > 0:
			c.Now = &own[len(own)-1].Figures
		case c.Open && counts+work(one.Kind) <= mostCounted:
			counts += work(one.Kind)
			now, err := s.FiguresOf(tx, round, one.Unit)
			if err != nil {
				return nil, err
			}
			c.Now = &now
		}
		events, err := s.Dossiers.Events(tx, one.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if e.Action == dossier.Unlocked {
				c.UnlockedAt = e.At
			}
		}
		changed = append(changed, c)
	}
	slices.SortStableFunc(changed, func(a, b Since) int {
		return cmp.Or(cmp.Compare(work(a.Dossier.Kind), work(b.Dossier.Kind))*-1, vn.Compare(a.Unit.FullName, b.Unit.FullName))
	})
	return changed, nil
}

// work is how much it takes to count a unit, in communes.
func work(kind string) int {
	if kind == DistrictReview {
		return 20
	}
	return 1
}

// countReopened is how many were, for the progress of a unit.
func (s *Store) countReopened(u *UnitProgress, list []dossier.Dossier, day string) {
	if u.Dossier.Kind != DistrictReview && u.Dossier.Kind != ProvinceReview || !u.Dossier.State.Decided() {
		return
	}
	u.Signed, u.Reopened = true, len(s.openedSince(list, u.Dossier, day))
}
