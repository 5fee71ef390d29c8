package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"giamngheo/law"
)

// runLint runs lint on a file with this content.
func runLint(t *testing.T, content string, args ...string) (out string, code int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return runLintArgs(append([]string{path}, args...)...)
}

func runLintArgs(args ...string) (string, int) {
	var out bytes.Buffer
	cmd := newLint()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	cmd.SetFlagErrorFunc(newRoot().FlagErrorFunc())
	err := cmd.Execute()
	return out.String(), exitCode(err)
}

const soundPlan = `plan: {number: 1/KH, issued: 2016-10-21, period: {from: 2016, to: 2020}}
groups:
  - id: I
    tasks:
      - {id: I.1, title: Một, lead: a, approver: a, due: 15/11 hàng năm, clause: II.1}
      - {id: I.2, title: Hai, lead: a, approver: a, due: {date: "11-20", every: year}, clause: II.2, needs: [I.1]}
agencies: {a: Sở A}
`

func TestLintEndsWithACodeForScripts(t *testing.T) {
	early := strings.Replace(soundPlan, `"11-20"`, `"11-10"`, 1)
	equal := strings.Replace(soundPlan, `"11-20"`, `"11-15"`, 1)
	broken := strings.Replace(soundPlan, "lead: a,", "leads: a,", 1)
	for name, c := range map[string]struct {
		content string
		args    []string
		code    int
	}{
		"a sound plan":                {soundPlan, nil, 0},
		"a sound plan, repaired":      {soundPlan, []string{"--repair", "--format", "json"}, 0},
		"information alone":           {equal, nil, 0},
		"a contradiction":             {early, nil, 1},
		"a contradiction, repaired":   {early, []string{"--repair"}, 1},
		"a malformed file":            {broken, nil, exitRefused},
		"no yaml":                     {"plan: [", []string{"--format", "json"}, exitRefused},
		"an unknown format":           {soundPlan, []string{"--format", "yaml"}, exitUsage},
		"out without repair":          {soundPlan, []string{"--out", "x.yaml"}, exitUsage},
		"two files":                   {soundPlan, []string{"other.yaml"}, exitUsage},
		"an unknown flag":             {soundPlan, []string{"--fix"}, exitUsage},
		"a folder that is not there":  {soundPlan, []string{"--repair", "--out", "/nowhere/x.yaml"}, exitRefused},
		"out of a file that is wrong": {broken, []string{"--repair", "--out", filepath.Join(t.TempDir(), "x.yaml")}, exitRefused},
	} {
		if out, code := runLint(t, c.content, c.args...); code != c.code {
			t.Errorf("%s: code %d, not %d\n%s", name, code, c.code, out)
		}
	}
	if _, code := runLintArgs(); code != exitUsage {
		t.Errorf("no file: code %d", code)
	}
	if _, code := runLintArgs(filepath.Join(t.TempDir(), "absent.yaml")); code != exitRefused {
		t.Errorf("an absent file: code %d, and 1 would mean findings", code)
	}
}

func TestLintPrintsJSONInAFixedShape(t *testing.T) {
	raw, err := law.Files.ReadFile("programmes/tasks-159.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, code := runLint(t, string(raw), "--format", "json", "--repair")
	var report map[string]json.RawMessage
	var findings []map[string]any
	var repair struct{ Moved []map[string]any }
	if err := json.Unmarshal([]byte(got), &report); err != nil || code != 1 || len(report) != 2 {
		t.Fatalf("code %d, %v\n%s", code, err, got)
	}
	if err := json.Unmarshal(report["findings"], &findings); err != nil || len(findings) != 32 {
		t.Fatalf("%d findings, %v", len(findings), err)
	}
	for _, f := range findings {
		var keys []string
		for key := range f {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if !slices.Equal(keys, []string{"change", "clauses", "code", "message", "severity", "tasks"}) {
			t.Errorf("a finding has %v", keys)
		}
		_, isList := f["clauses"].([]any)
		_, isObject := f["change"].(map[string]any)
		if m, ok := f["message"].(map[string]any); !ok || m["vi"] == "" || m["en"] == "" || !isList || !isObject {
			t.Errorf("a finding is %v", f)
		}
	}
	if err := json.Unmarshal(report["repair"], &repair); err != nil || len(repair.Moved) != 3 || repair.Moved[0]["task"] != "I.4" || repair.Moved[0]["to"] != "11-15" || repair.Moved[0]["days"] != 16.0 {
		t.Errorf("repair %s, %v", report["repair"], err)
	}
	got, _ = runLint(t, soundPlan, "--format", "json")
	if strings.Join(strings.Fields(got), "") != `{"findings":[]}` {
		t.Errorf("a sound plan prints %s", got)
	}
}

func TestARepairedFileKeepsEverythingElseAndIsClean(t *testing.T) {
	early := strings.Replace(soundPlan, `"11-20", every: year}`, `'11-10', every: year} # hạn`, 1)
	early = strings.Replace(early, "# hạn,", ", # hạn\n       ", 1)
	out := filepath.Join(t.TempDir(), "repaired.yaml")
	if said, code := runLint(t, early, "--repair", "--out", out); code != 1 || !strings.Contains(said, "15/11 hàng năm") || !strings.Contains(said, out) {
		t.Fatalf("code %d\n%s", code, said)
	}
	repaired, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(early, "'11-10'", `"11-15"`, 1); string(repaired) != want {
		t.Errorf("written\n%s\nnot\n%s", repaired, want)
	}
	if said, code := runLintArgs(out); code != 0 {
		t.Errorf("the repaired file: code %d\n%s", code, said)
	}
}

func TestLintTellsPeopleWhatToDo(t *testing.T) {
	raw, err := law.Files.ReadFile("programmes/tasks-159.yaml")
	if err != nil {
		t.Fatal(err)
	}
	said, _ := runLint(t, string(raw), "--repair")
	for _, part := range []string{
		"Kế hoạch 159/KH-UBND ngày 21/10/2016: 32 nhiệm vụ.", "30 chỗ phải xem, 2 điều để biết.",
		"Đến hạn trước việc mà nó dựa vào (3)", "Đề nghị lùi hạn của I.4 đến 15/11 hàng năm.", "căn cứ: II.1.2, II.1.3",
		"Lịch đề nghị (3 hạn được lùi, không hạn nào sớm hơn)", "I.4       30/10 hàng năm  15/11 hàng năm  16",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("does not say %q:\n%s", part, said)
		}
	}
	if strings.Contains(said, "‹") {
		t.Errorf("a text is missing:\n%s", said)
	}
}

// The guide tells who has only the program to begin from its plan.
func TestThePlanThatComesWithTheProgramIsPrintedAsItStands(t *testing.T) {
	var out bytes.Buffer
	cmd := newProgramme()
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"sample"})
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if text, code := runLint(t, out.String()); code != 1 || !strings.Contains(text, "159/KH-UBND") {
		t.Errorf("what is printed is not the plan: %d %s", code, text)
	}
}
