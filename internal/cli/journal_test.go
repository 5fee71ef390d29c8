package cli

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"giamngheo/internal/db"
)

func TestTheJournalIsVerifiedAndABrokenPlaceIsNamed(t *testing.T) {
	dsn := filepath.Join(t.TempDir(), "g.db")
	do := func(want int, args ...string) string {
		t.Helper()
		code, out, said := run(t, append(args, "--db", dsn)...)
		out += said
		if code != want {
			t.Fatalf("%v: exit %d, want %d: %s", args, code, want, out)
		}
		return out
	}
	do(1, "journal", "verify")
	do(0, "round", "open", "--year", "2016", "--standard", "vn-2016")
	if out := do(0, "journal", "verify"); !strings.Contains(out, "nguyên vẹn") {
		t.Error(out)
	}
	do(2, "settings", "set", "limits.nothing", "5")
	do(2, "settings", "set", "limits.rows", "-5")
	do(0, "settings", "set", "limits.rows", "5", "--reason", "thử")
	if out := do(0, "settings", "list"); !strings.Contains(out, "limits.rows                 5 ") && !strings.Contains(strings.Join(strings.Fields(out), " "), "limits.rows 5 1100000") {
		t.Error(out)
	}
	do(0, "settings", "set", "limits.rows", "0")
	if out := do(0, "settings", "list"); !strings.Contains(strings.Join(strings.Fields(out), " "), "limits.rows 1100000 1100000") {
		t.Error(out)
	}
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update journal set reason = 'khác' where seal_no is not null`)
		return err
	})
	d.Close()
	if err != nil {
		t.Fatal(err)
	}
	do(1, "journal", "verify")
}
