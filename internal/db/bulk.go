package db

import (
	"encoding/binary"
	"math/bits"
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

// Insert writes all rows of the bulk with few statements. On SQLite a row that
// is refused leaves those before it: the whole function is undone then, and
// SQLite need not copy each page that a statement changes, to undo it alone.
func (t *Tx) Insert(province string, b *Bulk) error {
	var args []any
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
			shape := bulkShape{rows: rows, sqlite: t.conn != nil}
			if rows == b.most && rows > 1 {
				shape.constant = b.constant(values[head : head+n])
			}
			// The values stay as they are: the function may run twice.
			args = append(append(args[:0], province), b.same...)
			for c := range b.columns {
				if shape.constant&(1<<c) != 0 {
					args = append(args, values[head+c])
				}
			}
			for i := head; i < head+n; i += len(b.columns) {
				for c := range b.columns {
					if shape.constant&(1<<c) == 0 {
						args = append(args, values[i+c])
					}
				}
			}
			if _, err := t.Exec(b.text(shape), args...); err != nil {
				return err
			}
			values = values[n:]
		}
	}
	return nil
}

// bulkShape is what the text of a statement depends on besides the table.
type bulkShape struct {
	rows     int
	constant uint64 // the columns that have one value in all rows
	sqlite   bool
}

// shapes is which sets of constant columns have been met in each table: in a
// file whole villages have one surveyor and one day, and many columns nothing
// at all, and to hand a value over costs about as much as to store it. Few sets
// are kept, for each is a text of its own.
var shapes struct {
	sync.Mutex
	of map[string][]uint64
}

const mostShapes = 6

// constant gives columns that have one value in all rows.
func (b *Bulk) constant(values []any) uint64 {
	var all uint64
	for c := range min(len(b.columns), 64) {
		all |= 1 << c
	}
	for i := len(b.columns); i < len(values) && all != 0; i += len(b.columns) {
		for left := all; left != 0; left &= left - 1 {
			if c := bits.TrailingZeros64(left); !equal(values[i+c], values[c]) {
				all &^= 1 << c
			}
		}
	}
	key := b.table + " " + strings.Join(b.columns, " ")
	shapes.Lock()
	defer shapes.Unlock()
	best := uint64(0)
	for _, known := range shapes.of[key] {
		if known == all {
			return all
		}
		if known&^all == 0 && bits.OnesCount64(known) > bits.OnesCount64(best) {
			best = known
		}
	}
	if len(shapes.of[key]) < mostShapes {
		if shapes.of == nil {
			shapes.of = map[string][]uint64{}
		}
		shapes.of[key] = append(shapes.of[key], all)
		return all
	}
	return best
}

// equal compares values of a row; what it does not know is never equal.
func equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		b, ok := b.(string)
		return ok && a == b
	case int64:
		b, ok := b.(int64)
		return ok && a == b
	case int:
		b, ok := b.(int)
		return ok && a == b
	}
	return false
}

type bulkKey struct {
	table, columns string
	shape          bulkShape
}

var bulkTexts sync.Map

// text writes the statement: first the columns that are the same in all rows.
// SQLite is given nameless marks: its driver looks each name up.
func (b *Bulk) text(shape bulkShape) string {
	same, own := append([]string{"province_id"}, b.sameColumns...), []string(nil)
	for c, column := range b.columns {
		if shape.constant&(1<<c) != 0 {
			same = append(same, column)
		} else {
			own = append(own, column)
		}
	}
	list := strings.Join(append(same, own...), ", ")
	key := bulkKey{b.table, list, shape}
	if text, ok := bulkTexts.Load(key); ok {
		return text.(string)
	}
	var s strings.Builder
	s.WriteString("insert ")
	if shape.sqlite {
		s.WriteString("or fail ")
	}
	s.WriteString("into " + b.table + " (" + list + ") values ")
	shared, next := Marks(1, len(same)), len(same)+1
	for row := range shape.rows {
		if row > 0 {
			s.WriteByte(',')
		}
		switch {
		case shape.sqlite:
			s.WriteString("(" + strings.ReplaceAll(shared, "$", "?") + strings.Repeat(",?", len(own)) + ")")
		case len(own) == 0:
			s.WriteString("(" + shared + ")")
		default:
			s.WriteString("(" + shared + "," + Marks(next, len(own)) + ")")
			next += len(own)
		}
	}
	text := s.String()
	bulkTexts.Store(key, text)
	return text
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
