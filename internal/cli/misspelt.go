package cli

import (
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// misspelt refuses columns whose title is nearly that of an indicator which
// the file lacks: read past, every answer in it would count as not known.
// Other columns are the office's own.
func (s *classifySheet) misspelt() error {
	var faults []fault.Field
	for _, name := range s.names {
		if s.place(name) != nil {
			continue
		}
		for i, indicator := range s.set.Indicators {
			if s.indicators[i] < 0 && nearly(name, indicator.Code) {
				where := text.T("cli.classify.cell", "line", 1, "column", name)
				faults = append(faults, fault.Field{Name: where, Message: text.T("cli.classify.misspelt", "column", name, "code", indicator.Code)})
			}
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "csv_misspelt", text.T("cli.classify.refused", "n", len(faults)), faults...)
}

// shortCode: of a code no longer than this, two letters changed make another
// word («date» of «water»).
const shortCode = 6

// nearly says whether a title is a code with a slip or two: letters too many,
// too few, wrong or swapped; blanks and hyphens for underscores are none.
func nearly(name, code string) bool {
	most := 2
	if len(code) <= shortCode {
		most = 1
	}
	return slips(strings.NewReplacer(" ", "_", "-", "_", ".", "_").Replace(name), code) <= most
}

// slips is the distance of two words in letters inserted, left out, changed or
// swapped with their neighbours.
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y)+2 || len(y) > len(x)+2 {
		return len(x) + len(y)
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			changed := 1
			if x[i-1] == y[j-1] {
				changed = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+changed)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
