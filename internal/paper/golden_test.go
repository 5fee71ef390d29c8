package paper_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"giamngheo/internal/paper"
)

var update = flag.Bool("update", false, "writes the golden images anew; look at them before committing")

func pdf(t testing.TB, d *paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pages draws a document as a printer would, in grey.
func pages(t *testing.T, d *paper.Document, dotsPerInch int) []image.Image {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "file.pdf")
	if err := os.WriteFile(file, pdf(t, d), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("pdftoppm", "-r", strconv.Itoa(dotsPerInch), "-gray", "-png", file, filepath.Join(dir, "page"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm (package poppler-utils): %v\n%s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "page*.png"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages drawn: %v", err)
	}
	slices.Sort(names)
	var all []image.Image
	for _, name := range names {
		all = append(all, readImage(t, name))
	}
	return all
}

func readImage(t *testing.T, name string) image.Image {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	i, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func grey(i image.Image, x, y int) int {
	return int(color.GrayModel.Convert(i.At(x, y)).(color.Gray).Y)
}

// differing is the share of pixels that clearly differ: another release of the
// program that draws shifts greys a little, a moved line changes more.
func differing(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if d := grey(a, x, y) - grey(b, x, y); d > 96 || d < -96 {
				n++
			}
		}
	}
	return float64(n) / float64(a.Bounds().Dx()*a.Bounds().Dy())
}

func TestPagesLookAsTheyDid(t *testing.T) {
	const dotsPerInch, tolerated = 45, 0.002
	for name, d := range samples(t) {
		for i, page := range pages(t, d, dotsPerInch) {
			golden := filepath.Join("testdata", name+"-"+strconv.Itoa(i+1)+".png")
			if *update {
				var b bytes.Buffer
				if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, page); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if share := differing(page, readImage(t, golden)); share > tolerated {
				seen := filepath.Join(os.TempDir(), filepath.Base(golden))
				var b bytes.Buffer
				_ = png.Encode(&b, page)
				_ = os.WriteFile(seen, b.Bytes(), 0o644)
				t.Errorf("%s: %.2f %% of the page differs; it looks like %s now (go test -update after looking)", golden, 100*share, seen)
			}
		}
		if _, err := os.Stat(filepath.Join("testdata", name+"-"+strconv.Itoa(len(pages(t, d, 20))+1)+".png")); err == nil {
			t.Errorf("%s has fewer pages than it had", name)
		}
	}
}

// A picture that could not tell would be no test.
func TestAMovedLineIsSeen(t *testing.T) {
	d := decision(layout(t, "2021-12-20"))
	before := pages(t, d, 45)[0]
	d.Parts[0].Blocks = slices.Insert(d.Parts[0].Blocks, 3, paper.Block(paper.Space(4)))
	if share := differing(before, pages(t, d, 45)[0]); share <= 0.002 {
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
		page := pages(t, &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: []paper.Block{table}}}}, dotsPerInch)[0]
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
			all = append(all, 255-grey(i, x, y))
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
