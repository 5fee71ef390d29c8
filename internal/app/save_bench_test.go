package app

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

// BenchmarkSaveOverHTTP saves assessments as the entry page does, journal
// included and durable, at eight connections, while the background work of a
// server goes on. The generator runs in the same process and counts in; it
// speaks plain HTTP over connections of its own, to cost as little as it can.
func BenchmarkSaveOverHTTP(b *testing.B) {
	ctx, stop := context.WithCancel(context.Background())
	a, err := Open(ctx, filepath.Join(b.TempDir(), "save.db"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	accounts, err := a.FillDemo(ctx, 5000, 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	handler, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	a.Start(ctx)
	b.Cleanup(func() { server.Close(); stop(); a.Close() })
	for !a.Register.Ready() {
		time.Sleep(10 * time.Millisecond)
	}

	address := listener.Addr().String()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm("http://"+address+"/dang-nhap", url.Values{"ten": {accounts[0].Name}, "mat-khau": {accounts[0].Password}})
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		b.Fatal(answer, err)
	}
	answer.Body.Close()
	var cookies []string
	for _, c := range answer.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	households, _, err := a.Households.List(ctx, a.Accounts.Operator().Reading(), household.Filter{Limit: 64})
	if err != nil || len(households) < 8 {
		b.Fatal(len(households), err)
	}
	values := url.Values{"causes": {"1 4"}, "m2": {"60"}, "reason": {"đo tốc độ"}, "roi": {"tiep"}}
	for _, indicator := range a.Law.Sets[0].Indicators {
		values.Set("cs-"+indicator.Code, "0")
	}
	form := values.Encode()
	var worker atomic.Int64
	b.SetParallelism(4) // of two processors: eight connections
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		h := households[worker.Add(1)-1]
		rev := currentRev(b, a, h.ID)
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		head := "POST /ra-soat/2020/" + string(h.ID) + " HTTP/1.1\r\nHost: " + address + "\r\nCookie: " + strings.Join(cookies, "; ") +
			"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
		answers := bufio.NewReader(c)
		for pb.Next() {
			body := form + "&rev=" + strconv.FormatInt(rev, 10) + "&b1=" + strconv.FormatInt(100+rev%10*5, 10)
			if _, err := io.WriteString(c, head+strconv.Itoa(len(body))+"\r\n\r\n"+body); err != nil {
				b.Error(err)
				return
			}
			answer, err := http.ReadResponse(answers, nil)
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, answer.Body)
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
