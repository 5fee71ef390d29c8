package web

import (
	"net/http"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// requestGrid is how far an in-year round is in an area: no list is to be
// worked through in it, so requests are counted and not forms.
func (p *Pages) requestGrid(r *http.Request, scope area.Scope, one review.Progress) (view.Heading, view.Table, error) {
	units, whole, err := p.Reviews.RequestProgress(r.Context(), scope, one.Round.ID, one.Area.Area)
	if err != nil {
		return view.Heading{}, view.Table{}, err
	}
	key := "web.in_year.progress.title"
	if whole.Waiting() == 0 {
		key = "web.in_year.progress.title_none"
	}
	head := view.Heading{Title: text.T(key, "area", one.Area.FullName, "open", whole.Waiting(), "late", whole.Late, "all", whole.Received), Lead: text.T("web.in_year.progress.lead", "round", one.Round.ID)}
	t := view.Table{ID: "tien-do", Caption: text.T("web.in_year.progress"), HideCaption: true, Columns: []view.Column{{Label: text.T("web.progress.unit")}}}
	for _, name := range []string{"received", "no_form", "for_chair", "late", "decided", "refused", "withdrawn"} {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.in_year.count." + name), Numeric: true})
	}
	actor := ActorOf(r.Context())
	row := func(c review.RequestCount) view.Row {
		cells := []view.Cell{{Text: c.Area.FullName}}
		switch {
		case c.Area.Level == area.Commune && actor.Can(account.RightReadHouseholds):
			cells[0].Href = requestsAddress(one.Round.ID, c.Area.Area)
		case c.Area.Level != area.Village:
			cells[0].Href = progressAddress(one.Round.ID, c.Area.Area)
		}
		for _, n := range []int{c.Received, c.NoForm, c.ForChair, c.Late, c.Decided, c.Refused, c.Withdrawn} {
			cells = append(cells, view.Cell{Text: vn.FormatInt(int64(n))})
		}
		if c.Late > 0 {
			cells[4].Mark = view.MarkBad
		}
		return view.Row{Cells: cells}
	}
	for _, c := range units {
		t.Rows = append(t.Rows, row(c))
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.progress.none")}
		return head, t, nil
	}
	last := row(whole)
	last.Total, last.Cells[0].Href = true, ""
	t.Rows = append(t.Rows, last)
	return head, t, nil
}

// requestDuties are the requests within the year that wait for the reader: of
// an officer the ones whose household is to be surveyed, of a chair and his
// deputy the ones that a form answers.
func (p *Pages) requestDuties(tx *db.Tx, actor *account.Actor, o review.Round) (list []duty, err error) {
	writes, signs := actor.ScopeFor(account.RightWriteRegistry), actor.ScopeFor(account.RightApprove)
	seen := map[area.ID]bool{}
	for _, post := range actor.Posts {
		v, ok := p.Tree().On(post.Area, p.Today())
		if !ok || v.Level != area.Commune || seen[v.Area] {
			continue
		}
		seen[v.Area] = true
		mayWrite, maySign := writes.Covers(p.Tree(), v.Area, p.Today()), signs.Covers(p.Tree(), v.Area, p.Today())
		if !mayWrite && !maySign {
			continue
		}
		open, err := p.Reviews.OpenRequestsIn(tx, actor.ScopeFor(account.RightReadHouseholds), o.ID, v.Area)
		if err != nil {
			return nil, err
		}
		for _, q := range open {
			key := "survey"
			switch {
			case q.Stands == review.RequestAssessed && maySign && q.By != actor.ID:
				key = "sign"
			case q.Stands == review.RequestAssessed || !mayWrite:
				continue
			}
			list = append(list, duty{text.T("web.today.do.request_"+key, "number", requestNumber(q.InYearRequest), "head", q.Head), PathRequests + "/" + q.ID, q.DueOn})
		}
	}
	return list, nil
}
