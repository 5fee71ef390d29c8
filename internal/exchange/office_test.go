package exchange

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

// office is a corner of the province with its round of 2016 and the import.
type office struct {
	*householdtest.Province
	*Store
	t     testing.TB
	tree  *area.Tree
	actor *account.Actor
}

func newOffice(t testing.TB, d *db.DB) *office {
	t.Helper()
	o := officeAt(t, d)
	o.open(2016)
	return o
}

// officeAt is the office in a database that has its round.
func officeAt(t testing.TB, d *db.DB) *office {
	t.Helper()
	p := householdtest.New(t, d)
	o := &office{Province: p, t: t, tree: p.Tree}
	tree := func() *area.Tree { return o.tree }
	p.Store.Tree = tree
	reviews := &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store}
	o.Store = &Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store, Reviews: reviews, SetTree: func(t *area.Tree) { o.tree = t }}
	o.actor = account.Operator(householdtest.Key, o.tree, p.Today)
	return o
}

func (o *office) open(year int) {
	o.t.Helper()
	if _, err := o.Reviews.OpenRound(context.Background(), "operator", review.Opening{Year: year}); err != nil {
		o.t.Fatal(err)
	}
}

// book makes a file of the text, columns separated by |: a .csv.
func csvBook(t testing.TB, lines ...string) *sheet.Book {
	t.Helper()
	var b strings.Builder
	for _, line := range lines {
		for i, cell := range strings.Split(line, "|") {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(strings.TrimSpace(cell), `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	return openBook(t, "ho.csv", []byte(b.String()))
}

func openBook(t testing.TB, name string, raw []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(name, bytes.NewReader(raw), int64(len(raw)), sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

// xlsxBook makes a workbook: each sheet is its name and its lines.
func xlsxBook(t testing.TB, sheets ...[]string) *sheet.Book {
	t.Helper()
	var out bytes.Buffer
	w := sheet.NewXLSX(&out)
	for _, s := range sheets {
		var columns []sheet.Column
		for _, title := range strings.Split(s[1], "|") {
			columns = append(columns, sheet.Column{Title: strings.TrimSpace(title)})
		}
		if err := w.Sheet(s[0], columns); err != nil {
			t.Fatal(err)
		}
		for _, line := range s[2:] {
			var values []sheet.Value
			for _, cell := range strings.Split(line, "|") {
				values = append(values, sheet.TextValue(strings.TrimSpace(cell)))
			}
			if err := w.Row(values...); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return openBook(t, "ho.xlsx", out.Bytes())
}

func (o *office) take(b *sheet.Book, options Options) *Report {
	o.t.Helper()
	if options.Round == "" {
		options.Round = "2016"
	}
	r, err := o.Import(context.Background(), o.actor, b, options)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// says writes the report in one line, for comparing: counts, then problems.
func (r *Report) says() string {
	s := fmt.Sprintf("%d: +%d ~%d =%d -%d", r.Rows, r.Create, r.Update, r.Unchanged, r.Refused)
	for _, p := range r.Problems {
		kind := "!"
		if p.Warning {
			kind = "?"
		}
		s += fmt.Sprintf(" %s%s@%s%s", kind, p.Code, p.Sheet, p.Cell)
		if p.Cell == "" {
			s += fmt.Sprint(p.Row)
		}
	}
	return s
}

// dump writes the tables that an import touches, but for ids and instants.
func (o *office) count(table, condition string) int {
	o.t.Helper()
	var n int
	o.Read(func(tx *db.Tx) error {
		return tx.Get(`select count(*) from `+table+` where province_id = $1 and `+condition, []any{householdtest.Key}, &n)
	})
	return n
}

// as gives somebody with a post of the role.
func (o *office) as(t *testing.T, role string, root area.ID) *account.Actor {
	t.Helper()
	ctx := context.Background()
	accounts, err := account.New(o.Store.DB, householdtest.Key, law.Files, o.Store.Tree, o.Province.Now)
	if err != nil {
		t.Fatal(err)
	}
	made, err := accounts.Create(ctx, o.actor, account.NewAccount{Name: "can.bo." + role, FullName: "Cán bộ", Password: account.NewPassword()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.AddPost(ctx, o.actor, account.Post{Account: made.ID, Role: role, Area: root, Agency: "UBND xã"}, "thử"); err != nil {
		t.Fatal(err)
	}
	actor, err := accounts.As(ctx, made.Name)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// t2 lets a property use what is made for tests.
type t2 struct {
	testing.TB
	r *rapid.T
}

func (t t2) TempDir() string {
	dir, err := os.MkdirTemp("", "exchange")
	if err != nil {
		t.Fatal(err)
	}
	t.r.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
func (t t2) Helper()                      {}
func (t t2) Cleanup(f func())             { t.r.Cleanup(f) }
func (t t2) Fatal(args ...any)            { t.r.Fatal(args...) }
func (t t2) Fatalf(f string, args ...any) { t.r.Fatalf(f, args...) }
func (t t2) Error(args ...any)            { t.r.Error(args...) }
func (t t2) Errorf(f string, args ...any) { t.r.Errorf(f, args...) }
