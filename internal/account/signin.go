package account

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// SignIn is what somebody at the door gives.
type SignIn struct {
	Name     string
	Password string
	Address  string // of the client; only its prefix is kept
	Agent    string // the browser's name of itself
}

// SignIn checks name and password and opens a session. The token goes into the
// cookie and is kept nowhere else. One refusal for all reasons, after the same
// work: whether a name exists is not told.
func (s *Store) SignIn(ctx context.Context, in SignIn) (token string, actor *Actor, err error) {
	if len(in.Name) > 200 {
		in.Name = in.Name[:200] // nobody's; the same work as for the others
	}
	name, prefix := FoldName(in.Name), Prefix(in.Address)
	attempt, wait := s.throttle.begin(s.clock(), name, prefix, false)
	if wait > 0 {
		known, err := s.hasSession(ctx, name, prefix)
		if err != nil {
			return "", nil, err
		}
		if known {
			attempt, wait = s.throttle.begin(s.clock(), name, prefix, true)
		}
		if wait > 0 {
			return "", nil, waitError(wait)
		}
	}
	var holder Account
	hash := s.hasher.dummy
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, stored, err := s.where(tx, "a.name", name)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err == nil {
			holder, hash = a, stored
		}
		return err
	})
	if err != nil {
		attempt.cancel()
		return "", nil, err
	}
	same, err := s.hasher.matches(ctx, hash, in.Password)
	if err != nil {
		attempt.cancel()
		return "", nil, err
	}
	if !same || !holder.Active {
		s.failures.add(holder.ID, prefix)
		s.flushSometimes(s.clock().UnixMilli())
		return "", nil, fault.New(fault.Invalid, "signin_wrong", text.T("account.signin_wrong"))
	}
	token, id := newToken()
	agent := cut(in.Agent, 200)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		// Somebody may have disabled it meanwhile, or changed the password.
		now, stored, err := s.where(tx, "a.id", string(holder.ID))
		if err != nil || !now.Active || stored != hash {
			if err == nil || errors.Is(err, db.ErrNoRows) {
				err = fault.New(fault.Invalid, "signin_wrong", text.T("account.signin_wrong"))
			}
			return err
		}
		if err := s.open(tx, id, holder.ID, prefix, agent); err != nil {
			return err
		}
		return s.record(tx, string(holder.ID), "account.signin", holder.ID, "", journal.Diff(nil, "address", "", prefix))
	})
	if err != nil {
		return "", nil, err
	}
	attempt.succeed(s.clock())
	actor, err = s.Session(ctx, token)
	return token, actor, err
}

// hasSession says whether the person has a session from the prefix: no
// stranger, who must not be kept out because strangers guess.
func (s *Store) hasSession(ctx context.Context, name, prefix string) (bool, error) {
	if prefix == "" {
		return false, nil
	}
	var n int
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select count(*) from session s join account a on a.province_id = s.province_id and a.id = s.account_id
			where a.province_id = $1 and a.name = $2 and s.address = $3`, []any{s.province, name, prefix}, &n)
	})
	return n > 0, err
}

// As gives the operator the rights and scope of a user, for --as, and none of
// his own. The journal names both: it was not the user who sat there.
func (s *Store) As(ctx context.Context, name string) (*Actor, error) {
	var actor *Actor
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		account, err := s.byName(tx, FoldName(name))
		if err != nil {
			return absent(err)
		}
		if !account.Active {
			return fault.New(fault.Conflict, "account_disabled", text.T("account.disabled", "name", account.Name))
		}
		day := s.today()
		posts, err := s.postsInForce(tx, account.ID, day)
		if err != nil {
			return err
		}
		account.MustChange = false // that keeps the person out, not the operator
		actor = actorOf(s.roles, s.tree(), s.province, account, day, posts)
		actor.ID, actor.Account = operatorAs(account.ID), ""
		return nil
	})
	return actor, err
}

// Holder gives who holds an account, with the rights that he has today, where
// nobody signs in: what he once asked for is done for him. An account that is
// closed is not there.
func (s *Store) Holder(ctx context.Context, id ID) (*Actor, error) {
	var actor *Actor
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		account, err := s.byID(tx, id)
		if err != nil {
			return absent(err)
		}
		if !account.Active {
			return errAbsent()
		}
		day := s.today()
		posts, err := s.postsInForce(tx, account.ID, day)
		if err != nil {
			return err
		}
		actor = actorOf(s.roles, s.tree(), s.province, account, day, posts)
		return nil
	})
	return actor, err
}

// Operator is the machine's operator today.
func (s *Store) Operator() *Actor { return Operator(s.province, s.tree(), s.today()) }

// firstName is the sign-in name of the first administrator.
const firstName = "admin"

// EnsureAdministrator makes the first account of a database that has none,
// with a random password that is told here and nowhere else. It can manage
// accounts and see no household.
func (s *Store) EnsureAdministrator(ctx context.Context) (name, password string, created bool, err error) {
	var accounts int
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) { accounts, err = s.count(tx); return err })
	if err != nil || accounts > 0 {
		return "", "", false, err
	}
	today := s.today()
	roots := s.tree().Roots(today)
	role, ok := s.roles.administrator()
	if len(roots) == 0 || !ok {
		return "", "", false, errors.New("account: no province to administer, or no role for it")
	}
	password = NewPassword()
	a, hash, err := s.prepare(ctx, NewAccount{Name: firstName, FullName: text.T("account.first_full_name"), Password: password, MustChange: true})
	if err != nil {
		return "", "", false, err
	}
	p := Post{ID: PostID(db.NewID()), Account: a.ID, Role: role.Code, Area: roots[0].Area, From: today, To: Forever, GivenBy: SystemID, GivenAt: a.CreatedAt, Rev: 1}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := s.count(tx)
		if created = err == nil && n == 0; !created {
			return err
		}
		if err := s.insert(tx, SystemID, a, hash); err != nil {
			return err
		}
		return s.insertPost(tx, SystemID, "account.post_add", p, "")
	})
	if err != nil || !created {
		return "", "", false, err
	}
	return a.Name, password, true, nil
}

func (s *Store) count(tx *db.Tx) (n int, err error) {
	err = tx.Get(`select count(*) from account where province_id = $1`, []any{s.province}, &n)
	return n, err
}

func (r *Roles) administrator() (Role, bool) {
	for _, role := range r.Roles {
		if role.Rights.Has(RightAccounts) && role.at(area.Province) {
			return role, true
		}
	}
	return Role{}, false
}

func cut(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	for utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}
