package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
)

// runClassify runs the command as a user would, without a process.
func runClassify(in string, args ...string) (stdout, stderr string, code int) {
	var out, warn bytes.Buffer
	cmd := newClassify()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetIn(strings.NewReader(in))
	cmd.SetOut(&out)
	cmd.SetErr(&warn)
	cmd.SetArgs(args)
	err := cmd.Execute()
	message := ""
	if err != nil {
		message = err.Error()
		for _, field := range fault.As(err, "").Fields {
			message += "\n" + field.Name + ": " + field.Message
		}
	}
	return out.String(), warn.String() + message, exitCode(err)
}

func classes(t *testing.T, out string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, strings.Join(row[:5], " "))
	}
	return got
}

const allTen = "health_access,health_insurance,adult_education,child_schooling,housing_quality,housing_area,water,toilet,telecom,information_assets"

func TestClassifyGivesClassLabelAndCounts(t *testing.T) {
	in := "id,area_type,b1,income," + allTen + "\n" +
		"n1,rural,120,,0,0,0,0,0,0,0,0,0,0\n" +
		"n2,rural,140,,0,0,1,0,1,1,1,1,,0\n" +
		"cn,urban,141,,0,0,0,0,0,0,0,0,0,1\n" +
		"khong,urban,176,,1,1,1,1,1,1,1,1,1,1\n" +
		"tb,rural,,1000000.5,,,,,,,,,,\n" +
		"tren,urban,,1950001,0,0,0,0,0,0,0,0,0,0\n" +
		"thieu,rural,140,,0,0,0,0,0,0,1,1,,0\n" +
		"trong,,,,,,,,,,,,,\n" +
		"chua,rural,140,,0,0,0,,,,,,,\n" // three not deprived, seven not known: no zero
	out, warnings, code := runClassify(in, "--standard", "vn-2016")
	want := []string{"n1 poor N1 0 0", "n2 poor N2 5 50", "cn near_poor CN 1 10", "khong not_poor  10 100",
		"tb average   ", "tren above  0 0", "thieu undetermined  2 20", "trong undetermined   ", "chua undetermined   "}
	if got := classes(t, out); !slices.Equal(got, want) || code != 0 || warnings != "" {
		t.Errorf("code %d, %q\ngot  %q\nwant %q", code, warnings, got, want)
	}
	if !strings.HasPrefix(out, "id,class,label,deprivations,b2,reason\n") {
		t.Errorf("header: %q", out[:60])
	}
}

func TestColumnsMayComeInAnyOrderWithABOMAndStrangersAreNamed(t *testing.T) {
	in := "\ufeffwater,Ghi chú, B1 ,id,AREA_TYPE\r\n1,\"a, b\",130,\"h,1\",rural\r\n"
	out, warnings, code := runClassify(in, "--standard", "VN-2016")
	if code != 0 || !strings.Contains(warnings, "«Ghi chú»") {
		t.Errorf("code %d, warnings %q", code, warnings)
	}
	if got := classes(t, out); !slices.Equal(got, []string{"h,1 undetermined  1 10"}) {
		t.Errorf("got %q", got)
	}
}

func TestExplainAddsOneColumnWithTheWaysOut(t *testing.T) {
	out, _, code := runClassify("id,area_type,b1,"+allTen+"\n1,rural,140,0,0,1,0,1,1,1,1,,0\n", "--standard", "vn-2016", "--explain")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || code != 0 || len(rows[0]) != 7 || rows[0][6] != "explanation" {
		t.Fatalf("code %d, %v, %q", code, err, out)
	}
	if !strings.Contains(rows[1][6], "bớt 3 thiếu hụt (trong chỉ số 3, 5, 6, 7, 8), cận nghèo khi chỉ số 9 không thiếu hụt; bớt 4 thiếu hụt (trong chỉ số 3, 5, 6, 7, 8), chắc chắn cận nghèo; hoặc điểm B1 từ 155 trở lên, không nghèo") {
		t.Errorf("got %q", rows[1][6])
	}
}

func TestAReasonSaysWhereScoreAndIncomeDisagree(t *testing.T) {
	out, _, _ := runClassify("id,area_type,b1,income\n1,rural,120,1200000\n2,rural,155,1600000\n", "--standard", "vn-2016")
	lines := strings.Split(out, "\n")
	if !strings.Contains(lines[1], "1.200.000 đồng cho kết quả khác") || strings.Contains(lines[2], "khác") {
		t.Errorf("got %q", lines)
	}
}

func TestFaultyHouseholdsAreRefusedByLineAndColumnAndNothingIsWritten(t *testing.T) {
	good := "0,rural,140,700000,1\n"
	for _, c := range []struct{ name, in, says string }{
		{"letters in b1", "1,rural,14o,,\n", "Dòng 3, cột b1: «14o»"},
		{"a negative b1", "1,rural,-5,,\n", "Dòng 3, cột b1"},
		{"half a point", "1,rural,140.5,,\n", "Dòng 3, cột b1"},
		{"an exponent", "1,rural,1e2,,\n", "Dòng 3, cột b1"},
		{"a b1 beyond every card", "1,rural,99999999999999999999,,\n", "Dòng 3, cột b1"},
		{"a negative income", "1,rural,,-1,\n", "Dòng 3, cột income"},
		{"letters in income", "1,rural,,bảy trăm,\n", "Dòng 3, cột income: «bảy trăm»"},
		{"dots between thousands", "1,rural,,700.000,\n", "Dòng 3, cột income: «700.000»"},
		{"commas between thousands", "1,rural,,\"700,000\",\n", "Dòng 3, cột income"},
		{"an infinite income", "1,rural,,Inf,\n", "Dòng 3, cột income"},
		{"an indicator of 2", "1,rural,140,,2\n", "Dòng 3, cột water: «2»"},
		{"an indicator in words", "1,rural,140,,có\n", "Dòng 3, cột water"},
		{"an unknown area type", "1,nông thôn,140,,\n", "Dòng 3, cột area_type: «nông thôn»"},
		{"a row too short", "1,rural,140\n", "Dòng 3: có 3 ô"},
		{"a row too long", "1,rural,140,,1,1\n", "Dòng 3: có 6 ô"},
		{"a household without id", ",rural,140,,1\n", "Dòng 3, cột id"},
		{"not UTF-8", "1,\xff\xfe,140,,1\n", "Dòng 3, cột area_type"},
		{"a quote inside", "1,ru\"ral,140,,1\n", "Dòng 3, ký tự thứ"},
		{"a quote that never ends", "1,\"rural,140,,1\n", "Dòng"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ra.csv")
			in := "id,area_type,b1,income,water\n" + good + c.in + good
			out, says, code := runClassify(in, "--standard", "vn-2016")
			if code != exitRefused || out != "" || !strings.Contains(says, c.says) {
				t.Errorf("code %d, wrote %q, said %q", code, out, says)
			}
			_, _, code = runClassify(in, "--standard", "vn-2016", "--out", file)
			left, _ := os.ReadDir(filepath.Dir(file))
			if code != exitRefused || len(left) != 0 {
				t.Errorf("code %d, left behind %v", code, left)
			}
		})
	}
}

func TestFaultyHeadersAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ in, says string }{
		"an empty file":      {"", "trống"},
		"no id":              {"ma,b1\n1,2\n", "thiếu cột id"},
		"semicolons":         {"id;b1\n1;2\n", "dấu phẩy"},
		"a column twice":     {"id,b1,B1\n1,2,3\n", "hai lần"},
		"UTF-16":             {"\xff\xfei\x00d\x00,\x00b\x001\x00\n", "UTF-8"},
		"a NUL and an image": {"\x89PNG\r\n\x1a\n\x00", "Dòng 1"},
	} {
		out, says, code := runClassify(c.in, "--standard", "vn-2016")
		if code != exitRefused || out != "" || !strings.Contains(says, c.says) {
			t.Errorf("%s: code %d, wrote %q, said %q", name, code, out, says)
		}
	}
}

func TestTheFirstFaultsOfAFaultyFileAreListed(t *testing.T) {
	in := "id,b1\n" + strings.Repeat("1,x\n", 500)
	_, says, code := runClassify(in, "--standard", "vn-2016")
	if code != exitRefused || strings.Count(says, "Dòng ") != maxClassifyFaults {
		t.Errorf("code %d, %q", code, says)
	}
}

func TestAnUnknownStandardIsWrongUsageAndNamesTheKnown(t *testing.T) {
	for _, args := range [][]string{{"--standard", "vn-1993"}, {}} {
		_, says, code := runClassify("id\n", args...)
		if code != exitUsage || !strings.Contains(says, "VN-2016, VN-2022, VN-2027") {
			t.Errorf("%v: code %d, %q", args, code, says)
		}
	}
	if _, _, code := runClassify("id\n", "--standard", "vn-2016", "more"); code != exitUsage {
		t.Errorf("an extra word: code %d", code)
	}
}

func TestTheOutputReplacesAFileOnlyWhenDone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ho.csv")
	if err := os.WriteFile(file, []byte("id,area_type,b1\n1,rural,110\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	out, _, code := runClassify("", "--standard", "vn-2016", "--in", file, "--out", file)
	got, _ := os.ReadFile(file)
	info, _ := os.Stat(file)
	if code != 0 || out != "" || !strings.Contains(string(got), "1,poor,N1") || info.Mode().Perm() != 0o640 {
		t.Errorf("code %d, mode %v, %q", code, info.Mode(), got)
	}
	if _, _, code := runClassify("", "--standard", "vn-2016", "--in", file+".none"); code != exitFailed {
		t.Errorf("a file that is not there: code %d", code)
	}
	if _, _, code := runClassify("id\n1\n", "--standard", "vn-2016", "--out", filepath.Join(file, "x", "y")); code != exitFailed {
		t.Errorf("a folder that is not there: code %d", code)
	}
	if _, _, code := runClassify("id\n1\n", "--standard", "vn-2016", "--out", os.DevNull); code != 0 {
		t.Errorf("a device: code %d", code)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("the device was replaced by a file: %v", err)
	}
}

func TestIncomeIsReadExactly(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "700000": 700000, "700000.0": 700000, "700000.000001": 700001, "699999.5": 700000,
		"1000000.333": 1000001, "0700000": 700000} {
		if got, ok := parseDong(in); !ok || got != want {
			t.Errorf("%q: %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", ".", ".5", "5.", "700.000", "1.000.000", "+5", "-5", "1e6", "0x10", "１２", "1_000", "99999999999999999", "NaN"} {
		if got, ok := parseDong(in); ok {
			t.Errorf("%q was read as %d", in, got)
		}
	}
}

func FuzzClassifyCSV(f *testing.F) {
	f.Add("id,area_type,b1,income,water\n1,rural,140,700000.5,1\n")
	f.Add("\ufeffid;b1\n1;2\n")
	f.Add("id,b1\n\"a\nb\",1\n")
	set, err := standard.ByID("VN-2016")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		err := classifyCSV(set, strings.NewReader(in), &out, io.Discard, true)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatalf("the output cannot be read: %v", err)
		}
		for _, row := range rows {
			if len(row) != 7 {
				t.Fatalf("%d columns", len(row))
			}
		}
	})
}

func BenchmarkClassifyCSV(b *testing.B) {
	set, err := standard.ByID("VN-2016")
	if err != nil {
		b.Fatal(err)
	}
	const rows = 10000
	var in strings.Builder
	in.WriteString("id,area_type,b1,income," + allTen + "\n")
	for i := range rows {
		fmt.Fprintf(&in, "TH-%d,rural,%d,,0,1,0,%d,0,0,1,%d,,0\n", i, i%200, i%2, i%3%2)
	}
	for b.Loop() {
		if err := classifyCSV(set, strings.NewReader(in.String()), io.Discard, io.Discard, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
