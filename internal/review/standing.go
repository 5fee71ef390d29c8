package review

import (
	"database/sql"
	"strconv"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
)

// held is an assessment in force of a household, as later ones see it.
type held struct {
	ID, Round, Effective string
	Rev                  int64
	Class                standard.Class
	Transition           string
	Standard             string
	Version              int
	text                 map[string]string // fields for the journal
}

// holding gives all assessments in force of a household; with the fields for
// the journal that of the round.
func (s *Store) holding(tx *db.Tx, id household.ID, round string) ([]held, error) {
	var list []held
	err := tx.Each(`select a.id, a.round_id, a.rev, a.effective_from, coalesce(a.b1, -1), coalesce(a.income, -1), a.answers, a.ticked, a.causes,
			case when a.round_id = $3 then a.roster else '' end, case when a.round_id = $3 then a.detail else '' end, a.surveyor, a.surveyed_on, a.note,
			coalesce(c.class, ''), coalesce(c.label, ''), coalesce(c.transition, ''), coalesce(c.standard, ''), coalesce(c.version, 0)
		from assessment a left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where a.province_id = $1 and a.household_id = $2 and a.in_force = 1`, []any{s.Province, string(id), round}, func(r *sql.Rows) error {
		var one held
		var b1, income int64
		var answers, ticked, causes, roster, detail, surveyor, surveyedOn, note, class, label string
		if err := r.Scan(&one.ID, &one.Round, &one.Rev, &one.Effective, &b1, &income, &answers, &ticked, &causes, &roster, &detail, &surveyor, &surveyedOn, &note,
			&class, &label, &one.Transition, &one.Standard, &one.Version); err != nil {
			return err
		}
		one.Class, _ = standard.ParseClass(class)
		one.text = map[string]string{"class": class, "label": label, "b1": numberOrEmpty(b1), "income": numberOrEmpty(income), "answers": answers, "ticked": ticked, "causes": causes,
			"roster": roster, "detail": detail, "surveyor": surveyor, "surveyed_on": surveyedOn, "note": note}
		list = append(list, one)
		return nil
	})
	return list, err
}

// inRound gives the one of the round, zero if there is none.
func inRound(list []held, round string) held {
	for _, one := range list {
		if one.Round == round {
			return one
		}
	}
	return held{}
}

// before gives the class in force on the day before: that of the last
// assessment that took effect until then, in-year ones included. A class lasts
// until a yearly round closes in which the household was not surveyed.
func (s *Store) before(tx *db.Tx, list []held, day string) (standard.Class, error) {
	var last held
	for _, one := range list {
		if one.Effective < day && one.Effective != "" && (one.Effective > last.Effective || one.Effective == last.Effective && one.ID > last.ID) {
			last = one
		}
	}
	if last.Class != standard.Poor && last.Class != standard.NearPoor || !yearsBetween(last.Effective, day) {
		return last.Class, nil
	}
	var lapsed int
	err := tx.Get(`select count(*) from round where province_id = $1 and kind = $2 and state = $3 and class_from > $4 and class_from < $5`,
		[]any{s.Province, Yearly, Closed, last.Effective, day}, &lapsed)
	if lapsed > 0 {
		return standard.Undetermined, err
	}
	return last.Class, err
}

// yearsBetween says whether a first of January, on which the classes of a
// yearly round begin, lies between the two days.
func yearsBetween(from, to string) bool {
	if len(from) < 4 || len(to) < 4 {
		return false
	}
	first, err := strconv.Atoi(from[:4])
	next := strconv.Itoa(first+1) + "-01-01"
	return err == nil && next < to
}

// retransition brings the transitions of what took effect after the day up to
// a form that came late, in the rounds that are open.
func (s *Store) retransition(tx *db.Tx, list []held, day string) error {
	for _, one := range list {
		if one.Effective <= day {
			continue
		}
		before, err := s.heldBefore(tx, list, one)
		if err != nil {
			return err
		}
		to := transition(before, one.Class)
		if to == one.Transition {
			continue
		}
		round, err := s.Round(tx, one.Round)
		if err != nil {
			return err
		}
		if round.State != Open {
			continue
		}
		if _, err := tx.Exec(`update classification set transition = $1 where province_id = $2 and assessment_id = $3 and standard = $4 and version = $5`, to, s.Province, one.ID, one.Standard, one.Version); err != nil {
			return err
		}
	}
	return nil
}

// transition gives the form's code: poor 1 from poor, 2 from near-poor, 3 new;
// near-poor 4 from poor, 5 from near-poor, 6 new (TT 14/2018).
func transition(before, now standard.Class) string {
	base := 0
	switch now {
	case standard.Poor:
		base = 1
	case standard.NearPoor:
		base = 4
	default:
		return ""
	}
	switch before {
	case standard.Poor:
	case standard.NearPoor:
		base++
	default:
		base += 2
	}
	return strconv.Itoa(base)
}

func numberOrEmpty(n int64) string {
	if n < 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// changesFrom tells the journal every field that differs from the assessment
// that this one supersedes.
func (a *Assessment) changesFrom(old held, row []any) []journal.Change {
	now := map[string]string{"class": a.Class.String(), "label": a.Label}
	for i, column := range assessmentColumnList {
		if v, ok := row[i].(string); ok {
			now[column] = v
		}
	}
	if a.B1 != nil {
		now["b1"] = strconv.Itoa(*a.B1)
	}
	if a.Income != nil {
		now["income"] = strconv.FormatInt(*a.Income, 10)
	}
	var c []journal.Change
	for _, field := range []string{"class", "label", "b1", "income", "answers", "ticked", "causes", "roster", "detail", "surveyor", "surveyed_on", "note"} {
		from, to := old.text[field], now[field]
		if field == "roster" && old.ID == "" {
			continue // the members of the day; what was asked of them stands in the form
		}
		c = journal.Diff(c, field, from, to)
	}
	return c
}
