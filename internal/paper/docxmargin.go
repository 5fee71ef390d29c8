package paper

import (
	"strconv"

	"giamngheo/internal/text"
)

// marginPart is what stands above or below the text: on the first page of a
// document or on the others, on upright or on turned pages.
type marginPart struct {
	kind      string // header or footer
	pages     string // first or default
	landscape bool
	foot      string
	id, file  string
}

// marginParts are those of a document: headers and footers for both ways a
// page can lie, and footers for each foot.
func (d *Document) marginParts() (all []marginPart) {
	for _, landscape := range []bool{false, true} {
		for _, pages := range []string{"first", "default"} {
			all = append(all, marginOf("header", pages, landscape, "", 0))
		}
	}
	seen := map[string]bool{}
	for i, p := range d.Parts {
		for _, pages := range []string{"first", "default"} {
			m := marginOf("footer", pages, p.Landscape, p.Foot, i)
			if !seen[m.id] {
				seen[m.id] = true
				all = append(all, m)
			}
		}
	}
	return all
}

// marginOf names the header or footer of the part numbered so.
func marginOf(kind, pages string, landscape bool, foot string, part int) marginPart {
	id := kind + "-" + pages
	if landscape {
		id += "-turned"
	}
	if foot != "" {
		id += "-" + strconv.Itoa(part+1)
	}
	return marginPart{kind, pages, landscape, foot, id, id + ".xml"}
}

func (m marginPart) write(x *docx) {
	l, e := x.doc.Layout, &x.doc.Layout.Elements
	element := map[string]string{"header": "hdr", "footer": "ftr"}[m.kind]
	width := x.doc.textWidth(Part{Landscape: m.landscape})
	x.raw(`<w:`, element, ` `, nsMain, `><w:p><w:pPr><w:tabs><w:tab w:val="center" w:pos="`, twips(width/2), `"/><w:tab w:val="right" w:pos="`, twips(width), `"/></w:tabs></w:pPr>`)
	numbered := m.pages == "default" || l.PageNumber.OnFirst
	if m.kind == "header" {
		if x.doc.Draft {
			mark := e.Mark.paragraph("\u00a0" + text.T("paper.draft") + "\u00a0")
			x.run(&mark.Spans[0], &mark, &Paragraph{}, border)
		}
		if numbered && l.PageNumber.Place == topCentre {
			x.raw(`<w:r><w:tab/></w:r>`)
			x.pageNumber()
		}
	} else {
		if m.foot != "" {
			small := Element{Size: e.Demo.Size}
			p := small.paragraph(m.foot)
			x.run(&p.Spans[0], &p, &Paragraph{}, "")
		}
		if numbered && l.PageNumber.Place == bottomRight {
			x.raw(`<w:r><w:tab/></w:r><w:r><w:tab/></w:r>`)
			x.pageNumber()
		}
		if x.doc.Demo {
			mark := e.Demo.paragraph(text.T("paper.demo"))
			x.raw(`</w:p><w:p><w:pPr><w:jc w:val="center"/></w:pPr>`)
			x.run(&mark.Spans[0], &mark, &Paragraph{}, "")
		}
	}
	x.raw(`</w:p></w:`, element, `>`)
}

func (x *docx) pageNumber() {
	size := halfPoints(x.doc.Layout.PageNumber.Size.Use)
	x.raw(`<w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="`, size, `"/><w:szCs w:val="`, size, `"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>`)
}

// section closes the part numbered so: its page, its numbers, its margins.
func (x *docx) section(number int) {
	p := x.doc.Parts[number]
	page := x.doc.Layout.Page
	x.raw(`<w:sectPr>`)
	for _, kind := range []string{"header", "footer"} {
		for _, pages := range []string{"first", "default"} {
			foot := ""
			if kind == "footer" {
				foot = p.Foot
			}
			x.raw(`<w:`, kind, `Reference w:type="`, pages, `" r:id="`, marginOf(kind, pages, p.Landscape, foot, number).id, `"/>`)
		}
	}
	x.raw(`<w:type w:val="nextPage"/>`)
	if p.Landscape {
		x.raw(`<w:pgSz w:w="`, twips(page.Height.Use), `" w:h="`, twips(page.Width.Use), `" w:orient="landscape"/>`)
	} else {
		x.raw(`<w:pgSz w:w="`, twips(page.Width.Use), `" w:h="`, twips(page.Height.Use), `"/>`)
	}
	x.raw(`<w:pgMar w:top="`, twips(page.Top.Use), `" w:right="`, twips(page.Right.Use), `" w:bottom="`, twips(page.Bottom.Use), `" w:left="`, twips(page.Left.Use),
		`" w:header="`, twips(page.Top.Use*0.5), `" w:footer="`, twips(page.Bottom.Use*0.3), `" w:gutter="0"/>`)
	if !p.GoesOn {
		x.raw(`<w:pgNumType w:start="1"/><w:titlePg/>`)
	}
	x.raw(`</w:sectPr>`)
}
