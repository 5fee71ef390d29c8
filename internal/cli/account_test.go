package cli

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// accounts runs "giamngheo account …" on one database and gives exit code and
// standard output.
func accounts(t *testing.T) func(input string, args ...string) (int, string) {
	t.Helper()
	dsn := filepath.Join(t.TempDir(), "office.db")
	return func(input string, args ...string) (int, string) {
		t.Helper()
		var out bytes.Buffer
		root := newRoot()
		root.SetIn(strings.NewReader(input))
		root.SetOut(&out)
		root.SetArgs(append([]string{"account"}, append(args, "--db", dsn)...))
		return exitCode(root.ExecuteContext(t.Context())), out.String()
	}
}

func TestAnOfficeSetsUpItsPeopleAtTheCommandLine(t *testing.T) {
	run := accounts(t)
	code, out := run("", "create", "Trần.Thị.B", "--full-name", "Trần Thị B")
	if code != exitDone || !strings.Contains(out, "tran.thi.b") || !regexp.MustCompile(`[0-9a-f]{4}(-[0-9a-f]{4}){4}`).MatchString(out) {
		t.Fatal(code, out)
	}
	code, out = run("con trâu đi trước\n", "create", "le.a", "--full-name", "Lê A", "--password-stdin")
	if code != exitDone || strings.Contains(out, "con trâu") || strings.Contains(out, "-") {
		t.Fatal("a password given is not printed", code, out)
	}
	code, out = run("", "post", "add", "le.a", "--role", "commune", "--area", "14755", "--from", "2016-01-01", "--to", "2025-07-01", "--agency", "UBND phường Hàm Rồng")
	if code != exitDone || !strings.Contains(out, "Phường Hàm Rồng") {
		t.Fatal(code, out)
	}
	code, out = run("", "post", "add", "le.a", "--role", "department", "--area", "38", "--subject", "health")
	id := regexp.MustCompile(`[0-9A-V]{26}`).FindString(out)
	if code != exitDone || id == "" {
		t.Fatal(code, out)
	}
	if code, out = run("", "post", "end", id, "--reason", "chuyển việc"); code != exitDone {
		t.Fatal(code, out)
	}
	code, out = run("", "list")
	for _, want := range []string{"le.a", "Lê A", "tran.thi.b", "UBND phường Hàm Rồng", "01/01/2016", "01/07/2025", "Y tế"} {
		if !strings.Contains(out, want) {
			t.Errorf("the list lacks %s\n%s", want, out)
		}
	}
	if code, out = run("", "sessions", "le.a", "--revoke-all"); code != exitDone || !strings.Contains(out, "0") {
		t.Fatal(code, out)
	}
	if code, out = run("", "password", "le.a"); code != exitDone || !strings.Contains(out, "-") {
		t.Fatal(code, out)
	}
	if code, out = run("", "disable", "le.a", "--reason", "nghỉ hưu"); code != exitDone {
		t.Fatal(code, out)
	}
	if _, out = run("", "list", "--find", "le", "--active"); strings.Contains(out, "le.a") {
		t.Fatal(out)
	}
}

func TestAccountCommandsRefuse(t *testing.T) {
	run := accounts(t)
	run("con trâu đi trước\n", "create", "le.a", "--full-name", "Lê A", "--password-stdin")
	cases := []struct {
		name  string
		code  int
		input string
		args  []string
	}{
		{"no name", exitUsage, "", []string{"create", "--full-name", "Lê A"}},
		{"no full name", exitUsage, "", []string{"create", "le.b"}},
		{"no such command", exitUsage, "", []string{"giveaway"}},
		{"an empty password", exitUsage, "\n", []string{"create", "le.b", "--full-name", "Lê B", "--password-stdin"}},
		{"a weak password", exitRefused, "matkhau123\n", []string{"create", "le.b", "--full-name", "Lê B", "--password-stdin"}},
		{"a name taken", exitRefused, "", []string{"create", "LE.A", "--full-name", "Lê B"}},
		{"a name nobody has", exitFailed, "", []string{"password", "khong.co"}},
		{"a day that is none", exitUsage, "", []string{"post", "add", "le.a", "--role", "commune", "--area", "14755", "--from", "1/1/2016"}},
		{"a role nobody knows", exitRefused, "", []string{"post", "add", "le.a", "--role", "vua", "--area", "38"}},
		{"a code that is gone", exitFailed, "", []string{"post", "add", "le.a", "--role", "commune", "--area", "14755", "--from", "2025-07-01"}},
		{"a role at the wrong level", exitRefused, "", []string{"post", "add", "le.a", "--role", "commune", "--area", "38"}},
		{"somebody without the right", exitFailed, "", []string{"list", "--as", "le.a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if code, out := run(c.input, c.args...); code != c.code {
				t.Fatal(code, out)
			}
		})
	}
	if _, out := run("", "list"); strings.Contains(out, "le.b") {
		t.Fatal("a refused account was made", out)
	}
}

func TestTheHelpNamesEveryRoleAndSubject(t *testing.T) {
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles.Roles {
		if !strings.Contains(text.T("account.cli.role"), r.Code) {
			t.Error(r.Code)
		}
	}
	for _, s := range roles.Subjects {
		if !strings.Contains(text.T("account.cli.subject"), s.Code) {
			t.Error(s.Code)
		}
	}
}
