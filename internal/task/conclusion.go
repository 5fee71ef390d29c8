package task

import (
	"context"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// Conclusions is the task of the obligations that meetings of committees brought
// and no plan did, drawn together; each has a number after it.
const Conclusions = "KL"

// Kind is the task by which obligations are drawn together.
func (i Instance) Kind() string {
	if i.Committee != "" {
		return Conclusions
	}
	return i.Task
}

// committeeMark begins the approver of a conclusion's obligation: who signs for
// the People's Committee of the level of the committee.
const committeeMark = "@"

// CommitteeLevel is the level of the committee that approves; ok is false where
// a plan says who does.
func (i Instance) CommitteeLevel() (level programme.Level, ok bool) {
	rest, ok := strings.CutPrefix(i.Approver, committeeMark)
	return programme.Level(rest), ok
}

// ObligeIn makes an obligation of what a meeting concluded, with its own
// dossier, in the year of the meeting. It is false where that year's have not
// been made.
func (s *Store) ObligeIn(tx *db.Tx, by *account.Actor, c committee.Committee, held string, o committee.Conclusion) (year int, err error) {
	if year, err = strconv.Atoi(held[:4]); err != nil {
		return 0, err
	}
	plan, made, err := s.madeBy(tx, year)
	if err != nil || !made {
		return 0, err
	}
	at, _ := s.Tree().Last(c.Area)
	i := Instance{Instance: programme.Instance{Year: year, Span: programme.Span{From: year, To: year}, Due: o.Due, Ends: o.Ends, Approver: committeeMark + string(levels[at.Level])}, ID: o.ID, Title: o.Title, Committee: c.ID, By: o.Unit}
	if id, agency := account.AgencyOf(o.Unit); agency {
		agencies, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return 0, err
		}
		i.Level, i.Unit = programme.Agency, programme.Unit{Code: id}
		for _, a := range agencies {
			if a.ID == id {
				i.Unit.Name = a.Name
			}
		}
	} else {
		v, _ := s.Tree().On(o.Unit, s.today())
		i.Level, i.Area, i.Unit = levels[v.Level], o.Unit, programme.Unit{Code: v.Code, Name: v.FullName}
	}
	var position, last int
	if err := tx.Get(`select coalesce(max(position), 0) from task where province_id = $1 and year = $2`, []any{s.Province, year}, &position); err != nil {
		return 0, err
	}
	if err := tx.Get(`select coalesce(max(cast(substr(task, 4) as integer)), 0) from task where province_id = $1 and year = $2 and committee_id <> ''`, []any{s.Province, year}, &last); err != nil {
		return 0, err
	}
	i.Task = Conclusions + "." + strconv.Itoa(last+1)
	if _, err := tx.Exec(`insert into task (province_id, year, id, position, task, level, unit, unit_code, unit_name, from_year, to_year, due, ends, lead, approver, title, committee_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $2, $2, $10, $11, '', $12, $13, $14)`,
		s.Province, year, i.ID, position+1, i.Task, string(i.Level), i.owner(), i.Unit.Code, i.Unit.Name, i.Due, i.Ends, i.Approver, i.Title, i.Committee); err != nil {
		return 0, err
	}
	procedure, err := s.procedure(year)
	if err != nil {
		return 0, err
	}
	return year, s.Dossiers.Open(tx, by.ID, procedure, s.keys(plan, procedure, []Instance{i}))
}

// OfCommittee gives the obligations that a committee's meetings brought, by id,
// to who may see the committee: the caller has asked.
func (s *Store) OfCommittee(ctx context.Context, id string, years ...int) (all map[string]Instance, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = map[string]Instance{}
		for _, year := range years {
			plan, _, err := s.madeBy(tx, year)
			if err != nil {
				return err
			}
			list, err := s.kept(tx, year, ` and committee_id = $3`, id)
			if err == nil {
				err = s.follow(tx, plan, year, list)
			}
			if err != nil {
				return err
			}
			for _, i := range list {
				all[i.ID] = i
			}
		}
		return nil
	})
	return all, err
}

// conclusionColumn is the title of all of them on a board.
func conclusionColumn() string { return text.T("task.conclusions") }

// ofLevel is the level at which the product of an obligation is approved.
func (s *Store) ofLevel(plan string, i Instance) (at programme.Level, named bool) {
	if at, ok := i.CommitteeLevel(); ok {
		if i.Level == programme.Agency && at != programme.Province {
			return programme.Agency, true // an agency of a district: its head signs
		}
		return at, true
	}
	at, named = s.Approvers.ByPlan[plan][i.Approver]
	return at, named
}
