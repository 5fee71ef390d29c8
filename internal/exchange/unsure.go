package exchange

import (
	"slices"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
)

// unsure refuses rows that would make a new household beside one of the same
// village whose head has the same name, where the row or the registry tells no
// year of birth: nobody can say whether they are one. A code of its own or an
// ID number tells a row apart.
func (p *planner) unsure(tx *db.Tx, rows []*row, target []household.ID) error {
	if !p.anybody {
		return nil
	}
	var keys []household.Key
	for i, r := range rows {
		if target[i] == "" && mayRepeat(r) {
			keys = append(keys, p.key(r))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	like := map[household.Key][]string{}
	if err := p.s.Households.SameName(tx, keys, func(k household.Key, code string) { like[k] = append(like[k], code) }); err != nil {
		return err
	}
	for i, r := range rows {
		if target[i] != "" || !mayRepeat(r) {
			continue
		}
		if codes := like[p.key(r)]; len(codes) > 0 {
			slices.Sort(codes)
			p.refuse(r, "head", "ambiguous", text.T("import.same_name", "name", r.head.v, "codes", strings.Join(codes, ", ")))
		}
	}
	return nil
}

func mayRepeat(r *row) bool {
	return !r.refused && r.code == "" && r.head.says() && r.village != "" && !r.nationalID.says()
}
