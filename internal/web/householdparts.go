package web

import (
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/chart"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// Drawings of a household's place between the lines: wide, and for phones.
const (
	barWide   = 580
	barNarrow = 320
)

// whyOf explains the class: the figures, the law, what would change it, and
// what of it is not confirmed.
func (p *Pages) whyOf(one *home) view.Why {
	a := one.shown
	answers := a.AnswersFor(one.set)
	e := one.set.Explain(answers)
	w := view.Why{Title: text.T("web.household.why", "year", one.round.Year), Tag: view.ClassTag(view.Class(a.Class.String()), a.Label)}
	w.Tag.Big = true
	w.Drawing, w.Small = scoreBar(one.set, answers, barWide), scoreBar(one.set, answers, barNarrow)
	w.Rules = append(w.Rules, e.Reason)
	if distances := e.DistancesText(); distances != "" {
		w.Rules = append(w.Rules, distances)
	}
	var sources []string
	for _, rule := range e.Rules {
		for _, source := range rule.Sources {
			if !strings.Contains(strings.Join(sources, "\n"), source) {
				sources = append(sources, source)
			}
		}
	}
	if len(sources) > 0 {
		w.Rules = append(w.Rules, text.T("standard.explain.law", "sources", strings.Join(sources, "; ")))
	}
	for _, c := range e.Changes {
		w.Change = append(w.Change, capital(c.Text))
	}
	if len(e.Unconfirmed) > 0 {
		w.Unsure = text.T("standard.explain.unconfirmed", "list", strings.Join(e.Unconfirmed, "; "))
	}
	w.Source = text.T("standard.explain.set", "id", a.Standard, "version", a.Version)
	if a.SurveyedOn != "" {
		w.Source += " " + text.T("web.household.surveyed", "day", area.ShowDay(a.SurveyedOn), "who", a.Surveyor)
	}
	return w
}

// scoreBar draws where the household stands between the lines of its area
// type; nothing where neither points nor income are known.
func scoreBar(set *standard.Set, a standard.Answers, width float64) string {
	if a.Area == standard.UnknownArea || !a.HasScore && !a.HasIncome {
		return ""
	}
	value, byScore := int64(a.Score), a.HasScore
	if !byScore {
		value = a.Income
	}
	var bounds []int64
	for _, line := range set.Lines {
		figures := line.Income
		if byScore {
			figures = line.Score
		}
		if figures != nil {
			bounds = append(bounds, figures.In(a.Area).Value)
		}
	}
	if len(bounds) == 0 {
		return ""
	}
	words := func(n int64) string {
		if byScore {
			return text.T("standard.points", "n", n)
		}
		return vn.FormatInt(n)
	}
	bar := chart.Position{Width: width, Label: text.T("web.household.bar", "value", words(value)), Spots: []chart.Spot{{At: float64(value), Label: vn.FormatInt(value)}}}
	for _, b := range bounds {
		bar.Marks = append(bar.Marks, chart.Mark{At: float64(b), Label: words(b)})
	}
	for i := range len(bounds) + 1 {
		at := bounds[min(i, len(bounds)-1)]
		if i == len(bounds) {
			at++ // above the last line
		}
		bar.Zones = append(bar.Zones, zone(set, a.Area, byScore, at))
	}
	return bar.SVG()
}

// zone is what a value leads to, whatever is lacking; or that the lacking
// services decide.
func zone(set *standard.Set, where standard.AreaType, byScore bool, value int64) chart.Zone {
	in := standard.Answers{Area: where, Known: set.All(), HasScore: byScore, HasIncome: !byScore}
	if byScore {
		in.Score = int32(value)
	} else {
		in.Income = value
	}
	none := set.Classify(in)
	in.Deprived = set.All()
	all := set.Classify(in)
	if none.Class != all.Class {
		return chart.Zone{Class: chart.Near, Label: text.T("web.household.bar.decides")}
	}
	class := chart.Out
	if none.Class == standard.Poor {
		class = chart.Poor
	}
	return chart.Zone{Class: class, Label: none.Class.Name()}
}

// deprivationsOf lists the indicators, and whose each is.
func (p *Pages) deprivationsOf(one *home) view.Deprivations {
	a := one.shown
	derived, _, err := a.Derive(one.set, p.judgedOn(one.round, a))
	names := namesOf(one)
	known, deprived := review.Masks(a.Answers)
	d := view.Deprivations{}
	lacking, all := 0, 0
	for i, indicator := range one.set.Indicators {
		item := view.Deprivation{Label: strconv.Itoa(indicator.Number) + ". " + capital(indicator.Name.Text), Answer: view.NotAsked}
		all++
		switch {
		case known&(1<<i) == 0:
		case deprived&(1<<i) != 0:
			item.Answer = view.Lacking
			lacking++
			if err == nil {
				item.Who = listNames(strings.Join(derived[i].Causes, ","), func(id string) string { return names[id] })
			}
		default:
			item.Answer = view.Enough
		}
		d.Items = append(d.Items, item)
	}
	d.Title = text.T("web.household.deprivations", "n", lacking, "all", all)
	if asked := len(d.Items) - lacking; asked == all && strings.Count(a.Answers, "-") == len(a.Answers) {
		d.Title = text.T("web.household.deprivations_unasked")
	}
	return d
}

// yearsOf is the household's history, one row a round.
func (p *Pages) yearsOf(one *home) view.Table {
	t := view.Table{ID: "cac-dot", Caption: text.T("web.household.years"), Stacked: true, Columns: []view.Column{
		{Label: text.T("web.household.round")}, {Label: text.T("web.household.result")}, {Label: text.T("web.household.b1"), Numeric: true},
		{Label: text.T("web.households.lacking"), Numeric: true}, {Label: text.T("web.household.causes")}, {Label: text.T("web.household.transition")}}}
	standards := map[string]bool{}
	for _, a := range one.years {
		standards[a.Standard] = true
	}
	before, causes := standard.Undetermined, ""
	for i, a := range one.years {
		name := view.Cell{Text: a.Round}
		if len(standards) > 1 {
			name.Note = a.Standard // a series across standards is marked as such
		}
		points := pointer(a.B1)
		if a.B1 == nil && a.Income != nil {
			points = text.T("web.household.income", "n", vn.FormatInt(*a.Income))
		}
		named := listNames(strings.Join(a.Causes, ","), p.causeName)
		if named != "" && named == causes {
			named = text.T("web.household.same_causes")
		} else {
			causes = named
		}
		row := view.Row{Href: PathHouseholds + "/" + string(one.ID) + "?" + paramRound + "=" + a.Round, Cells: []view.Cell{name,
			{Tag: view.ClassTag(view.Class(a.Class.String()), a.Label)}, {Text: points}, {Text: pointer(a.Deprivations)},
			{Text: named}, {Text: transitionWords(before, a, i == 0)}}}
		t.Rows = append(t.Rows, row)
		before = a.Class
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.household.no_years"), Text: text.T("web.household.no_years_hint")}
	}
	if len(standards) > 1 {
		t.Source = text.T("web.household.standards_differ")
	}
	return t
}

// transitionWords says how the class came from the one before; the form's
// code stands with it.
func transitionWords(before standard.Class, a review.Assessment, first bool) string {
	if a.Transition != "" {
		return text.T("web.household.transition." + a.Transition)
	}
	neither := a.Class == standard.Average || a.Class == standard.Above || a.Class == standard.NotPoor
	switch {
	case first || !neither:
		return ""
	case before == standard.Poor:
		return text.T("web.household.transition.escaped")
	case before == standard.NearPoor:
		return text.T("web.household.transition.escaped_near")
	}
	return ""
}

// memberFactsShown are the answers on which indicators 1 to 4 rest.
var memberFactsShown = []struct {
	key   string
	field area.Fields
	of    func(review.RosterMember) *bool
}{
	{"insured", area.FieldHealth, func(m review.RosterMember) *bool { return m.Insured }},
	{"untreated", area.FieldHealth, func(m review.RosterMember) *bool { return m.Untreated }},
	{"lower_secondary", area.FieldEducation, func(m review.RosterMember) *bool { return m.LowerSecondary }},
	{"at_school", area.FieldEducation, func(m review.RosterMember) *bool { return m.AtSchool }},
}

func factWords(b *bool) string {
	switch {
	case b == nil:
		return text.T("web.household.fact.unknown")
	case *b:
		return text.T("web.household.fact.yes")
	}
	return text.T("web.household.fact.no")
}

func (p *Pages) membersOf(one *home) view.Table {
	t := view.Table{ID: "thanh-vien", Caption: text.T("web.household.members", "n", len(one.members)), Stacked: true, Columns: []view.Column{
		{Label: text.T("web.household.name")}, {Label: text.T("web.household.relation")}, {Label: text.T("web.household.born"), Numeric: true}}}
	if one.To != household.Far {
		t.Caption = text.T("web.household.members_last", "n", len(one.members))
	}
	answered := map[household.PersonID]review.RosterMember{}
	if one.shown != nil {
		for _, fact := range memberFactsShown {
			t.Columns = append(t.Columns, view.Column{Label: text.T("web.household.fact." + fact.key)})
		}
		for _, m := range one.shown.Roster {
			answered[m.Person] = m
		}
		t.Source = text.T("web.household.facts_of", "round", one.round.ID)
	}
	for _, m := range one.members {
		name := view.Cell{Text: m.FullName}
		if m.NationalID != "" {
			name.Note = text.T("web.household.id_number", "id", m.NationalID)
		}
		row := view.Row{Cells: []view.Cell{name, {Text: lower(household.Relations.Name(m.Relation)), Note: sexWords(m.Sex)}, {Text: birthWords(m.Birth)}}}
		if one.shown != nil {
			facts, listed := answered[m.ID]
			for _, fact := range memberFactsShown {
				words := text.T("web.household.fact.not_there")
				if listed {
					words = factWords(fact.of(facts))
				}
				row.Cells = append(row.Cells, view.Cell{Text: words})
			}
		}
		t.Rows = append(t.Rows, row)
		delete(answered, m.ID)
	}
	if len(answered) > 0 {
		var gone []string
		for _, m := range one.shown.Roster {
			if _, left := answered[m.Person]; left {
				gone = append(gone, m.Name)
			}
		}
		t.Source += " " + text.T("web.household.facts_gone", "list", strings.Join(gone, ", "))
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.household.no_members")}
	}
	return t
}

func sexWords(sex string) string {
	if sex == "" {
		return text.T("common.unknown")
	}
	return text.T("web.household.sex." + sex)
}

// standardsOf judges the same answers by every standard, side by side.
func (p *Pages) standardsOf(one *home) view.Table {
	t := view.Table{ID: "cac-chuan", Caption: text.T("web.household.standards"), Stacked: true, Source: text.T("web.household.standards_note"), Columns: []view.Column{
		{Label: text.T("web.household.standard")}, {Label: text.T("web.household.result")}, {Label: text.T("web.households.lacking"), Numeric: true}, {Label: text.T("web.household.unasked"), Numeric: true}}}
	for _, side := range standard.SideBySide(one.shown.AnswersFor(one.set), one.set, p.Law.Sets) {
		name := view.Cell{Text: side.Set.Name}
		if side.Set.ID == one.set.ID {
			name.Note = text.T("web.household.standard_own", "round", one.round.ID)
		}
		lacking := ""
		if side.Result.Counted() {
			lacking = strconv.Itoa(side.Result.Deprivations)
		}
		t.Rows = append(t.Rows, view.Row{Href: PathStandards + "/" + side.Set.ID, Cells: []view.Cell{name,
			{Tag: view.ClassTag(view.Class(side.Result.Class.String()), side.Result.Label)}, {Text: lacking}, {Text: strconv.Itoa(bitsOf(side.Result.Unknown))}}})
	}
	return t
}

func bitsOf(mask uint16) int {
	n := 0
	for ; mask != 0; mask &= mask - 1 {
		n++
	}
	return n
}
