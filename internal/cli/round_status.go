package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

func newRoundStatus() *cobra.Command {
	var areaCode, round, format string
	cmd := &cobra.Command{Use: "status --round ID --area CODE", Short: text.T("cli.round.status"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usageError{fmt.Errorf("%s", text.T("cli.bad_format", "format", format, "known", "text, json"))}
			}
			if areaCode == "" || round == "" {
				return usageError{fmt.Errorf("%s", text.T("cli.report.needs"))}
			}
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				if err := actor.Need(account.RightTables); err != nil {
					return err
				}
				if err := a.LoadRegister(ctx); err != nil {
					return err
				}
				root, err := a.AreaByCode(ctx, areaCode, round, "")
				if err != nil {
					return err
				}
				p, err := a.Reviews.Progress(ctx, actor, actor.ScopeFor(account.RightTables), a.Register, round, root)
				if err != nil {
					return err
				}
				if format == "json" {
					return writeStatusJSON(cmd.OutOrStdout(), p)
				}
				return writeStatusText(cmd.OutOrStdout(), p)
			})
		}}
	cmd.Flags().StringVar(&areaCode, "area", "", text.T("cli.flag.area"))
	cmd.Flags().StringVar(&round, "round", "", text.T("cli.flag.round"))
	cmd.Flags().StringVar(&format, "format", "text", text.T("cli.round.status_format"))
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// statusUnit is a row of the JSON; docs/data.md describes it.
type statusUnit struct {
	Code     string                      `json:"code"`
	Name     string                      `json:"name"`
	Level    string                      `json:"level"`
	State    string                      `json:"state,omitempty"` // of its dossier
	Step     string                      `json:"step,omitempty"`  // at which it stands; none when all are done
	Steps    map[string]review.StepCount `json:"steps"`
	Listed   int                         `json:"listed"`
	Filled   int                         `json:"filled"`
	Week     int                         `json:"week"`
	Forecast *string                     `json:"forecast"` // null: nothing is left, or it cannot be told
	Stalled  bool                        `json:"stalled"`
	Left     int                         `json:"steps_left"` // up to the decision
	Steps7   int                         `json:"steps_week"`
	End      *string                     `json:"end"`                // null: nothing is left, or it cannot be told
	Still    int                         `json:"still"`              // communes with steps left of which none was done in the week
	LateDays *int                        `json:"late_days"`          // null: no rule says a day
	Beyond   *int                        `json:"forecast_late_days"` // null: no day, or no forecast
	Reopened *int                        `json:"reopened_since"`     // null: its own result is not signed, or has no units below
}

func statusOf(p review.Progress, u review.UnitProgress) statusUnit {
	s := statusUnit{Code: u.Area.Code, Name: u.Area.FullName, Level: string(u.Area.Level), State: string(u.Dossier.State), Steps: map[string]review.StepCount{},
		Listed: u.Listed, Filled: u.Filled, Week: u.Week, Stalled: u.Stalled, Left: u.Left, Steps7: u.WeekSteps, Still: u.Still}
	if s.Code == "" {
		s.Code = string(u.Area.Area)
	}
	for i, step := range p.Steps {
		if u.Done[i].All > 0 {
			s.Steps[step.Code] = u.Done[i]
		}
	}
	if at := u.At(); at >= 0 {
		s.Step = p.Steps[at].Code
	}
	if u.Forecast != "" {
		s.Forecast = &u.Forecast
	}
	if u.End != "" {
		s.End = &u.End
	}
	if p.Due != "" {
		s.LateDays = &u.Late
		if u.Forecast != "" || u.End != "" {
			s.Beyond = &u.Beyond
		}
	}
	if u.Signed {
		s.Reopened = &u.Reopened
	}
	return s
}

func writeStatusJSON(w io.Writer, p review.Progress) error {
	out := struct {
		Round string                `json:"round"`
		Area  string                `json:"area"`
		Name  string                `json:"name"`
		Day   string                `json:"day"`
		Due   string                `json:"due,omitempty"`
		Steps []review.ProgressStep `json:"steps"`
		Units []statusUnit          `json:"units"`
		Total statusUnit            `json:"total"`
	}{Round: p.Round.ID, Area: p.Area.Code, Name: p.Area.FullName, Day: p.Day, Due: p.Due, Steps: p.Steps, Units: []statusUnit{}, Total: statusOf(p, p.Whole)}
	if out.Steps == nil {
		out.Steps = []review.ProgressStep{}
	}
	for _, u := range p.Units {
		out.Units = append(out.Units, statusOf(p, u))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func writeStatusText(w io.Writer, p review.Progress) error {
	fmt.Fprintln(w, text.T("cli.status.title", "round", p.Round.ID, "area", p.Area.FullName))
	if p.Due != "" {
		fmt.Fprintln(w, text.T("cli.status.due", "day", area.ShowDay(p.Due)))
	}
	if len(p.Steps) == 0 {
		fmt.Fprintln(w, text.T("cli.status.no_dossiers"))
	}
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", text.T("cli.status.unit"), text.T("cli.status.forms"), text.T("cli.status.step"), text.T("cli.status.forecast"))
	for _, u := range append(p.Units, p.Whole) {
		step := text.T("cli.status.all_done")
		if at := u.At(); at >= 0 {
			step = p.Steps[at].Name
			if u.Done[at].All > 1 {
				step += fmt.Sprintf(" %d/%d", u.Done[at].Done, u.Done[at].All)
			}
		} else if len(p.Steps) == 0 {
			step = ""
		}
		forecast := ""
		switch {
		case u.EndUnknown || u.Stalled:
			forecast = text.T("cli.status.stalled")
		case u.End != "" && u.Still > 0:
			forecast = text.T("cli.status.earliest", "day", area.ShowDay(u.End), "n", u.Still)
		case max(u.End, u.Forecast) != "":
			forecast = area.ShowDay(max(u.End, u.Forecast))
		}
		late := []string{forecast}
		if u.Late > 0 {
			late = append(late, text.T("cli.status.late", "n", u.Late))
		}
		if u.Beyond > 0 {
			late = append(late, text.T("cli.status.beyond", "n", u.Beyond))
		}
		forecast = strings.Join(slices.DeleteFunc(late, func(s string) bool { return s == "" }), "; ")
		if u.Reopened > 0 {
			step += ", " + text.T("cli.status.reopened", "n", u.Reopened)
		}
		fmt.Fprintf(tw, "%s\t%d/%d\t%s\t%s\n", u.Area.FullName, u.Filled, u.Listed, step, forecast)
	}
	return tw.Flush()
}

// mostCalendar is far more than a calendar has.
const mostCalendar = 64 << 10

// readCalendar reads the file of --calendar.
func readCalendar(name string, year int) (string, error) {
	if name == "" {
		return "", nil
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return "", fault.Wrap(err, fault.NotFound, "calendar_file", text.T("cli.round.calendar_file", "file", name))
	}
	if len(raw) > mostCalendar {
		return "", fault.New(fault.Invalid, "bad_calendar", text.T("cli.round.calendar_long", "file", name))
	}
	// What is wrong in it is told when the round is opened: all at once, also
	// what only the round's procedure can tell.
	if days, err := review.ParseCalendar(string(raw), year); err == nil && len(days) == 0 {
		return "", fault.New(fault.Invalid, "bad_calendar", text.T("cli.round.calendar_empty", "file", name))
	}
	return string(raw), nil
}
