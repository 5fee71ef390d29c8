package report

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

var ctx = context.Background()

// Each check of a property fills a database: some on every run.
func TestMain(m *testing.M) {
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		f.Value.Set("20")
	}
	os.Exit(m.Run())
}

// desk makes tables of a corner of the province.
type desk struct {
	*householdtest.Province
	reviews *review.Store
	t       testing.TB
}

func newDesk(t testing.TB, d *db.DB) *desk {
	t.Helper()
	p := householdtest.New(t, d)
	p.Today = "2018-02-01"
	o := &desk{Province: p, t: t}
	o.reviews = &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: p.Store.Tree, Law: standard.Law(), Households: p.Store}
	for _, year := range []int{2016, 2017} {
		if _, err := o.reviews.OpenRound(ctx, "operator", review.Opening{Year: year}); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// points that make a rural household poor, near-poor and neither.
var points = map[string]int{"poor": 100, "near_poor": 130, "not_poor": 160}

func (o *desk) judge(round string, id household.ID, class string) {
	o.t.Helper()
	e := review.Entry{Round: round, Household: id, Ticked: strings.Repeat("0", 10)}
	if b1, ok := points[class]; ok {
		e.B1 = &b1
	}
	a, err := o.reviews.Save(ctx, o.Operator(), e)
	if err != nil {
		o.t.Fatal(err)
	}
	if a.Class.String() != class {
		o.t.Fatalf("%s is %s", class, a.Class)
	}
}

// tables is the maker as a program that starts now has it.
func (o *desk) tables() *Maker {
	o.t.Helper()
	register := review.NewRegister(standard.Law())
	o.Read(func(tx *db.Tx) error { return register.Load(tx, o.reviews) })
	return &Maker{Register: register, Tree: o.Store.Tree, Law: standard.Law()}
}

func (o *desk) table(m *Maker, id, round, boundaries string) *Table {
	o.t.Helper()
	day := boundaries
	if day == "" {
		day = round + "-12-31"
	}
	root, ok := o.Tree.Code("38", day)
	if !ok {
		o.t.Fatal("no province on ", day)
	}
	t, err := m.Make(ctx, o.Operator().Scope, Request{Table: id, Area: root.Area, Round: round, Boundaries: boundaries})
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

func (t *Table) total(key string) float64 { return t.Figure(-1, key).Value }

func TestEveryHouseholdIsInOneCellOfTheResultsAndTheCellOpensOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newDesk(t, d)
		of := map[string][]household.ID{}
		for i, class := range []string{"poor", "poor", "near_poor", "not_poor", "undetermined", "not_surveyed", "not_surveyed"} {
			village := []area.ID{householdtest.BanOn, householdtest.Rieng}[i%2]
			f := o.Family(village, "2016-01-01", fmt.Sprintf("Hà Văn %c, male, 1970", 'A'+i), "child: Hà Thị Con, female, 2010")
			if class != "not_surveyed" {
				o.judge("2016", f.ID, class)
			}
			of[class] = append(of[class], f.ID)
		}
		m := o.tables()
		for _, boundaries := range []string{"", "2019-12-31", "2025-07-01"} {
			table := o.table(m, "results", "2016", boundaries)
			if len(table.Broken) > 0 {
				t.Error(boundaries, table.Broken)
			}
			if table.total("households") != 7 || table.total("households_people") != 14 {
				t.Error(boundaries, table.total("households"), table.total("households_people"))
			}
			for class, want := range of {
				seen := map[household.ID]bool{}
				for unit := range table.Rows {
					ids, n, _, err := table.Households(unit, class, 0, 100)
					if err != nil || n != int(table.Figure(unit, class).Value) || len(ids) != n {
						t.Fatal(class, unit, ids, n, err)
					}
					for _, id := range ids {
						if seen[id] {
							t.Error(class, ": twice")
						}
						seen[id] = true
					}
				}
				if len(seen) != len(want) {
					t.Error(boundaries, class, len(seen), len(want))
				}
				for _, id := range want {
					if !seen[id] {
						t.Error(boundaries, class, " misses ", id)
					}
				}
			}
		}
		if rural, urban := o.table(m, "results_rural", "2016", "").total("households"), o.table(m, "results_urban", "2016", "").total("households"); rural+urban != 7 {
			t.Error(rural, urban)
		}
	})
}

// end = start − who left the list + who came onto it, for households and
// people, in every unit; what leaves one list for the other comes onto it.
func TestTheMovementOfAYearAddsUpWhateverHappened(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		o := newDesk(draws{outer, t}, dbtest.SQLite(outer))
		class := rapid.SampledFrom([]string{"poor", "poor", "near_poor", "not_poor", "undetermined", "not_surveyed"})
		villages := []area.ID{householdtest.BanOn, householdtest.Rieng}
		for i := range rapid.IntRange(1, 12).Draw(t, "households") {
			from := rapid.SampledFrom([]string{"2016-01-01", "2016-01-01", "2017-03-01"}).Draw(t, "from")
			home := rapid.IntRange(0, 1).Draw(t, "home")
			f := o.Family(villages[home], from, fmt.Sprintf("Hà Văn %c, male, 1970", 'A'+i), "child: Hà Thị Con, female, 2010")
			if c := class.Draw(t, "2016"); from < "2017" && c != "not_surveyed" {
				o.judge("2016", f.ID, c)
			}
			gone := false
			var err error
			switch rapid.IntRange(0, 5).Draw(t, "event") {
			case 0:
				_, err = o.Store.Move(ctx, o.Operator(), o.On(f.ID, "2017-06-01"), villages[1-home])
			case 1:
				_, err = o.Store.Depart(ctx, o.Operator(), o.On(f.ID, "2017-06-01"))
				gone = true
			case 2:
				_, err = o.Store.Leave(ctx, o.Operator(), o.On(f.ID, "2017-06-01"), f.Members[1], "")
			}
			if err != nil {
				t.Fatal(err)
			}
			if c := class.Draw(t, "2017"); !gone && c != "not_surveyed" {
				o.judge("2017", f.ID, c)
			}
		}
		m := o.tables()
		poor, near, results := o.table(m, "movement_poor", "2017", ""), o.table(m, "movement_near_poor", "2017", ""), o.table(m, "results", "2017", "")
		before := o.table(m, "results", "2016", "")
		for _, list := range []*Table{poor, near, results, before} {
			if len(list.Broken) > 0 {
				t.Error(list.ID, list.Broken)
			}
		}
		for key, list := range map[string]*Table{"poor": poor, "near_poor": near} {
			for _, people := range []string{"", "_people"} {
				for unit := -1; unit < len(list.Rows); unit++ {
					if end := list.balanceOf(unit, people); end != list.Figure(unit, "end"+people).Value {
						t.Errorf("%s%s, unit %d: the flows lead to %v, the end is %v", key, people, unit, end, list.Figure(unit, "end"+people).Value)
					}
				}
				if list.total("start"+people) != before.total(key+people) || list.total("end"+people) != results.total(key+people) {
					t.Errorf("%s%s: %v and %v in the movement, %v and %v in the results", key, people, list.total("start"+people), list.total("end"+people), before.total(key+people), results.total(key+people))
				}
			}
		}
		if poor.total("to_other") != near.total("from_other") || near.total("to_other") != poor.total("from_other") {
			t.Error("between the lists: ", poor.total("to_other"), near.total("from_other"), near.total("to_other"), poor.total("from_other"))
		}
	})
}

// balanceOf adds the flows of a row of a movement by their names alone.
func (t *Table) balanceOf(unit int, people string) float64 {
	sum := 0.0
	for _, c := range t.Columns {
		key, isPeople := strings.CutSuffix(c.Key, "_people")
		if isPeople != (people != "") || c.Kind != Count {
			continue
		}
		v := t.Figure(unit, c.Key).Value
		switch {
		case key == "end":
		case key == "escaped" || strings.HasPrefix(key, "to_") || strings.HasPrefix(key, "left_") || key == "transfer_out":
			sum -= v
		default: // start, who came, and the change of sizes
			sum += v
		}
	}
	return sum
}

func TestABrokenIdentityShows(t *testing.T) {
	o := newDesk(t, dbtest.SQLite(t))
	o.judge("2016", o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn A, male, 1970").ID, "poor")
	table := o.table(o.tables(), "results", "2016", "")
	row := -1
	for i, r := range table.Rows {
		if r.Cells[1].Value == 1 {
			row = i
		}
	}
	table.Rows[row].Cells[1].Value++ // one poor household too many
	table.q.balance()
	all := strings.Join(table.Broken, "\n")
	if len(table.Broken) != 2 || !strings.Contains(all, table.Rows[row].Name) || !strings.Contains(all, table.Columns[1].Title) {
		t.Error("the row and the column should be named: ", table.Broken)
	}
}

func TestATableOutsideTheScopeIsNotThere(t *testing.T) {
	o := newDesk(t, dbtest.SQLite(t))
	m := o.tables()
	commune, _ := o.Tree.Ancestor(householdtest.BanOn, "2017-12-31", area.Commune)
	other, _ := o.Tree.Ancestor(householdtest.Rieng, "2017-12-31", area.Commune)
	officer := o.Officer(commune.Area).Scope
	if _, err := m.Make(ctx, officer, Request{Table: "results", Area: commune.Area, Round: "2017"}); err != nil {
		t.Error(err)
	}
	_, hidden := m.Make(ctx, officer, Request{Table: "results", Area: other.Area, Round: "2017"})
	_, absent := m.Make(ctx, officer, Request{Table: "results", Area: "99999.2016", Round: "2017"})
	if fault.Of(hidden) != fault.NotFound || hidden.Error() != absent.Error() {
		t.Error(hidden, absent)
	}
	if _, err := m.Make(ctx, officer, Request{Table: "khong_co", Area: commune.Area, Round: "2017"}); fault.Of(err) != fault.NotFound {
		t.Error(err)
	}
}

// draws lets a property use what is made for tests.
type draws struct {
	testing.TB
	r *rapid.T
}

func (d draws) Helper()                      {}
func (d draws) Fatal(args ...any)            { d.r.Fatal(args...) }
func (d draws) Fatalf(f string, args ...any) { d.r.Fatalf(f, args...) }

// A share is of the households that answered: one that did not is neither
// lacking nor not, and where nobody answered there is no share.
func TestAShareIsOfThoseWhoAnswered(t *testing.T) {
	o := newDesk(t, dbtest.SQLite(t))
	b1 := points["poor"]
	for i, ticked := range []string{"1100-00000", "1000-00000", "--00-00000"} {
		f := o.Family(householdtest.BanOn, "2016-01-01", fmt.Sprintf("Hà Văn %c, male, 1970", 'A'+i))
		if _, err := o.reviews.Save(ctx, o.Operator(), review.Entry{Round: "2016", Household: f.ID, B1: &b1, Ticked: ticked}); err != nil {
			t.Fatal(err)
		}
	}
	table := o.table(o.tables(), "deprivations_poor", "2016", "")
	var got []string
	for _, key := range []string{"health_access_share", "health_insurance_share", "housing_quality_share", "water_share"} {
		share := table.Figure(-1, key)
		got = append(got, fmt.Sprint(share.Value, share.Known))
	}
	if want := "1 true, 0.5 true, 0 false, 0 true"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

// A round that tries another standard beside the year's own is not the year
// before the next.
func TestTheMovementIsSinceTheYearsOwnRound(t *testing.T) {
	o := newDesk(t, dbtest.SQLite(t))
	if _, err := o.reviews.OpenRound(ctx, "operator", review.Opening{Year: 2016, ID: "2016-thu", Standard: "vn-2022"}); err != nil {
		t.Fatal(err)
	}
	f := o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn A, male, 1970")
	o.judge("2016", f.ID, "poor")
	o.judge("2017", f.ID, "near_poor")
	table := o.table(o.tables(), "movement_poor", "2017", "")
	if table.total("start") != 1 || table.total("to_other") != 1 || !strings.Contains(strings.Join(table.Notes, "\n"), "đợt rà soát 2016.") {
		t.Error(table.total("start"), table.total("to_other"), table.Notes)
	}
}
