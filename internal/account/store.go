package account

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// NewAccount is what Create needs.
type NewAccount struct {
	Name       string
	FullName   string
	Password   string
	MustChange bool // the person is to choose another at the first sign-in
}

// Filter narrows Find. The zero Filter finds all.
type Filter struct {
	Text       string // in the sign-in name or the full name, without diacritics
	ActiveOnly bool
}

// FoldName gives the form in which sign-in names are kept and compared:
// without capitals, diacritics and spaces around.
func FoldName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.TrimSpace(name)) {
		if strings.ContainsRune("._-@", r) {
			b.WriteRune(r)
		} else if folded := vn.Fold(string(r)); folded != "" {
			b.WriteString(folded)
		} else if r <= ' ' {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

func checkName(name string) (string, error) {
	folded := FoldName(name)
	bad := len(folded) < 2 || len(folded) > 40 || strings.Contains(folded, " ") || folded == OperatorID || folded == SystemID ||
		utf8.RuneCountInString(strings.TrimSpace(norm.NFC.String(name))) != len(folded)
	if bad {
		message := text.T("account.name_bad")
		return "", fault.New(fault.Invalid, "account_name", message, fault.Field{Name: "name", Message: message})
	}
	return folded, nil
}

func checkFullName(name string) (string, error) {
	name = strings.Join(strings.Fields(norm.NFC.String(name)), " ")
	if n := utf8.RuneCountInString(name); n < 2 || n > 100 || !utf8.ValidString(name) {
		message := text.T("account.full_name_bad")
		return "", fault.New(fault.Invalid, "account_full_name", message, fault.Field{Name: "full_name", Message: message})
	}
	return name, nil
}

// Create makes an account without posts: it can sign in and see nothing.
func (s *Store) Create(ctx context.Context, by *Actor, n NewAccount) (Account, error) {
	if err := by.Need(RightAccounts); err != nil {
		return Account{}, err
	}
	a, hash, err := s.prepare(ctx, n)
	if err != nil {
		return Account{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.insert(tx, by.ID, a, hash) })
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

func (s *Store) prepare(ctx context.Context, n NewAccount) (Account, string, error) {
	a := Account{ID: ID(db.NewID()), Active: true, MustChange: n.MustChange, CreatedAt: s.now().UnixMilli(), Rev: 1}
	var err error
	if a.Name, err = checkName(n.Name); err != nil {
		return a, "", err
	}
	if a.FullName, err = checkFullName(n.FullName); err != nil {
		return a, "", err
	}
	hash, err := s.newHash(ctx, n.Password, a.Name)
	return a, hash, err
}

func (s *Store) newHash(ctx context.Context, password, name string) (string, error) {
	minLength := 0
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		minLength, err = s.number(tx, settingPasswordMin)
		return err
	})
	if err != nil {
		return "", err
	}
	if err := checkPassword(password, name, minLength); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// Hash is a password as an account keeps it, for accounts that are written in
// bulk.
func (s *Store) Hash(ctx context.Context, password string) (string, error) {
	return s.newHash(ctx, password, "")
}

func (s *Store) insert(tx *db.Tx, by string, a Account, hash string) error {
	if _, err := s.byName(tx, a.Name); !errors.Is(err, db.ErrNoRows) {
		if err == nil {
			message := text.T("account.name_taken", "name", a.Name)
			err = fault.New(fault.Invalid, "account_name_taken", message, fault.Field{Name: "name", Message: message})
		}
		return err
	}
	_, err := tx.Exec(`insert into account (province_id, id, name, full_name, password, must_change, active, created_at, rev) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.province, string(a.ID), a.Name, a.FullName, hash, bit(a.MustChange), bit(a.Active), a.CreatedAt, a.Rev)
	if err != nil {
		return err
	}
	changes := journal.Diff(nil, "name", "", a.Name)
	changes = journal.Diff(changes, "full_name", "", a.FullName)
	return s.record(tx, by, "account.create", a.ID, "", changes)
}

// Find lists accounts with their posts, by sign-in name.
func (s *Store) Find(ctx context.Context, by *Actor, f Filter) ([]Account, error) {
	if err := by.Need(RightAccounts); err != nil {
		return nil, err
	}
	var list []Account
	words := vn.Words(vn.Fold(f.Text))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list = nil
		err := tx.Each(`select `+accountColumns+` from account a where a.province_id = $1 order by a.name`, []any{s.province}, func(r *sql.Rows) error {
			a, _, err := scanAccount(r)
			if err == nil && (a.Active || !f.ActiveOnly) && hasWords(vn.Fold(a.FullName)+" "+a.Name, words) {
				list = append(list, a)
			}
			return err
		})
		if err != nil {
			return err
		}
		posts := map[ID][]Post{}
		err = tx.Each(`select `+postColumns+` from post where province_id = $1 order by from_day, id`, []any{s.province}, func(r *sql.Rows) error {
			p, err := scanPost(r)
			posts[p.Account] = append(posts[p.Account], p)
			return err
		})
		for i := range list {
			list[i].Posts = posts[list[i].ID]
		}
		return err
	})
	return list, err
}

func hasWords(in string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(in, w) {
			return false
		}
	}
	return true
}

// Get gives one account with its posts, one's own or any to an administrator.
func (s *Store) Get(ctx context.Context, by *Actor, id ID) (Account, error) {
	return s.one(ctx, by, func(tx *db.Tx) (Account, error) { return s.byID(tx, id) })
}

// GetByName is Get by the sign-in name.
func (s *Store) GetByName(ctx context.Context, by *Actor, name string) (Account, error) {
	return s.one(ctx, by, func(tx *db.Tx) (Account, error) { return s.byName(tx, FoldName(name)) })
}

func (s *Store) one(ctx context.Context, by *Actor, read func(*db.Tx) (Account, error)) (Account, error) {
	var a Account
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if a, err = read(tx); err != nil {
			return absent(err)
		}
		if !by.Own(a.ID) && !by.Can(RightAccounts) {
			return errAbsent()
		}
		a.Posts, err = s.postsOf(tx, a.ID)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

// FullNames gives the names behind the actors of the journal, for its page.
func (s *Store) FullNames(ctx context.Context, actors []string) (map[string]string, error) {
	names := map[string]string{OperatorID: text.T("account.operator"), SystemID: text.T("account.system")}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for _, id := range actors {
			if _, have := names[id]; have {
				continue
			}
			user, borrowed := strings.CutPrefix(id, operatorAs(""))
			a, err := s.byID(tx, ID(user))
			if err != nil && !errors.Is(err, db.ErrNoRows) {
				return err
			}
			if err == nil {
				names[id] = a.FullName
				if borrowed {
					names[id] = text.T("account.operator_as", "name", a.FullName)
				}
			}
		}
		return nil
	})
	return names, err
}

// SetActive disables an account, which ends all its sessions, or enables it again.
func (s *Store) SetActive(ctx context.Context, by *Actor, id ID, rev int64, active bool, reason string) error {
	if err := by.Need(RightAccounts); err != nil {
		return err
	}
	reason, err := typed.Account("reason", reason)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := s.seen(tx, id, rev)
		if err != nil {
			return err
		}
		if a.Active == active {
			return nil
		}
		err = s.keepAdministrator(tx, func() error {
			_, err := tx.Exec(`update account set active = $1, rev = rev + 1 where province_id = $2 and id = $3`, bit(active), s.province, string(id))
			return err
		})
		if err != nil {
			return err
		}
		action := "account.enable"
		if !active {
			action = "account.disable"
			if _, err := tx.Exec(`delete from session where province_id = $1 and account_id = $2`, s.province, string(id)); err != nil {
				return err
			}
		}
		if err := s.record(tx, by.ID, action, id, reason, nil); err != nil {
			return err
		}
		return s.changed(tx)
	})
}

// SetFullName corrects a name.
func (s *Store) SetFullName(ctx context.Context, by *Actor, id ID, rev int64, fullName string) error {
	if err := by.Need(RightAccounts); err != nil {
		return err
	}
	fullName, err := checkFullName(fullName)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := s.seen(tx, id, rev)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`update account set full_name = $1, rev = rev + 1 where province_id = $2 and id = $3`, fullName, s.province, string(id)); err != nil {
			return err
		}
		if err := s.record(tx, by.ID, "account.rename", id, "", journal.Diff(nil, "full_name", a.FullName, fullName)); err != nil {
			return err
		}
		return s.changed(tx)
	})
}

// ResetPassword gives somebody a new password, as a rule to be changed at the
// next sign-in, and ends all his sessions. Without a password given it makes
// one.
func (s *Store) ResetPassword(ctx context.Context, by *Actor, id ID, password string, mustChange bool) (string, error) {
	if err := by.Need(RightAccounts); err != nil {
		return "", err
	}
	a, err := s.Get(ctx, by, id)
	if err != nil {
		return "", err
	}
	if password == "" {
		password = NewPassword()
	}
	hash, err := s.newHash(ctx, password, a.Name)
	if err != nil {
		return "", err
	}
	return password, s.db.Write(ctx, func(tx *db.Tx) error {
		return s.setPassword(tx, by.ID, "account.password_reset", id, hash, mustChange, "")
	})
}

// ChangePassword is what the person does himself. The session at hand goes on,
// his others end.
func (s *Store) ChangePassword(ctx context.Context, by *Actor, old, password string) error {
	if by.Account == "" {
		return fault.New(fault.Forbidden, "no_account", text.T("account.operator_has_none"))
	}
	var stored string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select password from account where province_id = $1 and id = $2 and active = 1`, []any{s.province, string(by.Account)}, &stored)
	})
	if err != nil {
		return absent(err)
	}
	// Whoever finds an open browser guesses here: the same brake.
	attempt, wait := s.throttle.begin(s.clock(), "change "+by.Name, "", false)
	if wait > 0 {
		return waitError(wait)
	}
	same, err := s.hasher.matches(ctx, stored, old)
	if err != nil {
		attempt.cancel()
		return err
	}
	if !same {
		message := text.T("account.old_password_wrong")
		return fault.New(fault.Invalid, "old_password_wrong", message, fault.Field{Name: "old_password", Message: message})
	}
	attempt.succeed(s.clock())
	if old == password {
		message := text.T("account.password_same")
		return fault.New(fault.Invalid, "password_same", message, fault.Field{Name: "password", Message: message})
	}
	hash, err := s.newHash(ctx, password, by.Name)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.setPassword(tx, by.ID, "account.password_change", by.Account, hash, false, by.Session)
	})
}

func (s *Store) setPassword(tx *db.Tx, by, action string, id ID, hash string, mustChange bool, keep string) error {
	n, err := tx.Exec(`update account set password = $1, must_change = $2, rev = rev + 1 where province_id = $3 and id = $4`, hash, bit(mustChange), s.province, string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return errAbsent()
	}
	if _, err := s.deleteSessions(tx, id, func(handle string) bool { return keep == "" || handle != keep }); err != nil {
		return err
	}
	if err := s.record(tx, by, action, id, "", nil); err != nil {
		return err
	}
	return s.changed(tx)
}

// seen reads the account and refuses when somebody changed it since rev.
func (s *Store) seen(tx *db.Tx, id ID, rev int64) (Account, error) {
	a, err := s.byID(tx, id)
	if err != nil {
		return a, absent(err)
	}
	if a.Rev != rev {
		return a, fault.New(fault.Conflict, "account_changed", text.T("account.changed_meanwhile"))
	}
	return a, nil
}

const accountColumns = `a.id, a.name, a.full_name, a.must_change, a.active, a.created_at, a.rev, a.password`

func scanAccount(r *sql.Rows) (Account, string, error) {
	var a Account
	var hash string
	var mustChange, active int64
	err := r.Scan(&a.ID, &a.Name, &a.FullName, &mustChange, &active, &a.CreatedAt, &a.Rev, &hash)
	a.MustChange, a.Active = mustChange == 1, active == 1
	return a, hash, err
}

func (s *Store) byID(tx *db.Tx, id ID) (Account, error) {
	a, _, err := s.where(tx, "a.id", string(id))
	return a, err
}

func (s *Store) byName(tx *db.Tx, name string) (Account, error) {
	a, _, err := s.where(tx, "a.name", name)
	return a, err
}

func (s *Store) where(tx *db.Tx, column, value string) (a Account, hash string, err error) {
	err = db.ErrNoRows
	queryErr := tx.Each(`select `+accountColumns+` from account a where a.province_id = $1 and `+column+` = $2`, []any{s.province, value}, func(r *sql.Rows) error {
		a, hash, err = scanAccount(r)
		return err
	})
	if queryErr != nil {
		err = queryErr
	}
	return a, hash, err
}

func (s *Store) record(tx *db.Tx, by, action string, id ID, reason string, changes []journal.Change) error {
	return journal.Record(tx, s.province, &journal.Entry{At: s.now().UnixMilli(), Actor: by, Action: action, Kind: "account", Record: string(id), Reason: reason, Changes: changes})
}

func absent(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return errAbsent()
	}
	return err
}

func errAbsent() error {
	return fault.New(fault.NotFound, "account_absent", text.T("account.absent"))
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// setting is a number that an installation may set; its start value stands here.
type setting struct {
	key   string
	start int
}

var (
	settingPasswordMin = setting{"account.password_min_length", 10}
	settingIdleHours   = setting{"account.session_idle_hours", 12}
	settingSessionDays = setting{"account.session_days", 7}
)

// Settings are the numbers that an installation may choose, with what they
// start from.
func Settings() map[string]int64 {
	all := map[string]int64{}
	for _, one := range []setting{settingPasswordMin, settingIdleHours, settingSessionDays} {
		all[one.key] = int64(one.start)
	}
	return all
}

func (s *Store) number(tx *db.Tx, which setting) (int, error) {
	var value string
	err := tx.Get(`select value from setting where province_id = $1 and key = $2`, []any{s.province, which.key}, &value)
	if errors.Is(err, db.ErrNoRows) {
		return which.start, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 0, fault.New(fault.Internal, "setting_bad", text.T("account.setting_bad", "key", which.key))
	}
	return n, nil
}
