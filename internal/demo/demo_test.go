package demo

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/vn"
	"giamngheo/law"
)

const province = "TH"

func lawTree(t testing.TB) *area.Tree {
	t.Helper()
	tree, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// empty is a database as a new installation has it: migrated, with the areas
// of the law.
func empty(t testing.TB, d *db.DB) Deps {
	t.Helper()
	tree := lawTree(t)
	if err := d.Write(context.Background(), func(tx *db.Tx) error { return area.Save(tx, province, tree.Versions()) }); err != nil {
		t.Fatal(err)
	}
	return Deps{DB: d, Province: province, Law: standard.Law(), Tree: func() *area.Tree { return tree }}
}

// installation is a filled demo with the stores of the program.
type installation struct {
	*testing.T
	households int
	deps       Deps
	tree       *area.Tree
	homes      *household.Store
	reviews    *review.Store
}

func filledDemo(t *testing.T, d *db.DB, o Options) *installation {
	t.Helper()
	deps := empty(t, d)
	if err := Fill(context.Background(), deps, o); err != nil {
		t.Fatal(err)
	}
	tree, err := area.Read(context.Background(), d, province, deps.Tree())
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return instant(today) }
	i := &installation{T: t, households: o.Households, deps: deps, tree: tree}
	i.homes = &household.Store{DB: d, Province: province, Now: now, Tree: func() *area.Tree { return tree }}
	i.reviews = &review.Store{DB: d, Province: province, Now: now, Tree: i.homes.Tree, Law: deps.Law, Households: i.homes}
	return i
}

func (i *installation) read(f func(tx *db.Tx) error) {
	i.Helper()
	if err := i.deps.DB.Read(context.Background(), f); err != nil {
		i.Fatal(err)
	}
}

// number reads one number; the first argument is the province.
func (i *installation) number(query string, args ...any) (n int) {
	i.Helper()
	i.read(func(tx *db.Tx) error { return tx.Get(query, append([]any{province}, args...), &n) })
	return n
}

// none fails where the query finds rows that may not be.
func (i *installation) none(what, query string, args ...any) {
	i.Helper()
	if n := i.number(`select count(*) from (`+query+`) found`, args...); n > 0 {
		i.Errorf("%s: %d", what, n)
	}
}

// published is the province as the file has it, for a demo of n households.
func published(t testing.TB, n int) [years]figure {
	t.Helper()
	d, err := ownData()
	if err != nil {
		t.Fatal(err)
	}
	var out [years]figure
	for y, f := range d.figures {
		part := func(k int) int { return int(math.Round(float64(k) * float64(n) / float64(d.figures[0].households))) }
		out[y] = figure{year: f.year, households: part(f.households), poor: part(f.poor), near: part(f.near)}
	}
	return out
}

func TestTheFirstYearsFigures(t *testing.T) {
	for n, want := range map[int]figure{954000: {households: 964800, poor: 105855, near: 96096}, 20000: {households: 20226, poor: 2219, near: 2015}, 300: {households: 303, poor: 33, near: 30}} {
		got := published(t, n)[1]
		got.year = 0
		if got != want {
			t.Errorf("2016 of %d households: %+v, not %+v", n, got, want)
		}
	}
}

func TestEveryYearHasExactlyTheScaledTotals(t *testing.T) {
	for _, o := range []Options{{Households: 300, Seed: 1}, {Households: 777, Seed: 42}, {Households: 2600, Seed: 7}, {Households: 16100, Seed: 3}} {
		t.Run(fmt.Sprint(o.Households), func(t *testing.T) {
			i := filledDemo(t, dbtest.SQLite(t), o)
			i.checkTotals(o)
			i.checkVillages()
		})
	}
}

func (i *installation) checkTotals(o Options) {
	i.Helper()
	for y, want := range published(i, o.Households) {
		round := fmt.Sprint(firstYear + y)
		got := figure{year: want.year}
		got.households = i.number(`select count(*) from residence where province_id = $1 and from_day <= $2 and to_day > $2`, countDay(y))
		for class, into := range map[string]*int{"poor": &got.poor, "near_poor": &got.near} {
			*into = i.number(`select count(*) from assessment_in_force f join classification c on c.province_id = f.province_id and c.assessment_id = f.assessment_id and c.official = 1
				where f.province_id = $1 and f.round_id = $2 and c.class = $3`, round, class)
		}
		if got != want {
			i.Errorf("%s: %+v, not %+v", round, got, want)
		}
		i.none("households surveyed that did not live there", `select 1 from assessment a where a.province_id = $1 and a.round_id = $2 and not exists
			(select 1 from residence r where r.province_id = a.province_id and r.household_id = a.household_id and r.village_id = a.village_id and r.from_day <= $3 and r.to_day > $3)`, round, countDay(y))
		i.none("households surveyed twice", `select household_id from assessment where province_id = $1 and round_id = $2 group by household_id having count(*) > 1`, round)
		i.none("assessments without exactly one class", `select a.id from assessment a left join classification c on c.province_id = a.province_id and c.assessment_id = a.id
			where a.province_id = $1 and a.round_id = $2 group by a.id having count(c.class) <> 1`, round)
		if y > 0 {
			i.none("poor or near-poor who were not surveyed the year after, though they still live there", `select a.household_id from assessment a
				join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.class in ('poor', 'near_poor')
				join residence r on r.province_id = a.province_id and r.household_id = a.household_id and r.from_day <= $3 and r.to_day > $3
				where a.province_id = $1 and a.round_id = $2 and not exists (select 1 from assessment n where n.province_id = a.province_id and n.round_id = $4 and n.household_id = a.household_id)`,
				fmt.Sprint(firstYear+y-1), countDay(y), round)
		}
	}
}

func (i *installation) checkVillages() {
	i.Helper()
	for y := range years {
		i.none("villages under 25 households at the end of "+countDay(y), `select village_id from residence where province_id = $1 and from_day <= $2 and to_day > $2 group by village_id having count(*) < 25`, countDay(y))
	}
	for _, day := range []string{"2016-01-01", "2017-05-01", "2019-12-01", "2020-06-01", today, "2025-01-01", "2025-07-01"} {
		if lost := i.tree.UnplacedVillages(day); len(lost) > 0 {
			i.Errorf("%d villages lie nowhere on %s, among them %s", len(lost), day, lost[0].Area)
		}
		names := map[string]bool{}
		for _, v := range i.tree.OfLevel(i.tree.Roots(day)[0].Area, day, area.Village) {
			key := string(v.Parent) + v.FullName
			if names[key] {
				i.Errorf("%s: two villages %s in %s", day, v.FullName, v.Parent)
			}
			names[key] = true
		}
	}
}

func TestTheDemoIsConsistent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := Options{Households: 500, Seed: 5}
		i := filledDemo(t, d, o)
		i.checkTotals(o)
		i.checkVillages()
		i.checkHouseholds()
		i.checkPersons()
		i.checkAssessments()
		i.checkFrozen()
		if err := journal.SealRest(context.Background(), d, province, time.Now); err != nil {
			t.Fatal(err)
		}
		if err := journal.Verify(context.Background(), d, province); err != nil {
			t.Error(err)
		}
		if n := i.number(`select count(*) from journal where province_id = $1 and action = 'household.demo'`); n != 1 {
			t.Errorf("%d entries tell of the fill", n)
		}
	})
}

// checkHouseholds: what stands in the row of a household is what the dated
// tables say.
func (i *installation) checkHouseholds() {
	i.Helper()
	scope := i.tree.Operator(province, today)
	list, _, err := i.homes.List(context.Background(), scope, household.Filter{Limit: 100000})
	if err != nil {
		i.Fatal(err)
	}
	if want := published(i, i.households)[years-1].households; len(list) != want {
		i.Errorf("%d households live there today, not %d", len(list), want)
	}
	i.read(func(tx *db.Tx) error {
		for _, h := range list {
			members, err := i.homes.MembersOn(tx, h.ID, today)
			if err != nil {
				return err
			}
			heads := 0
			for _, m := range members {
				if m.Relation != "head" {
					continue
				}
				heads++
				key := ""
				if err := tx.Get(`select head_key from household where province_id = $1 and id = $2`, []any{province, string(h.ID)}, &key); err != nil {
					return err
				}
				if h.HeadID != m.ID || h.Ethnic != m.Ethnic || key != household.HeadKey(m.FullName, m.Birth) {
					i.Errorf("%s: head %s of %s, key %s; the members say %s, %s", h.Code, h.HeadID, h.Ethnic, key, m.ID, m.Ethnic)
				}
			}
			if heads != 1 || h.Size != len(members) {
				i.Errorf("%s: %d heads, size %d of %d members", h.Code, heads, h.Size, len(members))
			}
			homes, err := i.homes.Residences(tx, h.ID)
			if err != nil {
				return err
			}
			for k, r := range homes {
				if k > 0 && homes[k-1].To != r.From || k == 0 && r.From != h.From || k == len(homes)-1 && (r.To != h.To || r.VillageID != h.VillageID) {
					i.Errorf("%s: residences %+v", h.Code, homes)
				}
			}
		}
		return nil
	})
	i.none("ended households with members", `select m.person_id from membership m join household h on h.province_id = m.province_id and h.id = m.household_id
		where m.province_id = $1 and h.to_day < '9999' and m.to_day > h.to_day`)
	i.none("ended households without a reason", `select id from household where province_id = $1 and (to_day < '9999') <> (end_kind <> '')`)
	i.none("splits from nowhere", `select id from household h where h.province_id = $1 and h.split_from is not null and not exists (select 1 from household o where o.province_id = h.province_id and o.id = h.split_from)`)
	for _, kind := range []string{"split", "moved_in"} {
		if i.number(`select count(*) from residence where province_id = $1 and from_kind = $2`, kind) == 0 {
			i.Errorf("no household came by %s", kind)
		}
	}
	if n := i.number(`select value from counter where province_id = $1 and name = 'household'`); n != i.number(`select count(*) from household where province_id = $1`) {
		i.Errorf("the counter of codes stands at %d", n)
	}
}

func (i *installation) checkPersons() {
	i.Helper()
	i.none("persons with no membership, or two at once", `select p.id from person p left join membership m on m.province_id = p.province_id and m.person_id = p.id and m.to_day = '9999-12-31'
		where p.province_id = $1 group by p.id, p.household_id having count(m.person_id) <> case when p.household_id is null then 0 else 1 end`)
	i.none("memberships that overlap or run backwards", `select 1 from membership a left join membership b on b.province_id = a.province_id and b.person_id = a.person_id and b.from_day > a.from_day
		where a.province_id = $1 and (a.from_day >= a.to_day or a.to_day > b.from_day)`)
	i.none("persons who joined before they were born", `select 1 from membership m join person p on p.province_id = m.province_id and p.id = m.person_id where m.province_id = $1 and p.birth > m.from_day`)
	i.none("numbers of two people that nobody asks about", `select p.national_id from person p where p.province_id = $1 and p.national_id <> '' group by p.national_id having count(*) > 1
		and not exists (select 1 from duplicate_pair d join person q on q.province_id = d.province_id and q.id = d.person_a where q.national_id = p.national_id)`)
	i.none("pairs that hold different numbers", `select 1 from duplicate_pair d join person a on a.province_id = d.province_id and a.id = d.person_a join person b on b.province_id = d.province_id and b.id = d.person_b
		where d.province_id = $1 and (a.national_id <> b.national_id or a.id >= b.id)`)
	ages := map[string]int{}
	i.read(func(tx *db.Tx) error {
		return tx.Each(`select full_name, folded, birth, sex, national_id, ethnic, death_day from person where province_id = $1`, []any{province}, func(r *sql.Rows) error {
			var p household.Person
			var folded string
			if err := r.Scan(&p.FullName, &folded, &p.Birth, &p.Sex, &p.NationalID, &p.Ethnic, &p.DeathDay); err != nil {
				return err
			}
			if folded != vn.Fold(p.FullName) {
				i.Errorf("%s is folded as %s", p.FullName, folded)
			}
			if p.NationalID != "" && !strings.HasPrefix(p.NationalID, "00") {
				i.Errorf("%s could be a real number", p.NationalID)
			}
			if p.DeathDay == "" {
				ages[p.Birth[:3]]++
			}
			return i.homes.CheckPerson(p, today)
		})
	})
	if ages["201"] < ages["194"] || ages["201"] < ages["193"] {
		i.Errorf("born in each decade: %v: more old people than children", ages)
	}
}

// checkAssessments judges every form again as the program would.
func (i *installation) checkAssessments() {
	i.Helper()
	rounds, err := i.reviews.Rounds(context.Background())
	if err != nil || len(rounds) != years {
		i.Fatal(rounds, err)
	}
	seen := map[household.ID]standard.Class{}
	labels := map[string]int{}
	i.read(func(tx *db.Tx) error {
		for y, round := range rounds {
			planned := review.Opening{Year: round.Year}
			if wantDay := "2016-01-01"; y == 0 && round.BoundaryDay != wantDay {
				i.Errorf("boundaries of %d: %s, not %s", planned.Year, round.BoundaryDay, wantDay)
			}
			if open := round.State == review.Open; open != (round.Year == lastYear) {
				i.Errorf("%s is %s", round.ID, round.State)
			}
			set, err := i.deps.Law.ByID(round.Standard)
			if err != nil {
				return err
			}
			judged := map[household.ID]standard.Class{}
			// Households that have left are in no scope; read by their rows.
			var ids []household.ID
			err = tx.Each(`select household_id from assessment where province_id = $1 and round_id = $2`, []any{province, round.ID}, func(r *sql.Rows) error {
				var id household.ID
				err := r.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil {
				return err
			}
			for _, id := range ids {
				a, _, err := i.reviews.InForce(tx, id, round.ID)
				if err != nil {
					return err
				}
				if err := i.checkOne(tx, round, set, a, seen[id]); err != nil {
					return err
				}
				judged[id] = a.Class
				labels[a.Label]++
			}
			for id, class := range judged {
				seen[id] = class
			}
		}
		return nil
	})
	i.none("surveyed before the household was there", `select a.id from assessment a join household h on h.province_id = a.province_id and h.id = a.household_id
		where a.province_id = $1 and a.surveyed_on < h.from_day`)
	i.none("surveyed before it lived in the village", `select a.id from assessment a join residence r on r.province_id = a.province_id and r.household_id = a.household_id and r.village_id = a.village_id
		where a.province_id = $1 and a.surveyed_on < r.from_day and substr(a.surveyed_on, 1, 4) = substr(r.from_day, 1, 4)`)
	i.none("surveyed before a member came or was born", `select a.id from assessment a join membership m on m.province_id = a.province_id and m.household_id = a.household_id
		where a.province_id = $1 and a.surveyed_on < m.from_day and substr(a.surveyed_on, 1, 4) = substr(m.from_day, 1, 4)`)
	for _, label := range []string{"N1", "N2", "CN"} {
		if labels[label] == 0 {
			i.Errorf("nobody is %s", label)
		}
	}
}

func (i *installation) checkOne(tx *db.Tx, round review.Round, set *standard.Set, a review.Assessment, before standard.Class) error {
	again, placed := a, a
	if err := again.Judge(set, min(round.CountDay, today)); err != nil {
		return err
	}
	if again.Answers != a.Answers || again.Class != a.Class || again.Label != a.Label || *again.Deprivations != *a.Deprivations || len(again.Warnings) > 0 || a.Ticked != a.Answers {
		i.Errorf("%s %s: stored %s %s %s, judged again %s %s %s, disagreeing in %v", round.ID, a.ID, a.Class, a.Label, a.Answers, again.Class, again.Label, again.Answers, again.Warnings)
	}
	i.reviews.Place(round, &placed)
	if placed.Commune != a.Commune || placed.Area != a.Area {
		i.Errorf("%s %s: in %s, %s; the village lies in %s, %s", round.ID, a.ID, a.Commune, a.Area, placed.Commune, placed.Area)
	}
	if want := transition(before, a.Class); a.Transition != want {
		i.Errorf("%s %s: transition %q, not %q", round.ID, a.ID, a.Transition, want)
	}
	if a.B1 != nil && *a.B1%5 != 0 {
		i.Errorf("%s: %d points", a.ID, *a.B1)
	}
	if poor := a.Class == standard.Poor || a.Class == standard.NearPoor; poor != (len(a.Causes) > 0) {
		i.Errorf("%s is %s with the causes %v", a.ID, a.Class, a.Causes)
	}
	members, err := i.homes.MembersOn(tx, a.Household, min(round.CountDay, today))
	if err != nil {
		return err
	}
	on := map[household.PersonID]string{}
	for _, m := range members {
		on[m.ID] = m.FullName + m.Birth + m.Relation
	}
	for _, m := range a.Roster {
		if on[m.Person] != m.Name+m.Birth+m.Relation {
			i.Errorf("%s %s: %s is on the form as %s, in the registry %q", round.ID, a.ID, m.Person, m.Name+m.Birth+m.Relation, on[m.Person])
		}
	}
	if len(members) != a.Size || len(a.Roster) != a.Size {
		i.Errorf("%s %s: %d members, %d on the form", round.ID, a.ID, len(members), len(a.Roster))
	}
	return nil
}

// dump is everything that a seed decides.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	hash := sha256.New()
	for _, query := range []string{
		`select id || code || village_id || coalesce(head_id, '') || head_key || size || ethnic || policy_groups || from_day || to_day || end_kind || coalesce(split_from, '') from household order by id`,
		`select id || coalesce(household_id, '') || full_name || birth || sex || national_id || death_day from person order by id`,
		`select household_id || person_id || from_day || to_day || relation || from_kind || to_kind from membership order by household_id, person_id, from_day`,
		`select household_id || from_day || to_day || village_id from residence order by household_id, from_day`,
		`select id || household_id || coalesce(b1, 0) || answers || causes || roster || detail || surveyor || surveyed_on || recorded_at from assessment order by id`,
		`select assessment_id || class || label || transition from classification order by assessment_id`,
		`select id || at || action || record_id || changes from journal where household_id is not null order by id`,
		`select area_id || from_day || to_day || name || path from area_version where level = 'village' order by area_id, from_day`,
		`select id || unit_id || state || coalesce(handed_in_at, 0) || rev from dossier order by id`,
		`select id || dossier_id || at || action || step || unit_id || reason from dossier_event order by id`,
		`select dossier_id || step || unit_id || done_at from dossier_step order by dossier_id, step, unit_id`,
		`select id || village_id || state || chair || people from meeting order by id`,
		`select id || number || token || words || coalesce(household_id, '') from complaint order by id`,
		`select decision_id || household_id || class from decision_item order by decision_id, household_id`,
		`select id || household_id || number || withdrawn_on from certificate order by id`,
		`select person_a || person_b from duplicate_pair order by person_a, person_b`,
	} {
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Each(query, nil, func(r *sql.Rows) error {
				var line string
				err := r.Scan(&line)
				fmt.Fprintln(hash, line)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestTheSameSeedMakesTheSameProvince(t *testing.T) {
	make := func(o Options) string {
		d := dbtest.SQLite(t)
		filledDemo(t, d, o)
		return dump(t, d)
	}
	first := make(Options{Households: 600, Seed: 9})
	if again := make(Options{Households: 600, Seed: 9}); again != first {
		t.Error("twice the same seed, two provinces")
	}
	if other := make(Options{Households: 600, Seed: 10}); other == first {
		t.Error("two seeds, one province")
	}
}

func TestInPiecesIsTheSameAsAtOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	filledDemo(t, d, Options{Households: 600, Seed: 9})
	other := dbtest.SQLite(t)
	if err := fillInPieces(context.Background(), empty(t, other), Options{Households: 600, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	if dump(t, d) != dump(t, other) {
		t.Error("the pieces give another province")
	}
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fmt.Sprint(err)
}

func TestWhatIsNotADemoIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		deps := empty(t, d)
		ctx := context.Background()
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into round (province_id, id, kind, year, standard, count_day, boundary_day, class_from, state, opened_at) values ($1, '2024', 'yearly', 2024, 'VN-2022', '2024-12-31', '2024-12-31', '2025-01-01', 'open', 0)`, province)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := Fill(ctx, deps, Options{Households: 300}); code(err) != "not_a_demo" {
			t.Error("a database with a round:", err)
		}
	})
}

func TestAFilledDemoIsUsedAgain(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	deps := empty(t, d)
	for range 2 {
		if err := Fill(ctx, deps, Options{Households: 300, Seed: 2}); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []Options{{Households: 301, Seed: 2}, {Households: 300, Seed: 3}} {
		if err := Fill(ctx, deps, o); code(err) != "demo_other" {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, n := range []int{-1, 0, Least - 1, Most + 1} {
		if err := Fill(ctx, deps, Options{Households: n}); fault.Of(err) != fault.Invalid {
			t.Errorf("%d households: %v", n, err)
		}
	}
}

func TestAnInterruptedFillIsNoDemo(t *testing.T) {
	interrupted := func(fill func(context.Context, Deps, Options) error) (Deps, error) {
		deps := empty(t, dbtest.SQLite(t))
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		return deps, fill(ctx, deps, Options{Households: 16000, Progress: func(done, _ int) { cancel() }})
	}
	deps, err := interrupted(fillTogether)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := Fill(context.Background(), deps, Options{Households: 300}); err != nil {
		t.Error("after a fill that left nothing behind:", err)
	}
	deps, err = interrupted(fillInPieces)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := Fill(context.Background(), deps, Options{Households: 300}); code(err) != "demo_half_filled" {
		t.Error("after half a fill:", err)
	}
}

func TestTheAssumedFigureIsNamed(t *testing.T) {
	if note := Note(); !strings.Contains(note, "2015") || strings.Contains(note, "{") {
		t.Error(note)
	}
	if d, err := ownData(); err != nil || !d.figures[0].assumed || d.figures[1].assumed || d.poverty.Confirmed || d.poverty.Assumed[0].Confirmed {
		t.Error("the near-poor of 2015 must be marked as assumed", err)
	}
}

func BenchmarkFill(b *testing.B) {
	rows := 0
	for b.Loop() {
		b.StopTimer()
		d := dbtest.SQLite(b)
		deps := empty(b, d)
		b.StartTimer()
		if err := Fill(context.Background(), deps, Options{Households: 20000, Seed: 1}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		d.Read(context.Background(), func(tx *db.Tx) error {
			for _, table := range []string{"household", "person", "membership", "residence", "assessment", "classification", "journal"} {
				var n int
				if err := tx.Get(`select count(*) from `+table, nil, &n); err != nil {
					return err
				}
				rows += n
			}
			return nil
		})
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
