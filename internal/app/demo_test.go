package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// households is how many the demo of these tests has: enough that a district's
// second survey has people in each of its communes.
const households = 8000

// filledDemo is the file of a demo: each test works on a copy of its own.
var filledDemo = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "demo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "demo.db")
	a, err := Open(context.Background(), file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return nil, err
	}
	if _, err := a.FillDemo(context.Background(), households, 1, nil); err != nil {
		a.Close()
		return nil, err
	}
	if err := a.Close(); err != nil { // with it the log goes into the file
		return nil, err
	}
	return os.ReadFile(file)
})

// demoApp is a demo with everything loaded.
func demoApp(t *testing.T) *App {
	t.Helper()
	filled, err := filledDemo()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "demo.db")
	if err := os.WriteFile(file, filled, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := Open(context.Background(), file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	again(t, a)
	if err := a.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

// again starts the demo on a file that holds it already.
func again(t *testing.T, a *App) {
	t.Helper()
	if _, err := a.FillDemo(context.Background(), households, 1, nil); err != nil {
		t.Fatal(err)
	}
}
