package exchange

import (
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// opt is what a cell says of a text: nothing (the value stays), that it is to
// be erased, or another value.
type opt struct {
	given, erased bool
	v             string
}

// over gives what stands after the cell. Blanks alone are no difference.
func (o opt) over(now string) string {
	switch {
	case o.erased:
		return ""
	case o.given && o.v != now && tidy(o.v) != tidy(now):
		return o.v
	case o.given && now == "":
		return o.v
	}
	return now
}

// tidy has single blanks only.
func tidy(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x80 {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// says: the cell gives a value.
func (o opt) says() bool { return o.given && !o.erased }

// optInt is opt for whole numbers.
type optInt struct {
	given, erased bool
	v             int64
}

// Letters of an answer that is yes, no, erased or not given.
const (
	markYes    = '1'
	markNo     = '0'
	markErased = '-'
	markNone   = ' '
)

// row is one line of the sheet of households, checked by itself.
type row struct {
	number  int
	no      string // as the office counts; what the sheet of members may refer to
	refused bool

	village area.ID // "" where no column names one
	code    string

	head, birth, sex, ethnic, nationalID         opt
	phone, address, groups, note, householdNote  opt
	surveyor, surveyedOn, warningAnswer, purpose opt
	effective, since                             opt
	size, b1, income, b2                         optInt
	floor                                        struct {
		given, erased bool
		v             float64
	}
	marks       []byte // by indicator
	facts       []byte // by factsOf
	causesGiven bool
	causes      []string

	classBefore, classAfter, areaType string // codes

	members []memberRow
}

// reviewed: the row answers something of the review itself.
func (r *row) reviewed() bool {
	if r.b1.given || r.income.given || r.floor.given || r.causesGiven || r.purpose.given || r.surveyor.given || r.surveyedOn.given {
		return true
	}
	if strings.Trim(string(r.marks), " ") != "" || strings.Trim(string(r.facts), " ") != "" {
		return true
	}
	for i := range r.members {
		if string(r.members[i].answers[:]) != noAnswers {
			return true
		}
	}
	return false
}

// householdReader turns lines of the sheet of households into rows.
type householdReader struct {
	table
	set    *standard.Set
	causes *standard.Causes
	words  *words
	places *places
	today  vn.Day

	col            map[string]int
	marks          []int // columns by indicator
	facts          []int
	causeCols      []int // by cause
	anyPlaceColumn bool
	totals         bool          // a line of totals has been read
	memberColumn   *memberColumn // nil where members stand in a sheet of their own
}

func newHouseholdReader(t table, set *standard.Set, causes *standard.Causes, p *places, today string) *householdReader {
	h := &householdReader{table: t, set: set, causes: causes, words: forms(), places: p, today: vn.Day(today), col: t.header.Columns, memberColumn: memberColumnOf(t, today)}
	for _, i := range set.Indicators {
		h.marks = append(h.marks, t.header.Column(indicatorField+i.Code))
	}
	for _, f := range factsOf(set) {
		h.facts = append(h.facts, t.header.Column(factField+f))
	}
	for _, c := range causes.Causes {
		h.causeCols = append(h.causeCols, t.header.Column(causeField+c.Code))
	}
	for _, f := range placeFields {
		h.anyPlaceColumn = h.anyPlaceColumn || t.header.Column(f) >= 0
	}
	return h
}

// refuse notes a fault of the row.
func (h *householdReader) refuse(r *row, field, code, message string) {
	r.refused = true
	h.problem(r.number, field, code, message, false)
}

func (h *householdReader) value(line *sheet.Row, field string) sheet.Value {
	col, ok := h.col[field]
	if !ok {
		return sheet.Value{}
	}
	return line.Cell(col)
}

// text reads a cell as opt.
func (h *householdReader) text(r *row, line *sheet.Row, field string) opt {
	return readText(h.value(line, field), h.words, func(code, message string) { h.refuse(r, field, code, message) })
}

func readText(v sheet.Value, w *words, refuse func(code, message string)) opt {
	if v.Kind == sheet.Empty {
		return opt{}
	}
	if v.Kind == sheet.Error {
		refuse("cell_error", text.T("sheet.cell.error", "text", v.Text()))
		return opt{}
	}
	s := v.Clean()
	if s == "" {
		return opt{}
	}
	switch depth := eraseDepth(s, w); {
	case depth == 1:
		return opt{given: true, erased: true}
	case depth > 1: // the words themselves, as an export writes them
		s = s[1 : len(s)-1]
	}
	if len(s) > maxText {
		refuse("text_long", text.T("import.text_long", "limit", maxText))
		return opt{}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0xFFFD }) {
		refuse("broken_text", text.T("import.broken_text"))
		return opt{}
	}
	return opt{given: true, v: s}
}

// maxText bounds a cell of words; names have a narrower bound of their own.
const maxText = 2000

func isErase(s string, w *words) bool { return eraseDepth(s, w) == 1 }

// eraseDepth says in how many pairs of brackets the word for erasing stands,
// 0 for other texts.
func eraseDepth(s string, w *words) int {
	if s == "" || s[0] != '(' {
		return 0
	}
	depth := 0
	inner := s
	for len(inner) > 1 && inner[0] == '(' && inner[len(inner)-1] == ')' {
		inner = inner[1 : len(inner)-1]
		depth++
	}
	if len(inner) > 12 || w.erase[vn.Fold(inner)] == "" {
		return 0
	}
	return depth
}

// lines reads a text that may have several lines.
func (h *householdReader) lines(r *row, line *sheet.Row, field string) opt {
	o := h.text(r, line, field)
	if v := h.value(line, field); o.says() && v.Kind == sheet.Text {
		if whole := strings.TrimSpace(v.Text()); strings.ContainsAny(whole, "\n\r") || strings.Contains(whole, "  ") {
			whole = strings.ReplaceAll(strings.ReplaceAll(whole, "\r\n", "\n"), "\r", "\n")
			if tidy(whole) == o.v {
				o.v = whole
			}
		}
	}
	return o
}

// listed reads a word of a list; field errors name what is there.
func (h *householdReader) listed(r *row, line *sheet.Row, field, code string, list map[string]string) opt {
	o := h.text(r, line, field)
	if !o.says() {
		return o
	}
	known, ok := list[foldWord(o.v)]
	if !ok {
		h.refuse(r, field, code, text.T("import."+code, "value", o.v))
		return opt{}
	}
	o.v = known
	return o
}

// day reads a date not after notAfter.
func (h *householdReader) day(r *row, line *sheet.Row, field string, exact bool) opt {
	return readDay(h.value(line, field), h.words, h.today, exact, func(code, message string) { h.refuse(r, field, code, message) })
}

func readDay(v sheet.Value, w *words, notAfter vn.Day, exact bool, refuse func(code, message string)) opt {
	if v.Blank() {
		return opt{}
	}
	if v.Kind == sheet.Text {
		if s := v.Clean(); s == "" {
			return opt{}
		} else if isErase(s, w) {
			return opt{given: true, erased: true}
		}
	}
	d, err := v.Day(notAfter)
	if err != nil {
		_, message, _ := messageOf(err)
		refuse("bad_day", message)
		return opt{}
	}
	if exact && !d.Exact() {
		refuse("bad_day", text.T("import.day_inexact", "day", d.String()))
		return opt{}
	}
	return opt{given: true, v: string(d)}
}

func (h *householdReader) integer(r *row, line *sheet.Row, field string) optInt {
	v := h.value(line, field)
	if v.Blank() {
		return optInt{}
	}
	if v.Kind == sheet.Text && isErase(v.Clean(), h.words) {
		return optInt{given: true, erased: true}
	}
	n, err := v.Int()
	if err != nil {
		_, message, _ := messageOf(err)
		h.refuse(r, field, "bad_number", message)
		return optInt{}
	}
	return optInt{given: true, v: n}
}

// read turns a line into a row. ok is false for lines that are none:
// totals, signatures.
func (h *householdReader) read(line *sheet.Row) (r *row, ok bool) {
	if line.IsTotal() {
		h.totals = true
		return nil, false
	}
	if h.aside(line) {
		h.leaveOut(line)
		return nil, false
	}
	r = &row{number: line.Number}
	r.no = h.value(line, "no").Clean()
	r.head = h.text(r, line, "head")
	if r.head.says() && vn.IsTotal(r.head.v) && h.value(line, "birth").Blank() && h.value(line, "code").Blank() {
		h.totals = true
		return nil, false
	}
	if code := h.text(r, line, "code"); code.says() {
		r.code = household.TidyCode(code.v)
		if len(code.v) > maxCode {
			h.refuse(r, "code", "bad_code", text.T("import.bad_code", "limit", maxCode))
		}
	}
	r.village = h.place(r, line)
	r.birth = h.day(r, line, "birth", false)
	r.sex = h.listed(r, line, "sex", "bad_sex", h.words.sex)
	r.ethnic = h.coded(r, line, "ethnic", "bad_ethnic", household.Ethnic)
	r.nationalID = h.nationalID(r, line)
	r.phone, r.address = h.text(r, line, "phone"), h.lines(r, line, "address")
	r.groups = h.policyGroups(r, line)
	r.note, r.householdNote = h.lines(r, line, "note"), h.lines(r, line, "household_note")
	r.since, r.effective, r.surveyedOn = h.day(r, line, "since", true), h.day(r, line, "effective_from", true), h.day(r, line, "surveyed_on", true)
	r.surveyor, r.warningAnswer = h.text(r, line, "surveyor"), h.lines(r, line, "warning_answer")
	r.purpose = h.listed(r, line, "purpose", "bad_purpose", h.words.purpose)
	r.size, r.b1, r.income, r.b2 = h.integer(r, line, "size"), h.integer(r, line, "b1"), h.integer(r, line, "income"), h.integer(r, line, "b2")
	if r.size.given && (r.size.erased || r.size.v < 1 || r.size.v > maxSize) {
		h.refuse(r, "size", "bad_size", text.T("import.bad_size", "most", maxSize))
	}
	r.classBefore = h.listed(r, line, "class_before", "bad_class", h.words.class).v
	r.classAfter = h.listed(r, line, "class_after", "bad_class", h.words.class).v
	r.areaType = h.listed(r, line, "area_type", "bad_area_type", h.words.areaType).v
	h.readFloor(r, line)
	r.marks = h.readMarks(r, line, h.marks, h.words.marks, "bad_mark")
	r.facts = h.readMarks(r, line, h.facts, h.words.yesNo, "bad_yes_no")
	h.readCauses(r, line)
	if h.memberColumn != nil {
		r.members = h.memberColumn.read(line)
		for i := range r.members {
			r.refused = r.refused || r.members[i].bad
		}
	}
	return r, true
}

// Bounds of what a household can be, to find slips; no authority sets them.
const (
	maxCode = 40
	maxSize = 99
)

// nationalID reads the number of an identity paper.
func (h *householdReader) nationalID(r *row, line *sheet.Row) opt {
	o, restored := nationalID(h.text(r, line, "national_id"), h.value(line, "national_id").Kind)
	if restored {
		h.problem(r.number, "national_id", "zero_restored", text.T("import.zero_restored", "id", o.v), true)
	}
	return o
}

// nationalID drops blanks and dots that people put between the digits. Typed
// as a number, an ID that begins with 0 has lost it: no ID has 8 or 11 digits.
func nationalID(o opt, kind sheet.Kind) (_ opt, restored bool) {
	if !o.says() {
		return o, false
	}
	if strings.ContainsAny(o.v, " .-") {
		o.v = strings.NewReplacer(" ", "", ".", "", "-", "").Replace(o.v)
	}
	if kind == sheet.Number && (len(o.v) == 8 || len(o.v) == 11) {
		o.v = "0" + o.v
		return o, true
	}
	return o, false
}

func (h *householdReader) coded(r *row, line *sheet.Row, field, code string, list *household.List) opt {
	o := h.text(r, line, field)
	if !o.says() {
		return o
	}
	known, ok := list.Parse(o.v)
	if !ok {
		h.refuse(r, field, code, text.T("import."+code, "value", o.v))
		return opt{}
	}
	o.v = known
	return o
}

func (h *householdReader) policyGroups(r *row, line *sheet.Row) opt {
	o := h.text(r, line, "policy_groups")
	return readGroups(o, func(word string) {
		h.refuse(r, "policy_groups", "bad_policy_group", text.T("import.bad_policy_group", "value", word))
	})
}

// readGroups reads a list of policy groups into codes joined by commas.
func readGroups(o opt, refuse func(word string)) opt {
	if !o.says() {
		return o
	}
	if code, ok := household.Policy.Parse(o.v); ok {
		o.v = code
		return o
	}
	var codes []string
	for _, word := range splitList(o.v) {
		code, ok := household.Policy.Parse(word)
		if !ok {
			refuse(word)
			return opt{}
		}
		codes = append(codes, code)
	}
	o.v = strings.Join(codes, ",")
	return o
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '+' || r == '\n' })
}
