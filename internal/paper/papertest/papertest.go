// Package papertest looks at documents as a printer would draw them: it turns
// their pages into pictures, compares these with golden ones, and reads the
// words of a PDF, by the programs of poppler-utils. For tests alone.
package papertest

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
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/paper"
)

var update = flag.Bool("update-pages", false, "writes the golden images anew; look at them before committing")

// PDF gives the document's file.
func PDF(t testing.TB, d *paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Pages draws a document in grey.
func Pages(t testing.TB, d *paper.Document, dotsPerInch int) []image.Image {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "file.pdf")
	if err := os.WriteFile(file, PDF(t, d), 0o600); err != nil {
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
		all = append(all, read(t, name))
	}
	return all
}

func read(t testing.TB, name string) image.Image {
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

// Text reads a PDF with a program of poppler-utils.
func Text(t testing.TB, file []byte, option string) string {
	t.Helper()
	c := exec.Command("pdftotext", option, "-", "-")
	c.Stdin = bytes.NewReader(file)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("pdftotext (package poppler-utils): %v", err)
	}
	return string(out)
}

// Grey is the brightness of a pixel, 255 for white.
func Grey(i image.Image, x, y int) int {
	return int(color.GrayModel.Convert(i.At(x, y)).(color.Gray).Y)
}

// A golden image is drawn at this many dots an inch, in four greys, so that it
// takes little room.
const DotsPerInch = 110

// Two pictures differ in a place of side by side pixels when these differ by
// the ink of more than so many black ones: another release of the program that
// draws shifts greys a little here and there, a lost dot or accent lies in one place.
const (
	side      = 9
	tolerated = 1.8
)

// Apart is the place where two pictures differ most, and by the ink of how many
// black pixels: zero where they look alike.
type Apart struct {
	At     image.Point
	Pixels float64
}

// Difference compares two pictures; of other sizes they differ everywhere.
func Difference(a, b image.Image) (most Apart) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return Apart{Pixels: float64(max(a.Bounds().Dx()*a.Bounds().Dy(), b.Bounds().Dx()*b.Bounds().Dy()))}
	}
	w, h := a.Bounds().Dx(), a.Bounds().Dy()
	from, other := a.Bounds().Min, b.Bounds().Min
	sums := make([]int, (w+1)*(h+1)) // of the differences above and to the left
	for y := range h {
		for x := range w {
			by := Grey(a, from.X+x, from.Y+y) - Grey(b, other.X+x, other.Y+y)
			sums[(y+1)*(w+1)+x+1] = max(by, -by) + sums[y*(w+1)+x+1] + sums[(y+1)*(w+1)+x] - sums[y*(w+1)+x]
		}
	}
	for y := 0; y+side <= h; y++ {
		for x := 0; x+side <= w; x++ {
			n := float64(sums[(y+side)*(w+1)+x+side]-sums[y*(w+1)+x+side]-sums[(y+side)*(w+1)+x]+sums[y*(w+1)+x]) / 255
			if n > tolerated && n > most.Pixels {
				most = Apart{image.Pt(x+side/2, y+side/2), n}
			}
		}
	}
	return most
}

// Part cuts a place out of a picture.
func Part(i image.Image, place image.Rectangle) image.Image {
	return i.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(place)
}

// FourGreys makes a picture of few greys, as golden ones are kept.
func FourGreys(i image.Image) image.Image {
	palette := color.Palette{color.Gray{0}, color.Gray{85}, color.Gray{170}, color.Gray{255}}
	out := image.NewPaletted(i.Bounds(), palette)
	for y := range i.Bounds().Dy() {
		for x := range i.Bounds().Dx() {
			out.SetColorIndex(x, y, uint8((Grey(i, x, y)+42)/85))
		}
	}
	return out
}

// Words are the lines of a PDF as they stand on its pages, composed as the file
// has them.
func Words(t testing.TB, d *paper.Document) string {
	t.Helper()
	return strings.ReplaceAll(Text(t, PDF(t, d), "-layout"), "\f", "\n=== \n")
}

// Golden compares a document with the images testdata/NAME-PAGE.png, and what
// can be read in it, letter by letter, with testdata/NAME.txt.
func Golden(t *testing.T, name string, d *paper.Document) {
	t.Helper()
	pages := Pages(t, d, DotsPerInch)
	at := func(page int) string { return filepath.Join("testdata", name+"-"+strconv.Itoa(page)+".png") }
	words, text := filepath.Join("testdata", name+".txt"), Words(t, d)
	if !norm.NFC.IsNormalString(text) {
		t.Errorf("%s: the text is not composed", name)
	}
	if *update {
		if err := os.WriteFile(words, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(words)
	if err != nil {
		t.Fatal(err)
	}
	if line, before, now := firstOther(string(was), text); line > 0 {
		t.Errorf("%s:%d: %q reads %q now", words, line, before, now)
	}
	for i, page := range pages {
		golden := at(i + 1)
		if *update {
			write(t, golden, FourGreys(page))
			continue
		}
		if d := Difference(FourGreys(page), read(t, golden)); d.Pixels > 0 {
			seen := filepath.Join(os.TempDir(), filepath.Base(golden))
			write(t, seen, page)
			mm := func(dots int) int { return dots * 254 / 10 / DotsPerInch }
			t.Errorf("%s differs by %.1f pixels %d mm from the left and %d mm from the top; it looks like %s now (go test -update-pages after looking)", golden, d.Pixels, mm(d.At.X), mm(d.At.Y), seen)
		}
	}
	if _, err := os.Stat(at(len(pages) + 1)); err == nil {
		t.Errorf("%s has fewer pages than it had", name)
	}
}

// firstOther is the first line, from 1, in which two texts differ in more than
// the width of their gaps, which another release of the reading program may set otherwise.
func firstOther(a, b string) (line int, before, now string) {
	was, is := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(was), len(is)) {
		before, now = "", ""
		if i < len(was) {
			before = strings.Join(strings.Fields(was[i]), " ")
		}
		if i < len(is) {
			now = strings.Join(strings.Fields(is[i]), " ")
		}
		if before != now {
			return i + 1, before, now
		}
	}
	return 0, "", ""
}

func write(t *testing.T, name string, i image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, i); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
