package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/feed"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// newCalendar writes what a person or a unit owes as a calendar file.
func newCalendar() *cobra.Command {
	var whose, path string
	cmd := &cobra.Command{Use: "calendar --for USER|UNIT --out FILE.ics", Short: text.T("task.cli.calendar"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExisting(cmd, func(ctx context.Context, a *app.App, actor *account.Actor) error {
				name, list, given, err := owedBy(ctx, a, actor, whose)
				if err != nil {
					return err
				}
				events, undated := feed.Events(a.Tasks, a.Now(), list, given)
				var file bytes.Buffer
				if err := feed.Write(&file, name, a.Now(), events); err != nil {
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
func owedBy(ctx context.Context, a *app.App, actor *account.Actor, whose string) (string, []task.Instance, []task.Duty, error) {
	scope := actor.ScopeFor(account.RightTables)
	if err := actor.Need(account.RightTables); err != nil {
		return "", nil, nil, err
	}
	person, err := a.Accounts.As(ctx, whose)
	switch {
	case err == nil:
		list, err := a.Tasks.OwedBy(ctx, scope, person, a.Accounts.Roles())
		if err != nil {
			return "", nil, nil, err
		}
		given, err := a.Tasks.GivenTo(ctx, scope, person)
		return person.FullName, list, given, err
	case fault.Of(err) != fault.NotFound:
		return "", nil, nil, err
	}
	list, err := a.Tasks.Owed(ctx, scope, whose)
	if err != nil {
		return "", nil, nil, err
	}
	name, unit := whose, account.AgencyUnit(whose)
	if v, ok := a.Areas.Tree().Code(whose, area.Today(a.Now())); ok {
		unit = v.Area
	}
	given, err := a.Tasks.GivenAt(ctx, scope, unit)
	for _, i := range list {
		if i.Unit.Code == whose {
			name = i.Unit.Name
		}
	}
	return name, list, given, err
}
