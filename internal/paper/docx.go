package paper

import (
	"archive/zip"
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// writeDOCX writes the document as WordprocessingML. The same document gives
// the same bytes.
func writeDOCX(w io.Writer, d *Document) error {
	z := zip.NewWriter(w)
	parts := []struct {
		name  string
		write func(*docx)
	}{
		{"[Content_Types].xml", (*docx).contentTypes},
		{"_rels/.rels", (*docx).packageRelations},
		{"docProps/core.xml", (*docx).properties},
		{"word/_rels/document.xml.rels", (*docx).relations},
		{"word/styles.xml", (*docx).styles},
		{"word/settings.xml", (*docx).settings},
		{"word/fontTable.xml", (*docx).fontTable},
		{"word/document.xml", (*docx).body},
	}
	for _, m := range d.marginParts() {
		parts = append(parts, struct {
			name  string
			write func(*docx)
		}{"word/" + m.file, m.write})
	}
	for _, part := range parts {
		out, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: madeOn})
		if err != nil {
			return err
		}
		x := &docx{Writer: bufio.NewWriterSize(out, 64<<10), doc: d}
		x.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, "\n")
		part.write(x)
		if err := x.Flush(); err != nil {
			return err
		}
		if x.fault != nil {
			return x.fault
		}
	}
	return z.Close()
}

const (
	styleTable    = "TableText"
	styleBody     = "BodyText"
	styleKind     = "Title"
	styleHeading1 = "Heading1"
	styleHeading2 = "Heading2"
)

// docx writes one part of the package. Its writer remembers the first error.
type docx struct {
	*bufio.Writer
	doc    *Document
	styled map[string]Paragraph
	fault  error
}

func (x *docx) raw(parts ...string) {
	for _, p := range parts {
		x.WriteString(p)
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func (x *docx) text(s string) { escaper.WriteString(x, clean(s)) }

// twips are twentieths of a point, the measure of most lengths in the file.
func twips(mm float64) string { return strconv.Itoa(int(math.Round(mm / mmPerPoint * 20))) }

func pointTwips(points float64) string { return strconv.Itoa(int(math.Round(points * 20))) }

func halfPoints(points float64) string { return strconv.Itoa(int(math.Round(points * 2))) }

const (
	nsMain      = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	nsRelation  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	nsRelations = `http://schemas.openxmlformats.org/package/2006/relationships`
	relation    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	mainType    = `application/vnd.openxmlformats-officedocument.wordprocessingml.`
)

func (x *docx) contentTypes() {
	x.raw(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`,
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
		`<Default Extension="xml" ContentType="application/xml"/>`,
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	for _, p := range [][2]string{{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}} {
		x.raw(`<Override PartName="/word/`, p[0], `.xml" ContentType="`, mainType, p[1], `+xml"/>`)
	}
	for _, m := range x.doc.marginParts() {
		x.raw(`<Override PartName="/word/`, m.file, `" ContentType="`, mainType, m.kind, `+xml"/>`)
	}
	x.raw(`</Types>`)
}

func (x *docx) packageRelations() {
	x.raw(`<Relationships xmlns="`, nsRelations, `"><Relationship Id="rId1" Type="`, relation, `officeDocument" Target="word/document.xml"/>`,
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)
}

func (x *docx) relations() {
	x.raw(`<Relationships xmlns="`, nsRelations, `">`)
	for _, name := range []string{"styles", "settings", "fontTable"} {
		x.raw(`<Relationship Id="`, name, `" Type="`, relation, name, `" Target="`, name, `.xml"/>`)
	}
	for _, m := range x.doc.marginParts() {
		x.raw(`<Relationship Id="`, m.id, `" Type="`, relation, m.kind, `" Target="`, m.file, `"/>`)
	}
	x.raw(`</Relationships>`)
}

func (x *docx) properties() {
	x.raw(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">`, `<dc:title>`)
	x.text(x.doc.Title)
	x.raw(`</dc:title><dc:creator>`)
	x.text(x.doc.Author)
	x.raw(`</dc:creator><dc:language>vi-VN</dc:language></cp:coreProperties>`)
}

func (x *docx) settings() {
	x.raw(`<w:settings `, nsMain, `><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>`,
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>`,
		`<w:themeFontLang w:val="vi-VN"/></w:settings>`)
}

func (x *docx) fontTable() {
	x.raw(`<w:fonts `, nsMain, `><w:font w:name="`)
	x.text(x.doc.Layout.Font.Text)
	x.raw(`"><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>`)
}

// styleNames are the names under which the styles appear in Word, which knows
// them in English and shows them in the reader's language.
var styleNames = []struct{ id, name string }{
	{styleBody, "Body Text"}, {styleKind, "Title"}, {styleHeading1, "heading 1"}, {styleHeading2, "heading 2"}, {styleTable, "Table Text"},
}

// styleOf is what a paragraph has by its style alone.
func (d *Document) styleOf(id string) Paragraph {
	e := &d.Layout.Elements
	s := &setting{layout: d.Layout}
	var p Paragraph
	switch id {
	case styleBody:
		p = s.body()
	case styleKind:
		p = e.Kind.paragraph("")
	case styleHeading1:
		p = e.ChapterTitle.paragraph("")
		p.Outline, p.KeepNext = 1, true
	case styleHeading2:
		p = s.body()
		p.Size, p.Bold = e.Section.Size.Use, true
		p.Outline, p.KeepNext = 2, true
	case styleTable:
		p.Size = e.Table.Size.Use
	default:
		p.Size = e.Body.Size.Use
	}
	p.Spans, p.style = nil, id
	return p
}

func (x *docx) styles() {
	font := x.doc.Layout.Font.Text
	x.raw(`<w:styles `, nsMain, `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts`)
	for _, script := range []string{"ascii", "hAnsi", "eastAsia", "cs"} {
		x.raw(` w:`, script, `="`)
		x.text(font)
		x.raw(`"`)
	}
	size := halfPoints(x.doc.styleOf("").Size)
	x.raw(`/><w:color w:val="000000"/><w:sz w:val="`, size, `"/><w:szCs w:val="`, size, `"/><w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>`,
		`<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`,
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	for _, s := range styleNames {
		p, plain := x.doc.styleOf(s.id), x.doc.styleOf("")
		x.raw(`<w:style w:type="paragraph" w:styleId="`, s.id, `"><w:name w:val="`, s.name, `"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>`)
		x.paragraphProperties(&p, &plain, 0)
		x.raw(`</w:pPr><w:rPr>`)
		if p.Bold {
			x.raw(`<w:b/>`)
		}
		if p.Italic {
			x.raw(`<w:i/>`)
		}
		x.raw(`<w:sz w:val="`, halfPoints(p.Size), `"/><w:szCs w:val="`, halfPoints(p.Size), `"/></w:rPr></w:style>`)
	}
	x.raw(`</w:styles>`)
}
