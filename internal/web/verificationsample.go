package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/verification"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// sampleOf finds the draw of the address, which must be of the unit itself or
// of one above the commune that is asked about.
func (p *Pages) sampleOf(r *http.Request) (checked, review.VerificationResult, error) {
	c, err := p.checkedOf(r)
	if err != nil {
		return c, review.VerificationResult{}, err
	}
	result, err := p.Reviews.VerificationResults(r.Context(), c.verify.Scope, r.PathValue("sample"))
	if err == nil && (result.Sample.Round != c.round.ID || !p.Tree().Covers(result.Sample.Area, c.area.Area, c.day)) {
		err = sampleAbsent()
	}
	return c, result, err
}

// samplePage is what a draw says, or the households of one commune in it.
func (p *Pages) samplePage(w http.ResponseWriter, r *http.Request) error {
	c, result, err := p.sampleOf(r)
	if err != nil {
		return err
	}
	names, err := p.Accounts.FullNames(r.Context(), []string{result.Sample.By})
	if err != nil {
		return err
	}
	body := view.SamplePage{Facts: p.sampleFacts(result, names)}
	body.Links = []view.Link{{Text: text.T("web.verification.list_file"), Href: sampleAddress(c, result.Sample.ID, "/danh-sach")}, {Text: text.T("web.verification.frame_file"), Href: sampleAddress(c, result.Sample.ID, "/khung")}}
	if result.Sample.State == review.SampleSuperseded {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Warn, Text: text.T("web.verification.superseded")})
	}
	if c.area.Level == area.Commune {
		body.Head = view.Heading{Title: text.T("web.verification.list_title", "area", c.area.FullName), Lead: text.T("web.verification.list_lead")}
		if body.Households, err = p.resurveyTable(r, c, result.Sample.ID); err != nil {
			return err
		}
	} else {
		body.Head = view.Heading{Title: resultTitle(c, result), Lead: text.T("web.verification.result_lead")}
		p.resultTables(c, result, &body)
	}
	return Render(w, r, http.StatusOK, view.Framed(p.verificationFrame(r, c, body.Head.Title, text.T("web.verification.results")), view.SampleBody(body)))
}

// resultTitle says the finding.
func resultTitle(c checked, result review.VerificationResult) string {
	same := result.Agreement.SameClass
	if same.Value == nil {
		return text.T("web.verification.result_none", "area", c.area.FullName)
	}
	return text.T("web.verification.result_title", "area", c.area.FullName, "share", vn.FormatPercent(*same.Value, 1), "n", vn.FormatInt(int64(same.N)))
}

func (p *Pages) resultTables(c checked, result review.VerificationResult, body *view.SamplePage) {
	a := result.Agreement
	note := func(n int, key string) {
		if n > 0 {
			body.Notices = append(body.Notices, view.Notice{Mood: view.Warn, Text: text.T(key, "n", vn.FormatInt(int64(n)))})
		}
	}
	note(result.SamePerson, "web.verification.same_person")
	note(result.Corrected, "web.verification.corrected")
	note(a.Undetermined, "web.verification.undetermined")
	body.Communes = p.sampleCommunes(c, result)
	if a.Pairs == 0 {
		return
	}
	note(len(a.SameClass.Missing), "web.verification.missing")
	note(len(a.SameClass.Lonely), "web.verification.lonely")
	body.Shares = sharesTable(a)
	if missing := len(a.SameClass.Missing); missing > 0 { // it speaks of those only
		body.Shares.Caption = text.T("web.verification.shares_partly", "n", len(result.Sample.Strata)-missing, "all", len(result.Sample.Strata))
	}
	body.Changes = changesTable(a)
	body.Agreement = p.agreementTable(c, a)
	d := a.Points
	body.Points = []view.Definition{{Term: text.T("web.verification.pairs"), Value: vn.FormatInt(int64(d.N))}, {Term: text.T("web.verification.mean"), Value: knownNumber(d.Mean, 1)}, {Term: text.T("web.verification.sd"), Value: knownNumber(d.SD, 1)},
		{Term: text.T("web.verification.limits"), Value: knownRange(d.Lower, d.Upper, 1)}, {Term: text.T("web.verification.equal"), Value: knownShare(d.Equal)}, {Term: text.T("web.verification.within"), Value: knownShare(d.WithinStep)}}
}

// knownNumber writes a number that may not exist: unknown is never zero.
func knownNumber(x *float64, decimals int) string {
	if x == nil {
		return text.T("web.verification.unknown")
	}
	return vn.FormatDecimal(*x, decimals)
}

func knownShare(x *float64) string {
	if x == nil {
		return text.T("web.verification.unknown")
	}
	return vn.FormatPercent(*x, 1)
}

func knownRange(low, high *float64, decimals int) string {
	if low == nil || high == nil {
		return text.T("web.verification.unknown")
	}
	return text.T("web.verification.between", "low", vn.FormatDecimal(*low, decimals), "high", vn.FormatDecimal(*high, decimals))
}

func sharesTable(a verification.Agreement) view.Table {
	t := view.Table{ID: "uoc-luong", Caption: text.T("web.verification.shares"), Stacked: true, Source: text.T("web.verification.shares_source"), Columns: []view.Column{{Label: text.T("web.verification.share")}, {Label: text.T("web.verification.value"), Numeric: true},
		{Label: text.T("web.verification.interval"), Numeric: true}, {Label: text.T("web.verification.se"), Numeric: true}, {Label: text.T("web.verification.rests_on"), Numeric: true}}}
	for _, one := range []struct {
		key string
		verification.Share
	}{{"same", a.SameClass}, {"confirmed", a.PoorConfirmed}, {"missed", a.PoorMissed}, {"poor", a.Poor}} {
		interval := text.T("web.verification.unknown")
		if one.Lower != nil {
			interval = text.T("web.verification.between", "low", vn.FormatPercent(*one.Lower, 1), "high", vn.FormatPercent(*one.Upper, 1))
		}
		cell := view.Cell{Text: knownShare(one.Value)}
		if one.key == "poor" && one.Total != nil {
			cell.Note = text.T("web.verification.total", "n", vn.FormatInt(int64(*one.Total+0.5)))
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: text.T("web.verification.share." + one.key)}, cell, {Text: interval}, {Text: knownShare(one.SE)}, {Text: vn.FormatInt(int64(one.N))}}})
	}
	return t
}

// changesTable has a row for what the first survey found, a column for what
// the second did.
func changesTable(a verification.Agreement) view.Table {
	t := view.Table{ID: "thay-doi", Caption: text.T("web.verification.changes"), Columns: []view.Column{{Label: text.T("web.verification.first")}}, Groups: []view.Group{{Span: 1}, {Label: text.T("web.verification.second"), Span: len(a.Changes)}}, Source: text.T("web.verification.changes_source")}
	for _, class := range review.ResultClasses() {
		t.Columns = append(t.Columns, view.Column{Label: class.Name(), Numeric: true})
	}
	for i, class := range review.ResultClasses() {
		row := view.Row{Cells: []view.Cell{{Text: class.Name()}}}
		for j, n := range a.Changes[i] {
			row.Cells = append(row.Cells, view.Cell{Text: vn.FormatInt(int64(n)), Note: text.T("web.verification.weighted", "n", vn.FormatDecimal(a.Weighted[i][j], 0))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// agreementTable has kappa of the class and of each indicator.
func (p *Pages) agreementTable(c checked, a verification.Agreement) view.Table {
	t := view.Table{ID: "nhat-tri", Caption: text.T("web.verification.agreement"), Stacked: true, Source: text.T("web.verification.agreement_source"), Columns: []view.Column{{Label: text.T("web.verification.question")}, {Label: text.T("web.verification.observed"), Numeric: true},
		{Label: text.T("web.verification.kappa"), Numeric: true}, {Label: text.T("web.verification.interval"), Numeric: true}, {Label: text.T("web.verification.only_first"), Numeric: true}, {Label: text.T("web.verification.only_second"), Numeric: true}}}
	add := func(name string, k verification.Kappa, more ...view.Cell) {
		first := view.Cell{Text: name}
		if k.Paradox {
			first.Note = text.T("web.verification.paradox", "adjusted", knownNumber(k.Adjusted, 2))
		}
		t.Rows = append(t.Rows, view.Row{Cells: append([]view.Cell{first, {Text: knownShare(k.Observed)}, {Text: knownNumber(k.Value, 2)}, {Text: knownRange(k.Lower, k.Upper, 2)}}, more...)})
	}
	add(text.T("web.verification.class"), a.Classes, view.Cell{}, view.Cell{})
	add(text.T("web.verification.class_ordered"), a.Ordered, view.Cell{}, view.Cell{})
	set, err := p.Law.ByID(c.round.Standard)
	if err != nil {
		return t
	}
	for i, one := range a.Indicators {
		add(set.Indicators[i].Name.Text, one.Kappa, view.Cell{Text: strconv.Itoa(one.OnlyFirst)}, view.Cell{Text: strconv.Itoa(one.OnlySecond)})
	}
	return t
}

func (p *Pages) sampleCommunes(c checked, result review.VerificationResult) view.Table {
	t := view.Table{ID: "cac-xa", Caption: text.T("web.verification.by_commune"), Stacked: true, Columns: []view.Column{{Label: text.T("web.verification.commune")}, {Label: text.T("web.verification.stratum"), Numeric: true}, {Label: text.T("web.verification.done"), Numeric: true}}}
	for _, stratum := range result.Sample.Strata {
		v, _ := p.Tree().Lately(area.ID(stratum.Name), c.day)
		at := c
		at.area = v
		t.Rows = append(t.Rows, view.Row{Href: sampleAddress(at, result.Sample.ID, ""), Cells: []view.Cell{{Text: v.FullName}, {Text: vn.FormatInt(int64(stratum.Size))},
			{Text: text.T("web.step.of", "done", vn.FormatInt(int64(result.Communes[v.Area].Done)), "all", vn.FormatInt(int64(stratum.Take)))}}})
	}
	return t
}

// resurveyTable lists the households of a commune; each leads to its form.
func (p *Pages) resurveyTable(r *http.Request, c checked, id string) (view.Table, error) {
	t := view.Table{ID: "ho", Caption: text.T("web.verification.households"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.verification.head")}, {Label: text.T("web.verification.code")}, {Label: text.T("web.verification.village")}, {Label: text.T("web.verification.first")}, {Label: text.T("web.verification.second")}}}
	_, list, err := p.Reviews.Resurvey(r.Context(), c.verify.Scope, id, c.area.Area)
	if err != nil {
		return t, err
	}
	found := func(a *review.Assessment) view.Cell {
		if a == nil {
			return view.Cell{Text: text.T("web.verification.not_yet")}
		}
		cell := view.Cell{Text: a.Class.Name()}
		if a.B1 != nil {
			cell.Note = text.T("web.verification.points_of", "n", *a.B1)
		}
		return cell
	}
	for _, one := range list {
		village, _ := p.Tree().On(one.Village, c.day)
		row := view.Row{Href: formAddress(c.round.ID, one.Household) + "?" + paramPurpose + "=" + review.Verification, Cells: []view.Cell{{Text: one.Head}, {Text: one.Code}, {Text: village.FullName}, found(one.First), found(one.Second)}}
		if one.Second == nil { // a second opinion is one that has not read the first
			row.Cells[3] = view.Cell{Text: text.T("web.verification.hidden")}
		}
		if one.SamePerson {
			row.Cells[4].Note += " " + text.T("web.verification.same_surveyor")
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.verification.none_here")}
	}
	return t, nil
}

// sampleFile is the list for the surveyors, journalled as every list of names.
func (p *Pages) sampleFile(w http.ResponseWriter, r *http.Request) error {
	c, result, err := p.sampleOf(r)
	if err != nil {
		return err
	}
	commune := c.area.Area
	if c.area.Level != area.Commune {
		commune = ""
	}
	drawn, err := p.Reviews.ReadSample(r.Context(), c.verify, result.Sample.ID, commune, text.T("cli.sample.purpose"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := exchange.WriteSample(r.Context(), p.Reviews, c.round.ID, drawn, sheet.NewXLSX(&b)); err != nil {
		return err
	}
	download(w, fmt.Sprintf("tham-dinh-%s-%s.xlsx", c.area.Code, c.round.ID), ".xlsx")
	_, err = w.Write(b.Bytes())
	return err
}

// sampleFrame is what an auditor needs to draw the sample again: the codes it
// was drawn from.
func (p *Pages) sampleFrame(w http.ResponseWriter, r *http.Request) error {
	c, result, err := p.sampleOf(r)
	if err != nil {
		return err
	}
	frame, _, err := p.Reviews.RepeatDraw(r.Context(), c.verify.Scope, result.Sample.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	rows := [][]string{{"household", "stratum"}}
	for _, u := range frame {
		rows = append(rows, []string{u.Code, u.Stratum})
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	download(w, fmt.Sprintf("khung-mau-%s-%s-%d.csv", c.area.Code, c.round.ID, result.Sample.No), ".csv")
	_, err = w.Write(b.Bytes())
	return err
}
