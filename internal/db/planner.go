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
	{"assessment_in_force", "assessment_in_force", "1400000 1400000 2 1"},
	{"classification", "classification", "1400000 1400000 1 1 1"},
	{"round_register", "round_register", "36000 36000 6000 1"},
	{"journal_part", "journal_part", "2000000 2000000 500 1"},
	{"journal_part", "journal_part_household", "2000000 2000000 4"},
	{"stated_class", "stated_class", "200000 200000 1 1"},
	{"form_answer", "form_answer", "2000000 2000000 1"},
	{"form_answer", "form_answer_in_force", "2000000 2000000 4 2 1"},
	{"form_answer", "form_answer_household", "2000000 2000000 4 2"},
	{"entry_comparison", "entry_comparison", "20000 20000 1"},
	{"entry_comparison", "entry_comparison_second", "20000 20000 1"},
	{"entry_comparison", "entry_comparison_household", "20000 20000 1 1"},
	{"review_listing", "review_listing", "1400000 1400000 240000 1"},
	{"meeting", "meeting", "36000 36000 1"},
	{"meeting", "meeting_village", "36000 36000 6000 1"},
	{"meeting_opinion", "meeting_opinion", "1400000 1400000 40 1"},
	{"posting", "posting", "36000 36000 1"},
	{"posting", "posting_area", "36000 36000 6000 1"},
	{"complaint", "complaint", "20000 20000 1"},
	{"complaint", "complaint_area", "20000 20000 3000 1"},
	{"in_year_request", "in_year_request", "20000 20000 1"},
	{"in_year_request", "in_year_request_area", "20000 20000 3000 5"},
	{"decision", "decision", "8000 8000 1"},
	{"decision", "decision_area", "8000 8000 1200 2"},
	{"decision_item", "decision_item", "1400000 1400000 200 1"},
	{"decision_item", "decision_item_household", "1400000 1400000 5"},
	{"certificate", "certificate", "400000 400000 1"},
	{"certificate", "certificate_household", "400000 400000 1"},
	{"certificate_year", "certificate_year", "1200000 1200000 3 1"},
	{"verification_item", "verification_item", "20000 20000 400 1"},
	{"verification_item", "verification_item_household", "20000 20000 1"},
	{"duplicate_pair", "duplicate_pair", "20000 20000 1 1"},
	{"duplicate_pair", "duplicate_pair_other", "20000 20000 1"},
	{"duplicate_pair", "duplicate_pair_state", "20000 20000 4000"},
	{"attachment", "attachment", "100000 100000 1"},
	{"attachment", "attachment_owner", "100000 100000 20000 2"},
	{"comment", "comment", "100000 100000 1"},
	{"comment", "comment_of", "100000 100000 20000 3 1"},
	{"comment", "comment_in", "100000 100000 100 1"},
	{"dossier", "dossier", "80000 80000 1"},
	{"dossier", "dossier_about", "80000 80000 12 3 1"}, // of a round thousands share a subject, of tasks one has it
	{"dossier", "dossier_kind", "80000 80000 6000 3"},
	{"dossier", "dossier_waiting", "2000 2000 400"},
	{"dossier_step", "dossier_step", "400000 400000 6 2 1"},
	{"dossier_event", "dossier_event", "400000 400000 6 1"},
	{"task", "task", "70000 70000 14000 1"},
	{"task", "task_owed", "70000 70000 14000 600 600 1 1"},
	{"task_entry", "task_entry", "200000 200000 40000 3 1"},
	{"task_part", "task_part", "20000 20000 4000 2 1"},
	{"task_part", "task_part_unit", "20000 20000 20"},
	{"task_part", "task_part_account", "20000 20000 20"},
	{"task_input", "task_input", "20000 20000 4000 2 1"},
	{"task_input", "task_input_unit", "20000 20000 20"},
	{"task_time", "task_time", "5000 5000 1000 2 1"},
	{"feed", "feed", "5000 5000 1"},
	{"feed", "feed_hash", "5000 5000 1"},
	{"feed", "feed_account", "5000 5000 2"},
}

// tellPlanner writes the sizes where SQLite's ANALYZE would, once for each list
// of them: a later version of the program may know more.
func tellPlanner(tx *Tx) error {
	var known int
	if err := tx.Get(`select count(*) from sqlite_master where name = 'sqlite_stat1'`, nil, &known); err != nil {
		return err
	}
	if known > 0 {
		if err := tx.Get(`select count(*) from sqlite_stat1`, nil, &known); err != nil || known == len(sizes) {
			return err
		}
	} else if _, err := tx.Exec(`analyze`); err != nil { // makes the table
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
