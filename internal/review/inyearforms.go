package review

import (
	"cmp"
	"context"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/vn"
)

// AskedOnPaper is a form 1a or 1b that was entered for a household in an
// in-year round and for which no request runs yet: as long as nobody receives
// it, no clock runs either.
type AskedOnPaper struct {
	Household  household.ID
	Code, Head string
	Village    area.ID
	Kind       string // of the request: the form's code
	Words      string // the household's reason
	AskedOn    string // day on the form; "" where it says none
}

// AskedOnPaper lists those of a commune, the oldest first, for those who see
// whole households in all of it.
func (s *Store) AskedOnPaper(ctx context.Context, scope area.Scope, round string, commune area.ID) (list []AskedOnPaper, err error) {
	asked, err := s.Requests(ctx, scope, round, commune)
	if err != nil {
		return nil, err
	}
	var villages []area.ID
	for _, v := range s.Tree().Children(commune, s.today()) {
		villages = append(villages, v.Area)
	}
	if len(villages) == 0 {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		for _, kind := range RequestKinds {
			forms, err := s.FormsFor(tx, round, kind, villages)
			if err != nil {
				return err
			}
			var ids []household.ID
			for id, f := range forms {
				if !slices.ContainsFunc(asked, func(q Asking) bool { return answeredBy(q.InYearRequest, f) }) {
					ids = append(ids, id)
				}
			}
			homes, err := s.Households.Many(tx, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				h, a := homes[id], forms[id].Answers
				list = append(list, AskedOnPaper{Household: id, Code: h.Code, Head: h.HeadName, Village: h.VillageID, Kind: kind, Words: a["reason"].Text(), AskedOn: a["requested_on"].Text()})
			}
		}
		slices.SortFunc(list, func(a, b AskedOnPaper) int {
			return cmp.Or(cmp.Compare(a.AskedOn, b.AskedOn), vn.Compare(a.Head, b.Head), cmp.Compare(a.Code, b.Code))
		})
		return nil
	})
	return list, err
}

// answeredBy says whether a request is the one that a form asks for: it waits,
// or it was received on or after the day on the form.
func answeredBy(q InYearRequest, f FormAnswer) bool {
	day := f.Answers["requested_on"].Text()
	return q.Household == f.Household && q.Kind == f.Form && (q.State == RequestReceived || day != "" && q.ReceivedOn >= day)
}
