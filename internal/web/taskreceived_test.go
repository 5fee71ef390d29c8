package web_test

import (
	"context"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

func TestTheReceiverIsToldOnHisFirstPageWhenTheProductIsApproved(t *testing.T) {
	p := demoProvince(t)
	p.officials(t)
	o, ctx := office{p, t}, context.Background()
	i := p.obligation(t, 2020, "VII.2", func(i task.Instance) bool { return i.Unit.Code == "so-y-te" && i.State == task.Doing })
	at := "/nhiem-vu/2020/viec/" + i.ID
	must(t, o.page("cvyte", at), text.T("web.task.to"), "Sở Lao động", text.T("web.task.with"), "Các sở, ngành, đơn vị liên quan")
	mustNot(t, o.page("tinh", "/nhiem-vu"), at)
	mustNot(t, o.page("cvyte", "/nhiem-vu"), text.T("web.received.tab"))
	officer, err := p.app.Accounts.Holder(ctx, p.accountOf(t, "cvyte"))
	if err != nil {
		t.Fatal(err)
	}
	head, err := p.app.Accounts.Holder(ctx, p.accountOf(t, "gdyte"))
	if err != nil {
		t.Fatal(err)
	}
	rev := func() int64 {
		one, err := p.app.Tasks.Find(ctx, officer, 2020, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		return one.Record.Rev
	}
	for _, do := range []func() error{
		func() error { return p.app.Tasks.HandIn(ctx, officer, 2020, i.ID, rev(), "") },
		func() error { return p.app.Tasks.Approve(ctx, head, 2020, i.ID, rev(), "") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	must(t, o.page("tinh", "/nhiem-vu"), at, text.T("web.received.open"))
	must(t, o.page("tinh", "/nhiem-vu/gui-den?nam=2020&viec=VII.2&den=roi"), at)
	mustNot(t, o.page("tinh", "/nhiem-vu/gui-den?nam=2020&viec=VII.2&den=chua"), at)
	mustNot(t, o.page("tinh", "/nhiem-vu/gui-den?nam=2019"), at)
	for _, other := range []string{"xa", "gdgd"} {
		mustNot(t, o.page(other, "/nhiem-vu/gui-den"), at)
	}
}

func TestWhoLeadsIsOfferedFirstThoseWithWhomThePlanSaysHeWorks(t *testing.T) {
	p := demoProvince(t)
	o, ctx := office{p, t}, context.Background()
	root := p.tree.Roots(p.day)[0].Area
	made, err := p.app.Accounts.Create(ctx, p.app.Accounts.Operator(), account.NewAccount{Name: "khdt", FullName: "Người thử", Password: "giamngheo-mau"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.app.Accounts.AddPost(ctx, p.app.Accounts.Operator(), account.Post{Account: made.ID, Role: "agency_officer", AgencyID: "so-khdt", Area: root}, "thử"); err != nil {
		t.Fatal(err)
	}
	p.signIn(t, "khdt", "giamngheo-mau")
	i := p.obligation(t, 2020, "B.5", func(task.Instance) bool { return true })
	err = p.app.DB.Write(ctx, func(tx *db.Tx) error { // accepted and not yet handed in, whatever became of it in the demo
		_, err := tx.Exec(`update dossier set state = 'draft', handed_in_at = null, handed_in_by = '', decided_at = null, decided_by = '', capacity = '' where province_id = $1 and id = $2`, p.app.Province, i.Dossier)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at := "/nhiem-vu/2020/viec/" + i.ID
	page := o.page("khdt", at)
	asked := page[strings.Index(page, text.T("web.task.act.hoi")):]
	named, others := strings.LastIndex(asked, text.T("web.task.with_named")), strings.Index(asked, "Sở Y tế")
	if money := strings.Index(asked, "Sở Tài chính"); money < 0 || named < money || others < named {
		t.Errorf("finance at %d, the last that is named at %d, health at %d", money, named, others)
	}
}
