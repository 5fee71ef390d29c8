package account

import (
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
)

func seed(t testing.TB, s *Store) {
	t.Helper()
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		return SeedAgencies(tx, "TH", SystemID, s.now().UnixMilli(), []Agency{{ID: "so-y-te", Name: "Sở Y tế", Area: at(thanhHoa)}, {ID: "ban-dan-toc", Name: "Ban Dân tộc tỉnh", Area: at(thanhHoa)}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPostStandsAtTheAgencyThatItsNameOrItsCodeSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		before := person(t, s, "truoc", Post{Role: "department", Subject: "health", Agency: "sở y tế", Area: at(thanhHoa)})
		elsewhere := person(t, s, "huyen", Post{Role: "department", Subject: "health", Agency: "Sở Y tế", Area: at(thanhPho)})
		seed(t, s)
		seed(t, s) // a second time changes nothing
		if n := len(entries(t, s, "agency.seed")); n != 1 {
			t.Errorf("%d entries of the agencies", n)
		}
		postOf := func(id ID) Post {
			a, err := s.Get(ctx, s.Operator(), id)
			if err != nil {
				t.Fatal(err)
			}
			return a.Posts[0]
		}
		if p := postOf(before.ID); p.AgencyID != "so-y-te" {
			t.Errorf("a post given by name before stands at %q", p.AgencyID)
		}
		if p := postOf(elsewhere.ID); p.AgencyID != "" {
			t.Errorf("a post in a district stands at %q of the province", p.AgencyID)
		}
		for _, said := range []Post{{Agency: "SỞ Y  TẾ"}, {Agency: "so-y-te"}, {AgencyID: "so-y-te"}} {
			said.Role, said.Area = "agency_head", at(thanhHoa)
			a := person(t, s, "gd"+string(rune('a'+len(entries(t, s, "account.create")))), said)
			if p := postOf(a.ID); p.AgencyID != "so-y-te" || p.Agency != "Sở Y tế" {
				t.Errorf("%+v stands at %q, %q", said, p.AgencyID, p.Agency)
			}
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			list, err := Holders(tx, "TH", AgencyUnit("so-y-te"), s.today())
			if len(list) != 4 {
				t.Errorf("%d hold posts at the agency", len(list))
			}
			own, _ := Holders(tx, "TH", at(thanhPho), s.today())
			if len(own) != 1 || own[0].ID != elsewhere.ID {
				t.Errorf("at the district: %+v", own)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAPostAtNoAgencyOrAtOneElsewhereIsRefused(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	seed(t, s)
	a := person(t, s, "nguoi.moi")
	for code, p := range map[string]Post{
		"post_agency":      {Role: "agency_officer", Agency: "Cơ quan nào đó", Area: at(thanhHoa)},
		"post_agency_area": {Role: "agency_officer", AgencyID: "so-y-te", Area: at(thanhPho)},
	} {
		p.Account = a.ID
		_, err := s.AddPost(ctx, s.Operator(), p, "")
		mustRefuse(t, err, code)
	}
	_, err := s.AddPost(ctx, s.Operator(), Post{Account: a.ID, Role: "chair", AgencyID: "khong-co", Area: at(thanhHoa)}, "")
	mustRefuse(t, err, "post_agency")
}

func TestAnAgencyIsAddedAndEndedOnceByWhoMay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		seed(t, s)
		front := Agency{ID: "hoi-phu-nu", Name: "Hội Liên hiệp Phụ nữ tỉnh", Area: at(thanhHoa)}
		if err := s.AddAgency(ctx, &Actor{ID: "x"}, front, ""); err == nil {
			t.Error("added without the right")
		}
		for code, bad := range map[string]Agency{
			"agency_code": {ID: "Hội", Name: "Hội", Area: at(thanhHoa)}, "agency_name": {ID: "hoi", Area: at(thanhHoa)},
			"agency_area": {ID: "hoi", Name: "Hội", Area: area.ID("đâu")}, "agency_twice": {ID: "so-y-te", Name: "Sở Y tế", Area: at(thanhHoa)},
		} {
			mustRefuse(t, s.AddAgency(ctx, s.Operator(), bad, ""), code)
		}
		if err := s.AddAgency(ctx, s.Operator(), front, "thành lập"); err != nil {
			t.Fatal(err)
		}
		if err := s.EndAgency(ctx, s.Operator(), "so-y-te", 9, "2016-10-01", ""); fault.Of(err) != fault.Conflict || err == nil {
			t.Errorf("a stale revision: %v", err)
		}
		if err := s.EndAgency(ctx, s.Operator(), "so-y-te", 1, "2016-10-01", "sáp nhập"); err != nil {
			t.Fatal(err)
		}
		list, err := s.Agencies(ctx)
		if err != nil || len(list) != 2 {
			t.Errorf("in force: %+v, %v", list, err)
		}
	})
}
