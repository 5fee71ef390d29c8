package web

import (
	"net/http"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// heirOf names the agency that took over, "" where nobody was named.
func (p *Pages) heirOf(r *http.Request, a account.Agency) (string, error) {
	if a.Successor == "" {
		return "", nil
	}
	list, err := p.Accounts.AllAgencies(r.Context())
	for _, one := range list {
		if one.ID == a.Successor {
			return one.Name, err
		}
	}
	return a.Successor, err
}

// onlySuccessor makes of the form that ends an agency the one that says, of an
// agency that has ended, who took over.
func onlySuccessor(form *view.Form, f typedUser, options []view.Option) {
	form.Head.Lead = text.T("web.organisation.name_lead")
	form.Parts = []templ.Component{
		selectField(f, "successor", "web.organisation.successor", "", append([]view.Option{{Label: text.T("web.organisation.choose_successor")}}, options[1:]...)),
		textField(f, "reason", "web.organisation.reason", text.T("web.organisation.reason_hint"), "", "full"),
	}
	form.Buttons[0].Kind = view.Primary
}

// agencySuccessor keeps who took over from an agency that has ended.
func (p *Pages) agencySuccessor(w http.ResponseWriter, r *http.Request, a account.Agency, f typedUser) error {
	actor, successor := ActorOf(r.Context()), f.typed.Get("successor")
	_, err := p.Tasks.NameSuccessor(r.Context(), actor, a.ID, successor, func(tx *db.Tx) error {
		return p.Accounts.NameSuccessorIn(tx, actor, a.ID, revOf(r), successor, vn.Line(f.typed.Get("reason")))
	})
	if err == nil {
		return SeeOther(w, r, agencyAddress(a.ID)+"?"+paramWas+"=succeeded")
	}
	if f.wrong, err = refusal(err); err != nil {
		return err
	}
	return p.showAgencyEnd(w, r, http.StatusUnprocessableEntity, f)
}
