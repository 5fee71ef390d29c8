package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"giamngheo/internal/app"
	"giamngheo/internal/review"
)

func TestPrintingFormsByCommand(t *testing.T) {
	dir := t.TempDir()
	dsn := filepath.Join(dir, "giamngheo.db")
	a, err := app.Open(context.Background(), dsn, logger())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Reviews.OpenRound(context.Background(), "operator", review.Opening{Year: 2016}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		why  string
		args []string
		code int
		head string // of the file written
	}{
		{"a blank form as PDF", []string{"b", "--area", "14848", "--round", "2016", "--blank", "--out", "b.pdf"}, exitDone, "%PDF-"},
		{"a blank form as DOCX", []string{"1a", "--area", "14848", "--round", "2016", "--blank", "--out", "a.docx"}, exitDone, "PK"},
		{"nobody is to be asked", []string{"B", "--area", "14848", "--round", "2016", "--out", "c.pdf"}, exitRefused, ""},
		{"no such form", []string{"Z", "--area", "14848", "--round", "2016", "--out", "d.pdf"}, exitUsage, ""},
		{"no such format", []string{"B", "--area", "14848", "--round", "2016", "--out", "e.odt"}, exitUsage, ""},
		{"no form named", []string{"--area", "14848", "--round", "2016", "--out", "f.pdf"}, exitUsage, ""},
		{"no round named", []string{"B", "--area", "14848", "--out", "g.pdf"}, exitUsage, ""},
		{"no such area", []string{"B", "--area", "99999", "--round", "2016", "--out", "h.pdf"}, exitFailed, ""},
		{"no such round", []string{"B", "--area", "14848", "--round", "2011", "--out", "i.pdf"}, exitFailed, ""},
	} {
		args := append([]string{"forms", "print", "--db", dsn}, one.args...)
		file := filepath.Join(dir, args[len(args)-1])
		args[len(args)-1] = file
		root := newRoot()
		root.SetArgs(args)
		root.SetErr(new(bytes.Buffer))
		if code := exitCode(root.Execute()); code != one.code {
			t.Errorf("%s: exit code %d, want %d", one.why, code, one.code)
		}
		raw, err := os.ReadFile(file)
		if one.head == "" && err == nil || !bytes.HasPrefix(raw, []byte(one.head)) {
			t.Errorf("%s: the file begins with %.8q", one.why, raw)
		}
	}
}
