package household

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/journal"
)

// tables that operations write, with the columns that undo restores. The
// derived ones follow from the dated tables: undo works them out anew. size
// and found_at are numbers, everything else text; null and ” are one.
var tables = map[string]struct {
	keys, columns []string
	derived       []string
	rev           bool
}{
	"household": {[]string{"id"}, []string{"code", "village_id", "head_id", "head_key", "size", "ethnic", "policy_groups", "address", "phone",
		"from_day", "to_day", "end_kind", "split_from", "merged_into", "note"}, []string{"village_id", "head_id", "head_key", "size", "ethnic"}, true},
	"person": {[]string{"id"}, []string{"household_id", "full_name", "folded", "sex", "birth", "ethnic", "national_id", "policy_groups", "death_day"},
		[]string{"household_id"}, true},
	"membership":     {[]string{"household_id", "person_id", "from_day"}, []string{"to_day", "relation", "from_kind", "to_kind"}, nil, false},
	"residence":      {[]string{"household_id", "from_day"}, []string{"to_day", "village_id", "from_kind", "to_kind"}, nil, false},
	"duplicate_pair": {[]string{"person_a", "person_b"}, []string{"kind", "state", "found_at"}, nil, false},
}

// The fields by which a change says that its row is new, or gone.
const (
	inserted = "+"
	removed  = "-"
)

type values map[string]string

// recorder writes rows and remembers each field from → to.
type recorder struct {
	tx       *db.Tx
	province string
	changes  []journal.Change
	raised   map[string]bool // households whose rev has been raised
}

func newRecorder(tx *db.Tx, province string) *recorder {
	return &recorder{tx: tx, province: province, raised: map[string]bool{}}
}

func key(parts ...string) string { return strings.Join(parts, "|") }

func (r *recorder) insert(table string, v values) error {
	t := tables[table]
	names, args := []string{"province_id"}, []any{r.province}
	var id []string
	for _, k := range t.keys {
		names, args, id = append(names, k), append(args, v[k]), append(id, v[k])
	}
	record := key(id...)
	r.changes = append(r.changes, journal.Change{Field: inserted, Kind: table, Record: record})
	for _, c := range t.columns {
		if v[c] == "" {
			continue
		}
		names, args = append(names, c), append(args, v[c])
		r.changes = append(r.changes, journal.Change{Field: c, To: journal.Value(v[c]), Kind: table, Record: record})
	}
	_, err := r.tx.Exec(`insert into `+table+` (`+strings.Join(names, ", ")+`) values (`+db.Marks(1, len(args))+`)`, args...)
	return err
}

// update sets some columns of a row to new values and records what differs.
func (r *recorder) update(table string, id []string, set values) error {
	now, err := r.read(table, id)
	if err != nil {
		return err
	}
	var sets []string
	var args []any
	for _, c := range tables[table].columns {
		to, named := set[c]
		if !named || to == now[c] {
			continue
		}
		r.changes = append(r.changes, journal.Change{Field: c, From: orNull(now[c]), To: orNull(to), Kind: table, Record: key(id...)})
		args = append(args, columnValue(c, to))
		sets = append(sets, fmt.Sprintf("%s = $%d", c, len(args)))
	}
	if len(sets) == 0 {
		return nil
	}
	if tables[table].rev {
		sets = append(sets, "rev = rev + 1")
		r.raised[id[0]] = true
	}
	where := r.where(table, id, &args)
	n, err := r.tx.Exec(`update `+table+` set `+strings.Join(sets, ", ")+where, args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("%s %v: %d rows updated", table, id, n)
	}
	return err
}

// raise makes sure that the household's rev is higher than before, so that
// who saw the old state is told, whatever table the change was in.
func (r *recorder) raise(id ID) error {
	if r.raised[string(id)] {
		return nil
	}
	r.raised[string(id)] = true
	_, err := r.tx.Exec(`update household set rev = rev + 1 where province_id = $1 and id = $2`, r.province, string(id))
	return err
}

// remove deletes a row and records what it held.
func (r *recorder) remove(table string, id []string) error {
	now, err := r.read(table, id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	r.changes = append(r.changes, journal.Change{Field: removed, Kind: table, Record: key(id...)})
	for _, c := range tables[table].columns {
		if now[c] != "" {
			r.changes = append(r.changes, journal.Change{Field: c, From: orNull(now[c]), Kind: table, Record: key(id...)})
		}
	}
	var args []any
	where := r.where(table, id, &args)
	_, err = r.tx.Exec(`delete from `+table+where, args...)
	return err
}

func (r *recorder) read(table string, id []string) (values, error) {
	t := tables[table]
	var args []any
	where := r.where(table, id, &args)
	raw := make([]sql.NullString, len(t.columns))
	dest := make([]any, len(raw))
	for i := range raw {
		dest[i] = &raw[i]
	}
	if err := r.tx.Get(`select `+strings.Join(t.columns, ", ")+` from `+table+where, args, dest...); err != nil {
		return nil, err
	}
	v := values{}
	for i, c := range t.columns {
		v[c] = raw[i].String
	}
	return v, nil
}

func (r *recorder) exists(table string, id []string) (bool, error) {
	_, err := r.read(table, id)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (r *recorder) where(table string, id []string, args *[]any) string {
	*args = append(*args, r.province)
	w := fmt.Sprintf(" where province_id = $%d", len(*args))
	for i, k := range tables[table].keys {
		*args = append(*args, id[i])
		w += fmt.Sprintf(" and %s = $%d", k, len(*args))
	}
	return w
}

// nullable columns hold null for "none"; the others ”.
var nullable = map[string]bool{"head_id": true, "split_from": true, "merged_into": true, "household_id": true}

func columnValue(column, v string) any {
	switch {
	case v != "":
		return v
	case nullable[column]:
		return nil
	case column == "size":
		return "0"
	}
	return ""
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
