package task

import (
	"cmp"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/programme"
	"giamngheo/internal/workday"
)

// Column is one product that a year asks for: a task, and the years of which
// its product speaks.
type Column struct {
	Task  string
	Span  programme.Span
	Title string
	Due   string // as printed; "" for no date
	Ends  string // of the term; "" for no date
	// First are the earliest of both where its obligations have days of their
	// own, as what meetings concluded; then Due and Ends are the latest.
	First struct{ Due, Ends string }
}

// ranges draws the days of one more obligation into the column.
func (c *Column) ranges(i Instance) {
	c.Due, c.Ends = max(c.Due, i.Due), max(c.Ends, i.Ends)
	if c.First.Due == "" || i.Due != "" && i.Due < c.First.Due {
		c.First.Due = i.Due
	}
	if c.First.Ends == "" || i.Ends != "" && i.Ends < c.First.Ends {
		c.First.Ends = i.Ends
	}
}

type columnKey struct {
	task string
	span programme.Span
}

// Tally is how a number of obligations stand, and how late the latest of those
// that are late is.
type Tally struct {
	Counts
	Worst int // working days
	Only  *Cell
}

func (t *Tally) add(c Cell) {
	t.Counts.add(c.State, c.In)
	t.Worst = max(t.Worst, c.Late)
	t.Only = nil
	if t.All == 1 {
		t.Only = &c
	}
}

// Behind is how many are late: not done though the term has ended, or done
// after it.
func (t Tally) Behind() int { return t.Timeliness[Overdue] + t.Timeliness[Late] }

// Line is a unit of a summary with all that it and the units in it owe. The
// area of the summary itself has a line of its own for what it owes alone.
type Line struct {
	Level programme.Level
	Unit  programme.Unit
	Area  area.ID // "" of an agency
	Below bool    // units below it owe something too
	Tally
	Tasks []Tally // by column; All is 0 where nothing is asked
}

// Summary is a board drawn together to what stands directly below an area.
type Summary struct {
	Year
	Columns []Column
	Lines   []Line // the area itself, what is directly below it, then agencies
	Total   Line
}

// Summarise draws a year together by the units directly below its area, so
// that each obligation is counted in exactly one line.
func Summarise(y Year, calendar *workday.Calendar, tree *area.Tree) Summary {
	s := Summary{Year: y}
	at := map[columnKey]int{}
	for _, i := range y.Instances {
		k := columnKey{i.Kind(), i.Span}
		if _, there := at[k]; !there {
			at[k] = len(s.Columns)
			c := Column{Task: i.Kind(), Span: i.Span, Title: i.Title, Due: i.Due, Ends: i.Ends}
			if i.Committee != "" {
				c.Title, c.Due, c.Ends = conclusionColumn(), "", ""
			}
			s.Columns = append(s.Columns, c)
		}
		if i.Committee != "" {
			s.Columns[at[k]].ranges(i)
		}
	}
	day, lines, under := Boundaries(y.Year), map[string]int{}, map[area.ID]area.ID{}
	s.Total.Tasks = make([]Tally, len(s.Columns))
	for _, i := range y.Instances {
		in, late := i.In(calendar, y.Today)
		cell, col := Cell{i, in, late}, at[columnKey{i.Kind(), i.Span}]
		id, known := under[i.Area]
		if !known && i.Area != "" {
			id = DirectlyBelow(tree, y.Top.Area, i.Area, day)
			under[i.Area] = id
		}
		key := string(id)
		if i.Area == "" {
			key = "@" + i.Unit.Code
		}
		n, there := lines[key]
		if !there {
			n = len(s.Lines)
			lines[key] = n
			s.Lines = append(s.Lines, lineOf(tree, i, id, day, len(s.Columns)))
		}
		l := &s.Lines[n]
		l.Below = l.Below || id != i.Area
		l.add(cell)
		l.Tasks[col].add(cell)
		s.Total.add(cell)
		s.Total.Tasks[col].add(cell)
	}
	slices.SortStableFunc(s.Lines, func(a, b Line) int {
		return cmp.Compare(s.place(a), s.place(b))
	})
	return s
}

// Sum adds lines up.
func Sum(lines []Line, columns int) Line {
	sum := Line{Tasks: make([]Tally, columns)}
	for _, l := range lines {
		sum.join(l.Tally)
		for n := range l.Tasks {
			sum.Tasks[n].join(l.Tasks[n])
		}
	}
	return sum
}

func (t *Tally) join(o Tally) {
	if o.All == 0 {
		return
	}
	if t.Only = nil; t.All == 0 {
		t.Only = o.Only
	}
	if t.State == nil {
		t.State, t.Timeliness = map[State]int{}, map[Timeliness]int{}
	}
	t.All += o.All
	for state, n := range o.State {
		t.State[state] += n
	}
	for in, n := range o.Timeliness {
		t.Timeliness[in] += n
	}
	t.Worst = max(t.Worst, o.Worst)
}

// place puts the area itself first, agencies last.
func (s Summary) place(l Line) int {
	switch {
	case l.Area == "":
		return 2
	case l.Area == s.Top.Area:
		return 0
	}
	return 1
}

func lineOf(tree *area.Tree, i Instance, id area.ID, day string, columns int) Line {
	l := Line{Level: i.Level, Unit: i.Unit, Area: id, Tasks: make([]Tally, columns)}
	if v, ok := tree.On(id, day); ok && id != i.Area {
		l.Unit = programme.Unit{Code: v.Code, Name: v.FullName}
		l.Level = levels[v.Level]
	}
	return l
}

// DirectlyBelow is the unit directly below the top in which an area lies, or
// the top itself.
func DirectlyBelow(tree *area.Tree, top, id area.ID, day string) area.ID {
	v, ok := tree.On(id, day)
	if !ok || id == top {
		return id
	}
	up := v.Ancestors()
	n := slices.Index(up, top)
	if n < 0 || n == len(up)-1 {
		return id
	}
	return up[n+1]
}

// Share is the part of the obligations with an ended term that were done in
// time; nothing is known of it while no term has ended.
func (c Counts) Share() (share float64, known bool) {
	ended := c.Timeliness[OnTime] + c.Timeliness[Late] + c.Timeliness[Overdue]
	if ended == 0 {
		return 0, false
	}
	return float64(c.Timeliness[OnTime]) / float64(ended), true
}

// ByLevel counts a year by who owes: the province, districts, communes, agencies.
func ByLevel(y Year, calendar *workday.Calendar) map[programme.Level]Counts {
	all := map[programme.Level]Counts{}
	for _, i := range y.Instances {
		in, _ := i.In(calendar, y.Today)
		c := all[i.Level]
		c.add(i.State, in)
		all[i.Level] = c
	}
	return all
}

// Levels are those at which tasks are owed, from above.
var Levels = []programme.Level{programme.Province, programme.District, programme.Commune, programme.Agency}
