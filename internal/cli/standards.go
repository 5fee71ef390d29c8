package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/form"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/law"
)

func newStandards() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "standards",
		Short: text.T("cli.standards.short"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			return usageError{errors.New(text.T("cli.standards.which"))}
		},
	}
	cmd.AddCommand(newStandardsList(), newStandardsShow(), newStandardsCheck())
	return cmd
}

func newStandardsList() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: text.T("cli.standards.list"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFormat(format,
				func() error { return listStandards(cmd.OutOrStdout()) },
				func() error { return listStandardsJSON(cmd.OutOrStdout()) })
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", text.T("cli.standards.format"))
	return cmd
}

func newStandardsShow() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: text.T("cli.standards.show"),
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := standardNamed(args[0])
			if err != nil {
				return err
			}
			return inFormat(format,
				func() error { return set.Describe(cmd.OutOrStdout()) },
				func() error { return writeJSON(cmd.OutOrStdout(), set) })
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", text.T("cli.standards.format"))
	return cmd
}

func newStandardsCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: text.T("cli.standards.check"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			library, err := standard.Load(law.Files)
			if err != nil {
				return errors.New(text.T("cli.standards.faulty", "faults", err.Error()))
			}
			forms, err := form.Load(law.Files, library)
			if err != nil {
				return errors.New(text.T("cli.standards.faulty", "faults", err.Error()))
			}
			run, faults := standard.RunCases(law.Files, library)
			more, wrong := form.RunCases(law.Files, forms, library)
			run, faults = run+more, append(faults, wrong...)
			if len(faults) > 0 {
				return errors.New(text.T("cli.standards.cases_failed", "n", len(faults), "all", run, "faults", errors.Join(faults...).Error()))
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.standards.sound", "standards", len(library.Sets), "forms", len(forms.Definitions), "cases", run))
			return err
		},
	}
}

// inFormat runs the writer of the format asked for.
func inFormat(format string, asText, asJSON func() error) error {
	switch format {
	case "text":
		return asText()
	case "json":
		return asJSON()
	}
	return usageError{errors.New(text.T("cli.standards.bad_format", "format", format))}
}

func listStandards(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := []string{"id", "from", "to", "confirmed", "unconfirmed", "name"}
	for i := range head {
		head[i] = text.T("cli.standards.head." + head[i])
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, s := range standard.All() {
		confirmed, unconfirmed := s.Confirmed()
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\n", s.ID, s.Valid.From, s.Valid.To, confirmed, unconfirmed, s.Name)
	}
	return w.Flush()
}

func listStandardsJSON(out io.Writer) error {
	type row struct {
		ID          string `json:"id"`
		Version     int    `json:"version"`
		Name        string `json:"name"`
		Scope       string `json:"scope"`
		From        string `json:"valid_from"`
		To          string `json:"valid_to"`
		Confirmed   int    `json:"confirmed"`
		Unconfirmed int    `json:"unconfirmed"`
	}
	rows := []row{}
	for _, s := range standard.All() {
		confirmed, unconfirmed := s.Confirmed()
		rows = append(rows, row{s.ID, s.Version, s.Name, s.Scope, s.Valid.From, s.Valid.To, confirmed, unconfirmed})
	}
	return writeJSON(out, rows)
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
