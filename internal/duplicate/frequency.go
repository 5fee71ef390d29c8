package duplicate

// frequencies count how often a word stands in a role, for each sex and for
// all (Unknown), among all names without marks and among those with.
type frequencies struct {
	bare, marked           [roles][3]map[int32]int32
	bareTotal, markedTotal [roles][3]int32
}

// A word that nobody else has may be a rare name, and then somebody else may
// bear it yet; or no syllable of the language, and then it is most likely a slip.
// (The idea of Good and Turing; the figures are an estimate of ours.)
const (
	newName    = 0.3
	noSyllable = 0.02
)

func (f *file) count() {
	for ro := range roles {
		for s := range 3 {
			f.names.bare[ro][s] = map[int32]int32{}
			f.names.marked[ro][s] = map[int32]int32{}
		}
	}
	for i := range f.records {
		r := &f.records[i]
		f.lengths[len(r.words)]++
		for _, w := range r.words {
			for _, s := range sexesOf(r.sex) {
				f.names.bare[w.role][s][w.bare]++
				f.names.bareTotal[w.role][s]++
				if r.marks {
					f.names.marked[w.role][s][w.marked]++
					f.names.markedTotal[w.role][s]++
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
}

func sexesOf(s Sex) []Sex {
	if s == Unknown {
		return []Sex{Unknown}
	}
	return []Sex{Unknown, s}
}

// frequency is the chance that somebody else has the word in the role.
func (f *file) frequency(marks bool, ro role, sex Sex, spelling int32) float64 {
	counts, total := &f.names.bare[ro][sex], f.names.bareTotal[ro][sex]
	if marks {
		counts, total = &f.names.marked[ro][sex], f.names.markedTotal[ro][sex]
	}
	unseen := newName
	if !f.syllable[spelling] {
		unseen = noSyllable
	}
	return max(float64((*counts)[spelling])-1, unseen) / float64(max(total-1, 100))
}

// common is frequency in the role where the word is commoner: words change
// their places when names are written in another order.
func (f *file) common(marks bool, a, b role, sex Sex, spelling int32) float64 {
	c := f.frequency(marks, a, sex, spelling)
	if a != b {
		c = max(c, f.frequency(marks, b, sex, spelling))
	}
	return c
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
