package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func isHead(m household.Member) bool { return m.Relation == "head" }

func (c *opCase) headEthnic() string { return c.h.Ethnic }

// person reads the fields of a person; a birth is a year, a month or a day.
func (c *opCase) person() (household.Person, error) {
	t := c.typed
	p := household.Person{FullName: t.Get("full_name"), Sex: t.Get("sex"), Ethnic: t.Get("ethnic"), NationalID: strings.ReplaceAll(t.Get("national_id"), " ", "")}
	birth, err := readBirth(t.Get("birth"), c.p.Today())
	p.Birth = birth
	return p, err
}

// readBirth reads a birth as people write it; nothing is nothing.
func readBirth(typed, today string) (string, error) {
	if strings.TrimSpace(typed) == "" {
		return "", nil
	}
	d, err := vn.ParseDay(typed, vn.Day(today))
	var f *fault.Error
	if errors.As(err, &f) {
		return "", fault.New(fault.Invalid, f.Code, f.Message, fault.Field{Name: "birth", Message: f.Message})
	}
	return string(d), err
}

func birthForm(c *opCase) []templ.Component {
	list := []templ.Component{dayField(c, "web.op.born", "")}
	list = append(list, personFields(c, household.Person{Ethnic: c.headEthnic()}, true)...)
	return append(list, selectField(c, "relation", "web.op.relation", "child", relationOptions(false)), reasonField(c))
}

func doBirth(c *opCase) (string, error) {
	child, err := c.person()
	if err != nil {
		return "", err
	}
	id, err := c.p.Households.Birth(c.r.Context(), c.by, c.operation(), child, c.typed.Get("relation"))
	return c.done(id), err
}

// goneForm is of a death and of somebody who moves away: who, when, and who is
// the head afterwards.
func goneForm(c *opCase) []templ.Component {
	person := "web.op.who_left"
	if c.op.kind == household.OpDeath {
		person = "web.op.who_died"
	}
	list := []templ.Component{radioField(c, "person", person, "", "", memberOptions(c.members, nil)), dayField(c, "web.op.day."+c.op.kind, "")}
	if len(c.members) > 1 {
		list = append(list, radioField(c, "new_head", "web.op.new_head", text.T("web.op.new_head_hint"), "", memberOptions(c.members, isHead)))
	} else {
		list = append(list, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.op.last_member")}))
	}
	return append(list, reasonField(c))
}

func (c *opCase) chosenPerson() (household.PersonID, error) {
	id := household.PersonID(c.typed.Get("person"))
	if id == "" {
		return "", fieldError("person", "web.op.choose_person")
	}
	return id, nil
}

func doDeath(c *opCase) (string, error) {
	person, err := c.chosenPerson()
	if err != nil {
		return "", err
	}
	id, err := c.p.Households.Death(c.r.Context(), c.by, c.operation(), person, household.PersonID(c.typed.Get("new_head")))
	return c.done(id), err
}

func doLeave(c *opCase) (string, error) {
	person, err := c.chosenPerson()
	if err != nil {
		return "", err
	}
	id, err := c.p.Households.Leave(c.r.Context(), c.by, c.operation(), person, household.PersonID(c.typed.Get("new_head")))
	return c.done(id), err
}

func joinFirst(c *opCase) []templ.Component {
	return codeFirst(c, "web.op.join_code", "web.op.join_code_hint")
}

func joinForm(c *opCase) []templ.Component {
	var list []templ.Component
	if c.other.ID != "" {
		list = append(list, radioField(c, "person", "web.op.who_joined", text.T("web.op.from_household", "head", c.other.HeadName, "code", c.other.Code), "", memberOptions(c.others, isHead)))
	} else {
		list = append(list, personFields(c, household.Person{Ethnic: c.headEthnic()}, false)...)
	}
	return append(list, selectField(c, "relation", "web.op.relation", "other", relationOptions(false)), dayField(c, "web.op.day.join", ""), reasonField(c))
}

func doJoin(c *opCase) (string, error) {
	var who household.Person
	var err error
	if c.other.ID != "" {
		who.ID, err = c.chosenPerson()
	} else {
		who, err = c.person()
	}
	if err != nil {
		return "", err
	}
	id, err := c.p.Households.Join(c.r.Context(), c.by, c.operation(), who, c.typed.Get("relation"))
	return c.done(id), err
}

func headForm(c *opCase) []templ.Component {
	return []templ.Component{
		radioField(c, "new_head", "web.op.next_head", "", "", memberOptions(c.members, isHead)),
		selectField(c, "old_relation", "web.op.old_head_is", "other", relationOptions(false)),
		dayField(c, "web.op.day.change_head", ""), reasonField(c),
	}
}

func doChangeHead(c *opCase) (string, error) {
	head := household.PersonID(c.typed.Get("new_head"))
	if head == "" {
		return "", fieldError("new_head", "web.op.choose_person")
	}
	id, err := c.p.Households.ChangeHead(c.r.Context(), c.by, c.operation(), head, c.typed.Get("old_relation"))
	return c.done(id), err
}

func (c *opCase) hiddenCommune() templ.Component {
	return view.HiddenField(view.Pair{Name: paramCommune, Value: string(c.communeOf().Area)})
}

func moveForm(c *opCase) []templ.Component {
	options := append([]view.Option{{Label: text.T("web.op.choose")}}, c.p.villageOptions(c.communeOf().Area, c.h.VillageID)...)
	return []templ.Component{c.hiddenCommune(), selectField(c, "village", "web.op.village_to", "", options), dayField(c, "web.op.day.move", ""), reasonField(c)}
}

func doMove(c *opCase) (string, error) {
	village := area.ID(c.typed.Get("village"))
	if village == "" {
		return "", fieldError("village", "web.op.choose_village")
	}
	id, err := c.p.Households.Move(c.r.Context(), c.by, c.operation(), village)
	if err == nil && !ActorOf(c.r.Context()).Reading().Covers(c.p.Tree(), village, c.p.Today()) {
		// It is gone from the mover's sight: the list says where to.
		return PathHouseholds + "?" + url.Values{paramMoved: {string(village)}}.Encode(), nil
	}
	return c.done(id), err
}

// splitForm asks of each member but the head whether he stays, and what he is
// in the new household if he goes.
func splitForm(c *opCase) []templ.Component {
	var rows []templ.Component
	for _, m := range c.members {
		if isHead(m) {
			continue
		}
		name := leaverField(m.ID)
		chosen := c.value(name, "")
		s := view.Select{Name: name, Label: m.FullName, Hint: memberHint(m), Options: []view.Option{{Label: text.T("web.op.stays")}}}
		for _, o := range relationOptions(true) {
			key := "web.op.goes"
			if o.Value == "head" {
				key = "web.op.goes_head"
			}
			s.Options = append(s.Options, view.Option{Value: o.Value, Label: text.T(key, "relation", lower(o.Label)), Selected: o.Value == chosen})
		}
		rows = append(rows, view.SelectRow(s))
	}
	if len(rows) == 0 {
		return nil
	}
	home := view.Option{Label: text.T("web.op.same_village", "village", c.p.placeName(c.h.VillageID, c.p.Today()))}
	return []templ.Component{c.hiddenCommune(),
		view.FieldGroupOf(view.FieldGroup{ID: "leavers", Legend: text.T("web.op.leavers"), Hint: text.T("web.op.leavers_hint"), Error: c.error("leavers")}, rows),
		selectField(c, "village", "web.op.village_new", "", append([]view.Option{home}, c.p.villageOptions(c.communeOf().Area, c.h.VillageID)...)),
		dayField(c, "web.op.day.split", ""), reasonField(c)}
}

func leaverField(id household.PersonID) string { return "di-" + string(id) }

func doSplit(c *opCase) (string, error) {
	var leavers []household.Leaver
	for _, m := range c.members {
		if relation := c.typed.Get(leaverField(m.ID)); relation != "" {
			leavers = append(leavers, household.Leaver{Person: m.ID, Relation: relation})
		}
	}
	fresh, id, err := c.p.Households.Split(c.r.Context(), c.by, c.operation(), area.ID(c.typed.Get("village")), leavers)
	return c.done(id) + "&" + url.Values{paramNew: {string(fresh)}}.Encode(), err
}

func mergeFirst(c *opCase) []templ.Component {
	return codeFirst(c, "web.op.merge_code", "web.op.merge_code_hint")
}

// mergeForm asks what each of the other household is to this one's head.
func mergeForm(c *opCase) []templ.Component {
	if c.other.ID == "" {
		return nil
	}
	var rows []templ.Component
	for _, m := range c.others {
		chosen := c.value(relationField(m.ID), "other")
		s := view.Select{Name: relationField(m.ID), Label: m.FullName, Hint: memberHint(m)}
		for _, o := range relationOptions(false) {
			o.Selected = o.Value == chosen
			s.Options = append(s.Options, o)
		}
		rows = append(rows, view.SelectRow(s))
	}
	return []templ.Component{
		view.FieldGroupOf(view.FieldGroup{ID: "other", Legend: text.T("web.op.merge_members", "head", c.other.HeadName, "code", c.other.Code), Hint: text.T("web.op.merge_members_hint", "head", c.h.HeadName), Error: c.error("other")}, rows),
		dayField(c, "web.op.day.merge", ""), reasonField(c)}
}

func relationField(id household.PersonID) string { return "qh-" + string(id) }

func mergeFacts(c *opCase) []view.Definition {
	var names []string
	for _, m := range c.others {
		names = append(names, m.FullName)
	}
	return []view.Definition{
		{Term: text.T("web.op.merge_ends"), Value: text.T("web.op.from_household", "head", c.other.HeadName, "code", c.other.Code), Strong: true},
		{Term: text.T("web.op.merge_into"), Value: text.T("web.op.from_household", "head", c.h.HeadName, "code", c.h.Code), Strong: true},
		{Term: text.T("web.op.merge_people"), Value: strings.Join(names, ", ")},
	}
}

func doMerge(c *opCase) (string, error) {
	if c.other.ID == "" {
		return "", fieldError(paramFrom, "web.op.code_missing")
	}
	relations := map[household.PersonID]string{}
	for _, m := range c.others {
		relations[m.ID] = c.typed.Get(relationField(m.ID))
	}
	rev, _ := strconv.ParseInt(c.typed.Get("other_rev"), 10, 64)
	id, err := c.p.Households.Merge(c.r.Context(), c.by, c.operation(), c.other.ID, rev, relations)
	return c.done(id), err
}

func departForm(c *opCase) []templ.Component {
	return []templ.Component{view.Paragraphs(text.T("web.op.depart_lead")), dayField(c, "web.op.day.depart", ""), reasonField(c)}
}

func departFacts(c *opCase) []view.Definition {
	var names []string
	for _, m := range c.members {
		names = append(names, m.FullName)
	}
	return []view.Definition{{Term: text.T("web.op.departing"), Value: strings.Join(names, ", "), Strong: true}}
}

func doDepart(c *opCase) (string, error) {
	id, err := c.p.Households.Depart(c.r.Context(), c.by, c.operation())
	return c.done(id), err
}
