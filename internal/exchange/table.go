package exchange

import (
	"encoding/json"
	"io"
	"math"

	"giamngheo/internal/area"
	"giamngheo/internal/report"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

// WriteTableCSV writes a table for programs: stable keys as the header, one
// row a unit, a last row «total». A figure that does not exist is empty.
func WriteTableCSV(w io.Writer, t *report.Table) error {
	out := sheet.NewCSV(w, false)
	columns := []sheet.Column{{Title: "area_code"}, {Title: "area_name"}}
	keys := csvColumns(t)
	for _, i := range keys {
		columns = append(columns, sheet.Column{Title: t.Columns[i].Key})
	}
	if err := out.Sheet(t.ID, columns); err != nil {
		return err
	}
	for _, r := range append(t.Rows[:len(t.Rows):len(t.Rows)], t.Total) {
		values := []sheet.Value{sheet.TextValue(r.Code), sheet.TextValue(r.Shown())}
		for _, i := range keys {
			values = append(values, plain(t.Columns[i], cell(r, i)))
		}
		if err := out.Row(values...); err != nil {
			return err
		}
	}
	return out.Close()
}

// csvColumns leaves the table of results with the columns that scripts depend
// on; the others are in the workbook and in JSON.
func csvColumns(t *report.Table) []int {
	var list []int
	for i, c := range t.Columns {
		if t.ID == "results" && (c.Kind == report.Share || i >= 6) {
			continue
		}
		list = append(list, i)
	}
	return list
}

func cell(r report.Row, i int) report.Cell {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return report.Cell{}
}

// plain is a figure for programs. Counts that rest on shares are whole only by
// chance and keep two decimals; shares keep six.
func plain(c report.Column, v report.Cell) sheet.Value {
	switch {
	case !v.Known:
		return sheet.Value{}
	case c.Kind == report.Count:
		return sheet.NumberValue(math.Round(v.Value*100) / 100)
	}
	return sheet.NumberValue(math.Round(v.Value*1e6) / 1e6)
}

// WriteTableXLSX writes a table for people, with its title and notes.
func WriteTableXLSX(w io.Writer, t *report.Table) error {
	out := sheet.NewXLSX(w)
	columns := []sheet.Column{{Title: text.T("exchange.column.code"), Width: 10}, {Title: text.T("exchange.column.area"), Width: 32}}
	for _, c := range t.Columns {
		title := c.Title
		if c.Group != "" {
			title = c.Group + ": " + c.Title
		}
		columns = append(columns, sheet.Column{Title: title, Width: 14})
	}
	if err := out.Sheet(text.T("exchange.sheet.table"), columns); err != nil {
		return err
	}
	for _, r := range append(t.Rows[:len(t.Rows):len(t.Rows)], t.Total) {
		values := []sheet.Value{sheet.TextValue(r.Code), sheet.TextValue(r.Shown())}
		for i := range t.Columns {
			values = append(values, number(cell(r, i)))
		}
		if err := out.Row(values...); err != nil {
			return err
		}
	}
	if err := out.Sheet(text.T("exchange.sheet.notes"), []sheet.Column{{Title: text.T("exchange.column.about"), Width: 110}}); err != nil {
		return err
	}
	lines := []string{t.Title, t.Area.FullName, text.T("exchange.about.round", "round", t.Round.ID, "day", area.ShowDay(t.Boundaries))}
	for _, line := range append(append(lines, t.Notes...), t.Broken...) {
		if err := out.Row(sheet.TextValue(line)); err != nil {
			return err
		}
	}
	return out.Close()
}

func number(v report.Cell) sheet.Value {
	if !v.Known {
		return sheet.Value{}
	}
	return sheet.NumberValue(v.Value)
}

// tableJSON is the shape of a table for programs: rows hold their figures by
// column key, null where there is none.
type tableJSON struct {
	Table      string           `json:"table"`
	Title      string           `json:"title"`
	Area       string           `json:"area_code"`
	AreaName   string           `json:"area_name"`
	Round      string           `json:"round"`
	Standard   string           `json:"standard"`
	Boundaries string           `json:"boundaries"`
	Columns    []report.Column  `json:"columns"`
	Rows       []map[string]any `json:"rows"`
	Total      map[string]any   `json:"total"`
	Notes      []string         `json:"notes"`
	Broken     []string         `json:"broken"`
}

// WriteTableJSON writes a table for programs.
func WriteTableJSON(w io.Writer, t *report.Table) error {
	object := func(r report.Row) map[string]any {
		o := map[string]any{"area_code": r.Code, "area_name": r.Name, "estimated": r.Estimated, "no_data": r.NoData}
		for i, c := range t.Columns {
			if v := cell(r, i); v.Known {
				o[c.Key] = v.Value
			} else {
				o[c.Key] = nil
			}
		}
		return o
	}
	j := tableJSON{Table: t.ID, Title: t.Title, Area: t.Area.Code, AreaName: t.Area.FullName, Round: t.Round.ID, Standard: t.Round.Standard, Boundaries: t.Boundaries,
		Columns: t.Columns, Rows: []map[string]any{}, Total: object(t.Total), Notes: t.Notes, Broken: t.Broken}
	if j.Broken == nil {
		j.Broken = []string{}
	}
	for _, r := range t.Rows {
		j.Rows = append(j.Rows, object(r))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(j)
}
