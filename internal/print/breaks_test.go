package print

import (
	"strings"
	"testing"

	"giamngheo/internal/paper/papertest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// However long the name of the commune is, no line of a title or of the head
// ends within a term or between a figure and its word.
func TestATitleIsNotDividedWithinATerm(t *testing.T) {
	for _, name := range []string{"Lát", "Cành Nàng", "Nông trường Thống Nhất", "Bến Sung Mới", "Mường Lát Thượng Hạ Nông Cống"} {
		l := letter(t, "2016-12-20", "QĐ-UBND", 5)
		l.Body, l.Place = "thị trấn "+name, name
		words := papertest.Words(t, Recognition{Letter: l, Year: 2016, From: "2017-01-01", Left: lines(1, standard.NotPoor, "")}.Document())
		all := strings.Split(strings.ReplaceAll(words, "\u00a0", " "), "\n")
		for _, line := range all[:min(len(all), 12)] {
			for _, end := range []string{"thị", "rà", "hộ", "cận", "năm", "tháng", "ngày"} {
				if strings.HasSuffix(strings.ToLower(strings.TrimSpace(line)), " "+end) {
					t.Errorf("%s: a line ends with %q: %s", name, end, line)
				}
			}
		}
		if strings.Contains(strings.ToLower(strings.Join(all[:8], "\n")), "thị\ntrấn") {
			t.Errorf("%s: the head is divided within «thị trấn»", name)
		}
	}
}

// The sum of a list stands with at least one of its lines, wherever the page
// ends.
func TestASumDoesNotStandAloneOnAPage(t *testing.T) {
	l := letter(t, "2021-12-20", "QĐ-UBND", 5)
	for n := 30; n < 75; n++ {
		d := Recognition{Letter: l, Year: 2021, Poor: lines(n, standard.Poor, "")}.Document()
		d.Parts = d.Parts[1:]
		file := papertest.PDF(t, d)
		pages := strings.Split(strings.TrimRight(papertest.Text(t, file, "-layout"), "\f\n "), "\f")
		last := pages[len(pages)-1]
		if !strings.Contains(last, "Cộng: ") || !strings.Contains(last, "Bản Ón") {
			t.Errorf("%d households: the last page is\n%s", n, last)
		}
	}
}

func TestMinutesWithoutATimeLeaveRoomForIt(t *testing.T) {
	d := Minutes{Letter: letter(t, "2016-11-10", "", 0), Village: "Bản Ón", Year: 2016}.Document()
	if words := papertest.Words(t, d); !strings.Contains(words, "Thời gian: …… giờ ……, ngày 10") {
		t.Error(words)
	}
}

// What is decided within the year is verified by nobody, and does not say so.
func TestADecisionWithinTheYearNamesNoVerification(t *testing.T) {
	s := &Store{Bases: &Bases{}}
	l := letter(t, "2016-06-15", "QĐ-UBND", 5)
	for kind, verified := range map[string]string{review.Yearly: l.Superior, review.InYear: ""} {
		if got := s.recognition(found{letter: l, round: review.Round{Kind: kind, Year: 2016}}).Verified; got != verified {
			t.Errorf("%s: verified by %q", kind, got)
		}
	}
	if l.Superior == "" {
		t.Error("nobody could verify: the test says nothing")
	}
}
