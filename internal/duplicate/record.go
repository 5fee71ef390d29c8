package duplicate

import (
	"strings"

	"giamngheo/internal/vn"
)

// maxWords bounds the words of a name that are compared; real ones have six at most.
const maxWords = 8

// role is a word's place in a name.
type role uint8

const (
	family role = iota
	middle
	given
	roles
)

// word is one word of one record's name, by numbers that stand for spellings.
type word struct {
	marked, bare int32
	keys         bool
	role         role
}

// record is a person made ready to be compared.
type record struct {
	words  []word
	marks  bool   // the name has marks; without any they were left off, or it needs none
	glued  uint64 // the name without spaces
	bag    uint64 // the words without their order
	sex    Sex
	year   int32 // 0: not known
	month  int8
	day    int8
	number string // digits; "" not known
	place  int32  // 0: not known
}

// file is all records with what they tell of each other.
type file struct {
	records []record
	briefs  []brief
	source  []Person

	processors int

	spellings map[string]int32 // marked and bare ones share the numbers
	text      []string         // by number: the spelling
	bare      []string         // by number: the same without marks
	syllable  []bool

	names     frequencies
	stats     []stat // by spelling
	years     map[int32]int
	yearInfo  map[int32]float64 // ln 1/chance
	placeInfo []float64         // likewise, by place
	dated     int
	villages  map[string]int32 // as written
	places    map[string]int32
	inPlace   []int32 // records by place
	placed    int
	clans     map[[2]int32]int32 // place and bare family name
	ofFamily  ofFamily
	lengths   [maxWords + 1]int
	near      float64 // chance that two numbers of strangers lie one slip apart
	nearHome  float64 // the same within one village
}

func prepare(people []Person) *file {
	f := &file{source: people, records: make([]record, len(people)),
		spellings: map[string]int32{}, years: map[int32]int{}, villages: map[string]int32{}, places: map[string]int32{}, inPlace: []int32{0}, clans: map[[2]int32]int32{},
		ofFamily: ofFamily{words: map[spoken]int32{}, bearers: map[spoken]int32{}}}
	spelled := map[string]vn.Spelling{}
	for i := range people {
		f.records[i] = f.read(&people[i], spelled)
	}
	f.dropPlaceholders()
	f.count()
	f.near, f.nearHome = f.chanceOfNearNumbers()
	f.briefs = make([]brief, len(f.records))
	for i := range f.records {
		f.briefs[i] = f.brief(&f.records[i])
	}
	return f
}

func (f *file) read(p *Person, spelled map[string]vn.Spelling) record {
	r := record{sex: p.Sex, year: int32(p.Birth.Year()), month: int8(p.Birth.Month()), day: int8(p.Birth.DayOfMonth()), number: digits(p.NationalID), place: f.placeOf(p.Village)}
	glued := uint64(offset)
	for _, text := range nameWords(p.FullName) {
		s, known := spelled[text]
		if !known {
			s = vn.Spell(text)
			spelled[text] = s
		}
		if s.Bare == "" || len(r.words) == maxWords {
			continue
		}
		r.words = append(r.words, word{marked: f.spelling(s.Marked, s.Bare, s.Valid), bare: f.spelling(s.Bare, s.Bare, vn.BareSyllable(s.Bare)), keys: s.Keys, role: middle})
		r.marks = r.marks || s.Marks
		glued = hashOn(glued, s.Bare)
	}
	if n := len(r.words); n > 0 {
		r.words[0].role = family
		r.words[n-1].role = given
		r.glued = glued
	}
	for _, w := range r.words {
		r.bag += mix(uint64(w.bare))
	}
	return r
}

// nameWords takes a name apart. What stands in brackets is a nickname or a
// remark; dots and hyphens stand between words ("Ng.V.An").
func nameWords(name string) []string {
	name = vn.ToUnicode(name)
	for {
		from := strings.IndexByte(name, '(')
		if from < 0 {
			break
		}
		to := strings.IndexByte(name[from:], ')')
		if to < 0 {
			name = name[:from]
			break
		}
		name = name[:from] + " " + name[from+to+1:]
	}
	return strings.FieldsFunc(name, func(r rune) bool {
		switch r {
		case '.', ',', ';', '-', '_', '/', '*', '"', '\'', 0xA0, 0xFEFF, '\u2019':
			return true
		}
		return r <= ' '
	})
}

func (f *file) spelling(marked, bare string, syllable bool) int32 {
	if n, known := f.spellings[marked]; known {
		return n
	}
	n := int32(len(f.bare))
	f.spellings[marked] = n
	f.text = append(f.text, marked)
	f.bare = append(f.bare, bare)
	f.syllable = append(f.syllable, syllable)
	return n
}

// villageTypes begin a village's name and are often left off.
var villageTypes = map[string]bool{"thon": true, "ban": true, "lang": true, "xom": true, "khu": true, "pho": true, "to": true, "dan": true, "ap": true, "buon": true}

func (f *file) placeOf(village string) int32 {
	n, known := f.villages[village]
	if !known {
		n = f.newPlace(village)
		f.villages[village] = n
	}
	return n
}

func (f *file) newPlace(village string) int32 {
	folded := vn.Fold(village)
	words := vn.Words(folded)
	for len(words) > 1 && villageTypes[words[0]] {
		words = words[1:]
	}
	if len(words) == 0 {
		return 0
	}
	for i, w := range words {
		if n := strings.TrimLeft(w, "0"); n != "" {
			words[i] = n // "Thôn 03" is "Thôn 3"
		}
	}
	key := strings.Join(words, " ")
	n, known := f.places[key]
	if !known {
		n = int32(len(f.inPlace))
		f.places[key] = n
		f.inPlace = append(f.inPlace, 0)
	}
	return n
}

// digits leaves the digits of an ID number. Spreadsheets drop leading zeros:
// 8 and 11 digits are numbers of 9 and 12.
func digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if '0' <= r && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// valid says whether the number has the length of a CMND (9) or a CCCD (12).
func valid(number string) bool { return len(number) == 9 || len(number) == 12 }

// usualHolders is how many differently named people share a number before it
// is taken for a filler ("000000000", "123456789") and not for anybody's.
const usualHolders = 3

func (f *file) dropPlaceholders() {
	type holder struct {
		bags  []uint64
		count int
	}
	held := map[string]*holder{}
	for i := range f.records {
		r := &f.records[i]
		if len(r.number) < 6 || oneDigitOnly(r.number) {
			r.number = ""
			continue
		}
		h := held[r.number]
		if h == nil {
			h = &holder{}
			held[r.number] = h
		}
		h.count++
		known := false
		for _, b := range h.bags {
			known = known || b == r.bag
		}
		if !known && len(h.bags) <= 2*usualHolders {
			h.bags = append(h.bags, r.bag)
		}
	}
	for i := range f.records {
		if h := held[f.records[i].number]; h != nil && len(h.bags) > usualHolders && h.count > usualHolders {
			f.records[i].number = ""
		}
	}
	f.dropFirstOfJanuary()
	f.yearsFromNumbers()
}

func oneDigitOnly(number string) bool { return strings.Trim(number, number[:1]) == "" }

// newYearShare: where more of the days than this are 1 January, it stands for
// "only the year is known".
const newYearShare = 0.012

func (f *file) dropFirstOfJanuary() {
	exact, first := 0, 0
	for i := range f.records {
		if r := &f.records[i]; r.day > 0 {
			exact++
			if r.day == 1 && r.month == 1 {
				first++
			}
		}
	}
	if first < 5 || float64(first) < newYearShare*float64(exact) {
		return
	}
	for i := range f.records {
		if r := &f.records[i]; r.day == 1 && r.month == 1 {
			r.day, r.month = 0, 0
		}
	}
}

// mix spreads a number over 64 bits (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
