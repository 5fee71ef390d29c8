package review

import (
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
)

// settled is the dossier of a commune that has ended and had decided: its
// decision stands, and what became of the commune shows it beside its own work.
type settled struct {
	dossier.Dossier
	check    *dossier.Checked
	villages map[area.ID][]area.ID // by the commune in which they lie now
}

// settledOf finds them among the dossiers of a round.
func (s *Store) settledOf(tx *db.Tx, list []dossier.Dossier, day string) (all []settled, err error) {
	tree := s.Tree()
	for _, d := range list {
		last, ok := tree.Last(d.Unit)
		if d.Kind != CommuneReview || !d.State.Decided() || !ok || last.To == "" || last.To > day {
			continue
		}
		one := settled{Dossier: d, villages: map[area.ID][]area.ID{}}
		if one.check, err = s.Dossiers.Check(tx, d); err != nil {
			return nil, err
		}
		for _, village := range one.check.Units {
			if now, ok := tree.Ancestor(village, day, area.Commune); ok {
				one.villages[now.Area] = append(one.villages[now.Area], village)
			}
		}
		if len(one.villages) == 0 {
			for _, heir := range tree.Heirs(d.Unit, day) {
				one.villages[heir] = nil
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// settledIn are those of which something lies in a commune, oldest decision first.
func settledIn(all []settled, commune area.ID) (some []settled) {
	for _, one := range all {
		if _, there := one.villages[commune]; there {
			some = append(some, one)
		}
	}
	slices.SortStableFunc(some, func(a, b settled) int { return int(min(max(a.DecidedAt-b.DecidedAt, -1), 1)) })
	return some
}

// doneIn counts a step of such a dossier in a commune: in its villages there,
// or once.
func (o settled) doneIn(step ProgressStep, commune area.ID) (c StepCount) {
	units := []area.ID{""}
	if step.Per != "" {
		units = o.villages[commune]
	}
	for _, unit := range units {
		c.All++
		if _, done := o.check.Done(step.Code, unit); done {
			c.Done++
		}
	}
	return c
}

// doneInVillage says whether a step is done in a village of such a dossier;
// ok is false for a village of none.
func doneInVillage(all []settled, step string, village area.ID) (done, ok bool) {
	for _, one := range all {
		if slices.Contains(one.check.Units, village) {
			_, done = one.check.Done(step, village)
			return done, true
		}
	}
	return false, false
}
