package exchange

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
)

// judgedLines are what a round says of its households, without ids.
func (o *office) judgedLines(round string) []string {
	o.t.Helper()
	var lines []string
	o.Read(func(tx *db.Tx) error {
		ids, err := o.allHouseholds(tx)
		if err != nil {
			return err
		}
		r, err := o.Reviews.Round(tx, round)
		if err != nil {
			return err
		}
		p, err := o.judgedOn(tx, r, ids, min(r.CountDay, o.Today))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if p.place(id) == "" {
				continue
			}
			l := p.listed(id)
			line := fmt.Sprint(l.Code, "|", p.place(id), "|", l.Address, "|", l.Phone, "|", l.Note, "|", l.From, "|", l.groups, "|", l.before)
			for _, m := range l.members {
				line += fmt.Sprint("\n   ", m.FullName, "|", m.Relation, "|", m.Birth, "|", m.Sex, "|", m.Ethnic, "|", m.NationalID, "|", m.PolicyGroups)
			}
			if a := l.a; a != nil {
				line += fmt.Sprint("\n   ", a.Class, "|", a.Label, "|", a.Transition, "|", a.Answers, "|", a.Causes, "|", a.Size, "|", a.Area, "|", a.Surveyor, "|", a.SurveyedOn, "|", a.Note, "|", a.WarningAnswer, "|", a.Purpose, "|", a.EffectiveFrom)
				if a.B1 != nil {
					line += fmt.Sprint("|b1=", *a.B1)
				}
				if a.Income != nil {
					line += fmt.Sprint("|income=", *a.Income)
				}
				for _, m := range a.Roster {
					line += fmt.Sprint("\n     ", m.Name, said(m.Untreated), said(m.Insured), said(m.LowerSecondary), said(m.AtSchool))
				}
			}
			lines = append(lines, line)
		}
		return nil
	})
	return lines
}

// answerAll lets the round be closed.
func (o *office) answerAll() {
	err := o.Store.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update assessment set warning_answer = 'đã hỏi' where warnings <> ''`)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func said(b *bool) string {
	if b == nil {
		return "-"
	}
	return fmt.Sprint(*b)
}

func (o *office) allHouseholds(tx *db.Tx) ([]household.ID, error) {
	var ids []household.ID
	err := tx.Each(`select id from household where province_id = $1 order by code`, []any{householdtest.Key}, func(r *sql.Rows) error {
		var id household.ID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

func (o *office) exportOf(round, area string, format sheet.Format) []byte {
	o.t.Helper()
	var out bytes.Buffer
	if _, err := o.ExportHouseholds(context.Background(), o.actor, &out, ExportOptions{Area: area, Round: round, Format: format, Purpose: "đối chiếu"}); err != nil {
		o.t.Fatal(err)
	}
	return out.Bytes()
}

// comesBack takes the file of a round into an empty database and compares all.
func (o *office) comesBack(round string, format sheet.Format, other *office) {
	o.t.Helper()
	raw := o.exportOf(round, "38", format)
	if got := o.take(openBook(o.t, "ra", raw), Options{Round: round, DryRun: true}); got.Create+got.Update+got.Refused+got.Warnings > 0 {
		o.t.Errorf("%s into its own database: %s", format, got.says())
	}
	got := other.take(openBook(o.t, "ra", raw), Options{Round: round})
	told := slices.ContainsFunc(got.Problems, func(p Problem) bool { return !strings.HasPrefix(p.Code, "suspected") }) // of people alike
	if got.Blocked || got.Create != got.Rows || told {
		o.t.Fatalf("%s into an empty database: %s", format, got.says())
	}
	same(o.t, o.judgedLines(round), other.judgedLines(round))
	for _, again := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		if !bytes.Equal(o.exportOf(round, "38", again), other.exportOf(round, "38", again)) {
			o.t.Errorf("by way of a %s file the second export as %s differs:\n%s\n%s", format, again, o.exportOf(round, "38", sheet.CSV), other.exportOf(round, "38", sheet.CSV))
		}
	}
}

// What happened to households after they were judged stands in the registry
// and beside the round; its file says what the round was judged on.
func TestTheFileOfARoundStatesWhatTheRoundWasJudgedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		nextYear := func(o *office) {
			o.Today = "2017-02-10"
			o.actor = account.Operator(householdtest.Key, o.tree, o.Today)
			o.open(2017)
		}
		nextYear(o)
		r := o.take(xlsxBook(t, []string{"Hộ", fullHeader + "|Có trong danh sách từ ngày",
			"A-01|Tam Chung|Ón|Hà Văn Ón|20/05/1979|Nam|Thái|038079000001|0912345678|=1+1|NCC|'nháy|3|Hộ nghèo|105||1|0|||0|0|0|0|0|0|1; 2|85,5|1|20/10/2016|Lê Văn Bình|hỏi lại rồi|ghi chú|01/01/2016",
			"B-02|Tam Chung|Tân Hương|Lò Thị Én|1960|Nữ|Mường||||||4|Hộ cận nghèo||650000|||||||||||11||0|||||01/01/2016",
			"C-03|Điền Lư|Riềng|Phạm Văn Xa|05/1970|||||@nhà|BTXH; NCC|chỉ có sổ||Hộ nghèo||||||||||||||||||||01/01/2016",
			"D-04|Tam Chung|Ón|Vi Văn Đi|1950|Nam|Thái|||||||Không nghèo|90||1|1|1|1|0|0|0|0|0|0|||||||||01/01/2016"},
			[]string{"Thành viên", memberHeader,
				"A-01|Hà Văn Ón|Chủ hộ|20/05/1979|Nam|Thái|038079000001||0|1|1|0", "A-01|Lò Thị Bình|Vợ|1981|Nữ|Thái|038181000002|NCC||0||", "A-01|Hà Văn Con|Con|09/2009|Nam|Thái||||1||1",
				"C-03|Phạm Văn Xa|Chủ hộ|05/1970", "C-03|Phạm Thị Hai|Con|2001|Nữ|Kinh||||||", "C-03|Phạm Thị Hai|Con|2001|Nữ|Kinh||||||"}), Options{})
		if r.Create != 4 || r.Blocked {
			t.Fatal(r.says())
		}
		check := func(name string) {
			t.Helper()
			for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
				t.Run(name+", "+string(format), func(t *testing.T) {
					o.t = t
					other := newOffice(t, fresh(t, d))
					nextYear(other)
					o.comesBack("2016", format, other)
				})
			}
			o.t = t
		}
		check("as it came")
		find := func(code string) (h household.Household) {
			o.Read(func(tx *db.Tx) (err error) {
				h, err = o.Households.FindByCode(tx, o.Operator().Scope, code)
				return err
			})
			return h
		}
		do := func(code, day string, act func(op household.Operation) error) {
			t.Helper()
			h := find(code)
			if err := act(household.Operation{Household: h.ID, Rev: h.Rev, Day: day, Reason: "thử"}); err != nil {
				t.Fatal(err)
			}
		}
		member := func(code string, i int) household.Member {
			var list []household.Member
			o.Read(func(tx *db.Tx) (err error) {
				list, err = o.Households.MembersOn(tx, find(code).ID, o.Today)
				return err
			})
			return list[i]
		}
		name, none, groups := "Hà Văn Ốn", "", []string{}
		do("A-01", "2016-12-30", func(op household.Operation) error { // a name, a group corrected
			_, err := o.Households.Correct(ctx, o.Operator(), op, []household.Correction{{Person: member("A-01", 0).ID, FullName: &name}, {Person: member("A-01", 1).ID, Birth: &none}})
			return err
		})
		do("A-01", "2016-12-30", func(op household.Operation) error { // the head is another one
			_, err := o.Households.ChangeHead(ctx, o.Operator(), op, member("A-01", 1).ID, "spouse")
			return err
		})
		do("A-01", "2016-12-31", func(op household.Operation) error { // who was head leaves
			_, err := o.Households.Leave(ctx, o.Operator(), op, member("A-01", 1).ID, "")
			return err
		})
		do("B-02", "2016-12-30", func(op household.Operation) error {
			_, err := o.Households.Move(ctx, o.Operator(), op, householdtest.Rieng)
			return err
		})
		check("after corrections, a new head, a member who left and a move")
		o.answerAll()
		if err := o.Reviews.Close(ctx, "operator", "2016", 1, "thử"); err != nil {
			t.Fatal(err)
		}
		do("C-03", "2016-12-30", func(op household.Operation) error {
			_, err := o.Households.Correct(ctx, o.Operator(), op, []household.Correction{{PolicyGroups: &groups}})
			return err
		})
		o.take(csvBook(t, "Mã hộ|Điểm B1", "A-01|160", "C-03|100"), Options{Round: "2017"})
		check("closed, a group taken away, judged again a year later")
		if n := strings.Count(string(o.exportOf("2016", "38", sheet.CSV)), "Hà Văn Ón"); n != 2 {
			t.Error("the head as he was judged is not named, or named too often: ", n)
		}
	})
}

// Whatever is recorded in a round comes back through its file.
func TestAnyRoundComesBackFromItsFile(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		tb := t2{outer, t}
		o := newOffice(tb, dbtest.SQLite(tb))
		digit := rapid.SampledFrom([]string{"", "0", "1"})
		yes := func(name string) *bool {
			switch digit.Draw(t, name) {
			case "0":
				no := false
				return &no
			case "1":
				yes := true
				return &yes
			}
			return nil
		}
		for i := range rapid.IntRange(1, 4).Draw(t, "households") {
			village := rapid.SampledFrom([]string{"BanOn", "Rieng"}).Draw(t, "village")
			at := householdtest.BanOn
			if village == "Rieng" {
				at = householdtest.Rieng
			}
			members := []string{fmt.Sprintf("Hà Văn %s, male, %s", rapid.StringMatching(`[A-Z][a-z]{2,6}`).Draw(t, "head"), rapid.SampledFrom([]string{"1979", "1979-05-20", "1951-03"}).Draw(t, "birth"))}
			for range rapid.IntRange(0, 3).Draw(t, "members") {
				members = append(members, fmt.Sprintf("child: Hà Thị %s, female, %s", rapid.StringMatching(`[A-Z][a-z]{0,3}`).Draw(t, "child"), rapid.SampledFrom([]string{"2003", "2010-11-30", "2014"}).Draw(t, "born")))
			}
			f := o.Family(at, "2016-01-01", members...)
			if rapid.IntRange(0, 3).Draw(t, "surveyed") == 0 {
				continue
			}
			e := review.Entry{Round: "2016", Household: f.ID, Members: map[household.PersonID]review.RosterMember{}}
			if rapid.Bool().Draw(t, "points") {
				b1 := rapid.IntRange(0, 200).Draw(t, "b1")
				e.B1 = &b1
			} else {
				income := int64(rapid.IntRange(20, 200).Draw(t, "income")) * 10000
				e.Income = &income
			}
			for range 10 {
				e.Ticked += strings.ReplaceAll(rapid.SampledFrom([]string{"-", "-", "0", "1"}).Draw(t, "tick"), " ", "")
			}
			for _, m := range f.Members {
				e.Members[m] = review.RosterMember{Untreated: yes("untreated"), Insured: yes("insured"), LowerSecondary: yes("school"), AtSchool: yes("at school")}
			}
			e.Detail.Before = rapid.SampledFrom([]string{"", "poor", "near_poor", "not_poor"}).Draw(t, "before")
			if rapid.Bool().Draw(t, "floor") {
				m2 := float64(rapid.IntRange(1, 20000).Draw(t, "m2")) / 100
				e.Detail.FloorArea = &m2
			}
			e.Causes = rapid.SampledFrom([][]string{nil, {"capital"}}).Draw(t, "causes")
			if _, err := o.Reviews.Save(context.Background(), o.Operator(), e); err != nil {
				t.Fatal(i, err)
			}
		}
		if rapid.Bool().Draw(t, "closed") {
			o.answerAll()
			if err := o.Reviews.Close(context.Background(), "operator", "2016", 1, "thử"); err != nil {
				t.Fatal(err)
			}
		}
		for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
			o.comesBack("2016", format, newOffice(tb, dbtest.SQLite(tb)))
		}
	})
}

// What a file states of the class before counts when the form comes later, by
// the screen or by a file.
func TestTheClassBeforeOfAListCountsWhenTheFormComesLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		list := []string{"Mã hộ|Chủ hộ|Xã|Thôn|Phân loại trước rà soát", "A|Hà Văn Một|Tam Chung|Ón|Hộ nghèo", "B|Hà Văn Hai|Tam Chung|Ón|Hộ cận nghèo", "C|Hà Văn Ba|Tam Chung|Ón|"}
		if got := o.take(csvBook(t, list...), Options{}).says(); got != "3: +3 ~0 =0 -0" {
			t.Fatal(got)
		}
		second := o.take(csvBook(t, "Mã hộ|Phân loại trước rà soát", "A|Hộ nghèo", "B|Hộ nghèo", "C|Hộ nghèo"), Options{})
		if got := second.says(); got != "3: +0 ~2 =1 -0" {
			t.Fatal(got)
		}
		if _, err := o.UndoImport(context.Background(), o.actor, second.Operation, "nhầm", nil); err != nil {
			t.Fatal(err)
		}
		if n := o.count("stated_class", "class = 'near_poor'") + 10*o.count("stated_class", "1=1"); n != 21 {
			t.Error("after undo: ", n)
		}
		var h household.Household
		o.Read(func(tx *db.Tx) (err error) {
			h, err = o.Households.FindByCode(tx, o.Operator().Scope, "A")
			return err
		})
		points := 100
		if a, err := o.Reviews.Save(context.Background(), o.Operator(), review.Entry{Round: "2016", Household: h.ID, B1: &points}); err != nil || a.Transition != "1" {
			t.Error("by the screen: ", a.Transition, err)
		}
		o.take(csvBook(t, "Mã hộ|Điểm B1", "B|100", "C|100"), Options{})
		if n := o.count("classification", "transition = '2'") + 10*o.count("classification", "transition = '3'"); n != 11 {
			t.Error("by a file: ", n)
		}
	})
}

func FuzzMembersOfACell(f *testing.F) {
	f.Add("Hà Văn Á | Chủ hộ | 20/05/1979 | Nam\nLò Thị B | Vợ")
	f.Add(`a \| b \\ c \n d | x`)
	f.Fuzz(func(t *testing.T, s string) {
		parts := splitMember(s)
		escaped := make([]string, len(parts))
		for i, p := range parts {
			escaped[i] = memberEscape.Replace(strings.ReplaceAll(p, "\r", ""))
		}
		again := splitMember(strings.Join(escaped, memberBar))
		if len(again) != len(parts) {
			t.Fatalf("%q: %q, then %q", s, parts, again)
		}
	})
}
