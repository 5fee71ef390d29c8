package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/chart"
	"giamngheo/internal/comment"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/feed"
	"giamngheo/internal/household"
	"giamngheo/internal/print"
	"giamngheo/internal/programme"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/standard"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// Pages are the pages of all subjects, with the stores they ask.
type Pages struct {
	DB         *db.DB
	Province   string
	Accounts   *account.Store
	Households *household.Store
	Reviews    *review.Store
	Names      *household.Names
	Reports    *report.Maker
	Exchange   *exchange.Store
	Prints     *print.Store
	Comments   *comment.Store
	Tasks      *task.Store
	Feeds      *feed.Store
	PlanRules  programme.Rules
	Committees *committee.Store
	Sponsors   *sponsor.Store
	Tree       func() *area.Tree
	Law        *standard.Library
	Today      func() string
	Demo       bool
	Assumed    string // what the demo had to assume, "" outside of one
	Admit      Admit
	SignIn     SignIn
	Log        *slog.Logger
	// Background runs long work until it ends or the program does.
	Background func(do func(ctx context.Context))

	desk     importDesk
	exports  exportDesk
	suspects suspectDesk
	overdue  overdueDesk
	gate     feed.Gate
	maps     sync.Map // of a day and root: *chart.Map
	readings sync.Map // by actor: the filters of the list that was journalled last
	rounds   sync.Map // by id, for what never changes of a round: its standard and days
}

// The names of parameters in addresses.
const (
	paramArea       = "dia-ban"
	paramRound      = "dot"
	paramBoundaries = "dia-gioi"
)

// Routes are the addresses of all subjects.
func (p *Pages) Routes() []Route {
	return slices.Concat(
		p.overviewRoutes(),
		p.tableRoutes(),
		p.namedRoutes(),
		p.purposeRoutes(),
		p.compareRoutes(),
		p.reviewRoutes(),
		p.assessRoutes(),
		p.householdRoutes(),
		p.operationRoutes(),
		p.newHouseholdRoutes(),
		p.personRoutes(),
		p.areaRoutes(),
		p.journalRoutes(),
		p.standardRoutes(),
		p.userRoutes(),
		p.accountRoutes(),
		p.importRoutes(),
		p.exportRoutes(),
		p.progressRoutes(),
		p.dossierRoutes(),
		p.decisionRoutes(),
		p.meetingRoutes(),
		p.postingRoutes(),
		p.attachmentRoutes(),
		p.verificationRoutes(),
		p.complaintRoutes(),
		p.suspicionRoutes(),
		p.todayRoutes(),
		p.myTaskRoutes(),
		p.taskBoardRoutes(),
		p.taskPlanRoutes(),
		p.prepareRoutes(),
		p.workListRoutes(),
		p.inYearRoutes(),
		p.commentRoutes(),
		p.taskWorkRoutes(),
		p.committeeRoutes(),
		p.substitutionRoutes(),
		p.organisationRoutes(),
		p.feedRoutes(),
		p.sponsorRoutes(),
	)
}

// place is the part of the province and the round that a page of figures is
// about, as the address says or as fits the reader.
type place struct {
	Area       area.Version
	Round      review.Round
	Boundaries string
	Rounds     []review.Round
	Scope      area.Scope // for figures
}

// placeOf reads the address. Without an area it is the reader's own; without
// a round the latest.
func (p *Pages) placeOf(r *http.Request) (place, error) {
	actor := ActorOf(r.Context())
	pl := place{Scope: actor.ScopeFor(account.RightTables)}
	rounds, err := p.Reviews.Rounds(r.Context())
	if err != nil {
		return pl, err
	}
	for _, o := range rounds {
		if o.Kind == review.Yearly {
			pl.Rounds = append(pl.Rounds, o)
		}
	}
	var known bool
	if pl.Round, known = p.Reports.Register.Latest(rounds); !known {
		return pl, errNoRound
	}
	if id := r.URL.Query().Get(paramRound); id != "" {
		i := slices.IndexFunc(rounds, func(o review.Round) bool { return o.ID == id })
		if i < 0 {
			return pl, fault.New(fault.NotFound, "round_not_found", text.T("review.round_not_found", "id", id))
		}
		pl.Round = rounds[i]
	}
	pl.Boundaries = r.URL.Query().Get(paramBoundaries)
	if pl.Boundaries != "" && !area.ValidDay(pl.Boundaries) {
		return pl, fault.New(fault.Invalid, "bad_day", text.T("household.bad_day"))
	}
	return pl, p.placeArea(&pl, area.ID(r.URL.Query().Get(paramArea)))
}

var errNoRound = fault.New(fault.NotFound, "no_round", text.T("web.no_round"))

// placeArea finds the area on the boundary day. Where the reader's own area
// did not exist yet in the round, the figures stand on today's boundaries.
func (p *Pages) placeArea(pl *place, id area.ID) error {
	if id == "" {
		id = p.home(pl.Scope)
	}
	if id == "" {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	tree := p.Tree()
	days := []string{pl.Round.BoundaryDay, p.Today()}
	if pl.Boundaries != "" {
		days = []string{pl.Boundaries}
	}
	for _, day := range days {
		v, ok := tree.On(id, day)
		if ok && (pl.Scope.Covers(tree, id, day) || pl.Scope.Check(tree, id) == nil) {
			pl.Area, pl.Boundaries = v, day
			return nil
		}
	}
	if last, ok := tree.Last(id); ok && pl.Boundaries != "" && pl.Scope.Check(tree, id) == nil {
		return fault.New(fault.NotFound, "area_ended", text.T("report.area_not_then", "area", last.FullName, "day", area.ShowDay(pl.Boundaries)))
	}
	return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
}

// home is the area with which a reader's pages begin.
func (p *Pages) home(scope area.Scope) area.ID {
	if len(scope.Grants) == 0 {
		return ""
	}
	best := scope.Grants[0].Root
	for _, g := range scope.Grants[1:] {
		if v, ok := p.Tree().On(g.Root, p.Today()); ok && v.Level == area.Province {
			best = g.Root
		}
	}
	if _, ok := p.Tree().On(best, p.Today()); !ok {
		if heirs := p.Tree().Heirs(best, p.Today()); len(heirs) > 0 {
			return heirs[0]
		}
	}
	return best
}

// query writes the place into an address.
func (pl place) query(path string, more ...string) string {
	v := url.Values{paramArea: {string(pl.Area.Area)}, paramRound: {pl.Round.ID}}
	if pl.Boundaries != pl.Round.BoundaryDay {
		v.Set(paramBoundaries, pl.Boundaries)
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return path + "?" + v.Encode()
}

// frame is the page around figures of a place.
func (p *Pages) frame(r *http.Request, title string, at view.NavKey, pl place, path string) view.Page {
	f := Frame(r, title, at, p.Demo)
	tree := p.Tree()
	for _, id := range pl.Area.Ancestors() {
		v, _ := tree.On(id, pl.Boundaries)
		link := view.Link{Text: v.FullName}
		if pl.Scope.Covers(tree, id, pl.Boundaries) {
			up := pl
			up.Area = v
			link.Href = up.query(path)
		}
		f.Crumbs = append(f.Crumbs, link)
	}
	f.Crumbs = append(f.Crumbs, view.Link{Text: pl.Area.FullName})
	f.CrumbNote = text.T("web.boundaries_of", "day", area.ShowDay(pl.Boundaries))
	f.Rounds = view.RoundPicker{Action: path, Keep: []view.Pair{{Name: paramArea, Value: string(pl.Area.Area)}}}
	for _, o := range pl.Rounds {
		f.Rounds.Options = append(f.Rounds.Options, view.Option{Value: o.ID, Label: text.T("web.round_of", "id", o.ID), Selected: o.ID == pl.Round.ID})
	}
	return f
}

// mapOf is the geometry of the communes under an area on a day: the built-in
// map from their points, or the real boundaries where somebody imported them.
func (p *Pages) mapOf(r *http.Request, root area.Version, day string) (*chart.Map, error) {
	stamp, err := p.boundaryStamp(r)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(root.Area, " ", day, " ", stamp)
	if m, ok := p.maps.Load(key); ok {
		return m.(*chart.Map), nil
	}
	m, err := p.drawnMap(r, root, day, stamp)
	if err == nil {
		p.maps.Store(key, m)
	}
	return m, err
}
