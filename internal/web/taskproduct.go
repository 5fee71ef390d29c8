package web

import (
	"net/http"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// productOf leads from an obligation to what it brings forth or where it comes
// from: the dossier of another subject, the report of an agency's promises, the
// committee. Of committees the facts say whether there is one.
func (p *Pages) productOf(r *http.Request, o *obligation, facts *[]view.Definition) (view.Link, error) {
	page := o.Page
	switch {
	case o.Linked && o.Dossier != "":
		return view.Link{Text: text.T("web.task.product"), Href: dossierAddress(o.Dossier)}, nil
	case o.Committee != "":
		if _, err := p.Committees.Find(r.Context(), o.by, o.Committee); err != nil {
			if fault.Of(err) == fault.NotFound {
				err = nil
			}
			return view.Link{}, err
		}
		return view.Link{Text: text.T("web.task.from_committee"), Href: committeeAddress(o.Committee)}, nil
	case page == task.PageSponsors:
		years := sponsor.Years{From: o.Span.From, To: o.Span.To}.String()
		at := o.Record.HandedInAt
		if o.working() {
			at = 0
		}
		return view.Link{Text: text.T("web.task.sponsors", "years", years), Href: reportAddress(o.Unit.Code, "", years, at)}, nil
	case page == task.PageCommittees:
		return p.committeeProduct(r, o, facts)
	}
	return view.Link{}, nil
}

// working says whether nothing of it has been handed in as it stands.
func (o *obligation) working() bool {
	return o.State == task.Planned || o.State == task.Doing || o.State == task.Returned
}

func (p *Pages) committeeProduct(r *http.Request, o *obligation, facts *[]view.Definition) (view.Link, error) {
	unit := o.Area
	if unit == "" || o.Level == "province" {
		roots := p.Tree().Roots(p.Today())
		if len(roots) == 0 {
			return view.Link{}, nil
		}
		unit = roots[0].Area
	}
	own, _, err := p.Committees.Units(r.Context(), o.by, unit)
	if fault.Of(err) == fault.NotFound && err != nil {
		return view.Link{}, nil
	}
	if err != nil {
		return view.Link{}, err
	}
	state, link := text.T("web.task.committee_none"), view.Link{Text: text.T("web.task.committees"), Href: p.committeesOf(unit)}
	if own.Current.ID != "" {
		state = text.T("web.committee.by", "number", own.Current.Number, "day", area.ShowDay(own.Current.DecidedOn))
		link = view.Link{Text: text.T("web.task.committee"), Href: committeeAddress(own.Current.ID)}
	}
	*facts = append(*facts, view.Definition{Term: text.T("web.task.committee_of"), Value: state})
	if own.Children > 0 {
		*facts = append(*facts, view.Definition{Term: text.T("web.committee.lower"), Value: text.T("web.committee.without", "without", own.Without, "all", own.Children)})
	}
	return link, nil
}
