package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestStandardsAreListedShownAndChecked(t *testing.T) {
	var out bytes.Buffer
	run := func(args ...string) (string, int) {
		out.Reset()
		cmd := newStandards()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetArgs(args)
		err := cmd.Execute()
		return out.String(), exitCode(err)
	}
	if got, code := run("list"); code != 0 || !strings.Contains(got, "VN-2022  2022-01-01  2026-12-31") {
		t.Errorf("list: code %d\n%s", code, got)
	}
	got, code := run("list", "--format", "json")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(got), &rows); err != nil || code != 0 || len(rows) != 3 || rows[0]["id"] != "VN-2016" {
		t.Errorf("list json: code %d, %v\n%s", code, err, got)
	}
	if got, code := run("show", "vn-2016"); code != 0 || !strings.Contains(got, "900.000 đồng [qd-59-2015; đã xác nhận]") || !strings.Contains(got, "nhãn N1 [common; CHƯA xác nhận]") {
		t.Errorf("show: code %d\n%s", code, got)
	}
	got, code = run("show", "VN-2027", "--format", "json")
	var set map[string]any
	if err := json.Unmarshal([]byte(got), &set); err != nil || code != 0 || set["id"] != "VN-2027" {
		t.Errorf("show json: code %d, %v", code, err)
	}
	if got, code := run("check"); code != 0 || !strings.Contains(got, "3 chuẩn nghèo") {
		t.Errorf("check: code %d, %s", code, got)
	}
	for _, args := range [][]string{{}, {"show"}, {"show", "vn-1993"}, {"list", "--format", "yaml"}, {"list", "more"}} {
		if _, code := run(args...); code != exitUsage {
			t.Errorf("%v: code %d", args, code)
		}
	}
}
