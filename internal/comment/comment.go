// Package comment is what people of the offices say to each other about a
// record: a household, a dossier, a complaint. There is one mechanism for all
// of them; each kind of record says who may see it, and exactly those read and
// write its comments. A comment decides nothing, is no part of a form and is
// never printed; what is decided stands in the record's own words.
//
// Comments say nothing to the household's own history in the journal: an entry
// there would stop an import of the household that looks for what was written
// meanwhile. They have entries of their own.
package comment

import (
	"context"
	"database/sql"
	"fmt"
	"time"
	"unicode/utf8"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Longest is how long a comment may be, in letters.
const Longest = 2000

// Record is what a comment is about.
type Record struct {
	Kind string // as registered: "household", "dossier" …
	ID   string
}

// Comment is one of them.
type Comment struct {
	ID          string
	About       Record
	Area        area.ID // the unit where the record lay; may be ""
	Words       string  // "" of one that was taken back
	At          int64
	By          string
	TakenBackAt int64 // 0: it stands
	Rev         int64
	New         bool // to the reader; only Of tells
}

// Sees says in which unit a record lies, to somebody who may see it; to all
// others it answers that there is no such record.
type Sees func(tx *db.Tx, by *account.Actor, id string) (area.ID, error)

// Store keeps the comments of one province.
type Store struct {
	DB       *db.DB
	Province string
	Now      func() time.Time
	Tree     func() *area.Tree
	kinds    map[string]Sees
}

// Register names who may see the records of a kind.
func (s *Store) Register(kind string, sees Sees) {
	if s.kinds == nil {
		s.kinds = map[string]Sees{}
	}
	s.kinds[kind] = sees
}

func (s *Store) sees(tx *db.Tx, by *account.Actor, about Record) (area.ID, error) {
	sees, known := s.kinds[about.Kind]
	if !known {
		return "", fault.New(fault.NotFound, "no_record", text.T("comment.no_record"))
	}
	return sees(tx, by, about.ID)
}

const columns = `id, record_kind, record_id, area_id, words, at, by_actor, coalesce(taken_back_at, 0), rev`

func scan(r *sql.Rows) (c Comment, err error) {
	err = r.Scan(&c.ID, &c.About.Kind, &c.About.ID, &c.Area, &c.Words, &c.At, &c.By, &c.TakenBackAt, &c.Rev)
	if c.TakenBackAt != 0 {
		c.Words = ""
	}
	return c, err
}

// Of gives the comments about a record that the reader may see, oldest first,
// those taken back among them without their words, and notes that he has read
// them.
func (s *Store) Of(ctx context.Context, by *account.Actor, about Record) (list []Comment, err error) {
	var last string
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, last = nil, ""
		if _, err := s.sees(tx, by, about); err != nil {
			return err
		}
		var read string
		err := tx.Each(`select last_id from comment_read where province_id = $1 and by_actor = $2 and record_kind = $3 and record_id = $4`,
			[]any{s.Province, by.ID, about.Kind, about.ID}, func(r *sql.Rows) error { return r.Scan(&read) })
		if err != nil {
			return err
		}
		return tx.Each(`select `+columns+` from comment where province_id = $1 and record_kind = $2 and record_id = $3 order by id`, []any{s.Province, about.Kind, about.ID}, func(r *sql.Rows) error {
			c, err := scan(r)
			if c.By != by.ID && c.ID > read {
				last, c.New = c.ID, c.TakenBackAt == 0
			}
			list = append(list, c)
			return err
		})
	})
	if err == nil && last != "" {
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into comment_read (province_id, by_actor, record_kind, record_id, last_id) values ($1, $2, $3, $4, $5)
				on conflict (province_id, by_actor, record_kind, record_id) do update set last_id = excluded.last_id`, s.Province, by.ID, about.Kind, about.ID, last)
			return err
		})
	}
	return list, err
}

func refused(key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, key, message, fault.Field{Name: "words", Message: message})
}

// Write adds a comment to a record that the author may see.
func (s *Store) Write(ctx context.Context, by *account.Actor, about Record, words string) (c Comment, err error) {
	words = vn.Lines(words)
	n := utf8.RuneCountInString(words)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		at, err := s.sees(tx, by, about)
		switch {
		case err != nil:
			return err
		case n == 0 || !utf8.ValidString(words):
			return refused("comment.empty")
		case n > Longest:
			return refused("comment.too_long", "n", n, "most", Longest)
		}
		c = Comment{ID: db.NewID(), About: about, Area: at, Words: words, At: s.Now().UnixMilli(), By: by.ID, Rev: 1}
		if _, err := tx.Exec(`insert into comment (province_id, id, record_kind, record_id, area_id, words, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			s.Province, c.ID, about.Kind, about.ID, string(at), words, c.At, by.ID); err != nil {
			return err
		}
		return s.tell(tx, by, c, "comment.write", journal.Change{Field: "words", To: journal.Value(words)})
	})
	return c, err
}

// TakeBack marks a comment as taken back by its author: its words are shown to
// nobody any more, that there was one stays.
func (s *Store) TakeBack(ctx context.Context, by *account.Actor, id string, rev int64) (c Comment, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c = Comment{}
		if err := tx.Each(`select `+columns+` from comment where province_id = $1 and id = $2`, []any{s.Province, id}, func(r *sql.Rows) error {
			c, err = scan(r)
			return err
		}); err != nil {
			return err
		}
		absent := fault.New(fault.NotFound, "no_comment", text.T("comment.none"))
		if c.ID == "" {
			return absent
		}
		if _, err := s.sees(tx, by, c.About); err != nil {
			return absent
		}
		switch {
		case c.By != by.ID:
			return fault.New(fault.Forbidden, "not_author", text.T("comment.not_author"))
		case c.TakenBackAt != 0 || c.Rev != rev:
			return fault.New(fault.Conflict, "stale_rev", text.T("comment.stale"))
		}
		c.TakenBackAt, c.Rev = s.Now().UnixMilli(), rev+1
		n, err := tx.Exec(`update comment set taken_back_at = $1, rev = rev + 1 where province_id = $2 and id = $3 and rev = $4`, c.TakenBackAt, s.Province, id, rev)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "stale_rev", text.T("comment.stale"))
		}
		return s.tell(tx, by, c, "comment.take_back")
	})
	return c, err
}

func (s *Store) tell(tx *db.Tx, by *account.Actor, c Comment, action string, changes ...journal.Change) error {
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: action, Kind: "comment", Record: c.ID, AreaID: string(c.Area),
		Changes: append(changes, journal.Change{Field: "of", To: journal.Value(c.About.Kind)}, journal.Change{Field: "record", To: journal.Value(c.About.ID)})})
}

// Unread are comments about one record that the reader has not read.
type Unread struct {
	About Record
	Area  area.ID
	Count int
	Last  int64 // when the last was written
}

// Unread lists by record what others wrote since the reader was there: about
// records of his own unit (of a commune: its villages' too), and about those
// where he has said something himself. What he may not see any more is left
// out. The newest come first.
func (s *Store) Unread(ctx context.Context, by *account.Actor) (list []Unread, err error) {
	args := []any{s.Province, by.ID}
	units := "c.area_id in ("
	for i, id := range s.unitsOf(by) {
		args = append(args, string(id))
		if i > 0 {
			units += ", "
		}
		units += fmt.Sprintf("$%d", len(args))
	}
	if units += ")"; len(args) == 2 {
		units = "1 = 0"
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var all []Unread
		err := tx.Each(`select c.record_kind, c.record_id, max(c.area_id), count(*), max(c.at) from comment c
			left join comment_read r on r.province_id = c.province_id and r.by_actor = $2 and r.record_kind = c.record_kind and r.record_id = c.record_id
			where c.province_id = $1 and c.taken_back_at is null and c.by_actor <> $2 and (r.last_id is null or c.id > r.last_id) and (`+units+`
				or exists (select 1 from comment m where m.province_id = c.province_id and m.record_kind = c.record_kind and m.record_id = c.record_id and m.by_actor = $2 and m.id < c.id))
			group by c.record_kind, c.record_id order by max(c.id) desc`, args, func(r *sql.Rows) error {
			var u Unread
			err := r.Scan(&u.About.Kind, &u.About.ID, &u.Area, &u.Count, &u.Last)
			all = append(all, u)
			return err
		})
		if err != nil {
			return err
		}
		list = nil
		for _, u := range all {
			switch _, err := s.sees(tx, by, u.About); {
			case err == nil:
				list = append(list, u)
			case fault.Of(err) != fault.NotFound:
				return err
			}
		}
		return nil
	})
	return list, err
}

// unitsOf are the units whose records are the reader's own affair.
func (s *Store) unitsOf(by *account.Actor) (list []area.ID) {
	tree := s.Tree()
	for _, p := range by.Posts {
		if !p.InForce(by.Day) {
			continue
		}
		if p.AgencyID != "" {
			list = append(list, account.AgencyUnit(p.AgencyID))
			continue
		}
		list = append(list, p.Area)
		if v, ok := tree.On(p.Area, by.Day); ok && v.Level == area.Commune {
			for _, village := range tree.Children(p.Area, by.Day) {
				list = append(list, village.Area)
			}
		}
	}
	return list
}
