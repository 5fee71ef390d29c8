package review_test

import (
	"maps"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
)

func TestTheCalendarOfARound(t *testing.T) {
	days, err := review.ParseCalendar("commune_review: 20/11\ncommune_review.meeting: 15/10/2016\ndistrict_review: 2017-01-05\n", 2016)
	want := map[string]string{"commune_review": "2016-11-20", "commune_review.meeting": "2016-10-15", "district_review": "2017-01-05"}
	if err != nil || !maps.Equal(days, want) {
		t.Errorf("read as %v: %v", days, err)
	}
	if days, err := review.ParseCalendar(" \n", 2016); err != nil || len(days) != 0 {
		t.Errorf("an empty one is %v: %v", days, err)
	}
	for name, raw := range map[string]string{"no such day": "commune_review: 31/11", "a month alone": "commune_review: 11/2016", "a key in capitals": "Xã: 15/11", "too deep a key": "a.b.c: 15/11",
		"no YAML": "a: b: c", "a list": "- 15/11", "a key twice": "a: 15/11\na: 16/11", "a year mistyped": "a: 15/11/2061", "a year before": "a: 15/11/2015"} {
		if _, err := review.ParseCalendar(raw, 2016); code(err) != "bad_calendar" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACalendarThatCannotBeReadNamesTheLineInTheLanguageOfItsReader(t *testing.T) {
	for raw, want := range map[string]string{"a: 15/11\n- b": "dòng 2", "commune_review 2021-11-10": "dòng 1", "a: 15/11\nb: 16/11\na: 17/11": "dòng 3",
		"a: 15/11\n# x\xe1\xc8": "dòng 2", "a: 15/11\nb: 16\x0011": "dòng 2"} {
		_, err := review.ParseCalendar(raw, 2016)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "mapping") {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
	if days, err := review.ParseCalendar("\ufeff\"a\": '15/11' # theo kế hoạch\r\n", 2016); err != nil || days["a"] != "2016-11-15" {
		t.Errorf("a file as an editor of Windows writes it: %v: %v", days, err)
	}
}

func TestAllFaultsOfACalendarAreNamedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		raw   string
		lines map[string]string // line to a word of what is said of it
	}{
		"read as YAML": {"a: 31/11\n\n# lịch\nXã: 15/11\nb: 15/11\nc: 15/11/2061\n", map[string]string{"dòng 1": "«31/11»", "dòng 4": "«Xã»", "dòng 6": "15/11/2061"}},
		"no YAML":      {"a: 31/11\n- b\nc 15/11\nd: 15/11\nd: 16/11\nx: {\n", map[string]string{"dòng 1": "«31/11»", "dòng 2": "mã: ngày", "dòng 3": "mã: ngày", "dòng 5": "dòng 4", "dòng 6": "«{»"}},
	} {
		_, err := review.ParseCalendar(c.raw, 2016)
		f := fault.As(err, "")
		if f.Code != "bad_calendar" || len(f.Fields) != len(c.lines) {
			t.Errorf("%s: %+v", name, f.Fields)
		}
		for _, field := range f.Fields {
			if want := c.lines[field.Name]; want == "" || !strings.Contains(field.Message, want) {
				t.Errorf("%s: %s: %s", name, field.Name, field.Message)
			}
		}
	}
	_, err := review.ParseCalendar(strings.Repeat("x\n", 300), 2016)
	f := fault.As(err, "")
	if last := f.Fields[len(f.Fields)-1]; len(f.Fields) != 51 || !strings.Contains(f.Message, "300") || !strings.Contains(last.Message, "250") {
		t.Errorf("of very many: %s … %+v", f.Message, last)
	}
}

func FuzzParseCalendar(f *testing.F) {
	f.Add("commune_review: 20/11\ncommune_review.meeting: 2016-10-15", 2016)
	f.Add("a: b: c", 1)
	f.Fuzz(func(t *testing.T, raw string, year int) {
		days, err := review.ParseCalendar(raw, year)
		for key, day := range days {
			if err != nil || !area.ValidDay(day) {
				t.Errorf("%q is %q with %v", key, day, err)
			}
		}
	})
}
