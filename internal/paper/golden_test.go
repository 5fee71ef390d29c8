package paper_test

import (
	"image"
	"slices"
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
	d.Parts[0].Blocks = slices.Insert(d.Parts[0].Blocks, 3, paper.Block(paper.Space(4)))
	if share := papertest.Differing(before, papertest.Pages(t, d, papertest.DotsPerInch)[0]); share <= papertest.Tolerated {
		t.Errorf("four points of space change only %.3f %%", 100*share)
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
