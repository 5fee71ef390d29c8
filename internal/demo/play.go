package demo

import (
	"cmp"
	"slices"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// file is a dossier while its row is made up.
type file struct {
	*offices
	key                             dossier.Key
	id, procedure, capacity, reason string
	state                           dossier.State
	rules                           dossier.Rules
	villages                        []area.Version
	handedIn, decided, asked        int64
	rev                             int
	done                            map[[2]string]mark
	place                           *desk
	decisions                       []*decision
}

type mark struct {
	at   int64
	note string
}

// play makes all dossiers of the round and what happened to them.
func (o *offices) play() error {
	o.papers.plan.Add(o.round.ID, o.procedure.ID)
	for _, key := range o.reviews.Keys(o.round, o.procedure) {
		rules, _ := o.procedure.Rules(key.Kind)
		f := &file{offices: o, key: key, id: o.generator.id(), procedure: o.procedure.ID, state: dossier.Draft, rules: rules, rev: 1, done: map[[2]string]mark{}, place: o.places[key.Unit]}
		o.papers.events.Add(f.id, o.generator.id(), o.round.OpenedAt, actor, string(dossier.Opened), "", "", "")
		var err error
		switch {
		case key.Kind == review.CommuneReview && f.place != nil:
			f.villages = f.place.villages
			err = f.commune()
		case key.Kind == review.DistrictReview:
			err = f.district()
		}
		if err != nil {
			return err
		}
		f.close()
	}
	if err := o.number(); err != nil {
		return err
	}
	o.counters()
	return nil
}

// at is the hour of a day at which a commune did something; the same for all
// that it did that day, so that its order is the order of making.
func (o *offices) at(d *desk, code string) int64 {
	day := o.dayOf(d, code)
	r := o.random(string(d.unit.Area), "hour", day)
	return instant(day).Add(time.Duration(r.IntN(8*60)) * time.Minute).UnixMilli()
}

func (f *file) tell(at int64, action dossier.Action, step string, unit area.ID, reason string, changes ...journal.Change) error {
	by := f.by(action, step)
	f.papers.events.Add(f.id, f.generator.id(), at, by, string(action), step, string(unit), reason)
	where := unit
	if where == "" {
		where = f.key.Unit
	}
	changes = append([]journal.Change{change("dossier", f.key.Kind), change("subject", f.key.Subject)}, changes...)
	if step != "" {
		changes = append(changes, change("step", step))
	}
	return f.note(journal.Entry{At: at, Actor: by, Action: "dossier." + string(action), Kind: "dossier", Record: f.id, AreaID: string(where), Reason: reason, Changes: changes})
}

// step marks one as done.
func (f *file) step(code string, unit area.ID, at int64, note string) error {
	f.done[[2]string{code, string(unit)}] = mark{at, note}
	return f.tell(at, dossier.StepDone, code, unit, note)
}

// move brings the dossier into another state.
func (f *file) move(to dossier.State, at int64, action dossier.Action, step, reason string) error {
	from := f.state
	f.state, f.rev = to, f.rev+1
	return f.tell(at, action, step, "", reason, journal.Change{Field: "state", From: journal.Value(string(from)), To: journal.Value(string(to))})
}

// reopen takes back the steps from one on, as a return does.
func (f *file) reopen(from string, at int64, reason string) error {
	open := false
	for _, step := range f.rules.Steps {
		open = open || step.Code == from || step.Stage != dossier.WhileWorking
		if _, done := f.done[[2]string{step.Code, ""}]; !open || !done {
			continue
		}
		delete(f.done, [2]string{step.Code, ""})
		if err := f.tell(at, dossier.StepBack, step.Code, "", reason); err != nil {
			return err
		}
	}
	return nil
}

// close writes the row and the steps that are done.
func (f *file) close() {
	moment := func(at int64) any {
		if at == 0 {
			return nil
		}
		return at
	}
	by := func(at int64, action dossier.Action) string {
		if at == 0 {
			return ""
		}
		return f.by(action, "")
	}
	f.papers.dossiers.Add(f.id, f.key.Kind, f.key.Subject, string(f.key.Unit), f.procedure, f.key.Until, string(f.state), f.round.OpenedAt, actor, moment(f.handedIn), by(f.handedIn, dossier.HandedIn),
		moment(f.decided), by(f.decided, dossier.Approval), f.capacity, moment(f.asked), by(f.asked, dossier.UnlockAsked), f.reason, f.rev)
	for _, step := range f.rules.Steps {
		for _, unit := range append([]area.Version{{}}, f.villages...) {
			if m, ok := f.done[[2]string{step.Code, string(unit.Area)}]; ok {
				f.papers.steps.Add(f.id, step.Code, string(unit.Area), m.at, f.by(cmp.Or(step.With, dossier.StepDone), step.Code), m.note)
			}
		}
	}
}

// village does the steps of a village up to the one named.
func (f *file) village(v area.Version, last string) error {
	for _, step := range f.rules.Steps {
		if step.Per == "" {
			return nil
		}
		if step.Code == "meeting" {
			if err := f.meet(f.place, v, true); err != nil {
				return err
			}
		}
		if err := f.step(step.Code, v.Area, f.at(f.place, step.Code), ""); err != nil {
			return err
		}
		if step.Code == last {
			return nil
		}
	}
	return nil
}

// commune lets a commune come as far as its stage says.
func (f *file) commune() error {
	d := f.place
	half := (len(d.villages) + 1) / 2
	switch d.stage {
	case notBegun:
		return nil
	case own:
		return f.home()
	case listing, surveying, meeting:
		last := map[stage]string{listing: "list", surveying: "survey", meeting: "meeting"}[d.stage]
		for i, v := range d.villages {
			behind := i >= half || len(d.villages) == 1 || d.stage == surveying && f.unclear(v)
			var err error
			switch {
			case !behind:
				err = f.village(v, last)
			case d.stage == meeting:
				if err = f.village(v, "causes"); err == nil {
					err = f.meet(d, v, false)
				}
			default:
				if d.stage == surveying || len(d.villages) == 1 {
					err = f.village(v, "list")
				}
				if err == nil {
					err = f.request(d, v)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, v := range d.villages {
		if err := f.village(v, "meeting"); err != nil {
			return err
		}
	}
	if d.stage == posted {
		return f.post(d, "post_late", f.chance("web"))
	}
	if err := f.post(d, "post", false); err != nil {
		return err
	}
	if err := f.step("posting", "", f.at(d, "posting"), ""); err != nil {
		return err
	}
	if d.stage == complaining {
		f.complain(d, "receive_late", false)
		return nil
	}
	if f.chance("complaint") {
		f.complain(d, "receive", true)
	}
	if err := f.step("complaints", "", f.at(d, "complaints")+1000, ""); err != nil {
		return err
	}
	return f.handIn()
}

func (f *file) chance(what string) bool { return f.random(string(f.key.Unit), what).IntN(3) == 0 }

// unclear says whether the answers of some household lead to no class.
func (f *file) unclear(v area.Version) bool {
	return slices.ContainsFunc(f.place.forms[v.Area], func(one form) bool { return one.class == standard.Undetermined })
}

// home is the commune of the demo's officers: in one village the survey can be
// ended, the next has a request to screen, the last is yet to list; somebody
// complains. Every village still takes forms, so that a visitor can enter some.
func (f *file) home() error {
	d := f.place
	f.complain(d, "receive_late", false)
	for i, v := range d.villages {
		last := "screening"
		switch {
		case v.Area == d.poorest:
			last = "list"
		case i == len(d.villages)-1 || i == len(d.villages)-2 && d.villages[i+1].Area == d.poorest:
			last = ""
		}
		if last != "" {
			if err := f.village(v, last); err != nil {
				return err
			}
		}
		if last != "screening" {
			if err := f.request(d, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// handIn is the way of a dossier from the commune's officer on.
func (f *file) handIn() error {
	d := f.place
	if err := f.submit("hand_in"); err != nil {
		return err
	}
	switch d.stage {
	case handedIn:
		return f.warn(d)
	case returned:
		at, why := f.at(d, "return"), pick(f.random(string(f.key.Unit), "return"), f.words.Returns)
		if err := f.move(dossier.Returned, at, dossier.SentBack, "posting", why); err != nil {
			return err
		}
		return f.reopen("posting", at, why)
	}
	overlooked := ""
	if d.stage == corrected {
		overlooked = d.lastListed()
	}
	if err := f.sign("verification", "approve", overlooked); err != nil {
		return err
	}
	if d.stage == approved {
		return nil
	}
	if err := f.hand("certificates"); err != nil {
		return err
	}
	if d.stage == certified {
		return nil
	}
	at := f.at(d, "lock")
	f.done[[2]string{"closed", ""}] = mark{at, ""}
	if err := f.move(dossier.Locked, at, dossier.Locking, "", ""); err != nil || d.stage == locked {
		return err
	}
	f.asked, f.reason, f.rev = f.at(d, "unlock_ask"), f.words.UnlockAsk, f.rev+1
	if err := f.tell(f.asked, dossier.UnlockAsked, "", "", f.reason); err != nil || d.stage == unlockAsked {
		return err
	}
	at = f.at(d, "unlock")
	f.asked, f.reason = 0, ""
	if err := f.move(dossier.Returned, at, dossier.Unlocked, "complaints", f.words.Unlock); err != nil {
		return err
	}
	if err := f.reopen("complaints", at, f.words.Unlock); err != nil {
		return err
	}
	if err := f.step("complaints", "", f.at(d, "again_complaints")+1000, ""); err != nil {
		return err
	}
	if err := f.submit("again_hand_in"); err != nil {
		return err
	}
	if err := f.sign("again_verification", "again_approve", overlooked); err != nil {
		return err
	}
	return f.hand("again_certificates")
}

func (f *file) submit(day string) error {
	f.handedIn = f.at(f.place, day) + 2000
	if err := f.move(dossier.Submitted, f.handedIn, dossier.HandedIn, "", ""); err != nil {
		return err
	}
	return f.result(f.round.ID, f.key.Unit, f.id, review.Preliminary, f.place.figures(), f.handedIn, f.by(dossier.HandedIn, ""))
}

// sign verifies and decides; a second signature corrects the first decision.
func (f *file) sign(verification, approval, overlooked string) error {
	d := f.place
	if err := f.step("verification", "", f.at(d, verification)+3000, f.words.Verified); err != nil {
		return err
	}
	f.decided, f.capacity = f.at(d, approval), "tm"
	if f.chance("deputy") {
		f.capacity = "kt"
	}
	if verification == approval || f.dayOf(d, verification) == f.dayOf(d, approval) {
		f.decided += 4000
	}
	if err := f.conclude(approval, overlooked); err != nil {
		return err
	}
	f.done[[2]string{"decision", ""}] = mark{f.decided, ""}
	if err := f.move(dossier.Approved, f.decided, dossier.Approval, "", ""); err != nil {
		return err
	}
	return f.result(f.round.ID, f.key.Unit, f.id, review.Official, d.figures(), f.decided, f.by(dossier.Approval, ""))
}

// conclude writes the decision of an approval: the first about all, a second
// about the household that the first has overlooked.
func (f *file) conclude(code, overlooked string) error {
	unit, again := f.place.unit.Area, len(f.decisions) > 0
	d := &decision{round: f.round.ID, dossier: f.id, kind: review.Recognise, day: f.dayOf(f.place, code), capacity: f.capacity, unit: unit, at: f.decided, signer: f.signer(unit, f.capacity, today).name, by: f.by(dossier.Approval, ""), officer: f.by(dossier.HandedIn, "")}
	if again {
		d.kind, d.corrects, d.reason = review.Correct, f.decisions[0].id, f.words.UnlockAsk
	}
	for _, v := range f.villages {
		for _, one := range f.place.forms[v.Area] {
			if (one.listed() || one.was()) && (one.household == overlooked) == again {
				d.items = append(d.items, one)
			}
		}
	}
	f.decisions = append(f.decisions, d)
	if err := f.decide(d); err != nil {
		return err
	}
	return f.takeBack(d)
}

// hand gives out the certificates of the last decision.
func (f *file) hand(code string) error {
	at := f.at(f.place, code) + 5000
	if err := f.certify(f.decisions[len(f.decisions)-1], f.round.Year+1, f.dayOf(f.place, code), at); err != nil {
		return err
	}
	return f.step("certificates", "", at, "")
}

// district hands in what its communes have decided, once all have.
func (f *file) district() error {
	all := map[area.ID]*review.Figures{}
	for _, unit := range f.tree.OfLevel(f.key.Unit, today, area.Commune) {
		d := f.places[unit.Area]
		if d == nil || !d.stage.decided() {
			return nil
		}
		one := d.figures()
		all[unit.Area] = &one
	}
	moment := func(code string, later int) int64 {
		return instant(f.day(code)).Add(time.Duration(later) * time.Hour).UnixMilli()
	}
	for i, code := range []string{"communes", "analysis"} {
		if err := f.step(code, "", moment("district_hand_in", i), ""); err != nil {
			return err
		}
	}
	total := sum(all)
	f.handedIn = moment("district_hand_in", 3)
	if err := f.move(dossier.Submitted, f.handedIn, dossier.HandedIn, "", ""); err != nil {
		return err
	}
	if err := f.result(f.round.ID, f.key.Unit, f.id, review.Preliminary, total, f.handedIn, f.by(dossier.HandedIn, "")); err != nil || f.chance("waits") {
		return err
	}
	f.decided, f.capacity = moment("district_approve", 1), "tm"
	f.done[[2]string{"signed", ""}] = mark{f.decided, ""}
	if err := f.move(dossier.Approved, f.decided, dossier.Approval, "", ""); err != nil {
		return err
	}
	if err := f.result(f.round.ID, f.key.Unit, f.id, review.Official, total, f.decided, f.by(dossier.Approval, "")); err != nil || f.chance("open") {
		return err
	}
	at := moment("district_lock", 1)
	f.done[[2]string{"closed", ""}] = mark{at, ""}
	return f.move(dossier.Locked, at, dossier.Locking, "", "")
}
