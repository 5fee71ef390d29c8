package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"giamngheo/internal/review"
)

// A round that has just begun has found nobody poor and nobody not: no figure
// says nought.
func TestARoundThatHasClassifiedNobodyHasNoFigures(t *testing.T) {
	p := demoProvince(t)
	ctx := context.Background()
	if _, err := p.app.Reviews.OpenRound(ctx, "operator", review.Opening{Year: 2021, Standard: "vn-2016"}); err != nil {
		t.Fatal(err)
	}
	if err := p.app.Load(ctx); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tinh", "xa", "thon"} {
		w := p.ask(name, "GET", "/?dot=2021", "")
		body := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(body, "Đợt rà soát năm 2021: chưa hộ nào") || strings.Contains(body, "hộ nghèo, giảm") || strings.Contains(body, "<title>Cuối năm") {
			t.Errorf("%s: %d %s", name, w.Code, plain(w))
		}
		if n := strings.Count(body, "0,00"); n > 0 {
			i := strings.Index(body, "0,00")
			t.Errorf("%s: %d shares of nought: %s", name, n, body[max(0, i-300):i+20])
		}
		if body := p.ask(name, "GET", "/?dot=2020", "").Body.String(); !strings.Contains(body, "Cuối năm 2020") {
			t.Errorf("%s reads nothing of 2020", name)
		}
	}
}
