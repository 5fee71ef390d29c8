package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// meetingForm are the minutes to be written, household by household.
func (p *Pages) meetingForm(r *http.Request, sh review.Sheet, f typedUser) (view.MeetingForm, error) {
	m := sh.Meeting
	form := view.MeetingForm{Action: meetingAddress(sh.Round.ID, sh.Village.Area, m.ID, "ghi"), Rev: strconv.FormatInt(m.Rev, 10), Problems: f.wrong, Draft: fmt.Sprint(ActorOf(r.Context()).ID, " ", m.ID, " ", m.Rev)}
	field := func(name, stored, width string, kind view.InputKind) view.Field {
		return view.Field{Name: name, Label: text.T("web.meeting." + name), Value: f.value(name, stored), Width: width, Kind: kind, Error: f.error(name), Autocomplete: "off"}
	}
	form.Head = []view.Field{field("held_on", shownDay(m.HeldOn), "w12", view.DayInput), field("begins", m.Begins, "w6", ""), field("place", m.Place, "", ""),
		field("chair", m.Chair, "", ""), field("secretary", m.Secretary, "", ""), field("invited", number(m.Invited), "w6", view.NumberInput), field("present", number(m.Present), "w6", view.NumberInput)}
	for _, one := range []struct {
		name string
		list []string
	}{{"party_cell", m.People.PartyCell}, {"organisations", m.People.Organisations}, {"surveyors", m.People.Surveyors}, {"representatives", m.People.Representatives}} {
		form.People = append(form.People, field(one.name, strings.Join(one.list, "\n"), "", view.LongInput))
	}
	form.Remarks = field("remarks", m.Remarks, "", view.LongInput)
	var settled []string
	for _, i := range sh.Before {
		settled = append(settled, i.Head)
	}
	for _, i := range sh.Items {
		last := len(form.Groups) - 1
		title := text.T("web.meeting.turn." + string(i.Turn))
		if last < 0 || form.Groups[last].Title != title {
			form.Groups = append(form.Groups, p.meetingGroup(i.Turn, title, f))
			last++
		}
		form.Groups[last].Homes = append(form.Groups[last].Homes, p.meetingHome(sh, i, f))
	}
	if len(settled) > 0 {
		form.Settled = text.T("web.meeting.settled", "n", len(settled), "names", strings.Join(settled, ", "))
	}
	return form, nil
}

// alike are the turns whose households can be answered alike in one go: for
// them nothing changes. Who enters or leaves is spoken of one by one.
func alike(t review.Turn) bool { return t == review.Stays || t == review.Outside }

func (p *Pages) meetingGroup(turn review.Turn, title string, f typedUser) view.MeetingGroup {
	g := view.MeetingGroup{Title: title}
	if key := "web.meeting.turn." + string(turn) + "_lead"; text.Has(key) {
		g.Lead = text.T(key)
	}
	if alike(turn) {
		for _, name := range []string{"agree", "disagree"} {
			full := "fill_" + name + "." + string(turn)
			g.Fill = append(g.Fill, view.Field{Name: full, Label: text.T("web.meeting." + name), Kind: view.NumberInput, Width: "w3", Value: f.value(full, ""), Error: f.error(full), Autocomplete: "off"})
		}
	}
	return g
}

func beforeTag(l review.Listed) view.Tag {
	if l.Before == standard.Poor || l.Before == standard.NearPoor {
		return view.ClassTag(view.Class(l.Before.String()), "")
	}
	return view.Tag{Text: text.T("web.meeting.not_listed")}
}

func nowTag(l review.Listed) view.Tag {
	switch {
	case l.Assessment != "":
		return view.ClassTag(view.Class(l.Class.String()), l.Label)
	case l.Screening == review.ScreenedOut:
		return view.Tag{Tone: view.Out, Text: text.T("web.meeting.screened_out")}
	}
	return view.Tag{Tone: view.Unknown, Text: text.T("web.work.to_do")}
}

func (p *Pages) meetingHome(sh review.Sheet, i review.Item, f typedUser) view.MeetingHome {
	id := string(i.Household)
	h := view.MeetingHome{ID: id, Head: i.Head, Code: i.Code, Href: householdAddress(i.Household), Before: beforeTag(i.Listed), Now: nowTag(i.Listed), Form: i.Assessment, Error: f.error("outcome." + id)}
	if i.Turn == review.NoForm {
		h.Waiting = text.T("web.meeting.no_form")
		return h
	}
	o := i.Opinion
	if i.Changed {
		h.Warning, o = text.T("web.meeting.changed"), review.Opinion{Remark: o.Remark}
	}
	outcome := f.value("outcome."+id, o.Outcome)
	for _, one := range []string{review.Agreed, review.ToBeAsked, ""} {
		key := "none"
		if one != "" {
			key = one
		}
		h.Outcomes = append(h.Outcomes, view.Option{Value: one, Label: text.T("web.meeting.outcome." + key), Selected: outcome == one})
	}
	small := func(name, stored string) view.Field {
		full := name + "." + id
		return view.Field{Name: full, Label: text.T("web.meeting." + name), Kind: view.NumberInput, Width: "w3", Value: f.value(full, stored), Error: f.error(full), Autocomplete: "off"}
	}
	h.Agree, h.Disagree = small("agree", number(o.Agree)), small("disagree", number(o.Disagree))
	h.Remark = view.Field{Name: "remark." + id, Label: text.T("web.meeting.remark"), Width: "full", Value: f.value("remark."+id, o.Remark), Error: f.error("remark." + id), Autocomplete: "off"}
	return h
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// minutesOf reads what was typed; what is no number or day is told at its field.
func (p *Pages) minutesOf(form url.Values, sh review.Sheet) (n review.Minutes, wrong []fault.Field) {
	get := func(name string) string { return strings.TrimSpace(vn.NFC(form.Get(name))) }
	count := func(name, key string, pairs ...any) *int {
		if get(name) == "" {
			return nil
		}
		v, err := strconv.Atoi(get(name))
		if err != nil {
			wrong = append(wrong, fault.Field{Name: name, Message: text.T(key, pairs...)})
			return nil
		}
		return &v
	}
	lines := func(name string) (list []string) {
		for line := range strings.SplitSeq(get(name), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				list = append(list, line)
			}
		}
		return list
	}
	if day := get("held_on"); day != "" {
		parsed, err := vn.ParseDay(day, "")
		if err != nil || !parsed.Exact() {
			wrong = append(wrong, fault.Field{Name: "held_on", Message: text.T("household.bad_day")})
		} else {
			n.HeldOn = string(parsed)
		}
	}
	n.Begins, n.Place, n.Chair, n.Secretary, n.Remarks = get("begins"), get("place"), get("chair"), get("secretary"), get("remarks")
	n.Invited, n.Present = count("invited", "review.meeting.bad_number"), count("present", "review.meeting.bad_number")
	n.People = review.People{PartyCell: lines("party_cell"), Organisations: lines("organisations"), Surveyors: lines("surveyors"), Representatives: lines("representatives")}
	for _, i := range sh.Items {
		id := string(i.Household)
		if form.Get("fill") != "" && alike(i.Turn) && form.Has("form."+id) && get("outcome."+id)+get("agree."+id)+get("disagree."+id)+get("remark."+id) == "" {
			agree := get("fill_agree." + string(i.Turn))
			if agree != "" {
				form.Set("outcome."+id, review.Agreed)
				form.Set("agree."+id, agree)
				form.Set("disagree."+id, get("fill_disagree."+string(i.Turn)))
			}
		}
		o := review.Opinion{Household: i.Household, Assessment: form.Get("form." + id), Outcome: get("outcome." + id), Remark: get("remark." + id),
			Agree: count("agree."+id, "review.meeting.bad_voices", "head", i.Head), Disagree: count("disagree."+id, "review.meeting.bad_voices", "head", i.Head)}
		if o.Outcome != "" || o.Remark != "" || o.Agree != nil || o.Disagree != nil {
			n.Opinions = append(n.Opinions, o)
		}
	}
	return n, wrong
}

func (p *Pages) meetingSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	by := p.writer(r)
	sh, err := p.Reviews.MeetingSheet(r.Context(), by.Scope, r.PathValue("round"), area.ID(r.PathValue("village")), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	n, wrong := p.minutesOf(r.PostForm, sh)
	if len(wrong) > 0 {
		all := fault.Together(fault.New(fault.Invalid, "minutes_refused", wrong[0].Message, wrong...), p.Reviews.CheckMinutes(n, sh))
		if fault.Of(all) != fault.Invalid {
			return all
		}
		wrong = fault.As(all, "").Fields
		return p.showMeeting(w, r, http.StatusUnprocessableEntity, sh, typedUser{typed: r.PostForm, wrong: wrong})
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if _, err := p.Reviews.SaveMeeting(r.Context(), by, sh.Meeting.ID, rev, n); err != nil {
		e := fault.As(err, text.T("common.internal"))
		switch {
		case e.Kind == fault.Invalid:
			return p.showMeeting(w, r, http.StatusUnprocessableEntity, sh, typedUser{typed: r.PostForm, wrong: e.Fields})
		case e.Code == "stale_rev": // nothing typed is lost
			return p.showMeeting(w, r, http.StatusConflict, sh, typedUser{typed: r.PostForm, wrong: []fault.Field{{Message: text.T("web.meeting.stale")}}})
		}
		return err
	}
	return SeeOther(w, r, saved(minutesAddress(sh), "minutes"))
}

// meetingRead shows minutes that are not written any more, or by others.
func (p *Pages) meetingRead(sh review.Sheet) templ.Component {
	m := sh.Meeting
	facts := []view.Definition{{Term: text.T("web.meeting.held_on"), Value: strings.Trim(m.Begins+", "+shownDay(m.HeldOn), ", ")}, {Term: text.T("web.meeting.place"), Value: m.Place},
		{Term: text.T("web.meeting.chair"), Value: m.Chair}, {Term: text.T("web.meeting.secretary"), Value: m.Secretary},
		{Term: text.T("web.meeting.households"), Value: text.T("web.meeting.of_invited", "present", orDash(number(m.Present)), "invited", orDash(number(m.Invited)))},
		{Term: text.T("web.meeting.party_cell"), Value: strings.Join(m.People.PartyCell, ", ")}, {Term: text.T("web.meeting.organisations"), Value: strings.Join(m.People.Organisations, ", ")},
		{Term: text.T("web.meeting.surveyors"), Value: strings.Join(m.People.Surveyors, ", ")}, {Term: text.T("web.meeting.representatives"), Value: strings.Join(m.People.Representatives, ", ")}}
	if m.Remarks != "" {
		facts = append(facts, view.Definition{Term: text.T("web.meeting.remarks"), Value: m.Remarks})
	}
	t := view.Table{ID: "y-kien", Caption: text.T("web.meeting.said"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.work.before")}, {Label: text.T("web.work.now")},
		{Label: text.T("web.meeting.agree"), Numeric: true}, {Label: text.T("web.meeting.disagree"), Numeric: true}, {Label: text.T("web.meeting.outcome")}}}
	for _, i := range sh.Items {
		o := i.Opinion
		if o.Outcome == "" {
			continue
		}
		row := view.Row{Href: householdAddress(i.Household), Cells: []view.Cell{{Text: i.Head, Note: i.Code}, {Tag: beforeTag(i.Listed)}, {Tag: nowTag(i.Listed)}, {Text: number(o.Agree)}, {Text: number(o.Disagree)}, {Text: text.T("web.meeting.outcome." + o.Outcome), Note: o.Remark}}}
		if o.Outcome == review.ToBeAsked && !i.Settled && sh.Open {
			row.Cells[5].Href = recheckAddress(sh.Round.ID, i.Household)
		}
		if i.Changed {
			row.Cells[2].Note = text.T("web.meeting.changed_since")
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.meeting.nothing_said")}
	}
	return view.Together(view.CardWith(view.Card{Title: text.T("web.meeting.head")}, view.Definitions(facts, false)), view.CardWith(view.Card{Title: text.T("web.meeting.said")}, view.TableOf(t)))
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
