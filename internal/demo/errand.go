package demo

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/task"
)

// errand is an obligation with its dossier.
type errand struct {
	*taskYear
	id, dossier, kind, procedure, task, level, unit, ends, lead string
	by                                                          area.ID // whose work it is
	r                                                           *rand.Rand
	state                                                       dossier.State
	handedIn, decided                                           int64
	handedInBy, decidedBy, capacity                             string
	rev                                                         int
}

func (y *taskYear) live(tx *db.Tx) error {
	y.dossiers = db.NewBulk("dossier", "id", "kind", "subject", "unit_id", "procedure_id", "until_day", "state", "opened_at", "opened_by", "handed_in_at", "handed_in_by", "decided_at", "decided_by", "capacity", "rev")
	y.events = db.NewBulk("dossier_event", "dossier_id", "id", "at", "actor", "action", "step", "reason")
	y.steps = db.NewBulk("dossier_step", "dossier_id", "step", "done_at", "done_by")
	y.entries = db.NewBulk("task_entry", "task_id", "id", "words", "percent", "at", "by_actor").Same("year", y.year)
	y.inputs = db.NewBulk("task_input", "task_id", "id", "unit_id", "question", "due", "at", "by_actor", "answer", "answered_at", "answered_by", "rev").Same("year", y.year)
	y.parts = db.NewBulk("task_part", "task_id", "id", "what", "unit_id", "account_id", "due", "done_at", "done_by", "note", "at", "by_actor", "rev").Same("year", y.year)
	y.times = db.NewBulk("task_time", "task_id", "id", "dossier_id", "wanted", "granted", "reason", "at", "by_actor").Same("year", y.year)
	var all []*errand
	from, to := fmt.Sprintf("%04d/", y.year), fmt.Sprintf("%04d0", y.year) // '0' comes after '/'
	err := tx.Each(`select t.id, d.id, d.kind, d.procedure_id, d.unit_id, t.task, t.level, t.unit, t.ends, t.lead from dossier d join task t on t.province_id = d.province_id and t.year = $2 and t.id = substr(d.subject, 6)
		where d.province_id = $1 and d.subject >= $3 and d.subject < $4 order by t.position`, []any{y.Province, y.year, from, to}, func(r *sql.Rows) error {
		e := &errand{taskYear: y, state: dossier.Draft, rev: 1}
		err := r.Scan(&e.id, &e.dossier, &e.kind, &e.procedure, &e.by, &e.task, &e.level, &e.unit, &e.ends, &e.lead)
		all = append(all, e)
		return err
	})
	if err != nil {
		return err
	}
	moment := func(at int64) any {
		if at == 0 {
			return nil
		}
		return at
	}
	for _, e := range all {
		e.r = e.chances(e.task, e.unit)
		e.live()
		if m, ok := e.held[e.id]; ok {
			if err := e.openedBy(tx, m.secretary); err != nil {
				return err
			}
		}
		if e.rev == 1 {
			continue
		}
		if _, err := tx.Exec(`update dossier set state = $1, handed_in_at = $2, handed_in_by = $3, decided_at = $4, decided_by = $5, capacity = $6, rev = $7 where province_id = $8 and id = $9`,
			string(e.state), moment(e.handedIn), e.handedInBy, moment(e.decided), e.decidedBy, e.capacity, e.rev, y.Province, e.dossier); err != nil {
			return err
		}
	}
	for _, b := range []*db.Bulk{y.dossiers, y.events, y.steps, y.entries, y.inputs, y.parts, y.times} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	return nil
}

// openedBy says who wrote down the conclusion that became the obligation.
func (e *errand) openedBy(tx *db.Tx, who string) error {
	if _, err := tx.Exec(`update dossier set opened_by = $1 where province_id = $2 and id = $3`, who, e.Province, e.dossier); err != nil {
		return err
	}
	_, err := tx.Exec(`update dossier_event set actor = $1 where province_id = $2 and dossier_id = $3`, who, e.Province, e.dossier)
	return err
}

// worker is who works on it on a day.
func (e *errand) worker(day string) string { return e.staff.on(e.by, officer, day).id }

// signer is who signs it on a day: at its own unit, above, or for the province.
func (e *errand) signer(day string, p position) string {
	return e.staff.on(e.signsAt(e.kind), p, day).id
}

// signsAt is the unit at which a dossier of a kind is signed.
func (e *errand) signsAt(kind string) area.ID {
	_, agency := account.AgencyOf(e.by)
	switch {
	case !strings.HasSuffix(kind, "_above") && !strings.HasSuffix(kind, "_province"):
		return e.by
	case agency || strings.HasSuffix(kind, "_province"):
		return e.root
	}
	return e.above()
}

// above is the unit above its own.
func (e *errand) above() area.ID {
	if v, ok := e.Tree().On(e.by, task.Boundaries(e.year)); ok && v.Level == area.Commune {
		if up, ok := e.Tree().Ancestor(e.by, task.Boundaries(e.year), area.District); ok {
			return up.Area
		}
	}
	return e.root
}

// live makes up what became of an obligation: done by about its term, or
// today somewhere on the way.
func (e *errand) live() {
	ends := e.ends
	if ends == "" {
		ends = fmt.Sprintf("%04d-12-20", e.year)
	}
	late := e.f.Late[e.year]
	if e.mountain() {
		late += e.f.LateMountain
	}
	isLate := chance(e.r, late)
	done := e.workdays(ends, -e.r.IntN(e.f.EarlyDays))
	if isLate {
		done = e.workdays(ends, 1+e.r.IntN(e.f.LateDays))
	}
	accepted := min(e.workdays(cmp.Or(e.held[e.id].day, e.opened), 1+e.r.IntN(8)), done)
	done = max(done, e.workdays(accepted, 1))
	never := chance(e.r, e.f.Never) && e.level != "province" && e.year >= lastYear-1
	if done > today || never {
		e.onTheWay(accepted, ends, done > today && ends >= today)
		return
	}
	e.accept(accepted)
	handedIn := min(done, e.workdays(done, -e.r.IntN(4)))
	handedIn = max(handedIn, accepted)
	if isLate && e.ends != "" && chance(e.r, e.f.Extension) {
		e.moreTime(accepted, ends, e.workdays(done, e.r.IntN(3)), false)
	}
	comesBack := chance(e.r, e.f.Returned)
	first := handedIn
	if comesBack {
		first = max(accepted, e.workdays(handedIn, -6))
	}
	e.progress(accepted, first)
	e.part(accepted, first, true)
	e.ask(accepted, done)
	if comesBack {
		e.handIn(first, 10)
		back := max(first, e.workdays(handedIn, -3))
		e.move(dossier.Returned, back, 11, e.signer(back, head), dossier.SentBack, pick(e.r, e.f.Words.Returned))
		e.entries.Add(e.id, db.NewID(), pick(e.r, e.f.Words.Mended), 90, e.hour(handedIn, 13), e.worker(handedIn))
	}
	e.handIn(handedIn, 14)
	e.capacity = "tm"
	if chance(e.r, e.f.Deputy) {
		e.capacity = "kt"
	}
	e.decidedBy = e.signer(done, signing(e.capacity))
	e.decided = e.move(dossier.Approved, done, 16, e.decidedBy, dossier.Approval, "")
	e.steps.Add(e.dossier, "signed", e.decided, e.decidedBy)
	if locked := e.workdays(done, 1+e.r.IntN(5)); locked <= today && chance(e.r, 0.8) {
		e.steps.Add(e.dossier, "closed", e.move(dossier.Locked, locked, 9, e.worker(locked), dossier.Locking, ""), e.worker(locked))
	}
}

// onTheWay leaves an obligation where it stands today.
func (e *errand) onTheWay(accepted, ends string, fits bool) {
	at, now := e.r.Float64(), e.f.Now
	if accepted >= today || fits && at < now.Draft {
		return
	}
	e.accept(accepted)
	last := min(today, fmt.Sprintf("%04d-12-18", e.year))
	e.progress(accepted, last)
	e.ask(accepted, last)
	if at < now.Draft+now.Doing || last <= e.workdays(accepted, 3) {
		e.part(accepted, e.workdays(last, 6), false)
		if fits && e.ends != "" && chance(e.r, now.Extension) {
			e.moreTime(accepted, e.workdays(last, 2), e.workdays(ends, 5+e.r.IntN(10)), true)
		}
		return
	}
	handed := max(accepted, e.workdays(last, -4))
	e.handIn(handed, 14)
	if at >= now.Draft+now.Doing+now.HandedIn {
		back := max(handed, e.workdays(last, -2))
		e.move(dossier.Returned, back, 15, e.signer(back, head), dossier.SentBack, pick(e.r, e.f.Words.Returned))
	}
}

func (e *errand) accept(day string) {
	at, who := e.hour(day, 8), e.worker(day)
	e.steps.Add(e.dossier, "accept", at, who)
	e.tell(e.dossier, at, who, dossier.StepDone, "accept", "")
	e.rev++
}

func (e *errand) handIn(day string, hour int) {
	e.handedInBy = e.worker(day)
	e.handedIn = e.move(dossier.Submitted, day, hour, e.handedInBy, dossier.HandedIn, pick(e.r, e.f.Words.HandedIn))
}

// progress tells how far it is: nothing is handed in without a word about what
// was done.
func (e *errand) progress(from, to string) {
	middle := max(from, e.workdays(from, e.Calendar.Between(from, to)/2))
	words := e.f.Words.Progress
	if _, agency := account.AgencyOf(e.by); agency {
		words = e.f.Words.ProgressAgency
	}
	e.entries.Add(e.id, db.NewID(), pick(e.r, words), 20+10*e.r.IntN(6), e.hour(middle, 9), e.worker(middle))
}

// part gives a part of the work to a unit below, to an agency, or to the
// deputy head; before what is handed in it is done.
func (e *errand) part(from, to string, done bool) {
	given := e.workdays(from, 1)
	if !chance(e.r, e.f.Parts) || e.Calendar.Between(given, to) < 4 || given >= today {
		return
	}
	unit, person := area.ID(""), ""
	at, as := e.by, officer // where and as what the one who does it sits
	below := slices.DeleteFunc(e.Tree().Children(e.by, task.Boundaries(e.year)), func(v area.Version) bool { return v.Level == area.Village })
	_, agency := account.AgencyOf(e.by)
	due := e.workdays(to, -2)
	switch {
	case agency && chance(e.r, 0.5):
		unit = e.another()
		at = unit
	case len(below) > 0:
		unit = pick(e.r, below).Area
		at = unit
	default:
		as = deputy
		if person = e.staff.on(at, as, given).id; person != e.staff.on(at, as, due).id {
			return // who leaves before it is due is given nothing
		}
	}
	rev := 1
	var ended any
	who, note := "", ""
	if ends := e.workdays(due, -e.r.IntN(3)); (done || chance(e.r, 0.4)) && ends <= today {
		ended, who, note, rev = e.hour(ends, 8), e.staff.on(at, as, ends).id, pick(e.r, e.f.Words.PartDone), 2
	}
	e.parts.Add(e.id, db.NewID(), pick(e.r, e.f.Words.Parts), string(unit), person, due, ended, who, note, e.hour(given, 10), e.worker(given), rev)
}

// another is an agency that can be asked, other than the one whose work it is.
func (e *errand) another() area.ID {
	others := slices.DeleteFunc(slices.Clone(e.f.Asked), func(code string) bool { return account.AgencyUnit(code) == e.by })
	return account.AgencyUnit(pick(e.r, others))
}

// ask asks another agency for input, where one leads; the other answers in
// time, late, or not at all.
func (e *errand) ask(from, to string) {
	_, led := account.AgencyOf(e.by)
	if !led && e.level != "province" || !chance(e.r, e.f.Input) {
		return
	}
	asked := e.workdays(from, max(1, e.Calendar.Between(from, to)/4))
	due := e.workdays(asked, 10)
	if asked >= to {
		return
	}
	other := e.another()
	answered := e.workdays(asked, 2+e.r.IntN(8))
	if chance(e.r, e.f.AnswersLate) {
		answered = e.workdays(due, 1+e.r.IntN(6))
	}
	var at any
	answer, by, rev := "", "", 1
	if !chance(e.r, e.f.Silent) && answered <= today {
		answer, at, by, rev = pick(e.r, e.f.Words.Answers), e.hour(answered, 10), e.staff.on(other, officer, answered).id, 2
	}
	e.inputs.Add(e.id, db.NewID(), string(other), pick(e.r, e.f.Words.Questions), due, e.hour(asked, 9), e.worker(asked), answer, at, by, rev)
}

// moreTime asks the level above for more time shortly before the term; waits
// says that nobody has answered yet.
func (e *errand) moreTime(accepted, ends, wanted string, waits bool) {
	asked := e.workdays(ends, -2-e.r.IntN(3))
	if asked <= accepted || wanted <= ends {
		return
	}
	id, record, level := db.NewID(), db.NewID(), e.level
	if _, agency := account.AgencyOf(e.by); agency {
		level = "agency"
	}
	why, at, who := pick(e.r, e.f.Words.Times), e.hour(asked, 9), e.worker(asked)
	e.tell(record, at, who, dossier.Opened, "", "")
	e.tell(record, at+1, who, dossier.HandedIn, "", why)
	state, granted, capacity, rev := dossier.Submitted, "", "", 2
	var decided any
	signer := ""
	if answered := e.workdays(asked, 1); !waits {
		moment := e.hour(answered, 10)
		signs := e.staff.on(e.above(), head, answered).id
		rev = 3
		if state = dossier.Returned; chance(e.r, e.f.Granted) {
			state, granted, capacity, decided, signer = dossier.Approved, wanted, "tm", moment, signs
			e.steps.Add(record, "granted", moment, signs)
			e.tell(record, moment, signs, dossier.Approval, "", "")
		} else {
			e.tell(record, moment, signs, dossier.SentBack, "", pick(e.r, e.f.Words.Refused))
		}
	}
	e.dossiers.Add(record, "task_time_"+level, fmt.Sprintf("%04d/%s/%s", e.year, e.id, id), string(e.by), e.procedure, task.Boundaries(e.year), string(state), at, who, at+1, who, decided, signer, capacity, rev)
	e.times.Add(e.id, id, record, wanted, granted, why, at, who)
}

// move brings the dossier into another state.
func (e *errand) move(to dossier.State, day string, hour int, who string, action dossier.Action, reason string) int64 {
	at := e.hour(day, hour)
	e.state, e.rev = to, e.rev+1
	e.tell(e.dossier, at, who, action, "", reason)
	return at
}

func (e *errand) tell(record string, at int64, who string, action dossier.Action, step, reason string) {
	e.events.Add(record, db.NewID(), at, who, string(action), step, reason)
}

func (e *errand) hour(day string, hour int) int64 {
	return instant(day).Add(time.Duration(hour-8)*time.Hour + time.Duration(e.r.IntN(50))*time.Minute).UnixMilli()
}

func (e *errand) workdays(day string, n int) string { return e.Calendar.Add(day, n) }

func (e *errand) mountain() bool {
	return e.level != "agency" && e.Tree().Mark(area.ID(e.unit), area.MarkMountain, task.Boundaries(e.year)).Value == area.Yes
}
