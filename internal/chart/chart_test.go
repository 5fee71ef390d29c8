package chart

import (
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/boundary"
	"giamngheo/internal/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wellFormed refuses drawings that XML cannot read, scripts, style texts and
// numbers that are none.
func wellFormed(t testing.TB, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if n := start.Name.Local; n == "script" || n == "style" || n == "foreignObject" {
			t.Errorf("a <%s> in the drawing", n)
		}
		for _, a := range start.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" {
				t.Errorf("attribute %s in the drawing", a.Name.Local)
			}
			if a.Name.Local == "href" && strings.HasPrefix(a.Value, "javascript:") {
				t.Errorf("a link to %s", a.Value)
			}
		}
	}
	if bad := regexp.MustCompile(`NaN|Inf|\d\.\d{2}`).FindString(regexp.MustCompile(`>[^<]*<|aria-label="[^"]*"|data-key="[^"]*"|stroke-width="[^"]*"`).ReplaceAllString(svg, "><")); bad != "" {
		t.Errorf("%q in the drawing", bad)
	}
}

// golden holds one tag a line, so that a change can be read.
func golden(t *testing.T, name, svg string) {
	t.Helper()
	wellFormed(t, svg)
	got := strings.ReplaceAll(svg, "><", ">\n<") + "\n"
	file := filepath.Join("testdata", name+".svg")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; look at it and run with -update.\n%s", file, got)
	}
}

var bounds = []float64{3, 6, 12, 20, 32}

func fiveCommunes() []Site {
	return []Site{
		{"14845", "Mường Lát", 104.61, 20.53, 129},
		{"14848", "Mường Lát", 104.72, 20.51, 95},
		{"14866", "Quan Hóa", 104.85, 20.47, 60},
		{"14869", "Quan Hóa", 104.93, 20.52, 44},
		{"16660", "Tĩnh Gia", 105.15, 20.40, 12},
	}
}

func TestDrawings(t *testing.T) {
	percent := map[string]float64{"14845": 45.5, "14848": 31.9, "14866": 12, "14869": 2.9, "16660": math.NaN()}
	m := FromPoints(fiveCommunes(), 300)
	golden(t, "map-from-points", m.SVG(Picture{
		Label:  "Tỷ lệ hộ nghèo theo xã",
		Fill:   func(key string) Fill { return Fill{Class(percent[key], bounds), "Xã " + key, "/areas/" + key} },
		Legend: append(StepLegend(bounds, func(v float64) string { return number(v) + " %" }), LegendItem{Unknown, text.T("chart.unknown")}),
	}))
	golden(t, "trend", standardsTrend().SVG())
	golden(t, "bars", Bars{Title: "Thiếu nhất là nhà tiêu", Source: "Nguồn: đợt rà soát 2016", Kinds: []Kind{{"Hộ nghèo", Poor}, {"Hộ cận nghèo", Near}}, Rows: []Row{
		{Name: "Hố xí, nhà tiêu", Values: []float64{61.2, 45}, Labels: []string{"61,2%", "45,0%"}},
		{Name: "Nguồn nước sinh hoạt", Values: []float64{45, math.NaN()}, Labels: []string{"45,0%", ""}},
	}}.SVG())
	golden(t, "bars-stacked", Bars{Label: "Kết quả", Stacked: true, Kinds: []Kind{{"Nghèo", Poor}, {"Chưa rõ", Unknown}}, Rows: []Row{
		{Name: "Mường Lát", Values: []float64{40, 5}, Labels: []string{"40%", "5%"}, Total: "3.000 hộ"},
	}}.SVG())
	golden(t, "position", Position{
		Label: "Điểm B1 140, giữa 120 và 150", Marks: []Mark{{120, "120 điểm"}, {150, "150 điểm"}},
		Zones: []Zone{{Poor, "nghèo về thu nhập"}, {Near, "xét thiếu hụt"}, {Out, "không nghèo"}},
		Spots: []Spot{{105, "2015: 105", true}, {140, "2016: 140", false}, {145, "2017: 145", false}},
	}.SVG())
}

func standardsTrend() Trend {
	old, now := "chuẩn 2016–2020", "chuẩn 2022–2025"
	return Trend{Title: "Hộ nghèo giảm gần sáu lần trong năm năm", Source: "Nguồn: rà soát cuối năm", Series: []Series{
		{Name: "Hộ nghèo", Class: Poor, Readings: []Reading{
			{Year: 2015, Value: 128893, Rule: old, Unconfirmed: true}, {Year: 2016, Value: 105855, Rule: old}, {Year: 2017, Value: math.NaN(), Rule: old},
			{Year: 2018, Value: 54918, Rule: old}, {Year: 2019, Value: 32230, Rule: old}, {Year: 2020, Value: 21923, Rule: old},
			{Year: 2021, Value: 67684, Rule: now}, {Year: 2022, Value: 49893, Rule: now}}},
		{Name: "Chỉ tiêu", Class: Soft, Dashed: true, Readings: []Reading{{Year: 2016, Value: 110000}, {Year: 2017, Value: 90000}}},
	}}
}

func TestALineBreaksAtAMissingYearAndAtANewStandard(t *testing.T) {
	svg := standardsTrend().SVG()
	poor := regexp.MustCompile(`<path class="s-poor"[^>]* d="([^"]*)"`).FindStringSubmatch(svg)
	if poor == nil {
		t.Fatal("no line of the poor")
	}
	if pieces := strings.Count(poor[1], "M"); pieces != 3 {
		t.Errorf("2015–16, 2018–20 and 2021–22 are three pieces, not %d: %s", pieces, poor[1])
	}
	for _, key := range []string{"chart.break_note", "chart.gap_note", "chart.unconfirmed_note"} {
		if !strings.Contains(svg, text.T(key)) {
			t.Errorf("the picture does not say: %s", text.T(key))
		}
	}
	if !strings.Contains(svg, text.T("chart.break", "rule", "chuẩn 2022–2025")) {
		t.Error("the new standard is not named")
	}
	if n := strings.Count(svg, "f-card"); n != 1 {
		t.Errorf("one point is unconfirmed and hollow, not %d", n)
	}
}

func TestTheAxisBeginsAtZero(t *testing.T) {
	svg := Trend{Series: []Series{{Name: "Hộ", Class: Poor, Readings: []Reading{{Year: 2016, Value: 98_000}, {Year: 2017, Value: 99_000}}}}}.SVG()
	if !strings.Contains(svg, `text-anchor="end">0</text>`) || !strings.Contains(svg, `>100.000</text>`) {
		t.Error("an axis from 0 to 100.000 is missing: ", svg)
	}
}

func TestNothingToDrawIsSaid(t *testing.T) {
	for name, svg := range map[string]string{
		"trend":            Trend{Title: "Hộ nghèo"}.SVG(),
		"trend of nothing": Trend{Series: []Series{{Name: "x", Readings: []Reading{{Year: 2016, Value: math.NaN()}}}}}.SVG(),
		"bars":             Bars{}.SVG(),
	} {
		wellFormed(t, svg)
		if !strings.Contains(svg, text.T("chart.no_data")) {
			t.Errorf("%s does not say that there are no figures", name)
		}
	}
	wellFormed(t, Position{}.SVG())
	wellFormed(t, Bars{Kinds: []Kind{{"a", Poor}}, Rows: []Row{{Name: "b"}}}.SVG())
	wellFormed(t, Trend{Series: []Series{{Class: Poor, Readings: []Reading{{Year: 2016, Value: 0}}}}}.SVG())
	wellFormed(t, Trend{Series: []Series{{Class: Poor, Readings: []Reading{{Year: 2016, Value: -5}, {Year: 2017, Value: 1e300}}}}}.SVG())
}

func TestNamesCannotBecomeMarkup(t *testing.T) {
	evil := `</text><script>alert("1")</script> & 'x' "y" ` + "\x00\x1b\xff"
	drawings := []string{
		FromPoints([]Site{{Key: evil, Group: evil, Lon: 105, Lat: 20, AreaKm2: 5}, {Key: "b", Group: "b", Lon: 105.01, Lat: 20, AreaKm2: 5}}, 300).SVG(Picture{
			ID: evil, Label: evil, Legend: []LegendItem{{evil, evil}, {Unknown, evil}},
			Fill: func(key string) Fill {
				if key == "b" {
					return Fill{Class: Unknown, Title: evil, Href: "javascript:alert(1)"}
				}
				return Fill{Class: evil, Title: evil, Href: "/areas/" + evil}
			}}),
		Trend{Title: evil, Label: evil, Source: evil, Series: []Series{{Name: evil, Class: evil, Readings: []Reading{{Year: 1, Label: evil, Title: evil, Rule: evil}, {Year: 2, Rule: "b"}}}}}.SVG(),
		Bars{Title: evil, Label: evil, Source: evil, ID: evil, Kinds: []Kind{{evil, evil}, {evil, Unknown}}, Rows: []Row{{Name: evil, Values: []float64{1, 2}, Labels: []string{evil, evil}, Total: evil}}}.SVG(),
		Position{Label: evil, Marks: []Mark{{1, evil}}, Zones: []Zone{{evil, evil}, {evil, evil}}, Spots: []Spot{{1, evil, true}}}.SVG(),
	}
	for _, svg := range drawings {
		wellFormed(t, svg)
		if strings.Contains(svg, "<script") || strings.Contains(svg, "javascript:") {
			t.Error("markup got through: ", svg)
		}
	}
}

func TestStepsOfTheScale(t *testing.T) {
	for value, want := range map[float64]string{0: M0, 2.99: M0, 3: M1, 12: M3, 31.9: M4, 32: M5, 100: M5, math.NaN(): Unknown} {
		if got := Class(value, bounds); got != want {
			t.Errorf("%v is %s, want %s", value, got, want)
		}
	}
	if legend := StepLegend(bounds, number); len(legend) != 6 || legend[0].Label != "dưới 3" || legend[1].Label != "3 – 6" || legend[5].Label != "từ 32 trở lên" {
		t.Errorf("legend %v", legend)
	}
}

// Three communes in a row; the first two are one district.
func threeAreas() []boundary.Area {
	square := func(code string, x float64) boundary.Area {
		return boundary.Area{Code: code, Polygons: []boundary.Polygon{{{{x, 20}, {x + 0.1, 20}, {x + 0.1, 20.1}, {x, 20.1}}}}}
	}
	return []boundary.Area{square("3", 105.2), square("1", 105), square("2", 105.1)}
}

func TestRealBoundariesOutlineDistrictsAndTheProvince(t *testing.T) {
	district := func(a boundary.Area) string { return map[string]string{"1": "A", "2": "A", "3": "B"}[a.Code] }
	m := FromAreas(threeAreas(), district, 308)
	if len(m.Cells) != 3 || m.Cells[0].Key != "1" || m.Cells[2].Group != "B" {
		t.Fatalf("cells %+v", m.Cells)
	}
	// The border between A and B is the one upright line at two thirds.
	if want := "M204 110.5l0-106.5"; m.between != want {
		t.Errorf("between districts: %s", m.between)
	}
	if strings.Count(m.border, "M") != 1 {
		t.Errorf("the outer border is one line: %s", m.border)
	}
	golden(t, "map-from-areas", m.SVG(Picture{Label: "Ba xã", Fill: steps}))
	empty := FromAreas([]boundary.Area{{Code: "x"}}, nil, 300)
	if len(empty.Missing) != 1 || len(empty.Cells) != 0 {
		t.Errorf("an area without rings is missing: %+v", empty)
	}
}

func TestEveryClassOfTheDrawingsHasAStyle(t *testing.T) {
	for _, class := range []string{M0, M5, None, "f-" + Poor, "s-" + Near, "w-" + Out, "f-" + Soft, "hatch", "between", "border", "grid", "axis", "tick", "break", "swatch", "f-card", "f-ink"} {
		if !strings.Contains(CSS, "."+class+"{") && !strings.Contains(CSS, "."+class+",") && !strings.Contains(CSS, "."+class+" ") {
			t.Errorf("chart.css says nothing of .%s", class)
		}
	}
}
