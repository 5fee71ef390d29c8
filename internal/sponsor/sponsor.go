// Package sponsor is who sponsors which district or commune (plan 159/KH-UBND,
// annex VII.2), what was promised, and what came of it; and beside it what an
// agency promises for the indicators of its own field. It gives the table that
// each agency of the province sends to the lead department: promised against
// result, by indicator and by sponsored unit, for a year or a period. It moves
// no money and judges nobody, and what nobody wrote down it does not know.
package sponsor

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// Sponsorship is one sponsor of one unit. An agency's promises for its own
// field stand under one that no row keeps: its ID is that of the agency as a
// unit, its Area where the agency belongs.
type Sponsorship struct {
	ID        string
	Area      area.ID
	Agency    string // the code of an agency; "" for another body
	Body      string // the name of another body
	Number    string // of the decision
	DecidedOn string
	From, To  string
	Note      string
	At        int64
	By        string
	Rev       int64
}

// OwnField says whether it is an agency's own field and no sponsorship.
func (s Sponsorship) OwnField() bool { return ownField(s.ID) }

func ownField(id string) bool {
	_, ok := account.AgencyOf(area.ID(id))
	return ok
}

// InForce says whether it stands on the day.
func (s Sponsorship) InForce(day string) bool { return s.From <= day && day < s.To }

// Kinds are the kinds of support, in the order of a list.
var Kinds = []string{"livelihood", "work", "housing", "health", "education", "water", "information", "infrastructure", "money", "other"}

// Number is a quantity in thousandths, or an amount of money in dong; not Known
// where nobody said.
type Number struct {
	N     int64
	Known bool
}

// Promise is one promise with what came of it.
type Promise struct {
	ID         string
	Of         string // the sponsorship
	Kind       string
	Indicator  string // of the standard; "" for none
	FromYear   int
	ToYear     int
	Words      string
	Amount     Number // in thousandths
	Measure    string // what is counted: "ngôi nhà", "con bò"
	Money      Number
	At         int64
	By         string
	Dropped    int64 // 0: it stands
	DropReason string
	Results    []Result
}

// Result is what came of a promise on a day.
type Result struct {
	ID         string
	Promise    string
	Day        string
	Words      string
	Amount     Number
	Money      Number
	At         int64
	By         string
	Dropped    int64
	DropReason string
}

// Store keeps the sponsorships of one province.
type Store struct {
	DB         *db.DB
	Province   string
	Now        func() time.Time
	Tree       func() *area.Tree
	Roles      func() *account.Roles
	Reviews    *review.Store // keeps the files
	Indicators []string      // of the standards, by their codes
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

// sees: those with a post over the unit or in it, and those at the sponsor. Of
// an agency's own field, those over the whole of its area.
func (s *Store) sees(by *account.Actor, p Sponsorship) bool {
	if by.ID == account.OperatorID {
		return true
	}
	if by.MustChange {
		return false
	}
	return slices.ContainsFunc(by.Posts, func(post account.Post) bool {
		role, ok := s.Roles().Role(post.Role)
		if !ok || !post.InForce(by.Day) || role.ShowsNobody() && !role.AtAgency {
			return false
		}
		return p.Agency != "" && post.AgencyID == p.Agency || s.covers(post.Area, p.Area) || !p.OwnField() && s.covers(p.Area, post.Area)
	})
}

// SeesUnit says whether somebody reads of the sponsors of a unit itself.
func (s *Store) SeesUnit(by *account.Actor, unit area.ID) bool {
	return s.sees(by, Sponsorship{Area: unit})
}

// working are the posts at People's Committees and the lead department through
// which somebody works over the unit.
func (s *Store) working(by *account.Actor, unit area.ID, levels ...area.Level) bool {
	return by.ID == account.OperatorID || slices.ContainsFunc(s.Roles().WorkingPosts(by, account.RightTasks), func(p account.Post) bool {
		role, _ := s.Roles().Role(p.Role)
		v, _ := s.Tree().Last(p.Area)
		return !role.AtAgency && !role.NeedsSubject && slices.Contains(levels, v.Level) && s.covers(p.Area, unit)
	})
}

// Assigns says who records that somebody sponsors the unit: the district and
// the province over it.
func (s *Store) Assigns(by *account.Actor, unit area.ID) bool {
	return s.working(by, unit, area.Province, area.District)
}

func (s *Store) atSponsor(by *account.Actor, p Sponsorship) bool {
	return p.Agency != "" && slices.ContainsFunc(s.Roles().WorkingPosts(by, account.RightTasks), func(post account.Post) bool { return post.AgencyID == p.Agency })
}

// Promises says who writes down what is promised: the sponsor, and those who
// recorded it as one.
func (s *Store) Promises(by *account.Actor, p Sponsorship) bool {
	return s.atSponsor(by, p) || s.Assigns(by, p.Area)
}

// Reports says who writes down what came of it: the sponsored unit as well.
func (s *Store) Reports(by *account.Actor, p Sponsorship) bool {
	return s.Promises(by, p) || !p.OwnField() && s.working(by, p.Area, area.Province, area.District, area.Commune)
}

func absent() error { return fault.New(fault.NotFound, "no_sponsorship", text.T("sponsor.none")) }

// allow answers those who may not: as if it were not there to who does not see
// it.
func (s *Store) allow(by *account.Actor, p Sponsorship, may bool, key string) error {
	switch {
	case may:
		return nil
	case s.sees(by, p):
		return fault.New(fault.Forbidden, "not_yours", text.T(key))
	}
	return absent()
}

const columns = `id, area_id, agency_id, body, number, decided_on, from_day, to_day, note, at, by_actor, rev`

func (s *Store) list(tx *db.Tx, condition string, args ...any) (list []Sponsorship, err error) {
	err = tx.Each(`select `+columns+` from sponsorship where province_id = $1`+condition, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		var p Sponsorship
		err := r.Scan(&p.ID, &p.Area, &p.Agency, &p.Body, &p.Number, &p.DecidedOn, &p.From, &p.To, &p.Note, &p.At, &p.By, &p.Rev)
		list = append(list, p)
		return err
	})
	return list, err
}

// ownFields are the agencies' own fields, as sponsorships.
func (s *Store) ownFields(tx *db.Tx) (list []Sponsorship, err error) {
	agencies, err := account.AgenciesIn(tx, s.Province)
	for _, a := range agencies {
		list = append(list, Sponsorship{ID: string(account.AgencyUnit(a.ID)), Area: a.Area, Agency: a.ID, From: a.From, To: a.To})
	}
	return list, err
}

// find gives a sponsorship or an agency's own field to who sees it.
func (s *Store) find(tx *db.Tx, by *account.Actor, id string) (Sponsorship, error) {
	list, err := s.ownFields(tx)
	if !ownField(id) && err == nil {
		list, err = s.list(tx, ` and id = $2`, id)
	}
	if err != nil {
		return Sponsorship{}, err
	}
	i := slices.IndexFunc(list, func(p Sponsorship) bool { return p.ID == id })
	if i < 0 || !s.sees(by, list[i]) {
		return Sponsorship{}, absent()
	}
	return list[i], nil
}

func number(n sql.NullInt64) Number { return Number{n.Int64, n.Valid} }

// nullable is a number as it is kept.
func (n Number) nullable() any {
	if !n.Known {
		return nil
	}
	return n.N
}

// promises reads those of one sponsorship, or of all with "", with their results.
func (s *Store) promises(tx *db.Tx, of string) (list []Promise, err error) {
	condition, args := "", []any{s.Province}
	if of != "" {
		condition, args = " and sponsorship_id = $2", append(args, of)
	}
	at := map[string]int{}
	err = tx.Each(`select id, sponsorship_id, kind, indicator, from_year, to_year, words, thousandths, measure, money, at, by_actor, coalesce(dropped_at, 0), drop_reason
		from sponsor_promise where province_id = $1`+condition+` order by id`, args, func(r *sql.Rows) error {
		var p Promise
		var amount, money sql.NullInt64
		err := r.Scan(&p.ID, &p.Of, &p.Kind, &p.Indicator, &p.FromYear, &p.ToYear, &p.Words, &amount, &p.Measure, &money, &p.At, &p.By, &p.Dropped, &p.DropReason)
		p.Amount, p.Money = number(amount), number(money)
		at[p.ID] = len(list)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, tx.Each(`select id, promise_id, day, words, thousandths, money, at, by_actor, coalesce(dropped_at, 0), drop_reason
		from sponsor_result where province_id = $1`+condition+` order by day, id`, args, func(r *sql.Rows) error {
		var one Result
		var amount, money sql.NullInt64
		err := r.Scan(&one.ID, &one.Promise, &one.Day, &one.Words, &amount, &money, &one.At, &one.By, &one.Dropped, &one.DropReason)
		one.Amount, one.Money = number(amount), number(money)
		if i, ok := at[one.Promise]; ok {
			list[i].Results = append(list[i].Results, one)
		}
		return err
	})
}

// Whole is a sponsorship with all that was promised and came of it.
type Whole struct {
	Sponsorship
	Promises []Promise
}

// Find gives a sponsorship, or by "@" and its code an agency's own field, to
// who sees it.
func (s *Store) Find(ctx context.Context, by *account.Actor, id string) (w Whole, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w = Whole{}
		if w.Sponsorship, err = s.find(tx, by, id); err != nil {
			return err
		}
		w.Promises, err = s.promises(tx, id)
		return err
	})
	return w, err
}

// SeesIn answers for a record of another subject in a transaction: in which
// unit a sponsorship lies.
func (s *Store) SeesIn(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
	p, err := s.find(tx, by, id)
	return p.Area, err
}

// In lists the sponsorships of the units under an area, those of the past among
// them, that the reader sees: by unit, then the newest first. units are the
// districts and communes there.
func (s *Store) In(ctx context.Context, by *account.Actor, root area.ID) (units []area.Version, list []Whole, err error) {
	v, ok := s.Tree().On(root, s.today())
	if !ok || v.Level == area.Village || !s.sees(by, Sponsorship{Area: root}) {
		return nil, nil, absent()
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := s.list(tx, "")
		if err != nil {
			return err
		}
		promises, err := s.promises(tx, "")
		if err != nil {
			return err
		}
		of := map[string][]Promise{}
		for _, p := range promises {
			of[p.Of] = append(of[p.Of], p)
		}
		list = nil
		for _, p := range all {
			if s.covers(root, p.Area) && s.sees(by, p) {
				list = append(list, Whole{p, of[p.ID]})
			}
		}
		return nil
	})
	order := map[area.ID]int{}
	for i, u := range s.Tree().Under(root, s.today(), area.Commune) {
		order[u.Area] = i
		if u.Level != area.Province {
			units = append(units, u)
		}
	}
	slices.SortStableFunc(list, func(a, b Whole) int {
		if a.Area != b.Area {
			return order[a.Area] - order[b.Area]
		}
		return strings.Compare(b.From, a.From)
	})
	return units, list, err
}

func (s *Store) tell(tx *db.Tx, by *account.Actor, action string, p Sponsorship, reason string, changes ...journal.Change) error {
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "sponsor." + action, Kind: "sponsor", Record: p.ID, AreaID: string(p.Area), Reason: reason, Changes: changes})
}
