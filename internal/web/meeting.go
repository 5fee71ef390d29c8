package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) meetingRoutes() []Route {
	at := PathReview + "/{round}/hop-thon/{village}"
	one := at + "/{meeting}"
	read, write := Needs(account.RightReadHouseholds), Needs(account.RightWriteAssessment)
	return []Route{
		{Method: "GET", Pattern: at, Right: read, Handler: p.meetingPage},
		{Method: "POST", Pattern: at + "/lap", Right: write, Handler: p.meetingStart},
		{Method: "GET", Pattern: one + "/in", Right: read, Handler: p.meetingPrint},
		{Method: "GET", Pattern: one + "/in/{format}", Right: read, Handler: p.meetingDocument},
		{Method: "POST", Pattern: one + "/ghi", Right: write, Handler: p.meetingSave},
		{Method: "POST", Pattern: one + "/ky", Right: write, Handler: p.meetingSign},
		{Method: "POST", Pattern: one + "/khong-thanh", Right: write, Handler: p.meetingVoid},
		{Method: "POST", Pattern: one + "/tep", Right: write, Limit: uploadLimit, Handler: p.meetingFile},
	}
}

const paramMinutes = "bien-ban"

func meetingAddress(round string, village area.ID, more ...string) string {
	return strings.Join(append([]string{PathReview, url.PathEscape(round), "hop-thon", string(village)}, more...), "/")
}

// minutesAddress shows these minutes, whichever others there are.
func minutesAddress(sh review.Sheet) string {
	return meetingAddress(sh.Round.ID, sh.Village.Area) + "?" + paramMinutes + "=" + sh.Meeting.ID
}

// council is what the address of a meeting names.
func (p *Pages) council(r *http.Request, right account.Right, meeting string) (review.Sheet, error) {
	return p.Reviews.MeetingSheet(r.Context(), ActorOf(r.Context()).ScopeFor(right), r.PathValue("round"), area.ID(r.PathValue("village")), meeting)
}

func (p *Pages) meetingPage(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.council(r, account.RightReadHouseholds, r.URL.Query().Get(paramMinutes))
	if err != nil {
		return err
	}
	return p.showMeeting(w, r, http.StatusOK, sh, typedUser{typed: url.Values{}})
}

// writes says whether the reader may write minutes here.
func (p *Pages) meetingWrites(r *http.Request, sh review.Sheet) bool {
	scope := ActorOf(r.Context()).ScopeFor(account.RightWriteAssessment)
	return sh.Open && scope.Covers(p.Tree(), sh.Village.Area, p.Today())
}

func (p *Pages) showMeeting(w http.ResponseWriter, r *http.Request, status int, sh review.Sheet, f typedUser) error {
	m, writes := sh.Meeting, p.meetingWrites(r, sh)
	head := view.Heading{Title: text.T("web.meeting.title", "village", sh.Village.FullName), Lead: text.T("web.meeting.lead", "commune", sh.Commune.FullName, "n", vn.FormatInt(int64(len(sh.Items))))}
	if m.ID != "" {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.meeting.print"), Href: meetingAddress(sh.Round.ID, sh.Village.Area, m.ID, "in")})
	}
	parts := []templ.Component{p.meetingState(r, sh), p.meetingStep(r, sh, writes)}
	switch {
	case m.ID == "":
		parts = append(parts, p.meetingNone(sh, writes))
	case m.State == review.MeetingDraft && writes:
		form, err := p.meetingForm(r, sh, f)
		if err != nil {
			return err
		}
		parts = append(parts, view.MeetingFormOf(form), p.meetingSigning(sh))
	default:
		parts = append(parts, p.meetingRead(sh))
		if writes && m.State != review.MeetingDraft && m.ID == sh.Meetings[0].ID && mustMeet(sh) {
			parts = append(parts, p.meetingAgain(sh))
		}
	}
	if m.ID != "" {
		if writes && m.State != review.MeetingVoid {
			parts = append(parts, p.meetingVoiding(sh, f))
		}
		owner := review.Owner{Kind: review.OfMeeting, ID: m.ID}
		upload := ""
		if writes {
			upload = meetingAddress(sh.Round.ID, sh.Village.Area, m.ID, "tep")
		}
		files, err := p.files(r, owner, text.T("web.meeting.files"), text.T("web.meeting.files_lead"), upload, minutesAddress(sh))
		if err != nil {
			return err
		}
		parts = append(parts, files, p.meetingOthers(sh))
	}
	frame := Frame(r, head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.roundCrumbs(sh.Round, sh.Commune, text.T("web.meeting.crumb", "village", sh.Village.FullName))
	frame.Crumbs[2].Href = p.gridAddress(ActorOf(r.Context()), sh.Round.ID, sh.Commune.Area)
	frame.Scripts = []string{"js/minutes.js", "js/upload.js"}
	return Render(w, r, status, view.Framed(frame, view.Together(view.PageHead(head), view.Parts(parts...))))
}

// roundCrumbs lead from the rounds to a page about a commune.
func (p *Pages) roundCrumbs(round review.Round, commune area.Version, here string) []view.Link {
	return []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", round.ID)},
		{Text: commune.FullName, Href: progressAddress(round.ID, commune.Area)}, {Text: here}}
}

// meetingState says what these minutes are.
func (p *Pages) meetingState(r *http.Request, sh review.Sheet) templ.Component {
	m := sh.Meeting
	n := view.Notice{Mood: view.Info}
	switch m.State {
	case "":
		return nil
	case review.MeetingDraft:
		n.Text = text.T("web.meeting.draft")
	case review.MeetingSigned:
		n = view.Notice{Mood: view.Good, Text: text.T("web.meeting.signed", "held", area.ShowDay(m.HeldOn), "at", showTime(m.SignedAt), "who", p.fullName(r, m.SignedBy))}
	case review.MeetingVoid:
		n = view.Notice{Mood: view.Warn, Text: text.T("web.meeting.void", "reason", m.VoidReason)}
	}
	return view.NoticeBox(n)
}

// fullName is the name of an actor of the journal.
func (p *Pages) fullName(r *http.Request, id string) string {
	names, err := p.Accounts.FullNames(r.Context(), []string{id})
	if err != nil || names[id] == "" {
		return id
	}
	return names[id]
}

// meetingStep says what the step of the village still waits for.
func (p *Pages) meetingStep(r *http.Request, sh review.Sheet, writes bool) templ.Component {
	switch {
	case sh.StepDone:
		return view.NoticeBox(view.Notice{Mood: view.Good, Text: text.T("web.meeting.step_done")})
	case len(sh.Step) > 0 && sh.Meeting.State != review.MeetingDraft && sh.Meeting.ID != "":
		return view.Listed(view.Notice{Mood: view.Warn, Title: text.T("web.meeting.step_waits")}, messages(sh.Step))
	case len(sh.Step) == 0 && writes && sh.Dossier != "":
		return view.ActCard(view.Act{Title: text.T("web.meeting.step_ready"), Words: text.T("web.meeting.step_ready_what"), Action: stepAddress(sh.Dossier, "meeting", sh.Village.Area),
			Hidden: []view.Pair{{Name: "viec", Value: "xong"}}, Button: view.Button{Label: text.T("web.meeting.step_go"), Kind: view.Primary}})
	}
	return nil
}

func messages(list []dossier.Obstacle) []string {
	lines := make([]string, len(list))
	for i, o := range list {
		lines[i] = o.Named()
	}
	return lines
}

// mustMeet says whether the village has to meet once more.
func mustMeet(sh review.Sheet) bool {
	return slices.ContainsFunc(sh.Step, func(o dossier.Obstacle) bool { return o.Code == "no_meeting" || o.Code == "no_opinion" })
}

func (p *Pages) meetingNone(sh review.Sheet, writes bool) templ.Component {
	if !writes {
		return view.BlankBox(view.Blank{State: view.Empty, Title: text.T("web.meeting.none"), Text: text.T("web.meeting.none_read")})
	}
	return view.ActCard(view.Act{Title: text.T("web.meeting.none"), Words: text.T("web.meeting.none_write"), Action: meetingAddress(sh.Round.ID, sh.Village.Area, "lap"),
		Button: view.Button{Label: text.T("web.meeting.start"), Kind: view.Primary}})
}

func (p *Pages) meetingAgain(sh review.Sheet) templ.Component {
	kind := "supplement"
	if sh.Meeting.State == review.MeetingVoid {
		kind = "again"
	}
	return view.ActCard(view.Act{Title: text.T("web.meeting." + kind), Words: text.T("web.meeting." + kind + "_what"), Action: meetingAddress(sh.Round.ID, sh.Village.Area, "lap"),
		Button: view.Button{Label: text.T("web.meeting.start")}})
}

// meetingSigning tells what stands against signing, or signs.
func (p *Pages) meetingSigning(sh review.Sheet) templ.Component {
	rule := p.agreementWords(sh)
	if len(sh.Against) > 0 {
		return view.CardWith(view.Card{Title: text.T("web.meeting.sign")}, view.Together(view.Paragraphs(rule), view.Listed(view.Notice{Mood: view.Info, Title: text.T("web.meeting.not_yet")}, messages(sh.Against))))
	}
	return view.ActCard(view.Act{Title: text.T("web.meeting.sign"), Words: rule + " " + text.T("web.meeting.sign_what"), Action: meetingAddress(sh.Round.ID, sh.Village.Area, sh.Meeting.ID, "ky"),
		Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(sh.Meeting.Rev, 10)}}, Button: view.Button{Label: text.T("web.meeting.sign_go"), Kind: view.Primary}})
}

// agreementWords says what the procedure asks of the votes.
func (p *Pages) agreementWords(sh review.Sheet) string {
	if !sh.Agreement.Known {
		return text.T("web.meeting.agreement_unknown")
	}
	words := text.T("web.meeting.agreement", "percent", sh.Agreement.Percent)
	if !sh.Figure.Confirmed {
		words += " " + text.T("web.meeting.unconfirmed")
	}
	if sh.Agreement.Of > 0 {
		words += " " + text.T("web.meeting.agreement_now", "agree", vn.FormatInt(int64(sh.Agreement.Agree)), "of", vn.FormatInt(int64(sh.Agreement.Of)))
	}
	return words
}

func (p *Pages) meetingVoiding(sh review.Sheet, f typedUser) templ.Component {
	kind := "voiding"
	if sh.Meeting.State == review.MeetingSigned {
		kind = "taking_back"
	}
	return view.ActCard(view.Act{Title: text.T("web.meeting." + kind), Words: text.T("web.meeting." + kind + "_what"), Folded: true, Action: meetingAddress(sh.Round.ID, sh.Village.Area, sh.Meeting.ID, "khong-thanh"),
		Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(sh.Meeting.Rev, 10)}},
		Fields: []view.Field{{Name: "reason", Label: text.T("web.op.reason"), Width: "full", Value: f.value("reason", ""), Required: true, Error: f.error("reason")}}, Button: view.Button{Label: text.T("web.meeting." + kind + "_go"), Kind: view.Danger}})
}

// meetingOthers lists the other minutes of the village.
func (p *Pages) meetingOthers(sh review.Sheet) templ.Component {
	if len(sh.Meetings) < 2 {
		return nil
	}
	var list []view.Step
	for _, m := range sh.Meetings {
		step := view.Step{When: shownDay(m.HeldOn), What: text.T("web.meeting.state." + m.State), Why: m.VoidReason, Gone: m.State == review.MeetingVoid}
		if step.When == "" {
			step.When = area.ShowDay(dayOfTime(m.At))
		}
		if m.ID != sh.Meeting.ID {
			step.Link = view.Link{Text: text.T("web.meeting.see"), Href: meetingAddress(sh.Round.ID, sh.Village.Area) + "?" + paramMinutes + "=" + m.ID}
		}
		list = append(list, step)
	}
	return view.CardWith(view.Card{Title: text.T("web.meeting.all")}, view.StepList(list))
}

func (p *Pages) meetingStart(w http.ResponseWriter, r *http.Request) error {
	village := area.ID(r.PathValue("village"))
	if _, err := p.Reviews.StartMeeting(r.Context(), p.writer(r), r.PathValue("round"), village); err != nil {
		return err
	}
	return SeeOther(w, r, meetingAddress(r.PathValue("round"), village))
}

// meetingAct does something with the minutes that the address names, and
// shows them again.
func (p *Pages) meetingAct(w http.ResponseWriter, r *http.Request, what string, do func(id string, rev int64) error) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	sh, err := p.council(r, account.RightWriteAssessment, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if err := do(sh.Meeting.ID, rev); err != nil {
		if fault.Of(err) != fault.Invalid {
			return err
		}
		return p.showMeeting(w, r, http.StatusUnprocessableEntity, sh, typedUser{typed: r.PostForm, wrong: fault.As(err, "").Fields})
	}
	return SeeOther(w, r, saved(minutesAddress(sh), what))
}

func (p *Pages) meetingSign(w http.ResponseWriter, r *http.Request) error {
	return p.meetingAct(w, r, "minutes_signed", func(id string, rev int64) error {
		_, err := p.Reviews.SignMeeting(r.Context(), p.writer(r), id, rev)
		return err
	})
}

func (p *Pages) meetingVoid(w http.ResponseWriter, r *http.Request) error {
	return p.meetingAct(w, r, "minutes_void", func(id string, rev int64) error {
		return p.Reviews.VoidMeeting(r.Context(), p.writer(r), id, rev, r.PostForm.Get("reason"))
	})
}

func (p *Pages) meetingFile(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.council(r, account.RightWriteAssessment, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	if err := p.attach(r, review.Owner{Kind: review.OfMeeting, ID: sh.Meeting.ID}, sh.Village.Area); err != nil {
		return err
	}
	return SeeOther(w, r, minutesAddress(sh)+"#tep-kem")
}
