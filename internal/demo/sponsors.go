package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// sponsoring is the part of law/demo/organisation.yaml about sponsors.
type sponsoring struct {
	Number    string
	DecidedOn string `yaml:"decided_on"`
	Share     struct {
		District, Commune float64
		MountainCommune   float64 `yaml:"mountain_commune"`
	}
	Outside  float64
	Bodies   []string
	Yearly   int
	Kept     [2]float64
	Nothing  float64
	NoNumber float64 `yaml:"no_number"`
	Promises []pledge
	Whole    pledge
	Fields   []pledge
	Results  []string
}

// pledge is a promise as one could be.
type pledge struct {
	Agency, Kind, Indicator, Words, Measure string
	Amount                                  [2]int
	Money                                   int64 // for each
}

// patron writes promises and what came of them.
type patron struct {
	*taskYear
	promises, results *db.Bulk
}

// sponsors gives districts and communes sponsors with promises for the years of
// the demo, and agencies promises for their own fields.
func (y *taskYear) sponsors(tx *db.Tx) error {
	f := y.org.Sponsors
	p := &patron{taskYear: y,
		promises: db.NewBulk("sponsor_promise", "id", "sponsorship_id", "kind", "indicator", "from_year", "to_year", "words", "thousandths", "measure", "money", "at").Same("by_actor", actor),
		results:  db.NewBulk("sponsor_result", "id", "sponsorship_id", "promise_id", "day", "words", "thousandths", "money", "at").Same("by_actor", actor)}
	rows := db.NewBulk("sponsorship", "id", "area_id", "agency_id", "body", "at").Same("number", f.Number).Same("decided_on", f.DecidedOn).Same("from_day", f.DecidedOn).Same("by_actor", actor)
	agencies, err := account.AgenciesIn(tx, y.Province)
	if err != nil {
		return err
	}
	for _, v := range y.Tree().Under(y.Tree().Roots(today)[0].Area, today, area.Commune) {
		r := y.chances("sponsor", string(v.Area))
		share := map[area.Level]float64{area.District: f.Share.District, area.Commune: f.Share.Commune}[v.Level]
		if v.Level == area.Commune && y.Tree().Mark(v.Area, area.MarkMountain, today).Value == area.Yes {
			share = f.Share.MountainCommune
		}
		if !chance(r, share) {
			continue
		}
		id, agency, body := db.NewID(), "", ""
		if chance(r, f.Outside) {
			body = pick(r, f.Bodies)
		} else {
			agency = pick(r, agencies).ID
		}
		rows.Add(id, string(v.Area), agency, body, instant(f.DecidedOn).UnixMilli())
		for year := y.year; year <= lastYear; year++ {
			for range 1 + r.IntN(f.Yearly) {
				p.pledge(r, id, pick(r, f.Promises), year, year)
			}
		}
		if chance(r, 0.3) {
			p.pledge(r, id, f.Whole, y.year, lastYear)
		}
	}
	for _, field := range f.Fields {
		r := y.chances("field", field.Agency)
		for year := y.year; year <= lastYear; year++ {
			p.pledge(r, string(account.AgencyUnit(field.Agency)), field, year, year)
		}
	}
	for _, b := range []*db.Bulk{rows, p.promises, p.results} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	return nil
}

// pledge writes one promise of some years and what came of it until today.
func (p *patron) pledge(r *rand.Rand, of string, g pledge, from, to int) {
	f, id := p.org.Sponsors, db.NewID()
	amount := int64(g.Amount[0] + r.IntN(g.Amount[1]-g.Amount[0]+1))
	var thousandths, money any = amount * 1000, nil
	if g.Money > 0 {
		money = amount * g.Money
	}
	measure := g.Measure
	if chance(r, f.NoNumber) {
		thousandths, money, measure = nil, nil, ""
	}
	begin := max(fmt.Sprintf("%04d-01-20", from), f.DecidedOn)
	p.promises.Add(id, of, g.Kind, g.Indicator, from, to, g.Words, thousandths, measure, money, instant(begin).UnixMilli())
	if chance(r, f.Nothing) {
		return
	}
	left := int64(math.Round(float64(amount) * (f.Kept[0] + r.Float64()*(f.Kept[1]-f.Kept[0]))))
	for year := from; year <= to && left > 0; year++ {
		day := instant(fmt.Sprintf("%04d-01-01", year)).AddDate(0, 2+r.IntN(9), r.IntN(27)).Format(time.DateOnly)
		if day <= begin {
			day = instant(begin).AddDate(0, 0, 10+r.IntN(40)).Format(time.DateOnly)
		}
		if day > today {
			return
		}
		came := left
		if to > from {
			came = min(left, 1)
		}
		left -= came
		var got, gave any
		if measure != "" {
			if got = came * 1000; g.Money > 0 {
				gave = came * g.Money
			}
		}
		p.results.Add(db.NewID(), of, id, day, pick(r, f.Results), got, gave, instant(day).Add(10*time.Hour).UnixMilli())
	}
}
