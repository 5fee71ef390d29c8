package review_test

import (
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

func TestARoundIsOpenedOnASignedPlanOfItsYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		province := c.Tree.Roots(c.Today)[0].Area
		lead, chair := c.holder("so", "province", province), c.holder("chu-tich-tinh", "chair", province)
		if _, err := c.s.StartPlan(ctx, c.officer(), 2018); code(err) != "right_missing" {
			t.Errorf("a commune officer begins a plan: %v", err)
		}
		plan, err := c.s.StartPlan(ctx, c.operator(), 2018)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := c.s.StartPlan(ctx, c.operator(), 2018); err != nil || again.ID != plan.ID {
			t.Errorf("a year has two plans: %v %v", again.ID, err)
		}
		open := func(o review.Opening) error {
			_, err := c.s.OpenRound(ctx, "operator", o)
			return err
		}
		if got, err := c.s.PlanFor(ctx, 2018); err != nil || got != "" {
			t.Errorf("a draft counts as signed: %q %v", got, err)
		}
		if err := open(review.Opening{Year: 2018, Plan: plan.ID}); code(err) != "review.plan_unsigned" {
			t.Errorf("on a draft: %v", err)
		}
		if err := c.s.Dossiers.Do(ctx, lead, plan.ID, "draft", "", ""); code(err) != "no_plan_file" {
			t.Errorf("a plan of which there is no paper: %v", err)
		}
		if _, err := c.s.Attach(ctx, c.Operator(), review.Owner{Kind: review.OfDossier, ID: plan.ID}, province, "kế hoạch.pdf", strings.NewReader("%PDF-1.7 dự thảo")); err != nil {
			t.Fatal(err)
		}
		if err := c.s.Dossiers.Do(ctx, lead, plan.ID, "draft", "", ""); err != nil {
			t.Fatal(err)
		}
		plan = c.must(c.s.Dossiers.HandIn(ctx, lead, plan.ID, plan.Rev, ""))
		plan = c.must(c.s.Dossiers.Approve(ctx, chair, plan.ID, plan.Rev, ""))
		if plan.State != dossier.Approved {
			t.Errorf("state %s", plan.State)
		}
		for year, want := range map[int]string{2017: "", 2018: plan.ID, 2019: ""} {
			if got, err := c.s.PlanFor(ctx, year); err != nil || got != want {
				t.Errorf("%d has the signed plan %q: %v", year, got, err)
			}
		}
		if err := open(review.Opening{Year: 2019, Plan: plan.ID}); code(err) != "review.plan_year" {
			t.Errorf("on the plan of another year: %v", err)
		}
		if err := open(review.Opening{Year: 2018, Plan: c.dossier}); code(err) != "review.plan_unsigned" {
			t.Errorf("on a commune's dossier: %v", err)
		}
		if err := open(review.Opening{Year: 2018, Plan: plan.ID, PlanNote: "12/KH-UBND"}); err != nil {
			t.Fatal(err)
		}
		c.Read(func(tx *db.Tx) error {
			on, note, err := c.s.PlanOf(tx, "2018")
			if on != plan.ID || note != "12/KH-UBND" {
				t.Errorf("opened on %q, %q", on, note)
			}
			return err
		})
	})
}

func TestSurveyorsTrainingsAndGuidanceStayWithTheirRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by, other := c.Officer(householdtest.TamChung), c.Officer(householdtest.Township)
		one := review.Surveyor{Village: householdtest.BanOn, Name: "  Lò  Văn   Điều ", Phone: "0912 345 678"}
		if err := c.s.AssignSurveyor(ctx, other, c.round, one); code(err) != "area_not_found" {
			t.Errorf("by another commune: %v", err)
		}
		if err := c.s.AssignSurveyor(ctx, by, c.round, review.Surveyor{Village: householdtest.BanOn, Name: " "}); code(err) != "review.surveyor_name" {
			t.Errorf("without a name: %v", err)
		}
		if err := c.s.AssignSurveyor(ctx, by, c.round, one); err != nil {
			t.Fatal(err)
		}
		if err := c.s.AssignSurveyor(ctx, by, c.round, one); code(err) != "review.surveyor_twice" {
			t.Errorf("the same person twice: %v", err)
		}
		shouted := one
		shouted.Name = strings.ToUpper(one.Name)
		if err := c.s.AssignSurveyor(ctx, by, c.round, shouted); code(err) != "review.surveyor_twice" {
			t.Errorf("the same person twice: %v", err)
		}
		var all *fault.Error
		if err := c.s.AssignSurveyor(ctx, by, c.round, review.Surveyor{Village: householdtest.BanOn, Name: strings.Repeat("ạ", 121), Phone: "gọi anh Tâm"}); !errors.As(err, &all) || len(all.Fields) != 2 || !strings.Contains(all.Fields[0].Message, "121") || !strings.Contains(all.Fields[0].Message, "120") {
			t.Errorf("a long name and no number: %v", err)
		}
		list := func(root area.ID) []review.Surveyor {
			found, err := c.s.Surveyors(ctx, by.Scope, c.round, root)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		now := list(householdtest.TamChung)
		if len(now) != 1 || now[0].Name != "Lò Văn Điều" || now[0].To != 0 {
			t.Fatalf("assigned %+v", now)
		}
		if hidden, err := c.s.Surveyors(ctx, other.Scope, c.round, householdtest.TamChung); err != nil || len(hidden) != 0 {
			t.Errorf("another commune sees %v %v", hidden, err)
		}
		if err := c.s.RelieveSurveyor(ctx, by, c.round, householdtest.BanOn, now[0].ID); err != nil {
			t.Error(err)
		}
		if err := c.s.RelieveSurveyor(ctx, by, c.round, householdtest.BanOn, now[0].ID); code(err) != "no_surveyor" {
			t.Errorf("twice: %v", err)
		}
		if gone := list(householdtest.TamChung); len(gone) != 1 || gone[0].To == 0 {
			t.Errorf("who surveyed is forgotten: %+v", gone)
		}
		training := review.Training{Area: householdtest.TamChung, Title: "Tập huấn phiếu B", HeldOn: c.Today}
		for _, wrong := range []review.Training{{Area: training.Area, HeldOn: c.Today}, {Area: training.Area, Title: "x", HeldOn: "2030-01-01"}, {Area: training.Area, Title: "x", HeldOn: c.Today, Attended: ptr(-1)}, {Area: training.Area, Title: "x", HeldOn: "1821-09-05"},
			{Area: training.Area, Title: strings.Repeat("x", 251), HeldOn: c.Today}} {
			if err := c.s.LogTraining(ctx, by, c.round, wrong); err == nil {
				t.Errorf("logged %+v", wrong)
			}
		}
		if err := c.s.LogTraining(ctx, by, c.round, review.Training{Area: training.Area, HeldOn: "hôm qua", Attended: ptr(-1), Teacher: strings.Repeat("x", 300)}); !errors.As(err, &all) || len(all.Fields) != 4 {
			t.Errorf("four faults are not said at once: %v", err)
		}
		if err := c.s.LogTraining(ctx, by, c.round, training); err != nil {
			t.Fatal(err)
		}
		held, err := c.s.Trainings(ctx, c.round, householdtest.TamChung)
		if err != nil || len(held) != 1 || held[0].Attended != nil {
			t.Errorf("trainings %+v %v: unknown is not zero", held, err)
		}
		takeBack := func(by household.Actor, reason string) error {
			return c.s.WithdrawTraining(ctx, by, c.round, held[0].ID, reason)
		}
		if err := takeBack(by, " "); code(err) != "review.training_reason" {
			t.Errorf("taken back without a reason: %v", err)
		}
		if err := takeBack(other, "nhầm"); code(err) != "no_training" {
			t.Errorf("taken back by another commune: %v", err)
		}
		if err := takeBack(by, "ghi nhầm thôn"); err != nil {
			t.Fatal(err)
		}
		if err := takeBack(by, "lần nữa"); code(err) != "training_withdrawn" {
			t.Errorf("taken back twice: %v", err)
		}
		if held, err = c.s.Trainings(ctx, c.round, householdtest.TamChung); err != nil || len(held) != 1 || held[0].Withdrawn == 0 || held[0].Reason != "ghi nhầm thôn" {
			t.Errorf("what was taken back is gone, or not taken back: %+v %v", held, err)
		}
		province := account.Operator(householdtest.Key, c.Tree, c.Today)
		if err := c.s.SetGuidance(ctx, c.officer(), c.round, "water", "x"); code(err) != "right_missing" {
			t.Errorf("guidance by a commune: %v", err)
		}
		words := func() string {
			all, err := c.s.GuidanceFor(ctx, c.round)
			if err != nil {
				t.Fatal(err)
			}
			return all["water"]
		}
		for _, said := range []string{"Nước khe chưa qua lọc là chưa hợp vệ sinh.", ""} {
			if err := c.s.SetGuidance(ctx, province, c.round, "water", said); err != nil || words() != said {
				t.Errorf("guidance is %q: %v", words(), err)
			}
		}
		o, err := c.s.FindRound(ctx, c.round)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.s.Close(ctx, "operator", c.round, o.Rev, ""); code(err) != "review.close_reason" {
			t.Errorf("closed without a reason while communes are undecided: %v", err)
		}
		if err := c.s.Close(ctx, "operator", c.round, o.Rev, "tỉnh chốt số liệu"); err != nil {
			t.Fatal(err)
		}
		if err := c.s.LogTraining(ctx, by, c.round, training); code(err) != "round_closed" {
			t.Errorf("after closing: %v", err)
		}
	})
}
