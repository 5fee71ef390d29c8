package app

import (
	"context"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/vn"
)

// MarkArea enters into the installation's lists that an area has a mark, or
// has it no more, with the act that says so.
func (a *App) MarkArea(ctx context.Context, actor *account.Actor, p area.MarkPeriod) error {
	if err := actor.Need(account.RightAreas); err != nil {
		return err
	}
	p.Source = strings.TrimSpace(vn.NFC(p.Source))
	if err := a.Areas.Tree().CheckMark(p); err != nil {
		return err
	}
	if err := actor.ScopeFor(account.RightAreas).Check(a.Areas.Tree(), p.Area); err != nil {
		return err
	}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := area.SaveMark(tx, a.Province, p); err != nil {
			return err
		}
		return journal.Record(tx, a.Province, &journal.Entry{At: a.Now().UnixMilli(), Actor: actor.ID, Action: "area.mark", Kind: "area", Record: string(p.Area), AreaID: string(p.Area), Reason: p.Source,
			Changes: []journal.Change{{Field: "mark", To: journal.Value(p.Mark)}, {Field: "value", To: journal.Value(p.Value.String())}, {Field: "from", To: journal.Value(p.From)}, {Field: "to", To: journal.Value(p.To)}}})
	})
	if err != nil {
		return err
	}
	return a.ReloadAreas(ctx)
}
