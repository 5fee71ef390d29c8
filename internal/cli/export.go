package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/exchange"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

func newExport() *cobra.Command {
	cmd := &cobra.Command{Use: "export", Short: text.T("cli.export.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newExportHouseholds())
	return cmd
}

func newExportHouseholds() *cobra.Command {
	var o exchange.ExportOptions
	var out string
	cmd := &cobra.Command{Use: "households --area CODE --round ID --out FILE", Short: text.T("cli.export.households"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case strings.HasSuffix(strings.ToLower(out), ".xlsx"):
				o.Format = sheet.XLSX
			case strings.HasSuffix(strings.ToLower(out), ".csv"):
				o.Format = sheet.CSV
			default:
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", out, "known", ".xlsx, .csv"))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				bar := newProgress(os.Stderr, text.T("cli.export.writing"))
				o.Progress = bar.set
				var n exchange.Exported
				err := spooled(out, cmd.OutOrStdout(), func(w io.Writer) (err error) {
					n, err = a.Exchange.ExportHouseholds(ctx, actor, w, o)
					return err
				})
				bar.end()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.export.done", "n", n.Households, "file", out))
				if err == nil && n.Elsewhere > 0 {
					_, err = fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.export.elsewhere", "n", n.Elsewhere))
				}
				return err
			})
		}}
	cmd.Flags().StringVar(&o.Area, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&o.Round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.flag.out"))
	cmd.Flags().StringVar(&o.Purpose, "purpose", "", text.T("cli.export.purpose"))
	for _, name := range []string{"area", "round", "out"} {
		cmd.MarkFlagRequired(name)
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
