package web

import (
	"net/http"
	"net/url"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// unitVerification is what a district or the province sees: its sample, and
// its communes with the questions put to them.
func (p *Pages) unitVerification(r *http.Request, c checked, warnings []review.Warning, refused error, body *view.VerificationPage) error {
	samples, err := p.Reviews.Samples(r.Context(), c.reads, c.round.ID, c.area.Area)
	if err != nil {
		return err
	}
	var actors []string
	for _, o := range samples {
		actors = append(actors, o.By)
	}
	names, err := p.Accounts.FullNames(r.Context(), actors)
	if err != nil {
		return err
	}
	var result review.VerificationResult
	if len(samples) > 0 {
		if result, err = p.Reviews.VerificationResults(r.Context(), c.reads, samples[0].ID); err != nil {
			return err
		}
		body.Sample, body.Facts = view.Card{Title: text.T("web.verification.sample_of", "n", vn.FormatInt(int64(samples[0].Design.Taken)))}, p.sampleFacts(result, names)
		if c.mayVerify(p.Tree()) {
			body.Links = []view.Link{{Text: text.T("web.verification.results"), Href: sampleAddress(c, samples[0].ID, "")}}
		}
	}
	if c.mayVerify(p.Tree()) && c.round.State == review.Open {
		body.Acts = p.unitActs(r, c, len(samples) > 0, refused)
	}
	body.Communes = p.askedCommunes(c, warnings, result, len(samples) > 0)
	if len(samples) > 1 {
		body.History = p.oldDraws(samples[1:], names)
	}
	return nil
}

func (p *Pages) sampleFacts(result review.VerificationResult, names map[string]string) []view.Definition {
	o := result.Sample
	n := func(i int) string { return vn.FormatInt(int64(i)) }
	facts := []view.Definition{
		{Term: text.T("web.verification.done"), Value: text.T("web.step.of", "done", n(result.Progress.Done), "all", n(result.Progress.Drawn)), Strong: true},
		{Term: text.T("web.verification.frame"), Value: text.T("web.verification.frame_of", "frame", n(o.Design.Frame), "communes", n(len(o.Strata)), "required", n(o.Design.Required))},
		{Term: text.T("web.verification.margin"), Value: text.T("web.verification.margin_of", "margin", vn.FormatDecimal(100*o.Margin, 1), "reached", vn.FormatDecimal(100*o.Design.Reached, 2), "confidence", vn.FormatDecimal(100*o.Design.Confidence, 0))},
		{Term: text.T("web.verification.seed"), Value: text.T("web.verification.seed_of", "seed", strconv.FormatInt(o.Seed, 10), "no", o.No)},
		{Term: text.T("web.verification.drawn"), Value: text.T("web.dossier.by_at", "who", names[o.By], "at", showTime(o.DrawnAt))},
	}
	if o.Reason != "" {
		facts = append(facts, view.Definition{Term: text.T("web.verification.redraw_why"), Value: o.Reason})
	}
	return facts
}

// unitActs are the two things to do: look for what is to be asked, and draw.
func (p *Pages) unitActs(r *http.Request, c checked, drawn bool, refused error) []view.DossierAct {
	to := func(what string) string {
		return pathVerification + "/" + url.PathEscape(c.round.ID) + "/" + what + "?" + url.Values{paramArea: {string(c.area.Area)}}.Encode()
	}
	margin := view.Field{Name: "bien", Label: text.T("web.verification.margin"), Hint: text.T("web.verification.margin_hint"), Kind: view.NumberInput, Unit: text.T("web.verification.points_unit"), Width: "w6", Value: r.PostForm.Get("bien"), Required: true}
	reason := view.Field{Name: "reason", Label: text.T("web.verification.redraw_why"), Kind: view.LongInput, Value: r.PostForm.Get("reason"), Required: true}
	for _, f := range fields(refused) {
		switch f.Name {
		case "margin":
			margin.Error = f.Message
		case "reason":
			reason.Error = f.Message
		}
	}
	draw := view.DossierAct{Action: to("boc-mau"), Title: text.T("web.verification.draw"), What: text.T("web.verification.draw_what"), Fields: []view.Field{margin},
		Button: view.Button{Label: text.T("web.verification.draw"), Kind: view.Primary}, Folded: drawn && refused == nil}
	if drawn {
		draw.Title, draw.What = text.T("web.verification.redraw"), text.T("web.verification.redraw_what")
		draw.Fields = append(draw.Fields, reason)
		draw.Button = view.Button{Label: text.T("web.verification.redraw"), Kind: view.Danger}
	}
	find := view.DossierAct{Action: to("tim"), Title: text.T("web.verification.find"), What: text.T("web.verification.find_what"), Button: view.Button{Label: text.T("web.verification.find"), Kind: view.Ordinary}}
	return []view.DossierAct{find, draw}
}

// askedCommunes is the table of communes: how far the second survey is, and
// what each was asked.
func (p *Pages) askedCommunes(c checked, warnings []review.Warning, result review.VerificationResult, drawn bool) view.Table {
	t := view.Table{ID: "cac-xa", Caption: text.T("web.verification.communes"), Stacked: true, Columns: []view.Column{{Label: text.T("web.verification.commune")}}}
	if drawn {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.verification.done"), Numeric: true})
	}
	t.Columns = append(t.Columns, view.Column{Label: text.T("web.verification.asked")}, view.Column{Label: text.T("web.verification.waiting"), Numeric: true})
	asked := map[area.ID][]review.Warning{}
	for _, w := range warnings {
		if w.State != review.WarningGone {
			asked[w.Area] = append(asked[w.Area], w)
		}
	}
	for _, v := range p.Tree().Under(c.area.Area, c.day, area.Commune) {
		if v.Level != area.Commune {
			continue
		}
		row := view.Row{Href: verificationAddress(c.round.ID, v.Area), Cells: []view.Cell{{Text: v.FullName}}}
		if drawn {
			progress := result.Communes[v.Area]
			cell := view.Cell{}
			if progress.Drawn > 0 {
				cell.Text = text.T("web.step.of", "done", vn.FormatInt(int64(progress.Done)), "all", vn.FormatInt(int64(progress.Drawn)))
			}
			row.Cells = append(row.Cells, cell)
		}
		about, waiting := view.Cell{}, 0
		for i, w := range asked[v.Area] {
			if i > 0 {
				about.Text += "; "
			}
			about.Text += text.T("web.verification.kind."+w.Kind) + " (" + text.T("web.verification.state."+w.State) + ")"
			if w.State != review.WarningAccepted {
				waiting++
			}
		}
		count := view.Cell{}
		if len(asked[v.Area]) > 0 {
			count.Text = strconv.Itoa(waiting)
		}
		t.Rows = append(t.Rows, view.Row{Href: row.Href, Cells: append(row.Cells, about, count)})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.verification.no_commune")}
	}
	return t
}

func (p *Pages) oldDraws(samples []review.VerificationSample, names map[string]string) view.Table {
	t := view.Table{ID: "luot-truoc", Caption: text.T("web.verification.old"), Stacked: true, Columns: []view.Column{{Label: text.T("web.verification.no")}, {Label: text.T("web.verification.seed")}, {Label: text.T("web.verification.margin")}, {Label: text.T("web.verification.drawn")}}}
	for _, o := range samples {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: strconv.Itoa(o.No)}, {Text: strconv.FormatInt(o.Seed, 10)}, {Text: vn.FormatDecimal(100*o.Margin, 1)}, {Text: text.T("web.dossier.by_at", "who", names[o.By], "at", showTime(o.DrawnAt)), Note: o.Reason}}})
	}
	return t
}

// sampleAddress is the page of a draw, or what hangs on it.
func sampleAddress(c checked, id, more string) string {
	return pathVerification + "/" + url.PathEscape(c.round.ID) + "/mau/" + url.PathEscape(id) + more + "?" + url.Values{paramArea: {string(c.area.Area)}}.Encode()
}

// sampleAbsent is the answer for a draw that is not of this page's area.
func sampleAbsent() error {
	return fault.New(fault.NotFound, "sample_not_found", text.T("review.sample_not_found"))
}
