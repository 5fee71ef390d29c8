package paper

import (
	"math"
	"strconv"
	"strings"
)

func (x *docx) body() {
	x.raw(`<w:document `, nsMain, ` `, nsRelation, `><w:body>`)
	for i, part := range x.doc.Parts {
		width := x.doc.textWidth(part)
		blocks, err := x.doc.settle(part)
		if err != nil {
			x.fault = err
			return
		}
		for k, b := range blocks {
			switch b := b.(type) {
			case PageBreak:
				x.raw(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
			case Paragraph:
				x.paragraph(&b, "", width)
			case Table:
				// Word would make one table of two that touch.
				if b.Before > 0 || k == 0 || isTable(blocks[k-1]) {
					x.gap(b.Before)
				}
				x.table(&b)
			}
		}
		if i < len(x.doc.Parts)-1 {
			x.raw(`<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/>`)
			x.section(i)
			x.raw(`</w:pPr></w:p>`)
		} else {
			if n := len(blocks); n == 0 || isTable(blocks[n-1]) {
				x.gap(1)
			}
			x.section(i)
		}
	}
	x.raw(`</w:body></w:document>`)
}

func isTable(b Block) bool { _, is := b.(Table); return is }

// gap is a paragraph without text, at least one point high.
func (x *docx) gap(points float64) {
	x.raw(`<w:p><w:pPr><w:keepNext/><w:spacing w:line="`, pointTwips(max(points, 1)), `" w:lineRule="exact"/></w:pPr></w:p>`)
}

var alignments = [...]string{Left: "left", Centre: "center", Right: "right", Justify: "both"}

// border is drawn around a digit or a mark.
const border = `<w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>`

// paragraph writes a paragraph that has so much width.
func (x *docx) paragraph(p *Paragraph, style string, width float64) {
	if p.style != "" {
		style = p.style
	}
	if x.styled == nil {
		x.styled = map[string]Paragraph{}
	}
	base, known := x.styled[style]
	if !known {
		base = x.doc.styleOf(style)
		x.styled[style] = base
	}
	x.raw(`<w:p><w:pPr>`)
	if style != "" {
		x.raw(`<w:pStyle w:val="`, style, `"/>`)
	}
	tab := 0.0
	for _, s := range p.Spans {
		if s.kind == spanFill {
			tab = width
		}
	}
	x.paragraphProperties(p, &base, tab)
	// An empty line is as high as its letters would be.
	if len(p.Spans) == 0 && p.Size != base.Size {
		x.raw(`<w:rPr><w:sz w:val="`, halfPoints(p.Size), `"/></w:rPr>`)
	}
	x.raw(`</w:pPr>`)
	for i := range p.Spans {
		x.span(&p.Spans[i], p, &base)
	}
	x.raw(`</w:p>`)
	if p.Rule > 0 {
		side := twips(max(0, (width-p.Rule)/2))
		x.raw(`<w:p><w:pPr>`)
		if p.KeepNext {
			x.raw(`<w:keepNext/>`)
		}
		x.raw(`<w:pBdr><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:pBdr><w:spacing w:before="`, twips(ruleGap), `" w:line="`, twips(ruleRoom-ruleGap), `" w:lineRule="exact"/><w:ind w:left="`, side, `" w:right="`, side, `"/></w:pPr></w:p>`)
	}
}

// paragraphProperties writes what differs from the style. A tab above 0 is
// where a dotted line ends.
func (x *docx) paragraphProperties(p, base *Paragraph, tab float64) {
	if p.KeepNext != base.KeepNext {
		x.toggle("keepNext", p.KeepNext)
	}
	if tab > 0 {
		x.raw(`<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="`, twips(tab-p.Inset), `"/></w:tabs>`)
	}
	if line := max(p.Line, 1); p.Before != base.Before || line != max(base.Line, 1) {
		x.raw(`<w:spacing w:before="`, pointTwips(p.Before), `" w:line="`, strconv.Itoa(int(math.Round(240*line))), `" w:lineRule="auto"/>`)
	}
	if p.First != base.First || p.Indent != base.Indent || p.Inset != base.Inset {
		x.raw(`<w:ind w:left="`, twips(p.Indent+p.Inset), `" w:right="`, twips(p.Inset), `" w:firstLine="`, twips(p.First), `"/>`)
	}
	if p.Align != base.Align {
		x.raw(`<w:jc w:val="`, alignments[p.Align], `"/>`)
	}
	if p.Outline != base.Outline && p.Outline > 0 {
		x.raw(`<w:outlineLvl w:val="`, strconv.Itoa(p.Outline-1), `"/>`)
	}
}

func (x *docx) toggle(name string, on bool) {
	if on {
		x.raw(`<w:`, name, `/>`)
	} else {
		x.raw(`<w:`, name, ` w:val="0"/>`)
	}
}

func (x *docx) span(s *Span, p, base *Paragraph) {
	one := *s
	switch s.kind {
	case spanText:
		x.run(s, p, base, "")
	case spanTick:
		// Word's own boxes to tick are these letters of this font.
		one.text = "☐"
		if s.ticked {
			one.text = "☒"
		}
		x.run(&one, p, base, tickFont)
	case spanDigits:
		x.digits(one, p, base)
	case spanDots:
		size := s.size
		if size == 0 {
			size = p.Size
		}
		one.text = strings.Repeat(".", int(s.length/faceOf(s.bold, s.italic).width(".", size)))
		x.run(&one, p, base, "")
	case spanFill:
		x.raw(`<w:r><w:tab/></w:r>`)
	case spanBreak:
		x.raw(`<w:r><w:br/></w:r>`)
	}
}

const tickFont = `<w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic"/>`

// leastDigit makes the frame of a letter large enough to write in.
const leastDigit = 13

// digits are letters with a frame; a hair of a blank keeps the frames apart.
func (x *docx) digits(s Span, p, base *Paragraph) {
	value := []rune(s.text)
	size := s.size
	if size == 0 {
		size = p.Size
	}
	size = max(size, leastDigit)
	for i := range s.cells {
		one, apart := s, s
		one.text = strings.Repeat("\u00a0", 4)
		if k := i - (s.cells - len(value)); k >= 0 {
			one.text = "\u00a0" + string(value[k]) + "\u00a0"
		}
		one.size = size
		x.run(&one, p, base, border)
		apart.text, apart.size = "\u200a", 2
		x.run(&apart, p, base, "")
	}
}

// run writes a text with what differs from the style. extra is a property of
// its own: a font, or a border.
func (x *docx) run(s *Span, p, base *Paragraph, extra string) {
	x.raw(`<w:r>`)
	size := s.size
	if size == 0 {
		size = p.Size
	}
	isBold, isItalic := s.bold || p.Bold, s.italic || p.Italic
	if isBold != base.Bold || isItalic != base.Italic || size != base.Size || s.soft || extra != "" {
		x.raw(`<w:rPr>`)
		if extra == tickFont {
			x.raw(extra)
		}
		if isBold != base.Bold {
			x.toggle("b", isBold)
		}
		if isItalic != base.Italic {
			x.toggle("i", isItalic)
		}
		if s.soft {
			x.raw(`<w:color w:val="5A5A5A"/>`)
		}
		if size != base.Size {
			x.raw(`<w:sz w:val="`, halfPoints(size), `"/><w:szCs w:val="`, halfPoints(size), `"/>`)
		}
		if extra == border {
			x.raw(extra)
		}
		x.raw(`</w:rPr>`)
	}
	for rest, more := s.text, true; more; {
		var now string
		now, rest, more = strings.Cut(rest, "\n")
		x.raw(`<w:t xml:space="preserve">`)
		x.text(strings.ReplaceAll(now, "\t", " "))
		x.raw(`</w:t>`)
		if more {
			x.raw(`<w:br/>`)
		}
	}
	x.raw(`</w:r>`)
}
