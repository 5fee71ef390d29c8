package demo

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/task"
	"giamngheo/law"
)

// nobodysPassword is a hash of which nobody knows the password: the people of
// the offices have accounts, so that pages can name them, and cannot sign in
// until an administrator gives them one.
const nobodysPassword = "$argon2id$v=19$m=47104,t=1,p=1$bcO0IGNow7osIG3huqt1$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Official is somebody who can sign in to the demo: the holder of a post in
// the line of areas in which its village lies. Hash is of his password.
type Official struct {
	Login, FullName, Hash string
	Role, Subject, Agency string // the agency by the code that plans give it
	Level                 area.Level
}

// position is what somebody does at a unit: work, sign, or sign in his place.
type position string

const (
	officer position = "officer"
	head    position = "head"
	deputy  position = "deputy"
)

var positions = []position{officer, head, deputy}

// positionOf is the position that a role of law/roles.yaml has at its unit; ""
// of roles that take no part in its work.
func positionOf(role string) position {
	switch role {
	case "commune", "district", "province", "department", "agency_officer":
		return officer
	case "chair", "agency_head":
		return head
	case "vice_chair", "agency_deputy":
		return deputy
	}
	return ""
}

// roleAt is the role of a position at a unit of a level; "" is that of an agency.
func roleAt(level area.Level, p position) string {
	switch {
	case level == "":
		return map[position]string{officer: "agency_officer", head: "agency_head", deputy: "agency_deputy"}[p]
	case p == officer:
		return string(level)
	case p == head:
		return "chair"
	}
	return "vice_chair"
}

// seat is a position at a unit: an area, or an agency by account.AgencyUnit.
type seat struct {
	unit area.ID
	position
}

// holder is who held a seat from a day to a day.
type holder struct{ id, name, from, to string }

// staff is who held which seat when, in order of time. One person has one name
// wherever he acts.
type staff struct {
	of   map[seat][]holder
	tree *area.Tree
}

// on is who held a seat on a day; before a unit was there, at the one of which
// it was made. After the last holder it is he; of a unit of which nobody is
// known, the machine's operator.
func (s staff) on(unit area.ID, p position, day string) holder {
	list := s.of[seat{unit, p}]
	if len(list) == 0 {
		return holder{id: actor}
	}
	if day < list[0].from {
		if from := s.origin(unit, p, list[0].from); from != "" {
			return s.on(from, p, day)
		}
	}
	for _, h := range list {
		if day < h.to {
			return h
		}
	}
	return list[len(list)-1]
}

// origin is the unit of which one that began on a day was made, and whose people
// are known; "" for none.
func (s staff) origin(unit area.ID, p position, day string) area.ID {
	for _, e := range s.tree.Before(unit) {
		if list := s.of[seat{e.From, p}]; e.From != unit && len(list) > 0 && list[len(list)-1].to == day {
			return e.From
		}
	}
	return ""
}

// bare is a person's name without his office.
func bare(fullName string) string {
	name, _, _ := strings.Cut(fullName, ", ")
	return name
}

// readStaff reads it from the posts.
func readStaff(tx *db.Tx, province string, tree *area.Tree) (staff, error) {
	s := staff{map[seat][]holder{}, tree}
	err := tx.Each(`select p.role, p.area_id, p.agency_id, p.from_day, p.to_day, p.account_id, a.full_name from post p join account a on a.province_id = p.province_id and a.id = p.account_id
		where p.province_id = $1 order by p.from_day, p.id`, []any{province}, func(r *sql.Rows) error {
		var role, agency string
		var unit area.ID
		var h holder
		if err := r.Scan(&role, &unit, &agency, &h.from, &h.to, &h.id, &h.name); err != nil {
			return err
		}
		h.name = bare(h.name)
		s.add(role, unit, agency, h)
		return nil
	})
	return s, err
}

// add gives a post its seats: the officer of the lead department works for the
// province too.
func (s staff) add(role string, unit area.ID, agency string, h holder) {
	p := positionOf(role)
	if p == "" {
		return
	}
	at := []area.ID{unit}
	if agency != "" {
		at = []area.ID{account.AgencyUnit(agency)}
		if role == string(area.Province) {
			at = append(at, unit)
		}
	}
	for _, unit := range at {
		s.of[seat{unit, p}] = append(s.of[seat{unit, p}], h)
	}
}

// posting is the part of law/demo/organisation.yaml about posts.
type posting struct {
	Begun   string
	Changed float64
	Between [2]string
	Titles  map[area.Level]map[position]string
	// Agencies are titles by the first words of an agency's name, the last for
	// all others.
	Agencies []struct{ Begins, Officer, Head, Deputy string }
}

// title is the office of a position at a unit as it is written after a name.
func (f posting) title(level area.Level, name string, p position) string {
	if level != "" {
		return strings.ReplaceAll(f.Titles[level][p], "{unit}", strings.ToLower(name[:1])+name[1:])
	}
	for _, a := range f.Agencies {
		if strings.HasPrefix(name, a.Begins) {
			return map[position]string{officer: a.Officer, head: a.Head, deputy: a.Deputy}[p] + " " + name
		}
	}
	return name
}

// hiring fills the seats of a province.
type hiring struct {
	*generator
	posting posting
	staff   staff
	people  []*employee
	byID    map[string]*employee
	posts   *db.Bulk
}

// employee is an account; one without a post today is closed.
type employee struct {
	id, login, fullName, hash, from string
	active                          int
}

// body is a unit with its time.
type body struct {
	unit     area.ID
	level    area.Level // "" of an agency
	name     string
	code     string
	at       area.ID // where its posts stand
	from, to string
}

// hire gives every unit and agency of the demo's years its people: those who
// can sign in at home, invented ones elsewhere, some of whom followed others.
func (g *generator) hire(home area.ID, officials []Official) (*hiring, error) {
	org, err := readOrganisation()
	if err != nil {
		return nil, err
	}
	h := &hiring{generator: g, posting: org.Posts, staff: staff{map[seat][]holder{}, g.tree}, byID: map[string]*employee{},
		posts: db.NewBulk("post", "id", "account_id", "agency", "role", "subject", "area_id", "from_day", "to_day", "given_by", "given_at", "agency_id")}
	bodies, err := g.bodies(h.posting.Begun)
	if err != nil {
		return nil, err
	}
	for _, o := range officials {
		v, ok := g.tree.Ancestor(home, today, o.Level)
		if !ok {
			return nil, fmt.Errorf("demo: no %s above %s", o.Level, home)
		}
		one := holder{g.id(), bare(o.FullName), h.posting.Begun, account.Forever}
		h.person(one, o.Login, one.name, o.Hash) // the office stands in his post
		where := v.FullName
		if at := slices.IndexFunc(bodies, func(b body) bool { return o.Agency != "" && b.code == o.Agency }); at >= 0 {
			where = bodies[at].name
		}
		h.post(where, o.Role, o.Subject, v.Area, o.Agency, one)
	}
	taken := map[seat]bool{}
	for s := range h.staff.of {
		taken[s] = true
	}
	for _, b := range bodies {
		for _, p := range positions {
			if s := (seat{b.unit, p}); !taken[s] {
				h.fill(b, p)
			}
		}
	}
	return h, nil
}

func (h *hiring) person(one holder, login, fullName, hash string) {
	e := &employee{id: one.id, login: login, fullName: fullName, hash: hash, from: one.from}
	h.people, h.byID[one.id] = append(h.people, e), e
}

func (h *hiring) post(where, role, subject string, at area.ID, agency string, one holder) {
	h.posts.Add(h.id(), one.id, where, role, subject, string(at), one.from, one.to, actor, instant(one.from).UnixMilli(), agency)
	h.staff.add(role, at, agency, one)
	if one.to > today {
		h.byID[one.id].active = 1
	}
}

// insert writes accounts and posts. Names for signing in are those of the unit,
// with a number from the second of the same name on.
func (h *hiring) insert(tx *db.Tx) error {
	rows, used := db.NewBulk("account", "id", "name", "full_name", "password", "active", "created_at"), map[string]int{}
	for _, e := range h.people {
		login := e.login
		if used[e.login]++; used[e.login] > 1 {
			login += "-" + strconv.Itoa(used[e.login])
		}
		rows.Add(e.id, login, e.fullName, e.hash, e.active, instant(e.from).UnixMilli())
	}
	if err := tx.Insert(h.province, rows); err != nil {
		return err
	}
	return tx.Insert(h.province, h.posts)
}

// fill gives a seat one holder or two, one after the other. The first of a unit
// made of others comes from one of these.
func (h *hiring) fill(b body, p position) {
	r := h.random("seat", string(b.unit), string(p))
	agency := ""
	if b.level == "" {
		agency = b.code
	}
	span := []string{b.from, b.to}
	if chance(r, h.posting.Changed) {
		first, last := instant(h.posting.Between[0]), instant(h.posting.Between[1])
		days := int(last.Sub(first) / (24 * time.Hour))
		if day := first.AddDate(0, 0, r.IntN(days+1)).Format(time.DateOnly); day > b.from && (b.to == "" || day < b.to) {
			span = []string{b.from, day, b.to}
		}
	}
	for n := range len(span) - 1 {
		one := holder{from: span[n], to: cmp.Or(span[n+1], account.Forever)}
		if before := h.from(b, p); n == 0 && before.id != "" {
			one.id, one.name = before.id, before.name
		} else {
			one.id, one.name = h.id(), h.somebody(r)
			h.person(one, map[position]string{officer: "cb", head: "ct", deputy: "pct"}[p]+"."+b.code, one.name+", "+h.posting.title(b.level, b.name, p), nobodysPassword)
		}
		h.post(b.name, roleAt(b.level, p), "", b.at, agency, one)
	}
}

// from is who held the seat of the unit of which a new one was made.
func (h *hiring) from(b body, p position) (last holder) {
	if from := h.staff.origin(b.unit, p, b.from); from != "" {
		list := h.staff.of[seat{from, p}]
		last = list[len(list)-1]
	}
	return last
}

// somebody invents a name.
func (g *generator) somebody(r *rand.Rand) string {
	names := g.names[household.Ethnic.Majority]
	middle, given := names.maleMiddle, names.male
	if r.IntN(3) == 0 {
		middle, given = names.femaleMiddle, names.female
	}
	return strings.Join([]string{pick(r, names.family).text, pick(r, middle).text, pick(r, given).text}, " ")
}

// bodies are the units that lived in the demo's years, the oldest first, and
// the agencies of its plan.
func (g *generator) bodies(begun string) (list []body, err error) {
	seen := map[area.ID]bool{}
	root := g.tree.Roots(today)[0].Area
	days := []string{today}
	for year := firstYear; year <= lastYear; year++ {
		days = append(days, max(task.Boundaries(year), g.first))
	}
	slices.Sort(days)
	for _, day := range days {
		for _, v := range g.tree.Under(root, day, area.Commune) {
			if seen[v.Area] {
				continue
			}
			seen[v.Area] = true
			last, _ := g.tree.Last(v.Area)
			from := g.tree.History(v.Area)[0].From
			if from <= g.first {
				from = begun
			}
			list = append(list, body{v.Area, v.Level, v.FullName, v.Code, v.Area, from, last.To})
		}
	}
	slices.SortStableFunc(list, func(a, b body) int { return cmp.Compare(a.from, b.from) })
	plans, err := task.Programmes(law.Files)
	if err != nil {
		return nil, err
	}
	plan, err := task.OfYear(plans, lastYear)
	if err != nil {
		return nil, err
	}
	for _, a := range plan.Bodies() {
		list = append(list, body{unit: account.AgencyUnit(a.Code), name: a.Name, code: a.Code, at: root, from: begun})
	}
	return list, nil
}
