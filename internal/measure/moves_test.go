package measure

import (
	"testing"

	"pgregory.net/rapid"
)

// put fills one round of new columns' next household numbers.
func load(t rapid.TB, rounds ...[]Record) *Columns {
	c := NewColumns()
	err := c.Update(func(b *Batch) error {
		for _, records := range rounds {
			r := b.AddRound()
			for h, record := range records {
				b.Set(r, h, record)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(village int32, class Class, size uint8) Record {
	return Record{Village: village, Class: class, Size: size}
}

func gone(why Reason) Record { return Record{Village: -1, Class: Absent, Reason: why} }

func came(record Record, why Reason) Record {
	record.Reason = why
	return record
}

// One household for each way in the table of the poor; villages 0, 1 are
// communes 0, 1.
func TestEachHouseholdStandsInItsCell(t *testing.T) {
	none := gone(NoReason)
	cases := []struct {
		name          string
		before        Class // at the earlier review
		start, end    Record
		poor, nearing Cell
	}{
		{"stays poor", Poor, at(0, Poor, 4), at(0, Poor, 5), Stayed, NoCell},
		{"poor to near-poor", Poor, at(0, Poor, 4), at(0, NearPoor, 4), ToOther, FromOther},
		{"escapes both", Poor, at(0, Poor, 4), at(0, Average, 4), ToNeither, NoCell},
		{"escapes both, class not told", Poor, at(0, Poor, 4), at(0, NotPoor, 4), ToNeither, NoCell},
		{"poor, now undetermined", Poor, at(0, Poor, 4), at(0, Undetermined, 4), ToUndetermined, NoCell},
		{"poor, now not surveyed", Poor, at(0, Poor, 4), at(0, NotSurveyed, 4), ToNotSurveyed, NoCell},
		{"moves away", Poor, at(0, Poor, 4), gone(MovedOut), LeftMoved, NoCell},
		{"dies", Poor, at(0, Poor, 1), gone(Died), LeftDied, NoCell},
		{"merges", Poor, at(0, Poor, 2), gone(MergedInto), LeftMerged, NoCell},
		{"gone, nobody wrote why", Poor, at(0, Poor, 2), none, LeftUnstated, NoCell},
		{"near-poor to poor", Average, at(0, NearPoor, 3), at(0, Poor, 3), FromOther, ToOther},
		{"newly poor", Average, at(0, Above, 3), at(0, Poor, 3), New, NoCell},
		{"falls back", Poor, at(0, Average, 3), at(0, Poor, 3), FellBack, NoCell},
		{"not surveyed, newly poor", NotSurveyed, at(0, NotSurveyed, 3), at(0, Poor, 3), NewUnsurveyed, NoCell},
		{"poor, not surveyed once, poor", Poor, at(0, NotSurveyed, 3), at(0, Poor, 3), BackUnsurveyed, NoCell},
		{"undetermined to poor", Poor, at(0, Undetermined, 3), at(0, Poor, 3), FromUndetermined, NoCell},
		{"moves in poor", Absent, none, came(at(0, Poor, 3), MovedIn), CameMoved, NoCell},
		{"splits off poor", Absent, none, came(at(0, Poor, 3), SplitOff), CameSplit, NoCell},
		{"there, nobody wrote why", Absent, none, at(0, Poor, 3), CameUnstated, NoCell},
		{"newly near-poor", Average, at(0, Average, 3), at(0, NearPoor, 3), NoCell, New},
		{"stays near-poor", NearPoor, at(0, NearPoor, 3), at(0, NearPoor, 3), NoCell, Stayed},
		{"on no list", Average, at(0, Average, 3), at(0, Average, 3), NoCell, NoCell},
		{"moves to commune 1, stays poor", Poor, at(0, Poor, 6), at(1, Poor, 7), Stayed, NoCell},
		{"moves to commune 1, escapes", Poor, at(0, Poor, 6), at(1, Average, 6), ToNeither, NoCell},
	}
	var before, start, end []Record
	for _, c := range cases {
		record := at(0, c.before, 3)
		if c.before == Absent {
			record = none
		}
		before, start, end = append(before, record), append(start, c.start), append(end, c.end)
	}
	s := load(t, before, start, end).Snapshot()
	units := Units{Count: 2, Of: []int32{0, 1}}
	between := Between{Start: 1, End: 2, Earlier: []int{0}}
	for h, c := range cases {
		for _, list := range []struct {
			class Class
			want  Cell
		}{{Poor, c.poor}, {NearPoor, c.nearing}} {
			for _, cell := range Cells() {
				rows := s.RowsMoved(between, units, -1, list.class, cell, 0, 100)
				found := false
				for _, row := range rows.Households {
					found = found || int(row) == h
				}
				if found != (cell == list.want) {
					t.Errorf("%s: list %d, cell %d: %v", c.name, list.class, cell, found)
				}
			}
		}
	}
	moves := s.Moves(between, units)
	if len(moves.Broken) > 0 {
		t.Errorf("identities: %v", moves.Broken)
	}
	poor := moves.Poor
	if poor[0].Start.Households != 12 || poor[0].TransferOut.Households != 2 || poor[1].TransferIn.Households != 2 ||
		poor[0].TransferOut.People != 12 || poor[1].SizeChange != 1 || poor[0].SizeChange != 1 {
		t.Errorf("%+v\n%+v", poor[0], poor[1])
	}
	if poor[1].End.Households != 1 || poor[1].End.People != 7 || poor[1].Cell[ToNeither].Households != 1 {
		t.Errorf("commune 1: %+v", poor[1])
	}
}

func TestWhoWinsWhenNearPoorFallBackIsTheCallersRule(t *testing.T) {
	s := load(t, []Record{at(0, Poor, 2)}, []Record{at(0, NearPoor, 2)}, []Record{at(0, Poor, 2)}).Snapshot()
	for _, again := range []bool{false, true} {
		moves := s.Moves(Between{Start: 1, End: 2, Earlier: []int{0}, Rules: Rules{AgainFromOther: again}}, OneUnit(1))
		want := FromOther
		if again {
			want = FromOtherAgain
		}
		if moves.Poor[0].Cell[want].Households != 1 || len(moves.Broken) > 0 {
			t.Errorf("again %v: %+v, broken %v", again, moves.Poor[0].Cell, moves.Broken)
		}
	}
	// Outside the look-back the household was never poor.
	moves := s.Moves(Between{Start: 1, End: 2, Rules: Rules{AgainFromOther: true}}, OneUnit(1))
	if moves.Poor[0].Cell[FromOther].Households != 1 {
		t.Errorf("%+v", moves.Poor[0].Cell)
	}
}

func TestTheReasonIsFoundInTheRoundBetween(t *testing.T) {
	s := load(t,
		[]Record{at(0, Poor, 2), gone(NoReason)},
		[]Record{gone(Died), came(at(0, Average, 3), SplitOff)},
		[]Record{gone(NoReason), at(0, Poor, 3)},
	).Snapshot()
	moves := s.Moves(Between{Start: 0, End: 2, Inner: []int{1}}, OneUnit(1))
	if m := moves.Poor[0]; m.Cell[LeftDied].Households != 1 || m.Cell[CameSplit].Households != 1 {
		t.Errorf("%+v", m.Cell)
	}
}

func TestAReasonFromAnEarlierStayDoesNotCount(t *testing.T) {
	s := load(t,
		[]Record{gone(NoReason)},
		[]Record{came(at(0, Average, 3), MovedIn)},
		[]Record{gone(MovedOut)},
		[]Record{at(0, Poor, 3)}, // there again, nobody wrote how
	).Snapshot()
	moves := s.Moves(Between{Start: 0, End: 3, Inner: []int{1, 2}}, OneUnit(1))
	if m := moves.Poor[0]; m.Cell[CameUnstated].Households != 1 {
		t.Errorf("%+v", m.Cell)
	}
}

func TestTheFlowAgreesWithCountingRowByRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 2).Snapshot()
		flow := s.Moves(Between{Start: 0, End: 1}, OneUnit(drawnVillages)).Flow[0]
		var want Flow
		for h := range s.Households() {
			from, to := s.Get(0, h), s.Get(1, h)
			size := from.Size
			if from.Class == Absent {
				size = to.Size
			}
			if from.Class == Absent && to.Class == Absent {
				continue
			}
			var one tick
			one.one(size)
			want[from.Class.State()][to.Class.State()].add(one.count())
		}
		for a := range want {
			for b := range want[a] {
				sameCount(t, "flow", flow[a][b], want[a][b])
			}
		}
	})
}

func TestABrokenIdentityIsReported(t *testing.T) {
	m := Movement{List: Poor, Start: Count{Households: 10}, End: Count{Households: 8}}
	m.Cell[Stayed].Households = 8
	m.Cell[ToNeither].Households = 1 // one is lost
	broken := m.Check()
	if len(broken) != 2 || broken[0].Identity != "start" || broken[1].Identity != "balance" || broken[0].People {
		t.Errorf("%v", broken)
	}
	other := Movement{List: NearPoor}
	other.Cell[FromOther].Households = 3
	if len(CheckCrossing(&m, &other)) != 1 {
		t.Error("3 came over from a list that nobody left for it")
	}
}

const drawnVillages = 5

func anyRecord(t *rapid.T) Record {
	class := Class(rapid.IntRange(0, classes-1).Draw(t, "class"))
	reason := Reason(rapid.IntRange(0, int(MergedInto)).Draw(t, "reason"))
	if class == Absent {
		return gone(reason)
	}
	r := Record{
		Class: class, Village: int32(rapid.IntRange(0, drawnVillages-1).Draw(t, "village")), Reason: reason,
		Size: uint8(rapid.IntRange(0, 9).Draw(t, "size")), Ethnic: uint8(rapid.IntRange(0, 6).Draw(t, "ethnic")),
		Urban: rapid.Bool().Draw(t, "urban"), Policy: rapid.Uint16Range(0, 7).Draw(t, "policy"),
		Label: uint8(rapid.IntRange(0, 3).Draw(t, "label")),
	}
	// Left over from an earlier round, perhaps, where nobody was assessed.
	r.Deprived = rapid.Uint16Range(0, 31).Draw(t, "deprived")
	r.Unknown = rapid.Uint16Range(0, 31).Draw(t, "unknown") & rapid.Uint16Range(0, 31).Draw(t, "some")
	r.Deprived &^= r.Unknown
	r.Causes = rapid.Uint16Range(0, 15).Draw(t, "causes")
	return r
}

func anyRounds(t *rapid.T, rounds int) *Columns {
	n := rapid.IntRange(1, 60).Draw(t, "households")
	var all [][]Record
	for range rounds {
		all = append(all, rapid.SliceOfN(rapid.Custom(anyRecord), n, n).Draw(t, "round"))
	}
	return load(t, all...)
}

// anyUnits draws a table of three units; some villages lie outside, some are
// divided with shares.
func anyUnits(t *rapid.T) Units {
	u := Units{Count: 3, Shares: map[int32][]Share{}}
	for village := range drawnVillages {
		u.Of = append(u.Of, int32(rapid.IntRange(-1, 2).Draw(t, "unit")))
		if rapid.IntRange(0, 3).Draw(t, "divided") == 0 {
			part := rapid.Float64Range(0, 1).Draw(t, "part")
			u.Shares[int32(village)] = []Share{{0, part}, {2, 1 - part}}
		}
	}
	return u
}

func TestMovementIdentitiesHoldForAnyPopulation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 3).Snapshot()
		between := Between{Start: 1, End: 2, Earlier: []int{0}, Rules: Rules{AgainFromOther: rapid.Bool().Draw(t, "again")}}
		units := anyUnits(t)
		moves := s.Moves(between, units)
		if len(moves.Broken) > 0 {
			t.Fatalf("%v", moves.Broken)
		}
		start, end := s.Results(1, units), s.Results(2, units)
		for unit := range units.Count {
			for l, list := range []Movement{moves.Poor[unit], moves.NearPoor[unit]} {
				set := SetOf(lists[l])
				sameCount(t, "start", list.Start, start.Base(unit, set))
				sameCount(t, "end", list.End, end.Base(unit, set))
			}
		}
	})
}

func TestUnitsAddToTheWholeAndMovesInsideCancel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 3).Snapshot()
		between := Between{Start: 1, End: 2, Earlier: []int{0}}
		units := anyUnits(t)
		for v := range units.Of { // everybody lives in the table
			units.Of[v] = max(units.Of[v], 0)
		}
		parts, whole := s.Moves(between, units), s.Moves(between, OneUnit(drawnVillages))
		for l := range lists {
			pick := func(m *Moves) []Movement {
				if l == 0 {
					return m.Poor
				}
				return m.NearPoor
			}
			var sum Movement
			for _, part := range pick(parts) {
				sum.Start.add(part.Start)
				sum.End.add(part.End)
				sum.TransferIn.add(part.TransferIn)
				sum.TransferOut.add(part.TransferOut)
				sum.SizeChange += part.SizeChange
				for c := range part.Cell {
					sum.Cell[c].add(part.Cell[c])
				}
			}
			all := pick(whole)[0]
			if all.TransferIn.Households != 0 || all.TransferOut.Households != 0 {
				t.Fatal("a move inside the province shows in its table")
			}
			sameCount(t, "transfers", sum.TransferIn, sum.TransferOut)
			sameCount(t, "start", sum.Start, all.Start)
			sameCount(t, "end", sum.End, all.End)
			for c := range all.Cell {
				sameCount(t, "cell", sum.Cell[c], all.Cell[c])
			}
			if !near(sum.SizeChange, all.SizeChange) {
				t.Fatalf("size change %v, %v", sum.SizeChange, all.SizeChange)
			}
		}
	})
}

func TestDrillThroughOfMovementListsWhatTheCellCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyRounds(t, 3).Snapshot()
		between := Between{Start: 1, End: 2, Earlier: []int{0}}
		units := anyUnits(t)
		units.Shares = nil
		moves := s.Moves(between, units)
		for unit := range units.Count {
			for l, list := range []Movement{moves.Poor[unit], moves.NearPoor[unit]} {
				for _, cell := range Cells() {
					rows := s.RowsMoved(between, units, unit, lists[l], cell, 0, 1000)
					if float64(rows.Total) != list.Cell[cell].Households {
						t.Fatalf("unit %d list %d cell %d: %d rows, %v counted", unit, l, cell, rows.Total, list.Cell[cell].Households)
					}
				}
				out := s.RowsMoved(between, units, unit, lists[l], CellTransferOut, 0, 1000).Total
				in := s.RowsMoved(between, units, unit, lists[l], CellTransferIn, 0, 1000).Total
				if float64(out) != list.TransferOut.Households || float64(in) != list.TransferIn.Households {
					t.Fatalf("transfers: %d rows out, %d in; %+v", out, in, list)
				}
			}
		}
	})
}

func sameCount(t *rapid.T, what string, a, b Count) {
	if !near(a.Households, b.Households) || !near(a.People, b.People) || !near(a.SizeUnknown, b.SizeUnknown) {
		t.Fatalf("%s: %+v and %+v", what, a, b)
	}
}
