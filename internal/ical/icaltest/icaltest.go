// Package icaltest reads calendars by the grammar of RFC 5545, strictly and
// without knowing how they were written, so that tests see what a phone sees.
package icaltest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Component is what a reader makes of a calendar.
type Component struct {
	Name       string
	Properties []Property
	Parts      []*Component
}

// Property is one line of it.
type Property struct{ Name, Parameters, Value string }

// One gives the value of a property that stands there once.
func (c *Component) One(t Fataler, name string) string {
	found, value := 0, ""
	for _, p := range c.Properties {
		if p.Name == name {
			found, value = found+1, p.Value
		}
	}
	if found != 1 {
		t.Fatalf("%s has %d %s", c.Name, found, name)
	}
	return value
}

// Fataler is a test, also one of properties.
type Fataler interface{ Fatalf(string, ...any) }

// Parse reads RFC 5545 by its grammar and knows nothing of the writer: every
// line ends with CRLF and has at most 75 octets, a fold is CRLF and a space, no
// fold splits a letter, what begins ends.
func Parse(raw string) (*Component, error) {
	if !strings.HasSuffix(raw, "\r\n") {
		return nil, fmt.Errorf("the last line does not end")
	}
	var whole []string
	for n, line := range strings.Split(strings.TrimSuffix(raw, "\r\n"), "\r\n") {
		switch {
		case strings.ContainsAny(line, "\r\n"):
			return nil, fmt.Errorf("line %d: a bare CR or LF", n+1)
		case len(line) > 75:
			return nil, fmt.Errorf("line %d: %d octets", n+1, len(line))
		case !utf8.ValidString(line):
			return nil, fmt.Errorf("line %d: a letter is split", n+1)
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"):
			if len(whole) == 0 {
				return nil, fmt.Errorf("line %d goes on from nothing", n+1)
			}
			whole[len(whole)-1] += line[1:]
		case line == "":
			return nil, fmt.Errorf("line %d is empty", n+1)
		default:
			whole = append(whole, line)
		}
	}
	stack := []*Component{{Name: "file"}}
	for _, line := range whole {
		head, value, ok := strings.Cut(line, ":")
		name, parameters, _ := strings.Cut(head, ";")
		if !ok || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" || name == "" {
			return nil, fmt.Errorf("%q is no content line", line)
		}
		top := stack[len(stack)-1]
		switch name {
		case "BEGIN":
			c := &Component{Name: value}
			top.Parts = append(top.Parts, c)
			stack = append(stack, c)
		case "END":
			if len(stack) < 2 || top.Name != value {
				return nil, fmt.Errorf("%s ends within %s", value, top.Name)
			}
			stack = stack[:len(stack)-1]
		default:
			for _, r := range value {
				if r < ' ' && r != '\t' || r == 0x7f {
					return nil, fmt.Errorf("%s has a control character", name)
				}
			}
			top.Properties = append(top.Properties, Property{name, parameters, value})
		}
	}
	if len(stack) != 1 || len(stack[0].Parts) != 1 || len(stack[0].Properties) > 0 || stack[0].Parts[0].Name != "VCALENDAR" {
		return nil, fmt.Errorf("it is not one calendar")
	}
	return stack[0].Parts[0], nil
}

// Unescaped reads a TEXT; an escape that is none is refused.
func Unescaped(t Fataler, s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ';' || s[i] == ',':
			t.Fatalf("a bare %q in %q", s[i], s)
		case s[i] != '\\':
			out.WriteByte(s[i])
		case i+1 == len(s):
			t.Fatalf("%q ends in an escape", s)
		default:
			i++
			switch s[i] {
			case 'n', 'N':
				out.WriteByte('\n')
			case '\\', ';', ',':
				out.WriteByte(s[i])
			default:
				t.Fatalf("\\%c in %q is no escape", s[i], s)
			}
		}
	}
	return out.String()
}
