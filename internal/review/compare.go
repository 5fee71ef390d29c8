package review

import (
	"context"
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
)

// Classification is what one version of a rule set makes of an assessment.
// One of an assessment is official; the others stand beside it.
type Classification struct {
	Standard     string
	Version      int
	Class        standard.Class
	Label        string
	Deprivations *int
	Official     bool
}

// Compare says what another rule set makes of the same answers; the official
// classification stays.
func (s *Store) Compare(a Assessment, set *standard.Set) standard.Result {
	own, err := s.Law.ByID(a.Standard)
	if err != nil {
		return standard.Result{}
	}
	return set.Classify(standard.Translate(a.AnswersFor(own), own, set))
}

// compareBatch bounds how long others wait for the writer.
const compareBatch = 1000

// ClassifyAlso stores beside the official class of every assessment in force
// of a round the one by another standard, and says how many there are.
func (s *Store) ClassifyAlso(ctx context.Context, actor, roundID, standardID string) (n int, err error) {
	round, err := s.FindRound(ctx, roundID)
	if err != nil {
		return 0, err
	}
	own, err := s.Law.ByID(round.Standard)
	if err != nil {
		return 0, err
	}
	set, err := s.Law.ByID(standardID)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		batch, err := s.answersAfter(ctx, roundID, after)
		if err != nil {
			return n, err
		}
		if len(batch) == 0 {
			break
		}
		after = batch[len(batch)-1].ID
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.storeBeside(tx, batch, own, set) }); err != nil {
			return n, err
		}
		n += len(batch)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: actor, Action: "round.classify", Kind: "round", Record: roundID,
			Changes: []journal.Change{{Field: "standard", To: journal.Value(set.ID)}, {Field: "assessments", To: journal.Value(n)}}})
	})
	return n, err
}

func (s *Store) answersAfter(ctx context.Context, round, after string) (batch []Assessment, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		batch = nil
		return tx.Each(`select a.id, a.area_type, a.b1, a.income, a.answers from assessment a join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
			where a.province_id = $1 and a.round_id = $2 and a.id > $3 order by a.id limit $4`,
			[]any{s.Province, round, after, compareBatch}, func(r *sql.Rows) error {
				var a Assessment
				var areaType string
				var b1, income sql.NullInt64
				err := r.Scan(&a.ID, &areaType, &b1, &income, &a.Answers)
				a.Area, a.B1, a.Income = parseAreaType(areaType), intOrNil(b1), int64OrNil(income)
				batch = append(batch, a)
				return err
			})
	})
	return batch, err
}

// storeBeside never touches an official row.
func (s *Store) storeBeside(tx *db.Tx, batch []Assessment, own, set *standard.Set) error {
	now := s.Now().UnixMilli()
	for _, a := range batch {
		r := set.Classify(standard.Translate(a.AnswersFor(own), own, set))
		_, err := tx.Exec(insertClassification+` on conflict (province_id, assessment_id, standard, version) do update set class = excluded.class, label = excluded.label,
			deprivations = excluded.deprivations, at = excluded.at where classification.official = 0`,
			s.Province, a.ID, set.ID, set.Version, r.Class.String(), r.Label, nullable(countOf(r)), "", 0, now)
		if err != nil {
			return err
		}
	}
	return nil
}

// countOf is the number of deprivations, nil where nothing is known: a count
// of nothing known is not a zero.
func countOf(r standard.Result) *int {
	if r.Deprivations == 0 && r.Unknown != 0 {
		return nil
	}
	n := r.Deprivations
	return &n
}

// SideBySide gives all classifications of an assessment, the official first.
// The caller has found the household within his scope.
func (s *Store) SideBySide(tx *db.Tx, assessment string) (list []Classification, err error) {
	err = tx.Each(`select standard, version, class, label, deprivations, official from classification where province_id = $1 and assessment_id = $2 order by official desc, standard, version`,
		[]any{s.Province, assessment}, func(r *sql.Rows) error {
			var c Classification
			var class string
			var deprivations sql.NullInt64
			var official int
			err := r.Scan(&c.Standard, &c.Version, &class, &c.Label, &deprivations, &official)
			c.Class, _ = standard.ParseClass(class)
			c.Deprivations, c.Official = intOrNil(deprivations), official == 1
			list = append(list, c)
			return err
		})
	return list, err
}

// Crossed counts the assessments in force of a round in the scope by their
// official class and the class by another standard, as ClassifyAlso stored it.
type Crossed map[[2]standard.Class]int

// CompareRound gives the count, and how many assessments nobody has judged by
// the other standard yet: those stand in no cell. The scope is that of figures;
// it names nobody.
func (s *Store) CompareRound(ctx context.Context, scope area.Scope, round, standardID string) (crossed Crossed, unjudged int, err error) {
	set, err := s.Law.ByID(standardID)
	if err != nil {
		return nil, 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		crossed, unjudged = Crossed{}, 0
		args := []any{s.Province, round, s.today(), set.ID, set.Version}
		condition := scope.FiguresSQL("v.path", &args)
		return tx.Each(`select coalesce(c.class, ''), coalesce(o.class, ''), count(*)`+assessmentFrom+`
			left join classification o on o.province_id = a.province_id and o.assessment_id = a.id and o.standard = $4 and o.version = $5
			join area_version v on v.province_id = a.province_id and v.area_id = a.village_id and v.from_day <= $3 and v.to_day > $3
			where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id and `+condition+` group by c.class, o.class`, args, func(r *sql.Rows) error {
			var official, other string
			var n int
			if err := r.Scan(&official, &other, &n); err != nil {
				return err
			}
			if other == "" {
				unjudged += n
				return nil
			}
			a, _ := standard.ParseClass(official)
			b, _ := standard.ParseClass(other)
			crossed[[2]standard.Class{a, b}] += n
			return nil
		})
	})
	return crossed, unjudged, err
}
