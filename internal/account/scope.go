package account

import "giamngheo/internal/area"

// fieldsOfSubject gives the part of a household that belongs to a
// department's subject; 0 for a subject that scopes do not know.
func fieldsOfSubject(subject string) area.Fields {
	switch subject {
	case "education":
		return area.FieldEducation
	case "health":
		return area.FieldHealth
	case "construction":
		return area.FieldHousing
	case "agriculture":
		return area.FieldWater
	case "information":
		return area.FieldInformation
	}
	return area.FieldsNone
}

// fields is what a post of the role shows of a household.
func (r Role) fields(subject string) area.Fields {
	switch r.shows {
	case showAll:
		return area.FieldHousehold
	case showSubject:
		return fieldsOfSubject(subject)
	}
	return area.FieldsNone
}

// scopeOf is where some of the wanted rights hold: each post's area with that
// post's fields, nothing of one post in another's area.
func scopeOf(tree *area.Tree, province, day string, grants []grant, wanted Rights) area.Scope {
	var of []area.Grant
	for _, g := range grants {
		if g.rights&wanted != 0 {
			of = append(of, area.Grant{Root: g.root, Fields: g.fields})
		}
	}
	return tree.Scope(province, of, day)
}

func (a *Actor) fillScopes(tree *area.Tree, province string) {
	for r := range rightCount {
		a.scopes[r] = scopeOf(tree, province, a.Day, a.grants, 1<<r)
	}
	a.reading = scopeOf(tree, province, a.Day, a.grants, 1<<RightReadHouseholds|1<<RightReadSubject)
}
