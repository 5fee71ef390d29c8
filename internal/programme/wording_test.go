package programme

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"giamngheo/internal/fault"
)

func TestDeadlinesAreReadAsOfficesWriteThem(t *testing.T) {
	for text, want := range map[string]string{ // the deadline, and its day in 2016 and 2017
		"25/10 hàng năm":                             "10-25 10-25",
		"30/10/hàng năm":                             "10-30 10-30",
		"05/12/ hàng năm":                            "12-05 12-05",
		"Trước ngày 15/11 hàng năm":                  "11-15 11-15",
		"xong trước ngày 05 tháng 12":                "12-05 12-05",
		"trước ngày 25 tháng 10.":                    "10-25 10-25",
		"30/11/2016":                                 "11-30 -",
		"2016-11-30":                                 "11-30 -",
		"trước ngày 30/11/2016":                      "11-30 -",
		"thời gian hoàn thành trước ngày 30/11/2016": "11-30 -",
		"Ngày 30 tháng 11 năm 2016":                  "11-30 -",
		"chậm nhất ngày 5.12.2017":                   "- 12-05",
		"25-10 hằng năm":                             "10-25 10-25",
		"29/2 hàng năm":                              "02-29 02-28",
		"Quý IV năm 2016":                            "12-31 -",
		"Quý II, IV năm 2016":                        "12-31 -",
		"Quý I và quý II năm 2017":                   "- 06-30",
		"quý 3/2016":                                 "09-30 -",
		"Quý I hàng năm":                             "03-31 03-31",
		"cuối quý III năm 2016":                      "09-30 -",
		"Năm 2016":                                   "12-31 -",
		"trong năm 2017":                             "- 12-31",
		"cuối năm 2016":                              "12-31 -",
		"Tháng 12 hàng năm":                          "12-31 12-31",
		"Tháng 2 hàng năm":                           "02-29 02-28",
		"Tháng 12/2016":                              "12-31 -",
		"hết tháng 6 năm 2017":                       "- 06-30",
		"cuối tháng 11":                              "11-30 11-30",
		"trung tuần tháng 12":                        "12-20 12-20",
		"vào trung tuần tháng 12 hàng năm":           "12-20 12-20",
		"thượng tuần tháng 12/2016":                  "12-10 -",
		"hạ tuần tháng 2 hàng năm":                   "02-29 02-28",
		"6 tháng đầu năm":                            "06-30 06-30",
		"6 tháng đầu năm 2017":                       "- 06-30",
		"cuối năm":                                   "12-31 12-31",
		"đầu tháng 11":                               "11-10 11-10",
		"Đầu tháng 11 hàng năm":                      "11-10 11-10",
		"giữa tháng 5/2017":                          "- 05-20",
		"đầu quý IV năm 2016":                        "10-31 -",
		"giữa quý II hàng năm":                       "05-31 05-31",
		"cuối tháng 6":                               "06-30 06-30",
		"tuần đầu tháng 11":                          "11-07 11-07",
		"Tuần thứ hai của tháng 11 hàng năm":         "11-14 11-14",
		"tuần 3 tháng 5/2017":                        "- 05-21",
		"trong tuần cuối tháng 11":                   "11-30 11-30",
		"tuần cuối cùng của tháng 2":                 "02-29 02-28",
		"10 ngày đầu tháng 12":                       "12-10 12-10",
		"10 ngày giữa tháng 12":                      "12-20 12-20",
		"10 ngày cuối tháng 12 hàng năm":             "12-31 12-31",
		"ngày mùng 5/12 các năm":                     "12-05 12-05",
		"QUÝ IV NĂM 2016":                            "12-31 -",
		"THÁNG 12 HẰNG NĂM":                          "12-31 12-31",
		"Quý II & IV năm 2016":                       "12-31 -",
		"hàng năm, trước 25/10":                      "10-25 10-25",
		"Hàng năm":                                   "- -",
		"Thường xuyên hàng năm":                      "- -",
		"thường xuyên":                               "- -",
		norm.NFD.String("Quý IV năm 2016"):           "12-31 -",
		norm.NFD.String("Tháng 12 hàng năm"):         "12-31 12-31",
	} {
		d, err := ParseWording(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var days []string
		for _, year := range []int{2016, 2017} {
			day, ok := d.On(year)
			if !ok {
				day = "yyyy--"
			}
			days = append(days, day[5:])
		}
		if got := strings.Join(days, " "); got != want {
			t.Errorf("%q is read as %s, not %s", text, got, want)
		}
	}
}

func TestDeadlinesThatMeanSomethingElseAreNotGuessed(t *testing.T) {
	for _, text := range []string{
		"", "  ", "sớm", "trước tháng 12", "trước quý IV năm 2016", "đầu tháng", "đầu năm 2017", "đầu quý", "đầu quý II, IV năm 2016", "đầu tháng 12/ngày 5", "đầu ngày 5/12", "đầu trung tuần tháng 12", "đầu giữa tháng 12", "cuối đầu tháng 12", "đầu 25/10",
		"thượng tuần", "hạ tuần", "định kỳ", "định kỳ 3 tháng", "định kỳ 6 tháng 25/10", "định kỳ 6 tháng năm 2016", "cuối định kỳ 6 tháng", "trước định kỳ 6 tháng", "cuối tháng", "hàng tháng", "Quý", "Quý V năm 2016",
		"31/11/2016", "29/02/2017", "30/2 hàng năm", "0/10", "10/0", "25/13", "32/10", "13 tháng 13", "10-11", "11-30", "năm 16", "năm 20166",
		"30/11/2016 hàng năm", "Tháng 13", "tháng 0", "25/10 và 30/11", "từ 01/9 đến 31/12", "giai đoạn 2016-2020", "2016", "12/2016/5", "sau ngày 30/11",
		"２５/１０ hàng năm", "٢٥/١٠ hàng năm", "25/10 hàng năm ?", "~25/10 hàng năm", "25/10* hàng năm", "<25/10", "25🙂/10 hàng năm", "Quý Ⅳ năm 2016", "hàng năm²", "Tháng 11, 12 hàng năm", "Từ nay đến 31/12/2016",
		"tuần đầu", "tuần tháng 11", "tuần đầu năm 2017", "tuần đầu quý IV", "tuần đầu 5/11", "tuần đầu tuần 2 tháng 11", "trước tuần đầu tháng 11", "tuần thứ sáu tháng 11", "đầu tuần 2 tháng 11", "5 ngày đầu tháng 11",
		"trung tuần", "trung tuần 15/11", "ngày 15 hàng tháng", "Quý IV năm 2016 năm 2017", "Tháng 12 tháng 11", "thường xuyên 25/10", "9999/1/1", strings.Repeat("năm ", 100),
	} {
		if d, err := ParseWording(text); err == nil {
			t.Errorf("%q is read as %+v", text, d)
		} else if fault.Of(err) != fault.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What is done several times a year has several terms: to read one of them would
// lose the others, so the office is told to write a task for each.
func TestWhatIsDoneSeveralTimesAYearIsRefusedWithTheWayToWriteIt(t *testing.T) {
	for _, s := range []string{"Định kỳ 6 tháng", "định kỳ 6 tháng và hàng năm", "6 tháng một lần", "6 tháng và hàng năm", "hàng quý", "Hằng tháng", "ngày 15 hàng tháng", "2 lần/năm", "Mỗi quý"} {
		_, err := ParseWording(s)
		if err == nil || !strings.Contains(err.Error(), "mỗi lần một nhiệm vụ") {
			t.Errorf("%q: %v", s, err)
		}
		_, err = Read([]byte(head + "  - {id: A, lead: a, due: \"" + s + "\"}\n"))
		if err == nil || !strings.Contains(err.Error(), "mỗi lần một nhiệm vụ") {
			t.Errorf("%q in a file: %v", s, err)
		}
	}
}

// What the words leave open is our reading, and says so wherever it shows.
func TestTermsThatTheWordsLeaveOpenAreMarkedAsAssumed(t *testing.T) {
	for text, assumed := range map[string]bool{"tuần đầu tháng 11": true, "tuần cuối tháng 11": false, "10 ngày đầu tháng 11": false, "đầu tháng 11": true, "giữa tháng 11": true, "đầu quý IV năm 2016": true,
		"thượng tuần tháng 11": false, "trung tuần tháng 11": false, "cuối tháng 6": false, "cuối quý III năm 2016": false, "6 tháng đầu năm": false, "25/10 hàng năm": false} {
		if d, err := ParseWording(text); err != nil || d.Assumed != assumed {
			t.Errorf("%q: assumed %v, %v", text, d.Assumed, err)
		}
	}
}

func dues() *rapid.Generator[Due] {
	return rapid.Custom(func(t *rapid.T) Due {
		d := Due{Rule: rapid.SampledFrom([]Rule{OnDay, InQuarter, InYear, InMonth, EarlyIn, MiddleOf, LateIn, Undated}).Draw(t, "rule"), Yearly: rapid.Bool().Draw(t, "yearly")}
		if d.Rule == InYear {
			d.Yearly = false
		}
		if d.Rule == Undated {
			d.Yearly = true
		}
		if !d.Yearly {
			d.Year = rapid.IntRange(2000, 2030).Draw(t, "year")
		}
		switch d.Rule {
		case InQuarter:
			d.Quarters = [][]int{{1}, {2}, {3}, {4}, {2, 4}, {1, 2, 3, 4}}[rapid.IntRange(0, 5).Draw(t, "quarters")]
		case OnDay:
			d.Month = rapid.IntRange(1, 12).Draw(t, "month")
			year := d.Year
			if d.Yearly {
				year = 2000
			}
			d.Day = rapid.IntRange(1, daysIn(year, d.Month)).Draw(t, "day")
		case InMonth, EarlyIn, MiddleOf, LateIn:
			d.Month = rapid.IntRange(1, 12).Draw(t, "month")
		}
		return d
	})
}

func TestADeadlineInWordsAndInTheFileIsReadBackAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dues().Draw(t, "due")
		back, err := ParseWording(d.Words())
		if err != nil || !back.same(d) {
			t.Fatalf("%q is read back as %+v, not %+v: %v", d.Words(), back, d, err)
		}
		file := "plan: {issued: 2016-10-21, period: {from: 2000, to: 2030}}\nbody:\n  - {id: A, lead: x, due: " + d.flow() + "}\n"
		p, err := Read([]byte(file))
		if err != nil || !p.Tasks[0].Due.same(d) {
			t.Fatalf("%s is read back wrongly: %v", file, err)
		}
	})
}

func FuzzWording(f *testing.F) {
	for _, s := range []string{"25/10 hàng năm", "Quý II, IV năm 2016", "trung tuần tháng 12", "6 tháng đầu năm 2017", "đầu tháng 11", "giữa quý II", "định kỳ 6 tháng và hàng năm", "２５/１０ hàng năm", "2016-11-30", "năm", "quý", "tháng"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseWording(s)
		if err != nil {
			return
		}
		if d.Yearly == (d.Year != 0) {
			t.Errorf("%q is neither once nor yearly: %+v", s, d)
		}
		back, err := ParseWording(d.Words())
		back.Assumed = d.Assumed // the words say the term, not who chose it
		if err != nil || !back.same(d) {
			t.Errorf("%q is %q, which is %+v, not %+v: %v", s, d.Words(), back, d, err)
		}
		if d.Dated() {
			year := d.Year
			if d.Yearly {
				year = 2016
			}
			if day, ok := d.On(year); !ok || !validDay(day) {
				t.Errorf("%q falls on %q", s, day)
			}
		}
	})
}

// Words that name two terms are refused with the two, and never read as one.
func TestWordsWithTwoTermsAreRefusedWithBoth(t *testing.T) {
	for words, want := range map[string][]string{
		"30/6 và 31/12 hàng năm":                     {"2 nhiệm vụ", "«30/6 hàng năm»", "«31/12 hàng năm»"},
		"trước ngày 30/6, trước ngày 31/12 hàng năm": {"«trước ngày 30/6 hàng năm»", "«trước ngày 31/12 hàng năm»"},
		"tháng 6 và tháng 12":                        {"«tháng 6»", "«tháng 12»"},
		"15/3/2017; 15/6/2017; 15/9/2017":            {"3 nhiệm vụ", "«15/9/2017»"},
		"6 tháng đầu năm và cả năm":                  {"nhiều lần trong một năm"},
		"Định kỳ 6 tháng":                            {"nhiều lần trong một năm"},
		"30/6 và khi cần":                            {"không hiểu"},
	} {
		_, err := ParseWording(words)
		if err == nil {
			t.Errorf("%q is read as one term", words)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %q does not say %q", words, err, part)
			}
		}
	}
}
