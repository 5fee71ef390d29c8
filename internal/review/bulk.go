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
// household.Staging does the registry. They go to their table at once: nothing
// finds those of new households before the household is there, and those of
// known ones wait to be put in force together.
type Staging struct {
	province, operation, actor string
	at                         int64
	forms, inForce, waiting    *db.Bulk
	classes                    *db.Bulk
	stated, waitingStated      *db.Bulk
	own                        []int // the columns that differ from row to row
	values                     []any // of one row
}

// NewStaging begins one piece.
func (s *Store) NewStaging(round Round, operation, actor string, at int64) *Staging {
	g := &Staging{province: s.Province, operation: operation, actor: actor, at: at,
		inForce:       db.NewBulk("assessment_in_force", "household_id", "assessment_id").Same("round_id", round.ID),
		waiting:       db.NewBulk("import_in_force", "household_id", "assessment_id", "predecessor").Same("round_id", round.ID).Same("operation_id", operation),
		classes:       db.NewBulk("classification", "assessment_id", "standard", "version", "class", "label", "deprivations", "transition").Same("official", 1).Same("at", at),
		stated:        db.NewBulk("stated_class", "household_id", "class").Same("round_id", round.ID),
		waitingStated: db.NewBulk("import_stated", "household_id", "class").Same("round_id", round.ID).Same("operation_id", operation)}
	shared := map[string]any{"round_id": round.ID, "operation_id": operation, "recorded_at": at, "recorded_by": actor}
	var columns []string
	for i, c := range assessmentColumnList {
		if _, same := shared[c]; !same {
			columns, g.own = append(columns, c), append(g.own, i)
		}
	}
	g.forms = db.NewBulk("assessment", columns...)
	for _, c := range assessmentColumnList {
		if v, same := shared[c]; same {
			g.forms.Same(c, v)
		}
	}
	return g
}

// AddNew stages the assessment in force of a household that is new itself. It
// tells the fields for the journal.
func (g *Staging) AddNew(a *Assessment, tell func(field, value string)) error {
	row, err := g.add(a)
	if err != nil {
		return err
	}
	g.inForce.Add(string(a.Household), a.ID)
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

func (g *Staging) add(a *Assessment) (row []any, err error) {
	a.OperationID, a.InForce, a.RecordedAt, a.RecordedBy = g.operation, true, g.at, g.actor
	if row, err = a.Row(); err != nil {
		return nil, err
	}
	values := g.values[:0]
	for _, column := range g.own {
		values = append(values, row[column])
	}
	g.forms.Add(values...)
	g.values = values
	g.classes.Add(a.ID, a.Standard, a.Version, a.Class.String(), a.Label, nullable(a.Deprivations), a.Transition)
	return row, nil
}

// AddKnown stages the assessment in force of a household that is there, and
// gives what the journal says of it beside the one that it supersedes.
func (g *Staging) AddKnown(a, old *Assessment) ([]journal.Change, error) {
	row, err := g.add(a)
	if err != nil {
		return nil, err
	}
	g.waiting.Add(string(a.Household), a.ID, emptyNull(a.Predecessor))
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
	for _, b := range []*db.Bulk{g.forms, g.inForce, g.waiting, g.classes, g.stated, g.waitingStated} {
		if err := tx.Insert(g.province, b); err != nil {
			return err
		}
	}
	return nil
}

// ApplyStaged puts the waiting assessments into force in place of their
// predecessors. One that was superseded meanwhile is a conflict.
func (s *Store) ApplyStaged(tx *db.Tx, operation string) error {
	if err := s.putStaged(tx, operation); err != nil {
		return err
	}
	_, err := tx.Exec(`insert into stated_class (province_id, household_id, round_id, class) select province_id, household_id, round_id, class from import_stated s where s.province_id = $1 and s.operation_id = $2
		on conflict (province_id, household_id, round_id) do update set class = excluded.class`, s.Province, operation)
	return err
}

// putStaged puts into force what an operation has staged: one form in place of
// another, one where none was, none where one was. All others wait meanwhile.
func (s *Store) putStaged(tx *db.Tx, operation string) error {
	const of = ` from import_in_force s where s.province_id = $1 and s.operation_id = $2`
	key := []any{s.Province, operation}
	var all, first, last int64
	if err := tx.Get(`select count(*), count(case when s.predecessor is null then 1 end), count(case when s.assessment_id is null then 1 end)`+of, key, &all, &first, &last); err != nil {
		return err
	}
	for _, step := range []struct {
		want      int64
		statement string
	}{
		{last, `delete from assessment_in_force where province_id = $1 and (household_id, round_id, assessment_id) in (select s.household_id, s.round_id, s.predecessor` + of + ` and s.assessment_id is null)`},
		{first, `insert into assessment_in_force (province_id, household_id, round_id, assessment_id) select s.province_id, s.household_id, s.round_id, s.assessment_id` + of + ` and s.predecessor is null`},
		{all - first - last, `update assessment_in_force set assessment_id = s.assessment_id` + of + ` and s.assessment_id is not null and assessment_in_force.province_id = s.province_id
			and assessment_in_force.household_id = s.household_id and assessment_in_force.round_id = s.round_id and assessment_in_force.assessment_id = s.predecessor`},
	} {
		if step.want == 0 {
			continue
		}
		n, err := tx.Exec(step.statement, key...)
		if db.Unique(err) || err == nil && n != step.want {
			return stale()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// RemoveStaged removes some of the assessments that an operation has staged and
// that never came into force, with their classes, and says how many.
func (s *Store) RemoveStaged(tx *db.Tx, operation string, limit int) (int64, error) {
	const some = ` in (select assessment_id from import_in_force where province_id = $1 and operation_id = $2 order by household_id limit $3)`
	args := []any{s.Province, operation, limit}
	// The undoing of an import has staged forms that are not its own.
	if _, err := tx.Exec(`delete from classification where province_id = $1 and assessment_id`+some+`
		and not exists (select 1 from assessment a where a.province_id = $1 and a.id = classification.assessment_id and coalesce(a.operation_id, '') <> $2)`, args...); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`delete from assessment where province_id = $1 and id`+some+` and operation_id = $2`, args...); err != nil {
		return 0, err
	}
	return s.DropStaged(tx, operation, limit)
}

// DropStaged removes some of what an operation has staged, and says how many;
// the assessments stay.
func (s *Store) DropStaged(tx *db.Tx, operation string, limit int) (int64, error) {
	for _, table := range StagingTables {
		n, err := tx.Exec(`delete from `+table+` where province_id = $1 and operation_id = $2 and household_id in (select household_id from `+table+` where province_id = $1 and operation_id = $2 order by household_id limit $3)`,
			s.Province, operation, limit)
		if err != nil || n > 0 {
			return n, err
		}
	}
	return 0, nil
}

// StagingTables are those that DropStaged empties.
var StagingTables = []string{"import_in_force", "import_stated"}

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
	for _, table := range []string{"assessment_in_force", "assessment", "stated_class"} {
		if _, err := tx.Exec(`delete from `+table+` where province_id = $1 and household_id in (`+in+`)`+gone, args...); err != nil {
			return err
		}
	}
	return nil
}

// TakeBack stages that an import's assessments of households that are there
// leave force again, and what they superseded comes back.
func (s *Store) TakeBack(tx *db.Tx, g *Staging, round, operation string, ids []household.ID) error {
	for part := range slices.Chunk(ids, 500) {
		condition, args := in("f.household_id", part, []any{s.Province, round, operation})
		err := tx.Each(`select a.household_id, a.id, a.predecessor from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
			where f.province_id = $1 and f.round_id = $2 and a.operation_id = $3`+condition, args, func(r *sql.Rows) error {
			var id, now string
			var before sql.NullString
			err := r.Scan(&id, &now, &before)
			g.waiting.Add(id, emptyNull(before.String), now)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Withdraw puts what TakeBack has staged into force, and with it what had been
// stated of classes before the round.
func (s *Store) Withdraw(tx *db.Tx, round, undoing string) error {
	if err := s.putStaged(tx, undoing); err != nil {
		return err
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
		in := ` in (` + db.Marks(3, len(part)) + `)`
		current, err := s.list(tx, ` where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id and a.household_id`+in, args...)
		if err != nil {
			return nil, err
		}
		for i := range current {
			t.current[current[i].Household] = &current[i]
		}
		err = tx.Each(`select a.household_id, a.id, a.round_id, a.effective_from, coalesce(c.class, ''), coalesce(a.operation_id, ''), o.kind
			from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
			join round o on o.province_id = a.province_id and o.id = a.round_id
			left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
			where f.province_id = $1 and f.round_id <> $2 and f.household_id`+in, args, func(r *sql.Rows) error {
			var id household.ID
			var one held
			var class, operation, kind string
			if err := r.Scan(&id, &one.ID, &one.Round, &one.Effective, &class, &operation, &kind); err != nil {
				return err
			}
			one.within, one.imported = kind == InYear, operation != ""
			one.Class, _ = standard.ParseClass(class)
			t.others[id] = append(t.others[id], one)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return t, s.withSigned(tx, t.others)
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
		list, err := s.list(tx, ` where a.province_id = $1 and a.round_id <> $2 and f.assessment_id = a.id and a.effective_from < $3 and a.household_id in (`+db.Marks(4, len(part))+`)
			and not exists (select 1 from assessment_in_force g join assessment b on b.province_id = g.province_id and b.id = g.assessment_id
				where g.province_id = a.province_id and g.household_id = a.household_id and g.round_id <> $2 and b.effective_from < $3
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
