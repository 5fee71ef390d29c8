package duplicate

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

func TestATableIsReadHoweverAnOfficeSavedIt(t *testing.T) {
	want := []Person{
		{ID: "1", FullName: "Lê Thị Hoa", Birth: "1980-05-02", Sex: Female, NationalID: "038180004417", Village: "Thôn 1"},
		{ID: "2", FullName: "Lê Văn An", Birth: "1979", Sex: Male},
	}
	for name, csv := range map[string]string{
		"as documented":      "id,full_name,birth,sex,national_id,village\n1,Lê Thị Hoa,02/05/1980,nữ,038180004417,Thôn 1\n2,Lê Văn An,1979,nam,,\n",
		"byte-order mark":    "\ufeffid,full_name,birth,sex,national_id,village\r\n1,Lê Thị Hoa,1980-05-02,F,038 180 004 417,Thôn 1\r\n2,Lê Văn An,1979,M,,\r\n",
		"other order":        "village,sex,id,national_id,birth,full_name\nThôn 1,2,1,'038180004417,2/5/1980,Lê Thị Hoa\n,1,2,,1979,Lê Văn An\n",
		"semicolons":         "ID;Full_Name;Birth;Sex;National_ID;Village\n1;Lê Thị Hoa;2.5.1980;NỮ;038.180.004.417;Thôn 1\n2;Lê Văn An;1979;NAM;;\n",
		"one column more":    "stt,id,full_name,birth,sex,national_id,village\nx,1,Lê Thị Hoa,02-05-1980,nu,038180004417,Thôn 1\nx,2,Lê Văn An,1979,m,,\n",
		"month before a day": "id,full_name,birth,sex,national_id,village\n1,Lê Thị Hoa,02/05/1980,female,038180004417,Thôn 1\n2,Lê Văn An,1979,male,,\n",
	} {
		people, _, err := ReadCSV(strings.NewReader(csv))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(people) != 2 || people[0] != want[0] || people[1] != want[1] {
			t.Errorf("%s: %+v", name, people)
		}
	}
	people, _, err := ReadCSV(strings.NewReader("full_name,id\nLê Thị Hoa,7\n"))
	if err != nil || len(people) != 1 || people[0] != (Person{ID: "7", FullName: "Lê Thị Hoa"}) {
		t.Errorf("only names: %+v %v", people, err)
	}
	people, _, err = ReadCSV(strings.NewReader("id,full_name,birth,sex,national_id,village\n1,A,00/00/1980,không rõ,chưa có,\n2,B,1980.0,1.0,38180004417.0,\n,,,,,\n3,C,-,-,-,-\n"))
	if err != nil || len(people) != 3 || people[0] != (Person{ID: "1", FullName: "A", Birth: "1980"}) || people[1] != (Person{ID: "2", FullName: "B", Birth: "1980", Sex: Male, NationalID: "38180004417"}) || people[2].Birth != "" {
		t.Errorf("what spreadsheets make of it: %+v %v", people, err)
	}
	people, _, err = ReadCSV(strings.NewReader("id,full_name,birth,national_id\n1,A,'1980,O381800O44l7\n2,B,,l7l23456S\n"))
	if err != nil || people[0] != (Person{ID: "1", FullName: "A", Birth: "1980", NationalID: "038180004417"}) || people[1].NationalID != "171234565" {
		t.Errorf("what a scan makes of it: %+v %v", people, err)
	}
	people, _, err = ReadCSV(strings.NewReader("id,full_name,birth\n1,A,05/23/1980\n2,B,05/1980\n3,C,1980-23-05\n"))
	if err != nil || people[0].Birth != "1980-05-23" || people[1].Birth != "1980-05" || people[2].Birth != "1980-05-23" {
		t.Errorf("births: %+v %v", people, err)
	}
}

func TestWhatCannotBeReadIsRefusedWithItsPlace(t *testing.T) {
	const header = "id,full_name,birth,sex,national_id,village\n"
	for name, c := range map[string]struct{ csv, says string }{
		"nothing":             {"", "id,full_name"},
		"no name column":      {"id,birth\n1,1980\n", "«full_name»"},
		"column twice":        {"id,full_name,id\n", "«id»"},
		"day that is not":     {header + "1,A,1980,,,\n2,B,31/02/1980,,,\n", "dòng 3, cột birth"},
		"words for a day":     {header + "1,A,năm Thìn,,,\n", "dòng 2, cột birth"},
		"year to come":        {header + "1,A,2980,,,\n", "dòng 2, cột birth"},
		"strange sex":         {header + "1,A,1980,x,,\n", "dòng 2, cột sex"},
		"letters in a number": {header + "1,A,1980,,03X180004417,\n", "dòng 2, cột national_id"},
		"a word for a number": {header + "1,A,1980,,Dolido,\n", "dòng 2, cột national_id"},
		"no id":               {header + ",A,1980,,,\n", "dòng 2, cột id"},
		"id twice":            {header + "1,A,1980,,,\n1,B,1980,,,\n", "dòng 3, cột id"},
		"cell missing":        {header + "1,A,1980\n", "dòng 2"},
		"not Unicode":         {header + "1,\xff\xfe,1980,,,\n", "dòng 2, cột 2"},
		"open quote":          {header + "1,\"A,1980,,,\n", "dòng"},
		"open quote, long":    {header + "1,\"" + strings.Repeat("A\n", 1<<20), "dòng"},
	} {
		people, _, err := ReadCSV(strings.NewReader(c.csv))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || people != nil {
			t.Errorf("%s: %v, %d people", name, err, len(people))
			continue
		}
		said := f.Message
		for _, field := range f.Fields {
			said += "\n" + field.Name + ": " + field.Message
		}
		if !strings.Contains(said, c.says) || strings.Contains(said, "‹") {
			t.Errorf("%s says %q", name, said)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("id,full_name,birth,sex,national_id,village\n1,Lê Thị Hoa,02/05/1980,nữ,038180004417,Thôn 1\n2,le thi hoa,1980,2,38180004417,thon 01\n"))
	f.Add([]byte("\ufeffid;full_name\n1;\"A\n"))
	f.Add([]byte("full_name\tid\nNguyeenx Vawn A\t1\nNg.V.A\t2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		people, _, err := ReadCSV(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, p := range Find(people) {
			if p.A < 0 || p.A >= p.B || p.B >= len(people) || !(p.Score >= Threshold && p.Score <= 1) || len(p.Reasons) == 0 {
				t.Errorf("%+v of %d people", p, len(people))
			}
		}
	})
}
