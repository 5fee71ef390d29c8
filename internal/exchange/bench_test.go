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
	"giamngheo/internal/household"
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

// longestWait tells how long one save of somebody else takes at most while
// something is done.
func (o *office) longestWait(b *testing.B, household household.ID, do func()) (longest time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for points := 0; ctx.Err() == nil; points++ {
			b1 := 90 + points%50
			start := time.Now()
			_, a, _, err := o.Reviews.Find(ctx, o.Operator().Scope, household, "2016")
			if err == nil {
				_, err = o.Reviews.Save(ctx, o.Operator(), review.Entry{Round: "2016", Household: household, Rev: a.Rev, B1: &b1, Reason: "thử"})
			}
			if err != nil && ctx.Err() == nil {
				b.Error(err)
			}
			longest = max(longest, time.Since(start))
			time.Sleep(5 * time.Millisecond)
		}
	}()
	do()
	cancel()
	<-ended
	return longest
}

// BenchmarkOthersWait tells how long others wait while a file comes in and is
// put into force, while one that changes each household does, and while each
// of the two is undone.
func BenchmarkOthersWait(b *testing.B) {
	n := 50000
	if v, err := strconv.Atoi(os.Getenv("GIAMNGHEO_BENCH_ROWS")); err == nil {
		n = v
	}
	raw := bigFile(b, sheet.CSV, n)
	waits := map[string]time.Duration{}
	for b.Loop() {
		o := newOffice(b, dbtest.SQLite(b))
		f := o.Family(householdtest.Rieng, "2016-01-01", "Phạm Văn Xa, male, 1970")
		wait := func(name string, do func()) {
			waits[name] = max(waits[name], o.longestWait(b, f.ID, do))
		}
		var first, second *Report
		take := func(raw []byte, r **Report) func() {
			return func() { *r = o.take(openBook(b, "ho", raw), Options{}) }
		}
		undo := func(r **Report) func() {
			return func() {
				if undone, err := o.UndoImport(context.Background(), o.actor, (*r).Operation, "thử", nil); err != nil || undone != n {
					b.Fatal(undone, err)
				}
			}
		}
		wait("import", take(raw, &first))
		changed := bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("Lê Văn Bình"), []byte("Lê Văn Hai")), []byte(",Nam,"), []byte(",Nữ,"))
		changed = bytes.Replace(changed, []byte("Địa chỉ"), []byte("Ghi chú về hộ"), 1)
		changed = bytes.ReplaceAll(changed, []byte(",,038"), []byte(",đã xem,038"))
		wait("change", take(changed, &second))
		if first.Create != n || second.Update != n {
			b.Fatal(first.says(), second.says())
		}
		wait("undo-change", undo(&second))
		wait("undo-import", undo(&first))
	}
	for name, w := range waits {
		b.ReportMetric(float64(w.Milliseconds()), name+"-ms")
	}
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
