package review

import (
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/text"
)

// Effects are what was sent up that counts the unit of a decided dossier, and
// what unlocking it would change there.
type Effects struct {
	Now  *Figures // of the unit today
	Held []Effect // its own results first, then those of the units above
	// Of a commune: what has been signed, and the households of which a new
	// decision would say something else.
	Decisions []Decision
	Changed   []DecisionItem // as they stand now
	Decided   []DecisionItem // the same as decided, in the same order; zero where undecided
}

// Effect is the last result of one unit.
type Effect struct {
	Unit   area.Version
	Holder dossier.Dossier // that sent it
	Stage  string
	At     int64
	Sent   Figures // of the unit as it was sent
	// Counted is the part of it that is the dossier's own unit; nil where the
	// record does not tell.
	Counted *Figures
}

// Change is by how much the households of the unit differ from what the result
// counted of it; ok is false where either is not known.
func (e Effects) Change(held Effect) (households, poor, nearPoor int, ok bool) {
	if e.Now == nil || held.Counted == nil {
		return 0, 0, 0, false
	}
	return e.Now.Households - held.Counted.Households, e.Now.Poor.Households - held.Counted.Poor.Households, e.Now.NearPoor.Households - held.Counted.NearPoor.Households, true
}

// PartChange is a part of the unit whose figures today are not those that the
// unit itself had sent.
type PartChange struct {
	Unit      area.ID
	Sent, Now Figures
}

// Parts are the parts that have changed since the unit sent its last result, in
// the order of the units given; a part that the record does not tell of is none.
func (e Effects) Parts(unit area.ID, order []area.Version) (list []PartChange) {
	for _, held := range e.Held {
		if held.Unit.Area != unit || e.Now == nil {
			continue
		}
		for _, v := range order {
			sent, now := held.Sent.Parts[v.Area], e.Now.Parts[v.Area]
			if sent == nil || now == nil {
				continue
			}
			if sent.Households != now.Households || sent.Poor.Households != now.Poor.Households || sent.NearPoor.Households != now.NearPoor.Households {
				list = append(list, PartChange{v.Area, *sent, *now})
			}
		}
	}
	return list
}

// kindAt is the kind of dossier of a unit of the level.
func kindAt(level area.Level) string {
	switch level {
	case area.Province:
		return ProvinceReview
	case area.District:
		return DistrictReview
	}
	return CommuneReview
}

// EffectsOf tells it. The caller has found the dossier in his scope.
func (s *Store) EffectsOf(tx *db.Tx, d dossier.Dossier) (e Effects, err error) {
	if d.Kind == SurveyPlan {
		return e, nil
	}
	day := s.Dossiers.Day(d)
	at, ok := s.Tree().On(d.Unit, day)
	if !ok {
		return e, nil
	}
	round, err := s.Round(tx, d.Subject)
	if err != nil {
		return e, err
	}
	now, err := s.FiguresOf(tx, round, d.Unit)
	if err != nil {
		return e, err
	}
	e.Now = &now
	var own []Result
	for _, unit := range append([]area.ID{d.Unit}, at.Ancestors()...) {
		results, err := s.Results(tx, d.Subject, unit)
		if err != nil {
			return e, err
		}
		if unit == d.Unit {
			own = results
		}
		if len(results) == 0 {
			continue
		}
		last := results[len(results)-1]
		held := Effect{Stage: last.Stage, At: last.At, Sent: last.Figures}
		held.Unit, _ = s.Tree().On(unit, day)
		if held.Holder, _, err = s.Dossiers.About(tx, dossier.Key{Kind: kindAt(held.Unit.Level), Subject: d.Subject, Unit: unit}); err != nil {
			return e, err
		}
		held.Counted = countedOf(last, d.Unit, own)
		e.Held = append(e.Held, held)
	}
	if d.Kind == CommuneReview {
		err = s.wouldCorrect(tx, round, d.Unit, &e)
	}
	return e, err
}

// countedOf is what a result counts of a unit: itself, its part, or farther
// above what the unit itself had sent by then.
func countedOf(held Result, unit area.ID, own []Result) (counted *Figures) {
	if held.Unit == unit {
		return &held.Figures
	}
	if part := held.Figures.Parts[unit]; part != nil {
		return part
	}
	for i := range own {
		if own[i].At <= held.At {
			counted = &own[i].Figures
		}
	}
	return counted
}

// wouldCorrect tells what a new decision of the commune would correct.
func (s *Store) wouldCorrect(tx *db.Tx, round Round, commune area.ID, e *Effects) error {
	all, err := s.Decisions(tx, round.ID, commune)
	if err != nil || len(all) == 0 {
		return err
	}
	e.Decisions = all
	now, err := s.decidable(tx, round, commune)
	if err != nil {
		return err
	}
	if now, err = s.notDecidedElsewhere(tx, round, commune, now); err != nil {
		return err
	}
	before := decided(all)
	e.Changed = changedItems(before, now)
	for _, item := range e.Changed {
		e.Decided = append(e.Decided, before[item.Household])
	}
	return nil
}

// Sentences tells of each result in words.
func (e Effects) Sentences() (list []dossier.Obstacle) {
	for _, held := range e.Held {
		o := dossier.Obstacle{Code: "result_" + held.Stage, Message: text.T("review.affected", "area", held.Unit.FullName, "stage", text.T("review.stage."+held.Stage),
			"day", area.ShowDay(area.Today(time.UnixMilli(held.At))), "poor", held.Sent.Poor.Households, "near_poor", held.Sent.NearPoor.Households)}
		switch _, poor, near, known := e.Change(held); {
		case !known:
			o.Message += " " + text.T("review.affected.unknown")
		case poor == 0 && near == 0:
			o.Message += " " + text.T("review.affected.same")
		default:
			o.Message += " " + text.T("review.affected.differs", "poor", held.Sent.Poor.Households+poor, "near_poor", held.Sent.NearPoor.Households+near)
		}
		list = append(list, o)
	}
	return list
}

// Affected says what an unlocking would change.
func (s dossiers) Affected(tx *db.Tx, d dossier.Dossier) ([]dossier.Obstacle, error) {
	e, err := s.EffectsOf(tx, d)
	return e.Sentences(), err
}
