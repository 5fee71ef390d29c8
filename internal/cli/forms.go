package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/form"
	"giamngheo/internal/paper"
	"giamngheo/internal/print"
	"giamngheo/internal/text"
)

func newForms() *cobra.Command {
	cmd := &cobra.Command{Use: "forms", Short: text.T("cli.forms.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newFormsPrint())
	return cmd
}

func newFormsPrint() *cobra.Command {
	var o print.FormOptions
	var out string
	cmd := &cobra.Command{Use: "print A|B|C|1a|1b --area CODE --round ID --out FILE", Short: text.T("cli.forms.print"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, code := range form.AllCodes {
				if strings.EqualFold(code, args[0]) {
					o.Form = code
				}
			}
			if o.Form == "" {
				return usageError{fmt.Errorf("%s", text.T("cli.forms.unknown", "form", args[0], "known", strings.Join(form.AllCodes, ", ")))}
			}
			write, err := paperFormat(out)
			if err != nil {
				return err
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				bar := newProgress(os.Stderr, text.T("cli.forms.writing"))
				o.Progress = bar.set
				d, n, err := a.Prints.Forms(ctx, actor, o)
				bar.end()
				if err != nil {
					return err
				}
				if err := spooled(out, cmd.OutOrStdout(), func(w io.Writer) error { return write(d, w) }); err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.ErrOrStderr(), text.T("cli.forms.done", "n", n, "file", out))
				return err
			})
		}}
	cmd.Flags().StringVar(&o.Area, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&o.Round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.forms.out"))
	cmd.Flags().BoolVar(&o.Blank, "blank", false, text.T("cli.forms.blank"))
	cmd.Flags().StringVar(&o.Purpose, "purpose", "", text.T("cli.forms.purpose"))
	for _, name := range []string{"area", "round", "out"} {
		cmd.MarkFlagRequired(name)
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// paperFormat tells from a file's name how a document is written.
func paperFormat(file string) (func(*paper.Document, io.Writer) error, error) {
	switch name := strings.ToLower(file); {
	case strings.HasSuffix(name, ".pdf"):
		return (*paper.Document).PDF, nil
	case strings.HasSuffix(name, ".docx"):
		return (*paper.Document).DOCX, nil
	}
	return nil, usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", file, "known", ".pdf, .docx"))}
}
