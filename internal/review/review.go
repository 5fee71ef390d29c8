// Package review is the yearly and in-year review of households: rounds, the
// assessments in them, the class that each leads to by the standard of the
// round, and the register of all rounds in memory from which tables are made
// (plan II.1 and annex group I). An assessment is one household in one round;
// a later one supersedes, never overwrites, and a closed round never changes.
// The steps of a round, from the list to the certificates, are those of its
// dossiers (package dossier); here is what each of them is about.
package review

import (
	"sync/atomic"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
	"giamngheo/internal/verification"
	"giamngheo/internal/workday"
)

// The kinds of rounds.
const (
	Yearly = "yearly"
	InYear = "in_year"
)

// The states of a round.
const (
	Open   = "open"
	Closed = "closed"
)

// The purposes of an assessment. Survey and Recheck decide the class; the
// other two stand beside, to be compared.
const (
	Survey       = "survey"
	SecondEntry  = "second_entry"
	Recheck      = "recheck"
	Verification = "verification"
)

// Round is one review of a year.
type Round struct {
	ID          string
	Kind        string
	Year        int
	Standard    string // id of the rule set: "VN-2016"
	CountDay    string // who lives there on this day is counted
	BoundaryDay string // on whose areas the tables of the round stand
	ClassFrom   string // first day of the classes it decides; "" in an in-year round, where each decision has its own
	Calendar    string
	State       string
	OpenedAt    int64
	ClosedAt    int64
	Rev         int64

	// Beside: another yearly round of the year was opened before. This one
	// tries what another standard would give; its classes are never in force.
	Beside bool
}

// Effective is the day from which a class of the round holds: never (the end
// of time) where the round stands beside the year's own. "" in an in-year
// round, where each decision has its own.
func (o Round) Effective() string {
	if o.Beside {
		return household.Far
	}
	return o.ClassFrom
}

// AsOf is the day whose class in force an assessment of the round is compared
// with.
func (o Round) AsOf(a *Assessment) string {
	if o.Beside {
		return o.ClassFrom
	}
	return a.EffectiveFrom
}

// RosterMember is a member as the household was judged on, with the answers
// that indicators 1 to 4 rest on. Unknown is nil.
type RosterMember struct {
	Person         household.PersonID `json:"p"`
	Name           string             `json:"n"`
	Birth          string             `json:"b,omitempty"`
	Sex            string             `json:"s,omitempty"`
	Relation       string             `json:"r,omitempty"`
	Untreated      *bool              `json:"u,omitempty"` // ill or injured and not treated in the last 12 months
	Insured        *bool              `json:"i,omitempty"`
	LowerSecondary *bool              `json:"l,omitempty"` // has finished lower secondary school
	AtSchool       *bool              `json:"a,omitempty"`
}

// Assessment is one household in one round.
type Assessment struct {
	ID            string
	Round         string
	Household     household.ID
	Purpose       string
	InForce       bool
	Predecessor   string
	EffectiveFrom string
	Village       area.ID
	Commune       area.ID
	Area          standard.AreaType
	Size          int
	B1            *int   // points
	Income        *int64 // đồng a person and month
	Answers       string // one letter an indicator: 1 deprived, 0 not, - unknown
	Ticked        string // the same as the signed form has it
	Causes        []string
	Roster        []RosterMember
	Detail        Detail
	Warnings      []string // indicators where form and roster disagree, and soft checks of the form by code
	WarningAnswer string
	Surveyor      string
	SurveyedOn    string
	Note          string
	OperationID   string
	RecordedAt    int64
	RecordedBy    string
	Rev           int64

	// The official classification.
	Standard     string
	Version      int
	Class        standard.Class
	Label        string
	Deprivations *int
	Transition   string
}

// Detail holds the other answers of the form: the dwelling's floor area and
// facts by the codes that the standard's indicators name.
type Detail struct {
	FloorArea *float64        `json:"m2,omitempty"` // m² of the dwelling
	Facts     map[string]bool `json:"facts,omitempty"`
	// Before is the class before the round as the form states it, where the
	// registry itself knows none.
	Before string `json:"before,omitempty"`
	// Items are the answers to the scorecard's known items, option by item.
	Items map[string]string `json:"items,omitempty"`
	// Doubts are the soft checks of the form, as they were said when it was
	// saved.
	Doubts []Doubt `json:"doubts,omitempty"`
}

// Doubt is something on a form that is to be asked again and answered in
// words.
type Doubt struct {
	Check    string `json:"check"`
	Question string `json:"question,omitempty"`
	Member   string `json:"member,omitempty"`
	Text     string `json:"text"`
}

func (d Detail) empty() bool {
	return d.FloorArea == nil && len(d.Facts) == 0 && d.Before == "" && len(d.Items) == 0 && len(d.Doubts) == 0
}

// Store reads and writes the reviews of one province.
type Store struct {
	DB         *db.DB
	Province   string
	Now        func() time.Time
	Tree       func() *area.Tree
	Law        *standard.Library
	Households *household.Store
	Dossiers   *dossier.Store // of the rounds; nil where rounds go without
	Workdays   *workday.Calendar
	Checks     verification.Rules // how samples are drawn and what is asked about
	// RoundsChanged is told, after the commit, that a round was opened or
	// closed.
	RoundsChanged func()
	// Saved is told, after the commit, what was put in force.
	Saved func(round Round, a Assessment)

	bases bases
	known atomic.Pointer[knownRounds]
}

func (s *Store) today() string { return area.Today(s.Now()) }
