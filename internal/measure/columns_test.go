package measure

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestColumnsRememberWhatWasSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewColumns()
		c.Update(func(b *Batch) error { b.AddRound(); b.AddRound(); return nil })
		model := map[[2]int]Record{}
		for range rapid.IntRange(1, 8).Draw(t, "updates") {
			fails := rapid.Bool().Draw(t, "fails")
			written := map[[2]int]Record{}
			c.Update(func(b *Batch) error {
				for range rapid.IntRange(0, 6).Draw(t, "sets") {
					key := [2]int{rapid.IntRange(0, 1).Draw(t, "round"), rapid.IntRange(0, 3*blockSize).Draw(t, "household")}
					written[key] = anyRecord(t)
					b.Set(key[0], key[1], written[key])
					if b.Get(key[0], key[1]) != written[key] {
						t.Fatal("a batch does not see its own write")
					}
				}
				if fails {
					return errors.New("no")
				}
				return nil
			})
			if !fails {
				for key, record := range written {
					model[key] = record
				}
			}
			s := c.Snapshot()
			for key, record := range model {
				if s.Get(key[0], key[1]) != record {
					t.Fatalf("%v: %+v, want %+v", key, s.Get(key[0], key[1]), record)
				}
			}
			for key := range written {
				if _, kept := model[key]; !kept && s.Get(key[0], key[1]).Class != Absent {
					t.Fatal("a failed update left something behind")
				}
			}
		}
	})
}

func TestASnapshotNeverChanges(t *testing.T) {
	c := load(t, []Record{at(0, Poor, 4)})
	before := c.Snapshot()
	c.Update(func(b *Batch) error {
		b.Remove(0, 0, Died)
		b.Set(0, 5000, at(0, NearPoor, 1))
		b.AddRound()
		return nil
	})
	if before.Get(0, 0).Class != Poor || before.Households() != 1 || before.Rounds() != 1 {
		t.Error("the old snapshot moved")
	}
	now := c.Snapshot()
	if r := now.Get(0, 0); r.Class != Absent || r.Reason != Died || now.Households() != 5001 || now.Rounds() != 2 {
		t.Errorf("%+v", r)
	}
	c.Update(func(b *Batch) error { b.ClearRound(0); return nil })
	if c.Snapshot().Get(0, 5000).Class != Absent {
		t.Error("a cleared round still has somebody")
	}
}

func TestAPanicInAnUpdateChangesNothingAndBlocksNobody(t *testing.T) {
	c := load(t, []Record{at(0, Poor, 4)})
	func() {
		defer func() { recover() }()
		c.Update(func(b *Batch) error { b.Set(0, 0, at(0, Average, 1)); panic("defect") })
	}()
	c.Update(func(b *Batch) error { b.Set(0, 1, at(0, NearPoor, 1)); return nil })
	if s := c.Snapshot(); s.Get(0, 0).Class != Poor || s.Get(0, 1).Class != NearPoor {
		t.Error("half an update is visible, or the next was lost")
	}
}

// Pairs of households swap their classes in one update; every table must see
// one poor and one near-poor of each pair. Run with -race.
func TestReadersSeeWholeUpdatesOnly(t *testing.T) {
	const pairs = 3000
	var records []Record
	for range pairs {
		records = append(records, at(0, Poor, 2), at(0, NearPoor, 3))
	}
	c := load(t, records, records)
	var wait sync.WaitGroup
	stop := make(chan struct{})
	wait.Go(func() {
		random := rand.New(rand.NewPCG(1, 1))
		for {
			select {
			case <-stop:
				return
			default:
			}
			h := 2 * random.IntN(pairs)
			c.Update(func(b *Batch) error {
				x, y := b.Get(1, h), b.Get(1, h+1)
				b.Set(1, h, y)
				b.Set(1, h+1, x)
				return nil
			})
		}
	})
	for range 40 {
		s := c.Snapshot()
		table := s.Results(1, OneUnit(1))
		poor, near := table.Base(0, SetOf(Poor)), table.Base(0, SetOf(NearPoor))
		if poor.Households != pairs || near.Households != pairs || poor.People != 2*pairs || near.People != 3*pairs {
			t.Fatalf("half an update: %+v %+v", poor, near)
		}
		if moves := s.Moves(Between{Start: 0, End: 1}, OneUnit(1)); len(moves.Broken) > 0 {
			t.Fatal(moves.Broken)
		}
	}
	close(stop)
	wait.Wait()
}

// countRows counts the plain way: row by row, from Get.
func countRows(s *Snapshot, r int, units Units, unit int, which func(Record) bool) Count {
	var total Count
	for h := range s.Households() {
		record := s.Get(r, h)
		if record.Class == Absent || !which(record) {
			continue
		}
		part := 0.0
		if shares, divided := units.Shares[record.Village]; divided {
			for _, share := range shares {
				if share.Unit == unit {
					part += share.Part
				}
			}
		} else if int(units.Of[record.Village]) == unit {
			part = 1
		}
		one := Count{Households: 1, People: float64(record.Size)}
		if record.Size == 0 {
			one.SizeUnknown = 1
		}
		total.addPart(one, part)
	}
	return total
}

func TestTablesAgreeWithCountingRowByRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 1).Snapshot()
		units := anyUnits(t)
		tables := map[string]struct {
			table *Table
			in    func(r Record, item int) bool
		}{
			"results": {s.Results(0, units), func(r Record, item int) bool { return r.Urban == (item == Urban) }},
			"ethnic":  {s.EthnicGroups(0, units), func(r Record, item int) bool { return int(r.Ethnic) == item }},
			"labels":  {s.Labels(0, units), func(r Record, item int) bool { return int(r.Label) == item }},
			"policy": {s.PolicyGroups(0, units), func(r Record, item int) bool {
				return item == None && r.Policy == 0 || item < None && r.Policy>>item&1 == 1
			}},
			"deprivations": {s.Deprivations(0, units), func(r Record, item int) bool {
				return r.Class.Assessed() && r.Deprived>>item&1 == 1
			}},
			"unknown": {s.UnknownAnswers(0, units), func(r Record, item int) bool {
				return r.Class.Assessed() && r.Unknown>>item&1 == 1
			}},
			"causes": {s.Causes(0, units), func(r Record, item int) bool {
				return r.Class.Assessed() && (item == None && r.Causes == 0 || item < None && r.Causes>>item&1 == 1)
			}},
		}
		for name, c := range tables {
			for unit := range units.Count {
				for class := Class(1); int(class) < classes; class++ {
					set := SetOf(class)
					sameCount(t, name+" base", c.table.Base(unit, set),
						countRows(s, 0, units, unit, func(r Record) bool { return r.Class == class }))
					for item := range c.table.Items {
						sameCount(t, name, c.table.At(unit, set, item),
							countRows(s, 0, units, unit, func(r Record) bool { return r.Class == class && c.in(r, item) }))
					}
				}
			}
			total := c.table.Total()
			var sum Count
			for unit := range units.Count {
				sum.add(c.table.Base(unit, InRegister))
			}
			sameCount(t, name+" total", sum, total.Base(0, InRegister))
		}
	})
}

func TestTheCoresTogetherCountEverybodyOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	const households = 70 * blockSize
	var records []Record
	for h := range households {
		records = append(records, at(int32(h%3), Class(1+h%7), uint8(h%5)))
	}
	s := load(t, records, records).Snapshot()
	units := Units{Count: 3, Of: []int32{0, 1, 2}}
	total := s.Results(0, units).Total().Base(0, InRegister)
	if total.Households != households || total.People != households/5*10 || total.SizeUnknown != households/5 {
		t.Errorf("%+v", total)
	}
	if moves := s.Moves(Between{Start: 0, End: 1}, units); len(moves.Broken) > 0 || moves.Poor[0].Cell[Stayed] != moves.Poor[0].End {
		t.Errorf("%+v", moves.Broken)
	}
}

func TestNoDataIsNotZero(t *testing.T) {
	s := load(t, []Record{at(0, NotSurveyed, 4), at(1, Average, 4)}).Snapshot()
	table := s.Results(0, Units{Count: 3, Of: []int32{0, 1, 2}})
	if !table.NoData(0) || table.NoData(1) || !table.NoData(2) {
		t.Error("a unit where nobody was assessed has no poverty figure; one where all are above the line has zero poor")
	}
	if _, ok := Rate(table.Base(2, SetOf(Poor)), table.Base(2, InRegister)); ok {
		t.Error("a rate of nobody")
	}
	if rate, ok := Rate(table.Base(1, SetOf(Poor)), table.Base(1, InRegister)); !ok || rate != 0 {
		t.Error("nobody poor of one household is a rate of 0")
	}
	if !s.Results(7, OneUnit(2)).NoData(0) {
		t.Error("a round that does not exist has no data")
	}
}

func TestUnitsKnownOnlyByShareAreMarkedEstimated(t *testing.T) {
	s := load(t, []Record{at(0, Poor, 4), at(1, Poor, 2)}).Snapshot()
	table := s.Results(0, Units{Count: 3, Of: []int32{-1, 0}, Shares: map[int32][]Share{0: {{0, 0.25}, {1, 0.75}}}})
	if got := table.Base(0, SetOf(Poor)); got.Households != 1.25 || got.People != 3 || !table.Estimated[0] {
		t.Errorf("%+v", got)
	}
	if !table.Estimated[1] || table.Estimated[2] || !table.Total().Estimated[0] {
		t.Errorf("%v", table.Estimated)
	}
}

func TestDrillThroughListsWhatTablesCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 2).Snapshot()
		units := anyUnits(t)
		units.Shares = nil
		deprived, unknown := s.Deprivations(0, units), s.UnknownAnswers(0, units)
		causes, ethnic, results := s.Causes(0, units), s.EthnicGroups(0, units), s.Results(0, units)
		policy := s.PolicyGroups(0, units)
		for unit := range units.Count {
			for _, set := range []ClassSet{SetOf(Poor), SetOf(Poor, NearPoor), InRegister} {
				ask := func(what string, want Count, f Filter) {
					f.Units, f.Unit, f.Classes = units, unit, set
					if got := s.RowsMatching(f, 0, 1000); float64(got.Total) != want.Households || len(got.Households) != got.Total {
						t.Fatalf("%s: %d rows, counted %v", what, got.Total, want.Households)
					}
				}
				ask("base", results.Base(unit, set), Filter{})
				ask("urban", results.At(unit, set, Urban), Filter{Area: UrbanArea})
				ask("rural", results.At(unit, set, Rural), Filter{Area: RuralArea})
				ask("no cause", causes.At(unit, set, None), Filter{NoCause: true})
				ask("no policy group", policy.At(unit, set, None), Filter{NoPolicy: true})
				for bit := range 5 {
					ask("deprived", deprived.At(unit, set, bit), Filter{Deprived: 1 << bit})
					ask("unknown", unknown.At(unit, set, bit), Filter{Unknown: 1 << bit})
					ask("cause", causes.At(unit, set, bit), Filter{Causes: 1 << bit})
					ask("policy", policy.At(unit, set, bit), Filter{Policy: 1 << bit})
				}
				for code := range ethnic.Items {
					c := uint8(code)
					ask("ethnic", ethnic.At(unit, set, code), Filter{Ethnic: &c})
				}
			}
		}
		flow := s.Moves(Between{Start: 0, End: 1}, units).Flow
		for unit := range units.Count {
			want := flow[unit][StateNearPoor][StatePoor].Households
			rows := s.RowsMatching(Filter{
				Round: 1, Units: units, Unit: unit, Classes: SetOf(Poor), Was: &Was{Round: 0, Classes: SetOf(NearPoor)},
			}, 0, 1000)
			if float64(rows.Total) != want {
				t.Fatalf("near-poor → poor: %d rows, %v counted", rows.Total, want)
			}
		}
	})
}

func TestPagesOfRowsJoinToTheWhole(t *testing.T) {
	var records []Record
	for h := range 2500 {
		records = append(records, at(int32(h%2), Class(int(Poor)+h%3), 1))
	}
	s := load(t, records).Snapshot()
	f := Filter{Units: Units{Count: 2, Of: []int32{0, 1}}, Unit: 1, Classes: SetOf(Poor)}
	all := s.RowsMatching(f, 0, 5000)
	var joined []int32
	for offset := 0; offset < all.Total; offset += 100 {
		page := s.RowsMatching(f, offset, 100)
		if page.Total != all.Total {
			t.Fatal("the total is of all pages")
		}
		joined = append(joined, page.Households...)
	}
	if len(joined) != all.Total || all.Total != 417 {
		t.Fatalf("%d of %d", len(joined), all.Total)
	}
	for i := range joined {
		if joined[i] != all.Households[i] || i > 0 && joined[i] <= joined[i-1] {
			t.Fatal("pages are not the whole in order")
		}
	}
	if beyond := s.RowsMatching(f, 9999, 10); len(beyond.Households) != 0 || beyond.Total != all.Total {
		t.Error("a page past the end is empty and still knows the total")
	}
}

func TestAlkireFosterOnColumnsIsThatOfTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 1).Snapshot()
		units := anyUnits(t)
		units.Shares = nil
		spec := equalWeights(5, 1, 3, 6)
		spec.Indicators[0].Weight, spec.Indicators[3].Weight = 2, 3
		spec.Missing = rapid.SampledFrom([]Missing{Drop, NotDeprived, Bounds}).Draw(t, "missing")
		per := rapid.SampledFrom([]Per{PerHousehold, PerPerson}).Draw(t, "per")
		got, err := s.AlkireFoster(0, units, spec, per)
		if err != nil {
			t.Fatal(err)
		}
		for unit := range units.Count + 1 {
			sampled := spec
			sampled.Weight = "size"
			sample := NewSample(sampled)
			for h := range s.Households() {
				r := s.Get(0, h)
				if !r.Class.Assessed() || units.Of[r.Village] < 0 || unit < units.Count && int(units.Of[r.Village]) != unit {
					continue
				}
				u := Unit{Deprived: uint64(r.Deprived), Unknown: uint64(r.Unknown), Weight: 1}
				if per == PerPerson {
					if r.Size == 0 {
						continue
					}
					u.Weight = float64(r.Size)
				}
				sample.Add(u)
			}
			if len(sample.deprived) == 0 {
				if got[unit][0].H != nil || got[unit][0].NobodyPoor {
					t.Fatal("a measure of nobody")
				}
				continue
			}
			for i, want := range mustEstimate(t, sample).Overall {
				same := func(a, b *Estimate) {
					if a.K != b.K || a.N != b.N || orZero(a.H) != orZero(b.H) || (a.A == nil) != (b.A == nil) || orZero(a.A) != orZero(b.A) || orZero(a.M0) != orZero(b.M0) ||
						orZero(a.Indicators[3].Censored) != orZero(b.Indicators[3].Censored) || orZero(a.Indicators[4].Uncensored) != orZero(b.Indicators[4].Uncensored) {
						t.Fatalf("unit %d: %+v, want %+v", unit, a, b)
					}
				}
				same(&got[unit][i], &want)
				if spec.Missing == Bounds {
					same(got[unit][i].Upper, want.Upper)
				}
			}
		}
	})
}
