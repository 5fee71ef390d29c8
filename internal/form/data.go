package form

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"giamngheo/internal/standard"
)

// kindForm marks the files of law/forms that are forms; others (names of
// columns) are not read here.
const kindForm = "form"

// Load reads and checks every form of forms/ below a tree, and binds each to
// the standards it goes with.
func Load(tree fs.FS, law *standard.Library) (*Library, error) {
	names, err := fs.Glob(tree, "forms/*.yaml")
	if err != nil {
		return nil, err
	}
	library := &Library{}
	var faults []error
	for _, name := range names {
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		var head struct {
			Kind string `yaml:"kind"`
		}
		if err := yaml.Unmarshal(raw, &head); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path.Base(name), err))
			continue
		}
		if head.Kind != kindForm {
			continue
		}
		d, err := Parse(raw)
		if err == nil {
			err = d.bindsTo(law, raw)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path.Base(name), err))
			continue
		}
		library.Definitions = append(library.Definitions, d)
	}
	faults = append(faults, library.overlaps()...)
	slices.SortFunc(library.Definitions, func(a, b *Definition) int {
		return strings.Compare(a.Code+a.Valid.From, b.Code+b.Valid.From)
	})
	return library, errors.Join(faults...)
}

// Parse reads one definition strictly and checks it on its own.
func Parse(raw []byte) (*Definition, error) {
	d := &Definition{}
	if err := yaml.UnmarshalWithOptions(raw, d, yaml.Strict()); err != nil {
		return nil, err
	}
	return d, d.check(raw)
}

// bindsTo checks what only the standards can tell: that each standard is there,
// that no code stands twice once the sections are filled, that conditions name
// what the bound form asks, and that every fact on which an indicator rests is
// asked.
func (d *Definition) bindsTo(law *standard.Library, raw []byte) error {
	c := &checker{raw: raw}
	sets := law.Sets
	if len(d.Standards) > 0 {
		sets = nil
		for _, id := range d.Standards {
			set, err := law.ByID(id)
			if err != nil {
				c.at("$.standards", "standard %q is not there", id)
				continue
			}
			sets = append(sets, set)
		}
	}
	for _, set := range sets {
		f, err := d.With(set, law)
		if err != nil {
			c.at("$", "with %s: %v", set.ID, err)
			continue
		}
		seen := map[string]bool{}
		for _, s := range f.Sections {
			for _, q := range s.Questions {
				if seen[q.Code] {
					c.at("$.sections", "with %s the question %q stands twice", set.ID, q.Code)
				}
				seen[q.Code] = true
			}
		}
		d.checkConditions(c, f)
		if d.Code == Scores {
			for _, fact := range set.Facts() {
				if f.Question(fact) == nil {
					c.at("$.sections", "%s rests on the fact %q, which no question asks for", set.ID, fact)
				}
			}
		}
	}
	return c.result()
}

// overlaps refuses two definitions of one form for one standard on one day.
func (l *Library) overlaps() (faults []error) {
	ids := map[string]bool{}
	for i, a := range l.Definitions {
		if ids[a.ID] {
			faults = append(faults, fmt.Errorf("%s stands twice", a.ID))
		}
		ids[a.ID] = true
		for _, b := range l.Definitions[:i] {
			together := len(a.Standards) == 0 || len(b.Standards) == 0 || slices.ContainsFunc(a.Standards, func(id string) bool { return slices.Contains(b.Standards, id) })
			if a.Code == b.Code && together && a.Valid.From <= b.Valid.To && b.Valid.From <= a.Valid.To {
				faults = append(faults, fmt.Errorf("%s and %s are valid on the same days", b.ID, a.ID))
			}
		}
	}
	return faults
}

// checker collects all that is wrong with a file, each at its line.
type checker struct {
	raw    []byte
	tree   *ast.File // read at the first fault
	faults []string
}

// at reports a fault at a place of the file, given as a path of goccy/go-yaml.
func (c *checker) at(where, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if line := c.line(where); line > 0 {
		message = fmt.Sprintf("line %d: %s", line, message)
	}
	if !slices.Contains(c.faults, message) {
		c.faults = append(c.faults, message)
	}
}

// line finds where a path stands, or the nearest thing around it that is
// there.
func (c *checker) line(where string) int {
	if c.tree == nil {
		tree, err := parser.ParseBytes(c.raw, 0)
		if err != nil {
			return 0
		}
		c.tree = tree
	}
	for where != "" && where != "$" {
		p, err := yaml.PathString(where)
		if err != nil {
			return 0
		}
		if node, err := p.FilterFile(c.tree); err == nil && node != nil && node.GetToken() != nil {
			line := node.GetToken().Position.Line
			for t := node.GetToken(); t != nil && t.Prev != nil && t.Prev.Position.Line == t.Position.Line; t = t.Prev {
				line = t.Prev.Position.Line
			}
			return line
		}
		cut := max(strings.LastIndexByte(where, '.'), strings.LastIndexByte(where, '['))
		if cut < 0 {
			return 0
		}
		where = where[:cut]
	}
	return 1
}

func (c *checker) result() error {
	if len(c.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(c.faults, "\n"))
}
