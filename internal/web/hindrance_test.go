package web_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/db"
)

// Who is refused learns who stands in the way, gets there by a link, and finds
// the way on; who may not see households by name does not learn them here.
func TestARefusalNamesWhoStandsInTheWay(t *testing.T) {
	p := demoProvince(t)
	page := p.ask("tinh", "GET", "/ra-soat/2020", "").Body.String()
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(page)
	if rev == nil {
		t.Fatal("the round cannot be closed from its page")
	}
	w := p.ask("tinh", "POST", "/ra-soat/2020/dong", url.Values{"rev": {rev[1]}}.Encode())
	page = w.Body.String()
	if named := regexp.MustCompile(`<a href="/ho-so/[0-9A-V]{26}">[^<]*, (Huyện|Thị xã|Thành phố) [^<]*\((đang làm|đã trình|bị trả lại|có thôn chưa xong)\)</a>`).FindAllString(page, -1); w.Code != 422 || len(named) != 5 {
		t.Errorf("closed early: %d, named are %v", w.Code, named)
	}
	must(t, page, "nơi nữa", "Đợi các xã làm xong, hoặc ghi rõ lý do", "tien-do?dia-ban=", `class="notice bad"`, `aria-describedby="reason-`)

	at := p.places[0]
	dossier := regexp.MustCompile(`/ho-so/[0-9A-V]{26}`).FindString(p.ask("xa", "GET", "/ra-soat/2020/tien-do?dia-ban="+at.commune, "").Body.String())
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`delete from assessment_in_force where province_id = $1 and round_id = '2020' and household_id = $2`, p.app.Province, at.household); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into review_listing (province_id, round_id, household_id, source, route, reason, at, by_actor) values ($1, '2020', $2, 'proposal', 'a', 'thử', 1, 'operator')
			on conflict (province_id, round_id, household_id) do update set route = 'a', withdrawn_at = null`, p.app.Province, at.household); err != nil {
			return err
		}
		_, err := tx.Exec(`delete from dossier_step where province_id = $1 and dossier_id = $2 and step = 'screening'`, p.app.Province, strings.TrimPrefix(dossier, "/ho-so/"))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	step := dossier + "/screening/" + at.village
	link := `<a href="/ra-soat/2020/` + at.household + `">` + at.head + `</a>`
	must(t, p.ask("xa", "GET", step, "").Body.String(), "chưa nhận dạng nhanh", link)
	for _, who := range []string{"tinh", "chutichhuyen", "yte", "thanhtra"} {
		w := p.ask(who, "GET", step, "")
		if p.seesNames(who) {
			continue
		}
		mustNot(t, w.Body.String(), at.head, at.household)
	}
	w = p.ask("xa", "POST", step, "viec=xong")
	if w.Code != 409 {
		t.Errorf("done without a form: %d", w.Code)
	}
	must(t, w.Body.String(), "Chưa làm được vì còn vướng", link)
}

func (p *province) seesNames(who string) bool { return who != "yte" }

// A district's page says of its signature what has become of the communes.
func TestASignedDistrictPageTellsOfACommuneUnlockedSince(t *testing.T) {
	p := demoProvince(t)
	var district, commune string
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		if err := tx.Get(`select d.id, c.id from dossier d join dossier c on c.province_id = d.province_id and c.subject = d.subject and c.kind = 'commune_review'
			join area_version v on v.province_id = c.province_id and v.area_id = c.unit_id and v.to_day > '2020-12-01' and v.from_day <= '2020-12-01' and v.path like '%/' || d.unit_id || '/%'
			where d.province_id = $1 and d.kind = 'district_review' and d.subject = '2020' and c.state = 'locked' order by c.id limit 1`, []any{p.app.Province}, &district, &commune); err != nil {
			return err
		}
		if _, err := tx.Exec(`update dossier set state = 'approved', decided_at = 1700000000000, capacity = 'tm' where province_id = $1 and id = $2`, p.app.Province, district); err != nil {
			return err
		}
		_, err := tx.Exec(`update dossier set state = 'returned' where province_id = $1 and id = $2`, p.app.Province, commune)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	page := p.ask("tinh", "GET", "/ho-so/"+district, "").Body.String()
	must(t, page, " nơi cấp dưới đã được mở khóa sau khi hồ sơ này ký", "đang làm lại", `href="/ho-so/`+commune+`"`, "đã ký ")
	must(t, p.ask("tinh", "GET", "/ra-soat/2020/tien-do", "").Body.String(), " nơi mở lại sau khi ký")
}
