package app

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"giamngheo/internal/review"
)

func TestARoundOpenedOrClosedWhileRunningIsNoticed(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	a, err := Open(ctx, filepath.Join(t.TempDir(), "a.db"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); a.Close() }()
	a.Start(ctx)
	eventually(t, "the register is read", a.Register.Ready)
	round, err := a.Reviews.OpenRound(ctx, "operator", review.Opening{Year: 2016, Standard: "vn-2016"})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new round is in the register", func() bool { _, known := a.Register.View().RoundNo[round.ID]; return known })
	if err := a.Reviews.Close(ctx, "operator", round.ID, round.Rev, ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the register knows that it is closed", func() bool {
		v := a.Register.View()
		return v.Rounds[v.RoundNo[round.ID]].State == review.Closed
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 200 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("not within ten seconds: ", what)
}
