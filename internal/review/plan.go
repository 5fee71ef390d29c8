package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Plan is the survey plan of a year (task I.1): a dossier of the province,
// with its file attached.
type Plan struct {
	Dossier dossier.Dossier
	Year    int
}

// StartPlan opens the dossier of the survey plan of a year, or gives the one
// there is.
func (s *Store) StartPlan(ctx context.Context, by *account.Actor, year int) (d dossier.Dossier, err error) {
	if err := by.Need(account.RightRounds); err != nil {
		return d, err
	}
	var w wrong
	if s.year(&w, year, firstPlan); w.err() != nil {
		return d, w.err()
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		procedure, known := s.ProcedureFor(PlanRound(Plan{Year: year}))
		roots := s.Tree().Roots(s.today())
		if !known || len(roots) == 0 {
			return fault.New(fault.NotFound, "no_procedure", text.T("dossier.no_procedure", "day", area.ShowDay(fmt.Sprintf("%04d-09-01", year))))
		}
		k := dossier.Key{Kind: SurveyPlan, Subject: strconv.Itoa(year), Unit: roots[0].Area}
		one, there, err := s.Dossiers.About(tx, k)
		if err != nil {
			return err
		}
		if !there {
			if err := s.Dossiers.Open(tx, by.ID, procedure, []dossier.Key{k}); err != nil {
				return err
			}
			if one, _, err = s.Dossiers.About(tx, k); err != nil {
				return err
			}
		}
		d = one
		return nil
	})
	return d, err
}

// Plans lists the survey plans, the latest year first.
func (s *Store) Plans(ctx context.Context) (list []Plan, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.PlansIn(tx)
		return err
	})
	return list, err
}

// PlansIn is Plans within a transaction.
func (s *Store) PlansIn(tx *db.Tx) (list []Plan, err error) {
	all, err := s.Dossiers.OfKind(tx, SurveyPlan)
	for _, d := range all {
		year, _ := strconv.Atoi(d.Subject)
		list = append(list, Plan{d, year})
	}
	slices.SortFunc(list, func(a, b Plan) int { return b.Year - a.Year })
	return list, err
}

// planMissing holds the draft open while there is nothing that anybody could
// sign.
func (s *Store) planMissing(tx *db.Tx, d dossier.Dossier, step dossier.Step) ([]dossier.Obstacle, error) {
	if step.Code != "draft" {
		return nil, nil
	}
	n, err := s.CountFiles(tx, Owner{OfDossier, d.ID})
	if err != nil || n > 0 {
		return nil, err
	}
	return []dossier.Obstacle{{Code: "no_plan_file", Count: 1, Message: text.T("review.obstacle.no_plan_file")}}, nil
}

// PlanRound is the round that a year's survey plan is for, as far as the day by
// which it is due goes.
func PlanRound(plan Plan) Round {
	return Round{ID: plan.Dossier.Subject, Year: plan.Year, BoundaryDay: fmt.Sprintf("%04d-12-31", plan.Year)}
}

// checkPlan refuses to open a round on a plan that is not signed, or of
// another year.
func (s *Store) checkPlan(tx *db.Tx, o Opening) error {
	if o.Plan == "" || s.Dossiers == nil {
		return nil
	}
	d, err := s.Dossiers.Get(tx, o.Plan)
	if err != nil {
		return err
	}
	if d.Kind != SurveyPlan || !d.State.Decided() {
		return refused("plan", "review.plan_unsigned")
	}
	if d.Subject != strconv.Itoa(o.Year) {
		return refused("plan", "review.plan_year", "year", d.Subject)
	}
	return nil
}

// PlanFor is the signed survey plan of a year, a dossier; "" where there is none.
func (s *Store) PlanFor(ctx context.Context, year int) (id string, err error) {
	if s.Dossiers == nil {
		return "", nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.PlansIn(tx)
		id = ""
		for _, p := range list {
			if p.Year == year && p.Dossier.State.Decided() {
				id = p.Dossier.ID
			}
		}
		return err
	})
	return id, err
}

// PlanOf tells on what a round was opened: the dossier of the plan, or the
// number and day of one on paper; both empty where nothing was said.
func (s *Store) PlanOf(tx *db.Tx, round string) (plan, note string, err error) {
	err = tx.Get(`select plan_dossier, plan_note from round_plan where province_id = $1 and round_id = $2`, []any{s.Province, round}, &plan, &note)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", nil
	}
	return plan, note, err
}

// mostWords bounds the guidance on one question: it stands beside it.
const mostWords = 2000

// SetGuidance writes the province's words on how to judge a question, an
// indicator or a cause in a round; empty words take them away.
func (s *Store) SetGuidance(ctx context.Context, by *account.Actor, roundID, code, words string) error {
	if err := by.Need(account.RightRounds); err != nil {
		return err
	}
	code, words = strings.TrimSpace(code), vn.Lines(words)
	if code == "" || len(code) > 80 {
		return refused("code", "review.guidance_code")
	}
	if len([]rune(words)) > mostWords {
		return refused("words", "review.guidance_long", "n", mostWords)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if round.State != Open {
			return roundClosed(roundID)
		}
		before := ""
		err = tx.Get(`select words from round_guidance where province_id = $1 and round_id = $2 and code = $3`, []any{s.Province, roundID, code}, &before)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		if words == "" {
			_, err = tx.Exec(`delete from round_guidance where province_id = $1 and round_id = $2 and code = $3`, s.Province, roundID, code)
		} else {
			_, err = tx.Exec(`insert into round_guidance (province_id, round_id, code, words) values ($1, $2, $3, $4) on conflict (province_id, round_id, code) do update set words = excluded.words`, s.Province, roundID, code, words)
		}
		if err != nil || before == words {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "round.guidance", Kind: "round", Record: roundID, Changes: journal.Diff(nil, code, before, words)})
	})
}

// Surveyor is somebody who surveys a village in a round.
type Surveyor struct {
	ID      string
	Village area.ID
	Account account.ID // "" for somebody who has none
	Name    string
	Phone   string
	From    int64
	To      int64 // 0: still
}

// Surveyors lists who surveys the villages under an area that the scope shows,
// those who were relieved too.
func (s *Store) Surveyors(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []Surveyor, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		return tx.Each(`select id, village_id, account_id, name, phone, from_at, coalesce(to_at, 0) from round_surveyor where province_id = $1 and round_id = $2 order by village_id, from_at, id`, []any{s.Province, roundID}, func(r *sql.Rows) error {
			var one Surveyor
			if err := r.Scan(&one.ID, &one.Village, &one.Account, &one.Name, &one.Phone, &one.From, &one.To); err != nil {
				return err
			}
			v, ok := s.Tree().On(one.Village, s.today())
			if f, covered := scope.FieldsAt(v.Path); ok && covered && f.Has(area.FieldHousehold) && s.Tree().Covers(root, one.Village, s.today()) {
				list = append(list, one)
			}
			return nil
		})
	})
	return list, err
}

// AssignSurveyor says who surveys a village.
func (s *Store) AssignSurveyor(ctx context.Context, by household.Actor, roundID string, one Surveyor) error {
	one.Name, one.Phone = vn.Line(one.Name), vn.Line(one.Phone)
	var w wrong
	if one.Name == "" {
		w.say("name", "review.surveyor_name")
	}
	w.long("name", one.Name, typed.Name)
	if !goodPhone(one.Phone) {
		w.say("phone", "review.surveyor_phone")
	}
	if err := w.err(); err != nil {
		return err
	}
	return s.writeRound(ctx, by, roundID, one.Village, func(tx *db.Tx) error {
		twice := false
		err := tx.Each(`select name from round_surveyor where province_id = $1 and round_id = $2 and village_id = $3 and to_at is null`, []any{s.Province, roundID, string(one.Village)}, func(r *sql.Rows) error {
			var name string
			err := r.Scan(&name)
			twice = twice || strings.EqualFold(name, one.Name)
			return err
		})
		if err != nil {
			return err
		}
		if twice {
			return refused("name", "review.surveyor_twice", "name", one.Name)
		}
		id, now := db.NewID(), s.Now().UnixMilli()
		_, err = tx.Exec(`insert into round_surveyor (province_id, round_id, village_id, id, account_id, name, phone, from_at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			s.Province, roundID, string(one.Village), id, string(one.Account), one.Name, one.Phone, now, by.ID)
		if err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "surveyor.assign", Kind: "round", Record: roundID, AreaID: string(one.Village), Changes: journal.Diff(nil, "surveyor", "", one.Name)})
	})
}

// goodPhone says whether a number can be called; none is none.
func goodPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" .+-()", r):
			return false
		}
	}
	return s == "" || digits >= 8 && digits <= 15 && len(s) <= 30
}

// RelieveSurveyor ends an assignment; who surveyed until then stays recorded.
func (s *Store) RelieveSurveyor(ctx context.Context, by household.Actor, roundID string, village area.ID, id string) error {
	return s.writeRound(ctx, by, roundID, village, func(tx *db.Tx) error {
		now := s.Now().UnixMilli()
		n, err := tx.Exec(`update round_surveyor set to_at = $1 where province_id = $2 and round_id = $3 and village_id = $4 and id = $5 and to_at is null`, now, s.Province, roundID, string(village), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "no_surveyor", text.T("review.surveyor_none"))
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "surveyor.relieve", Kind: "round", Record: roundID, AreaID: string(village)})
	})
}

// writeRound runs f for a writer whose scope shows whole households of the
// area, while the round is open.
func (s *Store) writeRound(ctx context.Context, by household.Actor, roundID string, at area.ID, f func(tx *db.Tx) error) error {
	v, ok := s.Tree().On(at, s.today())
	if fields, covered := by.Scope.FieldsAt(v.Path); !ok || !covered || !fields.Has(area.FieldHousehold) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		if round.State != Open {
			return roundClosed(roundID)
		}
		return f(tx)
	})
}
