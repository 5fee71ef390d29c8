package demo

import (
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/review"
)

// officer is who works on the review in a commune.
func (o *offices) officer(d *desk) string { return o.staff.on(d.unit.Area, officer, today).id }

// verifier is who verifies for the district.
func (o *offices) verifier(d *desk) string { return o.staff.on(d.district, officer, today).id }

// signer is who signed for a commune on a day, the chair or his deputy in his
// place.
func (o *offices) signer(unit area.ID, capacity, day string) holder {
	return o.staff.on(unit, signing(capacity), day)
}

// signing is the position that signs in a capacity.
func signing(capacity string) position {
	if capacity == "kt" {
		return deputy
	}
	return head
}

// by is who does something with the dossier of a commune or a district.
func (f *file) by(action dossier.Action, step string) string {
	switch {
	case f.key.Kind == review.DistrictReview && action == dossier.Approval:
		return f.staff.on(f.key.Unit, head, today).id
	case f.key.Kind == review.DistrictReview && action != dossier.Opened:
		return f.staff.on(f.key.Unit, officer, today).id
	case f.place == nil:
		return actor
	case action == dossier.Approval:
		return f.signer(f.place.unit.Area, f.capacity, today).id
	case action == dossier.SentBack, action == dossier.StepBack, action == dossier.Unlocked, action == dossier.StepDone && step == "verification":
		return f.verifier(f.place)
	}
	return f.officer(f.place)
}
