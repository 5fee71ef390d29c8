package paper_test

import (
	"io"
	"testing"

	"giamngheo/internal/paper"
)

// commune is what a commune prints: 350 filled forms of two pages in one file.
func commune(b *testing.B) *paper.Document {
	d := &paper.Document{Title: "Phiếu", Layout: layout(b, "2021-12-20"), Demo: true}
	for i := range 350 {
		d.Parts = append(d.Parts, form(i+1, true))
	}
	return d
}

// An office waits at most five seconds for a commune's forms, on two cores.
func BenchmarkPDFOfACommune(b *testing.B) {
	d := commune(b)
	for b.Loop() {
		if err := d.PDF(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	tooSlow(b)
}

func BenchmarkDOCXOfACommune(b *testing.B) {
	d := commune(b)
	for b.Loop() {
		if err := d.DOCX(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	tooSlow(b)
}

const limitSeconds = 5

func tooSlow(b *testing.B) {
	if seconds := b.Elapsed().Seconds() / float64(b.N); seconds > limitSeconds {
		b.Errorf("%.1f s, more than %d", seconds, limitSeconds)
	}
}
