package web

import (
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// lineageCards tell where an area came from, what happened to it, and where
// it lies today.
func (p *Pages) lineageCards(v area.Version, day string) []templ.Component {
	tree, today := p.Tree(), p.Today()
	before, after := tree.Story(v.Area, day)
	var list []templ.Component
	if now := p.liesIn(v, day, today); len(now) > 0 {
		list = append(list, view.CardWith(view.Card{Title: text.T("web.areas.now", "day", area.ShowDay(today))}, view.StepList(now)))
	}
	if len(after) > 0 {
		list = append(list, view.CardWith(view.Card{Title: text.T("web.areas.after")}, view.StepList(p.eventSteps(after))))
	}
	if len(before) > 0 {
		list = append(list, view.CardWith(view.Card{Title: text.T("web.areas.before")}, view.StepList(p.eventSteps(before))))
	}
	if len(before) == 0 && len(after) == 0 {
		list = append(list, view.CardWith(view.Card{Title: text.T("web.areas.lineage")}, view.Paragraphs(text.T("web.areas.unchanged"))))
	}
	return list
}

// liesIn is where an area that has changed lies on another day.
func (p *Pages) liesIn(v area.Version, day, on string) []view.Step {
	tree := p.Tree()
	parts := tree.Successors(v.Area, day, on)
	if len(parts) == 0 {
		// An abolished unit lives on in those its own went into.
		for _, id := range tree.Heirs(v.Area, on) {
			parts = append(parts, area.Part{Area: id})
		}
	}
	if len(parts) == 1 && parts[0].Area == v.Area {
		return nil
	}
	var list []view.Step
	for _, part := range parts {
		to, ok := tree.On(part.Area, on)
		if !ok {
			continue
		}
		step := view.Step{What: p.areaNameOn(to, on), Why: partWords(part, len(parts)), Link: view.Link{Text: text.T("web.areas.open"), Href: p.areaAddress(part.Area, on)}}
		if part.Estimated {
			step.Tag = view.Tag{Tone: view.Unknown, Text: text.T("area.lineage.estimated")}
		}
		list = append(list, step)
	}
	return list
}

func partWords(part area.Part, all int) string {
	var words []string
	if part.Land.Known && part.Land.Value < 1 {
		words = append(words, text.T("area.lineage.land", "percent", vn.FormatDecimal(part.Land.Value*100, 1)))
	}
	if part.People.Known && part.People.Value < 1 {
		words = append(words, text.T("area.lineage.people", "percent", vn.FormatDecimal(part.People.Value*100, 1)))
	}
	if len(words) == 0 && all == 1 {
		return text.T("area.lineage.whole")
	}
	return strings.Join(words, ", ")
}

func (p *Pages) areaNameOn(v area.Version, day string) string {
	name := nameOf(v)
	if parent, ok := p.Tree().On(v.Parent, day); ok && parent.Level != area.Province {
		name += ", " + parent.FullName
	}
	return name
}

// eventSteps are the rows of the lineage in words.
func (p *Pages) eventSteps(events []area.Event) []view.Step {
	tree := p.Tree()
	var list []view.Step
	for _, e := range events {
		step := view.Step{When: area.ShowDay(e.Day)}
		from, ok := tree.On(e.From, area.DayBefore(e.Day))
		if !ok {
			from, _ = tree.Last(e.From)
		}
		kind := text.T("area.kind." + e.Kind)
		if to, ok := tree.On(e.To, e.Day); ok {
			step.What = text.T("web.areas.event", "kind", capital(kind), "from", p.areaNameOn(from, area.DayBefore(e.Day)), "to", p.areaNameOn(to, e.Day))
			step.Link = view.Link{Text: text.T("web.areas.open"), Href: p.areaAddress(e.To, e.Day)}
		} else {
			step.What = text.T("web.areas.event_end", "kind", capital(kind), "from", nameOf(from))
		}
		part := area.Part{Land: e.Land, People: e.People}
		notes := []string{}
		if words := partWords(part, 2); words != "" {
			notes = append(notes, words)
		}
		if e.Note != "" {
			notes = append(notes, e.Note)
		}
		if e.Source != "" {
			notes = append(notes, text.T("web.source", "source", e.Source))
		}
		step.Why = strings.Join(notes, " · ")
		if e.Confidence != "" && e.Confidence != "high" {
			step.Tag = view.Tag{Tone: view.Unknown, Text: text.T("area.confidence." + e.Confidence)}
		}
		list = append(list, step)
	}
	return list
}
