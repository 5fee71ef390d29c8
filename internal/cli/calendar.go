package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"

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
					return unwritable(err, path)
				}
				words := text.T("task.cli.calendar_done", "n", len(events), "path", path)
				if undated > 0 {
					words += " " + text.T("task.cli.calendar_undated", "undated", undated)
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), words)
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
// code. Another's calendar is asked for in one's own scope; who and what lie
// outside of it are not there.
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
		if err == nil && len(list)+len(given) == 0 && !within(a, actor, person) {
			err = unknownOwer(whose)
		}
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
	if err == nil && len(list)+len(given) == 0 && actor.ID != account.OperatorID {
		var covered bool
		if covered, err = a.Feeds.Covers(ctx, actor, unit); err == nil && !covered {
			err = unknownOwer(whose)
		}
	}
	for _, i := range list {
		if i.Unit.Code == whose {
			name = i.Unit.Name
		}
	}
	return name, list, given, err
}

func unknownOwer(code string) error {
	return fault.New(fault.NotFound, "task_unit_unknown", text.T("task.unit_unknown", "code", code))
}

// within says whether a person has a post where the actor sees figures, or is
// the actor himself. The operator sees everybody.
func within(a *app.App, actor, person *account.Actor) bool {
	scope, today := actor.ScopeFor(account.RightTables), area.Today(a.Now())
	return actor.ID == account.OperatorID || person.ID == actor.ID || slices.ContainsFunc(person.Posts, func(p account.Post) bool { return scope.Covers(a.Areas.Tree(), p.Area, today) })
}
