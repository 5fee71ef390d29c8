package duplicate

import "math"

// frequencies count how often a word stands in a role, for each sex and for
// all (Unknown), among all names without marks and among those with.
type frequencies struct {
	of    [2][roles][3][]int32 // with marks 1; by spelling
	total [2][roles][3]int32
}

// stat is what a spelling says: the chance that somebody else has the word in
// the role, and ln of its inverse.
type stat struct{ share, info [2][roles][3]float64 }

// most is the larger of what the word says of those of the sex and of all.
func (s *stat) most(marks int, ro role, sex Sex) float64 {
	return max(s.info[marks][ro][Unknown], s.info[marks][ro][sex])
}

// A word that nobody else has may be a rare name, and then somebody else may
// bear it yet; or no syllable of the language, and then it is most likely a slip.
// (The idea of Good and Turing; the figures are an estimate of ours.)
const (
	newName    = 0.3
	noSyllable = 0.02
)

func (f *file) count() {
	for marks := range 2 {
		for ro := range roles {
			for sex := range 3 {
				f.names.of[marks][ro][sex] = make([]int32, len(f.bare))
			}
		}
	}
	for i := range f.records {
		r := &f.records[i]
		f.lengths[len(r.words)]++
		f.ofFamily.count(r)
		for _, w := range r.words {
			for _, s := range sexes[r.sex] {
				f.names.of[0][w.role][s][w.bare]++
				f.names.total[0][w.role][s]++
				if r.marks {
					f.names.of[1][w.role][s][w.marked]++
					f.names.total[1][w.role][s]++
				}
			}
		}
		if r.year > 0 {
			f.years[r.year]++
			f.dated++
		}
		if r.place > 0 {
			f.inPlace[r.place]++
			f.placed++
			if len(r.words) > 1 {
				f.clans[[2]int32{r.place, r.words[0].bare}]++
			}
		}
	}
	f.stats = make([]stat, len(f.bare))
	for n := range f.stats {
		s := &f.stats[n]
		for marks := range 2 {
			for ro := range roles {
				for sex := range 3 {
					s.share[marks][ro][sex] = f.frequency(marks, ro, Sex(sex), int32(n))
					s.info[marks][ro][sex] = -math.Log(s.share[marks][ro][sex])
				}
			}
		}
	}
	f.yearInfo = map[int32]float64{}
	for year := range f.years {
		f.yearInfo[year] = -math.Log(f.ofYear(year))
	}
	f.placeInfo = make([]float64, len(f.inPlace))
	for place := range f.placeInfo {
		f.placeInfo[place] = -math.Log(f.ofPlace(int32(place)))
	}
}

var sexes = [3][]Sex{Unknown: {Unknown}, Male: {Unknown, Male}, Female: {Unknown, Female}}

// frequency is the chance that somebody else has the word in the role.
func (f *file) frequency(marks int, ro role, sex Sex, spelling int32) float64 {
	unseen := newName
	if !f.syllable[spelling] {
		unseen = noSyllable
	}
	return max(float64(f.names.of[marks][ro][sex][spelling])-1, unseen) / float64(max(f.names.total[marks][ro][sex]-1, 100))
}

// info is ln of the inverse of the frequency in the role where the word is
// commoner: words change their places when names are written in another order.
func (f *file) info(marks int, a, b role, sex Sex, spelling int32) float64 {
	s := &f.stats[spelling].info[marks]
	return min(s[a][sex], s[b][sex])
}

// common is that frequency.
func (f *file) common(marks int, a, b role, sex Sex, spelling int32) float64 {
	s := &f.stats[spelling].share[marks]
	return max(s[a][sex], s[b][sex])
}

// inVillage is how common a family name is in the village: clans live together.
func (f *file) inVillage(place, bare int32, everywhere float64) float64 {
	const weight = 10
	here := max(float64(f.clans[[2]int32{place, bare}])-1, 0)
	return (here + weight*everywhere) / (float64(max(f.inPlace[place]-1, 0)) + weight)
}

// ofYear is the chance that a stranger was born in the year.
func (f *file) ofYear(year int32) float64 {
	return max(float64(f.years[year])-1, 0.5) / max(float64(f.dated)-1, 1)
}

// ofPlace is the chance that a stranger lives in the village.
func (f *file) ofPlace(place int32) float64 {
	return max(float64(f.inPlace[place])-1, 0.5) / max(float64(f.placed)-1, 1)
}

// chanceOfNearNumbers looks at pairs drawn evenly, from all and from single
// villages: numbers given out in a row lie close together, others do not.
func (f *file) chanceOfNearNumbers() (all, home float64) {
	var numbers []string
	byPlace := map[int32][]string{}
	for i := range f.records {
		if r := &f.records[i]; valid(r.number) {
			numbers = append(numbers, r.number)
			if r.place > 0 {
				byPlace[r.place] = append(byPlace[r.place], r.number)
			}
		}
	}
	var everywhere, inVillages draw
	everywhere.from(numbers, 200_000)
	for place := range int32(len(f.inPlace)) {
		inVillages.from(byPlace[place], len(byPlace[place]))
	}
	return everywhere.share(), inVillages.share()
}

type draw struct{ near, compared int }

func (d *draw) from(numbers []string, times int) {
	for i := 0; len(numbers) > 1 && i < times; i++ {
		x := mix(uint64(i))
		a, b := numbers[x%uint64(len(numbers))], numbers[(x>>32)%uint64(len(numbers))]
		if len(a) != len(b) || a == b {
			continue
		}
		d.compared++
		if numberLevel(a, b) == numberNear {
			d.near++
		}
	}
}

func (d *draw) share() float64 { return (float64(d.near) + 0.2) / (float64(d.compared) + 2e4) }

// yearsFromNumbers fills in births that are not known from numbers of 12 digits
// where the file's own numbers carry the year of birth: the fourth digit has
// the century and the sex, the fifth and sixth the year.
func (f *file) yearsFromNumbers() {
	fit, known := 0, 0
	for i := range f.records {
		if r := &f.records[i]; len(r.number) == 12 && r.year > 0 {
			known++
			if yearIn(r.number) == r.year {
				fit++
			}
		}
	}
	if known < 20 || float64(fit) < 0.9*float64(known) {
		return
	}
	for i := range f.records {
		if r := &f.records[i]; len(r.number) == 12 && r.year == 0 {
			r.year = yearIn(r.number)
		}
	}
}

func yearIn(number string) int32 {
	century := int32(number[3]-'0') / 2
	return 1900 + 100*century + int32(number[4]-'0')*10 + int32(number[5]-'0')
}
