package duplicate

import (
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

// What is broken is refused with its place, and what a table lacks is told: an
// empty answer must not look like "nobody is twice in it".
func TestABrokenTableIsRefusedAndALeanOneTold(t *testing.T) {
	const head = "id,full_name,birth,sex,national_id,village\n"
	for why, c := range map[string]struct{ csv, says string }{
		"NUL":          {head + "1,H\x00a,1980,Nam,,X\n", "ký tự rỗng"},
		"Windows-1258": {head + "1,Tr\xe2n,1980,Nam,,X\n", "UTF-8"},
		"an id twice":  {head + "1,A,1980,Nam,,X\n1,B,1980,Nam,,X\n", "đã có ở dòng 2"},
		"a long line":  {head + "1," + strings.Repeat("a", 3<<20), "quá dài"},
		"nothing":      {"", "không có dòng nào"},
	} {
		_, _, err := ReadCSV(strings.NewReader(c.csv))
		f := fault.As(err, "")
		said := f.Message
		for _, field := range f.Fields {
			said += " " + field.Name + ": " + field.Message
		}
		if f.Kind != fault.Invalid || !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", why, said)
		}
	}
	people, columns, err := ReadCSV(strings.NewReader("\ufeffid;full_name;note\n1;A;x\n"))
	if err != nil || len(people) != 1 || strings.Join(columns.Missing, " ") != "birth sex national_id village" || strings.Join(columns.Ignored, " ") != "note" {
		t.Errorf("%v %+v %v", people, columns, err)
	}
}
