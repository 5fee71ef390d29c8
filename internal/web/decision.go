package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// decisionDraft stands in the address of the decision that waits for a
// signature.
const decisionDraft = "du-thao"

func (p *Pages) decisionRoutes() []Route {
	reads := Needs(account.RightReadHouseholds)
	return []Route{
		{Method: "GET", Pattern: PathReview + "/{round}/quyet-dinh/{commune}", Right: reads, Handler: p.decisionPage},
		{Method: "GET", Pattern: PathReview + "/{round}/chung-nhan/{commune}", Right: reads, Handler: p.certificatePage},
		{Method: "GET", Pattern: PathReview + "/{round}/quyet-dinh/{commune}/{decision}/in/{format}", Right: reads, Handler: p.decisionDocument},
		{Method: "GET", Pattern: PathReview + "/{round}/quyet-dinh/{commune}/{decision}/thu-hoi/{format}", Right: reads, Handler: p.withdrawalDocument},
		{Method: "GET", Pattern: PathReview + "/{round}/chung-nhan/{commune}/in/{format}", Right: reads, Handler: p.certificatesDocument},
		{Method: "POST", Pattern: PathReview + "/{round}/chung-nhan/{commune}/cap", Right: Needs(account.RightWriteRegistry), Handler: p.certificatesIssue},
	}
}

func decisionAddress(round string, commune area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/quyet-dinh/" + url.PathEscape(string(commune))
}

func certificateAddress(round string, commune area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/chung-nhan/" + url.PathEscape(string(commune))
}

// communeCrumbs lead from the rounds over the commune's progress.
func (p *Pages) communeCrumbs(round string, commune area.ID, last string) []view.Link {
	v, _ := p.Tree().Lately(commune, p.Today())
	return []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", round)}, {Text: v.FullName, Href: progressAddress(round, commune)}, {Text: last}}
}

func (p *Pages) decisionPage(w http.ResponseWriter, r *http.Request) error {
	commune, round := area.ID(r.PathValue("commune")), r.PathValue("round")
	if _, err := p.Reviews.FindRound(r.Context(), round); err != nil {
		return err
	}
	list, err := p.Reviews.DecisionsFor(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), round, commune)
	if err != nil {
		return err
	}
	_, waits, err := p.Reviews.DecisionDraft(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), round, commune)
	if err != nil {
		return err
	}
	v, _ := p.Tree().Lately(commune, p.Today())
	body := view.DecisionPage{Head: view.Heading{Title: text.T("web.decision.title", "area", v.FullName), Lead: text.T("web.decision.lead")}}
	if waits {
		body.Draft = []view.Document{{Name: text.T("web.decision.draft_print"), Note: text.T("web.decision.draft_note"), Files: formatLinks(decisionAddress(round, commune) + "/" + decisionDraft + "/in")}}
	}
	numbers := map[string]string{}
	for _, d := range list {
		numbers[d.ID] = review.DecisionNumber(d.Number)
	}
	for _, d := range slices.Backward(list) {
		card := p.decisionCard(d, numbers)
		here := decisionAddress(round, commune) + "/" + d.ID
		card.Print = []view.Document{{Name: text.T("web.decision.print"), Note: text.T("web.decision.print_note"), Files: formatLinks(here + "/in")}}
		// Of before withdrawals were decisions of their own.
		old := d.Kind != review.Withdraw && !slices.ContainsFunc(list, func(o review.Decision) bool { return o.Kind == review.Withdraw && o.Corrects == d.ID })
		if old && slices.ContainsFunc(d.Items, func(i review.DecisionItem) bool { return !i.Listed() }) {
			card.Print = append(card.Print, view.Document{Name: text.T("web.decision.print_withdrawal"), Note: text.T("web.decision.print_withdrawal_note"), Files: formatLinks(here + "/thu-hoi")})
		}
		body.Decisions = append(body.Decisions, card)
	}
	if len(list) == 0 {
		body.Blank = view.Blank{State: view.Empty, Text: text.T("web.decision.none")}
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.communeCrumbs(round, commune, text.T("web.decision.crumb"))
	var said templ.Component = templ.NopComponent
	if len(list) > 0 {
		if said, err = p.comments(r, commentRecord(commentDecision, review.DecisionsRecord(round, commune))); err != nil {
			return err
		}
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Together(view.DecisionBody(body), said)))
}

func (p *Pages) decisionCard(d review.Decision, numbers map[string]string) view.DecisionCard {
	card := view.DecisionCard{Title: text.T("web.decision.number", "number", review.DecisionNumber(d.Number), "day", area.ShowDay(d.SignedOn))}
	poor, near, left := 0, 0, 0
	for _, i := range d.Items {
		switch {
		case i.Class == standard.Poor:
			poor++
		case i.Class == standard.NearPoor:
			near++
		default:
			left++
		}
	}
	card.Facts = []view.Definition{{Term: text.T("web.decision.kind"), Value: text.T("web.decision.kind." + d.Kind)}, {Term: text.T("web.decision.signer"), Value: text.T("dossier.capacity."+d.Capacity) + " " + d.Signer},
		{Term: text.T("web.decision.counts"), Value: text.T("web.decision.counts_are", "poor", vn.FormatInt(int64(poor)), "near", vn.FormatInt(int64(near)), "left", vn.FormatInt(int64(left)))}}
	if d.Corrects != "" {
		key := "web.decision.corrects"
		if d.Kind == review.Withdraw {
			key = "web.decision.rests"
		}
		card.Facts = append(card.Facts, view.Definition{Term: text.T(key), Value: numbers[d.Corrects]})
	}
	if d.Reason != "" {
		card.Facts = append(card.Facts, view.Definition{Term: text.T("web.decision.reason"), Value: d.Reason})
	}
	card.List = view.Table{ID: "qd-" + d.ID, Caption: card.Title, HideCaption: true, Stacked: true, Tall: len(d.Items) > 30, Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")},
		{Label: text.T("web.decision.members"), Numeric: true}, {Label: text.T("web.work.before")}, {Label: text.T("web.decision.now")}}}
	for _, i := range d.Items {
		card.List.Rows = append(card.List.Rows, view.Row{Href: householdAddress(i.Household), Cells: []view.Cell{{Text: i.Head}, {Text: p.placeName(i.Village, d.SignedOn)}, {Text: vn.FormatInt(int64(i.Members))}, classCell(i.Before, ""), classCell(i.Class, i.Label)}})
	}
	if len(d.Items) == 0 {
		card.List.Blank = view.Blank{State: view.Empty, Text: text.T("web.decision.nobody")}
	}
	return card
}

func classCell(c standard.Class, label string) view.Cell {
	return view.Cell{Tag: view.ClassTag(view.Class(c.String()), label)}
}

func (p *Pages) certificatePage(w http.ResponseWriter, r *http.Request) error {
	commune, id := area.ID(r.PathValue("commune")), r.PathValue("round")
	actor := ActorOf(r.Context())
	round, err := p.Reviews.FindRound(r.Context(), id)
	if err != nil {
		return err
	}
	items, held, err := p.Reviews.Standing(r.Context(), actor.ScopeFor(account.RightReadHouseholds), id, commune)
	if err != nil {
		return err
	}
	v, _ := p.Tree().Lately(commune, p.Today())
	body := view.CertificatePage{Head: view.Heading{Title: text.T("web.certificate.title", "area", v.FullName), Lead: text.T("web.certificate.lead")}}
	if done := r.URL.Query().Get("cap"); done != "" {
		body.Notice = view.Notice{Mood: view.Good, Text: text.T("web.certificate.done", "issued", done, "confirmed", r.URL.Query().Get("xac-nhan"), "withdrawn", r.URL.Query().Get("thu-hoi"))}
	}
	year := round.Year
	if round.Kind == review.Yearly {
		year++
	}
	body.List = view.Table{ID: "chung-nhan", Caption: text.T("web.certificate.list"), Stacked: true, Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.decision.now")},
		{Label: text.T("web.certificate.number")}, {Label: text.T("web.certificate.years")}}}
	waiting := 0
	for _, i := range items {
		c, has := held[i.Household]
		row := view.Row{Href: householdAddress(i.Household), Cells: []view.Cell{{Text: i.Head}, {Text: p.placeName(i.Village, p.Today())}, classCell(i.Class, i.Label), {Text: text.T("web.certificate.none")}, {}}}
		confirmed := false
		if !i.Listed() && !has {
			row.Cells[3].Text = text.T("web.certificate.not_due")
		}
		if has {
			row.Cells[3].Text = text.T("web.certificate.of", "number", c.Number, "from", c.From, "to", c.To)
			for _, y := range c.Years {
				if row.Cells[4].Text != "" {
					row.Cells[4].Text += ", "
				}
				row.Cells[4].Text += strconv.Itoa(y.Year)
				confirmed = confirmed || y.Year == year && y.Class == i.Class
			}
		}
		if i.Listed() != has || i.Listed() && !confirmed {
			waiting++
		}
		body.List.Rows = append(body.List.Rows, row)
	}
	if len(items) == 0 {
		body.List.Blank = view.Blank{State: view.Empty, Text: text.T("web.decision.none")}
	}
	if len(held) > 0 {
		body.Print = []view.Document{{Name: text.T("web.certificate.print"), Note: text.T("web.certificate.print_note"), Files: formatLinks(certificateAddress(id, commune) + "/in")}}
	}
	if waiting > 0 && actor.Can(account.RightWriteRegistry) {
		body.Act = view.DossierAct{Action: certificateAddress(id, commune) + "/cap", Title: text.T("web.certificate.issue_title", "n", waiting), What: text.T("web.certificate.issue_what", "year", year),
			Button: view.Button{Label: text.T("web.certificate.issue"), Kind: view.Primary}}
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.communeCrumbs(id, commune, text.T("web.certificate.crumb"))
	return Render(w, r, http.StatusOK, view.Framed(frame, view.CertificateBody(body)))
}

func (p *Pages) certificatesIssue(w http.ResponseWriter, r *http.Request) error {
	commune, round := area.ID(r.PathValue("commune")), r.PathValue("round")
	actor := ActorOf(r.Context())
	issued, confirmed, withdrawn, err := p.Reviews.IssueCertificates(r.Context(), actor, actor.ScopeFor(account.RightWriteRegistry), round, commune)
	if err != nil {
		return err
	}
	return SeeOther(w, r, certificateAddress(round, commune)+"?"+url.Values{"cap": {strconv.Itoa(issued)}, "xac-nhan": {strconv.Itoa(confirmed)}, "thu-hoi": {strconv.Itoa(withdrawn)}}.Encode())
}

// decisionDocument is a decision with its lists, as a file.
func (p *Pages) decisionDocument(w http.ResponseWriter, r *http.Request) error {
	return p.communeDocument(w, r, "web.decision.file", func(round string, commune area.ID) (*paper.Document, error) {
		if r.PathValue("decision") == decisionDraft {
			return p.Prints.DecisionDraftOf(r.Context(), ActorOf(r.Context()), round, commune)
		}
		return p.Prints.DecisionOf(r.Context(), ActorOf(r.Context()), round, commune, r.PathValue("decision"))
	})
}

// withdrawalDocument is the withdrawal of the certificates that a decision
// took back, as a file.
func (p *Pages) withdrawalDocument(w http.ResponseWriter, r *http.Request) error {
	return p.communeDocument(w, r, "web.decision.withdrawal_file", func(round string, commune area.ID) (*paper.Document, error) {
		return p.Prints.WithdrawalOf(r.Context(), ActorOf(r.Context()), round, commune, r.PathValue("decision"))
	})
}

// certificatesDocument is all certificates of a commune in one file.
func (p *Pages) certificatesDocument(w http.ResponseWriter, r *http.Request) error {
	return p.communeDocument(w, r, "web.certificate.file", func(round string, commune area.ID) (*paper.Document, error) {
		return p.Prints.CertificatesOf(r.Context(), ActorOf(r.Context()), round, commune)
	})
}

// communeDocument hands a document of a commune's round out as a file.
func (p *Pages) communeDocument(w http.ResponseWriter, r *http.Request, name string, make func(round string, commune area.ID) (*paper.Document, error)) error {
	round, commune := r.PathValue("round"), area.ID(r.PathValue("commune"))
	v, _ := p.Tree().Lately(commune, p.Today())
	return sendDocument(w, r, text.T(name, "area", v.FullName, "round", round), func() (*paper.Document, error) { return make(round, commune) })
}

// recognisedOf are the decisions about a household, the newest first, and its
// certificates.
func recognisedOf(one *home) (list []view.Step) {
	for _, d := range slices.Backward(one.decisions) {
		step := view.Step{When: area.ShowDay(d.SignedOn), What: text.T("web.decision.number", "number", review.DecisionNumber(d.Number), "day", area.ShowDay(d.SignedOn)), Why: d.Reason}
		for _, i := range d.Items {
			step.Tag = view.ClassTag(view.Class(i.Class.String()), i.Label)
		}
		list = append(list, step)
	}
	for _, c := range one.certificates {
		list = append(list, view.Step{When: area.ShowDay(c.IssuedOn), What: text.T("web.certificate.number") + " " + text.T("web.certificate.of", "number", c.Number, "from", c.From, "to", c.To), Why: c.Reason, Gone: c.Withdrawal != ""})
	}
	return list
}
