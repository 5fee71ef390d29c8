package duplicate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// In a district of two peoples those of the smaller one share their names among
// themselves: taken word by word against everybody's names they look rare, and
// any two of one name and year like one person.
func TestNamesOfASmallPeopleAreJudgedAmongItsOwn(t *testing.T) {
	families := strings.Fields("Sùng Giàng Thao Thào Lâu Hơ Vàng Mùa Ly Phàng Hạng Chá")
	men := strings.Fields("Páo Pó Chu Dính Tủa Súa Lử Sếnh Chớ Pha Dơ Cho Tông Ga Xa Lâu Dếnh Khua")
	women := strings.Fields("Mị Dợ Dua Sua Mỷ Pàng Xía Dí Cha Ca Sy Đớ Pà Lỳ Ia")
	right, wrong, pairs := 0, 0, 0
	for seed := range uint64(4) {
		a := newAttack(3100+seed, 9000)
		a.r = rand.New(rand.NewPCG(seed, 7))
		for i := range 3000 {
			s := a.human(families[a.r.IntN(len(families))], fmt.Sprintf("Bản %d xã 90%d", i%8+1, i%24/8), i%2 == 0, 1935+a.r.IntN(80))
			s.middle, s.given = "A", men[a.r.IntN(len(men))]
			if !s.male {
				s.middle, s.given = "Thị", women[a.r.IntN(len(women))]
			}
			a.put(s)
			if a.r.IntN(12) == 0 {
				a.again(s)
			}
		}
		pairs += len(a.same)
		for _, p := range Find(a.people) {
			if _, is := a.same[[2]int{p.A, p.B}]; is {
				right++
			} else {
				wrong++
			}
		}
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(pairs)
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("%d pairs: precision %.4f, recall %.4f, F1 %.4f", pairs, precision, recall, f1)
	if precision < 0.97 || f1 < 0.97 {
		t.Errorf("precision %.4f, F1 %.4f", precision, f1)
	}
}
