package duplicatetest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// draft is a record while it is typed.
type draft struct {
	names            []string
	order            []int
	year, month, day int
	number, village  string
	male             bool
	shape            func(string) string // of the whole name, last
}

type difference struct {
	name  string
	share float64
	apply func(m *maker, p *human, d *draft) bool // false: it does not fit this person
}

// differences are those of the field, with how common each is.
var differences = []difference{
	{"no_marks", 12, func(m *maker, _ *human, d *draft) bool {
		old := d.shape
		d.shape = func(s string) string { return unmarked(old(s)) }
		return true
	}},
	{"tone_place", 5, func(m *maker, _ *human, d *draft) bool { return eachName(d, otherTonePlace) }},
	{"d_bar", 4, func(m *maker, _ *human, d *draft) bool {
		return eachName(d, func(s string) string { return strings.NewReplacer("đ", "d", "Đ", "D").Replace(s) })
	}},
	{"i_y", 5, func(m *maker, _ *human, d *draft) bool { return eachName(d, otherI) }},
	{"order", 6, func(m *maker, _ *human, d *draft) bool {
		n := len(d.names)
		if n < 2 {
			return false
		}
		switch m.r.IntN(2) {
		case 0: // given name first
			d.names = append([]string{d.names[n-1]}, d.names[:n-1]...)
		default: // family name last
			d.names = append(append([]string(nil), d.names[1:]...), d.names[0])
		}
		return true
	}},
	{"no_middle", 8, func(m *maker, _ *human, d *draft) bool {
		if len(d.names) < 3 {
			return false
		}
		i := 1 + m.r.IntN(len(d.names)-2)
		d.names = slices.Delete(slices.Clone(d.names), i, i+1)
		return true
	}},
	{"letter", 9, func(m *maker, _ *human, d *draft) bool {
		i := m.r.IntN(len(d.names))
		d.names = slices.Clone(d.names)
		d.names[i] = m.slip(d.names[i])
		return true
	}},
	{"telex", 4, func(m *maker, _ *human, d *draft) bool { return m.keys(d, telexKeys, "sfrxj") }},
	{"vni", 3, func(m *maker, _ *human, d *draft) bool { return m.keys(d, vniKeys, "12345") }},
	{"decomposed", 4, func(m *maker, _ *human, d *draft) bool {
		old := d.shape
		d.shape = func(s string) string { return norm.NFD.String(old(s)) }
		return true
	}},
	{"capitals", 6, func(m *maker, _ *human, d *draft) bool {
		old, up := d.shape, m.chance(0.7)
		d.shape = func(s string) string {
			if up {
				return strings.ToUpper(old(s))
			}
			return strings.ToLower(old(s))
		}
		return true
	}},
	{"spaces", 4, func(m *maker, _ *human, d *draft) bool {
		old := d.shape
		d.shape = func(s string) string { return " " + strings.ReplaceAll(old(s), " ", "  ") + " " }
		return true
	}},
	{"day_month", 7, func(m *maker, _ *human, d *draft) bool {
		if d.day == 0 || d.day > 12 || d.day == d.month {
			return false
		}
		d.day, d.month = d.month, d.day
		return true
	}},
	{"year_only", 8, func(m *maker, _ *human, d *draft) bool {
		if d.day == 0 {
			return false
		}
		d.day, d.month = 0, 0
		return true
	}},
	{"digit", 6, func(m *maker, _ *human, d *draft) bool {
		if d.number == "" {
			return false
		}
		b := []byte(d.number)
		i := 1 + m.r.IntN(len(b)-1)
		b[i] = '0' + (b[i]-'0'+1+byte(m.r.IntN(9)))%10
		d.number = string(b)
		return true
	}},
	{"old_number", 7, func(m *maker, p *human, d *draft) bool {
		if d.number == "" {
			return false
		}
		was := len(d.number)
		for keep := m.OldNumber; p.otherKind == "" || len(p.otherKind) == was; {
			m.OldNumber = 0.5
			p.otherKind = m.number(p)
			m.OldNumber = keep
		}
		d.number = p.otherKind
		return true
	}},
	{"moved", 10, func(m *maker, _ *human, d *draft) bool {
		d.village = one(m, m.people).village
		return true
	}},
	{"number_missing", 6, func(m *maker, _ *human, d *draft) bool {
		had := d.number != ""
		d.number = ""
		return had
	}},
}

func eachName(d *draft, change func(string) string) bool {
	changed := false
	d.names = slices.Clone(d.names)
	for i, n := range d.names {
		d.names[i] = change(n)
		changed = changed || d.names[i] != n
	}
	return changed
}

// unmarked drops all marks.
func unmarked(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case r < 0x300 || r > 0x36F:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var tonePlaces = strings.NewReplacer(pairsOf("òa oà óa oá ỏa oả õa oã ọa oạ òe oè óe oé ỏe oẻ õe oẽ ọe oẹ ùy uỳ úy uý ủy uỷ ũy uỹ ụy uỵ")...)

func pairsOf(s string) []string { return strings.Fields(s) }

// otherTonePlace writes hoà for hòa where the word ends so.
func otherTonePlace(s string) string {
	r := []rune(s)
	if len(r) < 3 {
		return s
	}
	tail := string(r[len(r)-2:])
	if strings.HasPrefix(strings.ToLower(s), "qu") {
		return s
	}
	return string(r[:len(r)-2]) + tonePlaces.Replace(tail)
}

var iForY = map[rune]rune{'y': 'i', 'ý': 'í', 'ỳ': 'ì', 'ỷ': 'ỉ', 'ỹ': 'ĩ', 'ỵ': 'ị', 'i': 'y', 'í': 'ý', 'ì': 'ỳ', 'ỉ': 'ỷ', 'ĩ': 'ỹ', 'ị': 'ỵ'}

// otherI writes Lí for Lý, Quí for Quý.
func otherI(s string) string {
	r := []rune(s)
	n := len(r)
	if n < 2 || iForY[r[n-1]] == 0 {
		return s
	}
	before := strings.ToLower(string(r[:n-1]))
	if slices.Contains([]string{"h", "k", "l", "m", "s", "t", "qu", "v"}, before) {
		r[n-1] = iForY[r[n-1]]
	}
	return string(r)
}

const letters = "abcdeghiklmnopqrstuvxy"

// slip changes one letter of a word: another one, one left out, one twice, two swapped.
func (m *maker) slip(s string) string {
	for {
		r := []rune(s)
		i := m.r.IntN(len(r))
		switch m.r.IntN(4) {
		case 0:
			r[i] = rune(letters[m.r.IntN(len(letters))])
		case 1:
			if len(r) < 3 {
				continue
			}
			r = slices.Delete(r, i, i+1)
		case 2:
			r = slices.Insert(r, i, rune(letters[m.r.IntN(len(letters))]))
		default:
			if i == 0 || r[i] == r[i-1] {
				continue
			}
			r[i], r[i-1] = r[i-1], r[i]
		}
		if t := string(r); !strings.EqualFold(t, s) {
			return t
		}
	}
}

var telexKeys = map[rune]string{'ă': "aw", 'â': "aa", 'ê': "ee", 'ô': "oo", 'ơ': "ow", 'ư': "uw", 'đ': "dd", 'Đ': "DD", 'Â': "AA", 'Ô': "OO"}
var vniKeys = map[rune]string{'ă': "a8", 'â': "a6", 'ê': "e6", 'ô': "o6", 'ơ': "o7", 'ư': "u7", 'đ': "d9", 'Đ': "D9", 'Â': "A6", 'Ô': "O6"}

// keys writes one word, or all, as the keys that were struck.
func (m *maker) keys(d *draft, table map[rune]string, tones string) bool {
	only := -1
	if m.chance(0.5) {
		only = m.r.IntN(len(d.names))
	}
	changed := false
	d.names = slices.Clone(d.names)
	atEnd := m.chance(0.6)
	for i, n := range d.names {
		if only >= 0 && i != only {
			continue
		}
		var b strings.Builder
		tone := ""
		for _, r := range n {
			parts := []rune(norm.NFD.String(string(r)))
			base := []rune{parts[0]}
			key := ""
			for _, p := range parts[1:] {
				if k := strings.IndexRune("\u0301\u0300\u0309\u0303\u0323", p); k >= 0 {
					key = string(tones[k/2])
				} else {
					base = append(base, p)
				}
			}
			letter := []rune(norm.NFC.String(string(base)))[0]
			if keys, ok := table[letter]; ok {
				b.WriteString(keys)
			} else {
				b.WriteRune(letter)
			}
			if atEnd {
				tone += key
			} else {
				b.WriteString(key)
			}
		}
		d.names[i] = b.String() + tone
		changed = changed || d.names[i] != n
	}
	return changed
}

// write types everybody, once or more, and labels the pairs.
func (m *maker) write() *Labelled {
	out := &Labelled{Same: map[[2]int][]string{}, Other: map[[2]int]string{}}
	type typed struct {
		record Record
		p      *human
	}
	var all []typed
	for _, p := range m.people {
		twice := m.chance(m.Again)
		plain := Record{person: p.index}
		d := m.draftOf(p)
		if twice && m.BothTyped && m.chance(0.7) {
			m.mistype(&plain, p, d)
		}
		m.put(&plain, p, d)
		all = append(all, typed{plain, p})
		if !twice {
			continue
		}
		times := 1
		if m.chance(m.Third) {
			times = 2
		}
		for range times {
			again := Record{person: p.index}
			d := m.draftOf(p)
			m.mistype(&again, p, d)
			m.put(&again, p, d)
			all = append(all, typed{again, p})
		}
	}
	m.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	byPerson := map[int][]int{}
	for i := range all {
		out.Records = append(out.Records, all[i].record)
		byPerson[all[i].p.index] = append(byPerson[all[i].p.index], i)
	}
	for i := range all {
		for _, j := range byPerson[all[i].p.index] {
			if i < j {
				out.Same[[2]int{i, j}] = slices.Concat(all[i].record.differences, all[j].record.differences)
			}
		}
		if of := all[i].p.trapOf; of != nil {
			for _, j := range byPerson[of.index] {
				out.Other[[2]int{min(i, j), max(i, j)}] = all[i].p.trap
			}
		}
	}
	return out
}

// mistype types the record with one difference or more.
func (m *maker) mistype(r *Record, p *human, d *draft) {
	n := 1
	for m.chance(m.Differences / (1 + m.Differences)) {
		n++
	}
	for tries := 0; len(r.differences) < n && tries < 20; tries++ {
		dif := m.difference()
		// What tells a trap apart stays on paper.
		if p.keep && slices.Contains([]string{"year_only", "old_number", "number_missing"}, dif.name) || slices.Contains(r.differences, dif.name) || clash(r.differences, dif.name) {
			continue
		}
		if dif.apply(m, p, d) {
			r.differences = append(r.differences, dif.name)
		}
	}
}

// clash: differences of which one hides the other.
func clash(have []string, next string) bool {
	groups := [][]string{{"no_marks", "telex", "vni", "tone_place", "d_bar", "i_y", "decomposed"}, {"day_month", "year_only"}, {"digit", "old_number", "number_missing"}, {"order", "no_middle"}}
	for _, g := range groups {
		if slices.Contains(g, next) && slices.ContainsFunc(have, func(h string) bool { return slices.Contains(g, h) }) {
			return true
		}
	}
	return false
}

func (m *maker) difference() difference {
	total := 0.0
	for _, d := range differences {
		total += d.share
	}
	x := m.r.Float64() * total
	for _, d := range differences {
		if x -= d.share; x < 0 {
			return d
		}
	}
	return differences[0]
}

func (m *maker) draftOf(p *human) *draft {
	d := &draft{names: p.names, year: p.year, month: p.month, day: p.day, number: p.number, village: p.village, male: p.male, shape: func(s string) string { return s }}
	if p.yearOnly {
		d.month, d.day = 0, 0
	}
	if p.noBirth {
		d.year, d.month, d.day = 0, 0, 0
	}
	return d
}

var sexes = map[bool][]string{true: {"nam", "Nam", "M", "1"}, false: {"nữ", "Nữ", "F", "2"}}

func (m *maker) put(r *Record, p *human, d *draft) {
	r.FullName = d.shape(title(d.names))
	if m.chance(m.Plain) {
		r.FullName = unmarked(r.FullName)
	}
	switch {
	case d.year == 0:
	case d.day == 0:
		r.Birth = fmt.Sprint(d.year)
	case m.chance(0.1):
		r.Birth = fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
	default:
		r.Birth = fmt.Sprintf("%02d/%02d/%04d", d.day, d.month, d.year)
	}
	if !m.chance(m.NoSex) {
		r.Sex = sexes[d.male][int(m.Seed)%4]
	}
	r.NationalID = d.number
	if !m.NoVillage {
		r.Village = d.village
	}
}
