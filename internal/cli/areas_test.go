package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/fault"
)

// runAreas runs the command as on 1 September 2026.
func runAreas(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := newAreas(func() time.Time { return time.Date(2026, 9, 1, 3, 0, 0, 0, time.UTC) })
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetArgs(args)
	err := cmd.Execute()
	return out.String(), err
}

func areasCSV(t *testing.T, args ...string) [][]string {
	t.Helper()
	out, err := runAreas(t, append(args, "--format", "csv")...)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// For every day of change the csv holds exactly the rows of law/areas valid
// then, by level and code.
func TestAreasTreeCSVIsTheListOfTheDay(t *testing.T) {
	f, err := os.Open("../../law/areas/areas.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2016-01-01", "2017-04-19", "2019-12-01", "2020-06-01", "2024-02-01", "2025-01-01", "2025-07-01"} {
		want := map[string]bool{}
		for _, r := range table[1:] {
			if r[6] <= day && (r[7] == "" || day < r[7]) {
				want[strings.Join(r[:6], "|")] = true
			}
		}
		got := areasCSV(t, "tree", "--on", day)
		if strings.Join(got[0], ",") != "code,level,type,name,full_name,parent_code" {
			t.Errorf("header %v", got[0])
		}
		if len(got)-1 != len(want) || got[1][0] != "38" {
			t.Errorf("%s: %d rows, want %d; first %v", day, len(got)-1, len(want), got[1])
		}
		rank := map[string]string{"province": "0", "district": "1", "commune": "2"}
		last := ""
		for _, r := range got[1:] {
			if !want[strings.Join(r, "|")] {
				t.Errorf("%s: %v is not in the table", day, r)
			}
			if here := rank[r[1]] + r[0]; here <= last {
				t.Errorf("%s: %v stands too late", day, r)
			} else {
				last = here
			}
		}
	}
}

func TestAreasTreeIsOfTodayByDefault(t *testing.T) {
	if rows := areasCSV(t, "tree"); len(rows) != 1+1+166 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestAreasTreeOfOneUnit(t *testing.T) {
	rows := areasCSV(t, "tree", "384", "--on", "2016-01-01")
	if len(rows) != 1+1+9 || rows[1][0] != "384" || rows[2][5] != "384" {
		t.Errorf("Mường Lát: %v", rows)
	}
	rows = areasCSV(t, "tree", "15028", "--on", "2020-02-02")
	if len(rows) != 2 || rows[1][0] != "15055" {
		t.Errorf("a code of early 2020: %v", rows)
	}
	out, err := runAreas(t, "tree", "384", "--on", "2016-01-01", "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	var lines []areaLine
	if err := json.Unmarshal([]byte(out), &lines); err != nil || len(lines) != 10 || lines[0].FullName != "Huyện Mường Lát" {
		t.Errorf("%v %v", err, lines)
	}
	out, _ = runAreas(t, "tree", "384", "--on", "2016-01-01")
	if !strings.HasPrefix(out, "384  Huyện Mường Lát\n  14845  Thị trấn Mường Lát\n") {
		t.Errorf("text:\n%s", out)
	}
}

func TestAreasSayWhatIsWrong(t *testing.T) {
	cases := []struct {
		args string
		exit int
		want []string
	}{
		{"tree 380 --on 2026-01-01", exitFailed, []string{"380", "Thành phố Thanh Hóa", "30/06/2025", "Phường Hạc Thành (14797)"}},
		{"tree 405 --on 2025-03-01", exitFailed, []string{"Huyện Đông Sơn", "31/12/2024", "Thành phố Thanh Hóa (380)"}},
		{"lineage 380 --on 2026-01-01", exitFailed, []string{"Thành phố Thanh Hóa"}},
		{"tree 99999", exitFailed, []string{"99999"}},
		{"lineage 99999", exitFailed, []string{"99999"}},
		{"tree --on 2010-01-01", exitFailed, []string{"01/01/2010", "01/01/2016"}},
		{"tree --on 01/07/2025", exitUsage, []string{"01/07/2025", "YYYY-MM-DD"}},
		{"tree --on 2025-02-30", exitUsage, []string{"2025-02-30"}},
		{"tree --format xml", exitUsage, []string{"xml", "csv"}},
		{"tree 380 381", exitUsage, nil},
		{"lineage", exitUsage, nil},
		{"forest", exitUsage, nil},
	}
	for _, c := range cases {
		out, err := runAreas(t, strings.Fields(c.args)...)
		if err == nil {
			t.Errorf("%s: no error", c.args)
			continue
		}
		if out != "" {
			t.Errorf("%s: printed %q", c.args, out)
		}
		var usage usageError
		if isUsage := errors.As(err, &usage); isUsage != (c.exit == exitUsage) {
			t.Errorf("%s: %v", c.args, err)
		}
		if c.exit == exitFailed && fault.Of(err) != fault.NotFound {
			t.Errorf("%s: %v", c.args, err)
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not name %q", c.args, err, w)
			}
		}
	}
}

func TestAreasLineage(t *testing.T) {
	out, err := runAreas(t, "lineage", "16651")
	if err != nil {
		t.Fatal(err)
	}
	want := `Xã Hải Yến, mã 16651 (từ 01/01/2016 đến hết 31/12/2024)

Từ đâu ra: có từ đầu bộ dữ liệu (01/01/2016), không rõ trước đó.

Sau đó:
  01/01/2025  chia tách: Xã Hải Yến (16651) → Phường Nguyên Bình (16609) (83,5 % số dân), chưa chắc
  01/01/2025  chia tách: Xã Hải Yến (16651) → Phường Tĩnh Hải (16642) (16,5 % số dân), chưa chắc
  01/01/2025  chia tách: Xã Hải Yến (16651) → Phường Mai Lâm (16645) (không rõ tỷ lệ), chưa chắc
  01/01/2025  chia tách: Xã Hải Yến (16651) → Phường Hải Thượng (16654) (không rõ tỷ lệ), chưa chắc
  01/07/2025  sáp nhập: Phường Nguyên Bình (16609) → Phường Đào Duy Từ (16609), chắc chắn
  01/07/2025  sáp nhập: Phường Tĩnh Hải (16642) → Phường Hải Bình (16645), chắc chắn
  01/07/2025  sáp nhập: Phường Mai Lâm (16645) → Phường Hải Bình (16645), chắc chắn
  01/07/2025  sáp nhập: Phường Hải Thượng (16654) → Phường Nghi Sơn (16654), chắc chắn

Ngày 01/09/2026, địa bàn này thuộc:
  Phường Đào Duy Từ (16609): ước tính, 0 % diện tích, 83,5 % số dân
  Phường Hải Bình (16645): ước tính, 98,8 % diện tích, 16,5 % số dân
  Phường Nghi Sơn (16654): ước tính, 1,2 % diện tích, 0 % số dân
`
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	rows := areasCSV(t, "lineage", "14758")
	if strings.Join(rows[0], ",") != "direction,date,kind,from_code,from_name,to_code,to_name,land_share,people_share,confidence,source,note" {
		t.Errorf("header %v", rows[0])
	}
	if len(rows) != 7 || rows[3][0] != "before" || rows[3][3] != "14758" || rows[3][7] != "0.49" {
		t.Errorf("Hàm Rồng: %v", rows)
	}
	for _, r := range areasCSV(t, "lineage", "14758", "--on", "2020-01-01")[1:] {
		if r[0] != "after" {
			t.Errorf("Đông Thọ of 2020 comes from %v", r)
		}
	}
	out, err = runAreas(t, "lineage", "384", "--format", "json")
	var s areaStory
	if err != nil || json.Unmarshal([]byte(out), &s) != nil {
		t.Fatal(err, out)
	}
	if s.Area.To != "2025-07-01" || len(s.Now) != 8 || s.Now[0].Land != nil {
		t.Errorf("Mường Lát: %+v", s)
	}
}
