package paper

import (
	"strings"
	"unicode"
)

// piece is a part of a line that is drawn in one go.
type piece struct {
	kind   spanKind
	text   string
	face   face
	size   float64
	width  float64 // mm, without the blank behind it
	blank  float64 // width of the blank behind it, 0: the next piece follows at once
	cells  int
	ticked bool
	soft   bool
}

// line is a broken line.
type line struct {
	pieces []piece
	size   float64 // of its largest letters
	height float64 // mm
	up     float64 // from its top to the base line, mm
	first  bool    // of its paragraph
	last   bool    // of its paragraph, or before a forced break
}

// Boxes, in millimetres. A digit's box is as wide as a hand writes.
const (
	digitWidth, digitHeight = 5.0, 6.2
	tickSide, tickGap       = 3.4, 0.4
	leastFill               = 8.0
)

// words cuts the spans of a paragraph into pieces; a piece without a blank
// behind it clings to the next.
func (p *Paragraph) words() []piece {
	var all []piece
	for _, s := range p.Spans {
		size := s.size
		if size == 0 {
			size = p.Size
		}
		one := piece{kind: s.kind, face: faceOf(s.bold || p.Bold, s.italic || p.Italic), size: size, soft: s.soft}
		switch s.kind {
		case spanText:
			all = one.cut(all, s.text)
			continue
		case spanTick:
			one.ticked, one.width = s.ticked, tickSide+tickGap
		case spanDigits:
			one.text, one.cells, one.width = s.text, s.cells, float64(s.cells)*digitWidth
		case spanDots:
			one.width = s.length
		case spanFill:
			one.width = leastFill
		}
		all = append(all, one)
	}
	return all
}

// cut appends the words of a text. Blanks at its ends belong to the pieces
// beside them.
func (p piece) cut(all []piece, s string) []piece {
	blank := p.face.width(" ", p.size)
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\n':
			all = append(all, piece{kind: spanBreak, face: p.face, size: p.size})
			i++
		case c == ' ' || c == '\t' || c == '\r':
			if n := len(all); n > 0 && all[n-1].kind != spanBreak {
				all[n-1].blank = max(all[n-1].blank, blank)
			} else {
				// A blank at the beginning counts where somebody left room.
				all = append(all, piece{face: p.face, size: p.size, width: 0, blank: blank})
			}
			i++
		default:
			j := i
			for j < len(s) && s[j] != ' ' && s[j] != '\t' && s[j] != '\r' && s[j] != '\n' {
				j++
			}
			one := p
			one.text = one.face.printable(clean(s[i:j]))
			one.width = one.face.width(one.text, one.size)
			all = append(all, one)
			i = j
		}
	}
	return all
}

// clean drops what no file can hold.
func clean(s string) string {
	for _, r := range s {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
			return strings.Map(func(r rune) rune {
				if unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
					return -1
				}
				return r
			}, s)
		}
	}
	return s
}

// lines breaks the paragraph to a width. There is always at least one line.
func (p *Paragraph) lines(width float64) []line {
	rest := p.words()
	width -= p.Indent + 2*p.Inset
	room := width - p.First
	var all []line
	var now []piece
	used := 0.0
	end := func(last bool) {
		all = append(all, p.lineOf(now, last))
		now, used, room = nil, 0, width
	}
	for len(rest) > 0 {
		if rest[0].kind == spanBreak {
			end(true)
			rest = rest[1:]
			continue
		}
		// What clings together goes to the next line together.
		n, need := 1, rest[0].width
		for n < len(rest) && rest[n-1].blank == 0 && rest[n].kind != spanBreak {
			need += rest[n].width
			n++
		}
		if used+need > room+hair && len(now) > 0 {
			end(false)
		}
		if need > room+hair && rest[0].kind == spanText && n == 1 {
			if head, tail := rest[0].splitAt(room - used); head.text != "" {
				now = append(now, head)
				end(false)
				rest[0] = tail
				continue
			}
		}
		for _, one := range rest[:n] {
			now = append(now, one)
			used += one.width + one.blank
		}
		rest = rest[n:]
	}
	if len(now) > 0 || len(all) == 0 {
		end(true)
	}
	all[0].first, all[len(all)-1].last = true, true
	return all
}

// splitAt cuts a word that is longer than a whole line.
func (p piece) splitAt(room float64) (head, tail piece) {
	used := 0.0
	for i, r := range p.text {
		w := p.face.width(string(r), p.size)
		if used+w > room && i > 0 {
			head, tail = p, p
			head.text, head.width, head.blank = p.text[:i], used, 0
			tail.text, tail.width = p.text[i:], p.width-used
			return head, tail
		}
		used += w
	}
	return piece{}, p
}

// balance narrows a centred text to the least width that needs no more lines,
// so that no single word stands alone on its last line. Words that make one
// term, and a figure with what it counts, stay on one line.
func (p *Paragraph) balance(width float64) {
	for i := range p.Spans {
		if p.Spans[i].kind == spanText {
			p.Spans[i].text = tie(p.Spans[i].text)
		}
	}
	n := len(p.lines(width))
	if n < 2 {
		return
	}
	low, high := 0.0, width/2*0.8 // the inset that is possible, and one that is not
	for range 12 {
		p.Inset = (low + high) / 2
		if len(p.lines(width)) > n {
			high = p.Inset
		} else {
			low = p.Inset
		}
	}
	p.Inset = max(0, low-1) // other programs measure a hair differently
}

func (p *Paragraph) lineOf(pieces []piece, last bool) line {
	l := line{pieces: pieces, size: 0, last: last}
	tallest := 0.0
	for _, one := range pieces {
		l.size = max(l.size, one.size)
		if one.kind == spanDigits {
			tallest = digitHeight + 0.8
		}
	}
	if l.size == 0 {
		l.size = p.Size
	}
	spacing := max(p.Line, 1)
	natural := lead * l.size * mmPerPoint
	l.height = natural * spacing
	l.up = l.height - (lead-ascent)*l.size*mmPerPoint
	if extra := tallest - l.height; extra > 0 {
		l.height = tallest
		l.up += extra / 2
	}
	return l
}

// natural is the line's length without what stretches.
func (l *line) natural() float64 {
	w := 0.0
	for i, one := range l.pieces {
		w += one.width
		if i < len(l.pieces)-1 {
			w += one.blank
		}
	}
	return w
}

// merged joins neighbours that are drawn alike, for lines that are not
// stretched.
func merged(pieces []piece) []piece {
	out := pieces[:0:0]
	for _, one := range pieces {
		if n := len(out); n > 0 && one.kind == spanText && out[n-1].kind == spanText && one.face == out[n-1].face && one.size == out[n-1].size && one.soft == out[n-1].soft {
			before := &out[n-1]
			if before.blank > 0 {
				before.text += " "
			}
			before.text += one.text
			before.width += before.blank + one.width
			before.blank = one.blank
			continue
		}
		out = append(out, one)
	}
	return out
}
