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
// dossier, in the year of the meeting. The year is 0 where that year's have not
// been made.
func (s *Store) ObligeIn(tx *db.Tx, by *account.Actor, c committee.Committee, held string, o committee.Conclusion) (year int, err error) {
	if year, err = strconv.Atoi(held[:4]); err != nil {
		return 0, err
	}
	made, err := s.ObligeAll(tx, by, year, []Concluded{{Of: c, Conclusion: o}})
	if err != nil || !made {
		return 0, err
	}
	return year, nil
}

// ObligeAll is ObligeIn for many of one year.
func (s *Store) ObligeAll(tx *db.Tx, by *account.Actor, year int, all []Concluded) (made bool, err error) {
	plan, made, err := s.madeBy(tx, year)
	if err != nil || !made {
		return false, err
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return false, err
	}
	var position, last int
	if err := tx.Get(`select coalesce(max(position), 0) from task where province_id = $1 and year = $2`, []any{s.Province, year}, &position); err != nil {
		return false, err
	}
	if err := tx.Get(`select coalesce(max(cast(substr(task, 4) as integer)), 0) from task where province_id = $1 and year = $2 and committee_id <> ''`, []any{s.Province, year}, &last); err != nil {
		return false, err
	}
	rows := db.NewBulk("task", "id", "position", "task", "level", "unit", "unit_code", "unit_name", "due", "ends", "approver", "title", "committee_id").Same("year", year).Same("from_year", year).Same("to_year", year).Same("lead", "")
	var list []Instance
	for n, c := range all {
		at, _ := s.Tree().Lately(c.Of.Area, s.today())
		i := Instance{Instance: programme.Instance{Year: year, Span: programme.Span{From: year, To: year}, Due: c.Due, Ends: c.Ends, Approver: committeeMark + string(levels[at.Level])}, ID: c.ID, Title: c.Title, Committee: c.Of.ID, By: c.Unit}
		i.Task = Conclusions + "." + strconv.Itoa(last+1+n)
		if id, agency := account.AgencyOf(c.Unit); agency {
			i.Level, i.Unit = programme.Agency, programme.Unit{Code: id}
			for _, a := range agencies {
				if a.ID == id {
					i.Unit.Name = a.Name
				}
			}
		} else {
			v, _ := s.Tree().Lately(c.Unit, s.today())
			i.Level, i.Area, i.Unit = levels[v.Level], c.Unit, programme.Unit{Code: v.Code, Name: v.FullName}
		}
		rows.Add(i.ID, position+1+n, i.Task, string(i.Level), i.owner(), i.Unit.Code, i.Unit.Name, i.Due, i.Ends, i.Approver, i.Title, i.Committee)
		list = append(list, i)
	}
	if err := tx.Insert(s.Province, rows); err != nil {
		return false, err
	}
	procedure, err := s.procedure(year)
	if err != nil {
		return false, err
	}
	b, err := s.basis(tx, plan)
	if err != nil {
		return false, err
	}
	return true, s.Dossiers.Open(tx, by.ID, procedure, s.keys(b, procedure, list, agencies))
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

// ofLevel is the level at which the product of an obligation is approved, and
// the agency whose head approves it where that is a certain one.
func (s *Store) ofLevel(b basis, i Instance) (at programme.Level, agency string, known bool) {
	at, ok := i.CommitteeLevel()
	switch {
	case !ok:
		return s.signs(b, i.Approver)
	case i.Level == programme.Agency && at != programme.Province:
		return programme.Agency, "", true // an agency of a district: its head signs
	}
	return at, "", true
}
