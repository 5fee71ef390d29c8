package measure

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// province is a million households in 6,000 villages of 635 communes over two
// rounds, a quarter of them assessed.
var province = sync.OnceValues(func() (*Columns, Units) {
	const households, villages, communes = 1_000_000, 6_000, 635
	random := rand.New(rand.NewPCG(2015, 2016))
	c := NewColumns()
	c.Update(func(b *Batch) error {
		for r := range 2 {
			b.AddRound()
			for h := range households {
				record := Record{
					Village: int32(h * villages / households), Class: NotSurveyed, Size: uint8(1 + random.IntN(7)),
					Ethnic: uint8(1 + random.IntN(7)), Urban: h%8 == 0, Policy: uint16(random.IntN(2)),
				}
				if random.IntN(4) == 0 {
					record.Class = Class(int(Undetermined) + random.IntN(6))
					record.Deprived = uint16(random.IntN(1<<10)) & uint16(random.IntN(1<<10))
					record.Causes = 1 << random.IntN(11)
				}
				if r == 1 && random.IntN(200) == 0 {
					record.Village = int32(random.IntN(villages))
				}
				b.Set(r, h, record)
			}
		}
		return nil
	})
	units := Units{Count: communes}
	for v := range villages {
		units.Of = append(units.Of, int32(v*communes/villages))
	}
	return c, units
})

func BenchmarkMillionHouseholds(b *testing.B) {
	c, units := province()
	s := c.Snapshot()
	spec := equalWeights(10, 3)
	code := uint8(2)
	for _, pass := range []struct {
		name string
		run  func()
	}{
		{"results", func() { s.Results(0, units) }},
		{"ethnic", func() { s.EthnicGroups(0, units) }},
		{"deprivations", func() { s.Deprivations(0, units) }},
		{"causes", func() { s.Causes(0, units) }},
		{"policy", func() { s.PolicyGroups(0, units) }},
		{"moves", func() { s.Moves(Between{Start: 0, End: 1}, units) }},
		{"alkire-foster", func() { s.AlkireFoster(0, units, spec, PerPerson) }},
		{"rows", func() {
			s.RowsMatching(Filter{Units: units, Unit: 7, Classes: SetOf(Poor), Ethnic: &code, Deprived: 1}, 0, 50)
		}},
		{"rows of a movement", func() { s.RowsMoved(Between{Start: 0, End: 1}, units, 7, Poor, ToNeither, 0, 50) }},
	} {
		b.Run(pass.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pass.run()
			}
		})
	}
}

func BenchmarkSaveOneHousehold(b *testing.B) {
	c, _ := province()
	h := 0
	b.ReportAllocs()
	for b.Loop() {
		c.Update(func(batch *Batch) error {
			record := batch.Get(1, h)
			record.Deprived ^= 1
			batch.Set(1, h, record)
			return nil
		})
		h = (h + 7919) % 1_000_000
	}
}

func BenchmarkReadCSV(b *testing.B) {
	var file bytes.Buffer
	file.WriteString("a,b,c,d,g,p,h,u\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "%d,%d,%d,%d,%d,%d.5,%d,%d\n", i&1, i>>1&1, i>>2&1, i>>3&1, i%27, i%5, i%9, i%300)
	}
	spec := equalWeights(4, 2)
	spec.Weight, spec.Strata, spec.PSU, spec.By = "p", "h", "u", []string{"g"}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		s, err := ReadCSV(bytes.NewReader(file.Bytes()), spec)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Estimate(); err != nil {
			b.Fatal(err)
		}
	}
}
