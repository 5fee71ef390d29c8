package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"giamngheo/internal/ical/icaltest"
)

func TestTasksOfADatabaseSayHowFarTheyAre(t *testing.T) {
	d := desk{t, t.TempDir()}
	states := func() map[string]string {
		t.Helper()
		_, out := d.run("tasks", "instances", "--year", "2017", "--area", "384")
		_, table, _ := strings.Cut(out, "task,")
		rows, err := csv.NewReader(strings.NewReader("task," + table)).ReadAll()
		if err != nil {
			t.Fatal(err, out)
		}
		all := map[string]string{}
		for _, r := range rows[1:] {
			all[r[0]+" "+r[2]] = r[6]
		}
		return all
	}
	d.must(exitDone, "round", "open", "--year", "2017", "--standard", "vn-2016")
	if s := states(); s["I.5 14848"] != "doing" || s["I.4 384"] != "doing" || s["II.1 14848"] != "planned" {
		t.Errorf("the round is open: %v", s)
	}
	d.must(exitDone, "tasks", "open", "--year", "2017")
	d.must(exitRefused, "tasks", "open", "--year", "2017")
	d.must(exitFailed, "tasks", "open", "--year", "2035")
	if s := states(); s["I.5 14848"] != "doing" || s["II.1 14848"] != "planned" {
		t.Errorf("the year is made: %v", s)
	}

	var page boardPage
	if err := json.Unmarshal([]byte(d.must(exitDone, "tasks", "board", "--year", "2017", "--area", "384", "--format", "json")), &page); err != nil {
		t.Fatal(err)
	}
	if page.Year != 2017 || page.Area != "384" || page.Plan != "159/KH-UBND" || !page.Made || len(page.Units) < 2 || page.Units[0].Level != "district" {
		t.Fatalf("the board is of %+v", page)
	}
	sum := boardCounts{}
	for _, u := range page.Units {
		if u.Counts.All != len(u.Tasks) {
			t.Errorf("%s counts %d of %d", u.Unit, u.Counts.All, len(u.Tasks))
		}
		sum.All, sum.Overdue, sum.Doing = sum.All+u.Counts.All, sum.Overdue+u.Counts.Overdue, sum.Doing+u.Counts.Doing
		for _, c := range u.Tasks {
			if (c.Timeliness == "overdue") != (c.LateDays > 0) || c.Due == "" || c.Ends < c.Due {
				t.Errorf("%s of %s: %+v", c.Task, u.Unit, c)
			}
		}
	}
	if sum.All != page.Counts.All || sum.Overdue != page.Counts.Overdue || sum.Overdue != sum.All || sum.Doing != page.Counts.Doing {
		t.Errorf("the units together %+v, the board %+v: the year is long past", sum, page.Counts)
	}
	for name, args := range map[string][]string{"no year": {"tasks", "board"}, "a format": {"tasks", "board", "--year", "2017", "--format", "csv"}} {
		if code, _ := d.run(args...); code != exitUsage {
			t.Errorf("%s: exit %d", name, code)
		}
	}
	d.must(exitFailed, "tasks", "board", "--year", "2017", "--area", "1")
}

func TestACalendarIsReadByOthersAndStaysTheSame(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2017", "--standard", "vn-2016")
	path := filepath.Join(t.TempDir(), "lich.ics")
	read := func(whose string) map[string]*icaltest.Component {
		t.Helper()
		d.must(exitDone, "calendar", "--for", whose, "--out", path)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := icaltest.Parse(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]*icaltest.Component{}
		foreign := icaltest.Foreign(t, raw)
		for _, e := range c.Parts {
			uid := e.One(t, "UID")
			if got := foreign[uid]; strings.ReplaceAll(got.Day, "-", "") != e.One(t, "DTSTART") || got.Summary != icaltest.Unescaped(t, e.One(t, "SUMMARY")) || got.Description != icaltest.Unescaped(t, e.One(t, "DESCRIPTION")) || len(got.Alarms) != len(e.Parts) {
				t.Errorf("%s: a program of others reads %+v", uid, got)
			}
			if all[uid] != nil || e.Name != "VEVENT" {
				t.Errorf("%s %s stands twice, or is no event", e.Name, uid)
			}
			all[uid] = e
		}
		return all
	}
	before := read("14848")
	if e := before["2017-II.1-commune-14848.2016-2017@giamngheo"]; e == nil || !strings.Contains(icaltest.Unescaped(t, e.One(t, "DESCRIPTION")), "/2017") {
		t.Errorf("%+v", e)
	}
	survey := before["2017-I.5-commune-14848.2016-2017@giamngheo"]
	if survey == nil {
		t.Fatalf("Tam Chung's survey of 2017 is not among %d events", len(before))
	}
	if survey.One(t, "DTSTART") != "20171115" || len(survey.Parts) != 2 || survey.Parts[0].One(t, "TRIGGER") != "20171108T010000Z" || survey.Parts[1].One(t, "TRIGGER") != "20171114T010000Z" {
		t.Errorf("the survey is %+v", survey)
	}
	if said := icaltest.Unescaped(t, survey.One(t, "DESCRIPTION")); !strings.Contains(said, "15/11/2017") || !strings.Contains(said, "Đang làm") {
		t.Errorf("it says %q", said)
	}
	d.must(exitDone, "tasks", "open", "--year", "2017")
	after := read("14848")
	for uid := range before {
		if after[uid] == nil {
			t.Errorf("%s is gone once the year is made", uid)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d events, then %d", len(before), len(after))
	}
	d.must(exitDone, "account", "create", "lan", "--full-name", "Hà Thị Lan")
	if events := read("lan"); len(events) != 0 {
		t.Errorf("without a post one owes %d", len(events))
	}
	d.must(exitDone, "account", "post", "add", "lan", "--role", "department", "--subject", "health", "--area", "38", "--agency", "Sở Y tế")
	if events := read("lan"); events["2017-II.4-province-38.2016-2017@giamngheo"] == nil || events["2017-B.4-agency-so-y-te-2017@giamngheo"] == nil || len(events) != len(read("so-y-te")) {
		t.Errorf("somebody of the department of health has %d events", len(events))
	}
	d.must(exitFailed, "calendar", "--for", "khong-co", "--out", path)
	if code, said := d.said("calendar", "--for", "lan", "--out", d.dir+"/khong-co/viec.ics"); code != exitFailed || !strings.Contains(said, "không có thư mục") {
		t.Errorf("a folder that is not there: exit %d: %s", code, said)
	}
	d.must(exitDone, "account", "create", "muonglat", "--full-name", "Vi Văn Huyện")
	d.must(exitDone, "account", "post", "add", "muonglat", "--role", "commune", "--area", "14845")
	d.must(exitDone, "account", "create", "bathuoc", "--full-name", "Hà Văn Huyện")
	d.must(exitDone, "account", "post", "add", "bathuoc", "--role", "commune", "--area", "14848")
	d.must(exitDone, "calendar", "--for", "muonglat", "--out", path, "--as", "muonglat")
	for _, whose := range []string{"14848", "bathuoc", "khong-co"} { // outside of the scope and absent look the same
		unwritten := filepath.Join(t.TempDir(), "khac.ics")
		if said := d.must(exitFailed, "calendar", "--for", whose, "--out", unwritten, "--as", "muonglat"); strings.Contains(said, "Hà Văn Huyện") {
			t.Errorf("%s: %s", whose, said)
		}
		if _, err := os.Stat(unwritten); err == nil {
			t.Errorf("an empty calendar was written for %s", whose)
		}
	}
	if code, _ := d.run("calendar", "--for", "38"); code != exitUsage {
		t.Errorf("without a file: exit %d", code)
	}
}

func TestAPlanIsImportedOrRefusedWithItsLine(t *testing.T) {
	d := desk{t, t.TempDir()}
	plan := "plan: {number: 9/KH-UBND, issued: 2021-12-01, period: {from: 2022, to: 2025}}\ngroups:\n  - {id: A, title: A, tasks: [{id: A.1, title: A, lead: x, approver: x, due: {date: \"06-30\", every: year}, per: commune}]}\nagencies: {x: X}\n"
	d.must(exitRefused, "programme", "import", d.file("xau.yaml", plan+"la: 1\n"))
	d.must(exitRefused, "programme", "import", filepath.Join(d.dir, "khong-co.yaml"))
	d.must(exitFailed, "tasks", "instances", "--year", "2023")
	if out := d.must(exitDone, "programme", "import", d.file("ke-hoach.yaml", plan)); !strings.Contains(out, "9/KH-UBND") {
		t.Error(out)
	}
	if out := d.must(exitDone, "tasks", "instances", "--year", "2023"); strings.Count(out, "A.1,") < 500 {
		t.Errorf("%.300s", out)
	}
}

// Another period's plan comes by command, with its own approvers.
func TestAPlanOfAnotherPeriodIsImportedWithItsApprovers(t *testing.T) {
	d := desk{t, t.TempDir()}
	out := d.must(exitDone, "programme", "import", filepath.Join("..", "task", "testdata", "second.yaml"))
	if !strings.Contains(out, "12/KH-UBND: 10 nhiệm vụ, 2021–2025") || !strings.Contains(out, "hoi-dong-tham-dinh ký ở cấp nào") {
		t.Error(out)
	}
	d.must(exitDone, "tasks", "open", "--year", "2021")
	if _, out := d.run("tasks", "instances", "--year", "2021", "--area", "384"); !strings.Contains(out, "\nA-4,Huyện Mường Lát,384,2021-11-20,huyen,chu-tich-ubnd-huyen,planned\n") {
		t.Errorf("%.400s", out)
	}
}
