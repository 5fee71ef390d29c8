package duplicate

import "math"

// How two words of two names agree.
const (
	wordSame    = iota
	wordDBar    // đ written as d
	wordNoMarks // one without its marks in a name that has others
	wordMarks   // other marks: Thúy, Thủy; Nguyễn, Nguyển
	wordTypo    // one letter
	wordInitial // "Ng", "V" for Nguyễn, Văn
	wordOther
	wordLevels
)

// A name as compared.
type nameMatch struct {
	info     float64 // Σ ln 1/frequency over the words that agree: how much an agreement says
	levels   [wordLevels]uint8
	gaps     uint8 // words that only one of the two has
	marks    bool  // both have marks
	moved    bool  // the words stand in another order
	inPlace  bool  // moved, but the family name stands first in both
	glued    bool  // the spaces differ
	differ   bool  // a word other than the family name is another one
	relative float64
	lost     float64 // ln of what family and given names cost that only one has
	family   float64 // ln 1/frequency of the family name where it agrees, else 0
}

// A slip of one letter can give about so many words.
const slips = 120

// lnInPlace is ln of how often words are moved behind the family name.
var lnInPlace = math.Log(0.15)

// twoSlips is what another mark beside another letter costs (ln).
const twoSlips = 3.0

// names compares two names and gives ln of the likelihood ratio under the
// shares of the beginning, by which the best alignment is chosen.
func (f *file) compareNames(a, b *record, m *shares, w *worker) (nameMatch, float64) {
	n := nameMatch{marks: a.marks && b.marks}
	if len(a.words) == 0 || len(b.words) == 0 {
		return n, 0
	}
	sex := Unknown
	if a.sex == b.sex {
		sex = a.sex
	}
	la, lb := len(a.words), len(b.words)
	for i := range la {
		for j := range lb {
			w.cell[i][j] = f.compareWords(&a.words[i], &b.words[j], n.marks, sex, m, w)
		}
	}
	straight := f.align(la, lb, a, b, m, w)
	best := w.partner
	if la > 1 && lb > 1 && straight < float64(max(la, lb))*1.5 { // not all agree
		if moved := f.permute(la, lb, a, b, m, w); moved+m.ln.order[1] > straight+m.ln.order[0] {
			best = w.moved
			n.moved = true
			n.inPlace = a.words[0].bare == b.words[0].bare
		}
	}
	if la != lb && a.glued == b.glued {
		n.glued = true
	}
	f.addUp(&n, a, b, best, w, m)
	return n, f.nameRatio(&n, a, b, m)
}

type cell struct {
	level uint8
	info  float64
	score float64
}

// compareWords finds how two words agree and how much that says.
func (f *file) compareWords(x, y *word, marks bool, sex Sex, m *shares, w *worker) cell {
	var c cell
	switch {
	case marks && x.marked == y.marked || !marks && x.bare == y.bare:
		c.level = wordSame
	case x.bare == y.bare:
		c.level = f.markLevel(x, y)
	default:
		c.level = w.bareLevel(f, x.bare, y.bare)
	}
	wx, wy, with := x.bare, y.bare, 0
	if marks {
		wx, wy, with = x.marked, y.marked, 1
	}
	switch c.level {
	case wordSame:
		c.info = f.info(with, x.role, y.role, sex, wx)
	case wordDBar, wordNoMarks: // which of the two is the changed one is known
		changed := wx
		if !f.poorer(x, y) {
			changed = wy
		}
		c.info = f.info(with, x.role, y.role, Unknown, changed)
	case wordMarks, wordTypo:
		n := 5.0
		if c.level == wordTypo {
			n = slips
		}
		c.info = math.Log((1/f.common(with, x.role, y.role, Unknown, wx) + 1/f.common(with, x.role, y.role, Unknown, wy)) / n)
		if c.level == wordTypo && marks && !f.oneLetter(x, y) {
			c.info -= twoSlips
		}
	case wordInitial: // says as much as how common the whole word is
		whole := wx
		if len(f.bare[x.bare]) < len(f.bare[y.bare]) {
			whole = wy
		}
		c.info = f.info(with, x.role, y.role, Unknown, whole) * 0.7
	}
	c.score = c.info + m.word(marks, c.level)
	return c
}

// markLevel: the letters agree without marks, the marks do not.
func (f *file) markLevel(x, y *word) uint8 {
	a, b := f.marked(x), f.marked(y)
	switch {
	case a == f.bare[x.bare] || b == f.bare[y.bare]:
		return wordNoMarks
	case withoutBar(a) == withoutBar(b):
		return wordDBar
	}
	return wordMarks
}

// poorer says whether x has lost marks that y has.
func (f *file) poorer(x, y *word) bool { return len(f.marked(x)) < len(f.marked(y)) }

// align finds the best pairing of words that keeps their order, and leaves it
// in w.partner: for each word of a the one of b, or −1.
func (f *file) align(la, lb int, a, b *record, m *shares, w *worker) float64 {
	for i := 0; i <= la; i++ {
		for j := 0; j <= lb; j++ {
			if i == 0 && j == 0 {
				w.best[0][0] = 0
				continue
			}
			best, step := math.Inf(-1), byte(0)
			if i > 0 && j > 0 {
				best, step = w.best[i-1][j-1]+w.cell[i-1][j-1].score, 'm'
			}
			if i > 0 {
				if s := w.best[i-1][j] + f.gap(a, b, i-1, m); s > best {
					best, step = s, 'a'
				}
			}
			if j > 0 {
				if s := w.best[i][j-1] + f.gap(b, a, j-1, m); s > best {
					best, step = s, 'b'
				}
			}
			w.best[i][j], w.step[i][j] = best, step
		}
	}
	for i := range la {
		w.partner[i] = -1
	}
	for i, j := la, lb; i > 0 || j > 0; {
		switch w.step[i][j] {
		case 'm':
			i, j = i-1, j-1
			w.partner[i] = int8(j)
		case 'a':
			i--
		default:
			j--
		}
	}
	return w.best[la][lb]
}

// gap is what a word costs that only one name has: a middle name is left out,
// family and given names hardly ever.
func (f *file) gap(has, lacks *record, i int, m *shares) float64 {
	cost := m.ln.missing
	if len(has.words) <= len(lacks.words) {
		cost -= 4 // words left out of both names at once: rather another name
	}
	return cost + loss(has.words[i].role)
}

func loss(of role) float64 {
	switch of {
	case family:
		return -2.5
	case given:
		return -3.5
	}
	return 0
}

// shortness is how usual names of that length are: to be short says little
// where most names are.
func (f *file) shortness(n int) float64 {
	return max(float64(f.lengths[n])/float64(len(f.records)), 1e-3)
}

// permute finds the best pairing in any order, and leaves it in w.moved.
func (f *file) permute(la, lb int, a, b *record, m *shares, w *worker) float64 {
	best := math.Inf(-1)
	var try [maxWords]int8
	var walk func(i int, used uint, score float64)
	walk = func(i int, used uint, score float64) {
		if i == la {
			for j := range lb {
				if used&(1<<j) == 0 {
					score += f.gap(b, a, j, m)
				}
			}
			if score > best {
				best = score
				w.moved = try
			}
			return
		}
		for j := range lb {
			if c := &w.cell[i][j]; used&(1<<j) == 0 && c.level != wordOther {
				try[i] = int8(j)
				walk(i+1, used|1<<j, score+c.score)
			}
		}
		try[i] = -1
		walk(i+1, used, score+f.gap(a, b, i, m))
	}
	walk(0, 0, 0)
	return best
}

// addUp adds up what the pairing says.
func (f *file) addUp(n *nameMatch, a, b *record, partner [maxWords]int8, w *worker, m *shares) {
	used := 0
	kin := !n.moved && a.words[0].bare == b.words[0].bare
	sex := Unknown
	if a.sex == b.sex {
		sex = a.sex
	}
	var taken [maxWords]bool
	for i := range a.words {
		j := partner[i]
		if j < 0 {
			n.gaps++
			n.lost += loss(a.words[i].role)
			continue
		}
		used++
		taken[j] = true
		c := &w.cell[i][j]
		n.levels[c.level]++
		if kin && a.words[i].role != family && b.words[j].role == a.words[i].role && c.level == wordSame {
			c.info -= f.ofFamily.less(a.words[0].bare, &a.words[i], sex, c.info)
		}
		n.info += c.info
		if a.words[i].role == family && (b.words[j].role == family || n.moved) || n.moved && b.words[j].role == family {
			if c.level != wordOther {
				n.family = c.info
			}
			n.relative += c.score
			continue
		}
		if c.level == wordSame {
			n.relative += math.Log(0.15 + 0.85*math.Exp(min(c.info, 20)))
		} else {
			n.differ = true
		}
	}
	n.gaps += uint8(len(b.words) - used)
	for j := range b.words {
		if !taken[j] {
			n.lost += loss(b.words[j].role)
		}
	}
	if n.glued {
		n.levels = [wordLevels]uint8{wordSame: uint8(max(len(a.words), len(b.words)))}
		n.gaps, n.lost, n.moved, n.differ = 0, 0, false, false
		n.info = 0
		long := a
		if len(b.words) > len(a.words) {
			long = b
		}
		for _, x := range long.words {
			n.info += f.info(0, x.role, x.role, Unknown, x.bare)
		}
		n.marks = false
	}
}

// nameRatio is ln of how much likelier the two names are for one person than
// for two strangers.
func (f *file) nameRatio(n *nameMatch, a, b *record, m *shares) float64 {
	if len(a.words) == 0 || len(b.words) == 0 {
		return 0
	}
	s := n.info + n.lost
	for level, count := range n.levels {
		if count > 0 {
			s += float64(count) * m.word(n.marks, uint8(level))
		}
	}
	if n.moved {
		s += m.ln.moved
		if n.inPlace {
			s += lnInPlace
		}
	} else {
		s += m.ln.order[0]
	}
	if n.gaps > 0 {
		shorter := min(len(a.words), len(b.words))
		s += m.ln.shorter[shorter] + float64(n.gaps-1)*m.ln.missing
		if longer := max(len(a.words), len(b.words)); int(n.gaps) > longer-shorter {
			s -= 4
		}
	}
	return s
}
