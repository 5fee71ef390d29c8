package web_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
)

// verifyingDistrict is the district of the demo's officers in its open round.
type verifyingDistrict struct {
	*province
	t                 *testing.T
	commune, district string
}

func (v verifyingDistrict) get(who, address string, status int) string {
	v.t.Helper()
	w := v.ask(who, "GET", address, "")
	return v.body(w, who, address, status)
}

func (v verifyingDistrict) post(who, address string, form url.Values, status int) string {
	v.t.Helper()
	w := v.ask(who, "POST", address, form.Encode())
	return v.body(w, who, address, status)
}

func (v verifyingDistrict) body(w *httptest.ResponseRecorder, who, address string, status int) string {
	v.t.Helper()
	if w.Code != status {
		v.t.Fatalf("%s, %s: %d, want %d: %s", who, address, w.Code, status, plain(w))
	}
	if body := w.Body.String(); strings.Contains(body, "‹") {
		v.t.Errorf("%s, %s: a text is missing: %s", who, address, body[strings.Index(body, "‹"):][:60])
	}
	return w.Body.String()
}

func TestADistrictVerifiesItsCommunes(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	// The demo has drawn and asked already; here it begins anew.
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		for _, table := range []string{"verification_item", "verification_sample", "review_warning_word", "review_warning"} {
			if _, err := tx.Exec(`delete from ` + table); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	at := func(path, place string) string { return "/tham-dinh/2020" + path + "?dia-ban=" + place }

	body := v.get("huyen", at("", v.district), 200)
	if !strings.Contains(body, "/boc-mau?") || !strings.Contains(body, "/tim?") {
		t.Error("the district finds no way to draw or to look")
	}
	for _, reader := range []string{"xa", "chutich"} {
		if body := v.get(reader, at("", v.commune), 200); strings.Contains(body, "/boc-mau") || strings.Contains(body, "/mau/") {
			t.Errorf("%s could draw the sample of the own commune", reader)
		}
		v.get(reader, at("", v.district), 404)
	}
	v.get("tinh", at("", v.district), 200)

	// Drawing.
	if body := v.post("huyen", at("/boc-mau", v.district), url.Values{"bien": {"năm"}, "reason": {"biên khác"}}, 422); !strings.Contains(body, "Biên sai số phải từ") {
		t.Error("a margin that is no number was not explained")
	}
	v.post("huyen", at("/boc-mau", v.district), url.Values{"bien": {"5"}, "reason": {"biên hẹp hơn"}}, 303)
	v.post("huyen", at("/boc-mau", v.district), url.Values{"bien": {"5"}}, 422)
	body = v.get("huyen", at("", v.district), 200)
	sample := regexp.MustCompile(`/tham-dinh/2020/mau/([0-9A-V]{26})`).FindStringSubmatch(body)
	if sample == nil || !strings.Contains(body, "Số gieo") {
		t.Fatal("the draw is not shown")
	}
	page := at("/mau/"+sample[1], v.district)
	v.get("huyen", page, 200)
	list := v.get("huyen", at("/mau/"+sample[1], v.commune), 200)
	home := regexp.MustCompile(`/ra-soat/2020/([0-9A-V]{26})`).FindStringSubmatch(list)
	if home == nil {
		t.Fatal("no household of the commune is in the sample")
	}
	if frame := v.get("tinh", at("/mau/"+sample[1]+"/khung", v.district), 200); !strings.HasPrefix(frame, "household,stratum\nTH-") {
		t.Error(frame[:min(80, len(frame))])
	}
	v.get("huyen", at("/mau/"+sample[1]+"/danh-sach", v.district), 200)
	for _, who := range []string{"xa", "chutich", "lanhdao"} {
		for _, more := range []string{"", "/danh-sach", "/khung"} {
			v.get(who, at("/mau/"+sample[1]+more, v.commune), 403)
		}
	}

	// The second survey of one household, and what comes of it.
	operator := p.app.Accounts.Operator()
	points, home1 := 100, household.ID(home[1])
	var now review.Assessment
	err := p.app.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		now, _, err = p.app.Reviews.InForce(tx, home1, "2020")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.app.Reviews.Save(context.Background(), household.Actor{ID: operator.ID, Scope: operator.ScopeFor(account.RightVerify)},
		review.Entry{Round: "2020", Household: home1, Rev: now.Rev, Purpose: review.Verification, B1: &points, Ticked: "0000000000", Surveyor: "Người huyện"})
	if err != nil {
		t.Fatal(err)
	}
	if body := v.get("huyen", page, 200); !strings.Contains(body, "Kappa") || !strings.Contains(body, "Ước lượng") {
		t.Error("the results are not shown")
	}

	// A question, from its finding to its acceptance.
	v.post("huyen", at("/tim", v.district), nil, 303)
	v.plant(p)
	body = v.get("xa", at("", v.commune), 200)
	ask := regexp.MustCompile(`/tham-dinh/2020/hoi/([^?"]+)`).FindStringSubmatch(body)
	if ask == nil || !strings.Contains(body, "ngay trên ngưỡng") {
		t.Fatalf("the commune is asked nothing")
	}
	hoi := at("/hoi/"+ask[1], v.commune)
	rev := func(who, act string) string {
		t.Helper()
		m := regexp.MustCompile(`value="` + act + `"/?>\s*<input type="hidden" name="rev" value="(\d+)"`).FindStringSubmatch(v.get(who, at("", v.commune), 200))
		if m == nil {
			t.Fatalf("%s cannot %s", who, act)
		}
		return m[1]
	}
	if body := v.post("xa", hoi, url.Values{"viec": {"tra-loi"}, "rev": {rev("xa", "tra-loi")}, "loi": {" "}}, 422); !strings.Contains(body, "Ghi rõ bằng lời") {
		t.Error("an empty answer was not refused in words")
	}
	v.post("xa", hoi, url.Values{"viec": {"tra-loi"}, "rev": {rev("xa", "tra-loi")}, "loi": {"Được giao bò cùng đợt."}}, 303)
	v.post("xa", hoi, url.Values{"viec": {"chap-nhan"}, "rev": {"2"}}, 404)
	v.post("huyen", hoi, url.Values{"viec": {"chap-nhan"}, "rev": {rev("huyen", "chap-nhan")}}, 303)
	if body := v.get("chutich", at("", v.commune), 200); !strings.Contains(body, "Được giao bò cùng đợt.") || !strings.Contains(body, "đã chấp nhận") || strings.Contains(body, "<textarea") {
		t.Error("the chair does not read what was said, or could say more")
	}
}

// plant puts a question about a heap to the commune, as FindWarnings would.
func (v verifyingDistrict) plant(p *province) {
	v.t.Helper()
	err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from review_warning where area_id = $1`, v.commune)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`insert into review_warning (province_id, id, round_id, area_id, kind, facts, state, found_at, found_by) values ($1, $2, '2020', $3, 'heap', $4, 'open', 1, 'operator')`,
			p.app.Province, db.NewID(), v.commune, `{"count":30,"of":90,"line":150,"point":155,"below":4,"above":5,"curvature":0.1,"p":0.0004,"q":0.002}`)
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
}
