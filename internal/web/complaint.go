package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The addresses of complaints: one for the offices, one for everybody.
const (
	PathComplaints = "/phan-anh"
	PathFollow     = "/theo-doi-phan-anh"
)

func (p *Pages) complaintRoutes() []Route {
	list := PathReview + "/{round}/phan-anh/{commune}"
	write := Needs(account.RightWriteRegistry)
	return []Route{
		{Method: "GET", Pattern: list, Right: Needs(account.RightReadHouseholds), Handler: p.complaintList},
		{Method: "POST", Pattern: list + "/nhan", Right: write, Handler: p.complaintTake},
		{Method: "GET", Pattern: PathComplaints + "/{complaint}", Right: Needs(account.RightReadHouseholds), Handler: p.complaintPage},
		{Method: "POST", Pattern: PathComplaints + "/{complaint}", Right: write, Handler: p.complaintAnswer},
		{Method: "GET", Pattern: PathComplaints + "/{complaint}/in/{format}", Right: Needs(account.RightReadHouseholds), Handler: p.complaintReceipt},
		{Method: "GET", Pattern: PathFollow, Right: Public, Handler: p.followPage},
		{Method: "POST", Pattern: PathFollow, Right: Public, Handler: p.followFind},
	}
}

func complaintsAddress(round string, commune area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/phan-anh/" + url.PathEscape(string(commune))
}

func (p *Pages) complaintList(w http.ResponseWriter, r *http.Request) error {
	return p.showComplaints(w, r, http.StatusOK, nil)
}

func (p *Pages) showComplaints(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	commune, round := area.ID(r.PathValue("commune")), r.PathValue("round")
	actor := ActorOf(r.Context())
	o, err := p.Reviews.FindRound(r.Context(), round)
	if err != nil {
		return err
	}
	list, err := p.Reviews.Complaints(r.Context(), actor.ScopeFor(account.RightReadHouseholds), round, commune)
	if err != nil {
		return err
	}
	v, _ := p.Tree().Lately(commune, p.Today())
	open := 0
	body := view.ComplaintList{List: view.Table{ID: "phan-anh", Caption: text.T("web.complaint.list"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.complaint.number")}, {Label: text.T("web.complaint.kind")},
		{Label: text.T("web.complaint.received")}, {Label: text.T("web.complaint.due")}, {Label: text.T("web.complaint.state")}}}}
	for _, c := range list {
		if c.State == review.ComplaintOpen {
			open++
		}
		due := view.Cell{Text: text.T("web.complaint.no_due")}
		if c.DueOn != "" {
			due.Text = area.ShowDay(c.DueOn)
		}
		body.List.Rows = append(body.List.Rows, view.Row{Href: PathComplaints + "/" + c.ID, Cells: []view.Cell{{Text: complaintNumber(c)}, {Text: text.T("web.complaint.kind." + c.Kind)}, {Text: area.ShowDay(c.ReceivedOn)}, due, {Tag: p.complaintTag(c)}}})
	}
	if len(list) == 0 {
		body.List.Blank = view.Blank{State: view.Empty, Text: text.T("web.complaint.nobody")}
	}
	body.Head = view.Heading{Title: text.T("web.complaint.title", "area", v.FullName, "open", open, "all", len(list)), Lead: text.T("web.complaint.lead")}
	if actor.Can(account.RightWriteRegistry) && o.State == review.Open {
		body.Action, body.Problems = complaintsAddress(round, commune)+"/nhan", inOrder(complaintFields(refused), "kind", "household", "words", "person", "contact", "received_on")
		in := r.PostForm
		body.Kind = view.Choice{Name: "kind", Label: text.T("web.complaint.kind"), Error: view.ErrorFor(body.Problems, "kind")}
		for _, kind := range review.ComplaintKinds {
			body.Kind.Options = append(body.Kind.Options, view.Option{Value: kind, Label: text.T("web.complaint.kind." + kind), Hint: hint("web.complaint.kind_hint." + kind), Selected: in.Get("kind") == kind})
		}
		field := func(name string, kind view.InputKind) view.Field {
			return view.Field{Name: name, Label: text.T("web.complaint." + name), Hint: hint("web.complaint." + name + "_hint"), Kind: kind, Value: in.Get(name), Error: view.ErrorFor(body.Problems, name)}
		}
		body.Fields = []view.Field{field("household", view.TextInput), field("words", view.LongInput), field("person", view.TextInput), field("contact", view.TextInput), field("received_on", view.DayInput)}
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.communeCrumbs(round, commune, text.T("web.complaint.crumb"))
	return Render(w, r, status, view.Framed(frame, view.ComplaintListBody(body)))
}

// hint is the text of a key where there is one.
func hint(key string) string {
	if text.Has(key) {
		return text.T(key)
	}
	return ""
}

func complaintNumber(c review.Complaint) string {
	return strconv.Itoa(c.Number) + "/" + strconv.Itoa(c.Year)
}

func (p *Pages) complaintTag(c review.Complaint) view.Tag {
	switch {
	case c.State == review.ComplaintAnswered:
		return view.Tag{Tone: view.Out, Text: text.T("web.complaint.outcome." + c.Outcome)}
	case c.DueOn != "" && c.DueOn < p.Today():
		return view.Tag{Tone: view.Poor, Text: text.T("web.complaint.overdue")}
	}
	return view.Tag{Tone: view.Near, Text: text.T("web.complaint.waiting")}
}

// complaintFields are the messages of a refused form; one about no field
// stands at the first.
func complaintFields(err error) []fault.Field {
	if err == nil {
		return nil
	}
	f := fault.As(err, text.T("common.internal"))
	if len(f.Fields) > 0 {
		return f.Fields
	}
	return []fault.Field{{Name: "words", Message: f.Message}}
}

// inOrder puts the messages into the order in which the page asks.
func inOrder(problems []fault.Field, names ...string) []fault.Field {
	slices.SortStableFunc(problems, func(a, b fault.Field) int {
		return slices.Index(names, a.Name) - slices.Index(names, b.Name)
	})
	return problems
}

func (p *Pages) complaintTake(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor := ActorOf(r.Context())
	by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}
	c := review.Complaint{Round: r.PathValue("round"), Area: area.ID(r.PathValue("commune")), Kind: r.PostForm.Get("kind"), Words: r.PostForm.Get("words"), Person: r.PostForm.Get("person"), Contact: r.PostForm.Get("contact")}
	home, day := p.complaintHousehold(r, by, &c), dayTyped(r.PostForm, "received_on", &c.ReceivedOn)
	err := fault.Together(home, day, p.Reviews.CheckComplaint(c))
	if err == nil {
		c, err = p.Reviews.Complain(r.Context(), by, c)
	}
	if err != nil {
		if fault.Of(err) != fault.Invalid {
			return err
		}
		return p.showComplaints(w, r, http.StatusUnprocessableEntity, err)
	}
	return SeeOther(w, r, PathComplaints+"/"+c.ID+"?moi=1")
}

// dayTyped reads a day as people write it; one that was left out stays as it is.
func dayTyped(in url.Values, name string, day *string) error {
	typed := strings.TrimSpace(in.Get(name))
	if typed == "" {
		return nil
	}
	parsed, err := vn.ParseDay(typed, "")
	if err != nil || !parsed.Exact() {
		return fault.New(fault.Invalid, "bad_day", text.T("household.bad_day"), fault.Field{Name: name, Message: text.T("household.bad_day")})
	}
	*day = string(parsed)
	return nil
}

// complaintHousehold finds the household that the officer named by its printed
// code.
func (p *Pages) complaintHousehold(r *http.Request, by household.Actor, c *review.Complaint) error {
	code := strings.TrimSpace(r.PostForm.Get("household"))
	if code == "" {
		return nil
	}
	var h household.Household
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		h, err = p.Households.FindByCode(tx, by.Scope, strings.ToUpper(code))
		return err
	})
	if err != nil && fault.Of(err) == fault.NotFound {
		return fault.New(fault.Invalid, "no_household", text.T("web.complaint.no_household", "code", code), fault.Field{Name: "household", Message: text.T("web.complaint.no_household", "code", code)})
	}
	c.Household = h.ID
	return err
}

func (p *Pages) complaintPage(w http.ResponseWriter, r *http.Request) error {
	return p.showComplaint(w, r, http.StatusOK, nil)
}

func (p *Pages) showComplaint(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	actor := ActorOf(r.Context())
	c, err := p.Reviews.FindComplaint(r.Context(), actor.ScopeFor(account.RightReadHouseholds), r.PathValue("complaint"))
	if err != nil {
		return err
	}
	body := view.ComplaintPage{Head: view.Heading{Title: text.T("web.complaint.one", "number", complaintNumber(c), "kind", text.T("web.complaint.kind."+c.Kind))}, State: p.complaintTag(c), Problems: complaintFields(refused)}
	if r.URL.Query().Get("moi") != "" {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Good, Text: text.T("web.complaint.taken", "number", complaintNumber(c), "token", c.Token, "address", PathFollow)})
	}
	body.Print = []view.Document{{Name: text.T("web.receipt.print"), Note: text.T("web.receipt.note"), Files: formatLinks(PathComplaints + "/" + url.PathEscape(c.ID) + "/in")}}
	if err := p.complaintFacts(r, c, &body); err != nil {
		return err
	}
	if c.State == review.ComplaintOpen && actor.Can(account.RightWriteRegistry) {
		body.Action, body.Rev = PathComplaints+"/"+c.ID, strconv.FormatInt(c.Rev, 10)
		body.Outcome = view.Choice{Name: "outcome", Label: text.T("web.complaint.outcome"), Error: view.ErrorFor(body.Problems, "outcome")}
		for _, outcome := range []string{review.Changed, review.Unchanged, review.Dismissed, review.Dropped} {
			if c.Kind == review.Conduct && (outcome == review.Changed || outcome == review.Unchanged) {
				continue
			}
			body.Outcome.Options = append(body.Outcome.Options, view.Option{Value: outcome, Label: text.T("web.complaint.outcome." + outcome), Hint: hint("web.complaint.outcome_hint." + outcome), Selected: r.PostForm.Get("outcome") == outcome})
		}
		if c.Household == "" && c.Kind != review.Conduct {
			body.Tie = view.ActCard(view.Act{Title: text.T("web.complaint.tie"), Words: text.T("web.complaint.tie_what"), Action: body.Action, Hidden: []view.Pair{{Name: "viec", Value: actTie}, {Name: "rev", Value: body.Rev}},
				Fields: []view.Field{{Name: "household", Label: text.T("web.complaint.household"), Width: "w12", Value: r.PostForm.Get("household"), Required: true, Error: view.ErrorFor(body.Problems, "household")}}, Button: view.Button{Label: text.T("web.complaint.tie_go")}})
		}
		body.Answer = view.Field{Name: "answer", Label: text.T("web.complaint.answer"), Kind: view.LongInput, Value: r.PostForm.Get("answer"), Required: true, Error: view.ErrorFor(body.Problems, "answer")}
	}
	if body.Comments, err = p.comments(r, comment.Record{Kind: commentComplaint, ID: c.ID}); err != nil {
		return err
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = append(p.communeCrumbs(c.Round, c.Area, text.T("web.complaint.crumb")), view.Link{Text: complaintNumber(c)})
	frame.Crumbs[3].Href = complaintsAddress(c.Round, c.Area)
	return Render(w, r, status, view.Framed(frame, view.ComplaintBody(body)))
}

// complaintFacts tells what was said, about whom, and how far the re-check is.
func (p *Pages) complaintFacts(r *http.Request, c review.Complaint, body *view.ComplaintPage) error {
	add := func(key, value string) {
		if value != "" {
			body.Facts = append(body.Facts, view.Definition{Term: text.T("web.complaint." + key), Value: value})
		}
	}
	add("words", c.Words)
	person := c.Person
	if person == "" {
		person = text.T("web.complaint.anonymous")
	}
	add("person", person)
	add("contact", c.Contact)
	add("received", area.ShowDay(c.ReceivedOn))
	add("due", area.ShowDay(c.DueOn))
	add("token", c.Token)
	actor := ActorOf(r.Context())
	var recheck review.Assessment
	var rechecked, same bool
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		recheck, rechecked, same, err = p.Reviews.Recheck(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if c.Household != "" {
		if h, err := p.Households.FindByID(r.Context(), actor.ScopeFor(account.RightReadHouseholds), c.Household); err == nil {
			add("household", h.HeadName+", "+h.Code+", "+p.placeName(h.VillageID, p.Today()))
			body.Links = append(body.Links, view.Link{Text: text.T("web.complaint.see_household"), Href: householdAddress(h.ID)})
			if c.State == review.ComplaintOpen && (!rechecked || same) && actor.Can(account.RightWriteAssessment) {
				body.Links = append(body.Links, view.Link{Text: text.T("web.complaint.recheck"), Href: recheckAddress(c.Round, h.ID)})
			}
		}
	}
	switch {
	case rechecked && same:
		body.Notices = append(body.Notices, view.Notice{Mood: view.Warn, Text: text.T("review.complaint.same_people")})
	case rechecked:
		add("rechecked", text.T("web.complaint.rechecked_by", "who", recheck.Surveyor, "class", text.T("web.class."+recheck.Class.String())))
	}
	if c.State == review.ComplaintAnswered {
		names, err := p.Accounts.FullNames(r.Context(), []string{c.AnsweredBy})
		if err != nil {
			return err
		}
		add("answer", c.Answer)
		add("answered", text.T("web.dossier.by_at", "who", names[c.AnsweredBy], "at", showTime(c.AnsweredAt)))
	}
	return nil
}

func (p *Pages) complaintAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor := ActorOf(r.Context())
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}
	var err error
	if r.PostForm.Get("viec") == actTie {
		err = p.complaintTie(r, by, rev)
	} else {
		err = p.Reviews.AnswerComplaint(r.Context(), by, r.PathValue("complaint"), rev, r.PostForm.Get("outcome"), r.PostForm.Get("answer"))
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showComplaint)
	}
	return SeeOther(w, r, PathComplaints+"/"+url.PathEscape(r.PathValue("complaint")))
}

// actTie is the act of saying which household a complaint is about.
const actTie = "gan-ho"

func (p *Pages) complaintTie(r *http.Request, by household.Actor, rev int64) error {
	var c review.Complaint
	if err := p.complaintHousehold(r, by, &c); err != nil {
		return err
	}
	if c.Household == "" {
		message := text.T("web.complaint.tie_missing")
		return fault.New(fault.Invalid, "no_household", message, fault.Field{Name: "household", Message: message})
	}
	return p.Reviews.TieComplaint(r.Context(), by, r.PathValue("complaint"), rev, c.Household)
}

// complaintReceipt is what whoever complained takes home.
func (p *Pages) complaintReceipt(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	c, err := p.Reviews.FindComplaint(r.Context(), actor.ScopeFor(account.RightReadHouseholds), r.PathValue("complaint"))
	if err != nil {
		return err
	}
	name := text.T("web.receipt.file", "number", strconv.Itoa(c.Number)+"-"+strconv.Itoa(c.Year))
	return sendDocument(w, r, name, func() (*paper.Document, error) {
		return p.Prints.ReceiptOf(r.Context(), actor, c.ID, r.Host+PathFollow)
	})
}

func (p *Pages) followPage(w http.ResponseWriter, r *http.Request) error {
	return p.showFollow(w, r, http.StatusOK, view.FollowPage{})
}

func (p *Pages) showFollow(w http.ResponseWriter, r *http.Request, status int, f view.FollowPage) error {
	w.Header().Set("X-Robots-Tag", "noindex")
	f.Action = PathFollow
	f.Fields = []view.Field{
		{Name: "number", Label: text.T("web.follow.number"), Hint: text.T("web.follow.number_hint"), Value: r.PostForm.Get("number"), Width: "w12", Error: view.ErrorFor(f.Problems, "number")},
		{Name: "token", Label: text.T("web.follow.token"), Value: r.PostForm.Get("token"), Width: "w12", Autocomplete: "off"},
	}
	return Render(w, r, status, view.FollowLayout(f, p.Demo))
}

func (p *Pages) followFind(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	first, second, _ := strings.Cut(strings.TrimSpace(r.PostForm.Get("number")), "/")
	number, _ := strconv.Atoi(first)
	year, _ := strconv.Atoi(second)
	c, err := p.Reviews.FollowComplaint(r.Context(), year, number, r.PostForm.Get("token"))
	if err != nil {
		if fault.Of(err) != fault.NotFound {
			return err
		}
		return p.showFollow(w, r, http.StatusUnprocessableEntity, view.FollowPage{Problems: []fault.Field{{Name: "number", Message: fault.As(err, "").Message}}})
	}
	f := view.FollowPage{State: p.complaintTag(c)}
	v, _ := p.Tree().Lately(c.Area, p.Today())
	add := func(key, value string) {
		if value != "" {
			f.Facts = append(f.Facts, view.Definition{Term: text.T("web.complaint." + key), Value: value})
		}
	}
	add("number", complaintNumber(c))
	add("at", v.FullName)
	add("kind", text.T("web.complaint.kind."+c.Kind))
	add("received", area.ShowDay(c.ReceivedOn))
	add("due", area.ShowDay(c.DueOn))
	if c.AnsweredAt != 0 {
		add("answered", showTime(c.AnsweredAt))
	}
	return p.showFollow(w, r, http.StatusOK, f)
}
