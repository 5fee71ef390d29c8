package form

import "testing"

// BenchmarkPhieuB is what the form costs a saving or a preview: a household of
// four with last year's answers.
func BenchmarkPhieuB(b *testing.B) {
	f := lawForm(b, Scores, "2017-01-01", "VN-2016")
	answers := Answers{"b1": Num(95), "floor_area": Num(48), "surveyor": Word("Lê Văn Điều"), "surveyed_on": Word("2016-10-05")}
	members := map[string]Answers{}
	var roster []Member
	for _, id := range []string{"a", "b", "c", "d"} {
		roster = append(roster, Member{ID: id, Name: "Vi Văn Tây", Birth: "1985-01-02"})
		members[id] = Answers{"insured": Yes(true), "untreated": Yes(false), "lower_secondary": Yes(true)}
	}
	answers["members"] = Table(members)
	for _, indicator := range f.Set.Indicators {
		answers[indicator.Code] = Yes(false)
	}
	g := Filling{Answers: answers, Roster: roster, Day: "2016-12-31", Today: "2016-12-31", Last: &Last{Answers: answers, Roster: roster}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Work(g); err != nil {
			b.Fatal(err)
		}
	}
}
