package review

import (
	"context"
	"database/sql"
	"slices"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/standard"
)

// signed is what a chair has signed of a household in an in-year round: the
// class, and the day from which it holds; "" where nobody has signed.
type signed struct {
	From  string
	Class standard.Class
}

// counts is what an assessment in force counts for in later rounds. A form of a
// yearly round counts as it is; one within the year is a proposal until the
// chair of the commune has signed it, and a form that was entered since changes
// nothing before he signs again.
func (h held) counts() signed {
	if h.within {
		return h.signed
	}
	return signed{h.Effective, h.Class}
}

// inRound names an assessment in force by household and round.
type inRound struct {
	household household.ID
	round     string
}

// signedWithin gives what was signed in in-year rounds of some households. Where
// a round is missing nobody asked there and nobody signed.
func (s *Store) signedWithin(tx *db.Tx, ids []household.ID) (map[inRound]signed, error) {
	all := map[inRound]signed{}
	for part := range slices.Chunk(ids, 500) {
		args := []any{s.Province}
		for _, id := range part {
			args = append(args, string(id))
		}
		in := ` in (` + db.Marks(2, len(part)) + `)`
		into := func(r *sql.Rows) error {
			var at inRound
			var from, class string
			if err := r.Scan(&at.round, &at.household, &from, &class); err != nil {
				return err
			}
			one := signed{From: from}
			one.Class, _ = standard.ParseClass(class)
			all[at] = one
			return nil
		}
		if err := tx.Each(`select round_id, household_id, '', '' from in_year_request where province_id = $1 and household_id`+in, args, into); err != nil {
			return nil, err
		}
		if err := tx.Each(`select d.round_id, i.household_id, coalesce(a.effective_from, d.signed_on), i.class from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id
			join round o on o.province_id = d.province_id and o.id = d.round_id and o.kind = '`+InYear+`'
			left join assessment a on a.province_id = i.province_id and a.id = i.assessment_id
			where i.province_id = $1 and i.household_id`+in+` order by d.at, d.id`, args, into); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// signedInRounds is signedWithin for all households of some in-year rounds. Those
// of whom a form was entered by hand stand in it too, signed or not.
func (s *Store) signedInRounds(tx *db.Tx, rounds []string) (map[inRound]signed, error) {
	all := map[inRound]signed{}
	if len(rounds) == 0 {
		return all, nil
	}
	args := []any{s.Province}
	for _, id := range rounds {
		args = append(args, id)
	}
	in := ` in (` + db.Marks(2, len(rounds)) + `)`
	for _, query := range []string{
		`select a.round_id, a.household_id, '', '' from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id where f.province_id = $1 and a.operation_id is null and f.round_id` + in,
		`select round_id, household_id, '', '' from in_year_request where province_id = $1 and round_id` + in,
		`select d.round_id, i.household_id, d.signed_on, i.class from decision d join decision_item i on i.province_id = d.province_id and i.decision_id = d.id where d.province_id = $1 and d.round_id` + in + ` order by d.at, d.id`,
	} {
		if err := tx.Each(query, args, func(r *sql.Rows) error {
			var at inRound
			var from, class string
			err := r.Scan(&at.round, &at.household, &from, &class)
			one := signed{From: from}
			one.Class, _ = standard.ParseClass(class)
			all[at] = one
			return err
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ClassesBefore tells which households are on the list of a yearly round by
// their class before it.
type ClassesBefore struct {
	view   View
	rounds []int // as listedBy gives them
	signed map[inRound]signed
}

// ClassesBefore reads them for a round as the register has it.
func (s *Store) ClassesBefore(ctx context.Context, v View, round Round) (c ClassesBefore, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err = s.classesBefore(tx, v, round)
		return err
	})
	return c, err
}

func (s *Store) classesBefore(tx *db.Tx, v View, round Round) (c ClassesBefore, err error) {
	c.view, c.rounds = v, listedBy(round, v.Rounds)
	var within []string
	for _, i := range c.rounds {
		if v.Rounds[i].Kind == InYear {
			within = append(within, v.Rounds[i].ID)
		}
	}
	c.signed, err = s.signedInRounds(tx, within)
	return c, err
}

// Of is the class that puts the household, by its place in the register, on
// the list.
func (c ClassesBefore) Of(i int) measure.Class {
	for _, earlier := range c.rounds {
		was := c.view.Get(earlier, i).Class
		if c.view.Rounds[earlier].Kind != InYear {
			return was
		}
		if !was.Assessed() {
			continue // nobody reviewed it within the year
		}
		one, known := c.signed[inRound{c.view.IDs[i], c.view.Rounds[earlier].ID}]
		switch {
		case known && one.From != "":
			return columnClass[one.Class]
		case !known:
			return was
		}
	}
	return measure.Absent
}

// withSigned fills in what the assessments of in-year rounds count for. One
// that a file brought, where nobody asked and nobody signed here, tells what was
// signed on paper.
func (s *Store) withSigned(tx *db.Tx, lists map[household.ID][]held) error {
	var ids []household.ID
	for id, list := range lists {
		if slices.ContainsFunc(list, func(h held) bool { return h.within }) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := s.signedWithin(tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for i := range lists[id] {
			h := &lists[id][i]
			if !h.within {
				continue
			}
			one, asked := known[inRound{id, h.Round}]
			if !asked && h.imported {
				one = signed{h.Effective, h.Class}
			}
			h.signed = one
		}
	}
	return nil
}
