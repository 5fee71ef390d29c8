package task

import (
	"context"
	"database/sql"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// MoreTime is a request for more time. It is a dossier of its own, which the
// level above decides; the printed date of the obligation stays as it is.
type MoreTime struct {
	ID      string
	Wanted  string
	Granted string // "" while nobody has
	Reason  string
	At      int64
	By      string
	Record  dossier.Dossier
	Events  []dossier.Event // of its dossier: an earlier refusal, with its reason, too
}

// furthest is how many years ahead a day of the work can lie: what is further
// is a year mistyped.
const furthest = 1

func tooFar(name string) error {
	return field("far_day", name, "task.work.far_day")
}

// waiting gives the request that nobody has decided; nil where there is none.
func (o Obligation) waiting() *MoreTime {
	for n := range o.Times {
		if o.Times[n].Record.State == dossier.Submitted {
			return &o.Times[n]
		}
	}
	return nil
}

func (s *Store) times(tx *db.Tx, year int, id string) (list []MoreTime, err error) {
	err = tx.Each(`select id, dossier_id, wanted, granted, reason, at, by_actor from task_time where province_id = $1 and year = $2 and task_id = $3 order by id`, []any{s.Province, year, id}, func(r *sql.Rows) error {
		var m MoreTime
		err := r.Scan(&m.ID, &m.Record.ID, &m.Wanted, &m.Granted, &m.Reason, &m.At, &m.By)
		list = append(list, m)
		return err
	})
	for n := range list {
		if err != nil {
			return nil, err
		}
		if list[n].Record, err = s.Dossiers.Get(tx, list[n].Record.ID); err == nil {
			list[n].Events, err = s.Dossiers.Events(tx, list[n].Record.ID)
		}
	}
	return list, err
}

// extensions gives the latest day granted, by obligation.
func (s *Store) extensions(tx *db.Tx, year int) (map[string]string, error) {
	days := map[string]string{}
	err := tx.Each(`select task_id, max(granted) from task_time where province_id = $1 and year = $2 and granted <> '' group by task_id`, []any{s.Province, year}, func(r *sql.Rows) error {
		var id, day string
		err := r.Scan(&id, &day)
		days[id] = day
		return err
	})
	return days, err
}

// refusals tell a person which requests of his came back, until he asks again
// or hands the product in.
func (s *Store) refusals(tx *db.Tx, by *account.Actor, years []madeYear) (duties []Duty, err error) {
	type request struct {
		year int
		task string
	}
	var list []request
	err = tx.Each(`select t.year, t.task_id from task_time t join dossier d on d.province_id = t.province_id and d.id = t.dossier_id
		where t.province_id = $1 and t.by_actor = $2 and t.granted = '' and d.state = $3 order by t.id`, []any{s.Province, by.ID, string(dossier.Returned)}, func(r *sql.Rows) error {
		var one request
		err := r.Scan(&one.year, &one.task)
		list = append(list, one)
		return err
	})
	for _, one := range list {
		if err != nil {
			return nil, err
		}
		var i Instance
		var ok bool
		if i, ok, err = s.one(tx, years, one.year, one.task); ok && i.State != Done && i.State != HandedIn && i.State != PassedOn && s.stands(by, i.By) {
			duties = append(duties, s.duty(DutyRefused, i, i.Ends, ""))
		}
	}
	return duties, err
}

// AskTime asks the level above for more time, until a day after the present
// term. Where an earlier request came back it is asked again in its dossier.
func (s *Store) AskTime(ctx context.Context, by *account.Actor, year int, id, until, reason string) error {
	reason, empty := said("reason", "reason", reason)
	noDay := fault.If(!area.ValidDay(until), field("time_until", "until", "task.work.bad_day"))
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) (err error) {
		switch {
		case !s.worker(by, o):
			return notYours(o)
		case !o.working():
			return wrongState(o)
		case o.Ends == "":
			return fault.New(fault.Conflict, "no_term", text.T("task.time.no_term"))
		case o.waiting() != nil:
			return fault.New(fault.Conflict, "time_waits", text.T("task.time.waits"))
		}
		wrong := noDay
		until := until
		if noDay == nil {
			until = s.Calendar.NextWorking(until)
			wrong = fault.If(until <= o.Ends || until < s.today(), field("time_until", "until", "task.time.not_later", "day", area.ShowDay(o.Ends)))
			if wrong == nil && until > area.YearsLater(max(o.Ends, s.today()), furthest) {
				wrong = tooFar("until")
			}
		}
		if err := fault.Together(wrong, empty); err != nil {
			return err
		}
		var m MoreTime
		if n := len(o.Times); n > 0 && o.Times[n-1].Record.State == dossier.Returned {
			m = o.Times[n-1]
		}
		now := s.Now().UnixMilli()
		if m.ID == "" {
			if m, err = s.openTime(tx, by, o); err != nil {
				return err
			}
			_, err = tx.Exec(`insert into task_time (province_id, year, task_id, id, dossier_id, wanted, reason, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				s.Province, year, id, m.ID, m.Record.ID, until, reason, now, by.ID)
		} else {
			_, err = tx.Exec(`update task_time set wanted = $1, reason = $2, at = $3, by_actor = $4 where province_id = $5 and year = $6 and task_id = $7 and id = $8`, until, reason, now, by.ID, s.Province, year, id, m.ID)
		}
		if err != nil {
			return err
		}
		if _, err := s.Dossiers.HandInIn(tx, by, m.Record.ID, m.Record.Rev, text.T("task.time.asked", "day", area.ShowDay(until), "reason", reason)); err != nil {
			return err
		}
		return s.tell(tx, by, o, "ask_time", reason, journal.Change{Field: "ends", From: journal.Value(o.Ends), To: journal.Value(until)})
	})
}

func (s *Store) openTime(tx *db.Tx, by *account.Actor, o Obligation) (m MoreTime, err error) {
	p, err := s.procedure(o.Year)
	if err != nil {
		return m, err
	}
	m.ID = db.NewID()
	key := dossier.Key{Kind: timePrefix + string(o.levelOf()), Subject: subjectOf(o.Year, o.ID) + "/" + m.ID, Unit: o.By, Until: Boundaries(o.Year)}
	if err := s.Dossiers.Open(tx, by.ID, p, []dossier.Key{key}); err != nil {
		return m, err
	}
	m.Record, _, err = s.Dossiers.About(tx, key)
	return m, err
}

// DecideTime grants a request as it was asked, or refuses it with a reason.
func (s *Store) DecideTime(ctx context.Context, by *account.Actor, year int, id, request string, rev int64, grant bool, reason string) error {
	o, err := s.Find(ctx, by, year, id)
	if err != nil {
		return err
	}
	for _, m := range o.Times {
		if m.ID != request {
			continue
		}
		if grant {
			_, err = s.Dossiers.Approve(ctx, by, m.Record.ID, rev, nfc(reason))
		} else {
			_, err = s.Dossiers.Return(ctx, by, m.Record.ID, rev, "", nfc(reason))
		}
		return err
	}
	return fault.New(fault.NotFound, "no_request", text.T("task.time.none"))
}

// grant gives the day that was asked for.
func (w work) grant(tx *db.Tx, d dossier.Dossier) error {
	year, id, _ := parseSubject(d.Subject)
	_, err := tx.Exec(`update task_time set granted = wanted where province_id = $1 and year = $2 and task_id = $3 and dossier_id = $4`, w.Province, year, id, d.ID)
	return err
}

// ungrant takes it back where the decision was opened again.
func (w work) ungrant(tx *db.Tx, d dossier.Dossier) error {
	year, id, _ := parseSubject(d.Subject)
	_, err := tx.Exec(`update task_time set granted = '' where province_id = $1 and year = $2 and task_id = $3 and dossier_id = $4`, w.Province, year, id, d.ID)
	return err
}
