package vn

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/internal/fault"
)

func TestParseDay(t *testing.T) {
	for in, want := range map[string]Day{
		"20/05/1979": "1979-05-20", "20/5/1979": "1979-05-20", "2-5-1979": "1979-05-02", "02.05.1979": "1979-05-02", " 1/1/2016 ": "2016-01-01",
		"1979-05-20": "1979-05-20", "1979/5/2": "1979-05-02", "1979": "1979", "05/1979": "1979-05", "5/1979": "1979-05", "1979-05": "1979-05",
		"20/05/1979 00:00:00": "1979-05-20", "1979-05-20T00:00:00": "1979-05-20", "29/2/2000": "2000-02-29", "20 / 5 / 1979": "1979-05-20",
	} {
		got, err := ParseDay(in, "")
		if err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", in, got, err, want)
		}
	}
}

func TestParseDayRefuses(t *testing.T) {
	for in, code := range map[string]string{
		"": "form", "abc": "form", "20/5/79": "form", "20/05-1979": "form", "1/2/3/1979": "form", "197": "form", "19790": "form", "20/5/": "form", "-1979": "form", "tháng 5": "form",
		"31/2/2016": "impossible", "29/02/2015": "impossible", "00/05/1979": "impossible", "20/13/1979": "impossible", "31/4/1980": "impossible", "13/1979": "impossible", "0/1979": "impossible",
		"1/1/1849": "too_early", "0079": "too_early", "2/9/2016": "future", "2017": "future", "10/2016": "future",
	} {
		_, err := ParseDay(in, "2016-09-01")
		if fault.Of(err) != fault.Invalid || fault.As(err, "").Code != "day_"+code {
			t.Errorf("%q: %v, want %s", in, err, code)
		}
	}
	for _, in := range []string{"1/9/2016", "2016", "9/2016"} { // today, this year, this month
		if _, err := ParseDay(in, "2016-09-01"); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func anyDay() *rapid.Generator[Day] {
	return rapid.Custom(func(t *rapid.T) Day {
		at := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 90000).Draw(t, "days"))
		return DayOf(at)[:rapid.SampledFrom([]int{4, 7, 10}).Draw(t, "precision")]
	})
}

func TestDayComesBackFromItsWrittenForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay().Draw(t, "day")
		for _, s := range []string{string(d), d.String(), strings.ReplaceAll(d.String(), "/", "-"), strings.ReplaceAll(d.String(), "/", ".")} {
			if got, err := ParseDay(s, ""); err != nil || got != d {
				t.Fatalf("%q: %q %v", s, got, err)
			}
		}
		if serial, ok := d.Serial(); ok {
			if got, err := DayFromSerial(float64(serial)+0.75, false); err != nil || got != d {
				t.Fatalf("serial %d: %q %v, want %q", serial, got, err, d)
			}
		}
	})
}

func TestSerials(t *testing.T) {
	for _, c := range []struct {
		serial float64
		from04 bool
		want   Day
	}{{1, false, "1900-01-01"}, {59, false, "1900-02-28"}, {61, false, "1900-03-01"}, {28995, false, "1979-05-20"}, {42614, false, "2016-09-01"}, {0, true, "1904-01-01"}, {27533, true, "1979-05-20"}} {
		if got, err := DayFromSerial(c.serial, c.from04); err != nil || got != c.want {
			t.Errorf("%v: %q %v, want %q", c.serial, got, err, c.want)
		}
	}
	for _, bad := range []float64{0, 60, -1, 1e9} {
		if got, err := DayFromSerial(bad, false); err == nil {
			t.Errorf("%v gave %q", bad, got)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"20/05/1979", "1979", "5/1979", "31/2/2016", "1979-05-20T01:02:03", "//", "...."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s, "2030-01-01")
		if err != nil {
			return
		}
		if again, err := ParseDay(d.String(), ""); err != nil || again != d {
			t.Fatalf("%q gave %q, which gives %q %v", s, d, again, err)
		}
		if d.After("2030-01-01") || d.Year() < FirstYear {
			t.Fatalf("%q gave %q", s, d)
		}
	})
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]int64{"1234567": 1234567, "1.234.567": 1234567, "1,234,567": 1234567, "1 234 567": 1234567, "1.500": 1500, "1,500": 1500, "-1.500": -1500, "0": 0, "007": 7, " 12 ": 12} {
		if got, err := ParseInt(in); err != nil || got != want {
			t.Errorf("ParseInt(%q) = %d %v", in, got, err)
		}
	}
	for _, in := range []string{"", "-", "12,5", "1.23", "1.2345.678", "1,23.456", "abc", "12a", "1.234,567.8", "99999999999999999999", "--1", "1..2", ".5", "5."} {
		if got, err := ParseInt(in); err == nil {
			t.Errorf("ParseInt(%q) = %d", in, got)
		}
	}
	for in, want := range map[string]float64{"12,5": 12.5, "12.5": 12.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "1.500": 1500, "0,125": 0.125, "0.125": 0.125, "8,25": 8.25, "-3,5": -3.5, "1 234,5": 1234.5, "1.2340": 1.234} {
		if got, err := ParseNumber(in); err != nil || got != want {
			t.Errorf("ParseNumber(%q) = %v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "1,234", "1,2,3", "a", "1e5", "NaN", "Inf", "1.5.2", "0x10"} {
		if got, err := ParseNumber(in); err == nil {
			t.Errorf("ParseNumber(%q) = %v", in, got)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", 1234567: "1.234.567", -1234567: "-1.234.567", -999: "-999"} {
		if got := FormatInt(n); got != want {
			t.Errorf("FormatInt(%d) = %q", n, got)
		}
	}
	if FormatPercent(0.1351, 2) != "13,51%" || FormatDecimal(1234.5, 2) != "1.234,50" || FormatDecimal(-0.001, 1) != "0,0" || FormatPercent(1, 0) != "100%" {
		t.Error(FormatPercent(0.1351, 2), FormatDecimal(1234.5, 2), FormatDecimal(-0.001, 1))
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		if got, err := ParseInt(FormatInt(n)); err != nil || got != n {
			t.Fatal(n, got, err)
		}
	})
}

func TestOrderOfNames(t *testing.T) {
	people := []string{"Lê Văn Bình", "Nguyễn Thị Ánh", "Đỗ Văn An", "Trần Văn An", "Dương Văn An", "Vi Thị Đào", "Lò Văn Dũng", "Hà Văn Ân"}
	want := []string{"Dương Văn An", "Đỗ Văn An", "Trần Văn An", "Nguyễn Thị Ánh", "Hà Văn Ân", "Lê Văn Bình", "Lò Văn Dũng", "Vi Thị Đào"}
	got := slices.Clone(people)
	slices.SortFunc(got, ComparePerson)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	slices.SortFunc(got, func(a, b string) int { return slices.Compare(PersonKey(a), PersonKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("by key: %q", got)
	}
	words := []string{"ă", "a", "đ", "d", "e", "â", "ạ", "à", "á", "ả", "ã", "ư", "u", "ơ", "ô", "o"}
	slices.SortFunc(words, Compare)
	if s := strings.Join(words, ""); s != "aàảãáạăâdđeoôơuư" {
		t.Error(s)
	}
}

func TestTotalsAreNotPeople(t *testing.T) {
	for _, s := range []string{"Tổng cộng", "TỔNG CỘNG:", "Cộng", "Tổng số hộ: 12", " Tổng ", "Tong cong", "Cộng toàn xã"} {
		if !IsTotal(s) {
			t.Errorf("%q is a total", s)
		}
	}
	for _, s := range []string{"", "Tống Văn Cộng", "Tống", "Cống", "Công", "Nguyễn Văn Tổng", "Tổng Văn A", "Cộng Hòa"} {
		if IsTotal(s) {
			t.Errorf("%q is no total", s)
		}
	}
}
