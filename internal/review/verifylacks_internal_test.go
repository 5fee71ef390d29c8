package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/standard"
	"giamngheo/internal/verification"
	"giamngheo/law"
)

func lackLineFor(t *testing.T, id string) *lackLine {
	t.Helper()
	set, err := standard.Law().ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	l := lackLineOf(set)
	if l == nil {
		t.Fatalf("%s has no number of deprivations that makes poor", id)
	}
	return l
}

func TestDeprivationsDecideOnlyBetweenTheLinesOfIncome(t *testing.T) {
	for _, k := range []struct {
		set     string
		area    standard.AreaType
		b1      int
		answers string
		points  int
		decides bool
	}{
		{"VN-2016", standard.Rural, 120, "1110000000", 0, false}, // poor by income, whatever is lacking
		{"VN-2016", standard.Rural, 125, "1110000000", 30, true},
		{"VN-2016", standard.Rural, 150, "1100000000", 20, true},
		{"VN-2016", standard.Rural, 155, "1110000000", 0, false}, // neither
		{"VN-2016", standard.Urban, 140, "1110000000", 0, false},
		{"VN-2016", standard.Urban, 175, "0000000000", 0, true},
		{"VN-2016", standard.Rural, 125, "11-0000000", 0, false}, // not known
		{"VN-2016", standard.Rural, 125, "", 0, false},
		{"VN-2022", standard.Rural, 0, "111000000000", 30, true},
		{"VN-2022", standard.Rural, 145, "111000000000", 0, false},
	} {
		if points, decides := lackLineFor(t, k.set).points(k.area, k.b1, k.answers); points != k.points || decides != k.decides {
			t.Errorf("%+v: %d points, decides %v", k, points, decides)
		}
	}
	if points, decides := (*lackLine)(nil).points(standard.Rural, 125, "111"); points != 0 || decides {
		t.Error("a standard without such a line decides")
	}
}

// Twelve communes alike; in one of them whoever lacked three services lacks two.
func TestACommuneWhereThreeDeprivationsBecameTwoIsAsked(t *testing.T) {
	checks, err := verification.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := &Store{Checks: checks, Law: standard.Law()}
	deprived := lackLineFor(t, "VN-2016")
	alike := func(shift int) (points []int) {
		for total, n := range []int{12, 24 + shift, 30 - shift, 22, 9, 3} {
			points = append(points, slices.Repeat([]int{10 * total}, n)...)
		}
		return points
	}
	communes := map[area.ID]*communeSeen{}
	for i := range 12 {
		communes[area.ID(fmt.Sprintf("c%02d", i))] = &communeSeen{lacks: alike(i%3 - 1)}
	}
	rate := verification.Rate{Level: checks.FalseDiscovery}
	if got := s.judgeCommunes(communes, nil, nil, deprived, nil, rate); len(got) != 0 {
		t.Errorf("honest communes are asked: %v", got)
	}
	pushed := communes["c05"]
	for i, points := range pushed.lacks {
		if points == 30 {
			pushed.lacks[i] = 20
		}
	}
	together := s.judgeCommunes(communes, nil, nil, deprived, nil, rate)
	// When it hands in alone, the others are read beside it.
	others := map[area.ID][]int{}
	for id, c := range communes {
		others[id] = c.lacks
	}
	alone := s.judgeCommunes(map[area.ID]*communeSeen{"c05": pushed}, nil, nil, deprived, others, verification.Rate{Level: checks.FalseDiscovery, Among: len(communes)})
	for name, got := range map[string]found{"together": together, "alone": alone} {
		f, asked := got["c05"][WarnHeap]
		if !asked || len(got) != 1 || f.Point != 20 || f.Line != 30 || f.Usual == nil {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		words := Warning{Kind: WarnHeap, Facts: f}.Words()
		for _, says := range []string{"20 điểm thiếu hụt", "ngay dưới mức 30 điểm", "Vì sao"} {
			if !strings.Contains(words, says) {
				t.Errorf("%s: %q is not said: %s", name, says, words)
			}
		}
		if strings.ContainsAny(words, "{‹") {
			t.Error(words)
		}
	}
}
