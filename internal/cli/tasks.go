package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

func newTasks() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tasks",
		Short: text.T("task.cli.short"),
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTasksInstances(), newTasksOpen(), newTasksBoard())
	return cmd
}

// newTasksInstances prints what a year asks of whom: from law/ alone, or, where
// a database is named, with how far it is.
func newTasksInstances() *cobra.Command {
	var year int
	var code, format string
	cmd := &cobra.Command{
		Use:   "instances --year YEAR",
		Short: text.T("task.cli.instances"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "csv" && format != "json" {
				return usageError{errors.New(text.T("cli.bad_format", "format", format, "known", "csv, json"))}
			}
			if dsn, _ := cmd.Flags().GetString("db"); dsn != "" {
				return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
					y, err := yearOf(ctx, a, actor, year, code)
					if err != nil {
						return err
					}
					return writeInstances(cmd.OutOrStdout(), y.Instances, format)
				})
			}
			list, err := plannedInstances(year, code)
			if err != nil {
				return err
			}
			return writeInstances(cmd.OutOrStdout(), list, format)
		},
	}
	cmd.Flags().IntVar(&year, "year", 0, text.T("task.cli.year"))
	cmd.Flags().StringVar(&code, "area", "", text.T("task.cli.area"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("task.cli.format"))
	cmd.Flags().String("db", os.Getenv("GIAMNGHEO_DB"), text.T("task.cli.db"))
	addAsFlag(cmd)
	if err := cmd.MarkFlagRequired("year"); err != nil {
		panic(fmt.Sprint("tasks instances: ", err))
	}
	return cmd
}

// yearOf reads a year for somebody who may see figures.
func yearOf(ctx context.Context, a *app.App, actor *account.Actor, year int, code string) (task.Year, error) {
	if err := actor.Need(account.RightTables); err != nil {
		return task.Year{}, err
	}
	return a.Tasks.Year(ctx, actor.ScopeFor(account.RightTables), year, code)
}

func plannedInstances(year int, code string) ([]task.Instance, error) {
	plans, err := task.Programmes(law.Files)
	if err != nil {
		return nil, err
	}
	p, err := task.OfYear(plans, year)
	if err != nil {
		return nil, err
	}
	tree, err := area.Load(law.Files)
	if err != nil {
		return nil, err
	}
	calendar, err := workday.Load(law.Files)
	if err != nil {
		return nil, err
	}
	return task.Instances(tree, p, calendar, year, code)
}

func writeInstances(out io.Writer, list []task.Instance, format string) error {
	if format == "json" {
		return instancesJSON(out, list)
	}
	return instancesCSV(out, list)
}

func instancesCSV(out io.Writer, list []task.Instance) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"task", "unit", "unit_code", "due", "lead", "approver", "state"}); err != nil {
		return err
	}
	for _, i := range list {
		if err := w.Write([]string{i.Task, i.Unit.Name, i.Unit.Code, i.Due, i.Lead, i.Approver, string(i.State)}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func instancesJSON(out io.Writer, list []task.Instance) error {
	type row struct {
		Task     string `json:"task"`
		Level    string `json:"level"`
		Unit     string `json:"unit"`
		Code     string `json:"unit_code"`
		Period   string `json:"period"`
		Due      string `json:"due"`
		Ends     string `json:"ends"`
		Lead     string `json:"lead"`
		Approver string `json:"approver"`
		State    string `json:"state"`
		Done     string `json:"done"`
	}
	rows := make([]row, len(list))
	for n, i := range list {
		rows[n] = row{i.Task, string(i.Level), i.Unit.Name, i.Unit.Code, i.ForYears(), i.Due, i.Ends, i.Lead, i.Approver, string(i.State), i.Done}
	}
	return writeJSON(out, rows)
}
