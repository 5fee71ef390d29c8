package exchange

import (
	"strings"

	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

func (h *householdReader) readFloor(r *row, line *sheet.Row) {
	v := h.value(line, "floor_area")
	if v.Blank() {
		return
	}
	if v.Kind == sheet.Text && isErase(v.Clean(), h.words) {
		r.floor.given, r.floor.erased = true, true
		return
	}
	f, err := v.Number()
	if err != nil {
		_, message, _ := messageOf(err)
		h.refuse(r, "floor_area", "bad_number", message)
		return
	}
	r.floor.given, r.floor.v = true, f
}

// readMarks reads the answers of some columns, one letter each.
func (h *householdReader) readMarks(r *row, line *sheet.Row, cols []int, list map[string]string, code string) []byte {
	letters := make([]byte, len(cols))
	for i, col := range cols {
		letters[i] = h.mark(r, line, col, list, code)
	}
	return letters
}

func (h *householdReader) mark(r *row, line *sheet.Row, col int, list map[string]string, code string) byte {
	if col < 0 {
		return markNone
	}
	v := line.Cell(col)
	letter, bad := readMark(v, h.words, list)
	if bad {
		r.refused = true
		h.at.add(Problem{Sheet: h.name, Row: r.number, Column: h.header.Title(col), Cell: cellName(col, r.number), Code: code, Message: text.T("import."+code, "value", v.Clean()), column: col})
	}
	return letter
}

func readMark(v sheet.Value, w *words, list map[string]string) (letter byte, bad bool) {
	if v.Blank() {
		return markNone, false
	}
	s := v.Clean()
	if s == "" {
		return markNone, false
	}
	if len(s) == 1 && (s[0] == markYes || s[0] == markNo) {
		return s[0], false
	}
	if isErase(s, w) {
		return markErased, false
	}
	known, ok := list[foldWord(s)]
	if !ok {
		return markNone, true
	}
	return known[0], false
}

// readCauses reads the list in one column, or a column a cause.
func (h *householdReader) readCauses(r *row, line *sheet.Row) {
	o := h.text(r, line, "causes")
	if o.given {
		r.causesGiven = true
		if o.says() {
			h.causeList(r, o.v)
		}
	}
	for i, col := range h.causeCols {
		switch h.mark(r, line, col, h.words.yesNo, "bad_yes_no") {
		case markYes:
			r.causesGiven = true
			r.causes = appendNew(r.causes, h.causes.Causes[i].Code)
		case markNo, markErased:
			r.causesGiven = true
		}
	}
}

func (h *householdReader) causeList(r *row, list string) {
	if code, ok := h.cause(list); ok { // a name may hold a comma
		r.causes = appendNew(r.causes, code)
		return
	}
	for _, word := range splitList(list) {
		code, ok := h.cause(word)
		if !ok {
			h.refuse(r, "causes", "bad_cause", text.T("import.bad_cause", "value", strings.TrimSpace(word)))
			return
		}
		r.causes = appendNew(r.causes, code)
	}
}

func (h *householdReader) cause(word string) (string, bool) {
	folded := vn.Fold(word)
	for _, c := range h.causes.Causes {
		if folded == itoa(c.Number) || strings.TrimSpace(word) == c.Code || folded == vn.Fold(c.Name.Text) {
			return c.Code, true
		}
	}
	return "", false
}

func appendNew(list []string, s string) []string {
	for _, known := range list {
		if known == s {
			return list
		}
	}
	return append(list, s)
}
