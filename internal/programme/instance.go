package programme

import (
	"slices"
	"strconv"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
)

// Unit is who owes a task: an area by its official code, or an agency by its
// code in the file.
type Unit struct{ Code, Name string }

// Instance is one obligation: a unit owes the product of a task in a year.
type Instance struct {
	Task  string
	Level Level
	Unit  Unit
	Year  int
	Span  Span   // the years that the product speaks of: the year itself, or a longer run that ends in it
	Due   string // YYYY-MM-DD as printed in the plan; "" where it gives no day
	// Ends is the day on which the term ends: the next working day where the
	// printed one is a day off. The printed date stays.
	Ends     string
	Lead     string
	Approver string
}

// ForYears writes the years that the product speaks of: "2017" or "2016-2019".
func (i Instance) ForYears() string {
	if i.Span.From == i.Span.To {
		return strconv.Itoa(i.Span.To)
	}
	return strconv.Itoa(i.Span.From) + "-" + strconv.Itoa(i.Span.To)
}

// Instances gives all obligations of a year, in the order of the tasks, then by
// level and unit. units holds the areas of that year; agencies come from the
// file. A task without a date is owed every year, with no day: that it has none
// is a finding of Lint and no reason to forget it.
func (p *Programme) Instances(year int, units map[Level][]Unit, calendar *workday.Calendar) ([]Instance, error) {
	if year < p.Period.From || year > p.Period.To {
		return nil, fault.New(fault.Invalid, "programme_year", text.T("programme.year_outside", "year", year, "first", p.Period.From, "last", p.Period.To))
	}
	list := []Instance{}
	for _, t := range p.Tasks {
		spans := t.spans(year)
		day, due := p.dueIn(t.Due, year)
		if t.Due.Dated() && !due {
			continue
		}
		ends := ""
		if due {
			ends = calendar.NextWorking(day)
		}
		for _, level := range append([]Level{t.Per}, t.AlsoPer...) {
			owing := units[level]
			if level == Agency {
				owing = p.owingAgencies(t)
			}
			for _, unit := range owing {
				for _, span := range spans {
					list = append(list, Instance{Task: t.ID, Level: level, Unit: unit, Year: year, Span: span, Due: day, Ends: ends, Lead: t.Lead, Approver: t.Approver})
				}
			}
		}
	}
	return list, nil
}

// Unowed is what a year asks and nobody owes: a task for each unit of a level
// that the areas of the year do not have, or for each of the agencies that
// nobody has named.
type Unowed struct {
	Task  string
	Level Level
}

// Unowed gives them in the order of the tasks. The abolishing of a level by law
// does not abolish the work: a person has to say who does it.
func (p *Programme) Unowed(year int, has map[Level]bool) (list []Unowed) {
	for _, t := range p.Tasks {
		if _, due := p.dueIn(t.Due, year); t.Due.Dated() && !due {
			continue
		}
		for _, level := range append([]Level{t.Per}, t.AlsoPer...) {
			if level == Agency && len(p.owingAgencies(t)) == 0 || level != Agency && !has[level] {
				list = append(list, Unowed{t.ID, level})
			}
		}
	}
	return list
}

// spans are the runs of years of which a task has a product in the year: the
// year itself, and each longer one that ends in it.
func (t Task) spans(year int) []Span {
	list := []Span{{year, year}}
	for _, s := range t.Periods {
		if s.To == year && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// owingAgencies are the agencies of which each owes a task: the members of the
// group that leads it; the lead alone where that is one agency; else, of a group
// whose members the file does not name, all agencies that any group names.
func (p *Programme) owingAgencies(t Task) []Unit {
	var codes []string
	for _, g := range p.AgencyGroups {
		if g.Code == t.Lead {
			codes = g.Members
			if len(codes) == 0 {
				for _, other := range p.AgencyGroups {
					codes = append(codes, other.Members...)
				}
			}
		}
	}
	if len(codes) == 0 && slices.ContainsFunc(p.Agencies, func(a AgencyName) bool { return a.Code == t.Lead }) {
		codes = []string{t.Lead}
	}
	var list []Unit
	for _, code := range codes {
		if unit := (Unit{code, p.Name(code)}); !slices.Contains(list, unit) {
			list = append(list, unit)
		}
	}
	return list
}

// Bodies are the agencies that owe or lead something: members of its groups of
// agencies, and who leads a task of the province or of agencies or a duty. The
// People's Committees are areas, and holders of offices are people.
func (p *Programme) Bodies() []AgencyName {
	wanted := map[string]bool{}
	for _, g := range p.AgencyGroups {
		for _, code := range g.Members {
			wanted[code] = true
		}
	}
	below := map[string]bool{}
	for _, t := range p.Tasks {
		if t.Per == District || t.Per == Commune {
			below[t.Lead] = true
		} else {
			wanted[t.Lead] = true
		}
	}
	for _, d := range p.Duties {
		wanted[d.Lead] = true
	}
	var list []AgencyName
	for _, a := range p.Agencies {
		if wanted[a.Code] && !below[a.Code] {
			list = append(list, a)
		}
	}
	return list
}
