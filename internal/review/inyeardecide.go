package review

import (
	"context"
	"database/sql"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// RequestSheet is all that the page of a request shows.
type RequestSheet struct {
	InYearRequest
	Round     Round
	Home      household.Household
	Commune   area.Version // in which the household lives: its chair decides
	Clock     InYearClock
	HasClock  bool
	Form      *Assessment // in force and entered after the request; nil while there is none
	Before    standard.Class
	Decisions []Decision // of the round about the household, oldest first
	Stands    string     // State, with assessed told apart from received
	// DecideNot, RefuseNot and WithdrawNot are why this cannot be done now;
	// who may is asked apart.
	DecideNot, RefuseNot, WithdrawNot error
}

// Moves says whether the form puts the household on the list, takes it off, or
// moves it on it. A form without a result moves nobody.
func (r *RequestSheet) Moves() bool {
	return r.Form != nil && r.Form.Class != standard.Undetermined && r.Form.Class != r.Before && (onList(r.Before) || onList(r.Form.Class))
}

// FindRequest gives a request within the scope.
func (s *Store) FindRequest(ctx context.Context, scope area.Scope, id string) (r RequestSheet, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = s.requestSheet(tx, scope, id)
		return err
	})
	return r, err
}

func (s *Store) requestSheet(tx *db.Tx, scope area.Scope, id string) (r RequestSheet, err error) {
	missing := fault.New(fault.NotFound, "no_request", text.T("review.in_year.none"))
	list, err := s.requests(tx, ` and q.id = $2`, id)
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, missing
	}
	r.InYearRequest = list[0]
	if r.Home, err = s.Households.Find(tx, scope, r.Household); err != nil {
		if fault.Of(err) == fault.NotFound {
			err = missing
		}
		return r, err
	}
	var lives bool
	if r.Commune, lives = s.Tree().Ancestor(r.Home.VillageID, s.today(), area.Commune); !lives {
		r.Commune, _ = s.Tree().Lately(r.Area, s.today())
	}
	if s.wholeCommune(scope, r.Commune.Area) != nil {
		return r, missing
	}
	if r.Round, err = s.Round(tx, r.InYearRequest.Round); err != nil {
		return r, err
	}
	r.Clock, r.HasClock = s.InYearClockOf(r.ReceivedOn)
	about, err := s.DecisionsAbout(tx, r.Household)
	if err != nil {
		return r, err
	}
	for _, d := range about {
		if d.Round == r.Round.ID {
			r.Decisions = append(r.Decisions, d)
		}
	}
	if r.Stands = r.State; r.State == RequestReceived || r.State == RequestDecided {
		if err := s.formFor(tx, &r); err != nil {
			return r, err
		}
	}
	r.DecideNot, r.RefuseNot, r.WithdrawNot = r.decidable(), r.refusable(), r.withdrawable()
	return r, nil
}

// formFor finds the form that answers the request, and the class before it:
// the one last decided in the round, else the one that held until the form
// took effect.
func (s *Store) formFor(tx *db.Tx, r *RequestSheet) error {
	a, ok, err := s.InForce(tx, r.Household, r.Round.ID)
	if err != nil || !ok || !answers(r.InYearRequest, a) {
		return err
	}
	r.Form = &a
	if r.State == RequestReceived {
		r.Stands = RequestAssessed
	}
	if n := len(r.Decisions); n > 0 {
		r.Before = r.Decisions[n-1].Items[0].Class
		return nil
	}
	all, err := s.holding(tx, r.Household, r.Round.ID)
	if err != nil {
		return err
	}
	var others []held
	for _, one := range all {
		if one.Round != r.Round.ID {
			others = append(others, one)
		}
	}
	lapses, err := s.lapses(tx)
	if err != nil {
		return err
	}
	stated, err := s.stated(tx, r.Round.ID, []household.ID{r.Household})
	if err != nil {
		return err
	}
	copied := a
	r.Before = classBefore(Round{Kind: InYear}, others, lapses, &copied, stated[r.Household])
	return nil
}

// decidable says why nothing can be signed: only what the form says is
// decided, and only a change.
func (r *RequestSheet) decidable() error {
	conflict := func(code string, pairs ...any) error {
		return fault.New(fault.Conflict, code, text.T("review.in_year."+code, pairs...))
	}
	switch {
	case r.Round.State != Open:
		return roundClosed(r.Round.ID)
	case r.State != RequestReceived && r.State != RequestDecided:
		return conflict("closed")
	case r.Form == nil:
		return conflict("no_form")
	case r.Form.Class == standard.Undetermined:
		return conflict("undetermined")
	case len(r.Form.Warnings) > 0 && r.Form.WarningAnswer == "":
		return conflict("unanswered")
	case !r.Moves() && r.State == RequestDecided:
		return conflict("closed")
	case !r.Moves():
		return conflict("unchanged", "class", text.T("web.class."+r.Before.String()))
	}
	return nil
}

// refusable says why the request cannot be refused: a refusal that the form
// contradicts would leave a class in force that nobody decided.
func (r *RequestSheet) refusable() error { return r.endable("form_moves") }

func (r *RequestSheet) withdrawable() error { return r.endable("form_moves_withdraw") }

func (r *RequestSheet) endable(code string) error {
	switch {
	case r.Round.State != Open:
		return roundClosed(r.Round.ID)
	case r.State != RequestReceived:
		return fault.New(fault.Conflict, "closed", text.T("review.in_year.closed"))
	case r.Moves():
		return fault.New(fault.Conflict, code, text.T("review.in_year."+code, "before", text.T("web.class."+r.Before.String()), "now", text.T("web.class."+r.Form.Class.String())))
	}
	return nil
}

// MayDecide says whether the actor is the one who decides: the chair or a
// deputy of the commune itself, and nobody about what he himself received or
// entered. capacity is that in which he signs.
func (s *Store) MayDecide(by *account.Actor, r *RequestSheet) (capacity string, err error) {
	if err := by.Need(account.RightApprove); err != nil {
		return "", err
	}
	for _, p := range by.Posts {
		if c := s.Dossiers.Roles().Signs(p); c != "" && p.InForce(by.Day) && p.Area == r.Commune.Area {
			capacity = c
			break
		}
	}
	switch {
	case capacity == "":
		return "", fault.New(fault.Forbidden, "not_chair", text.T("review.in_year.not_chair", "area", r.Commune.FullName))
	case by.ID == r.By || r.Form != nil && by.ID == r.Form.RecordedBy:
		return "", fault.New(fault.Forbidden, "own_work", text.T("review.in_year.own_work"))
	}
	return capacity, nil
}

// DecideRequest signs what the form says: a decision about the one household,
// from the day on which the form takes effect. Of a request that is decided
// already, on a form that was entered since, it is a correction and says why.
func (s *Store) DecideRequest(ctx context.Context, by *account.Actor, id string, rev int64, reason string) (d Decision, err error) {
	if reason, err = typed.Account("reason", reason); err != nil {
		return d, err
	}
	err = s.ending(ctx, by.ScopeFor(account.RightApprove), id, rev, func(tx *db.Tx, r *RequestSheet) error {
		capacity, err := s.MayDecide(by, r)
		if err != nil {
			return err
		}
		if r.DecideNot != nil {
			return r.DecideNot
		}
		d = Decision{Round: r.Round.ID, Area: r.Commune.Area, Kind: WithinYear, Reason: reason, Items: []DecisionItem{{Household: r.Household, Assessment: r.Form.ID, Village: r.Form.Village, Head: r.Home.HeadName,
			Members: r.Form.Size, Before: r.Before, Class: r.Form.Class, Label: r.Form.Label, Transition: transition(r.Before, r.Form.Class)}}}
		if r.State == RequestDecided {
			if reason == "" {
				return refused("reason", "review.in_year.correct_reason")
			}
			d.Kind, d.Corrects = Correct, r.Decision
		}
		if d, err = s.sign(tx, by, d, capacity); err != nil {
			return err
		}
		if err := s.takeBack(tx, by, d, capacity); err != nil {
			return err
		}
		if err := s.end(tx, by.ID, r, RequestDecided, r.Form.ID, d.ID, ""); err != nil {
			return err
		}
		// From now on it is what later rounds begin from.
		if err := s.Retransition(tx, []household.ID{r.Household}, r.Form.EffectiveFrom); err != nil {
			return err
		}
		return s.tellRequest(tx, by.ID, r.InYearRequest, "decide", reason, journal.Change{Field: "decision", To: journal.Value(DecisionNumber(d.Number))},
			journal.Change{Field: "class", From: journal.Value(r.Before.String()), To: journal.Value(r.Form.Class.String())}, journal.Change{Field: "effective_from", To: journal.Value(r.Form.EffectiveFrom)})
	})
	return d, err
}

// RefuseRequest closes a request with reasons, which stay.
func (s *Store) RefuseRequest(ctx context.Context, by *account.Actor, id string, rev int64, reason string) error {
	reason, err := reasoned("reason", reason, "review.in_year.refuse_reason")
	if err != nil {
		return err
	}
	return s.ending(ctx, by.ScopeFor(account.RightApprove), id, rev, func(tx *db.Tx, r *RequestSheet) error {
		if _, err := s.MayDecide(by, r); err != nil {
			return err
		}
		if r.RefuseNot != nil {
			return r.RefuseNot
		}
		form := ""
		if r.Form != nil {
			form = r.Form.ID
		}
		if err := s.end(tx, by.ID, r, RequestRefused, form, "", reason); err != nil {
			return err
		}
		return s.tellRequest(tx, by.ID, r.InYearRequest, "refuse", reason)
	})
}

// WithdrawRequest closes a request that the household takes back, with what it
// said.
func (s *Store) WithdrawRequest(ctx context.Context, by household.Actor, id string, rev int64, reason string) error {
	reason, err := reasoned("reason", reason, "review.in_year.withdraw_reason")
	if err != nil {
		return err
	}
	return s.ending(ctx, by.Scope, id, rev, func(tx *db.Tx, r *RequestSheet) error {
		if r.WithdrawNot != nil {
			return r.WithdrawNot
		}
		if err := s.end(tx, by.ID, r, RequestWithdrawn, r.Assessment, "", reason); err != nil {
			return err
		}
		_, err := tx.Exec(`update review_listing set withdrawn_at = $1 where province_id = $2 and round_id = $3 and household_id = $4 and source = $5`,
			s.Now().UnixMilli(), s.Province, r.Round.ID, string(r.Household), Request)
		if err != nil {
			return err
		}
		return s.tellRequest(tx, by.ID, r.InYearRequest, "withdraw", reason)
	})
}

// ending runs what closes a request on the state that its writer saw.
func (s *Store) ending(ctx context.Context, scope area.Scope, id string, rev int64, f func(tx *db.Tx, r *RequestSheet) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.requestSheet(tx, scope, id)
		if err != nil {
			return err
		}
		if r.Rev != rev {
			return staleRequest()
		}
		return f(tx, &r)
	})
}

func (s *Store) end(tx *db.Tx, actor string, r *RequestSheet, state, assessment, decision, reason string) error {
	n, err := tx.Exec(`update in_year_request set state = $1, assessment_id = $2, decision_id = $3, reason = $4, decided_at = $5, decided_by = $6, rev = rev + 1 where province_id = $7 and id = $8 and rev = $9`,
		state, assessment, decision, reason, s.Now().UnixMilli(), actor, s.Province, r.ID, r.Rev)
	if err == nil && n == 0 {
		return staleRequest()
	}
	return err
}

func staleRequest() error {
	return fault.New(fault.Conflict, "stale_rev", text.T("review.in_year.stale"))
}

// requestsWaiting refuses to close an in-year round without a reason while
// requests in it have no answer.
func (s *Store) requestsWaiting(tx *db.Tx, round Round) error {
	var waiting against
	err := tx.Each(`select id, number, year, area_id from in_year_request where province_id = $1 and round_id = $2 and state = $3 order by received_on, year, number`, []any{s.Province, round.ID, RequestReceived}, func(r *sql.Rows) error {
		var id string
		var number, year int
		var commune area.ID
		if err := r.Scan(&id, &number, &year, &commune); err != nil {
			return err
		}
		v, _ := s.Tree().Lately(commune, s.workDay(round))
		waiting.add(fault.Record{Kind: AgainstRequest, Round: round.ID, ID: id, Name: text.T("review.unit_in", "unit", text.T("review.number_of_year", "number", number, "year", year), "district", v.FullName)})
		return nil
	})
	if err != nil || waiting.n == 0 {
		return err
	}
	return waiting.refusal("reason", "review.in_year.close_reason")
}
