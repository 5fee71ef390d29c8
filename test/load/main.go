// Command load measures the running program under an office's load, from the
// same machine:
//
//	go run ./test/load                      50 readers and 20 writers for a minute, on a demo of its own
//	go run ./test/load -households 954000   the same on the whole province
//	go run ./test/load -saves               how many forms a second become durable, at 8 connections
//	go run ./test/load -url http://… -db …  against a demo that runs already, on that database
//
// It prints one line of figures a kind of request; docs/performance.md quotes
// them. It ends with 1 if a request failed, and has no limits of its own: what
// is fast enough stands in the documents.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"giamngheo/test/program"
)

const password = "giamngheo-mau"

type settings struct {
	url         string
	db          string
	households  int
	duration    time.Duration
	readers     int
	writers     int
	saves       bool
	connections int
	count       int
	round       string
	program     string // the built one
}

func main() {
	var s settings
	flag.StringVar(&s.url, "url", "", "a demo that runs already; default: start one")
	flag.StringVar(&s.db, "db", "", "database of the demo to start; default: a temporary SQLite file")
	flag.IntVar(&s.households, "households", 20000, "households of the demo to start")
	flag.DurationVar(&s.duration, "duration", time.Minute, "how long people work, at most 30m")
	flag.IntVar(&s.readers, "readers", 50, "people who ask every 2 seconds, at most 1000")
	flag.IntVar(&s.writers, "writers", 20, "people who save a form every 5 seconds, at most 1000")
	flag.BoolVar(&s.saves, "saves", false, "measure durable saves a second instead")
	flag.IntVar(&s.connections, "connections", 8, "connections of -saves")
	flag.IntVar(&s.count, "count", 12000, "forms of -saves, at most 100000")
	flag.StringVar(&s.round, "round", "2021", "the round in which forms are saved; opened where it is not there")
	flag.Parse()
	s.duration = min(s.duration, 30*time.Minute)
	s.readers, s.writers, s.connections, s.count = min(s.readers, 1000), min(s.writers, 1000), min(s.connections, 256), min(s.count, 100_000)

	program.Patience = 30 * time.Minute
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := run(ctx, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if failed > 0 {
		fmt.Fprintf(os.Stderr, "%d requests failed\n", failed)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) (failed int, err error) {
	dir, err := os.MkdirTemp("", "giamngheo-load")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if s.program, err = program.Build(dir); err != nil {
		return 0, err
	}
	if s.db == "" {
		s.db = filepath.Join(dir, "load.db")
	}
	if s.url == "" {
		server, err := program.Launch(s.program, dir, "demo", "--households", fmt.Sprint(s.households), "--db", s.db)
		if err != nil {
			return 0, err
		}
		defer func() {
			if peak, err := server.Memory(); err == nil {
				fmt.Printf("most memory of the server: %d MB\n", peak>>20)
			}
			if code, stopping := server.Stop(os.Interrupt); stopping != nil || code != 0 {
				fmt.Fprintln(os.Stderr, "the server ended with", code, stopping)
			}
		}()
		s.url = server.URL
		fmt.Printf("demo of %d households answered after %v\n", s.households, server.Started.Round(time.Millisecond))
	}
	if err := openRound(ctx, s); err != nil {
		return 0, err
	}
	if s.saves {
		return measureSaves(ctx, s)
	}
	return measureOffice(ctx, s)
}

// openRound opens the round in which forms are saved, unless a run before has:
// in the demo's own many communes have handed in and take no forms any more.
func openRound(ctx context.Context, s settings) error {
	open := exec.CommandContext(ctx, s.program, "round", "open", "--year", s.round, "--standard", "vn-2016", "--db", s.db)
	out, err := open.CombinedOutput()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() == roundRefused {
		return nil // it is there already
	}
	if err != nil {
		return fmt.Errorf("round %s: %w %s", s.round, err, out)
	}
	return nil
}

// roundRefused is the exit code for what is refused.
const roundRefused = 3
