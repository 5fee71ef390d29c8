package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

const tableChanges = "changes"

// newReportChanges writes what decisions within the year changed in a month, a
// quarter or the year. It is counted from signed decisions and needs no
// register in memory, so it is a command beside the tables of a round.
func newReportChanges() *cobra.Command {
	var areaCode, round, written, format, out string
	cmd := &cobra.Command{Use: tableChanges + " --area CODE --round ID --period 2017-05", Short: text.T("cli.report.changes"), Long: text.T("cli.report.changes_long"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, known := tableWriters[format]
			if !known {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "csv, xlsx, json"))}
			}
			period, ok := review.ParsePeriod(written)
			if written != "" && !ok {
				return usageError{fmt.Errorf("%s", text.T("cli.report.bad_period", "period", written))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightTables); err != nil {
					return err
				}
				root, err := a.AreaByCode(ctx, areaCode, round, "")
				if err != nil {
					return err
				}
				if written == "" {
					o, err := a.Reviews.FindRound(ctx, round)
					if err != nil {
						return err
					}
					period, _ = review.ParsePeriod(strconv.Itoa(o.Year))
				}
				c, err := a.Reviews.ChangesOf(ctx, actor.ScopeFor(account.RightTables), round, root, period)
				if err != nil {
					return err
				}
				return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return write(w, report.ChangesTable(c)) })
			})
		}}
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&written, "period", "", text.T("cli.report.period"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.report.format"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.flag.out"))
	for _, needed := range []string{"area", "round"} {
		cmd.MarkFlagRequired(needed)
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
