package web

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) sponsorNew(w http.ResponseWriter, r *http.Request) error {
	return p.askForSponsor(w, r, nil)
}

func (p *Pages) askForSponsor(w http.ResponseWriter, r *http.Request, refused error) error {
	actor, unit := ActorOf(r.Context()), area.ID(r.PathValue("commune"))
	if _, _, err := p.Sponsors.In(r.Context(), actor, unit); err != nil {
		return err
	}
	if !p.Sponsors.Assigns(actor, unit) {
		return fault.New(fault.Forbidden, "not_yours", text.T("sponsor.not_yours"))
	}
	agencies, err := p.Accounts.Agencies(r.Context())
	if err != nil {
		return err
	}
	var options []view.Option
	for _, a := range agencies {
		options = append(options, view.Option{Value: a.ID, Label: a.Name})
	}
	f := askedFor(r, "web.sponsor", refused)
	f.choose("agency", options)
	f.field("body", view.TextInput, false)
	f.field("number", view.TextInput, true)
	f.field("decided_on", view.DayInput, true)
	f.field("from", view.DayInput, false)
	f.field("note", view.LongInput, false)
	v, _ := p.Tree().On(unit, p.Today())
	at := PathSponsors + "/" + url.PathEscape(string(unit)) + "/lap"
	return p.showAskedForm(w, r, f, text.T("web.sponsor.new", "area", v.FullName), at, p.sponsorsOf(unit), p.sponsorCrumbs(unit, view.Link{Text: text.T("web.sponsor.record")}))
}

func (p *Pages) sponsorBegin(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	in := r.PostForm
	s, err := p.Sponsors.Begin(r.Context(), ActorOf(r.Context()), sponsor.Sponsorship{Area: area.ID(r.PathValue("commune")), Agency: in.Get("agency"), Body: in.Get("body"), Number: in.Get("number"),
		DecidedOn: dayWritten(in.Get("decided_on")), From: dayWritten(in.Get("from")), Note: in.Get("note")})
	return acted(w, r, err, sponsorAddress(s.ID), p.askForSponsor)
}

func (p *Pages) sponsorForm(w http.ResponseWriter, r *http.Request) error {
	return p.askSponsor(w, r, nil)
}

// askSponsor shows the form of one thing that is written down of a sponsorship.
func (p *Pages) askSponsor(w http.ResponseWriter, r *http.Request, refused error) error {
	actor, act := ActorOf(r.Context()), r.PathValue("act")
	s, err := p.Sponsors.Find(r.Context(), actor, r.PathValue("sponsor"))
	if err != nil {
		return err
	}
	code := r.FormValue("ma")
	promise, result := promiseOf(s, code)
	f := askedFor(r, "web.sponsor", refused)
	may, rev := false, s.Rev
	switch {
	case act == "cam-ket":
		may = p.Sponsors.Promises(actor, s.Sponsorship)
		p.promiseFields(f)
	case act == "ket-qua" && promise != nil && result == nil:
		may = p.Sponsors.Reports(actor, s.Sponsorship)
		f.parts = append(f.parts, view.Paragraphs(promise.Words))
		f.start = map[string]string{"day": area.ShowDay(p.Today())}
		f.field("day", view.DayInput, true)
		f.field("result", view.LongInput, true)
		if promise.Measure != "" {
			label, _ := f.label("amount")
			f.parts = append(f.parts, view.FieldRow(view.Field{Name: "amount", Label: label, Hint: text.T("web.sponsor.hint.unknown"), Kind: view.NumberInput, Unit: promise.Measure, Value: f.value("amount"), Error: view.ErrorFor(f.problems, "amount")}))
		}
		f.field("money", view.NumberInput, false)
	case act == "thoi" && !s.OwnField():
		may = p.Sponsors.Assigns(actor, s.Area)
		f.start = map[string]string{"to": area.ShowDay(p.Today())}
		f.field("to", view.DayInput, true)
		f.field("reason", view.LongInput, true)
	case act == "rut" && promise != nil:
		may = p.Sponsors.Promises(actor, s.Sponsorship)
		words := promise.Words
		if result != nil {
			may, words = p.Sponsors.Reports(actor, s.Sponsorship), area.ShowDay(result.Day)+": "+result.Words
		}
		f.parts = append(f.parts, view.Paragraphs(words))
		f.field("reason", view.LongInput, true)
	default:
		return noPage()
	}
	if !may {
		key := map[string]string{"cam-ket": "sponsor.not_promised", "ket-qua": "sponsor.not_reported"}[act]
		if key == "" {
			key = "sponsor.not_yours"
		}
		return fault.New(fault.Forbidden, "not_yours", text.T(key))
	}
	title, at := text.T("web.sponsor.act."+act), sponsorAddress(s.ID)
	return p.showAskedForm(w, r, f, title, at+"/"+act, at, p.sponsorCrumbs(s.Area, view.Link{Text: p.sponsorName(r, s.Sponsorship), Href: at}, view.Link{Text: title}),
		view.Pair{Name: "ma", Value: code}, f.rev(rev))
}

func (p *Pages) promiseFields(f *askedForm) {
	var kinds, indicators []view.Option
	for _, kind := range sponsor.Kinds {
		kinds = append(kinds, view.Option{Value: kind, Label: text.T("sponsor.kind." + kind)})
	}
	for _, code := range p.Sponsors.Indicators {
		indicators = append(indicators, view.Option{Value: code, Label: capital(p.indicatorName(code))})
	}
	f.start = map[string]string{"from_year": p.Today()[:4], "to_year": p.Today()[:4]}
	f.choose("kind", kinds)
	f.choose("indicator", indicators)
	for i := range f.problems {
		if f.problems[i].Name == "years" {
			f.problems[i].Name = "from_year"
		}
	}
	f.field("from_year", view.NumberInput, true)
	f.field("to_year", view.NumberInput, true)
	f.field("words", view.LongInput, true)
	f.field("amount", view.NumberInput, false)
	f.field("measure", view.TextInput, false)
	f.field("money", view.NumberInput, false)
}

// promiseOf finds a promise by its id, or the one whose result has the id.
func promiseOf(s sponsor.Whole, id string) (*sponsor.Promise, *sponsor.Result) {
	for i := range s.Promises {
		one := &s.Promises[i]
		if one.ID == id {
			return one, nil
		}
		for j := range one.Results {
			if one.Results[j].ID == id {
				return one, &one.Results[j]
			}
		}
	}
	return nil, nil
}

// wrongNumber is what no store takes; the store says what is wrong with it.
var wrongNumber = sponsor.Number{N: -1, Known: true}

func amountTyped(s string) sponsor.Number {
	if strings.TrimSpace(s) == "" {
		return sponsor.Number{}
	}
	n, err := vn.ParseNumber(s)
	if err != nil || math.Abs(n) > 1e12 {
		return wrongNumber
	}
	return sponsor.Number{N: int64(math.Round(n * 1000)), Known: true}
}

func moneyTyped(s string) sponsor.Number {
	if strings.TrimSpace(s) == "" {
		return sponsor.Number{}
	}
	n, err := vn.ParseInt(s)
	if err != nil {
		return wrongNumber
	}
	return sponsor.Number{N: n, Known: true}
}

func (p *Pages) sponsorAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id, s, in := ActorOf(r.Context()), r.PathValue("sponsor"), p.Sponsors, r.PostForm
	ctx, code := r.Context(), in.Get("ma")
	var err error
	switch r.PathValue("act") {
	case "cam-ket":
		from, _ := strconv.Atoi(strings.TrimSpace(in.Get("from_year")))
		to, _ := strconv.Atoi(strings.TrimSpace(in.Get("to_year")))
		err = s.Promise(ctx, actor, id, sponsor.Promise{Kind: in.Get("kind"), Indicator: in.Get("indicator"), FromYear: from, ToYear: to, Words: in.Get("words"), Amount: amountTyped(in.Get("amount")), Measure: in.Get("measure"), Money: moneyTyped(in.Get("money"))})
	case "ket-qua":
		err = s.Result(ctx, actor, id, code, sponsor.Result{Day: dayWritten(in.Get("day")), Words: in.Get("result"), Amount: amountTyped(in.Get("amount")), Money: moneyTyped(in.Get("money"))})
	case "thoi":
		err = s.End(ctx, actor, id, revOf(r), dayWritten(in.Get("to")), in.Get("reason"))
	case "rut":
		err = s.Drop(ctx, actor, id, code, in.Get("reason"))
	default:
		if _, err := s.Find(ctx, actor, id); err != nil {
			return err
		}
		return noPage()
	}
	return acted(w, r, err, sponsorAddress(id), p.askSponsor)
}
