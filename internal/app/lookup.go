package app

import (
	"context"

	"giamngheo/internal/area"
)

// AreaByCode finds the area that people mean by a code: as it was on the
// boundary day given, else on that of the round, else today. A code alone is
// no identity.
func (a *App) AreaByCode(ctx context.Context, code, round, boundaries string) (area.ID, error) {
	tree := a.Areas.Tree()
	day := boundaries
	if day == "" && round != "" {
		o, err := a.Reviews.FindRound(ctx, round)
		if err != nil {
			return "", err
		}
		day = o.BoundaryDay
	}
	if day == "" {
		day = area.Today(a.Now())
	}
	v, err := tree.FindCode(code, day)
	return v.Area, err
}
