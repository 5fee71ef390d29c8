package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

func TestARoundIsOpenedWithItsOwnCalendar(t *testing.T) {
	d := desk{t, t.TempDir()}
	open := func(year, calendar string) (int, string) {
		t.Helper()
		return d.said("round", "open", "--year", year, "--standard", "vn-2016", "--calendar", d.file("lich.yaml", calendar))
	}
	for _, one := range []struct{ why, calendar, says string }{
		{"an unknown kind", "comune_review: 15/11", "«comune_review»"},
		{"an unknown step", "commune_review.metting: 15/10", "list, screening, survey"},
		{"a day that never is", "commune_review: 31/11", "«31/11»"},
		{"no YAML", "commune_review: a: b", "dòng 1"},
		{"all of several", "comune_review: 15/11\ncommune_review: 31/11\ncommune_review.metting 15/10\n", "dòng 1: quy trình của đợt không có mục «comune_review»"},
		{"all of several, the second", "comune_review: 15/11\ncommune_review: 31/11\ncommune_review.metting 15/10\n", "dòng 2: ngày «31/11»"},
		{"all of several, the last", "comune_review: 15/11\ncommune_review: 31/11\ncommune_review.metting 15/10\n", "dòng 3: dòng này"},
		{"an empty file", "# chưa ghi gì\n", "không có ngày nào"},
		{"too long a file", "# " + strings.Repeat("x", mostCalendar), "lich.yaml"},
	} {
		if code, out := open("2016", one.calendar); code != exitRefused || !strings.Contains(out, one.says) {
			t.Errorf("%s: exit %d: %s", one.why, code, out)
		}
	}
	d.must(exitFailed, "round", "open", "--year", "2016", "--standard", "vn-2016", "--calendar", d.dir+"/khong-co.yaml")
	d.must(exitUsage, "round", "open", "--year", "2016", "--standard", "vn-2016", "--boundaries", "2016-02-30")
	d.must(exitUsage, "round", "open", "--year", "2016", "--standard", "vn-2016", "--kind", "weekly")
	d.must(exitUsage, "round", "open", "--year", "2016")
	d.must(exitUsage, "round", "open", "--year", "2016", "--standard", "vn-1990")
	// Nothing of all that opened one.
	code, out := open("2016", "commune_review: 20/11\ncommune_review.meeting: 2016-10-15\n")
	if code != exitDone || strings.Contains(out, "mâu thuẫn") || !strings.Contains(out, "chưa có kế hoạch năm 2016 đã ký") {
		t.Fatalf("a good calendar: exit %d: %s", code, out)
	}
	if code, _ := open("2016", "commune_review: 20/11\n"); code != exitRefused {
		t.Errorf("opened twice: exit %d", code)
	}
	if code, out := d.said("round", "open", "--year", "2019", "--standard", "vn-2016", "--plan", "Kế hoạch số 12/KH-UBND ngày 20/8/2019"); code != exitDone || strings.Contains(out, "kế hoạch năm") {
		t.Errorf("on a plan on paper: exit %d: %s", code, out)
	}
	var page struct {
		Due   string
		Steps []struct{ Code, Due string }
	}
	if err := json.Unmarshal([]byte(d.must(exitDone, "round", "status", "--round", "2016", "--area", "384", "--format", "json")), &page); err != nil {
		t.Fatal(err)
	}
	due := map[string]string{}
	for _, s := range page.Steps {
		due[s.Code] = s.Due
	}
	if page.Due != "2016-11-20" || due["meeting"] != "2016-10-15" || due["survey"] != "" {
		t.Errorf("due %s, steps %v", page.Due, due)
	}
	// One that contradicts itself is told of, and stops nothing.
	code, out = open("2017", "commune_review: 20/11\ncommune_review.survey: 25/10\ncommune_review.meeting: 15/10\ncommune_review.posting: 21/11\ncommune_review.certificates: 20/12\n")
	if code != exitDone || strings.Count(out, "mâu thuẫn") != 2 || !strings.Contains(out, "25/10/2017") || !strings.Contains(out, "21/11/2017") || strings.Contains(out, "20/12/2017") {
		t.Errorf("contradictory: exit %d: %s", code, out)
	}
}

// said is run with the words of a refusal after what the command printed.
func (d desk) said(args ...string) (int, string) {
	d.t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append(args, "--db", d.dir+"/tinh.db"))
	err := root.Execute()
	if err != nil {
		out.WriteString(err.Error())
		for _, field := range fault.As(err, "").Fields {
			out.WriteString("\n" + field.Name + ": " + field.Message)
		}
	}
	return exitCode(err), out.String()
}

// written is a file as a command left it; "" where there is none.
func (d desk) written(path string) string {
	raw, _ := os.ReadFile(path)
	return string(raw)
}

// threeHomes is a commune with two villages and three households, of whom two
// have a form in the round of 2016.
func threeHomes(t *testing.T) desk {
	t.Helper()
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	d.must(exitDone, "import", "villages", d.file("thon.csv", "Xã,Thôn\nTam Chung,Bản Ón\nTam Chung,Bản Lát\n"), "--area", "384")
	d.must(exitDone, "import", "households", d.file("ho.csv", "Chủ hộ,Ngày sinh,Giới tính,CMND/CCCD,Xã,Thôn,Điểm B1\nHà Văn Một,20/05/1979,Nam,038079000001,Tam Chung,Ón,105\nLò Thị Hai,1980,Nữ,,Tam Chung,Lát,130\nHà Văn Mọt,20/05/1979,Nam,,Tam Chung,Lát,\n"), "--round", "2016")
	for name, post := range map[string][]string{"xa": {"--role", "commune", "--area", "14848"}, "xakhac": {"--role", "commune", "--area", "14845"}, "ytetinh": {"--role", "department", "--area", "38", "--subject", "health"}} {
		d.must(exitDone, "account", "create", name, "--full-name", "Người thử")
		d.must(exitDone, append([]string{"account", "post", "add", name}, post...)...)
	}
	return d
}

func TestTheStatusOfARoundSaysHowFarEachUnitIs(t *testing.T) {
	d := threeHomes(t)
	var page struct {
		Round, Area, Name, Day string
		Units                  []statusUnit
		Total                  statusUnit
	}
	read := func(args ...string) {
		t.Helper()
		page.Units = nil
		out := d.must(exitDone, append([]string{"round", "status", "--round", "2016", "--format", "json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &page); err != nil {
			t.Fatal(err, out)
		}
	}
	read("--area", "14848")
	if page.Round != "2016" || page.Area != "14848" || page.Name != "Xã Tam Chung" || len(page.Units) != 2 || page.Total.Listed != 2 || page.Total.Filled != 2 || page.Total.Step != "list" || page.Total.State != "draft" {
		t.Errorf("the commune: %+v", page)
	}
	for _, u := range page.Units {
		if u.Level != "village" || u.Steps["list"].All != 1 || u.Steps["list"].Done != 0 {
			t.Errorf("a village: %+v", u)
		}
	}
	read("--area", "384")
	sum := 0
	for _, u := range page.Units {
		sum += u.Listed
		if u.Level != "commune" || u.Code == "14848" && (u.Listed != 2 || u.Steps["list"].All != 2) {
			t.Errorf("a commune: %+v", u)
		}
	}
	if sum != page.Total.Listed || sum != 2 {
		t.Errorf("%d households in the communes, %d in all", sum, page.Total.Listed)
	}
	text := d.must(exitDone, "round", "status", "--round", "2016", "--area", "14848")
	for _, says := range []string{"Xã Tam Chung", "2/2", "Bản Ón", "Lập danh sách"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in the text:\n%s", says, text)
		}
	}
	read("--area", "14848", "--as", "xa")
	for why, one := range map[string]struct {
		code int
		args []string
	}{
		"no round":          {exitUsage, []string{"--area", "38"}},
		"no area":           {exitUsage, []string{"--round", "2016"}},
		"bad format":        {exitUsage, []string{"--round", "2016", "--area", "38", "--format", "xml"}},
		"unknown round":     {exitFailed, []string{"--round", "1999", "--area", "38"}},
		"unknown area":      {exitFailed, []string{"--round", "2016", "--area", "99999"}},
		"nobody known":      {exitFailed, []string{"--round", "2016", "--area", "14848", "--as", "aido"}},
		"another's commune": {exitFailed, []string{"--round", "2016", "--area", "14848", "--as", "xakhac"}},
	} {
		if code, out := d.run(append([]string{"round", "status"}, one.args...)...); code != one.code {
			t.Errorf("%s: exit %d: %s", why, code, out)
		}
	}
}

func TestFormsArePrintedForWhoMayReadThem(t *testing.T) {
	d := threeHomes(t)
	for _, form := range []string{"A", "B", "C"} {
		for ending, head := range map[string]string{"pdf": "%PDF-", "docx": "PK"} {
			file := d.dir + "/" + form + "." + ending
			blank := []string{"forms", "print", form, "--area", "14848", "--round", "2016", "--blank", "--out", file}
			d.must(exitDone, blank...)
			if got := d.written(file); !strings.HasPrefix(got, head) {
				t.Errorf("%s.%s begins with %.8q", form, ending, got)
			}
		}
	}
	d.must(exitDone, "forms", "print", "B", "--area", "14848", "--round", "2016", "--as", "xa", "--out", d.dir+"/xa.pdf")
	if out := d.must(exitFailed, "forms", "print", "B", "--area", "14848", "--round", "2016", "--as", "xakhac", "--out", d.dir+"/khac.pdf"); strings.Contains(out, "Hà Văn") {
		t.Errorf("it tells of households: %s", out)
	}
	if d.written(d.dir+"/khac.pdf") != "" {
		t.Error("a file was written for who may not read")
	}
	if code, out := d.run("forms", "print", "B", "--area", "14848", "--round", "2016", "--out", d.dir+"/no/such/folder.pdf"); code != exitFailed {
		t.Errorf("no such folder: exit %d: %s", code, out)
	}
}

func TestDuplicatesOfAnAreaAreThoseOfItsRegister(t *testing.T) {
	d := threeHomes(t)
	find := func(args ...string) [][]string {
		t.Helper()
		rows, err := csv.NewReader(strings.NewReader(d.must(exitDone, append([]string{"duplicates", "--round", "2016"}, args...)...))).ReadAll()
		if err != nil || len(rows) == 0 || strings.Join(rows[0], ",") != "id_a,id_b,score,reasons" {
			t.Fatalf("%v: %v", rows, err)
		}
		return rows[1:]
	}
	if rows := find("--area", "14848"); len(rows) != 1 || !strings.Contains(rows[0][3], "name_marks") {
		t.Errorf("the commune's pairs: %v", rows)
	}
	if rows := find("--area", "38"); len(rows) != 1 {
		t.Errorf("the province's pairs: %v", rows)
	}
	if rows := find("--area", "14845"); len(rows) != 0 {
		t.Errorf("pairs where nobody lives: %v", rows)
	}
	if rows := find("--area", "14848", "--as", "xa"); len(rows) != 1 {
		t.Errorf("for the commune's officer: %v", rows)
	}
	for why, one := range map[string]struct {
		code int
		args []string
	}{
		"another's commune": {exitFailed, []string{"--area", "14848", "--as", "xakhac"}},
		"only reads":        {exitFailed, []string{"--area", "14848", "--as", "ytetinh"}},
		"unknown area":      {exitFailed, []string{"--area", "99999"}},
	} {
		if code, out := d.run(append([]string{"duplicates", "--round", "2016"}, one.args...)...); code != one.code || strings.Contains(out, "name_marks") {
			t.Errorf("%s: exit %d: %s", why, code, out)
		}
	}
	if code, _ := d.run("duplicates", "--round", "1999", "--area", "14848"); code != exitFailed {
		t.Errorf("unknown round: exit %d", code)
	}
}

func TestASampleKeepsItsBoundsAndItsReaders(t *testing.T) {
	d := threeHomes(t)
	for margin, want := range map[string]int{"0": exitUsage, "-0.1": exitUsage, "0.6": exitUsage, "0.0001": exitUsage, "0,0001": exitUsage, "0,1x": exitUsage, "NaN": exitUsage, "0.1": exitDone, "0,1": exitDone} {
		if code, out := d.run("sample", "--round", "2016", "--area", "384", "--seed", "1", "--margin="+margin); code != want {
			t.Errorf("margin %s: exit %d: %s", margin, code, out)
		}
	}
	if code, out := d.run("sample", "--round", "2016", "--area", "384", "--seed", "1", "--margin", "0.1", "--as", "xa"); code != exitFailed || strings.Contains(out, "Hà Văn") {
		t.Errorf("a commune drew a sample: exit %d: %s", code, out)
	}
}
