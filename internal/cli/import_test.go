package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/app"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

// desk is an office at its command line.
type desk struct {
	t   *testing.T
	dir string
}

func (d desk) file(name, content string) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d desk) run(args ...string) (int, string) {
	d.t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append(args, "--db", filepath.Join(d.dir, "tinh.db")))
	return exitCode(root.Execute()), out.String()
}

func (d desk) must(want int, args ...string) string {
	d.t.Helper()
	code, out := d.run(args...)
	if code != want {
		d.t.Fatalf("%s: exit %d, want %d\n%s", strings.Join(args, " "), code, want, out)
	}
	return out
}

// From an empty database to a file that goes out, comes back and is undone.
func TestAnOfficeBringsItsHouseholdsIn(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	villages := d.file("thon.csv", "Xã,Thôn\nTam Chung,Bản Ón\nTam Chung,Bản Lát\n")
	d.must(exitDone, "import", "villages", villages, "--area", "384")
	households := d.file("ho.csv", "Chủ hộ,Ngày sinh,Xã,Thôn,Điểm B1,Phân loại sau rà soát\nHà Văn Một,20/05/1979,Tam Chung,Ón,105,Hộ nghèo\nLò Thị Hai,31/02/1980,Tam Chung,Lát,130,\n")

	out := d.must(exitRefused, "import", "households", households, "--round", "2016", "--dry-run", "--format", "json")
	var shape map[string]any
	if err := json.Unmarshal([]byte(out), &shape); err != nil {
		t.Fatal(err, out)
	}
	keys := []string{}
	for k := range shape {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if got := strings.Join(keys, ","); got != "create,problems,refused,rows,unchanged,update" {
		t.Error(got)
	}
	var report struct {
		Rows, Create, Update, Unchanged, Refused int
		Problems                                 []struct {
			Sheet, Column, Cell, Code, Message string
			Row                                int
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Rows != 2 || report.Create != 1 || report.Refused != 1 || len(report.Problems) != 1 {
		t.Fatalf("%+v", report)
	}
	if p := report.Problems[0]; p.Row != 3 || p.Column != "Ngày sinh" || p.Cell != "B3" || p.Code != "bad_day" || p.Sheet != "" || p.Message == "" {
		t.Errorf("%+v", p)
	}

	marked := filepath.Join(d.dir, "sai.csv")
	if out := d.must(exitRefused, "import", "households", households, "--round", "2016", "--faults", marked); !strings.Contains(out, "B3") || !strings.Contains(out, "Chưa ghi gì") {
		t.Error(out)
	}
	if raw, err := os.ReadFile(marked); err != nil || !strings.Contains(string(raw), "B3: ") {
		t.Error(err, string(raw))
	}
	d.file("ho.csv", "Chủ hộ,Ngày sinh,Xã,Thôn,Điểm B1,Phân loại sau rà soát\nHà Văn Một,20/05/1979,Tam Chung,Ón,105,Hộ nghèo\nLò Thị Hai,28/02/1980,Tam Chung,Lát,130,\n")
	d.must(exitDone, "import", "households", households, "--round", "2016")
	for _, name := range []string{"ra.xlsx", "ra.csv"} {
		path := filepath.Join(d.dir, name)
		d.must(exitDone, "export", "households", "--area", "384", "--round", "2016", "--out", path, "--purpose", "thử")
		if out := d.must(exitDone, "import", "households", path, "--round", "2016", "--format", "json"); !strings.Contains(out, `"unchanged": 2`) || !strings.Contains(out, `"problems": []`) {
			t.Error(name, out)
		}
	}
	list := d.must(exitDone, "import", "list")
	id, _, _ := strings.Cut(list, " ")
	if strings.Count(list, "\n") != 2 || !strings.Contains(list, "danh sách thôn") {
		t.Error(list)
	}
	d.must(exitDone, "import", "undo", id, "--reason", "nhầm tệp")
	d.must(exitRefused, "import", "undo", id, "--reason", "nhầm tệp")
	if out := d.must(exitDone, "report", "results", "--area", "14848", "--round", "2016", "--format", "csv"); strings.Contains(out, ",1,") {
		t.Error(out)
	}
}

func TestImportAndExportTellOfWrongUsage(t *testing.T) {
	d := desk{t, t.TempDir()}
	file := d.file("x.csv", "Chủ hộ\nA\n")
	d.must(exitUsage, "import", "households", file)
	d.must(exitUsage, "import", "households", "--round", "2016")
	d.must(exitUsage, "import", "households", file, "--round", "2016", "--format", "xml")
	d.must(exitUsage, "import", "villages", file)
	d.must(exitUsage, "import", "boundaries", file)
	d.must(exitUsage, "import", "boundaries", file, "--on", "31/12/2016")
	d.must(exitUsage, "export", "households", "--area", "38", "--round", "2016", "--out", "x.doc")
	d.must(exitUsage, "import", "undo")
	d.must(exitFailed, "import", "households", file, "--round", "2016") // no such round
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	d.must(exitFailed, "import", "households", filepath.Join(d.dir, "khong.csv"), "--round", "2016")
	d.must(exitRefused, "import", "households", d.file("y.csv", "một,hai\n1,2\n"), "--round", "2016")
	if code, _ := d.run("export", "households", "--area", "99999", "--round", "2016", "--out", filepath.Join(d.dir, "ra.csv")); code == exitDone {
		t.Error("an area that is not there is exported")
	}
	if _, err := os.Stat(filepath.Join(d.dir, "ra.csv")); err == nil {
		t.Error("a refused export leaves a file")
	}
}

// Scripts read the exit code and the count: they say the same.
func TestADryRunRefusesExactlyWhatItCounts(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	d.must(exitDone, "import", "villages", d.file("thon.csv", "Xã,Thôn\nTam Chung,Bản Ón\n"), "--area", "384")
	for _, c := range []struct {
		name, households, members string
		code, refused             int
		severities                string
	}{
		{"nothing to say", "A,Hà Văn Một,1979,100", "A,Hà Văn Một,Chủ hộ", exitDone, 0, ""},
		{"a warning", "A,Hà Văn Một,1979,100,lạ", "A,Hà Văn Một,Chủ hộ", exitDone, 0, "warning"},
		{"a bad row", "A,Hà Văn Một,31/02/1979,100", "A,Hà Văn Một,Chủ hộ", exitRefused, 1, "refused"},
		{"members of no household", "A,Hà Văn Một,1979,100", "A,Hà Văn Một,Chủ hộ\nB,Lò Thị Hai,Vợ\nB,Lò Văn Ba,Con", exitRefused, 2, "refused"},
		{"a bad member", "A,Hà Văn Một,1979,100", "A,Hà Văn Một,Chủ hộ\nA,Lò Thị Hai,người quen", exitRefused, 1, "refused"},
		{"a bad row and a warning", "A,Hà Văn Một,31/02/1979,100,lạ", "A,Hà Văn Một,Chủ hộ", exitRefused, 1, "warning refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			w := sheet.NewXLSX(&out)
			header := "Mã hộ,Chủ hộ,Ngày sinh,Điểm B1,Xã,Thôn"
			cells := strings.Split(c.households, ",")
			row := append(slices.Clone(cells[:4]), "Tam Chung", "Bản Ón")
			if len(cells) > 4 {
				header, row = header+",Cột lạ", append(row, cells[4])
			}
			write := func(name, header string, rows ...[]string) {
				var columns []sheet.Column
				for _, title := range strings.Split(header, ",") {
					columns = append(columns, sheet.Column{Title: title})
				}
				if err := w.Sheet(name, columns); err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					var values []sheet.Value
					for _, cell := range row {
						values = append(values, sheet.TextValue(cell))
					}
					if err := w.Row(values...); err != nil {
						t.Fatal(err)
					}
				}
			}
			var members [][]string
			for _, line := range strings.Split(c.members, "\n") {
				members = append(members, strings.Split(line, ","))
			}
			write("Hộ", header, row)
			write("Thành viên", "Mã hộ,Họ và tên,Quan hệ với chủ hộ", members...)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			said := d.must(c.code, "import", "households", d.file("ho.xlsx", out.String()), "--round", "2016", "--dry-run", "--format", "json")
			var report struct {
				Rows, Create, Update, Unchanged, Refused int
				Problems                                 []struct{ Severity string }
			}
			if err := json.Unmarshal([]byte(said), &report); err != nil {
				t.Fatal(err)
			}
			var severities []string
			for _, p := range report.Problems {
				severities = append(severities, p.Severity)
			}
			if report.Refused != c.refused || strings.Join(severities, " ") != c.severities || report.Create+report.Update+report.Unchanged+report.Refused != report.Rows {
				t.Error(said)
			}
		})
	}
}

// Whoever works with somebody's rights at the command line is journalled as
// that, and every file with names has its purpose.
func TestTheCommandLineIsJournalledWithWhoseRightsItUsed(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	d.must(exitDone, "import", "villages", d.file("thon.csv", "Xã,Thôn\nTam Chung,Bản Ón\n"), "--area", "384")
	d.must(exitDone, "account", "create", "le.a", "--full-name", "Lê Thị A")
	d.must(exitDone, "account", "post", "add", "le.a", "--role", "commune", "--area", "14848", "--from", "2016-01-01")
	d.must(exitDone, "import", "households", d.file("ho.csv", "Chủ hộ,Ngày sinh,Xã,Thôn,Điểm B1\nHà Văn Một,1979,Tam Chung,Ón,105\n"), "--round", "2016", "--as", "le.a")
	out := filepath.Join(d.dir, "ra.csv")
	d.must(exitDone, "export", "households", "--area", "14848", "--round", "2016", "--out", out, "--as", "le.a", "--purpose", "gửi huyện")
	d.must(exitDone, "export", "households", "--area", "14848", "--round", "2016", "--out", out)
	d.must(exitDone, "report", "poor_list", "--area", "14848", "--round", "2016", "--out", out, "--as", "le.a", "--purpose", "họp thôn")
	var list struct {
		Columns []struct{ Key, Title string }
		Rows    []map[string]any
	}
	printed := d.must(exitDone, "report", "poor_list", "--area", "14848", "--round", "2016", "--format", "json")
	if err := json.Unmarshal([]byte(printed), &list); err != nil || len(list.Rows) != 1 || list.Rows[0]["name"] != "Hà Văn Một" || list.Rows[0]["b1"] != 105.0 || list.Columns[0].Key != "no" {
		t.Errorf("the list for programs: %v %+v", err, list)
	}

	a, err := app.Open(t.Context(), filepath.Join(d.dir, "tinh.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var said []string
	err = a.DB.Read(t.Context(), func(tx *db.Tx) error {
		entries, err := journal.List(tx, a.Province, journal.Filter{Limit: 100})
		for _, e := range entries {
			if e.Action == "household.export" || e.Action == "list.read" || e.Action == "import.households" || e.Action == "household.import" {
				names, err := a.Accounts.FullNames(t.Context(), []string{e.Actor})
				if err != nil {
					return err
				}
				said = append(said, e.Action+": "+names[e.Actor]+": "+e.Reason)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(said)
	said = slices.Compact(said) // an import has an entry for the file and one for its households
	both := text.T("account.operator_as", "name", "Lê Thị A")
	want := []string{"household.export: " + both + ": gửi huyện", "household.export: " + text.T("account.operator") + ": " + text.T("export.purpose.default"),
		"household.import: " + both + ": " + text.T("import.reason", "file", "ho.csv"), "list.read: " + both + ": họp thôn", "list.read: " + text.T("account.operator") + ": " + text.T("cli.report.purpose_default")}
	slices.Sort(want)
	if !slices.Equal(said, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}
