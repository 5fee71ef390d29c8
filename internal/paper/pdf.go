package paper

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"giamngheo/internal/text"
)

// writePDF draws the document. The same document gives the same bytes: nothing
// in the file comes from the clock.
func writePDF(w io.Writer, d *Document) error {
	page := d.Layout.Page
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: page.Width.Use, Ht: page.Height.Use}})
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(madeOn)
	pdf.SetModificationDate(madeOn)
	pdf.SetTitle(d.Title, true)
	pdf.SetAuthor(d.Author, true)
	pdf.SetCreator("giamngheo", true)
	pdf.SetLang("vi")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	for f := range faceFiles {
		raw, err := fontFiles.ReadFile(faceFiles[f])
		if err != nil {
			return err
		}
		pdf.AddUTF8FontFromBytes(family, fpdfStyles[f], raw)
	}
	pen := &pen{pdf: pdf}
	number := 0
	for _, part := range d.Parts {
		if !part.GoesOn {
			number = 0
		}
		if err := d.drawPart(pen, part, &number); err != nil {
			return err
		}
	}
	if err := pdf.Error(); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return pdf.Output(w)
}

// madeOn stands where a file must name the day it was made.
var madeOn = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

const family = "liberationserif"

var fpdfStyles = [4]string{"", "B", "I", "BI"}

func (d *Document) drawPart(p *pen, part Part, number *int) error {
	blocks, err := d.settle(part)
	if err != nil {
		return err
	}
	page := d.Layout.Page
	width, height, turned := page.Width.Use, page.Height.Use, "P"
	if part.Landscape {
		width, height, turned = height, width, "L"
	}
	f := &flow{pen: p, left: page.Left.Use, width: d.textWidth(part), top: page.Top.Use, bottom: height - page.Bottom.Use}
	first := true
	levels := 0
	f.newPage = func() {
		*number++
		p.pdf.AddPageFormat(turned, fpdf.SizeType{Wd: page.Width.Use, Ht: page.Height.Use})
		p.reset()
		if first && part.Name != "" {
			p.font(regular, 10)
			p.pdf.Bookmark(part.Name, 0, 0)
			levels = 1
		}
		first = false
		d.margins(p, part.Foot, *number, width, height)
	}
	base := 0
	if part.Name != "" {
		base = 1
	}
	f.bookmark = func(level int, title string, y float64) {
		level = min(base+level-1, levels) // no level is left out
		levels = level + 1
		p.pdf.Bookmark(title, level, y)
	}
	f.run(chunks(blocks, f.width, f.bottom-f.top))
	return nil
}

// footAt is where in the bottom margin the foot begins, as a share of it.
const footAt = 0.25

// margins draws what stands outside the text: the page's number and the marks.
func (d *Document) margins(p *pen, foot string, number int, width, height float64) {
	l, e := d.Layout, &d.Layout.Elements
	room := width - l.Page.Left.Use - l.Page.Right.Use
	top := l.Page.Top.Use * 0.5
	at := func(element *Element, s string, align Align, y float64) {
		para := element.paragraph(s)
		para.Align = align
		lines := para.lines(room)
		p.line(&para, &lines[0], l.Page.Left.Use, y, room)
	}
	if number > 1 || l.PageNumber.OnFirst {
		place := Element{Size: l.PageNumber.Size}
		if l.PageNumber.Place == topCentre {
			at(&place, strconv.Itoa(number), Centre, top)
		} else {
			at(&place, strconv.Itoa(number), Right, height-l.Page.Bottom.Use*(1-footAt))
		}
	}
	if d.Draft {
		mark := text.T("paper.draft")
		para := e.Mark.paragraph(mark)
		w := para.natural() + 3
		p.box(l.Page.Left.Use, top-0.6, w, lead*e.Mark.Size.Use*mmPerPoint+1.2, false)
		lines := para.lines(w)
		p.line(&para, &lines[0], l.Page.Left.Use, top, w)
	}
	if foot != "" {
		at(&Element{Size: e.Demo.Size}, foot, Left, height-l.Page.Bottom.Use*(1-footAt))
	}
	if d.Demo {
		at(&e.Demo, text.T("paper.demo"), Centre, height-l.Page.Bottom.Use*(1-footAt)+lead*l.PageNumber.Size.Use*mmPerPoint)
	}
}

// pen draws lines of text and of tables, and remembers what is set.
type pen struct {
	pdf    *fpdf.Fpdf
	now    face
	size   float64
	set    bool
	isSoft bool
}

// reset forgets, because a new page begins with nothing set.
func (p *pen) reset() {
	p.set = false
	p.pdf.SetLineWidth(0.2)
}

func (p *pen) font(f face, size float64) {
	if p.set && p.now == f && p.size == size {
		return
	}
	p.pdf.SetFont(family, fpdfStyles[f], size)
	p.now, p.size, p.set = f, size, true
}

func (p *pen) soft(on bool) {
	if on == p.isSoft {
		return
	}
	p.isSoft = on
	if on {
		p.pdf.SetTextColor(90, 90, 90)
	} else {
		p.pdf.SetTextColor(0, 0, 0)
	}
}

func (p *pen) box(x, y, w, h float64, shaded bool) {
	if shaded {
		p.pdf.SetFillColor(236, 236, 236)
		p.pdf.Rect(x, y, w, h, "FD")
		return
	}
	p.pdf.Rect(x, y, w, h, "D")
}

// rule draws a line centred at x.
func (p *pen) rule(x, y, length float64) {
	p.pdf.Line(x-length/2, y, x+length/2, y)
}

// line draws a line of a paragraph whose box begins at x and y.
func (p *pen) line(of *Paragraph, l *line, x, y, width float64) {
	indent := of.Indent + of.Inset
	if l.first {
		indent += of.First
	}
	room := width - indent - of.Inset
	x += indent
	spare := room - l.natural()
	pieces, stretch := l.pieces, 0.0
	fills := 0
	for _, one := range pieces {
		if one.kind == spanFill {
			fills++
		}
	}
	switch {
	case fills > 0:
	case of.Align == Right:
		x += spare
	case of.Align == Centre:
		x += spare / 2
	case of.Align == Justify && !l.last:
		gaps := 0
		for i, one := range pieces {
			if one.blank > 0 && i < len(pieces)-1 {
				gaps++
			}
		}
		if gaps > 0 && spare > 0 {
			stretch = spare / float64(gaps)
		}
	}
	if stretch == 0 {
		pieces = merged(pieces)
	}
	base := y + l.up
	for i := range pieces {
		one := &pieces[i]
		w := one.width
		if one.kind == spanFill {
			w += max(spare, 0) / float64(fills)
		}
		p.piece(one, x, base, w)
		x += w + one.blank
		if one.blank > 0 {
			x += stretch
		}
	}
}

func (p *pen) piece(one *piece, x, base, width float64) {
	switch one.kind {
	case spanText:
		if one.text == "" {
			return
		}
		p.font(one.face, one.size)
		p.soft(one.soft)
		s := one.text
		if one.blank > 0 {
			s += " "
		}
		p.pdf.Text(x, base, s)
	case spanTick:
		p.tick(one, x, base)
	case spanDigits:
		p.digits(one, x, base)
	case spanDots, spanFill:
		p.dots(x, base+0.4, width)
	}
}

// dots draws a dotted line.
func (p *pen) dots(x, y, width float64) {
	p.pdf.SetDashPattern([]float64{0.25, 0.85}, 0)
	p.pdf.Line(x, y, x+width, y)
	p.pdf.SetDashPattern(nil, 0)
}

func (p *pen) tick(one *piece, x, base float64) {
	top := base - tickSide + 0.5
	p.pdf.Rect(x, top, tickSide, tickSide, "D")
	if one.ticked {
		const inset = 0.7
		p.pdf.SetLineWidth(0.45)
		p.pdf.Line(x+inset, top+inset, x+tickSide-inset, top+tickSide-inset)
		p.pdf.Line(x+tickSide-inset, top+inset, x+inset, top+tickSide-inset)
		p.pdf.SetLineWidth(0.2)
	}
}

func (p *pen) digits(one *piece, x, base float64) {
	letter := ascent * one.size * mmPerPoint * 0.74 // height of a digit
	top := base - letter/2 - digitHeight/2
	value := []rune(one.text)
	for i := range one.cells {
		at := x + float64(i)*digitWidth
		p.pdf.Rect(at, top, digitWidth, digitHeight, "D")
		if k := i - (one.cells - len(value)); k >= 0 {
			s := one.face.printable(string(value[k]))
			p.font(one.face, one.size)
			p.soft(one.soft)
			p.pdf.Text(at+(digitWidth-one.face.width(s, one.size))/2, base, s)
		}
	}
}
