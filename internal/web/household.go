package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

const (
	journalOnPage = 40
	paramDone     = "da-ghi"    // the operation that was written just now
	paramUndone   = "hoan-tac"  // the operation that was taken back just now
	paramMoved    = "da-chuyen" // the village to which a household moved just now
)

// home is all that the page of a household tells.
type home struct {
	household.Household
	members      []household.Member
	years        []review.Assessment
	residences   []household.Residence
	operations   []household.Done
	journal      []journal.Entry
	sharedIDs    []household.PersonID
	related      map[household.ID]household.Household // split from, merged into
	forms        []review.FormAnswer                  // in force, beside Phiếu B
	rounds       []review.Round
	decisions    []review.Decision
	certificates []review.Certificate
	round        review.Round // whose result the page explains; zero: none
	shown        *review.Assessment
	set          *standard.Set
}

// householdPage shows a household: whole to those who may see it whole, else
// as far as their subject goes. Outside of the scope it is as if it were not.
func (p *Pages) householdPage(w http.ResponseWriter, r *http.Request) error {
	scope := ActorOf(r.Context()).Reading()
	id := household.ID(r.PathValue("id"))
	h, err := p.Households.FindByID(r.Context(), scope, id)
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.NotFound {
		heads, headErr := p.Households.FindHeadings(r.Context(), scope, []household.ID{id})
		if headErr != nil {
			return headErr
		}
		if len(heads) == 1 {
			return p.subjectPage(w, r, heads[0], scope)
		}
	}
	if err != nil {
		return err
	}
	one, err := p.homeOf(r, h)
	if err != nil {
		return err
	}
	return p.showHome(w, r, one)
}

func (p *Pages) homeOf(r *http.Request, h household.Household) (*home, error) {
	one := &home{Household: h}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if h.To == household.Far {
			one.members, err = p.Households.MembersOn(tx, h.ID, p.Today())
		} else {
			one.members, err = p.Households.MembersOn(tx, h.ID, area.DayBefore(h.To))
		}
		if err != nil {
			return err
		}
		if one.years, err = p.Reviews.History(tx, h.ID); err != nil {
			return err
		}
		if one.forms, err = p.Reviews.FormsOf(tx, h.ID); err != nil {
			return err
		}
		if one.decisions, err = p.Reviews.DecisionsAbout(tx, h.ID); err != nil {
			return err
		}
		if one.certificates, err = p.Reviews.CertificatesOf(tx, h.ID); err != nil {
			return err
		}
		if one.residences, err = p.Households.Residences(tx, h.ID); err != nil {
			return err
		}
		if one.operations, err = p.Households.Operations(tx, h.ID); err != nil {
			return err
		}
		if one.sharedIDs, err = p.Households.SharedIDs(tx, h.ID); err != nil {
			return err
		}
		one.journal, err = journal.OfHousehold(tx, p.Province, string(h.ID), journalOnPage)
		return err
	})
	if err != nil {
		return nil, err
	}
	if one.rounds, err = p.Reviews.Rounds(r.Context()); err != nil {
		return nil, err
	}
	if err := p.chooseRound(one, r.URL.Query().Get(paramRound)); err != nil {
		return nil, err
	}
	related, err := p.Households.FindMany(r.Context(), ActorOf(r.Context()).Reading(), []household.ID{h.SplitFrom, h.MergedInto})
	if err != nil {
		return nil, err
	}
	one.related = map[household.ID]household.Household{}
	for _, other := range related {
		one.related[other.ID] = other
	}
	return one, nil
}

// chooseRound takes the round asked for, else the last in which the household
// was judged, else the latest.
func (p *Pages) chooseRound(one *home, id string) error {
	if id == "" && len(one.years) > 0 {
		id = one.years[len(one.years)-1].Round
	}
	if id == "" {
		latest, _ := p.Reports.Register.Latest(one.rounds)
		id = latest.ID
	}
	if id == "" {
		return nil
	}
	i := slices.IndexFunc(one.rounds, func(o review.Round) bool { return o.ID == id })
	if i < 0 {
		return fault.New(fault.NotFound, "round_not_found", text.T("review.round_not_found", "id", id))
	}
	one.round = one.rounds[i]
	set, err := p.Law.ByID(one.round.Standard)
	if err != nil {
		return err
	}
	one.set = set
	for i := range one.years {
		if one.years[i].Round == id {
			one.shown = &one.years[i]
		}
	}
	return nil
}

func (p *Pages) showHome(w http.ResponseWriter, r *http.Request, one *home) error {
	actor := ActorOf(r.Context())
	writes := actor.ScopeFor(account.RightWriteRegistry).Covers(p.Tree(), one.VillageID, p.Today())
	enters := actor.ScopeFor(account.RightWriteAssessment).Covers(p.Tree(), one.VillageID, p.Today())
	if one.HeadName == "" {
		one.HeadName = headName(one.members) // of the last day
	}
	head := view.Heading{Title: titleOfHome(one.HeadName, headSex(one.members)), Lead: p.leadOf(one)}
	if enters && one.To == household.Far {
		for _, o := range one.rounds {
			if o.State == review.Open {
				head.Actions = append(head.Actions, view.Button{Label: text.T("web.household.enter", "round", o.ID), Kind: view.Primary, Href: formAddress(o.ID, one.ID)})
			}
		}
	}
	first := p.noticesOf(one, enters, writes)
	var wide, narrow []templ.Component
	if one.shown != nil {
		wide = append(wide, view.WhyBox(p.whyOf(one)))
		narrow = append(narrow, view.DeprivationCard(p.deprivationsOf(one)))
	} else if one.round.ID != "" {
		card, hint := text.T("web.household.not_surveyed", "round", one.round.ID), text.T("web.household.not_surveyed_hint")
		if one.round.State == review.Open {
			card, hint = text.T("web.household.not_yet_surveyed", "round", one.round.ID), text.T("web.household.not_yet_surveyed_hint")
		}
		wide = append(wide, view.CardWith(view.Card{Title: card}, view.Paragraphs(hint)))
	}
	wide = append(wide, view.TableCard(p.yearsOf(one)), view.TableCard(p.membersOf(one)))
	if one.shown != nil {
		wide = append(wide, view.TableCard(p.standardsOf(one)))
	}
	if writes && one.To == household.Far {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.household.operations"), Href: "#viec"})
		narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.household.operations"), ID: "viec"}, view.LinkList(operationLinks(one.ID))))
	}
	if list := p.formsOfHome(one, enters); len(list) > 0 {
		narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.form.others"), ID: "phieu"}, view.Definitions(list, false)))
	}
	if list := recognisedOf(one); len(list) > 0 {
		narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.household.recognised")}, view.StepList(list)))
	}
	narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.household.residence")}, view.StepList(p.residenceOf(one))))
	words, err := p.wordingOf(r.Context(), actor.Reading(), p.entriesToName(one), namesOf(one))
	if err != nil {
		return err
	}
	if len(one.operations) > 0 {
		narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.household.done")}, view.StepList(p.operationsOf(one, words, writes))))
	}
	said, err := p.comments(r, comment.Record{Kind: commentHousehold, ID: string(one.ID)})
	if err != nil {
		return err
	}
	narrow = append(narrow, said, view.CardWith(view.Card{Title: text.T("web.household.history")}, p.trailOf(one, words)))
	frame := p.householdFrame(r, one.VillageID, head.Title)
	frame.Flash = append(frame.Flash, p.flashOf(r, one, writes)...)
	p.roundPicker(&frame, one)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, first, wide, narrow)))
}

// householdFrame is the frame of pages about one household.
func (p *Pages) householdFrame(r *http.Request, village area.ID, title string) view.Page {
	f := Frame(r, title, view.NavHouseholds, p.Demo)
	tree, today := p.Tree(), p.Today()
	scope := ActorOf(r.Context()).Reading()
	if v, ok := tree.On(village, today); ok {
		for _, id := range append(v.Ancestors(), v.Area) {
			up, _ := tree.On(id, today)
			link := view.Link{Text: up.FullName}
			if link.Text == "" {
				link.Text = up.Name
			}
			if scope.Covers(tree, id, today) {
				link.Href = PathHouseholds + "?" + paramArea + "=" + string(id)
			}
			f.Crumbs = append(f.Crumbs, link)
		}
	}
	f.Crumbs = append(f.Crumbs, view.Link{Text: title})
	return f
}

func (p *Pages) roundPicker(f *view.Page, one *home) {
	f.Rounds = view.RoundPicker{Action: PathHouseholds + "/" + string(one.ID)}
	for _, o := range one.rounds {
		f.Rounds.Options = append(f.Rounds.Options, view.Option{Value: o.ID, Label: text.T("web.round_of", "id", o.ID), Selected: o.ID == one.round.ID})
	}
}

func headName(members []household.Member) string {
	for _, m := range members {
		if m.Relation == "head" {
			return m.FullName
		}
	}
	return ""
}

func headSex(members []household.Member) string {
	for _, m := range members {
		if m.Relation == "head" {
			return m.Sex
		}
	}
	return ""
}

// titleOfHome is the household as people call it: by its head.
func titleOfHome(head, sex string) string {
	if head == "" {
		return text.T("web.household.title.nobody")
	}
	if sex == "" {
		sex = "unknown"
	}
	return text.T("web.household.title."+sex, "head", head)
}

// leadOf tells code, people and place in one line.
func (p *Pages) leadOf(one *home) string {
	parts := []string{text.T("web.household.lead.code", "code", one.Code)}
	if one.Ethnic != "" {
		parts = append(parts, text.T("web.household.lead.ethnic", "ethnic", household.Ethnic.Name(one.Ethnic)))
	}
	parts = append(parts, text.T("web.household.lead.size", "n", len(one.members)))
	if v, ok := p.Tree().On(one.VillageID, p.Today()); ok {
		parts = append(parts, strings.Join(p.kindOfPlace(v), ", "))
	}
	for _, g := range one.PolicyGroups {
		parts = append(parts, lower(household.Policy.Name(g)))
	}
	if year := poorSince(one.years, one.rounds); year > 0 {
		parts = append(parts, text.T("web.household.lead.poor_since", "year", year))
	}
	if one.Address != "" {
		parts = append(parts, one.Address)
	}
	if one.Phone != "" {
		parts = append(parts, text.T("web.household.lead.phone", "phone", one.Phone))
	}
	return strings.Join(parts, " · ")
}

// kindOfPlace is rural or urban, and the marks that hold today.
func (p *Pages) kindOfPlace(v area.Version) []string { return p.kindOfPlaceOn(v, p.Today()) }

func (p *Pages) kindOfPlaceOn(v area.Version, day string) []string {
	kind := standard.Rural
	if v.Urban {
		kind = standard.Urban
	}
	return append([]string{kind.Name()}, p.marksOn(v, day)...)
}

// marksOn are the lists on which the area stands on the day.
func (p *Pages) marksOn(v area.Version, day string) []string {
	var list []string
	for _, mark := range []string{area.MarkExtremelyDifficult, area.MarkCoastalPoor, area.MarkPoorDistrict, area.MarkMountain, area.MarkCoastal} {
		m := p.Tree().Mark(v.Area, mark, day)
		if m.Value != area.Yes {
			continue
		}
		words := text.T("web.mark." + mark)
		if !m.Confirmed {
			words += " " + text.T("web.unconfirmed_mark")
		}
		list = append(list, words)
	}
	return list
}

// poorSince is the year of the first of the unbroken run of yearly rounds, up
// to the last, in which the household was poor; 0 if it is not poor.
func poorSince(years []review.Assessment, rounds []review.Round) int {
	since := 0
	for i := len(years) - 1; i >= 0 && years[i].Class == standard.Poor; i-- {
		for _, o := range rounds {
			if o.ID == years[i].Round {
				since = o.Year
			}
		}
	}
	return since
}

func lower(s string) string {
	r := []rune(s)
	if len(r) < 2 || strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return s // an abbreviation
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
