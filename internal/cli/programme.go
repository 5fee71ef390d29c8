package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// samplePlan is the plan that comes with the program, to begin another from.
const samplePlan = "programmes/tasks-159.yaml"

func newProgramme() *cobra.Command {
	cmd := &cobra.Command{Use: "programme", Short: text.T("task.cli.programme"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	load := &cobra.Command{Use: "import FILE.yaml", Short: text.T("task.cli.import"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := readProgramme(args[0])
			if err != nil {
				return fault.Wrap(err, fault.Invalid, "open", text.T("programme.cli.not_opened", "path", args[0]))
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				p, err := a.Tasks.Import(ctx, actor, raw)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("task.cli.imported", "number", p.Number, "n", len(p.Tasks), "from", p.Period.From, "to", p.Period.To))
				if unknown := a.Tasks.UnknownApprovers(p); err == nil && len(unknown) > 0 {
					_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("task.unknown_approvers", "list", strings.Join(unknown, ", "), "first", unknown[0]))
				}
				return err
			})
		}}
	addDBFlags(load)
	addAsFlag(load)
	sample := &cobra.Command{Use: "sample", Short: text.T("task.cli.sample"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			raw, err := law.Files.ReadFile(samplePlan)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(raw)
			return err
		}}
	cmd.AddCommand(load, sample)
	return cmd
}
