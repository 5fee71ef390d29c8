package exchange

import (
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// household writes one row.
func (e *export) household(v area.Version, l *listed) []sheet.Value {
	values := make([]sheet.Value, len(e.fields))
	head := household.Member{Person: household.Person{FullName: l.HeadName, Birth: l.HeadBirth, Ethnic: l.Ethnic}}
	if one := headOf(l.members); one != nil {
		head = *one
	}
	ticks := ""
	if l.a != nil {
		ticks = shownTicks(l.a, e.set, e.day)
	}
	for i, field := range e.fields {
		if code, ok := strings.CutPrefix(field, indicatorField); ok {
			if n := e.set.Index(code); n >= 0 && n < len(ticks) {
				values[i] = letter(ticks[n])
			}
			continue
		}
		values[i] = e.cell(field, v, l, &head)
	}
	return values
}

func (e *export) cell(field string, v area.Version, h *listed, head *household.Member) sheet.Value {
	switch field {
	case "no":
		return sheet.IntValue(int64(e.done.Households))
	case "code":
		return words1(h.Code)
	case "village_code":
		return words1(v.Code)
	case "village":
		return words1(v.FullName)
	case "province", "district", "commune", "commune_code":
		level := map[string]area.Level{"province": area.Province, "district": area.District, "commune": area.Commune, "commune_code": area.Commune}[field]
		up, ok := e.tree.Ancestor(v.Area, e.names, level)
		if !ok {
			return sheet.Value{}
		}
		if field == "commune_code" {
			return words1(up.Code)
		}
		return words1(up.FullName)
	case "head":
		return words1(head.FullName)
	case "birth":
		return sheet.DayValue(vn.Day(head.Birth))
	case "sex":
		return word(e.words.Values.Sex, head.Sex)
	case "ethnic":
		return words1(household.Ethnic.Name(head.Ethnic))
	case "national_id":
		return words1(head.NationalID)
	case "phone":
		return words1(h.Phone)
	case "address":
		return words1(h.Address)
	case "policy_groups":
		return groups(h.groups)
	case "household_note":
		return words1(h.Note)
	case "since":
		return sheet.DayValue(vn.Day(h.From))
	case "size":
		if h.a != nil {
			return sheet.IntValue(int64(h.a.Size))
		}
		return sheet.IntValue(int64(len(h.members)))
	case "class_before":
		if h.before == "" {
			return sheet.Value{}
		}
		return word(e.words.Values.Class, h.before)
	case membersField:
		return e.memberLines(h)
	}
	if h.a == nil {
		return sheet.Value{}
	}
	return e.answer(field, h)
}

// answer writes a cell of the review.
func (e *export) answer(field string, h *listed) sheet.Value {
	a := h.a
	switch field {
	case "area_type":
		return word(e.words.Values.AreaType, a.Area.String())
	case "purpose":
		return word(e.words.Values.Purpose, a.Purpose)
	case "b1":
		if a.B1 != nil {
			return sheet.IntValue(int64(*a.B1))
		}
	case "income":
		if a.Income != nil {
			return sheet.IntValue(*a.Income)
		}
	case "b2":
		// A part of the points is not the total that the column states.
		if r := e.set.Classify(a.AnswersFor(e.set)); r.Unknown == 0 {
			return sheet.IntValue(int64(r.B2))
		}
	case "causes":
		return e.causes(a.Causes)
	case "floor_area":
		if a.Detail.FloorArea != nil {
			return sheet.NumberValue(*a.Detail.FloorArea)
		}
	case "class_after":
		return word(e.words.Values.Class, a.Class.String())
	case "effective_from":
		return sheet.DayValue(vn.Day(a.EffectiveFrom))
	case "surveyed_on":
		return sheet.DayValue(vn.Day(a.SurveyedOn))
	case "surveyor":
		return words1(a.Surveyor)
	case "warning_answer":
		return words1(a.WarningAnswer)
	case "note":
		return words1(a.Note)
	}
	if code, ok := strings.CutPrefix(field, factField); ok {
		if yes, known := a.Detail.Facts[code]; known {
			return fact(&yes)
		}
	}
	return sheet.Value{}
}

// causes writes the numbers of the list. A semicolon: a spreadsheet would
// read 1,2 as a number.
func (e *export) causes(codes []string) sheet.Value {
	var numbers []string
	for _, code := range codes {
		for _, c := range e.s.Law.Causes.Causes {
			if c.Code == code {
				numbers = append(numbers, itoa(c.Number))
			}
		}
	}
	return sheet.TextValue(strings.Join(numbers, "; "))
}

// memberExported are the columns of the sheet of members.
var memberExported = []string{"code", "name", "relation", "birth", "sex", "ethnic", "national_id", "policy_groups", "untreated", "insured", "lower_secondary", "at_school"}

func (e *export) memberColumns() []sheet.Column {
	columns := make([]sheet.Column, len(memberExported))
	for i, field := range memberExported {
		columns[i] = sheet.Column{Title: e.words.Members[field][0], Text: field == "national_id" || field == "code"}
		columns[i].Allow = e.allow[text.T("exchange.form.of_members", "sheet", e.words.Sheets["members"][0], "column", columns[i].Title)]
		if field == "name" {
			columns[i].Width = 24
		}
	}
	return columns
}

func (e *export) members(out sheet.Writer, h *listed) error {
	for i := range h.members {
		if err := out.Row(append([]sheet.Value{words1(h.Code)}, e.member(h, i)...)...); err != nil {
			return err
		}
	}
	return nil
}

// member writes the cells of one, in the order of memberFields.
func (e *export) member(h *listed, i int) []sheet.Value {
	m := &h.members[i]
	var answers review.RosterMember
	if i < len(h.answers) {
		answers = h.answers[i]
	}
	return []sheet.Value{words1(m.FullName), words1(household.Relations.Name(m.Relation)), sheet.DayValue(vn.Day(m.Birth)), word(e.words.Values.Sex, m.Sex),
		words1(household.Ethnic.Name(m.Ethnic)), words1(m.NationalID), groups(m.PolicyGroups), fact(answers.Untreated), fact(answers.Insured), fact(answers.LowerSecondary), fact(answers.AtSchool)}
}

// words1 writes a text so that reading it gives the same text: one that reads
// as the mark of erasure gets another pair of brackets.
func words1(s string) sheet.Value {
	if eraseDepth(s, forms()) > 0 {
		s = "(" + s + ")"
	}
	return sheet.TextValue(s)
}

func word(list map[string][]string, code string) sheet.Value {
	if names := list[code]; len(names) > 0 {
		return sheet.TextValue(names[0])
	}
	return sheet.TextValue(code)
}

func groups(codes []string) sheet.Value {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = household.Policy.Name(c)
	}
	return sheet.TextValue(strings.Join(names, "; "))
}

func letter(b byte) sheet.Value {
	if b == markYes || b == markNo {
		return sheet.IntValue(int64(b - '0'))
	}
	return sheet.Value{}
}

func fact(yes *bool) sheet.Value {
	switch {
	case yes == nil:
		return sheet.Value{}
	case *yes:
		return sheet.IntValue(1)
	}
	return sheet.IntValue(0)
}
