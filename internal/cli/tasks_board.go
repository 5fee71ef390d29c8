package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// newTasksOpen makes the obligations of a year, once.
func newTasksOpen() *cobra.Command {
	var year int
	cmd := &cobra.Command{Use: "open --year YEAR", Short: text.T("task.cli.open"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				opening, err := a.Tasks.Opening(ctx, year)
				if err != nil {
					return err
				}
				n, err := a.Tasks.OpenYear(ctx, actor, year)
				if err != nil {
					return err
				}
				words := []string{text.T("task.cli.opened", "n", n, "year", year)}
				if unowed := task.UnowedWords(year, opening.Unowed); unowed != "" {
					words = append(words, unowed)
				}
				for _, gone := range opening.Gone {
					words = append(words, text.T("task.open_gone", "agency", gone.Name, "day", area.ShowDay(gone.To)))
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.Join(words, "\n"))
				return err
			})
		}}
	cmd.Flags().IntVar(&year, "year", 0, text.T("task.cli.year"))
	if err := cmd.MarkFlagRequired("year"); err != nil {
		panic(fmt.Sprint("tasks open: ", err))
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// newTasksBoard prints unit by task how far a year is.
func newTasksBoard() *cobra.Command {
	var year int
	var code, format string
	cmd := &cobra.Command{Use: "board --year YEAR", Short: text.T("task.cli.board"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "json" {
				return usageError{errors.New(text.T("cli.bad_format", "format", format, "known", "json"))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				y, err := yearOf(ctx, a, actor, year, code)
				if err != nil {
					return err
				}
				return boardJSON(cmd.OutOrStdout(), task.BoardOf(y, a.Tasks.Calendar))
			})
		}}
	cmd.Flags().IntVar(&year, "year", 0, text.T("task.cli.year"))
	cmd.Flags().StringVar(&code, "area", "", text.T("task.cli.area"))
	cmd.Flags().StringVar(&format, "format", "json", text.T("task.cli.json_only"))
	if err := cmd.MarkFlagRequired("year"); err != nil {
		panic(fmt.Sprint("tasks board: ", err))
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// What a board prints; docs/programmes.md describes it.
type (
	boardCounts struct {
		All       int `json:"all"`
		Planned   int `json:"planned"`
		Doing     int `json:"doing"`
		HandedIn  int `json:"handed_in"`
		Returned  int `json:"returned"`
		Done      int `json:"done"`
		OpenTerms int `json:"open"`
		Overdue   int `json:"overdue"`
		OnTime    int `json:"on_time"`
		Late      int `json:"late"`
		NoDate    int `json:"no_date"`
	}
	boardCell struct {
		Task       string `json:"task"`
		Period     string `json:"period"`
		Due        string `json:"due"`
		Ends       string `json:"ends"`
		State      string `json:"state"`
		HandedIn   string `json:"handed_in"`
		Done       string `json:"done"`
		Timeliness string `json:"timeliness"`
		LateDays   int    `json:"late_days"`
	}
	boardUnit struct {
		Unit   string      `json:"unit"`
		Code   string      `json:"unit_code"`
		Level  string      `json:"level"`
		Counts boardCounts `json:"counts"`
		Tasks  []boardCell `json:"tasks"`
	}
	boardPage struct {
		Year   int         `json:"year"`
		Plan   string      `json:"plan"`
		Area   string      `json:"area"`
		Name   string      `json:"name"`
		Day    string      `json:"day"`
		Made   bool        `json:"made"`
		Counts boardCounts `json:"counts"`
		Units  []boardUnit `json:"units"`
	}
)

func countsOf(c task.Counts) boardCounts {
	return boardCounts{c.All, c.State[task.Planned], c.State[task.Doing], c.State[task.HandedIn], c.State[task.Returned], c.State[task.Done],
		c.Timeliness[task.Open], c.Timeliness[task.Overdue], c.Timeliness[task.OnTime], c.Timeliness[task.Late], c.Timeliness[task.NoDate]}
}

func boardJSON(out io.Writer, b task.Board) error {
	page := boardPage{Year: b.Year.Year, Plan: b.Plan, Area: b.Top.Code, Name: b.Top.FullName, Day: b.Today, Made: b.Made, Counts: countsOf(b.Counts), Units: []boardUnit{}}
	for _, row := range b.Rows {
		u := boardUnit{row.Unit.Name, row.Unit.Code, string(row.Level), countsOf(row.Counts), make([]boardCell, len(row.Cells))}
		for n, c := range row.Cells {
			u.Tasks[n] = boardCell{c.Task, c.ForYears(), c.Due, c.Ends, string(c.State), c.HandedIn, c.Done, string(c.In), c.Late}
		}
		page.Units = append(page.Units, u)
	}
	return writeJSON(out, page)
}
