package account

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/area"
)

// Right is one thing that a post can allow.
type Right uint8

// The rights. Which role gives which stands in law/roles.yaml.
const (
	RightReadHouseholds  Right = iota // whole households and persons
	RightReadSubject                  // of households only head, village, class and the subject's indicators
	RightTables                       // figures
	RightWriteAssessment              // enter and correct assessments of open rounds
	RightWriteRegistry                // households, members, residence
	RightImport                       // spreadsheets in
	RightExport                       // spreadsheets out
	RightNamedLists                   // lists of names, each reading journalled with its purpose
	RightRounds                       // open and close rounds
	RightAreas                        // villages, boundaries
	RightJournal                      // the whole journal
	RightAccounts                     // accounts and posts
	RightSettings                     // settings of the installation
	RightApprove                      // decide what is handed in
	RightVerify                       // draw samples of what communes hand in, ask and accept answers
	RightTasks                        // work on the tasks of plans that fall to the own unit
	rightCount
)

var rightNames = [rightCount]string{
	"read_households", "read_subject", "tables", "write_assessment", "write_registry", "import", "export",
	"named_lists", "rounds", "areas", "journal", "accounts", "settings", "approve", "verify", "tasks",
}

// String is the right's name in law/roles.yaml.
func (r Right) String() string {
	if r < rightCount {
		return rightNames[r]
	}
	return fmt.Sprintf("right %d", uint8(r))
}

// personal says whether the right shows or changes what is known of people.
func (r Right) personal() bool {
	switch r {
	case RightReadHouseholds, RightReadSubject, RightWriteAssessment, RightWriteRegistry, RightImport, RightExport, RightNamedLists, RightApprove, RightVerify, RightJournal:
		return true
	}
	return false
}

// Rights is a set of rights.
type Rights uint32

// Has says whether the right is in the set.
func (s Rights) Has(r Right) bool { return r < rightCount && s&(1<<r) != 0 }

// Names lists the set in the order of the constants.
func (s Rights) Names() []string {
	var names []string
	for r := range rightCount {
		if s.Has(r) {
			names = append(names, r.String())
		}
	}
	return names
}

func (s Rights) personal() bool {
	for r := range rightCount {
		if s.Has(r) && r.personal() {
			return true
		}
	}
	return false
}

// shown says what of a household a role shows.
type shown string

const (
	showNone    shown = "none"
	showSubject shown = "subject"
	showAll     shown = "all"
)

// Role is what a kind of post may do.
type Role struct {
	Code         string
	Name         string // as the page shows it
	Levels       []area.Level
	NeedsSubject bool
	AtAgency     bool // a post of it stands at an agency and counts there alone
	Rights       Rights
	// Capacity in which its holder signs for his body: tm (the head), kt (a
	// deputy in his place); "" signs nothing.
	Capacity string
	shows    shown
}

// ShowsAll says whether the role sees whole households.
func (r Role) ShowsAll() bool { return r.shows == showAll }

// ShowsNobody says whether the role is one that sees no household at all.
func (r Role) ShowsNobody() bool { return r.shows == showNone }

// Subject is a department's field of work and the indicators that belong to it.
type Subject struct {
	Code       string
	Name       string
	Indicators []string
}

// Roles is law/roles.yaml.
type Roles struct {
	Roles    []Role
	Subjects []Subject
}

// Role finds a role by its code.
func (r *Roles) Role(code string) (Role, bool) {
	for _, role := range r.Roles {
		if role.Code == code {
			return role, true
		}
	}
	return Role{}, false
}

// Subject finds a subject by its code.
func (r *Roles) Subject(code string) (Subject, bool) {
	for _, s := range r.Subjects {
		if s.Code == code {
			return s, true
		}
	}
	return Subject{}, false
}

// roleFile is the file as written.
type roleFile struct {
	ID       string
	Name     string
	Sources  map[string]string
	Subjects []struct {
		Code, Name, Source string
		Confirmed          bool
		Indicators         []string
	}
	Roles []struct {
		Code, Name, Source string
		Confirmed          bool
		Areas              []area.Level
		Subject            bool
		Agency             bool
		Fields             shown
		Rights             []string
		Signs              string
	}
}

// LoadRoles reads roles.yaml from law.Files.
func LoadRoles(fsys fs.FS) (*Roles, error) {
	raw, err := fs.ReadFile(fsys, "roles.yaml")
	if err != nil {
		return nil, err
	}
	return parseRoles(raw)
}

func parseRoles(raw []byte) (*Roles, error) {
	var file roleFile
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("roles.yaml: %w", err)
	}
	roles := &Roles{}
	for _, s := range file.Subjects {
		if _, twice := roles.Subject(s.Code); twice || s.Code == "" || s.Name == "" || len(s.Indicators) == 0 || file.Sources[s.Source] == "" {
			return nil, fmt.Errorf("roles.yaml: subject %q stands twice or lacks its name, source or indicators", s.Code)
		}
		if fieldsOfSubject(s.Code) == 0 {
			return nil, fmt.Errorf("roles.yaml: a reader's scope knows no subject %q", s.Code)
		}
		roles.Subjects = append(roles.Subjects, Subject{s.Code, s.Name, s.Indicators})
	}
	for _, r := range file.Roles {
		if _, twice := roles.Role(r.Code); twice || r.Code == "" || r.Name == "" || len(r.Areas) == 0 || file.Sources[r.Source] == "" {
			return nil, fmt.Errorf("roles.yaml: role %q stands twice or lacks its name, source or areas", r.Code)
		}
		role := Role{Code: r.Code, Name: r.Name, Levels: r.Areas, NeedsSubject: r.Subject, AtAgency: r.Agency, Capacity: r.Signs, shows: r.Fields}
		for _, name := range r.Rights {
			i := slices.Index(rightNames[:], name)
			if i < 0 {
				return nil, fmt.Errorf("roles.yaml: role %s: no right %q", r.Code, name)
			}
			role.Rights |= 1 << i
		}
		if err := role.check(); err != nil {
			return nil, fmt.Errorf("roles.yaml: role %s: %w", r.Code, err)
		}
		roles.Roles = append(roles.Roles, role)
	}
	return roles, nil
}

// check refuses a role whose rights would show more than its fields say, and
// a capacity that nobody knows how to sign in.
func (r Role) check() error {
	if r.Capacity != "" && (r.Capacity != "tm" && r.Capacity != "kt" || !r.Rights.Has(RightApprove) && !(r.AtAgency && r.Rights.Has(RightTasks))) {
		return fmt.Errorf("signs is %q: tm or kt, and only with the right approve, or tasks at an agency", r.Capacity)
	}
	switch r.shows {
	case showNone:
		if r.Rights.personal() {
			return fmt.Errorf("it shows no household, but has rights on households")
		}
	case showSubject:
		if !r.NeedsSubject {
			return fmt.Errorf("it shows the fields of a subject, but has none")
		}
		for _, whole := range []Right{RightReadHouseholds, RightWriteAssessment, RightWriteRegistry, RightImport, RightJournal, RightApprove, RightVerify} {
			if r.Rights.Has(whole) {
				return fmt.Errorf("%s needs all fields", whole)
			}
		}
	case showAll:
	default:
		return fmt.Errorf("fields is %q, not all, subject or none", r.shows)
	}
	return nil
}

// at says whether a post of the role can stand at the level.
func (r Role) at(level area.Level) bool { return slices.Contains(r.Levels, level) }
