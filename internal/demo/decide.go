package demo

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// decision of a commune's chair with its list.
type decision struct {
	id, round, dossier, kind, day, signer, capacity, corrects, reason string
	by, officer                                                       string // who signs, who issues; "" the operator
	unit                                                              area.ID
	at                                                                int64
	items                                                             []form
	withdraws                                                         *decision // signed with it, where somebody gives his certificate back
}

// certificate with its rows.
type certificate struct {
	id, household, series, decision, issued, withdrawn, withdrawal, reason string
	by                                                                     string
	unit                                                                   area.ID
	number                                                                 int
	at                                                                     int64
}

// next raises a counter.
func (o *offices) next(name string) int {
	o.counted[name]++
	return o.counted[name]
}

// counters writes how far the counters have come, and the certificates.
func (o *offices) counters() {
	var names []string
	for name := range o.counted {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		o.papers.counters.Add(name, o.counted[name])
	}
	from, to := o.period()
	for _, c := range o.issued {
		by := ""
		if c.withdrawn != "" {
			by = c.by
		}
		o.papers.certificates.Add(c.id, c.household, string(c.unit), c.series, c.number, from, to, c.issued, c.decision, c.withdrawn, by, c.withdrawal, c.reason, c.at, c.by)
	}
}

// period is the years for which a certificate holds.
func (o *offices) period() (from, to int) {
	set := o.generator.rounds[years-1].set
	from, _ = strconv.Atoi(set.Valid.From[:4])
	to, _ = strconv.Atoi(set.Valid.To[:4])
	return from, to
}

func (o *offices) decide(d *decision) error {
	d.id = o.generator.id()
	series := "decision/" + string(d.unit) + "/" + d.day[:4]
	number := o.next(series)
	o.papers.decisions.Add(d.id, d.round, string(d.unit), d.dossier, d.kind, series, number, d.day, cmp.Or(d.by, actor), d.signer, d.capacity, d.corrects, d.reason, d.at)
	for _, i := range d.items {
		o.papers.items.Add(d.id, i.household, i.id, string(i.village.Area), i.head, i.size, i.before.String(), i.class.String(), i.label, i.transition)
	}
	return o.note(journal.Entry{At: d.at, Actor: d.by, Action: "decision." + d.kind, Kind: "decision", Record: d.id, AreaID: string(d.unit), Reason: d.reason,
		Changes: []journal.Change{change("number", number), change("signed_on", d.day), change("households", len(d.items))}})
}

// takeBack signs, with a decision that takes households off the list, the one
// that takes their certificates back: the same day, under the next number.
func (o *offices) takeBack(d *decision) error {
	w := &decision{round: d.round, dossier: d.dossier, kind: review.Withdraw, day: d.day, signer: d.signer, capacity: d.capacity, corrects: d.id, reason: text.T("review.left_list"), by: d.by, officer: d.officer, unit: d.unit, at: d.at + 1}
	for _, i := range d.items {
		if !i.listed() && o.holds[i.household] != nil {
			w.items = append(w.items, i)
		}
	}
	if len(w.items) == 0 {
		return nil
	}
	d.withdraws = w
	return o.decide(w)
}

// certify follows a decision: whoever it recognises gets a certificate, or a
// row on the one he holds; whoever has left the list gives it back.
func (o *offices) certify(d *decision, year int, day string, at int64) error {
	from, to := o.period()
	tell := func(c *certificate, action, reason string, changes ...journal.Change) error {
		return o.note(journal.Entry{At: at, Actor: d.officer, Action: "certificate." + action, Kind: "certificate", Record: c.id, HouseholdID: c.household, AreaID: string(d.unit), Reason: reason, Changes: changes})
	}
	for _, i := range d.items {
		c := o.holds[i.household]
		switch {
		case i.listed():
			if c == nil {
				series := fmt.Sprintf("certificate/%s/%d-%d", d.unit, from, to)
				c = &certificate{id: o.generator.id(), household: i.household, unit: d.unit, series: series, number: o.next(series), decision: d.id, issued: day, at: at, by: cmp.Or(d.officer, actor)}
				o.holds[i.household], o.issued = c, append(o.issued, c)
				if err := tell(c, "issue", "", change("number", c.number), change("period", fmt.Sprintf("%d–%d", from, to))); err != nil {
					return err
				}
			}
			o.papers.certified.Add(c.id, year, i.class.String(), d.id, day, cmp.Or(d.officer, actor))
			if err := tell(c, "confirm", "", change("class", i.class.String()), change("year", year)); err != nil {
				return err
			}
		case c != nil:
			c.withdrawn, c.withdrawal, c.reason = day, d.withdraws.id, text.T("review.left_list")
			delete(o.holds, i.household)
			if err := tell(c, "withdraw", c.reason, change("withdrawn_on", day)); err != nil {
				return err
			}
		}
	}
	return nil
}

// past writes the decisions and certificates of the closed rounds in the
// commune of the demo's officers, and in those that it has taken over since.
func (o *offices) past(d *desk) error {
	before := map[string]standard.Class{}
	for y := range years - 1 {
		round := o.generator.rounds[y].round
		day, now := o.dayIn(round.Year, "past_decision"), map[string]standard.Class{}
		var all []*decision
		for _, v := range d.villages {
			commune, ok := o.tree.Ancestor(v.Area, round.BoundaryDay, area.Commune)
			if !ok {
				return fmt.Errorf("demo: %s lies nowhere on %s", v.Area, round.BoundaryDay)
			}
			at := slices.IndexFunc(all, func(one *decision) bool { return one.unit == commune.Area })
			if at < 0 {
				at = len(all)
				all = append(all, &decision{round: round.ID, kind: review.Recognise, day: day, capacity: "tm", unit: commune.Area, signer: o.signer(commune.Area, "tm", day).name, by: o.signer(commune.Area, "tm", day).id, officer: o.staff.on(commune.Area, officer, day).id, at: instant(day).UnixMilli()})
			}
			forms, err := o.formsOf(v, round.ID, day)
			if err != nil {
				return err
			}
			for _, f := range forms {
				f.before, now[f.household] = before[f.household], f.class
				if f.listed() || f.was() {
					all[at].items = append(all[at].items, f)
				}
			}
		}
		before, day = now, o.dayIn(round.Year, "past_certificates")
		for _, one := range all {
			if err := o.decide(one); err != nil {
				return err
			}
			if err := o.takeBack(one); err != nil {
				return err
			}
			if err := o.certify(one, round.Year+1, day, instant(day).UnixMilli()); err != nil {
				return err
			}
		}
	}
	return o.endedCertificates()
}

// formsOf reads the forms of a village in a closed round, with the heads of
// that day.
func (o *offices) formsOf(v area.Version, round, day string) (list []form, err error) {
	err = o.tx.Each(`select h.id, a.id, a.size, c.class, c.label, coalesce(c.transition, ''), coalesce((select p.full_name from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
			where m.province_id = h.province_id and m.household_id = h.id and m.relation = 'head' and m.from_day <= $4 order by m.from_day desc, p.id limit 1), '')
		from assessment a join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
		join household h on h.province_id = a.province_id and h.id = a.household_id
		join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where a.province_id = $1 and a.round_id = $2 and a.village_id = $3 order by h.head_key, h.id`, []any{o.province, round, string(v.Area), day}, func(r *sql.Rows) error {
		f := form{village: v}
		var class string
		if err := r.Scan(&f.household, &f.id, &f.size, &class, &f.label, &f.transition, &f.head); err != nil {
			return err
		}
		f.class, _ = standard.ParseClass(class)
		list = append(list, f)
		return nil
	})
	return list, err
}

// endedCertificates takes back those of households that are no more.
func (o *offices) endedCertificates() error {
	for _, c := range o.issued {
		if c.withdrawn != "" {
			continue
		}
		var to string
		if err := o.tx.Get(`select to_day from household where province_id = $1 and id = $2`, []any{o.province, c.household}, &to); err != nil {
			return err
		}
		if to < household.Far {
			c.withdrawn, c.reason = max(to, c.issued), text.T("review.left_list")
			delete(o.holds, c.household)
		}
	}
	return nil
}

// lastListed is the household that the first decision of a corrected commune
// leaves out.
func (d *desk) lastListed() (id string) {
	for _, v := range d.villages {
		for _, f := range d.forms[v.Area] {
			if f.listed() && (id == "" || f.class == standard.NearPoor) {
				id = f.household
			}
		}
	}
	return id
}
