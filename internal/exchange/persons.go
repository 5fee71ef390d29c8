package exchange

import (
	"context"
	"math"
	"strings"

	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// PersonsList is the name of the list of persons among the tables.
const PersonsList = "persons"

// WritePersons writes all persons whom a query finds, village by village. The
// reading is journalled as one, before the first name goes out.
func WritePersons(ctx context.Context, reviews *review.Store, by household.Actor, q review.PersonsQuery, out sheet.Writer) error {
	q.After, q.Limit = "", math.MaxInt
	list, _, err := reviews.Persons(ctx, by, q)
	if err != nil {
		return err
	}
	if err := out.Sheet(text.T("exchange.persons.sheet"), personColumns()); err != nil {
		return err
	}
	tree := reviews.Tree()
	today := vn.DayOf(reviews.Now())
	for i, p := range list {
		village, commune := placeNames(tree, p.Village, string(today))
		note := ""
		if p.FormSaysWithout {
			note = text.T("exchange.persons.form_says")
		}
		err := out.Row(sheet.IntValue(int64(i+1)), sheet.TextValue(p.Name), sheet.TextValue(vn.Day(p.Birth).String()), sheet.TextValue(household.Relations.Name(p.Relation)), sheet.TextValue(p.Head), sheet.TextValue(p.Code),
			sheet.TextValue(village), sheet.TextValue(commune), sheet.TextValue(p.Class.Name()), sheet.TextValue(note))
		if err != nil {
			return err
		}
	}
	return out.Close()
}

func personColumns() []sheet.Column {
	var list []sheet.Column
	for _, c := range []struct {
		key   string
		width float64
	}{{"named.no", 6}, {"named.name", 26}, {"named.birth", 12}, {"named.relation", 12}, {"persons.head", 26}, {"named.code", 14}, {"named.village", 20}, {"named.commune", 20}, {"named.class", 14}, {"persons.note", 30}} {
		_, key, _ := strings.Cut(c.key, ".")
		list = append(list, sheet.Column{Key: key, Title: text.T("exchange." + c.key), Width: c.width, Text: c.key == "named.code"})
	}
	return list
}
