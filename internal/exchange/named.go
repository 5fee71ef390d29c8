package exchange

import (
	"context"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
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

// WriteNamed writes the households of a list with their members as judged,
// those only that live in the reader's scope today.
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
	purpose := strings.TrimSpace(vn.NFC(n.Purpose))
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
	if err := out.Sheet(text.T("report.table."+n.List), namedColumns()); err != nil {
		return err
	}
	no := 0
	for start := 0; start < len(ids); start += 500 {
		found, err := reviews.Households.FindMany(ctx, n.By.Scope, ids[start:min(start+500, len(ids))])
		if err != nil {
			return err
		}
		for _, h := range found {
			no++
			if err := writeNamed(ctx, reviews, out, no, h, n.Request.Round, table.Boundaries); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

func namedColumns() []sheet.Column {
	var list []sheet.Column
	for _, c := range []struct {
		key   string
		width float64
		text  bool
	}{{"no", 6, false}, {"code", 14, true}, {"name", 26, false}, {"relation", 12, false}, {"birth", 12, false}, {"sex", 8, false}, {"village", 20, false}, {"commune", 20, false},
		{"class", 14, false}, {"label", 8, false}, {"b1", 8, false}, {"deprivations", 10, false}, {"causes", 30, false}} {
		list = append(list, sheet.Column{Title: text.T("exchange.named." + c.key), Width: c.width, Text: c.text})
	}
	return list
}

// writeNamed writes a line for each member, the head first with what was found
// of the household.
func writeNamed(ctx context.Context, reviews *review.Store, out sheet.Writer, no int, h household.Household, round, day string) error {
	var a review.Assessment
	err := reviews.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a, _, err = reviews.InForce(tx, h.ID, round)
		return err
	})
	if err != nil {
		return err
	}
	village, commune := placeNames(reviews.Tree(), h.VillageID, day)
	columns := len(namedColumns())
	for i, m := range a.Roster {
		line := []sheet.Value{{}, sheet.TextValue(h.Code), sheet.TextValue(m.Name), sheet.TextValue(household.Relations.Name(m.Relation)), sheet.TextValue(vn.Day(m.Birth).String()), sheet.TextValue(sexName(m.Sex)),
			sheet.TextValue(village), sheet.TextValue(commune)}
		if i == 0 {
			line[0] = sheet.IntValue(int64(no))
			line = append(line, sheet.TextValue(a.Class.Name()), sheet.TextValue(a.Label), optional(a.B1), optional(a.Deprivations), sheet.TextValue(causeNames(reviews, a.Causes)))
		}
		for len(line) < columns {
			line = append(line, sheet.Value{}) // readers of CSV expect every row as long as the header
		}
		if err := out.Row(line...); err != nil {
			return err
		}
	}
	return nil
}

func placeNames(tree *area.Tree, village area.ID, day string) (string, string) {
	v, ok := tree.On(village, day)
	if !ok {
		v, _ = tree.Last(village)
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
