package app

import (
	"context"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// Setting is a number that an installation may choose.
type Setting struct {
	Key   string
	Start int64 // what it is if nobody chose
	Now   int64
}

// Settings lists what may be chosen, with what is in force.
func (a *App) Settings(ctx context.Context) ([]Setting, error) {
	var list []Setting
	for _, of := range []map[string]int64{account.Settings(), exchange.Settings()} {
		for key, start := range of {
			list = append(list, Setting{Key: key, Start: start, Now: start})
		}
	}
	slices.SortFunc(list, func(a, b Setting) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		for i := range list {
			v, err := config.Get(tx, a.Province, list[i].Key)
			if err != nil {
				return err
			}
			if n, err := strconv.ParseInt(v, 10, 64); err == nil && n > 0 {
				list[i].Now = n
			}
		}
		return nil
	})
	return list, err
}

// ChooseSetting puts a setting in force; 0 takes the choice back.
func (a *App) ChooseSetting(ctx context.Context, actor *account.Actor, key string, value int64, reason string) error {
	if err := actor.Need(account.RightSettings); err != nil {
		return err
	}
	list, err := a.Settings(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(s Setting) bool { return s.Key == key })
	if i < 0 {
		return fault.New(fault.Invalid, "setting_unknown", text.T("cli.settings.unknown", "key", key))
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		var err error
		if value == 0 {
			err = config.Clear(tx, a.Province, key)
		} else {
			err = config.Set(tx, a.Province, key, strconv.FormatInt(value, 10))
		}
		if err != nil {
			return err
		}
		return journal.Record(tx, a.Province, &journal.Entry{At: a.Now().UnixMilli(), Actor: actor.ID, Action: "setting.choose", Kind: "setting", Record: key, Reason: reason,
			Changes: []journal.Change{{Field: "value", From: journal.Value(list[i].Now), To: journal.Value(value)}}})
	})
}
