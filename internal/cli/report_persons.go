package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/exchange"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

// listWriters write lists of names.
var listWriters = map[string]func(io.Writer) sheet.Writer{"csv": func(w io.Writer) sheet.Writer { return sheet.NewCSV(w, false) }, "xlsx": sheet.NewXLSX, "json": exchange.NewListJSON}

// listPurpose is what a list is for where the caller does not say: scripts
// call every table with the same flags.
func listPurpose(said string) string {
	if strings.TrimSpace(said) == "" {
		return text.T("cli.report.purpose_default")
	}
	return said
}

// newReportPersons lists the persons because of whom households lack what an
// indicator asks of each member.
func newReportPersons() *cobra.Command {
	var areaCode, format, out string
	var q review.PersonsQuery
	cmd := &cobra.Command{Use: "persons --indicator CODE --area CODE --round ID", Short: text.T("cli.report.persons"), Long: text.T("cli.report.persons_long"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			writer, known := listWriters[format]
			if !known {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "csv, xlsx, json"))}
			}
			q.Purpose = listPurpose(q.Purpose)
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightNamedLists); err != nil {
					return err
				}
				by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightNamedLists)}
				var err error
				if q.Root, err = a.AreaByCode(ctx, areaCode, q.Round, ""); err != nil {
					return err
				}
				if err := by.Scope.Check(a.Areas.Tree(), q.Root); err != nil {
					return err
				}
				return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return exchange.WritePersons(ctx, a.Reviews, by, q, writer(w)) })
			})
		}}
	cmd.Flags().StringVar(&q.Indicator, "indicator", "", text.T("cli.report.indicator"))
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&q.Round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&q.Purpose, "purpose", "", text.T("cli.report.purpose"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.report.persons_format"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.flag.out"))
	for _, needed := range []string{"indicator", "area", "round"} {
		cmd.MarkFlagRequired(needed)
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
