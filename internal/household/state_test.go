package household_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
)

// Whatever officers write down, in whatever order and dated on whatever day,
// the laws of the registry hold after it; and all of it taken back, the last
// first, leaves what was there before, row by row.
func TestAnyOrderOfOperationsKeepsTheLaws(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		start, top := o.Dump(), t
		checks := 0
		rapid.Check(t, func(t *rapid.T) {
			if checks++; d.Engine == db.Postgres && checks > 15 {
				return // each step is many requests to a server
			}
			if o.Dump() != start { // a check before this one has failed
				o = o.again(top)
				start = o.Dump()
			}
			random := &randomOffice{T: t, o: o, ids: []household.ID{o.family.ID, o.couple.ID}}
			for range rapid.IntRange(1, 16).Draw(t, "operations") {
				random.step()
				if broken := o.Broken(); broken != "" {
					t.Fatal(broken)
				}
			}
			for i := len(random.done) - 1; i >= 0; i-- {
				if err := o.s.Undo(ctx, o.Operator(), random.done[i], reason); err != nil {
					t.Fatalf("taking back %s: %s", random.done[i], said(err))
				}
			}
			if end := o.Dump(); end != start {
				t.Fatalf("left\n%s\nof\n%s", end, start)
			}
		})
	})
}

// again empties the office and begins anew.
func (o *office) again(t testing.TB) *office {
	err := o.DB.Write(ctx, func(tx *db.Tx) error {
		for _, table := range []string{"household", "person", "membership", "residence", "duplicate_pair", "operation", "journal"} {
			if _, err := tx.Exec("delete from " + table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return newOffice(t, o.DB)
}

type randomOffice struct {
	*rapid.T
	o    *office
	ids  []household.ID
	done []string // operations that hold, oldest first
	n    int
}

// step tries one operation or the undoing of one; that it is refused is all
// right, that it breaks is not.
func (r *randomOffice) step() {
	r.n++
	o, s := r.o, r.o.s
	by := o.Operator()
	id := r.ids[rapid.IntRange(0, len(r.ids)-1).Draw(r.T, "household")]
	h, err := s.FindByID(ctx, by.Scope, id)
	if err != nil {
		return // its making was undone
	}
	day := fmt.Sprintf("2016-%02d-%02d", rapid.IntRange(1, 11).Draw(r.T, "month"), rapid.IntRange(1, 3).Draw(r.T, "day"))
	op := household.Operation{Household: id, Rev: h.Rev, Day: day}
	who := r.member(id, day)
	var done string
	kind := rapid.SampledFrom([]string{"birth", "death", "leave", "join", "back", "take", "move", "depart", "split", "merge", "head", "correct", "create", "undo", "undo", "undo"}).Draw(r.T, "kind")
	switch kind {
	case "birth":
		done, err = s.Birth(ctx, by, op, householdtest.Person(fmt.Sprint("Trẻ ", r.n)), "child")
	case "death":
		done, err = s.Death(ctx, by, op, who, r.member(id, day))
	case "leave":
		done, err = s.Leave(ctx, by, op, who, r.member(id, day))
	case "join":
		done, err = s.Join(ctx, by, op, householdtest.Person(fmt.Sprint("Người ", r.n, ", male, 1990, 038181000001")), "other")
	case "back", "take":
		other := r.ids[rapid.IntRange(0, len(r.ids)-1).Draw(r.T, "other")]
		done, err = s.Join(ctx, by, op, household.Person{ID: r.member(other, "")}, "other")
	case "move":
		done, err = s.Move(ctx, by, op, rapid.SampledFrom(householdtest.Villages).Draw(r.T, "village"))
	case "depart":
		done, err = s.Depart(ctx, by, op)
	case "split":
		var made household.ID
		made, done, err = s.Split(ctx, by, op, "", []household.Leaver{{Person: who, Relation: "head"}})
		if err == nil {
			r.ids = append(r.ids, made)
		}
	case "merge":
		other := r.ids[rapid.IntRange(0, len(r.ids)-1).Draw(r.T, "other")]
		rev := int64(0)
		if one, err := s.FindByID(ctx, by.Scope, other); err == nil {
			rev = one.Rev
		}
		done, err = s.Merge(ctx, by, op, other, rev, nil)
	case "head":
		done, err = s.ChangeHead(ctx, by, op, who, "other")
	case "correct":
		name := fmt.Sprint("Tên ", r.n)
		done, err = s.Correct(ctx, by, op, []household.Correction{{Person: who, FullName: &name, Ethnic: ptr("muong")}, {Note: &name}})
	case "create":
		var made household.ID
		made, done, err = s.Create(ctx, by, household.New{Village: householdtest.Rieng, Day: day, Members: []household.Member{{Person: householdtest.Person("Mới, male, 1999, 038181000001"), Relation: "head"}}})
		if err == nil {
			r.ids = append(r.ids, made)
		}
	case "undo":
		if len(r.done) == 0 {
			return
		}
		i := rapid.IntRange(0, len(r.done)-1).Draw(r.T, "which")
		before := o.Dump()
		if err = s.Undo(ctx, by, r.done[i], reason); err == nil {
			r.done = append(r.done[:i:i], r.done[i+1:]...)
		} else if o.Dump() != before {
			r.Fatal("a refused undo has written")
		}
	}
	if err != nil && fault.Of(err) == fault.Internal {
		r.Fatalf("%s on %s: %s", kind, day, fault.Log(err))
	}
	if done != "" {
		r.done = append(r.done, done)
	}
}

// member is somebody who belongs to the household on the day, or ever.
func (r *randomOffice) member(id household.ID, day string) household.PersonID {
	list := r.o.MemberHistory(id)
	if day != "" {
		list = r.o.Members(id, day)
	}
	if len(list) == 0 {
		return "nobody"
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(r.T, "member")].ID
}
