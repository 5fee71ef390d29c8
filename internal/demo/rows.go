package demo

import (
	"slices"
	"strings"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

// actor is who the journal names: the machine's operator.
const actor = "operator"

// batch is rows that are written together.
type batch struct {
	homes, persons, memberships, residences *db.Bulk
	assessments, inForce, classes           *db.Bulk
	entries, frozen                         *db.Bulk
	done                                    int // households finished so far
}

func newBatch() *batch {
	return &batch{
		homes: db.NewBulk("household", "id", "code", "village_id", "head_id", "head_key", "size", "ethnic", "policy_groups", "phone",
			"from_day", "to_day", "end_kind", "split_from", "merged_into"),
		persons:     db.NewBulk("person", "id", "household_id", "full_name", "folded", "sex", "birth", "ethnic", "national_id", "policy_groups", "death_day"),
		memberships: db.NewBulk("membership", "household_id", "person_id", "from_day", "to_day", "relation", "from_kind", "to_kind"),
		residences:  db.NewBulk("residence", "household_id", "from_day", "to_day", "village_id", "from_kind", "to_kind"),
		assessments: db.NewBulk("assessment", strings.FieldsFunc(review.AssessmentColumns, func(r rune) bool { return strings.ContainsRune(", \n\t", r) })...),
		inForce:     db.NewBulk("assessment_in_force", "household_id", "round_id", "assessment_id"),
		classes:     db.NewBulk("classification", "assessment_id", "standard", "version", "class", "label", "deprivations", "transition", "official", "at"),
		entries: db.NewBulk("journal", "id", "at", "actor", "action", "record_kind", "record_id", "household_id", "area_id", "operation_id",
			"changes", "salt", "digest"),
		frozen: db.NewBulk("round_register", "round_id", "village_id", "households"),
	}
}

func (b *batch) all() []*db.Bulk {
	return []*db.Bulk{b.homes, b.persons, b.memberships, b.residences, b.assessments, b.inForce, b.classes, b.entries, b.frozen}
}

func (b *batch) rows() (n int) {
	for _, one := range b.all() {
		n += one.Len()
	}
	return n
}

func (b *batch) insert(tx *db.Tx, province string) error {
	for _, one := range b.all() {
		if err := tx.Insert(province, one); err != nil {
			return err
		}
	}
	return nil
}

// id makes the next identity: of the usual form, the same for the same seed,
// and in the order of making.
func (g *generator) id() string {
	g.ids++
	return db.IDAt(g.epoch+int64(g.ids>>12), uint16(g.ids&0xfff), mix(g.seed+g.ids))
}

// mix spreads a number over 64 bits (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// entry writes one journal entry at the instant at which it is told to have
// happened, so that the journal reads in the order of the years.
func (b *batch) entry(g *generator, at int64, action, kind, record string, h *home, village string, changes []journal.Change) error {
	g.entries++
	text, salt, digest, err := journal.Seal(changes)
	if err != nil {
		return err
	}
	b.entries.Add(db.IDAt(at, uint16(g.entries&0xfff), mix(g.seed^g.entries)), at, actor, action, kind, record, h.id, village, g.operation, text, salt, digest)
	return nil
}

func (b *batch) assessment(g *generator, a *review.Assessment, h *home) error {
	row, err := a.Row()
	if err != nil {
		return err
	}
	b.assessments.Add(row...)
	b.inForce.Add(string(a.Household), a.Round, a.ID)
	var deprivations any
	if a.Deprivations != nil {
		deprivations = *a.Deprivations
	}
	b.classes.Add(a.ID, a.Standard, a.Version, a.Class.String(), a.Label, deprivations, a.Transition, 1, a.RecordedAt)
	before, was := "", ""
	if h.answers != "" {
		was = h.last.String()
	}
	if h.b1 > 0 {
		before = digits(h.b1, 3)
	}
	now := ""
	if a.B1 != nil {
		now = digits(*a.B1, 3)
	}
	var changes []journal.Change
	changes = journal.Diff(changes, "class", was, a.Class.String())
	changes = journal.Diff(changes, "label", h.label, a.Label)
	changes = journal.Diff(changes, "b1", strings.TrimLeft(before, "0"), strings.TrimLeft(now, "0"))
	changes = journal.Diff(changes, "answers", h.answers, a.Answers)
	return b.entry(g, a.RecordedAt, "assessment."+a.Purpose, "assessment", a.ID, h, string(a.Village), changes)
}

// home writes a household and whoever it brought into the registry.
func (b *batch) home(g *generator, h *home) error {
	b.done++
	var head any
	key, size, ethnic := "", 0, h.ethnic
	if h.endKind == "" {
		p := h.head()
		head, key, size, ethnic = p.id, headKey(p), len(h.members), p.ethnic
	}
	b.homes.Add(h.id, h.code, string(h.village.id), head, key, size, ethnic, strings.Join(h.policy(lastYear), ","), h.phone, h.from, h.to, h.endKind, orNull(h.splitFrom), orNull(h.mergedInto))
	for _, r := range h.residences {
		b.residences.Add(h.id, r.from, r.to, string(r.village.id), r.fromKind, r.toKind)
	}
	at, action := g.listedAt(h), "household.create"
	if h.createdBy == "split" {
		action = "household.split"
	}
	changes := []journal.Change{{Field: "code", To: journal.Value(h.code)}, {Field: "village_id", To: journal.Value(h.residences[0].village.id)}}
	if h.splitFrom != "" {
		changes = append(changes, journal.Change{Field: "split_from", To: journal.Value(h.splitFrom)})
	}
	return b.entry(g, at, action, "household", h.id, h, string(h.residences[0].village.id), changes)
}

func headKey(p *person) string { return p.folded + "|" + digits(p.year, 4) }

func (b *batch) person(p *person) {
	var home any
	if p.home != nil {
		home = p.home.id
	}
	b.persons.Add(p.id, home, p.name, p.folded, p.sex, p.birth, p.ethnic, p.number, p.policy(), p.death)
	for _, s := range p.stays {
		b.memberships.Add(s.home.id, p.id, s.from, s.to, s.relation, s.fromKind, s.toKind)
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// policy gives the groups of a household by its members of a year.
func (h *home) policy(year int) []string {
	if h.endKind != "" {
		return nil
	}
	groups := map[string]bool{}
	working := 0
	for _, m := range h.members {
		if age := m.age(year); age >= 16 && age <= 60 {
			working++
		}
		groups["merit"] = groups["merit"] || m.merit
		groups["other"] = groups["other"] || m.other
	}
	groups["no_labour"] = working == 0
	var policy []string
	for _, item := range household.Policy.Items {
		if groups[item.Code] {
			policy = append(policy, item.Code)
		}
	}
	return policy
}

// freeze notes a household as the round of a year counts it, or that it has
// left the register.
func (v *village) freeze(y int, h *home) {
	if firstYear+y == lastYear {
		return // open
	}
	c := review.Counted{Household: household.ID(h.id), Reason: review.Departure(h.endKind)}
	if h.endKind == "" {
		c.Size, c.Reason = len(h.members), review.Arrival(h.residences[0].fromKind)
		c.Attributes = review.AttributesOf(h.head().ethnic, h.policy(firstYear+y))
	}
	v.counted[y] = append(v.counted[y], c)
}

// village writes who was counted there, as review.Freeze packs it.
func (b *batch) village(g *generator, v *village) {
	for y := range v.counted {
		list := v.counted[y]
		if len(list) == 0 {
			continue
		}
		slices.SortFunc(list, func(a, c review.Counted) int { return strings.Compare(string(a.Household), string(c.Household)) })
		var packed []byte
		for _, one := range list {
			packed = one.AppendTo(packed)
		}
		b.frozen.Add(g.rounds[y].round.ID, string(v.id), packed)
		v.counted[y] = nil
	}
}

// recordedAt is when the next form of the year went into the machine: from 2
// to 14 November, commune after commune.
func (g *generator) recordedAt(y int) int64 {
	g.recorded[y]++
	window := 12 * 24 * time.Hour / time.Duration(len(g.communes))
	in := window * time.Duration(g.recorded[y]) / time.Duration(g.communes[g.at].households[y]+1)
	return instant(digits(firstYear+y, 4) + "-11-02").Add(window*time.Duration(g.at) + in).UnixMilli()
}

// listedAt is when a household went into the registry.
func (g *generator) listedAt(h *home) int64 {
	g.listed++
	at := instant(h.from)
	if h.createdBy == "listed" {
		return at.Add(20 * 24 * time.Hour * time.Duration(g.listed) / time.Duration(2*g.households)).UnixMilli()
	}
	return at.Add(time.Duration(g.listed%36000) * time.Second).UnixMilli()
}

var vietnam = time.FixedZone("+07", 7*3600)

// instant is eight in the morning of a day.
func instant(day string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, day, vietnam)
	if err != nil {
		panic(err) // a day made here
	}
	return t.Add(8 * time.Hour)
}
