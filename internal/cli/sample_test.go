package cli

import (
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// stdout is what a command writes without its remarks.
func (d desk) sample(seed string) (out string, rows []map[string]string) {
	d.t.Helper()
	out = d.must(exitDone, "sample", "--round", "2016", "--area", "384", "--margin", "0.1", "--seed", seed)
	_, table, _ := strings.Cut(out, "household,")
	records, err := csv.NewReader(strings.NewReader("household," + table)).ReadAll()
	if err != nil {
		d.t.Fatal(err, out)
	}
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return out, rows
}

func TestASampleIsDrawnBySeedFromAssessedHouseholds(t *testing.T) {
	d := desk{t, t.TempDir()}
	d.must(exitDone, "round", "open", "--year", "2016", "--standard", "vn-2016")
	d.must(exitDone, "import", "villages", d.file("thon.csv", "Xã,Thôn\nTam Chung,Bản Ón\nMường Lát,Khu 1\n"), "--area", "384")
	var sheet strings.Builder
	sheet.WriteString("Chủ hộ,Ngày sinh,Xã,Thôn,Điểm B1\n")
	for i := range 60 {
		place := "Tam Chung,Bản Ón"
		if i >= 54 {
			place = "Mường Lát,Khu 1"
		}
		points := "105"
		if i < 4 {
			points = "" // no form: not in the frame
		}
		fmt.Fprintf(&sheet, "Hà Văn %c%c,%d,%s,%s\n", 'A'+i/26, 'a'+i%26, 1950+i%40, place, points)
	}
	empty, _ := d.run("sample", "--round", "2016", "--area", "384", "--margin", "0.1", "--seed", "1")
	if empty != exitRefused {
		t.Errorf("drawn from nobody: exit %d", empty)
	}
	d.must(exitDone, "import", "households", d.file("ho.csv", sheet.String()), "--round", "2016", "--area", "384")

	out, rows := d.sample("7")
	weights := map[string]float64{}
	for _, r := range rows {
		w, err := strconv.ParseFloat(r["weight"], 64)
		if err != nil {
			t.Fatal(err)
		}
		weights[r["commune"]] += w
	}
	if len(weights) != 2 || weights["Thị trấn Mường Lát"] != 6 || math.Abs(weights["Xã Tam Chung"]-50) > 1e-9 {
		t.Errorf("weights %v\n%s", weights, out)
	}
	if again, _ := d.sample("7"); again != out {
		t.Error("the same seed drew another list")
	}
	if other, _ := d.sample("8"); other == out {
		t.Error("another seed drew the same list")
	}
	for name, args := range map[string][]string{
		"no margin":  {"--seed", "1"},
		"bad margin": {"--seed", "1", "--margin", "2"},
		"no number":  {"--seed", "x", "--margin", "0.05"},
		"bad format": {"--seed", "1", "--margin", "0.05", "--format", "pdf"},
	} {
		if code, _ := d.run(append([]string{"sample", "--round", "2016", "--area", "384"}, args...)...); code != exitUsage {
			t.Errorf("%s: exit %d", name, code)
		}
	}
	if code, _ := d.run("sample", "--round", "1999", "--area", "384", "--seed", "1", "--margin", "0.05"); code != exitFailed {
		t.Errorf("unknown round: exit %d", code)
	}
}
