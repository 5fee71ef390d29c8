package exchange

import (
	"context"
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/law"
)

// withDossiers opens the round with a dossier for each commune.
func withDossiers(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := officeAt(t, d)
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := dossier.LoadLaw(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	o.Reviews.Dossiers = &dossier.Store{DB: d, Province: householdtest.Key, Now: o.Province.Now, Tree: func() *area.Tree { return o.tree }, Law: rules, Roles: func() *account.Roles { return roles }}
	o.Reviews.Subjects()
	o.open(2016)
	return o
}

// stands puts the dossier of Tam Chung into a state.
func (o *office) stands(state dossier.State) {
	o.t.Helper()
	err := o.Province.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update dossier set state = $1 where kind = $2 and unit_id = $3`, string(state), review.CommuneReview, string(householdtest.TamChung))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// surveyed marks Phiếu B as done in a village of Tam Chung.
func (o *office) surveyed(village area.ID) {
	o.t.Helper()
	err := o.Province.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into dossier_step (province_id, dossier_id, step, unit_id, done_at, done_by, note)
			select province_id, id, 'survey', $1, 0, 'operator', '' from dossier where kind = $2 and unit_id = $3`, string(village), review.CommuneReview, string(householdtest.TamChung))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

const guardedHeader = "Mã hộ|Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1|CS1|CS2|CS3|CS4|CS5|CS6|CS7|CS8|CS9|CS10|Mục đích phiếu"

func guardedFile(points, purpose string) []string {
	return []string{guardedHeader,
		"|Hà Văn Ón|1979|Tam Chung|Bản Ón|" + points + "|0|0|0|0|0|0|0|0|0|0|" + purpose,
		"|Lò Thị Én|1960|Tam Chung|Bản Tân Hương|" + points + "|0|0|0|0|0|0|0|0|0|0|" + purpose,
		"|Vi Văn Khu|1970|Mường Lát|Khu 1|" + points + "|0|0|0|0|0|0|0|0|0|0|" + purpose,
	}
}

func TestRowsOfACommuneWhoseDossierTakesNoFormsAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := withDossiers(t, d)
		if r := o.take(csvBook(t, guardedFile("105", "")...), Options{}); r.says() != "3: +3 ~0 =0 -0" {
			t.Fatal(r.says())
		}
		for _, c := range []struct {
			state dossier.State
			code  string
		}{{dossier.Submitted, "dossier_submitted"}, {dossier.Approved, "dossier_decided"}, {dossier.Locked, "dossier_decided"}} {
			o.stands(c.state)
			r := o.take(csvBook(t, guardedFile("106", "")...), Options{})
			if r.Applied || r.Refused != 2 {
				t.Fatalf("%s: %s", c.state, r.says())
			}
			rows := 0
			for _, p := range r.Problems {
				if p.Code == c.code {
					rows++
					if !strings.Contains(p.Message, "Tam Chung") {
						t.Errorf("%s: %s", c.state, p.Message)
					}
				}
			}
			if rows != 2 {
				t.Errorf("%s: %+v", c.state, r.Problems)
			}
			// What stands may be repeated, and newcomers may not bring a form.
			if r := o.take(csvBook(t, guardedFile("105", "")...), Options{}); r.says() != "3: +0 ~0 =3 -0" {
				t.Errorf("%s, the same file: %s", c.state, r.says())
			}
			if r := o.take(csvBook(t, guardedHeader, "|Lương Văn Mới|1990|Tam Chung|Bản Ón|100|0|0|0|0|0|0|0|0|0|0|"), Options{}); r.Applied || r.Refused != 1 {
				t.Errorf("%s, a newcomer: %s", c.state, r.says())
			}
		}
		o.stands(dossier.Returned)
		if r := o.take(csvBook(t, guardedFile("106", "")...), Options{}); r.says() != "3: +0 ~3 =0 -0" || !r.Applied {
			t.Errorf("returned: %s", r.says())
		}
	})
}

func TestAVillageThatIsSurveyedTakesReChecksOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := withDossiers(t, d)
		o.take(csvBook(t, guardedFile("105", "")...), Options{})
		o.surveyed(householdtest.BanOn)
		r := o.take(csvBook(t, guardedFile("106", "")...), Options{})
		if r.Applied || r.Refused != 1 || r.Problems[0].Code != "survey_done" {
			t.Errorf("a survey: %s %+v", r.says(), r.Problems)
		}
		if r := o.take(csvBook(t, guardedFile("106", "Phúc tra")...), Options{}); r.says() != "3: +0 ~3 =0 -0" || !r.Applied {
			t.Errorf("a re-check: %s %+v", r.says(), r.Problems)
		}
	})
}

func TestAnImportThatADossierOvertakesWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := withDossiers(t, d)
		o.beforeApply = func() { o.stands(dossier.Submitted) }
		if _, err := o.Import(context.Background(), o.actor, csvBook(t, guardedFile("105", "")...), Options{Round: "2016"}); codeOf(err) != "dossier_submitted" {
			t.Fatalf("handed in while the file was read: %v", err)
		}
		if n := o.count("assessment", "1=1") + o.count("household", "1=1"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}

func TestAnImportIsNotTakenBackFromADecidedDossier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := withDossiers(t, d)
		r := o.take(csvBook(t, guardedFile("105", "")...), Options{})
		o.stands(dossier.Approved)
		if _, err := o.UndoImport(context.Background(), o.actor, r.Operation, "nhập nhầm", nil); codeOf(err) != "dossier_decided" {
			t.Errorf("undone: %v", err)
		}
		if n := o.count("assessment", "id in (select assessment_id from assessment_in_force)"); n != 3 {
			t.Errorf("%d forms stand", n)
		}
		o.stands(dossier.Draft)
		if _, err := o.UndoImport(context.Background(), o.actor, r.Operation, "nhập nhầm", nil); err != nil {
			t.Error(err)
		}
	})
}

func TestASheetBringsNoVerification(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := withDossiers(t, d)
		for _, purpose := range []string{"Thẩm định", "Nhập lần hai", "verification"} {
			r := o.take(csvBook(t, guardedFile("105", purpose)...), Options{})
			if r.Applied || r.Refused != 3 || r.Problems[0].Code != "bad_purpose" {
				t.Errorf("%s: %s %+v", purpose, r.says(), r.Problems)
			}
		}
	})
}
