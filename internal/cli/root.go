// Package cli is the command line: one file a command, stable flags, formats
// and exit codes, because scripts depend on them.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// The exit codes.
const (
	exitDone    = 0
	exitFailed  = 1 // or, of lint, findings
	exitUsage   = 2
	exitRefused = 3 // the data were refused; nothing was written
)

// errRefused ends a command with exit code 3 when its output has already
// said what is wrong.
var errRefused = errors.New("refused")

// usageError marks an error of the command's words; it ends with exit code 2.
type usageError struct{ error }

// Main runs the command line and gives the exit code.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		fmt.Fprintln(os.Stderr, text.T("cli.stopped"))
		return exitFailed
	}
	return exitCode(err)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "giamngheo",
		Short:         text.T("cli.root.short"),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usageArgs(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(
		// one line a command, in the order of the manual
		newDemo(),
		newServe(),
		newAccount(),
		newSettings(),
		newJournal(),
		newRound(),
		newImport(),
		newExport(),
		newForms(),
		newReport(),
		newSample(),
		newClassify(),
		newStandards(),
		newMeasure(),
		newDuplicates(),
		newLint(),
		newProgramme(),
		newTasks(),
		newCalendar(),
		newAreas(time.Now),
	)
	speakVietnamese(root)
	return root
}

func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errRefused) {
		return exitRefused
	}
	if errors.Is(err, errFindings) {
		return exitFailed
	}
	var usage usageError
	if errors.As(err, &usage) {
		return wrongUsage(err.Error())
	}
	if missing, ok := missingFlags(err); ok {
		return wrongUsage(missing)
	}
	var f *fault.Error
	if errors.As(err, &f) {
		fmt.Fprintln(os.Stderr, f.Message)
		for _, field := range f.Fields {
			if field.Message == f.Message {
				continue
			}
			fmt.Fprintf(os.Stderr, "  %s: %s\n", field.Name, field.Message)
		}
		if f.Kind == fault.Internal {
			fmt.Fprintln(os.Stderr, fault.Log(err))
		}
		if f.Kind == fault.Invalid || f.Kind == fault.Conflict {
			return exitRefused
		}
		return exitFailed
	}
	fmt.Fprintln(os.Stderr, text.T("cli.failed", "error", err.Error()))
	return exitFailed
}

func wrongUsage(what string) int {
	fmt.Fprintln(os.Stderr, text.T("cli.usage_error", "error", strings.TrimSuffix(what, ".")))
	return exitUsage
}

// usageArgs makes cobra's argument checks end with exit code 2.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{errors.New(argumentComplaint(cmd, args))}
		}
		return nil
	}
}
