package verification

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Unit is a household of the frame: the printed code by which an auditor
// finds it on his own list, and the commune it is drawn in.
type Unit struct {
	Code    string
	Stratum string
}

// Item is a household that was drawn.
type Item struct {
	Unit
	StratumSize int
	Take        int
	Weight      float64 // how many households of its stratum it stands for: size over take
}

// Sample is what a draw gave.
type Sample struct {
	Design
	Round    string
	Seed     int64
	Frame    int     // households to draw from
	Required int     // by the formula, without strata
	Reached  float64 // the margin in the worst case
	Strata   []Stratum
	Items    []Item // by stratum, then code
}

// Draw takes from each stratum the households whose number is smallest. The
// number of a household is SHA-256 of four lines of text,
//
//	giamngheo-sample-1
//	ROUND
//	SEED
//	CODE
//
// (UTF-8, a line feed after each, the seed in decimal), read as a number of 256
// bits. So the draw depends on nothing but round, seed and who is in the
// frame, not on any order, and anybody can repeat it with sha256sum.
func Draw(frame []Unit, d Design, round string, seed int64) (Sample, error) {
	s := Sample{Design: d, Round: round, Seed: seed, Frame: len(frame), Required: d.Size(len(frame))}
	if err := d.Check(); err != nil {
		return s, err
	}
	type numbered struct {
		Unit
		number [sha256.Size]byte
	}
	byStratum := map[string][]numbered{}
	seen := make(map[string]bool, len(frame))
	for _, u := range frame {
		if seen[u.Code] || u.Code == "" {
			return s, refused("frame", "verification.code_twice", "code", u.Code)
		}
		seen[u.Code] = true
		byStratum[u.Stratum] = append(byStratum[u.Stratum], numbered{u, number(round, seed, u.Code)})
	}
	var strata []Stratum
	for name, list := range byStratum {
		strata = append(strata, Stratum{Name: name, Size: len(list)})
	}
	strata, err := d.Allocate(strata)
	if err != nil {
		return s, err
	}
	s.Strata, s.Reached = strata, d.Reached(strata)
	for _, stratum := range strata {
		list := byStratum[stratum.Name]
		slices.SortFunc(list, func(a, b numbered) int { return bytes.Compare(a.number[:], b.number[:]) })
		list = list[:stratum.Take]
		slices.SortFunc(list, func(a, b numbered) int { return strings.Compare(a.Code, b.Code) })
		for _, u := range list {
			s.Items = append(s.Items, Item{u.Unit, stratum.Size, stratum.Take, float64(stratum.Size) / float64(stratum.Take)})
		}
	}
	return s, nil
}

func number(round string, seed int64, code string) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "giamngheo-sample-1\n%s\n%d\n%s\n", round, seed, code))
}
