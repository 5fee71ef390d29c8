package duplicate

import "math"

// Names are not put together word by word. In a people that keeps its own
// names the family name says which middle and given names are to be expected:
// "A" and "Páo" are rare in the province and common among the Sùng. How much an
// agreement of the other words says is therefore asked of those of the family
// name; where they are few, mostly of everybody.

// spoken is a word in its role beside a family name, of one sex or of all.
type spoken struct {
	family, word int32
	role         role
	sex          Sex
}

// ofFamily counts the words beside each family name, and those who bear it.
type ofFamily struct {
	words   map[spoken]int32
	bearers map[spoken]int32 // word and role 0
}

// asEverybody is how many people's worth the province says beside those of the
// family name.
const asEverybody = 100

func (o *ofFamily) count(r *record) {
	if len(r.words) < 2 {
		return
	}
	family := r.words[0].bare
	for _, s := range sexes[r.sex] {
		o.bearers[spoken{family: family, sex: s}]++
		for _, w := range r.words[1:] {
			o.words[spoken{family, w.bare, w.role, s}]++
		}
	}
}

// less is what has to be taken from what the agreement of a word says. The two
// who are compared do not count.
func (o *ofFamily) less(family int32, w *word, sex Sex, info float64) float64 {
	here := float64(max(o.words[spoken{family, w.bare, w.role, sex}]-2, 0))
	bearers := float64(max(o.bearers[spoken{family: family, sex: sex}]-2, 0))
	return max(0, info+math.Log((here+asEverybody*math.Exp(-info))/(bearers+asEverybody)))
}
