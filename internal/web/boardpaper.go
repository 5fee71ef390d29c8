package web

import (
	"slices"

	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// paperGrids are the board as it is printed: the area itself, what lies directly
// below it, and agencies in tables of their own, each with the tasks that are
// asked of somebody in it and with its sum. All in one the board is too wide for
// letters that people can read.
func (p *Pages) paperGrids(s task.Summary) (list []view.Table) {
	for at := 0; at < len(s.Lines); {
		end := at
		for end < len(s.Lines) && s.Lines[end].Level == s.Lines[at].Level {
			end++
		}
		part := s
		part.Lines, part.Total = s.Lines[at:end], task.Sum(s.Lines[at:end], len(s.Columns))
		caption := s.Lines[at].Unit.Name
		if end-at > 1 || s.Lines[at].Area != s.Top.Area {
			caption = text.T("web.board.level." + string(s.Lines[at].Level))
		}
		t := p.grid(part, caption)
		if len(part.Lines) == 1 {
			t.Rows = t.Rows[:1] // its sum is itself
		}
		list = append(list, t)
		at = end
	}
	for n := range list {
		list[n].ID, list[n].Tall, list[n].HideCaption = "", false, false
	}
	return list
}

// askedColumns are the columns of which something is asked in some line.
func askedColumns(s task.Summary) (columns []int) {
	for n := range s.Columns {
		if slices.ContainsFunc(s.Lines, func(l task.Line) bool { return l.Tasks[n].All > 0 }) {
			columns = append(columns, n)
		}
	}
	return columns
}
