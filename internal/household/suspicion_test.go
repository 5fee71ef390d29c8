package household_test

import (
	"context"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
)

// twice is a corner in which Vi Thị Luyến was written down in two communes and Lò
// Văn Páo twice in one, differently typed.
type twice struct {
	*householdtest.Province
	a, b, other householdtest.Family
}

func writtenTwice(t *testing.T, d *db.DB) *twice {
	p := &twice{Province: householdtest.New(t, d)}
	p.a = p.Family(householdtest.Khu1, "2016-01-10", "Hà Văn Ón, male, 1950-03-02, 038050000001", "spouse: Vi Thị Luyến, female, 1953-07-19", "child: Lò Văn Páo, male, 1980-11-23")
	p.b = p.Family(householdtest.Khu2, "2016-01-10", "Lò Văn Pao, male, 1980-11-23", "spouse: Ngân Thị Én, female, 1985-02-28")
	p.other = p.Family(householdtest.BanOn, "2016-01-10", "Vi Thị Luyến, female, 1953-07-19", "child: Lương Văn Doan, male, 1990-04-14")
	return p
}

func (p *twice) search(by household.Actor, root area.ID) household.Searched {
	p.T.Helper()
	done, err := p.Store.Suspect(context.Background(), by, root, func(string, int, int) {})
	if err != nil {
		p.T.Fatal(err)
	}
	return done
}

func (p *twice) pairs(by household.Actor, state string) []household.Suspicion {
	p.T.Helper()
	list, _, err := p.Store.Suspicions(context.Background(), by.Scope, household.SuspicionFilter{State: state, Limit: 50})
	if err != nil {
		p.T.Fatal(err)
	}
	return list
}

func TestASearchPutsPairsIntoTheQueueAndTakesNobodyOffTheList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := writtenTwice(t, d)
		if done := p.search(p.Operator(), "38.2016"); done.People != 7 || done.Found != 2 || done.Fresh != 2 {
			t.Fatalf("searched %+v", done)
		}
		if again := p.search(p.Operator(), "38.2016"); again.Fresh != 0 || again.Found != 2 {
			t.Errorf("searched again %+v", again)
		}
		list := p.pairs(p.Operator(), household.PairOpen)
		if len(list) != 2 || !list[0].Whole() || list[0].Score < 5000 || len(list[0].Reasons) == 0 {
			t.Fatalf("pairs %+v", list)
		}
		for _, f := range []householdtest.Family{p.a, p.b, p.other} {
			if h, err := p.Store.FindByID(context.Background(), p.Operator().Scope, f.ID); err != nil || h.To != household.Far {
				t.Errorf("household %s: %v", h.Code, err)
			}
		}
		// Somebody finds that one of the two was written down wrongly.
		h, _ := p.Store.FindByID(context.Background(), p.Operator().Scope, p.b.ID)
		name, birth := "Lò Văn Thoong", "1971-01-05"
		if _, err := p.Store.Correct(context.Background(), p.Operator(), household.Operation{Household: h.ID, Rev: h.Rev, Day: p.Today, Reason: "đọc nhầm giấy khai sinh"}, []household.Correction{{Person: p.b.Members[0], FullName: &name, Birth: &birth}}); err != nil {
			t.Fatal(err)
		}
		if done := p.search(p.Operator(), "38.2016"); done.Gone != 1 || len(p.pairs(p.Operator(), household.PairOpen)) != 1 {
			t.Errorf("after the correction %+v", done)
		}
	})
}

func TestOnlyWhoseScopeCoversBothDecides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := writtenTwice(t, d)
		p.search(p.Operator(), "38.2016")
		township, outsider := p.Officer(householdtest.Township), p.Officer(householdtest.DienLu)
		if list := p.pairs(outsider, household.PairOpen); len(list) != 0 {
			t.Errorf("another commune sees %+v", list)
		}
		list := p.pairs(township, household.PairOpen)
		if len(list) != 2 {
			t.Fatalf("the township sees %d pairs", len(list))
		}
		var across, within household.Suspicion
		for _, s := range list {
			if s.Whole() {
				within = s
			} else {
				across = s
			}
		}
		there := across.B
		if across.A.Elsewhere {
			there = across.A
		}
		if !there.Elsewhere || there.Person.FullName != "" || there.Household.Code != "" || len(across.Reasons) > 0 {
			t.Errorf("the person elsewhere shows %+v, reasons %v", there, across.Reasons)
		}
		waiting := func(by household.Actor) (at map[area.ID]int) {
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				at, err = p.Store.WaitingAt(tx, by.Scope)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return at
		}
		if at := waiting(township); len(at) != 1 || at[householdtest.Township] != 1 {
			t.Errorf("in the township wait %v", at)
		}
		if at := waiting(p.Operator()); at[householdtest.Township] != 1 || len(at) != 2 {
			t.Errorf("in the province wait %v", at)
		}
		err := p.Store.Decide(ctx, township, across.A.ID, across.B.ID, true, "đã hỏi")
		if fault.Of(err) != fault.Conflict || !strings.Contains(err.Error(), "xã khác") {
			t.Errorf("deciding on somebody elsewhere: %v", err)
		}
		if err := p.Store.Decide(ctx, outsider, within.A.ID, within.B.ID, true, "đã hỏi"); fault.Of(err) != fault.NotFound {
			t.Errorf("deciding on two elsewhere: %v", err)
		}
		if err := p.Store.Decide(ctx, p.With(householdtest.Township, area.FieldHealth), within.A.ID, within.B.ID, true, "đã hỏi"); fault.Of(err) != fault.NotFound {
			t.Errorf("a department decides: %v", err)
		}
		if err := p.Store.Decide(ctx, township, within.A.ID, within.B.ID, false, " "); fault.Of(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := p.Store.Decide(ctx, p.Operator(), across.A.ID, across.B.ID, true, "hai xã cùng xác nhận"); err != nil {
			t.Errorf("the province: %v", err)
		}
	})
}

func TestTwoPeopleAreNeverAskedAboutAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := writtenTwice(t, d)
		p.search(p.Operator(), "38.2016")
		township := p.Officer(householdtest.Township)
		var one household.Suspicion
		for _, s := range p.pairs(township, household.PairOpen) {
			if s.Whole() {
				one = s
			}
		}
		if err := p.Store.Decide(ctx, township, one.A.ID, one.B.ID, false, "hai anh em con chú con bác, đã gặp cả hai"); err != nil {
			t.Fatal(err)
		}
		if err := p.Store.Decide(ctx, township, one.A.ID, one.B.ID, false, "lần nữa"); fault.Of(err) != fault.Conflict {
			t.Errorf("deciding the same again: %v", err)
		}
		if done := p.search(p.Operator(), "38.2016"); done.Found != 1 || done.Fresh != 0 {
			t.Errorf("asked again: %+v", done)
		}
		got := p.pairs(township, household.PairDifferent)
		if len(got) != 1 || got[0].Why != "hai anh em con chú con bác, đã gặp cả hai" || got[0].DecidedBy != township.ID {
			t.Errorf("remembered %+v", got)
		}
		var entries int
		if err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where province_id = $1 and action = 'household.pair_different' and reason like '%con bác%'`, []any{householdtest.Key}, &entries)
		}); err != nil || entries != 2 {
			t.Errorf("%d journal entries, %v; one a household is expected", entries, err)
		}
		people, err := p.Store.People(ctx, p.Operator().Scope, "38.2016", p.Today)
		if err != nil {
			t.Fatal(err)
		}
		if left, err := p.Store.Undecided(ctx, people, duplicate.Find(people)); err != nil || len(left) != 1 {
			t.Errorf("the command would print %d pairs, %v", len(left), err)
		}
	})
}

func TestOneNumberWrittenDownLaterKeepsADecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := writtenTwice(t, d)
		p.search(p.Operator(), "38.2016")
		a, b := p.a.Members[2], p.b.Members[0]
		if err := p.Store.Decide(ctx, p.Operator(), min(a, b), max(a, b), false, "đã gặp cả hai"); err != nil {
			t.Fatal(err)
		}
		number := "038080004417"
		var operation string
		for _, m := range []struct {
			home   household.ID
			person household.PersonID
		}{{p.a.ID, a}, {p.b.ID, b}} {
			h, err := p.Store.FindByID(ctx, p.Operator().Scope, m.home)
			if err != nil {
				t.Fatal(err)
			}
			if operation, err = p.Store.Correct(ctx, p.Operator(), household.Operation{Household: h.ID, Rev: h.Rev, Day: p.Today, Reason: "bổ sung số"}, []household.Correction{{Person: m.person, NationalID: &number}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Store.Undo(ctx, p.Operator(), operation, "nhầm người"); err != nil {
			t.Fatal(err)
		}
		if got := p.pairs(p.Operator(), household.PairDifferent); len(got) != 1 {
			t.Errorf("the decision is gone: %+v", p.pairs(p.Operator(), household.PairOpen))
		}
	})
}

func TestOneNumberIsFoundAcrossUnitsThatAreSearchedOneByOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		p := householdtest.New(t, d)
		p.Family(householdtest.Khu1, "2016-01-10", "Hà Văn Ón, male, 1950, 038050000001")
		p.Family(householdtest.Khu2, "2016-01-10", "Hà Văn Ón, male, 1950, 038050000001")
		b := p.Family(householdtest.Rieng, "2016-01-10", "Hà Ón, male, 1950, 038050000001", "spouse: Vi Thị Én, female, 1953, 038153000002")
		people, err := p.Store.SharedNumbers(ctx, p.Operator().Scope)
		if err != nil || len(people) != 3 {
			t.Fatalf("%d people, %v", len(people), err)
		}
		across := p.Store.OfOneNumber([]area.ID{householdtest.Township, householdtest.DienLu}, people, duplicate.Find(people))
		if len(across) != 2 {
			t.Errorf("%d pairs across the units, not 2", len(across))
		}
		for _, pair := range across {
			if ids := []string{people[pair.A].ID, people[pair.B].ID}; !strings.Contains(strings.Join(ids, " "), string(b.Members[0])) {
				t.Errorf("a pair within one unit: %v", ids)
			}
		}
		if people, err := p.Store.SharedNumbers(ctx, p.Officer(householdtest.DienLu).Scope); err != nil || len(people) != 1 {
			t.Errorf("an officer of one commune gets %d people, %v", len(people), err)
		}
	})
}
