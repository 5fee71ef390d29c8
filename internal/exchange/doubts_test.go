package exchange

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

func TestASheetIsDoubtedLikeAForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		header, home := "Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1|Diện tích nhà ở", "Vi Văn Tây|1979|Tam Chung|Bản Ón|105|"
		if r := o.take(csvBook(t, header, home+"60"), Options{Round: "2016"}); !r.Applied || len(r.Problems) != 0 {
			t.Fatalf("without a year before: %s %+v", r.says(), r.Problems)
		}
		o.open(2017)
		r := o.take(csvBook(t, header, home+"45"), Options{Round: "2017"})
		if !r.Applied || len(r.Problems) != 1 || !r.Problems[0].Warning || r.Problems[0].Code != "house_shrank" || r.Problems[0].Column != "Diện tích nhà ở" {
			t.Errorf("a house that shrank: %s %+v", r.says(), r.Problems)
		}
		if n := o.count("assessment", "round_id = '2017' and warnings like '%house_shrank%' and warning_answer = ''"); n != 1 {
			t.Errorf("%d forms wait for an answer, want 1", n)
		}
		// The same file again asks nothing anew; one that mends it leaves no doubt.
		if r := o.take(csvBook(t, header, home+"45"), Options{Round: "2017"}); r.Applied && r.Update != 0 {
			t.Errorf("again: %s", r.says())
		}
		if r := o.take(csvBook(t, header, home+"60"), Options{Round: "2017"}); !r.Applied || len(r.Problems) != 0 {
			t.Errorf("mended: %s %+v", r.says(), r.Problems)
		}
		if n := o.count("assessment", "round_id = '2017' and id in (select assessment_id from assessment_in_force) and warnings like '%house_shrank%'"); n != 0 {
			t.Errorf("%d forms are still doubted", n)
		}
	})
}
