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
func (f *flow) above(id area.ID) []area.ID {
	list := []area.ID{id}
	if f.ended(id) {
		return append(list, f.above(householdtest.Township)...) // as the law has it
	}
	for _, level := range []area.Level{area.Commune, area.District, area.Province} {
		if v, ok := f.Tree.Ancestor(id, min(f.Today, f.until), level); ok && v.Area != id {
			list = append(list, v.Area)
		}
	}
	return list
}

// reach is where a post holds today: at its area, and where that has ended at
// what it became.
func (f *flow) reach(post area.ID) []area.ID {
	if !f.ended(post) {
		return []area.ID{post}
	}
	return []area.ID{post, householdtest.Township} // as the law has it, also where a village went elsewhere
}

// person of the flow: an account with its posts.
type person struct {
	name  string
	posts []account.Post
}

// people are those of a commune with two villages, and of others.
func (c *council) people(commune, village, other area.ID) []person {
	district, _ := c.Tree.Ancestor(householdtest.TamChung, "2017-11-15", area.District)
	far, _ := c.Tree.Ancestor(householdtest.DienLu, "2017-11-15", area.District)
	province, _ := c.Tree.Ancestor(householdtest.TamChung, "2017-11-15", area.Province)
	one := func(name, role string, at area.ID) person {
		return person{name, []account.Post{{Role: role, Area: at, From: "2016-01-01", To: account.Forever}}}
	}
	both := one("kiêm nhiệm", "commune", commune)
	both.posts = append(both.posts, account.Post{Role: "vice_chair", Area: commune, From: "2016-01-01", To: account.Forever})
	past := one("đã thôi", "commune", commune)
	past.posts[0].To = "2017-01-01"
	return []person{
		one("trưởng bản", "village", village), one("trưởng bản bên", "village", other), one("trưởng khu", "village", householdtest.Khu1),
		one("cán bộ xã", "commune", commune), both, one("chủ tịch xã", "chair", commune), one("phó chủ tịch xã", "vice_chair", commune),
		one("cán bộ thị trấn", "commune", householdtest.Township), one("chủ tịch thị trấn", "chair", householdtest.Township),
		one("cán bộ Tam Chung", "commune", householdtest.TamChung), one("chủ tịch Tam Chung", "chair", householdtest.TamChung),
		one("cán bộ huyện", "district", district.Area), one("cán bộ huyện hai", "district", district.Area), one("chủ tịch huyện", "chair", district.Area), one("phó chủ tịch huyện", "vice_chair", district.Area),
		one("cán bộ huyện khác", "district", far.Area), one("cơ quan tỉnh", "province", province.Area), one("chủ tịch tỉnh", "chair", province.Area),
		one("thanh tra", "auditor", commune), one("sở y tế", "department", province.Area), one("quản trị", "admin", province.Area), past, {name: "chưa có chức vụ"},
	}
}

// actor is the person as the dossiers know him today.
func (f *flow) actor(p person) *account.Actor {
	a := &account.Actor{ID: p.name, FullName: p.name, Day: f.Today}
	for _, post := range p.posts {
		if post.InForce(f.Today) {
			a.Posts = append(a.Posts, post)
		}
	}
	return a
}

// writer is the person as the pages let him write on households: with the
// areas in which a post of his gives the right.
func (f *flow) writer(p person) household.Actor {
	var grants []area.Grant
	for _, post := range f.actor(p).Posts {
		if slices.Contains([]string{"village", "commune", "district", "province"}, post.Role) {
			grants = append(grants, area.Grant{Root: post.Area, Fields: area.FieldHousehold})
		}
	}
	return household.Actor{ID: p.name, Scope: f.Tree.Scope(householdtest.Key, grants, f.Today)}
}

// writesIn says whether a post of the person gives him the households of an
// area to write on, by the test's own reading.
func (f *flow) writesIn(p person, unit area.ID) bool {
	for _, post := range f.actor(p).Posts {
		if slices.Contains([]string{"village", "commune", "district", "province"}, post.Role) && f.within(post.Area, unit) {
			return true
		}
	}
	return false
}

// within says whether a post's area holds the unit.
func (f *flow) within(post, unit area.ID) bool {
	above := f.above(unit)
	return slices.ContainsFunc(f.reach(post), func(id area.ID) bool { return slices.Contains(above, id) })
}

// same says whether a post stands at the unit, or at what the unit became.
func (f *flow) same(post, unit area.ID) bool {
	at := f.reach(post)
	return slices.Contains(at, unit) || f.ended(unit) && slices.Contains(at, householdtest.Township)
}

// holds says whether the person has one of the roles over the unit, or at it.
func (f *flow) holds(p person, roles []string, unit area.ID, atIt bool) bool {
	for _, post := range f.actor(p).Posts {
		if slices.Contains(roles, post.Role) && (f.same(post.Area, unit) || !atIt && f.within(post.Area, unit)) {
			return true
		}
	}
	return false
}

// allowed says what the paper allows the person with the dossier as it stands.
func (f *flow) allowed(b book, p person, action string, d dossier.Dossier, step string, unit area.ID) bool {
	commune := f.commune
	switch action {
	case "do", "take back":
		i := slices.IndexFunc(b.steps, func(s paperStep) bool { return s.Code == step })
		if i < 0 || b.steps[i].With != "" || (b.steps[i].Per == "village") != (unit != "") {
			return false
		}
		if unit == "" {
			unit = commune
		}
		if unit != commune && !slices.Contains(f.villages, unit) {
			return false // no village of the commune
		}
		state := map[string][]dossier.State{"working": {dossier.Draft, dossier.Returned}, "submitted": {dossier.Submitted}, "approved": {dossier.Approved}}[b.steps[i].Stage]
		return slices.Contains(state, d.State) && f.holds(p, b.steps[i].By, unit, false)
	case "hand in":
		return (d.State == dossier.Draft || d.State == dossier.Returned) && f.holds(p, b.handIn, commune, true)
	case "return":
		return d.State == dossier.Submitted && f.holds(p, b.back, commune, false)
	case "approve":
		return d.State == dossier.Submitted && f.holds(p, b.approve, commune, true) && d.HandedInBy != p.name
	case "lock":
		return d.State == dossier.Approved && (f.holds(p, b.handIn, commune, true) || f.holds(p, b.approve, commune, true))
	case "ask unlock":
		return (d.State == dossier.Approved || d.State == dossier.Locked) && d.UnlockAsked == 0 && (f.holds(p, b.handIn, commune, true) || f.holds(p, b.approve, commune, true))
	case "unlock", "refuse":
		return (d.State == dossier.Approved || d.State == dossier.Locked) && d.UnlockAsked != 0 && d.UnlockBy != p.name && f.holds(p, b.unlock, commune, false)
	}
	return false
}
