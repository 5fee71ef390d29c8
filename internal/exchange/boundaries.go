package exchange

import (
	"context"
	"io"
	"path/filepath"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/boundary"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// thinKm is how far a point of a border may move when it is thinned: less
// than a map of a province can show.
const thinKm = 0.03

// Boundaries tells what became of a file of boundaries.
type Boundaries struct {
	Areas, Points int
	Unknown       []boundary.Area // codes that are no commune's on the day
	Missing       []area.Version  // communes that the file does not have
	Applied       bool
}

// ImportBoundaries takes the outlines of the communes as they are on a day, in
// place of those that the installation had for it. A dry run only tells.
func (s *Store) ImportBoundaries(ctx context.Context, by *account.Actor, file io.Reader, name, on, property string, dryRun bool) (*Boundaries, error) {
	if err := by.Need(account.RightAreas); err != nil {
		return nil, err
	}
	scope := by.ScopeFor(account.RightAreas)
	areas, err := boundary.Read(file, property, boundary.DefaultLimits)
	if err != nil {
		return nil, err
	}
	tree := s.Tree()
	if len(tree.Roots(on)) == 0 {
		return nil, tree.NothingOn(on)
	}
	done := &Boundaries{}
	ids := map[string]area.ID{}
	var known []boundary.Area
	for _, a := range areas {
		v, ok := tree.Code(a.Code, on)
		if !ok || v.Level != area.Commune || !scope.Covers(tree, v.Area, on) && !scope.Covers(tree, v.Area, s.today()) {
			done.Unknown = append(done.Unknown, a)
			continue
		}
		ids[a.Code] = v.Area
		known = append(known, a)
	}
	if len(known) == 0 {
		return nil, fault.New(fault.Invalid, "no_code_known", text.T("import.no_boundary_known", "day", area.ShowDay(on)))
	}
	known = boundary.Simplify(known, thinKm)
	have := map[area.ID]bool{}
	rows := db.NewBulk("boundary", "on_day", "area_id", "rings")
	for _, a := range known {
		id := ids[a.Code]
		if have[id] {
			return nil, fault.New(fault.Invalid, "boundary_twice", text.T("import.boundary_twice", "code", a.Code))
		}
		have[id] = true
		done.Areas++
		done.Points += a.Points()
		rows.Add(on, string(id), []byte(boundary.Pack(a.Polygons)))
	}
	for _, root := range tree.Roots(on) {
		for _, c := range tree.OfLevel(root.Area, on, area.Commune) {
			if !have[c.Area] {
				done.Missing = append(done.Missing, c)
			}
		}
	}
	if dryRun {
		return done, nil
	}
	done.Applied = true
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`delete from boundary where province_id = $1 and on_day = $2`, s.Province, on); err != nil {
			return err
		}
		if err := tx.Insert(s.Province, rows); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "boundary.import", Kind: "boundary", Record: on,
			Changes: []journal.Change{{Field: "file", To: journal.Value(filepath.Base(name))}, {Field: "areas", To: journal.Value(strconv.Itoa(done.Areas))}}})
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}
