package household_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
)

var ctx = context.Background()

const reason = "ghi nhầm"

// office is a family of four in Khu 1 since the beginning of 2016, and a
// couple in Bản Ón.
type office struct {
	*householdtest.Province
	s              *household.Store
	family, couple householdtest.Family
}

const head, wife, son, baby = 0, 1, 2, 3

func newOffice(t testing.TB, d *db.DB) *office {
	p := householdtest.New(t, d)
	o := &office{Province: p, s: p.Store}
	o.family = p.Family(householdtest.Khu1, "2016-01-01", "Hà Văn Á, male, 1970-02-01", "spouse: Lò Thị Bình, female, 1972", "child: Hà Văn Cường, male, 1994-07", "grandchild: Hà Thị Đào, female, 2015-12-30")
	o.couple = p.Family(householdtest.BanOn, "2016-02-01", "Vi Văn Ếch, male, 1980", "spouse: Lương Thị Gấm, female, 1981-03-04, 038181000001")
	return o
}

func (o *office) on(day string) household.Operation { return o.On(o.family.ID, day) }

// show writes who belongs to a household: "head Hà Văn Á, spouse Lò Thị Bình".
func (o *office) show(id household.ID, day string) string {
	var words []string
	for _, m := range o.Members(id, day) {
		words = append(words, m.Relation+" "+m.FullName)
	}
	return strings.Join(words, ", ")
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fmt.Sprint(err)
}

// operation is one thing an officer writes down, and what is true after it.
type operation struct {
	name string
	do   func(o *office) (string, error)
	then func(o *office) string
	want string
}

var operations = []operation{
	{"a household comes from another province", func(o *office) (string, error) {
		_, id, err := o.s.Create(ctx, o.Operator(), household.New{Village: householdtest.Rieng, Day: "2016-03-01", MovedIn: true, Address: " Số 3 ", PolicyGroups: []string{"merit"},
			Members: []household.Member{{Person: householdtest.Person("Bùi Thị Hoa, female, 1950"), Relation: "head"}}})
		return id, err
	}, func(o *office) string { return "" }, ""},
	{"a birth", func(o *office) (string, error) {
		return o.s.Birth(ctx, o.Officer(householdtest.Township), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang, male"), "grandchild")
	}, func(o *office) string { return o.show(o.family.ID, "2016-06-01") },
		"head Hà Văn Á, spouse Lò Thị Bình, child Hà Văn Cường, grandchild Hà Thị Đào, grandchild Hà Văn Giang"},
	{"the death of a member", func(o *office) (string, error) {
		return o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[wife], "")
	}, func(o *office) string { return o.show(o.family.ID, "2016-06-01") }, "head Hà Văn Á, child Hà Văn Cường, grandchild Hà Thị Đào"},
	{"the death of the head, whose wife takes over", func(o *office) (string, error) {
		return o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], o.family.Members[wife])
	}, func(o *office) string {
		return o.show(o.family.ID, "2016-05-31") + "; " + o.show(o.family.ID, "2016-06-01") + "; " + o.Find(o.family.ID).HeadName
	}, "head Hà Văn Á, spouse Lò Thị Bình, child Hà Văn Cường, grandchild Hà Thị Đào; head Lò Thị Bình, child Hà Văn Cường, grandchild Hà Thị Đào; Lò Thị Bình"},
	{"a member moves away", func(o *office) (string, error) {
		return o.s.Leave(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], "")
	}, func(o *office) string { return fmt.Sprint(o.Find(o.family.ID).Size) }, "3"},
	{"the head moves away alone", func(o *office) (string, error) {
		return o.s.Leave(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], o.family.Members[son])
	}, func(o *office) string { return o.Find(o.family.ID).HeadName }, "Hà Văn Cường"},
	{"somebody new moves in", func(o *office) (string, error) {
		return o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Lương Thị Hạnh, female, 1996"), "child")
	}, func(o *office) string { return fmt.Sprint(o.Find(o.family.ID).Size) }, "5"},
	{"a member of another household moves in", func(o *office) (string, error) {
		return o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), household.Person{ID: o.couple.Members[wife]}, "other")
	}, func(o *office) string {
		return fmt.Sprint(o.Find(o.family.ID).Size, " ", o.show(o.couple.ID, "2016-06-01"))
	}, "5 head Vi Văn Ếch"},
	{"a move within the commune", func(o *office) (string, error) {
		return o.s.Move(ctx, o.Officer(householdtest.Township), o.on("2016-06-01"), householdtest.Khu2)
	}, func(o *office) string { return string(o.Find(o.family.ID).VillageID) }, string(householdtest.Khu2)},
	{"a move out of the officer's area", func(o *office) (string, error) {
		return o.s.Move(ctx, o.Officer(householdtest.Township), o.on("2016-06-01"), householdtest.Rieng)
	}, func(o *office) string {
		_, err := o.s.FindByID(ctx, o.Officer(householdtest.Township).Scope, o.family.ID)
		return code(err)
	}, "household_not_found"},
	{"the household leaves the province", func(o *office) (string, error) {
		return o.s.Depart(ctx, o.Operator(), o.on("2016-06-01"))
	}, func(o *office) string { h := o.Find(o.family.ID); return fmt.Sprint(h.To, h.EndKind, h.Size, h.HeadID) }, "2016-06-01moved_away0"},
	{"a split: the son founds his own household", func(o *office) (string, error) {
		_, id, err := o.s.Split(ctx, o.Operator(), o.on("2016-06-01"), householdtest.BanTan, []household.Leaver{{o.family.Members[son], "head"}, {o.family.Members[baby], "child"}})
		return id, err
	}, func(o *office) string {
		list, _, err := o.s.List(ctx, o.Officer(householdtest.TamChung).Scope, household.Filter{Area: householdtest.BanTan, Limit: 9})
		if err != nil || len(list) != 1 {
			return fmt.Sprint(list, err)
		}
		return fmt.Sprint(o.Find(o.family.ID).HeadName, ", ", list[0].HeadName, " ", list[0].Size, " ", list[0].SplitFrom == o.family.ID)
	}, "Hà Văn Á, Hà Văn Cường 2 true"},
	{"a merger", func(o *office) (string, error) {
		return o.s.Merge(ctx, o.Operator(), o.on("2016-06-01"), o.couple.ID, o.Find(o.couple.ID).Rev, map[household.PersonID]string{o.couple.Members[head]: "sibling"})
	}, func(o *office) string {
		c := o.Find(o.couple.ID)
		return fmt.Sprint(o.Find(o.family.ID).Size, " ", o.Find(o.family.ID).HeadName, " ", c.EndKind, " ", c.MergedInto == o.family.ID)
	}, "6 Hà Văn Á merged true"},
	{"a change of head", func(o *office) (string, error) {
		return o.s.ChangeHead(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], "parent")
	}, func(o *office) string { return o.show(o.family.ID, "2016-06-01") },
		"head Hà Văn Cường, spouse Lò Thị Bình, parent Hà Văn Á, grandchild Hà Thị Đào"},
	{"a change of head on the day they were listed", func(o *office) (string, error) {
		return o.s.ChangeHead(ctx, o.Operator(), o.on("2016-01-01"), o.family.Members[son], "parent")
	}, func(o *office) string { return o.Find(o.family.ID).HeadName }, "Hà Văn Cường"},
	{"corrections", func(o *office) (string, error) {
		name, birth, phone, relation := "Hà Văn  Ánh", "1971-02-01", "0912 345 678", "other"
		return o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[head], FullName: &name, Birth: &birth, Ethnic: ptr("muong")},
			{Phone: &phone, PolicyGroups: &[]string{"merit", "no_labour"}}, {Person: o.family.Members[baby], Relation: &relation}})
	}, func(o *office) string {
		h := o.Find(o.family.ID)
		return fmt.Sprint(h.HeadName, " ", h.HeadBirth, " ", h.Phone, " ", h.Ethnic, " ", h.PolicyGroups, " ", o.Members(h.ID, o.Today)[3].Relation)
	}, "Hà Văn Ánh 1971-02-01 0912 345 678 muong [merit no_labour] other"},
}

func ptr[T any](v T) *T { return &v }

func TestOperationsAndTheirUndoing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.Check()
		for _, c := range operations {
			before := o.Dump()
			o.TakeChanged()
			rev := o.Find(o.family.ID).Rev
			id, err := c.do(o)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if broken := o.Broken(); broken != "" {
				t.Errorf("%s: %s", c.name, broken)
			}
			if got := c.then(o); got != c.want {
				t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
			}
			if len(o.TakeChanged()) == 0 {
				t.Errorf("%s: nobody was told", c.name)
			}
			if after := o.Find(o.family.ID).Rev; after <= rev && c.then(o) != "" {
				t.Errorf("%s: the rev is %d after %d", c.name, after, rev)
			}
			if err := o.s.Undo(ctx, o.Operator(), id, reason); err != nil {
				t.Errorf("undoing %s: %v", c.name, err)
				continue
			}
			if after := o.Dump(); after != before {
				t.Errorf("undoing %s left\n%s\nof\n%s", c.name, after, before)
			}
			if got := code(o.s.Undo(ctx, o.Operator(), id, reason)); got != "already_undone" {
				t.Errorf("undoing %s twice: %s", c.name, got)
			}
		}
	})
}

func TestTheLastMembersDeathEndsTheHousehold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		alone := o.Family(householdtest.Khu2, "2016-01-01", "Phạm Thị Già, female, 1930")
		before := o.Dump()
		id, err := o.s.Death(ctx, o.Operator(), o.On(alone.ID, "2016-06-01"), alone.Members[head], "")
		if err != nil {
			t.Fatal(err)
		}
		o.Check()
		if h := o.Find(alone.ID); h.To != "2016-06-01" || h.EndKind != "died_out" || h.Size != 0 {
			t.Errorf("%+v", h)
		}
		_, err = o.s.Join(ctx, o.Operator(), o.On(alone.ID, "2016-07-01"), householdtest.Person("Phạm Thị Trẻ"), "child")
		if code(err) != "household_ended" {
			t.Errorf("somebody joins the ended household: %v", err)
		}
		if err := o.s.Undo(ctx, o.Operator(), id, reason); err != nil || o.Dump() != before {
			t.Errorf("%v\n%s\nbefore\n%s", err, o.Dump(), before)
		}
	})
}

// refusal is something that an officer tries and may not.
type refusal struct {
	name, want string
	do         func(o *office) error
}

func second[T any](_ T, err error) error      { return err }
func third[T, U any](_ T, _ U, e error) error { return e }

var refusals = []refusal{
	{"a day before the household was there", "day_before", func(o *office) error {
		return second(o.s.Birth(ctx, o.Operator(), o.on("2015-12-31"), householdtest.Person("Hà Văn Sớm"), "child"))
	}},
	{"a day to come", "future_day", func(o *office) error {
		return second(o.s.Birth(ctx, o.Operator(), o.on("2016-11-16"), householdtest.Person("Hà Văn Mai"), "child"))
	}},
	{"no day", "bad_day", func(o *office) error { return second(o.s.Depart(ctx, o.Operator(), o.on("2016-02-30"))) }},
	{"a stale rev", "stale_rev", func(o *office) error {
		op := o.on("2016-06-01")
		op.Rev--
		return second(o.s.Move(ctx, o.Operator(), op, householdtest.Khu2))
	}},
	{"another commune's officer", "household_not_found", func(o *office) error {
		return second(o.s.Move(ctx, o.Officer(householdtest.TamChung), o.on("2016-06-01"), householdtest.BanOn))
	}},
	{"a department", "household_not_found", func(o *office) error {
		return second(o.s.Move(ctx, o.With("38.2016", 1<<2), o.on("2016-06-01"), householdtest.BanOn))
	}},
	{"a household without a head", "one_head", func(o *office) error {
		return third(o.s.Create(ctx, o.Operator(), household.New{Village: householdtest.Khu1, Day: "2016-06-01", Members: []household.Member{{Person: householdtest.Person("A B"), Relation: "child"}}}))
	}},
	{"two heads", "one_head", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một", "head: Lê Văn Hai"))
	}},
	{"a household without anybody", "one_head", func(o *office) error { return second(o.TryFamily(householdtest.Khu1, "2016-06-01")) }},
	{"an impossible birth date", "person_refused", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một, male, 1980-02-30"))
	}},
	{"a birth in the future", "person_refused", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một, male, 2017"))
	}},
	{"a head born after the household was", "person_refused", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-01-01", "Lê Văn Một, male, 2016-02-01"))
	}},
	{"a birth in the Middle Ages", "person_refused", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-01-01", "Lê Lợi, male, 1385"))
	}},
	{"one ID twice in a household", "same_id_twice", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một, male, 1980, 038080000009", "spouse: Lê Thị Hai, female, 1981, 038080000009"))
	}},
	{"an ID of ten digits", "person_refused", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một, male, 1980, 0380800000"))
	}},
	{"no name", "person_refused", func(o *office) error { return second(o.TryFamily(householdtest.Khu1, "2016-06-01", " ?, male")) }},
	{"an unknown relation", "bad_relation", func(o *office) error {
		return second(o.TryFamily(householdtest.Khu1, "2016-06-01", "Lê Văn Một", "nephew: Lê Văn Hai"))
	}},
	{"an unknown ethnic group", "person_refused", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[head], Ethnic: ptr("viking")}}))
	}},
	{"an unknown sex", "person_refused", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[head], Sex: ptr("x")}}))
	}},
	{"an unknown policy group of a member", "person_refused", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[head], PolicyGroups: &[]string{"rich"}}}))
	}},
	{"an unknown policy group of a household", "bad_policy_group", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{PolicyGroups: &[]string{"rich"}}}))
	}},
	{"a note without end", "text_long", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Note: ptr(strings.Repeat("a", 2001))}}))
	}},
	{"a head made by correction", "use_change_head", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[son], Relation: ptr("head")}}))
	}},
	{"correcting somebody of another household", "not_a_member", func(o *office) error {
		return second(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.couple.Members[head], FullName: ptr("X Y")}}))
	}},
	{"a commune as village", "unknown_village", func(o *office) error {
		return second(o.TryFamily(householdtest.Township, "2016-06-01", "Lê Văn Một"))
	}},
	{"a village that does not exist", "unknown_village", func(o *office) error { return second(o.TryFamily("nowhere", "2016-06-01", "Lê Văn Một")) }},
	{"a household listed in another commune", "unknown_village", func(o *office) error {
		return third(o.s.Create(ctx, o.Officer(householdtest.TamChung), household.New{Village: householdtest.Khu1, Day: "2016-06-01", Members: []household.Member{{Person: householdtest.Person("A B"), Relation: "head"}}}))
	}},
	{"a household listed by a department", "unknown_village", func(o *office) error {
		return third(o.s.Create(ctx, o.With("38.2016", 1<<2), household.New{Village: householdtest.Khu1, Day: "2016-06-01", Members: []household.Member{{Person: householdtest.Person("A B"), Relation: "head"}}}))
	}},
	{"a move to where they live", "same_village", func(o *office) error {
		return second(o.s.Move(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Khu1))
	}},
	{"a move on the day they came", "lives_there_since", func(o *office) error {
		return second(o.s.Move(ctx, o.Operator(), o.on("2016-01-01"), householdtest.Khu2))
	}},
	{"a newborn head", "newborn_head", func(o *office) error {
		return second(o.s.Birth(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang"), "head"))
	}},
	{"a second head moves in", "second_head", func(o *office) error {
		return second(o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang"), "head"))
	}},
	{"the head dies and nobody takes over", "head_needed", func(o *office) error {
		return second(o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], ""))
	}},
	{"the dead man takes over", "head_needed", func(o *office) error {
		return second(o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], o.family.Members[head]))
	}},
	{"somebody else's member takes over", "not_a_member", func(o *office) error {
		return second(o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], o.couple.Members[head]))
	}},
	{"the death of somebody else's member", "not_a_member", func(o *office) error {
		return second(o.s.Death(ctx, o.Operator(), o.on("2016-06-01"), o.couple.Members[head], ""))
	}},
	{"a death on the day of coming", "member_since", func(o *office) error {
		return second(o.s.Death(ctx, o.Operator(), o.on("2016-01-01"), o.family.Members[wife], ""))
	}},
	{"the head of another household joins", "head_needed", func(o *office) error {
		return second(o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), household.Person{ID: o.couple.Members[head]}, "other"))
	}},
	{"somebody joins who is there", "cannot_join", func(o *office) error {
		return second(o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), household.Person{ID: o.family.Members[son]}, "other"))
	}},
	{"somebody of another commune is taken over by his id", "household_not_found", func(o *office) error {
		return second(o.s.Join(ctx, o.Officer(householdtest.Township), o.on("2016-06-01"), household.Person{ID: o.couple.Members[wife]}, "other"))
	}},
	{"nobody joins", "household_not_found", func(o *office) error {
		return second(o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), household.Person{ID: "x"}, "other"))
	}},
	{"a split that takes everybody", "split_head_stays", func(o *office) error {
		return third(o.s.Split(ctx, o.Operator(), o.On(o.couple.ID, "2016-06-01"), "", []household.Leaver{{o.couple.Members[head], "head"}, {o.couple.Members[wife], "spouse"}}))
	}},
	{"a split that takes nobody", "split_some", func(o *office) error { return third(o.s.Split(ctx, o.Operator(), o.on("2016-06-01"), "", nil)) }},
	{"a split without a new head", "one_head", func(o *office) error {
		return third(o.s.Split(ctx, o.Operator(), o.on("2016-06-01"), "", []household.Leaver{{o.family.Members[son], "child"}}))
	}},
	{"a split that names one twice", "not_a_member", func(o *office) error {
		return third(o.s.Split(ctx, o.Operator(), o.on("2016-06-01"), "", []household.Leaver{{o.family.Members[son], "head"}, {o.family.Members[son], "child"}}))
	}},
	{"a split into an unknown relation", "bad_relation", func(o *office) error {
		return third(o.s.Split(ctx, o.Operator(), o.on("2016-06-01"), "", []household.Leaver{{o.family.Members[son], "head"}, {o.family.Members[baby], "nephew"}}))
	}},
	{"a merger with itself", "merge_self", func(o *office) error {
		return second(o.s.Merge(ctx, o.Operator(), o.on("2016-06-01"), o.family.ID, o.Find(o.family.ID).Rev, nil))
	}},
	{"a merger with another commune's household", "household_not_found", func(o *office) error {
		return second(o.s.Merge(ctx, o.Officer(householdtest.Township), o.on("2016-06-01"), o.couple.ID, o.Find(o.couple.ID).Rev, nil))
	}},
	{"a merger with a household somebody has just changed", "stale_rev", func(o *office) error {
		return second(o.s.Merge(ctx, o.Operator(), o.on("2016-06-01"), o.couple.ID, o.Find(o.couple.ID).Rev-1, nil))
	}},
	{"the head becomes head", "is_head", func(o *office) error {
		return second(o.s.ChangeHead(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[head], "other"))
	}},
	{"an undo without a reason", "reason_missing", func(o *office) error { return o.s.Undo(ctx, o.Operator(), "x", "  ") }},
	{"an undo of nothing", "household_not_found", func(o *office) error { return o.s.Undo(ctx, o.Operator(), "x", reason) }},
}

func TestWhatMayNotBeWrittenLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		before := o.Dump()
		o.TakeChanged()
		for _, c := range refusals {
			err := c.do(o)
			if got := code(err); got != c.want {
				t.Errorf("%s: %s, want %s (%v)", c.name, got, c.want, err)
			}
			if err != nil && strings.Contains(err.Error(), "‹") {
				t.Errorf("%s: a text is missing: %v", c.name, err)
			}
		}
		if after := o.Dump(); after != before {
			t.Errorf("something was written:\n%s\nbefore\n%s", after, before)
		}
		if changed := o.TakeChanged(); len(changed) > 0 {
			t.Errorf("told of changes: %v", changed)
		}
	})
}

func TestEveryOperationIsInTheJournalOfEachHousehold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		id, err := o.s.Merge(ctx, o.Officer("384.2016"), o.on("2016-06-01"), o.couple.ID, o.Find(o.couple.ID).Rev, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.s.Undo(ctx, o.Operator(), id, reason); err != nil {
			t.Fatal(err)
		}
		o.Read(func(tx *db.Tx) error {
			for _, h := range []household.ID{o.family.ID, o.couple.ID} {
				list, err := journal.OfHousehold(tx, householdtest.Key, string(h), 9)
				if err != nil {
					return err
				}
				var words []string
				for _, e := range list {
					words = append(words, e.Actor+" "+e.Action+" "+e.Reason)
				}
				want := "operator household.undo ghi nhầm; officer-384.2016 household.merge theo sổ hộ khẩu; operator household.create "
				if got := strings.Join(words, "; "); got != want {
					t.Errorf("%s", got)
				}
			}
			list, err := o.s.Operations(tx, o.family.ID)
			if err != nil || len(list) != 2 || !list[0].Undone || list[0].UndoReason != reason || list[1].Undone {
				t.Errorf("%+v %v", list, err)
			}
			return nil
		})
	})
}
