package household

import (
	"context"

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
		return nil
	})
}

func (w *work) correct(c Correction) error {
	if c.Person == "" {
		return w.correctHousehold(c)
	}
	m, err := w.member(c.Person)
	if err != nil {
		return err
	}
	after := m.Person
	for field, to := range map[*string]*string{&after.FullName: c.FullName, &after.Sex: c.Sex, &after.Birth: c.Birth, &after.Ethnic: c.Ethnic, &after.NationalID: c.NationalID} {
		if to != nil {
			*field = *to
		}
	}
	if c.PolicyGroups != nil {
		after.PolicyGroups = *c.PolicyGroups
	}
	after = clean(after)
	if err := w.s.CheckPerson(after, w.s.today()); err != nil {
		return err
	}
	err = w.rec.update("person", []string{string(c.Person)}, values{"full_name": after.FullName, "folded": vn.Fold(after.FullName), "sex": after.Sex, "birth": after.Birth,
		"ethnic": after.Ethnic, "national_id": after.NationalID, "policy_groups": join(after.PolicyGroups)})
	if err != nil {
		return err
	}
	if after.NationalID != m.NationalID {
		pairs, err := w.pairs(c.Person)
		if err != nil {
			return err
		}
		if err := w.queueSameID(c.Person, after.NationalID, pairs); err != nil {
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

func (w *work) correctHousehold(c Correction) error {
	set := values{}
	for column, v := range map[string]*string{"address": c.Address, "phone": c.Phone, "note": c.Note} {
		if v != nil {
			set[column] = cleanText(*v)
		}
	}
	if err := checkTexts(set); err != nil {
		return err
	}
	if c.PolicyGroups != nil {
		if err := checkGroups(*c.PolicyGroups); err != nil {
			return err
		}
		set["policy_groups"] = join(*c.PolicyGroups)
	}
	return w.rec.update("household", []string{string(w.now.ID)}, set)
}
