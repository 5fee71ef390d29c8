package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

func newSettings() *cobra.Command {
	cmd := &cobra.Command{Use: "settings", Short: text.T("cli.settings.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	list := &cobra.Command{Use: "list", Short: text.T("cli.settings.list"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExisting(cmd, func(ctx context.Context, a *app.App, _ *account.Actor) error {
				settings, err := a.Settings(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, text.T("cli.settings.head"))
				for _, s := range settings {
					fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", s.Key, s.Now, s.Start, text.T("cli.settings.of."+s.Key))
				}
				return w.Flush()
			})
		}}
	addDBFlags(list)
	var reason string
	set := &cobra.Command{Use: "set KEY VALUE", Short: text.T("cli.settings.set"), Args: usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			value, err := strconv.ParseInt(args[1], 10, 64)
			if err != nil || value < 0 {
				return usageError{errors.New(text.T("cli.settings.bad_value", "value", args[1]))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				err := a.ChooseSetting(ctx, actor, args[0], value, reason)
				var f *fault.Error
				if errors.As(err, &f) && f.Code == "setting_unknown" {
					return usageError{err}
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.settings.done", "key", args[0], "value", args[1]))
				return err
			})
		}}
	set.Flags().StringVar(&reason, "reason", "", text.T("cli.settings.reason"))
	addDBFlags(set)
	addAsFlag(set)
	cmd.AddCommand(list, set)
	return cmd
}
