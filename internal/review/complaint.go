package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"slices"
	"strings"

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

// The kinds of complaints.
const (
	WronglyIn   = "wrongly_in"
	WronglyOut  = "wrongly_out"
	WrongData   = "wrong_data"
	AsksToLeave = "asks_to_leave"
	Conduct     = "conduct" // of those who survey and decide; no household is judged anew
)

// ComplaintKinds lists them in the order in which a page offers them.
var ComplaintKinds = []string{WronglyIn, WronglyOut, WrongData, AsksToLeave, Conduct}

// How a complaint was answered.
const (
	Changed   = "changed"   // the re-check leads to another class
	Unchanged = "unchanged" // the re-check confirms it
	Dismissed = "dismissed" // no re-check was called for; says why
	Dropped   = "dropped"   // the complainant took it back
)

// The states of a complaint.
const (
	ComplaintOpen     = "open"
	ComplaintAnswered = "answered"
)

// Complaint is what somebody says against a result, and what came of it.
type Complaint struct {
	ID         string
	Year       int
	Number     int    // without gaps, by year
	Token      string // with the number, what its author follows it by
	Round      string
	Area       area.ID // the commune
	Household  household.ID
	Kind       string
	Words      string
	Person     string // may be nobody: anonymous ones count too
	Contact    string
	ReceivedOn string
	DueOn      string // "" where no rule sets a term
	State      string
	Assessment string // in force when it came
	Recheck    string // that answered it
	Outcome    string
	Answer     string
	AnsweredAt int64
	AnsweredBy string
	At         int64
	By         string
	Rev        int64
}

const complaintColumns = `id, year, number, token, round_id, area_id, coalesce(household_id, ''), kind, words, person, contact, received_on, due_on, state, assessment_id, recheck_id, outcome, answer,
	coalesce(answered_at, 0), answered_by, at, by_actor, rev`

func scanComplaint(r *sql.Rows) (c Complaint, err error) {
	err = r.Scan(&c.ID, &c.Year, &c.Number, &c.Token, &c.Round, &c.Area, &c.Household, &c.Kind, &c.Words, &c.Person, &c.Contact, &c.ReceivedOn, &c.DueOn, &c.State, &c.Assessment, &c.Recheck, &c.Outcome, &c.Answer,
		&c.AnsweredAt, &c.AnsweredBy, &c.At, &c.By, &c.Rev)
	return c, err
}

// aboutHousehold says that the kind is about the result of a household.
func aboutHousehold(kind string) bool { return kind != Conduct }

// CheckComplaint says all that is the matter with a complaint as it was filled
// in. It asks no store whether the household is there.
func (s *Store) CheckComplaint(c Complaint) error {
	var w wrong
	if !slices.Contains(ComplaintKinds, c.Kind) {
		w.say("kind", "review.complaint.kind")
	}
	if c.Household == "" && slices.Contains(ComplaintKinds, c.Kind) && aboutHousehold(c.Kind) && c.Kind != WronglyOut {
		w.say("household", "review.complaint.household")
	}
	if strings.TrimSpace(c.Words) == "" {
		w.say("words", "review.complaint.words")
	}
	w.long("words", c.Words, typed.Words)
	w.long("person", c.Person, typed.Name)
	w.long("contact", c.Contact, typed.Line)
	if c.ReceivedOn != "" && (!area.ValidDay(c.ReceivedOn) || c.ReceivedOn > s.today()) {
		w.say("received_on", "review.complaint.day")
	}
	return w.err()
}

// Complain records a complaint and gives it a number. The household may be
// missing: somebody who was left out altogether need not be in the register.
func (s *Store) Complain(ctx context.Context, by household.Actor, c Complaint) (Complaint, error) {
	if err := s.wholeCommune(by.Scope, c.Area); err != nil {
		return c, err
	}
	c.Words, c.Person, c.Contact = vn.Lines(c.Words), vn.Line(c.Person), vn.Line(c.Contact)
	if c.ReceivedOn == "" {
		c.ReceivedOn = s.today()
	}
	if err := s.CheckComplaint(c); err != nil {
		return c, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, c.Round)
		if err != nil {
			return err
		}
		if c.Household != "" {
			h, err := s.Households.Find(tx, by.Scope, c.Household)
			if err != nil {
				return err
			}
			if at, ok := s.Tree().Ancestor(h.VillageID, s.today(), area.Commune); ok && at.Area != c.Area && !s.Tree().Covers(c.Area, h.VillageID, s.workDay(round)) {
				return refused("household", "review.complaint.elsewhere")
			}
			a, ok, err := s.InForce(tx, c.Household, c.Round)
			if err != nil {
				return err
			}
			if ok {
				c.Assessment = a.ID
			}
		}
		if c.DueOn, err = s.complaintTerm(tx, round, c.ReceivedOn); err != nil {
			return err
		}
		c.ID, c.At, c.By, c.State, c.Rev, c.Year = db.NewID(), s.Now().UnixMilli(), by.ID, ComplaintOpen, 1, yearOf(c.ReceivedOn)
		c.Token = newToken()
		if c.Number, err = s.nextNumber(tx, "complaint/"+c.ReceivedOn[:4]); err != nil {
			return err
		}
		_, err = tx.Exec(`insert into complaint (province_id, id, year, number, token, round_id, area_id, household_id, kind, words, person, contact, received_on, due_on, state, assessment_id, at, by_actor)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
			s.Province, c.ID, c.Year, c.Number, c.Token, c.Round, string(c.Area), emptyNull(string(c.Household)), c.Kind, c.Words, c.Person, c.Contact, c.ReceivedOn, c.DueOn, c.State, c.Assessment, c.At, c.By)
		if err != nil {
			return err
		}
		// The complainant stays out of the household's own history.
		return journal.Record(tx, s.Province, &journal.Entry{At: c.At, Actor: by.ID, Action: "complaint.receive", Kind: "complaint", Record: c.ID, AreaID: string(c.Area),
			Changes: []journal.Change{{Field: "number", To: journal.Value(c.Number)}, {Field: "kind", To: journal.Value(c.Kind)}, {Field: "received_on", To: journal.Value(c.ReceivedOn)}}})
	})
	return c, err
}

// complaintTerm is by when a complaint is to be answered: the procedure's
// figure complaint_answer; none is known today, and none is made up.
func (s *Store) complaintTerm(tx *db.Tx, round Round, received string) (string, error) {
	p, ok, err := s.ProcedureOf(tx, round.ID)
	if err != nil || !ok {
		return "", err
	}
	f, has := p.Figures["complaint_answer"]
	if !has {
		return "", nil
	}
	return s.term(f, received), nil
}

// term counts a figure from a day.
func (s *Store) term(f dossier.Figure, from string) string {
	if f.Unit == "working_day" && s.Workdays != nil {
		return s.Workdays.Add(from, f.Value)
	}
	return daysAfter(from, f.Value)
}

var tokenLetters = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz234567890").WithPadding(base32.NoPadding)

func newToken() string {
	var b [5]byte
	rand.Read(b[:])
	return tokenLetters.EncodeToString(b[:])
}

// Complaints lists those of a commune in a round, newest first, for those who
// see whole households in all of it: a village head sees none, for some are
// about him.
func (s *Store) Complaints(ctx context.Context, scope area.Scope, round string, commune area.ID) (list []Complaint, err error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.complaints(tx, ` and round_id = $2 and area_id = $3 order by year desc, number desc`, round, string(commune))
		return err
	})
	return list, err
}

func (s *Store) complaints(tx *db.Tx, tail string, args ...any) (list []Complaint, err error) {
	err = tx.Each(`select `+complaintColumns+` from complaint where province_id = $1`+tail, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		c, err := scanComplaint(r)
		list = append(list, c)
		return err
	})
	return list, err
}

// FindComplaint gives one within the scope.
func (s *Store) FindComplaint(ctx context.Context, scope area.Scope, id string) (c Complaint, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err = s.findComplaint(tx, scope, id)
		return err
	})
	return c, err
}

// ComplaintIn is FindComplaint within a transaction.
func (s *Store) ComplaintIn(tx *db.Tx, scope area.Scope, id string) (Complaint, error) {
	return s.findComplaint(tx, scope, id)
}

func (s *Store) findComplaint(tx *db.Tx, scope area.Scope, id string) (Complaint, error) {
	list, err := s.complaints(tx, ` and id = $2`, id)
	if err != nil {
		return Complaint{}, err
	}
	if len(list) == 0 || s.wholeCommune(scope, list[0].Area) != nil {
		return Complaint{}, fault.New(fault.NotFound, "no_complaint", text.T("review.complaint.none"))
	}
	return list[0], nil
}

// FollowComplaint gives what its author may know of it by its number and
// token: nothing that names anybody.
func (s *Store) FollowComplaint(ctx context.Context, year, number int, token string) (c Complaint, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.complaints(tx, ` and year = $2 and number = $3`, year, number)
		if err != nil {
			return err
		}
		token = strings.ToLower(strings.TrimSpace(token))
		if len(list) == 0 || subtle.ConstantTimeCompare([]byte(list[0].Token), []byte(token)) != 1 {
			return fault.New(fault.NotFound, "no_complaint", text.T("review.complaint.none_public"))
		}
		full := list[0]
		c = Complaint{Year: full.Year, Number: full.Number, Area: full.Area, Kind: full.Kind, ReceivedOn: full.ReceivedOn, DueOn: full.DueOn, State: full.State, Outcome: full.Outcome, AnsweredAt: full.AnsweredAt}
		return nil
	})
	return c, err
}

// Recheck gives the form that can answer a complaint: in force now, entered
// after it for a re-check; ok is false while there is none. same tells that the
// same people filled in both.
func (s *Store) Recheck(tx *db.Tx, c Complaint) (a Assessment, ok, same bool, err error) {
	if c.Household == "" {
		return a, false, false, nil
	}
	a, ok, err = s.InForce(tx, c.Household, c.Round)
	if err != nil || !ok || a.ID == c.Assessment || a.Purpose != Recheck {
		return a, false, false, err
	}
	if c.Assessment == "" {
		return a, true, false, nil
	}
	var recordedBy, surveyor string
	err = tx.Get(`select recorded_by, surveyor from assessment where province_id = $1 and id = $2`, []any{s.Province, c.Assessment}, &recordedBy, &surveyor)
	if errors.Is(err, db.ErrNoRows) {
		return a, true, false, nil
	}
	if surveyor != "" && a.Surveyor != "" {
		return a, true, vn.Fold(surveyor) == vn.Fold(a.Surveyor), err
	}
	return a, true, recordedBy == a.RecordedBy, err
}

// AnswerComplaint closes a complaint. An outcome about the class needs a
// re-check by other people than the first survey, and says what it found.
func (s *Store) AnswerComplaint(ctx context.Context, by household.Actor, id string, rev int64, outcome, answer string) error {
	answer = vn.Lines(answer)
	var w wrong
	if !slices.Contains([]string{Changed, Unchanged, Dismissed, Dropped}, outcome) {
		w.say("outcome", "review.complaint.outcome")
	}
	if answer == "" {
		w.say("answer", "review.complaint.answer")
	}
	w.long("answer", answer, typed.Words)
	if err := w.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.findComplaint(tx, by.Scope, id)
		if err != nil {
			return err
		}
		if c.Rev != rev || c.State != ComplaintOpen {
			return fault.New(fault.Conflict, "stale_rev", text.T("review.complaint.stale"))
		}
		recheck := ""
		if outcome == Changed || outcome == Unchanged {
			if recheck, err = s.rechecked(tx, c, outcome); err != nil {
				return err
			}
		}
		now := s.Now().UnixMilli()
		n, err := tx.Exec(`update complaint set state = $1, outcome = $2, answer = $3, recheck_id = $4, answered_at = $5, answered_by = $6, rev = rev + 1 where province_id = $7 and id = $8 and rev = $9`,
			ComplaintAnswered, outcome, answer, recheck, now, by.ID, s.Province, id, rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "stale_rev", text.T("review.complaint.stale"))
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "complaint.answer", Kind: "complaint", Record: id, AreaID: string(c.Area), Reason: answer,
			Changes: []journal.Change{{Field: "outcome", To: journal.Value(outcome)}, {Field: "recheck", To: orNil(recheck)}}})
	})
}

// rechecked checks that the outcome is what the re-check says.
func (s *Store) rechecked(tx *db.Tx, c Complaint, outcome string) (string, error) {
	if !aboutHousehold(c.Kind) {
		return "", refused("outcome", "review.complaint.conduct")
	}
	a, ok, same, err := s.Recheck(tx, c)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.New(fault.Conflict, "no_recheck", text.T("review.complaint.no_recheck"), fault.Field{Name: "outcome", Message: text.T("review.complaint.no_recheck")})
	}
	if same {
		return "", fault.New(fault.Conflict, "same_people", text.T("review.complaint.same_people"), fault.Field{Name: "outcome", Message: text.T("review.complaint.same_people")})
	}
	before := ""
	if c.Assessment != "" {
		err := tx.Get(`select coalesce(class, '') from classification where province_id = $1 and assessment_id = $2 and official = 1`, []any{s.Province, c.Assessment}, &before)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return "", err
		}
	}
	if moved := before != a.Class.String(); moved != (outcome == Changed) {
		key := "review.complaint.not_changed"
		if moved {
			key = "review.complaint.has_changed"
		}
		return "", refused("outcome", key)
	}
	return a.ID, nil
}

// OpenComplaints are those of a commune that nobody has answered, oldest
// first. The caller has the commune in his scope.
func (s *Store) OpenComplaints(tx *db.Tx, round string, commune area.ID) ([]Complaint, error) {
	return s.complaints(tx, ` and round_id = $2 and area_id = $3 and state = $4 order by year, number`, round, string(commune), ComplaintOpen)
}

// complaintObstacles tells of complaints that nobody has answered.
func (s *Store) complaintObstacles(tx *db.Tx, round Round, commune area.ID) ([]dossier.Obstacle, error) {
	open, err := s.OpenComplaints(tx, round.ID, commune)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	var all against
	for _, one := range open {
		all.add(fault.Record{Kind: AgainstComplaint, Round: round.ID, ID: one.ID, Name: text.T("review.number_of_year", "number", one.Number, "year", one.Year)})
	}
	return all.obstacle("complaint_open"), nil
}
