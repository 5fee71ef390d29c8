package db

import (
	"encoding/binary"
	"strconv"
	"strings"
	"sync"
)

// bulkValues is about how many values one statement of a bulk insertion
// carries: measured on modernc.org/sqlite, where the time of a row no longer
// falls beyond it; PostgreSQL allows 65,535.
const bulkValues = 2400

// Bulk is rows of one table of one province, collected to be inserted
// together. The caller makes it in memory and so may hand it to a
// transaction that runs twice.
type Bulk struct {
	table   string
	columns []string // without province_id, which Insert gives
	values  []any
}

// NewBulk begins an empty one.
func NewBulk(table string, columns ...string) *Bulk { return &Bulk{table: table, columns: columns} }

// Add adds one row; it has as many values as the bulk has columns.
func (b *Bulk) Add(values ...any) {
	if len(values) != len(b.columns) {
		panic("bulk " + b.table + ": " + strconv.Itoa(len(values)) + " values for " + strconv.Itoa(len(b.columns)) + " columns")
	}
	b.values = append(b.values, values...)
}

// Len is the number of rows.
func (b *Bulk) Len() int { return len(b.values) / len(b.columns) }

// Insert writes all rows of the bulk with few statements.
func (t *Tx) Insert(province string, b *Bulk) error {
	most := max(1, bulkValues/len(b.columns))
	args := make([]any, 0, 1+most*len(b.columns))
	for rest := b.values; len(rest) > 0; {
		rows := len(rest) / len(b.columns)
		for _, size := range []int{most, max(1, most/10), 1} { // few sizes, so that few texts are prepared
			if rows >= size {
				rows = size
				break
			}
		}
		n := rows * len(b.columns)
		args = append(append(args[:0], province), rest[:n]...)
		if _, err := t.Exec(bulkText(b.table, b.columns, rows, t.conn != nil), args...); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

type bulkKey struct {
	table, columns string
	rows           int
	sqlite         bool
}

var bulkTexts sync.Map

// bulkText writes the statement. SQLite is given nameless marks: its driver
// looks each name up. Both engines take province_id from the first value.
func bulkText(table string, columns []string, rows int, sqlite bool) string {
	list := strings.Join(columns, ", ")
	key := bulkKey{table, list, rows, sqlite}
	if text, ok := bulkTexts.Load(key); ok {
		return text.(string)
	}
	var s strings.Builder
	s.WriteString("insert into " + table + " (province_id, " + list + ") values ")
	next := 2
	for row := range rows {
		if row > 0 {
			s.WriteByte(',')
		}
		if sqlite {
			s.WriteString("(?1" + strings.Repeat(",?", len(columns)) + ")")
			continue
		}
		s.WriteString("($1," + Marks(next, len(columns)) + ")")
		next += len(columns)
	}
	bulkTexts.Store(key, s.String())
	return s.String()
}

// IDAt writes an identity of the form of NewID from an instant in
// milliseconds, a number of 12 bits that orders within it, and 62 bits that
// keep it apart from others: for those who must make the same ids again.
func IDAt(ms int64, order uint16, apart uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(ms)<<16)
	binary.BigEndian.PutUint16(b[6:8], 0x7000|order&0x0fff)
	binary.BigEndian.PutUint64(b[8:], apart&(1<<62-1)|1<<63)
	return idLetters.EncodeToString(b[:])
}
