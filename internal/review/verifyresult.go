package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/verification"
)

// WorkDay is the day on whose areas a round is worked on.
func (s *Store) WorkDay(round Round) string { return s.workDay(round) }

// Samples lists what was drawn for an area in a round, the latest first: the
// one that counts, then those it superseded.
func (s *Store) Samples(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []VerificationSample, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if _, err := s.within(scope, round, root); err != nil {
			return err
		}
		list, err = s.samples(tx, ` and round_id = $2 and area_id = $3 order by no desc`, roundID, string(root))
		return err
	})
	return list, err
}

func (s *Store) samples(tx *db.Tx, tail string, args ...any) (list []VerificationSample, err error) {
	err = tx.Each(`select id, round_id, area_id, no, seed, margin, design, state, reason, drawn_at, by_actor from verification_sample where province_id = $1`+tail, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		var o VerificationSample
		var margin, design string
		if err := r.Scan(&o.ID, &o.Round, &o.Area, &o.No, &o.Seed, &margin, &design, &o.State, &o.Reason, &o.DrawnAt, &o.By); err != nil {
			return err
		}
		var err error
		if o.Margin, err = strconv.ParseFloat(margin, 64); err != nil {
			return err
		}
		list = append(list, o)
		return json.Unmarshal([]byte(design), &list[len(list)-1].Design)
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		err := tx.Each(`select commune_id, size, take from verification_stratum where province_id = $1 and sample_id = $2 order by commune_id`, []any{s.Province, list[i].ID}, func(r *sql.Rows) error {
			var one verification.Stratum
			err := r.Scan(&one.Name, &one.Size, &one.Take)
			list[i].Strata = append(list[i].Strata, one)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// findSample gives a sample whose area the scope covers.
func (s *Store) findSample(tx *db.Tx, scope area.Scope, id string) (o VerificationSample, round Round, err error) {
	list, err := s.samples(tx, ` and id = $2`, id)
	if err != nil {
		return o, round, err
	}
	absent := fault.New(fault.NotFound, "sample_not_found", text.T("review.sample_not_found"))
	if len(list) == 0 {
		return o, round, absent
	}
	if round, err = s.Round(tx, list[0].Round); err != nil {
		return o, round, err
	}
	if _, err := s.within(scope, round, list[0].Area); err != nil {
		return o, round, absent
	}
	return list[0], round, nil
}

// Resurveyed is a household of a sample: what the first form said, and the
// second once there is one.
type Resurveyed struct {
	Drawn
	First, Second *Assessment // Second is nil until it was surveyed again
	Corrected     bool        // the first form is no longer in force: somebody replaced it after the draw
	SamePerson    bool        // both forms name one surveyor
}

// Resurvey lists the households of a sample that the scope shows, commune by
// commune; of one commune where it is given.
func (s *Store) Resurvey(ctx context.Context, scope area.Scope, id string, commune area.ID) (o VerificationSample, list []Resurveyed, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		var round Round
		if o, round, err = s.findSample(tx, scope, id); err != nil {
			return err
		}
		list, err = s.resurvey(tx, scope, o, round, commune)
		return err
	})
	return o, list, err
}

func (s *Store) resurvey(tx *db.Tx, scope area.Scope, o VerificationSample, round Round, commune area.ID) ([]Resurveyed, error) {
	strata := map[string]verification.Stratum{}
	for _, one := range o.Strata {
		strata[one.Name] = one
	}
	args := []any{s.Province, o.ID, s.today()}
	from := `join verification_item i on i.province_id = a.province_id and i.household_id = a.household_id and i.sample_id = $2
		join household h on h.province_id = a.province_id and h.id = a.household_id
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
		where a.province_id = $1 and ` + scope.PathSQLFor("v.path", area.FieldHousehold, &args)
	if commune != "" {
		args = append(args, string(commune))
		from += " and i.commune_id = $" + strconv.Itoa(len(args))
	}
	var list []Resurveyed
	at := map[household.ID]int{}
	err := tx.Each(`select `+assessmentColumns+`, h.code, i.commune_id, coalesce((select p.full_name from person p where p.province_id = h.province_id and p.id = h.head_id), '')`+assessmentFrom+` `+from+` and a.id = i.assessment_id order by i.commune_id, h.code`, args, func(r *sql.Rows) error {
		var one Resurveyed
		a, err := scanAssessment(r, &one.Code, &one.Commune, &one.Head)
		if err != nil {
			return err
		}
		stratum := strata[string(one.Commune)]
		one.Household, one.Village, one.Assessment, one.First, one.Corrected = a.Household, a.Village, a.ID, &a, !a.InForce
		one.StratumSize, one.Take, one.Weight = stratum.Size, stratum.Take, float64(stratum.Size)/float64(max(1, stratum.Take))
		at[a.Household] = len(list)
		list = append(list, one)
		return nil
	})
	if err != nil {
		return nil, err
	}
	args = append(args, round.ID, Verification)
	n := len(args)
	err = tx.Each(`select `+assessmentColumns+assessmentFrom+` `+from+` and a.round_id = $`+strconv.Itoa(n-1)+` and a.purpose = $`+strconv.Itoa(n)+` order by a.recorded_at, a.id`, args, func(r *sql.Rows) error {
		a, err := scanAssessment(r)
		if err != nil {
			return err
		}
		if i, ok := at[a.Household]; ok {
			list[i].Second = &a // the latest
			list[i].SamePerson = a.Surveyor != "" && a.Surveyor == list[i].First.Surveyor
		}
		return nil
	})
	return list, err
}

// VerificationProgress is how far a second survey is.
type VerificationProgress struct{ Drawn, Done int }

// VerificationResult is what a sample says.
type VerificationResult struct {
	Sample     VerificationSample
	Agreement  verification.Agreement
	Progress   VerificationProgress
	Communes   map[area.ID]VerificationProgress
	Corrected  int // first forms that were replaced after the draw
	SamePerson int // households that one surveyor surveyed both times: no second opinion
}

// comparedClasses are the rows of the table of changes; the others count as the third.
var comparedClasses = []standard.Class{standard.Poor, standard.NearPoor, standard.NotPoor}

func classPlace(c standard.Class) int {
	switch c {
	case standard.Undetermined:
		return -1
	case standard.Poor:
		return 0
	case standard.NearPoor:
		return 1
	}
	return 2
}

// ResultClasses are the classes of the table of changes, in its order.
func ResultClasses() []standard.Class { return comparedClasses }

// VerificationResults compares, over the whole sample, the forms that were in
// force when it was drawn with the second survey.
func (s *Store) VerificationResults(ctx context.Context, scope area.Scope, id string) (out VerificationResult, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, round, err := s.findSample(tx, scope, id)
		if err != nil {
			return err
		}
		set, err := s.Law.ByID(round.Standard)
		if err != nil {
			return err
		}
		list, err := s.resurvey(tx, scope, o, round, "")
		if err != nil {
			return err
		}
		out = VerificationResult{Sample: o, Communes: map[area.ID]VerificationProgress{}}
		for _, one := range o.Strata {
			out.Communes[area.ID(one.Name)] = VerificationProgress{Drawn: one.Take}
			out.Progress.Drawn += one.Take
		}
		var pairs []verification.Pair
		for _, one := range list {
			if one.Corrected {
				out.Corrected++
			}
			if one.Second == nil {
				continue
			}
			if one.SamePerson {
				out.SamePerson++
			}
			p := out.Communes[one.Commune]
			p.Done++
			out.Communes[one.Commune] = p
			out.Progress.Done++
			pairs = append(pairs, verification.Pair{Stratum: string(one.Commune), First: one.First.form(), Second: one.Second.form()})
		}
		step := 0
		if set.Score.Step != nil {
			step = int(set.Score.Step.Value)
		}
		out.Agreement = verification.Agree(pairs, o.Strata, len(comparedClasses), len(set.Indicators), step, o.Design.Confidence)
		return nil
	})
	return out, err
}

func (a *Assessment) form() verification.Form {
	return verification.Form{Class: classPlace(a.Class), Points: a.B1, Answers: a.Answers}
}

// SampleProgress is how far the second survey of a commune is, in the samples
// that count; nothing is drawn of a commune that no sample covers.
func (s *Store) SampleProgress(ctx context.Context, scope area.Scope, roundID string, commune area.ID) (p VerificationProgress, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err = s.SampleProgressIn(tx, scope, roundID, commune)
		return err
	})
	return p, err
}

// SampleProgressIn is SampleProgress within a transaction.
func (s *Store) SampleProgressIn(tx *db.Tx, scope area.Scope, roundID string, commune area.ID) (p VerificationProgress, err error) {
	round, err := s.Round(tx, roundID)
	if err != nil {
		return p, err
	}
	if _, err := s.within(scope, round, commune); err != nil {
		return p, err
	}
	err = tx.Get(`select count(*), count(case when exists (select 1 from assessment a where a.province_id = i.province_id and a.household_id = i.household_id and a.round_id = o.round_id and a.purpose = $4) then 1 end)
		from verification_item i join verification_sample o on o.province_id = i.province_id and o.id = i.sample_id
		where i.province_id = $1 and o.round_id = $2 and i.commune_id = $3 and o.state = $5`, []any{s.Province, roundID, string(commune), Verification, SampleCounts}, &p.Drawn, &p.Done)
	return p, err
}

// RepeatDraw draws a recorded sample again from the frame kept with it, and
// says whether it gives the same households.
func (s *Store) RepeatDraw(ctx context.Context, scope area.Scope, id string) (frame []verification.Unit, same bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, _, err := s.findSample(tx, scope, id)
		if err != nil {
			return err
		}
		var packed []byte
		if err := tx.Get(`select frame from verification_sample where province_id = $1 and id = $2`, []any{s.Province, id}, &packed); err != nil {
			return err
		}
		if frame, err = unpackFrame(packed); err != nil {
			return err
		}
		again, err := verification.Draw(frame, verification.Design{Margin: o.Margin, Confidence: o.Design.Confidence, Proportion: o.Design.Proportion, PerStratum: o.Design.PerStratum}, o.Round, o.Seed)
		if err != nil {
			return err
		}
		drawn := map[string]bool{}
		for _, item := range again.Items {
			drawn[item.Code] = true
		}
		n := 0
		same = true
		err = tx.Each(`select h.code from verification_item i join household h on h.province_id = i.province_id and h.id = i.household_id where i.province_id = $1 and i.sample_id = $2`, []any{s.Province, id}, func(r *sql.Rows) error {
			var code string
			err := r.Scan(&code)
			same = same && drawn[code]
			n++
			return err
		})
		same = same && n == len(drawn)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		err = fault.New(fault.NotFound, "sample_not_found", text.T("review.sample_not_found"))
	}
	return frame, same, err
}

// ReadSample is the list of a draw for those who survey again: of the whole,
// or of one commune. The reading is journalled with its purpose.
func (s *Store) ReadSample(ctx context.Context, by household.Actor, id string, commune area.ID, purpose string) (drawn []Drawn, err error) {
	o, list, err := s.Resurvey(ctx, by.Scope, id, commune)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		drawn = append(drawn, one.Drawn)
	}
	place := commune
	if place == "" {
		place = o.Area
	}
	return drawn, s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "list.read", Kind: "list", Record: "sample", AreaID: string(place), Reason: purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(o.Round)}, {Field: "seed", To: journal.Value(o.Seed)}, {Field: "households", To: journal.Value(len(drawn))}}})
	})
}
