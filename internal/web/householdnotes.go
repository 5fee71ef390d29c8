package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// flashOf says what was written just now, with the way back.
func (p *Pages) flashOf(r *http.Request, one *home, writes bool) []view.Notice {
	var list []view.Notice
	for _, d := range one.operations {
		what := text.T("household.op." + d.Kind)
		switch d.ID {
		case r.URL.Query().Get(paramDone):
			n := view.Notice{Mood: view.Good, Text: text.T("web.household.flash.done", "what", what, "day", area.ShowDay(d.Day))}
			if writes && !d.Undone {
				n.Link = view.Link{Text: text.T("web.household.undo"), Href: undoAddress(one.ID, d.ID)}
			}
			list = append(list, n)
			if fresh, err := p.Households.FindByID(r.Context(), ActorOf(r.Context()).Reading(), household.ID(r.URL.Query().Get(paramNew))); err == nil {
				list = append(list, view.Notice{Mood: view.Good, Text: text.T("web.household.flash.new", "head", fresh.HeadName, "code", fresh.Code), Link: view.Link{Text: text.T("web.household.flash.see"), Href: householdAddress(fresh.ID)}})
			}
		case r.URL.Query().Get(paramUndone):
			if d.Undone {
				list = append(list, view.Notice{Mood: view.Good, Text: text.T("web.household.flash.undone", "what", what)})
			}
		}
	}
	return list
}

func (p *Pages) noticesOf(one *home, enters, writes bool) []templ.Component {
	var list []templ.Component
	if one.To != household.Far {
		n := view.Notice{Mood: view.Info, Text: text.T("web.household.ended", "day", area.ShowDay(one.To), "why", text.T("web.household.end_kind."+one.EndKind))}
		if other, ok := one.related[one.MergedInto]; ok {
			n.Link = view.Link{Text: text.T("web.household.merged_into", "head", other.HeadName, "code", other.Code), Href: PathHouseholds + "/" + string(other.ID)}
		}
		list = append(list, view.NoticeBox(n))
	}
	if one.SplitFrom != "" {
		n := view.Notice{Mood: view.Info, Text: text.T("web.household.split_from", "day", area.ShowDay(one.From))}
		if other, ok := one.related[one.SplitFrom]; ok {
			n.Link = view.Link{Text: text.T("web.household.split_from_link", "head", other.HeadName, "code", other.Code), Href: PathHouseholds + "/" + string(other.ID)}
		}
		list = append(list, view.NoticeBox(n))
	}
	if len(one.sharedIDs) > 0 {
		names := namesOf(one)
		var shared []string
		for _, id := range one.sharedIDs {
			shared = append(shared, names[string(id)])
		}
		n := view.Notice{Mood: view.Warn, Text: text.T("web.household.shared_id", "names", strings.Join(shared, ", "))}
		if writes {
			n.Link = view.Link{Text: text.T("web.household.suspicions"), Href: PathSuspicions}
		}
		list = append(list, view.NoticeBox(n))
	}
	if box := p.warningOf(one, enters); box != nil {
		list = append(list, box)
	}
	return list
}

// warningOf tells where the signed form and the list of members disagree.
func (p *Pages) warningOf(one *home, enters bool) templ.Component {
	if one.shown == nil || len(one.shown.Warnings) == 0 {
		return nil
	}
	lines := p.toAskAgain(one.round, one.set, one.shown)
	n := view.Notice{Title: text.T("web.household.warning", "round", one.round.ID)}
	if one.shown.WarningAnswer != "" {
		n.Text = text.T("web.household.warning.answered", "answer", one.shown.WarningAnswer)
		return view.WarningBox(n, lines, view.Answering{})
	}
	if !enters || one.round.State != review.Open {
		n.Text = text.T("web.household.warning.open")
		return view.WarningBox(n, lines, view.Answering{})
	}
	return view.WarningBox(n, lines, view.Answering{Action: formAddress(one.round.ID, one.ID) + "/canh-bao",
		Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(one.shown.Rev, 10)}},
		Field:  view.Field{Name: "warning_answer", Label: text.T("web.household.warning.ask"), Width: "full", Required: true},
		Button: view.Button{Label: text.T("web.household.warning.save")}})
}

// toAskAgain are the places of a form that somebody has to ask about again, in
// words: where it and the list of members disagree, and what is doubtful.
func (p *Pages) toAskAgain(round review.Round, set *standard.Set, a *review.Assessment) (lines []string) {
	if _, combined, err := a.Derive(set, p.judgedOn(round, a)); err == nil {
		for _, warning := range set.Warnings(combined) {
			lines = append(lines, warning.Text)
		}
	}
	for _, d := range a.Detail.Doubts {
		lines = append(lines, d.Text)
	}
	return lines
}

// judgedOn is the day on which ages were counted: that of the record, today for
// a form that is not recorded yet, at the latest the count day.
func (p *Pages) judgedOn(round review.Round, a *review.Assessment) string {
	if a.RecordedAt == 0 {
		return min(round.CountDay, p.Today())
	}
	return min(round.CountDay, dayOfTime(a.RecordedAt))
}

func (p *Pages) residenceOf(one *home) []view.Step {
	var list []view.Step
	for _, s := range one.residences {
		step := view.Step{What: p.placeName(s.VillageID, min(s.From, p.Today())), When: text.T("web.from_day", "from", area.ShowDay(s.From))}
		if s.To != household.Far {
			step.When = area.ShowDay(s.From) + " – " + area.ShowDay(s.To)
			step.Why = kindWords("to", s.ToKind)
		}
		list = append(list, step)
	}
	slices.Reverse(list)
	return list
}

func kindWords(side, kind string) string {
	if key := "web.household." + side + "_kind." + kind; kind != "" && text.Has(key) {
		return text.T(key)
	}
	return ""
}

func (p *Pages) operationsOf(one *home, words wording, writes bool) []view.Step {
	var list []view.Step
	for _, d := range one.operations {
		step := view.Step{When: area.ShowDay(d.Day), What: text.T("household.op." + d.Kind), Why: d.Reason, Who: text.T("web.household.written", "who", words.author(d.Actor), "at", showTime(d.At)), Gone: d.Undone}
		if d.Undone {
			step.Tag = view.Tag{Tone: view.Unknown, Text: text.T("web.household.undone")}
			step.Why = d.UndoReason
		} else if writes && d.Kind != "demo" && d.Kind != "import" {
			step.Link = view.Link{Text: text.T("web.household.undo"), Href: undoAddress(one.ID, d.ID)}
		}
		list = append(list, step)
	}
	return list
}

// entriesToName adds the operations' authors to those of the entries.
func (p *Pages) entriesToName(one *home) []journal.Entry {
	list := slices.Clone(one.journal)
	for _, d := range one.operations {
		list = append(list, journal.Entry{Actor: d.Actor})
	}
	return list
}

func namesOf(one *home) map[string]string {
	names := map[string]string{}
	for _, a := range one.years {
		for _, m := range a.Roster {
			names[string(m.Person)] = m.Name
		}
	}
	for _, m := range one.members {
		names[string(m.ID)] = m.FullName
	}
	return names
}

func (p *Pages) trailOf(one *home, words wording) templ.Component {
	if len(one.journal) == 0 {
		return view.BlankBox(view.Blank{State: view.Empty, Title: text.T("web.household.no_history")})
	}
	var list []view.Entry
	for _, e := range one.journal {
		list = append(list, words.entry(e))
	}
	return view.Trail(list)
}

// birthWords is a day of birth as exact as known.
func birthWords(birth string) string { return vn.Day(birth).String() }
