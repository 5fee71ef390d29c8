package print

import (
	"testing"

	"giamngheo/internal/form"
	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

func layoutOn(t testing.TB, day string) *paper.Layout {
	t.Helper()
	all, err := paper.ReadLayouts(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := all.On(day)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func formOf(t testing.TB, code string) *form.Form {
	t.Helper()
	set, err := standard.Law().ByID("VN-2016")
	if err != nil {
		t.Fatal(err)
	}
	f, err := form.Law().For(code, "2017-01-01", set, standard.Law())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// known is a household of five of whom last year's answers are at hand.
func known() Sheet {
	roster := []form.Member{
		{ID: "1", Name: "Hà Văn Ón", Birth: "1979-05-20", Sex: "male", Relation: "head"},
		{ID: "2", Name: "Lò Thị Bình", Birth: "1981", Sex: "female", Relation: "spouse"},
		{ID: "3", Name: "Hà Văn Nghĩa", Birth: "2005-09", Sex: "male", Relation: "child"},
		{ID: "4", Name: "Hà Thị Quỳnh Như", Birth: "2013-01-02", Sex: "female", Relation: "child"},
		{ID: "5", Name: "Lương Thị Ượng", Birth: "1948", Sex: "female", Relation: "parent"},
	}
	yes, no := form.Yes(true), form.Yes(false)
	last := form.Answers{"b1": form.Num(105), "health_access": no, "health_insurance": yes, "water": yes, "toilet": yes, "floor_area": form.Num(42.5), "walls_durable": no, "income": form.Num(650000),
		"causes": form.Codes("capital", "labour"), "surveyor": form.Word("Lê Văn Bình"), "can_work": form.Num(2), "needs": form.Codes("loan"),
		"members": form.Table(map[string]form.Answers{"1": {"insured": no, "lower_secondary": yes}, "2": {"insured": yes, "lower_secondary": no}, "3": {"insured": yes, "at_school": yes}})}
	return Sheet{Round: "Đợt rà soát năm 2016", Province: "Tỉnh Thanh Hóa", District: "Huyện Mường Lát", Commune: "Xã Tam Chung", Village: "Bản Ón", Code: "TH-0001-2345", Head: "Hà Văn Ón", Before: standard.Poor,
		Filling: form.Filling{Roster: roster, Day: "2016-12-31", Today: "2016-11-15", Last: &form.Last{Answers: last, Roster: roster}, Answers: form.Answers{}}}
}
