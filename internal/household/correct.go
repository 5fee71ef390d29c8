package household

import (
	"context"
	"strings"

	"giamngheo/internal/vn"
)

// Correction puts right what was written down wrong. It is no event: no dated
// row begins or ends. Fields that are nil stay.
type Correction struct {
	Person       PersonID // "" for the household's own fields
	FullName     *string
	Sex          *string
	Birth        *string
	Ethnic       *string
	NationalID   *string
	PolicyGroups *[]string
	Relation     *string // not head: that is ChangeHead
	Address      *string
	Phone        *string
	Note         *string
}

// Correct writes the corrections of one household together.
func (s *Store) Correct(ctx context.Context, by Actor, op Operation, corrections []Correction) (string, error) {
	op.Day = s.today()
	return s.do(ctx, by, OpCorrect, op, func(w *work) error {
		for _, c := range corrections {
			if err := w.correct(c); err != nil {
				return err
			}
		}
		return w.refresh(op.Household, nil)
	})
}

func (w *work) correct(c Correction) error {
	if c.Person == "" {
		set := values{}
		put(set, "address", c.Address)
		put(set, "phone", c.Phone)
		put(set, "note", c.Note)
		if c.PolicyGroups != nil {
			set["policy_groups"] = join(*c.PolicyGroups)
		}
		return w.rec.update("household", []string{string(w.now.ID)}, set)
	}
	m, err := w.member(c.Person)
	if err != nil {
		return err
	}
	set := values{}
	put(set, "full_name", c.FullName)
	if c.FullName != nil {
		m.FullName = vn.NFC(strings.TrimSpace(*c.FullName))
		set["full_name"], set["folded"] = m.FullName, vn.Fold(m.FullName)
	}
	put(set, "sex", c.Sex)
	put(set, "birth", c.Birth)
	put(set, "ethnic", c.Ethnic)
	put(set, "national_id", c.NationalID)
	if c.PolicyGroups != nil {
		m.PolicyGroups = *c.PolicyGroups
		set["policy_groups"] = join(m.PolicyGroups)
	}
	after := m.Person
	for field, to := range map[*string]*string{&after.Sex: c.Sex, &after.Birth: c.Birth, &after.Ethnic: c.Ethnic, &after.NationalID: c.NationalID} {
		if to != nil {
			*field = *to
		}
	}
	if err := w.s.CheckPerson(after, w.s.today()); err != nil {
		return err
	}
	if err := w.rec.update("person", []string{string(c.Person)}, set); err != nil {
		return err
	}
	if c.NationalID != nil && *c.NationalID != m.NationalID {
		if err := w.queueSameID(c.Person, *c.NationalID); err != nil {
			return err
		}
	}
	if c.Relation == nil || *c.Relation == m.Relation {
		return nil
	}
	if *c.Relation == "head" || m.Relation == "head" {
		return invalid("relation", "household.use_change_head")
	}
	if !Relations.Has(*c.Relation) {
		return invalid("relation", "household.bad_relation")
	}
	return w.rec.update("membership", []string{string(w.now.ID), string(c.Person), m.From}, values{"relation": *c.Relation})
}

func put(set values, column string, v *string) {
	if v != nil {
		set[column] = strings.TrimSpace(vn.NFC(*v))
	}
}
