package app

import (
	"cmp"
	"context"
	"fmt"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/demo"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// DemoAccount is somebody who can sign in to a demo. The passwords are public:
// nobody in a demo is real.
type DemoAccount struct {
	Name, Password, FullName, Post string
}

type demoPost struct {
	DemoAccount
	role, subject string
	agency        string // by the code that plans give it
	level         area.Level
	key           string // of the texts; "" is the subject's, or the role's
}

const demoPassword = "giamngheo-mau"

var demoAccounts = func() []demoPost {
	list := []demoPost{
		{role: "province", agency: "so-ldtbxh", level: area.Province}, {role: "district", level: area.District}, {role: "commune", level: area.Commune},
		{role: "chair", level: area.Commune}, {role: "vice_chair", level: area.Commune}, {role: "village", level: area.Village},
		{role: "chair", level: area.District, key: "district_chair"}, {role: "chair", level: area.Province, key: "province_chair"}, {role: "leader", level: area.Province},
		{role: "department", subject: "health", agency: "so-y-te", level: area.Province}, {role: "department", subject: "education", agency: "so-gddt", level: area.Province},
		{role: "agency_head", agency: "so-y-te", level: area.Province}, {role: "agency_officer", agency: "ban-dan-toc", level: area.Province},
		{role: "auditor", level: area.Province}, {role: "admin", level: area.Province},
	}
	for i := range list {
		key := cmp.Or(list[i].key, list[i].subject, list[i].role)
		list[i].DemoAccount = DemoAccount{Name: text.T("app.demo." + key + ".name"), Password: demoPassword, FullName: text.T("app.demo." + key + ".full_name")}
	}
	return list
}()

// FillDemo fills an empty database with the demo province and its people, or
// finds that it holds the same one already, and says who can sign in.
func (a *App) FillDemo(ctx context.Context, households int, seed uint64, progress func(done, total int)) ([]DemoAccount, error) {
	hash, err := a.Accounts.Hash(ctx, demoPassword)
	if err != nil {
		return nil, err
	}
	var officials []demo.Official
	for _, d := range demoAccounts {
		officials = append(officials, demo.Official{Login: d.Name, FullName: d.FullName, Hash: hash, Role: d.role, Subject: d.subject, Agency: d.agency, Level: d.level})
	}
	err = demo.Fill(ctx, demo.Deps{DB: a.DB, Province: a.Province, Law: a.Law, Tree: a.Areas.Tree}, demo.Options{Households: households, Seed: seed, Officials: officials, Progress: progress})
	if err != nil {
		return nil, err
	}
	if err := a.Reload(ctx); err != nil {
		return nil, err
	}
	if err := demo.Tasks(ctx, a.Tasks, a.Accounts.Operator(), seed); err != nil {
		return nil, err
	}
	if err := demo.Act(ctx, &demo.Acting{Reviews: a.Reviews, Holder: a.Accounts.Holder, Households: households, Seed: seed}); err != nil {
		return nil, err
	}
	var shown []DemoAccount
	for _, d := range demoAccounts {
		k, err := a.Accounts.GetByName(ctx, a.Accounts.Operator(), d.Name)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", d.Name, err)
		}
		if len(k.Posts) > 0 {
			d.Post = k.Posts[0].Agency
			if d.role == "district" {
				if err := a.demoSample(ctx, k.ID, k.Posts[0].Area); err != nil {
					return nil, err
				}
			}
		}
		shown = append(shown, d.DemoAccount)
	}
	return shown, nil
}

// demoSample draws the sample that the district of the demo verifies, once.
func (a *App) demoSample(ctx context.Context, by account.ID, district area.ID) error {
	rounds, err := a.Reviews.Rounds(ctx)
	if err != nil {
		return err
	}
	verifier := household.Actor{ID: string(by), Scope: a.Areas.Tree().Operator(a.Province, area.Today(a.Now()))}
	for _, round := range rounds {
		if round.State != review.Open || round.Kind != review.Yearly {
			continue
		}
		if drawn, err := a.Reviews.Samples(ctx, verifier.Scope, round.ID, district); err != nil || len(drawn) > 0 {
			return err
		}
		drawing := review.Drawing{Round: round.ID, Area: district, Design: a.Reviews.Checks.Design(demoMargin)}
		if _, err := a.Reviews.DrawWithSeed(ctx, verifier, drawing, demoSeed); err != nil {
			return fmt.Errorf("sample: %w", err)
		}
	}
	return nil
}

// The sample of the demo's district: the margin, and the seed of the draw.
const (
	demoMargin = 0.1
	demoSeed   = 2020
)
