package chart

import "strings"

// textWidth estimates the width of a line, on the wide side, in the unit of its
// size: the drawing is made where no font can be asked.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune(" .,:;'|ijlít!ìỉĩị", r):
			w += 0.32
		case strings.ContainsRune("mwMW%@", r):
			w += 0.9
		case r >= '0' && r <= '9':
			w += 0.62
		case r >= 'A' && r <= 'Z' || r == 'Đ':
			w += 0.7
		default:
			w += 0.58
		}
	}
	return w * size
}

// wrap breaks a text into lines of at most a width, between words only.
func wrap(s string, size, width float64) []string {
	var lines []string
	current := ""
	for _, word := range strings.Fields(s) {
		if current != "" && textWidth(current+" "+word, size) > width {
			lines = append(lines, current)
			current = word
			continue
		}
		if current != "" {
			current += " "
		}
		current += word
	}
	if current != "" {
		lines = append(lines, current)
	}
	return lines
}

// head writes the finding above a chart and gives the y below it.
func (d *drawing) head(title string, width float64) {
	for i, l := range wrap(title, headline, width-2*margin) {
		d.text(margin, 18+float64(i)*21, headline, "ink", ` font-weight="600"`, l)
	}
}

func headHeight(title string, width float64) float64 {
	n := len(wrap(title, headline, width-2*margin))
	if n == 0 {
		return 0
	}
	return float64(n)*21 + 9
}

// foot writes the source, and what the marks mean, from y downwards.
func (d *drawing) foot(lines []string, y float64) {
	for i, l := range lines {
		d.text(margin, y+13+float64(i)*16, small, Soft, "", l)
	}
}

func footLines(width float64, notes ...string) []string {
	var lines []string
	for _, n := range notes {
		lines = append(lines, wrap(n, small, width-2*margin)...)
	}
	return lines
}

func footHeight(lines []string) float64 {
	if len(lines) == 0 {
		return 0
	}
	return float64(len(lines))*16 + 6
}

// span is a label on a line: where it would like its middle, and how wide it is.
type span struct{ middle, width float64 }

// rows puts labels into as few rows as keep them apart, in order, and moves
// each inside the width; it gives middles and rows.
func inRows(spans []span, width float64) (middle []float64, row []int, count int) {
	var ends []float64
	for _, s := range spans {
		m := max(s.width/2+1, min(s.middle, width-s.width/2-1))
		r := 0
		for r < len(ends) && m-s.width/2 < ends[r]+6 {
			r++
		}
		if r == len(ends) {
			ends = append(ends, 0)
		}
		ends[r] = m + s.width/2
		middle, row = append(middle, m), append(row, r)
	}
	return middle, row, len(ends)
}
