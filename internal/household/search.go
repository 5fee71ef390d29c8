package household

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// mostAreas is how many areas a search offers beside the households.
const mostAreas = 8

// Found is what a search found within the reader's scope. Elsewhere says that
// the whole ID number or household code that was typed is held by a household
// outside it, and no more than that.
type Found struct {
	Hits      []Hit
	Areas     []area.Version
	Elsewhere bool
}

// Hit is a household and who of it was meant. To a department a hit shows
// code, head and village; whoever is not the head is not named to it.
type Hit struct {
	Household Household
	Whole     bool // all fields are filled, not only what a department sees
	Member    Person
}

// Search answers what people type: names by the beginnings of their words, in
// any order, with or without diacritics; ID numbers from four digits; the
// printed code; areas by their names; «nguyen van a, muong lat» a name in a
// village, commune or district, without the comma too where nobody is called so;
// who lives in a place by its name alone.
func (s *Store) Search(ctx context.Context, scope area.Scope, typed string, limit int) (Found, error) {
	var found Found
	who, where, inPlace := strings.Cut(typed, ",")
	places := s.places.of(s.Tree(), s.today())
	if !inPlace {
		found.Areas = places.beginning(vn.Fold(who), scope, mostAreas)
	}
	if code, ok := s.parseCode(who); ok {
		err := s.byCode(ctx, scope, code, &found)
		return found, err
	}
	q := ParseQuery(who)
	if q.Empty() {
		return found, nil
	}
	if !s.Names.Ready() {
		return found, fault.New(fault.Busy, "names_loading", text.T("household.names_loading"))
	}
	tree, today := s.Tree(), s.today()
	covers := func(village area.ID) bool {
		v, ok := tree.On(village, today)
		if !ok {
			return false
		}
		fields, covered := scope.FieldsAt(v.Path)
		return covered && fields != area.FieldsNone
	}
	ids := s.Names.Find(q, covers, places.in(scope, vn.Words(vn.Fold(where))), limit)
	if len(ids) == 0 && !inPlace && q.digits == "" {
		q, ids = s.inNamedPlace(places, scope, q, covers, limit)
	}
	if err := s.fill(ctx, scope, q, ids, &found); err != nil {
		return found, err
	}
	if len(found.Hits) == 0 && ValidNationalID(q.digits) && !inPlace && scope.Fields().Has(area.FieldHousehold) {
		err := s.byNationalID(ctx, scope, q, &found)
		return found, err
	}
	return found, nil
}

// inNamedPlace looks again for what nobody is called: the last words, at most
// all of them, may name a village or what it lies in.
func (s *Store) inNamedPlace(places *places, scope area.Scope, q Query, covers func(area.ID) bool, limit int) (Query, []ID) {
	if len(q.words) > mostPlaceWords {
		return q, nil
	}
	for at := len(q.words) - 1; at > 0; at-- {
		villages := places.called(scope, q.words[at:])
		if len(villages) == 0 {
			continue
		}
		who := Query{words: q.words[:at]}
		if ids := s.Names.Find(who, covers, villages, limit); len(ids) > 0 {
			return who, ids
		}
	}
	return anybody(), s.Names.In(places.called(scope, q.words), limit)
}

// mostPlaceWords bounds how often a search is tried again.
const mostPlaceWords = 8

// fill reads the households found, and marks the members that were meant.
func (s *Store) fill(ctx context.Context, scope area.Scope, q Query, ids []ID, found *Found) error {
	whole, err := s.FindMany(ctx, scope, ids)
	if err != nil {
		return err
	}
	byID := map[ID]Hit{}
	var rest []ID
	for _, h := range whole {
		byID[h.ID] = Hit{Household: h, Whole: true}
	}
	for _, id := range ids {
		if _, ok := byID[id]; !ok {
			rest = append(rest, id)
		}
	}
	if err := s.meant(ctx, q, whole, byID); err != nil {
		return err
	}
	if q.digits == "" && len(rest) > 0 { // a department knows no ID numbers
		headings, err := s.FindHeadings(ctx, scope, rest)
		if err != nil {
			return err
		}
		for _, h := range headings {
			if q.Matches(vn.Fold(h.HeadName), "") {
				byID[h.ID] = Hit{Household: Household{ID: h.ID, Code: h.Code, VillageID: h.VillageID, HeadName: h.HeadName}, Member: Person{FullName: h.HeadName}}
			}
		}
	}
	for _, id := range ids {
		if hit, ok := byID[id]; ok {
			found.Hits = append(found.Hits, hit)
		}
	}
	return nil
}

// meant finds the member of each household who fits, the head before others.
// One who has changed since the index was refreshed takes the household out.
func (s *Store) meant(ctx context.Context, q Query, list []Household, byID map[ID]Hit) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		for part := range slices.Chunk(list, 500) {
			args := []any{s.Province}
			for _, h := range part {
				args = append(args, string(h.ID))
			}
			err := tx.Each(`select p.id, p.household_id, p.full_name, p.folded, p.sex, p.birth, p.national_id from membership m
				join person p on p.province_id = m.province_id and p.id = m.person_id and p.household_id = m.household_id
				where m.province_id = $1 and m.to_day = '`+Far+`' and m.household_id in (`+db.Marks(2, len(part))+`)
				order by case m.relation when 'head' then 0 else 1 end, p.id`, args, func(r *sql.Rows) error {
				var p Person
				var folded string
				if err := r.Scan(&p.ID, &p.HouseholdID, &p.FullName, &folded, &p.Sex, &p.Birth, &p.NationalID); err != nil {
					return err
				}
				if hit := byID[p.HouseholdID]; hit.Member.ID == "" && q.Matches(folded, p.NationalID) {
					hit.Member = p
					byID[p.HouseholdID] = hit
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		for id, hit := range byID {
			if hit.Member.ID == "" {
				delete(byID, id)
			}
		}
		return nil
	})
}

// parseCode reads a printed code as people type it: with or without dashes,
// small letters, leading zeros.
func (s *Store) parseCode(typed string) (string, bool) {
	folded := strings.ToUpper(strings.ReplaceAll(vn.Fold(typed), " ", ""))
	digits, ok := strings.CutPrefix(folded, strings.ToUpper(s.Province))
	if !ok || digits == "" || len(digits) > 12 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	n := int64(0)
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	return FormatCode(s.Province, n), true
}

func (s *Store) byCode(ctx context.Context, scope area.Scope, code string, found *Found) error {
	var id ID
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select id from household where province_id = $1 and code = $2`, []any{s.Province, code}, func(r *sql.Rows) error { return r.Scan(&id) })
	})
	if err != nil || id == "" {
		return err
	}
	whole, err := s.FindMany(ctx, scope, []ID{id})
	if err != nil {
		return err
	}
	if len(whole) == 1 {
		found.Hits = []Hit{{Household: whole[0], Whole: true, Member: Person{ID: whole[0].HeadID, FullName: whole[0].HeadName, Birth: whole[0].HeadBirth}}}
		return nil
	}
	headings, err := s.FindHeadings(ctx, scope, []ID{id})
	for _, h := range headings {
		found.Hits = []Hit{{Household: Household{ID: h.ID, Code: h.Code, VillageID: h.VillageID, HeadName: h.HeadName}, Member: Person{FullName: h.HeadName}}}
	}
	found.Elsewhere = len(found.Hits) == 0
	return err
}

// byNationalID looks for a whole ID number that the index does not have in
// the scope: written down this moment, or held elsewhere.
func (s *Store) byNationalID(ctx context.Context, scope area.Scope, q Query, found *Found) error {
	var ids []ID
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select p.household_id from person p join household h on h.province_id = p.province_id and h.id = p.household_id
			where p.province_id = $1 and p.national_id = $2`, []any{s.Province, q.digits}, func(r *sql.Rows) error {
			var id ID
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	if err != nil {
		return err
	}
	err = s.fill(ctx, scope, q, ids, found)
	found.Elsewhere = len(ids) > 0 && len(found.Hits) == 0
	return err
}
