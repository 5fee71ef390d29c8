package exchange

import (
	"context"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// ExportOptions say what goes out.
type ExportOptions struct {
	Area     string // code
	Round    string // its id
	Format   sheet.Format
	Purpose  string
	Progress func(done, total int)
}

// export is one file going out.
type export struct {
	s        *Store
	o        ExportOptions
	round    review.Round
	set      *standard.Set
	tree     *area.Tree
	day      string // of the roster
	names    string // the day on which places are named
	villages []area.Version
	sees     map[area.ID]bool // villages of today whose households the reader may see whole
	words    *words
	fields   []string
	skip     []string                // columns that do not go out
	only     map[household.ID]bool   // these alone; nil: all
	allow    map[string]*sheet.Allow // of a sheet to fill in, by title
	done     Exported
}

// Exported is what went out.
type Exported struct {
	Households int
	// Elsewhere are those whom the round counts in the area and who live outside
	// the reader's scope today: they are not in the file.
	Elsewhere int
}

// ExportHouseholds writes the households that a round counts in an area, with
// their members and reviews, in the shape that Import reads. What the round was
// judged on is stated as it was then: village, roster, and of a closed round the
// groups; the rest as the registry has it. Who exports what and why is journalled
// before anything goes out.
func (s *Store) ExportHouseholds(ctx context.Context, by *account.Actor, w io.Writer, o ExportOptions) (Exported, error) {
	if err := by.Need(account.RightExport); err != nil {
		return Exported{}, err
	}
	scope := by.ScopeFor(account.RightExport)
	e := &export{s: s, o: o, tree: s.Tree(), words: forms()}
	round, err := s.Reviews.FindRound(ctx, o.Round)
	if err != nil {
		return Exported{}, err
	}
	if e.set, err = s.Law.ByID(round.Standard); err != nil {
		return Exported{}, err
	}
	e.round, e.day = round, min(round.CountDay, s.today())
	root, err := e.area(scope)
	if err != nil {
		return Exported{}, err
	}
	if o.Purpose, err = typed.Account("purpose", o.Purpose); err != nil {
		return Exported{}, err
	}
	if o.Purpose == "" {
		o.Purpose = text.T("export.purpose.default")
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "household.export", Kind: "export", Record: string(root.Area), AreaID: string(root.Area), Reason: o.Purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(round.ID)}, {Field: "format", To: journal.Value(o.Format)}}})
	})
	if err != nil {
		return Exported{}, err
	}
	var out sheet.Writer
	if o.Format == sheet.CSV {
		out = sheet.NewCSV(w, true)
	} else {
		out = sheet.NewXLSX(w)
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { return e.write(tx, out) })
	if err != nil {
		return Exported{}, err
	}
	return e.done, out.Close()
}

// area finds the villages that go out, those of the area on the round's
// boundaries, and those whose households the reader may see whole today.
func (e *export) area(scope area.Scope) (area.Version, error) {
	today := e.s.today()
	root, err := rootOf(e.tree, scope, e.o.Area, []string{e.round.BoundaryDay, today})
	if err != nil {
		return root, err
	}
	if err := e.covers(scope, root); err != nil {
		return root, err
	}
	e.names = e.round.BoundaryDay
	if _, ok := e.tree.On(root.Area, e.names); !ok {
		e.names = today
	}
	e.sees = map[area.ID]bool{}
	for _, v := range e.tree.OfLevel(e.tree.Roots(today)[0].Area, today, area.Village) {
		if fields, covered := scope.FieldsAt(v.Path); covered && fields.Has(area.FieldHousehold) {
			e.sees[v.Area] = true
		}
	}
	e.villages = slices.Clone(e.tree.OfLevel(root.Area, e.names, area.Village))
	e.order()
	return root, nil
}

// covers refuses an area that is not wholly the reader's, on the round's
// boundaries or today's: a file of a part of it would pass for the whole.
func (e *export) covers(scope area.Scope, root area.Version) error {
	days := []string{e.round.BoundaryDay, e.s.today()}
	for _, day := range days {
		if scope.Covers(e.tree, root.Area, day) {
			return nil
		}
	}
	var own []string // what the reader may ask for instead
	for _, g := range scope.Grants {
		for _, day := range days {
			if v, ok := e.tree.On(g.Root, day); ok && e.tree.Covers(root.Area, g.Root, day) {
				own = append(own, text.T("export.own_area", "code", v.Code, "area", v.FullName))
				break
			}
		}
	}
	if len(own) == 0 {
		return fault.New(fault.NotFound, "area_not_found", text.T("import.area_not_yours", "code", e.o.Area))
	}
	return fault.New(fault.NotFound, "area_partly", text.T("export.area_partly", "area", root.FullName, "own", strings.Join(own, "; ")))
}

// order puts the villages in the order of codes and names, which is the same
// wherever the file comes from.
func (e *export) order() {
	key := func(v area.Version) string {
		commune, _ := e.tree.Ancestor(v.Area, e.names, area.Commune)
		return commune.Code + "|" + v.Code + "|" + v.FullName
	}
	keys := make(map[area.ID]string, len(e.villages))
	for _, v := range e.villages {
		keys[v.Area] = key(v)
	}
	slices.SortStableFunc(e.villages, func(a, b area.Version) int { return strings.Compare(keys[a.Area], keys[b.Area]) })
}

func (e *export) write(tx *db.Tx, out sheet.Writer) error {
	if err := out.Sheet(e.words.Sheets["households"][0], e.columns()); err != nil {
		return err
	}
	steps := 1
	if e.o.Format == sheet.XLSX {
		steps = 2
	}
	progress := func(step, i int) {
		if e.o.Progress != nil {
			e.o.Progress(step*len(e.villages)+i, steps*len(e.villages))
		}
	}
	for i, v := range e.villages {
		progress(0, i)
		err := e.each(tx, v, func(h *listed) error {
			if !e.sees[h.VillageID] {
				e.done.Elsewhere++
				return nil
			}
			e.done.Households++
			return out.Row(e.household(v, h)...)
		})
		if err != nil {
			return err
		}
	}
	if steps == 1 {
		return nil
	}
	if err := out.Sheet(e.words.Sheets["members"][0], e.memberColumns()); err != nil {
		return err
	}
	for i, v := range e.villages {
		progress(1, i)
		err := e.each(tx, v, func(h *listed) error {
			if !e.sees[h.VillageID] {
				return nil
			}
			return e.members(out, h)
		})
		if err != nil {
			return err
		}
	}
	progress(steps, 0)
	return nil
}

// exported are the columns that go out, in the order of the form; indicators
// and facts come in their places.
var exported = []string{"no", "code", "province", "district", "commune_code", "commune", "village_code", "village", "head", "birth", "sex", "ethnic", "national_id", "phone", "address",
	"policy_groups", "household_note", "since", "size", "area_type", "purpose", "class_before", "b1", "income", "b2", indicatorField, "causes", "floor_area", factField,
	"class_after", "effective_from", "surveyed_on", "surveyor", "warning_answer", "note", membersField}

// title is the first name of a column; the points are named as the standard
// names them.
func (e *export) title(field string) string {
	switch field {
	case "b1":
		return capital(e.set.Score.Name)
	case "b2":
		return capital(e.set.PointsName)
	}
	return e.words.Households[field][0]
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func (e *export) indicatorTitle(i *standard.Indicator) string {
	return e.words.Indicators[0] + " " + itoa(i.Number) + " (" + i.Name.Text + ")"
}

func (e *export) factTitle(fact string) string {
	if names := e.words.Facts[fact]; len(names) > 0 {
		return names[0]
	}
	return fact
}

func (e *export) columns() []sheet.Column {
	var columns []sheet.Column
	add := func(field, title string) {
		wide := map[string]float64{"head": 24, "address": 28, "village": 18, "commune": 18, "note": 24}
		e.fields = append(e.fields, field)
		columns = append(columns, sheet.Column{Title: title, Width: wide[field], Text: field == "national_id" || field == "phone" || field == "code" || field == "causes", Allow: e.allow[title]})
	}
	for _, field := range exported {
		switch {
		case slices.Contains(e.skip, field):
		case field == indicatorField:
			for _, i := range e.set.Indicators {
				add(indicatorField+i.Code, e.indicatorTitle(&i))
			}
		case field == factField:
			for _, f := range factsOf(e.set) {
				add(factField+f, e.factTitle(f))
			}
		case field == "effective_from" && e.round.Kind == review.Yearly:
		case field == membersField && e.o.Format != sheet.CSV:
		case field == "district" && len(e.tree.OfLevel(e.tree.Roots(e.names)[0].Area, e.names, area.District)) == 0:
		default:
			add(field, e.title(field))
		}
	}
	return columns
}
