package review

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
	"giamngheo/internal/workday"
)

// RequestKinds are the forms by which a household asks within the year: 1a to
// be recognised, 1b to leave the list.
var RequestKinds = []string{form.RequestEnter, form.RequestLeave}

// The states of a request. One that waits is received, and assessed once a
// form that was entered after it is in force: that is read from the forms and
// not written down, so that the two can never disagree.
const (
	RequestReceived  = "received"
	RequestAssessed  = "assessed"
	RequestDecided   = "decided"
	RequestRefused   = "refused"
	RequestWithdrawn = "withdrawn"
)

// InYearRequest is what a household asked for between two yearly rounds, and
// what came of it.
type InYearRequest struct {
	ID         string
	Year       int
	Number     int // without gaps, by year of receipt
	Round      string
	Area       area.ID // the commune that received it
	Household  household.ID
	Kind       string
	Words      string
	ReceivedOn string
	DueOn      string // "" where no rule sets a term
	State      string // as written: received, decided, refused, withdrawn
	Assessment string // in force on receipt; once decided, the one decided on
	Decision   string // the last about it
	Reason     string // of a refusal or withdrawal
	DecidedAt  int64
	DecidedBy  string
	At         int64
	By         string
	Rev        int64
}

const inYearColumns = `q.id, q.year, q.number, q.round_id, q.area_id, q.household_id, q.kind, q.words, q.received_on, q.due_on, q.state, q.assessment_id, q.decision_id, q.reason,
	coalesce(q.decided_at, 0), q.decided_by, q.at, q.by_actor, q.rev`

func (q *InYearRequest) fields() []any {
	return []any{&q.ID, &q.Year, &q.Number, &q.Round, &q.Area, &q.Household, &q.Kind, &q.Words, &q.ReceivedOn, &q.DueOn, &q.State, &q.Assessment, &q.Decision, &q.Reason,
		&q.DecidedAt, &q.DecidedBy, &q.At, &q.By, &q.Rev}
}

// InYearClock is by when a request is to be decided, and what that rests on.
type InYearClock struct {
	Begins      string // the day it is taken up, which does not count itself
	Due         string
	Days        dossier.Figure
	Source      string
	From        int               // day of the month from which requests are taken up; 0: any
	Unconfirmed []workday.Special // days off whose notice nobody has checked
	Unknown     []int             // years of which only the weekends are known
}

// InYearClockOf counts the term of a request by the procedure of the day on
// which it was received. ok is false where none sets a term. Since September
// 2021 requests are taken up from the 15th of a month: the clock of an earlier
// one begins on the 15th, that of a later one at once, so that nobody is made
// to wait for the next month (docs/decisions.md). A term in calendar days that
// ends on a day off ends on the next working day (Civil Code 2015, Article
// 148.5).
func (s *Store) InYearClockOf(received string) (c InYearClock, ok bool) {
	if s.Dossiers == nil {
		return c, false
	}
	p, err := s.Dossiers.Law.On(dossier.Reviews, received)
	if err != nil {
		return c, false
	}
	if c.Days, ok = p.Figures["in_year_decision"]; !ok {
		return c, false
	}
	c.Source, c.Begins = p.Sources[c.Days.Source], received
	if from, has := p.Figures["in_year_from"]; has {
		c.From = from.Value
		c.Begins = max(received, fmt.Sprintf("%s-%02d", received[:7], from.Value))
	}
	c.Due = s.term(c.Days, c.Begins)
	if s.Workdays != nil {
		c.Due = s.Workdays.NextWorking(c.Due)
		c.Unconfirmed, c.Unknown = s.Workdays.Unconfirmed(c.Begins, c.Due), s.Workdays.UnknownYears(c.Begins, c.Due)
	}
	return c, true
}

// DaysLeft counts the working days that are left to decide a request, below
// zero those that it is late; of one that is closed, as on the day it was. ok
// is false where it has no term.
func (s *Store) DaysLeft(q InYearRequest) (n int, ok bool) {
	if q.DueOn == "" || s.Workdays == nil {
		return 0, false
	}
	day := s.today()
	if q.DecidedAt != 0 {
		day = area.Today(time.UnixMilli(q.DecidedAt))
	}
	return s.Workdays.Between(day, q.DueOn), true
}

// CheckRequest says all that is the matter with a request as it was filled in.
// It asks no store whether the household is there.
func (s *Store) CheckRequest(q InYearRequest) error {
	var w wrong
	if !slices.Contains(RequestKinds, q.Kind) {
		w.say("kind", "review.in_year.kind")
	}
	if q.Household == "" {
		w.say("household", "review.in_year.household")
	}
	if strings.TrimSpace(q.Words) == "" {
		w.say("words", "review.in_year.words")
	}
	w.long("words", q.Words, typed.Words)
	if q.ReceivedOn != "" && (!area.ValidDay(q.ReceivedOn) || q.ReceivedOn > s.today()) {
		w.say("received_on", "review.in_year.day")
	}
	return w.err()
}

// ReceiveRequest records a request of a household and gives it a number. The
// household is put on the list of the round.
func (s *Store) ReceiveRequest(ctx context.Context, by household.Actor, q InYearRequest) (InYearRequest, error) {
	if err := s.wholeCommune(by.Scope, q.Area); err != nil {
		return q, err
	}
	q.Words = vn.Lines(q.Words)
	if q.ReceivedOn == "" {
		q.ReceivedOn = s.today()
	}
	if err := s.CheckRequest(q); err != nil {
		return q, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, q.Round)
		if err != nil {
			return err
		}
		if err := takesRequests(round, q.ReceivedOn); err != nil {
			return err
		}
		h, err := s.Households.Find(tx, by.Scope, q.Household)
		if err != nil {
			return err
		}
		if at, ok := s.Tree().Ancestor(h.VillageID, s.today(), area.Commune); !ok || at.Area != q.Area {
			return refused("household", "review.in_year.elsewhere")
		}
		if err := s.mayAsk(tx, q); err != nil {
			return err
		}
		if a, ok, err := s.InForce(tx, q.Household, q.Round); err != nil {
			return err
		} else if ok {
			q.Assessment = a.ID
		}
		clock, _ := s.InYearClockOf(q.ReceivedOn)
		q.ID, q.At, q.By, q.State, q.Rev, q.Year, q.DueOn = db.NewID(), s.Now().UnixMilli(), by.ID, RequestReceived, 1, yearOf(q.ReceivedOn), clock.Due
		if q.Number, err = s.nextNumber(tx, "in_year_request/"+q.ReceivedOn[:4]); err != nil {
			return err
		}
		_, err = tx.Exec(`insert into in_year_request (province_id, id, year, number, round_id, area_id, household_id, kind, words, received_on, due_on, state, assessment_id, at, by_actor)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			s.Province, q.ID, q.Year, q.Number, q.Round, string(q.Area), string(q.Household), q.Kind, q.Words, q.ReceivedOn, q.DueOn, q.State, q.Assessment, q.At, q.By)
		if err != nil {
			return err
		}
		if err := s.addToList(tx, by, q.Round, q.Household, Request, false, q.Words); err != nil {
			return err
		}
		return s.tellRequest(tx, by.ID, q, "receive", q.Words, journal.Change{Field: "number", To: journal.Value(q.Number)}, journal.Change{Field: "request_kind", To: journal.Value(q.Kind)},
			journal.Change{Field: "received_on", To: journal.Value(q.ReceivedOn)}, journal.Change{Field: "due_on", To: orNil(q.DueOn)})
	})
	return q, err
}

// takesRequests refuses a request in a round that is not for it: the class
// that an in-year round gives begins within its year.
func takesRequests(round Round, received string) error {
	switch {
	case round.Kind != InYear:
		return fault.New(fault.Conflict, "not_in_year", text.T("review.in_year.not_in_year", "id", round.ID))
	case round.State != Open:
		return roundClosed(round.ID)
	case yearOf(received) != round.Year:
		return refused("received_on", "review.in_year.year", "year", round.Year, "id", round.ID)
	}
	return nil
}

// mayAsk refuses a second request beside one that waits, and one that asks for
// what is so already.
func (s *Store) mayAsk(tx *db.Tx, q InYearRequest) error {
	waiting, err := s.requests(tx, ` and q.household_id = $2 and q.state = $3 order by q.id limit 1`, string(q.Household), RequestReceived)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return refused("household", "review.in_year.waiting", "number", waiting[0].Number, "year", waiting[0].Year)
	}
	list, err := s.holding(tx, q.Household, q.Round)
	if err != nil {
		return err
	}
	lapses, err := s.lapses(tx)
	if err != nil {
		return err
	}
	class, known := before(list, lapses, dayAfter(s.today(), 1))
	switch {
	case !known: // nobody has told the registry
	case q.Kind == form.RequestEnter && class == standard.Poor:
		return refused("kind", "review.in_year.poor_already")
	case q.Kind == form.RequestLeave && !onList(class):
		return refused("kind", "review.in_year.not_listed")
	}
	return nil
}

func (s *Store) tellRequest(tx *db.Tx, actor string, q InYearRequest, action, reason string, changes ...journal.Change) error {
	changes = append([]journal.Change{{Field: "round", To: journal.Value(q.Round)}}, changes...)
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: actor, Action: "in_year." + action, Kind: "in_year_request", Record: q.ID, HouseholdID: string(q.Household), AreaID: string(q.Area),
		Reason: reason, Changes: changes})
}

func (s *Store) requests(tx *db.Tx, tail string, args ...any) (list []InYearRequest, err error) {
	err = tx.Each(`select `+inYearColumns+` from in_year_request q where q.province_id = $1`+tail, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		var q InYearRequest
		err := r.Scan(q.fields()...)
		list = append(list, q)
		return err
	})
	return list, err
}

// Asking is a request on a commune's list.
type Asking struct {
	InYearRequest
	Code, Head string
	Village    area.ID
	Now        standard.Class // as decided, else by the form that answers it; Undetermined while there is neither
	Stands     string         // State, with assessed told apart from received
}

// Requests lists those of the households of a commune in a round, newest
// first, for those who see whole households in all of it. A household that has
// moved since takes its request with it, and so does a commune that has ended.
func (s *Store) Requests(ctx context.Context, scope area.Scope, round string, commune area.ID) (list []Asking, err error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = s.askingIn(tx, round, commune)
		return err
	})
	return list, err
}

// OpenRequestsIn lists those of a commune that wait, within a transaction.
func (s *Store) OpenRequestsIn(tx *db.Tx, scope area.Scope, round string, commune area.ID) ([]Asking, error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return nil, err
	}
	list, err := s.askingIn(tx, round, commune)
	return slices.DeleteFunc(list, func(q Asking) bool { return q.State != RequestReceived }), err
}

func (s *Store) askingIn(tx *db.Tx, round string, commune area.ID) (list []Asking, err error) {
	args := []any{s.Province, round}
	for _, v := range s.Tree().Children(commune, s.today()) {
		args = append(args, string(v.Area))
	}
	if len(args) == 2 {
		return nil, nil
	}
	err = tx.Each(`select `+inYearColumns+`, h.code, h.village_id, coalesce(p.full_name, ''), coalesce(a.id, ''), coalesce(a.recorded_at, 0), coalesce(i.class, c.class, '')
		from in_year_request q join household h on h.province_id = q.province_id and h.id = q.household_id
		left join person p on p.province_id = h.province_id and p.id = h.head_id
		left join assessment_in_force f on f.province_id = q.province_id and f.household_id = q.household_id and f.round_id = q.round_id
		left join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		left join decision_item i on i.province_id = q.province_id and i.decision_id = q.decision_id and i.household_id = q.household_id
		where q.province_id = $1 and q.round_id = $2 and h.village_id in (`+db.Marks(3, len(args)-2)+`) order by q.year desc, q.number desc`, args, func(r *sql.Rows) error {
		var one Asking
		var a Assessment
		var class string
		if err := r.Scan(append(one.InYearRequest.fields(), &one.Code, &one.Village, &one.Head, &a.ID, &a.RecordedAt, &class)...); err != nil {
			return err
		}
		one.Stands = one.State
		if one.State == RequestReceived && answers(one.InYearRequest, a) {
			one.Stands = RequestAssessed
		}
		if one.Stands == RequestAssessed || one.Stands == RequestDecided {
			one.Now, _ = standard.ParseClass(class)
		}
		list = append(list, one)
		return nil
	})
	return list, err
}

// answers says whether a form in force was entered after the request.
func answers(q InYearRequest, a Assessment) bool {
	return a.ID != "" && a.ID != q.Assessment && a.RecordedAt >= q.At
}

// OpenInYear gives the open in-year rounds of a year, oldest first.
func OpenInYear(rounds []Round, year int) (list []Round) {
	for _, o := range rounds {
		if o.Kind == InYear && o.State == Open && o.Year == year {
			list = append(list, o)
		}
	}
	return list
}
