package demo

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// stage is how far a commune has come in the open round.
type stage string

// The stages of law/demo/review.yaml that the program asks for by name.
const (
	notBegun    stage = "not_begun"
	listing     stage = "listing"
	surveying   stage = "surveying"
	meeting     stage = "meeting"
	posted      stage = "posted"
	complaining stage = "complaint"
	handedIn    stage = "handed_in"
	returned    stage = "returned"
	approved    stage = "approved"
	certified   stage = "certified"
	unlockAsked stage = "unlock_asked"
	corrected   stage = "corrected"
	locked      stage = "locked"
	own         stage = "own" // of the demo's officers: something of each
)

// officeFile is law/demo/review.yaml.
type officeFile struct {
	Source         string
	Confirmed      bool
	Stages         []stageShare
	WholeDistricts float64 `yaml:"whole_districts"`
	Days           map[string]string
	Calendars      []officeCalendar // of communes that have decided; the others go by Days
	Past           officePast
	Words          officeWords
	Prepare        officePrepare
}

// officePast says when communes approved in the rounds that are closed.
type officePast struct {
	Surveyed, First, Due, Last string          // month and day
	OnTime                     map[int]float64 `yaml:"on_time"`
}

// officeCalendar has the days on which a share of the communes does otherwise
// than Days say.
type officeCalendar struct {
	Share float64
	Days  map[string]string
}

type stageShare struct {
	Code  stage
	Share float64
}

type officeWords struct {
	Places         string
	MeetingPlace   string `yaml:"meeting_place"`
	MeetingBegins  string `yaml:"meeting_begins"`
	MeetingRemarks string `yaml:"meeting_remarks"`
	Verified       string
	Requests       []string
	Complaints     []struct {
		Kind  string
		Words string
	}
	Conduct struct {
		Words  string
		Answer string
	}
	Returns        []string
	WarningAnswers []string `yaml:"warning_answers"`
	UnlockAsk      string   `yaml:"unlock_ask"`
	Unlock         string
	Overlooked     string
}

// keyVillage is the setting that names where the demo's officers work.
const keyVillage = "demo.village"

// Home is the village of the demo's officers; "" where the demo names none.
func Home(tx *db.Tx, province string) (village area.ID, err error) {
	v, err := config.Get(tx, province, keyVillage)
	return area.ID(v), err
}

// desk is the office of a commune in the open round.
type desk struct {
	unit     area.Version
	district area.ID
	stage    stage
	villages []area.Version
	forms    map[area.ID][]form         // by village
	register map[area.ID]review.Figures // by village: households, people and those without a form
	unclear  bool                       // some form leads to no class
	poorest  area.ID                    // the village with the most poor households
	poor     int
	days     map[string]string // where they are not those of the others
}

// form is a household of the round with what its papers need.
type form struct {
	household, head, id, key string
	village                  area.Version
	size                     int
	before, class            standard.Class
	label, transition        string
	answers, causes          string
	surveyed                 string
}

func (f form) listed() bool { return f.class == standard.Poor || f.class == standard.NearPoor }

func (f form) was() bool { return f.before == standard.Poor || f.before == standard.NearPoor }

// offices is the round that is open, as the offices work on it.
type offices struct {
	*generator
	tx        *db.Tx
	reviews   *review.Store
	dossiers  *dossier.Store
	workdays  *workday.Calendar
	round     review.Round
	procedure *dossier.Procedure
	words     officeWords
	desks     []*desk // by district and commune
	places    map[area.ID]*desk
	own       *desk
	papers    *papers
	waiting   []complaint
	asked     int // warnings
	counted   map[string]int
	issued    []*certificate
	holds     map[string]*certificate // by household
	staff     staff
}

// work gives the open round its dossiers and lets every commune do its part.
func (g *generator) work(tx *db.Tx) error {
	o, err := g.offices(tx)
	if err != nil {
		return err
	}
	if err := o.readDesks(); err != nil {
		return err
	}
	o.assign()
	home := o.home()
	if err := config.Set(tx, g.province, keyVillage, string(home)); err != nil {
		return err
	}
	hired, err := g.hire(home, g.officials)
	if err != nil {
		return err
	}
	if err := hired.insert(tx); err != nil {
		return err
	}
	o.staff = hired.staff
	if o.own != nil {
		if err := o.past(o.own); err != nil {
			return err
		}
	}
	if err := o.bygone(); err != nil {
		return err
	}
	if err := o.play(); err != nil {
		return err
	}
	if err := o.prepare(); err != nil {
		return err
	}
	return o.papers.insert(tx, g.province)
}

// home is the village of the demo's officers; in a demo too small to choose one
// where most households are poor.
func (o *offices) home() (village area.ID) {
	if o.own != nil {
		return o.own.poorest
	}
	most := -1
	for _, d := range o.desks {
		if d.poor > most && len(d.villages) > 0 {
			if village, most = d.poorest, d.poor; village == "" {
				village = d.villages[0].Area
			}
		}
	}
	return village
}

func (g *generator) offices(tx *db.Tx) (*offices, error) {
	rules, err := dossier.LoadLaw(law.Files)
	if err != nil {
		return nil, err
	}
	days, err := workday.Load(law.Files)
	if err != nil {
		return nil, err
	}
	tree := func() *area.Tree { return g.tree }
	o := &offices{generator: g, tx: tx, round: g.rounds[years-1].round, words: g.d.office.Words, papers: newPapers(), workdays: days, places: map[area.ID]*desk{}, counted: map[string]int{}, holds: map[string]*certificate{}}
	o.dossiers = &dossier.Store{Province: g.province, Now: now, Tree: tree, Law: rules}
	o.reviews = &review.Store{Province: g.province, Now: now, Tree: tree, Law: standard.Law(), Dossiers: o.dossiers, Workdays: days}
	var ok bool
	if o.procedure, ok = o.reviews.ProcedureFor(o.round); !ok {
		return nil, fmt.Errorf("demo: no procedure for %d", o.round.Year)
	}
	return o, nil
}

// readDesks reads the forms of the round, village by village.
func (o *offices) readDesks() error {
	at := map[area.ID]*desk{} // by village
	for _, unit := range o.tree.OfLevel(o.tree.Roots(today)[0].Area, today, area.Commune) {
		district, _ := o.tree.Ancestor(unit.Area, today, area.District)
		d := &desk{unit: unit, district: district.Area, forms: map[area.ID][]form{}, register: map[area.ID]review.Figures{}}
		for _, v := range o.tree.Children(unit.Area, today) {
			d.villages = append(d.villages, v)
			at[v.Area] = d
		}
		if len(d.villages) > 0 {
			o.desks, o.places[unit.Area] = append(o.desks, d), d
		}
	}
	slices.SortFunc(o.desks, func(a, b *desk) int {
		return cmp.Or(cmp.Compare(a.district, b.district), cmp.Compare(a.unit.Area, b.unit.Area))
	})
	poor := map[area.ID]int{}
	err := o.tx.Each(`select h.village_id, h.id, coalesce(p.full_name, ''), h.head_key, a.id, a.size, a.answers, a.causes, a.surveyed_on, c.class, c.label, coalesce(c.transition, ''), coalesce(b.class, '')
		from household h join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id and f.round_id = $2
		join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		left join person p on p.province_id = h.province_id and p.id = h.head_id
		left join assessment_in_force l on l.province_id = h.province_id and l.household_id = h.id and l.round_id = $3
		left join classification b on b.province_id = l.province_id and b.assessment_id = l.assessment_id and b.official = 1
		where h.province_id = $1 and h.to_day = $4 order by h.village_id, h.head_key, h.id`, []any{o.province, o.round.ID, o.rounds[years-2].round.ID, household.Far}, func(r *sql.Rows) error {
		var f form
		var village area.ID
		var class, before string
		if err := r.Scan(&village, &f.household, &f.head, &f.key, &f.id, &f.size, &f.answers, &f.causes, &f.surveyed, &class, &f.label, &f.transition, &before); err != nil {
			return err
		}
		f.class, _ = standard.ParseClass(class)
		f.before, _ = standard.ParseClass(before)
		d := at[village]
		f.village, _ = o.tree.On(village, today)
		d.forms[village] = append(d.forms[village], f)
		d.unclear = d.unclear || f.class == standard.Undetermined
		if f.class == standard.Poor {
			d.poor++
			if poor[village]++; d.poorest == "" || poor[village] > poor[d.poorest] {
				d.poorest = village
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.tx.Each(`select h.village_id, count(*), sum(case when f.assessment_id is null then 1 else 0 end), sum(case when f.assessment_id is null then h.size else 0 end)
		from household h left join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id and f.round_id = $2
		where h.province_id = $1 and h.to_day = $3 group by h.village_id order by h.village_id`, []any{o.province, o.round.ID, household.Far}, func(r *sql.Rows) error {
		var village area.ID
		var households, without, unseen int
		if err := r.Scan(&village, &households, &without, &unseen); err != nil {
			return err
		}
		at[village].register[village] = review.Figures{Households: households, NotSurveyed: review.Count{Households: without, People: unseen}}
		return nil
	})
}

// villagesOfHome is how many villages the officers' commune has where it can.
const villagesOfHome = 4

// assign says how far each commune has come: the district of the demo's
// officers has one of every kind, others are quicker or slower as a whole.
func (o *offices) assign() {
	communes := map[area.ID]int{}
	for _, d := range o.desks {
		communes[d.district]++
	}
	for _, d := range o.desks {
		if _, lived := o.tree.On(d.unit.Area, o.first); !lived || d.unclear || d.poor == 0 {
			continue
		}
		better := func(a, b *desk) int {
			enough := func(d *desk) int { return min(communes[d.district], len(o.d.office.Stages)+1) }
			near := func(d *desk) int { return -max(len(d.villages)-villagesOfHome, villagesOfHome-len(d.villages)) }
			return cmp.Or(cmp.Compare(enough(a), enough(b)), cmp.Compare(near(a), near(b)), cmp.Compare(a.poor, b.poor))
		}
		if o.own == nil || better(d, o.own) > 0 {
			o.own = d
		}
	}
	shares := o.d.office.Stages
	pace := map[area.ID]float64{}
	var districts []area.ID
	for _, d := range o.desks {
		if _, known := pace[d.district]; !known {
			pace[d.district] = o.random(string(d.district), "pace").Float64()
			districts = append(districts, d.district)
		}
	}
	slices.SortFunc(districts, func(a, b area.ID) int { return cmp.Or(cmp.Compare(pace[b], pace[a]), cmp.Compare(a, b)) })
	whole := map[area.ID]bool{}
	for _, id := range districts[:int(math.Ceil(o.d.office.WholeDistricts*float64(len(districts))))] {
		whole[id] = o.own == nil || id != o.own.district
	}
	turn, others := 0, []*desk{}
	for _, d := range o.desks {
		switch {
		case d == o.own:
			d.stage = own
		case o.own != nil && d.district == o.own.district:
			d.stage = shares[turn%len(shares)].Code
			turn++
		default:
			others = append(others, d)
		}
	}
	reached := map[*desk]float64{}
	for _, d := range others {
		reached[d] = pace[d.district] + o.random(string(d.unit.Area), "pace").Float64()
		if whole[d.district] {
			reached[d] += 2 // after all others
		}
	}
	slices.SortStableFunc(others, func(a, b *desk) int { return cmp.Compare(reached[a], reached[b]) })
	total, sum := 0.0, 0.0
	for _, s := range shares {
		total += s.Share
	}
	at := 0
	for i, d := range others {
		for at < len(shares)-1 && float64(i)/float64(len(others)) >= (sum+shares[at].Share)/total {
			sum += shares[at].Share
			at++
		}
		d.stage = shares[at].Code
		if whole[d.district] && !d.stage.decided() {
			d.stage = certified
		}
	}
	for _, d := range o.desks {
		if d.unclear && d.stage != notBegun && d.stage != listing {
			d.stage = surveying
		}
		o.hasten(d)
	}
}

// hasten gives a commune that has decided a calendar of its own, or leaves it
// the one of the late.
func (o *offices) hasten(d *desk) {
	if !slices.Contains([]stage{approved, certified, locked}, d.stage) {
		return
	}
	at := o.random(string(d.unit.Area), "calendar").Float64()
	for _, c := range o.d.office.Calendars {
		if at -= c.Share; at < 0 {
			d.days = c.Days
			return
		}
	}
}

// decided says whether the commune has a decision.
func (s stage) decided() bool {
	return slices.Contains([]stage{approved, certified, unlockAsked, corrected, locked}, s)
}

// day is a day of the calendar of the demo in the round's year.
func (o *offices) day(code string) string { return o.dayIn(o.round.Year, code) }

// dayOf is the day on which a commune does something.
func (o *offices) dayOf(d *desk, code string) string {
	if day, own := d.days[code]; own {
		return digits(o.round.Year, 4) + "-" + day
	}
	return o.day(code)
}

func (o *offices) dayIn(year int, code string) string {
	day, ok := o.d.office.Days[code]
	if !ok {
		panic("law/demo/review.yaml: no day " + code)
	}
	return digits(year, 4) + "-" + day
}

// somebody invents a name.
func (o *offices) somebody(parts ...string) string {
	return o.generator.somebody(o.random(parts...))
}
