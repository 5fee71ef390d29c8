package web

import (
	"net/url"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// refusalNotice says what was refused. What stands in the way is said one by
// one, with the way to the first records of each; sees says whether the reader
// may know households by name.
func refusalNotice(actor *account.Actor, refused error, sees bool) view.Notice {
	f := fault.As(refused, text.T("common.internal"))
	n := view.Notice{Mood: view.Bad, Text: f.Message}
	if len(f.Parts) > 0 {
		n.Text = text.T("web.against.refused")
	}
	for _, part := range f.Parts {
		n.Parts = append(n.Parts, hindrance(actor, part, sees))
	}
	return n
}

func hindrance(actor *account.Actor, part fault.Part, sees bool) view.Hindrance {
	h := view.Hindrance{Text: part.Message}
	for _, record := range part.Records {
		if record.Kind != review.AgainstDossier && !sees {
			return h
		}
		h.Links = append(h.Links, view.Link{Text: record.Name, Href: recordAddress(actor, record)})
	}
	if part.More > 0 && len(part.Records) > 0 {
		h.More = text.T("web.against.more", "more", text.T("dossier.more."+part.Records[0].Kind, "n", part.More))
	}
	return h
}

// recordAddress is where what stands in the way is worked on; "" for who does
// not work there.
func recordAddress(actor *account.Actor, record fault.Record) string {
	if record.Kind == review.AgainstDossier {
		return dossierAddress(record.ID)
	}
	if !actor.Can(account.RightReadHouseholds) {
		return ""
	}
	switch record.Kind {
	case review.AgainstForm:
		return formAddress(record.Round, household.ID(record.ID))
	case review.AgainstComplaint:
		return PathComplaints + "/" + url.PathEscape(record.ID)
	case review.AgainstRequest:
		return PathRequests + "/" + url.PathEscape(record.ID)
	}
	return ""
}
