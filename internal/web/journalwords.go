package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// vietnam is the time that people read; it has no daylight saving time.
var vietnam = time.FixedZone("+07", 7*3600)

// dayOfTime is the day of an instant.
func dayOfTime(ms int64) string { return area.Today(time.UnixMilli(ms)) }

func showTime(ms int64) string { return time.UnixMilli(ms).In(vietnam).Format("02/01/2006 15:04") }

// unshown are fields of the journal that say nothing to people: a second
// writing of others, or an id that the sentence names already.
var unshown = map[string]bool{"folded": true, "head_key": true, "household_id": true, "head_id": true, "from_kind": true, "to_kind": true, "size": true, "village": true, "after": true, "record": true, "recheck": true, "agency_id": true}

// wording turns entries of the journal into words: ids into names.
type wording struct {
	p       *Pages
	people  map[string]string // names of persons by id
	authors map[string]string
	homes   map[household.ID]household.Household // that entries name, within the reader's scope
}

// wordingOf asks for the names that the entries need. people are the members
// that the reader of the page sees anyway.
func (p *Pages) wordingOf(ctx context.Context, scope area.Scope, entries []journal.Entry, people map[string]string) (wording, error) {
	w := wording{p: p, people: people, homes: map[household.ID]household.Household{}}
	var actors []string
	var homes []household.ID
	for _, e := range entries {
		actors = append(actors, e.Actor)
		for _, c := range e.Changes {
			if c.Field == "split_from" || c.Field == "merged_into" {
				homes = append(homes, household.ID(value(c.From)), household.ID(value(c.To)))
			}
		}
	}
	var err error
	if w.authors, err = p.Accounts.FullNames(ctx, actors); err != nil {
		return w, err
	}
	list, err := p.Households.FindMany(ctx, scope, homes)
	for _, h := range list {
		w.homes[h.ID] = h
	}
	return w, err
}

func (w wording) author(id string) string {
	if name := w.authors[id]; name != "" {
		return name
	}
	return id
}

// action words what was done. Operations, assessments and accounts have words
// of their own subjects.
func action(code string) string {
	subject, what, _ := strings.Cut(code, ".")
	for _, key := range []string{"web.journal." + code, subject + ".op." + what, code} {
		if text.Has(key) {
			return text.T(key)
		}
	}
	return code
}

func (w wording) entry(e journal.Entry) view.Entry {
	one := view.Entry{When: showTime(e.At), Who: w.author(e.Actor), What: action(e.Action), Why: e.Reason}
	names := map[string]string{}
	for _, c := range e.Changes {
		if c.Kind == "person" && c.Field == "full_name" && c.To != nil {
			names[c.Record] = *c.To
		}
	}
	for _, c := range e.Changes {
		line, ok := w.change(c, names)
		if ok {
			one.Changes = append(one.Changes, line)
		}
	}
	return one
}

func (w wording) change(c journal.Change, fresh map[string]string) (view.ChangeLine, bool) {
	if c.Kind == "duplicate_pair" {
		return view.ChangeLine{Field: text.T("web.journal.shared_id")}, c.Field == "+"
	}
	if unshown[c.Field] || c.Kind == "residence" { // the household's own village says the same
		return view.ChangeLine{}, false
	}
	line := view.ChangeLine{Field: fieldName(c.Field), Of: w.of(c, fresh)}
	switch c.Field {
	case "+", "-":
		if c.Kind != "household" {
			return line, false // its fields follow
		}
		line.Field, line.Of = "", ""
		line.To = text.T("web.journal.row." + map[string]string{"+": "new", "-": "removed"}[c.Field])
		return line, true
	case "operation":
		line.To = action("household." + value(c.To))
		return line, true
	}
	line.From, line.To = w.value(c.Field, value(c.From)), w.value(c.Field, value(c.To))
	return line, line.From != "" || line.To != ""
}

// of says whose field it is, for entries that tell of members as well.
func (w wording) of(c journal.Change, fresh map[string]string) string {
	person := c.Record
	switch c.Kind {
	case "membership":
		if parts := strings.Split(c.Record, "|"); len(parts) > 1 {
			person = parts[1]
		}
	case "person":
	default:
		return ""
	}
	if name := w.people[person]; name != "" {
		return name
	}
	return fresh[person]
}

func fieldName(field string) string {
	if question, ok := strings.CutPrefix(field, "answer "); ok { // of a form
		return question
	}
	if strings.HasPrefix(field, "warning.") {
		field = "warning"
	}
	for _, key := range []string{"web.journal.field." + field, "household.field." + field} {
		if text.Has(key) {
			return text.T(key)
		}
	}
	return field
}

func value(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}

// value words a stored value for people.
func (w wording) value(field, v string) string {
	if v == "" {
		return ""
	}
	switch field {
	case "class":
		if c, ok := standard.ParseClass(v); ok {
			return c.Name()
		}
	case "village_id", "area", "area_id", "commune_id":
		return w.p.placeName(area.ID(v), w.p.Today())
	case "split_from", "merged_into":
		if h, ok := w.homes[household.ID(v)]; ok {
			return text.T("web.op.from_household", "head", h.HeadName, "code", h.Code)
		}
		return text.T("web.journal.other_home")
	case "state":
		if key := "dossier.state." + v; text.Has(key) {
			return text.T(key)
		}
	case "form_result":
		return text.T("web.journal.form_result." + v)
	case "indicator":
		return w.p.indicatorName(v)
	case "mark":
		return text.T("web.mark." + v)
	case "value":
		if key := "area.cli.mark.value." + v; text.Has(key) {
			return text.T(key)
		}
	case "relation":
		return household.Relations.Name(v)
	case "ethnic":
		return household.Ethnic.Name(v)
	case "policy_groups":
		return listNames(v, household.Policy.Name)
	case "causes":
		return listNames(v, w.p.causeName)
	case "birth", "death_day", "from_day", "to_day", "from", "to", "effective_from":
		if v == household.Far {
			return ""
		}
		return vn.Day(v).String()
	case "sex", "end_kind":
		if key := "web.household." + field + "." + v; text.Has(key) {
			return text.T(key)
		}
	case "income":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return vn.FormatInt(n)
		}
	case "answers", "ticked":
		return w.answers(v)
	case "role":
		if role, ok := w.p.Accounts.Roles().Role(v); ok {
			return role.Name
		}
	}
	if key := "web.journal.value." + field + "." + v; text.Has(key) {
		return text.T(key)
	}
	return v
}

// answers writes the letters as the numbers of the lacking indicators.
func (w wording) answers(v string) string {
	var lacking []string
	for i := range len(v) {
		if v[i] == '1' {
			lacking = append(lacking, strconv.Itoa(i+1))
		}
	}
	if len(lacking) == 0 {
		return text.T("web.journal.no_lack")
	}
	return text.T("web.journal.lack", "list", strings.Join(lacking, ", "))
}

func listNames(codes string, name func(string) string) string {
	var names []string
	for code := range strings.SplitSeq(codes, ",") {
		if code != "" {
			names = append(names, name(code))
		}
	}
	return strings.Join(names, ", ")
}

func (p *Pages) causeName(code string) string {
	for _, c := range p.Law.Causes.Causes {
		if c.Code == code {
			return c.Name.Text
		}
	}
	return code
}

// indicatorName words an indicator by the latest standard that has it.
func (p *Pages) indicatorName(code string) string {
	name := code
	for _, set := range p.Law.Sets {
		if i := set.Index(code); i >= 0 {
			name = set.Indicators[i].Name.Text
		}
	}
	return name
}
