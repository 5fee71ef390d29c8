package web

import (
	"net/http"
	"net/url"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

const (
	journalSize  = 50
	journalBatch = 200
	journalMost  = 4000 // entries looked through for one page of a narrow scope
)

func (p *Pages) journalRoutes() []Route {
	return []Route{{Method: "GET", Pattern: PathJournal, Right: Needs(account.RightJournal), Handler: p.journalPage}}
}

// kinds of entries that the page can be narrowed to, by the beginning of the
// action.
var journalKinds = []string{"household.", "assessment.", "round.", "meeting.", "posting.", "attachment.", "import.", "export.", "list.", "account.", "setting."}

// journalPage shows what was written, newest first, as far as the reader's
// scope goes.
func (p *Pages) journalPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := journal.Filter{Before: q.Get("truoc"), Actor: q.Get("nguoi"), Limit: journalBatch}
	for _, kind := range journalKinds {
		if q.Get("loai") == kind {
			f.Action = kind
		}
	}
	scope := ActorOf(r.Context()).ScopeFor(account.RightJournal)
	found, next, err := p.journalOf(r, scope, f)
	if err != nil {
		return err
	}
	words, err := p.wordingOf(r.Context(), scope, found, nil)
	if err != nil {
		return err
	}
	about, err := p.aboutHouseholds(r, scope, found)
	if err != nil {
		return err
	}
	var list []view.Entry
	for _, e := range found {
		one := words.entry(e)
		if h, ok := about[household.ID(e.HouseholdID)]; ok {
			one.About = view.Link{Text: h.HeadName + " " + h.Code, Href: householdAddress(h.ID)}
		} else if e.HouseholdID == "" && e.AreaID != "" {
			one.About = view.Link{Text: p.areaWords(area.ID(e.AreaID))}
		}
		list = append(list, one)
	}
	kind := view.Select{Name: "loai", Label: text.T("web.journal.kind"), Submit: true, Options: []view.Option{{Label: text.T("web.journal.kind.all")}}}
	for _, k := range journalKinds {
		kind.Options = append(kind.Options, view.Option{Value: k, Label: text.T("web.journal.kind." + strings.TrimSuffix(k, ".")), Selected: k == f.Action})
	}
	pages := view.Pages{}
	keep := url.Values{}
	for _, name := range []string{"loai", "nguoi"} {
		if v := q.Get(name); v != "" {
			keep.Set(name, v)
		}
	}
	if next != "" {
		v := url.Values{"truoc": {next}}
		for k, list := range keep {
			v[k] = list
		}
		pages.Next = PathJournal + "?" + v.Encode()
	}
	if f.Before != "" {
		pages.Previous = PathJournal + "?" + keep.Encode()
	}
	frame := Frame(r, text.T("web.nav.journal"), view.NavJournal, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.journal")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.JournalBody(view.JournalPage{
		Head: view.Heading{Title: text.T("web.nav.journal"), Lead: text.T("web.journal.lead")}, Action: PathJournal, Kind: kind, Entries: list, Pages: pages,
		Blank: view.Blank{State: view.Empty, Title: text.T("web.journal.empty")}})))
}

// journalOf reads entries of the scope. Where a household lives today decides
// whether an entry about it lies in the scope; entries about nothing in the
// area tree are for those who may read the whole province.
func (p *Pages) journalOf(r *http.Request, scope area.Scope, f journal.Filter) (found []journal.Entry, next string, err error) {
	whole := scope.Whole(area.FieldHousehold)
	if whole {
		f.Limit = journalSize + 1
	}
	for seen := 0; seen < journalMost; {
		var batch []journal.Entry
		err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
			batch, err = journal.List(tx, p.Province, f)
			return err
		})
		if err != nil {
			return nil, "", err
		}
		mine := batch
		if !whole {
			if mine, err = p.journalWithin(r, scope, batch); err != nil {
				return nil, "", err
			}
		}
		for _, e := range mine {
			if len(found) == journalSize {
				return found, found[journalSize-1].ID, nil
			}
			found = append(found, e)
		}
		if len(batch) < f.Limit {
			return found, "", nil
		}
		seen += len(batch)
		f.Before = batch[len(batch)-1].ID
	}
	return found, f.Before, nil
}

func (p *Pages) journalWithin(r *http.Request, scope area.Scope, batch []journal.Entry) ([]journal.Entry, error) {
	about, err := p.aboutHouseholds(r, scope, batch)
	if err != nil {
		return nil, err
	}
	var mine []journal.Entry
	for _, e := range batch {
		_, known := about[household.ID(e.HouseholdID)]
		if known || e.HouseholdID == "" && e.AreaID != "" && scope.Covers(p.Tree(), area.ID(e.AreaID), p.Today()) {
			mine = append(mine, e)
		}
	}
	return mine, nil
}

func (p *Pages) aboutHouseholds(r *http.Request, scope area.Scope, list []journal.Entry) (map[household.ID]household.Household, error) {
	var ids []household.ID
	for _, e := range list {
		if e.HouseholdID != "" {
			ids = append(ids, household.ID(e.HouseholdID))
		}
	}
	all, err := p.Households.FindMany(r.Context(), scope, ids)
	about := make(map[household.ID]household.Household, len(all))
	for _, h := range all {
		about[h.ID] = h
	}
	return about, err
}

// areaWords is an area by its name of today, or the last until today.
func (p *Pages) areaWords(id area.ID) string {
	v, ok := p.Tree().Lately(id, p.Today())
	if !ok {
		return ""
	}
	return p.areaName(v)
}
