// Package householdtest gives tests a small corner of the real province:
// villages in three communes, a clock that stands, people who may do
// different things, and the laws that the tables of the registry must obey
// after every operation.
package householdtest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/law"
)

// Key is the province's key.
const Key = "TH"

// The villages: two in the township of Mường Lát, two in Tam Chung beside
// it, one in Điền Lư in another district.
const (
	Khu1     area.ID = "v-khu-1"
	Khu2     area.ID = "v-khu-2"
	BanOn    area.ID = "v-ban-on"
	BanTan   area.ID = "v-ban-tan-huong"
	Rieng    area.ID = "v-rieng"
	Township area.ID = "14845.2016"
	TamChung area.ID = "14848.2016"
	DienLu   area.ID = "14950.2016"
)

// Villages lists them.
var Villages = []area.ID{Khu1, Khu2, BanOn, BanTan, Rieng}

var lawTree = sync.OnceValues(func() (*area.Tree, error) {
	tree, err := area.Load(law.Files)
	if err != nil {
		return nil, err
	}
	village := func(id area.ID, kind, name, full string, commune area.ID) area.Version {
		return area.Version{Area: id, From: "2016-01-01", Level: area.Village, Type: kind, Name: name, FullName: full, Parent: commune}
	}
	return tree.WithVillages([]area.Version{
		village(Khu1, "khu", "1", "Khu 1", Township), village(Khu2, "khu", "2", "Khu 2", Township),
		village(BanOn, "ban", "Ón", "Bản Ón", TamChung), village(BanTan, "ban", "Tân Hương", "Bản Tân Hương", TamChung),
		village(Rieng, "thon", "Riềng", "Thôn Riềng", DienLu),
	})
})

// Province is the corner, empty of people.
type Province struct {
	T     testing.TB
	DB    *db.DB
	Store *household.Store
	Tree  *area.Tree
	Today string // where the clock stands
	// Changed collects what the store said has changed.
	Changed []household.ID
	mu      sync.Mutex
}

// New makes the corner in the database, on 15 November 2016.
func New(t testing.TB, d *db.DB) *Province {
	t.Helper()
	tree, err := lawTree()
	if err != nil {
		t.Fatal(err)
	}
	p := &Province{T: t, DB: d, Tree: tree, Today: "2016-11-15"}
	p.Store = &household.Store{DB: d, Province: Key, Now: p.Now, Tree: func() *area.Tree { return tree }, Changed: func(ids []household.ID) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.Changed = append(p.Changed, ids...)
	}}
	var versions []area.Version
	for _, v := range tree.Versions() {
		if v.Level == area.Village {
			versions = append(versions, v)
		}
	}
	if err := d.Write(context.Background(), func(tx *db.Tx) error { return area.Save(tx, Key, versions) }); err != nil {
		t.Fatal(err)
	}
	return p
}

// Now is eight in the morning of the day on which the clock stands.
func (p *Province) Now() time.Time {
	now, err := time.ParseInLocation(time.DateOnly, p.Today, time.FixedZone("+07", 7*3600))
	if err != nil {
		p.T.Fatal(err)
	}
	return now.Add(8 * time.Hour)
}

// TakeChanged gives what changed since it was asked last.
func (p *Province) TakeChanged() []household.ID {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := p.Changed
	p.Changed = nil
	return ids
}

// Operator may do everything.
func (p *Province) Operator() household.Actor {
	return household.Actor{ID: "operator", Scope: p.Tree.Operator(Key, p.Today)}
}

// Officer is the poverty officer of an area.
func (p *Province) Officer(root area.ID) household.Actor { return p.With(root, area.FieldHousehold) }

// With is somebody whose post shows some fields in an area.
func (p *Province) With(root area.ID, fields area.Fields) household.Actor {
	return household.Actor{ID: "officer-" + string(root), Scope: p.Tree.Scope(Key, []area.Grant{{Root: root, Fields: fields}}, p.Today)}
}

// Person writes "Lê Văn Á, male, 1979-05-20, 038079000001" as a person; what
// is left out is unknown.
func Person(line string) household.Person {
	part := append(strings.Split(line, ","), "", "", "")
	for i := range part {
		part[i] = strings.TrimSpace(part[i])
	}
	return household.Person{FullName: part[0], Sex: part[1], Birth: part[2], NationalID: part[3], Ethnic: "thai"}
}

// Family is a household as a test made it.
type Family struct {
	ID      household.ID
	Members []household.PersonID // in the order given; the first was the head
}

// Family lists a household: the first line is the head, each following one is
// "relation: person".
func (p *Province) Family(village area.ID, day string, lines ...string) Family {
	p.T.Helper()
	f, err := p.TryFamily(village, day, lines...)
	if err != nil {
		p.T.Fatal(err)
	}
	return f
}

// TryFamily is Family that may be refused.
func (p *Province) TryFamily(village area.ID, day string, lines ...string) (Family, error) {
	n := household.New{Village: village, Day: day}
	for i, line := range lines {
		relation := "head"
		if i > 0 {
			relation, line, _ = strings.Cut(line, ":")
		}
		n.Members = append(n.Members, household.Member{Person: Person(line), Relation: relation})
	}
	id, _, err := p.Store.Create(context.Background(), p.Operator(), n)
	if err != nil {
		return Family{}, err
	}
	f := Family{ID: id, Members: make([]household.PersonID, len(lines))}
	for _, m := range p.MemberHistory(id) {
		for i := range n.Members {
			if m.FullName == n.Members[i].FullName && f.Members[i] == "" {
				f.Members[i] = m.ID
				break
			}
		}
	}
	return f, nil
}

// On gives an operation on a household as it stands now.
func (p *Province) On(id household.ID, day string) household.Operation {
	p.T.Helper()
	return household.Operation{Household: id, Rev: p.Find(id).Rev, Day: day, Reason: "theo sổ hộ khẩu"}
}

// Find gives the household.
func (p *Province) Find(id household.ID) household.Household {
	p.T.Helper()
	h, err := p.Store.FindByID(context.Background(), p.Operator().Scope, id)
	if err != nil {
		p.T.Fatal(err)
	}
	return h
}

// Members gives who belongs to the household on a day.
func (p *Province) Members(id household.ID, day string) []household.Member {
	p.T.Helper()
	var list []household.Member
	p.Read(func(tx *db.Tx) (err error) {
		list, err = p.Store.MembersOn(tx, id, day)
		return err
	})
	return list
}

// MemberHistory gives all memberships of the household.
func (p *Province) MemberHistory(id household.ID) []household.Member {
	p.T.Helper()
	var list []household.Member
	p.Read(func(tx *db.Tx) (err error) {
		list, err = p.Store.MemberHistory(tx, id)
		return err
	})
	return list
}

// Read reads or ends the test.
func (p *Province) Read(f func(tx *db.Tx) error) {
	p.T.Helper()
	if err := p.DB.Read(context.Background(), f); err != nil {
		p.T.Fatal(err)
	}
}
