package db_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// What is asked for at every save and on every page must be found by its own
// index, not by reading the province.
func TestTheCommonQuestionsAreAnsweredByTheirIndex(t *testing.T) {
	questions := map[string]string{
		`select id from assessment where province_id = 'TH' and household_id = 'h' and round_id = 'r' order by rev desc`:                                                                          "assessment_household",
		`select id from assessment where province_id = 'TH' and household_id = 'h' and in_force = 1`:                                                                                              "assessment_in_force",
		`select id from journal where province_id = 'TH' and household_id = 'h' order by id desc limit 20`:                                                                                        "journal_household",
		`select id from journal where province_id = 'TH' and seal_no is null order by id limit 10`:                                                                                                "journal_open",
		`select id from household where province_id = 'TH' and village_id = 'v'`:                                                                                                                  "household_village",
		`select id from household where province_id = 'TH' and code = 'c'`:                                                                                                                        "household_code",
		`select id from person where province_id = 'TH' and national_id = '1' and national_id <> ''`:                                                                                              "person_national_id",
		`select household_id from membership where province_id = 'TH' and person_id = 'p'`:                                                                                                        "membership_person",
		`update assessment set in_force = 0 where province_id = 'TH' and round_id = 'r' and household_id = 'h' and in_force = 1`:                                                                  "assessment_in_force",
		`select v.area_id, h.id from area_version v join household h on h.province_id = v.province_id and h.village_id = v.area_id where v.province_id = 'TH' and v.path >= 'a' and v.path < 'b'`: "area_version_path",
	}
	d := dbtest.SQLite(t)
	for question, index := range questions {
		plan := ""
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Each(`explain query plan `+question, nil, func(r *sql.Rows) error {
				var a, b, c int
				var line string
				err := r.Scan(&a, &b, &c, &line)
				plan += line + "\n"
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, index+" ") {
			t.Errorf("%s\nis answered by\n%s", question, plan)
		}
	}
}
