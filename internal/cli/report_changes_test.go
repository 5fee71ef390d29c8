package cli

import (
	"strings"
	"testing"
)

func TestChangesWithinTheYearAreATable(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	if out := d.must(exitDone, "report", "list"); !strings.Contains(out, "changes") {
		t.Errorf("the list of tables lacks it:\n%s", out)
	}
	for _, wrong := range []struct {
		exit int
		args []string
	}{
		{exitRefused, []string{"--area", "384", "--round", "2016"}}, // a yearly round has none
		{exitUsage, []string{"--area", "384", "--round", "2016", "--period", "2016-13"}},
		{exitUsage, []string{"--area", "384", "--round", "2016", "--format", "pdf"}},
		{exitUsage, []string{"--round", "2016"}},
	} {
		d.must(wrong.exit, append([]string{"report", "changes"}, wrong.args...)...)
	}
}
