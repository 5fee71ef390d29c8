package chart

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func year() Gantt {
	return Gantt{Label: "Lịch năm 2017", From: "2017-01-01", To: "2017-12-31", Today: "2017-11-20", Source: "Kế hoạch <159>",
		Rows: []GanttRow{
			{Name: "I.5 Rà soát cấp xã & thôn", Note: "600/635", Class: Poor, Begin: "2017-10-25", End: "2017-11-15", Done: 0.9, Href: "/nhiem-vu/2017?viec=I.5", Title: "hạn 15/11"},
			{Name: "II.1 Kế hoạch xã", Note: "0/635", Class: Brand, Begin: "2017-11-15", End: "2017-11-10", Href: "javascript:alert(1)"},
			{Name: "B.3 Giao chỉ tiêu", Note: "kế hoạch không ghi ngày"},
		},
		Links: []GanttLink{{From: 0, To: 1, Against: true}, {From: 2, To: 1}, {From: 0, To: 9}}}
}

func TestAGanttChartIsWellFormedAndLinksToEachTask(t *testing.T) {
	drawn := year().SVG()
	for d := xml.NewDecoder(strings.NewReader(drawn)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(drawn, `href="/nhiem-vu/2017?viec=I.5"`) || strings.Contains(drawn, "javascript") {
		t.Error("a bar leads elsewhere")
	}
	if n := strings.Count(drawn, "stroke-dasharray=\"4 2\""); n != 1 {
		t.Errorf("%d arrows are drawn as contradictions", n)
	}
	if strings.Count(drawn, `class="bar"`) != 3 || strings.Count(drawn, "NaN") > 0 {
		t.Error("a row is missing, or has no place")
	}
}

func TestADayStandsWhereItIsInTheYear(t *testing.T) {
	g := year()
	names, days, _ := g.parts()
	if g.x("2017-01-01") != margin+names || g.x("2017-12-31") != margin+names+days {
		t.Error("the ends of the year are not the ends of the chart")
	}
	if g.x("2016-05-01") != g.x(g.From) || g.x("2019-05-01") != g.x(g.To) {
		t.Error("days outside of the year run out of the chart")
	}
	if a, b, c := g.x("2017-10-25"), g.x("2017-11-10"), g.x("2017-11-15"); !(a < b && b < c) {
		t.Error(a, b, c)
	}
}

func TestANarrowChartFitsAPhoneAndSaysTheSameOfEachTask(t *testing.T) {
	g := year()
	for n := range g.Rows {
		g.Rows[n].Short = "K." + string(rune('1'+n))
	}
	g.Narrow = true
	drawn := g.SVG()
	if !strings.Contains(drawn, `viewBox="0 0 310 `) || strings.Contains(drawn, "I.5 Rà soát cấp") || strings.Count(drawn, "K.") != 3 || !strings.Contains(drawn, "600/635") || !strings.Contains(drawn, `href="/nhiem-vu/2017?viec=I.5"`) {
		t.Error(drawn)
	}
}

func TestAYearWithoutWorkSaysSo(t *testing.T) {
	if drawn := (Gantt{From: "2017-01-01", To: "2017-12-31"}).SVG(); strings.Contains(drawn, "<rect") || !strings.Contains(drawn, "<text") {
		t.Error(drawn)
	}
}
