package form

import (
	"testing"

	"giamngheo/internal/standard"
	"giamngheo/law"
)

func TestTheOfficersCasesOfTheFormsHold(t *testing.T) {
	run, faults := RunCases(law.Files, Law(), standard.Law())
	for _, fault := range faults {
		t.Error(fault)
	}
	if run < 28 {
		t.Errorf("only %d cases were run", run)
	}
}

func TestACaseOfAFormWithAnotherOutcomeIsReported(t *testing.T) {
	const head = "form: phieu-a-2016\nstandard: VN-2016\ncases:\n  - "
	for name, raw := range map[string]string{
		"wrong result":     head + "{name: a, why: b, given: {}, expect: {result: to_review}}",
		"a fault unnamed":  head + "{name: a, why: b, given: {answers: {car: true}}, expect: {}}",
		"a warning missed": head + "{name: a, why: b, given: {}, expect: {warnings: [fridge_gone]}}",
		"asked after all":  head + "{name: a, why: b, given: {}, expect: {not_asked: [vehicle]}}",
		"not asked at all": head + "{name: a, why: b, given: {}, expect: {asked: [taken_in]}}",
		"no reason given":  head + "{name: a, given: {}, expect: {}}",
		"misspelt field":   head + "{name: a, why: b, givn: {}}",
		"unknown form":     "form: phieu-z\nstandard: VN-2016\ncases: []",
		"unknown standard": "form: phieu-a-2016\nstandard: VN-1990\ncases: []",
		"other standard":   "form: phieu-a-2016\nstandard: VN-2022\ncases: []",
		"other words":      head + "{name: a, why: b, given: {answers: {car: true}}, expect: {faults: [form.unknown_question], says: [xyz]}}",
	} {
		if _, faults := runCaseFile([]byte(raw), Law(), standard.Law()); len(faults) == 0 {
			t.Errorf("%s: not reported", name)
		}
	}
}
