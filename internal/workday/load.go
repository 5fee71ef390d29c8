package workday

import (
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"time"

	"github.com/goccy/go-yaml"
)

// file is law/calendar/holidays.yaml as written.
type file struct {
	ID      string
	Name    string
	Sources map[string]string
	Years   []struct {
		Year int
		Days []entry
	}
}

type entry struct {
	Day, From, To string
	Kind          Kind
	For           string
	Name          string
	Source        string
	Confirmed     bool
}

// Load reads calendar/holidays.yaml from law.Files.
func Load(fsys fs.FS) (*Calendar, error) {
	raw, err := fs.ReadFile(fsys, "calendar/holidays.yaml")
	if err != nil {
		return nil, err
	}
	c, err := read(raw)
	if err != nil {
		return nil, fmt.Errorf("holidays.yaml: %w", err)
	}
	return c, nil
}

func read(raw []byte) (*Calendar, error) {
	var f file
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return nil, err
	}
	c := &Calendar{special: map[string]Special{}}
	for _, y := range f.Years {
		if c.Known(y.Year) {
			return nil, fmt.Errorf("year %d stands twice", y.Year)
		}
		c.years = append(c.years, y.Year)
		for _, e := range y.Days {
			if err := c.enter(y.Year, e, f.Sources); err != nil {
				return nil, fmt.Errorf("%d: %s%s: %w", y.Year, e.Day, e.From, err)
			}
		}
	}
	c.order()
	return c, c.check()
}

// enter takes one line of the file: a day, or a run of days without its weekends.
func (c *Calendar) enter(year int, e entry, sources map[string]string) error {
	run := e.Day == ""
	if !run {
		e.From, e.To = e.Day, e.Day
	}
	first, okFirst := parse(e.From)
	last, okLast := parse(e.To)
	switch {
	case !okFirst || !okLast || last.Before(first) || last.Sub(first) > 31*24*time.Hour:
		return fmt.Errorf("no day, or no run of days")
	case e.Name == "" || sources[e.Source] == "":
		return fmt.Errorf("lacks its name or source")
	case !slices.Contains([]Kind{Holiday, InLieu, SwappedOff, Working}, e.Kind):
		return fmt.Errorf("no kind %q", e.Kind)
	case run && e.Kind != Holiday:
		return fmt.Errorf("only holidays run over several days")
	}
	for t := first; !t.After(last); t = t.AddDate(0, 0, 1) {
		day := t.Format(time.DateOnly)
		if run && weekend(t) {
			continue
		}
		if t.Year() != year {
			return fmt.Errorf("%s lies in another year", day)
		}
		if _, twice := c.special[day]; twice {
			return fmt.Errorf("%s stands twice", day)
		}
		c.special[day] = Special{day, e.Kind, e.Name, e.For, sources[e.Source], e.Confirmed}
	}
	return nil
}

func (c *Calendar) order() {
	for day, s := range c.special {
		c.days = append(c.days, day)
		t, _ := parse(day)
		switch {
		case s.Kind == Working && weekend(t):
			c.shifted = append(c.shifted, shift{ordinal(t), 1})
		case s.Kind != Working && !weekend(t):
			c.shifted = append(c.shifted, shift{ordinal(t), -1})
		}
	}
	sort.Strings(c.days)
	slices.SortFunc(c.shifted, func(a, b shift) int { return a.ordinal - b.ordinal })
	slices.Sort(c.years)
}

// check refuses a calendar in which a day off in exchange is not worked, a
// holiday on a weekend has no day in lieu, or a day says what its weekday
// already says.
func (c *Calendar) check() error {
	lieu := map[string]string{}
	for _, day := range c.days {
		s := c.special[day]
		t, _ := parse(day)
		if s.Kind != Holiday {
			if weekend(t) != (s.Kind == Working) {
				return fmt.Errorf("%s: %s on a %s", day, s.Kind, t.Weekday())
			}
			of, ok := parse(s.For)
			if !ok {
				return fmt.Errorf("%s: says not for which day", day)
			}
			if !c.Known(of.Year()) {
				continue
			}
			if want := map[Kind]Kind{InLieu: Holiday, SwappedOff: Working, Working: SwappedOff}[s.Kind]; c.special[s.For].Kind != want {
				return fmt.Errorf("%s: is for %s, which is no %s", day, s.For, want)
			}
		}
		switch s.Kind {
		case InLieu:
			if lieu[s.For] != "" || day <= s.For {
				return fmt.Errorf("%s: a second day in lieu of %s, or one before it", day, s.For)
			}
			lieu[s.For] = day
		case SwappedOff, Working:
			if other, known := c.special[s.For]; known && other.For != day {
				return fmt.Errorf("%s: %s is exchanged for %s", day, s.For, other.For)
			}
		}
	}
	for _, day := range c.days {
		t, _ := parse(day)
		if c.special[day].Kind == Holiday && weekend(t) && lieu[day] == "" {
			return fmt.Errorf("%s: a holiday on a %s without a day in lieu", day, t.Weekday())
		}
	}
	return nil
}
