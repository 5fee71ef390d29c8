package duplicate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/vn"
)

// A second population, made by other rules than those of duplicatetest: other
// names, other families, other rates, and typing differences that one does not
// have. What is found must not hang on how the first one was invented.

type soul struct {
	family, middle, given string
	male                  bool
	year, month, day      int
	number                string
	village               string
}

func (s soul) name() string {
	return strings.Join(strings.Fields(s.family+" "+s.middle+" "+s.given), " ")
}

type attack struct {
	r       *rand.Rand
	people  []Person
	same    map[[2]int]string // pairs of one person, with what was typed differently
	numbers map[string]bool
	tcvn    map[rune]rune
}

var (
	attackFamilies = strings.Fields("Nguyễn Nguyễn Nguyễn Nguyễn Lê Lê Lê Phạm Trịnh Trần Hoàng Bùi Đỗ Đặng Mai Lưu Hà Vi Lò Lương Cầm Quách Trương Cao Thiều Tống Hắc Giàng Sùng Thao Hơ Phùng Ngân Len Ngô Đào Lục Khương Tào Doãn")
	attackMale     = strings.Fields("Hùng Dũng Tuấn Tú Thắng Quang Minh Đức Long Hải Sơn Tùng Kiên Thành Công Bình Hòa Thủy Lâm Cường Huy Hiếu Trung Nam Việt Anh Tiến Dương Đạt Khánh Toàn Nghĩa Chiến Thuận Hợi Tý Lý Kỳ Quý Páo Chua Dinh Tủa Sinh Pó Khoa Luyến Ươm Đoàn Xuân Bảy Tám")
	attackFemale   = strings.Fields("Hoa Lan Hương Hường Hồng Huệ Mai Nga Loan Thảo Thúy Thùy Thu Yến Oanh Phương Phượng Nhung Linh Trang Tâm Hạnh Hiền Hằng Dung Duyên Tuyết Vân Xuân Liên Liễu Nguyệt Ngọc Bích Sen Mỷ Dợ Mỵ Chở Lý Quý Hòa Tỵ Hoè Khuê Ươm Én Bưởi Na Đào Mận Thanh")
	attackMiddles  = strings.Fields("Văn Văn Văn Văn Đình Hữu Xuân Ngọc Quang Minh Đức Công Bá Trọng Viết Sỹ Duy A")
	attackLadies   = strings.Fields("Thị Thị Thị Thị Thị Thị Ngọc Thu Thanh Phương Kim Bích Minh")
)

func newAttack(seed uint64, people int) *attack {
	a := &attack{r: rand.New(rand.NewPCG(seed, 0x9e3779b9)), same: map[[2]int]string{}, numbers: map[string]bool{}, tcvn: map[rune]rune{}}
	for c := rune(0xa1); c <= 0xff; c++ {
		if to, ok := vn.TCVN3.Convert("b" + string(c)); ok && to != "b"+string(c) {
			a.tcvn[[]rune(to)[1]] = c
		}
	}
	var souls []soul
	for v := 0; len(souls) < people; v++ {
		village := fmt.Sprintf("Thôn %d xã %d", v%9+1, v/9)
		clan := attackFamilies[a.r.IntN(len(attackFamilies))]
		for range 25 + a.r.IntN(60) {
			souls = append(souls, a.house(village, clan)...)
		}
	}
	for _, s := range souls {
		a.put(s)
		if a.r.IntN(12) == 0 {
			a.again(s)
		}
	}
	return a
}

func (a *attack) one(list []string) string {
	// A few names are everybody's, most are rare.
	x := a.r.Float64()
	return list[int(x*x*float64(len(list)))]
}

func (a *attack) human(family, village string, male bool, year int) soul {
	s := soul{family: family, male: male, year: year, month: 1 + a.r.IntN(12), day: 1 + a.r.IntN(28), village: village}
	if s.middle, s.given = a.one(attackMiddles), a.one(attackMale); !male {
		s.middle, s.given = a.one(attackLadies), a.one(attackFemale)
	}
	s.number = a.number(s)
	return s
}

func (a *attack) number(s soul) string {
	for {
		n := ""
		switch x := a.r.IntN(100); {
		case s.year > 2004 || x < 14:
			return ""
		case x < 55:
			n = fmt.Sprintf("17%07d", a.r.IntN(10_000_000))
		default:
			n = fmt.Sprintf("038%d%02d%06d", 1-b2i(s.male), s.year%100, a.r.IntN(1_000_000))
		}
		if !a.numbers[n] {
			a.numbers[n] = true
			return n
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (a *attack) house(village, clan string) (list []soul) {
	family := clan
	if a.r.IntN(10) < 6 {
		family = attackFamilies[a.r.IntN(len(attackFamilies))]
	}
	year := 1935 + a.r.IntN(55)
	father := a.human(family, village, true, year)
	list = append(list, father)
	if a.r.IntN(8) > 0 {
		list = append(list, a.human(attackFamilies[a.r.IntN(len(attackFamilies))], village, false, year+a.r.IntN(5)))
	}
	born := year + 20 + a.r.IntN(6)
	for range a.r.IntN(5) {
		if born > 2016 {
			break
		}
		child := a.human(family, village, a.r.IntN(2) == 0, born)
		switch x := a.r.IntN(100); {
		case x < 5: // a twin
			twin := a.human(family, village, child.male, born)
			twin.month, twin.day, twin.middle = child.month, child.day, child.middle
			if twin.given != child.given {
				list = append(list, twin)
			}
		case x < 9 && child.male: // bears his father's name
			child.middle, child.given = father.middle, father.given
		}
		list = append(list, child)
		born += 1 + a.r.IntN(4)
	}
	if a.r.IntN(40) == 0 { // a neighbour of the same name and year
		like := list[a.r.IntN(len(list))]
		other := a.human(like.family, village, like.male, like.year)
		other.middle, other.given = like.middle, like.given
		list = append(list, other)
	}
	return list
}

func (s soul) birth() string { return fmt.Sprintf("%04d-%02d-%02d", s.year, s.month, s.day) }

func (a *attack) put(s soul) int {
	p := Person{ID: fmt.Sprint(len(a.people) + 1), FullName: s.name(), Birth: vn.Day(s.birth()), Sex: Female, NationalID: s.number, Village: s.village}
	if s.male {
		p.Sex = Male
	}
	if a.r.IntN(100) < 12 {
		p.Birth = vn.Day(fmt.Sprintf("%04d", s.year))
	}
	a.people = append(a.people, p)
	return len(a.people) - 1
}

// again types a person a second time, with one to three differences.
func (a *attack) again(s soul) {
	first := len(a.people) - 1
	second := a.put(s)
	p := &a.people[second]
	var typed []string
	for range []int{1, 1, 1, 1, 1, 2, 2, 2, 3, 3}[a.r.IntN(10)] {
		for range 30 {
			d := mistakes[a.r.IntN(len(mistakes))]
			if !slices.Contains(typed, d.name) && !(slices.Contains(typed, "left in TCVN3") && strings.HasPrefix(d.name, "marks")) && d.do(a, s, p) {
				typed = append(typed, d.name)
				break
			}
		}
	}
	a.same[[2]int{first, second}] = strings.Join(typed, " + ")
}

var mistakes = []struct {
	name string
	do   func(a *attack, s soul, p *Person) bool
}{
	{"given name first", func(a *attack, s soul, p *Person) bool {
		return rename(p, strings.Join(strings.Fields(s.given+" "+s.family+" "+s.middle), " "))
	}},
	{"middle name missing", func(a *attack, s soul, p *Person) bool { return rename(p, s.family+" "+s.given) }},
	{"marks left out", func(a *attack, s soul, p *Person) bool { return rename(p, vn.Fold(p.FullName)) }},
	{"đ as d", func(a *attack, s soul, p *Person) bool {
		return rename(p, strings.NewReplacer("đ", "d", "Đ", "D").Replace(p.FullName))
	}},
	{"i for y", func(a *attack, s soul, p *Person) bool {
		return rename(p, strings.NewReplacer("Lý", "Lí", "Quý", "Quí", "Kỳ", "Kì", "Mỷ", "Mỉ", "Mỵ", "Mị", "Tý", "Tí", "Tỵ", "Tị", "Thúy", "Thuí", "Sỹ", "Sĩ").Replace(p.FullName))
	}},
	{"place of the tone", func(a *attack, s soul, p *Person) bool {
		return rename(p, strings.NewReplacer("Hòa", "Hoà", "Thúy", "Thuý", "Thùy", "Thuỳ", "Thủy", "Thuỷ", "Hoè", "Hòe").Replace(p.FullName))
	}},
	{"left in TCVN3", func(a *attack, s soul, p *Person) bool {
		return rename(p, strings.Map(func(r rune) rune {
			if to, ok := a.tcvn[r]; ok {
				return to
			}
			return r
		}, p.FullName))
	}},
	{"letter doubled or lost", func(a *attack, s soul, p *Person) bool {
		letters := []rune(p.FullName)
		at := 1 + a.r.IntN(len(letters)-1)
		if a.r.IntN(2) == 0 {
			return rename(p, string(letters[:at])+string(letters[at-1])+string(letters[at:]))
		}
		return letters[at] != ' ' && letters[at-1] != ' ' && rename(p, string(letters[:at])+string(letters[at+1:]))
	}},
	{"two letters swapped", func(a *attack, s soul, p *Person) bool {
		letters := []rune(p.FullName)
		at := 1 + a.r.IntN(len(letters)-1)
		if letters[at] == ' ' || letters[at-1] == ' ' {
			return false
		}
		letters[at], letters[at-1] = letters[at-1], letters[at]
		return rename(p, string(letters))
	}},
	{"year alone", func(a *attack, s soul, p *Person) bool { return reborn(p, fmt.Sprintf("%04d", s.year)) }},
	{"digits of the year swapped", func(a *attack, s soul, p *Person) bool {
		tens, ones := s.year/10%10, s.year%10
		year := s.year - tens*10 - ones + ones*10 + tens
		return year < 2020 && reborn(p, fmt.Sprintf("%04d-%02d-%02d", year, s.month, s.day))
	}},
	{"digits of the day swapped", func(a *attack, s soul, p *Person) bool {
		day := s.day%10*10 + s.day/10
		return day > 0 && day < 29 && reborn(p, fmt.Sprintf("%04d-%02d-%02d", s.year, s.month, day))
	}},
	{"day and month swapped", func(a *attack, s soul, p *Person) bool {
		return s.day < 13 && reborn(p, fmt.Sprintf("%04d-%02d-%02d", s.year, s.day, s.month))
	}},
	{"birth blank", func(a *attack, s soul, p *Person) bool { return p.NationalID != "" && reborn(p, "") }},
	{"a digit of the number", func(a *attack, s soul, p *Person) bool {
		if p.NationalID == "" {
			return false
		}
		n := []byte(p.NationalID)
		at := a.r.IntN(len(n))
		n[at] = '0' + (n[at]-'0'+byte(1+a.r.IntN(9)))%10
		p.NationalID = string(n)
		return true
	}},
	{"digits of the number swapped", func(a *attack, s soul, p *Person) bool {
		n := []byte(p.NationalID)
		if len(n) < 2 {
			return false
		}
		at := 1 + a.r.IntN(len(n)-1)
		if n[at] == n[at-1] {
			return false
		}
		n[at], n[at-1] = n[at-1], n[at]
		p.NationalID = string(n)
		return true
	}},
	{"number blank", func(a *attack, s soul, p *Person) bool {
		was := p.NationalID
		p.NationalID = ""
		return was != "" && p.Birth != ""
	}},
	{"new number for old", func(a *attack, s soul, p *Person) bool {
		if len(p.NationalID) != 9 {
			return false
		}
		p.NationalID = fmt.Sprintf("038%d%02d%06d", 1-b2i(s.male), s.year%100, a.r.IntN(1_000_000))
		return true
	}},
	{"sex blank", func(a *attack, s soul, p *Person) bool { p.Sex = Unknown; return true }},
	{"sex wrong", func(a *attack, s soul, p *Person) bool {
		if p.Sex == Unknown {
			return false
		}
		p.Sex = Male + Female - p.Sex
		return true
	}},
	{"village blank", func(a *attack, s soul, p *Person) bool { p.Village = ""; return true }},
	{"another village", func(a *attack, s soul, p *Person) bool {
		p.Village = fmt.Sprintf("Thôn %d xã %d", a.r.IntN(9)+1, a.r.IntN(30))
		return true
	}},
}

func rename(p *Person, to string) bool {
	changed := to != p.FullName
	p.FullName = to
	return changed
}

func reborn(p *Person, to string) bool {
	changed := string(p.Birth) != to
	p.Birth = vn.Day(to)
	return changed
}

func TestAPopulationInventedOtherwise(t *testing.T) {
	for _, o := range []struct {
		seed   uint64
		people int
	}{{20201, 20000}, {20202, 20000}, {20203, 4000}, {20204, 1000}} {
		a := newAttack(o.seed, o.people)
		right, wrong := 0, 0
		missed, all := map[string]int{}, map[string]int{}
		found := map[[2]int]bool{}
		for _, p := range Find(a.people) {
			pair := [2]int{p.A, p.B}
			found[pair] = true
			if _, is := a.same[pair]; is {
				right++
				continue
			}
			wrong++
		}
		for pair, what := range a.same {
			for _, one := range strings.Split(what, " + ") {
				all[one]++
				if !found[pair] {
					missed[one]++
				}
			}
		}
		precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(len(a.same))
		f1 := 2 * precision * recall / (precision + recall)
		t.Logf("seed %d: %d records, %d pairs: precision %.4f, recall %.4f, F1 %.4f", o.seed, len(a.people), len(a.same), precision, recall, f1)
		for _, d := range mistakes {
			t.Logf("  %-30s %d of %d found", d.name, all[d.name]-missed[d.name], all[d.name])
		}
		if f1 < 0.97 {
			t.Errorf("seed %d: F1 %.4f", o.seed, f1)
		}
	}
}
