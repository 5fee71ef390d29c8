package web

import (
	"net/http"

	"giamngheo/internal/text"
)

// taskDuties are what the plans' obligations of others ask of the reader: to
// decide, to do a part, to answer, to look after what is late below. The own
// obligations stand in a list of their own.
func (p *Pages) taskDuties(r *http.Request) (list []duty, err error) {
	actor := ActorOf(r.Context())
	waits, err := p.Tasks.Duties(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	for _, d := range waits {
		which := d.Task
		if d.Span.From != d.Span.To { // of one task there is one product a year and one for several years
			which = text.T("web.task.duty_period", "task", d.Task, "years", d.ForYears())
		}
		list = append(list, duty{text.T("web.task.duty."+string(d.Kind), "which", which, "title", d.Title, "unit", d.Unit.Name, "what", d.What), taskAddress(d.Year, d.ID), d.Day})
	}
	late, err := p.Tasks.Escalated(r.Context(), actor)
	if err != nil || len(late) == 0 {
		return list, err
	}
	worst := late[0]
	return append(list, duty{text.T("web.task.duty.escalated", "n", len(late), "days", worst.Late, "task", worst.Task, "unit", worst.Unit.Name), pathOwedToMe, worst.Ends}), nil
}
