package review

import (
	"testing"

	"giamngheo/internal/area"
)

func TestWhatAResultAboveCountsOfAUnit(t *testing.T) {
	own := []Result{{Unit: "xã", At: 10, Figures: Figures{Households: 1}}, {Unit: "xã", At: 30, Figures: Figures{Households: 2}}}
	district := Result{Unit: "huyện", At: 20, Figures: Figures{Households: 9, Parts: map[area.ID]*Figures{"xã": {Households: 3}}}}
	for name, one := range map[string]struct {
		held Result
		want int // households; -1: not known
	}{
		"its own":                                 {own[1], 2},
		"the part in the result just above":       {district, 3},
		"two levels above, what it had sent":      {Result{Unit: "tỉnh", At: 20, Figures: Figures{Parts: map[area.ID]*Figures{"huyện": {}}}}, 1},
		"two levels above, sent later":            {Result{Unit: "tỉnh", At: 40}, 2},
		"above, before it had sent anything":      {Result{Unit: "tỉnh", At: 5}, -1},
		"above, which did not count the unit yet": {Result{Unit: "huyện", At: 5, Figures: Figures{Parts: map[area.ID]*Figures{"xã khác": {}}}}, -1},
	} {
		got := -1
		if f := countedOf(one.held, "xã", own); f != nil {
			got = f.Households
		}
		if got != one.want {
			t.Errorf("%s: %d households, want %d", name, got, one.want)
		}
	}
}

func TestWhichPartsHaveChangedSinceAResultWasSent(t *testing.T) {
	figures := func(poor int) *Figures {
		f := Figures{Households: 10}
		f.Poor.Households = poor
		return &f
	}
	now := Figures{Parts: map[area.ID]*Figures{"a": figures(1), "b": figures(2), "moi": figures(4)}}
	sent := Figures{Parts: map[area.ID]*Figures{"a": figures(1), "b": figures(3), "cu": figures(5)}}
	e := Effects{Now: &now, Held: []Effect{{Unit: area.Version{Area: "tinh"}, Sent: sent}, {Unit: area.Version{Area: "khac"}, Sent: Figures{Parts: map[area.ID]*Figures{"a": figures(9)}}}}}
	got := e.Parts("tinh", []area.Version{{Area: "a"}, {Area: "b"}, {Area: "cu"}, {Area: "moi"}})
	if len(got) != 1 || got[0].Unit != "b" || got[0].Sent.Poor.Households != 3 || got[0].Now.Poor.Households != 2 {
		t.Errorf("%+v", got)
	}
}
