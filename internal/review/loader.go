package review

import (
	"database/sql"
	"maps"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/standard"
)

// loader reads rows into a batch; ids nil means everybody.
type loader struct {
	r  *Register
	s  *Store
	tx *db.Tx
	b  *measure.Batch

	rounds  []Round
	roundNo map[string]int
	people  map[int32]attributes
}

// readRounds makes a column set for every round, empty. What is shown keeps
// its rounds until the columns are filled.
func (l *loader) readRounds() error {
	list, err := l.s.rounds(l.tx)
	if err != nil {
		return err
	}
	l.rounds, l.roundNo = slices.Clone(l.rounds), maps.Clone(l.roundNo)
	for _, o := range list {
		no, known := l.roundNo[o.ID]
		if !known {
			no = l.b.AddRound()
			l.roundNo[o.ID] = no
			l.rounds = append(l.rounds, Round{})
		}
		l.b.ClearRound(no)
		l.rounds[no] = o
		if o.State != Open {
			l.r.pace.forget(o.ID)
		}
	}
	return nil
}

// read fills the columns of all households, or of those given.
func (l *loader) read(ids []household.ID) error {
	people, err := l.readHouseholds(ids)
	if err != nil {
		return err
	}
	l.people = people
	if ids == nil {
		if err := l.readFrozen(); err != nil {
			return err
		}
	}
	if err := l.readResidence(ids, people); err != nil {
		return err
	}
	if err := l.readSizes(ids); err != nil {
		return err
	}
	return l.readAssessments(ids)
}

// in narrows a query to some households.
func in(column string, ids []household.ID, args []any) (string, []any) {
	if ids == nil {
		return "", args
	}
	first := len(args) + 1
	for _, id := range ids {
		args = append(args, string(id))
	}
	return " and " + column + " in (" + db.Marks(first, len(ids)) + ")", args
}

// attributes are what holds of a household in every open round.
type attributes struct {
	Attributes
	endKind string
	here    bool
}

// listed gives the number of a household that is there: an import that is not
// applied yet has written rows of others, and one that was undone has left some.
func (l *loader) listed(id household.ID) (int, bool) {
	i, known := l.r.known(id)
	return int(i), known && l.people[i].here
}

func (l *loader) readHouseholds(ids []household.ID) (map[int32]attributes, error) {
	all := map[int32]attributes{}
	for _, id := range ids {
		if i, ok := l.r.known(id); ok {
			all[i] = attributes{} // gone where no row follows: its making was undone
		}
	}
	condition, args := in("id", ids, []any{l.s.Province})
	err := l.tx.Each(`select id, ethnic, policy_groups, end_kind from household where province_id = $1`+condition, args, func(rows *sql.Rows) error {
		var id household.ID
		var ethnic, policy, endKind string
		if err := rows.Scan(&id, &ethnic, &policy, &endKind); err != nil {
			return err
		}
		all[l.r.number(id)] = attributes{AttributesOf(ethnic, split(policy)), endKind, true}
		return nil
	})
	l.b.Grow(len(l.r.ids))
	return all, err
}

// open gives the numbers of the rounds whose figures may still change.
func (l *loader) open() []int {
	var list []int
	for no, o := range l.rounds {
		if o.State == Open {
			list = append(list, no)
		}
	}
	return list
}

// readResidence places each household in the rounds on whose count day it
// lived somewhere.
func (l *loader) readResidence(ids []household.ID, people map[int32]attributes) error {
	open := l.open()
	for i := range people {
		for _, no := range open {
			l.b.Remove(no, int(i), measure.NoReason)
		}
	}
	var current household.ID
	came := measure.NoReason
	condition, args := in("household_id", ids, []any{l.s.Province})
	return l.tx.Each(`select household_id, from_day, to_day, village_id, from_kind from residence where province_id = $1`+condition+` order by household_id, from_day`, args, func(rows *sql.Rows) error {
		var id household.ID
		var from, to, fromKind string
		var village area.ID
		if err := rows.Scan(&id, &from, &to, &village, &fromKind); err != nil {
			return err
		}
		if id != current { // its first residence tells how it came into the register
			current, came = id, arrival[fromKind]
		}
		i, listed := l.listed(id)
		if !listed {
			return nil
		}
		a := people[int32(i)]
		for _, no := range open {
			day := l.rounds[no].CountDay
			switch {
			case from <= day && day < to:
				record := measure.Record{Class: measure.NotSurveyed, Village: l.r.villageNumber(village), Ethnic: a.Ethnic, Policy: a.Policy, Reason: came}
				if v, ok := l.s.Tree().On(village, l.rounds[no].BoundaryDay); ok {
					record.Urban = v.Urban
				}
				l.b.Set(no, i, record)
			case to <= day:
				l.b.Remove(no, i, departure[a.endKind])
			}
		}
		return nil
	})
}

// readSizes counts the members on each count day.
func (l *loader) readSizes(ids []household.ID) error {
	open := l.open()
	if len(open) == 0 {
		return nil
	}
	sizes := make([]int, len(open))
	var current household.ID
	flush := func() {
		i, listed := l.listed(current)
		for k, no := range open {
			n := sizes[k]
			if sizes[k] = 0; !listed || n == 0 {
				continue
			}
			if record := l.b.Get(no, i); record.Class != measure.Absent {
				record.Size = uint8(min(n, 255))
				l.b.Set(no, i, record)
			}
		}
	}
	condition, args := in("household_id", ids, []any{l.s.Province})
	err := l.tx.Each(`select household_id, from_day, to_day from membership where province_id = $1`+condition+` order by household_id`, args, func(rows *sql.Rows) error {
		var id, from, to sql.RawBytes
		if err := rows.Scan(&id, &from, &to); err != nil {
			return err
		}
		if string(id) != string(current) {
			flush()
			current = household.ID(id)
		}
		for k, no := range open {
			if day := l.rounds[no].CountDay; string(from) <= day && day < string(to) {
				sizes[k]++
			}
		}
		return nil
	})
	flush()
	return err
}

func (l *loader) readAssessments(ids []household.ID) error {
	condition, args := in("f.household_id", ids, []any{l.s.Province})
	return l.tx.Each(`select a.household_id, a.round_id, a.answers, a.causes, a.area_type, a.size, a.recorded_at, c.class, c.label
		from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where f.province_id = $1`+condition, args, func(rows *sql.Rows) error {
		var id household.ID
		var round, answers, causes, areaType, class, label string
		var size int
		var recorded int64
		if err := rows.Scan(&id, &round, &answers, &causes, &areaType, &size, &recorded, &class, &label); err != nil {
			return err
		}
		no, known := l.roundNo[round]
		if !known {
			return nil
		}
		i, listed := l.listed(id)
		if !listed {
			return nil
		}
		record := l.b.Get(no, i)
		if record.Class == measure.Absent {
			return nil
		}
		c, _ := standard.ParseClass(class)
		l.r.judge(&record, c, label, answers, causes, areaType == standard.Urban.String(), size)
		l.b.Set(no, i, record)
		if l.rounds[no].State == Open {
			l.r.pace.note(round, int32(i), recorded)
		}
		return nil
	})
}
