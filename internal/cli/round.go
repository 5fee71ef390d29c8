package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

func newRound() *cobra.Command {
	cmd := &cobra.Command{Use: "round", Short: text.T("cli.round.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newRoundOpen(), newRoundStatus())
	return cmd
}

func newRoundOpen() *cobra.Command {
	var o review.Opening
	var calendar string
	cmd := &cobra.Command{Use: "open --year Y --standard ID", Short: text.T("cli.round.open"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Kind != review.Yearly && o.Kind != review.InYear {
				return usageError{fmt.Errorf("%s", text.T("review.bad_kind"))}
			}
			if o.BoundaryDay != "" && !area.ValidDay(o.BoundaryDay) {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_day", "day", o.BoundaryDay))}
			}
			set, err := standardNamed(o.Standard)
			if err != nil {
				return err
			}
			if o.Calendar, err = readCalendar(calendar, o.Year); err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightRounds); err != nil {
					return err
				}
				if o.Kind == review.Yearly && o.PlanNote == "" {
					if o.Plan, err = a.Reviews.PlanFor(ctx, o.Year); err != nil {
						return err
					}
				}
				round, err := a.Reviews.OpenRound(ctx, actor.ID, o)
				if err != nil {
					return err
				}
				// The class of an autumn round holds from the next 1 January.
				holds := fmt.Sprintf("%04d-01-01", o.Year+1)
				if o.Kind == review.Yearly && (holds < set.Valid.From || set.Valid.To != "" && holds > set.Valid.To) {
					words := text.T("cli.round.other_standard", "standard", set.ID, "day", area.ShowDay(holds))
					if right, err := standard.Law().ForRound(o.Year); err == nil {
						words = text.T("cli.round.beside", "standard", set.ID, "day", area.ShowDay(holds), "right", right.ID)
					}
					fmt.Fprintln(cmd.ErrOrStderr(), words)
				}
				if o.Kind == review.Yearly && o.Plan == "" && o.PlanNote == "" {
					fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.round.no_plan", "year", o.Year))
				}
				for _, conflict := range a.Reviews.CalendarConflicts(round) {
					fmt.Fprintln(cmd.ErrOrStderr(), conflict)
				}
				fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.round.opened", "id", round.ID, "standard", round.Standard, "boundaries", area.ShowDay(round.BoundaryDay)))
				return nil
			})
		}}
	cmd.Flags().IntVar(&o.Year, "year", 0, text.T("cli.round.year"))
	cmd.Flags().StringVar(&o.Standard, "standard", "", text.T("cli.round.standard"))
	cmd.Flags().StringVar(&o.ID, "id", "", text.T("cli.round.id"))
	cmd.Flags().StringVar(&o.Kind, "kind", review.Yearly, text.T("cli.round.kind"))
	cmd.Flags().StringVar(&o.BoundaryDay, "boundaries", "", text.T("cli.round.boundaries"))
	cmd.Flags().StringVar(&calendar, "calendar", "", text.T("cli.round.calendar"))
	cmd.Flags().StringVar(&o.PlanNote, "plan", "", text.T("cli.round.plan"))
	cmd.MarkFlagRequired("year")
	cmd.MarkFlagRequired("standard")
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
