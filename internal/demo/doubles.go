package demo

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/household"
	"giamngheo/internal/vn"
)

// double is a daughter who is written at her husband's too, or somebody there
// who only looks like her.
type double struct {
	Home    bool   // the husband's is in the commune of the demo's officers
	Written string // how the name stands there: as it is, bare or short
	Year    bool   // of the birth only the year is known there
	Joined  string
	Decided string // on this day; "" for not yet
	Same    bool
	Words   string
}

// doubles lets people marry into other households while their parents still
// name them, compares the communes where they live, and decides on some pairs.
func (a *Acting) doubles(ctx context.Context) error {
	had := 0
	err := a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select count(*) from duplicate_pair where province_id = $1`, []any{a.Reviews.Province}, &had)
	})
	if err != nil || had > 0 {
		return err
	}
	verifier, err := a.holder(ctx, a.home.Parent, roleAt(area.District, officer))
	if err != nil || verifier == nil {
		return err
	}
	by := actorFor(verifier, account.RightWriteRegistry)
	homes := []area.Version{a.home}
	for _, c := range a.Reviews.Tree().Children(a.home.Parent, today) {
		if c.Area != a.home.Area {
			homes = append(homes, c)
			break
		}
	}
	daughters, err := a.living(ctx, a.home, `m.relation = 'child' and p.sex = 'female' and p.birth > '1990' and p.birth < '2003' and length(p.birth) = 10`)
	if err != nil {
		return err
	}
	for i, d := range a.file.Doubles {
		at := homes[0]
		if !d.Home {
			at = homes[len(homes)-1]
		}
		heads, err := a.living(ctx, at, `m.relation = 'head' and p.birth > '1955' and p.birth < '1980'`)
		if err != nil {
			return err
		}
		if i >= len(daughters) || i >= len(heads) {
			return nil
		}
		daughter, head := daughters[i], heads[len(heads)-1-i]
		if head.HouseholdID == daughter.HouseholdID {
			continue
		}
		if err := a.marry(ctx, by, d, daughter, head.HouseholdID); err != nil {
			return err
		}
		if err := a.compare(ctx, by, homes, d); err != nil {
			return err
		}
	}
	return nil
}

// marry writes the daughter, as she is written there, into another household.
func (a *Acting) marry(ctx context.Context, by household.Actor, d double, p household.Person, to household.ID) error {
	words := strings.Fields(p.FullName)
	twice := household.Person{FullName: p.FullName, Sex: p.Sex, Birth: p.Birth, Ethnic: p.Ethnic}
	switch {
	case d.Written == "bare":
		for i, w := range strings.Fields(vn.Fold(p.FullName)) {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
		twice.FullName = strings.Join(words, " ")
	case d.Written == "short" && len(words) > 2:
		twice.FullName = words[0] + " " + words[len(words)-1]
	}
	if d.Year {
		twice.Birth = p.Birth[:4]
	}
	day := a.on(d.Joined, 2)
	h, err := a.then.Households.FindByID(ctx, by.Scope, to)
	if err != nil {
		return err
	}
	_, err = a.then.Households.Join(ctx, by, household.Operation{Household: to, Rev: h.Rev, Day: day, Reason: a.file.MarriedIn}, twice, "child")
	return err
}

// compare queues what looks alike in the communes, and decides on what is open
// since somebody joined, where he says what to.
func (a *Acting) compare(ctx context.Context, by household.Actor, communes []area.Version, d double) error {
	s := a.then.Households
	var people []duplicate.Person
	for _, c := range communes {
		list, err := s.People(ctx, by.Scope, c.Area, strconv.Itoa(lastYear)+"-"+d.Joined)
		if err != nil {
			return err
		}
		people = append(people, list...)
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.Queue(tx, people, duplicate.Find(people)) }); err != nil || d.Decided == "" {
		return err
	}
	open, _, err := s.Suspicions(ctx, by.Scope, household.SuspicionFilter{State: household.PairOpen, Limit: 50})
	if err != nil {
		return err
	}
	for _, one := range open {
		if one.FoundAt == a.now.UnixMilli() {
			a.on(d.Decided, 3)
			if err := s.Decide(ctx, by, one.A.ID, one.B.ID, d.Same, d.Words); err != nil {
				return fmt.Errorf("%s: %w", one.A.Person.FullName, err)
			}
			return nil
		}
	}
	return nil
}

// living are people of a commune, by the number of their household.
func (a *Acting) living(ctx context.Context, in area.Version, condition string) (list []household.Person, err error) {
	err = a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		args := []any{a.Reviews.Province, today}
		inside := area.PathSQL("v.path", in.Path, &args)
		return tx.Each(`select p.id, h.id, p.full_name, p.sex, p.birth, p.ethnic from household h
			join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
			join membership m on m.province_id = h.province_id and m.household_id = h.id and m.from_day <= $2 and m.to_day > $2
			join person p on p.province_id = m.province_id and p.id = m.person_id
			where h.province_id = $1 and h.to_day > $2 and `+inside+` and `+condition+` order by h.code, p.id`, args, func(r *sql.Rows) error {
			var p household.Person
			err := r.Scan(&p.ID, &p.HouseholdID, &p.FullName, &p.Sex, &p.Birth, &p.Ethnic)
			list = append(list, p)
			return err
		})
	})
	return list, err
}
