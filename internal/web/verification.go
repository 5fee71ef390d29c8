package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// pathVerification is where the level above checks what communes hand in.
const pathVerification = "/tham-dinh"

func (p *Pages) verificationRoutes() []Route {
	verify := Needs(account.RightVerify)
	return []Route{
		{Method: "GET", Pattern: pathVerification + "/{round}", Right: Needs(account.RightReadHouseholds), Handler: p.verificationPage},
		{Method: "POST", Pattern: pathVerification + "/{round}/boc-mau", Right: verify, Handler: p.sampleDraw},
		{Method: "POST", Pattern: pathVerification + "/{round}/tim", Right: verify, Handler: p.warningsFind},
		{Method: "POST", Pattern: pathVerification + "/{round}/hoi/{warning}", Right: Either(account.RightWriteAssessment, account.RightVerify), Handler: p.warningAct},
		{Method: "GET", Pattern: pathVerification + "/{round}/mau/{sample}", Right: verify, Handler: p.samplePage},
		{Method: "GET", Pattern: pathVerification + "/{round}/mau/{sample}/danh-sach", Right: verify, Handler: p.sampleFile},
		{Method: "GET", Pattern: pathVerification + "/{round}/mau/{sample}/khung", Right: verify, Handler: p.sampleFrame},
	}
}

func verificationAddress(round string, at area.ID) string {
	return pathVerification + "/" + url.PathEscape(round) + "?" + url.Values{paramArea: {string(at)}}.Encode()
}

// checked is what a page of the verification is about.
type checked struct {
	round   review.Round
	area    area.Version
	day     string
	reads   area.Scope
	verify  household.Actor
	answers household.Actor
}

// mayVerify says whether the reader verifies this area.
func (c checked) mayVerify(tree *area.Tree) bool {
	return c.verify.Scope.Covers(tree, c.area.Area, c.day)
}

func (p *Pages) checkedOf(r *http.Request) (c checked, err error) {
	actor := ActorOf(r.Context())
	c.reads = actor.ScopeFor(account.RightReadHouseholds)
	c.verify = household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightVerify)}
	c.answers = household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteAssessment)}
	if c.round, err = p.Reviews.FindRound(r.Context(), r.PathValue("round")); err != nil {
		return c, err
	}
	c.day = p.Reviews.WorkDay(c.round)
	id := area.ID(r.URL.Query().Get(paramArea))
	if id == "" {
		id = p.home(c.reads)
	}
	v, ok := p.Tree().On(id, c.day)
	if !ok || v.Level == area.Village || !c.reads.Covers(p.Tree(), id, c.day) {
		return c, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	c.area = v
	return c, nil
}

func (p *Pages) verificationPage(w http.ResponseWriter, r *http.Request) error {
	return p.showVerification(w, r, http.StatusOK, nil)
}

func (p *Pages) showVerification(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	c, err := p.checkedOf(r)
	if err != nil {
		return err
	}
	warnings, err := p.Reviews.Warnings(r.Context(), c.reads, c.round.ID, c.area.Area)
	if err != nil {
		return err
	}
	body := view.VerificationPage{Head: view.Heading{Title: verificationTitle(c, warnings), Lead: text.T("web.verification.lead")}}
	if refused != nil {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Bad, Text: fault.As(refused, text.T("common.internal")).Message})
	}
	if c.area.Level == area.Commune {
		err = p.communeVerification(r, c, warnings, refused, &body)
	} else {
		err = p.unitVerification(r, c, warnings, refused, &body)
	}
	if err != nil {
		return err
	}
	return Render(w, r, status, view.Framed(p.verificationFrame(r, c, body.Head.Title, ""), view.VerificationBody(body)))
}

func (p *Pages) verificationFrame(r *http.Request, c checked, title, last string) view.Page {
	frame := Frame(r, title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", c.round.ID), Href: progressAddress(c.round.ID, c.area.Area)}}
	for _, up := range c.area.Ancestors() {
		if v, ok := p.Tree().On(up, c.day); ok && c.reads.Covers(p.Tree(), up, c.day) {
			frame.Crumbs = append(frame.Crumbs, view.Link{Text: v.FullName, Href: verificationAddress(c.round.ID, up)})
		}
	}
	here := view.Link{Text: text.T("web.verification.of", "area", c.area.FullName)}
	if last == "" {
		frame.Crumbs = append(frame.Crumbs, here)
		return frame
	}
	here.Href = verificationAddress(c.round.ID, c.area.Area)
	frame.Crumbs = append(frame.Crumbs, here, view.Link{Text: last})
	return frame
}

// verificationTitle says the finding: how many questions wait, and for whom.
func verificationTitle(c checked, warnings []review.Warning) string {
	waiting, answered := 0, 0
	for _, w := range warnings {
		switch {
		case w.Waits():
			waiting++
		case w.State == review.WarningAnswered:
			answered++
		}
	}
	switch {
	case waiting > 0:
		return text.T("web.verification.title_waiting", "area", c.area.FullName, "waiting", waiting)
	case answered > 0:
		return text.T("web.verification.title_answered", "area", c.area.FullName, "answered", answered)
	}
	return text.T("web.verification.title", "area", c.area.FullName)
}

// communeVerification is what a commune sees: what it is asked, and what it
// has said.
func (p *Pages) communeVerification(r *http.Request, c checked, warnings []review.Warning, refused error, body *view.VerificationPage) error {
	progress, err := p.Reviews.SampleProgress(r.Context(), c.reads, c.round.ID, c.area.Area)
	if err != nil {
		return err
	}
	if progress.Drawn > 0 {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.verification.commune_sample", "drawn", progress.Drawn, "done", progress.Done)})
	}
	var actors []string
	for _, one := range warnings {
		for _, said := range one.Said {
			actors = append(actors, said.By)
		}
	}
	names, err := p.Accounts.FullNames(r.Context(), actors)
	if err != nil {
		return err
	}
	codes, err := p.codesOf(r, c, warnings)
	if err != nil {
		return err
	}
	for _, one := range warnings {
		card := view.AskedCard{ID: "hoi-" + one.ID, Title: text.T("web.verification.kind." + one.Kind), Tag: warningTag(one), Words: one.Words()}
		for _, id := range one.Facts.Households {
			if code, ok := codes[id]; ok {
				card.Links = append(card.Links, view.Link{Text: code, Href: PathHouseholds + "/" + string(id)})
			}
		}
		for _, said := range one.Said {
			card.Said = append(card.Said, view.Step{When: showTime(said.At), What: text.T("web.verification.said." + said.Act), Why: said.Words, Who: names[said.By]})
		}
		if c.round.State == review.Open {
			card.Acts = p.warningActs(r, c, one, refused)
		}
		body.Asked = append(body.Asked, card)
	}
	if len(warnings) == 0 {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.verification.none")})
	}
	return nil
}

// codesOf gives the printed codes of the households that the warnings are
// about, as far as the reader sees them.
func (p *Pages) codesOf(r *http.Request, c checked, warnings []review.Warning) (map[household.ID]string, error) {
	var ids []household.ID
	for _, one := range warnings {
		ids = append(ids, one.Facts.Households...)
	}
	found, err := p.Households.FindMany(r.Context(), c.reads, ids)
	codes := map[household.ID]string{}
	for _, h := range found {
		codes[h.ID] = h.Code
	}
	return codes, err
}

func warningTag(w review.Warning) view.Tag {
	tone := view.Unknown
	switch w.State {
	case review.WarningOpen, review.WarningAskedAgain:
		tone = view.Near
	case review.WarningAnswered:
		tone = view.Brand
	case review.WarningAccepted:
		tone = view.Out
	}
	return view.Tag{Tone: tone, Text: text.T("web.verification.state." + w.State)}
}

// The things that can be done with a question, as the form names them.
const (
	sayAnswer = "tra-loi"
	sayAccept = "chap-nhan"
	sayAgain  = "hoi-lai"
)

func (p *Pages) warningActs(r *http.Request, c checked, w review.Warning, refused error) (acts []view.DossierAct) {
	if w.State == review.WarningGone {
		return nil
	}
	add := func(name string, required, folded bool, kind view.ButtonKind) {
		f := view.Field{Name: "loi", Label: text.T("web.verification.words." + name), Required: required}
		if refused != nil && r.PathValue("warning") == w.ID && r.PostForm.Get("viec") == name {
			f.Value, f.Error = r.PostForm.Get("loi"), fault.As(refused, text.T("common.internal")).Message
			folded = false
		}
		acts = append(acts, view.DossierAct{Action: pathVerification + "/" + url.PathEscape(c.round.ID) + "/hoi/" + w.ID + "?" + url.Values{paramArea: {string(c.area.Area)}}.Encode(), Name: name,
			Rev: strconv.FormatInt(w.Rev, 10), What: w.ID, Title: text.T("web.verification.act." + name), Folded: folded, Fields: []view.Field{f}, Button: view.Button{Label: text.T("web.verification.act." + name), Kind: kind}})
	}
	if c.answers.Scope.Covers(p.Tree(), w.Area, c.day) && w.State != review.WarningAccepted {
		add(sayAnswer, true, !w.Waits(), view.Primary)
	}
	if c.verify.Scope.Covers(p.Tree(), w.Area, c.day) && w.AnsweredAt > 0 {
		if w.State == review.WarningAnswered && w.AnsweredBy != c.verify.ID {
			add(sayAccept, false, false, view.Primary)
		}
		if w.State != review.WarningAskedAgain {
			add(sayAgain, true, true, view.Ordinary)
		}
	}
	return acts
}

func (p *Pages) warningAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	c, err := p.checkedOf(r)
	if err != nil {
		return err
	}
	id, words := r.PathValue("warning"), r.PostForm.Get("loi")
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	switch r.PostForm.Get("viec") {
	case sayAccept:
		err = p.Reviews.AcceptWarning(r.Context(), c.verify, c.round.ID, id, rev, words)
	case sayAgain:
		err = p.Reviews.AskAgain(r.Context(), c.verify, c.round.ID, id, rev, words)
	default:
		err = p.Reviews.AnswerWarning(r.Context(), c.answers, c.round.ID, id, rev, words)
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showVerification)
	}
	return SeeOther(w, r, verificationAddress(c.round.ID, c.area.Area)+"#hoi-"+id)
}

// warningsFind looks through the communes of the area anew.
func (p *Pages) warningsFind(w http.ResponseWriter, r *http.Request) error {
	c, err := p.checkedOf(r)
	if err != nil {
		return err
	}
	if _, err := p.Reviews.FindWarnings(r.Context(), c.verify, c.round.ID, c.area.Area); err != nil {
		return p.dossierRefused(w, r, err, p.showVerification)
	}
	return SeeOther(w, r, verificationAddress(c.round.ID, c.area.Area))
}

// sampleDraw draws the sample that counts.
func (p *Pages) sampleDraw(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	c, err := p.checkedOf(r)
	if err != nil {
		return err
	}
	// People write the margin in percentage points: 5 or 2,5.
	margin, err := vn.ParseNumber(strings.TrimSuffix(strings.TrimSpace(r.PostForm.Get("bien")), "%"))
	if err != nil {
		margin = -1
	}
	_, err = p.Reviews.DrawSample(r.Context(), c.verify, review.Drawing{Round: c.round.ID, Area: c.area.Area, Design: p.Reviews.Checks.Design(margin / 100), Reason: r.PostForm.Get("reason")})
	if err != nil {
		return p.dossierRefused(w, r, err, p.showVerification)
	}
	return SeeOther(w, r, verificationAddress(c.round.ID, c.area.Area))
}
