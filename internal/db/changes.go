package db

import (
	"errors"
	"slices"
	"strings"
)

// Obligations names the tables from which it follows what everybody owes,
// Progress those from which it follows how far it is. Programs keep both in
// memory, and read them again when the number of changes is another: thousands
// of rows of several years stand behind pages that everybody opens every
// morning, and change seldom.
const (
	Obligations = "obligations"
	Progress    = "progress"
)

// followed are the tables whose every change raises a number, whoever writes it
// and from which program.
var followed = map[string]string{
	"task": Obligations, "task_year": Obligations, "programme": Obligations, "programme_repair": Obligations, "agency": Obligations,
	"dossier": Progress, "dossier_step": Progress, "task_time": Progress, "round": Progress,
}

// written is the table that a statement writes to; "" for one that reads.
func written(query string) string {
	for _, verb := range []string{"insert into ", "insert or fail into ", "update ", "delete from "} { // the second of Bulk
		if rest, ok := strings.CutPrefix(query, verb); ok {
			return rest[:max(0, strings.IndexAny(rest, " ("))]
		}
	}
	return ""
}

// follow raises a number of changes, once in a transaction, when a statement
// writes to a table that is followed.
func (t *Tx) follow(query string) error {
	name := followed[written(query)]
	if name == "" || slices.Contains(t.raised, name) {
		return nil
	}
	t.raised = append(t.raised, name)
	_, err := t.Exec(`insert into counter (province_id, name, value) values ('', $1, 1) on conflict (province_id, name) do update set value = counter.value + 1`, name)
	return err
}

// Changes is a number that is another after every change of the tables of that
// name. In one transaction it belongs to what the transaction reads.
func (t *Tx) Changes(name string) (number int64, err error) {
	err = t.Get(`select value from counter where province_id = '' and name = $1`, []any{name}, &number)
	if errors.Is(err, ErrNoRows) {
		err = nil
	}
	return number, err
}
