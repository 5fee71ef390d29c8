package programme

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// Limits of a file. A plan of a thousand tasks has 300 KB; nesting deeper than
// a plan's would exhaust the parser.
const (
	MaxBytes   = 1 << 20
	maxNesting = 40
	maxFaults  = 20
	// maxValues bounds what is read, which aliases of aliases multiply: a file of
	// MaxBytes as plans are written has a third of it.
	maxValues = 300_000
)

// document is a file being read: its tree, and what is wrong with it.
type document struct {
	raw             []byte // with Unix line ends and without a byte-order mark: the parser miscounts otherwise
	parsed          []byte // raw, byte for byte, but for line ends within a bracketed text
	before          string // the byte-order mark
	windows         bool   // its lines end as on Windows
	joined          bool   // such line ends are gone from parsed
	lines, rawLines []int  // where the lines of parsed and raw begin
	anchors         map[string]ast.Node
	faults          []fileFault
	faultCount      int // of which the first are kept
	values          int // that were read
}

// value is a node of the file with aliases followed.
type value struct {
	written  ast.Node // as it stands in its place: the node, its anchor, or an alias
	node     ast.Node // what it means; nil for nothing
	doc      *document
	anchor   string // the anchor that the place sets
	alias    string // the anchor that the place names
	keyToken int    // line of the key, for values that are empty
}

// parse reads one document strictly enough that every fault names its line.
func parse(raw []byte) (doc *document, root *value, err error) {
	defer func() {
		if defect := recover(); defect != nil { // the parser panics on some broken files
			err = refused(0, text.T("programme.file.unreadable"))
		}
	}()
	switch {
	case len(raw) > MaxBytes:
		return nil, nil, refused(0, text.T("programme.file.too_long", "limit", MaxBytes/1024))
	case !utf8.Valid(raw):
		return nil, nil, refused(0, text.T("programme.file.not_utf8"))
	}
	doc = &document{anchors: map[string]ast.Node{}, windows: bytes.Contains(raw, []byte("\r\n"))}
	if bytes.HasPrefix(raw, []byte("\ufeff")) {
		doc.before, raw = "\ufeff", raw[len("\ufeff"):]
	}
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	doc.raw = raw
	if line := tooDeep(raw); line > 0 {
		return nil, nil, refused(line, text.T("programme.file.too_deep"))
	}
	doc.parsed = raw
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		// The parser refuses a text that goes over lines between brackets.
		if joined := joinedLines(raw); !bytes.Equal(joined, raw) {
			if again, other := parser.ParseBytes(joined, 0); other == nil {
				doc.parsed, doc.joined, file, err = joined, true, again, nil
			}
		}
	}
	if err != nil {
		line := 0
		var positioned yaml.Error
		if errors.As(err, &positioned) && positioned.GetToken() != nil && positioned.GetToken().Position != nil {
			line = positioned.GetToken().Position.Line
		}
		if tab := indentedByTab(raw); tab > 0 {
			return nil, nil, refused(tab, text.T("programme.file.tab"))
		}
		return nil, nil, refused(line, text.T("programme.file.unreadable"))
	}
	doc.lines, doc.rawLines = lineStarts(doc.parsed), lineStarts(raw)
	var body ast.Node
	for _, d := range file.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			return nil, nil, refused(doc.lineOf(d.Body), text.T("programme.file.second_document"))
		}
		body = d.Body
	}
	if body == nil {
		return nil, nil, refused(0, text.T("programme.file.empty"))
	}
	twice := 0
	ast.Walk(finder(func(n ast.Node) {
		if a, ok := n.(*ast.AnchorNode); ok {
			name := a.Name.GetToken().Value
			if doc.anchors[name] != nil && twice == 0 {
				twice = doc.lineOf(a)
			}
			doc.anchors[name] = a.Value
		}
	}), body)
	if twice > 0 {
		return nil, nil, refused(twice, text.T("programme.file.anchor_twice"))
	}
	return doc, doc.value(body, 1), nil
}

type finder func(ast.Node)

func (f finder) Visit(n ast.Node) ast.Visitor { f(n); return f }

// tooDeep gives the line on which brackets or dashes nest deeper than in any
// plan, or 0. It counts brackets inside quotes too, which come in pairs.
func tooDeep(raw []byte) int {
	depth := 0
	for i, line := range strings.Split(string(raw), "\n") {
		lead := line[:len(line)-len(strings.TrimLeft(line, "-?: \t"))]
		if strings.Count(lead, "-")+strings.Count(lead, "?") > maxNesting || len(lead) > 10*maxNesting {
			return i + 1
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
			if depth > maxNesting {
				return i + 1
			}
		}
	}
	return 0
}

func refused(line int, what string) error {
	if line > 0 {
		what = text.T("programme.file.line", "line", line, "what", what)
	}
	return fault.New(fault.Invalid, "programme_file", text.T("programme.file.refused", "what", what))
}

// fileFault is something wrong on a line.
type fileFault struct {
	line int
	what string
}

// fail notes a fault of the file; reading goes on to find the others.
func (d *document) fail(line int, key string, pairs ...any) { d.say(line, text.T(key, pairs...)) }

func (d *document) say(line int, what string) {
	if d.faultCount++; d.faultCount <= keptFaults {
		d.faults = append(d.faults, fileFault{line, what})
	}
}

// keptFaults are enough to name the first by line; a broken file may have one
// on every line.
const keptFaults = 1000

// err is the refusal of the file, or nil. It names the first faults by line.
func (d *document) err() error {
	if d.values > maxValues {
		return refused(0, text.T("programme.file.too_much", "limit", maxValues))
	}
	slices.SortStableFunc(d.faults, func(a, b fileFault) int { return a.line - b.line })
	switch n := d.faultCount; n {
	case 0:
		return nil
	case 1:
		return refused(d.faults[0].line, d.faults[0].what)
	default:
		var fields []fault.Field
		for _, f := range d.faults[:min(len(d.faults), maxFaults)] {
			fields = append(fields, fault.Field{Name: text.T("programme.file.at", "line", f.line), Message: f.what})
		}
		return fault.New(fault.Invalid, "programme_file", text.T("programme.file.refused_many", "n", n, "line", d.faults[0].line), fields...)
	}
}

func (d *document) value(n ast.Node, line int) *value {
	v := &value{written: n, node: n, doc: d, keyToken: line}
	if d.values++; d.values > maxValues {
		v.node = nil // the file is refused
		return v
	}
	for range 10 { // aliases of aliases end somewhere
		switch t := v.node.(type) {
		case *ast.AnchorNode:
			if v.alias == "" {
				v.anchor = t.Name.GetToken().Value
			}
			v.node = t.Value
			continue
		case *ast.AliasNode:
			v.alias = t.Value.GetToken().Value
			v.node = d.anchors[v.alias]
			if v.node == nil {
				d.fail(v.line(), "programme.file.no_anchor", "name", v.alias)
				return v
			}
			continue
		case *ast.TagNode:
			if tag := t.GetToken().Value; tag != "!!str" && tag != "!!int" && tag != "!!map" && tag != "!!seq" && tag != "!!null" {
				d.fail(v.line(), "programme.file.tag", "tag", tag)
			}
			v.node = t.Value
			continue
		}
		break
	}
	switch v.node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		d.fail(v.line(), "programme.file.no_anchor", "name", v.alias)
		v.node = nil
	case *ast.NullNode:
		v.node = nil
	}
	return v
}

// line is where the value stands, or its key where it is empty.
func (v *value) line() int {
	if line := v.doc.lineOf(v.written); line > 0 {
		return line
	}
	return v.keyToken
}

func (v *value) fail(key string, pairs ...any) { v.doc.fail(v.line(), key, pairs...) }

// empty says whether nothing is given: no key, no value, or null.
func (v *value) empty() bool { return v == nil || v.node == nil }

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	line  int
	value *value
}

// mapping reads a mapping; a key that stands twice, and one that nobody knows,
// is a fault. No known keys: any are allowed.
func (v *value) mapping(what string, known ...string) (map[string]*value, []entry) {
	out := map[string]*value{}
	if v.empty() {
		return out, nil
	}
	var pairs []*ast.MappingValueNode
	switch n := v.node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		v.fail("programme.file.not_mapping", "what", what)
		return out, nil
	}
	var list []entry
	for _, pair := range pairs {
		key := v.doc.value(pair.Key, v.line())
		line := key.line()
		name, ok := key.scalar()
		if !ok || key.alias != "" || typed.TooLong(name, typed.Name) != "" {
			v.doc.fail(line, "programme.file.bad_key")
			continue
		}
		if _, twice := out[name]; twice {
			v.doc.fail(line, "programme.file.key_twice", "key", name)
			continue
		}
		if len(known) > 0 && !slices.Contains(known, name) {
			v.doc.fail(line, "programme.file.unknown_key", "key", name, "what", what, "known", strings.Join(known, ", "))
			continue
		}
		out[name] = v.doc.value(pair.Value, line)
		list = append(list, entry{name, line, out[name]})
	}
	return out, list
}

// list reads a sequence; a single value where a list is usual counts as one.
func (v *value) list() []*value {
	if v.empty() {
		return nil
	}
	n, ok := v.node.(*ast.SequenceNode)
	if !ok {
		return []*value{v}
	}
	out := make([]*value, len(n.Values))
	for i, item := range n.Values {
		out[i] = v.doc.value(item, v.line())
	}
	return out
}

// scalar is the text of a simple value, as written: 1.10 stays 1.10.
func (v *value) scalar() (string, bool) {
	switch n := v.node.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(vn.NFC(n.Value)), true
	case *ast.LiteralNode:
		return strings.TrimSpace(vn.NFC(n.Value.Value)), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return strings.TrimSpace(n.GetToken().Value), true
	}
	return "", false
}

// text reads a simple value; "" where nothing is given.
func (v *value) text(key string) string {
	if v.empty() {
		return ""
	}
	s, ok := v.scalar()
	if !ok {
		v.fail("programme.file.not_text", "key", key)
	}
	most := typed.Name // of a code
	if slices.Contains(wordy, key) {
		most = typed.Words
	}
	if message := typed.TooLong(s, most); message != "" {
		v.fail("programme.file.value_too_long", "key", key, "why", message)
	}
	return s
}

// wordy are the values in which people write sentences; the others are codes,
// numbers and days.
var wordy = []string{"title", "name", "issuer", "signed_by_office", "based_on"}

// texts reads a list of simple values, each once.
func (v *value) texts(key string) []string {
	var out []string
	has := map[string]bool{}
	for _, item := range v.list() {
		s := item.text(key)
		if s == "" {
			item.fail("programme.file.empty_item", "key", key)
		} else if !has[s] {
			has[s], out = true, append(out, s)
		}
	}
	return out
}

// number reads a whole number between bounds.
func (v *value) number(key string, least, most int) int {
	if v.empty() {
		return 0
	}
	s, ok := v.scalar()
	n, err := strconv.Atoi(s)
	if !ok || err != nil || n < least || n > most {
		v.fail("programme.file.not_number", "key", key, "least", least, "most", most, "value", shortened(s))
		return 0
	}
	return n
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// lineOf is the line of the file on which a node stands, 0 where it has none.
func (d *document) lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	line := n.GetToken().Position.Line
	if !d.joined {
		return line
	}
	at, err := d.offset(n)
	if err != nil {
		return line
	}
	before, _ := slices.BinarySearch(d.rawLines, at+1)
	return before
}

// offset is where a token begins in the file, in bytes.
func (d *document) offset(n ast.Node) (int, error) {
	return d.at(n.GetToken().Position.Line, n.GetToken().Position.Column)
}

func (d *document) at(line, column int) (int, error) {
	if line < 1 || line > len(d.lines) {
		return 0, fmt.Errorf("no line %d", line)
	}
	at := d.lines[line-1]
	for range column - 1 {
		_, n := utf8.DecodeRune(d.parsed[at:])
		if n == 0 || d.parsed[at] == '\n' {
			return 0, fmt.Errorf("no column %d in line %d", column, line)
		}
		at += n
	}
	return at, nil
}

// write gives the file's text back as it came: its mark and its line ends.
func (d *document) write(text []byte) []byte {
	if d.windows {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	return append([]byte(d.before), text...)
}
