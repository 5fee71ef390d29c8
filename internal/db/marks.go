package db

import (
	"database/sql"
	"slices"
	"strings"
)

// mostMarks is how many values stand in one list of a query at most.
const mostMarks = 500

// EachOf runs a query once for every part of the values: its last condition is
// "in (%s)", whose marks come after those of the arguments.
func (t *Tx) EachOf(query string, args []any, values []string, f func(*sql.Rows) error) error {
	for some := range slices.Chunk(values, mostMarks) {
		all := slices.Clone(args)
		for _, v := range some {
			all = append(all, v)
		}
		if err := t.Each(strings.Replace(query, "%s", Marks(len(args)+1, len(some)), 1), all, f); err != nil {
			return err
		}
	}
	return nil
}
