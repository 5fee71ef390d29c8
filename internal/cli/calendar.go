package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/ical"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// newCalendar writes what a person or a unit owes as a calendar file.
func newCalendar() *cobra.Command {
	var whose, path string
	cmd := &cobra.Command{Use: "calendar --for USER|UNIT --out FILE.ics", Short: text.T("task.cli.calendar"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				name, list, err := owedBy(ctx, a, actor, whose)
				if err != nil {
					return err
				}
				events, undated := deadlines(a, list)
				var file bytes.Buffer
				if err := ical.Write(&file, text.T("task.feed.name", "whose", name), a.Now(), events); err != nil {
					return err
				}
				if err := writeWhole(path, file.Bytes()); err != nil {
					return fault.Wrap(err, fault.Invalid, "write", text.T("programme.cli.not_written", "path", path))
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text.T("task.cli.calendar_done", "n", len(events), "path", path, "undated", undated))
				return err
			})
		}}
	cmd.Flags().StringVar(&whose, "for", "", text.T("task.cli.for"))
	cmd.Flags().StringVar(&path, "out", "", text.T("cli.flag.out"))
	for _, flag := range []string{"for", "out"} {
		if err := cmd.MarkFlagRequired(flag); err != nil {
			panic(fmt.Sprint("calendar: ", err))
		}
	}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

// owedBy takes whose for a user's name if there is one of it, else for a unit's
// code. Another's calendar is asked for in one's own scope.
func owedBy(ctx context.Context, a *app.App, actor *account.Actor, whose string) (string, []task.Instance, error) {
	if err := actor.Need(account.RightTables); err != nil {
		return "", nil, err
	}
	person, err := a.Accounts.As(ctx, whose)
	switch {
	case err == nil:
		list, err := a.Tasks.OwedBy(ctx, actor.ScopeFor(account.RightTables), person, a.Accounts.Roles())
		return person.FullName, list, err
	case fault.Of(err) != fault.NotFound:
		return "", nil, err
	}
	list, err := a.Tasks.Owed(ctx, actor.ScopeFor(account.RightTables), whose)
	name := whose
	for _, i := range list {
		if i.Unit.Code == whose {
			name = i.Unit.Name
		}
	}
	return name, list, err
}

// remindAt is when a calendar reminds, in the morning when offices open, on the
// days before the end of a term that the law data say.
const remindAt = "T08:00:00+07:00"

// deadlines are the events of obligations; those without a day are counted,
// for a calendar has no place for them.
func deadlines(a *app.App, list []task.Instance) (events []ical.Event, undated int) {
	today := area.Today(a.Now())
	for _, i := range list {
		if i.Ends == "" {
			undated++
			continue
		}
		in, late := i.In(a.Tasks.Calendar, today)
		said := text.T("task.feed.words", "title", i.Title, "unit", i.Unit.Name, "years", i.ForYears(), "due", area.ShowDay(i.Due),
			"state", text.T("task.state."+string(i.State)), "in", text.T("task.in."+string(in), "n", late))
		e := ical.Event{UID: i.UID(), Day: i.Ends, Summary: text.T("task.feed.summary", "task", i.Task, "title", i.Title, "unit", i.Unit.Name), Description: said}
		if i.State != task.Done {
			for _, n := range a.Tasks.Reminding.Before {
				if at, err := time.Parse(time.RFC3339, a.Tasks.Calendar.Add(i.Ends, -n)+remindAt); err == nil {
					e.Alarms = append(e.Alarms, at)
				}
			}
		}
		events = append(events, e)
	}
	return events, undated
}
