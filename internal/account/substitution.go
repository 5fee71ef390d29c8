package account

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// The capacities in which somebody signs for a body, as they stand in the
// signature block: its head, a deputy in his place (KT.), somebody else by his
// written authority for a time (TUQ.).
const (
	ForTheBody   = "tm"
	InHisPlace   = "kt"
	ByAuthority  = "tuq"
	longestYears = 1 // what is longer is a year mistyped
)

// Substitution is who signs for the head of a body while he is away. While it
// counts, and only then, the deputy has beside his own posts one that signs
// what the head's signs; nothing asks for substitutions but what reads the
// posts in force.
//
// It counts while the head's post and a post of the deputy's own at the same
// body are in force. Nobody hands on what was handed to him: only a post that
// was given, never one that is taken over, can be taken over.
type Substitution struct {
	ID       string
	Giver    Holder // the head, with the post that is taken over
	Deputy   ID
	Name     string // of the deputy
	Capacity string // kt or tuq
	Title    string // the deputy's own office in the signature block
	From, To string // To is the first day on which it counts no more
	Number   string // of the paper by which it was given; "" where a deputy head needs none
	Reason   string
	At       int64
	By       string
	EndedAt  int64 // when it was ended early; 0: not
	EndedBy  string
	EndWhy   string
	Rev      int64
}

// Counts says whether it is in force on the day, as far as its own days and
// those of the head's post go.
func (s Substitution) Counts(day string) bool {
	return s.From <= day && day < s.To && s.Giver.Post.InForce(day)
}

// Signs is the capacity in which a post signs for its body; "" for one that
// does not.
func (r *Roles) Signs(p Post) string {
	if p.For != "" {
		return p.Capacity
	}
	role, _ := r.Role(p.Role)
	return role.Capacity
}

// works says whether a post is one of those that do a body's work and can sign
// for its head: not one that only looks on, nor that of the administrator.
func (r *Roles) works(p Post) bool {
	role, ok := r.Role(p.Role)
	return ok && role.Rights.Has(RightTasks)
}

func sameBody(p, o Post) bool { return p.Area == o.Area && p.AgencyID == o.AgencyID }

// whileAway leaves of a head's rights what one needs to see what is to be
// signed, and to sign it.
const whileAway = Rights(1<<RightReadHouseholds | 1<<RightTables | 1<<RightApprove | 1<<RightTasks)

// takenOver are the posts that an account has as a deputy on the day; own are
// those it was given.
func (s *Store) takenOver(tx *db.Tx, id ID, own []Post, day string) (list []Post, err error) {
	all, err := s.substitutions(tx, `s.deputy_id = $2 and s.from_day <= $3 and s.to_day > $3 and p.from_day <= $3 and p.to_day > $3`, string(id), day)
	for _, sub := range all {
		p := sub.Giver.Post
		if !slices.ContainsFunc(own, func(o Post) bool { return sameBody(o, p) && o.InForce(day) && s.roles.works(o) }) {
			continue
		}
		list = append(list, Post{ID: PostID(sub.ID), Account: id, Agency: p.Agency, AgencyID: p.AgencyID, Role: p.Role, Area: p.Area, From: max(sub.From, p.From), To: min(sub.To, p.To),
			GivenBy: sub.By, GivenAt: sub.At, Rev: sub.Rev, For: p.ID, Capacity: sub.Capacity, Title: sub.Title})
	}
	return list, err
}

func (s *Store) substitutions(tx *db.Tx, condition string, args ...any) (list []Substitution, err error) {
	err = tx.Each(`select s.id, s.deputy_id, d.full_name, s.capacity, s.title, s.from_day, s.to_day, s.number, s.reason, s.at, s.by_actor, coalesce(s.ended_at, 0), s.ended_by, s.end_reason, s.rev,
			g.id, g.full_name, p.id, p.account_id, p.agency, p.role, p.subject, p.area_id, p.from_day, p.to_day, p.agency_id
		from substitution s join post p on p.province_id = s.province_id and p.id = s.post_id
			join account g on g.province_id = s.province_id and g.id = p.account_id join account d on d.province_id = s.province_id and d.id = s.deputy_id
		where s.province_id = $1 and `+condition+` order by s.from_day desc, s.id desc`, append([]any{s.province}, args...), func(r *sql.Rows) error {
		var x Substitution
		p := &x.Giver.Post
		err := r.Scan(&x.ID, &x.Deputy, &x.Name, &x.Capacity, &x.Title, &x.From, &x.To, &x.Number, &x.Reason, &x.At, &x.By, &x.EndedAt, &x.EndedBy, &x.EndWhy, &x.Rev,
			&x.Giver.ID, &x.Giver.FullName, &p.ID, &p.Account, &p.Agency, &p.Role, &p.Subject, &p.Area, &p.From, &p.To, &p.AgencyID)
		list = append(list, x)
		return err
	})
	return list, err
}

// head says whether a post is that of the head of a body, whose signature can
// be taken over.
func (s *Store) head(p Post) bool { return p.For == "" && s.roles.Signs(p) == ForTheBody }

// Gives says whether the actor may say who signs in the place of a head: the
// head himself, who signs for the unit above, an administrator. Not who signs
// there only in somebody's place by his authority.
func (s *Store) Gives(by *Actor, p Post) bool {
	if by.MustChange || !s.head(p) {
		return false
	}
	tree := s.tree()
	if by.Own(p.Account) && p.InForce(by.Day) || by.ScopeFor(RightAccounts).Covers(tree, p.Area, by.Day) {
		return true
	}
	return slices.ContainsFunc(by.Posts, func(o Post) bool {
		above := o.Area != p.Area || p.AgencyID != ""
		return o.For == "" && o.AgencyID == "" && o.InForce(by.Day) && s.roles.Signs(o) != "" && above && tree.Covers(o.Area, p.Area, by.Day)
	})
}

// sees says whether the actor may read of a substitution: who may give it, and
// those at the body itself, who must know who signs.
func (s *Store) seesSubstitution(by *Actor, x Substitution) bool {
	return s.Gives(by, x.Giver.Post) || by.Own(x.Deputy) || by.Own(x.Giver.ID) ||
		slices.ContainsFunc(by.Posts, func(o Post) bool { return sameBody(o, x.Giver.Post) && o.InForce(by.Day) })
}

// Substitutions gives those that concern the actor, newest first, and the heads
// for whom he may name somebody.
func (s *Store) Substitutions(ctx context.Context, by *Actor) (list []Substitution, heads []Holder, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if list, err = s.substitutions(tx, `1 = 1`); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(x Substitution) bool { return !s.seesSubstitution(by, x) })
		heads, err = s.heads(tx, by)
		return err
	})
	return list, heads, err
}

func (s *Store) heads(tx *db.Tx, by *Actor) (list []Holder, err error) {
	posts, err := s.posts(tx, `from_day <= $2 and to_day > $2`, by.Day)
	for _, p := range posts {
		if err != nil || !s.Gives(by, p) {
			continue
		}
		var a Account
		if a, err = s.byID(tx, p.Account); err == nil && a.Active {
			list = append(list, Holder{ID: a.ID, FullName: a.FullName, Post: p})
		}
	}
	return list, err
}

// Head gives a head for whom the actor may name somebody, and who could sign in
// his place: those with another post at the body.
func (s *Store) Head(ctx context.Context, by *Actor, id PostID) (head Holder, deputies []Holder, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		head, deputies, err = s.headWith(tx, by, id)
		return err
	})
	return head, deputies, err
}

func (s *Store) headWith(tx *db.Tx, by *Actor, id PostID) (head Holder, deputies []Holder, err error) {
	p, err := s.post(tx, id)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return head, nil, err
	}
	if err != nil || !s.Gives(by, p) || !p.InForce(by.Day) {
		return head, nil, fault.New(fault.NotFound, "head_absent", text.T("account.substitution.no_head"))
	}
	a, err := s.byID(tx, p.Account)
	if err != nil {
		return head, nil, absent(err)
	}
	unit := p.Area
	if p.AgencyID != "" {
		unit = AgencyUnit(p.AgencyID)
	}
	all, err := Holders(tx, s.province, unit, by.Day)
	for _, h := range all {
		at := slices.IndexFunc(deputies, func(d Holder) bool { return d.ID == h.ID })
		switch {
		case h.ID == p.Account || !sameBody(h.Post, p) || !s.roles.works(h.Post):
		case at < 0:
			deputies = append(deputies, h)
		case s.roles.Signs(h.Post) != "":
			deputies[at] = h // of two posts the one that signs
		}
	}
	return Holder{ID: a.ID, FullName: a.FullName, Post: p}, deputies, err
}

// CapacityOf is that in which somebody signs in a head's place: a deputy head
// KT., anybody else TUQ. (Decree 30/2020, article 13: a deputy head signs in
// his place; others only by a paper that says for how long, and they cannot
// hand it on.)
func (r *Roles) CapacityOf(deputy Holder) string {
	if r.Signs(deputy.Post) == InHisPlace {
		return InHisPlace
	}
	return ByAuthority
}

// Substitute says who signs in the place of a head, from a day to a day. By it
// the deputy's rights change, at once or on that day.
func (s *Store) Substitute(ctx context.Context, by *Actor, x Substitution) (Substitution, error) {
	var long [3]error
	x.Title, long[0] = typed.OneLine("title", x.Title)
	x.Number, long[1] = typed.OneLine("number", x.Number)
	x.Reason, long[2] = typed.Account("reason", x.Reason)
	today := s.today()
	wrong := fault.Together(
		fault.If(!area.ValidDay(x.From) || x.From < today, refused("substitution_from", "from", text.T("account.substitution.bad_from", "day", area.ShowDay(today)))),
		fault.If(!area.ValidDay(x.To) || x.To <= x.From || x.To == Forever, refused("substitution_to", "to", text.T("account.substitution.bad_to"))),
		fault.If(area.ValidDay(x.From) && area.ValidDay(x.To) && x.To > area.YearsLater(x.From, longestYears), refused("substitution_far", "to", text.T("account.substitution.too_long"))),
		fault.If(x.Reason == "", refused("substitution_reason", "reason", text.T("account.substitution.bad_reason"))),
		fault.Together(long[:]...))
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		head, deputies, err := s.headWith(tx, by, x.Giver.Post.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(deputies, func(h Holder) bool { return h.ID == x.Deputy })
		if i < 0 || by.Own(x.Deputy) {
			who := refused("substitution_self", "deputy", text.T("account.substitution.self"))
			if i < 0 {
				who = refused("substitution_deputy", "deputy", text.T("account.substitution.bad_deputy", "head", head.FullName))
			}
			return fault.Together(who, wrong)
		}
		x.Giver, x.Name, x.Capacity = head, deputies[i].FullName, s.roles.CapacityOf(deputies[i])
		paper := x.Capacity == ByAuthority
		if err := fault.Together(wrong,
			fault.If(paper && x.Number == "", refused("substitution_number", "number", text.T("account.substitution.needs_number", "deputy", x.Name))),
			fault.If(paper && x.Title == "", refused("substitution_title", "title", text.T("account.substitution.bad_title")))); err != nil {
			return err
		}
		others, err := s.substitutions(tx, `s.post_id = $2 and s.from_day < $3 and s.to_day > $4 and s.to_day > s.from_day`, string(head.Post.ID), x.To, x.From)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			o := others[0]
			return refused("substitution_twice", "from", text.T("account.substitution.twice", "deputy", o.Name, "from", area.ShowDay(o.From), "to", area.ShowDay(area.DayBefore(o.To))))
		}
		x.ID, x.At, x.By, x.Rev = db.NewID(), s.now().UnixMilli(), by.ID, 1
		if _, err := tx.Exec(`insert into substitution (province_id, id, post_id, deputy_id, capacity, title, from_day, to_day, number, reason, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			s.province, x.ID, string(head.Post.ID), string(x.Deputy), x.Capacity, x.Title, x.From, x.To, x.Number, x.Reason, x.At, x.By); err != nil {
			return err
		}
		var changes []journal.Change
		for _, f := range [][2]string{{"deputy", string(x.Deputy)}, {"post", string(head.Post.ID)}, {"capacity", x.Capacity}, {"title", x.Title}, {"from", x.From}, {"to", x.To}, {"number", x.Number}} {
			changes = journal.Diff(changes, f[0], "", f[1])
		}
		return s.recordSubstitution(tx, by, "substitution.give", x, x.Reason, changes)
	})
	return x, err
}

// FindSubstitution gives one that concerns the actor.
func (s *Store) FindSubstitution(ctx context.Context, by *Actor, id string) (x Substitution, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		x, err = s.substitution(tx, by, id)
		return err
	})
	return x, err
}

func (s *Store) substitution(tx *db.Tx, by *Actor, id string) (x Substitution, err error) {
	list, err := s.substitutions(tx, `s.id = $2`, id)
	if err == nil && (len(list) == 0 || !s.seesSubstitution(by, list[0])) {
		err = fault.New(fault.NotFound, "substitution_absent", text.T("account.substitution.none"))
	}
	if err != nil {
		return x, err
	}
	return list[0], nil
}

// EndSubstitution ends one early, from today on: the head is back. What was
// signed stays signed.
func (s *Store) EndSubstitution(ctx context.Context, by *Actor, id string, rev int64, reason string) error {
	reason, err := typed.Account("reason", reason)
	if reason == "" {
		err = refused("substitution_reason", "reason", text.T("account.substitution.bad_end"))
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		x, err := s.substitution(tx, by, id)
		if err != nil {
			return err
		}
		today := s.today()
		switch {
		case !s.Gives(by, x.Giver.Post):
			return fault.New(fault.Forbidden, "not_yours", text.T("account.substitution.not_yours"))
		case x.To <= today || x.EndedAt != 0:
			return fault.New(fault.Conflict, "substitution_ended", text.T("account.substitution.ended"))
		}
		to := max(today, x.From) // one that has not begun never will
		n, err := tx.Exec(`update substitution set to_day = $1, ended_at = $2, ended_by = $3, end_reason = $4, rev = rev + 1 where province_id = $5 and id = $6 and rev = $7`,
			to, s.now().UnixMilli(), by.ID, reason, s.province, id, rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "stale_rev", text.T("account.substitution.stale"))
		}
		return s.recordSubstitution(tx, by, "substitution.end", x, reason, journal.Diff(nil, "to", x.To, to))
	})
}

func (s *Store) recordSubstitution(tx *db.Tx, by *Actor, action string, x Substitution, reason string, changes []journal.Change) error {
	err := journal.Record(tx, s.province, &journal.Entry{At: s.now().UnixMilli(), Actor: by.ID, Action: action, Kind: "substitution", Record: x.ID, AreaID: string(x.Giver.Post.Area), Reason: reason, Changes: changes})
	if err != nil {
		return err
	}
	return s.changed(tx)
}
