package web

import (
	"net/url"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// organisationTabs lead between what is kept of the organisation of an area,
// and to who signs for whom.
func organisationTabs(actor *account.Actor, at string, id area.ID) templ.Component {
	var tabs []view.Tab
	kept := [][2]string{{PathOrganisation, "web.organisation.crumb"}}
	if actor.Can(account.RightTables) || actor.Can(account.RightTasks) {
		kept = append(kept, [2]string{PathCommittees, "web.committee.crumb"}, [2]string{PathSponsors, "web.sponsor.crumb"})
	}
	for _, one := range kept {
		href := one[0]
		if id != "" {
			href += "?" + url.Values{paramArea: {string(id)}}.Encode()
		}
		tabs = append(tabs, view.Tab{Text: text.T(one[1]), Href: href, Current: one[0] == at})
	}
	if actor.Can(account.RightTasks) || actor.Can(account.RightAccounts) {
		tabs = append(tabs, view.Tab{Text: text.T("web.substitution.crumb"), Href: PathSubstitutions, Current: at == PathSubstitutions})
	}
	return view.Tabs(text.T("web.nav.organisation"), tabs)
}
