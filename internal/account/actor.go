package account

import (
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Actors of the journal that are no account.
const (
	OperatorID = "operator" // whoever sits at the machine's command line
	SystemID   = "system"   // the program itself
)

// operatorAs is the operator who works with the rights of a user.
func operatorAs(id ID) string { return OperatorID + ":" + string(id) }

// Actor is who asks: built once a request from the posts in force that day,
// never changed after. The zero Actor may do nothing.
type Actor struct {
	ID         string // what the journal records
	Account    ID     // empty for the operator
	Name       string
	FullName   string
	MustChange bool   // has no right until the password is changed
	Session    string // the session's handle, where there is one
	Day        string // the day whose posts these are
	Posts      []Post // in force that day

	rights Rights
	grants []grant
	scopes [rightCount]area.Scope

	reading area.Scope
}

// grant is what one post gives.
type grant struct {
	root   area.ID
	rights Rights
	fields area.Fields
}

// Can says whether some post gives the right, somewhere.
func (a *Actor) Can(r Right) bool { return a.rights.Has(r) }

// Rights are those of all posts together; ScopeFor says where each holds.
func (a *Actor) Rights() Rights { return a.rights }

// Need is Can as an error for the page.
func (a *Actor) Need(r Right) error {
	if a.Can(r) {
		return nil
	}
	if a.MustChange {
		return fault.New(fault.Forbidden, "password_must_change", text.T("account.must_change"))
	}
	return fault.New(fault.Forbidden, "right_missing", text.T("account.right_missing", "right", text.T("account.right."+r.String())))
}

// ScopeFor is where the right holds: the areas of the posts that give it, each
// with the fields that post shows. It goes into the store functions of the
// subjects. A scope without grants covers nothing.
func (a *Actor) ScopeFor(r Right) area.Scope {
	if r >= rightCount {
		return area.Scope{}
	}
	return a.scopes[r]
}

// Reading is where the actor may read of households at all: whole ones or the
// parts of his subject. The scope says which (area.Scope.FieldsAt).
func (a *Actor) Reading() area.Scope { return a.reading }

// Has says whether the role is that of a post in force.
func (a *Actor) Has(role string) bool {
	return slices.ContainsFunc(a.Posts, func(p Post) bool { return p.Role == role })
}

// Title is the office with which the actor signs for a unit in its head's
// place.
func (a *Actor) Title(unit area.ID) string {
	for _, p := range a.Posts {
		if p.For != "" && p.Area == unit && p.AgencyID == "" {
			return p.Title
		}
	}
	return ""
}

// Own says whether the account is the actor's own.
func (a *Actor) Own(id ID) bool { return a.Account != "" && a.Account == id }

// actorOf builds the actor of the posts, which are those in force on the day.
// A role that the file no longer knows gives nothing.
func actorOf(roles *Roles, tree *area.Tree, province string, account Account, day string, posts []Post) *Actor {
	a := &Actor{ID: string(account.ID), Account: account.ID, Name: account.Name, FullName: account.FullName,
		MustChange: account.MustChange, Day: day, Posts: posts}
	if !account.Active || account.MustChange {
		return a
	}
	for _, p := range posts {
		role, ok := roles.Role(p.Role)
		if !ok || !p.InForce(day) {
			continue
		}
		rights := role.Rights
		if p.For != "" {
			rights &= whileAway
		}
		a.grants = append(a.grants, grant{root: p.Area, rights: rights, fields: role.fields(p.Subject)})
		a.rights |= rights
	}
	a.fillScopes(tree, province)
	return a
}

// Operator is the machine's operator: every right in the whole province. He
// can read the database's file anyway; what he does is journalled as his.
func Operator(province string, tree *area.Tree, day string) *Actor {
	a := &Actor{ID: OperatorID, Name: OperatorID, FullName: text.T("account.operator"), Day: day, rights: 1<<rightCount - 1}
	for _, root := range tree.Roots(day) {
		a.grants = append(a.grants, grant{root: root.Area, rights: a.rights, fields: area.FieldHousehold})
	}
	a.fillScopes(tree, province)
	return a
}
