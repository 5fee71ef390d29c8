package review

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/verification"
)

// The states of a sample.
const (
	SampleCounts     = "counts"
	SampleSuperseded = "superseded"
)

// Framed is a household that a sample can draw: one with an assessment in
// force in the round. Who was not surveyed is not in it.
type Framed struct {
	Household  household.ID
	Code       string
	Head       string
	Village    area.ID // as judged
	Commune    area.ID // the stratum
	Assessment string
}

// VerificationSample is a draw as recorded.
type VerificationSample struct {
	ID      string
	Round   string
	Area    area.ID // whose verification it is
	No      int     // 1 is the first draw
	Seed    int64
	Margin  float64
	Design  SampleDesign
	State   string
	Reason  string // why it was drawn again; "" of the first
	DrawnAt int64
	By      string
	Strata  []verification.Stratum // Name is the commune's id
}

// SampleDesign is by what a sample was drawn.
type SampleDesign struct {
	Confidence float64 `json:"confidence"`
	Proportion float64 `json:"proportion"`
	PerStratum int     `json:"per_stratum"`
	Frame      int     `json:"frame"`
	Required   int     `json:"required"` // by the formula
	Taken      int     `json:"taken"`
	Reached    float64 `json:"reached"` // the margin in the worst case
}

// Frame lists the households of an area from which a sample of the round is
// drawn, by code.
func (s *Store) Frame(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []Framed, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		list, err = s.frame(tx, scope, round, root)
		return err
	})
	return list, err
}

// within says that the scope covers the whole area on the round's working day,
// and gives the area's path then.
func (s *Store) within(scope area.Scope, round Round, root area.ID) (area.Version, error) {
	day := s.workDay(round)
	v, ok := s.Tree().On(root, day)
	if !ok || !scope.Covers(s.Tree(), root, day) {
		return v, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	return v, nil
}

func (s *Store) frame(tx *db.Tx, scope area.Scope, round Round, root area.ID) (list []Framed, err error) {
	place, err := s.within(scope, round, root)
	if err != nil {
		return nil, err
	}
	args := []any{s.Province, round.ID, s.today(), s.workDay(round)}
	condition := scope.PathSQLFor("v.path", area.FieldHousehold, &args)
	condition += " and " + area.PathSQL("w.path", place.Path, &args)
	communes := s.communeOf(round)
	err = tx.Each(`select a.household_id, h.code, coalesce(p.full_name, ''), a.village_id, a.id
		from assessment a join assessment_in_force f on f.province_id = a.province_id and f.household_id = a.household_id and f.round_id = a.round_id and f.assessment_id = a.id
		join household h on h.province_id = a.province_id and h.id = a.household_id
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
		join area_version w on w.province_id = a.province_id and w.area_id = a.village_id and w.from_day <= $4 and w.to_day > $4
		left join person p on p.province_id = h.province_id and p.id = h.head_id
		where a.province_id = $1 and a.round_id = $2 and `+condition+` order by h.code`, args, func(r *sql.Rows) error {
		var one Framed
		if err := r.Scan(&one.Household, &one.Code, &one.Head, &one.Village, &one.Assessment); err != nil {
			return err
		}
		one.Commune = communes(one.Village)
		list = append(list, one)
		return nil
	})
	return list, err
}

// communeOf finds the commune of a village on the round's working day.
func (s *Store) communeOf(round Round) func(area.ID) area.ID {
	day, known := s.workDay(round), map[area.ID]area.ID{}
	return func(village area.ID) area.ID {
		commune, ok := known[village]
		if !ok {
			v, _ := s.Tree().Ancestor(village, day, area.Commune)
			commune = v.Area
			known[village] = commune
		}
		return commune
	}
}

// Drawn is a household of a sample with what it stands for.
type Drawn struct {
	Framed
	StratumSize int
	Take        int
	Weight      float64
}

// Sample draws without recording anything: what anybody who knows the seed
// can repeat. The reading of the names is journalled with its purpose.
func (s *Store) Sample(ctx context.Context, by household.Actor, d verification.Design, roundID string, root area.ID, seed int64, purpose string) (verification.Sample, []Drawn, error) {
	frame, err := s.Frame(ctx, by.Scope, roundID, root)
	if err != nil {
		return verification.Sample{}, nil, err
	}
	sample, drawn, err := draw(frame, d, roundID, seed)
	if err != nil {
		return sample, nil, err
	}
	return sample, drawn, s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "list.read", Kind: "list", Record: "sample", AreaID: string(root), Reason: purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(roundID)}, {Field: "seed", To: journal.Value(seed)}, {Field: "margin", To: journal.Value(d.Margin)}, {Field: "households", To: journal.Value(len(drawn))}}})
	})
}

func draw(frame []Framed, d verification.Design, round string, seed int64) (verification.Sample, []Drawn, error) {
	units := make([]verification.Unit, len(frame))
	byCode := make(map[string]Framed, len(frame))
	for i, f := range frame {
		units[i] = verification.Unit{Code: f.Code, Stratum: string(f.Commune)}
		byCode[f.Code] = f
	}
	sample, err := verification.Draw(units, d, round, seed)
	if err != nil {
		return sample, nil, err
	}
	if len(frame) == 0 {
		return sample, nil, fault.New(fault.Conflict, "frame_empty", text.T("review.frame_empty"))
	}
	drawn := make([]Drawn, len(sample.Items))
	for i, item := range sample.Items {
		drawn[i] = Drawn{byCode[item.Code], item.StratumSize, item.Take, item.Weight}
	}
	return sample, drawn, nil
}

// Drawing is what the verifying unit asks for. The program takes the seed at
// random, so that nobody can try seeds out until one pleases; a second draw
// needs a reason, and the first stays to be seen.
type Drawing struct {
	Round  string
	Area   area.ID
	Design verification.Design
	Reason string
}

// DrawSample draws a sample and records it as the one that counts.
func (s *Store) DrawSample(ctx context.Context, by household.Actor, o Drawing) (VerificationSample, error) {
	seed, err := randomSeed()
	if err != nil {
		return VerificationSample{}, err
	}
	return s.DrawWithSeed(ctx, by, o, seed)
}

func randomSeed() (int64, error) {
	var b [8]byte
	_, err := rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 11), err // 53 bits: exact in every language
}

// DrawWithSeed is DrawSample for what must be the same each time: the demo
// and tests. No page or command calls it.
func (s *Store) DrawWithSeed(ctx context.Context, by household.Actor, o Drawing, seed int64) (out VerificationSample, err error) {
	if o.Reason, err = typed.Account("reason", o.Reason); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, o.Round)
		if err != nil {
			return err
		}
		if round.State != Open {
			return roundClosed(o.Round)
		}
		place, err := s.within(by.Scope, round, o.Area)
		if err != nil {
			return err
		}
		if place.Level == area.Commune || place.Level == area.Village {
			return refused("area", "review.sample_level")
		}
		var before int
		if err := tx.Get(`select count(*) from verification_sample where province_id = $1 and round_id = $2 and area_id = $3`, []any{s.Province, o.Round, string(o.Area)}, &before); err != nil {
			return err
		}
		if before > 0 && o.Reason == "" {
			return refused("reason", "review.redraw_reason")
		}
		frame, err := s.frame(tx, by.Scope, round, o.Area)
		if err != nil {
			return err
		}
		sample, drawn, err := draw(frame, o.Design, o.Round, seed)
		if err != nil {
			return err
		}
		out = VerificationSample{ID: db.NewID(), Round: o.Round, Area: o.Area, No: before + 1, Seed: seed, Margin: o.Design.Margin, State: SampleCounts, Reason: o.Reason, DrawnAt: s.Now().UnixMilli(), By: by.ID, Strata: sample.Strata,
			Design: SampleDesign{o.Design.Confidence, o.Design.Proportion, o.Design.PerStratum, sample.Frame, sample.Required, len(sample.Items), sample.Reached}}
		if before == 0 {
			out.Reason = ""
		}
		return s.recordSample(tx, out, frame, drawn)
	})
	return out, err
}

func (s *Store) recordSample(tx *db.Tx, o VerificationSample, frame []Framed, drawn []Drawn) error {
	if _, err := tx.Exec(`update verification_sample set state = $1 where province_id = $2 and round_id = $3 and area_id = $4`, SampleSuperseded, s.Province, o.Round, string(o.Area)); err != nil {
		return err
	}
	design, err := json.Marshal(o.Design)
	if err != nil {
		return err
	}
	packed, err := packFrame(frame)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into verification_sample (province_id, id, round_id, area_id, no, seed, margin, design, frame, state, reason, drawn_at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.Province, o.ID, o.Round, string(o.Area), o.No, o.Seed, strconv.FormatFloat(o.Margin, 'f', -1, 64), string(design), packed, o.State, o.Reason, o.DrawnAt, o.By)
	if db.Unique(err) {
		return stale()
	}
	if err != nil {
		return err
	}
	strata := db.NewBulk("verification_stratum", "commune_id", "size", "take").Same("sample_id", o.ID)
	for _, one := range o.Strata {
		strata.Add(one.Name, one.Size, one.Take)
	}
	items := db.NewBulk("verification_item", "household_id", "commune_id", "assessment_id").Same("sample_id", o.ID)
	for _, one := range drawn {
		items.Add(string(one.Household), string(one.Commune), one.Assessment)
	}
	for _, bulk := range []*db.Bulk{strata, items} {
		if err := tx.Insert(s.Province, bulk); err != nil {
			return err
		}
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: o.DrawnAt, Actor: o.By, Action: "verification.draw", Kind: "sample", Record: o.ID, AreaID: string(o.Area), Reason: o.Reason,
		Changes: []journal.Change{{Field: "round", To: journal.Value(o.Round)}, {Field: "seed", To: journal.Value(o.Seed)}, {Field: "margin", To: journal.Value(o.Margin)}, {Field: "households", To: journal.Value(len(drawn))}, {Field: "frame", To: journal.Value(len(frame))}}})
}

// packFrame keeps who could be drawn: a line of commune and code each.
func packFrame(frame []Framed) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for _, f := range frame {
		fmt.Fprintf(z, "%s,%s\n", f.Commune, f.Code)
	}
	err := z.Close()
	return out.Bytes(), err
}

func unpackFrame(packed []byte) ([]verification.Unit, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	var units []verification.Unit
	for line := range strings.Lines(string(raw)) {
		commune, code, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ",")
		if !ok {
			return nil, errors.New("verification frame: " + line)
		}
		units = append(units, verification.Unit{Code: code, Stratum: commune})
	}
	return units, nil
}
