package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func runDuplicates(t *testing.T, stdin string, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetArgs(append([]string{"duplicates"}, args...))
	return exitCode(root.Execute()), out.String()
}

const sixPeople = "id,full_name,birth,sex,national_id,village\n" +
	"p1,Nguyễn Thị Hòa,02/05/1980,nữ,038180004417,Thôn 1\n" +
	"p2,Lê Văn Tùng,1979,nam,,Thôn 1\n" +
	"p3,Phạm Thị Hương,12/09/1966,nữ,171234567,Thôn 2\n" +
	"p4,NGUYEN THI HOA,05/02/1980,nữ,038180004417,Thôn 3\n" +
	"p5,Trần Văn Sơn,03/03/1950,nam,038050000001,Thôn 2\n" +
	"p6,Lê Văn Tuấn,1985,nam,,Thôn 1\n"

func TestDuplicatesPrintsThePairsOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nguoi.csv")
	if err := os.WriteFile(path, []byte(sixPeople), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := runDuplicates(t, "", "--in", path, "--format", "csv")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitDone || len(lines) != 2 || lines[0] != "id_a,id_b,score,reasons" || !strings.HasPrefix(lines[1], "p1,p4,1.0000,same_number: ") {
		t.Errorf("exit %d: %s", code, out)
	}
	for _, says := range []string{"name_marks: họ tên khác dấu", "birth_day_month_swapped: ", "other_village: khác thôn"} {
		if !strings.Contains(out, says) {
			t.Errorf("%q is not among the reasons: %s", says, out)
		}
	}
	if _, piped := runDuplicates(t, sixPeople, "--in", "-"); piped != out {
		t.Errorf("from standard input: %s", piped)
	}
	if code, out := runDuplicates(t, "id,full_name\n", "--in", "-"); code != exitDone || out != "id_a,id_b,score,reasons\n" {
		t.Errorf("nobody: exit %d: %s", code, out)
	}
}

func TestDuplicatesRefusesABadFileAndPrintsNothing(t *testing.T) {
	for _, bad := range []string{"", "a,b\n1,2\n", sixPeople + "p7,Vi Văn A,31/02/1980,,,\n", sixPeople + "p1,Vi Văn A,1980,,,\n"} {
		if code, out := runDuplicates(t, bad, "--in", "-"); code != exitRefused || out != "" {
			t.Errorf("%q: exit %d, output %q", bad, code, out)
		}
	}
}

func TestDuplicatesSaysWhatIsWrongInTheCommand(t *testing.T) {
	for _, args := range [][]string{{}, {"--in", "-", "--format", "xml"}, {"--area", "38"}, {"--round", "2016"}, {"--in", "-", "--area", "38", "--round", "2016"}, {"--in", "-", "more"}, {"--inn", "x"}} {
		if code, out := runDuplicates(t, sixPeople, args...); code != exitUsage || out != "" {
			t.Errorf("%v: exit %d, output %q", args, code, out)
		}
	}
	if code, out := runDuplicates(t, "", "--in", "/no/such/file.csv"); code != exitFailed || out != "" {
		t.Errorf("no file: exit %d, output %q", code, out)
	}
}
