// Package task says which obligations a plan's programme brings in a year, and
// to whom: one for the province, or for each district, commune or agency, on
// that year's boundaries, with the deadline as the plan prints it (plan
// 159/KH-UBND, annex); and how far each is. A year's obligations are made once
// and kept. It has no workflow of its own: an obligation whose product the
// program keeps (a commune's round, the survey plan) is as far as the dossier
// of that product; every other one has a dossier of package dossier, in which
// its unit accepts it, reports, hands in, and somebody approves. Beside it
// stand parts, input of others, and requests for more time.
package task

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
)

// State says how far an obligation is.
type State string

// The states.
const (
	Planned  State = "planned" // the programme asks for it; nothing has been recorded of it
	Doing    State = "doing"
	HandedIn State = "handed_in"
	Returned State = "returned"
	Done     State = "done"
	PassedOn State = "passed_on" // its unit has ended; what was open is the successor's
)

// Instance is one obligation with its state.
type Instance struct {
	programme.Instance
	ID        string  // "" of a year that was not made
	By        area.ID // whose work it is: the area, or an agency by account.AgencyUnit
	Extended  string  // the day until which more time was granted, then also in Ends; "" where none was
	Title     string
	Committee string  // whose conclusion it is; "" of a plan's
	Area      area.ID // of an area's obligation; "" of an agency's
	State     State
	HandedIn  string // the day on which its product was last handed in; "" for not yet
	Done      string // the day on which it was approved; "" for not yet
	Closed    bool   // done, and its dossier closed: nothing more is expected
	Dossier   string // of its product; "" where there is none
	PassedTo  string // the id of the successor's, where its unit has ended before it was done
}

// StateWords is the state as pages say it.
func (i Instance) StateWords() string {
	if i.Closed {
		return text.T("task.state.closed")
	}
	return text.T("task.state." + string(i.State))
}

// owner is the identity of who owes it: an area, or an agency by its code.
func (i Instance) owner() string {
	if i.Area != "" {
		return string(i.Area)
	}
	return i.Unit.Code
}

// Boundaries is the day whose areas a year's tasks are for: the last of the
// year, as of its review round, so that a commune's round is its survey task.
func Boundaries(year int) string { return fmt.Sprintf("%04d-12-31", year) }

// Programmes reads those of law/programmes.
func Programmes(fsys fs.FS) (list []*programme.Programme, err error) {
	names, err := fs.Glob(fsys, "programmes/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		p, err := programme.Read(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		list = append(list, p)
	}
	return list, nil
}

// OfYear finds the programme whose period has the year; of several the one
// issued last.
func OfYear(list []*programme.Programme, year int) (*programme.Programme, error) {
	var found *programme.Programme
	for _, p := range list {
		if p.Period.From <= year && year <= p.Period.To && (found == nil || p.Issued > found.Issued) {
			found = p
		}
	}
	if found == nil {
		return nil, fault.New(fault.NotFound, "programme_none", text.T("task.no_programme", "year", year))
	}
	return found, nil
}

// Instances gives the obligations of a year under an area: its own and those
// of the areas in it. Agencies of the province owe theirs to the province as a
// whole, so they come with it alone. An empty code means the province.
func Instances(tree *area.Tree, p *programme.Programme, calendar *workday.Calendar, year int, code string) ([]Instance, error) {
	day := Boundaries(year)
	var tops []area.Version
	if code == "" {
		if tops = tree.Roots(day); len(tops) == 0 {
			return nil, tree.NothingOn(day)
		}
	} else {
		top, err := tree.FindCode(code, day)
		if err != nil {
			return nil, err
		}
		tops = []area.Version{top}
	}
	return instancesOf(tree, p, calendar, year, tops, func(area.Version) bool { return true })
}

// instancesOf gives the obligations of some of the areas under the tops, and of
// the agencies where the province itself is among these.
func instancesOf(tree *area.Tree, p *programme.Programme, calendar *workday.Calendar, year int, tops []area.Version, of func(area.Version) bool) ([]Instance, error) {
	units, day := map[programme.Level][]programme.Unit{}, Boundaries(year)
	ids := map[string]area.ID{} // codes are unique on a day
	for _, top := range tops {
		for _, v := range tree.Under(top.Area, day, area.Commune) {
			level, known := levels[v.Level]
			if !known || !of(v) {
				continue
			}
			units[level] = append(units[level], programme.Unit{Code: v.Code, Name: v.FullName})
			ids[v.Code] = v.Area
		}
	}
	whole := len(units[programme.Province]) > 0
	planned, err := p.Instances(year, units, calendar)
	if err != nil {
		return nil, err
	}
	list := make([]Instance, 0, len(planned))
	for _, i := range planned {
		if i.Level == programme.Agency && !whole {
			continue
		}
		t, _ := p.Task(i.Task)
		list = append(list, Instance{Instance: i, Title: t.Title, Area: ids[i.Unit.Code], State: Planned}) // of an agency "": codes of areas are numbers
	}
	return list, nil
}

var levels = map[area.Level]programme.Level{area.Province: programme.Province, area.District: programme.District, area.Commune: programme.Commune}
