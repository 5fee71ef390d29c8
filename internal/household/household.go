// Package household is the registry: who lives where and with whom, at any
// day. Household and person each have an identity of their own; membership
// and residence are dated, and what the law calls changes of a household —
// birth, death, moving, splitting, merging, a new head — are dated operations
// with a reason that can be undone. Whether a household is poor is not known
// here; see package review.
package household

import (
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// ID is the identity of a household; it stays through a change of head, a
// move and a merger.
type ID string

// PersonID is the identity of a person.
type PersonID string

// Far is the end of what has not ended.
const Far = "9999-12-31"

// Household as it is today. Size counts the members of today.
type Household struct {
	ID           ID
	Code         string // printed for people; carries no area
	VillageID    area.ID
	HeadID       PersonID
	HeadName     string
	HeadBirth    string
	Size         int
	Ethnic       string // the head's
	PolicyGroups []string
	Address      string
	Phone        string
	From, To     string
	EndKind      string // died_out, moved_away, merged; "" while it lives on
	SplitFrom    ID
	MergedInto   ID
	Note         string
	Rev          int64
}

// Person is one human being. Birth is as exact as known: "1979", "1979-05" or
// "1979-05-20".
type Person struct {
	ID           PersonID
	HouseholdID  ID // where the person lives today; "" after death or moving away
	FullName     string
	Sex          string // male, female or ""
	Birth        string
	Ethnic       string
	NationalID   string
	PolicyGroups []string
	DeathDay     string
	Rev          int64
}

// Member is a person in a household for a time.
type Member struct {
	Person
	Relation string // a code of law/groups/relations.yaml
	From, To string
	FromKind string // born, moved_in, split, merged, listed
	ToKind   string // died, moved_out, split, merged, relation_changed
}

// Residence is where a household lived for a time.
type Residence struct {
	VillageID area.ID
	From, To  string
	FromKind  string
	ToKind    string
}

// Actor is who does something: the scope that the right needed gives him, and
// his id for the journal.
type Actor struct {
	ID    string
	Scope area.Scope
}

// Store reads and writes the registry of one province.
type Store struct {
	DB       *db.DB
	Province string
	Now      func() time.Time
	Tree     func() *area.Tree
	// Changed is told, after the commit, whose rows have changed, so that
	// what is held in memory stays fresh.
	Changed func(ids []ID)
	Names   *Names // for Search

	places placesHeld
}

func (s *Store) today() string { return area.Today(s.Now()) }

func (s *Store) changed(tx *db.Tx, ids ...ID) {
	if s.Changed != nil {
		tx.AfterCommit(func() { s.Changed(ids) })
	}
}
