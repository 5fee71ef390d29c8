package dossier

import (
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// operator says whether the actor sits at the machine's command line. He does
// steps and hands in, journalled as the operator; he signs nothing.
func operator(by *account.Actor) bool { return by.ID == account.OperatorID }

// covers says whether the post's area covers the unit: on the dossier's day,
// or, where one of them has begun or ended since, through what the unit became.
func (s *Store) covers(by *account.Actor, root, unit area.ID, day string) bool {
	tree := s.Tree()
	if _, agency := account.AgencyOf(unit); agency {
		return s.isRoot(root, day) // agencies with dossiers are the province's
	}
	if tree.Covers(root, unit, day) || tree.Covers(root, unit, by.Day) {
		return true
	}
	grant := []area.Grant{{Root: root}}
	if tree.Scope(s.Province, grant, day).Covers(tree, unit, day) {
		return true
	}
	if _, lives := tree.On(unit, by.Day); lives {
		return tree.Scope(s.Province, grant, by.Day).Covers(tree, unit, by.Day)
	}
	heirs := tree.Heirs(unit, by.Day)
	scope := tree.Scope(s.Province, grant, by.Day)
	return len(heirs) > 0 && !slices.ContainsFunc(heirs, func(id area.ID) bool { return !scope.Covers(tree, id, by.Day) })
}

// sees says whether some post of the actor covers the dossier's unit, or lies
// in it: a village head sees the dossier of his commune.
func (s *Store) sees(by *account.Actor, d Dossier) bool {
	if operator(by) {
		return true
	}
	day := s.Day(d)
	for _, p := range by.Posts {
		role, ok := s.Roles().Role(p.Role)
		if !ok || !p.InForce(by.Day) || role.ShowsNobody() && !role.AtAgency {
			continue
		}
		if s.isAt(p, d.Unit) || s.isAt(p, d.SignAt) {
			return true
		}
		// An agency sees its own tasks and no other unit's; what else concerns
		// it the subject says (Viewer).
		if role.AtAgency || !role.ShowsAll() && s.family(d) == Tasks {
			continue
		}
		if s.covers(by, p.Area, d.Unit, day) || s.isVillage(p.Area) && s.covers(by, d.Unit, p.Area, day) && (s.level(d.Unit) == area.Commune || s.family(d) != Tasks) || s.cameFrom(p.Area, d.Unit, day) {
			return true
		}
	}
	return false
}

// isAt says whether a post stands at the agency that the unit is.
func (s *Store) isAt(p account.Post, unit area.ID) bool {
	id, agency := account.AgencyOf(unit)
	return agency && p.AgencyID == id
}

func (s *Store) isRoot(id area.ID, day string) bool {
	return slices.ContainsFunc(s.Tree().Roots(day), func(v area.Version) bool { return v.Area == id })
}

func (s *Store) family(d Dossier) Family {
	p, err := s.Law.ByID(d.Procedure)
	if err != nil {
		return ""
	}
	return p.For
}

// cameFrom says whether villages of the unit came from an area that has been
// divided: its people go on in them.
func (s *Store) cameFrom(ended, unit area.ID, day string) bool {
	last, ok := s.Tree().Last(ended)
	if !ok || last.To == "" || last.To > day {
		return false
	}
	return slices.ContainsFunc(s.Tree().OfLevel(ended, area.DayBefore(last.To), area.Village), func(v area.Version) bool { return s.Tree().Covers(unit, v.Area, day) })
}

func (s *Store) isVillage(id area.ID) bool {
	v, ok := s.Tree().Last(id)
	return ok && v.Level == area.Village
}

// Day is the day on whose areas the dossier stands.
func (s *Store) Day(d Dossier) string {
	day := s.today()
	if d.Until != "" && (d.Until < day || len(s.Tree().Roots(day)) == 0) {
		return d.Until
	}
	return day
}

// covering finds a post of one of the roles whose area covers the unit.
func (s *Store) covering(by *account.Actor, roles []string, unit area.ID, day string) (role string, ok bool) {
	if operator(by) {
		return account.OperatorID, true
	}
	for _, p := range by.Posts {
		if !p.InForce(by.Day) || !slices.Contains(roles, p.Role) {
			continue
		}
		role, _ := s.Roles().Role(p.Role)
		if _, agency := account.AgencyOf(unit); agency && !s.isAt(p, unit) && (role.AtAgency || s.Roles().Signs(p) == "") {
			continue // only who signs for the province stands above an agency
		}
		if s.covers(by, p.Area, unit, day) {
			return p.Role, true
		}
	}
	return "", false
}

// at finds a post of one of the roles at the unit itself: a body acts through
// its own people.
func (s *Store) at(by *account.Actor, roles []string, unit area.ID, day string) (account.Post, bool) {
	for _, p := range by.Posts {
		if !p.InForce(by.Day) || !slices.Contains(roles, p.Role) {
			continue
		}
		if _, agency := account.AgencyOf(unit); agency {
			if s.isAt(p, unit) {
				return p, true
			}
			continue
		}
		if p.Area == unit || s.level(p.Area) == s.level(unit) && s.covers(by, p.Area, unit, day) {
			return p, true
		}
	}
	return account.Post{}, false
}

// At finds a post of one of the roles at the unit itself.
func (s *Store) At(by *account.Actor, roles []string, unit area.ID, day string) (account.Post, bool) {
	return s.at(by, roles, unit, day)
}

// signer finds a post that signs the dossier.
func (s *Store) signer(by *account.Actor, r Rules, d Dossier) (account.Post, bool) {
	day := s.Day(d)
	if r.ApproveAt == AtNamed {
		if d.SignAt == "" {
			return account.Post{}, false
		}
		return s.at(by, r.Approve, d.SignAt, day)
	}
	place, ok := s.Place(r.ApproveAt, d.Unit, day)
	if !ok {
		return account.Post{}, false
	}
	return s.at(by, r.Approve, place, day)
}

// Place is the unit at which somebody signs: the unit itself, the one above it,
// or the province. Above a unit that has ended is what is above its heirs.
func (s *Store) Place(at Place, unit area.ID, day string) (area.ID, bool) {
	if at != AtAbove && at != AtProvince {
		return unit, true
	}
	_, agency := account.AgencyOf(unit)
	if at == AtProvince || agency {
		roots := s.Tree().Roots(day)
		if len(roots) == 0 {
			return "", false
		}
		return roots[0].Area, true
	}
	v, ok := s.Tree().On(unit, day)
	if !ok {
		if heirs := s.Tree().Heirs(unit, day); len(heirs) > 0 {
			v, ok = s.Tree().On(heirs[0], day)
		}
	}
	return v.Parent, ok && v.Parent != ""
}

func (s *Store) level(id area.ID) area.Level {
	v, _ := s.Tree().Last(id)
	return v.Level
}

// mayDo says whether the actor may do or take back the step in the unit.
func (s *Store) mayDo(by *account.Actor, d Dossier, step Step, unit area.ID) (role string, err error) {
	if by.MustChange {
		return "", by.Need(account.RightApprove)
	}
	if unit == "" {
		unit = d.Unit
	}
	if role, ok := s.covering(by, step.By, unit, s.Day(d)); ok && s.family(d) != Tasks {
		return role, nil
	}
	// A task is its unit's own: nobody above works on it in its place.
	if post, ok := s.at(by, step.By, unit, s.Day(d)); ok {
		return post.Role, nil
	}
	if operator(by) {
		return account.OperatorID, nil
	}
	return "", fault.New(fault.Forbidden, "not_yours", text.T("dossier.not_yours", "roles", s.roleNames(step.By)))
}

func (s *Store) roleNames(codes []string) string {
	names := ""
	for i, code := range codes {
		if i > 0 {
			names += ", "
		}
		if role, ok := s.Roles().Role(code); ok {
			names += role.Name
		} else {
			names += code
		}
	}
	return names
}

// Allowed is what the actor may do with a dossier as it stands; pages show the
// buttons by it, and the actions ask the same.
type Allowed struct {
	Steps  func(step Step, unit area.ID) bool
	HandIn bool
	Return bool
	// Approve, and why not where only the person stands in the way.
	Approve    bool
	ApproveNot string
	Lock       bool
	AskUnlock  bool
	Unlock     bool
}

// May tells what the actor may do with the dossier now.
func (s *Store) May(by *account.Actor, d Dossier) (Allowed, error) {
	r, err := s.rules(d)
	if err != nil {
		return Allowed{}, err
	}
	day := s.Day(d)
	a := Allowed{Steps: func(step Step, unit area.ID) bool {
		if step.With != "" || !step.Stage.fits(d.State) {
			return false
		}
		_, err := s.mayDo(by, d, step, unit)
		return err == nil
	}}
	_, handsIn := s.at(by, r.HandIn, d.Unit, day)
	handsIn = handsIn || operator(by)
	_, signs := s.signer(by, r, d)
	_, returns := s.covering(by, r.Return, d.Unit, day)
	if !returns && d.SignAt != "" { // who signs sends back too
		_, returns = s.at(by, r.Return, d.SignAt, day)
	}
	_, unlocks := s.covering(by, r.Unlock, d.Unit, day)
	a.HandIn = d.State.Working() && handsIn
	a.Return = d.State == Submitted && returns && !operator(by)
	a.Approve = d.State == Submitted && signs
	if a.Approve && d.HandedInBy == by.ID {
		a.Approve, a.ApproveNot = false, text.T("dossier.own_work")
	}
	a.Lock = d.State == Approved && (handsIn || signs)
	a.AskUnlock = d.State.Decided() && (handsIn || signs) && d.UnlockAsked == 0
	a.Unlock = d.State.Decided() && d.UnlockAsked != 0 && unlocks && d.UnlockBy != by.ID && !operator(by)
	return a, nil
}
