package exchange

import (
	"strings"

	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

// aside says of a line that it is about no household: the lines of signatures
// under a list, and numbers prepared for households that never came. Nothing
// in it names a household or answers a question; under a line of totals a name
// alone is that of somebody who signs.
func (h *householdReader) aside(line *sheet.Row) bool {
	named := !h.value(line, "head").Blank()
	if named && (!h.totals || !h.value(line, "no").Blank()) {
		return false
	}
	for _, field := range []string{"code", "national_id", "members"} {
		if !h.value(line, field).Blank() {
			return false
		}
	}
	probe := *h
	probe.at = &problems{} // what the line would be told does not count
	r := &row{number: line.Number}
	if !h.value(line, "village").Blank() && probe.place(r, line) != "" && named {
		return false
	}
	if probe.day(r, line, "birth", false).says() || probe.policyGroups(r, line).says() {
		return false
	}
	for _, field := range []string{"size", "b1", "income", "b2"} {
		if probe.integer(r, line, field).given {
			return false
		}
	}
	for _, field := range []string{"class_before", "class_after"} {
		if probe.listed(r, line, field, "bad_class", h.words.class).says() {
			return false
		}
	}
	probe.readFloor(r, line)
	probe.readCauses(r, line)
	if r.floor.given || len(r.causes) > 0 {
		return false
	}
	marks := string(probe.readMarks(r, line, h.marks, h.words.marks, "bad_mark")) + string(probe.readMarks(r, line, h.facts, h.words.yesNo, "bad_yes_no"))
	return strings.Trim(marks, " ") == ""
}

// leaveOut notes that a line is not taken: nothing of a file is left out
// without a word.
func (h *householdReader) leaveOut(line *sheet.Row) {
	field := ""
	for _, f := range []string{"head", "no"} {
		if h.header.Column(f) >= 0 {
			field = f
			break
		}
	}
	h.problem(line.Number, field, "no_household", text.T("import.no_household"), true)
}
