package account

import (
	"slices"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// NameSuccessorIn records who took over from an agency that has ended, where
// nobody was named then. It is named once: what followed from it stays. What the
// agency still owes is the tasks' to pass on (task.Store.NameSuccessor).
func (s *Store) NameSuccessorIn(tx *db.Tx, by *Actor, id string, rev int64, successor, reason string) error {
	list, err := AgenciesIn(tx, s.province)
	if err != nil {
		return err
	}
	find := func(id string) int { return slices.IndexFunc(list, func(a Agency) bool { return a.ID == id }) }
	i, to := find(id), find(successor)
	if i < 0 {
		return fault.New(fault.NotFound, "agency_absent", text.T("account.agency.absent", "code", id))
	}
	if err := s.mayKeep(by, list[i].Area); err != nil {
		return err
	}
	switch {
	case list[i].To == Forever:
		return fault.New(fault.Conflict, "agency_goes_on", text.T("account.agency.goes_on"))
	case list[i].Successor != "":
		return fault.New(fault.Conflict, "agency_has_successor", text.T("account.agency.has_successor"))
	}
	if err := fault.Together(fault.If(to < 0 || to == i || !list[max(to, 0)].InForce(s.today()), refused("agency_successor", "successor", text.T("task.agency_successor"))), typed.Fits("reason", reason, typed.Words)); err != nil {
		return err
	}
	n, err := tx.Exec(`update agency set successor_id = $1, rev = rev + 1 where province_id = $2 and id = $3 and rev = $4`, successor, s.province, id, rev)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "stale_rev", text.T("account.agency.stale"))
	}
	return s.recordAgency(tx, by, "agency.successor", list[i], reason, journal.Diff(nil, "successor", "", successor))
}
