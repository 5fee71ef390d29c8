package duplicate

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"giamngheo/internal/duplicate/duplicatetest"
)

func TestSweep(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SWEEP"))
	all, low := 0.0, 0
	only := os.Getenv("ONLY")
	for seed := range n {
		if only != "" && only != strconv.Itoa(seed) {
			continue
		}
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		rate := func(most float64) float64 { x := r.Float64(); return x * x * most }
		o := duplicatetest.Options{Seed: uint64(seed + 100), People: []int{500, 1000, 3000, 8000}[r.IntN(4)],
			Again: 0.02 + rate(0.3), Third: rate(0.2), Differences: rate(1), NoNumber: r.Float64() * 0.9, OldNumber: r.Float64() * 0.9, InRow: r.IntN(6) == 0,
			YearOnly: r.Float64() * 0.6, NoBirth: rate(0.02), NoSex: rate(0.5), NoVillage: r.IntN(8) == 0, Plain: rate(0.9), VillageSize: []int{60, 150, 400, 1000}[r.IntN(4)],
			Clans: r.Float64() * 0.6, Twins: rate(0.06), OfOneName: rate(0.08), Namesakes: rate(0.06), SplitVillage: r.IntN(6) == 0, FewNames: r.IntN(4) == 0, BothTyped: r.IntN(2) == 0}
		l := duplicatetest.Make(o)
		res := search(t, l)
		if only != "" {
			for n, pr := range res.MissPairs {
				if n < 22 {
					t.Logf("missed %v %v\n      %v", l.Same[pr], l.Records[pr[0]], l.Records[pr[1]])
				}
			}
			for n, pr := range res.WrongPairs {
				if n < 22 {
					t.Logf("wrong %v %v\n      %v", l.Other[pr], l.Records[pr[0]], l.Records[pr[1]])
				}
			}
		}
		mark := ""
		if res.F1() < 0.97 {
			mark = "LOW"
			low++
		}
		all += res.F1()
		t.Logf("%3d %s %4s %+v", seed, res, mark, o)
	}
	t.Logf("mean %.4f, low %d of %d", all/float64(n), low, n)
}
