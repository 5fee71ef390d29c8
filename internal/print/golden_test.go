package print

import (
	"testing"

	"giamngheo/internal/form"
	"giamngheo/internal/paper"
	"giamngheo/internal/paper/papertest"
)

func TestFormsLookAsTheyDid(t *testing.T) {
	for name, one := range map[string]struct {
		code  string
		sheet func() Sheet
	}{
		"phieu-a":       {form.Screening, known},
		"phieu-b":       {form.Scores, known},
		"phieu-c":       {form.Needs, answered},
		"phieu-b-trong": {form.Scores, blank},
		"giay-1a":       {form.RequestEnter, blank},
		"giay-1b":       {form.RequestLeave, known},
	} {
		d := &paper.Document{Layout: layoutOn(t, "2016-11-15"), Demo: true, Parts: []paper.Part{{Foot: name, Blocks: FormBlocks(formOf(t, one.code), one.sheet())}}}
		papertest.Golden(t, name, d)
	}
}

// blank is a form to be copied, with nobody's name.
func blank() Sheet {
	return Sheet{Blank: true, Districts: true, Round: known().Round, Province: known().Province}
}

// answered is the household with its answers of this year.
func answered() Sheet {
	s := known()
	s.Filling.Answers = form.Answers{"causes": form.Codes("capital", "skills"), "needs": form.Codes("loan", "job"), "loan_amount": form.Num(50000000), "can_work": form.Num(2), "land_use": form.Yes(false), "surveyed_on": form.Word("2016-10-05"), "note": form.Word("Hỏi vợ chủ hộ")}
	return s
}
