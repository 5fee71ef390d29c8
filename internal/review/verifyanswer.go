package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// The states of a warning.
const (
	WarningOpen       = "open"
	WarningAnswered   = "answered"
	WarningAccepted   = "accepted"
	WarningAskedAgain = "asked_again"
	WarningGone       = "gone"
)

// Warning is a question to a commune. It stops nothing by itself.
type Warning struct {
	ID         string
	Round      string
	Area       area.ID // the commune
	Kind       string
	Facts      Facts
	State      string
	FoundAt    int64
	FoundBy    string
	Answer     string // the last one
	AnsweredAt int64
	AnsweredBy string
	Rev        int64
	Said       []Said
}

// Said is what somebody said about a warning; it stays.
type Said struct {
	Act   string // answer, accept, ask
	Words string
	At    int64
	By    string
}

// Waits says whether the commune owes an answer.
func (w Warning) Waits() bool { return w.State == WarningOpen || w.State == WarningAskedAgain }

// Words say what was found, with the figures.
func (w Warning) Words() string {
	f := w.Facts
	n := func(i int) string { return vn.FormatInt(int64(i)) }
	key := "review.warning." + w.Kind
	usual := 0.0
	switch {
	case w.Kind == WarnHeap && f.Usual != nil:
		usual = 100 * *f.Usual
		if key += "_lacking"; f.Point < f.Line {
			key += "_below"
		}
	case w.Kind == WarnHeap && f.Point > f.Line:
		key += "_above"
	}
	words := text.T(key, "count", n(f.Count), "of", n(f.Of), "line", n(f.Line), "point", n(f.Point), "below", n(f.Below), "above", n(f.Above),
		"expected", vn.FormatDecimal(float64(f.Below+f.Above)/2, 1), "day", area.ShowDay(f.Day), "curvature", vn.FormatDecimal(100*f.Curvature, 0),
		"usual", vn.FormatDecimal(usual, 0), "share", vn.FormatDecimal(100*float64(f.Count)/float64(max(1, f.Below+f.Count+f.Above)), 0))
	if f.Unknown > 0 {
		words += " " + text.T(key+"_unknown", "n", n(f.Unknown))
	}
	if f.Off > 0 {
		words += " " + text.T("review.warning.off", "n", n(f.Off))
	}
	if f.P != nil && f.Q != nil {
		words += " " + text.T("review.warning.chance", "p", chance(*f.P), "q", chance(*f.Q))
	}
	return words
}

// chance writes a probability after its name: "= 0,0123", "< 0,0001".
func chance(p float64) string {
	const least = 0.0001
	if p < least {
		return "< " + vn.FormatDecimal(least, 4)
	}
	return "= " + vn.FormatDecimal(p, 4)
}

// keepWarnings brings what is recorded of the communes in an area up to what
// was found now, in the name of the unit that verifies.
func (s *Store) keepWarnings(tx *db.Tx, by household.Actor, round Round, unit, within area.ID, now found) (asked int, err error) {
	before, err := s.warnings(tx, round, within, "")
	if err != nil {
		return 0, err
	}
	latest := map[area.ID]map[string]Warning{}
	for _, w := range before {
		if w.State == WarningGone {
			continue
		}
		if latest[w.Area] == nil {
			latest[w.Area] = map[string]Warning{}
		}
		latest[w.Area][w.Kind] = w // oldest first: the last stays
	}
	at := s.Now().UnixMilli()
	entry := &journal.Entry{At: at, Actor: by.ID, Action: "verification.look", Kind: "round", Record: round.ID, AreaID: string(within)}
	note := func(w Warning, from, to string) {
		entry.Changes = append(entry.Changes, journal.Change{Field: "warning." + w.Kind, From: orNil(from), To: orNil(to), Kind: "warning", Record: w.ID})
	}
	var communes []area.ID
	for id := range now {
		communes = append(communes, id)
	}
	slices.Sort(communes)
	for _, commune := range communes {
		for _, kind := range warningKinds {
			facts, is := now[commune][kind]
			if !is {
				continue
			}
			facts.Unit = unit
			raw, err := facts.json()
			if err != nil {
				return 0, err
			}
			old, had := latest[commune][kind]
			delete(latest[commune], kind)
			switch {
			case had && (old.Facts.sameQuestion(facts) || old.Waits() && old.Facts.Unit != unit):
				continue // asked already, by this level or another
			case had && old.Waits():
				_, err = tx.Exec(`update review_warning set facts = $1, found_at = $2, found_by = $3, rev = rev + 1 where province_id = $4 and id = $5`, raw, at, by.ID, s.Province, old.ID)
				note(old, old.State, old.State)
			default:
				w := Warning{ID: db.NewID(), Kind: kind}
				_, err = tx.Exec(`insert into review_warning (province_id, id, round_id, area_id, kind, facts, state, found_at, found_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
					s.Province, w.ID, round.ID, string(commune), kind, raw, WarningOpen, at, by.ID)
				note(w, "", WarningOpen)
				asked++
			}
			if err != nil {
				return 0, err
			}
		}
	}
	for _, rest := range latest {
		for _, w := range rest {
			if w.State != WarningOpen || w.Facts.Unit != unit {
				continue
			}
			if _, err := tx.Exec(`update review_warning set state = $1, rev = rev + 1 where province_id = $2 and id = $3`, WarningGone, s.Province, w.ID); err != nil {
				return 0, err
			}
			note(w, WarningOpen, WarningGone)
		}
	}
	return asked, journal.Record(tx, s.Province, entry)
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Warnings lists the warnings of an area that the scope covers in a round, by
// commune and time; those put away come too, with their state.
func (s *Store) Warnings(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []Warning, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.WarningsIn(tx, scope, roundID, root)
		return err
	})
	return list, err
}

// WarningsIn is Warnings within a transaction.
func (s *Store) WarningsIn(tx *db.Tx, scope area.Scope, roundID string, root area.ID) ([]Warning, error) {
	round, err := s.Round(tx, roundID)
	if err != nil {
		return nil, err
	}
	if _, err := s.within(scope, round, root); err != nil {
		return nil, err
	}
	return s.warnings(tx, round, root, "")
}

// OpenWarnings lists those of an area that still wait for an answer, or for
// the level above to accept it.
func (s *Store) OpenWarnings(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []Warning, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.OpenWarningsIn(tx, scope, roundID, root)
		return err
	})
	return list, err
}

// OpenWarningsIn is OpenWarnings within a transaction.
func (s *Store) OpenWarningsIn(tx *db.Tx, scope area.Scope, roundID string, root area.ID) ([]Warning, error) {
	all, err := s.WarningsIn(tx, scope, roundID, root)
	return slices.DeleteFunc(all, func(w Warning) bool { return w.State == WarningAccepted || w.State == WarningGone }), err
}

// warnings reads those of the communes under root on the round's working day,
// or the one with the id.
func (s *Store) warnings(tx *db.Tx, round Round, root area.ID, id string) (list []Warning, err error) {
	args, condition := []any{s.Province, round.ID}, ""
	if id != "" {
		args, condition = append(args, id), " and id = $3"
	}
	day := s.workDay(round)
	at := map[string]int{}
	err = tx.Each(`select id, round_id, area_id, kind, facts, state, found_at, found_by, answer, coalesce(answered_at, 0), answered_by, rev from review_warning where province_id = $1 and round_id = $2`+condition+` order by area_id, kind, id`, args, func(r *sql.Rows) error {
		var w Warning
		var facts string
		if err := r.Scan(&w.ID, &w.Round, &w.Area, &w.Kind, &facts, &w.State, &w.FoundAt, &w.FoundBy, &w.Answer, &w.AnsweredAt, &w.AnsweredBy, &w.Rev); err != nil {
			return err
		}
		if root != "" && !s.under(w.Area, root, day) {
			return nil
		}
		at[w.ID] = len(list)
		list = append(list, w)
		return json.Unmarshal([]byte(facts), &list[len(list)-1].Facts)
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	err = tx.Each(`select d.warning_id, d.act, d.words, d.at, d.by_actor from review_warning_word d join review_warning w on w.province_id = d.province_id and w.id = d.warning_id where w.province_id = $1 and w.round_id = $2 order by d.warning_id, d.no`, args[:2], func(r *sql.Rows) error {
		var of string
		var one Said
		err := r.Scan(&of, &one.Act, &one.Words, &one.At, &one.By)
		if i, ok := at[of]; ok {
			list[i].Said = append(list[i].Said, one)
		}
		return err
	})
	return list, err
}

// under says whether a commune lies in the area on the day, or lay there when
// it was last a unit.
func (s *Store) under(commune, root area.ID, day string) bool {
	place, ok := s.Tree().On(root, day)
	if !ok {
		return false
	}
	v, ok := s.Tree().Lately(commune, day)
	return ok && strings.HasPrefix(v.Path, place.Path)
}

// The acts on a warning.
const (
	actAnswer = "answer"
	actAccept = "accept"
	actAsk    = "ask"
)

// AnswerWarning records what the commune says to a question. The words stay;
// a further answer is added.
func (s *Store) AnswerWarning(ctx context.Context, by household.Actor, roundID, id string, rev int64, words string) error {
	return s.say(ctx, by, roundID, id, rev, actAnswer, words)
}

// AcceptWarning says that the answer is accepted.
func (s *Store) AcceptWarning(ctx context.Context, by household.Actor, roundID, id string, rev int64, words string) error {
	return s.say(ctx, by, roundID, id, rev, actAccept, words)
}

// AskAgain puts the question again, saying what the answer left open.
func (s *Store) AskAgain(ctx context.Context, by household.Actor, roundID, id string, rev int64, words string) error {
	return s.say(ctx, by, roundID, id, rev, actAsk, words)
}

func (s *Store) say(ctx context.Context, by household.Actor, roundID, id string, rev int64, act, words string) error {
	words, err := typed.Account("words", words)
	if err != nil {
		return err
	}
	if words == "" && act != actAccept {
		return refused("words", "review.warning_words")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.findWarning(tx, by.Scope, roundID, id)
		if err != nil {
			return err
		}
		to, err := w.after(act, by.ID, rev)
		if err != nil {
			return err
		}
		at := s.Now().UnixMilli()
		if _, err := tx.Exec(`insert into review_warning_word (province_id, warning_id, no, act, words, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7)`, s.Province, id, len(w.Said)+1, act, words, at, by.ID); err != nil {
			if db.Unique(err) {
				return staleWarning()
			}
			return err
		}
		args := []any{to, s.Province, id}
		answer := ""
		if act == actAnswer {
			args = append(args, words, at, by.ID)
			answer = ", answer = $4, answered_at = $5, answered_by = $6"
		}
		if _, err := tx.Exec(`update review_warning set state = $1, rev = rev + 1`+answer+` where province_id = $2 and id = $3`, args...); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: at, Actor: by.ID, Action: fmt.Sprintf("verification.%s", act), Kind: "warning", Record: id, AreaID: string(w.Area), Reason: words,
			Changes: []journal.Change{{Field: "state", From: journal.Value(w.State), To: journal.Value(to)}}})
	})
}

func (s *Store) findWarning(tx *db.Tx, scope area.Scope, roundID, id string) (Warning, error) {
	round, err := s.Round(tx, roundID)
	if err != nil {
		return Warning{}, err
	}
	absent := fault.New(fault.NotFound, "warning_not_found", text.T("review.warning_not_found"))
	list, err := s.warnings(tx, round, "", id)
	if err != nil {
		return Warning{}, err
	}
	if len(list) == 0 {
		return Warning{}, absent
	}
	if _, err := s.within(scope, round, list[0].Area); err != nil {
		return Warning{}, absent
	}
	if round.State != Open {
		return Warning{}, roundClosed(roundID)
	}
	return list[0], nil
}

// after gives the state that an act leads to, or why it cannot be done.
func (w Warning) after(act, actor string, rev int64) (string, error) {
	if w.Rev != rev {
		return "", staleWarning()
	}
	switch {
	case w.State == WarningGone:
		return "", fault.New(fault.Conflict, "warning_gone", text.T("review.warning_gone"))
	case act == actAnswer:
		if w.State == WarningAccepted {
			return "", fault.New(fault.Conflict, "warning_accepted", text.T("review.warning_accepted"))
		}
		return WarningAnswered, nil
	case w.AnsweredAt == 0:
		return "", fault.New(fault.Conflict, "warning_unanswered", text.T("review.warning_unanswered"))
	case w.AnsweredBy == actor && act == actAccept:
		return "", fault.New(fault.Conflict, "own_answer", text.T("review.own_answer"))
	case act == actAccept && w.State != WarningAnswered:
		return "", fault.New(fault.Conflict, "warning_unanswered", text.T("review.warning_unanswered"))
	case act == actAsk:
		return WarningAskedAgain, nil
	}
	return WarningAccepted, nil
}

func staleWarning() error {
	return fault.New(fault.Conflict, "stale_rev", text.T("review.warning_stale"))
}
