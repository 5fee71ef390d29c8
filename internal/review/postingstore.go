package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

const postingColumns = `id, round_id, area_id, first_day, last_day, days, places, web, list, coalesce(withdrawn_at, 0), withdrawn_by, reason, at, by_actor, rev`

func scanPosting(r *sql.Rows) (Posting, error) {
	var p Posting
	var list string
	err := r.Scan(&p.ID, &p.Round, &p.Area, &p.First, &p.Last, &p.Days, &p.Places, &p.Web, &list, &p.WithdrawnAt, &p.WithdrawnBy, &p.Reason, &p.At, &p.By, &p.Rev)
	if err == nil {
		err = json.Unmarshal([]byte(list), &p.List)
	}
	return p, err
}

func (s *Store) postings(tx *db.Tx, condition string, args ...any) (list []Posting, err error) {
	err = tx.Each(`select `+postingColumns+` from posting where province_id = $1 and `+condition+` order by id desc`, append([]any{s.Province}, args...), func(r *sql.Rows) error {
		p, err := scanPosting(r)
		list = append(list, p)
		return err
	})
	return list, err
}

func (s *Store) postingInForce(tx *db.Tx, round string, commune area.ID) (Posting, bool, error) {
	list, err := s.postings(tx, `round_id = $2 and area_id = $3 and withdrawn_at is null`, round, string(commune))
	if err != nil || len(list) == 0 {
		return Posting{}, false, err
	}
	return list[0], true, nil
}

// Board is all that the page of a commune's posting shows.
type Board struct {
	Round     Round
	Commune   area.Version
	Postings  []Posting // newest first
	Now       *Posting  // in force
	Term      Term      // of the posting in force
	Begun     Term      // of one begun today
	NoTerm    error     // why the days of that cannot be counted
	Changed   []Difference
	List      []Posted           // as it stands now
	Waits     string             // the step that must be done before, by name; "" where none
	Earliest  string             // first day on which it can have been hung up; "" where unknown
	Obstacles []dossier.Obstacle // of the step
	Open      bool
	Dossier   string         // of the commune; "" in a round that goes without
	Former    []area.Version // communes that have ended and lie in it, with postings of the round
	StepDone  bool
}

// BoardOf gives the posting of a commune.
func (s *Store) BoardOf(ctx context.Context, scope area.Scope, roundID string, commune area.ID) (b Board, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err = s.board(tx, scope, roundID, commune)
		return err
	})
	return b, err
}

func (s *Store) board(tx *db.Tx, scope area.Scope, roundID string, commune area.ID) (b Board, err error) {
	if b.Commune, err = s.areaIn(tx, scope, commune, area.Commune); err != nil {
		return b, err
	}
	if b.Round, err = s.Round(tx, roundID); err != nil {
		return b, err
	}
	if b.Postings, err = s.postings(tx, `round_id = $2 and area_id = $3`, roundID, string(commune)); err != nil {
		return b, err
	}
	if b.Former, err = s.formerPostings(tx, roundID, commune); err != nil {
		return b, err
	}
	if b.List, err = s.listToPost(tx, b.Round, commune); err != nil {
		return b, err
	}
	for i := range b.Postings {
		if b.Postings[i].WithdrawnAt == 0 {
			b.Now = &b.Postings[i]
			b.Changed = differences(b.Now.List, b.List)
		}
	}
	p, _, err := s.ProcedureOf(tx, roundID)
	if err != nil {
		return b, err
	}
	b.Begun, b.NoTerm = s.TermOf(p, s.today())
	if b.Now != nil {
		b.Term, _ = s.TermOf(p, b.Now.First)
		b.Term.Days, b.Term.Last = b.Now.Days, b.Now.Last
	}
	if b.Earliest, err = s.lastMeeting(tx, roundID, commune, b.Round); err != nil {
		return b, err
	}
	if _, lives := s.Tree().On(commune, s.workDay(b.Round)); !lives {
		// Of a commune that has ended the list stays as it hung: what became of its
		// households stands with the successor.
		b.Changed, b.List = nil, nil
		return b, nil
	}
	if b.Obstacles, err = s.postingObstacles(tx, b.Round, commune, nil); err != nil {
		return b, err
	}
	return b, s.ripe(tx, &b)
}

// formerPostings are the communes that have ended and went into this one, whose
// postings of the round its people look after now.
func (s *Store) formerPostings(tx *db.Tx, round string, commune area.ID) (list []area.Version, err error) {
	err = tx.Each(`select distinct area_id from posting where province_id = $1 and round_id = $2 order by area_id`, []any{s.Province, round}, func(r *sql.Rows) error {
		var id area.ID
		if err := r.Scan(&id); err != nil {
			return err
		}
		if _, lives := s.Tree().On(id, s.today()); lives {
			return nil
		}
		if last, ok := s.Tree().Last(id); ok && slices.Contains(s.Tree().Heirs(id, s.today()), commune) {
			list = append(list, last)
		}
		return nil
	})
	return list, err
}

// ripe tells whether the commune's dossier has come to the posting.
func (s *Store) ripe(tx *db.Tx, b *Board) error {
	b.Open = b.Round.State == Open
	if s.Dossiers == nil {
		return nil
	}
	d, ok, err := s.Dossiers.About(tx, dossier.Key{Kind: CommuneReview, Subject: b.Round.ID, Unit: b.Commune.Area})
	if err != nil || !ok {
		return err
	}
	b.Open = b.Open && d.State.Working()
	c, err := s.Dossiers.Check(tx, d)
	if err != nil {
		return err
	}
	b.Dossier = d.ID
	_, b.StepDone = c.Done("posting", "")
	if before, waits := c.Before("posting", ""); waits {
		b.Waits = c.Rules.StepName(before.Code)
	}
	return nil
}

// lastMeeting is the day of the last signed meeting of the commune's villages.
func (s *Store) lastMeeting(tx *db.Tx, round string, commune area.ID, o Round) (day string, err error) {
	var args = []any{s.Province, round, MeetingSigned}
	for _, v := range s.Tree().Children(commune, s.workDay(o)) {
		args = append(args, string(v.Area))
	}
	if len(args) == 3 {
		return "", nil
	}
	err = tx.Get(`select coalesce(max(held_on), '') from meeting where province_id = $1 and round_id = $2 and state = $3 and village_id in (`+db.Marks(4, len(args)-3)+`)`, args, &day)
	return day, err
}

// Hanging is what the commune's officer says of a new posting.
type Hanging struct {
	First  string
	Places string
	Web    bool
	Reason string // why it is posted again, where one is in force
}

// furthest is how many days ahead a posting can be entered: it is a guard
// against a mistyped year.
const furthest = 31

// Post freezes the list as it stands and begins its posting. One that is in
// force is withdrawn by it.
func (s *Store) Post(ctx context.Context, by household.Actor, roundID string, commune area.ID, h Hanging) (p Posting, err error) {
	if h.Places, err = typed.Account("places", h.Places); err != nil {
		return p, err
	}
	if h.Reason, err = typed.Account("reason", h.Reason); err != nil {
		return p, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := s.board(tx, by.Scope, roundID, commune)
		if err != nil {
			return err
		}
		if err := s.mayPost(b, h); err != nil {
			return err
		}
		rules, _, err := s.ProcedureOf(tx, roundID)
		if err != nil {
			return err
		}
		term, err := s.TermOf(rules, h.First)
		if err != nil {
			return err
		}
		if b.Now != nil {
			if err := s.withdraw(tx, by, *b.Now, h.Reason); err != nil {
				return err
			}
		}
		p = Posting{ID: db.NewID(), Round: roundID, Area: commune, First: h.First, Last: term.Last, Days: term.Days, Places: h.Places, Web: h.Web, List: b.List, At: s.Now().UnixMilli(), By: by.ID, Rev: 1}
		if p.List == nil {
			p.List = []Posted{}
		}
		raw, err := json.Marshal(p.List)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`insert into posting (province_id, id, round_id, area_id, first_day, last_day, days, places, web, list, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			s.Province, p.ID, p.Round, string(p.Area), p.First, p.Last, p.Days, p.Places, bit(p.Web), string(raw), p.At, p.By)
		if db.Unique(err) {
			return stalePosting()
		}
		if err != nil {
			return err
		}
		return s.tellPosting(tx, by, p, "start", h.Reason, journal.Change{Field: "first_day", To: journal.Value(p.First)}, journal.Change{Field: "last_day", To: journal.Value(p.Last)},
			journal.Change{Field: "places", To: journal.Value(p.Places)}, journal.Change{Field: "web", To: journal.Value(yes(p.Web))}, journal.Change{Field: "households", To: journal.Value(len(p.List))})
	})
	return p, err
}

func (s *Store) mayPost(b Board, h Hanging) error {
	switch {
	case b.Round.State != Open:
		return roundClosed(b.Round.ID)
	case !b.Open:
		return fault.New(fault.Conflict, "wrong_state", text.T("review.posting.state"))
	case b.Waits != "":
		return fault.New(fault.Conflict, "step_before", text.T("review.posting.waits", "step", b.Waits))
	case b.StepDone:
		return fault.New(fault.Conflict, "step_done", text.T("review.posting.step_done"))
	}
	var fields []fault.Field
	add := func(name, key string, pairs ...any) {
		fields = append(fields, fault.Field{Name: name, Message: text.T(key, pairs...)})
	}
	switch {
	case !area.ValidDay(h.First) || h.First > dayAfter(s.today(), furthest):
		add("first", "review.posting.bad_day")
	case b.Earliest != "" && h.First < b.Earliest:
		add("first", "review.posting.before_meeting", "day", area.ShowDay(b.Earliest))
	}
	if h.Places == "" {
		add("places", "review.posting.no_places")
	}
	if b.Now != nil && h.Reason == "" {
		add("reason", "review.posting.again_reason")
	}
	if len(fields) > 0 {
		return fault.New(fault.Invalid, "posting_refused", fields[0].Message, fields...)
	}
	return nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func yes(b bool) string { return strconv.FormatBool(b) }

func stalePosting() error {
	return fault.New(fault.Conflict, "stale_rev", text.T("review.posting.stale"))
}

func noPosting() error { return fault.New(fault.NotFound, "no_posting", text.T("review.posting.none")) }

// FindPosting gives a posting of the reader's scope.
func (s *Store) FindPosting(ctx context.Context, scope area.Scope, id string) (p Posting, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err = s.findPosting(tx, scope, id)
		return err
	})
	return p, err
}

func (s *Store) findPosting(tx *db.Tx, scope area.Scope, id string) (Posting, error) {
	list, err := s.postings(tx, `id = $2`, id)
	if err != nil {
		return Posting{}, err
	}
	if len(list) == 0 {
		return Posting{}, noPosting()
	}
	if _, err := s.areaIn(tx, scope, list[0].Area, area.Commune); err != nil {
		if fault.Of(err) == fault.NotFound {
			err = noPosting()
		}
		return Posting{}, err
	}
	return list[0], nil
}

// FindHanging is FindPosting also for a village head of the commune, of a list
// that hangs or has served its time.
func (s *Store) FindHanging(ctx context.Context, scope area.Scope, id string) (p Posting, err error) {
	p, err = s.FindPosting(ctx, scope, id)
	if fault.Of(err) != fault.NotFound {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.postings(tx, `id = $2 and withdrawn_at is null`, id)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].First > s.today() {
			return noPosting()
		}
		if _, ok := s.communeOfReader(scope, list[0].Area); !ok {
			return noPosting()
		}
		p = list[0]
		return nil
	})
	return p, err
}

// BoardBelow gives the posting of a commune to whoever sees whole households in
// one of its villages only, a village head: what hangs or has hung on the
// boards and nothing of what has not been hung up.
func (s *Store) BoardBelow(ctx context.Context, scope area.Scope, roundID string, commune area.ID) (b Board, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		b = Board{}
		var ok bool
		if b.Commune, ok = s.communeOfReader(scope, commune); !ok {
			return fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
		}
		if b.Round, err = s.Round(tx, roundID); err != nil {
			return err
		}
		p, hangs, err := s.postingInForce(tx, roundID, commune)
		if err != nil || !hangs || p.First > s.today() {
			return err
		}
		b.Postings = []Posting{p}
		b.Now = &b.Postings[0]
		rules, _, err := s.ProcedureOf(tx, roundID)
		if err != nil {
			return err
		}
		b.Term, b.NoTerm = s.TermOf(rules, p.First)
		b.Term.Days, b.Term.Last = p.Days, p.Last
		return nil
	})
	return b, err
}

// communeOfReader gives a commune in which the reader sees whole households of
// at least one village.
func (s *Store) communeOfReader(scope area.Scope, commune area.ID) (area.Version, bool) {
	day, then, ok := s.scopeAt(scope, commune)
	if !ok {
		return area.Version{}, false
	}
	v, ok := s.Tree().On(commune, day)
	if !ok || v.Level != area.Commune {
		return v, false
	}
	for _, village := range s.Tree().Children(commune, day) {
		if fields, covered := then.FieldsAt(village.Path); covered && fields.Has(area.FieldHousehold) {
			return v, true
		}
	}
	return v, false
}

// PublicPosting gives a posting to anybody, while it is switched on, hangs and
// is not withdrawn. Otherwise it is as if it had never been.
func (s *Store) PublicPosting(ctx context.Context, id string) (p Posting, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.postings(tx, `id = $2 and web = 1 and withdrawn_at is null`, id)
		if err != nil {
			return err
		}
		if len(list) == 0 || !list[0].Public(s.today()) {
			return noPosting()
		}
		p = list[0]
		return nil
	})
	return p, err
}

// WithdrawPosting takes a list off the boards before its time is over, with
// the reason; it must be posted again.
func (s *Store) WithdrawPosting(ctx context.Context, by household.Actor, id string, rev int64, reason string) error {
	return s.changePosting(ctx, by, id, rev, reason, func(tx *db.Tx, p Posting, reason string) error {
		if err := s.leavable(tx, p); err != nil {
			return err
		}
		return s.withdraw(tx, by, p, reason)
	})
}

// leavable refuses to take a list off the boards once the dossier counts it as
// served. Its public page can be switched off at any time.
func (s *Store) leavable(tx *db.Tx, p Posting) error {
	b := Board{}
	var err error
	if b.Round, err = s.Round(tx, p.Round); err != nil {
		return err
	}
	b.Commune.Area = p.Area
	if err := s.ripe(tx, &b); err != nil {
		return err
	}
	switch {
	case !b.Open:
		return fault.New(fault.Conflict, "wrong_state", text.T("review.posting.state_kept"))
	case b.StepDone:
		return fault.New(fault.Conflict, "step_done", text.T("review.posting.step_done"))
	}
	return nil
}

// ShowPosting switches the public page of a posting on or off, with the reason.
func (s *Store) ShowPosting(ctx context.Context, by household.Actor, id string, rev int64, on bool, reason string) error {
	return s.changePosting(ctx, by, id, rev, reason, func(tx *db.Tx, p Posting, reason string) error {
		if _, err := tx.Exec(`update posting set web = $1, rev = rev + 1 where province_id = $2 and id = $3`, bit(on), s.Province, p.ID); err != nil {
			return err
		}
		return s.tellPosting(tx, by, p, "web", reason, journal.Change{Field: "web", From: journal.Value(yes(p.Web)), To: journal.Value(yes(on))})
	})
}

func (s *Store) changePosting(ctx context.Context, by household.Actor, id string, rev int64, reason string, f func(tx *db.Tx, p Posting, reason string) error) error {
	reason, err := reasoned("reason", reason, "review.posting.reason")
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.findPosting(tx, by.Scope, id)
		if err != nil {
			return err
		}
		if p.Rev != rev || p.WithdrawnAt != 0 {
			return stalePosting()
		}
		return f(tx, p, reason)
	})
}

func (s *Store) withdraw(tx *db.Tx, by household.Actor, p Posting, reason string) error {
	_, err := tx.Exec(`update posting set withdrawn_at = $1, withdrawn_by = $2, reason = $3, rev = rev + 1 where province_id = $4 and id = $5`, s.Now().UnixMilli(), by.ID, reason, s.Province, p.ID)
	if err != nil {
		return err
	}
	return s.tellPosting(tx, by, p, "withdraw", reason)
}

func (s *Store) tellPosting(tx *db.Tx, by household.Actor, p Posting, action, reason string, changes ...journal.Change) error {
	changes = append([]journal.Change{{Field: "round", To: journal.Value(p.Round)}}, changes...)
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "posting." + action, Kind: "posting", Record: p.ID, AreaID: string(p.Area), Reason: reason, Changes: changes})
}
