package demo

import (
	"cmp"
	"database/sql"
	"slices"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// bygone gives the closed rounds of the plan's years their dossiers: when each
// unit handed in, who signed, and the figures sent up. What was written then
// beside it (minutes, postings) the offices have on paper. The round before the
// plan was issued has none at all, as one brought in from lists.
func (o *offices) bygone() error {
	for y := range years - 1 {
		round := o.generator.rounds[y].round
		share, ok := o.d.office.Past.OnTime[round.Year]
		procedure, known := o.reviews.ProcedureFor(round)
		if !ok || !known {
			continue
		}
		o.papers.plan.Add(round.ID, procedure.ID)
		keys := o.reviews.Keys(round, procedure)
		approved := o.approvals(round, keys, share)
		figures, err := o.oldFigures(round, keys)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := o.oldFile(round, procedure, key, approved[key.Unit], figures[key.Unit]); err != nil {
				return err
			}
		}
	}
	return nil
}

// oldFigures are what the units sent up in a closed round: its forms, and those
// whom it counted without one.
func (o *offices) oldFigures(round review.Round, keys []dossier.Key) (map[area.ID]review.Figures, error) {
	forms, register := map[area.ID][]form{}, map[area.ID]review.Figures{}
	seen := map[household.ID]bool{}
	err := o.tx.Each(`select a.household_id, a.village_id, a.size, a.answers, a.causes, c.class, coalesce(c.transition, '') from assessment a
		join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
		join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1 where a.province_id = $1 and a.round_id = $2`, []any{o.province, round.ID}, func(r *sql.Rows) error {
		var f form
		var village, class string
		if err := r.Scan(&f.household, &village, &f.size, &f.answers, &f.causes, &class, &f.transition); err != nil {
			return err
		}
		f.class, _ = standard.ParseClass(class)
		forms[area.ID(village)], seen[household.ID(f.household)] = append(forms[area.ID(village)], f), true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = o.tx.Each(`select village_id, households from round_register where province_id = $1 and round_id = $2`, []any{o.province, round.ID}, func(r *sql.Rows) error {
		var village area.ID
		var packed []byte
		if err := r.Scan(&village, &packed); err != nil {
			return err
		}
		one := review.Figures{Households: len(forms[village])}
		review.EachCounted(packed, func(c review.Counted) {
			if c.Size > 0 && !seen[c.Household] {
				one.Households++
				one.NotSurveyed.Households, one.NotSurveyed.People = one.NotSurveyed.Households+1, one.NotSurveyed.People+c.Size
			}
		})
		register[village] = one
		return nil
	})
	parts, found := map[area.ID]map[area.ID]*review.Figures{}, map[area.ID]review.Figures{}
	for _, level := range []string{review.CommuneReview, review.DistrictReview, review.ProvinceReview} {
		for _, key := range keys {
			if key.Kind != level {
				continue
			}
			if level == review.CommuneReview {
				found[key.Unit] = (&desk{villages: o.tree.Children(key.Unit, round.BoundaryDay), forms: forms, register: register}).figures()
			} else {
				found[key.Unit] = sum(parts[key.Unit])
			}
			if at, ok := o.tree.On(key.Unit, round.BoundaryDay); ok && at.Parent != "" {
				if parts[at.Parent] == nil {
					parts[at.Parent] = map[area.ID]*review.Figures{}
				}
				one := found[key.Unit]
				parts[at.Parent][key.Unit] = &one
			}
		}
	}
	return found, err
}

// approvals is the day on which each unit approved: of communes by how quick
// they are, which their district and they themselves are in every year; of
// districts and the province after the last of theirs.
func (o *offices) approvals(round review.Round, keys []dossier.Key, onTime float64) map[area.ID]string {
	past, slow := o.d.office.Past, map[area.ID]float64{}
	var communes []area.ID
	district := func(id area.ID) area.ID {
		at, _ := o.tree.Ancestor(id, round.BoundaryDay, area.District)
		return at.Area
	}
	for _, key := range keys {
		if key.Kind == review.CommuneReview {
			communes = append(communes, key.Unit)
			slow[key.Unit] = o.random(string(district(key.Unit)), "slow").Float64() + o.random(string(key.Unit), "slow").Float64() + o.random(string(key.Unit), "slow", round.ID).Float64()
		}
	}
	slices.SortFunc(communes, func(a, b area.ID) int { return cmp.Or(cmp.Compare(slow[a], slow[b]), cmp.Compare(a, b)) })
	day := func(code string) time.Time { return instant(digits(round.Year, 4) + "-" + code) }
	first, due, last := day(past.First), day(past.Due), day(past.Last)
	found := map[area.ID]string{}
	for i, id := range communes {
		at, from, to := (float64(i)+0.5)/float64(len(communes))/onTime, first, due
		if at > 1 {
			at, from, to = (at-1)*onTime/(1-onTime), due, last
			at *= at // most of the late are late by little
		}
		found[id] = o.working(from.Add(time.Duration(at*to.Sub(from).Hours()/24) * 24 * time.Hour))
		for _, above := range []area.ID{district(id), o.tree.Roots(round.BoundaryDay)[0].Area} {
			found[above] = max(found[above], found[id])
		}
	}
	for _, key := range keys {
		switch key.Kind {
		case review.DistrictReview:
			found[key.Unit] = o.workdays.Add(found[key.Unit], 1+o.random(string(key.Unit), "slow", round.ID).IntN(3))
		case review.ProvinceReview:
			found[key.Unit] = o.workdays.Add(found[key.Unit], 4)
		}
	}
	return found
}

// working is the day, or the last one before it on which the offices work.
func (o *offices) working(at time.Time) string {
	for !o.workdays.IsWorking(at.Format(time.DateOnly)) {
		at = at.AddDate(0, 0, -1)
	}
	return at.Format(time.DateOnly)
}

// oldFile writes a dossier that was closed with its round.
func (o *offices) oldFile(round review.Round, procedure *dossier.Procedure, key dossier.Key, approved string, figures review.Figures) error {
	rules, _ := procedure.Rules(key.Kind)
	id, r := o.generator.id(), o.random(string(key.Unit), "old", round.ID)
	sent := o.working(instant(approved).AddDate(0, 0, -r.IntN(2)))
	hour := func(day string, h int) int64 {
		return instant(day).Add(time.Duration(h*60+r.IntN(60)) * time.Minute).UnixMilli()
	}
	handedIn, decided := hour(sent, 0), hour(approved, 5)
	locked := min(hour(o.workdays.Add(approved, 1+r.IntN(3)), 3), round.ClosedAt)
	capacity := "tm"
	if key.Kind == review.CommuneReview && r.IntN(4) == 0 {
		capacity = "kt"
	}
	worker, signer := o.staff.on(key.Unit, officer, sent).id, o.staff.on(key.Unit, signing(capacity), approved).id
	above := worker
	if at, ok := o.tree.Ancestor(key.Unit, round.BoundaryDay, area.District); ok && key.Kind == review.CommuneReview {
		above = o.staff.on(at.Area, officer, approved).id
	}
	o.papers.dossiers.Add(id, key.Kind, key.Subject, string(key.Unit), procedure.ID, key.Until, string(dossier.Locked), round.OpenedAt, actor, handedIn, worker, decided, signer, capacity, nil, "", "", 4)
	o.papers.events.Add(id, o.generator.id(), round.OpenedAt, actor, string(dossier.Opened), "", "", "")
	tell := func(at int64, by string, action dossier.Action, step string, what journal.Change) error {
		o.papers.events.Add(id, o.generator.id(), at, by, string(action), step, "", "")
		return o.note(journal.Entry{At: at, Actor: by, Action: "dossier." + string(action), Kind: "dossier", Record: id, AreaID: string(key.Unit),
			Changes: []journal.Change{change("dossier", key.Kind), change("subject", key.Subject), what}})
	}
	from := dossier.Draft
	for _, one := range []struct {
		at     int64
		by     string
		action dossier.Action
		to     dossier.State
	}{{handedIn, worker, dossier.HandedIn, dossier.Submitted}, {decided, signer, dossier.Approval, dossier.Approved}, {locked, worker, dossier.Locking, dossier.Locked}} {
		if err := tell(one.at, one.by, one.action, "", journal.Change{Field: "state", From: journal.Value(string(from)), To: journal.Value(string(one.to))}); err != nil {
			return err
		}
		from = one.to
	}
	if err := o.result(round.ID, key.Unit, id, review.Preliminary, figures, handedIn, worker); err != nil {
		return err
	}
	if err := o.result(round.ID, key.Unit, id, review.Official, figures, decided, signer); err != nil {
		return err
	}
	for i, step := range rules.Steps {
		var at int64
		by := worker
		switch {
		case step.With == "approve":
			at, by = decided, signer
		case step.With == "lock":
			at = locked
		case step.Stage == dossier.WhileSubmitted:
			at, by = decided-int64(time.Hour/time.Millisecond), above
		case step.Stage == dossier.OnceApproved:
			at = locked - int64(time.Hour/time.Millisecond)
		default:
			at = hour(o.oldDay(round, step.Code, approved), 1+i/3)
		}
		units := []area.Version{{}}
		switch {
		case step.Per != "":
			units = o.tree.Children(key.Unit, round.BoundaryDay)
		case step.With == "":
			if err := tell(at, by, dossier.StepDone, step.Code, change("step", step.Code)); err != nil {
				return err
			}
		}
		for _, unit := range units {
			o.papers.steps.Add(id, step.Code, string(unit.Area), at, by, "")
		}
	}
	return nil
}

// oldDay is when a step was done that ended with the approval on a day: the
// posting takes what the rules ask, and nothing stands before its time.
func (o *offices) oldDay(round review.Round, step, approved string) string {
	back, ok := map[string]int{"survey": 11, "causes": 11, "meeting": 10, "posting": 2, "complaints": 2, "communes": 2, "below": 2, "analysis": 2}[step]
	if !ok {
		return o.dayIn(round.Year, step)
	}
	at := instant(approved)
	for range back {
		at = instant(o.working(at.AddDate(0, 0, -1)))
	}
	return max(at.Format(time.DateOnly), digits(round.Year, 4)+"-"+o.d.office.Past.Surveyed)
}
