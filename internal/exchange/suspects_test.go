package exchange

import (
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// newHeads are lines of households that nobody has listed yet.
func newHeads(n int, plain bool) []string {
	families, givens := strings.Fields("Hà Lò Vi Ngân Lương Phạm Cút"), strings.Fields("Páo Khăm Bun Thoong Hặc Inh Luyện")
	lines := []string{simpleHeader}
	for i := range n {
		name := families[i%7] + " Văn " + givens[i/7%7]
		if plain {
			name = strings.NewReplacer("à", "a", "ò", "o", "â", "a", "ư", "u", "ơ", "o", "ạ", "a", "ú", "u", "á", "a", "ă", "a", "ặ", "a", "ệ", "e").Replace(strings.ToUpper(name))
			name = strings.NewReplacer("À", "A", "Ò", "O", "Â", "A", "Ư", "U", "Ơ", "O", "Ạ", "A", "Ú", "U", "Á", "A", "Ă", "A", "Ặ", "A", "Ệ", "E").Replace(name)
		}
		day := fmt.Sprintf("%02d/%02d/%d", 1+i*5%28, 1+i*7%12, 1940+i*11%60)
		if plain && i%2 == 0 {
			day = fmt.Sprintf("%02d/%02d/%d", 1+i*7%12, 1+i*5%28, 1940+i*11%60) // swapped, where that is a day
			if 1+i*5%28 > 12 {
				day = fmt.Sprint(1940 + i*11%60)
			}
		}
		village := "Bản Ón"
		if plain {
			village = "Tân Hương"
		}
		lines = append(lines, fmt.Sprintf("%d||%s|%s|Nam|Thái||Tam Chung|%s||130|1|1|1|0|0|0|0|0|0|0||Hộ nghèo|30", i+1, name, day, village))
	}
	return lines
}

func TestAFileThatBringsEverybodyOnceMoreIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		if r := o.take(csvBook(t, newHeads(49, false)...), Options{}); !r.Applied || r.Create != 49 {
			t.Fatal(r.says())
		}
		before := o.count("household", "1=1")
		r := o.take(csvBook(t, newHeads(49, true)...), Options{})
		if !r.Blocked || r.Applied || o.count("household", "1=1") != before {
			t.Fatal("taken: ", r.says())
		}
		if r.Refused != 49 || r.Create != 0 {
			t.Errorf("refuses the file and counts: %s", r.says())
		}
		said := ""
		for _, p := range r.Problems {
			if p.Code == "too_many_suspected" {
				said = p.Message
			}
		}
		for _, names := range []string{"quá mức 20", "5 %", settingSuspects} {
			if !strings.Contains(said, names) {
				t.Errorf("%q does not name %q", said, names)
			}
		}
		if strings.Count(r.says(), "suspected_there") < 21 {
			t.Errorf("the rows are not told: %s", r.says())
		}
	})
}

func TestAFewDoublesOfAFileGoToTheQueueAndStayOnTheList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.take(csvBook(t, newHeads(49, false)...), Options{})
		r := o.take(csvBook(t, newHeads(3, true)...), Options{})
		if says := r.says(); strings.Count(says, "?suspected@") != 1 || strings.Count(says, "?suspected_there@") != 3 {
			t.Errorf("whoever brings the file does not hear of it: %s", says)
		}
		if !r.Applied || r.Create != 3 {
			t.Fatal(r.says())
		}
		if n := o.count("duplicate_pair", "state = 'open' and kind = 'alike' and score >= 5000"); n != 3 {
			t.Errorf("%d pairs in the queue, not 3", n)
		}
		if n := o.count("household", "to_day = '9999-12-31'"); n != 52 {
			t.Errorf("%d households, not 52", n)
		}
	})
}

func TestALargeFileIsComparedInPartsAndSaysSo(t *testing.T) {
	defer func(n int) { mostCompared = n }(mostCompared)
	mostCompared = 1
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.take(csvBook(t, newHeads(49, false)...), Options{})
		lines := append(newHeads(3, true), newHeads(batchRows+500, true)[4:batchRows+480]...)
		for i, line := range lines[4:] { // nobody's doubles, and more than one piece
			cells := strings.Split(line, "|")
			cells[2], cells[3] = fmt.Sprintf("Trịnh %c%c%c Quỳnh", 'B'+i%17, 'a'+i/17%25, 'c'+i/425), fmt.Sprint(1930+i*7%71)
			lines[i+4] = strings.Join(cells, "|")
		}
		r := o.take(csvBook(t, lines...), Options{})
		if !r.Applied {
			t.Fatal(r.says())
		}
		if !strings.Contains(r.says(), "duplicates_unchecked") {
			t.Errorf("does not say so: %s", r.says())
		}
		if n := o.count("duplicate_pair", "state = 'open' and kind = 'alike' and person_a in (select id from person where full_name not like 'Tr%')"); n < 3 {
			t.Errorf("%d pairs of the first part in the queue, not 3", n)
		}
	})
}
