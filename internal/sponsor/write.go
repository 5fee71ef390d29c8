package sponsor

import (
	"context"
	"fmt"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

func refused(field, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, key, message, fault.Field{Name: field, Message: message})
}

func stale() error { return fault.New(fault.Conflict, "stale_rev", text.T("sponsor.stale")) }

// Bounds of what can be written; beyond the numbers somebody mistyped.
const (
	mostMeasure = 40
	mostAmount  = 1_000_000_000 * 1000
	mostMoney   = 1_000_000_000_000_000
	firstYear   = 2000
	lastYear    = 2100
)

// Begin records who sponsors a district or a commune.
func (s *Store) Begin(ctx context.Context, by *account.Actor, p Sponsorship) (Sponsorship, error) {
	if err := s.allow(by, Sponsorship{Area: p.Area}, s.Assigns(by, p.Area), "sponsor.not_yours"); err != nil {
		return p, err
	}
	v, ok := s.Tree().On(p.Area, s.today())
	if !ok || v.Level != area.District && v.Level != area.Commune {
		return p, absent()
	}
	p.Body, p.Number, p.Note = vn.Line(p.Body), vn.Line(p.Number), vn.Lines(p.Note)
	if p.From == "" {
		p.From = p.DecidedOn
	}
	wrong := fault.Together(
		fault.If((p.Agency == "") == (p.Body == ""), refused("body", "sponsor.bad_body")),
		typed.Fits("body", p.Body, typed.Line),
		fault.If(p.Number == "", refused("number", "sponsor.bad_number", "most", typed.Line)), typed.Fits("number", p.Number, typed.Line),
		s.wrongDays(p),
		typed.Fits("note", p.Note, typed.Words))
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		known, err := account.AgenciesIn(tx, s.Province)
		if err != nil {
			return err
		}
		is := func(a account.Agency) bool { return a.ID == p.Agency && a.InForce(s.today()) }
		if err := fault.Together(fault.If(p.Agency != "" && !slices.ContainsFunc(known, is), refused("agency", "sponsor.bad_agency")), wrong); err != nil {
			return err
		}
		there, err := s.list(tx, ` and area_id = $2 and to_day = $3`, string(p.Area), account.Forever)
		if err != nil {
			return err
		}
		for _, o := range there {
			if o.Agency == p.Agency && vn.Fold(o.Body) == vn.Fold(p.Body) {
				return refused("body", "sponsor.twice", "number", o.Number, "day", area.ShowDay(o.DecidedOn))
			}
		}
		p.ID, p.To, p.At, p.By, p.Rev = db.NewID(), account.Forever, s.Now().UnixMilli(), by.ID, 1
		if _, err := tx.Exec(`insert into sponsorship (province_id, id, area_id, agency_id, body, number, decided_on, from_day, note, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			s.Province, p.ID, string(p.Area), p.Agency, p.Body, p.Number, p.DecidedOn, p.From, p.Note, p.At, p.By); err != nil {
			return err
		}
		var changes []journal.Change
		for _, f := range [][2]string{{"agency_id", p.Agency}, {"body", p.Body}, {"number", p.Number}, {"decided_on", p.DecidedOn}, {"from", p.From}, {"note", p.Note}} {
			changes = journal.Diff(changes, f[0], "", f[1])
		}
		return s.tell(tx, by, "begin", p, "", changes...)
	})
	return p, err
}

// wrongDays refuses days of a sponsorship that cannot be.
func (s *Store) wrongDays(p Sponsorship) error {
	if !area.ValidDay(p.DecidedOn) || p.DecidedOn > s.today() {
		return fault.Together(refused("decided_on", "sponsor.bad_day"), fault.If(p.From != p.DecidedOn && !area.ValidDay(p.From), refused("from", "sponsor.no_day")))
	}
	return fault.If(!area.ValidDay(p.From) || p.From < p.DecidedOn, refused("from", "sponsor.bad_from", "day", area.ShowDay(p.DecidedOn)))
}

// End says from which day the unit is sponsored no more, and why.
func (s *Store) End(ctx context.Context, by *account.Actor, id string, rev int64, day, reason string) error {
	reason = vn.Line(reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.find(tx, by, id)
		if err != nil {
			return err
		}
		if p.OwnField() {
			return absent()
		}
		if err := s.allow(by, p, s.Assigns(by, p.Area), "sponsor.not_yours"); err != nil {
			return err
		}
		if err := fault.Together(fault.If(!area.ValidDay(day) || day <= p.From, refused("to", "sponsor.bad_to", "day", area.ShowDay(p.From))),
			fault.If(reason == "", refused("reason", "sponsor.bad_reason", "most", typed.Words)), typed.Fits("reason", reason, typed.Words)); err != nil {
			return err
		}
		n, err := tx.Exec(`update sponsorship set to_day = $1, rev = rev + 1 where province_id = $2 and id = $3 and rev = $4 and to_day = $5`, day, s.Province, id, rev, account.Forever)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, "end", p, reason, journal.Change{Field: "to", To: journal.Value(day)})
	})
}

func wrong(n Number, most int64) bool { return n.Known && (n.N < 0 || n.N > most) }

// Promise writes down what is promised.
func (s *Store) Promise(ctx context.Context, by *account.Actor, of string, p Promise) error {
	p.Words, p.Measure = vn.Lines(p.Words), vn.Line(p.Measure)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.find(tx, by, of)
		if err != nil {
			return err
		}
		if err := s.allow(by, o, s.Promises(by, o), "sponsor.not_promised"); err != nil {
			return err
		}
		if err := fault.Together(
			fault.If(!slices.Contains(Kinds, p.Kind), refused("kind", "sponsor.bad_kind")),
			fault.If(p.Indicator != "" && !slices.Contains(s.Indicators, p.Indicator), refused("indicator", "sponsor.bad_indicator")),
			fault.If(p.FromYear < firstYear || p.ToYear > lastYear || p.FromYear > p.ToYear, refused("years", "sponsor.bad_years")),
			fault.If(p.Words == "", refused("words", "sponsor.bad_promise", "most", typed.Words)), typed.Fits("words", p.Words, typed.Words),
			fault.If(wrong(p.Amount, mostAmount), refused("amount", "sponsor.bad_amount")),
			fault.If(p.Amount.Known != (p.Measure != ""), refused("measure", "sponsor.bad_measure")),
			typed.Fits("measure", p.Measure, mostMeasure),
			fault.If(wrong(p.Money, mostMoney), refused("money", "sponsor.bad_money"))); err != nil {
			return err
		}
		p.ID, p.At = db.NewID(), s.Now().UnixMilli()
		if _, err := tx.Exec(`insert into sponsor_promise (province_id, id, sponsorship_id, kind, indicator, from_year, to_year, words, thousandths, measure, money, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			s.Province, p.ID, of, p.Kind, p.Indicator, p.FromYear, p.ToYear, p.Words, p.Amount.nullable(), p.Measure, p.Money.nullable(), p.At, by.ID); err != nil {
			return err
		}
		return s.tell(tx, by, "promise", o, "", numbers([]journal.Change{{Field: "kind", To: journal.Value(p.Kind)}, {Field: "words", To: journal.Value(p.Words)}, {Field: "from_year", To: journal.Value(p.FromYear)}, {Field: "to_year", To: journal.Value(p.ToYear)}}, p.Amount, p.Money)...)
	})
}

func numbers(changes []journal.Change, amount, money Number) []journal.Change {
	if amount.Known {
		changes = append(changes, journal.Change{Field: "thousandths", To: journal.Value(amount.N)})
	}
	if money.Known {
		changes = append(changes, journal.Change{Field: "money", To: journal.Value(money.N)})
	}
	return changes
}

// promise finds one that stands.
func (s *Store) promise(tx *db.Tx, of, id string) (Promise, error) {
	list, err := s.promises(tx, of)
	i := slices.IndexFunc(list, func(p Promise) bool { return p.ID == id })
	switch {
	case err != nil:
		return Promise{}, err
	case i < 0:
		return Promise{}, absent()
	case list[i].Dropped != 0:
		return Promise{}, stale()
	}
	return list[i], nil
}

// Result writes down what came of a promise on a day.
func (s *Store) Result(ctx context.Context, by *account.Actor, of, promise string, r Result) error {
	r.Words = vn.Lines(r.Words)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.find(tx, by, of)
		if err != nil {
			return err
		}
		if err := s.allow(by, o, s.Reports(by, o), "sponsor.not_reported"); err != nil {
			return err
		}
		p, err := s.promise(tx, of, promise)
		if err != nil {
			return err
		}
		if err := fault.Together(
			fault.If(!area.ValidDay(r.Day) || r.Day > s.today() || r.Day < firstDay(p), refused("day", "sponsor.bad_result_day", "day", area.ShowDay(firstDay(p)))),
			fault.If(r.Words == "", refused("result", "sponsor.bad_result", "most", typed.Words)), typed.Fits("result", r.Words, typed.Words),
			fault.If(wrong(r.Amount, mostAmount) || r.Amount.Known && p.Measure == "", refused("amount", "sponsor.bad_result_amount")),
			fault.If(wrong(r.Money, mostMoney), refused("money", "sponsor.bad_money"))); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into sponsor_result (province_id, id, sponsorship_id, promise_id, day, words, thousandths, money, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			s.Province, db.NewID(), of, promise, r.Day, r.Words, r.Amount.nullable(), r.Money.nullable(), s.Now().UnixMilli(), by.ID); err != nil {
			return err
		}
		return s.tell(tx, by, "result", o, "", numbers([]journal.Change{{Field: "promise", To: journal.Value(p.Words)}, {Field: "day", To: journal.Value(r.Day)}, {Field: "words", To: journal.Value(r.Words)}}, r.Amount, r.Money)...)
	})
}

// firstDay is before which nothing can have come of a promise.
func firstDay(p Promise) string { return fmt.Sprintf("%04d-01-01", p.FromYear) }

// Drop takes a promise or a result back, with the reason. It stays in the
// papers of the days before.
func (s *Store) Drop(ctx context.Context, by *account.Actor, of, id, reason string) error {
	reason = vn.Line(reason)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.find(tx, by, of)
		if err != nil {
			return err
		}
		list, err := s.promises(tx, of)
		if err != nil {
			return err
		}
		table, action, words, may, key, dropped := "", "", "", false, "", int64(0)
		for _, p := range list {
			if p.ID == id {
				table, action, words, dropped, may, key = "sponsor_promise", "drop_promise", p.Words, p.Dropped, s.Promises(by, o), "sponsor.not_promised"
			}
			for _, r := range p.Results {
				if r.ID == id {
					table, action, words, dropped, may, key = "sponsor_result", "drop_result", r.Words, r.Dropped, s.Reports(by, o), "sponsor.not_reported"
				}
			}
		}
		if table == "" {
			return absent()
		}
		if err := s.allow(by, o, may, key); err != nil {
			return err
		}
		switch {
		case dropped != 0:
			return stale()
		case reason == "":
			return refused("reason", "sponsor.bad_reason", "most", typed.Words)
		case typed.TooLong(reason, typed.Words) != "":
			return typed.Fits("reason", reason, typed.Words)
		}
		n, err := tx.Exec(`update `+table+` set dropped_at = $1, dropped_by = $2, drop_reason = $3 where province_id = $4 and id = $5 and dropped_at is null`, s.Now().UnixMilli(), by.ID, reason, s.Province, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return stale()
		}
		return s.tell(tx, by, action, o, reason, journal.Change{Field: "words", From: journal.Value(words)})
	})
}
