package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/spf13/cobra"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

const defaultAddr = "127.0.0.1:8080"

func newServe() *cobra.Command {
	cmd := &cobra.Command{Use: "serve", Short: text.T("cli.serve.short"), Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return untilStopped(cmd, func() error {
				return withApp(cmd, func(ctx context.Context, a *app.App, _ *account.Actor) error {
					name, password, created, err := a.Accounts.EnsureAdministrator(ctx)
					if err != nil {
						return err
					}
					if created {
						fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.serve.administrator", "name", name, "password", password))
					}
					return serve(cmd, a, nil)
				})
			})
		}}
	addDBFlags(cmd)
	addServeFlags(cmd)
	return cmd
}

// untilStopped runs a command that lasts until somebody stops it: being told
// to end is its proper end, also while it is still filling or starting.
func untilStopped(cmd *cobra.Command, run func() error) error {
	err := run()
	if cmd.Context().Err() != nil {
		return nil
	}
	return err
}

func addServeFlags(cmd *cobra.Command) {
	cmd.Flags().String("addr", defaultAddr, text.T("cli.flag.addr"))
	cmd.Flags().Bool("https", false, text.T("cli.flag.https"))
	cmd.Flags().StringSlice("trusted-proxy", nil, text.T("cli.flag.trusted_proxy"))
}

// serve answers until the command is told to end. ready is told the address.
func serve(cmd *cobra.Command, a *app.App, ready func(address string)) error {
	addr, _ := cmd.Flags().GetString("addr")
	a.Secure, _ = cmd.Flags().GetBool("https")
	proxies, _ := cmd.Flags().GetStringSlice("trusted-proxy")
	for _, p := range proxies {
		proxy, err := netip.ParseAddr(p)
		if err != nil {
			return usageError{fmt.Errorf("%s", text.T("cli.bad_proxy", "proxy", p))}
		}
		a.Proxies = append(a.Proxies, proxy)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		key := "cli.serve.address_bad"
		if errors.Is(err, syscall.EADDRINUSE) {
			key = "cli.serve.address_taken"
		}
		return fault.Wrap(err, fault.Busy, "address_unusable", text.T(key, "addr", addr))
	}
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	a.Start(ctx)
	address := "http://" + listener.Addr().String() + "/"
	if ready != nil {
		ready(address)
	} else {
		fmt.Fprintln(cmd.OutOrStdout(), text.T("cli.serve.ready", "address", address))
	}
	return handler.Serve(ctx, listener)
}
