package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathPublic is where anybody reads a list that a commune has made public.
const PathPublic = "/cong-khai"

func (p *Pages) postingRoutes() []Route {
	at := PathReview + "/{round}/niem-yet/{commune}"
	one := at + "/{posting}"
	read, write := Needs(account.RightReadHouseholds), Needs(account.RightWriteRegistry)
	return []Route{
		{Method: "GET", Pattern: at, Right: read, Handler: p.postingPage},
		{Method: "POST", Pattern: at + "/lap", Right: write, Handler: p.postingStart},
		{Method: "GET", Pattern: one + "/in", Right: read, Handler: p.postingPrint},
		{Method: "GET", Pattern: one + "/in/{format}", Right: read, Handler: p.postingDocument},
		{Method: "POST", Pattern: one + "/thu-hoi", Right: write, Handler: p.postingWithdraw},
		{Method: "POST", Pattern: one + "/trang", Right: write, Handler: p.postingShow},
		{Method: "POST", Pattern: one + "/tep", Right: write, Limit: uploadLimit, Handler: p.postingFile},
		{Method: "GET", Pattern: PathPublic + "/{id}", Right: Public, Handler: p.postingPublic},
	}
}

func postingAddress(round string, commune area.ID, more ...string) string {
	return strings.Join(append([]string{PathReview, url.PathEscape(round), "niem-yet", string(commune)}, more...), "/")
}

func (p *Pages) board(r *http.Request, right account.Right) (review.Board, error) {
	scope, round, commune := ActorOf(r.Context()).ScopeFor(right), r.PathValue("round"), area.ID(r.PathValue("commune"))
	b, err := p.Reviews.BoardOf(r.Context(), scope, round, commune)
	if right == account.RightReadHouseholds && fault.Of(err) == fault.NotFound {
		return p.Reviews.BoardBelow(r.Context(), scope, round, commune)
	}
	return b, err
}

func (p *Pages) postingPage(w http.ResponseWriter, r *http.Request) error {
	b, err := p.board(r, account.RightReadHouseholds)
	if err != nil {
		return err
	}
	return p.showBoard(w, r, http.StatusOK, b, typedUser{typed: url.Values{}})
}

func (p *Pages) showBoard(w http.ResponseWriter, r *http.Request, status int, b review.Board, f typedUser) error {
	scope := ActorOf(r.Context()).ScopeFor(account.RightWriteRegistry)
	writes := b.Open && scope.Covers(p.Tree(), b.Commune.Area, p.Today())
	head := view.Heading{Title: p.boardTitle(b), Lead: text.T("web.posting.lead")}
	var parts []templ.Component
	below := !p.seesWhole(ActorOf(r.Context()), b.Commune.Area)
	if below {
		head.Lead = text.T("web.posting.lead_below")
		if b.Now == nil {
			head.Lead = text.T("web.posting.none_below")
		}
	}
	if b.Now != nil {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.posting.print"), Href: postingAddress(b.Round.ID, b.Commune.Area, b.Now.ID, "in")})
	}
	parts = append(parts, p.boardStep(b, writes))
	if b.Now != nil {
		parts = append(parts, p.postingFacts(r, b), p.postingChanges(b))
	}
	if writes && (b.Now == nil || len(b.Changed) > 0) {
		parts = append(parts, p.postingForm(b, f))
	}
	if below && b.Now != nil {
		for _, g := range postedTables(b.Now.List) {
			parts = append(parts, view.CardWith(view.Card{Title: g.Village}, view.SheetTableOf(g.Table)))
		}
	}
	if b.Now != nil && !below {
		switch {
		case writes:
			parts = append(parts, p.postingWeb(b, f), p.postingWithdrawal(b, f))
		case b.Now.Public(p.Today()):
			// The page of a list that is decided on, or of a commune that has ended, can
			// still be switched off.
			if _, err := p.Reviews.FindPosting(r.Context(), scope, b.Now.ID); err == nil {
				parts = append(parts, p.postingWeb(b, f))
			}
		}
		upload := ""
		if writes {
			upload = postingAddress(b.Round.ID, b.Commune.Area, b.Now.ID, "tep")
		}
		files, err := p.files(r, review.Owner{Kind: review.OfPosting, ID: b.Now.ID}, text.T("web.posting.files"), text.T("web.posting.files_lead"), upload, postingAddress(b.Round.ID, b.Commune.Area))
		if err != nil {
			return err
		}
		parts = append(parts, files)
	}
	parts = append(parts, p.postingHistory(b))
	for _, ended := range b.Former {
		parts = append(parts, view.LinkList([]view.Link{{Text: text.T("web.posting.former", "commune", ended.FullName), Href: postingAddress(b.Round.ID, ended.Area)}}))
	}
	frame := Frame(r, head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.roundCrumbs(b.Round, b.Commune, text.T("web.posting.crumb"))
	frame.Scripts = []string{"js/upload.js"}
	return Render(w, r, status, view.Framed(frame, view.Together(view.PageHead(head), view.Parts(parts...))))
}

// boardTitle is the finding: whether a list hangs, and until when.
func (p *Pages) boardTitle(b review.Board) string {
	name := b.Commune.FullName
	switch {
	case b.Now == nil:
		return text.T("web.posting.title_none", "commune", name)
	case b.Now.Over(p.Today()):
		return text.T("web.posting.title_over", "commune", name, "last", area.ShowDay(b.Now.Last))
	case b.Now.First > p.Today():
		return text.T("web.posting.title_soon", "commune", name, "first", area.ShowDay(b.Now.First))
	}
	return text.T("web.posting.title_runs", "commune", name, "last", area.ShowDay(b.Now.Last))
}

func (p *Pages) boardStep(b review.Board, writes bool) templ.Component {
	switch {
	case b.StepDone:
		return view.NoticeBox(view.Notice{Mood: view.Good, Text: text.T("web.posting.step_done")})
	case b.Waits != "":
		return view.NoticeBox(view.Notice{Mood: view.Info, Text: text.T("review.posting.waits", "step", b.Waits)})
	case len(b.Obstacles) > 0:
		return view.Listed(view.Notice{Mood: view.Info, Title: text.T("web.posting.step_waits")}, messages(b.Obstacles))
	case writes && b.Dossier != "":
		return view.ActCard(view.Act{Title: text.T("web.posting.step_ready"), Words: text.T("web.posting.step_ready_what"), Action: stepAddress(b.Dossier, "posting", ""),
			Hidden: []view.Pair{{Name: "viec", Value: "xong"}}, Button: view.Button{Label: text.T("web.posting.step_go"), Kind: view.Primary}})
	}
	return nil
}

// termWords say how long a list hangs, by which rule, and what is not sure.
func (p *Pages) termWords(t review.Term) (words, unsure string) {
	words = text.T("web.posting.term."+t.Unit, "days", t.Days, "source", t.Source)
	var list []string
	if !t.Confirmed {
		list = append(list, text.T("web.posting.unconfirmed_days"))
	}
	if len(t.Unconfirmed) > 0 {
		var days []string
		for _, s := range t.Unconfirmed {
			days = append(days, area.ShowDay(s.Day)+" ("+s.Name+")")
		}
		list = append(list, text.T("web.posting.unconfirmed_calendar", "days", strings.Join(days, ", ")))
	}
	if len(t.Unknown) > 0 {
		var years []string
		for _, y := range t.Unknown {
			years = append(years, strconv.Itoa(y))
		}
		list = append(list, text.T("web.posting.unknown_years", "years", strings.Join(years, ", ")))
	}
	return words, strings.Join(list, " ")
}

func (p *Pages) postingFacts(r *http.Request, b review.Board) templ.Component {
	n := b.Now
	words, unsure := p.termWords(b.Term)
	web := text.T("web.posting.web_off")
	switch {
	case n.Web && n.Over(p.Today()):
		web = text.T("web.posting.web_over")
	case n.Web && n.First > p.Today():
		web = text.T("web.posting.web_soon", "first", area.ShowDay(n.First))
	case n.Web:
		web = text.T("web.posting.web_on")
	}
	facts := []view.Definition{{Term: text.T("web.posting.first"), Value: area.ShowDay(n.First)}, {Term: text.T("web.posting.last"), Value: area.ShowDay(n.Last), Strong: true}, {Term: text.T("web.posting.days"), Value: words},
		{Term: text.T("web.posting.places"), Value: n.Places}, {Term: text.T("web.posting.list"), Value: listWords(n.List)}, {Term: text.T("web.posting.entered"), Value: showTime(n.At) + " · " + p.fullName(r, n.By)}, {Term: text.T("web.posting.web"), Value: web}}
	body := []templ.Component{view.Definitions(facts, false)}
	if n.Public(p.Today()) {
		body = append(body, view.LinkList([]view.Link{{Text: text.T("web.posting.public_link"), Href: PathPublic + "/" + n.ID}}))
	}
	if unsure != "" {
		body = append(body, view.NoticeBox(view.Notice{Mood: view.Warn, Text: unsure}))
	}
	return view.CardWith(view.Card{Title: text.T("web.posting.now")}, view.Together(body...))
}

// listWords count a list by class.
func listWords(list []review.Posted) string {
	poor := 0
	for _, one := range list {
		if one.Class == string(view.ClassPoor) {
			poor++
		}
	}
	return text.T("web.posting.counts", "poor", vn.FormatInt(int64(poor)), "near", vn.FormatInt(int64(len(list)-poor)))
}

func classWords(code string) string {
	if code == "" {
		return text.T("web.posting.not_on_list")
	}
	return text.T("web.class." + code)
}

func (p *Pages) postingChanges(b review.Board) templ.Component {
	if len(b.Changed) == 0 {
		return nil
	}
	t := view.Table{ID: "khac", Caption: text.T("web.posting.changed"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.posting.posted")}, {Label: text.T("web.posting.at_present")}}}
	for _, d := range b.Changed {
		t.Rows = append(t.Rows, view.Row{Href: householdAddress(d.Household), Cells: []view.Cell{{Text: d.Head}, {Text: d.Village}, {Text: classWords(d.Posted)}, {Text: classWords(d.Now)}}})
	}
	return view.CardWith(view.Card{Title: text.T("web.posting.changed")}, view.TableOf(t))
}

func (p *Pages) postingForm(b review.Board, f typedUser) templ.Component {
	title := "begin"
	if b.Now != nil {
		title = "again"
	}
	if b.NoTerm != nil {
		return view.NoticeBox(view.Notice{Mood: view.Bad, Text: fault.As(b.NoTerm, "").Message})
	}
	if b.Waits != "" {
		return nil
	}
	words, unsure := p.termWords(b.Begun)
	form := view.PostingForm{Title: text.T("web.posting." + title), Lead: text.T("web.posting.form_lead", "list", listWords(b.List), "last", area.ShowDay(b.Begun.Last)) + " " + words + " " + unsure, Action: postingAddress(b.Round.ID, b.Commune.Area, "lap"), Problems: f.wrong, Button: text.T("web.posting." + title + "_go")}
	form.Fields = []view.Field{
		{Name: "first", Label: text.T("web.posting.first"), Hint: text.T("web.posting.first_hint"), Kind: view.DayInput, Width: "w12", Value: f.value("first", area.ShowDay(p.Today())), Error: f.error("first"), Required: true, Autocomplete: "off"},
		{Name: "places", Label: text.T("web.posting.places"), Hint: text.T("web.posting.places_hint"), Kind: view.LongInput, Value: f.value("places", text.T("web.posting.places_usual")), Error: f.error("places"), Required: true}}
	if b.Now != nil {
		form.Fields = append(form.Fields, view.Field{Name: "reason", Label: text.T("web.posting.again_reason"), Width: "full", Value: f.value("reason", ""), Error: f.error("reason"), Required: true})
	}
	form.Web = view.Choice{Name: "web", Label: text.T("web.posting.web"), Hint: text.T("web.posting.web_hint"), Many: true, Options: []view.Option{{Value: "yes", Label: text.T("web.posting.web_yes"), Selected: f.value("web", "") == "yes"}}}
	return view.PostingFormOf(form)
}

func (p *Pages) postingWeb(b review.Board, f typedUser) templ.Component {
	if b.Now.Over(p.Today()) {
		return nil
	}
	kind, on := "switch_on", "yes"
	if b.Now.Web {
		kind, on = "switch_off", ""
	}
	why := view.Field{Name: "reason", Label: text.T("web.op.reason"), Width: "full", Required: true}
	if f.typed.Has("on") { // this form was refused, not another of the page
		why.Value, why.Error = f.value("reason", ""), f.error("reason")
	}
	return view.ActCard(view.Act{Title: text.T("web.posting." + kind), Words: text.T("web.posting.web_hint"), Folded: true, Action: postingAddress(b.Round.ID, b.Commune.Area, b.Now.ID, "trang"),
		Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(b.Now.Rev, 10)}, {Name: "on", Value: on}},
		Fields: []view.Field{why}, Button: view.Button{Label: text.T("web.posting." + kind + "_go")}})
}

func (p *Pages) postingWithdrawal(b review.Board, f typedUser) templ.Component {
	why := view.Field{Name: "reason", Label: text.T("web.op.reason"), Width: "full", Required: true}
	if f.typed.Has("rev") && !f.typed.Has("on") {
		why.Value, why.Error = f.value("reason", ""), f.error("reason")
	}
	return view.ActCard(view.Act{Title: text.T("web.posting.withdraw"), Words: text.T("web.posting.withdraw_what"), Folded: true, Action: postingAddress(b.Round.ID, b.Commune.Area, b.Now.ID, "thu-hoi"),
		Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(b.Now.Rev, 10)}},
		Fields: []view.Field{why}, Button: view.Button{Label: text.T("web.posting.withdraw_go"), Kind: view.Danger}})
}

func (p *Pages) postingHistory(b review.Board) templ.Component {
	var list []view.Step
	for _, o := range b.Postings {
		if o.WithdrawnAt == 0 {
			continue
		}
		list = append(list, view.Step{When: area.ShowDay(o.First) + " – " + area.ShowDay(dayOfTime(o.WithdrawnAt)), What: text.T("web.posting.was", "list", listWords(o.List)), Why: o.Reason,
			Link: view.Link{Text: text.T("web.meeting.see"), Href: postingAddress(b.Round.ID, b.Commune.Area, o.ID, "in")}})
	}
	if len(list) == 0 {
		return nil
	}
	return view.CardWith(view.Card{Title: text.T("web.posting.history")}, view.StepList(list))
}
