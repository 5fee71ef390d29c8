package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

func newJournal() *cobra.Command {
	cmd := &cobra.Command{Use: "journal", Short: text.T("cli.journal.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	verify := &cobra.Command{Use: "verify", Short: text.T("cli.journal.verify"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightJournal); err != nil {
					return err
				}
				err := journal.Verify(ctx, a.DB, a.Province)
				var f *fault.Error
				if errors.As(err, &f) && f.Code == journal.Broken {
					fmt.Fprintln(cmd.ErrOrStderr(), f.Message)
					return errFindings // nothing is refused: it was found broken
				}
				if err != nil {
					return err
				}
				chain, err := journal.ChainOf(ctx, a.DB, a.Province)
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				if chain.Seals == 0 {
					fmt.Fprintln(out, text.T("cli.journal.empty"))
				} else {
					fmt.Fprintln(out, text.T("cli.journal.whole", "entries", chain.Entries, "seals", chain.Seals, "hash", hex.EncodeToString(chain.Last)))
				}
				if chain.Open > 0 {
					fmt.Fprintln(out, text.T("cli.journal.open", "n", chain.Open))
				}
				return nil
			})
		}}
	addDBFlags(verify)
	addAsFlag(verify)
	cmd.AddCommand(verify)
	return cmd
}
