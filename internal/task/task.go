// Package task says which obligations a plan's programme brings in a year, and
// to whom: one for the province, or for each district, commune or agency, on
// that year's boundaries, with the deadline as the plan prints it (plan
// 159/KH-UBND, annex). It keeps nothing yet: who accepted a task, handed in its
// product or asked for more time is not recorded here.
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

// Planned: the programme asks for it; nothing has been recorded of it.
const Planned State = "planned"

// Instance is one obligation with its state.
type Instance struct {
	programme.Instance
	Area  area.ID // of an area's obligation; "" of an agency's
	State State
}

// Boundaries is the day whose areas a year's tasks are for: the last of the
// year, as of its review round, so that a commune's round is its survey task.
func Boundaries(year int) string { return fmt.Sprintf("%04d-12-31", year) }

// OfYear finds the programme of law/programmes whose period has the year; of
// several the one issued last.
func OfYear(fsys fs.FS, year int) (*programme.Programme, error) {
	names, err := fs.Glob(fsys, "programmes/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var found *programme.Programme
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		p, err := programme.Read(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
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
	units := map[programme.Level][]programme.Unit{}
	ids := map[string]area.ID{} // codes are unique on a day
	for _, top := range tops {
		for _, v := range tree.Under(top.Area, day, area.Commune) {
			level, known := levels[v.Level]
			if !known {
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
		switch {
		case i.Level != programme.Agency:
			list = append(list, Instance{i, ids[i.Unit.Code], Planned})
		case whole:
			list = append(list, Instance{i, "", Planned})
		}
	}
	return list, nil
}

var levels = map[area.Level]programme.Level{area.Province: programme.Province, area.District: programme.District, area.Commune: programme.Commune}
