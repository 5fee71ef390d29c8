package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/law"
)

// Places of 2016, and two made-up villages of the first commune.
const (
	thanhHoa  = "38"
	thanhPho  = "380" // district
	hamRong   = "14755"
	dongTho   = "14758"
	villageA  = area.ID("thon-a")
	villageB  = area.ID("thon-b")
	goodWords = "con trâu đi trước"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var lawTree = sync.OnceValue(func() *area.Tree {
	tree, err := area.Load(law.Files)
	if err != nil {
		panic(err)
	}
	commune, ok := tree.Code(hamRong, "2016-10-21")
	if !ok {
		panic("no commune " + hamRong)
	}
	village := func(id area.ID, name string) area.Version {
		return area.Version{Area: id, From: "2016-01-01", Level: area.Village, Type: "thon", Name: name, FullName: "Thôn " + name, Parent: commune.Area}
	}
	tree, err = tree.WithVillages([]area.Version{village(villageA, "A"), village(villageB, "B")})
	if err != nil {
		panic(err)
	}
	return tree
})

func at(code string) area.ID {
	v, ok := lawTree().Code(code, "2016-10-21")
	if !ok {
		panic("no area " + code)
	}
	return v.Area
}

// office is a store at noon of 21 October 2016, the day the plan was signed.
// Passwords cost little here.
func office(t testing.TB, d *db.DB) (*Store, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2016, 10, 21, 5, 0, 0, 0, time.UTC)}
	return another(t, d, c), c
}

// another is a second process on the same database.
func another(t testing.TB, d *db.DB, c *clock) *Store {
	t.Helper()
	s, err := New(d, "TH", law.Files, lawTree, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.clock = c.Now
	s.hasher = newHasher(cost{memory: 64, passes: 1, threads: 1})
	t.Cleanup(func() { s.flushing.Wait() })
	return s
}

func person(t testing.TB, s *Store, name string, posts ...Post) Account {
	t.Helper()
	a, err := s.Create(ctx, s.Operator(), NewAccount{Name: name, FullName: "Lê Thị " + name, Password: goodWords})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		give(t, s, a.ID, p)
	}
	return a
}

func give(t testing.TB, s *Store, to ID, p Post) Post {
	t.Helper()
	p.Account = to
	if p.From == "" {
		p.From = "2016-01-01"
	}
	p, err := s.AddPost(ctx, s.Operator(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func enter(t testing.TB, s *Store, name string) (string, *Actor) {
	t.Helper()
	token, actor, err := s.SignIn(ctx, SignIn{Name: name, Password: goodWords, Address: "10.1.2.3", Agent: "Firefox"})
	if err != nil {
		t.Fatal(err)
	}
	return token, actor
}

func mustRefuse(t testing.TB, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Fatalf("want the refusal %s, got %v", code, err)
	}
	if strings.Contains(f.Message, "‹") || strings.Contains(f.Message, "{") {
		t.Fatalf("%s has no proper text: %s", code, f.Message)
	}
}

var ctx = context.Background()

func entries(t testing.TB, s *Store, action string) []journal.Entry {
	t.Helper()
	var list []journal.Entry
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = journal.List(tx, "TH", journal.Filter{Action: action, Limit: 1000})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestShouldRefuseASecondAccountUnderTheSameName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		person(t, s, "nguyen.van.a")
		for _, name := range []string{"nguyen.van.a", "NGUYEN.van.A", " Nguyễn.Văn.Á ", "nguye\u0302\u0303n.va\u0306n.a"} {
			_, err := s.Create(ctx, s.Operator(), NewAccount{Name: name, FullName: "Người khác", Password: goodWords})
			mustRefuse(t, err, "account_name_taken")
		}
	})
}

func TestShouldRefuseNamesThatCannotBeTypedAtTheDoor(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	for _, name := range []string{"", "a", "có khoảng trắng", "a;b;c", "operator", "Systém", strings.Repeat("a", 41), "tên\x00x"} {
		_, err := s.Create(ctx, s.Operator(), NewAccount{Name: name, FullName: "Lê A", Password: goodWords})
		mustRefuse(t, err, "account_name")
	}
	_, err := s.Create(ctx, s.Operator(), NewAccount{Name: "le.a", FullName: " ", Password: goodWords})
	mustRefuse(t, err, "account_full_name")
}

func TestShouldRefuseWeakPasswords(t *testing.T) {
	weak := map[string]string{
		"ngắn":               "password_short",
		"123456789":          "password_short",
		"matkhau123":         "password_common",
		"Mật Khẩu 123":       "password_common",
		"1234567890":         "password_common",
		"aaaaaaaaaaaa":       "password_common",
		"1212121212":         "password_common",
		"Lê.Văn.Tám":         "password_is_name",
		"le-van-tam-2016":    "password_is_name",
		"levantamlevantam":   "password_is_name",
		"\xff\xfe hỏng hỏng": "password_long",
	}
	s, _ := office(t, dbtest.SQLite(t))
	for password, code := range weak {
		_, err := s.Create(ctx, s.Operator(), NewAccount{Name: "le.van.tam", FullName: "Lê Văn Tám", Password: password})
		t.Run(password, func(t *testing.T) { mustRefuse(t, err, code) })
	}
	_, err := s.Create(ctx, s.Operator(), NewAccount{Name: "le.van.tam", FullName: "Lê Văn Tám", Password: strings.Repeat("dài ", 200)})
	mustRefuse(t, err, "password_long")
}

func TestShouldHonourALongerLeastPasswordThatTheInstallationSets(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	exec(t, s.db, `insert into setting (province_id, key, value) values ('TH', 'account.password_min_length', '30')`)
	_, err := s.Create(ctx, s.Operator(), NewAccount{Name: "le.a", FullName: "Lê A", Password: goodWords})
	mustRefuse(t, err, "password_short")
}

func TestShouldRefuseEverybodyElseTheAccounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		a := person(t, s, "can.bo.xa", Post{Role: "commune", Area: at(hamRong)})
		other := person(t, s, "nguoi.khac")
		_, commune := enter(t, s, "can.bo.xa")
		_, err := s.Create(ctx, commune, NewAccount{Name: "moi.toanh", FullName: "Mới", Password: goodWords})
		mustRefuse(t, err, "right_missing")
		_, err = s.Find(ctx, commune, Filter{})
		mustRefuse(t, err, "right_missing")
		_, err = s.Get(ctx, commune, other.ID)
		mustRefuse(t, err, "account_absent")
		_, err = s.Get(ctx, commune, "khong-co")
		mustRefuse(t, err, "account_absent")
		_, err = s.AddPost(ctx, commune, Post{Account: a.ID, Role: "province", Area: at(thanhHoa)}, "tôi muốn")
		mustRefuse(t, err, "right_missing")
		mustRefuse(t, s.EndPost(ctx, commune, "x", "", ""), "right_missing")
		mustRefuse(t, s.SetActive(ctx, commune, other.ID, 1, false, ""), "right_missing")
		mustRefuse(t, s.SetFullName(ctx, commune, other.ID, 1, "Khác"), "right_missing")
		_, err = s.ResetPassword(ctx, commune, other.ID, "", true)
		mustRefuse(t, err, "right_missing")
		_, err = s.Sessions(ctx, commune, other.ID)
		mustRefuse(t, err, "account_absent")
		_, err = s.RevokeAll(ctx, commune, other.ID)
		mustRefuse(t, err, "account_absent")
		if own, err := s.Get(ctx, commune, a.ID); err != nil || len(own.Posts) != 1 {
			t.Fatal("one's own account with its posts", own, err)
		}
	})
}

func TestShouldRefuseAStaleChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		a := person(t, s, "nguyen.van.a")
		if err := s.SetFullName(ctx, s.Operator(), a.ID, a.Rev, "Nguyễn Văn Á"); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, s.SetFullName(ctx, s.Operator(), a.ID, a.Rev, "Nguyễn Văn B"), "account_changed")
		mustRefuse(t, s.SetActive(ctx, s.Operator(), a.ID, a.Rev, false, ""), "account_changed")
	})
}

func TestShouldFindByWordsWithoutDiacritics(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	for name, full := range map[string]string{"a1.xa": "Nguyễn Văn Á", "b2.xa": "Trần Thị Bê"} {
		if _, err := s.Create(ctx, s.Operator(), NewAccount{Name: name, FullName: full, Password: goodWords}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Find(ctx, s.Operator(), Filter{Text: "nguyen A"})
	if err != nil || len(list) != 1 || list[0].FullName != "Nguyễn Văn Á" {
		t.Fatal(list, err)
	}
}

func TestShouldRefusePostsThatMakeNoSense(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	a := person(t, s, "nguyen.van.a")
	give(t, s, a.ID, Post{Role: "commune", Area: at(hamRong)})
	cases := []struct {
		name string
		post Post
		code string
	}{
		{"a role nobody knows", Post{Role: "vua", Area: at(thanhHoa)}, "post_role"},
		{"a commune officer of a district", Post{Role: "commune", Area: at(thanhPho)}, "post_level"},
		{"a village head of a commune", Post{Role: "village", Area: at(hamRong)}, "post_level"},
		{"a department without a subject", Post{Role: "department", Area: at(thanhHoa)}, "post_subject"},
		{"a department of a subject nobody knows", Post{Role: "department", Area: at(thanhHoa), Subject: "fishing"}, "post_subject"},
		{"a commune officer with a subject", Post{Role: "commune", Area: at(dongTho), Subject: "health"}, "post_subject"},
		{"an area that does not exist", Post{Role: "commune", Area: "99999.2016"}, "post_area"},
		{"an area that does not exist yet", Post{Role: "commune", Area: "14758.2025", From: "2016-01-01"}, "post_area"},
		{"a first day that is none", Post{Role: "commune", Area: at(dongTho), From: "31/12/2016"}, "post_from"},
		{"a last day that is none", Post{Role: "commune", Area: at(dongTho), To: "2016-13-01"}, "post_to"},
		{"an end before the beginning", Post{Role: "commune", Area: at(dongTho), From: "2016-10-01", To: "2016-09-01"}, "post_period"},
		{"the same post twice", Post{Role: "commune", Area: at(hamRong), From: "2016-05-01"}, "post_twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.post.Account = a.ID
			_, err := s.AddPost(ctx, s.Operator(), c.post, "")
			mustRefuse(t, err, c.code)
		})
	}
	_, err := s.AddPost(ctx, s.Operator(), Post{Account: "nobody", Role: "commune", Area: at(hamRong)}, "")
	mustRefuse(t, err, "account_absent")
}

func TestShouldRefuseReasonsThatAreTooLong(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	a := person(t, s, "nguyen.van.a")
	p := give(t, s, a.ID, Post{Role: "commune", Area: at(hamRong)})
	long := strings.Repeat("ộ", 4001)
	_, err := s.AddPost(ctx, s.Operator(), Post{Account: a.ID, Role: "commune", Area: at(dongTho)}, long)
	mustRefuse(t, err, "too_long")
	mustRefuse(t, s.EndPost(ctx, s.Operator(), p.ID, "", long), "too_long")
	mustRefuse(t, s.SetActive(ctx, s.Operator(), a.ID, a.Rev, false, long), "too_long")
}

func TestShouldRefuseToLoseTheLastAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		if _, _, created, err := s.EnsureAdministrator(ctx); !created || err != nil {
			t.Fatal(created, err)
		}
		admin, err := s.GetByName(ctx, s.Operator(), "admin")
		if err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, s.SetActive(ctx, s.Operator(), admin.ID, admin.Rev, false, "nghỉ"), "last_administrator")
		mustRefuse(t, s.EndPost(ctx, s.Operator(), admin.Posts[0].ID, "", "nghỉ"), "last_administrator")
		if again, err := s.Get(ctx, s.Operator(), admin.ID); err != nil || !again.Active || again.Posts[0].To != Forever {
			t.Fatal("the refused changes were kept", again, err)
		}
		person(t, s, "quan.tri.hai", Post{Role: "admin", Area: at(thanhHoa)})
		if err := s.EndPost(ctx, s.Operator(), admin.Posts[0].ID, "", "nghỉ"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheFirstStartMakesOneAdministratorAndNoSecond(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		name, password, created, err := s.EnsureAdministrator(ctx)
		if err != nil || !created || len(password) < 20 {
			t.Fatal(name, created, err)
		}
		if _, again, created, err := s.EnsureAdministrator(ctx); created || again != "" || err != nil {
			t.Fatal("made twice", err)
		}
		token, actor, err := s.SignIn(ctx, SignIn{Name: name, Password: password, Address: "10.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, actor.Need(RightAccounts), "password_must_change")
		if err := s.ChangePassword(ctx, actor, password, goodWords); err != nil {
			t.Fatal(err)
		}
		actor, err = s.Session(ctx, token)
		if err != nil || !actor.Can(RightAccounts) {
			t.Fatal("the session goes on, with its rights", err)
		}
		for _, r := range []Right{RightReadHouseholds, RightReadSubject, RightNamedLists, RightExport, RightJournal, RightTables, RightWriteAssessment} {
			if actor.Can(r) || !actor.ScopeFor(r).Empty() {
				t.Fatal("an administrator has", r)
			}
		}
		if !actor.Reading().Empty() {
			t.Fatal("an administrator reads households")
		}
	})
}

func TestAnAdministratorWhoGivesHimselfAPostIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		admin := person(t, s, "quan.tri", Post{Role: "admin", Area: at(thanhHoa)})
		_, by := enter(t, s, "quan.tri")
		post := Post{Account: admin.ID, Role: "province", Area: at(thanhHoa)}
		_, err := s.AddPost(ctx, by, post, "  ")
		mustRefuse(t, err, "post_self_reason")
		p, err := s.AddPost(ctx, by, post, "kiêm nhiệm theo quyết định 12")
		if err != nil || !p.SelfGiven() {
			t.Fatal(p, err)
		}
		list := entries(t, s, "account.post_add_self")
		if len(list) != 1 || list[0].Actor != string(admin.ID) || list[0].Record != string(admin.ID) || !strings.Contains(list[0].Reason, "quyết định 12") {
			t.Fatal(list)
		}
		got, err := s.Get(ctx, by, admin.ID)
		if err != nil || len(got.Posts) != 2 || got.Posts[0].SelfGiven() || !got.Posts[1].SelfGiven() {
			t.Fatal(got, err)
		}
	})
}

// Whatever is done, no secret stands in the journal or in the open in the tables.
func TestTheJournalHoldsEveryChangeAndNoSecret(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		a := person(t, s, "nguyen.van.a")
		p := give(t, s, a.ID, Post{Role: "commune", Area: at(hamRong), Agency: "UBND phường Hàm Rồng"})
		token, actor := enter(t, s, "nguyen.van.a")
		const second = "đi trước con trâu"
		steps := []error{
			s.ChangePassword(ctx, actor, goodWords, second),
			s.EndPost(ctx, s.Operator(), p.ID, "2016-12-31", "chuyển công tác"),
			s.SetFullName(ctx, s.Operator(), a.ID, 2, "Nguyễn Văn Á"),
			s.SetActive(ctx, s.Operator(), a.ID, 3, false, "nghỉ hưu"),
			s.SetActive(ctx, s.Operator(), a.ID, 4, true, ""),
		}
		for i, err := range steps {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		reset, err := s.ResetPassword(ctx, s.Operator(), a.ID, "", true)
		if err != nil {
			t.Fatal(err)
		}
		_, again, err := s.SignIn(ctx, SignIn{Name: "nguyen.van.a", Password: reset})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SignOut(ctx, again); err != nil {
			t.Fatal(err)
		}
		var actions []string
		var all strings.Builder
		for _, e := range entries(t, s, "") {
			actions = append([]string{e.Action}, actions...)
			all.WriteString(e.Reason)
			for _, c := range e.Changes {
				for _, v := range []*string{c.From, c.To} {
					if v != nil {
						all.WriteString(" " + *v)
					}
				}
			}
		}
		want := "account.create account.post_add account.signin account.password_change account.post_end account.rename account.disable account.enable account.password_reset account.signin account.signout"
		if got := strings.Join(actions, " "); got != want {
			t.Fatalf("\n%s\n%s", got, want)
		}
		var hash string
		if err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(`select password from account where id = $1`, []any{string(a.ID)}, &hash)
		}); err != nil {
			t.Fatal(err)
		}
		id, _ := parseToken(token)
		for _, secret := range []string{goodWords, second, reset, token, hash, id.handle(), "argon2"} {
			if strings.Contains(all.String(), secret) {
				t.Fatalf("%q stands in the journal", secret)
			}
		}
	})
}

func exec(t testing.TB, d *db.DB, sql string, args ...any) {
	t.Helper()
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(sql, args...); return err }); err != nil {
		t.Fatal(err)
	}
}
