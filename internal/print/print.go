// Package print puts the review on paper (plan II.1 and annex group I): the
// forms, blank and filled in with what is known, for a whole village in one
// file, and what the offices sign in the course of it: minutes of the village
// meeting, the list to be posted, decisions with their lists, certificates,
// reports of results. It joins the subjects to package paper, which knows how a
// document is laid out. What it prints are drafts until people have signed; it
// decides nothing, numbers nothing and draws no seal.
package print

import (
	"fmt"
	"strconv"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// Store reads what is printed of one province.
type Store struct {
	DB         *db.DB
	Province   string
	Now        func() time.Time
	Tree       func() *area.Tree
	Households *household.Store
	Reviews    *review.Store
	Layouts    paper.Layouts
	Bases      *Bases
	Demo       func() bool // people and figures are invented, and each page says so
}

func (s *Store) today() string { return area.Today(s.Now()) }

// word is a text as a piece of a line.
func word(key string, pairs ...any) paper.Span { return paper.Text(text.T(key, pairs...)) }

// sex is how lists write it.
func sex(code string) string {
	switch code {
	case "male", "female":
		return text.T("print.sex." + code)
	}
	return ""
}

// born shows a birth as exact as it is known: 1979, 05/1979 or 20/05/1979.
func born(birth string) string {
	switch len(birth) {
	case len("2006-01-02"):
		return birth[8:10] + "/" + birth[5:7] + "/" + birth[:4]
	case len("2006-01"):
		return birth[5:7] + "/" + birth[:4]
	}
	return birth
}

func itoa(n int) string { return strconv.Itoa(n) }

// points shows an optional figure; nothing where it is not known.
func points(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}
