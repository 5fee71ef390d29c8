package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/standard"
	"giamngheo/internal/vn"
	"giamngheo/law"
)

// words is law/forms/import-headers.yaml: how the offices name their columns
// and write their answers. The first name of a column is the one it has when
// the program writes it.
type words struct {
	Kind           string              `yaml:"kind"`
	Source         string              `yaml:"source"`
	Confirmed      bool                `yaml:"confirmed"`
	Erase          []string            `yaml:"erase"`
	Sheets         map[string][]string `yaml:"sheets"`
	Households     map[string][]string `yaml:"households"`
	Indicators     []string            `yaml:"indicators"`
	CauseColumns   []string            `yaml:"cause_columns"`
	IndicatorNames map[string][]string `yaml:"indicator_names"`
	Facts          map[string][]string `yaml:"facts"`
	Members        map[string][]string `yaml:"members"`
	Education      map[string][]string `yaml:"education"`
	Villages       map[string][]string `yaml:"villages"`
	Values         struct {
		Yes         []string            `yaml:"yes"`
		No          []string            `yaml:"no"`
		Deprived    []string            `yaml:"deprived"`
		NotDeprived []string            `yaml:"not_deprived"`
		Sex         map[string][]string `yaml:"sex"`
		AreaType    map[string][]string `yaml:"area_type"`
		Class       map[string][]string `yaml:"class"`
		Purpose     map[string][]string `yaml:"purpose"`
	} `yaml:"values"`

	// By folded word.
	erase, yesNo, marks, sex, areaType, class, purpose, finished map[string]string
}

// forms reads the file once; one that is faulty is a defect of the program.
var forms = sync.OnceValue(func() *words {
	raw, err := law.Files.ReadFile("forms/import-headers.yaml")
	if err != nil {
		panic(err)
	}
	w, err := parseWords(raw)
	if err != nil {
		panic(fmt.Sprintf("law/forms/import-headers.yaml: %v", err))
	}
	return w
})

func parseWords(raw []byte) (*words, error) {
	w := &words{}
	if err := yaml.UnmarshalWithOptions(raw, w, yaml.Strict()); err != nil {
		return nil, err
	}
	v := w.Values
	var err error
	for _, list := range []struct {
		to    *map[string]string
		words map[string][]string
	}{
		{&w.erase, map[string][]string{"erase": w.Erase}},
		{&w.yesNo, map[string][]string{"1": v.Yes, "0": v.No}},
		{&w.marks, map[string][]string{"1": v.Deprived, "0": v.NotDeprived}},
		{&w.sex, v.Sex}, {&w.areaType, v.AreaType}, {&w.class, v.Class}, {&w.purpose, v.Purpose},
		{&w.finished, map[string][]string{"1": w.Education["finished"], "0": w.Education["unfinished"]}},
	} {
		if *list.to, err = byFold(list.words); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// byFold turns lists of words into one table; codes stand for themselves.
func byFold(lists map[string][]string) (map[string]string, error) {
	out := map[string]string{}
	for code, words := range lists {
		for _, word := range words {
			k := foldWord(word)
			if other, taken := out[k]; taken && other != code {
				return nil, fmt.Errorf("%q means both %s and %s", word, other, code)
			}
			out[k] = code
		}
	}
	for code := range lists {
		if _, taken := out[code]; !taken {
			out[code] = code
		}
	}
	return out, nil
}

// foldWord keeps a mark that has no letters (✓) as it is.
func foldWord(word string) string {
	if k := vn.Fold(word); k != "" {
		return k
	}
	return word
}

// The prefixes of the fields that stand for one indicator, cause or fact.
const (
	indicatorField = "indicator:"
	causeField     = "cause:"
	factField      = "fact:"
)

// householdAliases are the names of all columns of the sheet of households
// under a standard.
func (w *words) householdAliases(set *standard.Set, causes *standard.Causes) map[string][]string {
	all := map[string][]string{}
	for field, names := range w.Households {
		all[field] = names
	}
	all["b1"] = append(slices.Clone(all["b1"]), set.Score.Name)
	all["b2"] = append(slices.Clone(all["b2"]), set.PointsName)
	for i, indicator := range set.Indicators {
		number := strconv.Itoa(i + 1)
		names := []string{indicator.Code, indicator.Name.Text}
		names = append(names, w.IndicatorNames[indicator.Code]...)
		for _, prefix := range w.Indicators {
			names = append(names, prefix+" "+number, prefix+number, prefix+" "+indicator.Name.Text)
		}
		all[indicatorField+indicator.Code] = names
	}
	for _, cause := range causes.Causes {
		number := strconv.Itoa(cause.Number)
		var names []string
		for _, prefix := range w.CauseColumns {
			names = append(names, prefix+" "+number, prefix+number, prefix+" "+cause.Name.Text)
		}
		all[causeField+cause.Code] = append(names, cause.Name.Text)
	}
	for _, fact := range factsOf(set) {
		all[factField+fact] = append(append([]string{}, w.Facts[fact]...), fact)
	}
	return all
}

// factsOf lists the facts of the dwelling that the standard derives from, in
// its order.
func factsOf(set *standard.Set) []string {
	var list []string
	for _, indicator := range set.Indicators {
		if indicator.Derive != nil {
			list = append(list, indicator.Derive.Facts...)
		}
	}
	return list
}
