package account

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// AddPost gives the account a post. An empty From is today, an empty To no
// end.
//
// An administrator sees no household, but he could give himself a post that
// does. In an office with one administrator nobody else can, so it is not
// refused: it needs a reason, has an action of its own in the journal, and the
// post is marked for as long as it stands (Post.SelfGiven).
func (s *Store) AddPost(ctx context.Context, by *Actor, p Post, reason string) (Post, error) {
	reason, err := typed.Account("reason", reason)
	if err != nil {
		return Post{}, err
	}
	if err := by.Need(RightAccounts); err != nil {
		return Post{}, err
	}
	today := s.today()
	if p.From == "" {
		p.From = today
	}
	if p.To == "" {
		p.To = Forever
	}
	p.Agency = strings.Join(strings.Fields(norm.NFC.String(p.Agency)), " ")
	p.ID, p.GivenBy, p.GivenAt, p.Rev = PostID(db.NewID()), by.ID, s.now().UnixMilli(), 1
	unit, err := s.checkPost(p)
	if err != nil {
		return Post{}, err
	}
	action := "account.post_add"
	if p.SelfGiven() {
		action = "account.post_add_self"
		if reason == "" {
			return Post{}, refused("post_self_reason", "reason", text.T("account.post_self_reason"))
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.byID(tx, p.Account); err != nil {
			return absent(err)
		}
		if err := s.place(tx, &p); err != nil {
			return err
		}
		others, err := s.postsOf(tx, p.Account)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.Role == p.Role && o.Area == p.Area && o.AgencyID == p.AgencyID && o.Subject == p.Subject && o.From < p.To && p.From < o.To {
				return refused("post_twice", "role", text.T("account.post_twice", "from", area.ShowDay(o.From), "area", unit.FullName))
			}
		}
		return s.insertPost(tx, by.ID, action, p, reason)
	})
	if err != nil {
		return Post{}, err
	}
	return p, nil
}

func (s *Store) insertPost(tx *db.Tx, by, action string, p Post, reason string) error {
	_, err := tx.Exec(`insert into post (province_id, id, account_id, agency, role, subject, area_id, from_day, to_day, given_by, given_at, rev, agency_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.province, string(p.ID), string(p.Account), p.Agency, p.Role, p.Subject, string(p.Area), p.From, p.To, p.GivenBy, p.GivenAt, p.Rev, p.AgencyID)
	if err != nil {
		return err
	}
	var changes []journal.Change
	for _, f := range [][2]string{{"role", p.Role}, {"area", string(p.Area)}, {"subject", p.Subject}, {"agency", p.Agency}, {"agency_id", p.AgencyID}, {"from", p.From}, {"to", shownEnd(p.To)}} {
		changes = journal.Diff(changes, f[0], "", f[1])
	}
	if err := s.recordPost(tx, by, action, p, reason, changes); err != nil {
		return err
	}
	return s.changed(tx)
}

func (s *Store) checkPost(p Post) (area.Version, error) {
	role, ok := s.roles.Role(p.Role)
	if !ok {
		return area.Version{}, refused("post_role", "role", text.T("account.role_unknown", "role", p.Role, "roles", strings.Join(s.roleCodes(), ", ")))
	}
	if !area.ValidDay(p.From) {
		return area.Version{}, refused("post_from", "from", text.T("account.day_bad", "day", p.From))
	}
	if !area.ValidDay(p.To) {
		return area.Version{}, refused("post_to", "to", text.T("account.day_bad", "day", p.To))
	}
	if p.To <= p.From {
		return area.Version{}, refused("post_period", "to", text.T("account.post_period", "from", area.ShowDay(p.From), "to", area.ShowDay(p.To)))
	}
	if typed.Fits("agency", p.Agency, typed.Line) != nil || !utf8.ValidString(p.Agency) {
		return area.Version{}, refused("post_agency", "agency", text.T("account.agency_bad"))
	}
	if role.NeedsSubject {
		if _, ok := s.roles.Subject(p.Subject); !ok {
			return area.Version{}, refused("post_subject", "subject", text.T("account.subject_unknown", "subject", p.Subject, "subjects", strings.Join(s.subjectCodes(), ", ")))
		}
	} else if p.Subject != "" {
		return area.Version{}, refused("post_subject", "subject", text.T("account.subject_not_here", "role", role.Name))
	}
	tree := s.tree()
	unit, ok := tree.On(p.Area, p.From)
	if !ok {
		return unit, refused("post_area", "area", text.T("account.area_absent", "day", area.ShowDay(p.From)))
	}
	if !role.at(unit.Level) {
		return unit, refused("post_level", "area", text.T("account.area_level", "role", role.Name, "area", unit.FullName))
	}
	return unit, nil
}

// EndPost ends a post: day is the first day on which it holds no more, today
// if empty. Rights end with it at once.
func (s *Store) EndPost(ctx context.Context, by *Actor, id PostID, day, reason string) error {
	if err := by.Need(RightAccounts); err != nil {
		return err
	}
	reason, err := typed.Account("reason", reason)
	if err != nil {
		return err
	}
	if day == "" {
		day = s.today()
	}
	if !area.ValidDay(day) {
		return refused("post_to", "to", text.T("account.day_bad", "day", day))
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := s.post(tx, id)
		if errors.Is(err, db.ErrNoRows) {
			return fault.New(fault.NotFound, "post_absent", text.T("account.post_absent", "id", id))
		}
		if err != nil {
			return err
		}
		if p.To <= day {
			return fault.New(fault.Conflict, "post_ended", text.T("account.post_ended", "to", area.ShowDay(p.To)))
		}
		end := max(day, p.From) // one that has not begun never will
		err = s.keepAdministrator(tx, func() error {
			_, err := tx.Exec(`update post set to_day = $1, rev = rev + 1 where province_id = $2 and id = $3`, end, s.province, string(id))
			return err
		})
		if err != nil {
			return err
		}
		if err := s.recordPost(tx, by.ID, "account.post_end", p, reason, journal.Diff(nil, "to", shownEnd(p.To), end)); err != nil {
			return err
		}
		return s.changed(tx)
	})
}

// keepAdministrator runs a change and refuses it where it takes away the last
// who can manage accounts.
func (s *Store) keepAdministrator(tx *db.Tx, change func() error) error {
	before, err := s.administrators(tx)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := s.administrators(tx)
	if err == nil && before > 0 && after == 0 {
		err = fault.New(fault.Conflict, "last_administrator", text.T("account.last_administrator"))
	}
	return err
}

func (s *Store) administrators(tx *db.Tx) (n int, err error) {
	err = tx.Each(`select p.role from post p join account a on a.province_id = p.province_id and a.id = p.account_id
		where p.province_id = $1 and a.active = 1 and p.from_day <= $2 and p.to_day > $2`, []any{s.province, s.today()}, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		if role, _ := s.roles.Role(code); role.Rights.Has(RightAccounts) {
			n++
		}
		return err
	})
	return n, err
}

const postColumns = `id, account_id, agency, role, subject, area_id, from_day, to_day, given_by, given_at, rev, agency_id`

func scanPost(r *sql.Rows) (Post, error) {
	var p Post
	err := r.Scan(&p.ID, &p.Account, &p.Agency, &p.Role, &p.Subject, &p.Area, &p.From, &p.To, &p.GivenBy, &p.GivenAt, &p.Rev, &p.AgencyID)
	return p, err
}

func (s *Store) post(tx *db.Tx, id PostID) (Post, error) {
	posts, err := s.posts(tx, `id = $2`, string(id))
	if err == nil && len(posts) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return Post{}, err
	}
	return posts[0], nil
}

func (s *Store) postsOf(tx *db.Tx, id ID) ([]Post, error) {
	return s.posts(tx, `account_id = $2`, string(id))
}

// postsInForce are those that the account was given, then those that it has
// taken over.
func (s *Store) postsInForce(tx *db.Tx, id ID, day string) ([]Post, error) {
	own, err := s.posts(tx, `account_id = $2 and from_day <= $3 and to_day > $3`, string(id), day)
	if err != nil {
		return nil, err
	}
	others, err := s.takenOver(tx, id, own, day)
	return append(own, others...), err
}

func (s *Store) posts(tx *db.Tx, condition string, args ...any) ([]Post, error) {
	var posts []Post
	err := tx.Each(`select `+postColumns+` from post where province_id = $1 and `+condition+` order by from_day, id`, append([]any{s.province}, args...), func(r *sql.Rows) error {
		p, err := scanPost(r)
		posts = append(posts, p)
		return err
	})
	return posts, err
}

func (s *Store) recordPost(tx *db.Tx, by, action string, p Post, reason string, changes []journal.Change) error {
	for i := range changes {
		changes[i].Kind, changes[i].Record = "post", string(p.ID)
	}
	return journal.Record(tx, s.province, &journal.Entry{At: s.now().UnixMilli(), Actor: by, Action: action, Kind: "account", Record: string(p.Account),
		AreaID: string(p.Area), Reason: reason, Changes: changes})
}

func refused(code, field, message string) error {
	return fault.New(fault.Invalid, code, message, fault.Field{Name: field, Message: message})
}

func shownEnd(day string) string {
	if day == Forever {
		return ""
	}
	return day
}

func (s *Store) roleCodes() []string {
	var codes []string
	for _, r := range s.roles.Roles {
		codes = append(codes, r.Code)
	}
	return codes
}

func (s *Store) subjectCodes() []string {
	var codes []string
	for _, r := range s.roles.Subjects {
		codes = append(codes, r.Code)
	}
	return codes
}
