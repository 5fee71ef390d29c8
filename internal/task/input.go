package task

import (
	"context"
	"database/sql"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// Input is a question to another unit, to be answered in writing by a day.
type Input struct {
	Year       int
	Task       string // the id of the obligation
	ID         string
	Unit       area.ID // who was asked: an area, or an agency
	Question   string
	Due        string
	At         int64
	By         string
	Answer     string
	AnsweredAt int64 // 0: not yet
	AnsweredBy string
	Rev        int64
}

// Silent says whether the day has passed without an answer.
func (i Input) Silent(today string) bool { return i.AnsweredAt == 0 && today > i.Due }

// Late says whether the answer came after the day.
func (i Input) Late() bool { return i.AnsweredAt != 0 && area.Today(msTime(i.AnsweredAt)) > i.Due }

func (s *Store) inputs(tx *db.Tx, condition string, args ...any) (list []Input, err error) {
	err = tx.Each(`select year, task_id, id, unit_id, question, due, at, by_actor, answer, coalesce(answered_at, 0), answered_by, rev from task_input
		where province_id = $1`+condition+` order by id`, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		var i Input
		err := r.Scan(&i.Year, &i.Task, &i.ID, &i.Unit, &i.Question, &i.Due, &i.At, &i.By, &i.Answer, &i.AnsweredAt, &i.AnsweredBy, &i.Rev)
		list = append(list, i)
		return err
	})
	return list, err
}

// Ask asks units for written input by a day, each by itself.
func (s *Store) Ask(ctx context.Context, by *account.Actor, year int, id string, units []area.ID, question, due string) error {
	question, empty := said("question", "question", question)
	if err := fault.Together(empty,
		fault.If(!area.ValidDay(due), field("input_due", "due", "task.work.bad_day")),
		fault.If(due < s.today(), field("input_due", "due", "task.work.past_day")),
		fault.If(area.ValidDay(due) && due > area.YearsLater(s.today(), furthest), tooFar("due")),
		fault.If(len(units) == 0, field("input_units", "units", "task.input.whom"))); err != nil {
		return err
	}
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		if !s.leads(by, o) {
			return notYours(o)
		}
		if err := s.mayReport(by, o); err != nil {
			return err
		}
		for n, unit := range units {
			if unit == o.By || slices.Contains(units[:n], unit) || !s.asked(tx, o, unit) {
				return field("input_units", "units", "task.input.unit")
			}
			input := db.NewID()
			if _, err := tx.Exec(`insert into task_input (province_id, year, task_id, id, unit_id, question, due, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				s.Province, year, id, input, string(unit), question, due, s.Now().UnixMilli(), by.ID); err != nil {
				return err
			}
			if err := s.tell(tx, by, o, "ask", "", journal.Change{Field: "to_unit", Kind: "task_input", Record: input, To: journal.Value(unit)},
				journal.Change{Field: "question", To: journal.Value(question)}, journal.Change{Field: "due", To: journal.Value(due)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// asked says whether an obligation's unit can ask another: agencies and areas of
// the province alike, but for villages.
func (s *Store) asked(tx *db.Tx, o Obligation, unit area.ID) bool {
	if id, agency := account.AgencyOf(unit); agency {
		list, err := account.AgenciesIn(tx, s.Province)
		return err == nil && slices.ContainsFunc(list, func(a account.Agency) bool { return a.ID == id && a.InForce(s.today()) })
	}
	v, ok := s.Tree().On(unit, s.Dossiers.Day(s.key(o)))
	return ok && v.Level != area.Village
}

// Asked is input that was asked for and has not come.
type Asked struct {
	Instance
	Input Input
	Left  int // working days until it is due; below zero: silent for so many
}

// Unanswered gives what the actor's units asked of others for obligations that
// are not done, and nobody has answered: the longest silent first.
func (s *Store) Unanswered(ctx context.Context, by *account.Actor) (list []Asked, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		years, err := s.madeYears(tx)
		if err != nil {
			return err
		}
		open, err := s.inputs(tx, ` and answered_at is null`)
		if err != nil {
			return err
		}
		for _, input := range open {
			i, ok, err := s.one(tx, years, input.Year, input.Task)
			if err != nil {
				return err
			}
			if ok && i.State != Done && s.stands(by, i.By) {
				list = append(list, Asked{i, input, s.left(input.Due)})
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b Asked) int { return a.Left - b.Left })
	return list, err
}

// Answer answers for the unit that was asked, also after the day; once.
func (s *Store) Answer(ctx context.Context, by *account.Actor, year int, id, input string, rev int64, answer string) error {
	answer, err := said("answer", "answer", answer)
	if err != nil {
		return err
	}
	return s.with(ctx, by, year, id, func(tx *db.Tx, o Obligation) error {
		at := slices.IndexFunc(o.Inputs, func(i Input) bool { return i.ID == input })
		if at < 0 {
			return fault.New(fault.NotFound, "no_input", text.T("task.input.none"))
		}
		i := o.Inputs[at]
		switch {
		case !s.stands(by, i.Unit):
			return fault.New(fault.Forbidden, "not_asked", text.T("task.input.not_asked"))
		case i.AnsweredAt != 0:
			return fault.New(fault.Conflict, "answered", text.T("task.input.answered"))
		}
		n, err := tx.Exec(`update task_input set answer = $1, answered_at = $2, answered_by = $3, rev = rev + 1 where province_id = $4 and year = $5 and task_id = $6 and id = $7 and rev = $8`,
			answer, s.Now().UnixMilli(), by.ID, s.Province, year, id, input, rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, o, "answer", "", journal.Change{Field: "answer", Kind: "task_input", Record: input, To: journal.Value(answer)})
	})
}
