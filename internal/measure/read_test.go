package measure

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

const plainSpec = "indicators: [{code: a, dimension: D, weight: 1}, {code: b, dimension: D, weight: 2}]\ncutoffs: [2]\n"

func TestASpecThatCannotBeMeasuredIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct{ spec, says string }{
		"unknown key":            {plainSpec + "cutofs: [1]\n", "cutofs"},
		"unknown key inside":     {"indicators: [{code: a, weight: 1, wieght: 2}]\ncutoffs: [1]", "wieght"},
		"weight a fraction":      {"indicators: [{code: a, weight: 0.5}]\ncutoffs: [1]", "«a»"},
		"weight a text":          {"indicators: [{code: a, weight: '1'}]\ncutoffs: [1]", `"1"`},
		"weight missing":         {"indicators: [{code: a}]\ncutoffs: [1]", "«a»"},
		"weight zero":            {"indicators: [{code: a, weight: 0}]\ncutoffs: [1]", "«a»"},
		"weight negative":        {"indicators: [{code: a, weight: -1}]\ncutoffs: [1]", "-1"},
		"weight huge":            {"indicators: [{code: a, weight: 99999999999999999999999}]\ncutoffs: [1]", "«a»"},
		"code twice":             {"indicators: [{code: a, weight: 1}, {code: a, weight: 1}]\ncutoffs: [1]", "«a»"},
		"code missing":           {"indicators: [{weight: 1}]\ncutoffs: [1]", "thứ 1"},
		"no indicators":          {"cutoffs: [1]", "indicators"},
		"no cutoffs":             {"indicators: [{code: a, weight: 1}]", "cutoffs"},
		"cutoff zero":            {"indicators: [{code: a, weight: 1}]\ncutoffs: [0]", "ngưỡng 0"},
		"cutoff above all":       {"indicators: [{code: a, weight: 3}]\ncutoffs: [4]", "đến 3"},
		"cutoff a fraction":      {"indicators: [{code: a, weight: 3}]\ncutoffs: [0.33]", "0.33"},
		"cutoff twice":           {"indicators: [{code: a, weight: 3}]\ncutoffs: [1, 1]", "hai lần"},
		"by twice":               {plainSpec + "by: [x, x]", "«x»"},
		"by a text":              {plainSpec + "by: x", "dòng 3"},
		"missing of another way": {plainSpec + "missing: zero", "zero"},
		"key twice":              {plainSpec + "cutoffs: [1]", "dòng 3"},
		"broken yaml":            {"indicators: [", "YAML"},
		"a list":                 {"- a", "dòng 1"},
		"nothing":                {"", "indicators"},
		"two documents":          {plainSpec + "---\n" + plainSpec, "---"},
	} {
		_, err := ParseSpec([]byte(c.spec))
		if fault.Of(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.says) || strings.ContainsAny(fmt.Sprint(err), "‹{") {
			t.Errorf("%s: %v; should say %q", name, err, c.says)
		}
	}
}

func read(spec, csv string) (*Sample, error) {
	parsed, err := ParseSpec([]byte(spec))
	if err != nil {
		return nil, err
	}
	return ReadCSV(strings.NewReader(csv), parsed)
}

func TestAFileThatCannotBeMeasuredIsRefusedByRowAndColumn(t *testing.T) {
	for name, c := range map[string]struct{ spec, csv, says string }{
		"no rows":              {plainSpec, "a,b\n", "tiêu đề"},
		"empty":                {plainSpec, "", "trống"},
		"column absent":        {plainSpec, "a,c\n1,1\n", "«b»"},
		"group column absent":  {plainSpec + "by: [huyện]", "a,b\n1,1\n", "«huyện»"},
		"column twice":         {plainSpec, "a,b,b\n1,1,0\n", "«b»"},
		"answer 2":             {plainSpec, "a,b\n1,0\n1,2\n", "Dòng 3, cột «b»: «2»"},
		"answer x":             {plainSpec, "a,b\nx,0\n", "Dòng 2, cột «a»: «x»"},
		"answer 1.0":           {plainSpec, "a,b\n1.0,0\n", "«1.0»"},
		"short row":            {plainSpec, "a,b\n1,0\n1\n", "Dòng 3"},
		"long row":             {plainSpec, "a,b\n1,0,0\n", "Dòng 2"},
		"open quote":           {plainSpec, "a,b\n1,\"0\n", "Dòng 2"},
		"quote in the middle":  {plainSpec, "a,b\n1,0\"0\n", "Dòng 2"},
		"weight a word":        {plainSpec + "weight: p", "a,b,p\n1,0,nhiều\n", "«nhiều»"},
		"weight with a comma":  {plainSpec + "weight: p", "a;b;p\n1;0;1,5\n", "«1,5»"},
		"weight negative":      {plainSpec + "weight: p", "a,b,p\n1,0,-1\n", "«-1»"},
		"weight NaN":           {plainSpec + "weight: p", "a,b,p\n1,0,NaN\n", "«NaN»"},
		"weight infinite":      {plainSpec + "weight: p", "a,b,p\n1,0,1e999\n", "«1e999»"},
		"weight hexadecimal":   {plainSpec + "weight: p", "a,b,p\n1,0,0x10\n", "«0x10»"},
		"weight empty":         {plainSpec + "weight: p", "a,b,p\n1,0,\n", "cột «p»"},
		"psu empty":            {plainSpec + "psu: c", "a,b,c\n1,0,\n", "cột «c»"},
		"not UTF-8":            {plainSpec + "by: [g]", "a,b,g\n1,0,\xc0\xaf\n", "UTF-8"},
		"UTF-16":               {plainSpec, "\xff\xfea\x00,\x00b\x00\n\x00", "UTF-8"},
		"a quote never closed": {plainSpec, "a,b\n1,\"" + strings.Repeat("x", 2<<20), "Dòng 2"},
		"a row without an end": {plainSpec, "a,b\n1," + strings.Repeat("1", 2<<20), "Dòng 2"},
		"a header without end": {plainSpec, strings.Repeat("a", 2<<20), "Dòng 1"},
	} {
		_, err := read(c.spec, c.csv)
		if fault.Of(err) != fault.Invalid || !strings.Contains(fmt.Sprint(err), c.says) || strings.ContainsAny(fmt.Sprint(err), "‹{") {
			t.Errorf("%s: %v; should say %q", name, err, c.says)
		}
	}
}

func TestFilesAsOfficesSaveThem(t *testing.T) {
	for name, csv := range map[string]string{
		"commas":             "id,a,b,huyện\n1,1,1,Bá Thước\n2,0,0,Bá Thước\n",
		"byte order mark":    "\ufeffa,b,huyện\n1,1,Bá Thước\n0,0,Bá Thước\n",
		"semicolons":         "a;b;huyện\n1;1;Bá Thước\n0;0;Bá Thước\n",
		"Windows line ends":  "a,b,huyện\r\n1,1,Bá Thước\r\n0,0,Bá Thước\r\n",
		"blanks around":      " a ,b , huyện\n 1,1 , Bá Thước\n0, 0,Bá Thước \n",
		"quoted":             "\"a\",\"b\",\"huyện\"\n\"1\",\"1\",\"Bá Thước\"\n\"0\",\"0\",\"Bá Thước\"\n",
		"decomposed Unicode": "a,b,huye\u0323\u0302n\n1,1,Ba\u0301 Thu\u031bo\u031b\u0301c\n0,0,Bá Thước\n",
	} {
		s, err := read(plainSpec+"by: [huyện]", csv)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		result, err := s.Estimate()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		group := result.By["huyện"]["Bá Thước"]
		if len(result.By["huyện"]) != 1 || *group[0].H != 0.5 {
			t.Errorf("%s: groups %v", name, result.By["huyện"])
		}
	}
}

func TestAnEmptyGroupCellIsAGroupOfItsOwn(t *testing.T) {
	s, err := read(plainSpec+"by: [g]", "a,b,g\n1,1,x\n0,1,\n0,0,\n")
	if err != nil {
		t.Fatal(err)
	}
	unnamed := mustEstimate(t, s).By["g"][""]
	if len(unnamed) != 1 || unnamed[0].N != 2 || *unnamed[0].H != 0.5 {
		t.Errorf("%+v", unnamed)
	}
}

func TestAWeightOfZeroCountsTheRowAndNotThePerson(t *testing.T) {
	s, err := read(plainSpec+"weight: p", "a,b,p\n1,1,0\n0,0,2.5\n")
	if err != nil {
		t.Fatal(err)
	}
	result := mustEstimate(t, s)
	if result.N != 2 || *result.Overall[0].H != 0 || result.Overall[0].Population != 2.5 {
		t.Errorf("%+v", result.Overall[0])
	}
	s, err = read(plainSpec+"weight: p", "a,b,p\n1,1,0\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Estimate(); fault.Of(err) != fault.Invalid {
		t.Errorf("a population of weight 0: %v", err)
	}
}

type brokenDisk struct{}

func (brokenDisk) Read([]byte) (int, error) { return 0, errors.New("I/O error") }

func TestABrokenDiskIsNotTheFilesFault(t *testing.T) {
	spec, _ := ParseSpec([]byte(plainSpec))
	_, err := ReadCSV(io.MultiReader(strings.NewReader("a,b\n1,1\n"), brokenDisk{}), spec)
	if fault.Of(err) != fault.Internal {
		t.Errorf("%v", err)
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add([]byte(plainSpec))
	f.Add([]byte("indicators: [{code: a, weight: 1}]\ncutoffs: [1]\nby: [g]\nmissing: bounds\npsu: c\nsingle_psu: centre\n"))
	f.Add([]byte("a: &a [*a]\n---\n- ? x"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		spec, err := ParseSpec(raw)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if spec.Check() != nil {
			t.Fatal("accepted and not fit to measure")
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add("a,b,g,p,c\n1,1,x,1,1\n0,,y,2.5,2\n")
	f.Add("\ufeffa;b;g;p;c\r\n1;1;\"x\ny\";1;1\r\n")
	f.Add("a,b,g,p,c\n\"")
	spec, err := ParseSpec([]byte(plainSpec + "by: [g]\nweight: p\npsu: c\nsingle_psu: centre\nmissing: bounds\n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, csv string) {
		s, err := ReadCSV(strings.NewReader(csv), spec)
		if err == nil {
			_, err = s.Estimate()
		}
		if err != nil && fault.Of(err) != fault.Invalid {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}
