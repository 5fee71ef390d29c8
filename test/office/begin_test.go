package office_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"giamngheo/test/program"
)

// The office of docs/vi/bat-dau.md: one commune, two villages, three
// households, in the round of 2025.
const (
	commune  = "14923"
	villages = "Mã xã,Tên thôn,Loại\n14923,Tôm,Bản\n14923,Páng,Bản\n"
	header   = "STT,Thôn,Chủ hộ,Ngày sinh,Giới tính,Dân tộc,Điểm B1,Chỉ số 1,Chỉ số 2,Chỉ số 3,Chỉ số 4,Chỉ số 5,Chỉ số 6,Chỉ số 7,Chỉ số 8,Chỉ số 9,Chỉ số 10,Chỉ số 11,Chỉ số 12\n"
	poorRow  = "1,Bản Tôm,Hà Văn Thịnh,12/03/1970,Nam,Thái,100,1,0,0,1,0,0,1,0,1,0,0,0\n"
	nearRow  = "2,Bản Tôm,Lò Thị Mai,1958,Nữ,Thái,120,0,0,0,1,0,0,0,0,0,0,0,0\n"
	fineRow  = "3,Bản Páng,Phạm Văn Đức,01/01/1985,Nam,Mường,250,0,0,0,0,0,0,0,0,0,0,0,0\n"
	// An unknown village, a birthday that never was, and points that are none.
	faultyRow = "4,Bản Không Có,Ngân Văn Sai,31/02/1990,Nam,Thái,chín mươi,0,0,0,0,0,0,0,0,0,0,0,0\n"
)

// office is a folder with one database.
type office struct {
	t   *testing.T
	dir string
}

func (o office) write(name, content string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(content), 0o644); err != nil {
		o.t.Fatal(err)
	}
}

// does runs a command that must end with the code.
func (o office) does(code int, arguments ...string) string {
	o.t.Helper()
	out, errs, got := program.Run(o.t, o.dir, append(arguments, "--db", "office.db")...)
	if got != code {
		o.t.Fatalf("giamngheo %s ends with %d, not %d:\n%s%s", strings.Join(arguments, " "), got, code, out, errs)
	}
	return out
}

// results is the office's table: the row of the total.
func (o office) results() map[string]string {
	o.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(o.does(0, "report", "results", "--area", commune, "--round", "2025", "--format", "csv"))).ReadAll()
	if err != nil || len(rows) < 2 {
		o.t.Fatal(rows, err)
	}
	last := map[string]string{}
	for i, name := range rows[0] {
		last[name] = rows[len(rows)-1][i]
	}
	return last
}

var secret = regexp.MustCompile(`[0-9a-f]{4}(-[0-9a-f]{4}){4}`)

func TestAnOfficeBeginsWithoutTheDemo(t *testing.T) {
	o := office{t, t.TempDir()}

	// 1. The administrator.
	server := program.Start(t, o.dir, "serve", "--db", "office.db")
	name, password := administrator(t, server)
	admin := program.NewClient(server.URL)
	if err := admin.SignIn(name, password); err != nil {
		t.Fatal(err)
	}

	// 2. People and their posts, while the server runs.
	given := secret.FindString(o.does(0, "account", "create", "ha.loan", "--full-name", "Hà Thị Loan"))
	o.does(0, "account", "post", "add", "ha.loan", "--role", "commune", "--area", commune, "--agency", "UBND xã Bá Thước")
	if given == "" {
		t.Fatal("account create prints no password")
	}

	// 3. The round.
	o.does(0, "round", "open", "--year", "2025", "--standard", "vn-2022")
	o.does(3, "round", "open", "--year", "2025", "--standard", "vn-2022")

	// 4. The villages: twice the same changes nothing.
	o.write("thon.csv", villages)
	o.does(0, "import", "villages", "thon.csv", "--area", "38", "--dry-run")
	o.does(0, "import", "villages", "thon.csv", "--area", "38")
	o.does(0, "import", "villages", "thon.csv", "--area", "38")

	// 5. The households: first with faults, then without.
	o.write("ho-sai.csv", header+poorRow+nearRow+fineRow+faultyRow)
	var told struct {
		Rows, Create, Update, Unchanged, Refused int
		Problems                                 []struct {
			Sheet, Column, Cell, Code, Message string
			Row                                int
		}
	}
	if err := json.Unmarshal([]byte(o.does(3, "import", "households", "ho-sai.csv", "--round", "2025", "--area", commune, "--dry-run", "--format", "json")), &told); err != nil {
		t.Fatal(err)
	}
	if told.Rows != 4 || told.Create != 3 || told.Refused != 1 {
		t.Errorf("the dry run tells of %d rows, %d new, %d refused", told.Rows, told.Create, told.Refused)
	}
	cells := map[string]bool{}
	for _, p := range told.Problems {
		cells[p.Cell] = true
		if p.Row != 5 || p.Message == "" || p.Code == "" {
			t.Errorf("a problem without its place or words: %+v", p)
		}
	}
	for cell, what := range map[string]string{"B5": "the unknown village", "D5": "the impossible birthday", "G5": "the points that are no number"} {
		if !cells[cell] {
			t.Errorf("%s in cell %s is not told: %v", what, cell, told.Problems)
		}
	}
	o.does(3, "import", "households", "ho-sai.csv", "--round", "2025", "--area", commune)
	if got := o.results(); got["households"] != "0" {
		t.Errorf("a refused file has left %s households", got["households"])
	}
	o.write("ho.csv", header+poorRow+nearRow+fineRow)
	o.does(0, "import", "households", "ho.csv", "--round", "2025", "--area", commune, "--dry-run")
	o.does(0, "import", "households", "ho.csv", "--round", "2025", "--area", commune)

	// 6. The figures, at the command line and on the page.
	want := map[string]string{"households": "3", "poor": "1", "near_poor": "1", "undetermined": "0", "not_surveyed": "0"}
	for column, n := range want {
		if got := o.results()[column]; got != n {
			t.Errorf("%s: %s, not %s", column, got, n)
		}
	}
	officer := program.NewClient(server.URL)
	if err := officer.SignIn("ha.loan", given); err != nil {
		t.Fatal(err)
	}
	own := o.choosesAPassword(officer, given)
	o.sees(server, own)

	if strings.Contains(server.Said(), "level=ERROR") {
		t.Errorf("the server's log:\n%s", server.Said())
	}
	if code, err := server.Stop(syscall.SIGTERM); err != nil || code != 0 {
		t.Errorf("SIGTERM ends serve with %d, %v", code, err)
	}
}

// choosesAPassword does what the page asks for at the first sign-in.
func (o office) choosesAPassword(officer *program.Client, given string) string {
	o.t.Helper()
	const own = "nuoc-Ma-chay-ve-Sam-Son"
	status, page, err := officer.Get("/tai-khoan")
	if err != nil || status != http.StatusOK {
		o.t.Fatal(status, err, program.Plain(page))
	}
	form, err := program.Form(page, "/tai-khoan/mat-khau")
	if err != nil {
		o.t.Fatal(err)
	}
	form.Set("old_password", given)
	form.Set("password", own)
	form.Set("again", own)
	if status, page, err = officer.Post("/tai-khoan/mat-khau", form); err != nil || status != http.StatusSeeOther {
		o.t.Fatal(status, err, program.Plain(page))
	}
	return own
}

// sees looks at the pages as the officer of the commune.
func (o office) sees(server *program.Server, password string) {
	o.t.Helper()
	officer := program.NewClient(server.URL)
	if err := officer.SignIn("ha.loan", password); err != nil {
		o.t.Fatal(err)
	}
	households, err := officer.Households("", 10)
	if err != nil || len(households) != 3 {
		o.t.Fatalf("the officer sees %d households, %v", len(households), err)
	}
	for path, words := range map[string]string{"/": "Bá Thước", "/ho?q=thinh+ha": "Hà Văn Thịnh", "/bang/results": "Bản Tôm", "/ra-soat/2025": "Bá Thước", "/ho/" + households[0]: "Thành viên"} {
		status, page, err := officer.Get(path)
		// What another program wrote becomes known to the server within seconds.
		for range 50 {
			if strings.Contains(page, words) {
				break
			}
			time.Sleep(100 * time.Millisecond)
			status, page, err = officer.Get(path)
		}
		if err != nil || status != http.StatusOK || !strings.Contains(page, words) {
			o.t.Errorf("%s: %d %v, %q is not on the page: %s", path, status, err, words, program.Plain(page))
		}
		if strings.Contains(page, "không có thật") {
			o.t.Errorf("%s says that the people are invented", path)
		}
	}
}
