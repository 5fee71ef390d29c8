package review

import (
	"database/sql"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
)

// weeks is what a forecast rests on beside the forms: the steps of the last
// seven days, and until when lists hang out.
type weeks struct {
	done   map[string][]dossier.Marked // by dossier
	posted map[area.ID]string
}

func (s *Store) weeksOf(tx *db.Tx, round string) (w weeks, err error) {
	if w.done, err = s.Dossiers.DoneSince(tx, round, s.Now().AddDate(0, 0, -paceDays).UnixMilli()); err != nil {
		return w, err
	}
	w.posted = map[area.ID]string{}
	return w, tx.Each(`select area_id, max(last_day) from posting where province_id = $1 and round_id = $2 and withdrawn_at is null group by area_id`, []any{s.Province, round}, func(r *sql.Rows) error {
		var at area.ID
		var day string
		err := r.Scan(&at, &day)
		w.posted[at] = day
		return err
	})
}

// toDecision says whether a step is one of those up to the decision.
func (p *Progress) toDecision(i int) bool { return p.decision < 0 || i <= p.decision }

// countSteps counts what is left of a village or commune up to the decision,
// and what was done of its dossier in the week; of one unit where it is named.
func (u *UnitProgress) countSteps(p Progress, id string, unit area.ID) {
	counted := map[string]bool{}
	for i, c := range u.Done {
		if p.toDecision(i) {
			counted[p.Steps[i].Code] = true
			u.Left += c.All - c.Done
		}
	}
	for _, m := range p.done[id] {
		if counted[m.Step] && (unit == "" || m.Unit == unit) {
			u.WeekSteps++
		}
	}
	u.posted = p.posted[u.Area.Area]
	if u.Left > 0 && u.WeekSteps == 0 {
		u.Still = 1
	}
}

// addSteps adds those of a unit below.
func (u *UnitProgress) addSteps(below UnitProgress) {
	u.Left, u.WeekSteps, u.Still = u.Left+below.Left, u.WeekSteps+below.WeekSteps, u.Still+below.Still
	if below.Left > 0 {
		u.posted = max(u.posted, below.posted)
	}
}

// forecast tells of each unit and of the whole when the last form comes in and
// when the last decision is made, at the pace of the last seven days.
func (s *Store) forecast(p *Progress, procedure *dossier.Procedure) {
	today := s.today()
	posting := -1
	for i, step := range p.Steps {
		if step.Code == "posting" {
			posting = i
		}
	}
	for _, u := range p.each() {
		u.forecastForms(today)
		earliest := u.posted
		if u.Forecast != "" && posting >= 0 && u.Area.Level != area.Village {
			// Forms are to come, so some list has yet to hang out for its days.
			earliest = max(earliest, u.Forecast)
			if term, err := s.TermOf(procedure, u.Forecast); err == nil {
				earliest = max(earliest, term.Last)
			}
		}
		u.forecastEnd(today, earliest)
	}
	if p.Area.Level != area.Commune {
		for _, u := range p.Units {
			if p.Whole.End != "" && u.End > p.Whole.End {
				p.Whole.End = u.End // it ends with the last of them
			}
		}
	}
	for _, u := range p.each() {
		u.late(today, p.Due, p.decision)
	}
}

func (p *Progress) each() []*UnitProgress {
	all := make([]*UnitProgress, 0, len(p.Units)+1)
	for i := range p.Units {
		all = append(all, &p.Units[i])
	}
	return append(all, &p.Whole)
}

// forecastForms tells when the last form comes in.
func (u *UnitProgress) forecastForms(today string) {
	switch left := u.Listed - u.Filled; {
	case left <= 0:
	case u.Week == 0:
		u.Stalled = true
	default:
		u.Forecast = daysAfter(today, (left*paceDays+u.Week-1)/u.Week)
	}
}

// forecastEnd tells when the last step is done, not before the earliest day.
// Where forms or steps have stood still for a week nothing can be told.
func (u *UnitProgress) forecastEnd(today, earliest string) {
	switch {
	case u.Left == 0:
	case u.WeekSteps == 0 || u.Stalled:
		u.EndUnknown = true
	default:
		u.End = max(daysAfter(today, (u.Left*paceDays+u.WeekSteps-1)/u.WeekSteps), earliest)
	}
}

// late tells by how many days a unit has missed the day until today, with what
// it has not done of the steps up to the decision, and by how many its forecast
// will: the one is what is, the other what is to be expected.
func (u *UnitProgress) late(today, due string, decision int) {
	if due == "" {
		return
	}
	last := max(u.Forecast, u.End)
	at := u.At()
	if open := last != "" || u.Stalled || at >= 0 && at <= decision; open && today > due {
		u.Late = daysBetween(due, today)
	}
	if last > due {
		u.Beyond = daysBetween(due, last)
	}
}

func daysAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

func daysBetween(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
