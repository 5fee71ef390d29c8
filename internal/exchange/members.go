package exchange

import (
	"bufio"
	"encoding/binary"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"sort"

	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// memberRow is one line of the sheet of members.
type memberRow struct {
	number                                              int
	bad                                                 bool
	name, relation, birth, sex, ethnic, national, group opt
	answers                                             [4]byte // untreated, insured, lower_secondary, at_school
}

const noAnswers = "    "

// memberFields are the texts of a memberRow in the order they are kept in.
func (m *memberRow) fields() []*opt {
	return []*opt{&m.name, &m.relation, &m.birth, &m.sex, &m.ethnic, &m.national, &m.group}
}

// memberFile holds the sheet of members in a temporary file while the
// households are read, in whatever order: in memory there is one entry for
// each run of lines of one household.
type memberFile struct {
	table
	memberReader
	file *os.File
	runs []memberRun // sorted by ref
	lost int         // lines that name no household
	seed maphash.Seed
}

// memberReader checks what is said of one member.
type memberReader struct {
	words *words
	today vn.Day
}

type memberRun struct {
	ref    uint64
	offset int64
	lines  uint32
	first  uint32 // row number
	used   bool
}

// Kinds of references to a household.
const (
	refCode = 'c'
	refNo   = 'n'
)

func (f *memberFile) ref(kind byte, s string) uint64 {
	var h maphash.Hash
	h.SetSeed(f.seed)
	h.WriteByte(kind)
	h.WriteString(s)
	return h.Sum64()
}

// readMembers goes through the whole sheet.
func readMembers(t table, rows *sheet.Rows, today string, step func() error) (*memberFile, error) {
	file, err := os.CreateTemp("", "giamngheo-*")
	if err != nil {
		return nil, err
	}
	os.Remove(file.Name()) // gone with the process, whatever happens, where the system allows it
	f := &memberFile{table: t, memberReader: memberReader{forms(), vn.Day(today)}, file: file, seed: maphash.MakeSeed()}
	out := bufio.NewWriterSize(file, 1<<18)
	offset := int64(0)
	var buf []byte
	for rows.Next() {
		if err := step(); err != nil {
			f.close()
			return nil, err
		}
		line := rows.Row()
		if line.Number <= t.header.Row || line.IsTotal() {
			continue
		}
		m, ref, ok := f.read(line)
		if !ok {
			if m.bad {
				f.lost++
			}
			continue
		}
		buf = m.encode(buf[:0])
		if n := len(f.runs); n > 0 && f.runs[n-1].ref == ref {
			f.runs[n-1].lines++
		} else {
			f.runs = append(f.runs, memberRun{ref: ref, offset: offset, lines: 1, first: uint32(line.Number)})
		}
		offset += int64(len(buf))
		if _, err := out.Write(buf); err != nil {
			f.close()
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		f.close()
		return nil, err
	}
	if err := out.Flush(); err != nil {
		f.close()
		return nil, err
	}
	sort.SliceStable(f.runs, func(i, j int) bool { return f.runs[i].ref < f.runs[j].ref })
	return f, nil
}

func (f *memberFile) close() {
	f.file.Close()
	os.Remove(f.file.Name())
}

// read checks one line. ok is false for lines that hold no person.
func (f *memberFile) read(line *sheet.Row) (m memberRow, ref uint64, ok bool) {
	m.number = line.Number
	problem := func(field, code, message string, warning bool) {
		m.bad = m.bad || !warning
		f.problem(line.Number, field, code, message, warning)
	}
	value := func(field string) sheet.Value { return line.Cell(f.header.Column(field)) }
	if vn.IsTotal(value("name").Clean()) && value("birth").Blank() {
		return m, 0, false
	}
	code := household.TidyCode(line.Merged(f.header.Column("code")).Clean())
	no := line.Merged(f.header.Column("no")).Clean()
	switch {
	case code != "":
		ref = f.ref(refCode, code)
	case no != "":
		ref = f.ref(refNo, no)
	default:
		problem("code", "member_no_household", text.T("import.member_no_household"), false)
		return m, 0, false
	}
	f.person(&m, value, problem)
	return m, ref, true
}

// person reads the fields of a member, and tells what is wrong with them.
func (r memberReader) person(m *memberRow, value func(field string) sheet.Value, problem func(field, code, message string, warning bool)) {
	refuse := func(field string) func(code, message string) {
		return func(code, message string) { problem(field, code, message, false) }
	}
	word := func(field string) opt { return readText(value(field), r.words, refuse(field)) }
	if m.name = word("name"); !m.name.says() {
		refuse("name")("name_missing", text.T("import.name_missing"))
	}
	m.relation, m.ethnic, m.sex = word("relation"), word("ethnic"), word("sex")
	r.parse(&m.relation, household.Relations.Parse, "bad_relation", refuse("relation"))
	r.parse(&m.ethnic, household.Ethnic.Parse, "bad_ethnic", refuse("ethnic"))
	r.parse(&m.sex, func(s string) (string, bool) { v, ok := r.words.sex[foldWord(s)]; return v, ok }, "bad_sex", refuse("sex"))
	m.birth = readDay(value("birth"), r.words, r.today, false, refuse("birth"))
	var restored bool
	if m.national, restored = nationalID(word("national_id"), value("national_id").Kind); restored {
		problem("national_id", "zero_restored", text.T("import.zero_restored", "id", m.national.v), true)
	}
	m.group = readGroups(word("policy_groups"), func(w string) {
		refuse("policy_groups")("bad_policy_group", text.T("import.bad_policy_group", "value", w))
	})
	for i, field := range []string{"untreated", "insured", "lower_secondary", "at_school"} {
		letter, bad := readMark(value(field), r.words, r.words.yesNo)
		if bad {
			refuse(field)("bad_yes_no", text.T("import.bad_yes_no", "value", value(field).Clean()))
		}
		m.answers[i] = letter
	}
	if education := word("education"); education.says() && m.answers[2] == markNone {
		if letter, known := r.words.finished[foldWord(education.v)]; known {
			m.answers[2] = letter[0]
		} else {
			refuse("education")("bad_education", text.T("import.bad_education", "value", education.v))
		}
	}
}

func (memberReader) parse(o *opt, parse func(string) (string, bool), code string, refuse func(code, message string)) {
	if !o.says() {
		return
	}
	known, ok := parse(o.v)
	if !ok {
		refuse(code, text.T("import."+code, "value", o.v))
		*o = opt{}
		return
	}
	o.v = known
}

// of gives the members that the sheet has for a row of households.
func (f *memberFile) of(r *row) ([]memberRow, error) {
	var list []memberRow
	for _, ref := range []struct {
		kind byte
		word string
	}{{refCode, r.code}, {refNo, r.no}} {
		if ref.word == "" {
			continue
		}
		hash := f.ref(ref.kind, ref.word)
		first, _ := slices.BinarySearchFunc(f.runs, hash, func(r memberRun, h uint64) int {
			switch {
			case r.ref < h:
				return -1
			case r.ref > h:
				return 1
			}
			return 0
		})
		for i := first; i < len(f.runs) && f.runs[i].ref == hash; i++ {
			f.runs[i].used = true
			in := bufio.NewReaderSize(io.NewSectionReader(f.file, f.runs[i].offset, 1<<40), 1<<10)
			for range f.runs[i].lines {
				var m memberRow
				if err := m.decode(in); err != nil {
					return nil, fault.Wrap(err, fault.Internal, "members_lost", text.T("sheet.read.failed"))
				}
				list = append(list, m)
			}
		}
	}
	return list, nil
}

// orphans refuses the lines that no row of households took, and counts them
// with those that name no household.
func (f *memberFile) orphans() int {
	n := f.lost
	for _, run := range f.runs {
		if !run.used {
			n += int(run.lines)
			f.problem(int(run.first), "code", "member_orphan", text.T("import.member_orphan", "n", run.lines), false)
		}
	}
	return n
}

func (m *memberRow) encode(buf []byte) []byte {
	buf = binary.AppendUvarint(buf, uint64(m.number))
	state := byte(0)
	if m.bad {
		state = 1
	}
	buf = append(buf, state)
	buf = append(buf, m.answers[:]...)
	for _, o := range m.fields() {
		state := byte(0)
		if o.given {
			state |= 1
		}
		if o.erased {
			state |= 2
		}
		buf = append(buf, state)
		buf = binary.AppendUvarint(buf, uint64(len(o.v)))
		buf = append(buf, o.v...)
	}
	return buf
}

func (m *memberRow) decode(in *bufio.Reader) error {
	number, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	m.number = int(number)
	state, err := in.ReadByte()
	if err != nil {
		return err
	}
	m.bad = state == 1
	if _, err := io.ReadFull(in, m.answers[:]); err != nil {
		return err
	}
	for _, o := range m.fields() {
		state, err := in.ReadByte()
		if err != nil {
			return err
		}
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return err
		}
		o.given, o.erased = state&1 != 0, state&2 != 0
		raw := make([]byte, n)
		if _, err := io.ReadFull(in, raw); err != nil {
			return err
		}
		o.v = string(raw)
	}
	return nil
}
