package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/review"
)

// afterReform is the demo on a later day, when its communes have ended in the
// middle of the round, and what they had open was passed on.
func afterReform(t *testing.T, p *province, day string) *province {
	t.Helper()
	ctx, file := context.Background(), ""
	if err := p.app.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Get(`select file from pragma_database_list where name = 'main'`, nil, &file); err != nil {
			return err
		}
		if _, err := tx.Exec(`update setting set value = $1 where key = 'clock.today'`, day); err != nil {
			return err
		}
		if _, err := tx.Exec(`update dossier set until_day = $1 where subject = '2020'`, day); err != nil {
			return err
		}
		_, err := tx.Exec(`update round set boundary_day = $1 where id = '2020'`, day)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	p.app.Close()
	a, err := app.Open(ctx, file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := a.Load(ctx); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{review.CommuneReview, review.DistrictReview} {
		if _, err := a.Dossiers.PassOn(ctx, &account.Actor{ID: account.SystemID, Day: day}, "2020", kind); err != nil {
			t.Fatal(err)
		}
	}
	later := *p
	later.app, later.tree, later.day = a, a.Areas.Tree(), area.Today(a.Now())
	if later.server, err = a.Handler(); err != nil {
		t.Fatal(err)
	}
	return &later
}

// Those of a commune that has ended find their first page, and from the old
// dossier the one that their work went on in.
func TestPeopleOfACommuneThatHasEndedFindWhereTheirWorkWent(t *testing.T) {
	p := demoProvince(t)
	old := p.places[0].commune
	var id string
	if err := p.app.DB.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Get(`select id from dossier where subject = '2020' and kind = $1 and unit_id = $2`, []any{review.CommuneReview, old}, &id)
	}); err != nil {
		t.Fatal(err)
	}
	p.ask("xa", "POST", "/ra-soat/2020/phan-anh/"+old+"/nhan", url.Values{"kind": {"conduct"}, "words": {"Hỏi qua loa"}, "received_on": {"19/12/2020"}}.Encode())
	p = afterReform(t, p, "2025-07-02")
	heir, ok := p.tree.Ancestor(area.ID(p.places[0].village), p.day, area.Commune)
	if !ok || string(heir.Area) == old {
		t.Fatalf("%s has not ended", old)
	}
	for _, name := range []string{"xa", "chutich", "thon"} {
		p.signIn(t, name, "giamngheo-mau")
		if w := p.ask(name, "GET", "/nhiem-vu", ""); w.Code != 200 {
			t.Errorf("the first page of %s: %d %s", name, w.Code, plain(w))
		}
	}
	w := p.ask("xa", "GET", "/ho-so/"+id, "")
	page := w.Body.String()
	must(t, page, "đã chuyển sang nơi khác", "hồ sơ chuyển sang: "+heir.FullName, "Mở hồ sơ của "+heir.FullName)
	if strings.Contains(page, ">0/1<") {
		t.Error("the steps that went along are shown as not done")
	}
}
