package exchange

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// NamedLists are the lists of names, and the column of the results that each
// is of.
var NamedLists = []struct{ ID, Column string }{{"poor_list", "poor"}, {"near_poor_list", "near_poor"}}

// Named asks for a list of names. Who reads it and what for is journalled
// before the first name goes out.
type Named struct {
	List    string
	Request report.Request // Table is ignored
	Purpose string
	By      household.Actor // with the scope of the right to lists of names
	Figures area.Scope      // of the right to figures
}

// WriteNamed writes the households of a list, those only that live in the
// reader's scope today, as far as it shows them.
func WriteNamed(ctx context.Context, reports *report.Maker, reviews *review.Store, n Named, out sheet.Writer) error {
	column := ""
	for _, l := range NamedLists {
		if l.ID == n.List {
			column = l.Column
		}
	}
	if column == "" {
		return fault.New(fault.NotFound, "table_not_found", text.T("report.table_not_found", "table", n.List))
	}
	purpose, err := typed.Account("purpose", n.Purpose)
	if err != nil {
		return err
	}
	if purpose == "" {
		return fault.New(fault.Invalid, "purpose_missing", text.T("exchange.purpose_missing"), fault.Field{Name: "purpose", Message: text.T("exchange.purpose_missing")})
	}
	n.Request.Table = "results"
	table, err := reports.Make(ctx, n.Figures, n.Request)
	if err != nil {
		return err
	}
	ids, _, _, err := table.Households(-1, column, 0, int(table.Figure(-1, "households").Value)+1)
	if err != nil {
		return err
	}
	err = reviews.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, reviews.Province, &journal.Entry{At: reviews.Now().UnixMilli(), Actor: n.By.ID, Action: "list.read", Kind: "list", Record: n.List, AreaID: string(n.Request.Area), Reason: purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(n.Request.Round)}, {Field: "households", To: journal.Value(len(ids))}}})
	})
	if err != nil {
		return err
	}
	round, err := reviews.FindRound(ctx, n.Request.Round)
	if err != nil {
		return err
	}
	set, err := reviews.Law.ByID(round.Standard)
	if err != nil {
		return err
	}
	l := namedLayout{reviews: reviews, out: out, round: round.ID, day: table.Boundaries, scope: n.By.Scope,
		whole: n.By.Scope.Fields()&area.FieldHousehold != 0, subject: review.SubjectIndicators(set, n.By.Scope.Fields())}
	if err := out.Sheet(text.T("report.table."+n.List), l.columns()); err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 500) {
		if err := l.write(ctx, part); err != nil {
			return err
		}
	}
	return out.Close()
}

// namedLayout is a list of names as its reader may see it: of households that
// his posts show whole the members as judged and what was found; of those of
// which they show a subject the head, the class and the subject's indicators.
type namedLayout struct {
	reviews    *review.Store
	out        sheet.Writer
	round, day string
	scope      area.Scope
	whole      bool
	subject    []standard.Indicator
	wide, no   int // columns, households so far
}

func (l *namedLayout) write(ctx context.Context, ids []household.ID) error {
	whole := map[household.ID]household.Household{}
	if l.whole {
		found, err := l.reviews.Households.FindMany(ctx, l.scope, ids)
		if err != nil {
			return err
		}
		for _, h := range found {
			whole[h.ID] = h
		}
	}
	partly := map[household.ID]review.SubjectView{}
	if len(l.subject) > 0 {
		rest := slices.DeleteFunc(slices.Clone(ids), func(id household.ID) bool { _, known := whole[id]; return known })
		found, err := l.reviews.SubjectViews(ctx, l.scope, rest, l.round)
		if err != nil {
			return err
		}
		for _, v := range found {
			partly[v.ID] = v
		}
	}
	for _, id := range ids {
		var err error
		if h, ok := whole[id]; ok {
			l.no++
			err = l.household(ctx, h)
		} else if v, ok := partly[id]; ok {
			l.no++
			err = l.heading(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// namedOfSubject are the columns that a department's list has too.
var namedOfSubject = []string{"no", "code", "name", "village", "commune", "class", "label"}

func (l *namedLayout) columns() []sheet.Column {
	var list []sheet.Column
	for _, c := range []struct {
		key   string
		width float64
		text  bool
	}{{"no", 6, false}, {"code", 14, true}, {"name", 26, false}, {"relation", 12, false}, {"birth", 12, false}, {"sex", 8, false}, {"village", 20, false}, {"commune", 20, false},
		{"class", 14, false}, {"label", 8, false}, {"b1", 8, false}, {"deprivations", 10, false}, {"causes", 30, false}} {
		if l.whole || slices.Contains(namedOfSubject, c.key) {
			list = append(list, sheet.Column{Key: c.key, Title: text.T("exchange.named." + c.key), Width: c.width, Text: c.text})
		}
	}
	for _, one := range l.subject {
		list = append(list, sheet.Column{Key: one.Code, Title: text.T("exchange.named.indicator", "n", one.Number, "name", one.Name.Text), Width: 24})
	}
	l.wide = len(list)
	return list
}

// row writes a line as long as the header, which readers of CSV expect.
func (l *namedLayout) row(line ...sheet.Value) error {
	for len(line) < l.wide {
		line = append(line, sheet.Value{})
	}
	return l.out.Row(line...)
}

// heading writes what a department may see of a household.
func (l *namedLayout) heading(v review.SubjectView) error {
	village, commune := placeNames(l.reviews.Tree(), v.VillageID, l.day)
	line := []sheet.Value{sheet.IntValue(int64(l.no)), sheet.TextValue(v.Code), sheet.TextValue(v.HeadName)}
	if l.whole {
		line = append(line, sheet.TextValue(household.Relations.Name("head")), sheet.Value{}, sheet.Value{})
	}
	line = append(line, sheet.TextValue(village), sheet.TextValue(commune), sheet.TextValue(v.Class.Name()), sheet.TextValue(v.Label))
	if l.whole {
		line = append(line, sheet.Value{}, sheet.Value{}, sheet.Value{})
	}
	for _, one := range l.subject {
		line = append(line, subjectCell(v, one.Code))
	}
	return l.row(line...)
}

// subjectCell says whether the household lacks what the indicator asks, and
// because of whom; nothing where that is not known, or not the reader's.
func subjectCell(v review.SubjectView, code string) sheet.Value {
	for _, one := range v.Indicators {
		if one.Code != code {
			continue
		}
		switch one.State {
		case standard.No:
			return sheet.TextValue(text.T("exchange.named.enough"))
		case standard.Yes:
			var who []string
			for _, m := range v.Members {
				if slices.Contains(one.Causes, m.Person) {
					who = append(who, m.Name)
				}
			}
			if len(who) == 0 {
				return sheet.TextValue(text.T("exchange.named.lacks"))
			}
			return sheet.TextValue(text.T("exchange.named.lacks_who", "who", strings.Join(who, ", ")))
		}
	}
	return sheet.Value{}
}

// household writes a line for each member, the head first with what was found
// of the household.
func (l *namedLayout) household(ctx context.Context, h household.Household) error {
	var a review.Assessment
	err := l.reviews.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a, _, err = l.reviews.InForce(tx, h.ID, l.round)
		return err
	})
	if err != nil {
		return err
	}
	village, commune := placeNames(l.reviews.Tree(), h.VillageID, l.day)
	for i, m := range a.Roster {
		line := []sheet.Value{{}, sheet.TextValue(h.Code), sheet.TextValue(m.Name), sheet.TextValue(household.Relations.Name(m.Relation)), sheet.TextValue(vn.Day(m.Birth).String()), sheet.TextValue(sexName(m.Sex)),
			sheet.TextValue(village), sheet.TextValue(commune)}
		if i == 0 {
			line[0] = sheet.IntValue(int64(l.no))
			line = append(line, sheet.TextValue(a.Class.Name()), sheet.TextValue(a.Label), optional(a.B1), optional(a.Deprivations), sheet.TextValue(causeNames(l.reviews, a.Causes)))
		}
		if err := l.row(line...); err != nil {
			return err
		}
	}
	return nil
}

func placeNames(tree *area.Tree, village area.ID, day string) (string, string) {
	v, ok := tree.On(village, day)
	if !ok {
		v, _ = tree.Lately(village, day)
	}
	c, _ := tree.Ancestor(village, day, area.Commune)
	return v.FullName, c.FullName
}

func sexName(sex string) string {
	if sex == "" {
		return ""
	}
	return text.T("exchange.sex." + sex)
}

func optional(n *int) sheet.Value {
	if n == nil {
		return sheet.Value{}
	}
	return sheet.IntValue(int64(*n))
}

func causeNames(reviews *review.Store, codes []string) string {
	var names []string
	for _, code := range codes {
		for _, c := range reviews.Law.Causes.Causes {
			if c.Code == code {
				names = append(names, c.Name.Text)
			}
		}
	}
	return strings.Join(names, "; ")
}
