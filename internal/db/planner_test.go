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
		`select assessment_id from assessment_in_force where province_id = 'TH' and household_id = 'h'`:                                                                                           "PRIMARY KEY (province_id=? AND household_id=?)",
		`select id from journal where province_id = 'TH' and household_id = 'h' order by id desc limit 20`:                                                                                        "journal_household",
		`select id from journal where province_id = 'TH' and seal_no is null order by id limit 10`:                                                                                                "journal_open",
		`select id from household where province_id = 'TH' and village_id = 'v'`:                                                                                                                  "household_village",
		`select id from household where province_id = 'TH' and code = 'c'`:                                                                                                                        "household_code",
		`select id from person where province_id = 'TH' and national_id = '1' and national_id <> ''`:                                                                                              "person_national_id",
		`select household_id from membership where province_id = 'TH' and person_id = 'p'`:                                                                                                        "membership_person",
		`update assessment_in_force set assessment_id = 'a' where province_id = 'TH' and round_id = 'r' and household_id = 'h' and assessment_id = 'b'`:                                           "PRIMARY KEY (province_id=? AND household_id=? AND round_id=?)",
		`select v.area_id, h.id from area_version v join household h on h.province_id = v.province_id and h.village_id = v.area_id where v.province_id = 'TH' and v.path >= 'a' and v.path < 'b'`: "area_version_path",
		`select y.year from certificate_year y join certificate c on c.province_id = y.province_id and c.id = y.certificate_id where y.province_id = $1 and c.household_id = $2 order by y.year`:  "certificate_household",
		`select d.id from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id where i.province_id = $1 and i.household_id = $2 order by d.at, d.id`:         "decision_item_household",
		`select id, number from certificate where province_id = $1 and household_id = $2 order by at, id`:                                                                                         "certificate_household",
		`select id from form_answer where province_id = $1 and household_id = $2 and round_id = 'r'`:                                                                                              "form_answer_household",
		`select journal_id from journal_part where province_id = $1 and household_id = $2`:                                                                                                        "journal_part_household",
	}
	const versions = `select a.id from assessment a left join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1 where a.province_id = $1 and a.household_id = $2`
	const neighbours = `select p.id from residence r join area_version v on v.province_id = r.province_id and v.area_id = r.village_id and v.from_day <= '3' and v.to_day > '3'
		join household h on h.province_id = r.province_id and h.id = r.household_id
		join area_version now on now.province_id = h.province_id and now.area_id = h.village_id and now.from_day <= '2' and now.to_day > '2'
		join membership m on m.province_id = r.province_id and m.household_id = r.household_id and m.from_day <= '3' and m.to_day > '3'
		join person p on p.province_id = m.province_id and p.id = m.person_id
		where r.province_id = $1 and r.from_day <= '3' and r.to_day > '3' and v.path >= $2 and v.path < 'z' and h.village_id = r.village_id order by p.id`
	for question, index := range map[string]string{
		neighbours:                               "household_village",
		versions:                                 "assessment_household",
		versions + ` and f.assessment_id = a.id`: "SEARCH f USING PRIMARY KEY (province_id=? AND household_id=?)",
		versions + ` and f.assessment_id = a.id and a.round_id = '1'`:                                                                                                                      "SEARCH f USING PRIMARY KEY (province_id=? AND household_id=? AND round_id=?)",
		`select d.id from dossier d where d.province_id = 'TH' and d.subject = 's' and d.unit_id in ('a', 'b')`:                                                                            "dossier_about",
		`select d.id from dossier d where d.province_id = 'TH' and d.subject in ('a', 'b', 'c')`:                                                                                           "dossier_about",
		`select d.id from dossier d where d.province_id = 'TH' and d.subject = 's' and d.kind = 'k' and d.unit_id = 'u'`:                                                                   "dossier_about",
		`select d.id from dossier d where d.province_id = $1 and d.kind >= 'a' and d.kind < $2 and (d.state = 'submitted' or d.unlock_asked_at is not null) order by d.handed_in_at, d.id`: "dossier_waiting",
	} {
		questions[question] = index
	}
	d := dbtest.SQLite(t)
	for question, index := range questions {
		plan := ""
		var args []any
		if strings.Contains(question, "$1") { // it may be planned otherwise than with values
			args = []any{"TH", "h"}
		}
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Each(`explain query plan `+question, args, func(r *sql.Rows) error {
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
		if !strings.Contains(strings.ReplaceAll(plan, "\n", " "), index+" ") || strings.Contains(plan, "PRIMARY KEY (province_id=?)\n") || strings.Contains(plan, "ANY(") {
			t.Errorf("%s\nis answered by\n%s", question, plan)
		}
	}
}

// A size that names no index of its table tells the planner nothing.
func TestTheSizesNameIndexesThatThereAre(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Each(`select s.tbl, s.idx, length(s.stat) - length(replace(s.stat, ' ', '')),
			(select count(*) from pragma_index_xinfo(case when s.idx = s.tbl then 'sqlite_autoindex_' || s.tbl || '_1' else s.idx end) where key = 1)
			from sqlite_stat1 s`, nil, func(r *sql.Rows) error {
			var table, index string
			var told, columns int
			err := r.Scan(&table, &index, &told, &columns)
			if told == 0 || told > columns {
				t.Errorf("%s of %s: sizes of %d columns, it has %d", index, table, told, columns)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
