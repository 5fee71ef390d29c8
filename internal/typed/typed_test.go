package typed

import (
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

func TestWhatIsTooLongIsRefusedWithItsLengthAndNeverCut(t *testing.T) {
	for name, k := range map[string]struct {
		read func(field, value string) (string, error)
		most int
	}{"an account": {Account, Words}, "a line": {OneLine, Line}} {
		fits := strings.Repeat("ộ", k.most)
		if got, err := k.read("reason", "  "+fits+"\r\n"); err != nil || got != fits {
			t.Errorf("%s of %d letters: %v", name, k.most, err)
		}
		_, err := k.read("reason", fits+"ộ")
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "reason" || !strings.Contains(f.Message, "4.001") && !strings.Contains(f.Message, "251") {
			t.Errorf("%s one letter longer: %v", name, err)
		}
	}
}

func TestWhatNobodySeesIsNotKept(t *testing.T) {
	got, err := Account("reason", "  Hộ đã \u202echuyển\u200b đi\r\nngày 5\x00 ")
	if want := "Hộ đã chuyển đi\nngày 5"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
