package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// The page of one's own calendar addresses, and the addresses themselves.
const (
	pathFeeds    = PathTasks + "/lich"
	PathCalendar = "/lich"
)

func (p *Pages) feedRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: pathFeeds, Right: SignedIn, Handler: p.feedsPage},
		{Method: "POST", Pattern: pathFeeds, Right: SignedIn, Limit: 8 << 10, Handler: p.feedMake},
		{Method: "POST", Pattern: pathFeeds + "/thu-hoi", Right: SignedIn, Limit: 8 << 10, Handler: p.feedRevoke},
		{Method: "GET", Pattern: PathCalendar + "/{file}", Right: Public, Handler: p.calendarFile},
	}
}

func (p *Pages) feedsPage(w http.ResponseWriter, r *http.Request) error {
	return p.showFeeds(w, r, http.StatusOK, nil)
}

// showFeeds lists the addresses that answer, with the way to end each, and
// offers to make one; first stands what was just made.
func (p *Pages) showFeeds(w http.ResponseWriter, r *http.Request, status int, wrong []fault.Field, first ...templ.Component) error {
	actor := ActorOf(r.Context())
	list, err := p.Feeds.Own(r.Context(), actor)
	if err != nil {
		return err
	}
	var rows []view.FeedRow
	for _, f := range list {
		row := view.FeedRow{ID: f.ID, Whose: p.whoseFeed(r, f.Unit), Since: text.T("web.feed.since", "at", showTime(f.At)), Seen: text.T("web.feed.never")}
		if f.FetchedAt != 0 {
			row.Seen = text.T("web.feed.fetched", "at", showTime(f.FetchedAt))
		}
		rows = append(rows, row)
	}
	options, err := p.feedOptions(r, actor)
	if err != nil {
		return err
	}
	parts := append([]templ.Component{view.Tabs(text.T("web.mine.views"), p.taskTabs(r.Context(), actor, pathFeeds)), view.ErrorSummary(wrong)}, first...)
	var narrow []templ.Component
	if len(options) == 0 {
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Info, Text: text.T("feed.nothing")}))
	} else {
		narrow = append(narrow, view.SmallFormCard(view.SmallForm{ID: "lap", Title: text.T("web.feed.new"), Action: pathFeeds, Button: view.Button{Label: text.T("web.feed.make"), Kind: view.Primary},
			Parts: []templ.Component{view.SelectRow(view.Select{Name: paramUnit, Label: text.T("web.feed.whose"), Hint: text.T("web.feed.whose_hint"), Error: view.ErrorFor(wrong, paramUnit), Options: options, Full: true})}}))
	}
	head := view.Heading{Title: text.T("web.feed.title"), Lead: text.T("web.feed.lead")}
	frame := Frame(r, head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathTasks}, {Text: text.T("web.feed.tab")}}
	if r.URL.Query().Get(paramWas) == "revoked" {
		frame.Flash = []view.Notice{{Mood: view.Good, Text: text.T("web.feed.revoked")}}
	}
	w.Header().Set("Cache-Control", "no-store") // an address may stand on it
	return Render(w, r, status, view.Framed(frame, view.Columns2(head, parts, []templ.Component{view.FeedsCard(pathFeeds+"/thu-hoi", rows)}, narrow)))
}

func (p *Pages) whoseFeed(r *http.Request, unit area.ID) string {
	if unit == "" {
		return text.T("web.feed.own")
	}
	return p.bodyName(r, unit)
}

// feedOptions are of whom the reader can have a calendar: of himself, of where
// his posts stand and of what is directly below, and of the unit that the
// address names.
func (p *Pages) feedOptions(r *http.Request, actor *account.Actor) (options []view.Option, err error) {
	asked := area.ID(r.URL.Query().Get(paramArea))
	if p.Feeds.Owes(actor) {
		options = append(options, view.Option{Label: text.T("web.feed.own")})
	}
	seen := map[area.ID]bool{}
	add := func(unit area.ID) error {
		if unit == "" || seen[unit] {
			return nil
		}
		seen[unit] = true
		covered, err := p.Feeds.Covers(r.Context(), actor, unit)
		if err == nil && covered {
			options = append(options, view.Option{Value: string(unit), Label: p.bodyName(r, unit), Selected: unit == asked})
		}
		return err
	}
	for _, post := range actor.Posts {
		at := post.Area
		if post.AgencyID != "" {
			at = account.AgencyUnit(post.AgencyID)
		}
		if err := add(at); err != nil {
			return nil, err
		}
	}
	if err := add(asked); err != nil {
		return nil, err
	}
	scope := actor.ScopeFor(account.RightTables)
	for _, post := range actor.Posts {
		if v, ok := p.Tree().On(post.Area, p.Today()); !ok || v.Level == area.Commune || !scope.Covers(p.Tree(), post.Area, p.Today()) {
			continue
		}
		for _, below := range p.Tree().Children(post.Area, p.Today()) {
			if below.Level != area.Village && !seen[below.Area] { // covered with the area above it
				seen[below.Area] = true
				options = append(options, view.Option{Value: string(below.Area), Label: below.FullName, Selected: below.Area == asked})
			}
		}
	}
	return options, nil
}

// feedMake makes an address and tells it the one time that it can be told.
func (p *Pages) feedMake(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	made, secret, err := p.Feeds.Make(r.Context(), ActorOf(r.Context()), area.ID(r.PostForm.Get(paramUnit)))
	if err != nil {
		wrong, err := refusal(err)
		if err != nil {
			return err
		}
		return p.showFeeds(w, r, http.StatusUnprocessableEntity, wrong)
	}
	scheme := "http"
	if p.SignIn.Cookies.Secure || r.TLS != nil {
		scheme = "https"
	}
	address := url.URL{Scheme: scheme, Host: r.Host, Path: PathCalendar + "/" + secret + calendarEnd}
	subscribe := address
	subscribe.Scheme = "webcal"
	return p.showFeeds(w, r, http.StatusOK, nil, view.NewFeed(p.whoseFeed(r, made.Unit), address.String(), subscribe.String()))
}

func (p *Pages) feedRevoke(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if err := p.Feeds.Revoke(r.Context(), ActorOf(r.Context()), r.PostForm.Get("lich")); err != nil {
		return err
	}
	return SeeOther(w, r, pathFeeds+"?"+paramWas+"=revoked")
}

const calendarEnd = ".ics"

// calendarFile answers a calendar program, which has no session: the address is
// the secret. One that was revoked, has ended or never was gets one answer.
func (p *Pages) calendarFile(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex")
	if wait := p.gate.Pass(time.Now(), r.RemoteAddr); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		return &statusError{http.StatusTooManyRequests, fault.New(fault.Busy, "feed_wait", text.T("feed.wait"))}
	}
	secret, ok := strings.CutSuffix(r.PathValue("file"), calendarEnd)
	if !ok {
		secret = ""
	}
	c, err := p.Feeds.Open(r.Context(), secret)
	if fault.Of(err) == fault.NotFound {
		p.gate.Missed(time.Now(), r.RemoteAddr)
	}
	if err != nil {
		return err
	}
	tag := `W/"` + c.Tag + `"`
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="nhiem-vu.ics"`)
	_, err = w.Write(c.Content)
	return err
}
