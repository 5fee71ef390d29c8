package duplicatetest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
)

// CSV writes the table that the search reads.
func (l *Labelled) CSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"id", "full_name", "birth", "sex", "national_id", "village"})
	for i, r := range l.Records {
		w.Write([]string{strconv.Itoa(i), r.FullName, r.Birth, r.Sex, r.NationalID, r.Village})
	}
	w.Flush()
	return b.Bytes()
}

// Count is how many of one kind were found.
type Count struct {
	Kind       string
	Found, All int
}

// Result says how well a search did.
type Result struct {
	Right, Wrong, Missed  int
	Differences           []Count // pairs of one person that have the difference: found of all
	Traps                 []Count // pairs of two people: taken for one of all
	WrongPairs, MissPairs [][2]int
}

// Precision is the share of the pairs found that are one person.
func (r *Result) Precision() float64 { return part(r.Right, r.Right+r.Wrong) }

// Recall is the share of the pairs of one person that were found.
func (r *Result) Recall() float64 { return part(r.Right, r.Right+r.Missed) }

// F1 is the harmonic mean of the two.
func (r *Result) F1() float64 { return part(2*r.Right, 2*r.Right+r.Wrong+r.Missed) }

func part(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

func (r *Result) String() string {
	return fmt.Sprintf("precision %.4f  recall %.4f  F1 %.4f", r.Precision(), r.Recall(), r.F1())
}

// Judge compares the pairs found with the labels.
func (l *Labelled) Judge(found [][2]int) *Result {
	r := &Result{}
	difference, trap := map[string]*Count{}, map[string]*Count{}
	count := func(in map[string]*Count, kind string, hit bool) {
		c := in[kind]
		if c == nil {
			c = &Count{Kind: kind}
			in[kind] = c
		}
		c.All++
		if hit {
			c.Found++
		}
	}
	is := map[[2]int]bool{}
	for _, p := range found {
		is[p] = true
		if _, same := l.Same[p]; same {
			r.Right++
		} else {
			r.Wrong++
			r.WrongPairs = append(r.WrongPairs, p)
		}
	}
	for p, differences := range l.Same {
		if !is[p] {
			r.MissPairs = append(r.MissPairs, p)
		}
		for _, d := range differences {
			count(difference, d, is[p])
		}
	}
	r.Missed = len(r.MissPairs)
	for p, t := range l.Other {
		count(trap, t, is[p])
	}
	r.Differences, r.Traps = sorted(difference), sorted(trap)
	for _, list := range [][][2]int{r.WrongPairs, r.MissPairs} {
		slices.SortFunc(list, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	}
	return r
}

func sorted(counts map[string]*Count) []Count {
	var list []Count
	for _, c := range counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Count) int {
		if a.Kind < b.Kind {
			return -1
		}
		return 1
	})
	return list
}
