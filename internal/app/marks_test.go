package app_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"giamngheo/internal/app"
	"giamngheo/internal/area"
)

// A list that is entered holds at once, and after the next start.
func TestAListOfAreasOutlivesTheProgram(t *testing.T) {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "a.db")
	open := func() *app.App {
		a, err := app.Open(ctx, file, slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	p := area.MarkPeriod{Area: "14845.2016", Mark: area.MarkExtremelyDifficult, From: "2017-06-20", To: "2021-01-01", Value: area.Yes, Confirmed: true, Source: " QĐ 900/QĐ-TTg "}
	a := open()
	if err := a.MarkArea(ctx, a.Accounts.Operator(), p); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"at once", "after the next start"} {
		for day, want := range map[string]area.Answer{"2017-06-19": area.Unknown, "2017-06-20": area.Yes, "2020-12-31": area.Yes, "2021-01-01": area.Unknown} {
			if got := a.Areas.Tree().Mark(p.Area, p.Mark, day); got.Value != want {
				t.Errorf("%s, on %s: %v, want %v", when, day, got.Value, want)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		a = open()
	}
	p.Source = " "
	if err := a.MarkArea(ctx, a.Accounts.Operator(), p); err == nil {
		t.Error("an entry without an act is taken")
	}
	a.Close()
}
