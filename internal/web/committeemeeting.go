package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// committeeMeetingAddress is the page of one meeting of a committee.
func committeeMeetingAddress(id, meeting string) string {
	return committeeAddress(id) + "/cuoc-hop/" + url.PathEscape(meeting)
}

// committeeMeeting shows one meeting with what it asked of whom, and what was
// said about it.
func (p *Pages) committeeMeeting(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	c, err := p.Committees.Find(r.Context(), actor, r.PathValue("committee"))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(c.Meetings, func(m committee.Meeting) bool { return m.ID == r.PathValue("session") })
	if at < 0 {
		return noPage()
	}
	m := c.Meetings[at]
	obliged, err := p.Tasks.OfCommittee(r.Context(), c.ID, taskYears(c)...)
	if err != nil {
		return err
	}
	said, err := p.comments(r, commentRecord(commentMeeting, committee.MeetingRecord(c.ID, m.ID)))
	if err != nil {
		return err
	}
	keeps := c.InForce() && p.Committees.Keeps(actor, c.Area)
	title := text.T("web.committee.meeting", "day", area.ShowDay(m.HeldOn), "chair", m.Chair)
	head := view.Heading{Title: title, Lead: c.Name}
	if keeps {
		head.Actions = []view.Button{{Label: text.T("web.committee.act.giao"), Kind: view.Primary, Href: committeeAddress(c.ID) + "/giao?ma=" + m.ID}}
	}
	frame := Frame(r, title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.committeeCrumbs(c.Area, view.Link{Text: c.Name, Href: committeeAddress(c.ID)}, view.Link{Text: area.ShowDay(m.HeldOn)})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, view.CardWith(view.Card{Title: text.T("web.committee.field.about")}, view.Paragraphs(strings.Split(m.Subject, "\n")...)),
		view.TableCard(p.committeeConclusions(r, actor, c, m.ID, keeps, obliged)), said)))
}
