package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
)

func runTasks(args ...string) (string, int) {
	var out bytes.Buffer
	cmd := newTasks()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append([]string{"instances"}, args...))
	code := exitCode(cmd.Execute())
	return out.String(), code
}

func TestTasksOfAYearAreListedForTheProvinceAndForAnArea(t *testing.T) {
	got, code := runTasks("--year", "2017", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || code != 0 || strings.Join(rows[0], ",") != "task,unit,unit_code,due,lead,approver,state" {
		t.Fatalf("code %d, %v\n%.200s", code, err, got)
	}
	if len(rows) != 1+2782 {
		t.Errorf("%d rows", len(rows)-1)
	}
	if !strings.Contains(got, "\nI.4,Huyện Bá Thước,386,2017-10-30,ubnd-huyen,chu-tich-ubnd-huyen,planned\n") {
		t.Errorf("the survey of Bá Thước is not there")
	}
	got, code = runTasks("--year", "2017", "--area", "386")
	rows, err = csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || code != 0 {
		t.Fatal(code, err)
	}
	n := map[string]int{}
	for _, row := range rows[1:] {
		n[row[0]]++
	}
	if n["I.4"] != 1 || n["I.5"] != 23 || n["B.1"] != 1 || n["I.1"] != 0 || n["B.4"] != 0 {
		t.Errorf("Bá Thước with its 23 communes owes %v", n)
	}
	got, code = runTasks("--year", "2019", "--area", "386", "--format", "json")
	var list []map[string]string
	if err := json.Unmarshal([]byte(got), &list); err != nil || code != 0 {
		t.Fatal(code, err)
	}
	periods := map[string]string{}
	for _, i := range list {
		if i["task"] == "VII.1" {
			periods[i["period"]] = i["due"]
		}
	}
	if len(periods) != 2 || periods["2016-2019"] != "2019-12-31" || periods["2019"] != "2019-12-31" {
		t.Errorf("the reports of 2019 are for %v", periods)
	}
}

func TestTasksSayWhatIsWrongWithTheCommand(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"no year":           {nil, exitUsage},
		"a format":          {[]string{"--year", "2017", "--format", "xlsx"}, exitUsage},
		"a year of no plan": {[]string{"--year", "2035"}, exitFailed},
		"an unknown area":   {[]string{"--year", "2017", "--area", "1"}, exitFailed},
	} {
		if out, code := runTasks(c.args...); code != c.code || out != "" {
			t.Errorf("%s: code %d, not %d\n%s", name, code, c.code, out)
		}
	}
}
