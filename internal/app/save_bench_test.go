package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

// BenchmarkSaveOverHTTP saves assessments as the entry page does, journal
// included and durable, at eight connections. The generator runs in the same
// process and counts in.
func BenchmarkSaveOverHTTP(b *testing.B) {
	ctx := context.Background()
	a, err := Open(ctx, filepath.Join(b.TempDir(), "save.db"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	accounts, err := a.FillDemo(ctx, 5000, 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Load(ctx); err != nil {
		b.Fatal(err)
	}
	handler, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	b.Cleanup(func() { server.Close(); a.Close() })

	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 16}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(server.URL+"/dang-nhap", url.Values{"ten": {accounts[0].Name}, "mat-khau": {accounts[0].Password}})
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		b.Fatal(answer, err)
	}
	answer.Body.Close()
	households, _, err := a.Households.List(ctx, a.Accounts.Operator().Reading(), household.Filter{Limit: 64})
	if err != nil || len(households) < 8 {
		b.Fatal(len(households), err)
	}
	form := url.Values{"causes": {"1 4"}, "m2": {"60"}, "reason": {"đo tốc độ"}, "roi": {"tiep"}}
	for _, indicator := range a.Law.Sets[0].Indicators {
		form.Set("cs-"+indicator.Code, "0")
	}
	var worker atomic.Int64
	b.SetParallelism(4) // of two processors: eight connections
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		h := households[worker.Add(1)-1]
		rev := currentRev(b, a, h.ID)
		body := bytes.NewBufferString("")
		for pb.Next() {
			body.Reset()
			body.WriteString(form.Encode() + "&rev=" + strconv.FormatInt(rev, 10) + "&b1=" + strconv.FormatInt(100+rev%10*5, 10))
			request, _ := http.NewRequest("POST", server.URL+"/ra-soat/2020/"+string(h.ID), strings.NewReader(body.String()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusSeeOther {
				b.Errorf("status %d", answer.StatusCode)
				return
			}
			rev++
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
}

func currentRev(b *testing.B, a *App, id household.ID) int64 {
	b.Helper()
	var rev int64
	err := a.DB.Read(context.Background(), func(tx *db.Tx) error {
		current, _, err := a.Reviews.InForce(tx, id, "2020")
		rev = current.Rev
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return rev
}
