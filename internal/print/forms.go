package print

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// MostForms is how many forms go into one file: three communes' worth. More is
// asked for by commune or village, so that the file can be opened and printed.
const MostForms = 1200

// FormOptions say which forms are printed.
type FormOptions struct {
	Form     string // A, B, C, 1a or 1b
	Area     string // code of a village, a commune …
	Round    string
	Blank    bool // one form without a household, to be copied
	Purpose  string
	Progress func(done, total int)
}

// forms is one printing.
type forms struct {
	s     *Store
	o     FormOptions
	round review.Round
	form  *form.Form
	tree  *area.Tree
	day   string // of the roster
	today string
	years map[string]int    // of the rounds
	said  map[string]string // the province's own words for the round
}

// Forms gives the forms of the households of an area that have to be asked in
// a round, by village: a list at the front, then a form each with what is
// known. It gives their number too. Who may fill in forms may print them; each
// printing with names is journalled before anything goes out.
func (s *Store) Forms(ctx context.Context, by *account.Actor, o FormOptions) (*paper.Document, int, error) {
	if err := by.Need(account.RightWriteAssessment); err != nil {
		return nil, 0, err
	}
	p := &forms{s: s, o: o, tree: s.Tree(), today: s.today()}
	var err error
	if p.round, err = s.Reviews.FindRound(ctx, o.Round); err != nil {
		return nil, 0, err
	}
	if p.form, err = s.Reviews.FormOf(p.round, o.Form); err != nil {
		return nil, 0, err
	}
	if p.said, err = s.Reviews.GuidanceFor(ctx, p.round.ID); err != nil {
		return nil, 0, err
	}
	rounds, err := s.Reviews.Rounds(ctx)
	if err != nil {
		return nil, 0, err
	}
	p.years = map[string]int{}
	for _, r := range rounds {
		p.years[r.ID] = r.Year
	}
	p.day = min(p.round.CountDay, p.today)
	scope := by.ScopeFor(account.RightWriteAssessment)
	root, villages, err := p.area(scope)
	if err != nil {
		return nil, 0, err
	}
	layout, err := s.Layouts.On(p.today)
	if err != nil {
		return nil, 0, err
	}
	d := &paper.Document{Title: p.form.Name + " " + root.FullName, Author: root.FullName, Layout: layout, Demo: s.Demo != nil && s.Demo()}
	if o.Blank {
		d.Parts = []paper.Part{{Blocks: FormBlocks(p.form, p.blank(root))}}
		return d, 1, nil
	}
	n, err := p.fill(ctx, by, scope, root, villages, d)
	return d, n, err
}

// area finds the unit and those of its villages that the reader may see.
func (p *forms) area(scope area.Scope) (root area.Version, villages []area.Version, err error) {
	if root, err = p.tree.FindCode(p.o.Area, p.today); err != nil {
		return root, nil, err
	}
	for _, v := range p.tree.OfLevel(root.Area, p.today, area.Village) {
		if fields, covered := scope.FieldsAt(v.Path); covered && fields.Has(area.FieldHousehold) {
			villages = append(villages, v)
		}
	}
	if len(villages) == 0 && !scope.Covers(p.tree, root.Area, p.today) {
		return root, nil, fault.New(fault.NotFound, "area_not_found", text.T("print.area_not_yours", "code", p.o.Area))
	}
	return root, villages, nil
}

func (p *forms) fill(ctx context.Context, by *account.Actor, scope area.Scope, root area.Version, villages []area.Version, d *paper.Document) (int, error) {
	listed, err := p.s.Reviews.ListFor(ctx, scope, p.round.ID, root.Area)
	if err != nil {
		return 0, err
	}
	byVillage := map[area.ID][]review.Listed{}
	n := 0
	for _, l := range listed {
		if p.asks(l) {
			byVillage[l.Village] = append(byVillage[l.Village], l)
			n++
		}
	}
	switch {
	case n == 0:
		return 0, fault.New(fault.Conflict, "nothing_to_print", text.T("print.nobody", "form", p.form.Name, "area", root.FullName, "round", p.round.ID))
	case n > MostForms:
		return 0, fault.New(fault.Invalid, "too_many_forms", text.T("print.too_many", "n", vn.FormatInt(int64(n)), "area", root.FullName, "most", vn.FormatInt(MostForms)))
	}
	purpose, err := typed.Account("purpose", p.o.Purpose)
	if err != nil {
		return 0, err
	}
	if purpose == "" {
		purpose = text.T("print.purpose")
	}
	err = p.s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, p.s.Province, &journal.Entry{At: p.s.Now().UnixMilli(), Actor: by.ID, Action: "form.print", Kind: "print", Record: p.form.ID, AreaID: string(root.Area), Reason: purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(p.round.ID)}, {Field: "form", To: journal.Value(p.form.Code)}, {Field: "households", To: journal.Value(n)}}})
	})
	if err != nil {
		return 0, err
	}
	return n, p.s.DB.Read(ctx, func(tx *db.Tx) error {
		d.Parts = nil
		done := 0
		for _, v := range villages {
			if len(byVillage[v.Area]) == 0 {
				continue
			}
			if err := p.village(tx, v, byVillage[v.Area], d); err != nil {
				return err
			}
			if done += len(byVillage[v.Area]); p.o.Progress != nil {
				p.o.Progress(done, n)
			}
		}
		return nil
	})
}

// asks says whether a household of the list is asked the form.
func (p *forms) asks(l review.Listed) bool {
	switch p.form.Code {
	case form.Screening:
		return l.Route == review.RouteA
	case form.Scores:
		return l.NeedsB()
	case form.Needs:
		if l.Assessment != "" {
			return l.Class == standard.Poor || l.Class == standard.NearPoor
		}
		return l.Before == standard.Poor || l.Before == standard.NearPoor
	case form.RequestLeave:
		return l.Before == standard.Poor || l.Before == standard.NearPoor
	}
	return l.Source == review.Request
}

// village adds a village: its list, and a form for each household.
func (p *forms) village(tx *db.Tx, v area.Version, listed []review.Listed, d *paper.Document) error {
	ids := make([]household.ID, len(listed))
	for i, l := range listed {
		ids[i] = l.Household
	}
	households, err := p.s.Households.Many(tx, ids)
	if err != nil {
		return err
	}
	members, err := p.s.Households.MembersOfMany(tx, ids, p.day)
	if err != nil {
		return err
	}
	kept, err := p.s.Reviews.FormsFor(tx, p.round.ID, p.form.Code, []area.ID{v.Area})
	if err != nil {
		return err
	}
	sheets := make([]Sheet, len(listed))
	for i, l := range listed {
		h := households[l.Household]
		s := p.blank(v)
		s.Blank, s.Code, s.Head, s.Address, s.Before = false, h.Code, h.HeadName, h.Address, l.Before
		if s.Filling, err = p.filling(tx, h, members[h.ID], v, kept[h.ID]); err != nil {
			return err
		}
		// The head is that of the roster: of an earlier round, who it was then.
		for _, m := range s.Filling.Roster {
			if m.Relation == headOf {
				s.Head = m.Name
			}
		}
		sheets[i] = s
	}
	d.Parts = append(d.Parts, paper.Part{Name: v.FullName, Blocks: p.front(v, sheets)})
	for _, s := range sheets {
		d.Parts = append(d.Parts, paper.Part{Name: s.Code + " " + s.Head, GoesOn: true, Blocks: FormBlocks(p.form, s),
			Foot: text.T("print.form.foot", "form", p.form.Name, "code", s.Code, "head", s.Head, "village", v.FullName)})
	}
	return nil
}

// blank names the places and nobody.
func (p *forms) blank(at area.Version) Sheet {
	s := Sheet{Round: text.T("print.form.round", "year", p.round.Year), Said: p.said, Blank: true}
	for level, to := range map[area.Level]*string{area.Province: &s.Province, area.District: &s.District, area.Commune: &s.Commune, area.Village: &s.Village} {
		if up, ok := p.tree.Ancestor(at.Area, p.today, level); ok {
			*to = up.FullName
		}
	}
	if root, ok := p.tree.Ancestor(at.Area, p.today, area.Province); ok {
		s.Districts = len(p.tree.OfLevel(root.Area, p.today, area.District)) > 0
	}
	return s
}

// filling is what the household has answered in the round, else who belongs to
// it; and what it answered before.
func (p *forms) filling(tx *db.Tx, h household.Household, members []household.Member, v area.Version, kept review.FormAnswer) (form.Filling, error) {
	history, err := p.s.Reviews.History(tx, h.ID)
	if err != nil {
		return form.Filling{}, err
	}
	now, last := review.Assessment{Size: len(members), Area: standard.Rural}, (*review.Assessment)(nil)
	if v.Urban {
		now.Area = standard.Urban
	}
	for _, m := range members {
		now.Roster = append(now.Roster, review.RosterMember{Person: m.ID, Name: m.FullName, Birth: m.Birth, Sex: m.Sex, Relation: m.Relation})
	}
	for i := range history { // oldest first
		switch a := &history[i]; {
		case a.Round == p.round.ID:
			now = *a
		case p.round.ClassFrom == "" || a.EffectiveFrom < p.round.ClassFrom:
			last = a
		}
	}
	g := p.s.Reviews.FillingOf(p.form, &now, last, p.day)
	if p.form.Code == form.Scores {
		return g, nil
	}
	// Of the other forms the assessment holds only what they keep in it.
	g.Answers, g.Last = p.keptIn(g.Answers), nil
	for code, answer := range kept.Answers {
		g.Answers[code] = answer
	}
	before, err := p.before(tx, h.ID)
	if err != nil || before == nil && last == nil {
		return g, err
	}
	g.Last = &form.Last{Answers: form.Answers{}}
	if last != nil {
		g.Last.Answers = p.keptIn(p.s.Reviews.FillingOf(p.form, last, nil, p.day).Answers)
	}
	for code, answer := range before {
		g.Last.Answers[code] = answer
	}
	return g, nil
}

// keptIn leaves of an assessment's answers those that the form keeps there.
func (p *forms) keptIn(answers form.Answers) form.Answers {
	out := form.Answers{}
	for code, answer := range answers {
		if q := p.form.Question(code); q != nil && q.Kept != "" {
			out[code] = answer
		}
	}
	return out
}

// before is the form's filling of the latest round before.
func (p *forms) before(tx *db.Tx, id household.ID) (form.Answers, error) {
	list, err := p.s.Reviews.FormsOf(tx, id)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(a review.FormAnswer) bool { return a.Form != p.form.Code || p.years[a.Round] >= p.round.Year })
	slices.SortStableFunc(list, func(a, b review.FormAnswer) int { return p.years[a.Round] - p.years[b.Round] })
	if len(list) == 0 {
		return nil, nil
	}
	return list[len(list)-1].Answers, nil
}

// headOf is the relation of the head to himself.
const headOf = "head"

// front is the list of a village's households, by which the forms are handed
// out and come back.
func (p *forms) front(v area.Version, sheets []Sheet) []paper.Block {
	var place []string
	for _, level := range []area.Level{area.Village, area.Commune, area.District} {
		if up, ok := p.tree.Ancestor(v.Area, p.today, level); ok {
			place = append(place, up.FullName)
		}
	}
	table := paper.Table{Widths: []float64{10, 28, 48, 32, 14, 22, 30}, Size: formSize, Before: 8}
	head := paper.Row{Shaded: true}
	for _, key := range []string{"no", "code", "head", "before", "size", "asked_on", "note"} {
		head.Cells = append(head.Cells, paper.HeadCell(text.T("print.column."+key)))
	}
	table.Head = []paper.Row{head}
	for i, s := range sheets {
		before := ""
		if s.Before != standard.Undetermined {
			before = s.Before.Name()
		}
		table.Rows = append(table.Rows, paper.Row{Height: leastRow, Cells: []paper.Cell{
			paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(s.Code)), paper.TextCell(paper.Text(s.Head)), paper.TextCell(paper.Text(before)), paper.NumberCell(itoa(len(s.Filling.Roster))), {}, {}}})
	}
	return []paper.Block{
		paper.Paragraph{Spans: []paper.Span{paper.Bold(text.T("print.front.title", "form", strings.ToUpper(p.form.Name)))}, Align: paper.Centre, Size: 13, Outline: 1},
		paper.Paragraph{Spans: []paper.Span{paper.Text(strings.Join(place, ", "))}, Align: paper.Centre, Size: formSize + 1, Before: 2},
		paper.Paragraph{Spans: []paper.Span{paper.Italic(text.T("print.front.count", "year", p.round.Year, "n", len(sheets)))}, Align: paper.Centre, Size: formSize},
		table,
		paper.Closing{Signers: []paper.Signer{{Office: text.T("print.front.village"), Note: text.T("print.sign")}, {Office: text.T("print.form.surveyor_signs"), Note: text.T("print.sign")}}, Room: formRoom},
	}
}
