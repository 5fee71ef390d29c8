package review_test

import (
	"database/sql"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/measure"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// loaded is the register as a program that starts now has it.
func (b *bureau) loaded() *review.Register {
	b.T.Helper()
	r := review.NewRegister(b.s.Law)
	b.Read(func(tx *db.Tx) error { return r.Load(tx, b.s) })
	return r
}

// shown writes every household of every round that the register has, absent
// ones with their reason.
func (b *bureau) shown(r *review.Register) map[string]string {
	v := r.View()
	all := map[string]string{}
	for _, o := range v.Rounds {
		for i, id := range v.IDs {
			one := v.Get(v.RoundNo[o.ID], i)
			place := area.ID("-")
			if one.Village >= 0 {
				place = v.Villages[one.Village]
			}
			if one.Class != measure.Absent || one.Reason != measure.NoReason {
				all[o.ID+" "+string(id)] = fmt.Sprintf("class %d in %s size %d ethnic %d policy %b deprived %b unknown %b causes %b label %d reason %d urban %t",
					one.Class, place, one.Size, one.Ethnic, one.Policy, one.Deprived, one.Unknown, one.Causes, one.Label, one.Reason, one.Urban)
			}
		}
	}
	return all
}

// recounted works an open round out anew, household by household, by the
// plainest reading of the dated tables.
func (b *bureau) recounted(rounds []string) map[string]string {
	b.T.Helper()
	all := map[string]string{}
	b.Read(func(tx *db.Tx) error {
		var ids []household.ID
		ends := map[household.ID][2]string{}
		err := tx.Each(`select id, to_day, end_kind from household`, nil, func(r *sql.Rows) error {
			var id household.ID
			var to, kind string
			err := r.Scan(&id, &to, &kind)
			ids = append(ids, id)
			ends[id] = [2]string{to, kind}
			return err
		})
		if err != nil {
			return err
		}
		for _, roundID := range rounds {
			round, err := b.s.Round(tx, roundID)
			if err != nil {
				return err
			}
			for _, id := range ids {
				h := b.Find(id)
				members, err := b.Store.MembersOn(tx, id, round.CountDay)
				if err != nil {
					return err
				}
				homes, err := b.Store.Residences(tx, id)
				if err != nil {
					return err
				}
				place := area.ID("")
				for _, home := range homes {
					if home.From <= round.CountDay && round.CountDay < home.To {
						place = home.VillageID
					}
				}
				key := roundID + " " + string(id)
				if place == "" {
					left := map[string]int{"moved_away": int(measure.MovedOut), "died_out": int(measure.Died), "merged": int(measure.MergedInto)}[ends[id][1]]
					if ends[id][0] <= round.CountDay && left > 0 {
						all[key] = fmt.Sprintf("class 0 in - size 0 ethnic 0 policy 0 deprived 0 unknown 0 causes 0 label 0 reason %d urban false", left)
					}
					continue
				}
				came := map[string]int{"moved_in": int(measure.MovedIn), "split": int(measure.SplitOff)}[homes[0].FromKind]
				policy := 0
				for _, g := range h.PolicyGroups {
					policy |= 1 << household.Policy.Index(g)
				}
				v, _ := b.Tree.On(place, round.BoundaryDay)
				class, size, deprived, unknown, causes, label, urban := measure.NotSurveyed, len(members), 0, 0, 0, 0, v.Urban
				a, ok, err := b.s.InForce(tx, id, roundID)
				if err != nil {
					return err
				}
				if ok {
					class = map[standard.Class]measure.Class{standard.Undetermined: measure.Undetermined, standard.Poor: measure.Poor, standard.NearPoor: measure.NearPoor, standard.NotPoor: measure.NotPoor}[a.Class]
					size, urban = a.Size, a.Area == standard.Urban
					for i, letter := range a.Answers {
						switch letter {
						case '1':
							deprived |= 1 << i
						case '-':
							unknown |= 1 << i
						}
					}
					for _, c := range a.Causes {
						for i, known := range b.s.Law.Causes.Causes {
							if known.Code == c {
								causes |= 1 << i
							}
						}
					}
					label = map[string]int{"": 0, "N1": 1, "N2": 2, "CN": 3}[a.Label]
				}
				all[key] = fmt.Sprintf("class %d in %s size %d ethnic %d policy %b deprived %b unknown %b causes %b label %d reason %d urban %t",
					class, place, size, household.Ethnic.Index(h.Ethnic)+1, policy, deprived, unknown, causes, label, came, urban)
			}
		}
		return nil
	})
	return all
}

func differences(got, want map[string]string) string {
	var lines []string
	for k := range want {
		if got[k] != want[k] {
			lines = append(lines, fmt.Sprintf("%s:\n  %q\n  want %q", k, got[k], want[k]))
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			lines = append(lines, fmt.Sprintf("%s: %q, should not be", k, got[k]))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// Whatever is done, the register that was kept fresh, one that is loaded anew
// and a plain recount agree; and closed rounds stay as they were.
func TestTheRegisterAgreesWithARecount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.Today = "2018-02-01"
		checks := 0
		rapid.Check(t, func(t *rapid.T) {
			if checks++; checks > 40 || d.Engine == db.Postgres && checks > 8 {
				return
			}
			b.again()
			open := []string{"2016", "2017"}
			for _, id := range open {
				b.open(review.Opening{ID: id, Year: int(id[3]-'0') + 2010, Standard: "VN-2016"})
			}
			r := b.loaded()
			b.TakeChanged()
			b.onSaved = func(o review.Round, a review.Assessment) {
				if !r.Put(o, a) { // it does not know the household yet
					b.Store.Changed([]household.ID{a.Household})
				}
			}
			defer func() { b.onSaved = nil }()
			refresh := func() {
				b.Read(func(tx *db.Tx) error { return r.Refresh(tx, b.s, b.TakeChanged()) })
			}
			ids := []household.ID{b.tay.ID, b.couple.ID}
			var operations []string
			for range rapid.IntRange(1, 8).Draw(t, "steps") {
				id := ids[rapid.IntRange(0, len(ids)-1).Draw(t, "household")]
				h, err := b.Store.FindByID(ctx, b.Operator().Scope, id)
				if err != nil {
					continue
				}
				day := fmt.Sprintf("201%d-%02d-15", rapid.IntRange(6, 7).Draw(t, "year"), rapid.IntRange(3, 12).Draw(t, "month"))
				op := household.Operation{Household: id, Rev: h.Rev, Day: day}
				var done string
				switch kind := rapid.SampledFrom([]string{"form", "form", "form", "birth", "death", "move", "depart", "split", "create", "correct", "undo"}).Draw(t, "kind"); kind {
				case "form":
					e := b.entry(open[rapid.IntRange(0, 1).Draw(t, "round")], id, rapid.SampledFrom([]int{poor, near, well}).Draw(t, "points"))
					e.Ticked = rapid.StringMatching(`[01\-]{10}`).Draw(t, "ticked")
					e.WarningAnswer = "đã hỏi lại"
					e.Causes = []string{"capital", "illness"}[:rapid.IntRange(0, 2).Draw(t, "causes")]
					_, err = b.s.Save(ctx, b.Operator(), e)
				case "birth":
					done, err = b.Store.Birth(ctx, b.Operator(), op, householdtest.Person("Bé Con"), "child")
				case "death":
					list := b.Members(id, day)
					if len(list) > 0 {
						m := list[rapid.IntRange(0, len(list)-1).Draw(t, "member")]
						done, err = b.Store.Death(ctx, b.Operator(), op, m.ID, list[0].ID)
					}
				case "move":
					done, err = b.Store.Move(ctx, b.Operator(), op, rapid.SampledFrom(householdtest.Villages).Draw(t, "village"))
				case "depart":
					done, err = b.Store.Depart(ctx, b.Operator(), op)
				case "split":
					if list := b.Members(id, day); len(list) > 1 {
						var made household.ID
						made, done, err = b.Store.Split(ctx, b.Operator(), op, "", []household.Leaver{{Person: list[1].ID, Relation: "head"}})
						ids = append(ids, made)
					}
				case "create":
					var made household.ID
					made, done, err = b.Store.Create(ctx, b.Operator(), household.New{Village: householdtest.Rieng, Day: day, MovedIn: true, Members: []household.Member{{Person: householdtest.Person("Mới Đến, male, 1988"), Relation: "head"}}})
					ids = append(ids, made)
				case "correct":
					done, err = b.Store.Correct(ctx, b.Operator(), op, []household.Correction{{PolicyGroups: &[]string{"merit"}}, {Person: h.HeadID, Ethnic: ptr("muong")}})
				case "undo":
					if len(operations) > 0 {
						err = b.Store.Undo(ctx, b.Operator(), operations[len(operations)-1], "nhầm")
						operations = operations[:len(operations)-1]
					}
				}
				if err != nil && fault.Of(err) == fault.Internal {
					t.Fatal(fault.Log(err))
				}
				if done != "" {
					operations = append(operations, done)
				}
				if rapid.Bool().Draw(t, "refresh") {
					refresh()
				}
			}
			refresh()
			b.Check()
			before := b.shown(r)
			if diff := differences(of(before, open), b.recounted(open)); diff != "" {
				t.Fatalf("kept fresh: %s", diff)
			}
			if diff := differences(b.shown(b.loaded()), before); diff != "" {
				t.Fatalf("loaded anew: %s", diff)
			}
			// closing changes no figure, neither here nor after a restart
			for _, id := range open {
				o, err := b.s.FindRound(ctx, id)
				if err != nil {
					t.Fatal(err)
				}
				if err := b.s.Close(ctx, "operator", id, o.Rev, ""); err != nil {
					t.Fatal(err)
				}
			}
			refresh()
			if diff := differences(b.shown(r), before); diff != "" {
				t.Fatalf("closed: %s", diff)
			}
			// nor does what is found out later
			for _, id := range ids {
				if h, err := b.Store.FindByID(ctx, b.Operator().Scope, id); err == nil && h.To == household.Far {
					op := household.Operation{Household: id, Rev: h.Rev, Day: "2016-12-20"}
					if _, err := b.Store.Birth(ctx, b.Operator(), op, householdtest.Person("Sinh Trước"), "child"); err == nil {
						op.Rev = b.Find(id).Rev
					}
					b.Store.Correct(ctx, b.Operator(), op, []household.Correction{{PolicyGroups: &[]string{"other"}}})
					op.Rev, op.Day = b.Find(id).Rev, "2016-12-21"
					b.Store.Depart(ctx, b.Operator(), op)
				}
			}
			refresh()
			if diff := differences(of(b.shown(r), open), of(before, open)); diff != "" {
				t.Fatalf("a closed round changed: %s", diff)
			}
			if diff := differences(of(b.shown(b.loaded()), open), of(before, open)); diff != "" {
				t.Fatalf("a closed round changed after a restart: %s", diff)
			}
		})
	})
}

// again empties the tables and begins with the two families.
func (b *bureau) again() {
	err := b.DB.Write(ctx, func(tx *db.Tx) error {
		for _, table := range []string{"household", "person", "membership", "residence", "duplicate_pair", "operation", "journal", "round", "round_register", "assessment", "classification"} {
			if _, err := tx.Exec("delete from " + table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.T.Fatal(err)
	}
	b.families()
}

func ptr[T any](v T) *T { return &v }

// of keeps the lines of some rounds.
func of(all map[string]string, rounds []string) map[string]string {
	some := map[string]string{}
	for k, v := range all {
		for _, id := range rounds {
			if strings.HasPrefix(k, id+" ") {
				some[k] = v
			}
		}
	}
	return some
}

// A form that is saved while the database is being read must not be lost,
// whichever of the two comes first.
func TestNoFormIsLostWhileTheRegisterIsRead(t *testing.T) {
	b := newBureau(t, dbtest.SQLite(t))
	b.open(review.Opening{Year: 2016})
	r := b.loaded()
	// a reading begins, a form is saved, the reading ends
	b.Read(func(tx *db.Tx) error {
		if _, _, err := b.s.InForce(tx, b.tay.ID, "2016"); err != nil { // the snapshot is taken
			return err
		}
		b.onSaved = func(o review.Round, a review.Assessment) {
			if !r.Put(o, a) {
				t.Error("not taken")
			}
		}
		b.save(b.entry("2016", b.tay.ID, poor))
		return r.Refresh(tx, b.s, []household.ID{b.tay.ID})
	})
	if diff := differences(b.shown(r), b.recounted([]string{"2016"})); diff != "" {
		t.Error("read by parts: ", diff)
	}
	b.Read(func(tx *db.Tx) error {
		if _, _, err := b.s.InForce(tx, b.tay.ID, "2016"); err != nil {
			return err
		}
		b.save(b.entry("2016", b.tay.ID, near))
		return r.Load(tx, b.s)
	})
	if diff := differences(b.shown(r), b.recounted([]string{"2016"})); diff != "" {
		t.Error("read whole: ", diff)
	}
}

func TestARegisterThatIsNotLoadedTakesNothing(t *testing.T) {
	b := newBureau(t, dbtest.SQLite(t))
	round := b.open(review.Opening{Year: 2016})
	r := review.NewRegister(b.s.Law)
	a := b.save(b.entry("2016", b.tay.ID, poor))
	if r.Put(round, a) || r.Ready() {
		t.Error("taken by an empty register")
	}
	r = b.loaded()
	late := b.Family(householdtest.Khu2, "2016-03-01", "Đến Sau, male, 1990")
	if r.Put(round, b.save(b.entry("2016", late.ID, poor))) {
		t.Error("a household that the register does not know was taken")
	}
}

// An import writes persons and forms of new households before the households
// themselves: until these come, nobody counts them.
func TestWhatAnImportHasStagedIsNotCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		early := b.Family(householdtest.Khu2, "2016-03-01", "Sắp Vào, male, 1990, 038090000001")
		b.save(b.entry("2016", early.ID, poor))
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`delete from household where id = $1`, string(early.ID))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r := b.loaded()
		b.Read(func(tx *db.Tx) error { return r.Refresh(tx, b.s, []household.ID{early.ID, b.tay.ID}) })
		if got := b.shown(r); len(got) != 2 || got["2016 "+string(early.ID)] != "" {
			t.Error(got)
		}
	})
}

func TestReadersSeeWholeStatesWhileFormsComeIn(t *testing.T) {
	b := newBureau(t, dbtest.SQLite(t))
	b.open(review.Opening{Year: 2016})
	r := b.loaded()
	b.onSaved = func(o review.Round, a review.Assessment) { r.Put(o, a) }
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				v := r.View()
				for i := range v.IDs {
					if one := v.Get(v.RoundNo["2016"], i); one.Class == measure.Poor && one.Label == 0 {
						t.Error("half a form")
					}
				}
			}
		})
	}
	for i := range 60 {
		b.save(b.entry("2016", b.tay.ID, []int{poor, near, well}[i%3]))
		if i%10 == 0 {
			b.Read(func(tx *db.Tx) error { return r.Refresh(tx, b.s, []household.ID{b.tay.ID, b.couple.ID}) })
		}
	}
	close(done)
	wg.Wait()
}
