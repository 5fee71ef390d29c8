package review_test

import (
	"database/sql"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// ending is what is known of Tén Tằn, which ends on 2019-12-01: it goes whole
// into the township, or one of its villages into Tam Chung.
type ending struct {
	divided bool
	people  map[area.ID][2]string // who hands in and who signs in the other communes
	late    map[area.ID][]area.ID // villages that came to a commune after it had decided
}

func (f *flow) ended(id area.ID) bool {
	return f.ends != nil && id == tenTan && f.Today >= "2019-12-01"
}

// living are the communes of the test that there are today.
func (f *flow) living() []area.ID {
	switch {
	case f.ends == nil:
		return []area.ID{householdtest.TamChung}
	case f.Today < "2019-12-01":
		return []area.ID{tenTan, householdtest.Township, householdtest.TamChung}
	}
	return []area.ID{householdtest.Township, householdtest.TamChung}
}

// everDeciding are the communes whose decisions are about those of the dossier at
// hand, in the order in which they can have spoken.
func (f *flow) everDeciding() []area.ID {
	if f.ended(tenTan) {
		return []area.ID{tenTan, f.commune}
	}
	return []area.ID{f.commune}
}

// heard are the villages of which the dossier at hand speaks: not those that
// came after its decision.
func (f *flow) heard() []area.ID {
	if f.ends == nil {
		return f.villages
	}
	return slices.DeleteFunc(slices.Clone(f.villages), func(v area.ID) bool { return slices.Contains(f.ends.late[f.commune], v) })
}

// heirs are the communes in which the villages of Tén Tằn lie.
func (f *flow) heirs() map[area.ID][]area.ID {
	if f.ends.divided {
		return map[area.ID][]area.ID{householdtest.Township: {banMot}, householdtest.TamChung: {banHai}}
	}
	return map[area.ID][]area.ID{householdtest.Township: {banMot, banHai}}
}

// passOn does what the program does by itself every few minutes, and goes on
// with a successor where the dossier at hand was passed on.
func (f *flow) passOn(t *rapid.T) {
	if f.ends == nil {
		return
	}
	if f.kept.dossier.State.Working() {
		delete(f.ends.late, f.commune)
	}
	if !f.ended(tenTan) {
		return
	}
	was, steps := f.kept, f.stepsOf()
	decided := map[area.ID]bool{}
	for heir := range f.heirs() {
		decided[heir] = f.stateOf(heir).Decided()
	}
	old := f.stateOf(tenTan)
	if _, err := f.s.Dossiers.PassOn(ctx, &account.Actor{ID: account.SystemID, Day: f.Today}, f.round, review.CommuneReview); err != nil {
		t.Fatal(err)
	}
	if passed := f.stateOf(tenTan) == dossier.PassedOn; passed != !old.Decided() {
		t.Fatalf("it was %s on %s, and passed on: %t", old, f.Today, passed)
	} else if passed && old != dossier.PassedOn {
		for heir, villages := range f.heirs() {
			if decided[heir] {
				f.ends.late[heir] = villages
			}
		}
	}
	if again := f.stepsOf(); !maps.Equal(steps, again) {
		t.Fatalf("steps of villages %v, before they were passed on %v", again, steps)
	}
	if f.commune == tenTan && f.stateOf(tenTan) == dossier.PassedOn {
		next := slices.Sorted(maps.Keys(f.heirs()))
		f.at(rapid.SampledFrom(next).Draw(t, "successor"))
	} else {
		f.at(f.commune)
	}
	for id := range was.listed {
		if !f.kept.listed[id] {
			t.Fatalf("%s is lost from the list when it is passed on", id)
		}
	}
	for key, row := range was.closed {
		if now, there := f.kept.closed[key]; now != row && (there || f.kept.dossier.ID == was.dossier.ID) && key[:9] != "complaint" {
			t.Fatalf("passing on changed %s: %s, was %s", key, now, row)
		}
	}
	if !maps.Equal(was.signed, f.kept.signed) || !maps.Equal(was.forms, f.kept.forms) {
		t.Fatal("passing on changed minutes or forms")
	}
}

func (f *flow) stateOf(commune area.ID) (state dossier.State) {
	f.Read(func(tx *db.Tx) error {
		d, _, err := f.s.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: f.round, Unit: commune})
		state = d.State
		return err
	})
	return state
}

// stepsOf are the steps done in the two villages of Tén Tằn, in whichever dossier.
func (f *flow) stepsOf() map[string]bool {
	steps := map[string]bool{}
	f.Read(func(tx *db.Tx) error {
		return tx.Each(`select step, unit_id from dossier_step where unit_id in ($1, $2)`, []any{string(banMot), string(banHai)}, func(r *sql.Rows) error {
			var step, unit string
			err := r.Scan(&step, &unit)
			steps[step+" "+unit] = true
			return err
		})
	})
	return steps
}

// beginMerger opens the round of 2019, with somebody in each village.
func (f *flow) beginMerger() {
	f.Today, f.made, f.until = "2019-09-15", 0, "2019-12-31"
	f.book = readBook(f.T.(*testing.T), "review-2016")
	f.ends.late = map[area.ID][]area.ID{}
	f.empty()
	for i, v := range []area.ID{banMot, banHai, householdtest.Khu1, householdtest.Khu2, householdtest.BanOn, householdtest.BanTan} {
		f.Family(v, "2016-02-01", []string{"Lương Văn Một", "Lương Thị Hai", "Vi Văn Ba", "Hà Thị Bốn", "Lò Văn Năm", "Ngân Thị Sáu"}[i]+", male, 1970")
	}
	old := f.Family(banMot, "2016-02-01", "Hà Văn Cũ, male, 1960").ID
	before := f.bureau.open(review.Opening{Year: 2018})
	f.form(before.ID, old, review.Survey, true)
	if err := f.s.Close(ctx, "operator", before.ID, before.Rev, "năm trước"); err != nil {
		f.T.Fatal(err)
	}
	f.round = f.bureau.open(review.Opening{Year: 2019}).ID
	// Those of the other communes of the province play no part.
	err := f.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from dossier where unit_id not in ($1, $2, $3)`, string(tenTan), string(householdtest.Township), string(householdtest.TamChung))
		return err
	})
	if err != nil {
		f.T.Fatal(err)
	}
	f.at(tenTan)
}

// A commune ends while its round and those of its successors stand wherever
// they stand: what was done in a village goes along, nobody is lost, nothing
// closed changes, and the right people bring every dossier to its end.
func TestNoOrderOfActionsBreaksAMerger(t *testing.T) {
	for name, divided := range map[string]bool{"whole": false, "divided": true} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) { manyMergers(t, d, divided) })
		})
	}
}

func manyMergers(t *testing.T, d *db.DB, divided bool) {
	f := &flow{council: newCouncil(t, d, 2017), ends: &ending{divided: divided, people: map[area.ID][2]string{
		householdtest.Township: {"cán bộ thị trấn", "chủ tịch thị trấn"}, householdtest.TamChung: {"cán bộ Tam Chung", "chủ tịch Tam Chung"}}}}
	f.withTenTan(divided)
	f.people = f.council.people(tenTan, banMot, banHai)
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 8 || d.Engine == db.Postgres && checks > 2 {
			return
		}
		f.fatalf = t.Fatalf
		f.beginMerger()
		f.at(rapid.SampledFrom([]area.ID{householdtest.Township, householdtest.TamChung}).Draw(t, "the other"))
		for range rapid.IntRange(0, 50).Draw(t, "the other's way") {
			f.advance(t)
		}
		if f.stateOf(tenTan) != dossier.PassedOn {
			f.at(tenTan)
		}
		for range rapid.IntRange(0, 40).Draw(t, "on its way") {
			f.advance(t)
			f.passOn(t)
		}
		f.randomly(t)
		if f.Today < "2019-12-02" {
			f.Today = "2019-12-02"
			f.passOn(t)
			f.randomly(t)
		}
		f.finish(t)
		for _, commune := range f.living() {
			f.at(commune)
			f.finish(t)
		}
	})
}
