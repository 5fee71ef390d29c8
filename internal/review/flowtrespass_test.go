package review_test

import (
	"pgregory.net/rapid"

	"giamngheo/internal/area"
)

// trespass lets everybody try everything that the paper forbids him with the
// dossier as it stands, and everybody write a form: random orders come to some
// of these pairs too seldom.
func (f *flow) trespass(t *rapid.T) {
	for _, p := range f.people {
		for _, action := range []string{"hand in", "return", "approve", "lock", "ask unlock", "unlock", "refuse"} {
			if !f.allowed(f.book, p, action, f.kept.dossier, "", "") {
				f.workflow(t, p, action, "", "")
			}
		}
		for _, s := range f.book.steps {
			unit := area.ID("")
			if s.Per != "" {
				unit = f.villages[0]
			}
			for _, action := range []string{"do", "take back"} {
				if !f.allowed(f.book, p, action, f.kept.dossier, s.Code, unit) {
					f.workflow(t, p, action, s.Code, unit)
				}
			}
		}
	}
	if !f.kept.dossier.State.Working() {
		for _, name := range []string{"cán bộ xã", "cán bộ huyện", "trưởng bản", "thanh tra"} {
			for range 4 {
				f.work(t, f.who(name), "form", f.villages[0])
			}
		}
	}
}
