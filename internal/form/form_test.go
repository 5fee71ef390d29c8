package form

import (
	"io/fs"
	"strings"
	"testing"

	"giamngheo/internal/standard"
	"giamngheo/law"
)

func lawForm(t testing.TB, code, day, set string) *Form {
	t.Helper()
	s, err := standard.ByID(set)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Law().For(code, day, s, standard.Law())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryStandardHasItsPhieuB(t *testing.T) {
	for _, set := range standard.All() {
		f := lawForm(t, Scores, set.Valid.From, set.ID)
		asked := 0
		for _, indicator := range set.Indicators {
			if q := f.Question(indicator.Code); q != nil && q.Indicator == indicator.Code && q.OneDigit() && len(q.Choices()) == 3 {
				asked++
			}
		}
		if asked != len(set.Indicators) {
			t.Errorf("%s: %d of %d indicators are asked", set.ID, asked, len(set.Indicators))
		}
		if b1 := f.Question("b1"); b1 == nil || !strings.Contains(b1.Text.Text, set.Score.Name) {
			t.Errorf("%s: the points are not asked by the standard's name %q", set.ID, set.Score.Name)
		}
	}
	if f := lawForm(t, Scores, "2017-01-01", "VN-2016"); f.Columns() == nil || len(f.Columns().Questions) != 4 {
		t.Error("VN-2016 rests on four facts of each member")
	}
}

func TestTheFormOfADay(t *testing.T) {
	for _, c := range []struct{ code, day, set, want string }{
		{Scores, "2016-01-01", "VN-2016", "phieu-b-2016"},
		{Scores, "2022-01-01", "VN-2022", "phieu-b-2022"},
		{Scores, "2027-01-01", "VN-2027", "phieu-b-2022"},
		{Scores, "2021-01-01", "VN-2022", "phieu-b-2022"}, // two standards side by side
		{Screening, "2015-06-01", "VN-2016", "phieu-a-2016"},
		{Screening, "2023-01-01", "VN-2022", "phieu-a-2022"},
		{Screening, "2027-01-01", "VN-2027", "phieu-a-2022"},
		{"Z", "2023-01-01", "VN-2022", ""},
		{Needs, "2023-01-01", "VN-2022", "phieu-c-2016"},
		{RequestEnter, "2017-01-01", "VN-2016", "giay-de-nghi-1a-2016"},
		{RequestLeave, "2017-01-01", "VN-2016", "giay-de-nghi-1b-2016"},
	} {
		set, err := standard.ByID(c.set)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Law().For(c.code, c.day, set, standard.Law())
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s %s %s: %s, though none is known", c.code, c.day, c.set, f.ID)
		case c.want != "" && (err != nil || f.ID != c.want):
			t.Errorf("%s %s %s: %v, want %s", c.code, c.day, c.set, err, c.want)
		}
	}
}

const sound = `kind: form
id: x
code: C
version: 1
name: Phiếu X
title: {text: PHIẾU X, source: s, confirmed: false}
paper: x
valid: {from: 2016-01-01, to: 2016-12-31, source: s, confirmed: false}
sources: {s: nguồn}
sections:
  - code: one
    title: Một
    questions:
      - code: first
        text: {text: Câu một, source: s, confirmed: false}
        kind: yes_no
      - code: second
        text: {text: Câu hai, source: s, confirmed: false}
        kind: number
        boxes: 2
        min: 0
        max: 9
        ask_if: {question: first, is: true}
checks:
  - code: wrong
    level: hard
    question: second
    when: {question: second, above: {last_year: second}}
    text: Sai.
results:
  - code: done
    text: {text: xong, source: s, confirmed: false}
`

func TestAFaultyFormIsRefusedAtItsLine(t *testing.T) {
	for name, c := range map[string]struct{ from, to, says string }{
		"an unknown key":               {"paper: x", "papr: x", "papr"},
		"an unknown form":              {"code: C", "code: Z", "line 3: code \"Z\""},
		"no source":                    {"sources: {s: nguồn}", "sources: {t: nguồn}", "line 8: source \"s\""},
		"a period backwards":           {"to: 2016-12-31", "to: 2015-12-31", "line 8:"},
		"a code twice":                 {"- code: second", "- code: first", "line 17: question \"first\""},
		"a kind nobody knows":          {"kind: yes_no", "kind: maybe", "line 14: first: kind \"maybe\""},
		"bounds upside down":           {"max: 9", "max: -1", "line 17: second: min lies above max"},
		"no room for digits":           {"        boxes: 2\n", "", "line 17: second: boxes"},
		"bounds of no number":          {"kind: yes_no", "kind: yes_no\n        min: 1", "line 14: first: bounds"},
		"nothing to choose from":       {"kind: yes_no", "kind: choice", "line 14: first: there is nothing"},
		"a condition on nothing":       {"ask_if: {question: first, is: true}", "ask_if: {is: true}", "line 23: a comparison does not say what it looks at"},
		"a condition that says naught": {"ask_if: {question: first, is: true}", "ask_if: {question: first}", "line 23: a comparison does not say with what"},
		"a condition on two things":    {"ask_if: {question: first, is: true}", "ask_if: {question: first, fact: size, is: true}", "line 23: a comparison looks at one thing"},
		"a condition on a missing one": {"ask_if: {question: first, is: true}", "ask_if: {question: third, is: true}", "line 17: the question \"third\""},
		"a fact nobody knows":          {"above: {last_year: second}", "above: {fact: luck}", "line 25: the fact \"luck\""},
		"a check without a level":      {"level: hard", "level: mild", "line 25: wrong: level"},
		"a check elsewhere":            {"    question: second\n    when", "    question: third\n    when", "line 25: wrong: the question \"third\""},
		"compared with two things":     {"above: {last_year: second}", "above: {last_year: second, fact: size}", "one thing"},
		"compared with a list":         {"above: {last_year: second}", "above: [1]", "compare with"},
		"a result never reached":       {"results:\n  - code: done\n", "results:\n  - code: early\n    text: {text: sớm, source: s, confirmed: false}\n  - code: done\n", "line 31: the last result"},
		"no text":                      {"text: Sai.", "text: ''", "line 25: wrong: when or text"},
	} {
		raw := strings.Replace(sound, c.from, c.to, 1)
		if raw == sound {
			t.Fatalf("%s: %q is not in the sound form", name, c.from)
		}
		d, err := Parse([]byte(raw))
		if err == nil {
			err = d.bindsTo(standard.Law(), []byte(raw))
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v\nwant %q", name, err, c.says)
		}
	}
	d, err := Parse([]byte(sound))
	if err == nil {
		err = d.bindsTo(standard.Law(), []byte(sound))
	}
	if err != nil {
		t.Errorf("the sound form is refused: %v", err)
	}
}

func FuzzParseForm(f *testing.F) {
	names, err := fs.Glob(law.Files, "forms/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(law.Files, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(sound))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Parse(raw)
		if err != nil || d.bindsTo(standard.Law(), raw) != nil {
			return
		}
		for _, set := range standard.All() {
			form, err := d.With(set, standard.Law())
			if err != nil {
				continue
			}
			if _, err := form.Work(Filling{Day: "2016-12-31", Roster: []Member{{ID: "a", Birth: "1990"}}, Last: &Last{}}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzParseAnswers(f *testing.F) {
	f.Add([]byte(`{"b1": 95, "water": true, "causes": ["capital"], "surveyed_on": "2016-10-05", "members": {"an": {"insured": false}}, "note": null}`))
	f.Add([]byte(`{"members": {"an": {"members": {"an": {}}}}}`))
	form := lawForm(f, Scores, "2016-01-01", "VN-2016")
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := ParseAnswers(raw)
		if err != nil {
			return
		}
		g := Filling{Answers: a, Day: "2016-12-31", Roster: []Member{{ID: "an", Name: "An", Birth: "1990"}}, Last: &Last{Answers: a}}
		out, err := form.Work(g)
		if err != nil {
			t.Fatal(err)
		}
		again, err := a.JSON()
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseAnswers(again)
		if err != nil || !a.Equal(b) {
			t.Fatalf("%s comes back as %s: %v", raw, again, err)
		}
		if len(out.Warnings) > 0 && len(out.Faults) == 0 {
			for _, w := range out.Warnings {
				if w.Check == "house_shrank" || w.Check == "education_fell" {
					t.Fatalf("the same answers as last year raise %s", w.Check)
				}
			}
		}
	})
}
