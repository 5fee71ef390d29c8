package dossier_test

import (
	"strings"
	"testing"

	"giamngheo/internal/dossier"
	"giamngheo/law"
)

func file(t testing.TB) string {
	t.Helper()
	raw, err := law.Files.ReadFile("procedures/review-2016.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestTheProceduresFollowOneAnother(t *testing.T) {
	l, err := dossier.LoadLaw(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	for day, id := range map[string]string{"2015-09-01": "review-2016", "2021-08-31": "review-2016", "2021-09-01": "review-2021", "2025-06-30": "review-2021", "2025-07-01": "review-2025", "2030-01-01": "review-2025"} {
		p, err := l.On(dossier.Reviews, day)
		if err != nil || p.ID != id {
			t.Errorf("on %s %v holds: %v", day, p, err)
		}
	}
	if _, err := l.On(dossier.Reviews, "2014-12-31"); err == nil {
		t.Error("a procedure holds before any is known")
	}
	old, _ := l.ByID("review-2016")
	if _, has := old.Figures["meeting_agreement"]; has {
		t.Error("a share of votes is asked for before 2021-09-01")
	}
	now, _ := l.ByID("review-2025")
	if _, has := now.Rules("district_review"); has {
		t.Error("districts have a dossier after they were abolished")
	}
}

func TestProceduresThatContradictThemselvesAreRefused(t *testing.T) {
	whole := file(t)
	if _, err := dossier.ParseProcedure([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"an unknown key":               {"id: review-2016", "id: review-2016\nkhác: 1"},
		"no procedure":                 {"kind: procedure", "kind: standard"},
		"no name":                      {"name: \"Quy trình", "name: \"\" #"},
		"a source that is not there":   {"posting: {value: 7, unit: working_day, source: tt-17-2016", "posting: {value: 7, unit: working_day, source: nơi-khác"},
		"a figure of nothing":          {"posting: {value: 7", "posting: {value: 0"},
		"a unit nobody counts in":      {"value: 7, unit: working_day", "value: 7, unit: fortnight"},
		"a day that never is":          {"day: \"11-15\"", "day: \"11-31\""},
		"an end before the beginning":  {"to: 2021-08-31", "to: 2014-08-31"},
		"a dossier twice":              {"kind: district_review", "kind: commune_review"},
		"nobody who approves":          {"approve: [chair, vice_chair]", "approve: []"},
		"a signer nowhere":             {"approve: [chair, vice_chair]", "approve: [chair, vice_chair]\n    approve_at: moon"},
		"a family nobody asks for":     {"kind: procedure", "kind: procedure\nfor: others"},
		"a step twice":                 {"{code: screening,", "{code: list,"},
		"a step that nobody may do":    {"{code: posting, stage: working, by: [commune]}", "{code: posting, stage: working}"},
		"a step after its stage":       {"{code: complaints, stage: working, by: [commune]}", "{code: complaints, stage: approved, by: [commune]}"},
		"a step with an unknown act":   {"with: lock}", "with: return}"},
		"a step per something unknown": {"{code: list, per: village", "{code: list, per: commune"},
	} {
		broken := strings.Replace(whole, change[0], change[1], 1)
		if broken == whole {
			t.Errorf("%s: the file has no %q", name, change[0])
			continue
		}
		if _, err := dossier.ParseProcedure([]byte(broken)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func FuzzParseProcedure(f *testing.F) {
	f.Add([]byte(file(f)))
	f.Add([]byte("kind: procedure\nid: a\nname: b"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := dossier.ParseProcedure(raw)
		if err == nil && (p.ID == "" || p.Valid.From == "") {
			t.Errorf("accepted without id or first day: %+v", p)
		}
	})
}
