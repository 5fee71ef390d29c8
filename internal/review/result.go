package review

import (
	"database/sql"
	"encoding/json"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
)

// The stages of a result: what a unit handed in, and what was signed.
const (
	Preliminary = "preliminary"
	Official    = "official"
)

// Figures are the counts of a result, as they stood when it was sent up.
// Households and people by class; NotSurveyed are those without a form.
type Figures struct {
	Households   int                    `json:"households"`
	People       int                    `json:"people"`
	Poor         Count                  `json:"poor"`
	NearPoor     Count                  `json:"near_poor"`
	NotPoor      Count                  `json:"not_poor"`
	Undetermined Count                  `json:"undetermined"`
	NotSurveyed  Count                  `json:"not_surveyed"`
	Transitions  map[string]int         `json:"transitions,omitempty"` // households by the form's code 1 to 6
	Causes       map[string]int         `json:"causes,omitempty"`      // poor and near-poor households by cause
	Deprived     map[string]map[int]int `json:"deprived,omitempty"`    // class → indicator (from 0) → households
	Parts        map[area.ID]*Figures   `json:"parts,omitempty"`       // of the units below
}

func newFigures() *Figures {
	return &Figures{Transitions: map[string]int{}, Causes: map[string]int{}, Deprived: map[string]map[int]int{"poor": {}, "near_poor": {}}}
}

// counted is a household as figures count it.
type counted struct {
	size                               int
	answers, causes, class, transition string
}

func (f *Figures) count(h counted) {
	f.Households, f.People = f.Households+1, f.People+h.size
	switch h.class {
	case "poor":
		f.Poor.add(h.size)
	case "near_poor":
		f.NearPoor.add(h.size)
	case "":
		f.NotSurveyed.add(h.size)
	case "undetermined":
		f.Undetermined.add(h.size)
	default:
		f.NotPoor.add(h.size)
	}
	if h.transition != "" {
		f.Transitions[h.transition]++
	}
	deprived, counts := f.Deprived[h.class]
	if !counts {
		return
	}
	for _, c := range split(h.causes) {
		f.Causes[c]++
	}
	for i := range len(h.answers) {
		if h.answers[i] == '1' {
			deprived[i]++
		}
	}
}

// Count is households and the people in them.
type Count struct {
	Households int `json:"households"`
	People     int `json:"people"`
}

func (c *Count) add(people int) { c.Households, c.People = c.Households+1, c.People+people }

// Result is a record of what was sent up.
type Result struct {
	ID      string
	Round   string
	Unit    area.ID
	Dossier string
	Stage   string
	Figures Figures
	At      int64
	By      string
}

// FiguresOf counts a round in an area as it stands now, from the forms in
// force and the register of today; also each unit below.
func (s *Store) FiguresOf(tx *db.Tx, round Round, unit area.ID) (Figures, error) {
	f := newFigures()
	day := s.workDay(round)
	at, ok := s.Tree().On(unit, day)
	if !ok {
		return *f, nil
	}
	if at.Level != area.Village {
		f.Parts = map[area.ID]*Figures{}
	}
	args := []any{s.Province, round.ID, day}
	condition := area.PathSQL("v.path", at.Path, &args)
	err := tx.Each(`select v.path, h.size, coalesce(a.size, 0), coalesce(a.answers, ''), coalesce(a.causes, ''), coalesce(c.class, ''), coalesce(c.transition, '')
		from household h join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
		left join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id and f.round_id = $2
		left join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where h.province_id = $1 and h.to_day = '`+household.Far+`' and `+condition, args, func(r *sql.Rows) error {
		var path string
		var one counted
		var assessed int
		if err := r.Scan(&path, &one.size, &assessed, &one.answers, &one.causes, &one.class, &one.transition); err != nil {
			return err
		}
		if assessed > 0 {
			one.size = assessed
		}
		f.count(one)
		if f.Parts == nil {
			return nil
		}
		below, _, _ := strings.Cut(path[len(at.Path):], "/")
		if f.Parts[area.ID(below)] == nil {
			f.Parts[area.ID(below)] = newFigures()
		}
		f.Parts[area.ID(below)].count(one)
		return nil
	})
	return *f, err
}

// recordResult writes what a unit sends up, beside what it sent before.
func (s *Store) recordResult(tx *db.Tx, actor string, d dossier.Dossier, stage string) error {
	round, err := s.Round(tx, d.Subject)
	if err != nil {
		return err
	}
	figures, err := s.FiguresOf(tx, round, d.Unit)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(figures)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into round_result (province_id, id, round_id, unit_id, dossier_id, stage, figures, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.Province, db.NewID(), round.ID, string(d.Unit), d.ID, stage, string(raw), s.Now().UnixMilli(), actor)
	return err
}

// Results gives what was sent up about a round for a unit, oldest first.
func (s *Store) Results(tx *db.Tx, round string, unit area.ID) (list []Result, err error) {
	err = tx.Each(`select id, round_id, unit_id, dossier_id, stage, figures, at, by_actor from round_result where province_id = $1 and round_id = $2 and unit_id = $3 order by at, id`,
		[]any{s.Province, round, string(unit)}, func(r *sql.Rows) error {
			var one Result
			var raw string
			if err := r.Scan(&one.ID, &one.Round, &one.Unit, &one.Dossier, &one.Stage, &raw, &one.At, &one.By); err != nil {
				return err
			}
			list = append(list, one)
			return json.Unmarshal([]byte(raw), &list[len(list)-1].Figures)
		})
	return list, err
}
