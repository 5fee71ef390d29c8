package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"giamngheo/test/program"
)

// An account keeps only so many sessions; several people share one here.
const peopleOfAccount = 8

// signedIn gives each person a session of their own, a few at a time: the
// server computes the hashes of passwords behind a gate.
func signedIn(ctx context.Context, s settings, n int) ([]*program.Client, error) {
	for i := range (n + peopleOfAccount - 1) / peopleOfAccount {
		if err := addAccount(ctx, s, accountName(i)); err != nil {
			return nil, err
		}
	}
	clients := make([]*program.Client, n)
	errs := make(chan error, n)
	gate := make(chan struct{}, 4)
	for i := range n {
		clients[i] = program.NewClient(s.url)
		go func() {
			gate <- struct{}{}
			errs <- clients[i].SignIn(accountName(i/peopleOfAccount), password)
			<-gate
		}()
	}
	var failed error
	for range n {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	return clients, failed
}

func accountName(i int) string { return fmt.Sprintf("tai-%d", i+1) }

// addAccount makes an officer of the province, unless a run before has.
func addAccount(ctx context.Context, s settings, name string) error {
	create := exec.CommandContext(ctx, s.program, "account", "create", name, "--full-name", "Người đo "+name, "--password-stdin", "--db", s.db)
	create.Stdin = strings.NewReader(password + "\n")
	if out, err := create.CombinedOutput(); err != nil {
		if strings.Contains(string(out), name) { // it is there already
			return nil
		}
		return fmt.Errorf("account %s: %w %s", name, err, out)
	}
	post := exec.CommandContext(ctx, s.program, "account", "post", "add", name, "--role", "province", "--area", "38", "--reason", "đo tải", "--db", s.db)
	if out, err := post.CombinedOutput(); err != nil {
		return fmt.Errorf("post of %s: %w %s", name, err, out)
	}
	return nil
}
