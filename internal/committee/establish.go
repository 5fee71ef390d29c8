package committee

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
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// checked is a decision as it is kept, or what is wrong with it.
func (s *Store) checked(c Committee) (Committee, error) {
	c.Name, c.Number, c.Signer, c.SignerOffice, c.Rules = vn.Line(c.Name), vn.Line(c.Number), vn.Line(c.Signer), vn.Line(c.SignerOffice), vn.Lines(c.Rules)
	return c, fault.Together(
		fault.If(c.Name == "", refused("name", "committee.bad_name", "most", typed.Line)), typed.Fits("name", c.Name, typed.Line),
		fault.If(c.Number == "", refused("number", "committee.bad_number", "most", typed.Line)), typed.Fits("number", c.Number, typed.Line),
		fault.If(!area.ValidDay(c.DecidedOn) || c.DecidedOn > s.today(), refused("decided_on", "committee.bad_day")),
		fault.If(c.Signer == "", refused("signer", "committee.bad_signer", "most", typed.Line)), typed.Fits("signer", c.Signer, typed.Line),
		typed.Fits("signer_office", c.SignerOffice, typed.Line),
		typed.Fits("rules", c.Rules, longRules))
}

// Establish records the decision that sets up the committee of a unit. The one
// before it ends with the day of the decision.
func (s *Store) Establish(ctx context.Context, by *account.Actor, c Committee) (Committee, error) {
	if err := s.mayKeep(by, c.Area); err != nil {
		return c, err
	}
	v, ok := s.Tree().On(c.Area, s.today())
	if !ok || v.Level == area.Village {
		return c, absent()
	}
	c, err := s.checked(c)
	if err != nil {
		return c, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := s.list(tx, ` and area_id = $2 and to_day = $3`, string(c.Area), account.Forever)
		if err != nil {
			return err
		}
		for _, old := range before {
			if old.DecidedOn >= c.DecidedOn {
				return refused("decided_on", "committee.not_later", "number", old.Number, "day", area.ShowDay(old.DecidedOn))
			}
			if _, err := tx.Exec(`update committee set to_day = $1, rev = rev + 1 where province_id = $2 and id = $3`, c.DecidedOn, s.Province, old.ID); err != nil {
				return err
			}
			if err := s.tell(tx, by, "end", old.Area, old.ID, "", journal.Change{Field: "to", To: journal.Value(c.DecidedOn)}); err != nil {
				return err
			}
		}
		c.ID, c.To, c.At, c.By, c.Rev = db.NewID(), account.Forever, s.Now().UnixMilli(), by.ID, 1
		if _, err := tx.Exec(`insert into committee (province_id, id, area_id, name, number, decided_on, signer, signer_office, rules, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			s.Province, c.ID, string(c.Area), c.Name, c.Number, c.DecidedOn, c.Signer, c.SignerOffice, c.Rules, c.At, c.By); err != nil {
			return err
		}
		return s.tell(tx, by, "establish", c.Area, c.ID, "", decision(Committee{}, c)...)
	})
	return c, err
}

func decision(from, to Committee) (changes []journal.Change) {
	for _, f := range [][3]string{{"name", from.Name, to.Name}, {"number", from.Number, to.Number}, {"decided_on", from.DecidedOn, to.DecidedOn}, {"signer", from.Signer, to.Signer}, {"signer_office", from.SignerOffice, to.SignerOffice}, {"rules", from.Rules, to.Rules}} {
		changes = journal.Diff(changes, f[0], f[1], f[2])
	}
	return changes
}

func stale() error { return fault.New(fault.Conflict, "stale_rev", text.T("committee.stale")) }

// Correct mends what was written down of a decision, and its working rules.
func (s *Store) Correct(ctx context.Context, by *account.Actor, c Committee) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		old, err := s.kept(tx, by, c.ID)
		if err != nil {
			return err
		}
		c, err := s.checked(c)
		if err == nil && c.DecidedOn != old.DecidedOn {
			err = s.moveDecision(tx, by, old, c.DecidedOn)
		}
		if err != nil {
			return err
		}
		n, err := tx.Exec(`update committee set name = $1, number = $2, decided_on = $3, signer = $4, signer_office = $5, rules = $6, rev = rev + 1 where province_id = $7 and id = $8 and rev = $9`,
			c.Name, c.Number, c.DecidedOn, c.Signer, c.SignerOffice, c.Rules, s.Province, c.ID, c.Rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, "correct", old.Area, c.ID, "", decision(old, c)...)
	})
}

// moveDecision takes along what rests on the day of a decision when that was
// written down wrong: the committee before it ends on it, and members are in it
// from it on. A day after a meeting, or not after the decision before, is none.
func (s *Store) moveDecision(tx *db.Tx, by *account.Actor, c Committee, day string) error {
	meetings, err := s.meetings(tx, c.ID)
	if err != nil {
		return err
	}
	if n := len(meetings); n > 0 && meetings[n-1].HeldOn < day {
		return refused("decided_on", "committee.after_meeting", "day", area.ShowDay(meetings[n-1].HeldOn))
	}
	before, err := s.list(tx, ` and area_id = $2 and to_day = $3 and id <> $4`, string(c.Area), c.DecidedOn, c.ID)
	if err != nil {
		return err
	}
	for _, old := range before {
		if old.DecidedOn >= day {
			return refused("decided_on", "committee.not_later", "number", old.Number, "day", area.ShowDay(old.DecidedOn))
		}
		if _, err := tx.Exec(`update committee set to_day = $1, rev = rev + 1 where province_id = $2 and id = $3`, day, s.Province, old.ID); err != nil {
			return err
		}
		if err := s.tell(tx, by, "end", old.Area, old.ID, "", journal.Change{Field: "to", From: journal.Value(old.To), To: journal.Value(day)}); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`update committee_member set from_day = $1, rev = rev + 1 where province_id = $2 and committee_id = $3 and to_day > $1 and (from_day = $4 or from_day < $1)`, day, s.Province, c.ID, c.DecidedOn)
	return err
}

// AddMember gives somebody a place in a committee, from the day of its decision
// where none is said.
func (s *Store) AddMember(ctx context.Context, by *account.Actor, committee string, m Member) error {
	m.Name, m.Office, m.Subject = vn.Line(m.Name), vn.Line(m.Office), vn.Line(m.Subject)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.kept(tx, by, committee)
		if err != nil {
			return err
		}
		if m.From == "" {
			m.From = c.DecidedOn
		}
		byPost := error(nil)
		if m.Unit != "" || m.Post != "" {
			both := fault.If(m.Name != "", refused("member", "committee.both_members"))
			byPost = fault.Together(s.byPost(tx, c, &m), both)
		}
		free := byPost == nil // who is chosen by a post that is none may still be named below
		if err := fault.Together(byPost,
			fault.If(free && m.Post == "" && m.Name == "", refused("member", "committee.bad_member", "most", typed.Line)), typed.Fits("member", m.Name, typed.Line),
			fault.If(free && m.Office == "", refused("office", "committee.bad_office", "most", typed.Line)), typed.Fits("office", m.Office, typed.Line),
			fault.If(!slices.Contains(Roles, m.Role), refused("role", "committee.bad_role")),
			fault.If(m.Area != "" && !s.covers(c.Area, m.Area), refused("area", "committee.bad_area")),
			typed.Fits("subject", m.Subject, typed.Line),
			fault.If(!area.ValidDay(m.From) || m.From < c.DecidedOn || m.From > s.today(), refused("from", "committee.bad_from", "day", area.ShowDay(c.DecidedOn)))); err != nil {
			return err
		}
		if m.Role == "head" {
			var heads int
			if err := tx.Get(`select count(*) from committee_member where province_id = $1 and committee_id = $2 and role = 'head' and to_day > $3`, []any{s.Province, c.ID, m.From}, &heads); err != nil {
				return err
			}
			if heads > 0 {
				return refused("role", "committee.one_head")
			}
		}
		m.ID = db.NewID()
		if _, err := tx.Exec(`insert into committee_member (province_id, committee_id, id, name, office, role, area_id, subject, from_day, at, by_actor, unit_id, post_role) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			s.Province, c.ID, m.ID, m.Name, m.Office, string(m.Role), string(m.Area), m.Subject, m.From, s.Now().UnixMilli(), by.ID, string(m.Unit), m.Post); err != nil {
			return err
		}
		return s.tell(tx, by, "member_add", c.Area, c.ID, "", journal.Change{Field: "member", To: journal.Value(m.Name)}, journal.Change{Field: "office", To: journal.Value(m.Office)}, journal.Change{Field: "role", To: journal.Value(string(m.Role))})
	})
}

// EndMember says from which day somebody is in the committee no more.
func (s *Store) EndMember(ctx context.Context, by *account.Actor, committee, member string, rev int64, day string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.kept(tx, by, committee)
		if err != nil {
			return err
		}
		members, err := s.members(tx, c.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(members, func(m Member) bool { return m.ID == member })
		if i < 0 {
			return absent()
		}
		m := members[i]
		if !area.ValidDay(day) || day < m.From {
			return refused("to", "committee.bad_to", "day", area.ShowDay(m.From))
		}
		n, err := tx.Exec(`update committee_member set to_day = $1, rev = rev + 1 where province_id = $2 and committee_id = $3 and id = $4 and rev = $5 and to_day = $6`, day, s.Province, c.ID, m.ID, rev, account.Forever)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, "member_end", c.Area, c.ID, "", journal.Change{Field: "member", To: journal.Value(m.Name)}, journal.Change{Field: "to", To: journal.Value(day)})
	})
}

func (s *Store) members(tx *db.Tx, committee string) (list []Member, err error) {
	err = tx.Each(`select id, name, office, role, area_id, subject, from_day, to_day, rev, unit_id, post_role from committee_member where province_id = $1 and committee_id = $2 order by id`, []any{s.Province, committee}, func(r *sql.Rows) error {
		var m Member
		err := r.Scan(&m.ID, &m.Name, &m.Office, &m.Role, &m.Area, &m.Subject, &m.From, &m.To, &m.Rev, &m.Unit, &m.Post)
		list = append(list, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	for n := range list {
		if list[n].Holders, err = s.holders(tx, list[n]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b Member) int { return slices.Index(Roles, a.Role) - slices.Index(Roles, b.Role) })
	return list, err
}

// Unit is a unit with its committee; ID is "" where it has none.
type Unit struct {
	Area     area.Version
	Current  Committee
	Children int // units of the next level, and how many of them have none
	Without  int
}

// Units lists a unit that the reader sees and those right below it, each with
// the committee in force. Of a unit without any, Current has no ID.
func (s *Store) Units(ctx context.Context, by *account.Actor, root area.ID) (own Unit, below []Unit, err error) {
	v, ok := s.Tree().On(root, s.today())
	if !ok || v.Level == area.Village || !s.sees(by, root) {
		return own, nil, absent()
	}
	current := map[area.ID]Committee{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.list(tx, ` and to_day = $2`, account.Forever)
		for _, c := range list {
			current[c.Area] = c
		}
		return err
	})
	own = s.unit(v, current)
	if v.Level == area.Commune {
		return own, nil, err
	}
	for _, child := range s.Tree().Children(root, s.today()) {
		if child.Level != area.Village && s.sees(by, child.Area) {
			below = append(below, s.unit(child, current))
		}
	}
	return own, below, err
}

func (s *Store) unit(v area.Version, current map[area.ID]Committee) Unit {
	u := Unit{Area: v, Current: current[v.Area]}
	if v.Level == area.Commune {
		return u
	}
	for _, child := range s.Tree().Children(v.Area, s.today()) {
		if child.Level == area.Village {
			continue
		}
		u.Children++
		if current[child.Area].ID == "" {
			u.Without++
		}
	}
	return u
}

// Whole is a committee with all that is known of it.
type Whole struct {
	Committee
	Members     []Member
	Meetings    []Meeting // newest first
	Conclusions []Conclusion
	Before      []Committee // that it took the place of, or that took its own
}

// Find gives a committee to those who see it.
func (s *Store) Find(ctx context.Context, by *account.Actor, id string) (w Whole, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w = Whole{}
		if w.Committee, err = s.find(tx, by, id); err != nil {
			return err
		}
		if w.Members, err = s.members(tx, id); err != nil {
			return err
		}
		if w.Meetings, err = s.meetings(tx, id); err != nil {
			return err
		}
		if w.Conclusions, err = s.conclusions(tx, ` and committee_id = $2 order by id`, id); err != nil {
			return err
		}
		w.Before, err = s.list(tx, ` and area_id = $2 and id <> $3 order by decided_on desc`, string(w.Area), id)
		return err
	})
	return w, err
}

// Of gives the committee in force of a unit to those who see it; ok is false
// where it has none. It is the product of the tasks of annex III.
func (s *Store) Of(ctx context.Context, by *account.Actor, unit area.ID) (c Committee, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.list(tx, ` and area_id = $2 and to_day = $3`, string(unit), account.Forever)
		if len(list) > 0 && s.sees(by, unit) {
			c, ok = list[0], true
		}
		return err
	})
	return c, ok, err
}
