package household_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
)

// must ends the test where an operation that should pass does not.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			var f *fault.Error
			errors.As(err, &f)
			t.Fatal(err, f)
		}
		return v
	}
}

// said gives the list that a refusal shows.
func said(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var words []string
	for _, field := range f.Fields {
		words = append(words, field.Message)
	}
	return f.Code + ": " + strings.Join(words, "; ")
}

// A chain is an operation and what was done after it that rests on it, or
// does not.
var chains = []struct {
	name  string
	do    func(o *office, ok func(string, error) string) string // gives the first operation
	wants string                                                // of undoing the first; "" when it passes
}{
	{"two births do not rest on each other", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Văn Giang"), "child"))
		ok(o.s.Birth(ctx, o.Operator(), o.on("2016-04-01"), householdtest.Person("Hà Thị Hoa"), "child"))
		return id
	}, ""},
	{"a death rests on the birth", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Văn Giang"), "child"))
		ok(o.s.Death(ctx, o.Operator(), o.on("2016-04-01"), o.member("Hà Văn Giang"), ""))
		return id
	}, "rests_on_it: Có người mất ngày 01/04/2016"},
	{"a correction of the child's name rests on the birth", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Văn Giang"), "child"))
		ok(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.member("Hà Văn Giang"), NationalID: ptr("038216000007")}}))
		return id
	}, "rests_on_it: Sửa thông tin ngày 15/11/2016"},
	{"a correction of the other child's name does not", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Văn Giang"), "child"))
		ok(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: o.family.Members[baby], FullName: ptr("Hà Thị Đài")}}))
		return id
	}, ""},
	{"a second move rests on the first", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Move(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Khu2))
		ok(o.s.Move(ctx, o.Operator(), o.on("2016-04-01"), householdtest.BanOn))
		return id
	}, "rests_on_it: Hộ chuyển thôn ngày 01/04/2016"},
	{"a change of head rests on the death of the one before", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Death(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[head], o.family.Members[wife]))
		ok(o.s.ChangeHead(ctx, o.Operator(), o.on("2016-04-01"), o.family.Members[son], "parent"))
		return id
	}, "rests_on_it: Đổi chủ hộ ngày 01/04/2016; có người trong đó được ghi vào hộ (hoặc đổi quan hệ với chủ hộ) ngày 01/04/2016"},
	{"a birth in the new household rests on the split", func(o *office, ok func(string, error) string) string {
		newID, id, err := o.s.Split(ctx, o.Operator(), o.on("2016-03-01"), "", []household.Leaver{{o.family.Members[son], "head"}})
		ok(id, err)
		ok(o.s.Birth(ctx, o.Operator(), o.On(newID, "2016-04-01"), householdtest.Person("Hà Văn Giang"), "child"))
		return id
	}, "rests_on_it: Sinh con ngày 01/04/2016; có thành viên vào hộ ngày 01/04/2016"},
	{"an address written down for the new household rests on the split", func(o *office, ok func(string, error) string) string {
		newID, id, err := o.s.Split(ctx, o.Operator(), o.on("2016-03-01"), "", []household.Leaver{{o.family.Members[son], "head"}})
		ok(id, err)
		ok(o.s.Correct(ctx, o.Operator(), o.On(newID, ""), []household.Correction{{Address: ptr("đầu bản")}}))
		return id
	}, "rests_on_it: Sửa thông tin ngày 15/11/2016"},
	{"who came rests in the household that he left since", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Join(ctx, o.Operator(), o.on("2016-03-01"), household.Person{ID: o.couple.Members[wife]}, "other"))
		ok(o.s.Join(ctx, o.Operator(), o.On(o.couple.ID, "2016-04-01"), household.Person{ID: o.couple.Members[wife]}, "spouse"))
		return id
	}, "rests_on_it: Người chuyển đến ngày 01/04/2016; có người trong đó được ghi vào hộ (hoặc đổi quan hệ với chủ hộ) ngày 01/04/2016"},
	{"who moved away and lives elsewhere now", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Leave(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[son], ""))
		ok(o.s.Join(ctx, o.Operator(), o.On(o.couple.ID, "2016-04-01"), household.Person{ID: o.family.Members[son]}, "other"))
		return id
	}, "rests_on_it: có người trong đó được ghi vào hộ (hoặc đổi quan hệ với chủ hộ) ngày 01/04/2016"},
	{"who left a household that has ended since", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Join(ctx, o.Operator(), o.on("2016-03-01"), household.Person{ID: o.couple.Members[wife]}, "other"))
		ok(o.s.Depart(ctx, o.Operator(), o.On(o.couple.ID, "2016-04-01")))
		return id
	}, "rests_on_it: Hộ chuyển khỏi tỉnh ngày 01/04/2016; Vi Văn Ếch rời hộ ngày 01/04/2016"},
	{"the merged household's member who has died since", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Merge(ctx, o.Operator(), o.on("2016-03-01"), o.couple.ID, o.Find(o.couple.ID).Rev, nil))
		ok(o.s.Death(ctx, o.Operator(), o.on("2016-04-01"), o.couple.Members[wife], ""))
		return id
	}, "rests_on_it: Có người mất ngày 01/04/2016"},
	{"a correction of a correction", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Phone: ptr("0912")}}))
		ok(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Phone: ptr("0913")}}))
		return id
	}, "rests_on_it: Sửa thông tin ngày 15/11/2016"},
	{"what rested on it and was undone rests no more", func(o *office, ok func(string, error) string) string {
		id := ok(o.s.Move(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Khu2))
		later := ok(o.s.Move(ctx, o.Operator(), o.on("2016-04-01"), householdtest.BanOn))
		ok("", o.s.Undo(ctx, o.Operator(), later, reason))
		return id
	}, ""},
}

func (o *office) member(name string) household.PersonID {
	o.T.Helper()
	for _, id := range []household.ID{o.family.ID, o.couple.ID} {
		for _, m := range o.MemberHistory(id) {
			if m.FullName == name {
				return m.ID
			}
		}
	}
	o.T.Fatal("nobody is called ", name)
	return ""
}

func TestAnUndoIsRefusedWithWhatRestsOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for _, c := range chains {
			t.Run(c.name, func(t *testing.T) {
				o = o.again(t)
				id := c.do(o, must[string](t))
				o.Check()
				before := o.Dump()
				err := o.s.Undo(ctx, o.Operator(), id, reason)
				o.Check()
				if c.wants == "" {
					if err != nil {
						t.Error(said(err))
					}
					return
				}
				if got := said(err); got != c.wants {
					t.Errorf("%s\nwant %s", got, c.wants)
				}
				if o.Dump() != before {
					t.Error("the refused undo has written")
				}
			})
		}
	})
}

func TestAnUndoIsRefusedWhereAFormRestsOnIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		birth := must[string](t)(o.s.Birth(ctx, o.Operator(), o.on("2016-03-01"), householdtest.Person("Hà Văn Giang"), "child"))
		newID, split, err := o.s.Split(ctx, o.Operator(), o.on("2016-04-01"), "", []household.Leaver{{o.family.Members[son], "head"}})
		must[string](t)(split, err)
		form := func(id household.ID, roster string) {
			form := db.NewID()
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into assessment (province_id, id, round_id, household_id, purpose, effective_from, village_id, commune_id, area_type, size, answers, ticked, roster, recorded_at, recorded_by, rev)
					values ($1, $2, '2016', $3, 'survey', '2017-01-01', '', '', 'rural', 1, '', '', $4, 0, '', 1)`, householdtest.Key, form, string(id), roster)
				if err == nil {
					_, err = tx.Exec(`insert into assessment_in_force (province_id, household_id, round_id, assessment_id) values ($1, $2, '2016', $3)`, householdtest.Key, string(id), form)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into round (province_id, id, kind, year, standard, count_day, boundary_day, class_from, state, opened_at) values ($1, '2016', 'yearly', 2016, 'VN-2016', '', '', '', 'open', 0)`, householdtest.Key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		form(o.family.ID, `[{"p":"`+string(o.member("Hà Văn Giang"))+`"}]`)
		form(newID, "[]")
		if got := said(o.s.Undo(ctx, o.Operator(), birth, reason)); got != "rests_on_it: người này đã có tên trong phiếu của đợt rà soát 2016" {
			t.Error(got)
		}
		if got := said(o.s.Undo(ctx, o.Operator(), split, reason)); got != "rests_on_it: hộ đã có phiếu của đợt rà soát 2016" {
			t.Error(got)
		}
		// a move does not stand in the way of anything
		move := must[string](t)(o.s.Move(ctx, o.Operator(), o.on("2016-05-01"), householdtest.Khu2))
		must[string](t)("", o.s.Undo(ctx, o.Operator(), move, reason))
	})
}

func TestWhoMayUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		merge := must[string](t)(o.s.Merge(ctx, o.Operator(), o.on("2016-03-01"), o.couple.ID, o.Find(o.couple.ID).Rev, nil))
		for _, who := range []struct {
			name string
			area area.ID
			want string
		}{{"the commune of neither", householdtest.DienLu, "household_not_found"}, {"the commune of one part", householdtest.Township, "household_not_found"}, {"the district of both", "384.2016", "<nil>"}} {
			if got := code(o.s.Undo(ctx, o.Officer(who.area), merge, reason)); got != who.want {
				t.Errorf("%s: %s", who.name, got)
			}
		}
	})
}

// What happened early and is written down late.
func TestOperationsDatedBeforeOthers(t *testing.T) {
	cases := []struct {
		name string
		do   func(o *office, ok func(string, error) string) error
		want string
	}{
		{"a death before a birth", func(o *office, ok func(string, error) string) error {
			ok(o.s.Birth(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang"), "child"))
			return second(o.s.Death(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[wife], ""))
		}, "<nil>"},
		{"the head's death before a birth", func(o *office, ok func(string, error) string) error {
			ok(o.s.Birth(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang"), "child"))
			return second(o.s.Death(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[head], o.family.Members[son]))
		}, "<nil>"},
		{"a death before a change of head to the dead", func(o *office, ok func(string, error) string) error {
			ok(o.s.ChangeHead(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[wife], "spouse"))
			return second(o.s.Death(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[wife], ""))
		}, "later_events: Lò Thị Bình đổi quan hệ với chủ hộ ngày 01/06/2016; Hà Văn Á đổi quan hệ với chủ hộ ngày 01/06/2016"},
		{"a change of head to one who left since", func(o *office, ok func(string, error) string) error {
			ok(o.s.Leave(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], ""))
			return second(o.s.ChangeHead(ctx, o.Operator(), o.on("2016-03-01"), o.family.Members[son], "parent"))
		}, "later_events: Hà Văn Cường rời hộ ngày 01/06/2016"},
		{"the death of the only member of that day, others came since", func(o *office, ok func(string, error) string) error {
			alone := o.Family(householdtest.Khu2, "2016-01-01", "Phạm Thị Già, female, 1930")
			ok(o.s.Join(ctx, o.Operator(), o.On(alone.ID, "2016-06-01"), householdtest.Person("Phạm Thị Trẻ"), "child"))
			return second(o.s.Death(ctx, o.Operator(), o.On(alone.ID, "2016-03-01"), alone.Members[0], ""))
		}, "later_events: Phạm Thị Trẻ vào hộ ngày 01/06/2016"},
		{"a departure before a birth", func(o *office, ok func(string, error) string) error {
			ok(o.s.Birth(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Person("Hà Văn Giang"), "child"))
			return second(o.s.Depart(ctx, o.Operator(), o.on("2016-03-01")))
		}, "later_events: Hà Văn Giang vào hộ ngày 01/06/2016"},
		{"a merger before a birth in the other household", func(o *office, ok func(string, error) string) error {
			ok(o.s.Birth(ctx, o.Operator(), o.On(o.couple.ID, "2016-06-01"), householdtest.Person("Vi Văn Giang"), "child"))
			return second(o.s.Merge(ctx, o.Operator(), o.on("2016-03-01"), o.couple.ID, o.Find(o.couple.ID).Rev, nil))
		}, "later_events: Vi Văn Giang vào hộ ngày 01/06/2016"},
		{"a move before another", func(o *office, ok func(string, error) string) error {
			ok(o.s.Move(ctx, o.Operator(), o.on("2016-06-01"), householdtest.Khu2))
			return second(o.s.Move(ctx, o.Operator(), o.on("2016-03-01"), householdtest.BanOn))
		}, "lives_there_since: Hộ mới ở đây từ ngày 01/06/2016; ngày chuyển đi phải sau ngày đó."},
		{"somebody comes before he left", func(o *office, ok func(string, error) string) error {
			ok(o.s.Leave(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], ""))
			return second(o.s.Join(ctx, o.Operator(), o.On(o.couple.ID, "2016-03-01"), household.Person{ID: o.family.Members[son]}, "other"))
		}, "member_until: Hà Văn Cường còn là thành viên của một hộ đến ngày 01/06/2016; ngày vào hộ mới phải từ ngày đó."},
		{"somebody comes back on the day he left", func(o *office, ok func(string, error) string) error {
			ok(o.s.Leave(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], ""))
			return second(o.s.Join(ctx, o.Operator(), o.on("2016-06-01"), household.Person{ID: o.family.Members[son]}, "child"))
		}, "<nil>"},
		{"a split before one of the leavers became head", func(o *office, ok func(string, error) string) error {
			ok(o.s.ChangeHead(ctx, o.Operator(), o.on("2016-06-01"), o.family.Members[son], "parent"))
			return third(o.s.Split(ctx, o.Operator(), o.on("2016-03-01"), "", []household.Leaver{{o.family.Members[son], "head"}}))
		}, "later_events: Hà Văn Cường đổi quan hệ với chủ hộ ngày 01/06/2016; Hà Văn Á đổi quan hệ với chủ hộ ngày 01/06/2016"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				o = o.again(t)
				err := c.do(o, must[string](t))
				o.Check()
				if got := said(err); err == nil && c.want != "<nil>" || err != nil && got != c.want {
					t.Errorf("%s\nwant %s", got, c.want)
				}
			})
		}
	})
}

func TestAnIDThatSomebodyHoldsIsQueued(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		pairs := func() string {
			var words []string
			for _, line := range strings.Split(o.Dump(), "\n") {
				if part := strings.Split(line, "|"); part[0] == "pair" {
					words = append(words, part[3]+" "+part[4])
				}
			}
			return strings.Join(words, ", ")
		}
		correct := func(who household.PersonID, to string) string {
			return must[string](t)(o.s.Correct(ctx, o.Operator(), o.on(""), []household.Correction{{Person: who, NationalID: &to}}))
		}
		first := correct(o.family.Members[son], "038181000001") // the wife's in the couple
		if got := pairs(); got != "national_id open" {
			t.Fatal("held by another: ", got)
		}
		second := correct(o.family.Members[son], "038194000002")
		if got := pairs(); got != "national_id moot" {
			t.Error("put right: ", got)
		}
		must[string](t)("", o.s.Undo(ctx, o.Operator(), second, reason))
		if got := pairs(); got != "national_id open" {
			t.Error("the correction undone: ", got)
		}
		must[string](t)("", o.s.Undo(ctx, o.Operator(), first, reason))
		if got := pairs(); got != "" {
			t.Error("both undone: ", got)
		}
		birth := must[string](t)(o.s.Join(ctx, o.Operator(), o.on("2016-05-01"), householdtest.Person("Ai Đó, female, 1981, 038181000001"), "other"))
		if got := pairs(); got != "national_id open" {
			t.Error("who moves in: ", got)
		}
		must[string](t)("", o.s.Undo(ctx, o.Operator(), birth, reason))
		if got := pairs(); got != "" {
			t.Error("undone: ", got)
		}
	})
}

func TestTwoOfficersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		op := o.on("2016-06-01")
		results := make(chan error, 8)
		for i := range 8 {
			go func() {
				results <- second(o.s.Birth(ctx, o.Operator(), op, householdtest.Person(fmt.Sprint("Hà Văn ", i)), "child"))
			}()
		}
		won := 0
		for range 8 {
			switch err := <-results; {
			case err == nil:
				won++
			case code(err) != "stale_rev":
				t.Error(err)
			}
		}
		if won != 1 || o.Find(o.family.ID).Size != 5 {
			t.Errorf("%d won, %d members", won, o.Find(o.family.ID).Size)
		}
		o.Check()
	})
}
