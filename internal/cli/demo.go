package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/demo"
	"giamngheo/internal/text"
)

func newDemo() *cobra.Command {
	var households int
	var seed uint64
	cmd := &cobra.Command{Use: "demo", Short: text.T("cli.demo.short"), Long: text.T("cli.demo.long"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if households < demo.Least || households > demo.Most {
				return usageError{errors.New(text.T("cli.demo.households_range", "least", demo.Least, "most", demo.Most))}
			}
			if err := checkServing(cmd); err != nil {
				return err
			}
			return untilStopped(cmd, func() error {
				return withApp(cmd, func(ctx context.Context, a *app.App, _ *account.Actor) error {
					bar := newProgress(cmd.ErrOrStderr(), text.T("cli.demo.filling"))
					accounts, err := a.FillDemo(ctx, households, seed, bar.set)
					bar.end()
					if err != nil {
						return err
					}
					return serve(cmd, a, func(address string) { printDemo(cmd, address, accounts) })
				})
			})
		}}
	cmd.Flags().IntVar(&households, "households", 20000, text.T("cli.demo.households"))
	cmd.Flags().Uint64Var(&seed, "seed", 1, text.T("cli.demo.seed"))
	addDBFlags(cmd)
	addServeFlags(cmd)
	return cmd
}

func printDemo(cmd *cobra.Command, address string, accounts []app.DemoAccount) {
	out := cmd.OutOrStdout()
	fmt.Fprintln(out, text.T("cli.serve.ready", "address", address))
	fmt.Fprintln(out, text.T("cli.demo.accounts"))
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, a := range accounts {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", a.Name, a.Password, a.FullName, a.Post)
	}
	w.Flush()
}
