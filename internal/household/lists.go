package household

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/vn"
	"giamngheo/law"
)

// List is a list of codes that an authority or the forms set: ethnic groups,
// policy groups, relations.
type List struct {
	Items     []Item
	Source    string
	Confirmed bool
	Majority  string // of the ethnic groups: who is not a minority
	byCode    map[string]int
	byFold    map[string]int
}

// Item is one entry with its other spellings.
type Item struct {
	Code string   `yaml:"code"`
	Name string   `yaml:"name"`
	Also []string `yaml:"also"`
}

// The lists, read once from law/groups.
var (
	Ethnic    = mustList("groups/ethnic.yaml")
	Policy    = mustList("groups/policy.yaml")
	Relations = mustList("groups/relations.yaml")
)

// Has says whether the code exists.
func (l *List) Has(code string) bool { _, ok := l.byCode[code]; return ok }

// Name gives the Vietnamese name; an unknown code is shown as it stands.
func (l *List) Name(code string) string {
	if i, ok := l.byCode[code]; ok {
		return l.Items[i].Name
	}
	return code
}

// Index gives the position in the list, -1 for an unknown code.
func (l *List) Index(code string) int {
	if i, ok := l.byCode[code]; ok {
		return i
	}
	return -1
}

// Parse finds the code that people mean by a word.
func (l *List) Parse(word string) (code string, ok bool) {
	if l.Has(word) {
		return word, true
	}
	i, ok := l.byFold[vn.Fold(word)]
	if !ok {
		return "", false
	}
	return l.Items[i].Code, true
}

func mustList(name string) *List {
	l, err := readList(name)
	if err != nil {
		panic(fmt.Sprintf("law/%s: %v", name, err))
	}
	return l
}

func readList(name string) (*List, error) {
	raw, err := law.Files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var file struct {
		Source    string `yaml:"source"`
		Confirmed bool   `yaml:"confirmed"`
		Majority  string `yaml:"majority"`
		Groups    []Item `yaml:"groups"`
		Relations []Item `yaml:"relations"`
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, err
	}
	l := &List{Items: append(file.Groups, file.Relations...), Source: file.Source, Confirmed: file.Confirmed, Majority: file.Majority,
		byCode: map[string]int{}, byFold: map[string]int{}}
	for i, item := range l.Items {
		if _, twice := l.byCode[item.Code]; twice {
			return nil, fmt.Errorf("%s stands twice", item.Code)
		}
		l.byCode[item.Code] = i
		for _, word := range append(item.Also, item.Name) {
			folded := vn.Fold(word)
			if j, taken := l.byFold[folded]; taken && j != i {
				return nil, fmt.Errorf("%q means both %s and %s", word, l.Items[j].Code, item.Code)
			}
			l.byFold[folded] = i
		}
	}
	return l, nil
}

func join(codes []string) string { return strings.Join(codes, ",") }
