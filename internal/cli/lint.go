package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// errFindings ends lint with exit code 1 when its output has said what it found.
var errFindings = errors.New("findings")

// newLint checks a programme file alone: no database. Exit code 1 means
// findings, so that whatever keeps the file from being read or written is 3.
func newLint() *cobra.Command {
	var format, out string
	var repair bool
	cmd := &cobra.Command{
		Use:   "lint FILE.yaml",
		Short: text.T("programme.cli.short"),
		Long:  text.T("programme.cli.long"),
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out != "" && !repair {
				return usageError{errors.New(text.T("programme.cli.out_alone"))}
			}
			if format != "text" && format != "json" {
				return usageError{errors.New(text.T("cli.bad_format", "format", format, "known", "text, json"))}
			}
			return lint(cmd.OutOrStdout(), args[0], format, repair, out)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", text.T("programme.cli.format"))
	cmd.Flags().BoolVar(&repair, "repair", false, text.T("programme.cli.repair"))
	cmd.Flags().StringVar(&out, "out", "", text.T("programme.cli.out"))
	return cmd
}

func lint(w io.Writer, path, format string, repair bool, out string) error {
	raw, err := readProgramme(path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "open", text.T("programme.cli.not_opened", "path", path))
	}
	p, err := programme.Read(raw)
	if err != nil {
		return err
	}
	rules, calendar, err := programmeRules()
	if err != nil {
		return err
	}
	report := lintReport{Findings: p.Lint(rules, calendar)}
	if repair {
		proposed := p.Repair()
		report.Repair, report.left = &proposed, p.Left(proposed, rules, calendar)
	}
	if out != "" {
		rewritten, err := p.Rewrite(*report.Repair)
		if err != nil {
			return err
		}
		if err := writeWhole(out, rewritten); err != nil {
			return fault.Wrap(err, fault.Invalid, "write", text.T("programme.cli.not_written", "path", out))
		}
	}
	if format == "json" {
		err = writeJSON(w, report)
	} else {
		err = report.print(w, p, out)
	}
	if err == nil && !programme.Clean(report.Findings) {
		err = errFindings
	}
	return err
}

// readProgramme reads no further than programme.Read accepts.
func readProgramme(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, programme.MaxBytes+1))
}

// programmeRules are the figures and the working days of law/.
func programmeRules() (programme.Rules, *workday.Calendar, error) {
	raw, err := law.Files.ReadFile("programme-rules.yaml")
	if err != nil {
		return programme.Rules{}, nil, err
	}
	rules, err := programme.ReadRules(raw)
	if err != nil {
		return rules, nil, err
	}
	calendar, err := workday.Load(law.Files)
	return rules, calendar, err
}

// writeWhole writes a file so that a fault on the way leaves the old one.
func writeWhole(path string, content []byte) error {
	if there, err := os.Stat(path); err == nil && !there.Mode().IsRegular() {
		return os.WriteFile(path, content, 0o644) // a pipe, a terminal
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".lint-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(content); err != nil {
		file.Close()
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		file.Close()
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// lintReport is the command's JSON; repair is there when asked for.
type lintReport struct {
	Findings []programme.Finding `json:"findings"`
	Repair   *programme.Repair   `json:"repair,omitempty"`
	left     []programme.Finding // what of the dates the repair leaves to people
}

// print tells the findings by kind, then the repaired calendar as a table.
func (r lintReport) print(out io.Writer, p *programme.Programme, written string) error {
	w := &lines{out: out}
	if p.Number != "" {
		w.say(text.T("programme.cli.title", "number", p.Number, "issued", showDay(p.Issued), "tasks", len(p.Tasks)))
	} else {
		w.say(text.T("programme.cli.title_plain", "issued", showDay(p.Issued), "tasks", len(p.Tasks)))
	}
	notes := 0
	count := map[programme.Code]int{}
	for _, f := range r.Findings {
		count[f.Code]++
		if f.Severity == programme.Information {
			notes++
		}
	}
	if len(r.Findings) == 0 {
		w.say(text.T("programme.cli.clean"))
	} else {
		w.say(text.T("programme.cli.found", "n", len(r.Findings)-notes, "notes", notes))
	}
	var last programme.Code
	for _, f := range r.Findings {
		if f.Code != last {
			w.say("")
			w.say(text.T("programme.cli.group", "head", text.T("programme.head."+string(f.Code)), "n", count[f.Code]))
			last = f.Code
		}
		w.say("  - " + f.Message.VI)
		if len(f.Clauses) > 0 && f.Code != programme.NoRow {
			w.say("    " + text.T("programme.cli.clauses", "clauses", strings.Join(f.Clauses, ", ")))
		}
	}
	if r.Repair != nil {
		w.say("")
		r.calendar(w, p)
		if len(r.left) > 0 {
			w.say("")
			w.say(text.T("programme.cli.left", "n", len(r.left)))
			for _, f := range r.left {
				w.say("  - " + text.T("programme.cli.left_one", "tasks", strings.Join(f.Tasks, ", "), "head", text.T("programme.head."+string(f.Code))))
			}
		}
	}
	if written != "" {
		w.say(text.T("programme.cli.written", "path", written))
	}
	return w.err
}

func (r lintReport) calendar(w *lines, p *programme.Programme) {
	if len(r.Repair.Moved) == 0 {
		w.say(text.T("programme.cli.calendar_none"))
		return
	}
	w.say(text.T("programme.cli.calendar", "n", len(r.Repair.Moved)))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head := make([]string, 0, 5)
	for _, column := range []string{"task", "from", "to", "days", "title"} {
		head = append(head, text.T("programme.cli.calendar_"+column))
	}
	fmt.Fprintln(table, "  "+strings.Join(head, "\t"))
	for _, m := range r.Repair.Moved {
		t, _ := p.Task(m.Task)
		fmt.Fprintf(table, "  %s\t%s\t%s\t%d\t%s\n", m.Task, t.Due.Words(), r.Repair.Due(t).Words(), m.Days, t.Title)
	}
	table.Flush()
}

func showDay(day string) string {
	if len(day) != len("2006-01-02") {
		return day
	}
	return day[8:] + "/" + day[5:7] + "/" + day[:4]
}

// lines writes line after line and keeps the first failure.
type lines struct {
	out io.Writer
	err error
}

func (l *lines) say(s string) { fmt.Fprintln(l, s) }

func (l *lines) Write(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	var n int
	n, l.err = l.out.Write(b)
	return n, l.err
}
