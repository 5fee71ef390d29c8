// Package duplicate finds records that may be one person: one ID number held
// twice, one person written down in two households or two communes, names that
// are alike however they were typed (plan II.1: the list of households must
// hold each person once).
//
// The method is that of I. P. Fellegi and A. B. Sunter, "A Theory for Record
// Linkage", Journal of the American Statistical Association 64 (1969): each
// field on which two records agree or disagree weighs by how much likelier that
// is for one person than for two. How likely for two is learned from the
// records themselves (a common name says little), how likely for one by
// expectation maximisation from a beginning that the package sets (A. P.
// Dempster, N. M. Laird, D. B. Rubin, 1977; for linkage W. E. Winkler, 1988).
// Two people are not only strangers: twins, brothers and sisters, father and
// son of one name, and namesakes in one village are models of their own, with
// shares learned from the same records.
//
// It does no I/O but to read a table from a reader, knows no register, and
// decides nothing: people do.
package duplicate

import (
	"cmp"
	"runtime"
	"slices"

	"giamngheo/internal/vn"
)

// Sex as far as it is known.
type Sex uint8

// The sexes; a blank is not known.
const (
	Unknown Sex = iota
	Male
	Female
)

// Person is one record.
type Person struct {
	ID         string // of the record
	FullName   string
	Birth      vn.Day // to the day, the month or the year; "" not known
	Sex        Sex
	NationalID string
	Village    string // name or code; "" not known
}

// Threshold is the score from which a pair goes to the queue. The score is the
// chance that the two are one person; at one half a question is as likely to
// find one as not.
const Threshold = 0.5

// Pair is two records that may be one person, as positions in the list given;
// A stands before B.
type Pair struct {
	A, B    int
	Score   float64 // chance that they are one person, 0 to 1
	Reasons []Reason
}

// Find gives the pairs that people should look at, in the order of the
// records. The same records give the same pairs.
func Find(people []Person) []Pair { return find(people, runtime.GOMAXPROCS(0)) }

// FindBeside is Find beside other work, to which it leaves a processor where
// there are two.
func FindBeside(people []Person) []Pair { return find(people, max(1, runtime.GOMAXPROCS(0)-1)) }

func find(people []Person, processors int) []Pair {
	if len(people) < 2 {
		return nil
	}
	s := prepare(people)
	s.processors = processors
	m := beginning(len(people)).ready(s)
	candidates := s.compare(s.block(m), m)
	m = s.learn(candidates)
	found := s.decide(m, candidates)
	slices.SortFunc(found, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return found
}
