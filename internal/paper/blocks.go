package paper

import (
	"strings"

	"giamngheo/internal/text"
)

// Head is what stands at the top of a document: whose it is, the country and
// its motto, number, place and date.
type Head struct {
	Superior []string // the body above, one line each
	Issuer   []string // the body that issues it
	Number   string   // of Layout.Number; "" for none
	Place    string   // "" leaves place and date out
	Date     string   // of Layout.Date
	Form     string   // name of the form, above at the right: "Mẫu số 2e"
}

func (h Head) set(s *setting) {
	l, e := s.layout, &s.layout.Elements
	if h.Form != "" {
		s.add(Paragraph{Spans: []Span{Italic(h.Form)}, Align: Right, Size: e.Number.Size.Use})
	}
	country := e.Country.paragraph(e.Country.Text)
	motto := e.Motto.paragraph(e.Motto.Text)
	motto.Rule = l.Lines.Motto.Use * motto.natural()
	// The country's name stands on one line; the left side gets the rest, but
	// on a wide page not more than half.
	const pad = 1.2
	right := max(country.natural()+2*pad+0.5, s.width*0.5)
	left := Cell{}
	for _, name := range h.Superior {
		p := e.Superior.paragraph(name)
		p.balance(s.width - right - 2*pad)
		left.Paragraphs = append(left.Paragraphs, p)
	}
	for i, name := range h.Issuer {
		p := e.Issuer.paragraph(name)
		p.balance(s.width - right - 2*pad)
		if i == len(h.Issuer)-1 {
			lines := p.lines(s.width - right - 2*pad)
			p.Rule = l.Lines.Issuer.Use * lines[len(lines)-1].natural()
		}
		left.Paragraphs = append(left.Paragraphs, p)
	}
	rows := []Row{{Cells: []Cell{left, {Paragraphs: []Paragraph{country, motto}}}, Keep: true}}
	if h.Number != "" || h.Place != "" {
		number, date := e.Number.paragraph(h.Number), e.PlaceDate.paragraph("")
		if h.Place != "" {
			date = e.PlaceDate.paragraph(text.T("paper.place_date", "place", h.Place, "date", h.Date))
		}
		number.Before, date.Before = 5, 5
		rows = append(rows, Row{Cells: []Cell{{Paragraphs: []Paragraph{number}}, {Paragraphs: []Paragraph{date}}}})
	}
	Table{Widths: []float64{s.width - right, right}, Rows: rows, Plain: true, Padding: pad}.set(s)
}

// paragraph letters a text as the element says, centred.
func (e *Element) paragraph(s string) Paragraph {
	return Paragraph{Spans: []Span{e.span(s)}, Align: Centre, Size: e.Size.Use, Bold: e.Bold, Italic: e.Italic}
}

func (e *Element) span(s string) Span {
	if e.Upper {
		s = strings.ToUpper(s)
	}
	return Text(s)
}

// natural is the length of the paragraph's text on one line, mm.
func (p *Paragraph) natural() float64 {
	l := line{pieces: p.words()}
	return l.natural()
}

// Title is the kind of the document and what it is about.
type Title struct {
	Kind    string
	Subject string
}

func (t Title) set(s *setting) {
	e := &s.layout.Elements
	if t.Kind != "" {
		p := e.Kind.paragraph(t.Kind)
		p.Before, p.KeepNext, p.style = 14, true, styleKind
		s.add(p)
	}
	if t.Subject != "" {
		p := e.Subject.paragraph(t.Subject)
		p.KeepNext = true
		p.balance(s.width)
		lines := p.lines(s.width)
		p.Rule = s.layout.Lines.Subject.Use * lines[len(lines)-1].natural()
		if t.Kind == "" {
			p.Before = 14
		}
		s.add(p)
	}
}

// Bases are the legal bases, one a line; each ends with ";" and the last with
// "." as they are handed in without.
type Bases []string

func (b Bases) set(s *setting) {
	e := &s.layout.Elements
	for i, base := range b {
		end := ";"
		if i == len(b)-1 {
			end = "."
		}
		p := s.body(e.Bases.span(strings.TrimRight(base, " ;.") + end))
		p.Italic, p.Bold, p.Size = e.Bases.Italic, e.Bases.Bold, e.Bases.Size.Use
		if i == 0 {
			p.Before = 12
		}
		s.add(p)
	}
}

// body is a paragraph of running text as the layout has it.
func (s *setting) body(spans ...Span) Paragraph {
	b := s.layout.Body
	return Paragraph{Spans: spans, Align: Justify, First: b.FirstLine.Use, Before: b.Between.Use, Line: b.LineSpacing.Use, Size: s.layout.Elements.Body.Size.Use, style: styleBody}
}

// Body is a paragraph of running text: justified, its first line indented.
type Body []Span

func (b Body) set(s *setting) { s.add(s.body(b...)) }

// Last is the last paragraph of a text, closed by the sign of its end.
type Last []Span

func (b Last) set(s *setting) {
	spans := append([]Span{}, b...)
	if n := len(spans); n > 0 && spans[n-1].kind == spanText {
		spans[n-1].text = strings.TrimRight(spans[n-1].text, ".")
	}
	s.add(s.body(append(spans, Text(text.T("paper.end")))...))
}

// Order is the line that says who decides: "QUYẾT ĐỊNH:", centred.
type Order string

func (o Order) set(s *setting) {
	p := s.layout.Elements.Kind.paragraph(string(o))
	p.Before, p.KeepNext = 10, true
	s.add(p)
}

// Chapter is a part or chapter: its number on a line, its title below.
type Chapter struct {
	Number string
	Title  string
}

func (c Chapter) set(s *setting) {
	e := &s.layout.Elements
	number, title := e.Chapter.paragraph(c.Number), e.ChapterTitle.paragraph(c.Title)
	number.Before, number.KeepNext, title.KeepNext = 12, true, true
	title.Outline, title.style = 1, styleHeading1
	s.add(number, title)
}

// Section is a heading within the text: "I. …", "1. …" or "Điều 1. …". What
// follows on the same line is upright.
type Section struct {
	Title string
	Rest  []Span
}

func (h Section) set(s *setting) {
	p := s.body(append([]Span{Bold(h.Title)}, h.Rest...)...)
	p.Size = s.layout.Elements.Section.Size.Use
	if len(h.Rest) == 0 {
		p.KeepNext, p.Outline, p.style = true, 2, styleHeading2
	}
	s.add(p)
}

// Writing is a question with room to answer by hand: a label and dotted lines
// to the right edge.
type Writing struct {
	Label string
	Lines int
}

func (w Writing) set(s *setting) {
	b := s.layout.Body
	first := Paragraph{Before: b.Between.Use, Line: b.LineSpacing.Use}
	if w.Label != "" {
		first.Spans, first.First = []Span{Text(w.Label + " ")}, b.FirstLine.Use
	}
	for i := range max(w.Lines, 1) {
		p := first
		if i > 0 {
			p.Spans, p.First = nil, 0
		}
		p.Spans = append(p.Spans, Fill())
		p.set(s)
	}
}

// Space leaves room, in points.
type Space float64

func (sp Space) set(s *setting) {
	s.add(Paragraph{Size: 1, Before: float64(sp)})
}

// Signer is a place to sign.
type Signer struct {
	Right  string // "TM. ỦY BAN NHÂN DÂN"; "" for none
	Office string // "CHỦ TỊCH"
	Note   string // "(Ký, ghi rõ họ tên)"
	Name   string // "" leaves room to write it
}

// Closing stands under a text: recipients at the left, and who signs.
type Closing struct {
	Recipients []string // "- Như Điều 3;" …
	Signers    []Signer // side by side
	Room       float64  // to sign, points; 0: for a signature with its seal
}

// Room for a signature and a seal that people put there, points.
const signingRoom = 62

func (c Closing) set(s *setting) {
	e := &s.layout.Elements
	s.keepLast()
	if c.Room == 0 {
		c.Room = signingRoom
	}
	var cells []Cell
	var widths []float64
	if len(c.Recipients) > 0 {
		head := e.RecipientsHead.paragraph(text.T("paper.recipients"))
		head.Align = Left
		cell := Cell{Paragraphs: []Paragraph{head}}
		for _, r := range c.Recipients {
			p := e.Recipients.paragraph(r)
			p.Align = Left
			cell.Paragraphs = append(cell.Paragraphs, p)
		}
		cells, widths = append(cells, cell), append(widths, 0.46*s.width)
	}
	rest := s.width
	for _, w := range widths {
		rest -= w
	}
	if len(cells) == 0 && len(c.Signers) == 1 { // one who signs alone stands right
		cells, widths, rest = append(cells, Cell{}), append(widths, 0.46*s.width), 0.54*s.width
	}
	for _, who := range c.Signers {
		cells = append(cells, who.cell(e, c.Room))
		widths = append(widths, rest/float64(len(c.Signers)))
	}
	Table{Widths: widths, Rows: []Row{{Cells: cells}}, Plain: true, Before: 12, Padding: 0.5}.set(s)
}

func (who Signer) cell(e *elements, room float64) Cell {
	var c Cell
	for _, title := range []string{who.Right, who.Office} {
		if title != "" {
			c.Paragraphs = append(c.Paragraphs, e.SignerRight.paragraph(title))
		}
	}
	if who.Note != "" {
		c.Paragraphs = append(c.Paragraphs, Paragraph{Spans: []Span{Italic(who.Note)}, Align: Centre, Size: e.Recipients.Size.Use})
	}
	name := e.SignerName.paragraph(who.Name)
	name.Before = room
	c.Paragraphs = append(c.Paragraphs, name)
	return c
}

// Annex is the top of an annex: "Phụ lục I", its title, and of what it is one.
type Annex struct {
	Number string
	Title  string
	Of     string // "(Kèm theo Quyết định số … ngày …)"
}

func (a Annex) set(s *setting) {
	e := &s.layout.Elements
	for _, one := range []struct {
		text    string
		element *Element
	}{{a.Number, &e.Annex}, {a.Title, &e.AnnexTitle}, {a.Of, &e.AnnexOf}} {
		if one.text != "" {
			p := one.element.paragraph(one.text)
			p.KeepNext = true
			p.balance(s.width)
			s.add(p)
		}
	}
	last := s.out[len(s.out)-1].(Paragraph)
	lines := last.lines(s.width)
	last.Rule = s.layout.Lines.Subject.Use * lines[len(lines)-1].natural()
	s.out[len(s.out)-1] = last
}
