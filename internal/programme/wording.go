package programme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// ParseWording reads a deadline as plans write it: "25/10 hàng năm", "30/11/2016",
// "trước ngày 05 tháng 12", "Quý II, IV năm 2016", "Năm 2016", "Tháng 12 hàng năm",
// "trung tuần tháng 12", "cuối tháng 11", "6 tháng đầu năm", "Hàng năm". "Before a
// day" means by that day, as the plan's own annex has it; what names no year
// holds every year. "Đầu" and "giữa" are the first and the middle third, of a
// month its ten days, of a quarter its month; the first, second and third week of a month end on its 7th, 14th and
// 21st; no authority has said so: they are marked as assumed. Words and signs it does not know are refused, never
// passed over: "trước tháng 12" is not December. A task has one term a year, so
// "định kỳ 6 tháng" or "hàng quý" is refused too: to read one of the terms would
// lose the others.
func ParseWording(s string) (Due, error) {
	w := wording{words: vn.Words(vn.Fold(s))}
	if len(w.words) == 0 || len(s) > 200 || strange(s) || bareHyphen.MatchString(strings.TrimSpace(s)) || !w.read() {
		return Due{}, notUnderstood(s)
	}
	d, ok := w.due()
	if !ok {
		return Due{}, notUnderstood(s)
	}
	return d, nil
}

// 10-11 is 10 November to an office and 11 October in the file's own "MM-DD".
var bareHyphen = regexp.MustCompile(`^\d{1,2}-\d{1,2}$`)

// strange says whether a text has a sign that is neither a letter, a digit, nor
// punctuation around dates: digits of other scripts, "?", "~" or "*" say
// something that is not understood here.
func strange(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.In(r, unicode.Latin, unicode.Mn) && !unicode.IsSpace(r) && !(r >= '0' && r <= '9') && !strings.ContainsRune(".,;:/-–—()&\"'“”", r)
	})
}

// and is what stands between several deadlines.
var and = regexp.MustCompile(`(?i)\s+` + text.T("programme.due.and") + `\s+|[,;]`)

// several are the deadlines of words that name more than one, each with words of
// its own; none where some part is no deadline with a date.
func several(s string) (each []string) {
	parts := and.Split(vn.NFC(s), -1)
	yearly := strings.Contains(" "+strings.Join(vn.Words(vn.Fold(s)), " ")+" ", " hang nam ")
	for _, part := range parts {
		part = strings.TrimSpace(part)
		d, err := ParseWording(part)
		if err != nil || !d.Dated() {
			return nil
		}
		if yearly && !strings.Contains(vn.Fold(part), "hang nam") {
			part += " " + text.T("programme.due.every_year")
		}
		each = append(each, "«"+part+"»")
	}
	return each
}

// refusal says why words are no deadline.
func refusal(s string) string {
	if len(s) <= 200 && and.MatchString(s) {
		if each := several(s); len(each) > 1 {
			return text.T("programme.due.several_terms", "text", shortened(s), "n", len(each), "each", strings.Join(each, ", "))
		}
	}
	folded := " " + strings.Join(vn.Words(vn.Fold(s)), " ") + " "
	key := "programme.due.not_understood"
	for _, often := range []string{" hang quy ", " hang thang ", " moi quy ", " moi thang ", " hang tuan ", " moi tuan ", " dinh ky ", " mot lan ", " lan nam ", " 6 thang va hang nam ", " ca nam ", " nua nam ", " 6 thang nam "} {
		if strings.Contains(folded, often) {
			key = "programme.due.often"
		}
	}
	return text.T(key, "text", shortened(s))
}

func notUnderstood(s string) error {
	return fault.New(fault.Invalid, "due_wording", refusal(s))
}

// wording is a deadline being read, word by folded word.
type wording struct {
	words    []string
	at       int
	day      int
	month    int
	year     int
	quarters []int
	part     Rule // of a month
	end      bool // "cuối"
	third    int  // "đầu": 1, "giữa": 2
	half     int  // "6 tháng đầu năm": 1, "cuối năm": 2
	week     int  // of a month: "tuần đầu tháng 11" is 1
	yearly   bool
	before   bool
	constant bool // "thường xuyên"
	dates    int  // how many were named: one at most
}

func (w *wording) next(words ...string) bool {
	if len(w.words)-w.at < len(words) || !slices.Equal(w.words[w.at:w.at+len(words)], words) {
		return false
	}
	w.at += len(words)
	return true
}

func (w *wording) number() (int, bool) {
	if w.at >= len(w.words) || len(w.words[w.at]) > 4 {
		return 0, false
	}
	n, err := strconv.Atoi(w.words[w.at])
	if err != nil {
		return 0, false
	}
	w.at++
	return n, true
}

func (w *wording) read() bool {
	for w.at < len(w.words) {
		switch {
		case w.next("truoc"):
			w.before = true
		case w.next("hang", "nam"), w.next("moi", "nam"), w.next("cac", "nam"):
			w.yearly = true
		case w.next("thuong", "xuyen"):
			w.constant = true
		case w.next("thuong", "tuan"):
			w.part = EarlyIn
		case w.next("trung", "tuan"):
			w.part = MiddleOf
		case w.next("ha", "tuan"):
			w.part = LateIn
		case w.next("6", "thang", "dau", "nam"):
			w.half, w.dates = 1, w.dates+1
			w.yearOf()
		case w.next("6", "thang", "cuoi", "nam"), w.next("cuoi", "nam"):
			w.half, w.dates = 2, w.dates+1
			w.yearOf()
		case w.next("10", "ngay", "dau"):
			w.part = EarlyIn
		case w.next("10", "ngay", "giua"):
			w.part = MiddleOf
		case w.next("10", "ngay", "cuoi"), w.next("tuan", "cuoi", "cung"), w.next("tuan", "cuoi"):
			w.part = LateIn
		case w.week == 0 && w.next("tuan"):
			if !w.weekNumber() {
				return false
			}
		case w.next("cuoi"):
			w.end = true
		case w.third == 0 && w.next("dau"):
			w.third = 1
		case w.third == 0 && w.next("giua"):
			w.third = 2
		case w.next("thang"):
			if !w.monthAndYear() {
				return false
			}
		case w.next("quy"):
			if !w.quarterList() {
				return false
			}
		case w.next("nam"):
			n, ok := w.number()
			if !ok || !w.setYear(n) {
				return false
			}
		case w.filler():
		default:
			n, ok := w.number()
			if !ok || !w.numbers(n) {
				return false
			}
		}
	}
	return true
}

// weekNumber reads which week of a month is meant, the last of them aside.
func (w *wording) weekNumber() bool {
	for n, words := range [][]string{{"dau tien", "dau", "thu nhat", "thu 1", "1", "i"}, {"thu hai", "thu 2", "2", "ii"}, {"thu ba", "thu 3", "3", "iii"}} {
		for _, word := range words {
			if w.next(strings.Fields(word)...) {
				w.week = n + 1
				return true
			}
		}
	}
	return false
}

// filler skips the words around a deadline that add nothing to it.
func (w *wording) filler() bool {
	for _, words := range [][]string{{"hoan", "thanh"}, {"cham", "nhat"}, {"muon", "nhat"}, {"thoi", "han"}, {"thoi", "gian"}, {"ngay"}, {"mung"}, {"xong"}, {"het"}, {"vao"}, {"trong"}, {"den"}, {"la"}, {"cua"}} {
		if w.next(words...) {
			return true
		}
	}
	return false
}

func (w *wording) setYear(n int) bool {
	if n < firstYear || n > lastYear || w.year != 0 {
		return false
	}
	w.year = n
	return true
}

// yearOf takes a year that follows at once.
func (w *wording) yearOf() bool {
	at := w.at
	n, ok := w.number()
	if ok && w.setYear(n) {
		return true
	}
	w.at = at
	return !ok
}

func (w *wording) monthAndYear() bool {
	n, ok := w.number()
	if !ok || w.month != 0 || n < 1 || n > 12 {
		return false
	}
	w.month, w.dates = n, w.dates+1
	return w.yearOf()
}

// quarterList reads "II, IV", "2 và 4", "II, quý IV", then a year.
func (w *wording) quarterList() bool {
	w.dates++
	for {
		i := -1
		if w.at < len(w.words) {
			i = slices.Index([]string{"i", "ii", "iii", "iv", "1", "2", "3", "4"}, w.words[w.at])
		}
		if i < 0 {
			break
		}
		w.at++
		if q := i%4 + 1; !slices.Contains(w.quarters, q) {
			w.quarters = append(w.quarters, q)
		}
		if !w.next("va", "quy") && !w.next("va") {
			w.next("quy")
		}
	}
	slices.Sort(w.quarters)
	return len(w.quarters) > 0 && w.yearOf()
}

// numbers reads 25/10, 25/10/2016, 2016-10-25, and 25 before "tháng".
func (w *wording) numbers(first int) bool {
	run := []int{first}
	for len(run) < 3 {
		n, ok := w.number()
		if !ok {
			break
		}
		run = append(run, n)
	}
	if w.day != 0 || slices.Contains(run, 0) {
		return false
	}
	switch {
	case len(run) == 1 && w.at < len(w.words) && w.words[w.at] == "thang":
		w.day = first
		return true
	case len(run) == 2 && w.month == 0:
		w.day, w.month = run[0], run[1]
	case len(run) == 3 && w.month == 0 && first >= firstYear:
		w.year, w.month, w.day = run[0], run[1], run[2]
	case len(run) == 3 && w.month == 0:
		w.day, w.month = run[0], run[1]
		if !w.setYear(run[2]) {
			return false
		}
	default:
		return false
	}
	w.dates++
	return true
}

// due puts together what was read, or says that it makes no deadline.
func (w *wording) due() (Due, bool) {
	if w.dates > 1 || w.yearly && w.year != 0 || w.before && w.day == 0 || w.constant && w.dates > 0 ||
		w.year != 0 && (w.year < firstYear || w.year > lastYear) {
		return Due{}, false
	}
	d := Due{Year: w.year, Yearly: w.year == 0, Assumed: w.third != 0 || w.week != 0}
	if w.week != 0 {
		if w.day != 0 || w.month == 0 || w.third != 0 || w.half != 0 || w.part != "" || w.end || len(w.quarters) > 0 {
			return Due{}, false
		}
		d.Rule, d.Month, d.Day = OnDay, w.month, 7*w.week
		return d, true
	}
	if w.third != 0 && (w.day != 0 || w.half != 0 || w.part != "" || w.end || w.month == 0 && len(w.quarters) != 1) {
		return Due{}, false
	}
	switch {
	case w.day != 0:
		d.Rule, d.Month, d.Day = OnDay, w.month, w.day
		year := w.year
		if year == 0 {
			year = 2000 // a leap year: 29/02 is a day of some years
		}
		if w.part != "" || w.end || w.month < 1 || w.month > 12 || w.day > daysIn(year, w.month) {
			return Due{}, false
		}
	case w.half != 0:
		if w.part != "" || w.end {
			return Due{}, false
		}
		if d.Rule = InYear; w.half == 1 {
			d.Rule, d.Quarters = InQuarter, []int{2}
		} else if d.Yearly {
			d.Rule, d.Quarters = InQuarter, []int{4}
		}
	case len(w.quarters) > 0 && w.third != 0:
		d.Rule, d.Month = InMonth, 3*(w.quarters[0]-1)+w.third
	case len(w.quarters) > 0:
		d.Rule, d.Quarters = InQuarter, w.quarters
		if w.part != "" {
			return Due{}, false
		}
	case w.month != 0:
		d.Month = w.month
		d.Rule = []Rule{InMonth, EarlyIn, MiddleOf}[w.third]
		if w.part != "" {
			d.Rule = w.part
		}
	case w.part != "" || w.end:
		return Due{}, false
	case w.year != 0:
		d.Rule = InYear
	case !w.yearly && !w.constant:
		return Due{}, false
	}
	return d, true
}
