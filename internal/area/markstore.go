package area

import (
	"database/sql"
	"slices"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Marks are the lists that an installation may enter.
var Marks = []string{MarkExtremelyDifficult, MarkCoastalPoor, MarkPoorDistrict, MarkMountain, MarkCoastal}

var answerWords = map[Answer]string{Yes: "yes", No: "no", Unknown: "unknown"}

// ParseAnswer reads yes, no or unknown.
func ParseAnswer(word string) (Answer, bool) {
	for a, w := range answerWords {
		if w == word {
			return a, true
		}
	}
	return Unknown, false
}

func (a Answer) String() string { return answerWords[a] }

// CheckMark says what is wrong with an entry of a list.
func (t *Tree) CheckMark(p MarkPeriod) error {
	refuse := func(field, key string, pairs ...any) error {
		return fault.New(fault.Invalid, "mark_refused", text.T(key, pairs...), fault.Field{Name: field, Message: text.T(key, pairs...)})
	}
	switch {
	case !slices.Contains(Marks, p.Mark):
		return refuse("kind", "area.mark.bad_kind", "kind", p.Mark)
	case !ValidDay(p.From):
		return refuse("from", "area.mark.bad_day", "day", p.From)
	case p.To != "" && !ValidDay(p.To):
		return refuse("to", "area.mark.bad_day", "day", p.To)
	case p.To != "" && p.To <= p.From:
		return refuse("to", "area.mark.ends_first")
	case p.Source == "":
		return refuse("source", "area.mark.no_source")
	}
	if _, ok := t.On(p.Area, p.From); !ok {
		return t.notOn(p.Area, p.From)
	}
	return nil
}

// SaveMark writes an entry of a list; one of the same area, mark and first day
// is replaced.
func SaveMark(tx *db.Tx, province string, p MarkPeriod) error {
	to, confirmed := p.To, 0
	if to == "" {
		to = Never
	}
	if p.Confirmed {
		confirmed = 1
	}
	_, err := tx.Exec(`insert into area_mark (province_id, area_id, kind, from_day, to_day, confirmed, source, value) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (province_id, area_id, kind, from_day) do update set to_day = excluded.to_day, confirmed = excluded.confirmed, source = excluded.source, value = excluded.value`,
		province, string(p.Area), p.Mark, p.From, to, confirmed, p.Source, p.Value.String())
	return err
}

// ReadMarks gives the installation's lists, by their first day: a later list
// ends an earlier one.
func ReadMarks(tx *db.Tx, province string) (list []MarkPeriod, err error) {
	err = tx.Each(`select area_id, kind, from_day, to_day, confirmed, source, value from area_mark where province_id = $1 order by from_day, area_id, kind`, []any{province}, func(r *sql.Rows) error {
		var p MarkPeriod
		var confirmed int
		var value string
		if err := r.Scan(&p.Area, &p.Mark, &p.From, &p.To, &confirmed, &p.Source, &value); err != nil {
			return err
		}
		if p.To == Never {
			p.To = ""
		}
		p.Confirmed = confirmed == 1
		p.Value, _ = ParseAnswer(value)
		list = append(list, p)
		return nil
	})
	return list, err
}

// DayAfter is the day after a day.
func DayAfter(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}
