// Package paper sets what the offices print: letters, decisions, minutes,
// lists and forms in the legal layout of the document's date, as PDF and as
// DOCX from one model. The layout's figures are data (law/paper). It knows no
// subject: who calls it brings the finished sentences and the values. It never
// draws a seal or a signature: what it prints is a draft until people have
// signed it, and says so when asked to.
//
// Lengths are millimetres, sizes of letters and distances between paragraphs
// are points.
package paper

import (
	"io"

	"giamngheo/internal/vn"
)

// Document is one file. Its parts follow each other on pages of their own.
type Document struct {
	Title  string // of the file, as a reader shows it
	Author string // the body whose document it is
	Layout *Layout
	Draft  bool // marks every page as a draft: not yet signed
	Demo   bool // marks every page: people and figures are invented
	Parts  []Part
}

// Part is a stretch of pages: one of several documents joined in a file, with
// page numbers of its own, or a change of the page's direction.
type Part struct {
	Name      string // in the list of bookmarks; "" for none
	Landscape bool
	Foot      string // small below the text of each page: whose sheet it is
	GoesOn    bool   // belongs to the document of the part before: page numbers go on
	Blocks    []Block
}

// Block is anything that stands in a part, from top to bottom.
type Block interface{ set(*setting) }

// PDF writes the document as PDF with its letters embedded.
func (d *Document) PDF(w io.Writer) error { return writePDF(w, d) }

// DOCX writes the document for Word and LibreOffice.
func (d *Document) DOCX(w io.Writer) error { return writeDOCX(w, d) }

// setting turns the blocks of a part into paragraphs and tables, the only
// things that the two writers know.
type setting struct {
	layout *Layout
	width  float64 // of the text, mm
	out    []Block // Paragraph, Table and PageBreak only
	fault  error   // the first table that cannot be set
}

func (d *Document) textWidth(p Part) float64 {
	page := d.Layout.Page
	if p.Landscape {
		return page.Height.Use - page.Left.Use - page.Right.Use
	}
	return page.Width.Use - page.Left.Use - page.Right.Use
}

// settle sets a part's blocks.
func (d *Document) settle(p Part) ([]Block, error) {
	s := &setting{layout: d.Layout, width: d.textWidth(p)}
	for _, b := range p.Blocks {
		b.set(s)
	}
	return s.out, s.fault
}

func (s *setting) add(b ...Block) { s.out = append(s.out, b...) }

// keepLast holds what was set last on the page of what comes next, so that a
// signature never stands alone.
func (s *setting) keepLast() {
	if len(s.out) == 0 {
		return
	}
	switch last := s.out[len(s.out)-1].(type) {
	case Paragraph:
		last.KeepNext = true
		s.out[len(s.out)-1] = last
	case Table:
		last.keepNext = true
		s.out[len(s.out)-1] = last
	}
}

// PageBreak begins a new page.
type PageBreak struct{}

func (b PageBreak) set(s *setting) { s.add(b) }

// Align is how the lines of a paragraph lie.
type Align uint8

// The ways to align. A justified paragraph's last line lies left.
const (
	Left Align = iota
	Centre
	Right
	Justify
)

// Paragraph is a stretch of text. Its spans take size and style from it where
// they have none of their own.
type Paragraph struct {
	Spans    []Span
	Align    Align
	First    float64 // indent of the first line, mm
	Indent   float64 // of all lines, from the left, mm
	Inset    float64 // of all lines, from both sides, mm
	Before   float64 // distance to what stands above, points
	Size     float64 // 0: the layout's body
	Bold     bool
	Italic   bool
	Line     float64 // of single line spacing; 0: single
	KeepNext bool    // stays on the page of what follows
	Rule     float64 // length of a line drawn below, centred, mm; 0: none
	Outline  int     // level among the bookmarks and headings, from 1; 0: none
	style    string  // the DOCX style it stands in
}

func (p Paragraph) set(s *setting) {
	if p.Size == 0 {
		p.Size = s.layout.Elements.Body.Size.Use
	}
	s.add(p)
}

// Plain is a paragraph of the text as it is, without an indent.
func Plain(spans ...Span) Paragraph { return Paragraph{Spans: spans} }

// Centred is a paragraph in the middle.
func Centred(spans ...Span) Paragraph { return Paragraph{Spans: spans, Align: Centre} }

type spanKind uint8

const (
	spanText spanKind = iota
	spanTick
	spanDigits
	spanDots
	spanFill
	spanBreak
)

// Span is a piece of a line: text, or something to write or tick in.
type Span struct {
	kind    spanKind
	text    string
	bold    bool
	italic  bool
	ticked  bool
	cells   int     // of Digits
	length  float64 // of Dots, mm
	size    float64
	soft    bool // grey: printed as a reminder, not as an answer
	noBreak bool // the line does not break before it
}

// Text is text. Line breaks in it break the line; other blanks are one blank.
func Text(s string) Span { return Span{text: vn.NFC(s)} }

// Bold is bold text.
func Bold(s string) Span { return Span{text: vn.NFC(s), bold: true} }

// Italic is italic text.
func Italic(s string) Span { return Span{text: vn.NFC(s), italic: true} }

// Soft gives the span in grey, for what only reminds: last year's answer.
func (s Span) Soft() Span { s.soft = true; return s }

// Sized gives the span in another size, in points.
func (s Span) Sized(points float64) Span { s.size = points; return s }

// Tick is a box to tick.
func Tick(ticked bool) Span { return Span{kind: spanTick, ticked: ticked} }

// Digits is a row of boxes for one digit each, filled from the right with the
// value; a longer value gets more boxes, none of it is lost.
func Digits(cells int, value string) Span {
	return Span{kind: spanDigits, cells: max(cells, len([]rune(value))), text: vn.NFC(value)}
}

// Dots is a dotted line of a length to write on.
func Dots(length float64) Span { return Span{kind: spanDots, length: length} }

// Fill is a dotted line from here to the end of the line.
func Fill() Span { return Span{kind: spanFill} }

// Break begins a new line of the paragraph.
func Break() Span { return Span{kind: spanBreak} }
