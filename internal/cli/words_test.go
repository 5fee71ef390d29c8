package cli

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run gives the exit code, standard output and what exitCode said.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = w
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(w)
	root.SetArgs(args)
	code = exitCode(root.ExecuteContext(t.Context()))
	os.Stderr = before
	w.Close()
	var said bytes.Buffer
	said.ReadFrom(r)
	return code, out.String(), said.String()
}

func TestWrongUsageIsToldInVietnamese(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"classfy", "không có lệnh «classfy»"},
		{"help classfy", "không có lệnh «classfy»"},
		{"classify --bogus", "không có tùy chọn --bogus"},
		{"classify -x", "không có tùy chọn -x"},
		{"classify --in", "--in thiếu giá trị"},
		{"demo --households many", "--households phải là số nguyên, đang là «many»"},
		{"demo --households 5", "--households phải từ 100"},
		{"areas tree 380 381", "giamngheo areas tree [CODE]"},
		{"round open --year 2016", "thiếu --standard"},
		{"round open --year 2016 --standard vn-9", "Không có chuẩn nghèo «vn-9»"},
		{"report bogus --area 38 --round 2016", "Không có bảng «bogus»"},
	} {
		code, out, said := run(t, strings.Fields(c.args)...)
		if code != exitUsage || out != "" || !strings.Contains(said, c.says) || strings.Contains(said, "..") {
			t.Errorf("%s: %d %q %q", c.args, code, out, said)
		}
	}
}

func TestHelpSpeaksVietnamese(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help"}, {"areas", "tree", "--help"}, {"round", "--help"}} {
		code, out, _ := run(t, args...)
		for _, english := range []string{"Usage:", "Flags:", "help for", "(default", "Available"} {
			if strings.Contains(out, english) {
				t.Errorf("%v: %q in\n%s", args, english, out)
			}
		}
		if code != exitDone || !strings.Contains(out, "Cách dùng:") {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
}

func TestAMistypedDatabaseIsToldAndNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent.db")
	code, out, said := run(t, "export", "households", "--area", "38", "--round", "2016", "--out", path+".csv", "--db", path)
	if _, err := os.Stat(path); code != exitFailed || out != "" || !strings.Contains(said, "Không có tệp cơ sở dữ liệu") || err == nil {
		t.Error(code, out, said, err)
	}
}

func TestOpeningARoundTwiceIsRefusedAndAnotherStandardIsPointedOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open := func(year, standard string) (int, string, string) {
		return run(t, "round", "open", "--year", year, "--standard", standard, "--db", path)
	}
	if code, _, said := open("2016", "vn-2016"); code != exitDone || !strings.Contains(said, "kế hoạch năm 2016") || strings.Contains(said, "01/01/2017") {
		t.Error("by the standard of the year, on no plan:", code, said)
	}
	if code, out, _ := open("2016", "vn-2016"); code != exitRefused || out != "" {
		t.Error("twice:", code, out)
	}
	if code, _, said := open("2021", "vn-2016"); code != exitDone || !strings.Contains(said, "01/01/2022") {
		t.Error("the class of 2021 holds from 2022:", code, said)
	}
	if code, out, said := open("2018", "vn-2022"); code != exitRefused || out != "" || !strings.Contains(said, "VN-2016") {
		t.Error("a standard of other years:", code, out, said)
	}
	if code, _, said := run(t, "round", "open", "--year", "2016", "--id", "2016-thu", "--standard", "vn-2022", "--db", path); code != exitDone || !strings.Contains(said, "VN-2016") {
		t.Error("beside the year's own round:", code, said)
	}
}

func TestAFolderOrAnAbsentFileIsNotRead(t *testing.T) {
	for _, args := range [][]string{
		{"classify", "--standard", "vn-2016", "--in", t.TempDir()},
		{"import", "boundaries", filepath.Join(t.TempDir(), "absent.json"), "--on", "2016-01-01", "--db", filepath.Join(t.TempDir(), "office.db")},
	} {
		code, out, said := run(t, args...)
		if code != exitFailed || out != "" || !strings.Contains(said, "Không mở được tệp") {
			t.Error(args, code, out, said)
		}
	}
}

// What is wrong with the words is said before anything is made.
func TestAnAddressThatIsNoneMakesNoDatabase(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, command := range []string{"serve", "demo"} {
		for addr, want := range map[string]int{"nonsense": exitUsage, "127.0.0.1:999999": exitUsage, "127.0.0.1:http:1": exitUsage, taken.Addr().String(): exitFailed} {
			path := filepath.Join(t.TempDir(), "office.db")
			code, out, said := run(t, command, "--addr", addr, "--db", path)
			if _, err := os.Stat(path); code != want || out != "" || !strings.Contains(said, addr) || err == nil {
				t.Errorf("%s --addr %s: exit %d, %q %q, database %v", command, addr, code, out, said, err)
			}
		}
	}
}

func TestAMarkThatNobodyKnowsIsWrongUsage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	code, out, said := run(t, "areas", "mark", "14848", "--kind", "sao", "--from", "2017-01-01", "--source", "thử", "--db", path)
	if _, err := os.Stat(path); code != exitUsage || out != "" || !strings.Contains(said, "sao") || err == nil {
		t.Error(code, out, said, err)
	}
}
