package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/review"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/task"
)

// Of every kind of record those read and write comments who see it; the others
// are told what they would be told of a record that never was.
func TestOnlyWhoSeesARecordReadsAndWritesOfIt(t *testing.T) {
	p := demoProvince(t)
	ctx, by, own := context.Background(), p.app.Accounts.Operator(), area.ID(p.places[0].commune)
	c, err := p.app.Committees.Establish(ctx, by, committee.Committee{Area: own, Name: "Ban Chỉ đạo", Number: "9999/QĐ", DecidedOn: p.day, Signer: "Hà Văn Ký"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.app.Sponsors.Begin(ctx, by, sponsor.Sponsorship{Area: own, Body: "Công ty Một Hai Ba", Number: "1", DecidedOn: "2016-05-27"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.app.Committees.Meet(ctx, by, c.ID, committee.Meeting{HeldOn: p.day, Chair: "Hà Văn Ký", Subject: "Bàn việc quý tới"})
	if err != nil {
		t.Fatal(err)
	}
	owed := p.obligation(t, 2019, "II.1", func(i task.Instance) bool { return i.Area == own })
	var round string
	err = p.app.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select max(round_id) from decision where province_id = $1 and area_id = $2`, []any{p.app.Province, string(own)}, &round)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct {
		name, record, never, page string
		reads                     string
	}{
		{"committee", c.ID, absent, "/to-chuc/ban-chi-dao/" + c.ID, "thon xa chutich huyen tinh yte lanhdao"},
		{"meeting", committee.MeetingRecord(c.ID, m.ID), committee.MeetingRecord(c.ID, absent), "/to-chuc/ban-chi-dao/" + c.ID + "/cuoc-hop/" + m.ID, "thon xa chutich huyen tinh yte lanhdao"},
		{"sponsor", s.ID, absent, "/to-chuc/do-dau/" + s.ID, "thon xa chutich huyen tinh yte lanhdao"},
		{"task", task.Record(2019, owed.ID), task.Record(2019, absent), "/nhiem-vu/2019/viec/" + owed.ID, "xa chutich huyen tinh"},
		{"decision", review.DecisionsRecord(round, own), review.DecisionsRecord("2001", own), "/ra-soat/" + round + "/quyet-dinh/" + string(own), "xa chutich huyen tinh lanhdao"},
	} {
		at := "/y-kien/" + kind.name + "/" + url.PathEscape(kind.record)
		w := p.ask("xa", "POST", at, url.Values{"words": {"Nhờ xem lại <chỗ> này"}}.Encode())
		if place := w.Header().Get("Location"); w.Code != http.StatusSeeOther || place != kind.page+"#y-kien" {
			t.Errorf("%s: %d, to %q, not %q: %s", kind.name, w.Code, place, kind.page, plain(w))
			continue
		}
		if w := p.ask("huyen", "POST", at, "words=Đã+xem"); w.Code != http.StatusSeeOther {
			t.Errorf("%s: the district answers: %d", kind.name, w.Code)
		}
		if w := p.ask("xa", "GET", "/y-kien", ""); !strings.Contains(w.Body.String(), kind.page+"#y-kien") {
			t.Errorf("%s: the list of the new does not lead there: %s", kind.name, plain(w))
		}
		for _, name := range strings.Fields(kind.reads) {
			if w := p.ask(name, "GET", kind.page, ""); !strings.Contains(w.Body.String(), "Nhờ xem lại &lt;chỗ&gt; này") {
				t.Errorf("%s: %s does not read it: %d", kind.name, name, w.Code)
			}
		}
		for _, name := range []string{"xa2", "cho", "quantri"} {
			w, never := p.ask(name, "POST", at, "words=x"), p.ask(name, "POST", "/y-kien/"+kind.name+"/"+url.PathEscape(kind.never), "words=x")
			if w.Code != http.StatusNotFound || w.Body.Len() != never.Body.Len() {
				t.Errorf("%s: %s writes, or learns that it is there: %d", kind.name, name, w.Code)
			}
			if w := p.ask(name, "GET", kind.page, ""); strings.Contains(w.Body.String(), "Nhờ xem") {
				t.Errorf("%s: %s reads it", kind.name, name)
			}
		}
	}
	for _, none := range []string{"task/x", "task/2019-", "decision/2019", "decision/~", "guest/1"} {
		if w := p.ask("tinh", "POST", "/y-kien/"+none, "words=x"); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", none, w.Code)
		}
	}
	if w := p.ask("yte", "GET", "/ra-soat/"+round+"/quyet-dinh/"+string(own), ""); strings.Contains(w.Body.String(), "Nhờ xem") {
		t.Error("who sees one field alone reads what is said of decisions on households")
	}
}
