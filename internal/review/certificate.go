package review

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
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
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Certificate is form 2e: one a household for the whole period of a standard,
// with a confirmation row for each year.
type Certificate struct {
	ID          string
	Household   household.ID
	Area        area.ID // the commune that issued it
	Number      int
	From, To    int // years of the period
	IssuedOn    string
	Decision    string
	WithdrawnOn string
	Withdrawal  string // the decision by which
	Reason      string
	Years       []Confirmation
}

// Confirmation is one row of a certificate.
type Confirmation struct {
	Year        int
	Class       standard.Class
	Decision    string
	ConfirmedOn string
}

// period is the years for which a certificate of the round's standard holds.
// Where the standard has no end yet it is the year of the class alone.
func (s *Store) period(round Round) (from, to int, err error) {
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return 0, 0, err
	}
	from, to = yearOf(set.Valid.From), yearOf(set.Valid.To)
	if year := s.classYear(round); from > year {
		from = year
	}
	return from, max(to, s.classYear(round)), nil
}

// classYear is the year that the classes of the round hold for.
func (s *Store) classYear(round Round) int {
	if round.Kind == Yearly {
		return round.Year + 1
	}
	return round.Year
}

// IssueCertificates gives every household that the decisions of the commune
// recognise its certificate, or the row of the year on the one it has, and
// withdraws those of households that have left the list. What is done already
// is left alone, so that it can be asked for again.
func (s *Store) IssueCertificates(ctx context.Context, by *account.Actor, scope area.Scope, roundID string, commune area.ID) (issued, confirmed, withdrawn int, err error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return 0, 0, 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		issued, confirmed, withdrawn = 0, 0, 0
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		decisions, err := s.Decisions(tx, roundID, commune)
		if err != nil {
			return err
		}
		if len(decisions) == 0 {
			return fault.New(fault.Conflict, "no_decision", text.T("review.no_decision"))
		}
		held, err := s.certificates(tx, commune, decisions)
		if err != nil {
			return err
		}
		overtaken, err := s.overtaken(tx, round, commune)
		if err != nil {
			return err
		}
		from, to, err := s.period(round)
		if err != nil {
			return err
		}
		// By decision, so that each certificate names the one it rests on.
		rests := map[household.ID]Decision{}
		var order []household.ID
		for _, d := range decisions {
			for _, i := range d.Items {
				if _, known := rests[i.Household]; !known {
					order = append(order, i.Household)
				}
				d.Items = nil
				rests[i.Household] = d
			}
		}
		now := decided(decisions)
		year := s.classYear(round)
		for _, id := range order {
			item, d := now[id], rests[id]
			c, has := held[id]
			switch {
			case overtaken[id]: // a later decision has its own say
			case item.Listed() && !has:
				if c, err = s.issue(tx, by, id, commune, from, to, d); err != nil {
					return err
				}
				issued++
				if err := s.confirm(tx, by, c, year, item.Class, d); err != nil {
					return err
				}
			case item.Listed():
				if !c.confirmedFor(year, item.Class) {
					if err := s.confirm(tx, by, c, year, item.Class, d); err != nil {
						return err
					}
					confirmed++
				}
			case has:
				if err := s.takeCertificate(tx, by, c, d); err != nil {
					return err
				}
				withdrawn++
			}
		}
		return nil
	})
	return issued, confirmed, withdrawn, err
}

func (c Certificate) confirmedFor(year int, class standard.Class) bool {
	for _, row := range c.Years {
		if row.Year == year && row.Class == class {
			return true
		}
	}
	return false
}

func (s *Store) issue(tx *db.Tx, by *account.Actor, id household.ID, commune area.ID, from, to int, d Decision) (Certificate, error) {
	c := Certificate{ID: db.NewID(), Household: id, Area: commune, From: from, To: to, IssuedOn: s.today(), Decision: d.ID}
	series := fmt.Sprintf("certificate/%s/%d-%d", commune, from, to)
	var err error
	if c.Number, err = s.nextNumber(tx, series); err != nil {
		return c, err
	}
	now := s.Now().UnixMilli()
	_, err = tx.Exec(`insert into certificate (province_id, id, household_id, area_id, series, number, period_from, period_to, issued_on, decision_id, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.Province, c.ID, string(id), string(commune), series, c.Number, from, to, c.IssuedOn, d.ID, now, by.ID)
	if err != nil {
		return c, err
	}
	return c, journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "certificate.issue", Kind: "certificate", Record: c.ID, HouseholdID: string(id), AreaID: string(commune),
		Changes: []journal.Change{{Field: "number", To: journal.Value(c.Number)}, {Field: "period", To: journal.Value(fmt.Sprintf("%d–%d", from, to))}}})
}

func (s *Store) confirm(tx *db.Tx, by *account.Actor, c Certificate, year int, class standard.Class, d Decision) error {
	_, err := tx.Exec(`insert into certificate_year (province_id, certificate_id, year, class, decision_id, confirmed_on, by_actor) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (province_id, certificate_id, year) do update set class = excluded.class, decision_id = excluded.decision_id, confirmed_on = excluded.confirmed_on, by_actor = excluded.by_actor`,
		s.Province, c.ID, year, class.String(), d.ID, s.today(), by.ID)
	if err != nil {
		return err
	}
	from := ""
	for _, row := range c.Years {
		if row.Year == year {
			from = row.Class.String()
		}
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "certificate.confirm", Kind: "certificate", Record: c.ID, HouseholdID: string(c.Household), AreaID: string(c.Area),
		Changes: append(journal.Diff(nil, "class", from, class.String()), journal.Change{Field: "year", To: journal.Value(year)})})
}

func (s *Store) takeCertificate(tx *db.Tx, by *account.Actor, c Certificate, d Decision) error {
	reason := text.T("review.left_list")
	if _, err := tx.Exec(`update certificate set withdrawn_on = $1, withdrawn_by = $2, withdrawal = $3, reason = $4 where province_id = $5 and id = $6 and withdrawn_on = ''`, s.today(), by.ID, d.ID, reason, s.Province, c.ID); err != nil {
		return err
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "certificate.withdraw", Kind: "certificate", Record: c.ID, HouseholdID: string(c.Household), AreaID: string(c.Area), Reason: reason,
		Changes: []journal.Change{{Field: "withdrawn_on", To: journal.Value(s.today())}}})
}

// certificates gives the valid certificates of the households of decisions,
// whichever commune issued them.
func (s *Store) certificates(tx *db.Tx, commune area.ID, decisions []Decision) (map[household.ID]Certificate, error) {
	all := map[household.ID]Certificate{}
	for _, d := range decisions {
		for _, i := range d.Items {
			if _, known := all[i.Household]; known {
				continue
			}
			list, err := s.CertificatesOf(tx, i.Household)
			if err != nil {
				return nil, err
			}
			for _, c := range list {
				if c.WithdrawnOn == "" && c.To >= yearOf(s.today()) {
					all[i.Household] = c
				}
			}
		}
	}
	return all, nil
}

// CertificatesOf gives a household's certificates, oldest first; the caller
// has found it in his scope.
func (s *Store) CertificatesOf(tx *db.Tx, id household.ID) (list []Certificate, err error) {
	at := map[string]int{}
	err = tx.Each(`select id, household_id, area_id, number, period_from, period_to, issued_on, decision_id, withdrawn_on, withdrawal, reason from certificate
		where province_id = $1 and household_id = $2 order by at, id`, []any{s.Province, string(id)}, func(r *sql.Rows) error {
		var c Certificate
		err := r.Scan(&c.ID, &c.Household, &c.Area, &c.Number, &c.From, &c.To, &c.IssuedOn, &c.Decision, &c.WithdrawnOn, &c.Withdrawal, &c.Reason)
		at[c.ID] = len(list)
		list = append(list, c)
		return err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	err = tx.Each(`select y.certificate_id, y.year, y.class, y.decision_id, y.confirmed_on from certificate_year y join certificate c on c.province_id = y.province_id and c.id = y.certificate_id
		where y.province_id = $1 and c.household_id = $2 order by y.year`, []any{s.Province, string(id)}, func(r *sql.Rows) error {
		var row Confirmation
		var id, class string
		if err := r.Scan(&id, &row.Year, &class, &row.Decision, &row.ConfirmedOn); err != nil {
			return err
		}
		row.Class, _ = standard.ParseClass(class)
		list[at[id]].Years = append(list[at[id]].Years, row)
		return nil
	})
	return list, err
}

// certificatesMissing counts the households that are recognised and have no
// row of the year yet, and those that keep a certificate they should not.
func (s *Store) certificatesMissing(tx *db.Tx, round Round, commune area.ID) ([]dossier.Obstacle, error) {
	decisions, err := s.Decisions(tx, round.ID, commune)
	if err != nil {
		return nil, err
	}
	held, err := s.certificates(tx, commune, decisions)
	if err != nil {
		return nil, err
	}
	overtaken, err := s.overtaken(tx, round, commune)
	if err != nil {
		return nil, err
	}
	year := s.classYear(round)
	var missing, kept against
	items := slices.Collect(maps.Values(decided(decisions)))
	slices.SortFunc(items, func(a, b DecisionItem) int {
		return cmp.Or(vn.ComparePerson(a.Head, b.Head), cmp.Compare(a.Household, b.Household))
	})
	for _, item := range items {
		id := item.Household
		c, has := held[id]
		switch {
		case overtaken[id]:
		case item.Listed() && (!has || !c.confirmedFor(year, item.Class)):
			s.formIn(&missing, round, id, item.Head, item.Village)
		case !item.Listed() && has:
			s.formIn(&kept, round, id, item.Head, item.Village)
		}
	}
	return append(missing.obstacle("no_certificate"), kept.obstacle("certificate_kept")...), nil
}

// overtaken names the households of a commune's decisions in a round about
// whom a decision of another round, whose class begins later, says otherwise:
// a certificate follows the last class, and its row of a year the last class of
// that year, whichever round is looked at.
func (s *Store) overtaken(tx *db.Tx, round Round, commune area.ID) (map[household.ID]bool, error) {
	type say struct {
		from, decision, class string
		at                    int64
		listed, here          bool
	}
	year := strconv.Itoa(s.classYear(round))
	last, inYear := map[household.ID]say{}, map[household.ID]say{}
	here := map[household.ID]say{}
	err := tx.Each(`select i.household_id, i.class, d.round_id, d.area_id, d.id, d.at, case when r.kind = $4 then coalesce(a.effective_from, d.signed_on) else r.class_from end
		from decision_item i join decision d on d.province_id = i.province_id and d.id = i.decision_id
		join round r on r.province_id = d.province_id and r.id = d.round_id
		left join assessment a on a.province_id = i.province_id and a.id = i.assessment_id
		where i.province_id = $1 and i.household_id in (select o.household_id from decision_item o join decision e on e.province_id = o.province_id and e.id = o.decision_id
			where o.province_id = $1 and e.round_id = $2 and e.area_id = $3)`, []any{s.Province, round.ID, string(commune), InYear}, func(r *sql.Rows) error {
		var id household.ID
		var in, at string
		var one say
		if err := r.Scan(&id, &one.class, &in, &at, &one.decision, &one.at, &one.from); err != nil {
			return err
		}
		c, _ := standard.ParseClass(one.class)
		one.listed, one.here = onList(c), in == round.ID && area.ID(at) == commune
		later := func(than say) bool {
			return cmp.Or(cmp.Compare(one.from, than.from), cmp.Compare(one.at, than.at), cmp.Compare(one.decision, than.decision)) > 0
		}
		if later(last[id]) {
			last[id] = one
		}
		if strings.HasPrefix(one.from, year) && later(inYear[id]) {
			inYear[id] = one
		}
		if one.here && (one.at > here[id].at || one.at == here[id].at && one.decision > here[id].decision) {
			here[id] = one
		}
		return nil
	})
	all := map[household.ID]bool{}
	for id, one := range last {
		row := inYear[id]
		all[id] = !one.here && one.listed != here[id].listed || row.decision != "" && !row.here && row.class != here[id].class
	}
	return all, err
}

// Standing gives what the decisions of a round say of each household of a
// commune now, with its certificates, for those who see whole households
// there. A household about whom a later round says the opposite is left out.
func (s *Store) Standing(ctx context.Context, scope area.Scope, roundID string, commune area.ID) (items []DecisionItem, held map[household.ID]Certificate, err error) {
	if err := s.wholeCommune(scope, commune); err != nil {
		return nil, nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		decisions, err := s.Decisions(tx, roundID, commune)
		if err != nil {
			return err
		}
		now, seen := decided(decisions), map[household.ID]bool{}
		overtaken, err := s.overtaken(tx, round, commune)
		if err != nil {
			return err
		}
		for _, d := range decisions {
			for _, i := range d.Items {
				if !seen[i.Household] && !overtaken[i.Household] {
					seen[i.Household] = true
					items = append(items, now[i.Household])
				}
			}
		}
		held, err = s.certificates(tx, commune, decisions)
		return err
	})
	return items, held, err
}
