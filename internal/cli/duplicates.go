package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/duplicate"
	"giamngheo/internal/text"
)

// newDuplicates is `giamngheo duplicates`: pairs of records that may be one
// person, from a file without any database.
func newDuplicates() *cobra.Command {
	var in, format string
	cmd := &cobra.Command{
		Use:   "duplicates --in FILE.csv",
		Short: text.T("cli.duplicates.short"),
		Long:  text.T("cli.duplicates.long"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "csv" {
				return usageError{errors.New(text.T("cli.bad_format", "format", format, "known", "csv"))}
			}
			if in == "" {
				return usageError{errors.New(text.T("cli.duplicates.needs"))}
			}
			source, err := openInput(in, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer source.Close()
			people, ignored, err := duplicate.ReadCSV(source)
			if err != nil {
				return err
			}
			if len(ignored) > 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.duplicates.ignored", "columns", strings.Join(ignored, ", ")))
			}
			return spooled("", cmd.OutOrStdout(), func(w io.Writer) error {
				return writePairs(w, people, duplicate.Find(people))
			})
		},
	}
	cmd.Flags().StringVar(&in, "in", "", text.T("cli.duplicates.in"))
	cmd.Flags().StringVar(&format, "format", "csv", text.T("cli.duplicates.format"))
	return cmd
}

func writePairs(out io.Writer, people []duplicate.Person, pairs []duplicate.Pair) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"id_a", "id_b", "score", "reasons"}); err != nil {
		return err
	}
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
