package paper_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/paper"
)

func docx(t testing.TB, d *paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.DOCX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// node is an element of a part, read strictly.
type node struct {
	name     string
	attrs    map[string]string
	children []*node
	text     string
}

func parts(t testing.TB, file []byte) map[string]*node {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*node{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = tree(t, f.Name, r)
		r.Close()
	}
	return all
}

func tree(t testing.TB, name string, r io.Reader) *node {
	d := xml.NewDecoder(r)
	stack := []*node{{}}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		top := stack[len(stack)-1]
		switch e := token.(type) {
		case xml.StartElement:
			n := &node{name: e.Name.Local, attrs: map[string]string{}}
			for _, a := range e.Attr {
				if _, twice := n.attrs[a.Name.Local]; twice {
					t.Errorf("%s: %s has %s twice", name, n.name, a.Name.Local)
				}
				n.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(e)
		}
	}
	if len(stack) != 1 || len(stack[0].children) != 1 {
		t.Fatalf("%s is not one element", name)
	}
	return stack[0].children[0]
}

func (n *node) each(name string, do func(*node)) {
	if n.name == name {
		do(n)
	}
	for _, c := range n.children {
		c.each(name, do)
	}
}

func (n *node) count(name string) (k int) { n.each(name, func(*node) { k++ }); return k }

func (n *node) words() (s string) { n.each("t", func(c *node) { s += c.text }); return s }

// docxWords are the texts of the paragraphs.
func docxWords(t testing.TB, file []byte) (all []string) {
	parts(t, file)["word/document.xml"].each("p", func(p *node) { all = append(all, p.words()) })
	return all
}

// order is the sequence that the schema asks for; Word refuses files that
// break it.
var order = map[string][]string{
	"pPr":     {"pStyle", "keepNext", "pBdr", "tabs", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"},
	"rPr":     {"rFonts", "b", "i", "color", "sz", "szCs", "bdr", "lang"},
	"tblPr":   {"tblW", "tblBorders", "tblLayout", "tblCellMar"},
	"trPr":    {"cantSplit", "trHeight", "tblHeader"},
	"tcPr":    {"tcW", "gridSpan", "vMerge", "tcBorders", "shd", "vAlign"},
	"tbl":     {"tblPr", "tblGrid", "tr"},
	"tr":      {"trPr", "tc"},
	"tc":      {"tcPr", "p"},
	"sectPr":  {"headerReference", "footerReference", "type", "pgSz", "pgMar", "pgNumType", "titlePg"},
	"style":   {"name", "basedOn", "qFormat", "pPr", "rPr"},
	"tblGrid": {"gridCol"},
}

func TestEveryPartOfADOCXIsWellFormed(t *testing.T) {
	for name, d := range samples(t) {
		all := parts(t, docx(t, d))
		for file, root := range all {
			for parent, sequence := range order {
				root.each(parent, func(n *node) {
					at := 0
					for _, c := range n.children {
						i := slices.Index(sequence, c.name)
						switch {
						case i < 0:
							t.Errorf("%s %s: %s in %s", name, file, c.name, parent)
						case i < at && parent != "sectPr":
							t.Errorf("%s %s: %s stands too late in %s", name, file, c.name, parent)
						}
						at = max(at, i)
					}
				})
			}
			root.each("tc", func(n *node) {
				if len(n.children) < 2 || n.children[len(n.children)-1].name != "p" {
					t.Errorf("%s: a cell without a paragraph", name)
				}
			})
		}
		types := map[string]bool{}
		all["[Content_Types].xml"].each("Override", func(n *node) {
			types[strings.TrimPrefix(n.attrs["PartName"], "/")] = true
		})
		for file := range all {
			if !types[file] && path.Ext(file) != ".rels" && file != "[Content_Types].xml" {
				t.Errorf("%s: %s has no content type", name, file)
			}
		}
		ids := map[string]bool{}
		all["word/_rels/document.xml.rels"].each("Relationship", func(n *node) {
			ids[n.attrs["Id"]] = true
			if all["word/"+n.attrs["Target"]] == nil {
				t.Errorf("%s: %s is not there", name, n.attrs["Target"])
			}
		})
		styles := map[string]bool{}
		all["word/styles.xml"].each("style", func(n *node) { styles[n.attrs["styleId"]] = true })
		body := all["word/document.xml"]
		for _, reference := range []string{"headerReference", "footerReference"} {
			body.each(reference, func(n *node) {
				if !ids[n.attrs["id"]] {
					t.Errorf("%s: no relation %s", name, n.attrs["id"])
				}
			})
		}
		body.each("pStyle", func(n *node) {
			if !styles[n.attrs["val"]] {
				t.Errorf("%s: no style %s", name, n.attrs["val"])
			}
		})
		if n := body.count("sectPr"); n != len(d.Parts) {
			t.Errorf("%s: %d sections for %d parts", name, n, len(d.Parts))
		}
	}
}

// Word makes one table of two that touch, and asks for a paragraph at the end.
func TestTablesOfADOCXDoNotTouch(t *testing.T) {
	for name, d := range samples(t) {
		body := parts(t, docx(t, d))["word/document.xml"].children[0]
		for i, c := range body.children {
			if c.name == "tbl" && body.children[i+1].name != "p" {
				t.Errorf("%s: a table is followed by %s", name, body.children[i+1].name)
			}
		}
	}
}

func TestADecisionAsDOCX(t *testing.T) {
	all := parts(t, docx(t, decision(layout(t, "2021-12-20"))))
	body := all["word/document.xml"]
	var heads, starts, turned []string
	body.each("tr", func(tr *node) {
		if tr.count("tblHeader") > 0 {
			heads = append(heads, tr.words())
		}
	})
	if want := []string{"TTHọ và tên chủ hộNgày sinhDân tộcNơi ởĐiểmGhi chú", "B1B2"}; !slices.Equal(heads, want) {
		t.Errorf("rows repeated on each page: %q", heads)
	}
	body.each("sectPr", func(s *node) {
		s.each("pgNumType", func(n *node) { starts = append(starts, n.attrs["start"]) })
		s.each("pgSz", func(n *node) { turned = append(turned, n.attrs["orient"]) })
	})
	if !slices.Equal(starts, []string{"1", "1"}) || !slices.Equal(turned, []string{"", "landscape"}) {
		t.Errorf("page numbers begin at %q, pages are %q", starts, turned)
	}
	body.each("tbl", func(tbl *node) {
		sum := 0
		for _, c := range tbl.children[1].children {
			if len(c.attrs["w"]) == 0 {
				t.Error("a column without a width")
			}
			sum++
		}
		for _, tr := range tbl.children[2:] {
			n := 0
			for _, tc := range tr.children[1:] {
				across := 1
				tc.children[0].each("gridSpan", func(g *node) { across = int(g.attrs["val"][0] - '0') })
				n += across
			}
			if n != sum {
				t.Errorf("a row covers %d columns of %d", n, sum)
			}
		}
	})
	if all["word/header-first.xml"].count("fldSimple") != 0 || all["word/header-default.xml"].count("fldSimple") != 1 {
		t.Error("the page's number stands on the first page, or not on the others")
	}
	for _, name := range []string{"word/header-first.xml", "word/header-default-turned.xml"} {
		if !strings.Contains(all[name].words(), "DỰ THẢO") {
			t.Errorf("%s has no mark", name)
		}
	}
	if !strings.Contains(all["word/footer-first.xml"].words(), "không có thật") {
		t.Error("nothing says that the people are invented")
	}
	fonts := map[string]bool{}
	all["word/styles.xml"].each("rFonts", func(n *node) { fonts[n.attrs["ascii"]] = true })
	if len(fonts) != 1 || !fonts["Times New Roman"] {
		t.Errorf("fonts %v", fonts)
	}
}
