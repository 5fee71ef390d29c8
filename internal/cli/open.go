package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// defaultDB is where the database is if nobody says otherwise.
const defaultDB = "./giamngheo.db"

// addDBFlags gives a command the flags of every command that needs the
// database.
func addDBFlags(cmd *cobra.Command) {
	dsn := os.Getenv("GIAMNGHEO_DB")
	if dsn == "" {
		dsn = defaultDB
	}
	cmd.Flags().String("db", dsn, text.T("cli.flag.db"))
}

// addAsFlag lets a command act with the rights and the scope of a user.
func addAsFlag(cmd *cobra.Command) { cmd.Flags().String("as", "", text.T("cli.flag.as")) }

// withApp opens the installation for one command and says who acts: the
// machine's operator, or the user of --as.
func withApp(cmd *cobra.Command, do func(ctx context.Context, a *app.App, actor *account.Actor) error) (err error) {
	ctx := cmd.Context()
	dsn, _ := cmd.Flags().GetString("db")
	a, err := app.Open(ctx, dsn, logger())
	if err != nil {
		return err
	}
	defer func() {
		if closing := a.Close(); err == nil {
			err = closing
		}
	}()
	actor := a.Accounts.Operator()
	if flag := cmd.Flags().Lookup("as"); flag != nil && flag.Value.String() != "" {
		if actor, err = a.Accounts.As(ctx, flag.Value.String()); err != nil {
			return err
		}
	}
	return do(ctx, a, actor)
}

// withExisting is withApp for commands that only read: a mistyped path is told
// and makes no new database.
func withExisting(cmd *cobra.Command, do func(ctx context.Context, a *app.App, actor *account.Actor) error) error {
	dsn, _ := cmd.Flags().GetString("db")
	if !strings.Contains(dsn, "://") {
		if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.NotFound, "db_absent", text.T("cli.db_absent", "file", dsn))
		}
	}
	return withApp(cmd, do)
}

func logger() *slog.Logger { return slog.New(slog.NewTextHandler(os.Stderr, nil)) }
