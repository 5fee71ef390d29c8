package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"giamngheo/internal/vn"
)

// xmlReader splits the XML of a spreadsheet's parts into tags and text. It is
// no general parser: it resolves the five entities and character references
// only and refuses a document type, so that nothing can be fetched or blown
// up, and it looks at tags by their local names, whatever the prefix.
type xmlReader struct {
	src  io.Reader
	buf  []byte
	at   int // next byte
	end  int // bytes read
	eof  bool
	most int // longest tag or text

	kind tokenKind
	name []byte // local name of a tag
	body []byte // attributes of a tag; a text as it stands
	raw  bool   // the text is CDATA
}

type tokenKind uint8

const (
	tokenEnd   tokenKind = iota // of the document
	tokenOpen                   // <a>
	tokenClose                  // </a>
	tokenWhole                  // <a/>
	tokenText
)

var (
	errXML      = errors.New("sheet: XML is not well formed")
	errXMLType  = errors.New("sheet: XML with a document type")
	errXMLToken = errors.New("sheet: XML tag or text too long")
)

func newXMLReader(src io.Reader, most int) (*xmlReader, error) {
	x := &xmlReader{src: src, buf: make([]byte, 1<<16), most: most}
	if err := x.fill(); err != nil && err != io.EOF {
		return nil, err
	}
	switch b := x.buf[:x.end]; {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		x.at = 3
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		start := append([]byte(nil), b...)
		x.src = vn.Decode(io.MultiReader(bytes.NewReader(start), src), vn.UTF16LE)
		x.end, x.eof = 0, false
	}
	return x, nil
}

// fill reads more behind what is there, moving or growing the buffer.
func (x *xmlReader) fill() error {
	if x.eof {
		return io.EOF
	}
	if x.at > 0 {
		copy(x.buf, x.buf[x.at:x.end])
		x.end -= x.at
		x.at = 0
	}
	if x.end == len(x.buf) {
		if x.end > x.most {
			return errXMLToken
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for range 100 {
		n, err := x.src.Read(x.buf[x.end:])
		x.end += n
		if err == io.EOF {
			x.eof = true
			if n == 0 {
				return io.EOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			return nil
		}
	}
	return io.ErrNoProgress
}

// next goes to the next tag or text. Slices are valid until the next call.
func (x *xmlReader) next() error {
	if x.at == x.end {
		if err := x.fill(); err == io.EOF {
			x.kind = tokenEnd
			return nil
		} else if err != nil {
			return err
		}
	}
	if x.buf[x.at] == '<' {
		return x.tag()
	}
	from := x.at
	for {
		if i := bytes.IndexByte(x.buf[from:x.end], '<'); i >= 0 {
			x.text(x.buf[x.at:from+i], from+i)
			return nil
		}
		seen := x.end - x.at
		if err := x.fill(); err == io.EOF {
			x.text(x.buf[x.at:x.end], x.end)
			return nil
		} else if err != nil {
			return err
		}
		from = x.at + seen
	}
}

func (x *xmlReader) text(body []byte, next int) {
	x.kind, x.body, x.raw = tokenText, body, false
	x.at = next
}

// tag reads what begins with <.
func (x *xmlReader) tag() error {
	for x.end-x.at < 9 { // enough for <![CDATA[
		if err := x.fill(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	b := x.buf[x.at:x.end]
	if len(b) < 3 {
		return errXML
	}
	switch b[1] {
	case '?':
		return x.skip("?>")
	case '!':
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			return x.skip("-->")
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			return x.cdata()
		}
		return errXMLType
	}
	i, quote := 1, byte(0)
	for {
		for ; i < len(b); i++ {
			c := b[i]
			if quote != 0 {
				if c == quote {
					quote = 0
				}
				continue
			}
			if c == '>' {
				x.at += i + 1
				return x.split(b[1:i])
			}
			if c == '"' || c == '\'' {
				quote = c
			}
		}
		if err := x.fill(); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
		b = x.buf[x.at:x.end]
	}
}

// split takes the inside of a tag apart.
func (x *xmlReader) split(b []byte) error {
	x.kind = tokenOpen
	if len(b) > 0 && b[0] == '/' {
		x.kind, b = tokenClose, b[1:]
	} else if len(b) > 0 && b[len(b)-1] == '/' {
		x.kind, b = tokenWhole, b[:len(b)-1]
	}
	start, i := 0, 0
	for ; i < len(b) && b[i] > ' '; i++ {
		if b[i] == ':' {
			start = i + 1
		}
	}
	x.name, x.body = b[start:i], b[i:]
	if len(x.name) == 0 {
		return errXML
	}
	return nil
}

// find looks for the mark from x.at on, reading as far as needed.
func (x *xmlReader) find(mark string) (int, error) {
	from := 0
	for {
		if i := bytes.Index(x.buf[x.at+from:x.end], []byte(mark)); i >= 0 {
			return from + i, nil
		}
		from = max(0, x.end-x.at-len(mark)+1)
		if err := x.fill(); err == io.EOF {
			return 0, io.ErrUnexpectedEOF
		} else if err != nil {
			return 0, err
		}
	}
}

func (x *xmlReader) skip(mark string) error {
	i, err := x.find(mark)
	if err != nil {
		return err
	}
	x.at += i + len(mark)
	return x.next()
}

func (x *xmlReader) cdata() error {
	x.at += len("<![CDATA[")
	i, err := x.find("]]>")
	if err != nil {
		return err
	}
	x.kind, x.body, x.raw = tokenText, x.buf[x.at:x.at+i], true
	x.at += i + 3
	return nil
}

// is says whether the token is a tag of the name, opening or whole.
func (x *xmlReader) is(name string) bool {
	return (x.kind == tokenOpen || x.kind == tokenWhole) && string(x.name) == name
}

// closes says whether the token ends the element.
func (x *xmlReader) closes(name string) bool {
	return x.kind == tokenClose && string(x.name) == name
}

// attr gives an attribute of the tag by local name, entities not resolved.
func (x *xmlReader) attr(name string) []byte {
	for b := x.body; ; {
		var key, value []byte
		key, value, b = nextAttr(b)
		if key == nil {
			return nil
		}
		if string(key) == name {
			return value
		}
	}
}

// attrText is attr with entities resolved.
func (x *xmlReader) attrText(name string) string {
	out, err := unescape(nil, x.attr(name))
	if err != nil {
		return string(x.attr(name))
	}
	return string(out)
}

func nextAttr(b []byte) (key, value, rest []byte) {
	i := 0
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	start := i
	for ; i < len(b) && b[i] != '=' && b[i] > ' '; i++ {
		if b[i] == ':' {
			start = i + 1
		}
	}
	key = b[start:i]
	for i < len(b) && (b[i] <= ' ' || b[i] == '=') {
		i++
	}
	if i >= len(b) || b[i] != '"' && b[i] != '\'' {
		return nil, nil, nil
	}
	end := bytes.IndexByte(b[i+1:], b[i])
	if end < 0 {
		return nil, nil, nil
	}
	return key, b[i+1 : i+1+end], b[i+2+end:]
}

// appendText appends the text of the token, resolved.
func (x *xmlReader) appendText(dst []byte) ([]byte, error) {
	if x.raw {
		return append(dst, x.body...), nil
	}
	return unescape(dst, x.body)
}

var errEntity = errors.New("sheet: unknown entity in XML")

func unescape(dst, src []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(src, '&')
		if i < 0 {
			return append(dst, src...), nil
		}
		dst = append(dst, src[:i]...)
		src = src[i+1:]
		end := bytes.IndexByte(src[:min(len(src), 12)], ';')
		if end < 0 {
			return dst, errEntity
		}
		r, ok := entity(src[:end])
		if !ok {
			return dst, errEntity
		}
		dst = utf8.AppendRune(dst, r)
		src = src[end+1:]
	}
}

func entity(b []byte) (rune, bool) {
	switch string(b) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(b) < 2 || b[0] != '#' {
		return 0, false
	}
	b = b[1:]
	base := rune(10)
	if b[0] == 'x' || b[0] == 'X' {
		base, b = 16, b[1:]
	}
	r := rune(0)
	for _, c := range b {
		d, ok := hexDigit(c)
		if !ok || d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, len(b) > 0 && r != 0 && utf8.ValidRune(r)
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0'), true
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}

// decodeEscapes resolves _x000D_ in place, the way spreadsheets write
// characters that XML cannot hold.
func decodeEscapes(b []byte) []byte {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return b
	}
	out := b[:i]
	for i < len(b) {
		if r, ok := escapeAt(b[i:]); ok {
			out = utf8.AppendRune(out, r) // at most 3 bytes for 7
			i += 7
			continue
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// escapeAt reads _xHHHH_; surrogates and NUL are left as they stand.
func escapeAt(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	r := rune(0)
	for _, c := range b[2:6] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, r != 0 && utf8.ValidRune(r)
}
