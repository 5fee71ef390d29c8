package sponsor

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// Years are a year or a run of them.
type Years struct{ From, To int }

// String writes "2017" or "2016-2019".
func (y Years) String() string {
	if y.From == y.To {
		return strconv.Itoa(y.From)
	}
	return strconv.Itoa(y.From) + "-" + strconv.Itoa(y.To)
}

func (y Years) within(outer Years) bool { return outer.From <= y.From && y.To <= outer.To }

func (y Years) has(day string) bool {
	year, err := strconv.Atoi(day[:4])
	return err == nil && y.From <= year && year <= y.To
}

// Sum adds up numbers of which some may be unknown. Of is how many were asked
// for, Known how many somebody gave; with Known 0 there is no number.
type Sum struct {
	N     int64
	Known int
	Of    int
}

func (s *Sum) add(n Number) {
	if s.Of++; n.Known {
		s.N, s.Known = s.N+n.N, s.Known+1
	}
}

// Line is promised against result: of an indicator, or of a sponsored unit and
// its sponsor. Years are those of promises that reach beyond the years of the
// report; their results are those of its years alone, so that they stand apart.
type Line struct {
	Area      area.ID // "" in the table by indicator
	Sponsor   string  // the sponsorship; "" in the table by indicator
	Kind      string
	Indicator string // "" for none: then the kind says what it is
	Measure   string // "" where nothing is counted
	Years     Years  // zero: within the years of the report
	Promises  int
	Reported  int // promises of which something came in these years, whatever it was
	Promised  Sum
	Got       Sum
	Money     Sum
	GotMoney  Sum
}

// Asked is what a report is of.
type Asked struct {
	Agency string  // "": of all sponsors
	Root   area.ID // only units in it; "" for the whole province
	Alone  bool    // only the unit Root itself, none in it
	Years  Years
	AsOf   int64 // what was known then, in ms; 0 for now
}

// Report is the product of task VII.2: promised against result by indicator of
// the field and by sponsored unit.
type Report struct {
	Asked
	ByIndicator []Line
	ByUnit      []Line
	// Sponsors are those of whom it speaks, by their ID.
	Sponsors map[string]Sponsorship
	// Silent are those in force in these years of whom no promise is recorded.
	Silent []Sponsorship
}

// Report gives it of what the reader sees.
func (s *Store) Report(ctx context.Context, by *account.Actor, asked Asked) (rep Report, err error) {
	rep = Report{Asked: asked, Sponsors: map[string]Sponsorship{}}
	var promises []Promise
	var all []Sponsorship
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		sponsorships, err := s.list(tx, " order by area_id, from_day, id")
		if err != nil {
			return err
		}
		fields, err := s.ownFields(tx)
		if err != nil {
			return err
		}
		all = append(sponsorships, fields...)
		promises, err = s.promises(tx, "")
		return err
	})
	if err != nil {
		return rep, err
	}
	mine := map[string]Sponsorship{}
	for _, p := range all {
		if (asked.Agency == "" || p.Agency == asked.Agency) && (asked.Root == "" || p.Area == asked.Root || !asked.Alone && s.covers(asked.Root, p.Area)) && s.sees(by, p) && (asked.AsOf == 0 || p.At <= asked.AsOf) {
			mine[p.ID] = p
		}
	}
	spoken := map[string]bool{}
	for _, p := range promises {
		of, ok := mine[p.Of]
		if !ok || !asked.knew(p.At, p.Dropped) {
			continue
		}
		spoken[p.Of] = true
		rep.add(of, p)
	}
	for _, p := range all {
		if m, ok := mine[p.ID]; ok && !spoken[p.ID] && !p.OwnField() && m.From <= strconv.Itoa(asked.Years.To)+"-12-31" && m.To > strconv.Itoa(asked.Years.From)+"-01-01" {
			rep.Silent = append(rep.Silent, m)
			rep.Sponsors[m.ID] = m
		}
	}
	slices.SortStableFunc(rep.ByIndicator, byWhat)
	slices.SortStableFunc(rep.ByUnit, func(a, b Line) int {
		return cmp.Or(strings.Compare(string(a.Area), string(b.Area)), strings.Compare(a.Sponsor, b.Sponsor), byWhat(a, b))
	})
	return rep, nil
}

// byWhat orders lines: by indicator, those without last, then by kind.
func byWhat(a, b Line) int {
	none := func(l Line) int {
		if l.Indicator == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(none(a)-none(b), strings.Compare(a.Indicator, b.Indicator), slices.Index(Kinds, a.Kind)-slices.Index(Kinds, b.Kind), a.Years.From-b.Years.From, strings.Compare(a.Measure, b.Measure))
}

// knew says whether something stood at the time of the report.
func (a Asked) knew(at, dropped int64) bool {
	if a.AsOf == 0 {
		return dropped == 0
	}
	return at <= a.AsOf && (dropped == 0 || dropped > a.AsOf)
}

func (rep *Report) add(of Sponsorship, p Promise) {
	years := Years{p.FromYear, p.ToYear}
	var came []Result
	for _, r := range p.Results {
		if rep.knew(r.At, r.Dropped) && rep.Years.has(r.Day) {
			came = append(came, r)
		}
	}
	if overlaps := years.From <= rep.Years.To && rep.Years.From <= years.To; !overlaps && len(came) == 0 {
		return
	}
	rep.Sponsors[of.ID] = of
	if years.within(rep.Years) {
		years = Years{}
	}
	line := Line{Kind: p.Kind, Indicator: p.Indicator, Measure: p.Measure, Years: years}
	if line.Indicator != "" {
		line.Kind = ""
	}
	into(&rep.ByIndicator, line).take(p, came)
	if !of.OwnField() {
		line.Area, line.Sponsor = of.Area, of.ID
		into(&rep.ByUnit, line).take(p, came)
	}
}

// into finds the line of the same things, or adds it.
func into(list *[]Line, key Line) *Line {
	same := func(l Line) bool {
		return l.Area == key.Area && l.Sponsor == key.Sponsor && l.Kind == key.Kind && l.Indicator == key.Indicator && l.Measure == key.Measure && l.Years == key.Years
	}
	i := slices.IndexFunc(*list, same)
	if i < 0 {
		i = len(*list)
		*list = append(*list, key)
	}
	return &(*list)[i]
}

func (l *Line) take(p Promise, came []Result) {
	l.Promises++
	if len(came) > 0 {
		l.Reported++
	}
	if p.Measure != "" {
		l.Promised.add(p.Amount)
		for _, r := range came {
			l.Got.add(r.Amount)
		}
	}
	l.Money.add(p.Money)
	for _, r := range came {
		l.GotMoney.add(r.Money)
	}
}
