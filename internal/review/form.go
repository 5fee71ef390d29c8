package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// FormAnswer is a filling of a form beside Phiếu B: A, C, 1a or 1b.
type FormAnswer struct {
	ID          string
	Round       string
	Household   household.ID
	Form        string // its code
	Version     string // definition and version: "phieu-a-2016/1"
	InForce     bool
	Predecessor string
	Village     area.ID
	Answers     form.Answers
	Result      string // code of the form's own result; "" while it is open
	Doubts      []Doubt
	DoubtAnswer string
	Reason      string
	RecordedAt  int64
	RecordedBy  string
	Rev         int64
}

// FormEntry is a filled form.
type FormEntry struct {
	Round       string
	Household   household.ID
	Form        string
	Rev         int64 // of the one in force that the writer saw; 0 for none
	Answers     form.Answers
	DoubtAnswer string
	Reason      string // asked for when it supersedes another
}

// FormDraft is what a form says of answers that are not recorded.
type FormDraft struct {
	Household household.Household
	Round     Round
	Form      *form.Form
	Filling   form.Filling
	Outcome   form.Outcome
	Current   FormAnswer // in force; Rev 0 if there is none
}

// DraftForm looks at a filling without recording it. Without answers it gives
// what the form begins with.
func (s *Store) DraftForm(ctx context.Context, by household.Actor, e FormEntry) (d FormDraft, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = s.draftForm(tx, by, e)
		return err
	})
	return d, err
}

func (s *Store) draftForm(tx *db.Tx, by household.Actor, e FormEntry) (d FormDraft, err error) {
	if e.Form == form.Scores || !slices.Contains(form.AllCodes, e.Form) {
		return d, fault.New(fault.NotFound, "form_not_kept", text.T("review.form.unknown", "form", e.Form))
	}
	if d.Round, err = s.Round(tx, e.Round); err != nil {
		return d, err
	}
	if d.Household, err = s.Households.Find(tx, by.Scope, e.Household); err != nil {
		return d, err
	}
	if d.Form, err = s.FormOf(d.Round, e.Form); err != nil {
		return d, err
	}
	if d.Current, _, err = s.FormInForce(tx, e.Household, e.Round, e.Form); err != nil {
		return d, err
	}
	if d.Filling, err = s.formFilling(tx, d, e.Answers); err != nil {
		return d, err
	}
	d.Outcome, err = d.Form.Work(d.Filling)
	return d, err
}

// formFilling puts the answers beside the members of the day, last year's
// filling, and the answers that the assessment keeps.
func (s *Store) formFilling(tx *db.Tx, d FormDraft, answers form.Answers) (g form.Filling, err error) {
	g.Day, g.Today = min(d.Round.CountDay, s.today()), s.today()
	g.Answers = maps.Clone(answers)
	if g.Answers == nil {
		g.Answers = form.Answers{}
	}
	members, err := s.Households.MembersOn(tx, d.Household.ID, g.Day)
	if err != nil {
		return g, err
	}
	for _, m := range members {
		g.Roster = append(g.Roster, form.Member{ID: string(m.ID), Name: m.FullName, Birth: m.Birth, Sex: m.Sex, Relation: m.Relation})
	}
	assessed, ok, err := s.InForce(tx, d.Household.ID, d.Round.ID)
	if err != nil {
		return g, err
	}
	for _, section := range d.Form.Sections {
		for _, q := range section.Questions {
			if q.Kept == "" {
				continue
			}
			delete(g.Answers, q.Code)
			if v := assessed.FormAnswers(d.Form.Set)[q.Code]; ok && v.Given() {
				g.Answers[q.Code] = v
			}
		}
	}
	before, err := s.forms(tx, ` join round r on r.province_id = f.province_id and r.id = f.round_id
		where f.province_id = $1 and f.household_id = $2 and f.form = $3 and f.in_force = 1 and r.year < $4 order by r.year desc, f.id desc limit 1`,
		s.Province, string(d.Household.ID), d.Form.Code, d.Round.Year)
	if err == nil && len(before) > 0 {
		g.Last = &form.Last{Answers: before[0].Answers}
	}
	return g, err
}

// SaveForm records a filling and puts it in force. A request, and a Phiếu A
// that does not screen the household out, put it on the list of the round.
func (s *Store) SaveForm(ctx context.Context, by household.Actor, e FormEntry) (a FormAnswer, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err = s.saveForm(tx, by, e)
		return err
	})
	return a, err
}

// SaveForms records several fillings, all or none: those of a sheet. also
// writes what belongs to them, in the same transaction.
func (s *Store) SaveForms(ctx context.Context, by household.Actor, list []FormEntry, also func(tx *db.Tx, saved []FormAnswer) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		saved := make([]FormAnswer, 0, len(list))
		for _, e := range list {
			a, err := s.saveForm(tx, by, e)
			if err != nil {
				return err
			}
			saved = append(saved, a)
		}
		return also(tx, saved)
	})
}

// JudgeForm is DraftForm within a transaction.
func (s *Store) JudgeForm(tx *db.Tx, by household.Actor, e FormEntry) (FormDraft, error) {
	d, err := s.draftForm(tx, by, e)
	if err == nil && d.Round.State != Open {
		err = roundClosed(d.Round.ID)
	}
	if err == nil {
		err = s.guard(tx, d.Round, d.Household.VillageID, Survey, "")
	}
	return d, err
}

func (s *Store) saveForm(tx *db.Tx, by household.Actor, e FormEntry) (a FormAnswer, err error) {
	d, err := s.JudgeForm(tx, by, e)
	if err != nil {
		return a, err
	}
	if e.Rev != d.Current.Rev {
		return a, stale()
	}
	if e.Reason, err = typed.Account("reason", e.Reason); err != nil {
		return a, err
	}
	if e.DoubtAnswer, err = typed.Account("warning_answer", e.DoubtAnswer); err != nil {
		return a, err
	}
	if d.Current.InForce && e.Reason == "" {
		return a, refused("reason", "review.reason_missing")
	}
	if err := refusedBy(d.Outcome.Faults); err != nil {
		return a, err
	}
	answers := maps.Clone(d.Filling.Answers)
	for code := range answers {
		if q := d.Form.Question(code); q != nil && q.Kept != "" {
			delete(answers, code) // the assessment keeps it
		}
	}
	if len(answers) == 0 {
		return a, refused("form", "review.form.empty", "form", d.Form.Name)
	}
	a = FormAnswer{ID: db.NewID(), Round: d.Round.ID, Household: d.Household.ID, Form: d.Form.Code, Version: d.Form.Ref(), InForce: true, Village: d.Household.VillageID,
		Answers: answers, Result: d.Outcome.Result, Doubts: doubtsOf(d.Outcome.Warnings), DoubtAnswer: e.DoubtAnswer, Reason: e.Reason,
		RecordedAt: s.Now().UnixMilli(), RecordedBy: by.ID, Rev: d.Current.Rev + 1}
	if d.Current.InForce {
		a.Predecessor = d.Current.ID
	}
	if err := s.insertForm(tx, &a); err != nil {
		return a, err
	}
	if err := s.listBy(tx, by, &a); err != nil {
		return a, err
	}
	return a, journal.Record(tx, s.Province, &journal.Entry{At: a.RecordedAt, Actor: by.ID, Action: "form.save", Kind: "form", Record: a.ID, HouseholdID: string(a.Household),
		AreaID: string(a.Village), Reason: e.Reason, Changes: formChanges(d.Form, d.Current, a)})
}

// formChanges tells the journal each answer that differs, in words.
func formChanges(f *form.Form, from, to FormAnswer) []journal.Change {
	changes := []journal.Change{{Field: "form", To: journal.Value(f.Name)}}
	if !from.InForce {
		from = FormAnswer{}
	}
	for _, section := range f.Sections {
		for i := range section.Questions {
			q := &section.Questions[i]
			changes = journal.Diff(changes, "answer "+q.Text.Text, q.Shown(from.Answers[q.Code]), q.Shown(to.Answers[q.Code]))
		}
	}
	return journal.Diff(changes, "form_result", from.Result, to.Result)
}

// listBy puts the household on the list of the round where the form says so.
func (s *Store) listBy(tx *db.Tx, by household.Actor, a *FormAnswer) error {
	if a.Result != form.ToReview {
		return nil
	}
	source, why := Proposal, ""
	if a.Form == form.RequestEnter || a.Form == form.RequestLeave {
		source, why = Request, a.Answers["reason"].Text()
	}
	return s.addToList(tx, by, a.Round, a.Household, source, false, why)
}

// TakeBackForm takes a filling out of force, for one that was entered for the
// wrong household or withdrawn by those who asked. With a request its place on
// the list goes, unless last year's class or a form keeps it there.
func (s *Store) TakeBackForm(ctx context.Context, by household.Actor, round string, id household.ID, code string, rev int64, reason string) error {
	reason, err := reasoned("reason", reason, "review.reason_missing")
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.JudgeForm(tx, by, FormEntry{Round: round, Household: id, Form: code})
		if err != nil {
			return err
		}
		if !d.Current.InForce || d.Current.Rev != rev {
			return stale()
		}
		return s.takeBackForm(tx, by, d, reason)
	})
}

func (s *Store) takeBackForm(tx *db.Tx, by household.Actor, d FormDraft, reason string) error {
	now, id := s.Now().UnixMilli(), d.Household.ID
	if _, err := tx.Exec(`update form_answer set in_force = 0 where province_id = $1 and id = $2`, s.Province, d.Current.ID); err != nil {
		return err
	}
	if code := d.Form.Code; code == form.RequestEnter || code == form.RequestLeave {
		if _, err := tx.Exec(`update review_listing set withdrawn_at = $1 where province_id = $2 and round_id = $3 and household_id = $4 and source = $5`, now, s.Province, d.Round.ID, string(id), Request); err != nil {
			return err
		}
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "form.take_back", Kind: "form", Record: d.Current.ID, HouseholdID: string(id),
		AreaID: string(d.Household.VillageID), Reason: reason, Changes: []journal.Change{{Field: "form", To: journal.Value(d.Form.Name)}}})
}

func (s *Store) insertForm(tx *db.Tx, a *FormAnswer) error {
	answers, err := a.Answers.JSON()
	if err != nil {
		return err
	}
	doubts := ""
	if len(a.Doubts) > 0 {
		raw, err := json.Marshal(a.Doubts)
		if err != nil {
			return err
		}
		doubts = string(raw)
	}
	if a.Predecessor != "" {
		if _, err := tx.Exec(`update form_answer set in_force = 0 where province_id = $1 and id = $2`, s.Province, a.Predecessor); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`insert into form_answer (province_id, id, round_id, household_id, form, version, in_force, predecessor, village_id, answers, result, doubts, doubt_answer, reason,
		recorded_at, recorded_by, rev) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		s.Province, a.ID, a.Round, string(a.Household), a.Form, a.Version, 1, emptyNull(a.Predecessor), string(a.Village), string(answers), a.Result, doubts, a.DoubtAnswer, a.Reason,
		a.RecordedAt, a.RecordedBy, a.Rev)
	if db.Unique(err) {
		return stale()
	}
	return err
}

const formColumns = `f.id, f.round_id, f.household_id, f.form, f.version, f.in_force, coalesce(f.predecessor, ''), f.village_id, f.answers, f.result, f.doubts, f.doubt_answer, f.reason, f.recorded_at, f.recorded_by, f.rev`

func (s *Store) forms(tx *db.Tx, tail string, args ...any) (list []FormAnswer, err error) {
	err = tx.Each(`select `+formColumns+` from form_answer f`+tail, args, func(r *sql.Rows) error {
		var a FormAnswer
		var force int
		var answers, doubts string
		err := r.Scan(&a.ID, &a.Round, &a.Household, &a.Form, &a.Version, &force, &a.Predecessor, &a.Village, &answers, &a.Result, &doubts, &a.DoubtAnswer, &a.Reason, &a.RecordedAt, &a.RecordedBy, &a.Rev)
		if err != nil {
			return err
		}
		a.InForce = force == 1
		if a.Answers, err = form.ParseAnswers([]byte(answers)); err != nil {
			return err
		}
		if doubts != "" {
			err = json.Unmarshal([]byte(doubts), &a.Doubts)
		}
		list = append(list, a)
		return err
	})
	return list, err
}

// FormInForce gives the filling of a form in force; ok is false when there is
// none, and the last one that was taken back then tells by its Rev which state
// a writer sees. The caller has found the household within his scope.
func (s *Store) FormInForce(tx *db.Tx, id household.ID, round, code string) (a FormAnswer, ok bool, err error) {
	list, err := s.forms(tx, ` where f.province_id = $1 and f.household_id = $2 and f.round_id = $3 and f.form = $4 order by f.rev desc limit 1`, s.Province, string(id), round, code)
	if err != nil || len(list) == 0 {
		return a, false, err
	}
	return list[0], list[0].InForce, nil
}

// FormsOf gives a household's fillings in force, oldest round first. The
// caller has found the household within his scope.
func (s *Store) FormsOf(tx *db.Tx, id household.ID) ([]FormAnswer, error) {
	return s.forms(tx, ` where f.province_id = $1 and f.household_id = $2 and f.in_force = 1 order by f.round_id, f.form`, s.Province, string(id))
}

// FormsFor gives the fillings of one form in force in some villages, by
// household. The caller has the villages from his scope.
func (s *Store) FormsFor(tx *db.Tx, round, code string, villages []area.ID) (map[household.ID]FormAnswer, error) {
	all := map[household.ID]FormAnswer{}
	for part := range slices.Chunk(villages, 400) {
		args := []any{s.Province, round, code}
		for _, v := range part {
			args = append(args, string(v))
		}
		list, err := s.forms(tx, ` join household h on h.province_id = f.province_id and h.id = f.household_id
			where f.province_id = $1 and f.round_id = $2 and f.form = $3 and f.in_force = 1 and h.village_id in (`+db.Marks(4, len(part))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			all[a.Household] = a
		}
	}
	return all, nil
}

// FindForm is FormInForce with the household's scope check, for a page.
func (s *Store) FindForm(ctx context.Context, scope area.Scope, id household.ID, round, code string) (a FormAnswer, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := s.Households.Find(tx, scope, id); err != nil {
			return err
		}
		a, ok, err = s.FormInForce(tx, id, round, code)
		return err
	})
	return a, ok, err
}

// screenings gives the verdicts of Phiếu A in force in a round, by household:
// ScreenedOut, or that the household is to be reviewed. One that is open gives
// none.
func (s *Store) screenings(tx *db.Tx, round Round, villages []area.ID) (map[household.ID]string, error) {
	forms, err := s.FormsFor(tx, round.ID, form.Screening, villages)
	if err != nil {
		return nil, err
	}
	verdicts := map[household.ID]string{}
	for id, a := range forms {
		switch a.Result {
		case "":
		case form.SurelyNotPoor:
			verdicts[id] = ScreenedOut
		default:
			verdicts[id] = a.Result
		}
	}
	return verdicts, nil
}

// Guidance gives the province's own words for a round, by code of the
// question, indicator or cause.
func (s *Store) Guidance(tx *db.Tx, round string) (map[string]string, error) {
	words := map[string]string{}
	err := tx.Each(`select code, words from round_guidance where province_id = $1 and round_id = $2`, []any{s.Province, round}, func(r *sql.Rows) error {
		var code, said string
		err := r.Scan(&code, &said)
		words[code] = said
		return err
	})
	return words, err
}

// GuidanceFor is Guidance for a page.
func (s *Store) GuidanceFor(ctx context.Context, round string) (words map[string]string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		words, err = s.Guidance(tx, round)
		return err
	})
	return words, err
}
