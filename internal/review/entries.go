package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// EntryDifference is a question that two entries of one paper answer otherwise.
type EntryDifference struct {
	form.Place
	First  form.Value `json:"first"`
	Second form.Value `json:"second"`
	Taken  string     `json:"taken,omitempty"` // first or second, once decided
}

// EntryComparison is the form in force beside its second entry, which was made
// without seeing it.
type EntryComparison struct {
	Household   household.Household
	Round       Round
	Form        *form.Form // Phiếu B
	First       Assessment // in force
	Second      Assessment
	Questions   int // answered in either
	Differences []EntryDifference
	Decided     bool // somebody has decided already
	DecidedBy   string
	DecidedAt   int64
	Reason      string
}

// CompareEntries puts the latest second entry of a household beside the form
// in force.
func (s *Store) CompareEntries(ctx context.Context, by household.Actor, round string, id household.ID) (c EntryComparison, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err = s.compareEntries(tx, by, round, id)
		return err
	})
	return c, err
}

func (s *Store) compareEntries(tx *db.Tx, by household.Actor, round string, id household.ID) (c EntryComparison, err error) {
	if c.Round, err = s.Round(tx, round); err != nil {
		return c, err
	}
	if c.Household, err = s.Households.Find(tx, by.Scope, id); err != nil {
		return c, err
	}
	if c.Form, err = s.FormOf(c.Round, form.Scores); err != nil {
		return c, err
	}
	versions, err := s.Versions(tx, id, round)
	if err != nil {
		return c, err
	}
	for _, a := range versions {
		switch {
		case a.InForce:
			c.First = a
		case a.Purpose == SecondEntry && a.RecordedAt >= c.Second.RecordedAt:
			c.Second = a
		}
	}
	if c.First.ID == "" || c.Second.ID == "" {
		return c, fault.New(fault.NotFound, "no_second_entry", text.T("review.entries.none", "head", c.Household.HeadName))
	}
	first, second := c.First.FormAnswers(c.Form.Set), c.Second.FormAnswers(c.Form.Set)
	c.Differences, c.Questions = entryDifferences(c.Form, first, second)
	return c, s.decidedEntries(tx, &c)
}

// decidedEntries reads what was decided of the second entry. The decision
// stands with the answers as they were then.
func (s *Store) decidedEntries(tx *db.Tx, c *EntryComparison) error {
	var raw string
	err := tx.Each(`select differences, questions, reason, decided_by, decided_at from entry_comparison where province_id = $1 and second_id = $2`, []any{s.Province, c.Second.ID}, func(r *sql.Rows) error {
		c.Decided = true
		return r.Scan(&raw, &c.Questions, &c.Reason, &c.DecidedBy, &c.DecidedAt)
	})
	if err != nil || !c.Decided {
		return err
	}
	c.Differences = nil
	return json.Unmarshal([]byte(raw), &c.Differences)
}

// entryDifferences compares two fillings in the order of the form, and counts the
// questions that either answers. The causes of Phiếu C come last.
func entryDifferences(f *form.Form, first, second form.Answers) (list []EntryDifference, questions int) {
	add := func(place form.Place, a, b form.Value) {
		if !a.Given() && !b.Given() {
			return
		}
		questions++
		if !a.Equal(b) {
			list = append(list, EntryDifference{Place: place, First: a, Second: b})
		}
	}
	for _, section := range f.Sections {
		if section.Each != form.EachMember {
			for _, q := range section.Questions {
				add(form.Place{Question: q.Code}, first[q.Code], second[q.Code])
			}
			continue
		}
		members := maps.Clone(first[section.Code].Members())
		if members == nil {
			members = map[string]form.Answers{}
		}
		maps.Copy(members, second[section.Code].Members())
		for _, id := range slices.Sorted(maps.Keys(members)) {
			for _, q := range section.Questions {
				add(form.Place{Question: q.Code, Member: id}, first.Member(section.Code, id)[q.Code], second.Member(section.Code, id)[q.Code])
			}
		}
	}
	add(form.Place{Question: "causes"}, first["causes"], second["causes"])
	return list, questions
}

// EntryDecision says of each difference which entry has the paper right.
type EntryDecision struct {
	Round     string
	Household household.ID
	Rev       int64 // of the form in force that was seen
	Second    string
	Taken     map[form.Place]string // first or second
	Reason    string                // in words, where they differ
}

// The sides of a comparison.
const (
	TookFirst  = "first"
	TookSecond = "second"
)

// DecideEntries records the decision. Where the second entry is right, the
// merged answers supersede the form in force.
func (s *Store) DecideEntries(ctx context.Context, by household.Actor, d EntryDecision) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.compareEntries(tx, by, d.Round, d.Household)
		if err != nil {
			return err
		}
		switch {
		case c.Round.State != Open:
			return roundClosed(c.Round.ID)
		case c.Decided || c.Second.ID != d.Second || c.First.Rev != d.Rev:
			return stale()
		}
		reason, err := typed.Account("reason", d.Reason)
		if err != nil {
			return err
		}
		d.Reason = reason
		if len(c.Differences) > 0 && d.Reason == "" {
			return refused("reason", "review.entries.reason")
		}
		second := false
		for i := range c.Differences {
			taken := d.Taken[c.Differences[i].Place]
			if taken != TookFirst && taken != TookSecond {
				return refused("taken", "review.entries.undecided")
			}
			c.Differences[i].Taken = taken
			second = second || taken == TookSecond
		}
		result := ""
		if second {
			e := merged(&c, d.Reason)
			g, err := s.ground(tx, by, e.Round, e.Household)
			if err != nil {
				return err
			}
			j, err := s.read(tx, g, by, e)
			if err != nil {
				return err
			}
			if err := s.record(tx, by.ID, e, &j); err != nil {
				return err
			}
			result = j.a.ID
		}
		return s.storeComparison(tx, by.ID, &c, d.Reason, result)
	})
}

// merged is the form in force with the answers that the second entry has
// right.
func merged(c *EntryComparison, reason string) Entry {
	set := c.Form.Set
	answers, second := c.First.FormAnswers(set), c.Second.FormAnswers(set)
	for _, one := range c.Differences {
		if one.Taken != TookSecond {
			continue
		}
		if one.Member == "" {
			answers[one.Question] = second[one.Question]
			continue
		}
		table := answers[memberTable].Members()
		if table == nil {
			table = map[string]form.Answers{}
		}
		if table[one.Member] == nil {
			table[one.Member] = form.Answers{}
		}
		table[one.Member][one.Question] = second.Member(memberTable, one.Member)[one.Question]
		answers[memberTable] = form.Table(table)
	}
	first := &c.First
	e := Entry{Round: first.Round, Household: first.Household, Purpose: first.Purpose, Rev: first.Rev, Detail: Detail{Before: first.Detail.Before},
		WarningAnswer: first.WarningAnswer, EffectiveFrom: first.EffectiveFrom, Reason: reason}
	e.Take(set, c.Form, answers)
	return e
}

func (s *Store) storeComparison(tx *db.Tx, actor string, c *EntryComparison, reason, result string) error {
	list := c.Differences
	if list == nil {
		list = []EntryDifference{}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	now, id := s.Now().UnixMilli(), db.NewID()
	_, err = tx.Exec(`insert into entry_comparison (province_id, id, round_id, household_id, first_id, second_id, questions, differences, result_id, reason, decided_at, decided_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, s.Province, id, c.Round.ID, string(c.Household.ID), c.First.ID, c.Second.ID, c.Questions, string(raw), result, reason, now, actor)
	if db.Unique(err) {
		return stale()
	}
	if err != nil {
		return err
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: actor, Action: "assessment.compare", Kind: "assessment", Record: c.Second.ID, HouseholdID: string(c.Household.ID),
		AreaID: string(c.Household.VillageID), Reason: reason, Changes: []journal.Change{{Field: "questions", To: journal.Value(c.Questions)}, {Field: "differences", To: journal.Value(len(c.Differences))}}})
}
