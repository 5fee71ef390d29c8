package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// newSample prints the households that a seed draws. It records no sample: the
// one that counts is drawn on the page, with a seed that nobody chooses.
func newSample() *cobra.Command {
	var areaCode, round, format, out, purpose string
	var margin share
	var seed int64
	cmd := &cobra.Command{Use: "sample --round ID --area CODE --margin 0.05 --seed N", Short: text.T("cli.sample.short"), Long: text.T("cli.sample.long"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			writer, known := listWriters[format]
			if !known {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "csv, xlsx, json"))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightVerify); err != nil {
					return err
				}
				design := a.Reviews.Checks.Design(float64(margin))
				if design.Check() != nil {
					return usageError{errors.New(text.T("cli.sample.bad_margin"))}
				}
				root, err := a.AreaByCode(ctx, areaCode, round, "")
				if err != nil {
					return err
				}
				by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightVerify)}
				sample, drawn, err := a.Reviews.Sample(ctx, by, design, round, root, seed, purpose)
				if err != nil {
					return err
				}
				fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.sample.drawn", "n", len(drawn), "frame", sample.Frame, "communes", len(sample.Strata), "required", sample.Required, "margin", vn.FormatDecimal(sample.Reached*100, 2)))
				if err := noteDraw(ctx, cmd, a, by.Scope, round, root); err != nil {
					return err
				}
				return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return exchange.WriteSample(ctx, a.Reviews, round, drawn, writer(w)) })
			})
		}}
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().Var(&margin, "margin", text.T("cli.sample.margin"))
	cmd.Flags().Int64Var(&seed, "seed", 0, text.T("cli.sample.seed"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.report.persons_format"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.flag.out"))
	cmd.Flags().StringVar(&purpose, "purpose", text.T("cli.sample.purpose"), text.T("cli.report.purpose"))
	for _, needed := range []string{"area", "round", "margin", "seed"} {
		cmd.MarkFlagRequired(needed)
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// share is a part of one as people write it: 0.05, or 0,05 with the comma of
// Vietnamese figures.
type share float64

func (s *share) String() string { return strconv.FormatFloat(float64(*s), 'f', -1, 64) }

func (s *share) Type() string { return "float" }

func (s *share) Set(typed string) error {
	value, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	*s = share(value)
	return err
}

// noteDraw says which draw counts where one has been recorded.
func noteDraw(ctx context.Context, cmd *cobra.Command, a *app.App, scope area.Scope, round string, root area.ID) error {
	samples, err := a.Reviews.Samples(ctx, scope, round, root)
	if err != nil || len(samples) == 0 {
		return err
	}
	counts := samples[0]
	fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.sample.counts", "no", counts.No, "seed", counts.Seed, "margin", vn.FormatDecimal(counts.Margin*100, 1), "day", area.ShowDay(area.Today(time.UnixMilli(counts.DrawnAt)))))
	return nil
}
