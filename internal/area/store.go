package area

import (
	"context"
	"database/sql"

	"giamngheo/internal/db"
)

// Save writes versions as rows of area_version, in place of what the table
// held of the same areas.
func Save(tx *db.Tx, province string, versions []Version) error {
	seen := map[ID]bool{}
	for _, v := range versions {
		if !seen[v.Area] {
			seen[v.Area] = true
			if _, err := tx.Exec(`delete from area_version where province_id = $1 and area_id = $2`, province, string(v.Area)); err != nil {
				return err
			}
		}
		to := v.To
		if to == "" {
			to = Never
		}
		var parent any
		if v.Parent != "" {
			parent = string(v.Parent)
		}
		urban := 0
		if v.Urban {
			urban = 1
		}
		_, err := tx.Exec(`insert into area_version (province_id, area_id, from_day, to_day, level, code, type, name, full_name, parent_id, urban, path)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			province, string(v.Area), v.From, to, string(v.Level), v.Code, v.Type, v.Name, v.FullName, parent, urban, v.Path)
		if err != nil {
			return err
		}
	}
	return nil
}

// Read gives the tree of an installation from its tables: the law's areas, its
// own villages, its own lists of marks.
func Read(ctx context.Context, d *db.DB, province string, law *Tree) (*Tree, error) {
	var rows []Version
	var marks []MarkPeriod
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		rows = nil
		if marks, err = ReadMarks(tx, province); err != nil {
			return err
		}
		return tx.Each(`select area_id, from_day, to_day, level, code, type, name, full_name, coalesce(parent_id, ''), urban, path
			from area_version where province_id = $1 order by area_id, from_day`, []any{province}, func(r *sql.Rows) error {
			var v Version
			var urban int
			if err := r.Scan(&v.Area, &v.From, &v.To, &v.Level, &v.Code, &v.Type, &v.Name, &v.FullName, &v.Parent, &urban, &v.Path); err != nil {
				return err
			}
			if v.To == Never {
				v.To = ""
			}
			v.Urban = urban != 0
			rows = append(rows, v)
			return nil
		})
	})
	if err != nil || len(rows) == 0 {
		return law, err
	}
	tree, err := FromRows(law, rows)
	if err != nil {
		return nil, err
	}
	return tree.WithMarks(marks), nil
}
