package verification

import (
	"strings"
	"testing"

	"giamngheo/law"
)

func TestTheLawSaysHowToDrawAndWhenToAsk(t *testing.T) {
	r, err := Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	if d := r.Design(0.05); d.Confidence != 0.95 || d.Proportion != 0.5 || d.PerStratum != 10 || r.FalseDiscovery >= 0.5 || r.Unchanged.Count == 0 {
		t.Errorf("%+v", r)
	}
}

func TestRulesWithoutSourceOrSenseAreRefused(t *testing.T) {
	raw, err := law.Files.ReadFile("verification.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"confidence: {value: 0.95": "confidence: {value: 95", "{value: 10, source: request": "{value: 10, source: nobody",
		"{count: 3, share: 0.2": "{count: 0, share: 0.2", "curvature: {value": "curvature: {vlaue",
	} {
		if _, err := read([]byte(strings.Replace(string(raw), from, to, 1))); err == nil {
			t.Errorf("%s was accepted", to)
		}
	}
}
