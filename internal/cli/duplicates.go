package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/text"
)

// newDuplicates is `giamngheo duplicates`: pairs of records that may be one
// person, from a file without any database.
func newDuplicates() *cobra.Command {
	var in, areaCode, round, format string
	cmd := &cobra.Command{
		Use:   "duplicates --in FILE.csv | --area CODE --round ID",
		Short: text.T("cli.duplicates.short"),
		Long:  text.T("cli.duplicates.long"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "csv" {
				return usageError{errors.New(text.T("cli.bad_format", "format", format, "known", "csv"))}
			}
			if (in == "") == (areaCode == "") || (areaCode == "") != (round == "") {
				return usageError{errors.New(text.T("cli.duplicates.needs"))}
			}
			if areaCode != "" {
				return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
					return spooled("", cmd.OutOrStdout(), func(w io.Writer) error { return duplicatesOfArea(ctx, a, actor, areaCode, round, w) })
				})
			}
			source, err := openInput(in, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer source.Close()
			people, columns, err := duplicate.ReadCSV(source)
			if err != nil {
				return err
			}
			if len(columns.Ignored) > 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.duplicates.ignored", "columns", strings.Join(columns.Ignored, ", ")))
			}
			if len(columns.Missing) > 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.duplicates.missing", "columns", strings.Join(columns.Missing, ", ")))
			}
			return spooled("", cmd.OutOrStdout(), func(w io.Writer) error {
				out := csv.NewWriter(w)
				out.Write(pairColumns)
				return writePairs(out, people, duplicate.Find(people))
			})
		},
	}
	cmd.Flags().StringVar(&in, "in", "", text.T("cli.duplicates.in"))
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.duplicates.area"))
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.duplicates.format"))
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// duplicatesOfArea compares those who lived in the area on the round's count day, or today
// if that has not come. It stores nothing; ids are those of persons.
func duplicatesOfArea(ctx context.Context, a *app.App, actor *account.Actor, code, round string, w io.Writer) error {
	if err := actor.Need(account.RightWriteRegistry); err != nil {
		return err
	}
	o, err := a.Reviews.FindRound(ctx, round)
	if err != nil {
		return err
	}
	root, err := a.AreaByCode(ctx, code, round, "")
	if err != nil {
		return err
	}
	scope, day := actor.ScopeFor(account.RightWriteRegistry), min(o.CountDay, area.Today(a.Now()))
	out := csv.NewWriter(w)
	out.Write(pairColumns)
	units, err := a.Households.SearchUnits(ctx, root)
	if err != nil {
		return err
	}
	for _, unit := range units {
		people, err := a.Households.People(ctx, scope, unit, day)
		if err != nil {
			return err
		}
		pairs, err := a.Households.Undecided(ctx, people, duplicate.Find(people))
		if err != nil {
			return err
		}
		if err := writePairs(out, people, pairs); err != nil {
			return err
		}
	}
	if len(units) == 1 {
		return nil
	}
	people, err := a.Households.SharedNumbers(ctx, scope)
	if err != nil {
		return err
	}
	pairs, err := a.Households.Undecided(ctx, people, a.Households.OfOneNumber(units, people, duplicate.Find(people)))
	if err != nil {
		return err
	}
	return writePairs(out, people, pairs)
}

var pairColumns = []string{"id_a", "id_b", "score", "reasons"}

func writePairs(w *csv.Writer, people []duplicate.Person, pairs []duplicate.Pair) error {
	for _, p := range pairs {
		reasons := make([]string, len(p.Reasons))
		for i, r := range p.Reasons {
			reasons[i] = string(r) + ": " + r.Words()
		}
		if err := w.Write([]string{people[p.A].ID, people[p.B].ID, strconv.FormatFloat(p.Score, 'f', 4, 64), strings.Join(reasons, "; ")}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
