package exchange

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/vn"
)

// bigFile writes a file as an office would: one row a household, the ten
// indicators, causes, points; no sheet of members.
func bigFile(t testing.TB, format sheet.Format, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	var w sheet.Writer
	if format == sheet.CSV {
		w = sheet.NewCSV(&out, true)
	} else {
		w = sheet.NewXLSX(&out)
	}
	titles := []string{"STT", "Chủ hộ", "Ngày sinh", "Giới tính", "Dân tộc", "Địa chỉ", "CMND/CCCD", "Xã", "Thôn", "Số thành viên", "Phân loại trước rà soát", "Điểm B1"}
	for i := range 10 {
		titles = append(titles, "CS"+strconv.Itoa(i+1))
	}
	titles = append(titles, "Nguyên nhân nghèo", "Điểm B2", "Phân loại sau rà soát", "Ngày rà soát", "Người rà soát", "Ghi chú")
	columns := make([]sheet.Column, len(titles))
	for i := range titles {
		columns[i].Title = titles[i]
	}
	if err := w.Sheet("Hộ", columns); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	text := sheet.TextValue
	for i := range n {
		place := [][2]string{{"Tam Chung", "Bản Ón"}, {"Tam Chung", "Bản Tân Hương"}, {"Điền Lư", "Thôn Riềng"}}[i*3/n]
		day := vn.DayOf(time.Date(1940+r.IntN(55), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC))
		values := []sheet.Value{sheet.IntValue(int64(i + 1)), text(pick("Nguyễn", "Lê", "Hà", "Phạm", "Lò") + " " + pick("Văn", "Thị", "Đức", "Minh") + " " + pick("Ón", "Hoa", "Hạnh", "Tuấn", "Phúc", "Én")),
			sheet.DayValue(day), text(pick("Nam", "Nữ")), text(pick("Kinh", "Thái", "Mường")), text(""), text(fmt.Sprintf("038%09d", i*7919%1000003)), text(place[0]), text(place[1]),
			sheet.IntValue(int64(1 + r.IntN(7))), text(pick("Hộ nghèo", "Hộ cận nghèo", "")), sheet.IntValue(int64(90 + 5*r.IntN(12)))}
		deprived := 0
		for range 10 {
			mark := r.IntN(5) / 4
			deprived += mark
			values = append(values, sheet.IntValue(int64(mark)))
		}
		values = append(values, text(pick("1", "1; 2", "5", "")), sheet.IntValue(int64(10*deprived)), text(""), text("20/10/2016"), text("Lê Văn Bình"), text(""))
		if err := w.Row(values...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func benchmarkImport(b *testing.B, format sheet.Format, dry bool) {
	n := 50000
	if v, err := strconv.Atoi(os.Getenv("GIAMNGHEO_BENCH_ROWS")); err == nil {
		n = v
	}
	raw := bigFile(b, format, n)
	for b.Loop() {
		b.StopTimer()
		o := newOffice(b, dbtest.SQLite(b))
		b.StartTimer()
		book := openBook(b, "ho", raw)
		r, err := o.Import(context.Background(), o.actor, book, Options{Round: "2016", DryRun: dry})
		if err != nil || r.Create != n {
			b.Fatal(err, r)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkImportCSV(b *testing.B)  { benchmarkImport(b, sheet.CSV, false) }
func BenchmarkImportXLSX(b *testing.B) { benchmarkImport(b, sheet.XLSX, false) }
func BenchmarkDryRunCSV(b *testing.B)  { benchmarkImport(b, sheet.CSV, true) }
func BenchmarkDryRunXLSX(b *testing.B) { benchmarkImport(b, sheet.XLSX, true) }

// BenchmarkOthersWait tells how long one save of somebody else takes at most
// while a file comes in and is put into force.
func BenchmarkOthersWait(b *testing.B) {
	n := 50000
	if v, err := strconv.Atoi(os.Getenv("GIAMNGHEO_BENCH_ROWS")); err == nil {
		n = v
	}
	raw := bigFile(b, sheet.CSV, n)
	longest := time.Duration(0)
	for b.Loop() {
		o := newOffice(b, dbtest.SQLite(b))
		f := o.Family(householdtest.Rieng, "2016-01-01", "Phạm Văn Xa, male, 1970")
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for points := 0; ctx.Err() == nil; points++ {
				b1 := 90 + points%50
				start := time.Now()
				_, a, _, err := o.Reviews.Find(ctx, o.Operator().Scope, f.ID, "2016")
				if err == nil {
					_, err = o.Reviews.Save(ctx, o.Operator(), review.Entry{Round: "2016", Household: f.ID, Rev: a.Rev, B1: &b1, Reason: "thử"})
				}
				if err != nil && ctx.Err() == nil {
					b.Error(err)
				}
				longest = max(longest, time.Since(start))
				time.Sleep(5 * time.Millisecond)
			}
		}()
		r, err := o.Import(context.Background(), o.actor, openBook(b, "ho", raw), Options{Round: "2016"})
		cancel()
		<-ended
		if err != nil || r.Create != n {
			b.Fatal(err, r)
		}
	}
	b.ReportMetric(float64(longest.Milliseconds()), "longest-wait-ms")
}

// BenchmarkNextRound takes the second year's file of households that are
// there: matched by their IDs, read, judged, put beside what stands.
func BenchmarkNextRound(b *testing.B) {
	n := 50000
	if v, err := strconv.Atoi(os.Getenv("GIAMNGHEO_BENCH_ROWS")); err == nil {
		n = v
	}
	raw := bigFile(b, sheet.CSV, n)
	for b.Loop() {
		b.StopTimer()
		o := newOffice(b, dbtest.SQLite(b))
		o.take(openBook(b, "ho", raw), Options{})
		o.Today = "2017-11-15"
		o.actor = account.Operator(householdtest.Key, o.tree, o.Today)
		o.open(2017)
		b.StartTimer()
		r, err := o.Import(context.Background(), o.actor, openBook(b, "ho", raw), Options{Round: "2017"})
		if err != nil || r.Update != n {
			b.Fatal(err, r.says())
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
