package paper_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/paper"
	"giamngheo/internal/paper/papertest"
)

func pdf(t testing.TB, d *paper.Document) []byte { return papertest.PDF(t, d) }

// words are the words that a PDF shows, page by page.
func words(t testing.TB, file []byte) string { return papertest.Text(t, file, "-layout") }

var wordPlace = regexp.MustCompile(`<page width="([\d.]+)" height="([\d.]+)">|<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<`)

// placed gives all words of a PDF, and those that stand outside of the text's
// room, margins aside.
func placed(t testing.TB, file []byte, l *paper.Layout) (all string, outside []string) {
	t.Helper()
	const mm, hair = 72 / 25.4, 2.0
	var width, height float64
	for _, m := range wordPlace.FindAllStringSubmatch(papertest.Text(t, file, "-bbox"), -1) {
		var at [6]float64
		for i := range at {
			at[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		if m[1] != "" {
			width, height = at[0], at[1]
			continue
		}
		all += m[7] + " "
		if !strings.HasPrefix(m[7], "w") { // a page's number
			continue
		}
		if at[2] < l.Page.Left.Use*mm-hair || at[4] > width-l.Page.Right.Use*mm+hair || at[3] < l.Page.Top.Use*mm-hair || at[5] > height-l.Page.Bottom.Use*mm+hair {
			outside = append(outside, fmt.Sprint(m[7], at, width, height))
		}
	}
	return all, outside
}

// Whatever the tables are like, each word is printed once, in both files.
func TestNothingIsLostAndNothingPrintedTwice(t *testing.T) {
	l := layout(t, "2021-12-20")
	rapid.Check(t, func(r *rapid.T) {
		n := 0
		text := func(most int) (all []paper.Span) {
			for range rapid.IntRange(0, most).Draw(r, "words") {
				n++
				all = append(all, paper.Text(fmt.Sprintf("w%05d ", n)))
			}
			return all
		}
		var blocks []paper.Block
		for range rapid.IntRange(1, 4).Draw(r, "blocks") {
			if rapid.Bool().Draw(r, "paragraph") {
				blocks = append(blocks, paper.Body(text(400)))
				continue
			}
			columns := rapid.IntRange(1, 5).Draw(r, "columns")
			table := paper.Table{Plain: rapid.Bool().Draw(r, "plain")}
			for range columns {
				table.Widths = append(table.Widths, float64(rapid.IntRange(3, 6).Draw(r, "width")))
			}
			free := make([]int, columns)
			for row := range rapid.IntRange(1, 12).Draw(r, "rows") {
				now := paper.Row{Height: float64(rapid.IntRange(0, 60).Draw(r, "height")), Keep: rapid.Bool().Draw(r, "keep")}
				for c := 0; c < columns; {
					if free[c] > row {
						c++
						continue
					}
					most := rapid.SampledFrom([]int{0, 3, 3, 3, 3, 30, 900}).Draw(r, "most")
					across, down := 1, 1
					if rapid.IntRange(0, 4).Draw(r, "joined") == 0 {
						across, down = rapid.IntRange(1, 3).Draw(r, "across"), rapid.IntRange(1, 4).Draw(r, "down")
					}
					end := c
					for ; end < columns && end < c+across && free[end] <= row; end++ {
						free[end] = row + down
					}
					now.Cells = append(now.Cells, paper.TextCell(text(most)...).Wide(end-c, down))
					c = end
				}
				table.Rows = append(table.Rows, now)
			}
			blocks = append(blocks, table)
		}
		d := &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: blocks, Landscape: rapid.Bool().Draw(r, "landscape")}}}
		inPDF, outside := placed(t, pdf(t, d), l)
		if len(outside) > 0 {
			r.Fatalf("printed into the margins: %q", outside)
		}
		for kind, got := range map[string]string{"PDF": inPDF, "DOCX": strings.Join(docxWords(t, docx(t, d)), " ")} {
			seen := 0
			for _, word := range strings.Fields(got) {
				if strings.HasPrefix(word, "w") && len(word) == 6 {
					seen++
				}
			}
			if seen != n {
				r.Fatalf("%s: %d words of %d", kind, seen, n)
			}
		}
	})
}

func TestALongWordIsCutByTheLineAndNotByTheEdge(t *testing.T) {
	long := strings.Repeat("abcdefghij", 40)
	d := &paper.Document{Layout: layout(t, "2021-12-20"), Parts: []paper.Part{{Blocks: []paper.Block{paper.Plain(paper.Text("x " + long))}}}}
	if got := strings.Join(strings.Fields(words(t, pdf(t, d))), ""); got != "x"+long {
		t.Errorf("%q", got)
	}
}

func TestLettersTheFontLacksShowAsBoxes(t *testing.T) {
	d := &paper.Document{Layout: layout(t, "2021-12-20"), Parts: []paper.Part{{Blocks: []paper.Block{paper.Plain(paper.Text("Hà 漢 😀\x00\x07 An"))}}}}
	if got := strings.TrimSpace(words(t, pdf(t, d))); got != "Hà □ □ An" {
		t.Errorf("%q", got)
	}
	if got := docxWords(t, docx(t, d)); !slices.Contains(got, "Hà 漢 😀 An") {
		t.Errorf("%q", got)
	}
}

func TestTextIsComposed(t *testing.T) {
	d := &paper.Document{Layout: layout(t, "2021-12-20"), Parts: []paper.Part{{Blocks: []paper.Block{paper.Plain(paper.Text("Nguye\u0302\u0303n"))}}}}
	if got := strings.TrimSpace(words(t, pdf(t, d))); got != "Nguyễn" {
		t.Errorf("%q", got)
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	one, two := samples(t), samples(t)
	for name := range one {
		if !bytes.Equal(pdf(t, one[name]), pdf(t, two[name])) {
			t.Errorf("%s.pdf differs", name)
		}
		if !bytes.Equal(docx(t, one[name]), docx(t, two[name])) {
			t.Errorf("%s.docx differs", name)
		}
	}
}

func TestPageNumbersBeginAnewAndNotOnTheFirstPage(t *testing.T) {
	l := layout(t, "2021-12-20")
	long := []paper.Block{paper.Plain(paper.Text("một")), paper.PageBreak{}, paper.Plain(paper.Text("hai"))}
	d := &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: long}, {Blocks: long}, {Landscape: true, GoesOn: true, Blocks: long}}}
	var got []string
	for _, page := range strings.Split(strings.TrimSuffix(words(t, pdf(t, d)), "\f"), "\f") {
		got = append(got, strings.Join(strings.Fields(page), " "))
	}
	want := []string{"một", "2 hai", "một", "2 hai", "3 một", "4 hai"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheHeadOfATableStandsOnEachPage(t *testing.T) {
	d := &paper.Document{Layout: layout(t, "2021-12-20"), Parts: []paper.Part{{Blocks: []paper.Block{households(120)}}}}
	all := strings.Split(strings.TrimSuffix(words(t, pdf(t, d)), "\f"), "\f")
	if len(all) < 3 {
		t.Fatalf("%d pages", len(all))
	}
	for i, page := range all {
		if strings.Count(page, "Họ và tên chủ hộ") != 1 {
			t.Errorf("page %d has no head, or two", i+1)
		}
	}
}

func TestASignatureNeverStandsAlone(t *testing.T) {
	l := layout(t, "2021-12-20")
	for lines := 26; lines < 46; lines++ {
		var blocks []paper.Block
		for range lines {
			blocks = append(blocks, paper.Plain(paper.Text("dòng")))
		}
		blocks = append(blocks, paper.Last{paper.Text("Dòng cuối")}, paper.Closing{Signers: []paper.Signer{{Office: "Chủ tịch", Name: "An"}}})
		all := strings.Split(strings.TrimSuffix(words(t, pdf(t, &paper.Document{Layout: l, Parts: []paper.Part{{Blocks: blocks}}})), "\f"), "\f")
		last := all[len(all)-1]
		if !strings.Contains(last, "Dòng cuối./.") || !strings.Contains(last, "CHỦ TỊCH") || !strings.Contains(last, "An") {
			t.Errorf("after %d lines the signature stands apart: %q", lines, last)
		}
	}
}

func TestATableThatWouldLoseACellIsRefused(t *testing.T) {
	two := []float64{1, 1}
	cell := paper.TextCell(paper.Text("x"))
	for why, table := range map[string]paper.Table{
		"too many cells":      {Widths: two, Rows: []paper.Row{{Cells: []paper.Cell{cell, cell, cell}}}},
		"too wide":            {Widths: two, Rows: []paper.Row{{Cells: []paper.Cell{cell, cell.Wide(2, 1)}}}},
		"over one from above": {Widths: two, Rows: []paper.Row{{Cells: []paper.Cell{cell, cell.Wide(1, 2)}}, {Cells: []paper.Cell{cell.Wide(2, 1)}}}},
		"in the head":         {Widths: two, Head: []paper.Row{{Cells: []paper.Cell{cell, cell, cell}}}},
		"under a full row":    {Widths: two, Rows: []paper.Row{{Cells: []paper.Cell{cell.Wide(2, 2)}}, {Cells: []paper.Cell{cell}}}},
	} {
		d := &paper.Document{Layout: layout(t, "2021-12-20"), Parts: []paper.Part{{Blocks: []paper.Block{table}}}}
		if d.PDF(io.Discard) == nil || d.DOCX(io.Discard) == nil {
			t.Errorf("%s: accepted", why)
		}
	}
}
