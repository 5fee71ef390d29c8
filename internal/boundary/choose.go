package boundary

import (
	"strings"
)

// The names that offices and mapping programs give to the column of codes, and
// of names, from the likeliest on; compared without case, "_" and "-".
var (
	codeNames = []string{"code", "ma", "maxa", "macode", "madvhc", "mahc", "maphuongxa", "maxaphuong", "maqhns", "macapxa", "communecode", "wardcode", "idxa", "xaid", "areacode", "pcode", "gsocode", "nsocode", "mahuyen", "matinh", "id"}
	nameNames = []string{"fullname", "name", "ten", "tenxa", "tendvhc", "tenphuongxa", "tenxaphuong", "communename", "wardname", "tenhuyen", "label"}
)

func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// usual gives the property of the layer whose name comes first among the usual
// ones; "" if there is none.
func (l *layer) usual(names []string) string {
	for _, want := range names {
		for _, have := range l.found {
			if plain(have) == want {
				return have
			}
		}
	}
	return ""
}

// named finds a property as the person wrote it: exactly, else without regard
// to case.
func (l *layer) named(property string) string {
	if l.count[property] > 0 {
		return property
	}
	for _, have := range l.found {
		if strings.EqualFold(have, property) {
			return have
		}
	}
	return ""
}

// choose decides which layer and which property give the codes.
func choose(layers []*layer, wanted string) (*layer, string, error) {
	shapes := 0
	for _, l := range layers {
		shapes += len(l.features)
	}
	if shapes == 0 {
		return nil, "", refuse("boundary_no_shapes", "boundary.no_shapes")
	}
	property := wanted
	if name, rest, ok := strings.Cut(wanted, "/"); ok && len(layers) > 0 {
		for _, l := range layers {
			if l.name == name {
				layers, property = []*layer{l}, rest
				break
			}
		}
	}
	var fit []*layer
	var by []string
	for _, l := range layers {
		p := l.usual(codeNames)
		if property != "" {
			p = l.named(property)
		}
		if p != "" {
			fit, by = append(fit, l), append(by, p)
		}
	}
	if len(fit) > 1 {
		return nil, "", refuse("boundary_layers", "boundary.layers", "layers", layerNames(fit), "example", short(fit[0].name)+"/"+short(by[0]))
	}
	if len(fit) == 1 {
		return fit[0], by[0], nil
	}
	if property == "" {
		return nil, "", refuse("boundary_no_property", "boundary.no_usual_property", "found", properties(layers))
	}
	return nil, "", refuse("boundary_no_property", "boundary.no_property", "property", short(property), "found", properties(layers))
}

// layerNames lists layers for a message, at most twenty.
func layerNames(layers []*layer) string {
	var names []string
	for _, l := range layers {
		names = append(names, short(l.name))
	}
	return list(names)
}

// properties lists what the file does have, at most twenty names.
func properties(layers []*layer) string {
	var names []string
	seen := map[string]bool{}
	for _, l := range layers {
		for _, p := range l.found {
			if !seen[p] {
				seen[p] = true
				names = append(names, short(p))
			}
		}
	}
	if len(names) == 0 {
		return "–"
	}
	return list(names)
}

func list(names []string) string {
	if len(names) > 20 {
		return strings.Join(names[:20], ", ") + " …"
	}
	return strings.Join(names, ", ")
}
