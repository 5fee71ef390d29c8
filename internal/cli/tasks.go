package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

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
	cmd.AddCommand(newTasksInstances())
	return cmd
}

// newTasksInstances prints what a year asks of whom, from law/ alone.
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
			p, err := task.OfYear(law.Files, year)
			if err != nil {
				return err
			}
			tree, err := area.Load(law.Files)
			if err != nil {
				return err
			}
			calendar, err := workday.Load(law.Files)
			if err != nil {
				return err
			}
			list, err := task.Instances(tree, p, calendar, year, code)
			if err != nil {
				return err
			}
			if format == "json" {
				return instancesJSON(cmd.OutOrStdout(), list)
			}
			return instancesCSV(cmd.OutOrStdout(), list)
		},
	}
	cmd.Flags().IntVar(&year, "year", 0, text.T("task.cli.year"))
	cmd.Flags().StringVar(&code, "area", "", text.T("task.cli.area"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("task.cli.format"))
	if err := cmd.MarkFlagRequired("year"); err != nil {
		panic(fmt.Sprint("tasks instances: ", err))
	}
	return cmd
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
	}
	rows := make([]row, len(list))
	for n, i := range list {
		rows[n] = row{i.Task, string(i.Level), i.Unit.Name, i.Unit.Code, i.ForYears(), i.Due, i.Ends, i.Lead, i.Approver, string(i.State)}
	}
	return writeJSON(out, rows)
}
