package review

import (
	"database/sql"
	"slices"
	"strconv"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
)

// Staging collects the assessments of a file of many households, as
// household.Staging does the registry: those of new households go to their
// table at once, where nothing finds them before the household is there;
// those of known ones wait and come into force together.
type Staging struct {
	province, operation, actor string
	at                         int64
	fresh, waiting             *db.Bulk
	classes                    *db.Bulk
	stated, waitingStated      *db.Bulk
	own                        []int // the columns that differ from row to row
	values                     []any // of one row
}

// NewStaging begins one piece.
func (s *Store) NewStaging(round Round, operation, actor string, at int64) *Staging {
	g := &Staging{province: s.Province, operation: operation, actor: actor, at: at,
		classes:       db.NewBulk("classification", "assessment_id", "standard", "version", "class", "label", "deprivations", "transition").Same("official", 1).Same("at", at),
		stated:        db.NewBulk("stated_class", "household_id", "class").Same("round_id", round.ID),
		waitingStated: db.NewBulk("import_stated", "household_id", "class").Same("round_id", round.ID).Same("operation_id", operation)}
	shared := map[string]any{"round_id": round.ID, "in_force": 1, "operation_id": operation, "recorded_at": at, "recorded_by": actor}
	var columns []string
	for i, c := range assessmentColumnList {
		if _, same := shared[c]; !same {
			columns, g.own = append(columns, c), append(g.own, i)
		}
	}
	g.fresh, g.waiting = db.NewBulk("assessment", columns...), db.NewBulk("import_assessment", columns...)
	for _, c := range assessmentColumnList {
		if v, same := shared[c]; same {
			g.fresh.Same(c, v)
			g.waiting.Same(c, v)
		}
	}
	return g
}

// AddNew stages the assessment in force of a household that is new itself. It
// tells the fields for the journal.
func (g *Staging) AddNew(a *Assessment, tell func(field, value string)) error {
	row, err := g.add(a, g.fresh)
	if err != nil {
		return err
	}
	tell("class", a.Class.String())
	tell("label", a.Label)
	if a.B1 != nil {
		tell("b1", strconv.Itoa(*a.B1))
	}
	if a.Income != nil {
		tell("income", strconv.FormatInt(*a.Income, 10))
	}
	for i, column := range assessmentColumnList {
		switch column {
		case "answers", "ticked", "causes", "detail", "surveyor", "surveyed_on", "note":
			tell(column, row[i].(string))
		}
	}
	return nil
}

func (g *Staging) add(a *Assessment, to *db.Bulk) (row []any, err error) {
	a.OperationID, a.InForce, a.RecordedAt, a.RecordedBy = g.operation, true, g.at, g.actor
	if row, err = a.Row(); err != nil {
		return nil, err
	}
	values := g.values[:0]
	for _, column := range g.own {
		values = append(values, row[column])
	}
	to.Add(values...)
	g.values = values
	g.classes.Add(a.ID, a.Standard, a.Version, a.Class.String(), a.Label, nullable(a.Deprivations), a.Transition)
	return row, nil
}

// AddKnown stages the assessment in force of a household that is there, and
// gives what the journal says of it beside the one that it supersedes.
func (g *Staging) AddKnown(a, old *Assessment) ([]journal.Change, error) {
	row, err := g.add(a, g.waiting)
	if err != nil {
		return nil, err
	}
	var before held
	if old != nil {
		oldRow, err := old.Row()
		if err != nil {
			return nil, err
		}
		before = old.held(oldRow)
	}
	now := a.held(row)
	return now.changesFrom(&before), nil
}

// held is the assessment, with its row, as later ones see it.
func (a *Assessment) held(row []any) held {
	h := held{ID: a.ID, Round: a.Round, Effective: a.EffectiveFrom, Rev: a.Rev, Class: a.Class, Transition: a.Transition, Standard: a.Standard, Version: a.Version}
	for i, field := range told {
		if column := slices.Index(assessmentColumnList, field); column >= 0 {
			h.text[i], _ = row[column].(string)
		}
	}
	h.text[0], h.text[1] = a.Class.String(), a.Label
	if a.B1 != nil {
		h.text[2] = numberOrEmpty(int64(*a.B1))
	}
	if a.Income != nil {
		h.text[3] = numberOrEmpty(*a.Income)
	}
	return h
}

// Write writes the piece.
func (g *Staging) Write(tx *db.Tx) error {
	for _, b := range []*db.Bulk{g.fresh, g.waiting, g.classes, g.stated, g.waitingStated} {
		if err := tx.Insert(g.province, b); err != nil {
			return err
		}
	}
	return nil
}

// ApplyStaged puts the waiting assessments into force in place of their
// predecessors. One that was superseded meanwhile is a conflict.
func (s *Store) ApplyStaged(tx *db.Tx, operation string) error {
	const of = ` where s.province_id = $1 and s.operation_id = $2`
	key := []any{s.Province, operation}
	var want int64
	if err := tx.Get(`select count(*) from import_assessment s`+of+` and s.predecessor is not null`, key, &want); err != nil {
		return err
	}
	if want > 0 {
		n, err := tx.Exec(`update assessment set in_force = 0 from import_assessment s`+of+` and assessment.province_id = s.province_id and assessment.id = s.predecessor and assessment.in_force = 1`, key...)
		if err != nil {
			return err
		}
		if n != want {
			return stale()
		}
	}
	_, err := tx.Exec(`insert into assessment (province_id, `+AssessmentColumns+`) select province_id, `+AssessmentColumns+` from import_assessment s`+of+` order by s.id`, key...)
	if db.Unique(err) {
		return stale()
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into stated_class (province_id, household_id, round_id, class) select province_id, household_id, round_id, class from import_stated s`+of+`
		on conflict (province_id, household_id, round_id) do update set class = excluded.class`, key...)
	return err
}

// DropStaged removes some of an operation's waiting assessments and says how
// many. Of those that were never applied the classification goes too.
func (s *Store) DropStaged(tx *db.Tx, operation string, limit int) (int64, error) {
	const some = `select id from import_assessment where province_id = $1 and operation_id = $2 order by id limit $3`
	args := []any{s.Province, operation, limit}
	if _, err := tx.Exec(`delete from classification where province_id = $1 and assessment_id in (`+some+`) and not exists (select 1 from assessment a where a.province_id = $1 and a.id = classification.assessment_id)`, args...); err != nil {
		return 0, err
	}
	n, err := tx.Exec(`delete from import_assessment where province_id = $1 and operation_id = $2 and id in (`+some+`)`, args...)
	if err != nil || n > 0 {
		return n, err
	}
	return tx.Exec(`delete from import_stated where province_id = $1 and operation_id = $2 and household_id in (select household_id from import_stated where province_id = $1 and operation_id = $2 limit $3)`, args...)
}

// RemoveUnseen removes the assessments of households that have no row.
func (s *Store) RemoveUnseen(tx *db.Tx, ids []household.ID) error {
	args := []any{s.Province}
	for _, id := range ids {
		args = append(args, string(id))
	}
	in := db.Marks(2, len(ids))
	gone := ` and not exists (select 1 from household h where h.province_id = $1 and h.id in (` + in + `))`
	if _, err := tx.Exec(`delete from classification where province_id = $1 and assessment_id in (select a.id from assessment a where a.province_id = $1 and a.household_id in (`+in+`))`+gone, args...); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from assessment where province_id = $1 and household_id in (`+in+`)`+gone, args...); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from stated_class where province_id = $1 and household_id in (`+in+`)`+gone, args...)
	return err
}

// Withdraw takes an import's assessments of known households out of force, puts
// what they superseded back, and with it what had been stated of classes before
// the round, as the undoing operation has staged it.
func (s *Store) Withdraw(tx *db.Tx, round, operation, undoing string) error {
	const known = ` and household_id in (select household_id from import_household where province_id = $1 and operation_id = $3 and what <> 'new' and what <> 'gone')`
	args := []any{s.Province, operation, undoing, round}
	for _, statement := range []string{
		`update assessment set in_force = 0 where province_id = $1 and round_id = $4 and operation_id = $2 and in_force = 1` + known,
		`update assessment set in_force = 1 where province_id = $1 and id in (select a.predecessor from assessment a where a.province_id = $1 and a.round_id = $4 and a.operation_id = $2` + known + `)`,
	} {
		if _, err := tx.Exec(statement, args...); err != nil {
			return err
		}
	}
	const staged = `import_stated where province_id = $1 and operation_id = $2`
	if _, err := tx.Exec(`delete from stated_class where province_id = $1 and round_id = $3 and household_id in (select household_id from `+staged+`)`, s.Province, undoing, round); err != nil {
		return err
	}
	_, err := tx.Exec(`insert into stated_class (province_id, household_id, round_id, class) select province_id, household_id, round_id, class from `+staged+` and class <> ''`, s.Province, undoing)
	return err
}

// Standing is what the assessments of some households stand beside.
type Standing struct {
	current map[household.ID]*Assessment
	others  map[household.ID][]held
	lapses  []string // first days of the classes of yearly rounds that are closed
	stated  map[household.ID]string
}

// Current is the household's assessment in force in the round itself.
func (t *Standing) Current(id household.ID) *Assessment { return t.current[id] }

// Before gives the class in force on the day before;
// known false where the household was never assessed before.
func (t *Standing) Before(id household.ID, day string) (class standard.Class, known bool) {
	return before(t.others[id], t.lapses, day)
}

// Later says whether something took effect after the day.
func (t *Standing) Later(id household.ID, day string) bool {
	return slices.ContainsFunc(t.others[id], func(one held) bool { return one.Effective > day })
}

// StandingOfMany is what a round's new assessments of the households stand
// beside. The caller has found the households within his scope.
func (s *Store) StandingOfMany(tx *db.Tx, round Round, ids []household.ID) (*Standing, error) {
	t := &Standing{current: make(map[household.ID]*Assessment, len(ids)), others: map[household.ID][]held{}}
	var err error
	if t.lapses, err = s.lapses(tx); err != nil {
		return nil, err
	}
	if t.stated, err = s.stated(tx, round.ID, ids); err != nil {
		return nil, err
	}
	for part := range slices.Chunk(ids, 500) {
		args := []any{s.Province, round.ID}
		for _, id := range part {
			args = append(args, string(id))
		}
		in := ` and a.household_id in (` + db.Marks(3, len(part)) + `)`
		current, err := s.list(tx, ` where a.province_id = $1 and a.round_id = $2 and a.in_force = 1`+in, args...)
		if err != nil {
			return nil, err
		}
		for i := range current {
			t.current[current[i].Household] = &current[i]
		}
		err = tx.Each(`select a.household_id, a.id, a.effective_from, coalesce(c.class, '') from assessment a
			left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
			where a.province_id = $1 and a.round_id <> $2 and a.in_force = 1`+in, args, func(r *sql.Rows) error {
			var id household.ID
			var one held
			var class string
			if err := r.Scan(&id, &one.ID, &one.Effective, &class); err != nil {
				return err
			}
			one.Class, _ = standard.ParseClass(class)
			t.others[id] = append(t.others[id], one)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Retransition brings the transitions of later rounds up to what an import put
// into force in an earlier one.
func (s *Store) Retransition(tx *db.Tx, ids []household.ID, day string) error {
	lapses, err := s.lapses(tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		list, err := s.holding(tx, id, "")
		if err != nil {
			return err
		}
		if err := s.retransition(tx, list, lapses, day); err != nil {
			return err
		}
	}
	return nil
}

// Check says what is wrong with the answers, for those who write many.
func (s *Store) Check(round Round, set *standard.Set, a *Assessment) error {
	return s.check(round, set, a)
}

// LookAgain lets Phiếu B look at the answers of somebody who writes many: what
// it refuses is the error, what it doubts stands with the assessment until
// somebody answers in words. last is the assessment of the round before, nil
// if there is none.
func (s *Store) LookAgain(round Round, a, last *Assessment, day string) error {
	return s.asksAgain(round, a, last, day)
}

// LastOfMany gives the assessments of the round before of some households, as
// Phiếu B compares them.
func (s *Store) LastOfMany(tx *db.Tx, round Round, ids []household.ID) (map[household.ID]*Assessment, error) {
	day := round.ClassFrom
	if round.Kind == InYear {
		day = s.rosterDay(round)
	}
	last := map[household.ID]*Assessment{}
	for part := range slices.Chunk(ids, 500) {
		args := []any{s.Province, round.ID, day}
		for _, id := range part {
			args = append(args, string(id))
		}
		list, err := s.list(tx, ` where a.province_id = $1 and a.round_id <> $2 and a.in_force = 1 and a.effective_from < $3 and a.household_id in (`+db.Marks(4, len(part))+`)
			and not exists (select 1 from assessment b where b.province_id = a.province_id and b.household_id = a.household_id and b.round_id <> $2 and b.in_force = 1 and b.effective_from < $3
				and (b.effective_from > a.effective_from or b.effective_from = a.effective_from and b.id > a.id))`, args...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			last[list[i].Household] = &list[i]
		}
	}
	return last, nil
}

// TransitionFrom is the form's code for the step from one class to another.
func TransitionFrom(before, now standard.Class) string { return transition(before, now) }
