// Package committee is the steering committees of the programme (plan
// 159/KH-UBND, II.5.1 and annex III) of the province, its districts and
// communes: the decision that set each up, its members by post, who answers for
// which area and which field, its working rules, its meetings and what they
// concluded. A conclusion is a task of a unit with a term. It shows which units
// have no committee yet. It approves nothing, and a member's place in it gives
// no right in the program.
package committee

import (
	"database/sql"
	"slices"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
)

// Committee is one steering committee.
type Committee struct {
	ID           string
	Area         area.ID
	Name         string
	Number       string // of the decision
	DecidedOn    string
	Signer       string
	SignerOffice string
	To           string // the first day on which another took its place
	Rules        string // of its work; "" where nobody wrote them down
	At           int64
	By           string
	Rev          int64
}

// InForce says whether no other took its place.
func (c Committee) InForce() bool { return c.To == account.Forever }

// Role is what somebody is in a committee.
type Role string

// Roles lists them in the order of a decision.
var Roles = []Role{"head", "deputy", "standing", "member", "secretary"}

// Member is somebody's place in a committee, by his post.
type Member struct {
	ID       string
	Name     string
	Office   string
	Role     Role
	Area     area.ID  // that he answers for; "" for none
	Subject  string   // the field he answers for
	Unit     area.ID  // by a post at this unit, an area or account.AgencyUnit; "" where only the name is known
	Post     string   // its role
	Holders  []string // who holds the post now, or held it at the end
	From, To string
	Rev      int64
}

// Store keeps the committees of one province.
type Store struct {
	DB       *db.DB
	Province string
	Now      func() time.Time
	Tree     func() *area.Tree
	Calendar *workday.Calendar
	Roles    func() *account.Roles
	// Oblige makes an obligation with a dossier of a conclusion, in the year
	// that it gives; 0 where that year's have not been made.
	Oblige func(tx *db.Tx, by *account.Actor, c Committee, held string, o Conclusion) (year int, err error)
}

func (s *Store) today() string { return area.Today(s.Now()) }

// covers holds for areas of today and, of one that has ended, of its last day.
func (s *Store) covers(root, id area.ID) bool {
	if s.Tree().Covers(root, id, s.today()) {
		return true
	}
	last, ok := s.Tree().Last(id)
	return ok && last.To != "" && last.To <= s.today() && s.Tree().Covers(root, id, area.DayBefore(last.To))
}

// sees says who reads of the committee of a unit: those with a post over it,
// and those whose post lies in it, for it guides their work.
func (s *Store) sees(by *account.Actor, unit area.ID) bool {
	if by.ID == account.OperatorID {
		return true
	}
	if by.MustChange {
		return false
	}
	for _, p := range by.Posts {
		role, ok := s.Roles().Role(p.Role)
		if ok && p.InForce(by.Day) && (!role.ShowsNobody() || role.AtAgency) && (s.covers(p.Area, unit) || s.covers(unit, p.Area)) {
			return true
		}
	}
	return false
}

// Keeps says who writes down what a committee is and does: those who work at
// the People's Committee of the unit, or at one above or the lead department of
// the programme that record it for them.
func (s *Store) Keeps(by *account.Actor, unit area.ID) bool {
	if by.ID == account.OperatorID {
		return true
	}
	return slices.ContainsFunc(s.Roles().WorkingPosts(by, account.RightTasks), func(p account.Post) bool {
		role, _ := s.Roles().Role(p.Role)
		return !role.AtAgency && !role.NeedsSubject && s.covers(p.Area, unit)
	})
}

func absent() error { return fault.New(fault.NotFound, "no_committee", text.T("committee.none")) }

// mayKeep answers those who may not: as if it were not there to who does not
// see it.
func (s *Store) mayKeep(by *account.Actor, unit area.ID) error {
	switch {
	case s.Keeps(by, unit):
		return nil
	case s.sees(by, unit):
		return fault.New(fault.Forbidden, "not_yours", text.T("committee.not_yours"))
	}
	return absent()
}

const columns = `id, area_id, name, number, decided_on, signer, signer_office, to_day, rules, at, by_actor, rev`

func scan(r *sql.Rows) (c Committee, err error) {
	err = r.Scan(&c.ID, &c.Area, &c.Name, &c.Number, &c.DecidedOn, &c.Signer, &c.SignerOffice, &c.To, &c.Rules, &c.At, &c.By, &c.Rev)
	return c, err
}

func (s *Store) list(tx *db.Tx, condition string, args ...any) (list []Committee, err error) {
	err = tx.Each(`select `+columns+` from committee where province_id = $1`+condition, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		c, err := scan(r)
		list = append(list, c)
		return err
	})
	return list, err
}

func (s *Store) find(tx *db.Tx, by *account.Actor, id string) (Committee, error) {
	list, err := s.list(tx, ` and id = $2`, id)
	if err != nil {
		return Committee{}, err
	}
	if len(list) == 0 || !s.sees(by, list[0].Area) {
		return Committee{}, absent()
	}
	return list[0], nil
}

// SeesIn answers for a record of another subject in a transaction: in which
// unit a committee lies.
func (s *Store) SeesIn(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
	c, err := s.find(tx, by, id)
	return c.Area, err
}

// kept is find for somebody who changes it, at the revision he saw.
func (s *Store) kept(tx *db.Tx, by *account.Actor, id string) (Committee, error) {
	c, err := s.find(tx, by, id)
	if err == nil {
		err = s.mayKeep(by, c.Area)
	}
	if err == nil && !c.InForce() {
		err = fault.New(fault.Conflict, "ended", text.T("committee.ended", "day", area.ShowDay(c.To)))
	}
	return c, err
}

func (s *Store) tell(tx *db.Tx, by *account.Actor, action string, unit area.ID, record, reason string, changes ...journal.Change) error {
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "committee." + action, Kind: "committee", Record: record, AreaID: string(unit), Reason: reason, Changes: changes})
}

func refused(field, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, key, message, fault.Field{Name: field, Message: message})
}

// Texts of a committee with lengths of their own, in letters: what a meeting
// gives a unit to do stands in lists, and working rules are pages.
const (
	mostTitle = 1000
	longRules = 20000
)
