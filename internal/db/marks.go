package db

import (
	"database/sql"
	"slices"
	"strconv"
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

// nameless writes the marks $1, $2 … of a text, where they come in their order,
// as ?, which SQLite counts by itself: a mark with a number is a name for it, and
// at each binding it looks for each name among all those of the statement.
func nameless(text string) string {
	var b strings.Builder
	most, quoted := 0, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\'' {
			quoted = !quoted
		}
		end := i + 1
		for c == '$' && !quoted && end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end == i+1 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('?')
		if n, _ := strconv.Atoi(text[i+1 : end]); n == most+1 {
			most = n
		} else {
			b.WriteString(text[i+1 : end])
			most = max(most, n)
		}
		i = end - 1
	}
	return b.String()
}
