package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// meetingPrint is the minutes as they are signed, in two copies; columns that
// nobody has filled in yet are left for the pen.
func (p *Pages) meetingPrint(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.council(r, account.RightReadHouseholds, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	m := sh.Meeting
	s := view.PaperSheet{Demo: p.Demo, Title: text.T("web.minutes.file", "village", sh.Village.FullName, "round", sh.Round.ID), Back: view.Link{Text: text.T("web.sheet.back"), Href: minutesAddress(sh)},
		Hint: text.T("web.minutes.hint"), Files: formatLinks(meetingAddress(sh.Round.ID, sh.Village.Area, m.ID, "in")), Unit: []string{upper(sh.Commune.FullName), upper(sh.Village.FullName)}, Kind: text.T("web.minutes.kind"),
		Subject: text.T("web.minutes.subject", "year", sh.Round.Year)}
	switch {
	case m.State == review.MeetingVoid:
		s.Mark = text.T("web.minutes.void")
	case m.State == review.MeetingDraft && len(sh.Against) > 0:
		s.Mark = text.T("web.sheet.draft")
	}
	line := func(key, value string) view.Definition { return view.Definition{Term: text.T(key), Value: value} }
	people := func(key string, list []string) view.Definition { return line(key, strings.Join(list, ", ")) }
	s.Blocks = []templ.Component{
		view.SheetLines([]view.Definition{line("web.minutes.when", strings.TrimSpace(m.Begins+" "+longDay(m.HeldOn))), line("web.minutes.where", m.Place)}),
		view.SheetHeading(text.T("web.minutes.part_people")),
		view.SheetLines([]view.Definition{line("web.minutes.chair", m.Chair), line("web.minutes.secretary", m.Secretary), people("web.minutes.party_cell", m.People.PartyCell),
			people("web.minutes.organisations", m.People.Organisations), people("web.minutes.surveyors", m.People.Surveyors), people("web.minutes.representatives", m.People.Representatives),
			line("web.minutes.invited", number(m.Invited)), line("web.minutes.present", number(m.Present))}),
		view.SheetHeading(text.T("web.minutes.part_list", "n", len(sh.Items))), view.SheetTableOf(p.minutesTable(sh)),
		view.SheetHeading(text.T("web.minutes.part_else")), view.SheetLines(elsewise(m.Remarks)),
	}
	if sh.Agreement.Known {
		s.Blocks = append(s.Blocks, view.Paragraphs(text.T("web.minutes.agreement", "percent", sh.Agreement.Percent)))
	}
	s.Blocks = append(s.Blocks, view.Paragraphs(text.T("web.minutes.copies")))
	s.Signers = []view.Signer{{Office: text.T("web.minutes.sign_secretary"), Note: text.T("web.sheet.sign"), Name: m.Secretary}, {Office: text.T("web.minutes.sign_people"), Note: text.T("web.sheet.sign")},
		{Office: text.T("web.minutes.sign_chair"), Note: text.T("web.sheet.sign"), Name: m.Chair}}
	return Render(w, r, http.StatusOK, view.PaperSheetPage(s))
}

// meetingDocument is the same in the legal layout, as a file.
func (p *Pages) meetingDocument(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.council(r, account.RightReadHouseholds, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	name := text.T("web.minutes.file", "village", sh.Village.FullName, "round", sh.Round.ID)
	return sendDocument(w, r, name, func() (*paper.Document, error) {
		return p.Prints.MinutesOf(r.Context(), ActorOf(r.Context()), sh.Round.ID, sh.Village.Area, sh.Meeting.ID)
	})
}

// elsewise are other remarks, or lines to write them on.
func elsewise(words string) []view.Definition {
	if words == "" {
		return []view.Definition{{}, {}}
	}
	var list []view.Definition
	for line := range strings.SplitSeq(words, "\n") {
		list = append(list, view.Definition{Value: line})
	}
	return list
}

func (p *Pages) minutesTable(sh review.Sheet) view.SheetTable {
	t := view.SheetTable{Caption: text.T("web.meeting.said"), Numeric: []bool{true, false, false, false, true, true}, Head: []string{text.T("web.sheet.no"), text.T("web.household.head"), text.T("web.minutes.before"),
		text.T("web.minutes.now"), text.T("web.meeting.agree"), text.T("web.meeting.disagree"), text.T("web.meeting.outcome"), text.T("web.meeting.remark")}}
	turn := review.Turn("")
	for n, i := range sh.Items {
		if i.Turn != turn {
			turn = i.Turn
			t.Rows = append(t.Rows, []string{text.T("web.meeting.turn." + string(turn))})
		}
		o := i.Opinion
		if i.Changed && sh.Meeting.State == review.MeetingDraft {
			o = review.Opinion{}
		}
		outcome := ""
		if o.Outcome != "" {
			outcome = text.T("web.meeting.outcome." + o.Outcome)
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(n + 1), i.Head, beforeTag(i.Listed).Text, nowTag(i.Listed).Text, number(o.Agree), number(o.Disagree), outcome, o.Remark})
	}
	return t
}

// longDay writes a day as documents do; "" of none.
func longDay(day string) string {
	d := vn.Day(day)
	if !d.Exact() {
		return ""
	}
	month := strconv.Itoa(d.Month())
	if d.Month() < 3 {
		month = "0" + month
	}
	return text.T("web.sheet.day", "day", fmt.Sprintf("%02d", d.DayOfMonth()), "month", month, "year", d.Year())
}

func upper(s string) string { return strings.ToUpper(s) }
