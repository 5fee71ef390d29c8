package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/task"
	"giamngheo/law"
)

// organisation is law/demo/organisation.yaml.
type organisation struct {
	Source     string
	Confirmed  bool
	Committees struct {
		Decided     []string
		Number      string // {n}: one of its own
		Without     map[area.Level]float64
		NoRules     float64 `yaml:"no_rules"`
		Name        map[area.Level]string
		Signer      map[area.Level]string
		Rules       string
		Meetings    map[area.Level][]string
		Held        map[area.Level]float64
		Conclusions map[area.Level]int
		Days        [2]int
		Subjects    []string
		Titles      []string
		Offices     map[area.Level][]office
	}
	Posts    posting
	Sponsors sponsoring

	names *nameList
	made  []committee.Committee
}

// office is a member of a committee: whoever holds a position at the unit
// itself or at an agency, or somebody of whom the demo knows no more.
type office struct {
	Role, Office, Subject, Agency string
	Position                      position
}

func readOrganisation() (*organisation, error) {
	raw, err := law.Files.ReadFile("demo/organisation.yaml")
	if err != nil {
		return nil, err
	}
	o := &organisation{}
	if err := yaml.UnmarshalWithOptions(raw, o, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("law/demo/organisation.yaml: %w", err)
	}
	d, err := ownData()
	if err != nil {
		return nil, err
	}
	o.names = d.nameLists()[household.Ethnic.Majority]
	return o, nil
}

func (o *organisation) somebody(r *rand.Rand) string {
	middle, given := o.names.maleMiddle, o.names.male
	if r.IntN(3) == 0 {
		middle, given = o.names.femaleMiddle, o.names.female
	}
	return strings.Join([]string{pick(r, o.names.family).text, pick(r, middle).text, pick(r, given).text}, " ")
}

// organise gives the first year its committees and sponsors, and each year the
// meetings whose conclusions become obligations.
func (y *taskYear) organise(tx *db.Tx, operator *account.Actor) error {
	if len(y.org.made) == 0 {
		if err := y.committees(tx); err != nil {
			return err
		}
		if err := y.sponsors(tx); err != nil {
			return err
		}
	}
	return y.meetings(tx, operator)
}

// committees sets up those of the province, its districts and communes that
// have one.
func (y *taskYear) committees(tx *db.Tx) error {
	roots := y.Tree().Roots(today)
	rows := db.NewBulk("committee", "id", "area_id", "name", "number", "decided_on", "signer", "signer_office", "rules", "at", "by_actor")
	members := db.NewBulk("committee_member", "committee_id", "id", "name", "office", "role", "subject", "from_day", "at", "by_actor", "area_id", "unit_id", "post_role")
	f := y.org.Committees
	for n, v := range y.Tree().Under(roots[0].Area, today, area.Commune) {
		r := y.chances("committee", string(v.Area))
		if chance(r, f.Without[v.Level]) {
			continue
		}
		c := committee.Committee{ID: db.NewID(), Area: v.Area, Name: f.Name[v.Level], DecidedOn: fmt.Sprintf("%04d-%s", y.year, pick(r, f.Decided))}
		if from := y.Tree().History(v.Area)[0].From; from > c.DecidedOn {
			c.DecidedOn = y.Calendar.Add(from, 10+r.IntN(20)) // the unit is younger
		}
		c.Signer = y.staff.on(v.Area, head, c.DecidedOn).name
		if v.Level != area.Province {
			c.Name += " " + strings.ToLower(v.FullName[:1]) + v.FullName[1:]
		}
		rules := f.Rules
		if chance(r, f.NoRules) {
			rules = ""
		}
		at := instant(c.DecidedOn).UnixMilli()
		rows.Add(c.ID, string(c.Area), c.Name, strings.ReplaceAll(f.Number, "{n}", fmt.Sprint(1000+n)), c.DecidedOn, c.Signer, f.Signer[v.Level], rules, at, y.staff.on(v.Area, officer, c.DecidedOn).id)
		for _, m := range f.Offices[v.Level] {
			unit, level, name, role := v.Area, v.Level, y.org.somebody(r), ""
			if m.Agency != "" {
				unit, level = account.AgencyUnit(m.Agency), ""
			}
			if m.Position == "" {
				unit = ""
			} else {
				name, role = y.staff.on(unit, m.Position, today).name, roleAt(level, m.Position)
			}
			answers := area.ID("")
			if m.Role == "member" || m.Role == "deputy" {
				if below := y.Tree().Children(v.Area, today); len(below) > 0 {
					answers = pick(r, below).Area
				}
			}
			members.Add(c.ID, db.NewID(), name, m.Office, m.Role, m.Subject, c.DecidedOn, at, y.staff.on(v.Area, officer, c.DecidedOn).id, string(answers), string(unit), role)
		}
		y.org.made = append(y.org.made, c)
	}
	for _, b := range []*db.Bulk{rows, members} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	return nil
}

// meetings holds those of the year, day by day, and gives what they conclude to
// the committee's own unit, to one right below, or to an agency.
func (y *taskYear) meetings(tx *db.Tx, operator *account.Actor) error {
	f := y.org.Committees
	rows := db.NewBulk("committee_meeting", "committee_id", "id", "held_on", "chair", "subject", "at", "by_actor")
	asked := db.NewBulk("committee_conclusion", "id", "committee_id", "meeting_id", "title", "unit_id", "due", "ends", "at", "by_actor").Same("task_year", y.year)
	byDay := map[string][]task.Concluded{}
	for _, c := range y.org.made {
		v, _ := y.Tree().On(c.Area, today)
		for _, day := range f.Meetings[v.Level] {
			held := fmt.Sprintf("%04d-%s", y.year, day)
			r := y.chances("meeting", string(c.Area), day)
			if held <= c.DecidedOn || held > today || !chance(r, f.Held[v.Level]) {
				continue
			}
			id, at, secretary := db.NewID(), instant(held).Add(9*time.Hour).UnixMilli(), y.staff.on(c.Area, officer, held).id
			rows.Add(c.ID, id, held, y.staff.on(c.Area, head, held).name, pick(r, f.Subjects), at, secretary)
			for range 1 + r.IntN(f.Conclusions[v.Level]) {
				o := committee.Conclusion{ID: db.NewID(), Title: pick(r, f.Titles), Unit: y.someUnit(r, v), Due: instant(held).AddDate(0, 0, f.Days[0]+r.IntN(f.Days[1]-f.Days[0])).Format(time.DateOnly)}
				o.Ends = y.Calendar.NextWorking(o.Due)
				asked.Add(o.ID, c.ID, id, o.Title, string(o.Unit), o.Due, o.Ends, at, secretary)
				y.held[o.ID] = concluded{held, secretary}
				byDay[held] = append(byDay[held], task.Concluded{Of: c, Conclusion: o})
			}
		}
	}
	for _, b := range []*db.Bulk{rows, asked} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	began := y.opened
	defer func() { y.opened = began }()
	var days []string
	for day := range byDay {
		days = append(days, day)
	}
	slices.Sort(days)
	for _, day := range days {
		y.opened = day // the dossiers are opened on it
		if _, err := y.ObligeAll(tx, operator, y.year, byDay[day]); err != nil {
			return err
		}
	}
	return nil
}

func (y *taskYear) someUnit(r *rand.Rand, v area.Version) area.ID {
	below := slices.DeleteFunc(y.Tree().Children(v.Area, task.Boundaries(y.year)), func(c area.Version) bool { return c.Level == area.Village })
	switch at := r.Float64(); {
	case v.Level == area.Province && at < 0.5:
		return account.AgencyUnit(pick(r, y.f.Asked))
	case len(below) > 0 && at < 0.9:
		return pick(r, below).Area
	}
	return v.Area
}
