package demo

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

// data is law/demo and the province's figures.
type data struct {
	names   namesFile
	people  peopleFile
	poverty povertyFile
	office  officeFile
	figures []figure
}

type namesFile struct {
	Source    string
	Confirmed bool
	Groups    []struct {
		Ethnic       string
		Family       []string
		MaleMiddle   []string `yaml:"male_middle"`
		FemaleMiddle []string `yaml:"female_middle"`
		Male, Female []string
	}
	Villages []villageRule
}

type villageRule struct {
	Commune  string
	Zones    []string
	Type     string
	Numbered bool
	Names    []string
}

type peopleFile struct {
	Source            string
	Confirmed         bool
	CommuneSize       map[string]float64 `yaml:"commune_size"`
	CommuneSpread     float64            `yaml:"commune_spread"`
	VillageHouseholds int                `yaml:"village_households"`
	VillageAverage    int                `yaml:"village_average"`
	VillageLeast      int                `yaml:"village_least"`
	Growth            map[string]float64 `yaml:"growth"`
	Ethnic            []map[string]any   `yaml:"ethnic"`
	MixedMarriage     float64            `yaml:"mixed_marriage"`
	BirthByChildren   []float64          `yaml:"birth_by_children"`
	MoreChildren      map[string]float64 `yaml:"more_children"`
	Death             []struct {
		Below int
		Rate  float64
	}
	LeavesHome   float64 `yaml:"leaves_home"`
	MarriesIn    float64 `yaml:"marries_in"`
	MovesCommune float64 `yaml:"moves_commune"`
	MovesAway    float64 `yaml:"moves_away"`
	Merges       float64
	SplitShare   float64 `yaml:"split_share"`
	Merit        float64
	OtherGroup   float64 `yaml:"other_group"`
	HasID        float64 `yaml:"has_national_id"`
	NewNumber    float64 `yaml:"new_number"`
	SameNumber   float64 `yaml:"same_number"`
	HasPhone     float64 `yaml:"has_phone"`
	YearOnly     float64 `yaml:"year_only"`

	ethnicOf map[string][]ethnicShare
}

type ethnicShare struct {
	code  string
	share float64
}

type povertyFile struct {
	Source    string
	Confirmed bool
	Assumed   []assumed `yaml:"assumed_near_poor"`
	Poor      map[string]float64
	NearPoor  map[string]float64 `yaml:"near_poor"`
	District  []struct {
		Code     string
		Poor     float64
		NearPoor float64 `yaml:"near_poor"`
	}
	CommuneSpread float64 `yaml:"commune_spread"`
	MostPoor      float64 `yaml:"most_poor"`
	MostBoth      float64 `yaml:"most_both"`
	Minority      float64
	YearToYear    float64 `yaml:"year_to_year"`
	Misfortune    struct {
		Chance float64 `yaml:"chance"`
		Weight float64 `yaml:"weight"`
	} `yaml:"misfortune"`
	Screened      float64
	Undetermined  float64
	Deprivations  []deprivationRule
	Improves      float64
	WithClass     float64 `yaml:"improves_with_class"`
	Worsens       float64
	ByDeprivation float64            `yaml:"by_deprivation"`
	Finishes      map[string]float64 `yaml:"finishes_school"`
	Causes        []causeRule
}

type assumed struct {
	Year      int
	Value     int
	Source    string
	Confirmed bool
}

type deprivationRule struct {
	Code     string
	Poor     float64
	NearPoor float64 `yaml:"near_poor"`
	NotPoor  float64 `yaml:"not_poor"`
	Zones    map[string]float64
}

type causeRule struct {
	Code     string
	Rate     float64
	Minority float64
	When     string
}

// figure is the province at the end of a year, for all of its households.
type figure struct {
	year                   int
	households, poor, near int
	assumed                bool // the near-poor
}

func readData(tree fs.FS, first, last int) (*data, error) {
	var d data
	for name, into := range map[string]any{"demo/names.yaml": &d.names, "demo/people.yaml": &d.people, "demo/poverty.yaml": &d.poverty, "demo/review.yaml": &d.office} {
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalWithOptions(raw, into, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("law/%s: %w", name, err)
		}
	}
	var err error
	if d.figures, err = readFigures(tree, first, last, d.poverty.Assumed); err != nil {
		return nil, fmt.Errorf("law/figures: %w", err)
	}
	return &d, d.check()
}

func (d *data) check() error {
	d.people.ethnicOf = map[string][]ethnicShare{}
	for _, row := range d.people.Ethnic {
		var list []ethnicShare
		for _, item := range household.Ethnic.Items { // in the list's order: a map has none
			if v, ok := row[item.Code]; ok {
				share, err := strconv.ParseFloat(fmt.Sprint(v), 64)
				if err != nil {
					return fmt.Errorf("law/demo/people.yaml: %s: %w", item.Code, err)
				}
				list = append(list, ethnicShare{item.Code, share})
			}
		}
		if len(list) != len(row)-1 {
			return fmt.Errorf("law/demo/people.yaml: unknown ethnic group in district %v", row["district"])
		}
		d.people.ethnicOf[fmt.Sprint(row["district"])] = list
	}
	for _, c := range d.poverty.Causes {
		if !slices.ContainsFunc(standard.Law().Causes.Causes, func(known standard.Cause) bool { return known.Code == c.Code }) {
			return fmt.Errorf("law/demo/poverty.yaml: unknown cause %s", c.Code)
		}
	}
	return nil
}

// readFigures reads the years and puts the assumed near-poor where none are
// published.
func readFigures(tree fs.FS, first, last int, assumptions []assumed) ([]figure, error) {
	file, err := tree.Open("figures/province-figures.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	var list []figure
	for _, row := range rows[1:] {
		var f figure
		for column, into := range map[string]*int{"year": &f.year, "total_households_approx": &f.households, "poor_households": &f.poor, "near_poor_households": &f.near} {
			if row[at[column]] == "" {
				continue
			}
			if *into, err = strconv.Atoi(row[at[column]]); err != nil {
				return nil, err
			}
		}
		for _, a := range assumptions {
			if a.Year == f.year && f.near == 0 {
				f.near, f.assumed = a.Value, true
			}
		}
		if f.year >= first && f.year <= last {
			list = append(list, f)
		}
	}
	for i, f := range list {
		if f.year != first+i || f.households == 0 || f.poor == 0 || f.near == 0 {
			return nil, fmt.Errorf("year %d is not complete", first+i)
		}
	}
	if len(list) != last-first+1 {
		return nil, fmt.Errorf("%d years of %d to %d", len(list), first, last)
	}
	return list, nil
}

func ownData() (*data, error) { return readData(law.Files, firstYear, lastYear) }
