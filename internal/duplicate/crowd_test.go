package duplicate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"giamngheo/internal/vn"
)

// crowded are people of few names in three villages: many share a key, few
// anything that says much.
func crowded(n int) []Person {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	people := make([]Person, n)
	for i := range people {
		day := time.Date(1940+r.IntN(55), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		people[i] = Person{ID: fmt.Sprint(i), FullName: pick("Nguyễn", "Lê", "Hà", "Phạm", "Lò") + " " + pick("Văn", "Thị", "Đức", "Minh") + " " + pick("Ón", "Hoa", "Hạnh", "Tuấn", "Phúc", "Én"),
			Birth: vn.DayOf(day), Sex: Male + Sex(r.IntN(2)), NationalID: fmt.Sprintf("038%09d", i*7919%1000003), Village: []string{"Bản Ón", "Bản Tân Hương", "Thôn Riềng"}[i*3/n]}
	}
	return people
}

func TestSomebodyTwiceIsFoundInACrowdOfOneName(t *testing.T) {
	people := make([]Person, 2*crowd)
	for i := range people {
		people[i] = Person{ID: fmt.Sprint(i), FullName: "Nguyễn Văn An", Birth: "1970", Sex: Male, NationalID: fmt.Sprintf("038070%06d", i*7919%1000003), Village: "Thôn 1"}
	}
	twice := people[7]
	twice.FullName = "Nguyen Van An"
	people = append(people, twice)
	pairs := Find(people)
	for _, p := range pairs {
		if p.A == 7 && p.B == len(people)-1 {
			return
		}
	}
	t.Errorf("not among %d pairs", len(pairs))
}

func BenchmarkCrowd(b *testing.B) {
	one := make([]Person, 50_000) // of whom nothing is known but one name
	for i := range one {
		one[i] = Person{ID: fmt.Sprint(i), FullName: "Nguyễn Văn An", Village: "Thôn 1"}
	}
	for name, people := range map[string][]Person{"10000": crowded(10_000), "50000": crowded(50_000), "50000 of one name": one} {
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				found = len(Find(people))
			}
			b.ReportMetric(float64(found), "pairs")
		})
	}
}
