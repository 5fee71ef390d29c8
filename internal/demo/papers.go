package demo

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/vn"
)

// papers are the rows of what the offices wrote.
type papers struct {
	plan, dossiers, events, steps, listings, meetings, opinions, postings, complaints     *db.Bulk
	decisions, items, certificates, certified, results, warnings, said, counters, entries *db.Bulk
}

func newPapers() *papers {
	return &papers{
		plan: db.NewBulk("round_plan", "round_id", "procedure_id"),
		dossiers: db.NewBulk("dossier", "id", "kind", "subject", "unit_id", "procedure_id", "until_day", "state", "opened_at", "opened_by", "handed_in_at", "handed_in_by",
			"decided_at", "decided_by", "capacity", "unlock_asked_at", "unlock_asked_by", "unlock_reason", "rev"),
		events:   db.NewBulk("dossier_event", "dossier_id", "id", "at", "actor", "action", "step", "unit_id", "reason"),
		steps:    db.NewBulk("dossier_step", "dossier_id", "step", "unit_id", "done_at", "done_by", "note"),
		listings: db.NewBulk("review_listing", "round_id", "household_id", "source", "route", "reason", "at", "by_actor"),
		meetings: db.NewBulk("meeting", "id", "round_id", "village_id", "state", "held_on", "begins", "place", "chair", "secretary", "households_invited", "households_present",
			"people", "remarks", "signed_at", "signed_by", "at", "by_actor", "rev"),
		opinions: db.NewBulk("meeting_opinion", "meeting_id", "household_id", "assessment_id", "agree", "disagree", "outcome", "remark"),
		postings: db.NewBulk("posting", "id", "round_id", "area_id", "first_day", "last_day", "days", "places", "web", "list", "at", "by_actor"),
		complaints: db.NewBulk("complaint", "id", "year", "number", "token", "round_id", "area_id", "household_id", "kind", "words", "person", "received_on", "state", "assessment_id",
			"outcome", "answer", "answered_at", "answered_by", "at", "by_actor", "rev"),
		decisions: db.NewBulk("decision", "id", "round_id", "area_id", "dossier_id", "kind", "series", "number", "signed_on", "signed_by", "signer", "capacity", "corrects", "reason", "at"),
		items:     db.NewBulk("decision_item", "decision_id", "household_id", "assessment_id", "village_id", "head", "members", "before", "class", "label", "transition"),
		certificates: db.NewBulk("certificate", "id", "household_id", "area_id", "series", "number", "period_from", "period_to", "issued_on", "decision_id", "withdrawn_on", "withdrawn_by",
			"withdrawal", "reason", "at", "by_actor"),
		certified: db.NewBulk("certificate_year", "certificate_id", "year", "class", "decision_id", "confirmed_on", "by_actor"),
		results:   db.NewBulk("round_result", "id", "round_id", "unit_id", "dossier_id", "stage", "figures", "at", "by_actor"),
		warnings:  db.NewBulk("review_warning", "id", "round_id", "area_id", "kind", "facts", "state", "found_at", "found_by", "answer", "answered_at", "answered_by", "rev"),
		said:      db.NewBulk("review_warning_word", "warning_id", "no", "act", "words", "at", "by_actor"),
		counters:  db.NewBulk("counter", "name", "value"),
		entries:   db.NewBulk("journal", "id", "at", "actor", "action", "record_kind", "record_id", "household_id", "area_id", "reason", "changes", "salt", "digest"),
	}
}

func (p *papers) insert(tx *db.Tx, province string) error {
	for _, one := range []*db.Bulk{p.plan, p.dossiers, p.events, p.steps, p.listings, p.meetings, p.opinions, p.postings, p.complaints, p.decisions, p.items, p.certificates,
		p.certified, p.results, p.warnings, p.said, p.counters, p.entries} {
		if err := tx.Insert(province, one); err != nil {
			return err
		}
	}
	return nil
}

// note writes a journal entry.
func (o *offices) note(e journal.Entry) error {
	o.entries++
	text, salt, digest, err := journal.Seal(e.Changes)
	if err != nil {
		return err
	}
	o.papers.entries.Add(db.IDAt(e.At, uint16(o.entries&0xfff), mix(o.seed^o.entries)), e.At, cmp.Or(e.Actor, actor), e.Action, e.Kind, e.Record, orNull(e.HouseholdID), e.AreaID, e.Reason, text, salt, digest)
	return nil
}

func change(field string, v any) journal.Change {
	return journal.Change{Field: field, To: journal.Value(v)}
}

func onRound(id string) journal.Change { return change("round", id) }

// request puts a household on the list that nobody has screened yet.
func (o *offices) request(d *desk, village area.Version) error {
	var id string
	err := o.tx.Get(`select coalesce(min(h.id), '') from household h where h.province_id = $1 and h.village_id = $2 and h.to_day = '9999-12-31'
		and not exists (select 1 from assessment a where a.province_id = h.province_id and a.household_id = h.id)`, []any{o.province, string(village.Area)}, &id)
	if err != nil || id == "" {
		return err
	}
	at := o.at(d, "request")
	why := pick(o.random(string(village.Area), "request"), o.words.Requests)
	o.papers.listings.Add(o.round.ID, id, review.Request, review.RouteA, why, at, o.officer(d))
	return o.note(journal.Entry{At: at, Actor: o.officer(d), Action: "review.list", Kind: "round", Record: o.round.ID, HouseholdID: id, AreaID: string(village.Area), Reason: why,
		Changes: []journal.Change{change("source", review.Request), change("route", review.RouteA)}})
}

// meet writes the minutes of a village's meeting; a draft is only begun.
func (o *offices) meet(d *desk, village area.Version, signed bool) error {
	id, at := o.generator.id(), o.at(d, "meeting")
	by := o.officer(d)
	begin := journal.Entry{At: at, Actor: by, Action: "meeting.start", Kind: "meeting", Record: id, AreaID: string(village.Area), Changes: []journal.Change{onRound(o.round.ID)}}
	if !signed {
		o.papers.meetings.Add(id, o.round.ID, string(village.Area), review.MeetingDraft, "", "", "", "", "", nil, nil, "", "", nil, "", at, by, 1)
		return o.note(begin)
	}
	forms, r := d.forms[village.Area], o.random(string(village.Area), "meeting")
	present := 12 + r.IntN(15)
	chair, secretary := o.somebody(string(village.Area), "head"), o.somebody(string(village.Area), "secretary")
	people, err := json.Marshal(review.People{PartyCell: []string{o.somebody(string(village.Area), "party")}, Organisations: []string{o.somebody(string(village.Area), "women"), o.somebody(string(village.Area), "farmers")},
		Surveyors: []string{secretary}, Representatives: []string{o.somebody(string(village.Area), "elder")}})
	if err != nil {
		return err
	}
	day := o.dayOf(d, "meeting")
	o.papers.meetings.Add(id, o.round.ID, string(village.Area), review.MeetingSigned, day, o.words.MeetingBegins, o.words.MeetingPlace, chair, secretary, present+r.IntN(10), present,
		string(people), o.words.MeetingRemarks, at, by, at, by, 3)
	for _, f := range forms {
		against := 0
		if f.listed() != f.was() && r.IntN(3) == 0 {
			against = 1 + r.IntN(3)
		}
		o.papers.opinions.Add(id, f.household, f.id, present-against, against, review.Agreed, "")
	}
	if err := o.note(begin); err != nil {
		return err
	}
	return o.note(journal.Entry{At: at + 1, Actor: by, Action: "meeting.sign", Kind: "meeting", Record: id, AreaID: string(village.Area), Changes: []journal.Change{onRound(o.round.ID), change("held_on", day), change("households", len(forms))}})
}

// post hangs the list up on a day.
func (o *offices) post(d *desk, code string, web bool) error {
	list := []review.Posted{}
	for _, v := range d.villages {
		var here []review.Posted
		for _, f := range d.forms[v.Area] {
			if f.listed() {
				here = append(here, review.Posted{Household: household.ID(f.household), Head: f.head, Village: v.FullName, Class: f.class.String()})
			}
		}
		slices.SortStableFunc(here, func(a, b review.Posted) int { return vn.Compare(a.Head, b.Head) })
		list = append(list, here...)
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	first := o.dayOf(d, code)
	term, err := o.reviews.TermOf(o.procedure, first)
	if err != nil {
		return err
	}
	id, at, shown := o.generator.id(), o.at(d, code), 0
	if web {
		shown = 1
	}
	o.papers.postings.Add(id, o.round.ID, string(d.unit.Area), first, term.Last, term.Days, o.words.Places, shown, string(raw), at, o.officer(d))
	return o.note(journal.Entry{At: at, Actor: o.officer(d), Action: "posting.start", Kind: "posting", Record: id, AreaID: string(d.unit.Area), Changes: []journal.Change{onRound(o.round.ID), change("first_day", first),
		change("last_day", term.Last), change("places", o.words.Places), change("web", web), change("households", len(list))}})
}

// complaint waits for its number until all are known: they are given by the day.
type complaint struct {
	received, token, area, household, kind, words, person, assessment, answer, by string
	at, answered                                                                  int64
}

// complain receives a complaint; one with an answer was about conduct, for
// which nobody is surveyed again.
func (o *offices) complain(d *desk, code string, answered bool) {
	r := o.random(string(d.unit.Area), "complaint")
	c := complaint{received: o.dayOf(d, code), area: string(d.unit.Area), at: o.at(d, code), person: o.somebody(string(d.unit.Area), "complainant"), by: o.officer(d)}
	const letters = "abcdefghjkmnpqrstuvwxyz234567890"
	for range 8 {
		c.token += string(letters[r.IntN(len(letters))])
	}
	if answered {
		c.kind, c.words, c.answer, c.answered = review.Conduct, o.words.Conduct.Words, o.words.Conduct.Answer, o.at(d, "answer")
	} else {
		said := pick(r, o.words.Complaints)
		c.kind, c.words = said.Kind, said.Words
		for _, v := range d.villages {
			for _, f := range d.forms[v.Area] {
				if f.class == standard.NearPoor && (c.household == "" || r.IntN(3) == 0) {
					c.household, c.assessment = f.household, f.id
				}
			}
		}
		if c.household == "" {
			c.kind = review.Conduct
			c.words = o.words.Conduct.Words
		}
	}
	o.waiting = append(o.waiting, c)
}

// number gives the complaints their numbers, by the day.
func (o *offices) number() error {
	slices.SortStableFunc(o.waiting, func(a, b complaint) int { return cmp.Compare(a.at, b.at) })
	for _, c := range o.waiting {
		id, state, outcome, rev, number := o.generator.id(), review.ComplaintOpen, "", 1, o.next("complaint/"+strconv.Itoa(o.round.Year))
		var at any
		by := ""
		if c.answered != 0 {
			state, outcome, at, by, rev = review.ComplaintAnswered, review.Dismissed, c.answered, c.by, 2
		}
		o.papers.complaints.Add(id, o.round.Year, number, c.token, o.round.ID, c.area, orNull(c.household), c.kind, c.words, c.person, c.received, state, c.assessment, outcome, c.answer, at, by, c.at, c.by, rev)
		err := o.note(journal.Entry{At: c.at, Actor: c.by, Action: "complaint.receive", Kind: "complaint", Record: id, AreaID: c.area, Changes: []journal.Change{change("number", number), change("kind", c.kind), change("received_on", c.received)}})
		if err == nil && c.answered != 0 {
			err = o.note(journal.Entry{At: c.answered, Actor: c.by, Action: "complaint.answer", Kind: "complaint", Record: id, AreaID: c.area, Reason: c.answer, Changes: []journal.Change{change("outcome", outcome)}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// figures are what the commune sends up, as review.FiguresOf counts them.
func (d *desk) figures() review.Figures {
	parts := map[area.ID]*review.Figures{}
	for _, v := range d.villages {
		if one := d.figuresOf(v.Area); one.Households > 0 {
			parts[v.Area] = &one
		}
	}
	return sum(parts)
}

func (d *desk) figuresOf(village area.ID) review.Figures {
	f := d.register[village]
	f.People = f.NotSurveyed.People
	f.Transitions, f.Causes, f.Deprived = map[string]int{}, map[string]int{}, map[string]map[int]int{"poor": {}, "near_poor": {}}
	for _, one := range d.forms[village] {
		f.People += one.size
		count := &f.NotPoor
		switch one.class {
		case standard.Poor:
			count = &f.Poor
		case standard.NearPoor:
			count = &f.NearPoor
		case standard.Undetermined:
			count = &f.Undetermined
		}
		count.Households, count.People = count.Households+1, count.People+one.size
		if one.transition != "" {
			f.Transitions[one.transition]++
		}
		deprived, counted := f.Deprived[one.class.String()]
		if !counted {
			continue
		}
		for _, cause := range strings.FieldsFunc(one.causes, func(r rune) bool { return r == ',' }) {
			f.Causes[cause]++
		}
		for i := range len(one.answers) {
			if one.answers[i] == '1' {
				deprived[i]++
			}
		}
	}
	return f
}

// sum adds the figures of units up to those of the unit above, which names
// them as its parts, without theirs.
func sum(parts map[area.ID]*review.Figures) review.Figures {
	total := review.Figures{Parts: parts, Transitions: map[string]int{}, Causes: map[string]int{}, Deprived: map[string]map[int]int{"poor": {}, "near_poor": {}}}
	for _, f := range parts {
		f.Parts = nil
		total.Households, total.People = total.Households+f.Households, total.People+f.People
		for into, from := range map[*review.Count]review.Count{&total.Poor: f.Poor, &total.NearPoor: f.NearPoor, &total.NotPoor: f.NotPoor, &total.Undetermined: f.Undetermined, &total.NotSurveyed: f.NotSurveyed} {
			into.Households, into.People = into.Households+from.Households, into.People+from.People
		}
		for k, n := range f.Transitions {
			total.Transitions[k] += n
		}
		for k, n := range f.Causes {
			total.Causes[k] += n
		}
		for class, by := range f.Deprived {
			for i, n := range by {
				total.Deprived[class][i] += n
			}
		}
	}
	return total
}

func (o *offices) result(round string, unit area.ID, dossier, stage string, f review.Figures, at int64, by string) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	o.papers.results.Add(o.generator.id(), round, string(unit), dossier, stage, string(raw), at, by)
	return nil
}

// warn asks about the day on which most of those who left the list were
// surveyed: the figures are those of the forms. Every second is answered.
func (o *offices) warn(d *desk) error {
	byDay, facts := map[string]int{}, review.Facts{Unit: d.district}
	for _, v := range d.villages {
		for _, f := range d.forms[v.Area] {
			if !f.was() || f.listed() {
				continue
			}
			facts.Of++
			if byDay[f.surveyed]++; byDay[f.surveyed] > facts.Count || byDay[f.surveyed] == facts.Count && f.surveyed < facts.Day {
				facts.Count, facts.Day = byDay[f.surveyed], f.surveyed
			}
		}
	}
	if facts.Count < 2 {
		return nil
	}
	raw, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	o.asked++
	id, at, state, answer, by, rev := o.generator.id(), o.at(d, "warn"), review.WarningOpen, "", "", 1
	var then any
	if o.asked%2 == 0 {
		state, answer, by, then, rev = review.WarningAnswered, pick(o.random(string(d.unit.Area), "answer"), o.words.WarningAnswers), o.officer(d), o.at(d, "warn_answer"), 2
		o.papers.said.Add(id, 1, "answer", answer, then, by)
	}
	o.papers.warnings.Add(id, o.round.ID, string(d.unit.Area), review.WarnOneDay, string(raw), state, at, o.verifier(d), answer, then, by, rev)
	return o.note(journal.Entry{At: at, Actor: o.verifier(d), Action: "verification.look", Kind: "round", Record: o.round.ID, AreaID: string(d.district), Changes: []journal.Change{{Field: "warning." + review.WarnOneDay, To: journal.Value(review.WarningOpen), Kind: "warning", Record: id}}})
}

// now is the clock of the demo while it is filled.
func now() time.Time { return instant(today) }
