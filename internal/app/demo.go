package app

import (
	"cmp"
	"context"
	"fmt"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
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

// FillDemo fills an empty database with the demo province, or finds that it
// holds the same one already, and makes its accounts.
func (a *App) FillDemo(ctx context.Context, households int, seed uint64, progress func(done, total int)) ([]DemoAccount, error) {
	err := demo.Fill(ctx, demo.Deps{DB: a.DB, Province: a.Province, Law: a.Law, Tree: a.Areas.Tree}, demo.Options{Households: households, Seed: seed, Progress: progress})
	if err != nil {
		return nil, err
	}
	if err := a.Reload(ctx); err != nil {
		return nil, err
	}
	if err := demo.Tasks(ctx, a.Tasks, a.Accounts.Operator(), seed); err != nil {
		return nil, err
	}
	return a.demoAccounts(ctx)
}

// demoAccounts makes the accounts that are not there yet. The area officers
// all belong to one line of areas, the one of the first household.
func (a *App) demoAccounts(ctx context.Context) ([]DemoAccount, error) {
	operator := a.Accounts.Operator()
	known, err := a.Accounts.Find(ctx, operator, account.Filter{})
	if err != nil {
		return nil, err
	}
	there := map[string]account.Account{}
	for _, k := range known {
		there[k.Name] = k
	}
	var line map[area.Level]area.Version
	var shown []DemoAccount
	for _, d := range demoAccounts {
		if k, ok := there[d.Name]; ok && len(k.Posts) > 0 {
			d.Post = k.Posts[0].Agency
			shown = append(shown, d.DemoAccount)
			continue
		}
		if line == nil {
			if line, err = a.demoLine(ctx); err != nil {
				return nil, err
			}
		}
		place := line[d.level]
		d.Post = place.FullName
		shown = append(shown, d.DemoAccount)
		made, err := a.Accounts.Create(ctx, operator, account.NewAccount{Name: d.Name, FullName: d.FullName, Password: d.Password})
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", d.Name, err)
		}
		post := account.Post{Account: made.ID, Agency: place.FullName, AgencyID: d.agency, Role: d.role, Subject: d.subject, Area: place.Area}
		if _, err := a.Accounts.AddPost(ctx, operator, post, text.T("app.demo.reason")); err != nil {
			return nil, fmt.Errorf("post of %s: %w", d.Name, err)
		}
		if d.role == "district" {
			if err := a.demoSample(ctx, made.ID, place.Area); err != nil {
				return nil, err
			}
		}
	}
	return shown, nil
}

// demoSample draws the sample that the district of the demo verifies.
func (a *App) demoSample(ctx context.Context, by account.ID, district area.ID) error {
	rounds, err := a.Reviews.Rounds(ctx)
	if err != nil {
		return err
	}
	verifier := household.Actor{ID: string(by), Scope: a.Areas.Tree().Operator(a.Province, area.Today(a.Now()))}
	for _, round := range rounds {
		if round.State != review.Open {
			continue
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

// demoLine is the village in which the demo's officers work, and the areas
// above it.
func (a *App) demoLine(ctx context.Context) (map[area.Level]area.Version, error) {
	var village area.ID
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if village, err = demo.Home(tx, a.Province); err != nil || village != "" {
			return err
		}
		// A demo too small to have chosen one: where most households are poor.
		return tx.Get(`select a.village_id from assessment a join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
			join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
			where a.province_id = $1 and c.class = 'poor' group by a.village_id order by count(*) desc, a.village_id limit 1`, []any{a.Province}, &village)
	})
	if err != nil {
		return nil, err
	}
	line := map[area.Level]area.Version{}
	day := area.Today(a.Now())
	for _, level := range []area.Level{area.Province, area.District, area.Commune, area.Village} {
		if v, ok := a.Areas.Tree().Ancestor(village, day, level); ok {
			line[level] = v
		}
	}
	return line, nil
}
