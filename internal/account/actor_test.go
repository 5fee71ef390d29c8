package account

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/text"
	"giamngheo/law"
)

const today = "2016-10-21"

func lawRoles(t testing.TB) *Roles {
	roles, err := LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func actor(t testing.TB, posts ...Post) *Actor {
	for i := range posts {
		if posts[i].From == "" {
			posts[i].From = "2016-01-01"
		}
		if posts[i].To == "" {
			posts[i].To = Forever
		}
	}
	return actorOf(lawRoles(t), lawTree(), "TH", Account{ID: "a", Active: true}, today, posts)
}

func covers(a *Actor, r Right, id area.ID) bool { return a.ScopeFor(r).Covers(lawTree(), id, today) }

func TestShouldRefuseToWriteWhereAnotherPostOnlyReads(t *testing.T) {
	a := actor(t, Post{Role: "commune", Area: at(hamRong)}, Post{Role: "leader", Area: at(thanhPho)})
	if !covers(a, RightWriteRegistry, at(hamRong)) || !covers(a, RightReadHouseholds, at(dongTho)) {
		t.Fatal("what the posts give is missing")
	}
	if covers(a, RightWriteRegistry, at(dongTho)) || covers(a, RightImport, at(thanhPho)) {
		t.Fatal("the right of one post holds in the area of another")
	}
}

func TestShouldRefuseACommuneOfficerTheNextCommuneAndTheDistrict(t *testing.T) {
	a := actor(t, Post{Role: "commune", Area: at(hamRong)})
	for r := range rightCount {
		for _, elsewhere := range []area.ID{at(dongTho), at(thanhPho), at(thanhHoa)} {
			if covers(a, r, elsewhere) {
				t.Errorf("%s holds in %s", r, elsewhere)
			}
		}
	}
	if !covers(a, RightReadHouseholds, villageA) {
		t.Error("not even his own village")
	}
}

func TestShouldRefuseAVillageHeadTheNextVillage(t *testing.T) {
	a := actor(t, Post{Role: "village", Area: villageA})
	if !covers(a, RightWriteAssessment, villageA) || covers(a, RightReadHouseholds, villageB) || covers(a, RightReadHouseholds, at(hamRong)) || a.Can(RightWriteRegistry) {
		t.Fatal("a village head has his village and no more")
	}
}

func TestShouldRefuseADepartmentWhatIsNotItsSubject(t *testing.T) {
	fields := map[string]area.Fields{"education": area.FieldEducation, "health": area.FieldHealth, "construction": area.FieldHousing,
		"agriculture": area.FieldWater, "information": area.FieldInformation}
	village, _ := lawTree().On(villageA, today)
	for _, subject := range lawRoles(t).Subjects {
		a := actor(t, Post{Role: "department", Area: at(thanhHoa), Subject: subject.Code})
		for _, scope := range []area.Scope{a.Reading(), a.ScopeFor(RightReadSubject), a.ScopeFor(RightNamedLists)} {
			if got, ok := scope.FieldsAt(village.Path); !ok || got != fields[subject.Code] {
				t.Errorf("%s sees %q", subject.Code, got)
			}
		}
		if a.Can(RightReadHouseholds) || a.Can(RightExport) || a.Can(RightWriteAssessment) {
			t.Errorf("%s reads whole households or writes", subject.Code)
		}
	}
	a := actor(t, Post{Role: "department", Area: at(thanhHoa)})
	if got := a.Reading().Fields(); got != area.FieldsNone {
		t.Errorf("a department whose subject was lost sees %q", got)
	}
}

func TestShouldRefuseToMixThePostsOfADepartmentAndACommune(t *testing.T) {
	a := actor(t, Post{Role: "department", Area: at(thanhHoa), Subject: "health"}, Post{Role: "commune", Area: at(hamRong)})
	own, _ := lawTree().On(at(hamRong), today)
	next, _ := lawTree().On(at(dongTho), today)
	if f, _ := a.Reading().FieldsAt(own.Path); !f.Has(area.FieldHousehold) {
		t.Error("the commune's own households in part only")
	}
	if f, _ := a.Reading().FieldsAt(next.Path); f != area.FieldHealth {
		t.Errorf("in the next commune %q", f)
	}
	if covers(a, RightReadHouseholds, at(dongTho)) {
		t.Error("whole households of the next commune")
	}
}

func TestShouldGiveNothingWithoutAPostInForce(t *testing.T) {
	cases := map[string]*Actor{
		"no post":                 actor(t),
		"a post that has ended":   actor(t, Post{Role: "province", Area: at(thanhHoa), To: today}),
		"a post yet to come":      actor(t, Post{Role: "province", Area: at(thanhHoa), From: "2016-10-22"}),
		"a role nobody knows":     actor(t, Post{Role: "vua", Area: at(thanhHoa)}),
		"the zero actor":          {},
		"a disabled account":      actorOf(lawRoles(t), lawTree(), "TH", Account{}, today, []Post{{Role: "province", Area: at(thanhHoa), To: Forever}}),
		"a password of another's": actorOf(lawRoles(t), lawTree(), "TH", Account{Active: true, MustChange: true}, today, []Post{{Role: "province", Area: at(thanhHoa), To: Forever}}),
	}
	for name, a := range cases {
		for r := range rightCount {
			if a.Can(r) || !a.ScopeFor(r).Empty() || a.Need(r) == nil {
				t.Errorf("%s gives %s", name, r)
			}
		}
		if !a.Reading().Empty() || a.Can(rightCount) || !a.ScopeFor(rightCount).Empty() {
			t.Errorf("%s reads", name)
		}
	}
}

func TestAnAuditorReadsAllAndWritesNothing(t *testing.T) {
	a := actor(t, Post{Role: "auditor", Area: at(thanhHoa)})
	for _, r := range []Right{RightReadHouseholds, RightTables, RightNamedLists, RightJournal} {
		if !a.ScopeFor(r).Whole(area.FieldHousehold) {
			t.Errorf("no %s", r)
		}
	}
	for _, r := range []Right{RightWriteAssessment, RightWriteRegistry, RightImport, RightRounds, RightAreas, RightAccounts, RightSettings, RightApprove} {
		if a.Can(r) {
			t.Errorf("an auditor has %s", r)
		}
	}
}

func TestTheOperatorHasTheWholeProvince(t *testing.T) {
	a := Operator("TH", lawTree(), today)
	for r := range rightCount {
		if !a.ScopeFor(r).Whole(area.FieldHousehold) {
			t.Errorf("not %s", r)
		}
	}
}

// The posts together give in each place, for each right, exactly what the
// single posts give there: never more, never less.
func TestPostsTogetherNeverExceedWhatEachGives(t *testing.T) {
	roles := lawRoles(t)
	places := []area.ID{at(thanhHoa), at(thanhPho), at("384"), at(hamRong), at(dongTho), at("14845"), villageA, villageB}
	rapid.Check(t, func(t *rapid.T) {
		var posts []Post
		for range rapid.IntRange(0, 6).Draw(t, "posts") {
			role := rapid.SampledFrom(roles.Roles).Draw(t, "role")
			p := Post{Role: role.Code, Area: rapid.SampledFrom(places).Draw(t, "area"),
				From: rapid.SampledFrom([]string{"2016-01-01", today, "2016-10-22"}).Draw(t, "from"),
				To:   rapid.SampledFrom([]string{today, "2016-10-22", Forever}).Draw(t, "to")}
			if role.NeedsSubject {
				p.Subject = rapid.SampledFrom(roles.Subjects).Draw(t, "subject").Code
			}
			posts = append(posts, p)
		}
		build := func(posts ...Post) *Actor {
			return actorOf(roles, lawTree(), "TH", Account{ID: "a", Active: true}, today, posts)
		}
		all := build(posts...)
		for r := range rightCount {
			for _, place := range places {
				v, _ := lawTree().On(place, today)
				var want area.Fields
				wantCovered := false
				for _, p := range posts {
					role, _ := roles.Role(p.Role)
					post, _ := lawTree().On(p.Area, today)
					if p.From <= today && today < p.To && role.Rights.Has(r) && strings.HasPrefix(v.Path, post.Path) {
						want |= role.fields(p.Subject)
						wantCovered = true
					}
				}
				if got, covered := all.ScopeFor(r).FieldsAt(v.Path); covered != wantCovered || got != want {
					t.Fatalf("%s in %s: %v %q, the posts give %v %q", r, v.FullName, covered, got, wantCovered, want)
				}
			}
		}
	})
}

func TestShouldRefuseRoleFilesThatGiveMoreThanTheyShow(t *testing.T) {
	head := "sources: {s: x}\nsubjects: [{code: health, name: Y, source: s, indicators: [water]}]\nroles: [{code: r, name: R, source: s, areas: [province], "
	bad := []string{
		"fields: none, rights: [read_households]}]",
		"fields: none, rights: [accounts, journal]}]",
		"fields: subject, subject: true, rights: [read_households]}]",
		"fields: subject, subject: true, rights: [read_subject, import]}]",
		"fields: subject, rights: [read_subject]}]",
		"fields: all, rights: [fly]}]",
		"fields: some, rights: [tables]}]",
		"fields: all, rights: [tables], unknown_word: 1}]",
		"fields: all, rights: [tables]}, {code: r, name: R, source: s, areas: [province], fields: all}]",
		"fields: all, source: nowhere}]",
	}
	for _, tail := range bad {
		if roles, err := parseRoles([]byte(head + tail)); err == nil {
			t.Errorf("taken: %s %+v", tail, roles.Roles)
		}
	}
	if _, err := parseRoles([]byte(head + "fields: all, rights: [tables]}]")); err != nil {
		t.Error(err)
	}
}

func TestEveryRightHasAName(t *testing.T) {
	for r := range rightCount {
		if err := (&Actor{}).Need(r); r.String() == "" || err == nil || strings.Contains(err.Error(), "‹") {
			t.Error(r, err)
		}
	}
	if fmt.Sprint(Rights(1<<rightCount-1).Names()) != fmt.Sprint(rightNames) {
		t.Error("names")
	}
}

func TestAsTakesTheScopeOfAUserAndNamesBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		a := person(t, s, "can.bo.xa", Post{Role: "commune", Area: at(hamRong)})
		as, err := s.As(ctx, "Can.Bo.Xa")
		if err != nil || as.ID != "operator:"+string(a.ID) || !covers(as, RightImport, at(hamRong)) || covers(as, RightReadHouseholds, at(dongTho)) {
			t.Fatal(as, err)
		}
		names, err := s.FullNames(ctx, []string{as.ID, string(a.ID), OperatorID})
		if err != nil || names[as.ID] != text.T("account.operator_as", "name", a.FullName) || names[string(a.ID)] != a.FullName || names[OperatorID] != text.T("account.operator") {
			t.Error(names, err)
		}
		mustRefuse(t, as.Need(RightAccounts), "right_missing")
		mustRefuse(t, s.ChangePassword(ctx, as, goodWords, "một mật khẩu khác"), "no_account")
		_, err = s.As(ctx, "khong.co")
		mustRefuse(t, err, "account_absent")
		if err := s.SetActive(ctx, s.Operator(), a.ID, a.Rev, false, ""); err != nil {
			t.Fatal(err)
		}
		_, err = s.As(ctx, "can.bo.xa")
		mustRefuse(t, err, "account_disabled")
	})
}

// A misspelt indicator would silently show a department less.
func TestEverySubjectsIndicatorsAreThoseOfTheStandard(t *testing.T) {
	raw, err := law.Files.ReadFile("standards/vn-2016.yaml")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, subject := range lawRoles(t).Subjects {
		for _, code := range subject.Indicators {
			n++
			if !strings.Contains(string(raw), "code: "+code+"\n") && !strings.Contains(string(raw), "code: "+code+",") {
				t.Errorf("%s: no indicator %s", subject.Code, code)
			}
		}
	}
	if n != 10 {
		t.Errorf("%d indicators of ten belong to a subject", n)
	}
}
