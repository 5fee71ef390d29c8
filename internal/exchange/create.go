package exchange

import (
	"fmt"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// create plans a household that the registry does not have.
func (p *planner) create(r *row, k *known, out *piece) error {
	if r.village == "" {
		p.refuse(r, "village", "unknown_village", text.T("import.village_missing"))
	}
	if !r.head.says() {
		p.refuse(r, "head", "name_missing", text.T("import.name_missing"))
	}
	if r.refused {
		return nil
	}
	if r.code == "" && !p.onlyOnce(r) {
		return nil
	}
	since := p.day
	if r.since.says() {
		if since = r.since.v; since > p.day {
			p.refuse(r, "since", "bad_since", text.T("import.bad_since", "day", area.ShowDay(p.day)))
			return nil
		}
	}
	h := household.Staged{Household: household.Household{ID: household.ID(db.NewID()), Code: r.code, VillageID: r.village, PolicyGroups: splitCodes(r.groups.over("")),
		Address: r.address.over(""), Phone: r.phone.over(""), Note: r.householdNote.over(""), From: since}}
	members, roster := p.newMembers(r, h.ID, since)
	if r.refused {
		return nil
	}
	for i := range members {
		at, line := p.lineOf(r, i)
		p.sameID(r, at, line, &members[i], k, out)
		p.newcomers.add(at, line, &members[i], r.village)
	}
	reviewed := r.reviewed()
	if !reviewed && r.note.says() && h.Note == "" {
		h.Note = r.note.v
	}
	var a *review.Assessment
	if reviewed {
		purpose := review.Survey
		if r.purpose.says() {
			purpose = r.purpose.v
		}
		if !p.mayReview(r, r.village, purpose) {
			return nil
		}
		a = &review.Assessment{Household: h.ID, Village: r.village, Roster: roster}
		if ok, err := p.assess(r, a, nil, nil, nil); err != nil || !ok {
			return err
		}
	}
	stated := a == nil && p.stateBefore(r, h.ID, nil, true, out)
	p.report.Create++
	p.nextNo++
	h.No = p.nextNo
	if h.Code == "" {
		p.freshCodes++
		h.CodeNo = p.freshCodes
	} else if n, own := household.ParseCode(p.s.Province, h.Code); own {
		p.highest = max(p.highest, n)
	}
	if !p.writing {
		return nil
	}
	out.households.AddNew(h, members)
	p.tellNew(&h, members)
	if a != nil {
		p.told.fresh("assessment", a.ID)
		if err := out.reviews.AddNew(a, p.told.field); err != nil {
			return err
		}
	}
	if stated {
		p.told.fresh(review.StatedKind, string(h.ID)+"|"+p.round.ID)
		p.told.field("class_before", r.classBefore)
	}
	out.entry.Add(journal.Part{HouseholdID: string(h.ID), New: true, Changes: p.told.changes()})
	return nil
}

// onlyOnce looks for a new household that the file brought before: by the rule
// that would match the second row to the first, were that in the registry. A
// row that repeats another cell by cell is refused; one that differs may be a
// neighbour of the same name and year.
func (p *planner) onlyOnce(r *row) bool {
	before, twice := p.keys.first(string(r.village)+"|"+household.HeadKey(r.head.v, r.birth.v), r.number)
	if r.nationalID.says() {
		return true
	}
	if r.birth.says() {
		if same, again := p.keys.first(r.said(), r.number); again {
			p.refuse(r, "head", "row_twice", text.T("import.row_twice", "name", r.head.v, "row", same))
			return false
		}
	}
	if twice {
		p.warn(r, "head", "same_head", "name", r.head.v, "row", before)
	}
	return true
}

// said writes all that the row says but where it stands.
func (r *row) said() string {
	one := *r
	one.number, one.no, one.members = 0, "", slices.Clone(r.members)
	for i := range one.members {
		one.members[i].number = 0
	}
	return fmt.Sprint(one)
}

// lineOf says where the i-th member of a new household stands in the file.
func (p *planner) lineOf(r *row, i int) (*table, int) {
	if len(r.members) == 0 {
		return &p.table, r.number
	}
	return p.memberAt, r.members[i].number
}

// newMembers makes the persons of a new household: those of the sheet of
// members, or the head alone. What the row itself says of the head counts
// where the head's own line is silent.
func (p *planner) newMembers(r *row, id household.ID, since string) ([]household.Member, []review.RosterMember) {
	if len(r.members) == 0 {
		head := household.Member{Person: household.Person{ID: household.PersonID(db.NewID()), HouseholdID: id, FullName: r.head.v, Sex: r.sex.over(""), Birth: r.birth.over(""),
			Ethnic: r.ethnic.over(""), NationalID: r.nationalID.over("")}, Relation: "head", From: since}
		p.checkPerson(r, &p.table, r.number, &head)
		return []household.Member{head}, []review.RosterMember{rosterOf(&head)}
	}
	members := make([]household.Member, len(r.members))
	roster := make([]review.RosterMember, len(r.members))
	heads := 0
	for i := range r.members {
		m := &r.members[i]
		one := household.Member{Person: household.Person{ID: household.PersonID(db.NewID()), HouseholdID: id, FullName: m.name.v, Sex: m.sex.over(""), Birth: m.birth.over(""),
			Ethnic: m.ethnic.over(""), NationalID: m.national.over(""), PolicyGroups: splitCodes(m.group.over(""))}, Relation: m.relation.over(""), From: since}
		if one.Relation == "" {
			one.Relation = "other"
			if heads == 0 && vn.Fold(one.FullName) == vn.Fold(r.head.v) {
				one.Relation = "head"
			}
			m.relation = opt{given: true, v: one.Relation}
		}
		if one.Relation == "head" {
			heads++
			if heads > 1 {
				r.refused = true
				p.memberAt.problem(m.number, "relation", "two_heads", text.T("import.two_heads", "name", one.FullName), false)
			} else if vn.Fold(one.FullName) != vn.Fold(r.head.v) {
				r.refused = true
				p.memberAt.problem(m.number, "name", "head_differs", text.T("import.head_differs_sheets", "name", one.FullName, "head", r.head.v), false)
			}
			one.Birth, one.Sex, one.Ethnic, one.NationalID = orElse(one.Birth, r.birth.v), orElse(one.Sex, r.sex.v), orElse(one.Ethnic, r.ethnic.v), orElse(one.NationalID, r.nationalID.v)
		}
		members[i] = one
		p.checkPerson(r, p.memberAt, m.number, &members[i])
		roster[i] = rosterOf(&members[i])
		answer(&roster[i], m)
	}
	if heads == 0 {
		p.refuse(r, "head", "no_head", text.T("import.no_head", "name", r.head.v))
	}
	return members, roster
}

func orElse(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

func splitCodes(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func rosterOf(m *household.Member) review.RosterMember {
	return review.RosterMember{Person: m.ID, Name: m.FullName, Birth: m.Birth, Sex: m.Sex, Relation: m.Relation}
}

// answer puts what a line of the sheet of members says over the answers.
func answer(to *review.RosterMember, m *memberRow) {
	for i, field := range [...]**bool{&to.Untreated, &to.Insured, &to.LowerSecondary, &to.AtSchool} {
		switch m.answers[i] {
		case markYes, markNo:
			yes := m.answers[i] == markYes
			*field = &yes
		case markErased:
			*field = nil
		}
	}
}

// mayReview refuses answers for a closed round, and for a village of whose
// commune the dossier takes none any more.
func (p *planner) mayReview(r *row, village area.ID, purpose string) bool {
	if p.round.State != review.Open {
		p.refuse(r, "", "round_closed", text.T("review.round_closed", "id", p.round.ID))
		return false
	}
	if err := p.taking.Refusal(village, purpose); err != nil {
		_, code, message := fieldsOf(err)
		p.refuse(r, "village", code, message)
		return false
	}
	p.forms[formAt{village, purpose}] = true
	return true
}

// assess puts the row's answers over those that stand, and judges. ok is
// false where the row was refused.
func (p *planner) assess(r *row, a, current, last *review.Assessment, standing *review.Standing) (ok bool, err error) {
	p.answers(r, a)
	if len(a.Roster) <= 1 && r.size.given {
		a.Size = max(int(r.size.v), len(a.Roster))
	} else {
		a.Size = len(a.Roster)
		if r.size.given && int(r.size.v) != a.Size {
			p.warn(r, "size", "size_differs", "file", r.size.v, "listed", a.Size)
		}
	}
	var before standard.Class
	known := false
	if standing != nil {
		before, known = standing.Before(a.Household, p.round.AsOf(a))
	}
	if !known && (current == nil || current.Detail.Before == "") {
		if a.Detail.Before = r.classBefore; a.Detail.Before == "" && standing != nil {
			a.Detail.Before = standing.Stated(a.Household)
		}
	}
	p.put(a)
	if err := p.s.Reviews.Check(p.round, p.set, a); err != nil {
		return false, p.refuseFields(r, err)
	}
	a.Detail.Doubts = nil
	if err := a.Judge(p.set, p.day); err != nil {
		return false, err
	}
	// What a form doubts of a sheet's answers is all against last year's.
	if last != nil {
		if err := p.s.Reviews.LookAgain(p.round, a, last, p.day); err != nil {
			return false, p.refuseFields(r, err)
		}
	}
	for _, d := range a.Detail.Doubts { // what the form's own page would ask
		p.table.problem(r.number, d.Question, d.Check, d.Text, true)
	}
	if standing != nil {
		p.compareBefore(r, a, standing)
	}
	if !known && a.Detail.Before != "" {
		before, _ = standard.ParseClass(a.Detail.Before)
	}
	a.Transition = review.TransitionFrom(before, a.Class)
	p.compare(r, a)
	return true, nil
}

func (p *planner) compareBefore(r *row, a *review.Assessment, standing *review.Standing) {
	if before, known := standing.Before(a.Household, p.round.AsOf(a)); known && r.classBefore != "" && !sameClass(r.classBefore, before) {
		p.warn(r, "class_before", "before_differs", "file", className(r.classBefore), "class", before.Name())
	}
}

// answers puts the row's cells over the assessment's.
func (p *planner) answers(r *row, a *review.Assessment) {
	if a.ID = db.NewID(); a.Purpose == "" {
		a.Purpose = review.Survey
	}
	a.Round, a.InForce, a.RecordedAt, a.RecordedBy = p.round.ID, true, p.now, p.by.ID
	a.Rev++
	if r.purpose.says() {
		a.Purpose = r.purpose.v
	}
	if p.round.Kind == review.InYear {
		a.EffectiveFrom = r.effective.over(a.EffectiveFrom)
	} else {
		a.EffectiveFrom = p.round.Effective()
	}
	if r.b1.given {
		a.B1 = nil
		if !r.b1.erased {
			n := int(min(r.b1.v, 1<<30))
			a.B1 = &n
		}
	}
	if r.income.given {
		a.Income = nil
		if !r.income.erased {
			n := r.income.v
			a.Income = &n
		}
	}
	a.Ticked = overLetters(a.Ticked, r.marks)
	if r.causesGiven {
		a.Causes = r.causes
	}
	if r.floor.given {
		a.Detail.FloorArea = nil
		if !r.floor.erased {
			f := r.floor.v
			a.Detail.FloorArea = &f
		}
	}
	p.facts(r, a)
	a.Surveyor, a.SurveyedOn, a.Note = r.surveyor.over(a.Surveyor), r.surveyedOn.over(a.SurveyedOn), r.note.over(a.Note)
	a.WarningAnswer = r.warningAnswer.over(a.WarningAnswer)
}

func (p *planner) facts(r *row, a *review.Assessment) {
	if strings.Trim(string(r.facts), " ") == "" {
		return
	}
	facts := map[string]bool{}
	for code, yes := range a.Detail.Facts {
		facts[code] = yes
	}
	for i, code := range factsOf(p.set) {
		switch r.facts[i] {
		case markYes, markNo:
			facts[code] = r.facts[i] == markYes
		case markErased:
			delete(facts, code)
		}
	}
	if a.Detail.Facts = facts; len(facts) == 0 {
		a.Detail.Facts = nil
	}
}

// overLetters puts given answers over those that stand.
func overLetters(now string, marks []byte) string {
	letters := make([]byte, len(marks))
	for i, m := range marks {
		switch {
		case m != markNone:
			letters[i] = m
		case i < len(now):
			letters[i] = now[i]
		default:
			letters[i] = '-'
		}
	}
	return string(letters)
}

// put places the assessment; a village lies where it lies for the whole file.
func (p *planner) put(a *review.Assessment) {
	placed, ok := p.communes[a.Village]
	if !ok {
		placed.Village = a.Village
		p.s.Reviews.Place(p.round, &placed)
		p.communes[a.Village] = placed
	}
	a.Commune, a.Area = placed.Commune, placed.Area
}

// compare warns where the form says otherwise than the standard, or than the
// registry. What is computed stands.
func (p *planner) compare(r *row, a *review.Assessment) {
	if r.classAfter != "" && !sameClass(r.classAfter, a.Class) {
		p.warn(r, "class_after", "class_differs", "file", className(r.classAfter), "class", a.Class.Name())
	}
	if r.b2.given && !r.b2.erased {
		result := p.set.Classify(a.AnswersFor(p.set))
		all := result.Unknown == 0
		switch {
		case int64(result.B2) > r.b2.v || all && int64(result.B2) != r.b2.v:
			p.warn(r, "b2", "b2_differs", "score", p.set.PointsName, "file", r.b2.v, "b2", result.B2)
		case !all && a.Class == standard.Undetermined:
			p.warn(r, "b2", "b2_alone", "score", p.set.PointsName)
		}
	}
	if r.areaType != "" && a.Area != standard.UnknownArea && r.areaType != a.Area.String() {
		p.warn(r, "area_type", "area_type_differs", "area", a.Area.Name())
	}
	if a.Income != nil && *a.Income > 0 && *a.Income < smallIncome {
		p.warn(r, "income", "income_small", "income", vn.FormatInt(*a.Income))
	}
}

// smallIncome: below it the office probably wrote thousands of đồng.
const smallIncome = 10000

// sameClass: "not poor" on a form is any class above near-poor.
func sameClass(code string, c standard.Class) bool {
	said, _ := standard.ParseClass(code)
	if said == standard.NotPoor {
		return c == standard.NotPoor || c == standard.Average || c == standard.Above
	}
	if c == standard.NotPoor {
		return said == standard.Average || said == standard.Above
	}
	return said == c
}

func className(code string) string {
	c, _ := standard.ParseClass(code)
	return c.Name()
}

// refuseFields turns what the review refuses into problems at the columns.
func (p *planner) refuseFields(r *row, err error) error {
	fields, code, message := fieldsOf(err)
	if code == "" {
		return err
	}
	if len(fields) == 0 {
		p.refuse(r, "", code, message)
	}
	for _, f := range fields {
		column := f.Name
		if column == "ticked" {
			column = ""
		}
		p.refuse(r, column, "bad_"+f.Name, f.Message)
	}
	return nil
}

// tellNew writes what the journal keeps of a new household. What follows from
// the rest (the folded name, the size) is left out.
func (p *planner) tellNew(h *household.Staged, members []household.Member) {
	t := &p.told
	t.reset()
	t.fresh("household", string(h.ID))
	t.field("code", h.Code)
	t.field("village_id", string(h.VillageID))
	t.field("policy_groups", strings.Join(h.PolicyGroups, ","))
	t.field("address", h.Address)
	t.field("phone", h.Phone)
	t.field("note", h.Note)
	t.field("from_day", h.From)
	for i := range members {
		m := &members[i]
		t.fresh("person", string(m.ID))
		t.field("full_name", m.FullName)
		t.field("relation", m.Relation)
		t.field("sex", m.Sex)
		t.field("birth", m.Birth)
		t.field("ethnic", m.Ethnic)
		t.field("national_id", m.NationalID)
		t.field("policy_groups", strings.Join(m.PolicyGroups, ","))
	}
}
