package web

import (
	"net/http"
	"net/url"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// districtTable says of each district of a province who sponsors it, and of how
// many of its communes somebody does; it opens the list of the district.
func (p *Pages) districtTable(r *http.Request, actor *account.Actor, top area.Version, list []sponsor.Whole) view.Table {
	t := view.Table{ID: "huyen", Caption: text.T("web.sponsor.by_district"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.district")}, {Label: text.T("web.sponsor.who")}, {Label: text.T("web.sponsor.communes_with"), Numeric: true}, {Label: text.T("web.sponsor.promises"), Numeric: true}, {Label: text.T("web.sponsor.without_result"), Numeric: true}}}
	type sums struct {
		own            []sponsor.Whole // of the district itself, in force
		communes       map[area.ID]bool
		promises, open int
	}
	of := map[area.ID]*sums{}
	for _, s := range list {
		where := p.placeUnder(top, s.Area)
		d := of[where]
		if d == nil {
			d = &sums{communes: map[area.ID]bool{}}
			of[where] = d
		}
		switch {
		case !s.InForce(p.Today()):
		case s.Area == where:
			d.own = append(d.own, s)
		default:
			d.communes[s.Area] = true
		}
		promises, open := standingPromises(s)
		d.promises, d.open = d.promises+promises, d.open+open
	}
	for _, v := range p.Tree().Children(top.Area, p.Today()) {
		d := of[v.Area]
		if d == nil {
			d = &sums{}
		}
		who := view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.committee.has_not")}}
		switch {
		case len(d.own) == 1:
			who = view.Cell{Text: p.sponsorName(r, d.own[0].Sponsorship), Href: sponsorAddress(d.own[0].ID)}
		case len(d.own) > 1:
			who = view.Cell{Text: text.T("web.sponsor.several", "n", len(d.own)), Href: p.sponsorsOf(v.Area)}
		case p.Sponsors.Assigns(actor, v.Area):
			who = view.Cell{Text: text.T("web.sponsor.record"), Href: PathSponsors + "/" + url.PathEscape(string(v.Area)) + "/lap"}
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: v.FullName, Href: p.sponsorsOf(v.Area)}, who, {Text: text.T("web.committee.without", "without", len(d.communes), "all", len(p.Tree().Children(v.Area, p.Today())))},
			{Text: vn.FormatInt(int64(d.promises))}, {Text: vn.FormatInt(int64(d.open))}}})
	}
	return t
}

// standingPromises counts the promises that stand, and of how many of them
// nothing has come.
func standingPromises(s sponsor.Whole) (promises, open int) {
	for _, one := range s.Promises {
		if one.Dropped != 0 {
			continue
		}
		if promises++; standing(one) == 0 {
			open++
		}
	}
	return promises, open
}
