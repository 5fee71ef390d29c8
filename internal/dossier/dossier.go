// Package dossier is the one workflow: whatever an office hands in and another
// approves (a commune's round, a plan, a report) is a dossier with the same
// states and a checklist of steps. Who may do what, in which order and by when
// stands in law/procedures as dated data. A subject (package review) supplies
// the content: what hinders a step, and what follows from a decision. No
// subject has a second machine.
//
// Steps are done or taken back, by whom, when and why; taking one back reopens
// those after it. Nobody approves what he himself handed in (the person, not
// the agency), and a body approves through its signing posts. Nothing here
// locks anybody out because he is late.
package dossier

import (
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// State is where a dossier stands.
type State string

// The states. A returned dossier is worked on like a draft.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Returned  State = "returned"
	Approved  State = "approved"
	Locked    State = "locked"
	PassedOn  State = "passed_on" // its unit has ended; what was open went to its successors
)

// Working says whether its unit works on it.
func (s State) Working() bool { return s == Draft || s == Returned }

// Decided says whether it has been approved.
func (s State) Decided() bool { return s == Approved || s == Locked }

// Action is what somebody did to a dossier.
type Action string

// The actions, as events and the journal name them.
const (
	Opened      Action = "open"
	StepDone    Action = "step_done"
	StepBack    Action = "step_back"
	HandedIn    Action = "hand_in"
	SentBack    Action = "return"
	Approval    Action = "approve"
	Locking     Action = "lock"
	UnlockAsked Action = "unlock_ask"
	Unlocked    Action = "unlock"
	UnlockNo    Action = "unlock_refuse"
	Passing     Action = "pass_on"
)

// Key says what a dossier is about: a kind of law/procedures, the subject (the
// id of a round) and the area or body whose dossier it is.
type Key struct {
	Kind    string
	Subject string
	Unit    area.ID
	// Until is the last day on which changes of areas matter: the boundary day
	// of a round. "" is for ever.
	Until string
	// SignAt is the agency at which it is signed, of kinds that are signed at
	// AtNamed; "" of others. It is no part of what the dossier is about.
	SignAt area.ID
}

// Dossier is one of them.
type Dossier struct {
	ID string
	Key
	Procedure    string
	State        State
	OpenedAt     int64
	OpenedBy     string
	HandedInAt   int64
	HandedInBy   string
	DecidedAt    int64
	DecidedBy    string
	Capacity     string // in which it was signed: tm, kt
	PassedTo     string
	UnlockAsked  int64 // when somebody asked to unlock it; 0: nobody waits for an answer
	UnlockBy     string
	UnlockReason string
	Rev          int64
}

// Done is a step that is done.
type Done struct {
	Step string
	Unit area.ID // "" for the whole dossier
	At   int64
	By   string
	Note string
}

// Event is one thing that happened to a dossier.
type Event struct {
	At     int64
	Actor  string
	Role   string
	Action Action
	Step   string
	Unit   area.ID
	Reason string
}

// Obstacle is something that still stands against an action, worded for the
// person who wants to do it.
type Obstacle struct {
	Code    string
	Message string         // names nobody
	Count   int            // how many households, complaints …; 0 where it is no number
	Records []fault.Record // the first few of them
}

// MostNamed is how many records an obstacle names; of the others it says how
// many they are.
const MostNamed = 5

// Part is the obstacle as a refusal carries it.
func (o Obstacle) Part() fault.Part {
	return fault.Part{Message: o.Message, Records: o.Records, More: max(o.Count-len(o.Records), 0)}
}

// Named is the obstacle with the names of its records, for whoever may see
// them.
func (o Obstacle) Named() string {
	if len(o.Records) == 0 {
		return o.Message
	}
	names := make([]string, len(o.Records))
	for i, r := range o.Records {
		names[i] = text.T("dossier.named."+r.Kind, "name", r.Name)
	}
	if more := o.Part().More; more > 0 {
		return o.Message + " " + text.T("dossier.names_more", "names", strings.Join(names, ", "), "more", text.T("dossier.more."+o.Records[0].Kind, "n", more))
	}
	return o.Message + " " + text.T("dossier.names", "names", strings.Join(names, ", "))
}

// Subject supplies the content of the dossiers of one kind.
type Subject interface {
	// Units are the parts of the dossier in which its steps "per village" are
	// done one by one.
	Units(tx *db.Tx, d Dossier) ([]area.ID, error)
	// Obstacles tells what hinders a step in a unit ("" for the whole); for a
	// step without a code it tells what hinders the action it is done with.
	Obstacles(tx *db.Tx, d Dossier, step Step, unit area.ID) ([]Obstacle, error)
	// Acted writes what follows from an action, in its transaction: the
	// preliminary result of a dossier handed in, the lists of a decision.
	Acted(tx *db.Tx, by *account.Actor, d Dossier, action Action) error
	// PassedOn moves what the subject keeps under a unit that has ended to its
	// successor, together with the villages that went there.
	PassedOn(tx *db.Tx, by *account.Actor, from, to Dossier, villages []area.ID) error
	// Affected tells what would change in what was already sent up if the
	// dossier were unlocked.
	Affected(tx *db.Tx, d Dossier) ([]Obstacle, error)
}

// Viewer is a subject whose dossiers also concern people whose posts do not
// cover their unit: an agency that was asked about it, somebody who has a part
// of the work.
type Viewer interface {
	Concerns(tx *db.Tx, by *account.Actor, d Dossier) (bool, error)
}

// Heir is a subject that keeps something of each unit, so that the dossier of a
// successor is about another thing than that of the unit that has ended.
type Heir interface {
	Inherits(tx *db.Tx, by *account.Actor, d Dossier, unit area.ID) (Key, error)
}

// Store keeps the dossiers of one province.
type Store struct {
	DB       *db.DB
	Province string
	Now      func() time.Time
	Tree     func() *area.Tree
	Law      *Law
	Roles    func() *account.Roles
	subjects map[string]Subject
}

// Register names the subject of a kind.
func (s *Store) Register(kind string, subject Subject) {
	if s.subjects == nil {
		s.subjects = map[string]Subject{}
	}
	s.subjects[kind] = subject
}

func (s *Store) today() string { return area.Today(s.Now()) }
