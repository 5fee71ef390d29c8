package exchange

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestTheFirstRowOfATextIsRemembered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := map[string]int{}
		s := newSeen()
		for row, text := range rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 3000), strconv.Itoa), 0, 4000).Draw(t, "texts") {
			before, twice := s.first(text, row)
			if was, had := rows[text]; had != twice || had && was != before {
				t.Fatalf("%q on row %d: %d, %v; it stood on %d, %v", text, row, before, twice, was, had)
			} else if !had {
				rows[text] = row
			}
		}
	})
}

// A million rows of a file take some seventeen bytes each.
func TestAMillionRowsAreRememberedInLittleMemory(t *testing.T) {
	s := newSeen()
	for row := range 1_000_000 {
		if _, twice := s.first("038"+strconv.Itoa(row), row); twice {
			t.Fatal(row, "is said to stand there twice")
		}
	}
	bytes := 0
	for i := range s.parts {
		bytes += 12 * cap(s.parts[i].keys)
	}
	if limit := 19_000_000; bytes > limit {
		t.Errorf("%d bytes, more than %d", bytes, limit)
	}
}
