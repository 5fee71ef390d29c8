package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/area"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// newAreas answers from the law's tables alone and needs no database, but for
// mark, which writes into one.
func newAreas(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "areas",
		Short: text.T("area.cli.short"),
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAreasTree(now), newAreasLineage(now), newAreasMark())
	return cmd
}

// areasFlags are those both commands share.
type areasFlags struct{ on, format string }

func (f *areasFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.on, "on", "", text.T("area.cli.on"))
	cmd.Flags().StringVar(&f.format, "format", "text", text.T("area.cli.format"))
}

// check gives the day asked for, today by default.
func (f *areasFlags) check(now time.Time) (day string, err error) {
	switch f.format {
	case "text", "csv", "json":
	default:
		return "", usageError{fmt.Errorf("%s", text.T("area.cli.bad_format", "value", f.format))}
	}
	if f.on == "" {
		return area.Today(now), nil
	}
	if !area.ValidDay(f.on) {
		return "", usageError{fmt.Errorf("%s", text.T("area.cli.bad_day", "value", f.on))}
	}
	return f.on, nil
}

// areaLine is a row of the tree's csv and json.
type areaLine struct {
	Code     string     `json:"code"`
	Level    area.Level `json:"level"`
	Type     string     `json:"type"`
	Name     string     `json:"name"`
	FullName string     `json:"full_name"`
	Parent   string     `json:"parent_code"`
}

func newAreasTree(now func() time.Time) *cobra.Command {
	var flags areasFlags
	cmd := &cobra.Command{
		Use:   "tree [CODE]",
		Short: text.T("area.cli.tree.short"),
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			day, err := flags.check(now())
			if err != nil {
				return err
			}
			t, err := area.Load(law.Files)
			if err != nil {
				return err
			}
			var tops []area.Version
			if len(args) == 1 {
				top, err := t.FindCode(args[0], day)
				if err != nil {
					return err
				}
				tops = append(tops, top)
			} else if tops = t.Roots(day); len(tops) == 0 {
				return t.NothingOn(day)
			}
			return printTree(cmd.OutOrStdout(), t, tops, day, flags.format)
		},
	}
	flags.add(cmd)
	return cmd
}

func printTree(out io.Writer, t *area.Tree, tops []area.Version, day, format string) error {
	if format == "text" {
		for _, top := range tops {
			if err := printBranch(out, t, top, day, 0); err != nil {
				return err
			}
		}
		return nil
	}
	lines := []areaLine{}
	for _, top := range tops {
		for _, v := range t.Under(top.Area, day, "") {
			parent, _ := t.On(v.Parent, day)
			lines = append(lines, areaLine{v.Code, v.Level, v.Type, v.Name, v.FullName, parent.Code})
		}
	}
	if format == "json" {
		return printJSON(out, lines)
	}
	w := csv.NewWriter(out)
	w.Write([]string{"code", "level", "type", "name", "full_name", "parent_code"})
	for _, l := range lines {
		w.Write([]string{l.Code, string(l.Level), l.Type, l.Name, l.FullName, l.Parent})
	}
	w.Flush()
	return w.Error()
}

func printBranch(out io.Writer, t *area.Tree, v area.Version, day string, depth int) error {
	if _, err := fmt.Fprintf(out, "%s%s  %s\n", strings.Repeat("  ", depth), v.Code, v.FullName); err != nil {
		return err
	}
	for _, c := range t.Children(v.Area, day) {
		if err := printBranch(out, t, c, day, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(out io.Writer, value any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
