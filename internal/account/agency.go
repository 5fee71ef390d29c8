package account

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Agency is a body outside the tree of areas (Sở Y tế, Ban Dân tộc, the
// Fatherland Front) that leads, reports and approves like a People's Committee.
type Agency struct {
	ID       string // the code by which plans name it
	Name     string
	Area     area.ID // where it belongs
	From, To string  // From is "" where nobody has said since when; To is the first day on which it is no more
	// Successor is the agency that took over when it ended; "" where none was named.
	Successor string
	Rev       int64
}

// InForce says whether the agency is there on the day.
func (a Agency) InForce(day string) bool { return a.From <= day && day < a.To }

// unitMark begins the ids of agencies among those of areas; no area has it.
const unitMark = "@"

// AgencyUnit is an agency where the id of a unit is asked for.
func AgencyUnit(id string) area.ID { return area.ID(unitMark + id) }

// AgencyOf gives the agency that a unit is; ok is false for an area.
func AgencyOf(unit area.ID) (id string, ok bool) { return strings.CutPrefix(string(unit), unitMark) }

// AgenciesIn gives all agencies, by name, those of the past among them.
func AgenciesIn(tx *db.Tx, province string) (list []Agency, err error) {
	err = tx.Each(`select id, name, area_id, from_day, to_day, successor_id, rev from agency where province_id = $1 order by name, id`, []any{province}, func(r *sql.Rows) error {
		var a Agency
		err := r.Scan(&a.ID, &a.Name, &a.Area, &a.From, &a.To, &a.Successor, &a.Rev)
		list = append(list, a)
		return err
	})
	return list, err
}

// AllAgencies gives all agencies, those of the past among them.
func (s *Store) AllAgencies(ctx context.Context) (list []Agency, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err = AgenciesIn(tx, s.province)
		return err
	})
	return list, err
}

// Agencies gives those in force today, by name.
func (s *Store) Agencies(ctx context.Context) ([]Agency, error) {
	list, err := s.AllAgencies(ctx)
	today := s.today()
	return slices.DeleteFunc(list, func(a Agency) bool { return !a.InForce(today) }), err
}

// SeedAgencies adds those that a plan names and nobody has recorded yet, and
// puts posts that were given there by name at them. Those recorded stay as they
// are.
func SeedAgencies(tx *db.Tx, province, actor string, now int64, named []Agency) error {
	known, err := AgenciesIn(tx, province)
	if err != nil {
		return err
	}
	var changes []journal.Change
	for _, a := range named {
		if slices.ContainsFunc(known, func(k Agency) bool { return k.ID == a.ID }) {
			continue
		}
		a.To = Forever
		if err := insertAgency(tx, province, actor, now, a); err != nil {
			return err
		}
		known = append(known, a)
		changes = append(changes, journal.Change{Kind: "agency", Record: a.ID, Field: "name", To: journal.Value(a.Name)})
	}
	if len(changes) == 0 {
		return nil
	}
	placed, err := placePosts(tx, province, known)
	if err != nil {
		return err
	}
	return journal.Record(tx, province, &journal.Entry{At: now, Actor: actor, Action: "agency.seed", Kind: "agency", Changes: append(changes, placed...)})
}

func insertAgency(tx *db.Tx, province, actor string, now int64, a Agency) error {
	_, err := tx.Exec(`insert into agency (province_id, id, name, area_id, from_day, to_day, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		province, a.ID, a.Name, string(a.Area), a.From, a.To, now, actor)
	return err
}

// placePosts puts posts without an agency at the one whose name they bear.
func placePosts(tx *db.Tx, province string, known []Agency) (changes []journal.Change, err error) {
	type one struct {
		id, name string
		at       area.ID
	}
	var posts []one
	err = tx.Each(`select id, agency, area_id from post where province_id = $1 and agency_id = '' and agency <> '' order by id`, []any{province}, func(r *sql.Rows) error {
		var p one
		err := r.Scan(&p.id, &p.name, &p.at)
		posts = append(posts, p)
		return err
	})
	for _, p := range posts {
		a, ok := named(known, p.name)
		if !ok || a.Area != p.at {
			continue
		}
		if _, err := tx.Exec(`update post set agency_id = $1, rev = rev + 1 where province_id = $2 and id = $3`, a.ID, province, p.id); err != nil {
			return nil, err
		}
		changes = append(changes, journal.Change{Kind: "post", Record: p.id, Field: "agency_id", To: journal.Value(a.ID)})
	}
	return changes, err
}

// named finds an agency by its code or its name, however that is written.
func named(list []Agency, said string) (Agency, bool) {
	i := slices.IndexFunc(list, func(a Agency) bool { return a.ID == said || vn.Fold(a.Name) == vn.Fold(said) })
	if i < 0 || said == "" {
		return Agency{}, false
	}
	return list[i], true
}

// KeepsAgencies says whether the actor adds and ends agencies that belong to an
// area: an administrator, and who keeps the areas of the province.
func (s *Store) KeepsAgencies(by *Actor, at area.ID) bool {
	return by.ScopeFor(RightAccounts).Covers(s.tree(), at, by.Day) || by.ScopeFor(RightAreas).Covers(s.tree(), at, by.Day)
}

func (s *Store) mayKeep(by *Actor, at area.ID) error {
	if s.KeepsAgencies(by, at) {
		return nil
	}
	return fault.New(fault.Forbidden, "not_yours", text.T("account.agency.not_yours"))
}

// AddAgency records an agency that no plan names, or one of a district.
func (s *Store) AddAgency(ctx context.Context, by *Actor, a Agency, reason string) error {
	if !by.Can(RightAreas) {
		if err := by.Need(RightAccounts); err != nil {
			return err
		}
	}
	var longName error
	a.Name, longName = typed.OneLine("name", a.Name)
	if a.To == "" {
		a.To = Forever
	}
	v, lives := s.tree().On(a.Area, s.today())
	noDay := a.From != "" && !area.ValidDay(a.From)
	if err := fault.Together(
		fault.If(a.Name == "", refused("agency_name", "name", text.T("account.agency.bad_name"))), longName,
		fault.If(!goodCode(a.ID), refused("agency_code", "code", text.T("account.agency.bad_code"))),
		fault.If(!lives || v.Level != area.Province && v.Level != area.District, refused("agency_area", "area", text.T("account.agency.bad_area"))),
		fault.If(noDay, refused("agency_from", "from", text.T("account.agency.bad_from"))),
		fault.If(!area.ValidDay(a.To) || !noDay && a.To <= a.From, refused("agency_to", "to", text.T("account.agency.bad_to", "day", area.ShowDay(a.From)))),
		typed.Fits("reason", reason, typed.Words)); err != nil {
		return err
	}
	if err := s.mayKeep(by, a.Area); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		err := insertAgency(tx, s.province, by.ID, s.now().UnixMilli(), a)
		if db.Unique(err) {
			return refused("agency_twice", "code", text.T("account.agency.twice", "code", a.ID))
		}
		if err != nil {
			return err
		}
		return s.recordAgency(tx, by, "agency.add", a, reason, journal.Diff(journal.Diff(nil, "name", "", a.Name), "from", "", a.From))
	})
}

func goodCode(code string) bool {
	return code != "" && len(code) <= 60 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// EndAgency says from which day an agency is no more. Posts at it give nothing
// at it from then on. What it still owes is the tasks' to pass on
// (task.Store.EndAgency).
func (s *Store) EndAgency(ctx context.Context, by *Actor, id string, rev int64, day, reason string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.EndAgencyIn(tx, by, id, rev, day, reason) })
}

// EndAgencyIn is EndAgency within a transaction.
func (s *Store) EndAgencyIn(tx *db.Tx, by *Actor, id string, rev int64, day, reason string) error {
	list, err := AgenciesIn(tx, s.province)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(a Agency) bool { return a.ID == id })
	if i < 0 {
		return fault.New(fault.NotFound, "agency_absent", text.T("account.agency.absent", "code", id))
	}
	if err := s.mayKeep(by, list[i].Area); err != nil {
		return err
	}
	if err := fault.Together(fault.If(!area.ValidDay(day) || day <= list[i].From || day >= list[i].To, refused("agency_to", "to", badEnd(list[i]))), typed.Fits("reason", reason, typed.Words)); err != nil {
		return err
	}
	n, err := tx.Exec(`update agency set to_day = $1, rev = rev + 1 where province_id = $2 and id = $3 and rev = $4`, day, s.province, id, rev)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "stale_rev", text.T("account.agency.stale"))
	}
	return s.recordAgency(tx, by, "agency.end", list[i], reason, journal.Diff(nil, "to", shownEnd(list[i].To), day))
}

// badEnd says on which days an agency can end.
func badEnd(a Agency) string {
	if a.From == "" {
		return text.T("account.agency.bad_end")
	}
	return text.T("account.agency.bad_to", "day", area.ShowDay(a.From))
}

func (s *Store) recordAgency(tx *db.Tx, by *Actor, action string, a Agency, reason string, changes []journal.Change) error {
	return journal.Record(tx, s.province, &journal.Entry{At: s.now().UnixMilli(), Actor: by.ID, Action: action, Kind: "agency", Record: a.ID, AreaID: string(a.Area), Reason: reason, Changes: changes})
}

// place finds the agency at which a new post stands: chosen, or said by its
// name.
func (s *Store) place(tx *db.Tx, p *Post) error {
	list, err := AgenciesIn(tx, s.province)
	if err != nil {
		return err
	}
	role, _ := s.roles.Role(p.Role)
	said := p.AgencyID
	if said == "" {
		said = p.Agency
	}
	a, ok := named(list, said)
	switch {
	case ok && a.InForce(p.From) && a.Area == p.Area:
		p.AgencyID, p.Agency = a.ID, a.Name
	case ok && a.Area != p.Area && (p.AgencyID != "" || role.AtAgency):
		return refused("post_agency_area", "agency_id", text.T("account.agency.elsewhere", "agency", a.Name))
	case p.AgencyID != "":
		return refused("post_agency", "agency_id", text.T("account.agency.absent", "code", p.AgencyID))
	case role.AtAgency:
		return refused("post_agency", "agency_id", text.T("account.agency.choose", "role", role.Name))
	}
	return nil
}

// Holder is somebody with a post in force.
type Holder struct {
	ID       ID
	FullName string
	Post     Post
}

// Holders gives who has a post at the unit (an area, or an agency by
// AgencyUnit) on the day, by name.
func Holders(tx *db.Tx, province string, unit area.ID, day string) (list []Holder, err error) {
	condition, key := `p.area_id = $3 and p.agency_id = ''`, string(unit)
	if id, ok := AgencyOf(unit); ok {
		condition, key = `p.agency_id = $3`, id
	}
	err = tx.Each(`select a.full_name, p.id, p.account_id, p.agency, p.role, p.subject, p.area_id, p.from_day, p.to_day, p.given_by, p.given_at, p.rev, p.agency_id
		from post p join account a on a.province_id = p.province_id and a.id = p.account_id
		where p.province_id = $1 and a.active = 1 and p.from_day <= $2 and p.to_day > $2 and `+condition+` order by a.full_name, p.id`, []any{province, day, key}, func(r *sql.Rows) error {
		var h Holder
		p := &h.Post
		err := r.Scan(&h.FullName, &p.ID, &p.Account, &p.Agency, &p.Role, &p.Subject, &p.Area, &p.From, &p.To, &p.GivenBy, &p.GivenAt, &p.Rev, &p.AgencyID)
		h.ID = p.Account
		list = append(list, h)
		return err
	})
	return list, err
}

// Staff gives who has a post in force at each unit on the day, by name; agencies
// stand there by AgencyUnit. Whoever only looks on is among them.
func (s *Store) Staff(ctx context.Context, day string) (staff map[area.ID][]Holder, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		staff, err = s.staff(tx, `p.from_day <= $2 and p.to_day > $2 and a.active = 1`, day)
		return err
	})
	return staff, err
}

// StaffOf gives all posts there ever were at an agency, the last first.
func (s *Store) StaffOf(ctx context.Context, agency string) (list []Holder, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		staff, err := s.staff(tx, `p.agency_id = $2`, agency)
		list = staff[AgencyUnit(agency)]
		return err
	})
	slices.SortStableFunc(list, func(a, b Holder) int { return strings.Compare(b.Post.From, a.Post.From) })
	return list, err
}

func (s *Store) staff(tx *db.Tx, condition string, args ...any) (map[area.ID][]Holder, error) {
	staff := map[area.ID][]Holder{}
	err := tx.Each(`select a.full_name, p.id, p.account_id, p.agency, p.role, p.subject, p.area_id, p.from_day, p.to_day, p.agency_id
		from post p join account a on a.province_id = p.province_id and a.id = p.account_id where p.province_id = $1 and `+condition+` order by a.full_name, p.id`, append([]any{s.province}, args...), func(r *sql.Rows) error {
		var h Holder
		p := &h.Post
		err := r.Scan(&h.FullName, &p.ID, &p.Account, &p.Agency, &p.Role, &p.Subject, &p.Area, &p.From, &p.To, &p.AgencyID)
		h.ID = p.Account
		unit := p.Area
		if p.AgencyID != "" {
			unit = AgencyUnit(p.AgencyID)
		}
		staff[unit] = append(staff[unit], h)
		return err
	})
	return staff, err
}
