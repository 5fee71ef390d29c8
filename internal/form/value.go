package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Answers are one filling: code of the question → answer. A question without
// an answer has no entry. The answers of a members' table stand under the
// section's code, by the member's id. As JSON:
//
//	{"b1": 95, "water": true, "causes": ["capital", "land"], "surveyed_on": "2016-10-05",
//	 "members": {"06F3…": {"insured": true}}}
type Answers map[string]Value

// Value is one answer. The zero value is no answer.
type Value struct {
	kind    valueKind
	yes     bool
	number  float64
	words   string
	codes   []string
	members map[string]Answers
}

type valueKind uint8

const (
	nothing valueKind = iota
	aBool
	aNumber
	aWord
	aList
	aTable
)

// Yes is the answer yes or no.
func Yes(b bool) Value { return Value{kind: aBool, yes: b} }

// Num is a number or an amount of money.
func Num(n float64) Value { return Value{kind: aNumber, number: n} }

// Word is words, a day (YYYY-MM-DD) or the code of the chosen option.
func Word(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: aWord, words: s}
}

// Codes are the codes of the ticked options; none ticked is an answer too.
func Codes(codes ...string) Value { return Value{kind: aList, codes: codes} }

// Table is the answers of a members' table by the member's id.
func Table(members map[string]Answers) Value { return Value{kind: aTable, members: members} }

// Given says whether there is an answer.
func (v Value) Given() bool { return v.kind != nothing }

// Bool gives yes or no; ok is false for any other answer or none.
func (v Value) Bool() (yes, ok bool) { return v.yes, v.kind == aBool }

// Number gives a number; ok is false for any other answer or none.
func (v Value) Number() (n float64, ok bool) { return v.number, v.kind == aNumber }

// Text gives words, a day or the code of an option; "" for any other answer.
func (v Value) Text() string { return v.words }

// List gives the ticked codes.
func (v Value) List() []string { return v.codes }

// Members gives the answers by member; nil for any other answer.
func (v Value) Members() map[string]Answers { return v.members }

// Equal says whether two answers are the same; ticks in any order.
func (v Value) Equal(o Value) bool {
	if v.kind != o.kind {
		return false
	}
	switch v.kind {
	case aList:
		a, b := slices.Sorted(slices.Values(v.codes)), slices.Sorted(slices.Values(o.codes))
		return slices.Equal(a, b)
	case aTable:
		return maps.EqualFunc(v.members, o.members, Answers.Equal)
	}
	return v.yes == o.yes && v.number == o.number && v.words == o.words
}

// Equal says whether two fillings answer the same.
func (a Answers) Equal(b Answers) bool { return maps.EqualFunc(a, b, Value.Equal) }

// MarshalJSON writes the answer in the shape of Answers.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case aBool:
		return json.Marshal(v.yes)
	case aNumber:
		return json.Marshal(v.number)
	case aWord:
		return marshal(v.words)
	case aList:
		if v.codes == nil {
			return []byte("[]"), nil
		}
		return marshal(v.codes)
	case aTable:
		return marshal(v.members)
	}
	return []byte("null"), nil
}

func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// UnmarshalJSON reads an answer; null is none.
func (v *Value) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return fmt.Errorf("an answer is empty")
	}
	*v = Value{}
	switch raw[0] {
	case 'n':
		return nil
	case 't', 'f':
		v.kind = aBool
		return json.Unmarshal(raw, &v.yes)
	case '"':
		if err := json.Unmarshal(raw, &v.words); err != nil {
			return err
		}
		if v.words != "" {
			v.kind = aWord
		}
		return nil
	case '[':
		v.kind = aList
		return json.Unmarshal(raw, &v.codes)
	case '{':
		v.kind = aTable
		return json.Unmarshal(raw, &v.members)
	}
	if err := json.Unmarshal(raw, &v.number); err != nil {
		return err
	}
	v.kind = aNumber
	return nil
}

// UnmarshalYAML reads an answer as cases write it, in the shape of the JSON.
func (v *Value) UnmarshalYAML(read func(any) error) error {
	var literal any
	if err := read(&literal); err != nil {
		return err
	}
	if _, is := literal.(map[string]any); is {
		v.kind = aTable
		return read(&v.members)
	}
	return v.from(literal)
}

// from takes what a YAML file can say.
func (v *Value) from(literal any) error {
	switch l := literal.(type) {
	case nil:
		*v = Value{}
	case bool:
		*v = Yes(l)
	case string:
		*v = Word(l)
	case uint64:
		*v = Num(float64(l))
	case int64:
		*v = Num(float64(l))
	case float64:
		*v = Num(l)
	case []any:
		*v = Codes()
		for _, one := range l {
			word, ok := one.(string)
			if !ok {
				return fmt.Errorf("a tick is a code, not %v", one)
			}
			v.codes = append(v.codes, word)
		}
	default:
		return fmt.Errorf("%v is no answer", literal)
	}
	return nil
}

// ParseAnswers reads a filling. What it says is checked by Form.Work.
func ParseAnswers(raw []byte) (Answers, error) {
	a := Answers{}
	if len(bytes.TrimSpace(raw)) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, err
	}
	a.prune()
	return a, nil
}

// prune removes entries that are no answer.
func (a Answers) prune() {
	maps.DeleteFunc(a, func(_ string, v Value) bool {
		for id, one := range v.members {
			if one.prune(); len(one) == 0 {
				delete(v.members, id)
			}
		}
		return !v.Given() || v.kind == aTable && len(v.members) == 0
	})
}

// JSON writes the filling, codes in order, without entries that are no answer.
func (a Answers) JSON() ([]byte, error) {
	a = maps.Clone(a)
	a.prune()
	return marshal(a)
}

// Member gives the answers of one member in a table; nil if there are none.
func (a Answers) Member(section, id string) Answers { return a[section].members[id] }

// whole says whether a number has no more than so many decimals.
func whole(n float64, decimals int) bool {
	scaled := n * math.Pow10(decimals)
	return math.Abs(scaled-math.Round(scaled)) < 1e-6
}
