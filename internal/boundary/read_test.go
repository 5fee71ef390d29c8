package boundary

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

const twoCommunes = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"MA_XA":"14845","TEN_XA":"Tam Chung","dan_so":3500},"geometry":{"type":"Polygon","coordinates":[[[104.5,20.5],[104.6,20.5],[104.6,20.6],[104.5,20.6],[104.5,20.5]]]}},
 {"type":"Feature","properties":{"MA_XA":14848,"TEN_XA":"Mường Lý"},"geometry":{"type":"MultiPolygon","coordinates":[[[[104.6,20.5,12],[104.7,20.5,12],[104.7,20.6,12],[104.6,20.6,12],[104.6,20.5,12]],[[104.64,20.54],[104.66,20.54],[104.66,20.56],[104.64,20.54]]],[[[104.8,20.5],[104.81,20.5],[104.81,20.51],[104.8,20.5]]]]}}]}`

// The same two squares side by side as TopoJSON: arc 0 is the common border,
// arc 1 the rest of the western, arc 2 of the eastern commune.
const topology = `{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[104,20]},
 "arcs":[[[6,5],[0,1]],[[6,6],[-1,0],[0,-1],[1,0]],[[6,5],[1,0],[0,1],[-1,0]]],
 "objects":{"communes":{"type":"GeometryCollection","geometries":[
  {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"14845","name":"Tam Chung"}},
  {"type":"MultiPolygon","arcs":[[[2,-1]]],"id":"14848x","properties":{"code":"14848","name":"Mường Lý"}}]},
  "rivers":{"type":"GeometryCollection","geometries":[{"type":"LineString","arcs":[0],"properties":{"river":"Mã"}}]}}}`

func TestReadsGeoJSON(t *testing.T) {
	areas, err := Read(strings.NewReader("\ufeff"+twoCommunes), "", DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{14845 Tam Chung [[[[104.5 20.5] [104.6 20.5] [104.6 20.6] [104.5 20.6]]]]} ` +
		`{14848 Mường Lý [[[[104.6 20.5] [104.7 20.5] [104.7 20.6] [104.6 20.6]] [[104.64 20.54] [104.66 20.54] [104.66 20.56]]] [[[104.8 20.5] [104.81 20.5] [104.81 20.51]]]]}]`
	if got := fmt.Sprint(areas); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestReadsTopoJSON(t *testing.T) {
	areas, err := Read(strings.NewReader(topology), "", DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if len(areas) != 2 || areas[0].Code != "14845" || areas[1].Name != "Mường Lý" {
		t.Fatalf("%v", areas)
	}
	for i, want := range []string{
		"[[104.6 20.5] [104.6 20.6] [104.5 20.6] [104.5 20.5]]",
		"[[104.6 20.5] [104.7 20.5] [104.7 20.6] [104.6 20.6]]",
	} {
		ring := areas[i].Polygons[0][0]
		for k := range ring {
			ring[k] = placeOf(ring[k]).degrees()
		}
		if got := fmt.Sprint(ring); got != want {
			t.Errorf("%s: %s, want %s", areas[i].Code, got, want)
		}
	}
}

func TestShapesOfOneCodeAreOneArea(t *testing.T) {
	areas, err := Read(strings.NewReader(strings.ReplaceAll(twoCommunes, "14848", `"14845"`)), "MA_XA", DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if len(areas) != 1 || len(areas[0].Polygons) != 3 {
		t.Errorf("%v", areas)
	}
}

func TestTheCodePropertyMayBeNamed(t *testing.T) {
	for _, name := range []string{"ten_xa", "TEN_XA"} {
		areas, err := Read(strings.NewReader(twoCommunes), name, DefaultLimits)
		if err != nil || areas[0].Code != "Tam Chung" {
			t.Errorf("%s: %v %v", name, areas, err)
		}
	}
	twice := strings.Replace(topology, `"rivers":{"type":"GeometryCollection","geometries":[{"type":"LineString","arcs":[0],"properties":{"river":"Mã"}}]}`,
		`"districts":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[1,2]],"properties":{"code":"384"}}]}`, 1)
	areas, err := Read(strings.NewReader(twice), "districts/code", DefaultLimits)
	if err != nil || len(areas) != 1 || areas[0].Code != "384" {
		t.Errorf("%v %v", areas, err)
	}
	_, err = Read(strings.NewReader(twice), "", DefaultLimits)
	expect(t, err, "boundary_layers", "communes, districts", "--code-property communes/code")
	one := strings.Replace(topology, `"id":"14848x"`, `"id":"14848"`, 1)
	if areas, err := Read(strings.NewReader(strings.ReplaceAll(one, `"code"`, `"x"`)), "id", DefaultLimits); err == nil {
		t.Errorf("the first shape has no id: %v", areas)
	}
}

// expect wants a refusal with the code and the words.
func expect(t *testing.T, err error, code string, words ...string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Errorf("want %s, got %v", code, err)
		return
	}
	if f.Kind != fault.Invalid || f.Code != code {
		t.Errorf("want %s, got %s: %s", code, f.Code, f.Message)
	}
	if strings.ContainsAny(f.Message, "{}‹") {
		t.Errorf("message with a hole: %s", f.Message)
	}
	for _, w := range words {
		if !strings.Contains(f.Message, w) {
			t.Errorf("%q does not say %q", f.Message, w)
		}
	}
}

func TestRefusals(t *testing.T) {
	shape := func(geometry string) string {
		return `{"type":"FeatureCollection","features":[{"properties":{"code":"14845"},"geometry":` + geometry + `}]}`
	}
	ring := func(points string) string { return shape(`{"type":"Polygon","coordinates":[[` + points + `]]}`) }
	cases := []struct {
		name, file, property, code string
		words                      []string
	}{
		{"empty file", " \n", "", "boundary_empty", nil},
		{"a shapefile in a zip", "PK\x03\x04....", "", "boundary_not_json", []string{"QGIS"}},
		{"KML", "<?xml version='1.0'?><kml/>", "", "boundary_not_json", []string{"XML"}},
		{"a table", "code;name\n1;2", "", "boundary_not_json", []string{"GeoJSON"}},
		{"a list", "[1,2]", "", "boundary_not_json", nil},
		{"broken in line 2", "{\n\"type\": FeatureCollection}", "", "boundary_not_json", []string{"dòng 2"}},
		{"cut off", twoCommunes[:len(twoCommunes)/2], "", "boundary_truncated", []string{"cụt"}},
		{"another kind", `{"type":"Feature"}`, "", "boundary_kind", []string{"«Feature»"}},
		{"no kind", `{}`, "", "boundary_kind", nil},
		{"no shapes", `{"type":"FeatureCollection","features":[]}`, "", "boundary_no_shapes", nil},
		{"features is not a list", `{"type":"FeatureCollection","features":{"a":1}}`, "", "boundary_no_shapes", nil},
		{"no such property", twoCommunes, "MA_HUYEN", "boundary_no_property", []string{"«MA_HUYEN»", "MA_XA, TEN_XA, dan_so"}},
		{"no usual property", strings.ReplaceAll(twoCommunes, "MA_XA", "ky_hieu"), "", "boundary_no_property", []string{"ky_hieu, TEN_XA, dan_so"}},
		{"a shape without code", strings.Replace(twoCommunes, `"MA_XA":14848,`, "", 1), "", "boundary_no_code", []string{"thứ 2", "«MA_XA»"}},
		{"code is a sentence", strings.ReplaceAll(twoCommunes, `"14845"`, `"`+strings.Repeat("x", 99)+`"`), "", "boundary_code", []string{"thứ 1"}},
		{"metres of VN-2000", ring("[580000,2190000],[581000,2190000],[581000,2191000]"), "", "boundary_projected", []string{"14845", "VN-2000", "WGS84", "580000"}},
		{"latitude first", ring("[20.5,104.5],[20.5,104.6],[20.6,104.6]"), "", "boundary_swapped", []string{"đổi chỗ"}},
		{"beyond the earth", ring("[190,20],[191,20],[191,21]"), "", "boundary_range", []string{"190"}},
		{"a number too large", ring("[1e999,20],[191,20],[191,21]"), "", "boundary_broken", nil},
		{"a point is a word", ring(`"x",[191,20],[191,21]`), "", "boundary_broken", []string{"14845"}},
		{"a point of one number", ring(`[105],[191,20],[191,21]`), "", "boundary_broken", nil},
		{"only two points", ring("[105,20],[105.1,20],[105,20]"), "", "boundary_no_shape", nil},
		{"no geometry", shape("null"), "", "boundary_no_shape", nil},
		{"points instead of areas", shape(`{"type":"Point","coordinates":[105,20]}`), "", "boundary_not_polygon", []string{"«Point»"}},
		{"an arc that is not there", strings.Replace(topology, "[[[2,-1]]]", "[[[2,7]]]", 1), "", "boundary_broken", []string{"«7»", "3 đường"}},
		{"an arc before the first", strings.Replace(topology, "[[[2,-1]]]", "[[[2,-9]]]", 1), "", "boundary_broken", nil},
		{"an arc without end", strings.Replace(topology, "[[[2,-1]]]", "[[[2,-99999999999999999999]]]", 1), "", "boundary_broken", nil},
		{"a broken arc", strings.Replace(topology, "[[6,5],[0,1]]", "[[6,5],[0,null]]", 1), "", "boundary_broken", []string{"Đường thứ 1"}},
		{"half a transform", strings.Replace(topology, `"scale":[0.1,0.1],`, "", 1), "", "boundary_broken", []string{"transform"}},
		{"arcs run away", strings.Replace(topology, `[[6,5],[0,1]]`, `[[1e308,5],[1e308,1]]`, 1), "", "boundary_projected", nil},
		{"nested without end", `{"type":"FeatureCollection","features":` + strings.Repeat("[", 200_000), "", "boundary_not_json", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			areas, err := Read(strings.NewReader(c.file), c.property, DefaultLimits)
			if areas != nil {
				t.Errorf("read %v", areas)
			}
			expect(t, err, c.code, c.words...)
		})
	}
}

func TestLimitsAreNamedWhenHit(t *testing.T) {
	few := Limits{Bytes: 1 << 20, Areas: 1, Points: 100}
	_, err := Read(strings.NewReader(twoCommunes), "", few)
	expect(t, err, "boundary_too_many", "1 hình")
	few = Limits{Bytes: 1 << 20, Areas: 10, Points: 9}
	_, err = Read(strings.NewReader(twoCommunes), "", few)
	expect(t, err, "boundary_too_many", "9 điểm")
	_, err = Read(bytes.NewReader(make([]byte, 3<<20)), "", Limits{Bytes: 2 << 20, Areas: 1, Points: 1})
	expect(t, err, "boundary_too_large", "2 MB")
}

// One long arc called again and again must not grow in memory without bound.
func TestRepeatedArcsCountEachTime(t *testing.T) {
	var arc, refs strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&arc, ",[%d,%d]", i%7-3, i%5-2)
	}
	for range 10_000 {
		refs.WriteString(",0")
	}
	file := `{"type":"Topology","transform":{"scale":[1e-6,1e-6],"translate":[105,20]},"arcs":[[[0,0]` + arc.String() + `]],"objects":{"a":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0` + refs.String() + `]],"properties":{"code":"1"}}]}}}`
	_, err := Read(strings.NewReader(file), "", DefaultLimits)
	expect(t, err, "boundary_too_many", "2000000 điểm")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(twoCommunes), "")
	f.Add([]byte(topology), "communes/code")
	f.Add([]byte(`{"type":"Topology","arcs":[[[105,20],[106,20],[106,21]]],"objects":{"a":{"type":"Polygon","arcs":[[0]],"id":7}}}`), "id")
	f.Fuzz(func(t *testing.T, file []byte, property string) {
		areas, err := Read(bytes.NewReader(file), property, Limits{Bytes: 1 << 16, Areas: 50, Points: 2000})
		if err != nil {
			var refused *fault.Error
			if !errors.As(err, &refused) || refused.Kind != fault.Invalid || areas != nil {
				t.Fatalf("%v with %v", err, areas)
			}
			return
		}
		if len(areas) == 0 {
			t.Fatal("no area and no fault")
		}
		for _, a := range areas {
			if a.Code == "" || len(a.Polygons) == 0 {
				t.Fatalf("half an area: %+v", a)
			}
			back, err := Unpack(Pack(a.Polygons))
			if err != nil || len(back) != len(a.Polygons) {
				t.Fatalf("packing: %v", err)
			}
			AreaKm2(a.Polygons)
			Centroid(a.Polygons)
		}
		if thin := Simplify(areas, 0.5); len(thin) != len(areas) {
			t.Fatal("thinning lost an area")
		}
	})
}
