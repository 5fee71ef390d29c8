package db

import (
	"encoding/binary"
	"slices"
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
	most    int      // rows a statement
	// The values of one statement each; the first is the province's, then come
	// those that are the same in all rows.
	statements  [][]any
	sameColumns []string
	same        []any
}

// NewBulk begins an empty one.
func NewBulk(table string, columns ...string) *Bulk {
	return &Bulk{table: table, columns: columns, most: max(1, bulkValues/len(columns))}
}

// Same adds a column that has one value in all rows: it is handed over once a
// statement. It must be called before Add.
func (b *Bulk) Same(column string, value any) *Bulk {
	b.sameColumns, b.same = append(b.sameColumns, column), append(b.same, value)
	return b
}

// head is the number of values before those of the rows.
func (b *Bulk) head() int { return 1 + len(b.same) }

// Add adds one row; it has as many values as the bulk has columns.
func (b *Bulk) Add(values ...any) {
	if len(values) != len(b.columns) {
		panic("bulk " + b.table + ": " + strconv.Itoa(len(values)) + " values for " + strconv.Itoa(len(b.columns)) + " columns")
	}
	last := len(b.statements) - 1
	if last < 0 || len(b.statements[last]) > (b.most-1)*len(b.columns)+b.head() {
		b.statements = append(b.statements, append(append(make([]any, 0, b.most*len(b.columns)+b.head()), ""), b.same...))
		last++
	}
	b.statements[last] = append(b.statements[last], values...)
}

// Len is the number of rows.
func (b *Bulk) Len() int {
	if len(b.statements) == 0 {
		return 0
	}
	last := b.statements[len(b.statements)-1]
	return (len(b.statements)-1)*b.most + (len(last)-b.head())/len(b.columns)
}

// Insert writes all rows of the bulk with few statements.
func (t *Tx) Insert(province string, b *Bulk) error {
	for _, values := range b.statements {
		// Few sizes, so that few texts are prepared: all, a tenth, one.
		head := b.head()
		for len(values) > head {
			rows := (len(values) - head) / len(b.columns)
			for _, size := range []int{b.most, max(1, b.most/10), 1} {
				if rows >= size {
					rows = size
					break
				}
			}
			n := rows * len(b.columns)
			args := values[: head+n : head+n]
			if rows < b.most { // the values stay as they are: the function may run twice
				args = slices.Clone(args)
			}
			args[0] = province
			copy(args[1:], b.same)
			if _, err := t.Exec(bulkText(b, rows, t.conn != nil), args...); err != nil {
				return err
			}
			values = values[n:]
		}
	}
	return nil
}

type bulkKey struct {
	table, columns string
	same, rows     int
	sqlite         bool
}

var bulkTexts sync.Map

// bulkText writes the statement. SQLite is given nameless marks: its driver
// looks each name up. Both engines take province_id from the first value.
func bulkText(b *Bulk, rows int, sqlite bool) string {
	list := strings.Join(append(b.sameColumns[:len(b.sameColumns):len(b.sameColumns)], b.columns...), ", ")
	key := bulkKey{b.table, list, len(b.same), rows, sqlite}
	if text, ok := bulkTexts.Load(key); ok {
		return text.(string)
	}
	var s strings.Builder
	s.WriteString("insert into " + b.table + " (province_id, " + list + ") values ")
	shared, next := Marks(1, b.head()), b.head()+1
	for row := range rows {
		if row > 0 {
			s.WriteByte(',')
		}
		if sqlite {
			s.WriteString("(" + strings.ReplaceAll(shared, "$", "?") + strings.Repeat(",?", len(b.columns)) + ")")
			continue
		}
		s.WriteString("(" + shared + "," + Marks(next, len(b.columns)) + ")")
		next += len(b.columns)
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
