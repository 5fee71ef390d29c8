package sheet

import (
	"strconv"
	"strings"
)

// Allow is what may be typed into the cells of a column below its header, also
// into rows that are blank yet. A spreadsheet program offers it and refuses or
// doubts the rest; whoever reads the file back still has to check, for pasting
// goes around it.
type Allow struct {
	// List are the only entries; the program offers them. Anything else is
	// refused.
	List []string
	// A number, or a day where Day is set, within the bounds that there are.
	// Anything else is doubted, and may be kept.
	Number, Whole, Day bool
	Min, Max           *float64
	Title, Message     string // shown with the refusal, and as a hint where nothing is refused
}

// Excel's own bounds: a list in a cell's rule, the words shown with it.
const (
	mostAllowList  = 255
	mostAllowTitle = 32
	mostAllowWords = 255
)

// appendAllows writes the rules of a sheet's columns, from a row down to the
// last that a sheet can have.
func appendAllows(b []byte, columns []Column, from int) []byte {
	n := 0
	for _, c := range columns {
		if c.Allow != nil {
			n++
		}
	}
	if n == 0 {
		return b
	}
	b = append(b, `<dataValidations count="`...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, `">`...)
	for i, c := range columns {
		if c.Allow != nil {
			b = c.Allow.append(b, ColumnName(i)+strconv.Itoa(from)+":"+ColumnName(i)+strconv.Itoa(mostExcelRows))
		}
	}
	return append(b, `</dataValidations>`...)
}

func (a *Allow) append(b []byte, cells string) []byte {
	list := strings.Join(a.List, ",")
	if len(list) > mostAllowList {
		list = ""
	}
	kind, shown := "", "error"
	switch {
	case list != "":
		kind = "list"
	case a.Day:
		kind = "date"
	case a.Whole:
		kind = "whole"
	case a.Number:
		kind = "decimal"
	default:
		shown = "prompt"
	}
	b = append(b, `<dataValidation allowBlank="1"`...)
	if kind != "" {
		b = append(b, ` type="`+kind+`" showErrorMessage="1"`...)
	} else {
		b = append(b, ` showInputMessage="1"`...)
	}
	if kind != "" && kind != "list" {
		b = append(b, ` errorStyle="warning"`...)
	}
	low, high, operator := bounds(a.Min, a.Max)
	if kind != "" && kind != "list" && operator != "" {
		b = append(b, ` operator="`+operator+`"`...)
	}
	b = append(b, ` `+shown+`Title="`...)
	b = appendXMLText(b, shortened(a.Title, mostAllowTitle))
	b = append(b, `" `+shown+`="`...)
	b = appendXMLText(b, shortened(a.Message, mostAllowWords))
	b = append(b, `" sqref="`+cells+`">`...)
	switch {
	case kind == "list":
		b = append(b, `<formula1>"`...)
		b = appendXMLText(b, list)
		b = append(b, `"</formula1>`...)
	case kind != "":
		b = append(b, `<formula1>`+low+`</formula1>`...)
		if high != "" {
			b = append(b, `<formula2>`+high+`</formula2>`...)
		}
	}
	return append(b, `</dataValidation>`...)
}

// bounds are the formulas of a range; without any bound every number is in it.
func bounds(low, high *float64) (first, second, operator string) {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case low != nil && high != nil:
		return number(*low), number(*high), ""
	case low != nil:
		return number(*low), "", "greaterThanOrEqual"
	case high != nil:
		return number(*high), "", "lessThanOrEqual"
	}
	return "-1000000000000000", "1000000000000000", ""
}

// shortened keeps words within what a spreadsheet shows, and marks the cut.
func shortened(words string, most int) string {
	runes := []rune(words)
	if len(runes) <= most {
		return words
	}
	return string(runes[:most-1]) + "…"
}
