package exchange

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

// part is what the import did to one household.
type part struct {
	id      household.ID
	isNew   bool
	changes []journal.Change
}

// parts reads what one entry of the import tells of.
func (u *undo) parts(tx *db.Tx, entry string) (parts []part, err error) {
	err = tx.Each(`select household_id, is_new, coalesce(changes, '[]') from journal_part where province_id = $1 and journal_id = $2 order by household_id`, []any{u.s.Province, entry}, func(r *sql.Rows) error {
		var p part
		var isNew int
		var changes string
		if err := r.Scan(&p.id, &isNew, &changes); err != nil {
			return err
		}
		if p.isNew = isNew == 1; !p.isNew {
			if err := json.Unmarshal([]byte(changes), &p.changes); err != nil {
				return err
			}
		}
		parts = append(parts, p)
		return nil
	})
	return parts, err
}

// piece stages what takes one entry back.
func (u *undo) piece(tx *db.Tx, entry string) (*piece, error) {
	parts, err := u.parts(tx, entry)
	if err != nil {
		return nil, err
	}
	round, err := u.s.Reviews.Round(tx, u.about.Round)
	if err != nil {
		return nil, err
	}
	out := &piece{households: u.s.Households.NewStaging(u.staging.operation), reviews: u.s.Reviews.NewStaging(round, u.staging.operation, u.by.ID, u.s.Now().UnixMilli()), entry: journal.NewPartEntry()}
	var known []household.ID
	var people []household.PersonID
	for _, p := range parts {
		if p.isNew {
			continue
		}
		known = append(known, p.id)
		for _, c := range p.changes {
			switch c.Kind {
			case "person":
				people = append(people, household.PersonID(c.Record))
			case "membership":
				people = append(people, memberOf(c.Record))
			}
		}
	}
	households, err := u.s.Households.Many(tx, known)
	if err != nil {
		return nil, err
	}
	persons, err := u.s.Households.PersonsOfMany(tx, people)
	if err != nil {
		return nil, err
	}
	if err := u.s.Reviews.TakeBack(tx, out.reviews, round.ID, u.operation, known); err != nil {
		return nil, err
	}
	u.late = u.late || len(known) > 0
	for _, p := range parts {
		u.no++
		u.told.reset()
		u.told.change("operation", OpImport, "", "", "")
		if p.isNew {
			u.told.change("-", "", "", "household", string(p.id))
			out.households.AddGone(p.id, u.no)
		} else {
			u.back(p, households[p.id], persons, out)
		}
		out.entry.Add(journal.Part{HouseholdID: string(p.id), Changes: u.told.changes()})
	}
	return out, nil
}

// memberOf takes the person out of a membership's record: household, person, day.
func memberOf(record string) household.PersonID {
	if parts := strings.Split(record, "|"); len(parts) == 3 {
		return household.PersonID(parts[1])
	}
	return ""
}

// restored is a person of a known household as the import found him, or one
// that it made.
type restored struct {
	household.Member
	made     bool
	relation string // "" where it stays
}

// back stages what takes back what the import did to a household that was
// there. Nothing was done to it since: what stands is what the import wrote.
func (u *undo) back(p part, h household.Household, persons map[household.PersonID]household.Person, out *piece) {
	own, was := false, h
	people := map[household.PersonID]*restored{}
	var order []household.PersonID
	of := func(id household.PersonID) *restored {
		r := people[id]
		if r == nil {
			r = &restored{Member: household.Member{Person: persons[id]}}
			r.HouseholdID = p.id
			people[id] = r
			order = append(order, id)
		}
		return r
	}
	for _, c := range p.changes {
		from := ""
		if c.From != nil {
			from = *c.From
		}
		switch c.Kind {
		case "household":
			own = true
			restoreHousehold(&h, c.Field, from)
		case "person":
			r := of(household.PersonID(c.Record))
			if c.Field == "+" {
				r.made = true
				u.told.change("-", "", "", c.Kind, c.Record)
				continue
			}
			restorePerson(&r.Person, c.Field, from)
		case "membership":
			r := of(memberOf(c.Record))
			if c.Field == "+" {
				u.told.change("-", "", "", c.Kind, c.Record)
				continue
			}
			if c.Field == "relation" && !r.made {
				r.relation, r.From = from, c.Record[strings.LastIndexByte(c.Record, '|')+1:]
			}
		case review.StatedKind:
			out.reviews.AddStated(p.id, false, from)
		default:
			continue
		}
		u.told.all([]journal.Change{{Field: c.Field, From: c.To, To: c.From}}, c.Kind, c.Record)
	}
	what := household.StageTouch
	if own {
		what = household.StageUpdate
	}
	if head := people[h.HeadID]; head != nil {
		h.HeadName, h.HeadBirth = head.FullName, head.Birth
	}
	out.households.AddKnown(household.Staged{Household: h, No: u.no, What: what}, was)
	for _, id := range order {
		if r := people[id]; r.made {
			out.households.RemovePerson(id, p.id)
		} else {
			out.households.AddPerson(r.Member, persons[id], r.relation)
		}
	}
}

func restoreHousehold(h *household.Household, field, from string) {
	switch field {
	case "address":
		h.Address = from
	case "phone":
		h.Phone = from
	case "note":
		h.Note = from
	case "ethnic":
		h.Ethnic = from
	case "policy_groups":
		h.PolicyGroups = splitCodes(from)
	case "size":
		if n, err := strconv.Atoi(from); err == nil {
			h.Size = n
		}
	}
}

func restorePerson(p *household.Person, field, from string) {
	switch field {
	case "full_name":
		p.FullName = from
	case "sex":
		p.Sex = from
	case "birth":
		p.Birth = from
	case "ethnic":
		p.Ethnic = from
	case "national_id":
		p.NationalID = from
	case "policy_groups":
		p.PolicyGroups = splitCodes(from)
	}
}

// followUndo brings later rounds up to an import that was undone, and removes
// what waited. A program that died after the undoing came into force does it at
// its next start.
func (s *Store) followUndo(ctx context.Context, operation string) error {
	last := household.ID("")
	for {
		var ids []household.ID
		from := last
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			if ids, err = s.Households.StagedKnown(tx, operation, from, 100); err != nil || len(ids) == 0 {
				return err
			}
			return s.Reviews.Retransition(tx, ids, "")
		})
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return s.dropStaged(ctx, operation)
		}
		last = ids[len(ids)-1]
	}
}

// finishUndo removes what the import wrote of households that are gone; nobody
// sees it any more.
func (s *Store) finishUndo(ctx context.Context, operation string) error {
	var entries []string
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select id from journal where province_id = $1 and id > $2 and operation_id = $2 and record_kind = $3`, []any{s.Province, operation, journal.PartsKind}, func(r *sql.Rows) error {
			var id string
			err := r.Scan(&id)
			entries = append(entries, id)
			return err
		})
	})
	for _, entry := range entries {
		if err != nil {
			return err
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			var ids []household.ID
			err := tx.Each(`select household_id from journal_part where province_id = $1 and journal_id = $2 and is_new = 1`, []any{s.Province, entry}, func(r *sql.Rows) error {
				var id household.ID
				err := r.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil || len(ids) == 0 {
				return err
			}
			if err := s.Reviews.RemoveUnseen(tx, ids); err != nil {
				return err
			}
			return s.Households.RemoveUnseen(tx, ids)
		})
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update operation set state = $1 where province_id = $2 and id = $3 and state = $4`, stateUndone, s.Province, operation, stateUndoing)
		return err
	})
}
