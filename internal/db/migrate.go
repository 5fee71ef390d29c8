package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

//go:embed migrations/*.sql
var migrations embed.FS

// dialect holds the words that the two engines spell differently in table
// definitions. Everywhere else one text serves both.
var dialect = map[Engine]*strings.Replacer{
	// Folded names and paths are compared byte by byte, whatever the
	// installation's language is: PostgreSQL must be told so.
	SQLite:   strings.NewReplacer("TEXT_C", "text", "BYTES", "blob", "WITHOUT_ROWID", "without rowid"),
	Postgres: strings.NewReplacer("TEXT_C", `text collate "C"`, "BYTES", "bytea", "WITHOUT_ROWID", ""),
}

// Migrate brings the tables up to what this program needs. Each step is
// recorded with a checksum; a step that was changed after it ran is refused.
func (d *DB) Migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`create table if not exists migration (name text primary key, checksum text not null, at bigint not null)`); err != nil {
			return err
		}
		done := map[string]string{}
		err := tx.Each(`select name, checksum from migration`, nil, func(r *sql.Rows) error {
			var name, sum string
			err := r.Scan(&name, &sum)
			done[name] = sum
			return err
		})
		if err != nil {
			return err
		}
		for _, file := range names {
			raw, err := migrations.ReadFile(file)
			if err != nil {
				return err
			}
			name, hash := path.Base(file), sha256.Sum256(raw)
			sum := hex.EncodeToString(hash[:])
			if have, ran := done[name]; ran {
				if have != sum {
					return fault.New(fault.Conflict, "migration_changed", text.T("db.migrate_changed", "name", name))
				}
				delete(done, name)
				continue
			}
			for _, statement := range strings.Split(dialect[d.Engine].Replace(string(raw)), ";\n") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				if _, err := tx.Exec(statement); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(`insert into migration (name, checksum, at) values ($1, $2, $3)`, name, sum, time.Now().UnixMilli()); err != nil {
				return err
			}
		}
		if len(done) > 0 {
			return fault.New(fault.Conflict, "db_newer", text.T("db.newer"))
		}
		if d.Engine == SQLite {
			return tellPlanner(tx)
		}
		return nil
	})
}
