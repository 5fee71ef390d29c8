package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/sheet"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const (
	pathSponsorReport = PathSponsors + "/bao-cao"
	paramAgency       = "co-quan"
	paramAsOf         = "luc" // what was known at that moment, in ms
	paramAlone        = "rieng"
	paramEveryLine    = "tung-dong"
	flagSet           = "1"
)

// manyLines is from how many lines on the report of all sponsors is drawn
// together by place, each of which opens.
const manyLines = 40

// reportAddress leads to the report of an agency, "" for all sponsors, of some
// years, "" for the latest, as it was known at a moment, 0 for now.
func reportAddress(agency string, root area.ID, years string, asOf int64, more ...string) string {
	v := url.Values{}
	pairs := append([]string{paramAgency, agency, paramArea, string(root), paramYears, years}, more...)
	if asOf != 0 {
		pairs = append(pairs, paramAsOf, strconv.FormatInt(asOf, 10))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return pathSponsorReport + "?" + v.Encode()
}

// reportYears are the years and periods of which the plans ask reports.
func (p *Pages) reportYears(r *http.Request) (list []sponsor.Years, err error) {
	plans, err := p.Tasks.Programmes(r.Context())
	for _, plan := range plans {
		for y := plan.Period.From; y <= plan.Period.To; y++ {
			list = append(list, sponsor.Years{From: y, To: y})
		}
	}
	for _, plan := range plans {
		for _, t := range plan.Tasks {
			for _, s := range t.Periods {
				list = append(list, sponsor.Years{From: s.From, To: s.To})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b sponsor.Years) int {
		return cmp.Or(min(a.To-a.From, 1)-min(b.To-b.From, 1), a.From-b.From, a.To-b.To)
	})
	return slices.Compact(list), err
}

// reportPlace is a report with where its page stands.
type reportPlace struct {
	sponsor.Report
	years []sponsor.Years
	who   string
	top   area.Version      // of which it speaks
	names map[string]string // of agencies
}

// sponsor is the name of one of whom the report speaks.
func (rep reportPlace) sponsor(s sponsor.Sponsorship) string {
	if s.Agency != "" {
		return cmp.Or(rep.names[s.Agency], s.Agency)
	}
	return s.Body
}

func (p *Pages) reportOf(r *http.Request) (rep reportPlace, err error) {
	q := r.URL.Query()
	gone := fault.New(fault.NotFound, "no_page", text.T("web.error.no_page"))
	if rep.years, err = p.reportYears(r); err != nil {
		return rep, err
	}
	asked := sponsor.Asked{Agency: q.Get(paramAgency), Root: area.ID(q.Get(paramArea)), Alone: q.Get(paramAlone) == flagSet}
	for _, y := range rep.years {
		if y.String() == q.Get(paramYears) || q.Get(paramYears) == "" && y.From == y.To && (asked.Years.From == 0 || strconv.Itoa(y.From) <= p.Today()[:4]) {
			asked.Years = y
		}
	}
	if at := q.Get(paramAsOf); at != "" {
		if asked.AsOf, err = strconv.ParseInt(at, 10, 64); err != nil {
			return rep, gone
		}
	}
	shown := cmp.Or(asked.Root, p.ownUnit(ActorOf(r.Context())))
	top, ok := p.Tree().Lately(shown, p.Today())
	if asked.Root != "" && (!ok || !p.Sponsors.SeesUnit(ActorOf(r.Context()), asked.Root)) {
		return rep, gone
	}
	list, err := p.Accounts.AllAgencies(r.Context())
	if err != nil {
		return rep, err
	}
	rep.top, rep.names = top, map[string]string{}
	for _, a := range list {
		rep.names[a.ID] = a.Name
	}
	if asked.Years.From == 0 || asked.Agency != "" && rep.names[asked.Agency] == "" {
		return rep, gone
	}
	switch {
	case asked.Agency == "":
		rep.who = top.FullName
	case asked.Root == "":
		rep.who = rep.names[asked.Agency]
	default:
		rep.who = rep.names[asked.Agency] + ", " + top.FullName
	}
	rep.Report, err = p.Sponsors.Report(r.Context(), ActorOf(r.Context()), asked)
	return rep, err
}

// title says the finding: of how many promises something came.
func (rep reportPlace) title() string {
	promises, reported := rep.Kept()
	if promises == 0 {
		return text.T("web.sponsor.report_title_none", "who", rep.who, "years", rep.Years.String())
	}
	return text.T("web.sponsor.report_title", "who", rep.who, "years", rep.Years.String(), "reported", vn.FormatInt(int64(reported)), "all", vn.FormatInt(int64(promises)))
}

// folds says whether the report is drawn together by place: an agency's own
// report is a document and stands whole.
func (rep reportPlace) folds(r *http.Request) bool {
	below := rep.top.Level == area.Province || rep.top.Level == area.District
	return below && !rep.Alone && rep.Agency == "" && r.URL.Query().Get(paramEveryLine) != flagSet && len(rep.ByUnit)+len(rep.Silent) > manyLines
}

// sponsorReport is the product of task VII.2: promised against result by
// indicator and by sponsored unit.
func (p *Pages) sponsorReport(w http.ResponseWriter, r *http.Request) error {
	rep, err := p.reportOf(r)
	if err != nil {
		return err
	}
	title := rep.title()
	body := view.BoardPage{Head: view.Heading{Title: title, Lead: text.T("web.sponsor.report_lead", "day", area.ShowDay(p.Today()))}}
	if rep.AsOf != 0 {
		body.Head.Lead = text.T("web.sponsor.report_then", "at", showTime(rep.AsOf))
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.sponsor.then", "at", showTime(rep.AsOf)), Link: view.Link{Text: text.T("web.sponsor.now"), Href: reportAddress(rep.Agency, rep.Root, rep.Years.String(), 0)}})
	}
	for _, format := range []string{"xlsx", "csv"} {
		body.Head.Actions = append(body.Head.Actions, view.Button{Label: text.T("web.tables.download", "format", format), Href: pathSponsorReport + "/tep/" + format + "?" + r.URL.RawQuery})
	}
	alone := ""
	if rep.Alone {
		alone = flagSet
	}
	for _, y := range rep.years {
		body.Tabs = append(body.Tabs, view.Tab{Text: y.String(), Href: reportAddress(rep.Agency, rep.Root, y.String(), 0, paramAlone, alone), Current: y == rep.Years})
	}
	body.Grid = p.reportTable(rep, false)
	if rep.folds(r) {
		body.Tasks = p.placeTable(rep)
		body.Links = append(body.Links, view.Link{Text: text.T("web.sponsor.every_line", "n", vn.FormatInt(int64(len(rep.ByUnit)+len(rep.Silent)))), Href: reportAddress(rep.Agency, rep.Root, rep.Years.String(), rep.AsOf, paramEveryLine, flagSet)})
	} else {
		body.Tasks = p.reportTable(rep, true)
	}
	if rep.Agency != "" {
		body.Links = append(body.Links, view.Link{Text: text.T("web.sponsor.own_open"), Href: sponsorAddress(string(account.AgencyUnit(rep.Agency)))})
	}
	frame := Frame(r, title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.reportCrumbs(rep)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BoardBody(body)))
}

// reportCrumbs lead from what was opened back to the report of all above it.
func (p *Pages) reportCrumbs(rep reportPlace) []view.Link {
	crumbs := []view.Link{{Text: text.T("web.sponsor.crumb"), Href: PathSponsors}}
	if rep.Root == "" {
		return append(crumbs, view.Link{Text: text.T("web.sponsor.report")})
	}
	up := func(id area.ID) string { return reportAddress(rep.Agency, id, rep.Years.String(), rep.AsOf) }
	crumbs = append(crumbs, view.Link{Text: text.T("web.sponsor.report"), Href: up("")})
	for _, id := range rep.top.Ancestors() {
		if v, ok := p.Tree().Lately(id, p.Today()); ok && v.Level != area.Province {
			crumbs = append(crumbs, view.Link{Text: v.FullName, Href: up(id)})
		}
	}
	return append(crumbs, view.Link{Text: rep.top.FullName})
}

// placeTable draws the sponsored units together: of the province by district, of
// a district by commune. Each place opens its own report.
func (p *Pages) placeTable(rep reportPlace) view.Table {
	t := view.Table{ID: "theo-noi", Caption: text.T("web.sponsor.by_place"), Stacked: true, Source: text.T("web.sponsor.by_place_source"), Columns: []view.Column{{Label: text.T("web.sponsor.unit")}, {Label: text.T("web.sponsor.sponsors"), Numeric: true}, {Label: text.T("web.sponsor.money_promised"), Numeric: true}, {Label: text.T("web.sponsor.money_got"), Numeric: true}, {Label: text.T("web.sponsor.reported"), Numeric: true}}}
	for _, one := range rep.Places(func(unit area.ID) area.ID { return p.placeUnder(rep.top, unit) }) {
		v, _ := p.Tree().Lately(one.Area, p.Today())
		alone := ""
		if one.Area == rep.top.Area {
			alone = flagSet
		}
		sponsors := view.Cell{Text: vn.FormatInt(int64(one.Sponsors))}
		if one.Silent > 0 {
			sponsors.Note = text.T("web.sponsor.silent_n", "n", one.Silent)
		}
		kept := view.Cell{Text: text.T("web.committee.without", "without", one.Reported, "all", one.Promises)}
		if one.Longer > 0 {
			kept.Note = text.T("web.sponsor.longer_n", "n", one.Longer)
		}
		if one.Promises > 0 && one.Reported == 0 {
			kept.Mark = view.MarkBad
		}
		t.Rows = append(t.Rows, view.Row{Href: reportAddress(rep.Agency, one.Area, rep.Years.String(), rep.AsOf, paramAlone, alone), Cells: []view.Cell{{Text: v.FullName}, sponsors, moneyCell(one.Money), moneyGot(one.GotMoney, one.Reported), kept}})
	}
	return t
}

// placeUnder is the unit below one in which another lies, as it last was.
func (p *Pages) placeUnder(top area.Version, unit area.ID) area.ID {
	v, ok := p.Tree().Lately(unit, p.Today())
	if !ok {
		return unit
	}
	for _, up := range v.Ancestors() {
		if at, ok := p.Tree().Lately(up, p.Today()); ok && at.Parent == top.Area {
			return up
		}
	}
	return unit
}

// What a line is of: an indicator, or else a kind of support.
func (p *Pages) lineOf(l sponsor.Line) string {
	if l.Indicator != "" {
		return capital(p.indicatorName(l.Indicator))
	}
	return text.T("sponsor.kind." + l.Kind)
}

func (p *Pages) reportTable(rep reportPlace, units bool) view.Table {
	lines := rep.ByIndicator
	t := view.Table{ID: "theo-chi-tieu", Caption: text.T("web.sponsor.by_indicator"), Stacked: true, Columns: []view.Column{{Label: text.T("web.sponsor.field_of")}}}
	if units {
		lines = rep.ByUnit
		t.ID, t.Caption = "theo-don-vi", text.T("web.sponsor.by_unit")
		t.Columns = []view.Column{{Label: text.T("web.sponsor.unit")}, {Label: text.T("web.sponsor.who")}, {Label: text.T("web.sponsor.field_of")}}
	}
	t.Columns = append(t.Columns, view.Column{Label: text.T("web.sponsor.promised"), Numeric: true}, view.Column{Label: text.T("web.sponsor.got"), Numeric: true}, view.Column{Label: text.T("web.sponsor.money_promised"), Numeric: true}, view.Column{Label: text.T("web.sponsor.money_got"), Numeric: true}, view.Column{Label: text.T("web.sponsor.share"), Numeric: true}, view.Column{Label: text.T("web.sponsor.reported"), Numeric: true})
	for _, l := range lines {
		what := view.Cell{Text: p.lineOf(l)}
		switch {
		case l.Years.From != 0:
			what.Note = text.T("web.sponsor.longer", "years", l.Years.String())
		case l.Measure == "":
			what.Note = text.T("web.sponsor.without_amount")
		}
		row := view.Row{Cells: []view.Cell{what, sumCell(l.Promised, l.Measure), gotCell(l.Got, l.Measure, l.Reported), moneyCell(l.Money), moneyGot(l.GotMoney, l.Reported), {Text: shareOf(l)}, {Text: text.T("web.committee.without", "without", l.Reported, "all", l.Promises)}}}
		if l.Reported == 0 {
			row.Cells[6].Mark = view.MarkBad
		}
		if units {
			v, _ := p.Tree().Lately(l.Area, p.Today())
			of := view.Cell{Text: rep.sponsor(rep.Sponsors[l.Sponsor]), Href: sponsorAddress(l.Sponsor)}
			row.Cells = append([]view.Cell{{Text: v.FullName}, of}, row.Cells...)
		}
		t.Rows = append(t.Rows, row)
	}
	if units {
		for _, s := range rep.Silent {
			v, _ := p.Tree().Lately(s.Area, p.Today())
			t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: v.FullName}, {Text: rep.sponsor(s), Href: sponsorAddress(s.ID)}, {Text: text.T("web.sponsor.silent"), Mark: view.MarkBad}, {}, {}, {}, {}, {}, {}}})
		}
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.sponsor.report_none")}
	}
	return t
}

// sumCell writes what was promised; how many flagSet no number stands below.
func sumCell(s sponsor.Sum, measure string) view.Cell {
	if s.Of == 0 {
		return view.Cell{}
	}
	c := view.Cell{Text: quantity(sponsor.Number{N: s.N, Known: s.Known > 0}, measure)}
	if s.Known < s.Of {
		c.Note = text.T("web.sponsor.no_number_n", "n", s.Of-s.Known)
	}
	return c
}

// gotCell is sumCell of results: where nobody reported anything it says so.
func gotCell(s sponsor.Sum, measure string, reported int) view.Cell {
	if reported == 0 && measure != "" {
		return view.Cell{Text: text.T("web.sponsor.not_yet")}
	}
	return sumCell(s, measure)
}

func moneyCell(s sponsor.Sum) view.Cell {
	if s.Known == 0 {
		return view.Cell{}
	}
	c := view.Cell{Text: dong(sponsor.Number{N: s.N, Known: true})}
	if s.Known < s.Of {
		c.Note = text.T("web.sponsor.no_number_n", "n", s.Of-s.Known)
	}
	return c
}

func moneyGot(s sponsor.Sum, reported int) view.Cell {
	if reported == 0 {
		return view.Cell{Text: text.T("web.sponsor.not_yet")}
	}
	return moneyCell(s)
}

// shareOf is how much of what was promised came, where both are known in full,
// something was reported of every promise, and these are of the years of the
// report; of what is counted, else of the money.
func shareOf(l sponsor.Line) string {
	if l.Years.From != 0 || l.Reported < l.Promises {
		return ""
	}
	for _, of := range [][2]sponsor.Sum{{l.Promised, l.Got}, {l.Money, l.GotMoney}} {
		if asked, got := of[0], of[1]; asked.Known == asked.Of && asked.N > 0 && got.Known > 0 && got.Known == got.Of {
			return vn.FormatPercent(float64(got.N)/float64(asked.N), 0)
		}
	}
	return ""
}

// sponsorReportFile is the report as a workbook of two sheets, or as CSV with
// both after each other.
func (p *Pages) sponsorReportFile(w http.ResponseWriter, r *http.Request) error {
	rep, err := p.reportOf(r)
	if err != nil {
		return err
	}
	return sendFile(w, "do-dau-"+rep.Years.String()+"-"+cmp.Or(rep.Agency, "tat-ca"), r.PathValue("format"), sheetWriters(func(out sheet.Writer, csv bool) error {
		return p.reportSheets(out, rep, csv)
	}))
}

func (p *Pages) reportSheets(out sheet.Writer, rep reportPlace, one bool) error {
	columns := []sheet.Column{}
	for _, c := range []struct {
		key   string
		width float64
	}{{"cut", 20}, {"unit", 28}, {"who", 32}, {"field_of", 32}, {"years", 12}, {"measure", 14}, {"promised", 14}, {"got", 14}, {"money_promised", 18}, {"money_got", 18}, {"promises", 12}, {"reported_n", 14}, {"no_number_column", 16}} {
		columns = append(columns, sheet.Column{Title: text.T("web.sponsor." + c.key), Width: c.width})
	}
	number := func(s sponsor.Sum, scale float64) sheet.Value {
		if s.Known == 0 { // nobody flagSet: not the same as nothing
			return sheet.Value{}
		}
		return sheet.NumberValue(float64(s.N) / scale)
	}
	for i, lines := range [][]sponsor.Line{rep.ByIndicator, rep.ByUnit} {
		cut := text.T([]string{"web.sponsor.by_indicator", "web.sponsor.by_unit"}[i])
		if !one || i == 0 {
			if err := out.Sheet(cut, columns); err != nil {
				return err
			}
		}
		for _, l := range lines {
			unit, who := "", ""
			if l.Sponsor != "" {
				v, _ := p.Tree().Lately(l.Area, p.Today())
				unit, who = v.FullName, rep.sponsor(rep.Sponsors[l.Sponsor])
			}
			years := rep.Years
			if l.Years.From != 0 {
				years = l.Years
			}
			if err := out.Row(sheet.TextValue(cut), sheet.TextValue(unit), sheet.TextValue(who), sheet.TextValue(p.lineOf(l)), sheet.TextValue(years.String()), sheet.TextValue(l.Measure), number(l.Promised, 1000), number(l.Got, 1000), number(l.Money, 1), number(l.GotMoney, 1),
				sheet.NumberValue(float64(l.Promises)), sheet.NumberValue(float64(l.Reported)), sheet.NumberValue(float64(l.Promised.Of-l.Promised.Known))); err != nil {
				return err
			}
		}
		if i == 1 {
			for _, s := range rep.Silent {
				v, _ := p.Tree().Lately(s.Area, p.Today())
				row := make([]sheet.Value, len(columns))
				row[0], row[1], row[2], row[3], row[10] = sheet.TextValue(cut), sheet.TextValue(v.FullName), sheet.TextValue(rep.sponsor(s)), sheet.TextValue(text.T("web.sponsor.silent")), sheet.NumberValue(0)
				if err := out.Row(row...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
