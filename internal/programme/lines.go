package programme

import (
	"bytes"
	"strings"
)

// lineStarts are the places where the lines of a text begin.
func lineStarts(s []byte) []int {
	starts := []int{0}
	for i, c := range s {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// joinedLines puts a space for each line end within a text that stands between
// brackets without quotes.
func joinedLines(raw []byte) []byte {
	out := bytes.Clone(raw)
	depth, quote, last := 0, byte(0), byte('\n') // last: the last character that is no space
	for i := 0; i < len(out); i++ {
		c := out[i]
		begins := strings.IndexByte("\n:-,[{", last) >= 0 // a value may begin here
		switch {
		case quote != 0:
			switch {
			case c == '\\' && quote == '"':
				i++
			case c == quote:
				quote, last = 0, c
			}
			continue
		case (c == '"' || c == '\'') && begins:
			quote = c
			continue
		case c == '#' && (i == 0 || out[i-1] == ' ' || out[i-1] == '\n'):
			for i+1 < len(out) && out[i+1] != '\n' {
				i++
			}
			last = ',' // what follows a comment is not joined
			continue
		case (c == '[' || c == '{') && (begins || depth > 0):
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case c == '\n' && depth > 0:
			next := bytes.TrimLeft(out[i:], " \n")
			if strings.IndexByte(",[{:\"'", last) < 0 && len(next) > 0 && strings.IndexByte(",]}#", next[0]) < 0 {
				out[i] = ' '
			}
			continue
		case c == ' ' || c == '\t' || c == '\n' && depth > 0:
			continue
		}
		last = c
	}
	return out
}

// indentedByTab gives the first line that begins with a tab, which YAML does not
// take for spaces, or 0.
func indentedByTab(raw []byte) int {
	for n, line := range bytes.Split(raw, []byte("\n")) {
		if rest := bytes.TrimLeft(line, " "); len(rest) > 1 && rest[0] == '\t' && len(bytes.TrimSpace(rest)) > 0 {
			return n + 1
		}
	}
	return 0
}
