package demo

import (
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
)

// nobodysPassword is a hash of which nobody knows the password: the people of
// the other offices have accounts, so that pages can name them, and cannot
// sign in until an administrator gives them one.
const nobodysPassword = "$argon2id$v=19$m=47104,t=1,p=1$bcO0IGNow7osIG3huqt1$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// The roles of those people, and how the names of their accounts begin.
const (
	roleOfficer  = "commune"
	roleChair    = "chair"
	roleDeputy   = "vice_chair"
	roleVerifier = "district"
)

var accountPrefix = map[string]string{roleOfficer: "xa", roleChair: "chutich", roleDeputy: "phochutich", roleVerifier: "huyen"}

// clerk is the account of somebody in an office of the district in which the
// demo's officers work; elsewhere everything is done by the machine's operator.
func (o *offices) clerk(unit, district area.ID, role, name string) string {
	if o.own == nil || district != o.own.district {
		return actor
	}
	key := [2]string{string(unit), role}
	if id, ok := o.clerks[key]; ok {
		return id
	}
	here, _ := o.tree.On(unit, today)
	id, at := o.generator.id(), o.round.OpenedAt
	o.papers.accounts.Add(id, accountPrefix[role]+"."+here.Code, name+", "+o.words.Titles[role], nobodysPassword, at)
	o.papers.posts.Add(o.generator.id(), id, here.FullName, role, string(unit), o.day("open"), actor, at)
	o.clerks[key] = id
	return id
}

// officer is who works on the review in a commune.
func (o *offices) officer(d *desk) string {
	return o.clerk(d.unit.Area, d.district, roleOfficer, o.somebody(string(d.unit.Area), "officer"))
}

// verifier is who verifies for the district.
func (o *offices) verifier(d *desk) string {
	return o.clerk(d.district, d.district, roleVerifier, o.somebody(string(d.district), "officer"))
}

// signer is who signs for a commune, the chair or his deputy in his place.
func (o *offices) signer(d *desk, capacity string) string {
	role := roleChair
	if capacity == "kt" {
		role = roleDeputy
	}
	return o.clerk(d.unit.Area, d.district, role, o.somebody(string(d.unit.Area), "chair", capacity))
}

// by is who does something with the dossier of a commune.
func (f *file) by(action dossier.Action, step string) string {
	switch {
	case f.place == nil:
		return actor
	case action == dossier.Approval:
		return f.signer(f.place, f.capacity)
	case action == dossier.SentBack, action == dossier.StepBack, action == dossier.Unlocked, action == dossier.StepDone && step == "verification":
		return f.verifier(f.place)
	}
	return f.officer(f.place)
}
