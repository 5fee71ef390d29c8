package review_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/law"
)

// paper is the part of law/procedures that says who may do what, read by the
// test itself: the store is held to it.
type paper struct {
	Dossiers []struct {
		Kind                           string
		HandIn                         []string `yaml:"hand_in"`
		Approve, Return, Unlock        []string
		Steps                          []paperStep
		Name, Level, Source, Confirmed any
	}
}

type paperStep struct {
	Code, Per, Stage, With string
	By                     []string
}

// book is the procedure of a commune's dossier.
type book struct {
	handIn, approve, back, unlock []string
	steps                         []paperStep
}

func readBook(t *testing.T, name string) book {
	t.Helper()
	raw, err := fs.ReadFile(law.Files, "procedures/"+name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p paper
	if err := yaml.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Dossiers {
		if d.Kind == "commune_review" {
			return book{d.HandIn, d.Approve, d.Return, d.Unlock, d.Steps}
		}
	}
	t.Fatal("no commune_review in " + name)
	return book{}
}

// above lists what lies above each area of the test, itself first: where the
// people of the test have their posts.
func (c *council) above(id area.ID) []area.ID {
	list := []area.ID{id}
	for _, level := range []area.Level{area.Commune, area.District, area.Province} {
		if v, ok := c.Tree.Ancestor(id, "2017-11-15", level); ok && v.Area != id {
			list = append(list, v.Area)
		}
	}
	return list
}

// person of the flow: an account with its posts.
type person struct {
	name  string
	posts []account.Post
}

func (c *council) people() []person {
	district, _ := c.Tree.Ancestor(householdtest.TamChung, "2017-11-15", area.District)
	other, _ := c.Tree.Ancestor(householdtest.DienLu, "2017-11-15", area.District)
	province, _ := c.Tree.Ancestor(householdtest.TamChung, "2017-11-15", area.Province)
	one := func(name, role string, at area.ID) person {
		return person{name, []account.Post{{Role: role, Area: at, From: "2016-01-01", To: account.Forever}}}
	}
	both := one("kiêm nhiệm", "commune", householdtest.TamChung)
	both.posts = append(both.posts, account.Post{Role: "vice_chair", Area: householdtest.TamChung, From: "2016-01-01", To: account.Forever})
	past := one("đã thôi", "commune", householdtest.TamChung)
	past.posts[0].To = "2017-01-01"
	return []person{
		one("trưởng bản Ón", "village", householdtest.BanOn), one("trưởng bản Tân Hương", "village", householdtest.BanTan), one("trưởng khu", "village", householdtest.Khu1),
		one("cán bộ xã", "commune", householdtest.TamChung), both, one("chủ tịch xã", "chair", householdtest.TamChung), one("phó chủ tịch xã", "vice_chair", householdtest.TamChung),
		one("cán bộ thị trấn", "commune", householdtest.Township), one("chủ tịch thị trấn", "chair", householdtest.Township),
		one("cán bộ huyện", "district", district.Area), one("cán bộ huyện hai", "district", district.Area), one("chủ tịch huyện", "chair", district.Area), one("phó chủ tịch huyện", "vice_chair", district.Area),
		one("cán bộ huyện khác", "district", other.Area), one("cơ quan tỉnh", "province", province.Area), one("chủ tịch tỉnh", "chair", province.Area),
		one("thanh tra", "auditor", householdtest.TamChung), one("sở y tế", "department", province.Area), one("quản trị", "admin", province.Area), past, {name: "chưa có chức vụ"},
	}
}

// actor is the person as the dossiers know him today.
func (c *council) actor(p person) *account.Actor {
	a := &account.Actor{ID: p.name, FullName: p.name, Day: c.Today}
	for _, post := range p.posts {
		if post.InForce(c.Today) {
			a.Posts = append(a.Posts, post)
		}
	}
	return a
}

// writer is the person as the pages let him write on households: with the
// areas in which a post of his gives the right.
func (c *council) writer(p person) household.Actor {
	var grants []area.Grant
	for _, post := range c.actor(p).Posts {
		if slices.Contains([]string{"village", "commune", "district", "province"}, post.Role) {
			grants = append(grants, area.Grant{Root: post.Area, Fields: area.FieldHousehold})
		}
	}
	return household.Actor{ID: p.name, Scope: c.Tree.Scope(householdtest.Key, grants, c.Today)}
}

// writesIn says whether a post of the person gives him the households of an
// area to write on, by the test's own reading.
func (c *council) writesIn(p person, unit area.ID) bool {
	for _, post := range c.actor(p).Posts {
		if slices.Contains([]string{"village", "commune", "district", "province"}, post.Role) && slices.Contains(c.above(unit), post.Area) {
			return true
		}
	}
	return false
}

// holds says whether the person has one of the roles over the unit, or at it.
func (c *council) holds(p person, roles []string, unit area.ID, atIt bool) bool {
	for _, post := range c.actor(p).Posts {
		if slices.Contains(roles, post.Role) && (post.Area == unit || !atIt && slices.Contains(c.above(unit), post.Area)) {
			return true
		}
	}
	return false
}

// allowed says what the paper allows the person with the dossier as it stands.
func (c *council) allowed(b book, p person, action string, d dossier.Dossier, step string, unit area.ID) bool {
	commune := householdtest.TamChung
	switch action {
	case "do", "take back":
		i := slices.IndexFunc(b.steps, func(s paperStep) bool { return s.Code == step })
		if i < 0 || b.steps[i].With != "" || (b.steps[i].Per == "village") != (unit != "") {
			return false
		}
		if unit == "" {
			unit = commune
		}
		if !slices.Contains(c.above(unit), commune) {
			return false // no village of the commune
		}
		state := map[string][]dossier.State{"working": {dossier.Draft, dossier.Returned}, "submitted": {dossier.Submitted}, "approved": {dossier.Approved}}[b.steps[i].Stage]
		return slices.Contains(state, d.State) && c.holds(p, b.steps[i].By, unit, false)
	case "hand in":
		return (d.State == dossier.Draft || d.State == dossier.Returned) && c.holds(p, b.handIn, commune, true)
	case "return":
		return d.State == dossier.Submitted && c.holds(p, b.back, commune, false)
	case "approve":
		return d.State == dossier.Submitted && c.holds(p, b.approve, commune, true) && d.HandedInBy != p.name
	case "lock":
		return d.State == dossier.Approved && (c.holds(p, b.handIn, commune, true) || c.holds(p, b.approve, commune, true))
	case "ask unlock":
		return (d.State == dossier.Approved || d.State == dossier.Locked) && d.UnlockAsked == 0 && (c.holds(p, b.handIn, commune, true) || c.holds(p, b.approve, commune, true))
	case "unlock", "refuse":
		return (d.State == dossier.Approved || d.State == dossier.Locked) && d.UnlockAsked != 0 && d.UnlockBy != p.name && c.holds(p, b.unlock, commune, false)
	}
	return false
}
