package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/text"
)

// newAreasMark enters an area into a list of the installation, such as that of
// the extremely difficult communes and villages, of which no copy is at hand.
func newAreasMark() *cobra.Command {
	var p area.MarkPeriod
	var value, last string
	var unconfirmed bool
	cmd := &cobra.Command{Use: "mark CODE --kind KIND --from DATE --source TEXT", Short: text.T("area.cli.mark.short"), Long: text.T("area.cli.mark.long"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(area.Marks, p.Mark) {
				return usageError{fmt.Errorf("%s", text.T("area.cli.mark.bad_kind", "kind", p.Mark, "known", strings.Join(area.Marks, ", ")))}
			}
			var known bool
			if p.Value, known = area.ParseAnswer(value); !known {
				return usageError{fmt.Errorf("%s", text.T("area.cli.mark.bad_value", "value", value))}
			}
			for _, day := range []string{p.From, last} {
				if day != "" && !area.ValidDay(day) {
					return usageError{fmt.Errorf("%s", text.T("cli.bad_day", "day", day))}
				}
			}
			if last != "" {
				p.To = area.DayAfter(last)
			}
			p.Confirmed = !unconfirmed
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				v, err := a.Areas.Tree().FindCode(args[0], p.From)
				if err != nil {
					return err
				}
				p.Area = v.Area
				if err := a.MarkArea(ctx, actor, p); err != nil {
					return err
				}
				name := v.FullName
				if name == "" {
					name = v.Name
				}
				fmt.Fprintln(cmd.OutOrStdout(), text.T("area.cli.mark.done", "area", name, "mark", text.T("web.mark."+p.Mark), "value", text.T("area.cli.mark.value."+p.Value.String()), "from", area.ShowDay(p.From)))
				return nil
			})
		}}
	cmd.Flags().StringVar(&p.Mark, "kind", area.MarkExtremelyDifficult, text.T("area.cli.mark.kind", "known", strings.Join(area.Marks, ", ")))
	cmd.Flags().StringVar(&p.From, "from", "", text.T("area.cli.mark.from"))
	cmd.Flags().StringVar(&last, "to", "", text.T("area.cli.mark.to"))
	cmd.Flags().StringVar(&value, "value", "yes", text.T("area.cli.mark.value"))
	cmd.Flags().StringVar(&p.Source, "source", "", text.T("area.cli.mark.source"))
	cmd.Flags().BoolVar(&unconfirmed, "unconfirmed", false, text.T("area.cli.mark.unconfirmed"))
	cmd.MarkFlagRequired("from")
	cmd.MarkFlagRequired("source")
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
