package task

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// OpenOf gives what an agency owes of the years that were made and has not
// done: its own and what it leads for the province.
func (s *Store) OpenOf(ctx context.Context, agency string) (list []Instance, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.openOf(tx, agency)
		return err
	})
	return list, err
}

func (s *Store) openOf(tx *db.Tx, agency string) (list []Instance, err error) {
	years, err := s.madeYears(tx)
	if err != nil {
		return nil, err
	}
	for _, y := range years {
		some, err := s.some(tx, y, ` and (level = 'agency' and unit = $3 or level = 'province' and lead = $3)`, agency)
		if err != nil {
			return nil, err
		}
		for _, i := range some {
			if i.By == account.AgencyUnit(agency) && i.State != Done && i.State != PassedOn {
				list = append(list, i)
			}
		}
	}
	return list, nil
}

// EndAgency ends an agency by end, in one transaction with what becomes of its
// open obligations: they go to the successor. Without one it is refused while
// there are any.
func (s *Store) EndAgency(ctx context.Context, by *account.Actor, id, successor, day string, end func(tx *db.Tx) error) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		if err := end(tx); err != nil {
			return err
		}
		open, err := s.openOf(tx, id)
		if err != nil {
			return err
		}
		signs, err := s.signedAt(tx, id)
		if err != nil || len(open) == 0 && signs == 0 && successor == "" {
			return err
		}
		list, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(a account.Agency) bool { return a.ID == id })
		to := slices.IndexFunc(list, func(a account.Agency) bool { return a.ID == successor && a.ID != id && a.InForce(s.today()) })
		switch {
		case successor == "" && len(open) == 0:
			return field("agency_signs", "successor", "task.agency_signs", "n", signs)
		case successor == "":
			return field("agency_owes", "successor", "task.agency_owes", "n", len(open), "list", named(open))
		case to < 0:
			return field("agency_successor", "successor", "task.agency_successor")
		case len(open)+signs > 0 && day > s.today():
			return field("agency_day", "to", "task.agency_day", "n", len(open)+signs)
		}
		// Years made later ask the successor too.
		if _, err := tx.Exec(`update agency set successor_id = $1 where province_id = $2 and id = $3`, successor, s.Province, id); err != nil {
			return err
		}
		for _, i := range open {
			if err := s.handOver(tx, by, i, list[at], list[to]); err != nil {
				return err
			}
			n++
		}
		return s.signElsewhere(tx, id, successor)
	})
	return n, err
}

// signedAt counts the open dossiers of others that are signed at an agency.
func (s *Store) signedAt(tx *db.Tx, agency string) (n int, err error) {
	err = tx.Get(`select count(*) from dossier where province_id = $1 and kind >= $2 and kind < $3 and sign_at = $4 and state in ('draft', 'submitted', 'returned')`,
		[]any{s.Province, kindPrefix, kindPrefix + "~", string(account.AgencyUnit(agency))}, &n)
	return n, err
}

// signElsewhere lets the successor sign what the head of an agency was to sign,
// and what is unlocked of what he has signed.
func (s *Store) signElsewhere(tx *db.Tx, from, to string) error {
	_, err := tx.Exec(`update dossier set sign_at = $1, rev = rev + 1 where province_id = $2 and kind >= $3 and kind < $4 and sign_at = $5`,
		string(account.AgencyUnit(to)), s.Province, kindPrefix, kindPrefix+"~", string(account.AgencyUnit(from)))
	return err
}

// NameSuccessor names who took over from an agency that has ended without one,
// in one transaction with what it still owes of the years that were made: that
// goes to the successor. Years made in between asked nobody in its place, and
// stay as they are; those made later ask the successor.
func (s *Store) NameSuccessor(ctx context.Context, by *account.Actor, id, successor string, name func(tx *db.Tx) error) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		if err := name(tx); err != nil {
			return err
		}
		if err := s.signElsewhere(tx, id, successor); err != nil {
			return err
		}
		open, err := s.openOf(tx, id)
		if err != nil || len(open) == 0 {
			return err
		}
		list, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(a account.Agency) bool { return a.ID == id })
		to := slices.IndexFunc(list, func(a account.Agency) bool { return a.ID == successor })
		for _, i := range open {
			if err := s.handOver(tx, by, i, list[at], list[to]); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// named lists obligations in words, the first of many.
func named(list []Instance) string {
	var names []string
	for n, i := range list {
		if n == 5 {
			names = append(names, "…")
			break
		}
		names = append(names, text.T("task.agency_one", "task", i.Task, "year", i.Year, "title", i.Title))
	}
	return strings.Join(names, "; ")
}

// handOver gives an obligation of an agency to its successor. What the agency
// leads for the province stays the province's; only its lead changes.
func (s *Store) handOver(tx *db.Tx, by *account.Actor, i Instance, from, to account.Agency) error {
	heir := account.AgencyUnit(to.ID)
	reason := text.T("task.passed.agency", "agency", from.Name, "successor", to.Name)
	plan, _, err := s.madeBy(tx, i.Year)
	if err != nil {
		return err
	}
	own, there, err := s.ownDossier(tx, plan, i)
	if err != nil {
		return err
	}
	if i.Level != programme.Agency {
		if there {
			if err := s.Dossiers.Move(tx, by, own, from.Name, heir); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`update task set lead = $1 where province_id = $2 and year = $3 and id = $4`, to.ID, s.Province, i.Year, i.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`update task_part set unit_id = $1, rev = rev + 1 where province_id = $2 and year = $3 and task_id = $4 and unit_id = $5 and done_at is null and dropped_at is null`,
			string(heir), s.Province, i.Year, i.ID, string(i.By)); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "task.pass_on", Kind: "task", Record: subjectOf(i.Year, i.ID), AreaID: string(i.Area), Reason: reason,
			Changes: []journal.Change{{Field: "task", To: journal.Value(i.Task)}, {Field: "lead", From: journal.Value(from.ID), To: journal.Value(to.ID)}}})
	}
	if there {
		if err := s.Dossiers.HandOn(tx, by, own, from.Name, heir, to.Name); err != nil {
			return err
		}
	}
	id, err := s.inherit(tx, i, heir)
	if err != nil {
		return err
	}
	return s.passed(tx, by, i, id, reason)
}
