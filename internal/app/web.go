package app

import (
	"giamngheo/internal/area"
	"giamngheo/internal/demo"
	"giamngheo/internal/programme"
	"giamngheo/internal/web"
	"giamngheo/internal/web/view"
	"giamngheo/law"
)

// Handler is the web server of the installation.
func (a *App) Handler() (*web.Server, error) {
	raw, err := law.Files.ReadFile("programme-rules.yaml")
	if err != nil {
		return nil, err
	}
	rules, err := programme.ReadRules(raw)
	if err != nil {
		return nil, err
	}
	pages := &web.Pages{DB: a.DB, Province: a.Province, Accounts: a.Accounts, Households: a.Households, Reviews: a.Reviews, Names: a.Names, Reports: a.Reports, Exchange: a.Exchange, Prints: a.Prints, Comments: a.Comments, Committees: a.Committees, Sponsors: a.Sponsors, Tasks: a.Tasks, Feeds: a.Feeds, PlanRules: rules, Log: a.Log, Background: a.inBackground,
		Tree: a.Areas.Tree, Law: a.Law, Today: func() string { return area.Today(a.Now()) }, Demo: a.Demo}
	cookies := web.Cookies{Secure: a.Secure}
	signIn := web.SignIn{Accounts: a.Accounts, Cookies: cookies, Demo: a.Demo}
	if a.Demo {
		pages.Assumed = demo.Note()
		for _, d := range demoAccounts {
			signIn.Shown = append(signIn.Shown, view.Definition{Term: d.Name + " / " + d.Password, Value: d.FullName})
		}
	}
	pages.SignIn, pages.Admit = signIn, pages.Reminding(web.Sessions(a.Accounts, cookies))
	return web.New(web.Deps{Log: a.Log, Demo: a.Demo, Proxies: a.Proxies, Admit: pages.Admit, Routes: append(signIn.Routes(), pages.Routes()...)})
}
