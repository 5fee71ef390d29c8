package review

import (
	"context"
	"database/sql"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/text"
)

// Progress is how far a round is in an area: for a commune village × step,
// above it unit × step.
type Progress struct {
	Round Round
	Area  area.Version
	Day   string // on whose areas the units stand
	Kind  string // of the dossiers whose steps these are
	Due   string // by when the results are to be decided; "" where no rule says
	Steps []ProgressStep
	Units []UnitProgress
	// Whole is the area itself: the steps of the commune's own dossier, or the
	// sums of the units.
	Whole UnitProgress

	decision int // the step that is done with the approval
	weeks
}

// ProgressStep is a column.
type ProgressStep struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Per  string `json:"per"` // "village", or "" for the whole commune
	Due  string `json:"due,omitempty"`
}

// UnitProgress is a row.
type UnitProgress struct {
	Area    area.Version
	Dossier dossier.Dossier // zero for a village, and above communes where there is none
	Done    []StepCount     // by step
	Listed  int             // households to be reviewed
	Filled  int             // of them, with a form in force
	// Week is how many forms came in during the last seven days. Forecast is
	// the day on which the last form comes in at that pace: "" when all are
	// there, or when it cannot be told (Stalled).
	Week     int
	Forecast string
	Stalled  bool
	// Left is how many steps are not done up to the decision, those of villages in
	// each; WeekSteps how many were done in the last seven days. End is the day on which
	// the last of them is done at that pace: "" when none is left, or when it cannot
	// be told (EndUnknown). Of the communes below with steps left, Still did none
	// in the week: then End is the earliest day.
	Left       int
	WeekSteps  int
	End        string
	EndUnknown bool
	Still      int
	Late       int // days since the due day, while something up to the decision is left to do
	Beyond     int // days that the forecast lies after the due day; 0 where it does not, or where there is none

	// Reopened is how many units below were opened again after the unit's own
	// dossier was signed, Signed whether it is: the signed result counts them as
	// they were.
	Signed   bool
	Reopened int

	posted string // last day of a list that hangs out
}

// StepCount is in how many of the units below a step is done.
type StepCount struct {
	Done int `json:"done"`
	All  int `json:"all"`
}

// paceDays is over how many days the present pace is taken: the office plans
// by weeks.
const paceDays = 7

// Progress tells how far a round is in an area that some post of the reader
// covers.
func (s *Store) Progress(ctx context.Context, by *account.Actor, scope area.Scope, register *Register, roundID string, root area.ID) (p Progress, err error) {
	if !register.Ready() {
		return p, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	var counts map[string]map[string]int
	var list []dossier.Dossier
	var extra map[household.ID]bool
	var checked *dossier.Checked
	var before []settled
	var classes ClassesBefore
	v := register.View()
	var procedure *dossier.Procedure
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if p.Round, err = s.Round(tx, roundID); err != nil {
			return err
		}
		p.Day = s.workDay(p.Round)
		var known, covered bool
		if p.Area, known = s.Tree().On(root, p.Day); known {
			covered = scope.Covers(s.Tree(), root, p.Day) || scope.Covers(s.Tree(), root, s.today())
		}
		if !known || !covered {
			return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
		}
		if procedure, _, err = s.ProcedureOf(tx, roundID); err != nil {
			return err
		}
		if list, err = s.Dossiers.ListIn(tx, roundID, ""); err != nil {
			return err
		}
		if counts, err = s.Dossiers.Counts(tx, roundID); err != nil {
			return err
		}
		if classes, err = s.classesBefore(tx, v, p.Round); err != nil {
			return err
		}
		if p.weeks, err = s.weeksOf(tx, roundID); err != nil {
			return err
		}
		if before, err = s.settledOf(tx, list, p.Day); err != nil {
			return err
		}
		for _, d := range list {
			if d.Unit == root && d.Kind == CommuneReview {
				if checked, err = s.Dossiers.Check(tx, d); err != nil {
					return err
				}
			}
		}
		extra, err = s.waitingListed(tx, roundID)
		return err
	})
	if err != nil {
		return p, err
	}
	s.columns(&p, procedure, list)
	byUnit := map[area.ID]dossier.Dossier{}
	for _, d := range list {
		if d.State != dossier.PassedOn && d.Kind != SurveyPlan {
			byUnit[d.Unit] = d
		}
	}
	work := s.countWork(v, p, extra, classes, register.pace.of(p.Round.ID))
	p.Whole = UnitProgress{Area: p.Area, Dossier: byUnit[root], Done: make([]StepCount, len(p.Steps))}
	for _, v := range s.Tree().Children(root, p.Day) {
		if v.Level != area.Village && !scope.Covers(s.Tree(), v.Area, p.Day) && !scope.Covers(s.Tree(), v.Area, s.today()) {
			continue
		}
		u := UnitProgress{Area: v, Dossier: byUnit[v.Area], Done: make([]StepCount, len(p.Steps))}
		s.fillSteps(&u, p, checked, counts, list, before)
		u.add(work[v.Area])
		p.Units = append(p.Units, u)
	}
	for _, u := range p.Units {
		p.Whole.Listed, p.Whole.Filled, p.Whole.Week = p.Whole.Listed+u.Listed, p.Whole.Filled+u.Filled, p.Whole.Week+u.Week
		if p.Area.Level != area.Commune {
			p.Whole.addSteps(u)
		}
		for i, c := range u.Done {
			if p.Steps[i].Per != "" || p.Area.Level != area.Commune {
				p.Whole.Done[i].Done, p.Whole.Done[i].All = p.Whole.Done[i].Done+c.Done, p.Whole.Done[i].All+c.All
			}
		}
	}
	if p.Area.Level == area.Commune {
		s.fillSteps(&p.Whole, p, checked, counts, list, before)
	}
	for i := range p.Units {
		s.countReopened(&p.Units[i], list, p.Day)
	}
	s.countReopened(&p.Whole, list, p.Day)
	s.forecast(&p, procedure)
	return p, nil
}

// columns are the steps of the communes' dossiers.
func (s *Store) columns(p *Progress, procedure *dossier.Procedure, list []dossier.Dossier) {
	if procedure == nil {
		return
	}
	p.Kind = CommuneReview
	p.Due = s.Due(p.Round, procedure, CommuneReview)
	if rules, ok := procedure.Rules(CommuneReview); ok {
		p.decision = slices.IndexFunc(rules.Steps, func(step dossier.Step) bool { return step.With == dossier.Approval })
		for _, step := range rules.Steps {
			p.Steps = append(p.Steps, ProgressStep{Code: step.Code, Name: rules.StepName(step.Code), Per: string(step.Per), Due: s.DueStep(p.Round, CommuneReview, step.Code)})
		}
	}
}

// fillSteps counts the steps of a unit: of a village its own, of a commune its
// villages, above that the communes in which all is done. What a commune that
// has ended had decided counts where it lies now.
func (s *Store) fillSteps(u *UnitProgress, p Progress, checked *dossier.Checked, counts map[string]map[string]int, list []dossier.Dossier, before []settled) {
	switch {
	case u.Area.Level == area.Village:
		defer u.countSteps(p, p.Whole.Dossier.ID, u.Area.Area)
		for i, step := range p.Steps {
			if step.Per == "" {
				continue
			}
			done, known := doneInVillage(before, step.Code, u.Area.Area)
			if !known && checked != nil {
				_, done = checked.Done(step.Code, u.Area.Area)
				known = true
			}
			if known {
				u.Done[i].All = 1
			}
			if done {
				u.Done[i].Done = 1
			}
		}
	case u.Area.Level == area.Commune:
		defer func() { u.countSteps(p, u.Dossier.ID, "") }()
		some := settledIn(before, u.Area.Area)
		u.Done = make([]StepCount, len(p.Steps))
		if u.Dossier.ID == "" && len(some) > 0 {
			u.Dossier = some[len(some)-1].Dossier
		} else {
			villages := s.villagesIn(u.Area.Area, p.Day)
			for _, one := range some {
				villages -= len(one.villages[u.Area.Area])
			}
			for i, step := range p.Steps {
				u.Done[i] = StepCount{counts[u.Dossier.ID][step.Code], 1}
				if step.Per != "" {
					u.Done[i].All = villages
				}
			}
		}
		for _, one := range some {
			for i, step := range p.Steps {
				c := one.doneIn(step, u.Area.Area)
				u.Done[i].Done, u.Done[i].All = u.Done[i].Done+c.Done, u.Done[i].All+c.All
			}
		}
	default:
		for _, v := range s.Tree().OfLevel(u.Area.Area, p.Day, area.Commune) {
			c := UnitProgress{Area: v, Done: make([]StepCount, len(p.Steps))}
			if at := slices.IndexFunc(list, func(d dossier.Dossier) bool {
				return d.Kind == CommuneReview && d.Unit == v.Area && d.State != dossier.PassedOn
			}); at >= 0 {
				c.Dossier = list[at]
			}
			if s.fillSteps(&c, p, nil, counts, list, before); c.Dossier.ID == "" {
				continue
			}
			u.addSteps(c)
			for i, one := range c.Done {
				u.Done[i].All++
				if one.All > 0 && one.Done >= one.All {
					u.Done[i].Done++
				}
			}
		}
	}
}

func (s *Store) villagesIn(commune area.ID, day string) (n int) {
	for _, v := range s.Tree().Children(commune, day) {
		if v.Level == area.Village {
			n++
		}
	}
	return n
}

type workCount struct{ listed, filled, week int }

func (u *UnitProgress) add(w workCount) {
	u.Listed, u.Filled, u.Week = u.Listed+w.listed, u.Filled+w.filled, u.Week+w.week
}

// WaitingListed are the households that were put on the list of a round (by a
// request, a proposal) and that a form decides on.
func (s *Store) WaitingListed(ctx context.Context, roundID string) (ids map[household.ID]bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		ids, err = s.waitingListed(tx, roundID)
		return err
	})
	return ids, err
}

// waitingListed leaves out whom Phiếu A has screened out: they wait for no
// Phiếu B, unless put to it all the same.
func (s *Store) waitingListed(tx *db.Tx, roundID string) (map[household.ID]bool, error) {
	ids := map[household.ID]bool{}
	err := tx.Each(`select l.household_id from review_listing l
		left join form_answer f on f.province_id = l.province_id and f.household_id = l.household_id and f.round_id = l.round_id and f.form = $3 and f.in_force = 1 and f.result = $4
		where l.province_id = $1 and l.round_id = $2 and l.withdrawn_at is null and (l.route = $5 or f.id is null)`, []any{s.Province, roundID, form.Screening, form.SurelyNotPoor, RouteB}, func(r *sql.Rows) error {
		var id household.ID
		err := r.Scan(&id)
		ids[id] = true
		return err
	})
	return ids, err
}

// countWork counts, for each unit under the area, the households to be
// reviewed and the forms there are, from the columns in memory.
func (s *Store) countWork(v View, p Progress, extra map[household.ID]bool, before ClassesBefore, days []uint16) map[area.ID]workCount {
	all := map[area.ID]workCount{}
	no, ok := v.RoundNo[p.Round.ID]
	if !ok {
		return all
	}
	unit := make([]area.ID, len(v.Villages))
	for i, village := range v.Villages {
		unit[i] = s.childCovering(p.Area, village, p.Day)
	}
	first := dayNumber(daysAfter(s.today(), -paceDays+1))
	for i := range v.Households() {
		record := v.Get(no, i)
		if record.Class == measure.Absent || int(record.Village) >= len(unit) || unit[record.Village] == "" {
			continue
		}
		assessed := record.Class.Assessed()
		listed := assessed || extra[v.IDs[i]]
		if !listed {
			if was := before.Of(i); was != measure.Poor && was != measure.NearPoor {
				continue
			}
		}
		w := all[unit[record.Village]]
		w.listed++
		if assessed {
			w.filled++
			if i < len(days) && days[i] >= first {
				w.week++
			}
		}
		all[unit[record.Village]] = w
	}
	return all
}

// listedBy are the rounds whose classes put households on the list of a yearly
// one: those within the year, the last first, for whom they assessed, and for
// all others the yearly one before. Within the year nobody is listed.
func listedBy(round Round, all []Round) (numbers []int) {
	if round.Kind != Yearly {
		return nil
	}
	yearly := -1
	for i, o := range all {
		if o.Kind == Yearly && !o.Beside && o.Year < round.Year && (yearly < 0 || o.Year > all[yearly].Year) {
			yearly = i
		}
	}
	for i, o := range slices.Backward(all) {
		if o.Kind == InYear && o.Year <= round.Year && (yearly < 0 || o.Year > all[yearly].Year) {
			numbers = append(numbers, i)
		}
	}
	if yearly >= 0 {
		numbers = append(numbers, yearly)
	}
	return numbers
}

// childCovering is the unit directly under the area in which the village lies.
func (s *Store) childCovering(root area.Version, village area.ID, day string) area.ID {
	v, ok := s.Tree().On(village, day)
	if !ok || !v.Within(root.Path) {
		return ""
	}
	for v.Parent != root.Area {
		if v, ok = s.Tree().On(v.Parent, day); !ok {
			return ""
		}
	}
	return v.Area
}

// At is the step at which a unit stands, -1 where all are done.
func (u UnitProgress) At() int {
	return slices.IndexFunc(u.Done, func(c StepCount) bool { return c.All > 0 && c.Done < c.All })
}
