package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// dossierPapers adds to a dossier's page what goes with it: its files, the
// reports to be printed, and the figures by unit.
func (p *Pages) dossierPapers(r *http.Request, f *file, body *view.DossierPage) error {
	actor := ActorOf(r.Context())
	if actor.Can(account.RightReadHouseholds) {
		upload := ""
		if actor.ScopeFor(account.RightWriteAssessment).Covers(p.Tree(), f.Unit, p.Today()) {
			upload = dossierAddress(f.ID) + "/tep"
		}
		files, err := p.files(r, review.Owner{Kind: review.OfDossier, ID: f.ID}, text.T("web.dossier.files"), text.T("web.dossier.files_lead."+f.Kind), upload, dossierAddress(f.ID))
		if err != nil {
			return err
		}
		body.Files = files
	}
	if f.Kind == review.SurveyPlan {
		return nil
	}
	for _, stage := range []string{review.Preliminary, review.Official} {
		if !p.covers(f, account.RightTables, f.Unit) {
			break
		}
		sent := slices.ContainsFunc(f.results, func(res review.Result) bool { return res.Stage == stage })
		if !sent && stage == review.Official {
			continue
		}
		d := view.Document{Name: text.T("web.dossier.report." + stage), Files: formatLinks(dossierAddress(f.ID) + "/in/" + stage)}
		if !sent {
			d.Note = text.T("web.dossier.report_now")
		}
		body.Print = append(body.Print, d)
	}
	figures, at, err := p.partsOf(r, f)
	if err != nil || len(figures.Parts) == 0 {
		return err
	}
	body.Parts = p.partTables(f, figures, at)
	if f.Kind == review.CommuneReview { // causes and deprivations of a village: tables show them
		body.Parts = body.Parts[:1]
	}
	return nil
}

// partsOf are the figures that were sent up last, else those of now. Those of
// the whole province are not counted for a page: tables show them.
func (p *Pages) partsOf(r *http.Request, f *file) (figures review.Figures, at int64, err error) {
	if n := len(f.results); n > 0 {
		return f.results[n-1].Figures, f.results[n-1].At, nil
	}
	if f.Kind == review.ProvinceReview {
		return figures, 0, nil
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		figures, err = p.Reviews.FiguresOf(tx, f.round, f.Unit)
		return err
	})
	return figures, 0, err
}

// partTables are totals, causes and deprivations by unit.
func (p *Pages) partTables(f *file, figures review.Figures, at int64) []view.Table {
	when := text.T("web.dossier.parts_now")
	if at != 0 {
		when = text.T("web.dossier.parts_sent", "at", showTime(at))
	}
	n := func(v int) view.Cell { return view.Cell{Text: vn.FormatInt(int64(v))} }
	totals := view.Table{ID: "tung-noi", Caption: text.T("web.dossier.parts"), Tall: true, Source: when, Columns: []view.Column{{Label: text.T("web.progress.unit")}, {Label: text.T("web.dossier.households"), Numeric: true}, {Label: text.T("web.dossier.poor"), Numeric: true},
		{Label: text.T("web.dossier.near_poor"), Numeric: true}, {Label: text.T("web.dossier.undetermined"), Numeric: true}, {Label: text.T("web.dossier.no_form"), Numeric: true}}}
	causes := view.Table{ID: "nguyen-nhan", Caption: text.T("web.dossier.parts_causes"), Tall: true, Columns: []view.Column{{Label: text.T("web.progress.unit")}}}
	lacking := view.Table{ID: "thieu-hut", Caption: text.T("web.dossier.parts_lacking"), Tall: true, Columns: []view.Column{{Label: text.T("web.progress.unit")}}}
	var named, indicators []string
	for i, c := range p.Law.Causes.Causes {
		causes.Columns = append(causes.Columns, view.Column{Label: strconv.Itoa(i + 1), Numeric: true})
		named = append(named, strconv.Itoa(i+1)+". "+c.Name.Text)
	}
	set, err := p.Law.ByID(f.round.Standard)
	if err != nil {
		return []view.Table{totals}
	}
	for _, i := range set.Indicators {
		lacking.Columns = append(lacking.Columns, view.Column{Label: strconv.Itoa(i.Number), Numeric: true})
		indicators = append(indicators, strconv.Itoa(i.Number)+". "+i.Name.Text)
	}
	causes.Source, lacking.Source = strings.Join(named, "; "), strings.Join(indicators, "; ")
	add := func(name string, u *review.Figures, total bool) {
		// Nobody has been asked yet: that is not nobody.
		asked := func(v int) view.Cell {
			if u.NotSurveyed.Households == u.Households {
				return view.Cell{}
			}
			return n(v)
		}
		totals.Rows = append(totals.Rows, view.Row{Total: total, Cells: []view.Cell{{Text: name}, n(u.Households), asked(u.Poor.Households), asked(u.NearPoor.Households), asked(u.Undetermined.Households), n(u.NotSurveyed.Households)}})
		row := view.Row{Total: total, Cells: []view.Cell{{Text: name}}}
		for _, c := range p.Law.Causes.Causes {
			row.Cells = append(row.Cells, asked(u.Causes[c.Code]))
		}
		causes.Rows = append(causes.Rows, row)
		row = view.Row{Total: total, Cells: []view.Cell{{Text: name}}}
		for i := range set.Indicators {
			row.Cells = append(row.Cells, asked(u.Deprived["poor"][i]+u.Deprived["near_poor"][i]))
		}
		lacking.Rows = append(lacking.Rows, row)
	}
	for _, v := range p.Tree().Children(f.Unit, f.day) {
		if u := figures.Parts[v.Area]; u != nil {
			add(v.FullName, u, false)
		}
	}
	add(text.T("web.dossier.parts_all"), &figures, true)
	return []view.Table{totals, causes, lacking}
}

// resultDocument is the report of a unit's result, as a file.
func (p *Pages) resultDocument(w http.ResponseWriter, r *http.Request) error {
	f, err := p.fileOf(r)
	if err != nil {
		return err
	}
	stage := r.PathValue("stage")
	if f.Kind == review.SurveyPlan || stage != review.Preliminary && stage != review.Official {
		return noPage()
	}
	return sendDocument(w, r, text.T("web.dossier.report_file", "area", f.unit.FullName, "round", f.round.ID), func() (*paper.Document, error) {
		return p.Prints.ResultsOf(r.Context(), ActorOf(r.Context()), f.round.ID, f.Unit, stage)
	})
}

// dossierFile keeps a file with a dossier.
func (p *Pages) dossierFile(w http.ResponseWriter, r *http.Request) error {
	f, err := p.fileOf(r)
	if err != nil {
		return err
	}
	if err := p.attach(r, review.Owner{Kind: review.OfDossier, ID: f.ID}, area.ID(f.Unit)); err != nil {
		return err
	}
	return SeeOther(w, r, dossierAddress(f.ID)+"#tep-kem")
}
