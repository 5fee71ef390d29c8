package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

func newImport() *cobra.Command {
	cmd := &cobra.Command{Use: "import", Short: text.T("cli.import.short"), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newImportVillages(), newImportBoundaries(), newImportHouseholds(), newImportForms(), newImportList(), newImportUndo())
	return cmd
}

// importFlags are those of the commands that read a table.
type importFlags struct {
	area, format, faults, reason string
	dryRun                       bool
}

func (f *importFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.area, "area", "", text.T("cli.import.area"))
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, text.T("cli.import.dry_run"))
	cmd.Flags().StringVar(&f.format, "format", "text", text.T("cli.import.format"))
	cmd.Flags().StringVar(&f.faults, "faults", "", text.T("cli.import.faults"))
	cmd.Flags().StringVar(&f.reason, "reason", "", text.T("cli.import.reason"))
	addDBFlags(cmd)
	addAsFlag(cmd)
}

func (f *importFlags) check() error {
	if f.format != "text" && f.format != "json" {
		return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", f.format, "known", "text, json"))}
	}
	return nil
}

// importHeap is from what size on the collector goes through the heap of an
// importing command again: a million rows then fit into 300 MB together with
// the pages that SQLite holds (281 MB; 305 with a bound of 160).
const importHeap = 136 << 20

func boundHeap() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // nobody has set GOMEMLIMIT
		debug.SetMemoryLimit(importHeap)
	}
}

// take opens the file, lets do read it, and prints the report. The exit code
// says whether anything was refused.
func (f *importFlags) take(ctx context.Context, cmd *cobra.Command, a *app.App, file string, do func(b *sheet.Book, progress func(done, total int64)) (*exchange.Report, error)) error {
	boundHeap()
	limits, err := a.Exchange.Limits(ctx)
	if err != nil {
		return err
	}
	book, err := sheet.OpenFile(file, limits)
	if err != nil {
		return err
	}
	defer book.Close()
	bar := newProgress(os.Stderr, text.T("cli.import.reading"))
	report, err := do(book, func(done, total int64) { bar.set(int(done), int(total)) })
	bar.end()
	if err != nil {
		return err
	}
	if f.faults != "" && len(report.Problems) > 0 {
		if err := spooled(f.faults, cmd.OutOrStdout(), func(w io.Writer) error { return report.Mark(book, w) }); err != nil {
			return err
		}
	}
	if f.format == "json" {
		err = printJSON(cmd.OutOrStdout(), report)
	} else {
		err = f.print(cmd.OutOrStdout(), report)
	}
	if err == nil && report.Blocked {
		err = errRefused
	}
	return err
}

// listedProblems is how many problems the terminal lists; all are in the JSON and in
// the marked copy.
const listedProblems = 50

func (f *importFlags) print(out io.Writer, r *exchange.Report) error {
	for i, p := range r.Problems {
		if i == listedProblems {
			fmt.Fprintln(out, text.T("cli.import.more", "n", len(r.Problems)-listedProblems))
			break
		}
		message := p.Message
		if p.Warning {
			message = text.T("import.warning", "message", message)
		}
		place := p.Cell
		if place == "" && p.Row > 0 {
			place = text.T("cli.import.row", "row", p.Row)
		}
		if p.Sheet != "" && place != "" {
			place = p.Sheet + ", " + place
		}
		if place == "" {
			fmt.Fprintln(out, message)
			continue
		}
		fmt.Fprintf(out, "%s: %s\n", place, message)
	}
	key := "cli.import.done"
	switch {
	case r.Blocked:
		key = "cli.import.refused"
	case f.dryRun:
		key = "cli.import.dry"
	case !r.Applied:
		key = "cli.import.nothing"
	}
	_, err := fmt.Fprintln(out, text.T(key, "rows", r.Rows, "create", r.Create, "update", r.Update, "unchanged", r.Unchanged, "refused", r.Refused))
	if err == nil && r.Operation != "" {
		_, err = fmt.Fprintln(out, text.T("cli.import.operation", "operation", r.Operation))
	}
	return err
}

func newImportHouseholds() *cobra.Command {
	var f importFlags
	var round string
	cmd := &cobra.Command{Use: "households FILE --round ID", Short: text.T("cli.import.households"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				// A million rows should fit beside the other programs of an office's PC.
				if err := a.DB.SaveMemory(ctx); err != nil {
					return err
				}
				return f.take(ctx, cmd, a, args[0], func(b *sheet.Book, progress func(done, total int64)) (*exchange.Report, error) {
					return a.Exchange.Import(ctx, actor, b, exchange.Options{Round: round, Area: f.area, DryRun: f.dryRun, Reason: f.reason, Progress: progress})
				})
			})
		}}
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.MarkFlagRequired("round")
	f.add(cmd)
	return cmd
}

func newImportVillages() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{Use: "villages FILE --area CODE", Short: text.T("cli.import.villages"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				return f.take(ctx, cmd, a, args[0], func(b *sheet.Book, _ func(done, total int64)) (*exchange.Report, error) {
					return a.Exchange.ImportVillages(ctx, actor, b, exchange.VillageOptions{Area: f.area, DryRun: f.dryRun, Reason: f.reason})
				})
			})
		}}
	f.add(cmd)
	cmd.MarkFlagRequired("area")
	return cmd
}

func newImportBoundaries() *cobra.Command {
	var on, property string
	var dryRun bool
	cmd := &cobra.Command{Use: "boundaries FILE --on DATE", Short: text.T("cli.import.boundaries"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !area.ValidDay(on) {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_day", "day", on))}
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				file, err := openInput(args[0], cmd.InOrStdin())
				if err != nil {
					return err
				}
				defer file.Close()
				done, err := a.Exchange.ImportBoundaries(ctx, actor, file, args[0], on, property, dryRun)
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				for _, u := range done.Unknown {
					fmt.Fprintln(out, text.T("cli.import.boundary_unknown", "code", u.Code, "name", u.Name, "day", area.ShowDay(on)))
				}
				for _, v := range done.Missing {
					fmt.Fprintln(out, text.T("cli.import.boundary_missing", "code", v.Code, "name", v.FullName))
				}
				key := "cli.import.boundaries_done"
				if dryRun {
					key = "cli.import.boundaries_dry"
				}
				_, err = fmt.Fprintln(out, text.T(key, "n", done.Areas, "points", done.Points, "unknown", len(done.Unknown), "missing", len(done.Missing), "day", area.ShowDay(on)))
				return err
			})
		}}
	cmd.Flags().StringVar(&on, "on", "", text.T("cli.import.on"))
	cmd.Flags().StringVar(&property, "code-property", "", text.T("cli.import.code_property"))
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, text.T("cli.import.dry_run"))
	cmd.MarkFlagRequired("on")
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

func newImportForms() *cobra.Command {
	var f importFlags
	var o exchange.FormsOptions
	cmd := &cobra.Command{Use: "forms FILE --form A|C|1a|1b --round ID", Short: text.T("cli.import.forms"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				return f.take(ctx, cmd, a, args[0], func(b *sheet.Book, _ func(done, total int64)) (*exchange.Report, error) {
					o.DryRun, o.Reason = f.dryRun, f.reason
					return a.Exchange.ImportForms(ctx, actor, b, o)
				})
			})
		}}
	cmd.Flags().StringVar(&o.Form, "form", "", text.T("cli.import.form"))
	cmd.Flags().StringVar(&o.Round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, text.T("cli.import.dry_run"))
	cmd.Flags().StringVar(&f.format, "format", "text", text.T("cli.import.format"))
	cmd.Flags().StringVar(&f.faults, "faults", "", text.T("cli.import.faults"))
	cmd.Flags().StringVar(&f.reason, "reason", "", text.T("cli.import.reason"))
	cmd.MarkFlagRequired("form")
	cmd.MarkFlagRequired("round")
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

func newImportList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: text.T("cli.import.list"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				list, err := a.Exchange.Imports(ctx, actor, 100)
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				for _, i := range list {
					key := "cli.import.line"
					if i.Villages {
						key = "cli.import.line_villages"
					}
					fmt.Fprintln(out, text.T(key, "id", i.ID, "at", i.At.Format("02/01/2006 15:04"), "state", text.T("import.state."+i.State), "file", i.File, "round", i.Round,
						"rows", i.Rows, "create", i.Create, "update", i.Update, "actor", i.Actor))
				}
				return nil
			})
		}}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

func newImportUndo() *cobra.Command {
	var reason string
	cmd := &cobra.Command{Use: "undo ID --reason REASON", Short: text.T("cli.import.undo"), Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				bar := newProgress(cmd.ErrOrStderr(), text.T("cli.import.undoing"))
				n, err := a.Exchange.UndoImport(ctx, actor, args[0], reason, bar.set)
				bar.end()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.import.undone", "n", n))
				return err
			})
		}}
	cmd.Flags().StringVar(&reason, "reason", "", text.T("cli.import.reason"))
	cmd.MarkFlagRequired("reason")
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}
