package paper_test

import (
	"image"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/paper"
	"giamngheo/internal/paper/papertest"
)

func TestPagesLookAsTheyDid(t *testing.T) {
	for name, d := range samples(t) {
		papertest.Golden(t, name, d)
	}
}

// A picture that could not tell would be no test.
func TestAMovedLineIsSeen(t *testing.T) {
	d := decision(layout(t, "2021-12-20"))
	before := papertest.Pages(t, d, papertest.DotsPerInch)[0]
	d.Parts[0].Blocks = slices.Insert(d.Parts[0].Blocks, 3, paper.Block(paper.Space(1)))
	if d := papertest.Difference(before, papertest.Pages(t, d, papertest.DotsPerInch)[0]); d.Pixels == 0 {
		t.Error("a line moved by a point is not seen")
	}
}

// marks are words beside the same with one mark less or another.
var marks = [][2]string{{"hộ", "hô"}, {"nghèo", "ngheo"}, {"hộ", "họ"}, {"cận", "cân"}, {"Tấn", "Tân"}, {"Tấn", "Tán"}, {"Hải", "Hai"}, {"Mỹ", "My"}, {"Đức", "Dức"}, {"đức", "dức"},
	{"tư", "tu"}, {"lợi", "lơi"}, {"Ngọc", "Ngoc"}, {"Lăng", "Lang"}, {"Ị", "I"}, {"xã", "xá"}, {"thoả", "thoã"}, {"lặng", "lẳng"}}

// One mark lost from one letter of a page is seen in the picture alone, at the
// sizes of a document's text and of its smallest print, and in what is read.
func TestALostDiacriticIsSeen(t *testing.T) {
	l := layout(t, "2021-12-20")
	const row = 10 // mm
	for _, size := range []float64{13, 11} {
		page := func(which int) *paper.Document {
			table := paper.Table{Widths: []float64{1}, Size: size, Padding: 2}
			for _, one := range marks {
				table.Rows = append(table.Rows, paper.Row{Height: row, Cells: []paper.Cell{{Open: true, Paragraphs: []paper.Paragraph{{Spans: []paper.Span{paper.Text("Công nhận " + one[which])}}}}}})
			}
			return &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: []paper.Block{table}}}}
		}
		before, after := papertest.FourGreys(papertest.Pages(t, page(0), papertest.DotsPerInch)[0]), papertest.FourGreys(papertest.Pages(t, page(1), papertest.DotsPerInch)[0])
		was, is := strings.Split(papertest.Words(t, page(0)), "\n"), strings.Split(papertest.Words(t, page(1)), "\n")
		for i, one := range marks {
			at := func(mm float64) int { return int(mm * papertest.DotsPerInch / 25.4) }
			place := image.Rect(0, at(l.Page.Top.Use+float64(i*row)), before.Bounds().Dx(), at(l.Page.Top.Use+float64((i+1)*row)))
			n := papertest.Difference(papertest.Part(before, place), papertest.Part(after, place))
			if n.Pixels == 0 {
				t.Errorf("at %v points %q looks like %q", size, one[1], one[0])
			}
			if !slices.ContainsFunc(was, func(s string) bool { return strings.HasSuffix(s, one[0]) }) || !slices.ContainsFunc(is, func(s string) bool { return strings.HasSuffix(s, one[1]) }) {
				t.Errorf("%q and %q cannot be read", one[0], one[1])
			}
		}
	}
}

// Old releases of many fonts draw boxes for Vietnamese letters while the text
// in the file looks right: so the pixels are looked at. Five pixels make one
// millimetre, so that each letter lies alike on the grid of pixels.
func TestEveryVietnameseLetterIsDrawn(t *testing.T) {
	l := layout(t, "2021-12-20")
	const dotsPerInch, perMM, columns, row, size = 127, 5, 11, 12, 24
	letters := append([]rune(vowels+capitals+"dDđĐ₫"), '\U0001F600') // the last is none that the font has
	if n := len([]rune(vowels)) + len([]rune("đ")); n != 73 {
		t.Fatalf("%d letters", n)
	}
	for style, lettered := range map[string]func(string) paper.Span{"upright": paper.Text, "bold": paper.Bold, "italic": paper.Italic,
		"bold italic": paper.Bold} {
		table := paper.Table{Widths: make([]float64, columns), Size: size, Padding: 2}
		for i := range table.Widths {
			table.Widths[i] = 1
		}
		for i := 0; i < len(letters); i += columns {
			r := paper.Row{Height: row}
			for _, letter := range letters[i:min(i+columns, len(letters))] {
				r.Cells = append(r.Cells, paper.Cell{Open: true, Paragraphs: []paper.Paragraph{{Spans: []paper.Span{lettered(string(letter))}, Italic: style == "bold italic"}}})
			}
			table.Rows = append(table.Rows, r)
		}
		page := papertest.Pages(t, &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: []paper.Block{table}}}}, dotsPerInch)[0]
		place := func(i int) image.Rectangle {
			x, y := int(l.Page.Left.Use)*perMM+i%columns*15*perMM, int(l.Page.Top.Use)*perMM+i/columns*row*perMM
			return image.Rect(x, y, x+15*perMM, y+row*perMM)
		}
		var drawn [][]int
		for i, a := range letters {
			drawn = append(drawn, greys(page, place(i)))
			if unlike(drawn[i], make([]int, len(drawn[i]))) < 10 {
				t.Errorf("%s %c is not drawn", style, a)
			}
			for k, b := range letters[:i] {
				if unlike(drawn[i], drawn[k]) < 2 {
					t.Errorf("%s %c looks like %c", style, a, b)
				}
			}
		}
	}
}

// greys are the pixels of a place, 0 for white.
func greys(i image.Image, r image.Rectangle) []int {
	var all []int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			all = append(all, 255-papertest.Grey(i, x, y))
		}
	}
	return all
}

// unlike is how many pixels' worth of black two places differ by.
func unlike(a, b []int) float64 {
	n := 0
	for i := range a {
		n += max(a[i]-b[i], b[i]-a[i])
	}
	return float64(n) / 255
}
