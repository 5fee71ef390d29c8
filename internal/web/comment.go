package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/committee"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// PathComments lists what others said and the reader has not read; below it
// comments are sent.
const PathComments = "/y-kien"

// The kinds of records that have comments, as the comments name them.
const (
	commentHousehold = "household"
	commentDossier   = "dossier"
	commentComplaint = "complaint"
	commentTask      = "task"
	commentCommittee = "committee"
	commentMeeting   = "meeting"  // of a committee
	commentDecision  = "decision" // all of a commune in a round
	commentSponsor   = "sponsor"
)

func commentRecord(kind, id string) comment.Record { return comment.Record{Kind: kind, ID: id} }

// Who may is a matter of the record; somebody who sees none finds none.
func (p *Pages) commentRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathComments, Right: SignedIn, Handler: p.commentsUnread},
		{Method: "POST", Pattern: PathComments + "/{kind}/{record}", Right: SignedIn, Limit: 64 << 10, Handler: p.commentWrite},
		{Method: "POST", Pattern: PathComments + "/{kind}/{record}/rut/{comment}", Right: SignedIn, Handler: p.commentTakeBack},
	}
}

func commentsOf(about comment.Record) string {
	return PathComments + "/" + about.Kind + "/" + url.PathEscape(about.ID)
}

// commentPlace is the page on which a record's comments stand.
func commentPlace(about comment.Record) string {
	switch about.Kind {
	case commentHousehold:
		return householdAddress(household.ID(url.PathEscape(about.ID)))
	case commentDossier:
		return dossierAddress(about.ID)
	case commentComplaint:
		return PathComplaints + "/" + url.PathEscape(about.ID)
	case commentSponsor:
		return sponsorAddress(about.ID)
	case commentCommittee:
		return committeeAddress(about.ID)
	case commentMeeting:
		if id, meeting, ok := committee.ParseMeeting(about.ID); ok {
			return committeeMeetingAddress(id, meeting)
		}
	case commentTask:
		if year, id, ok := task.ParseRecord(about.ID); ok {
			return taskAddress(year, id)
		}
	case commentDecision:
		if round, commune, ok := review.ParseDecisions(about.ID); ok {
			return decisionAddress(round, commune)
		}
	}
	return PathComments
}

const anchorComments = "#y-kien"

// comments are what was said about a record, with the form to say more;
// nothing at all for who may not see the record whole.
func (p *Pages) comments(r *http.Request, about comment.Record) (templ.Component, error) {
	actor := ActorOf(r.Context())
	list, err := p.Comments.Of(r.Context(), actor, about)
	if err != nil {
		if fault.Of(err) == fault.NotFound {
			return templ.NopComponent, nil
		}
		return nil, err
	}
	c := view.Comments{Action: commentsOf(about),
		Field: view.Field{Name: "words", Label: text.T("web.comment.words"), Hint: text.T("web.comment.words_hint"), Kind: view.LongInput, Required: true}}
	for _, one := range list {
		said := view.CommentLine{Who: p.fullName(r, one.By), When: showTime(one.At), Words: one.Words, New: one.New}
		if one.New {
			c.New++
		}
		switch {
		case one.TakenBackAt != 0:
			said.TakenBack = text.T("web.comment.taken_back", "at", showTime(one.TakenBackAt))
		case one.By == actor.ID:
			said.TakeBack, said.Rev = commentsOf(about)+"/rut/"+one.ID, strconv.FormatInt(one.Rev, 10)
		}
		c.List = append(c.List, said)
	}
	return view.CommentCard(c), nil
}

func (p *Pages) commentWrite(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	about := comment.Record{Kind: r.PathValue("kind"), ID: r.PathValue("record")}
	_, err := p.Comments.Write(r.Context(), ActorOf(r.Context()), about, r.PostForm.Get("words"))
	if fault.Of(err) == fault.Invalid && err != nil {
		return p.showComment(w, r, about, fault.As(err, "").Fields)
	}
	if err != nil {
		return err
	}
	return SeeOther(w, r, commentPlace(about)+anchorComments)
}

// showComment lets the author mend what was refused, with all that he typed.
func (p *Pages) showComment(w http.ResponseWriter, r *http.Request, about comment.Record, problems []fault.Field) error {
	title := text.T("web.comment.mend")
	body := view.CommentMend{Head: view.Heading{Title: title}, Action: commentsOf(about), Problems: problems, Back: view.Link{Text: text.T("web.comment.back"), Href: commentPlace(about)},
		Field: view.Field{Name: "words", Label: text.T("web.comment.words"), Hint: text.T("web.comment.words_hint"), Kind: view.LongInput, Value: r.PostForm.Get("words"), Required: true, Error: view.ErrorFor(problems, "words")}}
	return Render(w, r, http.StatusUnprocessableEntity, view.Framed(Frame(r, title, view.NavToday, p.Demo), view.CommentMendBody(body)))
}

func (p *Pages) commentTakeBack(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	c, err := p.Comments.TakeBack(r.Context(), ActorOf(r.Context()), r.PathValue("comment"), rev)
	if err != nil {
		return err
	}
	return SeeOther(w, r, commentPlace(c.About)+anchorComments)
}

func (p *Pages) commentsUnread(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	list, err := p.Comments.Unread(r.Context(), actor)
	if err != nil {
		return err
	}
	t := view.Table{ID: "y-kien-moi", Caption: text.T("web.comment.unread"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.comment.about")}, {Label: text.T("web.comment.count"), Numeric: true}, {Label: text.T("web.comment.last")}}}
	all := 0
	for _, u := range list {
		all += u.Count
		about, err := p.commentAbout(r, actor, u.About)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, view.Row{Href: commentPlace(u.About) + anchorComments, Cells: []view.Cell{{Text: about}, {Text: strconv.Itoa(u.Count)}, {Text: showTime(u.Last)}}})
	}
	if len(list) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.comment.nothing")}
	}
	head := view.Heading{Title: text.T("web.comment.title", "n", all), Lead: text.T("web.comment.lead")}
	frame := Frame(r, head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathToday}, {Text: text.T("web.comment.unread")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.TodayBody(head, t)))
}

// commentAbout names a record that the reader sees.
func (p *Pages) commentAbout(r *http.Request, actor *account.Actor, about comment.Record) (string, error) {
	switch about.Kind {
	case commentHousehold:
		h, err := p.Households.FindByID(r.Context(), actor.ScopeFor(account.RightReadHouseholds), household.ID(about.ID))
		return text.T("web.comment.of_household", "head", h.HeadName, "code", h.Code), err
	case commentComplaint:
		c, err := p.Reviews.FindComplaint(r.Context(), actor.ScopeFor(account.RightReadHouseholds), about.ID)
		return text.T("web.comment.of_complaint", "number", complaintNumber(c)), err
	case commentSponsor:
		s, err := p.Sponsors.Find(r.Context(), actor, about.ID)
		v, _ := p.Tree().Lately(s.Area, p.Today())
		return text.T("web.sponsor.page", "who", p.sponsorName(r, s.Sponsorship), "unit", v.FullName), err
	case commentCommittee:
		c, err := p.Committees.Find(r.Context(), actor, about.ID)
		return c.Name, err
	case commentMeeting:
		id, meeting, _ := committee.ParseMeeting(about.ID)
		c, err := p.Committees.Find(r.Context(), actor, id)
		for _, m := range c.Meetings {
			if m.ID == meeting {
				return text.T("web.comment.of_meeting", "committee", c.Name, "day", area.ShowDay(m.HeldOn)), err
			}
		}
		return c.Name, err
	case commentTask:
		year, id, _ := task.ParseRecord(about.ID)
		o, err := p.Tasks.Find(r.Context(), actor, year, id)
		return text.T("web.comment.of_task", "task", o.Instance.Task, "title", o.Title, "unit", o.Unit.Name), err
	case commentDecision:
		round, commune, _ := review.ParseDecisions(about.ID)
		v, _ := p.Tree().Lately(commune, p.Today())
		return text.T("web.comment.of_decision", "unit", v.FullName, "round", round), nil
	}
	d, err := p.Reviews.Dossiers.Find(r.Context(), actor, about.ID)
	unit, ok := p.Tree().On(d.Unit, p.Today())
	if !ok {
		unit, _ = p.Tree().Lately(d.Unit, p.Today())
	}
	return text.T("web.comment.of_dossier", "kind", text.T("dossier.kind."+d.Kind), "unit", unit.FullName), err
}

// commentDuties tells how much is new, in one line.
func (p *Pages) commentDuties(r *http.Request) ([]duty, error) {
	list, err := p.Comments.Unread(r.Context(), ActorOf(r.Context()))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	n := 0
	for _, u := range list {
		n += u.Count
	}
	return []duty{{what: text.T("web.today.do.comments", "n", n, "records", len(list)), href: PathComments}}, nil
}
