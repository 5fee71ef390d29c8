package print

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/paper"
	"giamngheo/internal/paper/papertest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

var ctx = context.Background()

// office is a corner of the province with the list of 2015 and the round of
// 2016.
type office struct {
	*householdtest.Province
	*Store
	t        testing.TB
	actor    *account.Actor
	accounts *account.Store
}

func newOffice(t testing.TB, d *db.DB) *office { return newOfficeAt(t, d, "2016-11-15", 2015, 2016) }

// newOfficeAt is the corner on a day, with the rounds of some years open.
func newOfficeAt(t testing.TB, d *db.DB, today string, years ...int) *office {
	t.Helper()
	p := householdtest.New(t, d)
	p.Today = today
	tree := func() *area.Tree { return p.Tree }
	reviews := &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store}
	layouts, err := paper.ReadLayouts(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	bases, err := ReadBases(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{Province: p, t: t, actor: account.Operator(householdtest.Key, p.Tree, p.Today)}
	o.Store = &Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Households: p.Store, Reviews: reviews, Layouts: layouts, Bases: bases, Demo: func() bool { return true }}
	if o.accounts, err = account.New(d, householdtest.Key, law.Files, tree, p.Now); err != nil {
		t.Fatal(err)
	}
	for _, year := range years {
		if _, err := reviews.OpenRound(ctx, "operator", review.Opening{Year: year}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// judge enters Phiếu B of a household.
func (o *office) judge(round string, f householdtest.Family, b1 int) {
	o.t.Helper()
	e := review.Entry{Round: round, Household: f.ID, B1: &b1, Ticked: "0100001000", Surveyor: "Lê Văn Điều", Causes: []string{"capital"}, Reason: "phiếu"}
	if _, err := o.Reviews.Save(ctx, o.Operator(), e); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) as(role string, root area.ID) *account.Actor {
	o.t.Helper()
	made, err := o.accounts.Create(ctx, o.actor, account.NewAccount{Name: "can.bo." + role, FullName: "Cán bộ", Password: account.NewPassword()})
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.accounts.AddPost(ctx, o.actor, account.Post{Account: made.ID, Role: role, Area: root, Agency: "UBND xã"}, "thử"); err != nil {
		o.t.Fatal(err)
	}
	actor, err := o.accounts.As(ctx, made.Name)
	if err != nil {
		o.t.Fatal(err)
	}
	return actor
}

func (o *office) printed(by *account.Actor, options FormOptions) string {
	o.t.Helper()
	d, _, err := o.Forms(ctx, by, options)
	if err != nil {
		o.t.Fatal(err)
	}
	return papertest.Text(o.t, papertest.PDF(o.t, d), "-layout")
}

func (o *office) journalled() (n int) {
	o.t.Helper()
	o.Read(func(tx *db.Tx) error {
		return tx.Get(`select count(*) from journal where province_id = $1 and action = 'form.print'`, []any{householdtest.Key}, &n)
	})
	return n
}

func TestFormsAreFilledWithWhatIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		on := o.Family(householdtest.BanOn, "2015-01-01", "Vi Văn Tây, male, 1975", "spouse: Lò Thị Nga, female, 1978-05", "child: Vi Văn Học, male, 2006-03-04")
		tan := o.Family(householdtest.BanTan, "2015-01-01", "Hà Thị Sáo, female, 1950")
		rich := o.Family(householdtest.BanTan, "2015-01-01", "Lương Văn Giàu, male, 1970")
		o.judge("2015", on, 105)
		o.judge("2015", tan, 100)
		o.judge("2015", rich, 170)
		got := o.printed(o.actor, FormOptions{Form: "B", Area: "14848", Round: "2016"})
		pages := strings.Split(got, "\f")
		for what, want := range map[string]int{
			"Lương Văn Giàu":                 0, // not on the list
			"DANH SÁCH HỘ LÀM PHIẾU B":       2, // one a village
			"năm trước: 105 điểm":            1,
			"năm trước: Thiếu hụt":           4, // two indicators, two households
			"hộ nghèo":                       2 + 2,
			"Vi Văn Học":                     1,
			"người và số liệu không có thật": len(pages) - 1,
		} {
			if n := strings.Count(got, what); n != want {
				t.Errorf("%q stands %d times, want %d\n%s", what, n, want, got)
			}
		}
		// Page numbers begin anew with the village, and go on over its forms.
		second := 0
		for i, page := range pages[:len(pages)-1] {
			if strings.Contains(page, "DANH SÁCH HỘ") && i > 0 {
				second = i
			}
			last := strings.Fields(strings.TrimSpace(page))
			if i-second > 0 && !strings.Contains(page, fmt.Sprint(i-second+1)) {
				t.Errorf("page %d of its village has no number: %q", i-second+1, last)
			}
		}
		if second == 0 {
			t.Error("the second village has no list of its own")
		}
		if n := o.journalled(); n != 1 {
			t.Errorf("%d entries in the journal", n)
		}
		// What was answered this year stands as answered, last year's no more.
		o.judge("2016", on, 110)
		if got = o.printed(o.actor, FormOptions{Form: "B", Area: "14848", Round: "2016"}); strings.Contains(got, "105 điểm") {
			t.Errorf("last year's answer stands beside this year's:\n%s", got)
		}
	})
}

func TestWhoMayPrintForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		on := o.Family(householdtest.BanOn, "2015-01-01", "Vi Văn Tây, male, 1975")
		tan := o.Family(householdtest.BanTan, "2015-01-01", "Hà Thị Sáo, female, 1950")
		o.judge("2015", on, 105)
		o.judge("2015", tan, 100)
		head := o.as("village", householdtest.BanOn)
		got := o.printed(head, FormOptions{Form: "B", Area: "14848", Round: "2016"})
		if !strings.Contains(got, "Vi Văn Tây") || strings.Contains(got, "Hà Thị Sáo") {
			t.Errorf("the village head sees another village's people, or not his own:\n%s", got)
		}
		elsewhere, leader := o.as("commune", householdtest.DienLu), o.as("leader", householdtest.TamChung)
		before := o.journalled()
		for why, one := range map[string]struct {
			by   *account.Actor
			o    FormOptions
			kind fault.Kind
		}{
			"another commune":    {elsewhere, FormOptions{Form: "B", Area: "14848", Round: "2016"}, fault.NotFound},
			"reads only":         {leader, FormOptions{Form: "B", Area: "14848", Round: "2016"}, fault.Forbidden},
			"nobody":             {&account.Actor{ID: "x"}, FormOptions{Form: "B", Area: "14848", Round: "2016", Blank: true}, fault.Forbidden},
			"no such area":       {o.actor, FormOptions{Form: "B", Area: "99999", Round: "2016"}, fault.NotFound},
			"no such round":      {o.actor, FormOptions{Form: "B", Area: "14848", Round: "1999"}, fault.NotFound},
			"no such form":       {o.actor, FormOptions{Form: "Z", Area: "14848", Round: "2016"}, fault.NotFound},
			"nobody to be asked": {o.actor, FormOptions{Form: "A", Area: "14848", Round: "2016"}, fault.Conflict},
		} {
			if _, _, err := o.Forms(ctx, one.by, one.o); fault.Of(err) != one.kind {
				t.Errorf("%s: %v", why, err)
			}
		}
		if n := o.journalled(); n != before {
			t.Errorf("%d printings journalled that were refused", n-before)
		}
	})
}

func TestABlankFormNamesNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.judge("2015", o.Family(householdtest.BanOn, "2015-01-01", "Vi Văn Tây, male, 1975"), 105)
		for _, code := range []string{"A", "B", "C", "1a", "1b"} {
			got := o.printed(o.actor, FormOptions{Form: code, Area: "14848", Round: "2016", Blank: true})
			if strings.Contains(got, "Vi Văn Tây") || !strings.Contains(got, "Xã Tam Chung") || strings.Contains(got, "năm trước") {
				t.Errorf("%s: %s", code, got)
			}
		}
		if got := o.printed(o.actor, FormOptions{Form: "B", Area: "38", Round: "2016", Blank: true}); !strings.Contains(got, "Huyện:") || !strings.Contains(got, "Xã:") || !strings.Contains(got, "Thôn:") {
			t.Errorf("of the whole province: %s", got)
		}
		if n := o.journalled(); n != 0 {
			t.Errorf("%d entries for blank forms", n)
		}
	})
}

// A household that answered is asked Phiếu C by what the answers made of it.
func TestPhieuCIsForThePoorAndNearPoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		on := o.Family(householdtest.BanOn, "2015-01-01", "Vi Văn Tây, male, 1975")
		out := o.Family(householdtest.BanOn, "2015-01-01", "Hà Thị Sáo, female, 1950")
		o.judge("2015", on, 105)
		o.judge("2015", out, 105)
		o.judge("2016", out, 170)
		got := o.printed(o.actor, FormOptions{Form: "C", Area: "14848", Round: "2016"})
		if !strings.Contains(got, "Vi Văn Tây") || strings.Contains(got, "Hà Thị Sáo") {
			t.Error(got)
		}
	})
}

// A commune's forms within five seconds on two cores: reading, laying out,
// writing.
func BenchmarkFormsOfACommune(b *testing.B) {
	o := newOffice(b, dbtest.SQLite(b))
	for i := range 350 {
		village := []area.ID{householdtest.BanOn, householdtest.BanTan}[i%2]
		o.judge("2015", o.Family(village, "2015-01-01", fmt.Sprintf("Vi Văn %d, male, 1975", i), "spouse: Lò Thị Nga, female, 1978-05", "child: Vi Văn Học, male, 2006-03-04", "child: Vi Thị Hoa, female, 2010"), 100)
	}
	for name, write := range map[string]func(*paper.Document, io.Writer) error{"pdf": (*paper.Document).PDF, "docx": (*paper.Document).DOCX} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				doc, n, err := o.Forms(ctx, o.actor, FormOptions{Form: "B", Area: "14848", Round: "2016"})
				if err != nil || n != 350 {
					b.Fatal(n, err)
				}
				if err := write(doc, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			if seconds := b.Elapsed().Seconds() / float64(b.N); seconds > 5 {
				b.Errorf("%.1f s, more than 5", seconds)
			}
		})
	}
}
