package form

import (
	"fmt"
	"slices"

	"giamngheo/internal/standard"
)

// Condition is a comparison on answers, or several joined. A comparison names
// what it looks at (question, fact, last_year, or count: how many of some
// questions are answered yes) and with what it compares; several comparisons
// in one must all hold. An answer that is missing leaves it open, so that
// nothing is refused, hidden or decided on what nobody has said.
//
//	{question: floor_area, below: {last_year: floor_area}}
//	{count: [car, fridge, washer], from: 3}
//	{all: [{fact: age, from: 15}, {not: {question: at_school, is: true}}]}
type Condition struct {
	All []Condition `yaml:"all,omitempty" json:"all,omitempty"`
	Any []Condition `yaml:"any,omitempty" json:"any,omitempty"`
	Not *Condition  `yaml:"not,omitempty" json:"not,omitempty"`

	Question string   `yaml:"question,omitempty" json:"question,omitempty"`
	Fact     string   `yaml:"fact,omitempty" json:"fact,omitempty"`
	LastYear string   `yaml:"last_year,omitempty" json:"last_year,omitempty"` // an answer or fact of last year
	Count    []string `yaml:"count,omitempty" json:"count,omitempty"`

	Is       *Operand  `yaml:"is,omitempty" json:"is,omitempty"`
	In       []Operand `yaml:"in,omitempty" json:"in,omitempty"`
	Has      string    `yaml:"has,omitempty" json:"has,omitempty"`           // ticks: this option is among them
	Above    *Operand  `yaml:"above,omitempty" json:"above,omitempty"`       // more than
	From     *Operand  `yaml:"from,omitempty" json:"from,omitempty"`         // at least
	UpTo     *Operand  `yaml:"up_to,omitempty" json:"up_to,omitempty"`       // at most
	Below    *Operand  `yaml:"below,omitempty" json:"below,omitempty"`       // less than
	Answered *bool     `yaml:"answered,omitempty" json:"answered,omitempty"` // whether there is an answer
}

// Operand is what an answer is compared with: a literal, or another answer or
// fact.
type Operand struct {
	Literal  Value
	Question string
	Fact     string
	LastYear string
}

type reference struct {
	Question string `yaml:"question,omitempty" json:"question,omitempty"`
	Fact     string `yaml:"fact,omitempty" json:"fact,omitempty"`
	LastYear string `yaml:"last_year,omitempty" json:"last_year,omitempty"`
}

// UnmarshalYAML reads true, a number, a word, or {question|fact|last_year: code}.
func (o *Operand) UnmarshalYAML(read func(any) error) error {
	var literal any
	if err := read(&literal); err != nil {
		return err
	}
	if pair, is := literal.(map[string]any); is {
		var r reference
		if err := read(&r); err != nil {
			return err
		}
		if len(pair) != 1 {
			return fmt.Errorf("compare with one thing: {question: …}, {fact: …} or {last_year: …}")
		}
		o.Question, o.Fact, o.LastYear = r.Question, r.Fact, r.LastYear
		return nil
	}
	if err := o.Literal.from(literal); err != nil || o.Literal.kind == aList || !o.Literal.Given() {
		return fmt.Errorf("compare with true, false, a number, a word, or {question|fact|last_year: code}")
	}
	return nil
}

// MarshalJSON writes it as the file has it.
func (o Operand) MarshalJSON() ([]byte, error) {
	if o.Literal.Given() {
		return o.Literal.MarshalJSON()
	}
	return marshal(reference{o.Question, o.Fact, o.LastYear})
}

// span is what is known of a number: it lies between both ends.
type span struct{ lo, hi float64 }

// known is what a condition sees of one side: an answer, a span of numbers, or
// nothing.
type known struct {
	value Value
	span  span
	has   bool
}

func exactly(n float64) known      { return known{Num(n), span{n, n}, true} }
func between(lo, hi float64) known { return known{Num(lo), span{lo, hi}, true} }

// environment is what a condition can look at.
type environment interface {
	answer(code string) Value
	fact(name string) known
	lastYear(code string) known
}

// holds evaluates a condition. Unstated: it depends on what is not known.
func (c *Condition) holds(env environment) standard.Fact {
	if c == nil {
		return standard.Yes
	}
	out := standard.Yes
	for i := range c.All {
		out = both(out, c.All[i].holds(env))
	}
	if len(c.Any) > 0 {
		some := standard.No
		for i := range c.Any {
			some = either(some, c.Any[i].holds(env))
		}
		out = both(out, some)
	}
	if c.Not != nil {
		out = both(out, not(c.Not.holds(env)))
	}
	if c.compares() {
		out = both(out, c.compare(env))
	}
	return out
}

func (c *Condition) compares() bool {
	return c.Question != "" || c.Fact != "" || c.LastYear != "" || len(c.Count) > 0
}

func (c *Condition) left(env environment) known {
	switch {
	case len(c.Count) > 0:
		var s span
		for _, code := range c.Count {
			switch yes, answered := env.answer(code).Bool(); {
			case yes:
				s.lo++
				s.hi++
			case !answered:
				s.hi++
			}
		}
		return between(s.lo, s.hi)
	case c.Fact != "":
		return env.fact(c.Fact)
	case c.LastYear != "":
		return env.lastYear(c.LastYear)
	}
	return seen(env.answer(c.Question))
}

func seen(v Value) known {
	if n, ok := v.Number(); ok {
		return exactly(n)
	}
	return known{value: v, has: v.Given()}
}

func (o *Operand) right(env environment) known {
	switch {
	case o.Question != "":
		return seen(env.answer(o.Question))
	case o.Fact != "":
		return env.fact(o.Fact)
	case o.LastYear != "":
		return env.lastYear(o.LastYear)
	}
	return seen(o.Literal)
}

func (c *Condition) compare(env environment) standard.Fact {
	l := c.left(env)
	if c.Answered != nil {
		return truth(l.has == *c.Answered)
	}
	out := standard.Yes
	if c.Is != nil {
		out = both(out, same(l, c.Is.right(env)))
	}
	if len(c.In) > 0 {
		some := standard.No
		for i := range c.In {
			some = either(some, same(l, c.In[i].right(env)))
		}
		out = both(out, some)
	}
	if c.Has != "" {
		has := standard.Unstated
		if l.has {
			has = truth(slices.Contains(l.value.List(), c.Has))
		}
		out = both(out, has)
	}
	if c.Above != nil {
		out = both(out, less(c.Above.right(env), l))
	}
	if c.From != nil {
		out = both(out, not(less(l, c.From.right(env))))
	}
	if c.UpTo != nil {
		out = both(out, not(less(c.UpTo.right(env), l)))
	}
	if c.Below != nil {
		out = both(out, less(l, c.Below.right(env)))
	}
	return out
}

func same(a, b known) standard.Fact {
	if !a.has || !b.has {
		return standard.Unstated
	}
	_, numberA := a.value.Number()
	_, numberB := b.value.Number()
	if numberA && numberB {
		switch {
		case a.span.lo == a.span.hi && a.span == b.span:
			return standard.Yes
		case a.span.hi < b.span.lo || b.span.hi < a.span.lo:
			return standard.No
		}
		return standard.Unstated
	}
	return truth(a.value.Equal(b.value))
}

// less compares numbers, and days as text.
func less(a, b known) standard.Fact {
	if !a.has || !b.has {
		return standard.Unstated
	}
	_, numberA := a.value.Number()
	_, numberB := b.value.Number()
	switch {
	case numberA != numberB:
		return standard.Unstated
	case !numberA:
		return truth(a.value.Text() < b.value.Text())
	case a.span.hi < b.span.lo:
		return standard.Yes
	case a.span.lo >= b.span.hi:
		return standard.No
	}
	return standard.Unstated
}

func truth(b bool) standard.Fact {
	if b {
		return standard.Yes
	}
	return standard.No
}

func not(f standard.Fact) standard.Fact {
	switch f {
	case standard.Yes:
		return standard.No
	case standard.No:
		return standard.Yes
	}
	return standard.Unstated
}

func both(a, b standard.Fact) standard.Fact {
	if a == standard.No || b == standard.No {
		return standard.No
	}
	return min(a, b)
}

func either(a, b standard.Fact) standard.Fact { return not(both(not(a), not(b))) }

// each calls f for the condition and all within it.
func (c *Condition) each(f func(*Condition)) {
	if c == nil {
		return
	}
	f(c)
	for i := range c.All {
		c.All[i].each(f)
	}
	for i := range c.Any {
		c.Any[i].each(f)
	}
	c.Not.each(f)
}

// operands are all right sides of the comparison.
func (c *Condition) operands() []*Operand {
	var list []*Operand
	for _, o := range []*Operand{c.Is, c.Above, c.From, c.UpTo, c.Below} {
		if o != nil {
			list = append(list, o)
		}
	}
	for i := range c.In {
		list = append(list, &c.In[i])
	}
	return list
}
