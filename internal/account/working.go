package account

// WorkingPosts are the actor's posts in force that give the right; none while
// a password that somebody else set waits to be changed.
func (r *Roles) WorkingPosts(a *Actor, right Right) (list []Post) {
	if a.MustChange {
		return nil
	}
	for _, p := range a.Posts {
		if role, ok := r.Role(p.Role); ok && p.InForce(a.Day) && role.Rights.Has(right) && (p.For == "" || whileAway.Has(right)) {
			list = append(list, p)
		}
	}
	return list
}
