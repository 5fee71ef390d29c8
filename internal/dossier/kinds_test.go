package dossier_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/law"
)

// bare is a subject with villages and nothing in the way.
type bare struct{ villages []area.ID }

func (b bare) Units(*db.Tx, dossier.Dossier) ([]area.ID, error) { return b.villages, nil }
func (bare) Obstacles(*db.Tx, dossier.Dossier, dossier.Step, area.ID) ([]dossier.Obstacle, error) {
	return nil, nil
}
func (bare) Acted(*db.Tx, *account.Actor, dossier.Dossier, dossier.Action) error { return nil }
func (bare) PassedOn(*db.Tx, *account.Actor, dossier.Dossier, dossier.Dossier, []area.ID) error {
	return nil
}
func (bare) Affected(*db.Tx, dossier.Dossier) ([]dossier.Obstacle, error) { return nil, nil }

const (
	provinceTH area.ID = "38.2016"
	villageOne area.ID = "v-mot"
	villageTwo area.ID = "v-hai"
)

// stage is one dossier of one kind with everybody who could have a hand in it.
type stage struct {
	*dossier.Store
	day    string
	rules  dossier.Rules
	id     string
	unit   area.ID
	units  []area.ID
	people []*account.Actor
	done   map[[2]string]bool
	now    dossier.Dossier
	into   map[dossier.State]int
	out    map[dossier.State]int
}

// over are the areas that hold a unit, itself first.
func (s *stage) over(unit area.ID) []area.ID {
	v, _ := s.Tree().On(unit, s.day)
	return append([]area.ID{unit}, v.Ancestors()...)
}

func (s *stage) has(by *account.Actor, roles []string, places []area.ID) bool {
	return slices.ContainsFunc(by.Posts, func(p account.Post) bool { return slices.Contains(roles, p.Role) && slices.Contains(places, p.Area) })
}

// may says by the paper alone whether somebody may, as the dossier stands.
func (s *stage) may(by *account.Actor, action dossier.Action, step dossier.Step, unit area.ID) bool {
	d, at := s.now, []area.ID{s.unit}
	decided := d.State == dossier.Approved || d.State == dossier.Locked
	own := s.has(by, s.rules.HandIn, at) || s.has(by, s.rules.Approve, at)
	switch action {
	case dossier.StepDone, dossier.StepBack:
		if step.With != "" || (step.Per != "") != (unit != "") || unit != "" && !slices.Contains(s.units, unit) {
			return false
		}
		if unit == "" {
			unit = s.unit
		}
		states := map[dossier.Stage][]dossier.State{dossier.WhileWorking: {dossier.Draft, dossier.Returned}, dossier.WhileSubmitted: {dossier.Submitted}, dossier.OnceApproved: {dossier.Approved}}
		return slices.Contains(states[step.Stage], d.State) && s.has(by, step.By, s.over(unit))
	case dossier.HandedIn:
		return d.State.Working() && s.has(by, s.rules.HandIn, at)
	case dossier.SentBack:
		return d.State == dossier.Submitted && s.has(by, s.rules.Return, s.over(s.unit))
	case dossier.Approval:
		return d.State == dossier.Submitted && s.has(by, s.rules.Approve, at) && d.HandedInBy != by.ID
	case dossier.Locking:
		return d.State == dossier.Approved && own
	case dossier.UnlockAsked:
		return decided && d.UnlockAsked == 0 && own
	case dossier.Unlocked:
		return decided && d.UnlockAsked != 0 && d.UnlockBy != by.ID && s.has(by, s.rules.Unlock, s.over(s.unit))
	}
	return false
}

// act does it and holds the store to the paper.
func (s *stage) act(t *rapid.T, by *account.Actor, action dossier.Action, step dossier.Step, unit area.ID) error {
	ctx, d, err := context.Background(), s.now, error(nil)
	switch action {
	case dossier.StepDone:
		err = s.Do(ctx, by, d.ID, step.Code, unit, "")
	case dossier.StepBack:
		_, err = s.TakeBack(ctx, by, d.ID, step.Code, unit, "xem lại")
	case dossier.HandedIn:
		_, err = s.HandIn(ctx, by, d.ID, d.Rev, "")
	case dossier.SentBack:
		_, err = s.Return(ctx, by, d.ID, d.Rev, "", "chưa đủ")
	case dossier.Approval:
		_, err = s.Approve(ctx, by, d.ID, d.Rev, "")
	case dossier.Locking:
		_, err = s.Lock(ctx, by, d.ID, d.Rev)
	case dossier.UnlockAsked:
		_, err = s.AskUnlock(ctx, by, d.ID, d.Rev, "phát hiện sai")
	case dossier.Unlocked:
		_, err = s.Unlock(ctx, by, d.ID, d.Rev, true, "", "đồng ý")
	}
	may := s.may(by, action, step, unit)
	what := fmt.Sprintf("%s: %s %s %s %s at %s", s.rules.Kind, by.ID, action, step.Code, unit, d.State)
	if err == nil && !may {
		t.Fatalf("%s, which the paper forbids", what)
	}
	code := ""
	if err != nil {
		code = fault.As(err, "").Code
	}
	if may && slices.Contains([]string{"not_yours", "own_work", "no_dossier", "wrong_state"}, code) {
		t.Fatalf("%s is refused although the paper allows it: %v", what, err)
	}
	if err != nil && fault.Of(err) == fault.Internal {
		t.Fatalf("%s: %s", what, fault.Log(err))
	}
	before, was := s.now, s.done
	s.look(t)
	if err != nil && (s.now != before || len(was) != len(s.done)) {
		t.Fatalf("%s was refused (%v) and changed something", what, err)
	}
	if before.State != s.now.State {
		s.out[before.State]++
		s.into[s.now.State]++
	}
	return err
}

func (s *stage) look(t *rapid.T) {
	s.done = map[[2]string]bool{}
	err := s.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		if s.now, err = s.Get(tx, s.id); err != nil {
			return err
		}
		list, err := s.Checklist(tx, s.id)
		for _, d := range list {
			s.done[[2]string{d.Step, string(d.Unit)}] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// onward finds somebody who may bring the dossier on, and lets him.
func (s *stage) onward(t *rapid.T, back bool) {
	try := func(action dossier.Action, step dossier.Step, unit area.ID) bool {
		for _, p := range s.people {
			if s.may(p, action, step, unit) {
				if err := s.act(t, p, action, step, unit); err != nil {
					t.Fatalf("%s: %s by %s: %v", s.rules.Kind, action, p.ID, err)
				}
				return true
			}
		}
		return false
	}
	for _, step := range s.rules.Steps {
		units := []area.ID{""}
		if step.Per != "" {
			units = s.units
		}
		for _, unit := range units {
			if step.With == "" && !s.done[[2]string{step.Code, string(unit)}] && try(dossier.StepDone, step, unit) {
				return
			}
		}
	}
	order := map[dossier.State][]dossier.Action{dossier.Draft: {dossier.HandedIn}, dossier.Returned: {dossier.HandedIn}, dossier.Submitted: {dossier.Approval},
		dossier.Approved: {dossier.Locking}, dossier.Locked: {dossier.Unlocked, dossier.UnlockAsked}}[s.now.State]
	if back {
		order = map[dossier.State][]dossier.Action{dossier.Submitted: {dossier.SentBack}, dossier.Approved: {dossier.Unlocked, dossier.UnlockAsked}, dossier.Locked: {dossier.Unlocked, dossier.UnlockAsked}}[s.now.State]
	}
	for _, action := range order {
		if try(action, dossier.Step{}, "") {
			return
		}
	}
	t.Fatalf("%s: nobody can bring it on from %s; done are %v", s.rules.Kind, s.now.State, s.done)
}

// Every kind of dossier of every procedure of the law, with nothing in its way:
// whatever people of any post try in any order, nobody does what the paper
// forbids him, nobody is refused what it allows, and each state is reached and left.
func TestEveryKindOfDossierGoesByItsPaper(t *testing.T) {
	procedures, err := dossier.LoadLaw(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	base, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	for day, id := range map[string]string{"2017-10-01": "review-2016", "2022-10-01": "review-2021", "2026-10-01": "review-2025"} {
		procedure, err := procedures.ByID(id)
		if err != nil {
			t.Fatal(err)
		}
		communes := base.OfLevel(provinceTH, day, area.Commune)
		commune, other := communes[0], communes[len(communes)-1]
		village := func(id area.ID, name string) area.Version {
			return area.Version{Area: id, From: commune.From, Level: area.Village, Type: "thon", Name: name, FullName: "Thôn " + name, Parent: commune.Area}
		}
		tree, err := base.WithVillages([]area.Version{village(villageOne, "Một"), village(villageTwo, "Hai")})
		if err != nil {
			t.Fatal(err)
		}
		places := []area.ID{villageOne, villageTwo, commune.Area, other.Area, provinceTH}
		for _, c := range []area.ID{commune.Area, other.Area} {
			if v, ok := tree.Ancestor(c, day, area.District); ok {
				places = append(places, v.Area)
			}
		}
		var people []*account.Actor
		for _, role := range []string{"village", "commune", "chair", "vice_chair", "district", "province", "auditor", "department"} {
			for _, at := range places {
				for _, name := range []string{"", " hai"} {
					people = append(people, &account.Actor{ID: role + " " + string(at) + name, Day: day, Posts: []account.Post{{Role: role, Area: at, From: "2016-01-01", To: account.Forever}}})
				}
			}
		}
		for _, kind := range []string{"survey_plan", "commune_review", "district_review", "province_review"} {
			rules, has := procedure.Rules(kind)
			if !has {
				continue
			}
			t.Run(id+" "+kind, func(t *testing.T) {
				s := &stage{Store: &dossier.Store{DB: dbtest.SQLite(t), Province: "TH", Now: func() time.Time { at, _ := time.Parse(time.DateOnly, day); return at.Add(5 * time.Hour) }, Tree: func() *area.Tree { return tree }, Law: procedures, Roles: func() *account.Roles { return roles }},
					day: day, rules: rules, people: people, into: map[dossier.State]int{}, out: map[dossier.State]int{}, unit: provinceTH}
				for _, place := range places {
					if v, _ := tree.On(place, day); v.Level == rules.Level {
						s.unit = place
						break
					}
				}
				if slices.ContainsFunc(rules.Steps, func(step dossier.Step) bool { return step.Per != "" }) {
					s.units = []area.ID{villageOne, villageTwo}
				}
				s.Register(kind, bare{s.units})
				// Somebody with both posts hands in, asks and signs, but never his own.
				both := &account.Actor{ID: "kiêm nhiệm", Day: day}
				for _, role := range slices.Concat(rules.HandIn[:1], rules.Approve[:1], rules.Unlock[:1]) {
					both.Posts = append(both.Posts, account.Post{Role: role, Area: s.unit, From: "2016-01-01", To: account.Forever})
				}
				people := append([]*account.Actor{both}, people...)
				s.people = people
				runs := 0
				rapid.Check(t, func(t *rapid.T) {
					if runs++; runs > 8 {
						return
					}
					key := dossier.Key{Kind: kind, Subject: fmt.Sprint("đợt ", runs, rapid.Uint64().Draw(t, "round")), Unit: s.unit}
					err := s.DB.Write(context.Background(), func(tx *db.Tx) error {
						if err := s.Open(tx, "operator", procedure, []dossier.Key{key}); err != nil {
							return err
						}
						d, _, err := s.About(tx, key)
						s.id = d.ID
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					s.look(t)
					s.into[dossier.Draft]++
					for range rapid.IntRange(20, 60).Draw(t, "actions") {
						for _, own := range []dossier.Action{dossier.Approval, dossier.Unlocked} {
							if s.now.HandedInBy == both.ID && own == dossier.Approval || s.now.UnlockBy == both.ID && own == dossier.Unlocked {
								s.act(t, both, own, dossier.Step{}, "")
							}
						}
						if rapid.IntRange(0, 2).Draw(t, "onward") > 0 {
							s.onward(t, rapid.IntRange(0, 5).Draw(t, "back") == 0 && (s.now.State == dossier.Submitted || s.now.State.Decided()))
							continue
						}
						s.act(t, rapid.SampledFrom(people).Draw(t, "person"), rapid.SampledFrom([]dossier.Action{dossier.StepDone, dossier.StepBack, dossier.HandedIn, dossier.SentBack, dossier.Approval, dossier.Locking, dossier.UnlockAsked, dossier.Unlocked}).Draw(t, "action"),
							rapid.SampledFrom(rules.Steps).Draw(t, "step"), rapid.SampledFrom(append([]area.ID{""}, places...)).Draw(t, "unit"))
					}
				})
				for _, state := range []dossier.State{dossier.Draft, dossier.Submitted, dossier.Returned, dossier.Approved, dossier.Locked} {
					locks := slices.ContainsFunc(rules.Steps, func(step dossier.Step) bool { return step.With == dossier.Locking }) || kind == "survey_plan"
					if (state != dossier.Locked || locks) && (s.into[state] == 0 || s.out[state] == 0) {
						t.Errorf("%s: %d ways in, %d ways out", state, s.into[state], s.out[state])
					}
				}
			})
		}
	}
}
