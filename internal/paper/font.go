package paper

import (
	"embed"
	"encoding/binary"
	"sync"
)

// Liberation Serif has the widths of Times New Roman, so that lines break in
// the PDF where they break in Word. Releases before 2.0 lack Vietnamese
// letters; the tests look at the drawn letters.
//
//go:embed fonts/*.ttf fonts/OFL.txt
var fontFiles embed.FS

// face is one of the four cuts: bit 0 bold, bit 1 italic.
type face uint8

const (
	regular face = iota
	bold
	italic
	boldItalic
)

func faceOf(isBold, isItalic bool) face {
	f := regular
	if isBold {
		f |= bold
	}
	if isItalic {
		f |= italic
	}
	return f
}

var faceFiles = [4]string{"fonts/LiberationSerif-Regular.ttf", "fonts/LiberationSerif-Bold.ttf", "fonts/LiberationSerif-Italic.ttf", "fonts/LiberationSerif-BoldItalic.ttf"}

// Heights of the letters in parts of their size, from the font's own tables;
// lead is the distance of lines set at single spacing.
const (
	ascent  = 0.891
	descent = 0.216
	lead    = 1.149
)

const mmPerPoint = 25.4 / 72

// missing stands for a letter that the font does not have: a box, so that
// nobody takes the text for whole.
const missing = '□'

// widths are the advances in thousandths of the size, as the PDF writes them;
// -1 where the font has no letter.
type widths [0x3000]int16

var faces = sync.OnceValue(func() *[4]*widths {
	var all [4]*widths
	for i, name := range faceFiles {
		raw, err := fontFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all[i] = readWidths(raw)
	}
	return &all
})

// readWidths reads the advances from a TrueType file of our own (cmap format
// 4); it is no reader for files of strangers.
func readWidths(ttf []byte) *widths {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(ttf[at:])) }
	tables := map[string]int{}
	for i := range u16(4) {
		at := 12 + 16*i
		tables[string(ttf[at:at+4])] = u32(at + 8)
	}
	perEm, metrics := u16(tables["head"]+18), u16(tables["hhea"]+34)
	advance := func(glyph int) int16 {
		w := u16(tables["hmtx"] + 4*min(glyph, metrics-1))
		return int16((w*1000 + perEm/2) / perEm)
	}
	var all widths
	for i := range all {
		all[i] = -1
	}
	cmap := tables["cmap"]
	for i := range u16(cmap + 2) {
		sub := cmap + u32(cmap+4+8*i+4)
		if u16(sub) != 4 {
			continue
		}
		segments := u16(sub+6) / 2
		ends, starts := sub+14, sub+16+2*segments
		deltas, offsets := starts+2*segments, starts+4*segments
		for s := range segments {
			for r := u16(starts + 2*s); r <= u16(ends+2*s) && r < len(all); r++ {
				glyph := r
				if offset := u16(offsets + 2*s); offset != 0 {
					glyph = u16(offsets + 2*s + offset + 2*(r-u16(starts+2*s)))
				}
				if glyph = (glyph + u16(deltas+2*s)) & 0xFFFF; glyph != 0 {
					all[r] = advance(glyph)
				}
			}
		}
	}
	return &all
}

func (f face) has(r rune) bool { return r < 0x3000 && faces()[f][r] >= 0 }

// width is the length of a text in millimetres.
func (f face) width(s string, size float64) float64 {
	w, n := faces()[f], 0
	for _, r := range s {
		if r < 0x3000 && w[r] >= 0 {
			n += int(w[r])
		} else {
			n += int(w[missing])
		}
	}
	return float64(n) / 1000 * size * mmPerPoint
}

// printable replaces what the font cannot draw.
func (f face) printable(s string) string {
	for _, r := range s {
		if !f.has(r) {
			out := []rune(s)
			for i, r := range out {
				if !f.has(r) {
					out[i] = missing
				}
			}
			return string(out)
		}
	}
	return s
}
