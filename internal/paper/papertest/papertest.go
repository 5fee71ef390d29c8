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
	"testing"

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

// Differing is the share of pixels that clearly differ: another release of the
// program that draws shifts greys a little, a moved line changes more.
func Differing(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if d := Grey(a, x, y) - Grey(b, x, y); d > 96 || d < -96 {
				n++
			}
		}
	}
	return float64(n) / float64(a.Bounds().Dx()*a.Bounds().Dy())
}

// DotsPerInch and Tolerated are how finely golden images are drawn, and the
// share of pixels that may differ.
const (
	DotsPerInch = 45
	Tolerated   = 0.002
)

// Golden compares a document with the images testdata/NAME-PAGE.png.
func Golden(t *testing.T, name string, d *paper.Document) {
	t.Helper()
	pages := Pages(t, d, DotsPerInch)
	at := func(page int) string { return filepath.Join("testdata", name+"-"+strconv.Itoa(page)+".png") }
	for i, page := range pages {
		golden := at(i + 1)
		if *update {
			write(t, golden, page)
			continue
		}
		if share := Differing(page, read(t, golden)); share > Tolerated {
			seen := filepath.Join(os.TempDir(), filepath.Base(golden))
			write(t, seen, page)
			t.Errorf("%s: %.2f %% of the page differs; it looks like %s now (go test -update-pages after looking)", golden, 100*share, seen)
		}
	}
	if _, err := os.Stat(at(len(pages) + 1)); err == nil {
		t.Errorf("%s has fewer pages than it had", name)
	}
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
