package db

// sizes tells SQLite's planner how many rows a whole province has in each
// table, and how many share the first, the first two … columns of each index.
// Without it the planner takes "province_id = …" for a narrow search, though
// every row has the same, and reads whole tables. A real count (ANALYZE) would
// have to be repeated after every import; these proportions stay as they are.
var sizes = []struct{ table, index, rows string }{
	{"area_version", "area_version", "8000 8000 2 1"},
	{"area_version", "area_version_path", "8000 8000 1"},
	{"operation", "operation", "200000 200000 1"},
	{"operation", "operation_household", "200000 200000 2 1"},
	{"journal", "journal", "5000000 5000000 1"},
	{"journal", "journal_household", "4000000 4000000 4 1"},
	{"journal", "journal_open", "1000 1000 1"},
	{"journal", "journal_sealed", "5000000 5000000 1000"},
	{"household", "household", "1000000 1000000 1"},
	{"household", "household_code", "1000000 1000000 1"},
	{"household", "household_village", "1000000 1000000 160 1"},
	{"person", "person", "3800000 3800000 1"},
	{"person", "person_national_id", "2500000 2500000 1"},
	{"membership", "membership", "4000000 4000000 4 1 1"},
	{"membership", "membership_person", "4000000 4000000 1"},
	{"residence", "residence", "1000000 1000000 1 1"},
	{"assessment", "assessment", "1400000 1400000 1"},
	{"assessment", "assessment_household", "1600000 1600000 4 2"},
	{"assessment", "assessment_in_force", "1400000 1400000 2 1"},
	{"classification", "classification", "1400000 1400000 1 1 1"},
	{"round_register", "round_register", "36000 36000 6000 1"},
}

// tellPlanner writes the sizes where SQLite's ANALYZE would.
func tellPlanner(tx *Tx) error {
	var known int
	if err := tx.Get(`select count(*) from sqlite_master where name = 'sqlite_stat1'`, nil, &known); err != nil || known > 0 {
		return err
	}
	if _, err := tx.Exec(`analyze`); err != nil { // makes the table
		return err
	}
	if _, err := tx.Exec(`delete from sqlite_stat1`); err != nil {
		return err
	}
	for _, s := range sizes {
		if _, err := tx.Exec(`insert into sqlite_stat1 (tbl, idx, stat) values ($1, $2, $3)`, s.table, s.index, s.rows); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`analyze sqlite_schema`) // reads it
	return err
}
