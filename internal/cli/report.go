package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/household"
	"giamngheo/internal/report"
	"giamngheo/internal/text"
)

var tableWriters = map[string]func(io.Writer, *report.Table) error{
	"csv": exchange.WriteTableCSV, "xlsx": exchange.WriteTableXLSX, "json": exchange.WriteTableJSON,
}

func newReport() *cobra.Command {
	var areaCode, round, boundaries, format, out, purpose string
	cmd := &cobra.Command{Use: "report TABLE --area CODE --round ID", Short: text.T("cli.report.short"), Long: text.T("cli.report.long"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, known := tableWriters[format]
			if !known {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "csv, xlsx, json"))}
			}
			if areaCode == "" || round == "" {
				return usageError{fmt.Errorf("%s", text.T("cli.report.needs"))}
			}
			if boundaries != "" && !area.ValidDay(boundaries) {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_day", "day", boundaries))}
			}
			if !knownTable(args[0]) {
				return usageError{fmt.Errorf("%s", text.T("report.table_not_found", "table", args[0]))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightTables); err != nil {
					return err
				}
				if err := a.LoadRegister(ctx); err != nil {
					return err
				}
				request := report.Request{Table: args[0], Round: round, Boundaries: boundaries}
				var err error
				if request.Area, err = a.AreaByCode(ctx, areaCode, round, boundaries); err != nil {
					return err
				}
				if namedList(args[0]) {
					return writeNamedList(ctx, cmd, a, actor, exchange.Named{List: args[0], Request: request, Purpose: listPurpose(purpose)}, format, out)
				}
				table, err := a.Reports.Make(ctx, actor.ScopeFor(account.RightTables), request)
				if err != nil {
					return err
				}
				return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return write(w, table) })
			})
		}}
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&boundaries, "boundaries", "", text.T("cli.report.boundaries"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.report.format"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.flag.out"))
	cmd.Flags().StringVar(&purpose, "purpose", "", text.T("cli.report.purpose"))
	addDBFlags(cmd)
	addAsFlag(cmd)
	list := &cobra.Command{Use: "list", Short: text.T("cli.report.list"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		for _, d := range report.List() {
			fmt.Fprintf(w, "%s\t%s\n", d.ID, d.Title)
		}
		for _, l := range exchange.NamedLists {
			fmt.Fprintf(w, "%s\t%s\n", l.ID, text.T("report.table."+l.ID))
		}
		fmt.Fprintf(w, "%s\t%s\n", tableChanges, text.T("report.table."+tableChanges))
		fmt.Fprintf(w, "%s\t%s\n", exchange.PersonsList, text.T("report.table."+exchange.PersonsList))
		return w.Flush()
	}}
	addDBFlags(list) // needs none; scripts give every report the same flags
	cmd.AddCommand(newReportPersons(), newReportChanges(), list)
	return cmd
}

func namedList(id string) bool {
	for _, l := range exchange.NamedLists {
		if l.ID == id {
			return true
		}
	}
	return false
}

// writeNamedList writes a list of names, which has its own right and is
// journalled.
func writeNamedList(ctx context.Context, cmd *cobra.Command, a *app.App, actor *account.Actor, n exchange.Named, format, out string) error {
	if err := actor.Need(account.RightNamedLists); err != nil {
		return err
	}
	n.By = household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightNamedLists)}
	n.Figures = actor.ScopeFor(account.RightTables)
	writer, ok := listWriters[format]
	if !ok {
		return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "csv, xlsx, json"))}
	}
	return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return exchange.WriteNamed(ctx, a.Reports, a.Reviews, n, writer(w)) })
}

func knownTable(id string) bool {
	if namedList(id) {
		return true
	}
	for _, d := range report.List() {
		if d.ID == id {
			return true
		}
	}
	return false
}
