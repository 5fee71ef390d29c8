package committee

import (
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// byPost makes somebody a member by the post he holds: at the unit itself, one
// below it, or an agency. When another takes the post, he is the member.
func (s *Store) byPost(tx *db.Tx, c Committee, m *Member) error {
	role, known := s.Roles().Role(m.Post)
	at, err := s.known(tx, c.Area, m.Unit)
	if err != nil {
		return err
	}
	if !known || !at {
		return refused("post", "committee.bad_post")
	}
	if m.Holders, err = s.holders(tx, *m); err != nil {
		return err
	}
	m.Name = strings.Join(m.Holders, ", ")
	if m.Office == "" {
		m.Office = role.Name + ", " + s.nameOf(tx, m.Unit)
	}
	return nil
}

func (s *Store) nameOf(tx *db.Tx, unit area.ID) string {
	code, agency := account.AgencyOf(unit)
	if !agency {
		v, _ := s.Tree().Lately(unit, s.today())
		return v.FullName
	}
	list, err := account.AgenciesIn(tx, s.Province)
	for _, a := range list {
		if err == nil && a.ID == code {
			return a.Name
		}
	}
	return code
}

// holders are the names of those who hold a member's post now, or held it when
// he left the committee.
func (s *Store) holders(tx *db.Tx, m Member) (names []string, err error) {
	if m.Post == "" {
		return nil, nil
	}
	day := s.today()
	if m.To != "" && m.To <= day {
		day = area.DayBefore(m.To)
	}
	list, err := account.Holders(tx, s.Province, m.Unit, day)
	for _, h := range list {
		if h.Post.Role == m.Post && !slices.Contains(names, h.FullName) {
			names = append(names, h.FullName)
		}
	}
	return names, err
}
