package area

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strconv"

	"github.com/goccy/go-yaml"
)

// folder is where the tables stand in law.Files.
const folder = "areas/"

// table is the whole of law/areas as read, before identities are given.
type table struct {
	rules      rules
	areas      []areaRow
	changes    []changeRow
	aliases    map[string]string // alias code → code
	crosswalks []crosswalk
	marks      []markRow
	points     []pointRow
}

// rules is areas.yaml.
type rules struct {
	Levels     []LevelRule
	Types      []TypeRule
	Aliases    aliasRule
	Crosswalks []crosswalkRule
	Marks      markRule
}

// LevelRule is one level of the tree, from the top down.
type LevelRule struct {
	ID            Level `yaml:"id"`
	FollowsParent bool  `yaml:"follows_parent"`
}

// TypeRule is one type of unit and the words for it.
type TypeRule struct {
	ID    string   `yaml:"id"`
	Level Level    `yaml:"level"`
	Word  string   `yaml:"word"`
	Short []string `yaml:"short"`
}

type aliasRule struct {
	File, On, Source string
	Confirmed        bool
}

type crosswalkRule struct{ File, From, To string }

type markRule struct {
	File, From string
	Columns    []struct {
		Column, Mark string
		Confirmed    bool
		Unconfirmed  []Level `yaml:"unconfirmed_levels"`
	}
	OfDistrict []string `yaml:"of_district"`
	Later      []struct{ Code, Mark, From, Value, Source string }
}

type areaRow struct {
	line                              int
	code, typ, name, fullName, parent string
	level                             Level
	from, to                          string
	urban                             bool
	source                            string
}

type changeRow struct {
	line                   int
	day, kind, from, to    string
	share, people, overlay Share
	source, confidence     string
	note                   string
}

type crosswalk struct {
	from, to string
	parts    map[string][]changeRow // by the code on the first day
}

type markRow struct {
	code, source string
	level        Level
	values       map[string]string
}

type pointRow struct {
	code, on     string
	lon, lat, km float64
}

// Share is a part of a whole, 0 to 1, or not known.
type Share struct {
	Value float64
	Known bool
}

func known(v float64) Share { return Share{v, true} }

func readTable(fsys fs.FS) (*table, error) {
	t := &table{aliases: map[string]string{}}
	raw, err := fs.ReadFile(fsys, folder+"areas.yaml")
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalWithOptions(raw, &t.rules, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("areas.yaml: %w", err)
	}
	if err := t.rules.check(); err != nil {
		return nil, fmt.Errorf("areas.yaml: %w", err)
	}
	files := []struct {
		name string
		into func(*sheet) error
	}{
		{"areas.csv", t.addArea},
		{"changes.csv", t.addChange},
		{t.rules.Aliases.File, t.addAlias},
		{t.rules.Marks.File, t.addMark},
		{"points.csv", t.addPoint},
	}
	for _, rule := range t.rules.Crosswalks {
		c := crosswalk{rule.From, rule.To, map[string][]changeRow{}}
		t.crosswalks = append(t.crosswalks, c)
		files = append(files, struct {
			name string
			into func(*sheet) error
		}{rule.File, c.add})
	}
	for _, f := range files {
		if f.name == "" {
			continue
		}
		if err := readSheet(fsys, f.name, f.into); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (r rules) check() error {
	if len(r.Levels) == 0 {
		return errors.New("no levels")
	}
	levels := map[Level]bool{}
	for _, l := range r.Levels {
		if l.ID == "" || levels[l.ID] {
			return fmt.Errorf("level %q is empty or stands twice", l.ID)
		}
		levels[l.ID] = true
	}
	for _, t := range r.Types {
		if !levels[t.Level] {
			return fmt.Errorf("type %s: no level %q", t.ID, t.Level)
		}
	}
	return nil
}

func (t *table) addArea(s *sheet) error {
	row := areaRow{
		line: s.line, code: s.get("code"), level: Level(s.get("level")), typ: s.get("type"),
		name: s.get("name"), fullName: s.get("full_name"), parent: s.get("parent_code"),
		from: s.day("valid_from"), to: s.dayOrEmpty("valid_to"),
		urban: s.get("urban") == "true", source: s.get("source"),
	}
	if row.code == "" || row.name == "" {
		s.fail("code or name is empty")
	}
	if row.to != "" && row.to <= row.from {
		s.fail("valid_to %s is not after valid_from %s", row.to, row.from)
	}
	t.areas = append(t.areas, row)
	return s.err
}

func (t *table) addChange(s *sheet) error {
	t.changes = append(t.changes, changeRow{
		line: s.line, day: s.day("date"), kind: s.get("kind"), from: s.get("from_code"), to: s.get("to_code"),
		share: s.share("share"), people: s.share("pop_share"), overlay: s.share("overlay_share"),
		source: s.get("source"), confidence: s.get("confidence"), note: s.get("note"),
	})
	return s.err
}

func (t *table) addAlias(s *sheet) error {
	// the alias code is the first column, named after its list
	alias := s.row[0]
	if _, twice := t.aliases[alias]; twice || alias == "" {
		s.fail("alias code %q is empty or stands twice", alias)
	}
	t.aliases[alias] = s.get("code")
	return s.err
}

func (t *table) addMark(s *sheet) error {
	row := markRow{code: s.get("code"), level: Level(s.get("level")), source: s.get("source"), values: map[string]string{}}
	for _, c := range t.rules.Marks.Columns {
		v := s.get(c.Column)
		if v != "" && v != "true" && v != "false" {
			s.fail("%s is %q, not true, false or empty", c.Column, v)
		}
		row.values[c.Mark] = v
	}
	t.marks = append(t.marks, row)
	return s.err
}

func (t *table) addPoint(s *sheet) error {
	t.points = append(t.points, pointRow{
		code: s.get("code"), on: s.day("valid_on"),
		lon: s.number("lon", -180, 180), lat: s.number("lat", -90, 90), km: s.number("area_km2", 0, 1e6),
	})
	return s.err
}

func (c crosswalk) add(s *sheet) error {
	// the two code columns are named after their years; they stand first
	if len(s.row) < 2 {
		s.fail("two code columns are expected first")
		return s.err
	}
	from := s.row[0]
	c.parts[from] = append(c.parts[from], changeRow{
		line: s.line, day: c.to, from: from, to: s.row[1], share: s.share("share"), people: s.share("pop_share"),
		overlay: s.share("overlay_share"), source: s.get("method"), note: s.get("note"),
	})
	return s.err
}

// sheet is one CSV file being read; the first fault of a row is kept.
type sheet struct {
	columns map[string]int
	row     []string
	line    int
	err     error
}

func readSheet(fsys fs.FS, name string, into func(*sheet) error) error {
	f, err := fsys.Open(folder + name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: header: %w", name, err)
	}
	s := &sheet{columns: map[string]int{}}
	for i, h := range header {
		s.columns[h] = i
	}
	for {
		s.row, err = r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.line, _ = r.FieldPos(0)
		if err := into(s); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, s.line, err)
		}
	}
}

func (s *sheet) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

func (s *sheet) get(column string) string {
	i, ok := s.columns[column]
	if !ok {
		s.fail("no column %q", column)
		return ""
	}
	return s.row[i]
}

func (s *sheet) day(column string) string {
	v := s.get(column)
	if !ValidDay(v) {
		s.fail("%s: %q is not a day", column, v)
	}
	return v
}

func (s *sheet) dayOrEmpty(column string) string {
	if s.get(column) == "" {
		return ""
	}
	return s.day(column)
}

func (s *sheet) share(column string) Share {
	if s.get(column) == "" {
		return Share{}
	}
	return known(s.number(column, 0, 1))
}

func (s *sheet) number(column string, low, high float64) float64 {
	v, err := strconv.ParseFloat(s.get(column), 64)
	if err != nil || math.IsNaN(v) || v < low || v > high {
		s.fail("%s: %q is not a number from %v to %v", column, s.get(column), low, high)
		return 0
	}
	return v
}
