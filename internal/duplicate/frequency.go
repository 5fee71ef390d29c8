package duplicate

// frequencies count how often a word stands in a role, for each sex and for
// all (Unknown), among all names without marks and among those with.
type frequencies struct {
	bare, marked           [roles][3]map[int32]int32
	bareTotal, markedTotal [roles][3]int32
}

// What a word that nobody else has may be expected to have: a name not seen yet,
// or no syllable of the language and so most likely a slip.
const (
	seenBefore = 60.0 // records that the expectation weighs
	newName    = 1.0 / 1500
	noSyllable = 1.0 / 20000
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
	expected := newName
	if !f.syllable[spelling] {
		expected = noSyllable
	}
	others := max(float64((*counts)[spelling])-1, 0)
	return (others + seenBefore*expected) / (float64(max(total-1, 0)) + seenBefore)
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

// chanceOfNearNumbers looks at pairs drawn evenly: numbers given out in a row
// lie close together, others do not.
func (f *file) chanceOfNearNumbers() float64 {
	var numbers []string
	for i := range f.records {
		if n := f.records[i].number; valid(n) {
			numbers = append(numbers, n)
		}
	}
	const draws = 200_000
	near, compared := 0, 0
	for i := 0; len(numbers) > 1 && i < draws; i++ {
		x := mix(uint64(i))
		a, b := numbers[x%uint64(len(numbers))], numbers[(x>>32)%uint64(len(numbers))]
		if len(a) != len(b) || a == b {
			continue
		}
		compared++
		if numberLevel(a, b) == numberNear {
			near++
		}
	}
	return (float64(near) + 0.2) / (float64(compared) + 2e4)
}
