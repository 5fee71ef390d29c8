package web

import (
	"slices"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// typedForm is what was typed into a form, and what is wrong with it. Its
// fields bear the names by which the registry refuses them.
type typedForm interface {
	value(name, otherwise string) string
	values(name string, otherwise []string) []string
	error(name string) string
}

func (c *opCase) value(name, otherwise string) string {
	if c.typed.Has(name) {
		return c.typed.Get(name)
	}
	return otherwise
}

// values of boxes: an empty choice sends nothing, so once the form was sent
// nothing is nothing.
func (c *opCase) values(name string, otherwise []string) []string {
	if c.sent {
		return c.typed[name]
	}
	return otherwise
}

func (c *opCase) error(name string) string { return view.ErrorFor(c.wrong, name) }

func textField(f typedForm, name, label, hint, otherwise, width string) templ.Component {
	return view.FieldRow(view.Field{Name: name, Label: text.T(label), Hint: hint, Value: f.value(name, otherwise), Error: f.error(name), Width: width, Autocomplete: "off"})
}

func dayField(f typedForm, label, otherwise string) templ.Component {
	return view.FieldRow(view.Field{Name: "day", Label: text.T(label), Hint: text.T("web.op.day_hint"), Kind: view.DayInput, Value: f.value("day", otherwise), Error: f.error("day"), Width: "w12", Required: true, Autocomplete: "off"})
}

func reasonField(f typedForm) templ.Component {
	return view.FieldRow(view.Field{Name: "reason", Label: text.T("web.op.reason"), Hint: text.T("web.op.reason_hint"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason")})
}

func selectField(f typedForm, name, label, otherwise string, options []view.Option) templ.Component {
	chosen := f.value(name, otherwise)
	s := view.Select{Name: name, Label: text.T(label), Error: f.error(name)}
	for _, o := range options {
		o.Selected = o.Value == chosen
		s.Options = append(s.Options, o)
	}
	return view.SelectRow(s)
}

func radioField(f typedForm, name, label, hint, otherwise string, options []view.Option) templ.Component {
	chosen := f.value(name, otherwise)
	c := view.Choice{Name: name, Label: text.T(label), Hint: hint, Error: f.error(name)}
	for _, o := range options {
		o.Selected = o.Value == chosen
		c.Options = append(c.Options, o)
	}
	return view.ChoiceRow(c)
}

// relationOptions are the relations; head is left out where it needs an
// operation of its own.
func relationOptions(head bool) []view.Option {
	var list []view.Option
	for _, item := range household.Relations.Items {
		if head || item.Code != "head" {
			list = append(list, view.Option{Value: item.Code, Label: item.Name})
		}
	}
	return list
}

func ethnicOptions() []view.Option {
	list := []view.Option{{Label: text.T("common.unknown")}}
	for _, item := range household.Ethnic.Items {
		list = append(list, view.Option{Value: item.Code, Label: item.Name})
	}
	return list
}

func sexOptions() []view.Option {
	return []view.Option{{Value: "male", Label: text.T("web.op.sex.male")}, {Value: "female", Label: text.T("web.op.sex.female")}}
}

func policyField(f typedForm, otherwise []string) templ.Component {
	chosen := f.values("policy_groups", otherwise)
	c := view.Choice{Name: "policy_groups", Label: text.T("web.op.policy"), Many: true, Error: f.error("policy_groups")}
	for _, item := range household.Policy.Items {
		c.Options = append(c.Options, view.Option{Value: item.Code, Label: item.Name, Selected: slices.Contains(chosen, item.Code)})
	}
	return view.ChoiceRow(c)
}

// memberOptions are members to choose one of.
func memberOptions(members []household.Member, leave func(household.Member) bool) []view.Option {
	var list []view.Option
	for _, m := range members {
		if leave == nil || !leave(m) {
			list = append(list, view.Option{Value: string(m.ID), Label: m.FullName, Hint: memberHint(m)})
		}
	}
	return list
}

func memberHint(m household.Member) string {
	hint := lower(household.Relations.Name(m.Relation))
	if m.Birth != "" {
		hint = text.T("web.op.member_hint", "relation", hint, "birth", birthWords(m.Birth))
	}
	return hint
}

// communeGroups are all communes of today by district.
func (p *Pages) communeGroups(chosen area.ID) []view.OptionGroup {
	tree, today := p.Tree(), p.Today()
	var groups []view.OptionGroup
	at := map[area.ID]int{}
	for _, root := range tree.Roots(today) {
		for _, v := range tree.Communes(root.Area, today) {
			i, ok := at[v.Parent]
			if !ok {
				i = len(groups)
				at[v.Parent] = i
				parent, _ := tree.On(v.Parent, today)
				groups = append(groups, view.OptionGroup{Label: parent.FullName})
			}
			groups[i].Options = append(groups[i].Options, view.Option{Value: string(v.Area), Label: v.FullName, Selected: v.Area == chosen})
		}
	}
	return groups
}

// villageOptions are the villages of a commune.
func (p *Pages) villageOptions(commune area.ID, leave area.ID) []view.Option {
	var list []view.Option
	for _, v := range p.Tree().Children(commune, p.Today()) {
		if v.Area == leave || v.Level != area.Village {
			continue
		}
		name := v.FullName
		if name == "" {
			name = v.Name
		}
		list = append(list, view.Option{Value: string(v.Area), Label: name})
	}
	return list
}

// communeOf is the commune chosen, else the one where the household lives.
func (c *opCase) communeOf() area.Version {
	tree, today := c.p.Tree(), c.p.Today()
	if id := c.typed.Get(paramCommune); id != "" {
		if v, ok := tree.On(area.ID(id), today); ok && v.Level == area.Commune {
			return v
		}
	}
	v, _ := tree.Ancestor(c.h.VillageID, today, area.Commune)
	return v
}

// communeFirst chooses the commune whose villages the form then offers.
func communeFirst(c *opCase) []templ.Component {
	commune := c.communeOf()
	row := view.GroupedSelectRow(view.GroupedSelect{Name: paramCommune, Label: text.T("web.op.commune"), Hint: text.T("web.op.commune_hint"), Groups: c.p.communeGroups(commune.Area), Submit: true})
	return []templ.Component{view.ChooserForm(view.Chooser{Action: c.address(), Button: text.T("web.op.commune_go")}, row)}
}

// codeFirst asks for the code of the household from which people come.
func codeFirst(c *opCase, label, hint string) []templ.Component {
	row := view.FieldRow(view.Field{Name: paramFrom, Label: text.T(label), Hint: text.T(hint), Value: c.value(paramFrom, ""), Error: c.error(paramFrom), Width: "w12", Autocomplete: "off"})
	return []templ.Component{view.ChooserForm(view.Chooser{Action: c.address(), Button: text.T("web.op.code_go")}, row)}
}

// personFields are those of somebody whom the registry does not know yet.
func personFields(f typedForm, otherwise household.Person, born bool) []templ.Component {
	list := []templ.Component{
		textField(f, "full_name", "web.op.full_name", "", otherwise.FullName, "full"),
		radioField(f, "sex", "web.op.sex", "", otherwise.Sex, sexOptions()),
	}
	if !born {
		list = append(list, textField(f, "birth", "web.op.birth", text.T("web.op.birth_hint"), birthWords(otherwise.Birth), "w12"))
	}
	return append(list, selectField(f, "ethnic", "web.op.ethnic", otherwise.Ethnic, ethnicOptions()),
		textField(f, "national_id", "web.op.national_id", text.T("web.op.national_id_hint"), otherwise.NationalID, "w12"))
}

func fieldError(name, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, name, message, fault.Field{Name: name, Message: message})
}
