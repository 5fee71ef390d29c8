package household

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/vn"
)

// million is a million people in 270,000 households, with the surnames of
// the province in about their shares.
func million() *index {
	r := rand.New(rand.NewPCG(1, 2))
	last := strings.Fields("Nguyễn Nguyễn Nguyễn Nguyễn Lê Lê Lê Trần Trần Phạm Hoàng Vũ Đỗ Bùi Hà Lò Trương Trịnh Lương Cao")
	middle := strings.Fields("Văn Văn Văn Thị Thị Thị Đức Hữu Ngọc Minh Thanh Xuân Quang Công")
	given := strings.Fields("An Anh Ánh Ba Bình Cường Dung Dũng Đào Giang Hà Hải Hạnh Hoa Hòa Hùng Hương Khánh Lan Liên Long Mai Minh Nam Nga Ngân Oanh Phúc Phương Quân Quý Sơn Tâm Thảo Thắng Thu Thủy Tiến Trang Trung Tuấn Tú Uyên Vân Vinh Xuân Yến")
	x := newIndex()
	people := 0
	for i := 0; people < 1_000_000; i++ {
		x.begin(ID(fmt.Sprintf("%026d", i)), area.ID(fmt.Sprint("v", i/160)))
		for range 1 + r.IntN(6) {
			name := last[r.IntN(len(last))] + " " + middle[r.IntN(len(middle))] + " " + given[r.IntN(len(given))]
			if r.IntN(2000) == 0 {
				name = fmt.Sprintf("%s Kp%c%c", last[r.IntN(len(last))], 'a'+rune(r.IntN(26)), 'a'+rune(r.IntN(26)))
			}
			x.member(x.appendWords(nil, vn.Fold(name)), numberOf(fmt.Sprintf("038%09d", r.IntN(1e9))))
			people++
		}
		x.end()
	}
	x.enterAll()
	return &x
}

func BenchmarkSearchAmongAMillion(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := &Names{ready: true, index: *million()}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d households, %d MB", len(n.ids), (after.HeapAlloc-before.HeapAlloc)>>20)
	everywhere := func(area.ID) bool { return true }
	few := map[area.ID]bool{}
	var commune []area.ID
	for i := range 10 {
		commune = append(commune, area.ID(fmt.Sprint("v", 800+i)))
		few[commune[i]] = true
	}
	for _, c := range []struct{ name, typed string }{
		{"common word", "nguyen"}, {"full name", "nguyen van anh"}, {"beginnings", "ng v a"}, {"two common words that never meet", "van thi"},
		{"two surnames", "nguyen tran"}, {"rare word", "kpqx"}, {"one letter", "k"}, {"unknown", "zzz"}, {"four digits", "0381"}, {"last digits", "998877"}, {"whole ID", "038012345678"},
	} {
		q := ParseQuery(c.typed)
		b.Run(c.name+"/province", func(b *testing.B) { timed(b, func() { n.Find(q, everywhere, nil, 20) }) })
		b.Run(c.name+"/commune", func(b *testing.B) {
			timed(b, func() { n.Find(q, func(v area.ID) bool { return few[v] }, commune, 20) })
		})
	}
}

// timed also gives the slowest of all runs: people feel that one.
func timed(b *testing.B, f func()) {
	slowest := time.Duration(0)
	for b.Loop() {
		start := time.Now()
		f()
		slowest = max(slowest, time.Since(start))
	}
	b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
}
