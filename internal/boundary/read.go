package boundary

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Limits bound what one file may cost; they are settings of the installation.
type Limits struct {
	Bytes  int64 // of the file
	Areas  int   // shapes in one layer
	Points int   // of all rings together, and of all shared lines together
}

// DefaultLimits hold the whole country's communes in good detail.
var DefaultLimits = Limits{Bytes: 64 << 20, Areas: 20_000, Points: 2_000_000}

// layer is one list of shapes in a file: GeoJSON has one, TopoJSON any number.
type layer struct {
	name     string
	features []feature
	found    []string       // property names in order of appearance
	count    map[string]int // in how many shapes a property has a value
}

type feature struct {
	id, properties, geometry []byte
}

// Read reads a GeoJSON FeatureCollection or a TopoJSON topology. codeProperty
// names the property that holds the area's code, in TopoJSON also
// "layer/property"; empty means to look for a usual name. Shapes with the same
// code become one area. The order is that of the file. Every error is a
// fault.Invalid that says what to do; nothing is left out silently.
func Read(r io.Reader, codeProperty string, limits Limits) ([]Area, error) {
	raw, err := readAll(r, limits)
	if err != nil {
		return nil, err
	}
	var kind string
	var objects, arcs, transform []byte
	var shapes []byte
	members(raw, func(key string, value []byte) error {
		switch key {
		case "type":
			kind = str(value)
		case "features":
			shapes = value
		case "objects":
			objects = value
		case "arcs":
			arcs = value
		case "transform":
			transform = value
		}
		return nil
	})
	var layers []*layer
	lines := &geometry{limit: limits.Points}
	switch kind {
	case "FeatureCollection":
		one := &layer{}
		if err := one.read(shapes, limits); err != nil {
			return nil, err
		}
		layers = append(layers, one)
	case "Topology":
		if err := lines.readArcs(arcs, transform); err != nil {
			return nil, err
		}
		if layers, err = topologyLayers(objects, limits); err != nil {
			return nil, err
		}
	default:
		return nil, refuse("boundary_kind", "boundary.kind", "kind", short(kind))
	}
	chosen, property, err := choose(layers, codeProperty)
	if err != nil {
		return nil, err
	}
	return chosen.areas(property, lines)
}

func refuse(code, key string, pairs ...any) error {
	return fault.New(fault.Invalid, code, text.T(key, pairs...))
}

// readAll reads within the limit and checks that the whole is JSON.
func readAll(r io.Reader, limits Limits) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "boundary_unreadable", text.T("boundary.unreadable"))
	}
	if int64(len(raw)) > limits.Bytes {
		return nil, refuse("boundary_too_large", "boundary.too_large", "limit", limits.Bytes>>20)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return nil, refuse("boundary_empty", "boundary.empty")
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")), bytes.HasPrefix(raw, []byte{0x1f, 0x8b}):
		return nil, refuse("boundary_not_json", "boundary.packed")
	case raw[0] == '<':
		return nil, refuse("boundary_not_json", "boundary.xml")
	case raw[0] != '{':
		return nil, refuse("boundary_not_json", "boundary.not_json")
	}
	var nothing struct{}
	if err := json.Unmarshal(raw, &nothing); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && syntax.Offset >= int64(len(raw)) {
			return nil, refuse("boundary_truncated", "boundary.truncated")
		}
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(raw[:min(syntax.Offset, int64(len(raw)))], []byte("\n"))
			return nil, fault.Wrap(err, fault.Invalid, "boundary_not_json", text.T("boundary.broken", "line", line, "byte", syntax.Offset))
		}
		return nil, fault.Wrap(err, fault.Invalid, "boundary_not_json", text.T("boundary.not_json"))
	}
	return raw, nil
}

// topologyLayers lists the layers of a TopoJSON file.
func topologyLayers(objects []byte, limits Limits) ([]*layer, error) {
	var layers []*layer
	err := members(objects, func(name string, object []byte) error {
		if len(layers) == 100 {
			return refuse("boundary_too_many", "boundary.too_many_layers", "limit", 100)
		}
		one := &layer{name: norm.NFC.String(name)}
		layers = append(layers, one)
		shapes := object
		members(object, func(key string, value []byte) error {
			if key == "geometries" {
				shapes = value
			}
			return nil
		})
		if len(shapes) > 0 && shapes[0] == '{' { // a layer of one shape
			return one.add(shapes, limits)
		}
		return one.read(shapes, limits)
	})
	return layers, err
}

func (l *layer) read(shapes []byte, limits Limits) error {
	return elements(shapes, func(shape []byte) error { return l.add(shape, limits) })
}

// add takes one Feature, or one geometry of a TopoJSON layer, where the shape
// itself is the geometry.
func (l *layer) add(shape []byte, limits Limits) error {
	if len(l.features) >= limits.Areas {
		return refuse("boundary_too_many", "boundary.too_many_areas", "limit", limits.Areas)
	}
	f := feature{geometry: shape}
	members(shape, func(key string, value []byte) error {
		switch key {
		case "id":
			f.id = value
		case "properties":
			f.properties = value
		case "geometry":
			f.geometry = value
		}
		return nil
	})
	l.features = append(l.features, f)
	if l.count == nil {
		l.count = map[string]int{}
	}
	seen := map[string]bool{}
	note := func(name string, value []byte) error {
		if len(l.found) >= 200 && l.count[name] == 0 || seen[name] || strings.TrimSpace(scalar(value)) == "" {
			return nil
		}
		seen[name] = true
		if l.count[name] == 0 {
			l.found = append(l.found, name)
		}
		l.count[name]++
		if len(seen) > 1000 {
			return errStop
		}
		return nil
	}
	members(f.properties, note)
	if f.id != nil {
		note("id", f.id)
	}
	return nil
}

// errStop ends a walk early; it is never shown.
var errStop = errors.New("stop")

// value gives a property of a shape as trimmed, composed text.
func (f feature) value(property string) string {
	var out string
	members(f.properties, func(key string, value []byte) error {
		if key == property {
			out = scalar(value)
		}
		return nil
	})
	if out == "" && property == "id" {
		out = scalar(f.id)
	}
	return norm.NFC.String(strings.TrimSpace(out))
}

// areas reads the shapes of the chosen layer.
func (l *layer) areas(property string, lines *geometry) ([]Area, error) {
	nameProperty := l.usual(nameNames)
	at := map[string]int{}
	var out []Area
	for i, f := range l.features {
		code := f.value(property)
		if code == "" {
			return nil, refuse("boundary_no_code", "boundary.no_code", "n", i+1, "property", short(property))
		}
		if len(code) > 40 {
			return nil, refuse("boundary_code", "boundary.code_too_long", "n", i+1, "property", short(property), "code", short(code))
		}
		polygons, err := lines.read(f.geometry, label{i + 1, code})
		if err != nil {
			return nil, err
		}
		if k, again := at[code]; again {
			out[k].Polygons = append(out[k].Polygons, polygons...)
			continue
		}
		at[code] = len(out)
		a := Area{Code: code, Polygons: polygons}
		if nameProperty != "" {
			a.Name = f.value(nameProperty)
		}
		out = append(out, a)
	}
	return out, nil
}

// short keeps a text from a file short enough for a message.
func short(s string) string {
	r := []rune(strings.ToValidUTF8(s, "�"))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}
