// Package exchange is how households, their reviews, villages and boundaries
// come in from the files that offices have, and go out again in the same
// shape (plan II.1: the results of the review go up as spreadsheets). A file is
// first read dry: what would be created, changed, left alone or refused, cell
// by cell; then it comes into force whole or not at all, and can be undone as
// a whole. It also writes the official tables as files. What a spreadsheet is
// knows package sheet; what may stand in the registry, packages household and
// review. It draws no page.
package exchange

import (
	"context"
	"strconv"
	"sync"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
)

// Store brings files in and out of one province.
type Store struct {
	DB         *db.DB
	Province   string
	Now        func() time.Time
	Tree       func() *area.Tree
	Law        *standard.Library
	Households *household.Store
	Reviews    *review.Store
	// SetTree puts a tree with new villages in force, after the commit.
	SetTree func(*area.Tree)

	one sync.Mutex // one import at a time in this program

	beforeApply func() // for tests: when all is staged
}

func (s *Store) today() string { return area.Today(s.Now()) }

// The settings of an installation that bound files; see sheet.Limits.
const settingProblems = "import.problems"

// defaultProblems is how many problems of each kind a report lists.
const defaultProblems = 10000

// Limits gives the limits for files as the installation has set them.
func (s *Store) Limits(ctx context.Context) (sheet.Limits, error) {
	l := sheet.DefaultLimits()
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, set := range []struct {
			name string
			take func(int64)
		}{
			{"file_bytes", func(n int64) { l.FileBytes = n }},
			{"unzipped_bytes", func(n int64) { l.UnzippedBytes = n }},
			{"rows", func(n int64) { l.Rows = n }},
			{"columns", func(n int64) { l.Columns = int(n) }},
			{"cell_bytes", func(n int64) { l.CellBytes = int(n) }},
			{"shared_bytes", func(n int64) { l.SharedBytes = n }},
		} {
			n, err := number64(tx, s.Province, "limits."+set.name)
			if err != nil {
				return err
			}
			if n > 0 {
				set.take(n)
			}
		}
		return nil
	})
	return l, err
}

// Settings are the limits that an installation may choose, with what they
// start from.
func Settings() map[string]int64 {
	l := sheet.DefaultLimits()
	return map[string]int64{"limits.file_bytes": l.FileBytes, "limits.unzipped_bytes": l.UnzippedBytes, "limits.rows": l.Rows, "limits.columns": int64(l.Columns),
		"limits.cell_bytes": int64(l.CellBytes), "limits.shared_bytes": l.SharedBytes, settingProblems: defaultProblems}
}

// number64 reads a setting that is a number, 0 where there is none.
func number64(tx *db.Tx, province, key string) (int64, error) {
	v, err := config.Get(tx, province, key)
	if err != nil || v == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return 0, nil //nolint: a setting that is no number is as none
	}
	return n, nil
}
