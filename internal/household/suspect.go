package household

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/journal"
	"giamngheo/internal/vn"
)

// People gives who lived in the area on a day and whose household is in the
// reader's scope today, as records to compare. ID is the person's.
func (s *Store) People(ctx context.Context, scope area.Scope, root area.ID, day string) (list []duplicate.Person, err error) {
	if err := scope.Check(s.Tree(), root); err != nil {
		return nil, err
	}
	v, ok := s.Tree().On(root, day)
	if !ok {
		if v, ok = s.Tree().On(root, s.today()); !ok {
			return nil, notFound()
		}
		day = s.today()
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		args := []any{s.Province, s.today(), day}
		inScope := scope.PathSQLFor("now.path", area.FieldHousehold, &args)
		inArea := area.PathSQL("v.path", v.Path, &args)
		if day == s.today() { // where they live stands with the household, and leads to it
			inArea += " and h.village_id = r.village_id"
		}
		return tx.Each(`select p.id, p.full_name, p.birth, p.sex, p.national_id, r.village_id
			from residence r
			join area_version v on v.province_id = r.province_id and v.area_id = r.village_id and v.from_day <= $3 and v.to_day > $3
			join household h on h.province_id = r.province_id and h.id = r.household_id
			join area_version now on now.province_id = h.province_id and now.area_id = h.village_id and now.from_day <= $2 and now.to_day > $2
			join membership m on m.province_id = r.province_id and m.household_id = r.household_id and m.from_day <= $3 and m.to_day > $3
			join person p on p.province_id = m.province_id and p.id = m.person_id
			where r.province_id = $1 and r.from_day <= $3 and r.to_day > $3 and `+inArea+` and `+inScope+` order by p.id`, args, func(r *sql.Rows) error {
			one, err := scanRecord(r)
			list = append(list, one)
			return err
		})
	})
	return list, err
}

// Record is a person as a record to compare.
func Record(p Person, village area.ID) duplicate.Person {
	r := duplicate.Person{ID: string(p.ID), FullName: p.FullName, Birth: vn.Day(p.Birth), NationalID: p.NationalID, Village: string(village)}
	switch p.Sex {
	case "male":
		r.Sex = duplicate.Male
	case "female":
		r.Sex = duplicate.Female
	}
	return r
}

// mostAtOnce is how many people are held in memory and compared at once.
const mostAtOnce = 300_000

// SearchUnits are the areas that are searched one by one: one, or of a province
// that is too large its districts (communes where there are none). Between
// those, SharedNumbers gives who has one number.
func (s *Store) SearchUnits(ctx context.Context, root area.ID) (units []area.ID, err error) {
	v, ok := s.Tree().On(root, s.today())
	if !ok || v.Level != area.Province {
		return []area.ID{root}, nil
	}
	n := 0
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select count(*) from person where province_id = $1 and household_id is not null`, []any{s.Province}, &n)
	})
	if err != nil || n <= mostAtOnce {
		return []area.ID{root}, err
	}
	for _, unit := range s.Tree().Children(root, s.today()) {
		units = append(units, unit.Area)
	}
	return units, nil
}

// SharedNumbers gives the people of the scope, living somewhere today, whose ID number
// stands for somebody else too.
func (s *Store) SharedNumbers(ctx context.Context, scope area.Scope) (list []duplicate.Person, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		args := []any{s.Province, s.today()}
		inScope := scope.PathSQLFor("v.path", area.FieldHousehold, &args)
		return tx.Each(`select p.id, p.full_name, p.birth, p.sex, p.national_id, h.village_id
			from (select national_id from person where province_id = $1 and national_id <> '' and household_id is not null group by national_id having count(*) > 1) n
			join person p on p.province_id = $1 and p.national_id = n.national_id
			join household h on h.province_id = p.province_id and h.id = p.household_id and h.to_day = '`+Far+`'
			join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
			where `+inScope+` order by p.id`, args, func(r *sql.Rows) error {
			one, err := scanRecord(r)
			list = append(list, one)
			return err
		})
	})
	return list, err
}

func scanRecord(r *sql.Rows) (duplicate.Person, error) {
	var p Person
	var village area.ID
	err := r.Scan(&p.ID, &p.FullName, &p.Birth, &p.Sex, &p.NationalID, &village)
	return Record(p, village), err
}

// OfOneNumber leaves the pairs that share a number and live in two of the units;
// those within one were found there.
func (s *Store) OfOneNumber(units []area.ID, people []duplicate.Person, pairs []duplicate.Pair) (across []duplicate.Pair) {
	unit := func(i int) area.ID {
		for _, u := range units {
			if v, ok := s.Tree().On(area.ID(people[i].Village), s.today()); ok && slices.Contains(v.Ancestors(), u) {
				return u
			}
		}
		return ""
	}
	for _, p := range pairs {
		if slices.Contains(p.Reasons, duplicate.SameNumber) && unit(p.A) != unit(p.B) {
			across = append(across, p)
		}
	}
	return across
}

// Undecided leaves out the pairs that people have found to be two.
func (s *Store) Undecided(ctx context.Context, people []duplicate.Person, pairs []duplicate.Pair) ([]duplicate.Pair, error) {
	two := map[[2]string]bool{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select person_a, person_b from duplicate_pair where province_id = $1 and state = $2`, []any{s.Province, PairDifferent}, func(r *sql.Rows) error {
			var p [2]string
			err := r.Scan(&p[0], &p[1])
			two[p] = true
			return err
		})
	})
	var left []duplicate.Pair
	for _, p := range pairs {
		a, b := people[p.A].ID, people[p.B].ID
		if !two[[2]string{min(a, b), max(a, b)}] {
			left = append(left, p)
		}
	}
	return left, err
}

// Searched is what a search for suspected pairs did.
type Searched struct {
	People int
	Found  int // pairs above the threshold, decided ones left out
	Fresh  int // of those, never seen before
	Gone   int // open ones that no longer look alike
}

// The stages of a search, for who waits.
const (
	StageReading   = "reading"
	StageComparing = "comparing"
	StageWriting   = "writing"
)

// Suspect looks for people of an area who may have been written down twice, and
// puts the pairs into the queue. What people decided on stays decided. It takes
// nobody off any list. told hears the stage, and how many units of all are done.
func (s *Store) Suspect(ctx context.Context, by Actor, root area.ID, told func(stage string, done, all int)) (whole Searched, err error) {
	if err := by.Scope.Check(s.Tree(), root); err != nil {
		return whole, err
	}
	units, err := s.SearchUnits(ctx, root)
	if err != nil {
		return whole, err
	}
	for i, unit := range units {
		one, err := s.suspectIn(ctx, by, unit, func(stage string) { told(stage, i, len(units)) })
		if err != nil {
			return whole, err
		}
		whole.People += one.People
		whole.Found += one.Found
		whole.Fresh += one.Fresh
		whole.Gone += one.Gone
	}
	if len(units) == 1 {
		return whole, nil
	}
	people, err := s.SharedNumbers(ctx, by.Scope)
	if err != nil {
		return whole, err
	}
	pairs, err := s.Undecided(ctx, people, s.OfOneNumber(units, people, duplicate.Find(people)))
	if err != nil {
		return whole, err
	}
	err = s.writePairs(ctx, by, root, people, pairs, false, &whole)
	return whole, err
}

// atOnce is how many pairs are written in one transaction.
const atOnce = 1000

func (s *Store) suspectIn(ctx context.Context, by Actor, root area.ID, stage func(string)) (done Searched, err error) {
	stage(StageReading)
	people, err := s.People(ctx, by.Scope, root, s.today())
	if err != nil {
		return done, err
	}
	done.People = len(people)
	stage(StageComparing)
	pairs, err := s.Undecided(ctx, people, duplicate.Find(people))
	if err != nil {
		return done, err
	}
	if err := ctx.Err(); err != nil {
		return done, err
	}
	stage(StageWriting)
	err = s.writePairs(ctx, by, root, people, pairs, true, &done)
	return done, err
}

// writePairs queues pairs in pieces. all says that pairs holds all there are
// among the people, so that open ones besides them have come apart.
func (s *Store) writePairs(ctx context.Context, by Actor, root area.ID, people []duplicate.Person, pairs []duplicate.Pair, all bool, done *Searched) error {
	done.Found += len(pairs)
	for from := 0; ; from += atOnce {
		part := pairs[min(from, len(pairs)):min(from+atOnce, len(pairs))]
		last := from+atOnce >= len(pairs)
		fresh, gone := 0, 0
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			fresh, gone = 0, 0
			if fresh, err = s.queue(tx, people, part); err != nil {
				return err
			}
			if last && all {
				if gone, err = s.comeApart(tx, people, pairs); err != nil {
					return err
				}
			}
			return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "household.pairs_search", Kind: "area", Record: string(root), AreaID: string(root),
				Changes: []journal.Change{{Field: "pairs_fresh", To: journal.Value(fresh)}, {Field: "pairs_gone", To: journal.Value(gone)}}})
		})
		if err != nil {
			return err
		}
		done.Fresh += fresh
		done.Gone += gone
		if last {
			return nil
		}
	}
}

// Queue puts suspected pairs into the queue; the caller's journal entry tells of
// it.
func (s *Store) Queue(tx *db.Tx, people []duplicate.Person, pairs []duplicate.Pair) error {
	_, err := s.queue(tx, people, pairs)
	return err
}

// queue writes pairs and says how many are new.
func (s *Store) queue(tx *db.Tx, people []duplicate.Person, pairs []duplicate.Pair) (fresh int, err error) {
	for _, p := range pairs {
		a, b := people[p.A].ID, people[p.B].ID
		reasons := make([]string, len(p.Reasons))
		kind := "alike"
		for i, r := range p.Reasons {
			reasons[i] = string(r)
			if r == duplicate.SameNumber {
				kind = "national_id"
			}
		}
		var state string
		err := tx.Get(`select coalesce(min(state), '') from duplicate_pair where province_id = $1 and person_a = $2 and person_b = $3`, []any{s.Province, min(a, b), max(a, b)}, &state)
		if err != nil {
			return fresh, err
		}
		if state == "" {
			fresh++
		}
		if _, err := tx.Exec(`insert into duplicate_pair (province_id, person_a, person_b, kind, state, found_at, score, reasons) values ($1, $2, $3, $4, $5, $6, $7, $8)
			on conflict (province_id, person_a, person_b) do update set score = excluded.score, reasons = excluded.reasons, kind = excluded.kind,
				state = case when duplicate_pair.state = 'moot' then 'open' else duplicate_pair.state end`,
			s.Province, min(a, b), max(a, b), kind, pairOpen, s.Now().UnixMilli(), int(p.Score*10000), strings.Join(reasons, ",")); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// comeApart lets open pairs go that were compared again and no longer look
// alike: somebody has corrected one of the two.
func (s *Store) comeApart(tx *db.Tx, people []duplicate.Person, pairs []duplicate.Pair) (int, error) {
	compared := make(map[string]bool, len(people))
	for i := range people {
		compared[people[i].ID] = true
	}
	alike := make(map[[2]string]bool, len(pairs))
	for _, p := range pairs {
		a, b := people[p.A].ID, people[p.B].ID
		alike[[2]string{min(a, b), max(a, b)}] = true
	}
	var gone [][2]string
	err := tx.Each(`select person_a, person_b from duplicate_pair where province_id = $1 and state = $2 and kind = 'alike' order by person_a, person_b`, []any{s.Province, pairOpen}, func(r *sql.Rows) error {
		var p [2]string
		err := r.Scan(&p[0], &p[1])
		if compared[p[0]] && compared[p[1]] && !alike[p] {
			gone = append(gone, p)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, p := range gone {
		n, err := tx.Exec(`update duplicate_pair set state = $1 where province_id = $2 and person_a = $3 and person_b = $4`, pairMoot, s.Province, p[0], p[1])
		if err != nil {
			return 0, err
		}
		if n != 1 {
			return 0, fmt.Errorf("pair %v: %d rows", p, n)
		}
	}
	return len(gone), nil
}
