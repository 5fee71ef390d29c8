package duplicate

import "strings"

// worker keeps what one goroutine needs while comparing names.
type worker struct {
	cell    [maxWords][maxWords]cell
	best    [maxWords + 1][maxWords + 1]float64
	step    [maxWords + 1][maxWords + 1]byte
	partner [maxWords]int8
	moved   [maxWords]int8
	known   map[[2]int32]uint8
}

func newWorker() *worker { return &worker{known: map[[2]int32]uint8{}} }

// bareLevel says how two different words agree without marks.
func (w *worker) bareLevel(f *file, x, y int32) uint8 {
	k := [2]int32{min(x, y), max(x, y)}
	level, known := w.known[k]
	if !known {
		level = compareBare(f.bare[x], f.bare[y])
		w.known[k] = level
	}
	return level
}

func compareBare(a, b string) uint8 {
	switch {
	case initial(a, b) || initial(b, a):
		return wordInitial
	case len(a) > 1 && len(b) > 1 && oneSlip(a, b), len(a) > 2 && sound(a) == sound(b):
		return wordTypo
	}
	return wordOther
}

// initial: a is what people write for b to be short: "n", "ng" for nguyen, "th" for thi.
func initial(a, b string) bool {
	if len(a) >= len(b) || !strings.HasPrefix(b, a) {
		return false
	}
	return strings.Trim(a, "bcdghklmnpqrstvx") == ""
}

// oneSlip says whether one letter was changed, left out or added, or two
// neighbours swapped (Damerau 1964).
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return false // equal
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// sound writes alike what many regions pronounce alike and so confuse.
var sounds = strings.NewReplacer("ngh", "ng", "gh", "g", "tr", "ch", "gi", "z", "d", "z", "r", "z", "x", "s", "k", "c", "q", "c", "l", "n")

func sound(bare string) string { return sounds.Replace(bare) }

// oneLetter says whether two words differ by one slip, their marks included. A
// vowel that is struck wrongly takes its tone along.
func (f *file) oneLetter(x, y *word) bool {
	a, toneA := splitTone(f.marked(x))
	b, toneB := splitTone(f.marked(y))
	lostA, lostB, ok := runeSlip(a, b)
	switch {
	case !ok:
		return false
	case toneA == toneB:
		return true
	case toneA == 0:
		return vowel(lostB)
	case toneB == 0:
		return vowel(lostA)
	}
	return false
}

// splitTone takes the tone, which stands behind, from a spelling.
func splitTone(marked string) ([]rune, byte) {
	if n := len(marked); n > 0 && '0' <= marked[n-1] && marked[n-1] <= '9' {
		return []rune(marked[:n-1]), marked[n-1]
	}
	return []rune(marked), 0
}

func vowel(letters []rune) bool {
	for _, r := range letters {
		if strings.ContainsRune("aeiouy", r) || r > 0x7F && r != 0x111 {
			return true
		}
	}
	return false
}

// runeSlip gives what differs between the common beginning and end of two
// words; ok where that is one letter at most on either side, or two swapped.
func runeSlip(x, y []rune) (lostX, lostY []rune, ok bool) {
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	swapped := len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
	return x, y, len(x) <= 1 && len(y) <= 1 || swapped
}

// marked is a word's spelling with its marks.
func (f *file) marked(w *word) string { return f.text[w.marked] }

func withoutBar(marked string) string { return strings.ReplaceAll(marked, string(rune(0x111)), "d") }

// How two ID numbers agree.
const (
	numberUnknown = iota // one is missing, or they are of the old and the new kind
	numberSame
	numberNear // one digit
	numberTwo  // two digits, as when both records have a slip
	numberOther
	numberLevels
)

func numberLevel(a, b string) uint8 {
	if a == "" || b == "" {
		return numberUnknown
	}
	slip := oneSlip(a, b) // a digit may have been left out, not a zero dropped
	a, b = padded(a), padded(b)
	switch {
	case a == b:
		return numberSame
	case slip || oneSlip(a, b):
		return numberNear
	case twoDigits(a, b):
		return numberTwo
	case len(a) == len(b), !valid(a), !valid(b):
		return numberOther
	}
	return numberUnknown
}

func twoDigits(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n == 2
}

// padded gives back the zero that a spreadsheet drops.
func padded(number string) string {
	if len(number) == 8 || len(number) == 11 {
		return "0" + number
	}
	return number
}
