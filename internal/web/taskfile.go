package web

import (
	"net/http"

	"giamngheo/internal/programme"
	"giamngheo/internal/sheet"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// boardFile is a year under an area as a file: as a workbook with the board and
// every obligation, as CSV with every obligation, for others to count.
func (p *Pages) boardFile(w http.ResponseWriter, r *http.Request) error {
	y, err := p.yearOf(r)
	if err != nil {
		return err
	}
	return sendFile(w, fileName(y), r.PathValue("format"), sheetWriters(func(out sheet.Writer, csv bool) error {
		if !csv {
			if err := boardSheet(out, task.Summarise(y.Year, p.Tasks.Calendar, p.Tree())); err != nil {
				return err
			}
		}
		list, _ := p.narrowed(r, y)
		return obligationSheet(out, list)
	}))
}

func boardSheet(out sheet.Writer, s task.Summary) error {
	columns := []sheet.Column{{Title: text.T("web.board.code"), Width: 12}, {Title: text.T("web.board.unit"), Width: 32}, {Title: text.T("web.board.all"), Width: 10}}
	for _, in := range standings {
		columns = append(columns, sheet.Column{Title: text.T("web.board.in." + string(in)), Width: 12})
	}
	columns = append(columns, sheet.Column{Title: text.T("web.board.worst"), Width: 12})
	for _, c := range s.Columns {
		name := columnName(s.Year.Year, c)
		columns = append(columns, sheet.Column{Title: text.T("web.board.asked_of", "task", name), Width: 12}, sheet.Column{Title: text.T("web.board.done_of", "task", name), Width: 12}, sheet.Column{Title: text.T("web.board.behind_of", "task", name), Width: 12})
	}
	if err := out.Sheet(text.T("web.board.grid"), columns); err != nil {
		return err
	}
	s.Total.Unit = programme.Unit{Name: text.T("web.board.total")}
	for _, l := range append(s.Lines[:len(s.Lines):len(s.Lines)], s.Total) {
		values := []sheet.Value{sheet.TextValue(l.Unit.Code), sheet.TextValue(l.Unit.Name), sheet.NumberValue(float64(l.All))}
		for _, in := range standings {
			values = append(values, sheet.NumberValue(float64(l.Timeliness[in])))
		}
		values = append(values, sheet.NumberValue(float64(l.Worst)))
		for _, c := range l.Tasks {
			if c.All == 0 { // nothing is asked: not the same as nothing done
				values = append(values, sheet.Value{}, sheet.Value{}, sheet.Value{})
				continue
			}
			values = append(values, sheet.NumberValue(float64(c.All)), sheet.NumberValue(float64(c.State[task.Done])), sheet.NumberValue(float64(c.Behind())))
		}
		if err := out.Row(values...); err != nil {
			return err
		}
	}
	return nil
}

func obligationSheet(out sheet.Writer, list []task.Cell) error {
	columns := []sheet.Column{{Title: text.T("web.board.task"), Width: 8}, {Title: text.T("web.board.title_of"), Width: 60}, {Title: text.T("web.board.years"), Width: 12}, {Title: text.T("web.board.code"), Width: 12}, {Title: text.T("web.board.unit"), Width: 32},
		{Title: text.T("web.board.printed"), Width: 14}, {Title: text.T("web.board.ends"), Width: 14}, {Title: text.T("web.board.state"), Width: 18}, {Title: text.T("web.board.handed"), Width: 14}, {Title: text.T("web.board.done"), Width: 14},
		{Title: text.T("web.board.standing"), Width: 24}, {Title: text.T("web.board.late_days"), Width: 14}}
	if err := out.Sheet(text.T("web.board.obligations"), columns); err != nil {
		return err
	}
	for _, c := range list {
		late := sheet.Value{}
		if c.Late > 0 {
			late = sheet.NumberValue(float64(c.Late))
		}
		if err := out.Row(sheet.TextValue(c.Task), sheet.TextValue(c.Title), sheet.TextValue(c.ForYears()), sheet.TextValue(c.Unit.Code), sheet.TextValue(c.Unit.Name), sheet.TextValue(c.Due), sheet.TextValue(c.Ends),
			sheet.TextValue(c.StateWords()), sheet.TextValue(c.HandedIn), sheet.TextValue(c.Done), sheet.TextValue(c.InWords(c.In, c.Late)), late); err != nil {
			return err
		}
	}
	return nil
}
