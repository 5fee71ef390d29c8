package exchange

import (
	"context"
	"database/sql"
	"io"
	"strings"

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
	"giamngheo/internal/vn"
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
	words    *words
	fields   []string
	done     int
}

// ExportHouseholds writes the households of an area with their members (in an
// .xlsx) and their reviews of a round, in the shape that Import reads. It
// gives the number of households. Who exports what and why is journalled
// before anything goes out.
func (s *Store) ExportHouseholds(ctx context.Context, by *account.Actor, w io.Writer, o ExportOptions) (int, error) {
	if err := by.Need(account.RightExport); err != nil {
		return 0, err
	}
	scope := by.ScopeFor(account.RightExport)
	e := &export{s: s, o: o, tree: s.Tree(), words: forms()}
	round, err := s.Reviews.FindRound(ctx, o.Round)
	if err != nil {
		return 0, err
	}
	if e.set, err = s.Law.ByID(round.Standard); err != nil {
		return 0, err
	}
	e.round, e.day = round, min(round.CountDay, s.today())
	root, err := e.area(scope)
	if err != nil {
		return 0, err
	}
	if o.Purpose = strings.TrimSpace(o.Purpose); o.Purpose == "" {
		o.Purpose = text.T("export.purpose.default")
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "household.export", Kind: "export", Record: string(root.Area), AreaID: string(root.Area), Reason: o.Purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(round.ID)}, {Field: "format", To: journal.Value(o.Format)}}})
	})
	if err != nil {
		return 0, err
	}
	var out sheet.Writer
	if o.Format == sheet.CSV {
		out = sheet.NewCSV(w, true)
	} else {
		out = sheet.NewXLSX(w)
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { return e.write(tx, out) })
	if err != nil {
		return 0, err
	}
	return e.done, out.Close()
}

// area finds the villages that go out: those of the area on the round's
// boundaries which the reader may see whole today.
func (e *export) area(scope area.Scope) (area.Version, error) {
	today := e.s.today()
	root, err := rootOf(e.tree, scope, e.o.Area, []string{e.round.BoundaryDay, today})
	if err != nil {
		return root, err
	}
	e.names = e.round.BoundaryDay
	if _, ok := e.tree.On(root.Area, e.names); !ok {
		e.names = today
	}
	for _, v := range e.tree.OfLevel(root.Area, e.names, area.Village) {
		now, ok := e.tree.On(v.Area, today)
		if !ok {
			continue
		}
		if fields, covered := scope.FieldsAt(now.Path); covered && fields.Has(area.FieldHousehold) {
			e.villages = append(e.villages, v)
		}
	}
	if len(e.villages) == 0 && !scope.Covers(e.tree, root.Area, today) && !scope.Covers(e.tree, root.Area, e.names) {
		return root, fault.New(fault.NotFound, "area_not_found", text.T("import.area_not_yours", "code", e.o.Area))
	}
	return root, nil
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
		err := e.each(tx, v, func(p *page) error {
			standing, err := e.s.Reviews.StandingOfMany(tx, e.round, p.ids)
			if err != nil {
				return err
			}
			for _, id := range p.ids {
				e.done++
				if err := out.Row(e.household(v, p.household[id], p.members[id], standing)...); err != nil {
					return err
				}
			}
			return nil
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
		err := e.each(tx, v, func(p *page) error { return e.members(tx, out, p) })
		if err != nil {
			return err
		}
	}
	progress(steps, 0)
	return nil
}

// page is some households of a village.
type page struct {
	ids       []household.ID
	household map[household.ID]household.Household
	members   map[household.ID][]household.Member
}

// each goes through those who lived in the village on the round's day, or were
// reviewed in the round.
func (e *export) each(tx *db.Tx, v area.Version, f func(*page) error) error {
	key, id := "", ""
	for {
		p := &page{}
		err := tx.Each(`select h.head_key, h.id from household h where h.province_id = $1 and h.village_id = $2 and (h.head_key, h.id) > ($3, $4)
			and (h.from_day <= $5 and h.to_day > $5 or exists (select 1 from assessment a where a.province_id = $1 and a.household_id = h.id and a.round_id = $6 and a.in_force = 1))
			order by h.head_key, h.id limit $7`, []any{e.s.Province, string(v.Area), key, id, e.day, e.round.ID, batchRows}, func(r *sql.Rows) error {
			err := r.Scan(&key, &id)
			p.ids = append(p.ids, household.ID(id))
			return err
		})
		if err != nil || len(p.ids) == 0 {
			return err
		}
		if p.household, err = e.s.Households.Many(tx, p.ids); err != nil {
			return err
		}
		if p.members, err = e.s.Households.MembersOfMany(tx, p.ids, e.day); err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
		if len(p.ids) < batchRows {
			return nil
		}
	}
}

// exported are the columns that go out, in the order of the form; indicators
// and facts come in their places.
var exported = []string{"no", "code", "province", "district", "commune_code", "commune", "village_code", "village", "head", "birth", "sex", "ethnic", "national_id", "phone", "address",
	"policy_groups", "household_note", "since", "size", "area_type", "purpose", "class_before", "b1", "income", "b2", indicatorField, "causes", "floor_area", factField,
	"class_after", "effective_from", "surveyed_on", "surveyor", "warning_answer", "note"}

func (e *export) columns() []sheet.Column {
	var columns []sheet.Column
	add := func(field, title string) {
		wide := map[string]float64{"head": 24, "address": 28, "village": 18, "commune": 18, "note": 24}
		e.fields = append(e.fields, field)
		columns = append(columns, sheet.Column{Title: title, Width: wide[field], Text: field == "national_id" || field == "phone" || field == "code" || field == "causes"})
	}
	for _, field := range exported {
		switch {
		case field == indicatorField:
			for _, i := range e.set.Indicators {
				add(indicatorField+i.Code, e.words.Indicators[0]+" "+itoa(i.Number)+" ("+i.Name.Text+")")
			}
		case field == factField:
			for _, f := range factsOf(e.set) {
				title := f
				if names := e.words.Facts[f]; len(names) > 0 {
					title = names[0]
				}
				add(factField+f, title)
			}
		case field == "effective_from" && e.round.Kind == review.Yearly:
		case field == "district" && len(e.tree.OfLevel(e.tree.Roots(e.names)[0].Area, e.names, area.District)) == 0:
		default:
			add(field, e.words.Households[field][0])
		}
	}
	return columns
}

// household writes one row.
func (e *export) household(v area.Version, h household.Household, members []household.Member, standing *review.Standing) []sheet.Value {
	values := make([]sheet.Value, len(e.fields))
	a := standing.Current(h.ID)
	if a == nil {
		a = &review.Assessment{Size: len(members)}
	}
	head := household.Member{Person: household.Person{FullName: h.HeadName, Birth: h.HeadBirth, Ethnic: h.Ethnic}}
	if one := headOf(members); one != nil {
		head = *one
	}
	assessed := standing.Current(h.ID) != nil
	for i, field := range e.fields {
		values[i] = e.cell(field, v, h, head, a, standing, assessed)
	}
	return values
}

func (e *export) cell(field string, v area.Version, h household.Household, head household.Member, a *review.Assessment, standing *review.Standing, assessed bool) sheet.Value {
	switch field {
	case "no":
		return sheet.IntValue(int64(e.done))
	case "code":
		return words1(h.Code)
	case "village_code":
		return words1(v.Code)
	case "village":
		return words1(v.FullName)
	case "province", "district", "commune", "commune_code":
		level := map[string]area.Level{"province": area.Province, "district": area.District, "commune": area.Commune, "commune_code": area.Commune}[field]
		up, ok := e.tree.Ancestor(v.Area, e.names, level)
		if !ok {
			return sheet.Value{}
		}
		if field == "commune_code" {
			return words1(up.Code)
		}
		return words1(up.FullName)
	case "head":
		return words1(head.FullName)
	case "birth":
		return sheet.DayValue(vn.Day(head.Birth))
	case "sex":
		return word(e.words.Values.Sex, head.Sex)
	case "ethnic":
		return words1(household.Ethnic.Name(head.Ethnic))
	case "national_id":
		return words1(head.NationalID)
	case "phone":
		return words1(h.Phone)
	case "address":
		return words1(h.Address)
	case "policy_groups":
		return groups(h.PolicyGroups)
	case "household_note":
		return words1(h.Note)
	case "since":
		return sheet.DayValue(vn.Day(h.From))
	case "size":
		return sheet.IntValue(int64(a.Size))
	}
	if !assessed {
		if field == "class_before" {
			return e.before(h.ID, e.round.ClassFrom, "", standing)
		}
		return sheet.Value{}
	}
	return e.answer(field, a, standing)
}

// answer writes a cell of the review.
func (e *export) answer(field string, a *review.Assessment, standing *review.Standing) sheet.Value {
	switch field {
	case "area_type":
		return word(e.words.Values.AreaType, a.Area.String())
	case "purpose":
		return word(e.words.Values.Purpose, a.Purpose)
	case "class_before":
		return e.before(a.Household, a.EffectiveFrom, a.Detail.Before, standing)
	case "b1":
		if a.B1 != nil {
			return sheet.IntValue(int64(*a.B1))
		}
	case "income":
		if a.Income != nil {
			return sheet.IntValue(*a.Income)
		}
	case "b2":
		if r := e.set.Classify(a.AnswersFor(e.set)); r.Counted() {
			return sheet.IntValue(int64(r.B2))
		}
	case "causes":
		return e.causes(a.Causes)
	case "floor_area":
		if a.Detail.FloorArea != nil {
			return sheet.NumberValue(*a.Detail.FloorArea)
		}
	case "class_after":
		return word(e.words.Values.Class, a.Class.String())
	case "effective_from":
		return sheet.DayValue(vn.Day(a.EffectiveFrom))
	case "surveyed_on":
		return sheet.DayValue(vn.Day(a.SurveyedOn))
	case "surveyor":
		return words1(a.Surveyor)
	case "warning_answer":
		return words1(a.WarningAnswer)
	case "note":
		return words1(a.Note)
	}
	if code, ok := strings.CutPrefix(field, indicatorField); ok {
		if i := e.set.Index(code); i >= 0 && i < len(a.Ticked) {
			return letter(a.Ticked[i])
		}
	}
	if code, ok := strings.CutPrefix(field, factField); ok {
		if yes, known := a.Detail.Facts[code]; known {
			return fact(&yes)
		}
	}
	return sheet.Value{}
}

// before writes the class before the round: the registry's, else what the form
// stated.
func (e *export) before(id household.ID, day, stated string, standing *review.Standing) sheet.Value {
	if class, known := standing.Before(id, day); known {
		stated = class.String()
	}
	if stated == "" {
		return sheet.Value{}
	}
	return word(e.words.Values.Class, stated)
}

// causes writes the numbers of the list. A semicolon: a spreadsheet would
// read 1,2 as a number.
func (e *export) causes(codes []string) sheet.Value {
	var numbers []string
	for _, code := range codes {
		for _, c := range e.s.Law.Causes.Causes {
			if c.Code == code {
				numbers = append(numbers, itoa(c.Number))
			}
		}
	}
	return sheet.TextValue(strings.Join(numbers, "; "))
}

var memberExported = []string{"code", "name", "relation", "birth", "sex", "ethnic", "national_id", "policy_groups", "untreated", "insured", "lower_secondary", "at_school"}

func (e *export) memberColumns() []sheet.Column {
	columns := make([]sheet.Column, len(memberExported))
	for i, field := range memberExported {
		columns[i] = sheet.Column{Title: e.words.Members[field][0], Text: field == "national_id" || field == "code"}
		if field == "name" {
			columns[i].Width = 24
		}
	}
	return columns
}

func (e *export) members(tx *db.Tx, out sheet.Writer, p *page) error {
	standing, err := e.s.Reviews.StandingOfMany(tx, e.round, p.ids)
	if err != nil {
		return err
	}
	for _, id := range p.ids {
		h, a := p.household[id], standing.Current(id)
		for _, m := range p.members[id] {
			var answers review.RosterMember
			if a != nil {
				for _, one := range a.Roster {
					if one.Person == m.ID {
						answers = one
					}
				}
			}
			err := out.Row(words1(h.Code), words1(m.FullName), words1(household.Relations.Name(m.Relation)), sheet.DayValue(vn.Day(m.Birth)), word(e.words.Values.Sex, m.Sex),
				words1(household.Ethnic.Name(m.Ethnic)), words1(m.NationalID), groups(m.PolicyGroups), fact(answers.Untreated), fact(answers.Insured), fact(answers.LowerSecondary), fact(answers.AtSchool))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// words1 writes a text so that reading it gives the same text: one that reads
// as the mark of erasure gets another pair of brackets.
func words1(s string) sheet.Value {
	if eraseDepth(s, forms()) > 0 {
		s = "(" + s + ")"
	}
	return sheet.TextValue(s)
}

func word(list map[string][]string, code string) sheet.Value {
	if names := list[code]; len(names) > 0 {
		return sheet.TextValue(names[0])
	}
	return sheet.TextValue(code)
}

func groups(codes []string) sheet.Value {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = household.Policy.Name(c)
	}
	return sheet.TextValue(strings.Join(names, "; "))
}

func letter(b byte) sheet.Value {
	if b == markYes || b == markNo {
		return sheet.IntValue(int64(b - '0'))
	}
	return sheet.Value{}
}

func fact(yes *bool) sheet.Value {
	switch {
	case yes == nil:
		return sheet.Value{}
	case *yes:
		return sheet.IntValue(1)
	}
	return sheet.IntValue(0)
}
