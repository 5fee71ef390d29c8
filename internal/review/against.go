package review

import (
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Kinds of records that stand against a step or a closing.
const (
	AgainstForm      = "form" // of a household in the round
	AgainstDossier   = "dossier"
	AgainstComplaint = "complaint"
	AgainstRequest   = "request"
)

// against gathers what stands against something: how many, and the first few.
type against struct {
	n       int
	records []fault.Record
}

func (a *against) add(r fault.Record) {
	if a.n++; a.n <= dossier.MostNamed {
		a.records = append(a.records, r)
	}
}

func (a *against) form(round string, id household.ID, head string) {
	a.add(fault.Record{Kind: AgainstForm, Round: round, ID: string(id), Name: head})
}

// formIn is form, of a household of one village among several.
func (s *Store) formIn(a *against, round Round, id household.ID, head string, village area.ID) {
	if v, ok := s.Tree().Lately(village, s.workDay(round)); ok && a.n < dossier.MostNamed {
		head = text.T("review.head_in", "head", head, "village", v.Name)
	}
	a.form(round.ID, id, head)
}

// obstacle words it; nothing where nothing stands against it.
func (a *against) obstacle(code string, more ...any) []dossier.Obstacle {
	if a.n == 0 {
		return nil
	}
	o := obstacle(code, a.n, more...)
	o.Records = a.records
	return []dossier.Obstacle{o}
}

func obstacle(code string, n int, more ...any) dossier.Obstacle {
	return dossier.Obstacle{Code: code, Count: n, Message: text.T("review.obstacle."+code, append([]any{"n", vn.FormatInt(int64(n))}, more...)...)}
}

// refusal refuses a field with what stands against it, named.
func (a *against) refusal(field, key string) error {
	o := dossier.Obstacle{Code: key, Count: a.n, Records: a.records, Message: text.T(key, "n", vn.FormatInt(int64(a.n)))}
	return fault.New(fault.Invalid, key, o.Named(), fault.Field{Name: field, Message: o.Named()}).With(o.Part())
}
