package cli

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runMeasure gives the exit code and the standard output.
func runMeasure(t *testing.T, spec, csv string, extra ...string) (int, string) {
	t.Helper()
	dir := t.TempDir()
	specPath, csvPath := filepath.Join(dir, "do.yaml"), filepath.Join(dir, "ho.csv")
	for path, content := range map[string]string{specPath: spec, csvPath: csv} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetArgs(append([]string{"measure", "--in", csvPath, "--spec", specPath}, extra...))
	return exitCode(root.Execute()), out.String()
}

const fourIndicators = `
indicators:
  - {code: bhyt, dimension: y_te, weight: 1}
  - {code: kham, dimension: y_te, weight: 1}
  - {code: nuoc, dimension: ve_sinh, weight: 1}
  - {code: ho_xi, dimension: ve_sinh, weight: 1}
cutoffs: [2, 4]
`

const fourHouseholds = "id,bhyt,kham,nuoc,ho_xi,huyen,mau\n1,0,0,0,0,Quan Sơn,a\n2,1,0,0,1,Quan Sơn,a\n3,1,1,1,1,,b\n4,0,1,0,0,,b\n"

func TestMeasurePrintsTheDocumentedShape(t *testing.T) {
	code, out := runMeasure(t, fourIndicators+"by: [huyen]\npsu: mau\n", fourHouseholds)
	if code != exitDone {
		t.Fatalf("exit %d", code)
	}
	var got struct {
		N       int `json:"n"`
		Overall []struct {
			K          int      `json:"k"`
			H          *float64 `json:"H"`
			A          *float64 `json:"A"`
			M0         *float64 `json:"M0"`
			SE         map[string]*float64
			Indicators []struct {
				Code                               string
				Uncensored, Censored, Contribution *float64
			}
		} `json:"overall"`
		By map[string]map[string][]struct {
			M0 *float64 `json:"M0"`
		} `json:"by"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	first := got.Overall[0]
	if got.N != 4 || len(got.Overall) != 2 || first.K != 2 || *first.H != 0.5 || *first.A != 0.75 || *first.M0 != 0.375 {
		t.Errorf("%s", out)
	}
	// PSUs a and b have one poor of two each: no difference, no error.
	if *first.SE["H"] != 0 || first.SE["M0"] == nil || first.SE["A"] == nil {
		t.Errorf("se %v", first.SE)
	}
	if i := first.Indicators[1]; i.Code != "kham" || *i.Uncensored != 0.5 || *i.Censored != 0.25 || *i.Contribution != 1.0/6 {
		t.Errorf("%+v", i)
	}
	if *got.By["huyen"]["Quan Sơn"][0].M0 != 0.25 || *got.By["huyen"][""][0].M0 != 0.5 {
		t.Errorf("%s", out)
	}
}

func TestMeasureOfARegisterHasNoStandardErrors(t *testing.T) {
	_, out := runMeasure(t, fourIndicators, fourHouseholds)
	if !strings.Contains(out, `"se": null`) || strings.Contains(out, "se_censored") {
		t.Errorf("%s", out)
	}
}

// Weights alone are those of a simple sample: each row is a PSU of its own in
// one stratum. By hand: p = 1, 3, y = 1, 0 gives θ = 1/4, u = ±3/16 and
// Var(H) = 2/1 · 2 · (3/16)² = 9/64.
func TestMeasureOfWeightedRowsHasTheErrorOfASimpleSample(t *testing.T) {
	const spec = "indicators: [{code: bhyt, dimension: y_te, weight: 1}]\ncutoffs: [1]\nweight: p\n"
	var got struct {
		Overall []struct {
			H  float64 `json:"H"`
			SE map[string]*float64
		} `json:"overall"`
		Design *struct{ Strata, PSUs, DF int }
	}
	_, out := runMeasure(t, spec, "bhyt,p\n1,1\n0,3\n")
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if d := got.Design; d == nil || d.Strata != 1 || d.PSUs != 2 || d.DF != 1 {
		t.Errorf("design %+v", d)
	}
	if h := got.Overall[0].SE["H"]; got.Overall[0].H != 0.25 || h == nil || math.Abs(*h-3.0/8) > 1e-12 {
		t.Errorf("%s", out)
	}
	_, same := runMeasure(t, spec+"psu: so\n", "bhyt,p,so\n1,1,a\n0,3,b\n")
	if same != out {
		t.Errorf("naming each row a PSU changes\n%s\nto\n%s", out, same)
	}
	if code, out := runMeasure(t, spec, "bhyt,p\n1,1\n"); code != exitDone || !strings.Contains(out, `"se": null`) {
		t.Errorf("one row: exit %d\n%s", code, out)
	}
}

func TestMeasureRefusesAndPrintsNothing(t *testing.T) {
	for name, c := range map[string]struct{ spec, csv string }{
		"an answer that is none": {fourIndicators, strings.Replace(fourHouseholds, "1,0,0,1", "1,2,0,1", 1)},
		"an unknown key":         {fourIndicators + "weights: p\n", fourHouseholds},
		"a column that is not":   {fourIndicators + "by: [xa]\n", fourHouseholds},
		"one PSU":                {fourIndicators + "strata: mau\npsu: mau\n", fourHouseholds},
		"no rows":                {fourIndicators, "bhyt,kham,nuoc,ho_xi\n"},
	} {
		if code, out := runMeasure(t, c.spec, c.csv); code != exitRefused || out != "" {
			t.Errorf("%s: exit %d, output %q", name, code, out)
		}
	}
}

func TestMeasureUsedWrongly(t *testing.T) {
	for _, args := range [][]string{{"measure"}, {"measure", "--in", "x.csv"}, {"measure", "--spec", "x"}, {"measure", "--fast"}, {"measure", "x"}} {
		root := newRoot()
		root.SetArgs(args)
		if code := exitCode(root.Execute()); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
	root := newRoot()
	root.SetArgs([]string{"measure", "--in", "nowhere.csv", "--spec", "nowhere.yaml"})
	if code := exitCode(root.Execute()); code != exitFailed {
		t.Errorf("a file that is not there: exit %d", code)
	}
}
