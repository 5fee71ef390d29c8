package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// The own account is for everybody signed in, also for those who must change
// their password before they may do anything else.
func (p *Pages) accountRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathAccount, Right: SignedIn, Handler: p.ownAccount},
		{Method: "POST", Pattern: PathAccount + "/mat-khau", Right: SignedIn, Limit: signInLimit, Handler: p.ownPassword},
		{Method: "POST", Pattern: PathAccount + "/phien", Right: SignedIn, Limit: signInLimit, Handler: p.ownSessions},
	}
}

func (p *Pages) ownAccount(w http.ResponseWriter, r *http.Request) error {
	return p.showOwn(w, r, http.StatusOK, nil)
}

func (p *Pages) showOwn(w http.ResponseWriter, r *http.Request, status int, wrong []fault.Field) error {
	actor := ActorOf(r.Context())
	sessions, err := p.Accounts.Sessions(r.Context(), actor, actor.Account)
	if err != nil {
		return err
	}
	var posts []view.Definition
	for _, post := range actor.Posts {
		posts = append(posts, view.Definition{Term: post.Agency, Value: p.postWords(post) + " · " + period(area.Version{From: post.From, To: post.To})})
	}
	field := func(name, label, hint, autocomplete string) templ.Component {
		return view.FieldRow(view.Field{Name: name, Label: text.T(label), Hint: hint, Kind: view.PasswordInput, Error: view.ErrorFor(wrong, name), Autocomplete: autocomplete, Width: "full", Required: true})
	}
	password := view.SmallFormCard(view.SmallForm{ID: "mat-khau", Title: text.T("web.own.password"), Action: PathAccount + "/mat-khau", Button: view.Button{Label: text.T("web.own.change"), Kind: view.Primary}, Parts: []templ.Component{
		field("old_password", "web.own.old", "", "current-password"), field("password", "web.own.new", text.T("web.own.new_hint"), "new-password"), field("again", "web.own.again", "", "new-password")}})
	first := []templ.Component{view.ErrorSummary(wrong)}
	if actor.MustChange {
		first = append(first, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("account.must_change")}))
	}
	wide := []templ.Component{password}
	if len(posts) > 0 {
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.user.posts")}, view.Definitions(posts, false)))
	}
	narrow := []templ.Component{sessionsCard(PathAccount+"/phien", sessions, actor.Session)}
	frame := Frame(r, text.T("web.account"), "", p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.account")}}
	frame.Flash = wasDone(r)
	return Render(w, r, status, view.Framed(frame, view.Columns2(view.Heading{Title: actor.FullName, Lead: text.T("web.own.lead", "name", actor.Name)}, first, wide, narrow)))
}

// sessionsCard lists the signed-in browsers, each with the way to end it.
func sessionsCard(action string, sessions []account.Session, own string) templ.Component {
	var rows []view.SessionRow
	for _, s := range sessions {
		rows = append(rows, view.SessionRow{Handle: s.Handle, Agent: s.Agent, Address: s.Address, Seen: text.T("web.own.seen", "at", showTime(s.SeenAt)), Since: text.T("web.own.since", "at", showTime(s.CreatedAt)), Own: s.Handle == own && own != ""})
	}
	return view.SessionsCard(action, rows)
}

func (p *Pages) ownPassword(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := r.PostForm
	if f.Get("password") != f.Get("again") {
		return p.showOwn(w, r, http.StatusUnprocessableEntity, []fault.Field{{Name: "again", Message: text.T("web.own.not_same")}})
	}
	err := p.Accounts.ChangePassword(r.Context(), ActorOf(r.Context()), f.Get("old_password"), f.Get("password"))
	if wait, ok := account.RetryAfter(err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		return p.showOwn(w, r, http.StatusTooManyRequests, []fault.Field{{Name: "old_password", Message: fault.As(err, "").Message}})
	}
	if err != nil {
		wrong, err := refusal(err)
		if err != nil {
			return err
		}
		return p.showOwn(w, r, http.StatusUnprocessableEntity, wrong)
	}
	return SeeOther(w, r, PathAccount+"?"+paramWas+"=password")
}

// ownSessions ends one of the own sessions, or all; ending the one at hand
// leads to the sign-in page by itself.
func (p *Pages) ownSessions(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if err := p.endSessions(r, ActorOf(r.Context()).Account); err != nil {
		return err
	}
	return SeeOther(w, r, PathAccount+"?"+paramWas+"=sessions")
}
