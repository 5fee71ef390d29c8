package household_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/vn"
)

// searching is an office whose names are held in memory.
func searching(t testing.TB, d *db.DB) *office {
	o := newOffice(t, d)
	o.s.Names = household.NewNames()
	o.Read(func(tx *db.Tx) error { return o.s.Names.Load(tx, householdtest.Key) })
	o.TakeChanged()
	return o
}

// refresh tells the index what has changed.
func (o *office) refresh() {
	o.Read(func(tx *db.Tx) error { return o.s.Names.Refresh(tx, householdtest.Key, o.TakeChanged()) })
}

// found writes what a search shows: who is meant, areas, elsewhere.
func (o *office) found(scope area.Scope, typed string) string {
	f, err := o.s.Search(ctx, scope, typed, 20)
	if err != nil {
		return code(err)
	}
	var words []string
	for _, h := range f.Hits {
		words = append(words, h.Member.FullName)
	}
	slices.Sort(words)
	for _, a := range f.Areas {
		words = append(words, "["+a.FullName+"]")
	}
	if f.Elsewhere {
		words = append(words, "đã có ở xã khác")
	}
	return strings.Join(words, ", ")
}

func TestSearchAsPeopleType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := searching(t, d)
		o.Family(householdtest.Khu2, "2016-01-01", "Nguyễn Văn Á, male, 1960, 171234567", "spouse: Đỗ Thị Én, female, 1962, 038162000009")
		o.Family(householdtest.Rieng, "2016-01-01", "Nguyễn Văn Ân, male, 1961, 038061000001", "child: Nguyễn Thị Văn, female, 1990")
		o.Family(householdtest.BanOn, "2016-01-01", "Nguyễn Thị Ba, female, 1961", "child: Trần Văn An, male, 1991")
		o.refresh()
		all, township, health := o.Operator().Scope, o.Officer(householdtest.Township).Scope, o.With("38.2016", area.FieldHealth).Scope
		cases := []struct {
			typed, want string
			scope       area.Scope
		}{
			{"nguyen van a", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"nguyễn văn á", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"NGUYEN  VAN A", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"a van nguyen", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"ng v a", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"Nguye\u0302\u0303n Va\u0306n A\u0301", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
			{"đỗ th", "Đỗ Thị Én", all},
			{"do thi en", "Đỗ Thị Én", all},
			{"nguyen van thi", "Nguyễn Thị Văn", all}, // of one person: not Á and his wife
			{"nguyen van tran", "", all},
			{"nguyen van a", "Nguyễn Văn Á", township},
			{"xyz", "", all},
			{"", "", all},
			{" - ", "", all},
			// ID numbers: from four digits, their beginning or end
			{"1712", "Nguyễn Văn Á", all},
			{"4567", "Nguyễn Văn Á", all},
			{"171", "", all},
			{"0380 6100 0001", "Nguyễn Văn Ân", all},
			{"038061000001", "đã có ở xã khác", township},
			{"0380610000", "", township}, // only the whole number says so
			{"038061000002", "", township},
			{"038162000009", "Đỗ Thị Én", township},
			{"038162000009", "", health}, // a department knows no ID numbers
			// departments see heads, and nobody else
			{"nguyen", "Nguyễn Thị Ba, Nguyễn Văn Á, Nguyễn Văn Ân, [Xã Nguyên Bình]", health},
			{"do thi en", "", health},
			{"nguyen v", "", o.With("38.2016", area.FieldsNone).Scope},
			// the printed code
			{"TH-0000-0001", "Hà Văn Á", all},
			{"th 2", "Vi Văn Ếch", all},
			{"TH-0000-0002", "đã có ở xã khác", township},
			{"TH-9999-9999", "", all},
			// areas
			{"muong lat", "Hà Văn Á, Nguyễn Thị Ba, Nguyễn Văn Á, Vi Văn Ếch, [Huyện Mường Lát], [Thị trấn Mường Lát]", all},
			{"muong lat", "Hà Văn Á, Nguyễn Văn Á, [Thị trấn Mường Lát]", township},
			{"muong lat", "[Huyện Mường Lát], [Thị trấn Mường Lát]", o.With("38.2016", area.FieldsNone).Scope},
			{"ban o", "[Bản Ón]", all},
			{"on", "Nguyễn Thị Ba, Vi Văn Ếch, [Bản Ón]", all},
			{"vi tr t", "", all},
			{"rieng", "", township},
			{"huyện mường l", "[Huyện Mường Lát]", all},
			// a name in a place
			{"nguyen van a muong lat", "Nguyễn Văn Á", all},
			{"vi van ech tam chung", "Vi Văn Ếch", all},
			{"nguyen van a tam chung", "", all},
			{"nguyen van a, muong lat", "Nguyễn Văn Á", all},
			{"nguyen van a,tam chung", "", all},
			{"nguyen v, dien lu ba thuoc", "Nguyễn Văn Ân", all},
			{"nguyen v, lu dien", "Nguyễn Văn Ân", all},
			{"nguyen v, khu 2", "Nguyễn Văn Á", all},
			{"nguyen v, dien lu", "", township},
			{"nguyen v,", "Nguyễn Văn Á, Nguyễn Văn Ân", all},
		}
		for _, c := range cases {
			if got := o.found(c.scope, c.typed); got != c.want {
				t.Errorf("«%s»: %s, want %s", c.typed, got, c.want)
			}
		}
	})
}

func TestSearchFollowsTheOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := searching(t, d)
		all := o.Operator().Scope
		look := func(typed, want string) {
			t.Helper()
			o.refresh()
			if got := o.found(all, typed); got != want {
				t.Errorf("«%s»: %s, want %s", typed, got, want)
			}
		}
		ok := must[string](t)
		birth := ok(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Quý Tử"), "child"))
		look("quy tu", "Hà Quý Tử")
		ok("", o.s.Undo(ctx, o.Operator(), birth, reason))
		look("quy tu", "")
		ok(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[son], FullName: ptr("Hà Văn Kường"), NationalID: ptr("171999888")}}))
		look("cuong", "")
		look("kuong", "Hà Văn Kường")
		look("9888", "Hà Văn Kường")
		ok(o.s.Join(ctx, o.Operator(), o.On(o.couple.ID, "2016-04-01"), household.Person{ID: o.family.Members[son]}, "other"))
		look("kuong, tam chung", "Hà Văn Kường")
		look("kuong, khu 1", "")
		move := ok(o.s.Move(ctx, o.Operator(), o.On(o.couple.ID, "2016-05-01"), householdtest.Rieng))
		look("ech, dien lu", "Vi Văn Ếch")
		ok("", o.s.Undo(ctx, o.Operator(), move, reason))
		look("ech, dien lu", "")
		depart := ok(o.s.Depart(ctx, o.Operator(), o.On(o.couple.ID, "2016-06-01")))
		look("ech", "")
		ok("", o.s.Undo(ctx, o.Operator(), depart, reason))
		look("ech", "Vi Văn Ếch")
		ok(o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[wife], ""))
		look("lo thi binh", "")
		_, id, err := o.s.Create(ctx, o.Operator(), household.New{Village: householdtest.Khu2, Day: "2016-06-01", Members: []household.Member{{Person: householdtest.Person("Mới Tinh"), Relation: "head"}}})
		ok(id, err)
		look("moi tinh", "Mới Tinh")
		ok("", o.s.Undo(ctx, o.Operator(), id, reason))
		look("moi tinh", "")
	})
}

func TestSearchBeforeTheNamesAreLoaded(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.s.Names = household.NewNames()
	if got := o.found(o.Operator().Scope, "ha van a"); got != "names_loading" {
		t.Error(got)
	}
	if got := o.found(o.Operator().Scope, "TH-0000-0001"); got != "Hà Văn Á" {
		t.Error(got)
	}
}

// What the index finds is what reading every name finds, whatever was done
// to the index before.
func TestSearchFindsWhatANaiveScanFinds(t *testing.T) {
	d := dbtest.SQLite(t)
	o := searching(t, d)
	syllables := []string{"Nguyễn", "Trần", "Lê", "Văn", "Thị", "An", "Anh", "Á", "Ân", "Đức", "Đ", "Hà", "Hạnh"}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(syllables)
		name := func(label string) string {
			return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, label), " ")
		}
		lines := []string{name("head")}
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			lines = append(lines, "child: "+name("member")+", male, 1990, "+rapid.StringMatching(`(0[0-9]{8})|(0[0-2]{11})|`).Draw(t, "id"))
		}
		o.TryFamily(rapid.SampledFrom(householdtest.Villages).Draw(t, "village"), "2016-01-01", lines...)
		if rapid.Bool().Draw(t, "loaded anew") {
			o.Read(func(tx *db.Tx) error { return o.s.Names.Load(tx, householdtest.Key) })
		} else {
			o.refresh()
		}
		var parts []string
		for _, w := range rapid.SliceOfN(word, 1, 3).Draw(t, "typed") {
			letters := []rune(w)
			parts = append(parts, string(letters[:rapid.IntRange(1, len(letters)).Draw(t, "letters")]))
		}
		typed := strings.Join(parts, " ")
		if rapid.IntRange(0, 3).Draw(t, "by ID") == 0 {
			typed = rapid.StringMatching(`[0-2]{4,6}`).Draw(t, "digits")
		}
		root := rapid.SampledFrom([]area.ID{"38.2016", householdtest.Township, householdtest.DienLu}).Draw(t, "scope")
		scope := o.Officer(root).Scope
		var want []string
		for _, village := range householdtest.Villages {
			if !o.Tree.Covers(root, village, o.Today) {
				continue
			}
			list, _, err := o.s.List(ctx, scope, household.Filter{Area: village, Limit: 10000})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range list {
				if slices.ContainsFunc(o.Members(h.ID, o.Today), func(m household.Member) bool { return naive(typed, m.FullName, m.NationalID) }) {
					want = append(want, string(h.ID))
				}
			}
		}
		f, err := o.s.Search(ctx, scope, typed, 10000)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range f.Hits {
			got = append(got, string(h.Household.ID))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("«%s» in %s: %v, want %v", typed, root, got, want)
		}
	})
}

func naive(typed, name, id string) bool {
	if typed[0] >= '0' && typed[0] <= '9' {
		return strings.HasPrefix(id, typed) || strings.HasSuffix(id, typed)
	}
	for _, w := range strings.Fields(vn.Fold(typed)) {
		if !slices.ContainsFunc(strings.Fields(vn.Fold(name)), func(have string) bool { return strings.HasPrefix(have, w) }) {
			return false
		}
	}
	return true
}

func FuzzSearch(f *testing.F) {
	o := searching(f, dbtest.SQLite(f))
	for _, typed := range []string{"nguyen van a", "0381", "TH-0000-0001", ", ,", "a,b,c", "\xff", strings.Repeat("a ", 100)} {
		f.Add(typed)
	}
	scope := o.Operator().Scope
	f.Fuzz(func(t *testing.T, typed string) {
		found, err := o.s.Search(context.Background(), scope, typed, 5)
		if err != nil || len(found.Hits) > 5 {
			t.Fatal(fmt.Sprint(found, err))
		}
	})
}
