package demo

import (
	"context"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

const province = "TH"

func lawTree(t testing.TB) *area.Tree {
	t.Helper()
	tree, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// empty is a database as a new installation has it: migrated, with the areas
// of the law.
func empty(t testing.TB, d *db.DB) Deps {
	t.Helper()
	tree := lawTree(t)
	if err := d.Write(context.Background(), func(tx *db.Tx) error { return area.Save(tx, province, tree.Versions()) }); err != nil {
		t.Fatal(err)
	}
	return Deps{DB: d, Province: province, Law: standard.Law(), Tree: func() *area.Tree { return tree }}
}

func TestSpeed(t *testing.T) {
	deps := empty(t, dbtest.SQLite(t))
	start := time.Now()
	g, err := newGenerator(deps, Options{Households: 20000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("plan", time.Since(start))
	start = time.Now()
	rows := 0
	if err := g.run(context.Background(), func(b *batch) error { rows += b.rows(); return nil }); err != nil {
		t.Fatal(err)
	}
	t.Log("make", time.Since(start), rows, g.persons)
	start = time.Now()
	if err := Fill(context.Background(), deps, Options{Households: 20000, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	t.Log("fill", time.Since(start))
}
