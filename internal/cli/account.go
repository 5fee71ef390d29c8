package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/text"
)

// newAccount manages who may sign in: what an office needs before the first
// page can be opened, and when the last administrator has lost his password.
func newAccount() *cobra.Command {
	cmd := group("account", "account.cli.short")
	cmd.AddCommand(newAccountCreate(), newAccountList(), newAccountPassword(), newAccountActive("disable", false), newAccountActive("enable", true),
		newAccountPost(), newAccountSessions())
	return cmd
}

func group(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: text.T(short), Args: usageArgs(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
}

// accountCommand is a command that acts on accounts, as the operator or --as.
func accountCommand(use, short string, args int, do func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: text.T(short), Args: usageArgs(cobra.ExactArgs(args)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App, by *account.Actor) error { return do(ctx, cmd, a, by, args) })
		}}
	addDBFlags(cmd)
	addAsFlag(cmd)
	return cmd
}

func newAccountCreate() *cobra.Command {
	var fullName string
	var stdin bool
	cmd := accountCommand("create NAME --full-name TEN", "account.cli.create", 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		password, made, err := passwordFor(cmd, stdin)
		if err != nil {
			return err
		}
		created, err := a.Accounts.Create(ctx, by, account.NewAccount{Name: args[0], FullName: fullName, Password: password, MustChange: made})
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.created", "name", created.Name))
		printPassword(cmd, password, made)
		return nil
	})
	cmd.Flags().StringVar(&fullName, "full-name", "", text.T("account.cli.full_name"))
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, text.T("account.cli.password_stdin"))
	cmd.MarkFlagRequired("full-name")
	return cmd
}

func newAccountPassword() *cobra.Command {
	var stdin bool
	cmd := accountCommand("password NAME", "account.cli.password", 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		password, made, err := passwordFor(cmd, stdin)
		if err != nil {
			return err
		}
		of, err := a.Accounts.GetByName(ctx, by, args[0])
		if err != nil {
			return err
		}
		if _, err := a.Accounts.ResetPassword(ctx, by, of.ID, password, made); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.password_set", "name", of.Name))
		printPassword(cmd, password, made)
		return nil
	})
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, text.T("account.cli.password_stdin"))
	return cmd
}

// passwordFor reads the first line of the standard input, or makes a password
// that its owner has to change.
func passwordFor(cmd *cobra.Command, stdin bool) (password string, made bool, err error) {
	if !stdin {
		return account.NewPassword(), true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", false, usageError{errors.New(text.T("account.cli.password_empty"))}
	}
	return line, false, nil
}

func printPassword(cmd *cobra.Command, password string, made bool) {
	if made {
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.password_made", "password", password))
	}
}

func newAccountList() *cobra.Command {
	var filter account.Filter
	cmd := accountCommand("list", "account.cli.list", 0, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, _ []string) error {
		list, err := a.Accounts.Find(ctx, by, filter)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, text.T("account.cli.list_header"))
		for _, one := range list {
			state := "account.cli.active"
			if !one.Active {
				state = "account.cli.disabled_state"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", one.Name, one.FullName, text.T(state))
			for _, p := range one.Posts {
				fmt.Fprintf(w, "  %s\t%s\t%s\n", p.ID, postWords(a, p), postPeriod(p))
			}
		}
		return w.Flush()
	})
	cmd.Flags().StringVar(&filter.Text, "find", "", text.T("account.cli.find"))
	cmd.Flags().BoolVar(&filter.ActiveOnly, "active", false, text.T("account.cli.active_only"))
	return cmd
}

// postWords tells what a post is: role, subject, area, agency.
func postWords(a *app.App, p account.Post) string {
	roles := a.Accounts.Roles()
	words := []string{p.Role}
	if role, ok := roles.Role(p.Role); ok {
		words[0] = role.Name
	}
	if subject, ok := roles.Subject(p.Subject); ok {
		words = append(words, subject.Name)
	}
	place := string(p.Area)
	if v, ok := a.Areas.Tree().On(p.Area, p.From); ok {
		place = v.FullName
	}
	words = append(words, place)
	if p.Agency != "" {
		words = append(words, p.Agency)
	}
	if p.SelfGiven() {
		words = append(words, text.T("account.cli.self_given"))
	}
	return strings.Join(words, " · ")
}

func postPeriod(p account.Post) string {
	if p.To == account.Forever {
		return text.T("account.cli.from", "from", area.ShowDay(p.From))
	}
	return text.T("account.cli.from_to", "from", area.ShowDay(p.From), "to", area.ShowDay(p.To))
}

func newAccountActive(use string, active bool) *cobra.Command {
	var reason string
	cmd := accountCommand(use+" NAME", "account.cli."+use, 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		of, err := a.Accounts.GetByName(ctx, by, args[0])
		if err != nil {
			return err
		}
		if err := a.Accounts.SetActive(ctx, by, of.ID, of.Rev, active, reason); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli."+use+"d", "name", of.Name))
		return nil
	})
	cmd.Flags().StringVar(&reason, "reason", "", text.T("account.cli.reason"))
	return cmd
}

func newAccountPost() *cobra.Command {
	cmd := group("post", "account.cli.post")
	cmd.AddCommand(newAccountPostAdd(), newAccountPostEnd())
	return cmd
}

func newAccountPostAdd() *cobra.Command {
	var p account.Post
	var code, reason string
	cmd := accountCommand("add NAME --role ROLE --area CODE", "account.cli.post_add", 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		for _, day := range []string{p.From, p.To} {
			if err := dayFlag(day); err != nil {
				return err
			}
		}
		of, err := a.Accounts.GetByName(ctx, by, args[0])
		if err != nil {
			return err
		}
		from := p.From
		if from == "" {
			from = area.Today(a.Now())
		}
		unit, ok := a.Areas.Tree().On(area.ID(code), from) // villages may have no code
		if !ok {
			if unit, err = a.Areas.Tree().FindCode(code, from); err != nil {
				return err
			}
		}
		p.Account, p.Area = of.ID, unit.Area
		added, err := a.Accounts.AddPost(ctx, by, p, reason)
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.post_added", "name", of.Name, "post", postWords(a, added), "period", postPeriod(added), "id", added.ID))
		return nil
	})
	cmd.Flags().StringVar(&p.Role, "role", "", text.T("account.cli.role"))
	cmd.Flags().StringVar(&code, "area", "", text.T("account.cli.area"))
	cmd.Flags().StringVar(&p.Subject, "subject", "", text.T("account.cli.subject"))
	cmd.Flags().StringVar(&p.Agency, "agency", "", text.T("account.cli.agency"))
	cmd.Flags().StringVar(&p.From, "from", "", text.T("account.cli.flag_from"))
	cmd.Flags().StringVar(&p.To, "to", "", text.T("account.cli.flag_to"))
	cmd.Flags().StringVar(&reason, "reason", "", text.T("account.cli.reason"))
	cmd.MarkFlagRequired("role")
	cmd.MarkFlagRequired("area")
	return cmd
}

func newAccountPostEnd() *cobra.Command {
	var on, reason string
	cmd := accountCommand("end ID", "account.cli.post_end", 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		if err := dayFlag(on); err != nil {
			return err
		}
		if err := a.Accounts.EndPost(ctx, by, account.PostID(args[0]), on, reason); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.post_ended"))
		return nil
	})
	cmd.Flags().StringVar(&on, "on", "", text.T("account.cli.flag_on"))
	cmd.Flags().StringVar(&reason, "reason", "", text.T("account.cli.reason"))
	return cmd
}

func newAccountSessions() *cobra.Command {
	var revokeAll bool
	cmd := accountCommand("sessions NAME", "account.cli.sessions", 1, func(ctx context.Context, cmd *cobra.Command, a *app.App, by *account.Actor, args []string) error {
		of, err := a.Accounts.GetByName(ctx, by, args[0])
		if err != nil {
			return err
		}
		if revokeAll {
			n, err := a.Accounts.RevokeAll(ctx, by, of.ID)
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), text.T("account.cli.revoked", "n", n, "name", of.Name))
			}
			return err
		}
		list, err := a.Accounts.Sessions(ctx, by, of.ID)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, text.T("account.cli.sessions_header"))
		for _, one := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", moment(one.CreatedAt), moment(one.SeenAt), one.Address, strings.Map(printable, one.Agent))
		}
		return w.Flush()
	})
	cmd.Flags().BoolVar(&revokeAll, "revoke-all", false, text.T("account.cli.revoke_all"))
	return cmd
}

// printable keeps what a browser says of itself from steering the terminal.
func printable(r rune) rune {
	if r < ' ' || 0x7f <= r && r < 0xa0 {
		return ' '
	}
	return r
}

func moment(ms int64) string {
	return time.UnixMilli(ms).In(time.FixedZone("+07", 7*60*60)).Format("02/01/2006 15:04")
}

func dayFlag(day string) error {
	if day != "" && !area.ValidDay(day) {
		return usageError{errors.New(text.T("cli.bad_day", "day", day))}
	}
	return nil
}
