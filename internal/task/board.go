package task

import (
	"slices"

	"giamngheo/internal/programme"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
)

// Timeliness compares an obligation with its term.
type Timeliness string

// What it can be. Only Overdue and Late count as late.
const (
	Open    Timeliness = "open"    // not done; the term runs
	Overdue Timeliness = "overdue" // not done; the term has ended
	OnTime  Timeliness = "on_time"
	Late    Timeliness = "late"    // done after the term
	NoDate  Timeliness = "no_date" // the plan gives no day, or nobody recorded the day on which it was done
)

// In says whether the obligation is in time on the day, and by how many working
// days it is late. The day of approval counts, as a product that is not
// approved is none; a day off counts as the working day after it, so that what
// is late is late by at least one.
func (i Instance) In(calendar *workday.Calendar, today string) (Timeliness, int) {
	day, after, by := today, Overdue, Open
	if i.State == Done {
		day, after, by = i.Done, Late, OnTime
	}
	switch {
	case i.Ends == "" || day == "" || i.State == PassedOn:
		return NoDate, 0
	case day <= i.Ends:
		return by, 0
	}
	return after, calendar.Between(i.Ends, calendar.NextWorking(day))
}

// InWords says it as pages do, with the working days that it is late.
func (i Instance) InWords(in Timeliness, late int) string {
	if i.State == Done && i.Done == "" {
		return text.T("task.in.done_undated")
	}
	return text.T("task.in."+string(in), "n", late)
}

// Counts are how many obligations stand how.
type Counts struct {
	All        int
	State      map[State]int
	Timeliness map[Timeliness]int
}

func (c *Counts) add(state State, in Timeliness) {
	if c.State == nil {
		c.State, c.Timeliness = map[State]int{}, map[Timeliness]int{}
	}
	c.All++
	c.State[state]++
	c.Timeliness[in]++
}

// Cell is one obligation on a board.
type Cell struct {
	Instance
	In   Timeliness
	Late int // working days
}

// Row is one unit with all that it owes, in the order of the plan.
type Row struct {
	Level programme.Level
	Unit  programme.Unit
	Cells []Cell
	Counts
}

// Board shows unit by task how far a year is.
type Board struct {
	Year
	Rows []Row // from the province down, then agencies
	Counts
}

// BoardOf arranges a year.
func BoardOf(y Year, calendar *workday.Calendar) Board {
	b := Board{Year: y}
	type key struct {
		level programme.Level
		code  string
	}
	at := map[key]int{}
	for _, i := range y.Instances {
		k := key{i.Level, i.Unit.Code}
		n, there := at[k]
		if !there {
			n = len(b.Rows)
			at[k] = n
			b.Rows = append(b.Rows, Row{Level: i.Level, Unit: i.Unit})
		}
		in, late := i.In(calendar, y.Today)
		b.Rows[n].Cells = append(b.Rows[n].Cells, Cell{i, in, late})
		b.Rows[n].add(i.State, in)
		b.add(i.State, in)
	}
	order := []programme.Level{programme.Province, programme.District, programme.Commune, programme.Agency}
	slices.SortStableFunc(b.Rows, func(x, y Row) int { return slices.Index(order, x.Level) - slices.Index(order, y.Level) })
	return b
}
