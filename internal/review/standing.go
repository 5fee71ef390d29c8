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
	text                 texts
	within, imported     bool   // of an in-year round; brought by a file
	signed               signed // of one within the year
}

// told is the fields that the journal tells of an assessment, in its order.
var told = [...]string{"class", "label", "b1", "income", "answers", "ticked", "causes", "roster", "detail", "surveyor", "surveyed_on", "note"}

// texts is their values.
type texts [len(told)]string

// holding gives all assessments in force of a household; with the fields for
// the journal that of the round.
func (s *Store) holding(tx *db.Tx, id household.ID, round string) ([]held, error) {
	var list []held
	err := tx.Each(`select a.id, a.round_id, a.rev, a.effective_from, coalesce(a.b1, -1), coalesce(a.income, -1), a.answers, a.ticked, a.causes,
			case when a.round_id = $3 then a.roster else '' end, case when a.round_id = $3 then a.detail else '' end, a.surveyor, a.surveyed_on, a.note,
			coalesce(c.class, ''), coalesce(c.label, ''), coalesce(c.transition, ''), coalesce(c.standard, ''), coalesce(c.version, 0), coalesce(a.operation_id, ''), o.kind
		from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		join round o on o.province_id = a.province_id and o.id = a.round_id
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where f.province_id = $1 and f.household_id = $2`, []any{s.Province, string(id), round}, func(r *sql.Rows) error {
		var one held
		var b1, income int64
		var answers, ticked, causes, roster, detail, surveyor, surveyedOn, note, class, label, operation, kind string
		if err := r.Scan(&one.ID, &one.Round, &one.Rev, &one.Effective, &b1, &income, &answers, &ticked, &causes, &roster, &detail, &surveyor, &surveyedOn, &note,
			&class, &label, &one.Transition, &one.Standard, &one.Version, &operation, &kind); err != nil {
			return err
		}
		one.Class, _ = standard.ParseClass(class)
		one.within, one.imported = kind == InYear, operation != ""
		one.text = texts{class, label, numberOrEmpty(b1), numberOrEmpty(income), answers, ticked, causes, roster, detail, surveyor, surveyedOn, note}
		list = append(list, one)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, s.withSigned(tx, map[household.ID][]held{id: list})
}

// before gives the class in force on the day before: that of the last
// assessment that took effect until then, in-year ones as signed. A class lasts
// until a yearly round closes in which the household was not surveyed; lapses
// are the first days of the classes of those that are closed.
func before(list []held, lapses []string, day string) (class standard.Class, known bool) {
	var last signed
	var by string
	for _, h := range list {
		if one := h.counts(); one.From < day && one.From != "" && (one.From > last.From || one.From == last.From && h.ID > by) {
			last, by = one, h.ID
		}
	}
	if last.Class == standard.Poor || last.Class == standard.NearPoor {
		for _, from := range lapses {
			if from > last.From && from < day {
				return standard.Undetermined, true
			}
		}
	}
	return last.Class, by != ""
}

// retransition brings the transitions of what took effect after the day up to
// a form that came late, in the rounds that are open.
func (s *Store) retransition(tx *db.Tx, list []held, lapses []string, day string) error {
	for _, one := range list {
		if one.Effective <= day || one.Effective == household.Far { // never in force: stands as it was judged
			continue
		}
		class, err := s.heldBefore(tx, list, lapses, one)
		if err != nil {
			return err
		}
		to := transition(class, one.Class)
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
func (h *held) changesFrom(old *held) []journal.Change {
	c := make([]journal.Change, 0, len(told))
	for i, field := range told {
		if field == "roster" && old.ID == "" {
			continue // the members of the day; what was asked of them stands in the form
		}
		c = journal.Diff(c, field, old.text[i], h.text[i])
	}
	return c
}
