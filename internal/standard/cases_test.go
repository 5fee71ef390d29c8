package standard

import (
	"testing"

	"giamngheo/law"
)

func TestTheOfficersCasesHold(t *testing.T) {
	run, faults := RunCases(law.Files, Law())
	for _, fault := range faults {
		t.Error(fault)
	}
	if run < 40 {
		t.Errorf("only %d cases were run", run)
	}
}

func TestACaseWithAnotherOutcomeIsReported(t *testing.T) {
	for name, raw := range map[string]string{
		"wrong class":        "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {area_type: rural, b1: 120}, expect: {class: near_poor, label: N1, deprivations: 0, b2: 0}}\n",
		"wrong label":        "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {area_type: rural, b1: 120}, expect: {class: poor, label: N2, deprivations: 0, b2: 0}}\n",
		"zero for unknown":   "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {area_type: rural, b1: 120, unknown: [all]}, expect: {class: poor, label: N1, deprivations: 0, b2: 0}}\n",
		"unknown indicator":  "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {b1: 120, deprived: [nutrition]}, expect: {class: poor, label: N1}}\n",
		"no arithmetic":      "standard: VN-2016\ncases:\n  - {name: a, given: {b1: 120}, expect: {class: poor, label: N1, deprivations: 0, b2: 0}}\n",
		"misspelt field":     "standard: VN-2016\ncases:\n  - {name: a, why: b, givn: {b1: 120}}\n",
		"unknown standard":   "standard: VN-1990\ncases: []\n",
		"ways do not match":  "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {area_type: rural, b1: 155}, expect: {class: not_poor, deprivations: 0, b2: 0, ways: [x]}}\n",
		"reason lacks words": "standard: VN-2016\ncases:\n  - {name: a, why: b, given: {area_type: rural, b1: 155}, expect: {class: not_poor, deprivations: 0, b2: 0, reason_has: [xyz]}}\n",
	} {
		if _, faults := runCaseFile([]byte(raw), Law()); len(faults) == 0 {
			t.Errorf("%s: not reported", name)
		}
	}
}
