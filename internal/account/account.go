// Package account is who uses the system and what each may see and do. A
// person has an account; posts, each dated and with a role in an area, give
// the rights; what holds today is built into an Actor once a request, and its
// scope goes into every query of every subject. The package also keeps
// sign-in: passwords, sessions, and the brake on guessing. It does not know
// what a household is, it decides no workflow (dossier does), and it draws no
// page.
//
// # Why a right is asked for together with its area
//
// Somebody may be commune officer in one commune and surveyor in another.
// What he may do in the first he may not do in the second, so nothing asks
// "may he write?" but "where may he write?": Actor.ScopeFor(right) covers the
// areas of those posts only that give the right. Several posts never add up
// to more than each gives in its own area.
package account

import (
	"context"
	"io/fs"
	"sync"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// ID is the identity of an account.
type ID string

// PostID is the identity of a post.
type PostID string

// Forever is the end of a post that has no end.
const Forever = "9999-12-31"

// Account is a person who can sign in.
type Account struct {
	ID         ID
	Name       string // to sign in with; folded, unique
	FullName   string
	Active     bool
	MustChange bool // the password was set by somebody else: it opens nothing but its own change
	CreatedAt  int64
	Rev        int64
	Posts      []Post // all, also those past and to come; only Find and Get fill it
}

// Post is one dated appointment. From is its first day, To the first day on
// which it holds no more.
type Post struct {
	ID       PostID
	Account  ID
	Agency   string // "UBND xã Hoằng Hợp", "Sở Y tế"
	AgencyID string // where that is a body outside the tree of areas; "" for one of the area's own
	Role     string // a code of law/roles.yaml
	Subject  string // of a department: a code of law/roles.yaml
	Area     area.ID
	From, To string
	GivenBy  string // actor
	GivenAt  int64
	Rev      int64

	// Of a post that is taken over while its holder is away (Substitution): his
	// post, in which capacity and with which office the deputy signs.
	For      PostID
	Capacity string
	Title    string
}

// InForce says whether the post holds on the day.
func (p Post) InForce(day string) bool { return p.From <= day && day < p.To }

// SelfGiven says whether its holder gave himself the post; pages mark it.
func (p Post) SelfGiven() bool { return p.GivenBy == string(p.Account) }

// Store keeps the accounts of one province.
type Store struct {
	db       *db.DB
	province string
	tree     func() *area.Tree
	now      func() time.Time // of the installation: which posts hold; a demo plays on a day of the past
	clock    func() time.Time // of the machine: sessions and the brake on guessing
	roles    *Roles

	hasher   *hasher
	throttle *throttle
	sessions *sessionCache
	failures failures
	flushing sync.WaitGroup
}

// New makes the store. laws is law.Files; tree gives the areas in force.
func New(d *db.DB, province string, laws fs.FS, tree func() *area.Tree, now func() time.Time) (*Store, error) {
	roles, err := LoadRoles(laws)
	if err != nil {
		return nil, err
	}
	return &Store{
		db: d, province: province, tree: tree, now: now, clock: time.Now, roles: roles,
		hasher: newHasher(fullCost), throttle: newThrottle(), sessions: newSessionCache(),
	}, nil
}

// Roles are the roles and subjects that posts can have.
func (s *Store) Roles() *Roles { return s.roles }

// Close writes what was held back: when sessions were last seen, and failed
// sign-ins.
func (s *Store) Close(ctx context.Context) error {
	s.flushing.Wait()
	return s.flush(ctx)
}

func (s *Store) today() string { return area.Today(s.now()) }
