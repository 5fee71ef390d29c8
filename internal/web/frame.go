package web

import (
	"net/http"

	"giamngheo/internal/account"
	"giamngheo/internal/web/view"
)

// The addresses of the menu. Pages below them begin with the same path.
const (
	PathOverview   = "/"
	PathHouseholds = "/ho"
	PathReview     = "/ra-soat"
	PathImport     = "/nhap"
	PathTables     = "/bang"
	PathAreas      = "/dia-ban"
	PathStandards  = "/chuan"
	PathUsers      = "/nguoi-dung"
	PathJournal    = "/nhat-ky"
	PathAccount    = "/tai-khoan"
)

// menu is the whole menu in its order. An entry is shown to those who have one
// of its rights; without any it is for everybody signed in.
var menu = []struct {
	key    view.NavKey
	path   string
	rights []account.Right
}{
	{view.NavToday, PathTasks, nil},
	{view.NavOverview, PathOverview, []account.Right{account.RightTables}},
	{view.NavHouseholds, PathHouseholds, []account.Right{account.RightReadHouseholds, account.RightReadSubject}},
	{view.NavBoards, pathBoards, []account.Right{account.RightTables, account.RightTasks}},
	{view.NavReview, PathReview, []account.Right{account.RightWriteAssessment, account.RightRounds, account.RightTables}},
	{view.NavImport, PathImport, []account.Right{account.RightImport, account.RightAreas}},
	{view.NavTables, PathTables, []account.Right{account.RightTables}},
	{view.NavOrganisation, PathOrganisation, []account.Right{account.RightTables, account.RightTasks, account.RightAccounts}},
	{view.NavAreas, PathAreas, nil},
	{view.NavStandards, PathStandards, nil},
	{view.NavUsers, PathUsers, []account.Right{account.RightAccounts}},
	{view.NavJournal, PathJournal, []account.Right{account.RightJournal}},
}

// Frame is the page around a body for who asks: the menu as far as their
// rights go, their name and post. The page adds crumbs, rounds and the rest.
func Frame(r *http.Request, title string, at view.NavKey, demo bool) view.Page {
	actor := ActorOf(r.Context())
	p := view.Page{Title: title, Demo: demo, Flash: savedNote(r), User: view.User{Name: actor.FullName, Href: PathAccount, SignOut: SignOutPath}}
	if len(actor.Posts) > 0 {
		p.User.Post = actor.Posts[0].Agency
	}
	for _, entry := range menu {
		if canAny(actor, entry.rights) {
			p.Nav = append(p.Nav, view.NavItem{Key: entry.key, Href: entry.path, Current: entry.key == at, Count: waiting(r, entry.key)})
		}
	}
	if canAny(actor, []account.Right{account.RightReadHouseholds, account.RightReadSubject}) {
		p.Search = view.SearchBox{Action: PathHouseholds}
	}
	return p
}

func canAny(actor *account.Actor, rights []account.Right) bool {
	if len(rights) == 0 {
		return true
	}
	for _, r := range rights {
		if actor.Can(r) {
			return true
		}
	}
	return false
}
