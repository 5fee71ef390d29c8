package review

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// The kinds of decisions of a commune's chair. A signed decision is never
// changed: what was wrong is put right by another one.
const (
	Recognise  = "recognise" // the result of the yearly round
	Correct    = "correct"   // what an unlocked dossier changed
	WithinYear = "in_year"   // a request between two rounds
)

// Decision is one numbered decision.
type Decision struct {
	ID       string
	Round    string
	Area     area.ID
	Dossier  string
	Kind     string
	Number   int
	SignedOn string
	SignedBy string
	Signer   string // full name as it stands under the decision
	Capacity string // tm, kt, tuq
	Office   string // of who signed by the chair's authority
	Corrects string
	Reason   string
	At       int64
	Items    []DecisionItem
}

// DecisionsRecord names the decisions of a commune in a round among the records
// of all subjects.
func DecisionsRecord(round string, commune area.ID) string { return round + "~" + string(commune) }

// ParseDecisions reads such a name.
func ParseDecisions(name string) (round string, commune area.ID, ok bool) {
	round, unit, ok := strings.Cut(name, "~")
	return round, area.ID(unit), ok && round != "" && unit != ""
}

// DecisionItem is a household of a decision as it was signed. Class says what
// it is from now on; a household that leaves the list is there too.
type DecisionItem struct {
	Household  household.ID
	Assessment string
	Village    area.ID
	Head       string
	Members    int
	Before     standard.Class
	Class      standard.Class
	Label      string
	Transition string
}

// Listed says whether the decision recognises the household as poor or
// near-poor.
func (i DecisionItem) Listed() bool { return i.Class == standard.Poor || i.Class == standard.NearPoor }

// nextNumber raises a counter: numbers without gaps, for the row is written in
// the transaction that uses the number.
func (s *Store) nextNumber(tx *db.Tx, name string) (int, error) {
	if _, err := tx.Exec(`insert into counter (province_id, name, value) values ($1, $2, 1) on conflict (province_id, name) do update set value = counter.value + 1`, s.Province, name); err != nil {
		return 0, err
	}
	var n int
	err := tx.Get(`select value from counter where province_id = $1 and name = $2`, []any{s.Province, name}, &n)
	return n, err
}

// decisionSeries is the counter of a commune's decisions in a year.
func decisionSeries(commune area.ID, day string) string {
	return "decision/" + string(commune) + "/" + day[:4]
}

// decide writes the decision that an approval is: the first recognises who is
// poor or near-poor and names who leaves the list; one after an unlocking
// corrects what has changed since.
func (s *Store) decide(tx *db.Tx, by *account.Actor, d dossier.Dossier) error {
	decision, err := s.toDecide(tx, d)
	if err != nil || decision.Kind == Correct && len(decision.Items) == 0 {
		return err // unlocked and found right: nothing to decide anew
	}
	if decision, err = s.sign(tx, by, decision, d.Capacity); err != nil {
		return err
	}
	return s.takeBack(tx, by, decision, d.Capacity)
}

// toDecide is the decision that an approval of the dossier would write now.
func (s *Store) toDecide(tx *db.Tx, d dossier.Dossier) (decision Decision, err error) {
	round, err := s.Round(tx, d.Subject)
	if err != nil {
		return decision, err
	}
	items, err := s.decidable(tx, round, d.Unit)
	if err != nil {
		return decision, err
	}
	earlier, err := s.Decisions(tx, round.ID, d.Unit)
	if err != nil {
		return decision, err
	}
	if items, err = s.notDecidedElsewhere(tx, round, d.Unit, items); err != nil {
		return decision, err
	}
	decision = Decision{Round: round.ID, Area: d.Unit, Dossier: d.ID, Kind: Recognise, Items: items}
	for _, old := range earlier {
		if old.Dossier == d.ID {
			decision.Kind, decision.Corrects = Correct, old.ID
		}
	}
	if decision.Kind == Correct {
		decision.Reason = s.unlockReason(tx, d)
		decision.Items = changedItems(decided(earlier), items)
	}
	return decision, nil
}

// DecisionDraft is the decision that the chair of a commune would sign now,
// for whoever prepares it and the chair himself to read; ok is false where
// nothing waits to be decided.
func (s *Store) DecisionDraft(ctx context.Context, scope area.Scope, round string, commune area.ID) (decision Decision, ok bool, err error) {
	if err := s.wholeCommune(scope, commune); err != nil || s.Dossiers == nil {
		return decision, false, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, found, err := s.Dossiers.About(tx, dossier.Key{Kind: CommuneReview, Subject: round, Unit: commune})
		if err != nil || !found || d.State.Decided() || d.State == dossier.PassedOn {
			ok = false
			return err
		}
		decision, err = s.toDecide(tx, d)
		ok = len(decision.Items) > 0
		return err
	})
	return decision, ok, err
}

// notDecidedElsewhere leaves out the households of which a commune that has
// ended has decided the same in this round: its decision stands.
func (s *Store) notDecidedElsewhere(tx *db.Tx, round Round, commune area.ID, items []DecisionItem) ([]DecisionItem, error) {
	said := map[household.ID]DecisionItem{}
	err := tx.Each(`select i.household_id, i.class, i.label from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id
		where d.province_id = $1 and d.round_id = $2 and d.area_id <> $3 order by d.at, d.id`, []any{s.Province, round.ID, string(commune)}, func(r *sql.Rows) error {
		var item DecisionItem
		var class string
		if err := r.Scan(&item.Household, &class, &item.Label); err != nil {
			return err
		}
		item.Class, _ = standard.ParseClass(class)
		said[item.Household] = item
		return nil
	})
	return slices.DeleteFunc(items, func(i DecisionItem) bool {
		old, ok := said[i.Household]
		return ok && old.Class == i.Class && old.Label == i.Label
	}), err
}

// unlockReason is why the dossier was opened again.
func (s *Store) unlockReason(tx *db.Tx, d dossier.Dossier) string {
	events, err := s.Dossiers.Events(tx, d.ID)
	if err != nil {
		return ""
	}
	reason := ""
	for _, e := range events {
		if e.Action == dossier.UnlockAsked {
			reason = e.Reason
		}
	}
	return reason
}

// decidable are the households of a commune that a decision is about: those
// that are poor or near-poor now, and those that were before.
func (s *Store) decidable(tx *db.Tx, round Round, commune area.ID) ([]DecisionItem, error) {
	villages, err := s.workedOn(tx, round.ID, commune, s.workDay(round))
	if err != nil {
		return nil, err
	}
	list, err := s.listOf(tx, round, villages)
	if err != nil {
		return nil, err
	}
	var items []DecisionItem
	for _, l := range list {
		item := DecisionItem{Household: l.Household, Assessment: l.Assessment, Village: l.Village, Head: l.Head, Before: l.Before, Class: l.Class, Label: l.Label}
		was := l.Before == standard.Poor || l.Before == standard.NearPoor
		if !item.Listed() && !was {
			continue
		}
		err := tx.Get(`select a.size, coalesce(c.transition, '') from assessment a left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
			where a.province_id = $1 and a.id = $2`, []any{s.Province, l.Assessment}, &item.Members, &item.Transition)
		if err != nil && l.Assessment != "" {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// decided folds decisions, oldest first, into what holds of each household.
func decided(list []Decision) map[household.ID]DecisionItem {
	now := map[household.ID]DecisionItem{}
	for _, d := range list {
		for _, item := range d.Items {
			now[item.Household] = item
		}
	}
	return now
}

// changedItems are those whose class differs from what was decided, and those
// that were decided on and are no longer on the list at all.
func changedItems(before map[household.ID]DecisionItem, now []DecisionItem) (changed []DecisionItem) {
	seen := map[household.ID]bool{}
	for _, item := range now {
		seen[item.Household] = true
		if old, ok := before[item.Household]; !ok && item.Listed() || ok && (old.Class != item.Class || old.Label != item.Label) {
			changed = append(changed, item)
		}
	}
	for id, old := range before {
		if !seen[id] && old.Listed() {
			old.Before, old.Class, old.Label, old.Transition = old.Class, standard.Undetermined, "", ""
			changed = append(changed, old)
		}
	}
	return changed
}

// sign numbers and writes a decision.
func (s *Store) sign(tx *db.Tx, by *account.Actor, d Decision, capacity string) (Decision, error) {
	d.ID, d.At, d.SignedOn = db.NewID(), s.Now().UnixMilli(), s.today()
	d.SignedBy, d.Signer, d.Capacity = by.ID, by.FullName, capacity
	if capacity == account.ByAuthority {
		d.Office = by.Title(d.Area)
	}
	series := decisionSeries(d.Area, d.SignedOn)
	var err error
	if d.Number, err = s.nextNumber(tx, series); err != nil {
		return d, err
	}
	_, err = tx.Exec(`insert into decision (province_id, id, round_id, area_id, dossier_id, kind, series, number, signed_on, signed_by, signer, capacity, corrects, reason, at, signer_title)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		s.Province, d.ID, d.Round, string(d.Area), d.Dossier, d.Kind, series, d.Number, d.SignedOn, d.SignedBy, d.Signer, d.Capacity, d.Corrects, d.Reason, d.At, d.Office)
	if err != nil {
		return d, err
	}
	rows := db.NewBulk("decision_item", "household_id", "assessment_id", "village_id", "head", "members", "before", "class", "label", "transition").Same("decision_id", d.ID)
	for _, i := range d.Items {
		rows.Add(string(i.Household), i.Assessment, string(i.Village), i.Head, i.Members, i.Before.String(), i.Class.String(), i.Label, i.Transition)
	}
	if err := tx.Insert(s.Province, rows); err != nil {
		return d, err
	}
	return d, journal.Record(tx, s.Province, &journal.Entry{At: d.At, Actor: by.ID, Action: "decision." + d.Kind, Kind: "decision", Record: d.ID, AreaID: string(d.Area), Reason: d.Reason,
		Changes: []journal.Change{{Field: "number", To: journal.Value(d.Number)}, {Field: "signed_on", To: journal.Value(d.SignedOn)}, {Field: "households", To: journal.Value(len(d.Items))}}})
}

// Decisions gives a commune's decisions of a round with their lists, oldest
// first. The caller has the commune in his scope.
func (s *Store) Decisions(tx *db.Tx, round string, commune area.ID) (list []Decision, err error) {
	at := map[string]int{}
	err = tx.Each(`select id, round_id, area_id, dossier_id, kind, number, signed_on, signed_by, signer, capacity, corrects, reason, at, signer_title from decision
		where province_id = $1 and round_id = $2 and area_id = $3 order by at, id`, []any{s.Province, round, string(commune)}, func(r *sql.Rows) error {
		var d Decision
		err := r.Scan(&d.ID, &d.Round, &d.Area, &d.Dossier, &d.Kind, &d.Number, &d.SignedOn, &d.SignedBy, &d.Signer, &d.Capacity, &d.Corrects, &d.Reason, &d.At, &d.Office)
		at[d.ID] = len(list)
		list = append(list, d)
		return err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	err = tx.Each(`select i.decision_id, i.household_id, i.assessment_id, i.village_id, i.head, i.members, i.before, i.class, i.label, i.transition
		from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id
		where i.province_id = $1 and d.round_id = $2 and d.area_id = $3 order by i.village_id, i.head, i.household_id`, []any{s.Province, round, string(commune)}, func(r *sql.Rows) error {
		var i DecisionItem
		var id, before, class string
		if err := r.Scan(&id, &i.Household, &i.Assessment, &i.Village, &i.Head, &i.Members, &before, &class, &i.Label, &i.Transition); err != nil {
			return err
		}
		i.Before, _ = standard.ParseClass(before)
		i.Class, _ = standard.ParseClass(class)
		list[at[id]].Items = append(list[at[id]].Items, i)
		return nil
	})
	return list, err
}

// DecisionsFor is Decisions for a reader whose scope shows whole households of
// the commune.
func (s *Store) DecisionsFor(ctx context.Context, scope area.Scope, round string, commune area.ID) (list []Decision, err error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.Decisions(tx, round, commune)
		return err
	})
	return list, err
}

// wholeCommune says that a commune is not there where the scope does not show
// whole households in all of it.
func (s *Store) wholeCommune(scope area.Scope, commune area.ID) error {
	tree, today := s.Tree(), s.today()
	whole := func(id area.ID, scope area.Scope, day string) bool {
		v, ok := tree.On(id, day)
		f, covered := scope.FieldsAt(v.Path)
		return ok && v.Level == area.Commune && covered && f.Has(area.FieldHousehold)
	}
	if day, then, ok := s.scopeAt(scope, commune); ok && whole(commune, then, day) {
		return nil
	}
	// One that has ended is shown to whoever has all that it became.
	if _, lives := tree.On(commune, today); !lives {
		heirs := tree.Heirs(commune, today)
		if len(heirs) > 0 && !slices.ContainsFunc(heirs, func(id area.ID) bool { return !whole(id, scope, today) }) {
			return nil
		}
	}
	return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
}

// DecisionNumber writes a number as it stands on paper: numbers under ten with
// a leading zero.
func DecisionNumber(n int) string {
	return text.T("review.decision_number", "n", fmt.Sprintf("%02d", n))
}

// DecisionsAbout gives the decisions about a household, oldest first, for its
// page; the caller has found it in his scope.
func (s *Store) DecisionsAbout(tx *db.Tx, id household.ID) (list []Decision, err error) {
	err = tx.Each(`select d.id, d.round_id, d.area_id, d.kind, d.number, d.signed_on, d.signer, d.capacity, d.signer_title, d.reason, i.class, i.label, i.before
		from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id
		where i.province_id = $1 and i.household_id = $2 order by d.at, d.id`, []any{s.Province, string(id)}, func(r *sql.Rows) error {
		var d Decision
		var i DecisionItem
		var class, before string
		err := r.Scan(&d.ID, &d.Round, &d.Area, &d.Kind, &d.Number, &d.SignedOn, &d.Signer, &d.Capacity, &d.Office, &d.Reason, &class, &i.Label, &before)
		i.Class, _ = standard.ParseClass(class)
		i.Before, _ = standard.ParseClass(before)
		d.Items = []DecisionItem{i}
		list = append(list, d)
		return err
	})
	return list, err
}

// yearOf is the year in a day.
func yearOf(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.Year()
}
