package web

import (
	"cmp"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathSponsors shows who sponsors the units of an area.
const PathSponsors = "/to-chuc/do-dau"

func (p *Pages) sponsorRoutes() []Route {
	reads, writes := Either(account.RightTables, account.RightTasks), Needs(account.RightTasks)
	return []Route{
		{Method: "GET", Pattern: PathSponsors, Right: reads, Handler: p.sponsorUnits},
		{Method: "GET", Pattern: pathSponsorReport, Right: reads, Handler: p.sponsorReport},
		{Method: "GET", Pattern: pathSponsorReport + "/tep/{format}", Right: reads, Handler: p.sponsorReportFile},
		{Method: "GET", Pattern: PathSponsors + "/{sponsor}", Right: reads, Handler: p.sponsorPage},
		{Method: "GET", Pattern: PathSponsors + "/{commune}/lap", Right: writes, Handler: p.sponsorNew},
		{Method: "POST", Pattern: PathSponsors + "/{commune}/lap", Right: writes, Handler: p.sponsorBegin},
		{Method: "GET", Pattern: PathSponsors + "/{sponsor}/{act}", Right: writes, Handler: p.sponsorForm},
		{Method: "POST", Pattern: PathSponsors + "/{sponsor}/{act}", Right: writes, Handler: p.sponsorAct},
		{Method: "POST", Pattern: PathSponsors + "/{sponsor}/tep/them", Right: writes, Limit: uploadLimit, Handler: p.sponsorUpload},
		{Method: "GET", Pattern: PathSponsors + "/{sponsor}/tep/{file}", Right: reads, Handler: p.sponsorFile},
		{Method: "POST", Pattern: PathSponsors + "/{sponsor}/tep/{file}/go", Right: writes, Handler: p.sponsorRemove},
	}
}

func sponsorAddress(id string) string { return PathSponsors + "/" + url.PathEscape(id) }

func (p *Pages) sponsorsOf(id area.ID) string {
	return PathSponsors + "?" + url.Values{paramArea: {string(id)}}.Encode()
}

// sponsorName is who sponsors.
func (p *Pages) sponsorName(r *http.Request, s sponsor.Sponsorship) string {
	if s.Agency != "" {
		return p.bodyName(r, account.AgencyUnit(s.Agency))
	}
	return s.Body
}

func (p *Pages) sponsorCrumbs(unit area.ID, more ...view.Link) []view.Link {
	crumbs := []view.Link{{Text: text.T("web.sponsor.crumb"), Href: PathSponsors}}
	if v, ok := p.Tree().On(unit, p.Today()); ok {
		for _, id := range append(v.Ancestors(), unit) {
			up, _ := p.Tree().On(id, p.Today())
			crumbs = append(crumbs, view.Link{Text: up.FullName, Href: p.sponsorsOf(id)})
		}
	}
	if crumbs = append(crumbs, more...); len(more) == 0 {
		crumbs[len(crumbs)-1].Href = ""
	}
	return crumbs
}

// sponsorUnits shows who sponsors the districts and communes of an area, and
// which of them nobody does.
func (p *Pages) sponsorUnits(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	root := area.ID(r.URL.Query().Get(paramArea))
	if root == "" {
		root = p.ownUnit(actor)
	}
	units, list, err := p.Sponsors.In(r.Context(), actor, root)
	if err != nil {
		return err
	}
	top, _ := p.Tree().On(root, p.Today())
	sponsored := map[area.ID]bool{}
	t := view.Table{ID: "do-dau", Caption: text.T("web.sponsor.list"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.unit")}, {Label: text.T("web.sponsor.who")}, {Label: text.T("web.sponsor.decision")}, {Label: text.T("web.sponsor.promises"), Numeric: true}, {Label: text.T("web.sponsor.without_result"), Numeric: true}}}
	for _, s := range list {
		if s.InForce(p.Today()) {
			sponsored[s.Area] = true
		}
		promises, open := standingPromises(s)
		v, _ := p.Tree().Lately(s.Area, p.Today())
		who := view.Cell{Text: p.sponsorName(r, s.Sponsorship), Href: sponsorAddress(s.ID)}
		if !s.InForce(p.Today()) {
			who.Note = text.T("web.sponsor.until", "day", area.ShowDay(s.To))
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: v.FullName}, who, {Text: text.T("web.committee.by", "number", s.Number, "day", area.ShowDay(s.DecidedOn))}, {Text: vn.FormatInt(int64(promises))}, {Text: vn.FormatInt(int64(open))}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.sponsor.nobody")}
	}
	head := view.Heading{Title: text.T("web.sponsor.title", "area", top.FullName, "n", len(sponsored), "all", len(units)), Lead: text.T("web.sponsor.lead")}
	if len(units) == 1 {
		head.Title = text.T(map[bool]string{true: "web.sponsor.title_has", false: "web.sponsor.title_bare"}[len(sponsored) == 1], "area", top.FullName)
	}
	head.Actions = []view.Button{{Label: text.T("web.sponsor.report"), Href: reportAddress("", root, "", 0)}}
	body := []templ.Component{organisationTabs(actor, PathSponsors, root)}
	if top.Level != area.Province {
		body = append(body, view.TableCard(t))
		if bare := p.unsponsored(actor, units, sponsored); len(bare.Rows) > 0 {
			body = append(body, view.TableCard(bare))
		}
	} else {
		body = append(body, view.TableCard(p.districtTable(r, actor, top, list)))
		agencies, err := p.sponsoringAgencies(r)
		if err != nil {
			return err
		}
		body = append(body, view.TableCard(agencies))
	}
	frame := Frame(r, head.Title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.sponsorCrumbs(root)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, body...)))
}

// unsponsored are the units of a district that nobody sponsors.
func (p *Pages) unsponsored(actor *account.Actor, units []area.Version, sponsored map[area.ID]bool) view.Table {
	t := view.Table{ID: "chua-co", Caption: text.T("web.sponsor.bare"), Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.place")}, {Label: text.T("web.sponsor.what")}}}
	for _, u := range units {
		if sponsored[u.Area] {
			continue
		}
		row := view.Row{Cells: []view.Cell{{Text: u.FullName}, {}}}
		if p.Sponsors.Assigns(actor, u.Area) {
			row.Cells[1] = view.Cell{Text: text.T("web.sponsor.record"), Href: PathSponsors + "/" + url.PathEscape(string(u.Area)) + "/lap"}
		}
		t.Rows = append(t.Rows, row)
	}
	if assigned := slices.ContainsFunc(t.Rows, func(r view.Row) bool { return r.Cells[1].Href != "" }); !assigned {
		t.Columns = t.Columns[:1]
		for n := range t.Rows {
			t.Rows[n].Cells = t.Rows[n].Cells[:1]
		}
	}
	return t
}

// sponsoringAgencies leads to the report of each agency, and to what it
// promises for its own field.
func (p *Pages) sponsoringAgencies(r *http.Request) (t view.Table, err error) {
	t = view.Table{ID: "co-quan", Caption: text.T("web.sponsor.agencies"), Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.agency")}, {Label: text.T("web.sponsor.own_field")}, {Label: text.T("web.sponsor.report")}}}
	list, err := p.Accounts.Agencies(r.Context())
	for _, a := range list {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: a.Name}, {Text: text.T("web.sponsor.own_open"), Href: sponsorAddress(string(account.AgencyUnit(a.ID)))}, {Text: text.T("web.sponsor.report_open"), Href: reportAddress(a.ID, "", "", 0)}}})
	}
	return t, err
}

// standing is how many results of a promise stand.
func standing(p sponsor.Promise) (n int) {
	for _, r := range p.Results {
		if r.Dropped == 0 {
			n++
		}
	}
	return n
}

func (p *Pages) sponsorPage(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	s, err := p.Sponsors.Find(r.Context(), actor, r.PathValue("sponsor"))
	if err != nil {
		return err
	}
	v, _ := p.Tree().Lately(s.Area, p.Today())
	at, who := sponsorAddress(s.ID), p.sponsorName(r, s.Sponsorship)
	head := view.Heading{Title: text.T("web.sponsor.page", "who", who, "unit", v.FullName), Lead: text.T("web.sponsor.by", "number", s.Number, "day", area.ShowDay(s.DecidedOn), "from", area.ShowDay(s.From))}
	var first []templ.Component
	if s.OwnField() {
		head = view.Heading{Title: text.T("web.sponsor.field_page", "who", who), Lead: text.T("web.sponsor.field_lead")}
	} else if !s.InForce(p.Today()) && s.To <= p.Today() {
		first = append(first, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.sponsor.ended", "day", area.ShowDay(s.To))}))
	}
	promises, reports := p.Sponsors.Promises(actor, s.Sponsorship), p.Sponsors.Reports(actor, s.Sponsorship)
	if promises {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.sponsor.act.cam-ket"), Kind: view.Primary, Href: at + "/cam-ket"})
	}
	if !s.OwnField() && s.To == account.Forever && p.Sponsors.Assigns(actor, s.Area) {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.sponsor.another"), Href: PathSponsors + "/" + url.PathEscape(string(s.Area)) + "/lap"}, view.Button{Label: text.T("web.sponsor.act.thoi"), Href: at + "/thoi"})
	}
	if s.Agency != "" {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.sponsor.report"), Href: reportAddress(s.Agency, "", "", 0)})
	}
	if s.Note != "" {
		first = append(first, view.CardWith(view.Card{}, view.Paragraphs(strings.Split(s.Note, "\n")...)))
	}
	wide := []templ.Component{}
	for _, one := range s.Promises {
		wide = append(wide, p.promiseCard(r, at, one, promises, reports))
	}
	if len(s.Promises) == 0 {
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.sponsor.promises")}, view.Paragraphs(text.T("web.sponsor.no_promises"))))
	}
	list, err := p.Sponsors.Files(r.Context(), actor, s.ID)
	if err != nil {
		return err
	}
	upload := ""
	if reports {
		upload = at + "/tep/them"
	}
	files, err := p.fileCard(r, list, at+"/tep", text.T("web.sponsor.files"), text.T("web.sponsor.files_lead"), upload, at)
	if err != nil {
		return err
	}
	said, err := p.comments(r, commentRecord(commentSponsor, s.ID))
	if err != nil {
		return err
	}
	frame := Frame(r, head.Title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.sponsorCrumbs(s.Area, view.Link{Text: who})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, first, append(wide, said), []templ.Component{files})))
}

// promiseCard shows a promise and what came of it.
func (p *Pages) promiseCard(r *http.Request, at string, one sponsor.Promise, promises, reports bool) templ.Component {
	years := sponsor.Years{From: one.FromYear, To: one.ToYear}.String()
	card := view.Card{Title: text.T("web.sponsor.promise_of", "years", years, "kind", text.T("sponsor.kind."+one.Kind))}
	parts := []templ.Component{view.Paragraphs(strings.Split(one.Words, "\n")...)}
	facts := []view.Definition{{Term: text.T("web.sponsor.promised"), Value: cmp.Or(quantity(one.Amount, one.Measure), text.T("web.sponsor.no_number"))}, {Term: text.T("web.sponsor.money"), Value: cmp.Or(dong(one.Money), text.T("web.sponsor.no_number"))}}
	if one.Indicator != "" {
		facts = append(facts, view.Definition{Term: text.T("web.sponsor.indicator"), Value: capital(p.indicatorName(one.Indicator))})
	}
	parts = append(parts, view.Definitions(facts, false))
	if one.Dropped != 0 {
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.sponsor.dropped", "at", showTime(one.Dropped), "reason", one.DropReason)}))
		promises, reports = false, false
	}
	t := view.Table{ID: "ket-qua-" + one.ID, Caption: text.T("web.sponsor.results"), Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.day")}, {Label: text.T("web.sponsor.came")}, {Label: text.T("web.sponsor.amount"), Numeric: true}, {Label: text.T("web.sponsor.money"), Numeric: true}, {Label: text.T("web.sponsor.what")}}}
	for _, came := range one.Results {
		row := view.Row{Cells: []view.Cell{{Text: area.ShowDay(came.Day), Note: p.fullName(r, came.By)}, {Text: came.Words}, {Text: quantity(came.Amount, one.Measure)}, {Text: dong(came.Money)}, {}}}
		switch {
		case came.Dropped != 0:
			row.Cells[1].Note = text.T("web.sponsor.dropped", "at", showTime(came.Dropped), "reason", came.DropReason)
			row.Cells[2], row.Cells[3] = view.Cell{}, view.Cell{}
		case reports:
			row.Cells[4] = view.Cell{Text: text.T("web.sponsor.drop"), Href: at + "/rut?ma=" + came.ID}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.sponsor.no_results")}
	}
	parts = append(parts, view.TableOf(t))
	if reports {
		card.Link = view.Link{Text: text.T("web.sponsor.act.ket-qua"), Href: at + "/ket-qua?ma=" + one.ID}
	}
	if promises {
		parts = append(parts, view.LinkList([]view.Link{{Text: text.T("web.sponsor.drop_promise"), Href: at + "/rut?ma=" + one.ID}}))
	}
	return view.CardWith(card, view.Together(parts...))
}

// quantity writes an amount with what is counted; "" where nobody said.
func quantity(n sponsor.Number, measure string) string {
	if !n.Known {
		return ""
	}
	return strings.TrimSpace(thousandths(n.N) + " " + measure)
}

func thousandths(n int64) string {
	decimals := 3
	for ; decimals > 0 && n%int64(math.Pow10(4-decimals)) == 0; decimals-- {
	}
	return vn.FormatDecimal(float64(n)/1000, decimals)
}

func dong(n sponsor.Number) string {
	if !n.Known {
		return ""
	}
	return text.T("web.sponsor.dong", "n", vn.FormatInt(n.N))
}

func (p *Pages) sponsorUpload(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("sponsor")
	if _, err := p.Sponsors.Find(r.Context(), ActorOf(r.Context()), id); err != nil {
		return err
	}
	err := p.uploaded(r, func(name string, content io.Reader) error {
		return p.Sponsors.Attach(r.Context(), ActorOf(r.Context()), id, name, content)
	})
	if err != nil {
		return err
	}
	return SeeOther(w, r, sponsorAddress(id))
}

func (p *Pages) sponsorFile(w http.ResponseWriter, r *http.Request) error {
	a, content, err := p.Sponsors.OpenFile(r.Context(), ActorOf(r.Context()), r.PathValue("sponsor"), r.PathValue("file"))
	if err != nil {
		return err
	}
	return handOut(w, a, content)
}

func (p *Pages) sponsorRemove(w http.ResponseWriter, r *http.Request) error {
	if err := p.Sponsors.RemoveFile(r.Context(), ActorOf(r.Context()), r.PathValue("sponsor"), r.PathValue("file")); err != nil {
		return err
	}
	return SeeOther(w, r, sponsorAddress(r.PathValue("sponsor")))
}
