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
			if err := checkServing(cmd); err != nil {
				return err
			}
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

// checkServing looks at what the server is to use before a database is made
// and filled, or a password shown.
func checkServing(cmd *cobra.Command) error {
	if _, err := trustedProxies(cmd); err != nil {
		return err
	}
	addr, _ := cmd.Flags().GetString("addr")
	listener, err := listen(cmd.Context(), addr)
	if err != nil {
		return err
	}
	return listener.Close()
}

func trustedProxies(cmd *cobra.Command) (list []netip.Addr, err error) {
	proxies, _ := cmd.Flags().GetStringSlice("trusted-proxy")
	for _, p := range proxies {
		proxy, err := netip.ParseAddr(p)
		if err != nil {
			return nil, usageError{fmt.Errorf("%s", text.T("cli.bad_proxy", "proxy", p))}
		}
		list = append(list, proxy)
	}
	return list, nil
}

// listen opens the address. One that is none is wrong usage.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		return listener, nil
	}
	var form *net.AddrError
	var name *net.DNSError
	if errors.As(err, &form) || errors.As(err, &name) {
		return nil, usageError{errors.New(text.T("cli.serve.address_bad", "addr", addr))}
	}
	key := "cli.serve.address_bad"
	if errors.Is(err, syscall.EADDRINUSE) {
		key = "cli.serve.address_taken"
	}
	return nil, fault.Wrap(err, fault.Busy, "address_unusable", text.T(key, "addr", addr))
}

// serve answers until the command is told to end. ready is told the address.
func serve(cmd *cobra.Command, a *app.App, ready func(address string)) error {
	addr, _ := cmd.Flags().GetString("addr")
	a.Secure, _ = cmd.Flags().GetBool("https")
	var err error
	if a.Proxies, err = trustedProxies(cmd); err != nil {
		return err
	}
	listener, err := listen(cmd.Context(), addr)
	if err != nil {
		return err
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
