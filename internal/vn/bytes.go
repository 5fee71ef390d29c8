package vn

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Bytes says how the bytes of a text file are to be read.
type Bytes string

// The readings. TCVN3Bytes and VNIBytes are handed on as Latin-1 and are
// converted cell by cell, by Encoding.Convert.
const (
	UTF8        Bytes = "UTF-8"
	UTF16LE     Bytes = "UTF-16LE"
	UTF16BE     Bytes = "UTF-16BE"
	Windows1258 Bytes = "Windows-1258"
	TCVN3Bytes  Bytes = "TCVN3 (ABC)"
	VNIBytes    Bytes = "VNI"
)

// Cells gives the encoding of the cells behind the reading.
func (b Bytes) Cells() Encoding {
	switch b {
	case TCVN3Bytes:
		return TCVN3
	case VNIBytes:
		return VNI
	case UTF8, UTF16LE, UTF16BE:
		return Unknown // a file saved as UTF-8 from an ABC font holds TCVN3 all the same
	}
	return Unicode
}

// DetectBytes reads the whole stream, in constant memory, and says how it is
// written. What is none of the known encodings is an error that names the line.
func DetectBytes(r io.Reader) (Bytes, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	start, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(start, []byte{0xEF, 0xBB, 0xBF}):
		in.Discard(3)
	case bytes.HasPrefix(start, []byte{0xFF, 0xFE}):
		return UTF16LE, nil
	case bytes.HasPrefix(start, []byte{0xFE, 0xFF}):
		return UTF16BE, nil
	}
	found, err := scanBytes(in)
	if err != nil {
		return "", err
	}
	switch {
	case found.nul > 0:
		return "", byteFault("binary", found.nul)
	case found.bad == 0:
		return UTF8, nil
	case found.good > 2*found.badLines:
		return "", byteFault("broken", found.bad) // UTF-8 with a spoilt line, not another encoding
	}
	if b, ok := guessBytes(found.sample); ok {
		return b, nil
	}
	return "", byteFault("unknown", found.bad)
}

func byteFault(code string, line int) error {
	return fault.New(fault.Invalid, "encoding_"+code, text.T("vn.bytes."+code, "line", FormatInt(int64(line))))
}

type byteScan struct {
	nul, bad       int    // first lines with such a byte, 0 for none
	good, badLines int    // lines with letters beyond ASCII, valid UTF-8 and not
	sample         []byte // some of the lines that are not
}

func scanBytes(in *bufio.Reader) (byteScan, error) {
	const enough = 1 << 16
	var s byteScan
	line := 1
	var carry [utf8.UTFMax]byte // of a piece cut inside a letter
	var held []byte
	for {
		piece, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && err != io.EOF {
			return s, err
		}
		if len(held) > 0 {
			piece = append(append([]byte(nil), held...), piece...)
			held = nil
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			cut := lastWhole(piece)
			held = append(carry[:0], piece[cut:]...)
			piece = piece[:cut]
		}
		if s.nul == 0 && bytes.IndexByte(piece, 0) >= 0 {
			s.nul = line
		}
		switch {
		case !utf8.Valid(piece):
			if s.bad == 0 {
				s.bad = line
			}
			s.badLines++
			if len(s.sample) < enough {
				s.sample = append(s.sample, piece...)
			}
		case !asciiBytes(piece):
			s.good++
		}
		if err == io.EOF {
			return s, nil
		}
		if err == nil {
			line++
		}
	}
}

// lastWhole finds where a letter that the piece cuts begins.
func lastWhole(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if at := len(b) - i; utf8.RuneStart(b[at]) {
			if !utf8.FullRune(b[at:]) {
				return at
			}
			break
		}
	}
	return len(b)
}

func asciiBytes(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// guessBytes reads the sample in each of the old encodings and takes the one
// in which it is Vietnamese.
func guessBytes(sample []byte) (Bytes, bool) {
	latin, err := charmap.Windows1252.NewDecoder().Bytes(sample)
	if err != nil {
		return "", false
	}
	windows, err := charmap.Windows1258.NewDecoder().Bytes(sample)
	if err != nil {
		return "", false
	}
	best, score := Bytes(""), 0
	for _, try := range []struct {
		as   Bytes
		text string
	}{{Windows1258, NFC(string(windows))}, {TCVN3Bytes, fromTCVN3(string(latin))}, {VNIBytes, fromVNI(string(latin))}} {
		good, bad := 0, 0
		eachWord(try.text, anyLetter, func(word string, isWord bool) {
			switch {
			case !isWord || isASCII(word):
			case Syllable(word):
				good++
			default:
				bad++
			}
		})
		if good > 4*bad && good-bad > score {
			best, score = try.as, good-bad
		}
	}
	return best, best != ""
}

func anyLetter(r rune) bool { return legacyLetter(r) || r == utf8.RuneError }

// Decode gives the stream as UTF-8 without byte order mark. Bytes that cannot
// be read become U+FFFD, which DetectBytes has excluded for UTF-8 and a reader
// of rows must look for otherwise.
func Decode(r io.Reader, b Bytes) io.Reader {
	switch b {
	case UTF16LE, UTF16BE:
		return transform.NewReader(r, xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder())
	case Windows1258:
		return transform.NewReader(r, charmap.Windows1258.NewDecoder())
	case TCVN3Bytes, VNIBytes:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	}
	in := bufio.NewReaderSize(r, 1<<12)
	if start, _ := in.Peek(3); bytes.Equal(start, []byte{0xEF, 0xBB, 0xBF}) {
		in.Discard(3)
	}
	return in
}
