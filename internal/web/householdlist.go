package web

import (
	"net/http"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// subjectCodes are the codes by which a standard names the subjects of a
// reader's scope.
var subjectCodes = []struct {
	field area.Fields
	code  string
}{
	{area.FieldHealth, "health"}, {area.FieldEducation, "education"}, {area.FieldHousing, "construction"},
	{area.FieldWater, "agriculture"}, {area.FieldInformation, "information"},
}

// subjectMask is the indicators that the fields show.
func (p *Pages) subjectMask(set *standard.Set, fields area.Fields) uint16 {
	if fields.Has(area.FieldHousehold) {
		return set.All()
	}
	var mask uint16
	for _, s := range subjectCodes {
		if fields&s.field != 0 {
			mask |= set.SubjectMask(s.code)
		}
	}
	return mask
}

// fieldsOf are the fields that the reader may see of who lives in a village.
func (p *Pages) fieldsOf(scope area.Scope, village area.ID) area.Fields {
	v, ok := p.Tree().On(village, p.Today())
	if !ok {
		return area.FieldsNone
	}
	fields, _ := scope.FieldsAt(v.Path)
	return fields
}

func classTag(g review.Glance, assessed bool) view.Tag {
	if !assessed {
		return view.ClassTag(view.ClassNotSurveyed, "")
	}
	return view.ClassTag(view.Class(g.Class.String()), g.Label)
}

func (p *Pages) listResults(q listQuery, found listed) view.ListResults {
	t := view.Table{ID: "ho", Caption: text.T("web.nav.households"), HideCaption: true, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.households.class", "round", q.round.ID)},
		{Label: text.T("web.households.lacking"), Numeric: q.whole}}}
	if q.whole {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.household.size"), Numeric: true, Wide: true}, view.Column{Label: text.T("web.households.ethnic"), Wide: true})
	}
	for _, h := range found.heads {
		g, assessed := found.glances[h.ID]
		row := view.Row{Href: PathHouseholds + "/" + string(h.ID), Cells: []view.Cell{{Text: h.HeadName, Note: h.Code}, {Text: p.placeName(h.VillageID, p.Today())}, {}}}
		if m := found.meant[h.ID]; m.ID != "" && m.FullName != h.HeadName {
			row.Cells[0].Note += " · " + text.T("web.households.member", "name", m.FullName, "birth", birthWords(m.Birth))
		}
		if q.round.ID != "" {
			row.Cells[2].Tag = classTag(g, assessed)
		}
		row.Cells = append(row.Cells, view.Cell{Text: p.lackingWords(q, h, g, assessed)})
		if q.whole {
			size, ethnic := view.Cell{}, view.Cell{}
			if whole, ok := found.whole[h.ID]; ok {
				size.Text, ethnic.Text = vn.FormatInt(int64(whole.Size)), household.Ethnic.Name(whole.Ethnic)
				if whole.To != household.Far {
					row.Cells[0].Note += " · " + text.T("web.households.ended", "day", area.ShowDay(whole.To))
				}
			}
			row.Cells = append(row.Cells, size, ethnic)
		}
		t.Rows = append(t.Rows, row)
	}
	results := view.ListResults{Table: t, Areas: found.areas, Words: p.listWords(q, found), Pages: view.Pages{Previous: found.previous, Next: found.next}}
	if found.elsewhere {
		results.Notice = view.Notice{Mood: view.Info, Text: text.T("web.households.elsewhere", "what", text.T("household.elsewhere"))}
	}
	if found.outsideArea {
		results.Notice = view.Notice{Mood: view.Info, Text: text.T("web.households.outside_area"), Link: view.Link{Text: text.T("web.households.all_areas"), Href: q.with(paramArea, "")}}
	}
	if len(t.Rows) == 0 {
		results.Words = ""
		results.Table.Blank = p.nothingListed(q)
		if found.full {
			results.Table.Blank.Title, results.Table.Blank.Text = text.T("web.households.none_of_first"), text.T("web.households.type_more")
		}
	}
	return results
}

// lackingWords is the number of deprivations, or for a subject which of its
// indicators are lacking.
func (p *Pages) lackingWords(q listQuery, h household.Heading, g review.Glance, assessed bool) string {
	if !assessed || q.set == nil {
		return ""
	}
	fields := p.fieldsOf(q.scope, h.VillageID)
	if fields.Has(area.FieldHousehold) {
		return pointer(g.Deprivations)
	}
	_, deprived := review.Masks(g.Answers)
	var names []string
	for i, indicator := range q.set.Indicators {
		if p.subjectMask(q.set, fields)&deprived&(1<<i) != 0 {
			names = append(names, indicator.Name.Text)
		}
	}
	return capital(strings.Join(names, ", "))
}

func (p *Pages) listWords(q listQuery, found listed) string {
	var parts []string
	switch {
	case found.full:
		parts = append(parts, text.T("web.households.first", "n", len(found.heads)))
	case q.typed != "":
		parts = append(parts, text.T("web.households.found", "n", len(found.heads)))
	case found.total < 0:
		parts = append(parts, text.T("web.households.living"))
	default:
		parts = append(parts, text.T("web.households.in_round", "n", vn.FormatInt(int64(found.total)), "round", q.round.ID))
	}
	if found.hidden > 0 {
		parts = append(parts, text.T("web.cell.hidden", "n", found.hidden))
	}
	return strings.Join(parts, " ")
}

func (p *Pages) nothingListed(q listQuery) view.Blank {
	switch {
	case q.typed != "":
		return view.Blank{State: view.Empty, Title: text.T("web.households.no_match"), Text: text.T("web.households.no_match_hint")}
	case q.filtered() || q.area.Area != "":
		return view.Blank{State: view.Empty, Title: text.T("web.households.no_match"), Text: text.T("web.households.no_filter_hint"),
			Actions: []view.Button{{Label: text.T("web.households.clear"), Href: PathHouseholds}}}
	}
	return view.Blank{State: view.Empty, Title: text.T("web.household.none"), Text: text.T("web.households.none_hint")}
}

// placeSelect offers the areas above and below the one chosen, as far as the
// reader's go.
func (p *Pages) placeSelect(q listQuery) view.Select {
	tree, today := p.Tree(), p.Today()
	s := view.Select{Name: paramArea, Label: text.T("web.area"), Options: []view.Option{{Label: text.T("web.households.all_areas")}}}
	add := func(v area.Version, indent int) {
		name := v.FullName
		if name == "" {
			name = v.Name
		}
		s.Options = append(s.Options, view.Option{Value: string(v.Area), Label: strings.Repeat("\u2003", indent) + name, Selected: v.Area == q.area.Area})
	}
	if q.area.Area == "" {
		roots := p.rootsOf(q.scope)
		for _, root := range roots {
			if len(roots) > 1 || root.Level == area.Village {
				add(root, 0)
			}
			if len(roots) == 1 {
				for _, v := range tree.Children(root.Area, today) {
					add(v, 0)
				}
			}
		}
		return s
	}
	indent := 0
	for _, id := range q.area.Ancestors() {
		if v, ok := tree.On(id, today); ok && q.scope.Covers(tree, id, today) && v.Level != area.Province {
			add(v, indent)
			indent++
		}
	}
	children := tree.Children(q.area.Area, today)
	if len(children) == 0 {
		for _, v := range tree.Children(q.area.Parent, today) {
			if q.scope.Covers(tree, v.Area, today) {
				add(v, indent)
			}
		}
		return s
	}
	add(q.area, indent)
	for _, v := range children {
		add(v, indent+1)
	}
	return s
}

// rootsOf are the areas of today that the reader's posts cover.
func (p *Pages) rootsOf(scope area.Scope) []area.Version {
	tree, today := p.Tree(), p.Today()
	var list []area.Version
	for _, g := range scope.Grants {
		ids := []area.ID{g.Root}
		if _, ok := tree.On(g.Root, today); !ok {
			ids = tree.Heirs(g.Root, today)
		}
		for _, id := range ids {
			v, ok := tree.On(id, today)
			if ok && scope.Covers(tree, id, today) && !slices.ContainsFunc(list, func(o area.Version) bool { return v.Within(o.Path) }) {
				list = append(list, v)
			}
		}
	}
	return list
}

func (p *Pages) filterSelects(q listQuery) []view.Select {
	choice := func(name, label, chosen string, options []view.Option) view.Select {
		s := view.Select{Name: name, Label: label, Options: []view.Option{{Label: text.T("web.households.any")}}}
		for _, o := range options {
			o.Selected = o.Value == chosen && chosen != ""
			s.Options = append(s.Options, o)
		}
		return s
	}
	var list []view.Select
	if q.round.ID != "" {
		var classes, indicators []view.Option
		for _, c := range listClasses {
			classes = append(classes, view.Option{Value: string(c.code), Label: text.T("web.class." + string(c.code))})
		}
		mask := p.subjectMask(q.set, q.scope.Fields())
		asked := ""
		for i, indicator := range q.set.Indicators {
			if mask&(1<<i) != 0 {
				indicators = append(indicators, view.Option{Value: indicator.Code, Label: capital(indicator.Name.Text)})
			}
			if i == q.indicator {
				asked = indicator.Code
			}
		}
		list = append(list, choice(paramClass, text.T("web.households.class_of", "round", q.round.ID), q.class, classes), choice(paramIndicator, text.T("web.households.lacking_what"), asked, indicators))
	}
	if q.whole && q.round.ID != "" {
		var ethnic, policy []view.Option
		for _, item := range household.Ethnic.Items {
			ethnic = append(ethnic, view.Option{Value: item.Code, Label: item.Name})
		}
		for _, item := range household.Policy.Items {
			policy = append(policy, view.Option{Value: item.Code, Label: item.Name})
		}
		list = append(list, choice(paramEthnic, text.T("web.households.ethnic"), q.ethnic, ethnic), choice(paramPolicy, text.T("web.households.policy"), q.policy, policy))
	}
	return list
}

// With filters, matches of a name are looked through for those that pass:
// few at first, many where too few of those do.
var hitsLookedThrough = []int{300, 3000}

// searched finds households by what was typed, of the area and with the
// filters chosen.
func (p *Pages) searched(r *http.Request, q listQuery, found *listed) error {
	scope := q.scope
	if q.area.Area != "" {
		scope = p.within(q.scope, q.area)
	}
	limits := []int{listSize}
	if q.filtered() {
		limits = hitsLookedThrough
	}
	for _, limit := range limits {
		hits, err := p.Households.Search(r.Context(), scope, q.typed, limit)
		if err != nil {
			return err
		}
		if err := p.take(q, hits, found); err != nil {
			return err
		}
		found.full = len(hits.Hits) == limit
		if !found.full || len(found.heads) == listSize {
			break
		}
	}
	if !found.elsewhere || q.area.Area == "" {
		return nil
	}
	all, err := p.Households.Search(r.Context(), q.scope, q.typed, 1)
	found.elsewhere, found.outsideArea = all.Elsewhere, len(all.Hits) > 0
	return err
}

// take puts the hits that pass the filters into the page.
func (p *Pages) take(q listQuery, hits household.Found, found *listed) error {
	passes, err := p.passing(q, hits.Hits)
	if err != nil {
		return err
	}
	found.elsewhere, found.areas, found.heads = hits.Elsewhere, nil, nil
	for _, v := range hits.Areas {
		found.areas = append(found.areas, view.Link{Text: p.areaName(v), Href: q.with(paramQuery, "", paramArea, string(v.Area))})
	}
	found.whole, found.meant = map[household.ID]household.Household{}, map[household.ID]household.Person{}
	for _, hit := range hits.Hits {
		h := hit.Household
		if !passes(h.ID) || len(found.heads) == listSize {
			continue
		}
		found.heads = append(found.heads, household.Heading{ID: h.ID, Code: h.Code, VillageID: h.VillageID, HeadName: h.HeadName})
		found.meant[h.ID] = hit.Member
		if hit.Whole {
			found.whole[h.ID] = h
		}
	}
	return nil
}

// passing says which of the hits the filters let through.
func (p *Pages) passing(q listQuery, hits []household.Hit) (func(household.ID) bool, error) {
	if !q.filtered() {
		return func(household.ID) bool { return true }, nil
	}
	all, seen, err := p.matching(q)
	if err != nil {
		return nil, err
	}
	asked := make(map[household.ID]bool, len(hits))
	for _, hit := range hits {
		asked[hit.Household.ID] = false
	}
	for _, i := range all {
		if _, ok := asked[seen.IDs[i]]; ok {
			asked[seen.IDs[i]] = true
		}
	}
	return func(id household.ID) bool { return asked[id] }, nil
}

// within narrows a scope to an area that it covers.
func (p *Pages) within(scope area.Scope, v area.Version) area.Scope {
	tree, today := p.Tree(), p.Today()
	fields, _ := scope.FieldsAt(v.Path)
	grants := []area.Grant{{Root: v.Area, Fields: fields}}
	for _, g := range scope.Grants {
		if tree.Covers(v.Area, g.Root, today) {
			grants = append(grants, g)
		}
	}
	return tree.Scope(scope.Province, grants, today)
}

// areaName is the area with what it lies in.
func (p *Pages) areaName(v area.Version) string {
	name := v.FullName
	if name == "" {
		name = v.Name
	}
	if parent, ok := p.Tree().On(v.Parent, p.Today()); ok && v.Level != area.District {
		name += ", " + parent.FullName
	}
	return name
}
