package print

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"giamngheo/internal/paper"
	"giamngheo/internal/paper/papertest"
	"giamngheo/internal/standard"
	"giamngheo/law"
)

func letter(t testing.TB, day, notation string, number int) Letter {
	return Letter{Layout: layoutOn(t, day), Body: "xã Tam Chung", Superior: "huyện Mường Lát", Place: "Tam Chung", Number: number, Notation: notation, Day: day, Demo: true, Sign: Signature{Capacity: "tm", Name: "Lò Văn Thành"}}
}

func lines(n int, class standard.Class, note string) (list []Line) {
	for i := range n {
		list = append(list, Line{Head: []string{"Vi Văn Tây", "Hà Thị Sáo", "Lương Văn Ượng", "Lò Thị Quỳnh"}[i%4], Village: "Bản Ón", Members: 3 + i%4, Before: standard.Poor, Class: class, Label: "N1", Note: note})
	}
	return list
}

func n(v int) *int { return &v }

// documents are one of each kind.
func documents(t testing.TB) map[string]*paper.Document {
	bases, err := ReadBases(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	deputy := letter(t, "2021-12-20", "QĐ-UBND", 0)
	deputy.Sign = Signature{Capacity: InHisPlace}
	heard := func(n int, class standard.Class) (list []HeardLine) {
		for i := range n {
			list = append(list, HeardLine{Head: "Vi Văn Tây", Before: standard.NearPoor, Class: class, Agree: &[]int{31}[0], Disagree: &[]int{2}[0], Again: i == 1, Remark: map[bool]string{true: "nhà mới xây năm nay"}[i == 1]})
		}
		return list
	}
	signed := letter(t, "2016-12-20", "QĐ-UBND", 5)
	signed.Signed = true
	taken := letter(t, "2016-11-28", "", 0)
	taken.Signed = true
	return map[string]*paper.Document{
		"giay-nhan":  Receipt{Letter: taken, Complaint: "3/2016", Token: "k7m2q9xa", Kind: "hộ nghèo mà bị bỏ sót", Year: 2016, Received: "2016-11-28", Address: "giamngheo.example.vn/theo-doi-phan-anh"}.Document(),
		"quyet-dinh": Recognition{Letter: signed, Year: 2016, From: "2017-01-01", Bases: bases.On("2016-12-20", "VN-2016"), Verified: "huyện Mường Lát", Poor: lines(34, standard.Poor, ""), NearPoor: lines(5, standard.NearPoor, ""), Left: lines(3, standard.NotPoor, "thu nhập vượt chuẩn")}.Document(),
		"sua-doi":    Recognition{Letter: deputy, Year: 2021, Kind: Correct, Corrects: "số 05/QĐ-UBND ngày 12 tháng 12 năm 2021", Reason: "ghi nhầm số nhân khẩu.", Bases: bases.On("2021-12-20", "VN-2022"), Poor: lines(1, standard.Poor, "")}.Document(),
		"thu-hoi":    Withdrawal{Letter: letter(t, "2021-12-20", "QĐ-UBND", 12), Year: 2021, Bases: bases.On("2021-12-20", "VN-2022"), Rests: "số 11/QĐ-UBND ngày 20 tháng 12 năm 2021", Lines: []Withdrawn{{"Hà Thị Sáo", "Bản Ón", 17, "2022-01-05", "ra khỏi danh sách"}}}.Document(),
		"bien-ban": Minutes{Letter: letter(t, "2016-11-10", "", 0), Village: "Bản Ón", Year: 2016, Begins: "8 giờ 00", Where: "Nhà văn hóa bản Ón", Chair: "Vi Văn Chung", Secretary: "Hà Thị Loan", Invited: n(40), Present: n(33),
			People: []Attended{{"Chi bộ", []string{"Lò Văn Bình"}}, {"Đoàn thể", []string{"Hà Thị Mai", "Vi Thị Nga"}}, {"Người rà soát", nil}},
			Groups: []Heard{{"Hộ đề nghị đưa vào danh sách", heard(3, standard.Poor)}, {"Hộ đề nghị ra khỏi danh sách", heard(2, standard.NotPoor)}, {"Hộ giữ nguyên", nil}}, Percent: 50, Agreement: "83%"}.Document(),
		"niem-yet": PostingList{Letter: letter(t, "2016-11-21", "TB-UBND", 8), Year: 2016, First: "2016-11-21", Last: "2016-11-30", Days: 7, Working: true, Places: "trụ sở Ủy ban nhân dân xã, nhà văn hóa các bản",
			Lines: []Posted{{"Vi Văn Tây", "Bản Ón", standard.Poor}, {"Hà Thị Sáo", "Bản Tân Hương", standard.NearPoor}}}.Document(),
		"chung-nhan": Certificates{Letter: signed, Paper: "2e", List: []Certificate{{Number: 17, From: 2016, To: 2020, Issued: "2017-01-05", Code: "TH-0001-2345", Head: "Vi Văn Tây", Birth: "1975", Village: "Bản Ón, xã Tam Chung",
			Members: []CertificateMember{{"Vi Văn Tây", "head", "1975"}, {"Lò Thị Nga", "spouse", "1978-05"}, {"Vi Văn Học", "child", "2006-03-04"}},
			Years:   []Confirmation{{2017, standard.Poor, "05/QĐ-UBND", "2016-12-20"}}, Sign: Signature{Capacity: InHisPlace, Name: "Hà Văn Phó"}}, {Number: 18, From: 2016, To: 2020, Head: "Hà Thị Sáo"}}}.Document(),
		"bao-cao": Results{Letter: letter(t, "2016-12-22", "BC-UBND", 31), Year: 2016, Households: 412, People: 1890, Poor: Tally{n(120), 96, 431}, NearPoor: Tally{n(60), 71, 300}, UnitTitle: "Thôn, bản",
			Units:  []UnitResult{{"Bản Ón", 200, 60, 30, false}, {"Bản Tân Hương", 212, 36, 41, false}, {"Bản Lát", 90, 0, 0, true}},
			Moves:  []Move{{"Đầu kỳ", n(120), n(60)}, {"Thoát nghèo, xuống cận nghèo", n(14), nil}, {"Phát sinh mới", n(3), n(11)}},
			Causes: []Cause{{"thiếu vốn sản xuất", 91}, {"thiếu lao động", 20}},
			Lacks:  []Share{{"hố xí/nhà tiêu", n(70), n(44)}}}.Document(),
	}
}

func TestDocumentsLookAsTheyDid(t *testing.T) {
	for name, d := range documents(t) {
		papertest.Golden(t, name, d)
	}
}

// strictly reads all parts of a DOCX as XML.
func strictly(t *testing.T, name string, d *paper.Document) (document string) {
	t.Helper()
	var b bytes.Buffer
	if err := d.DOCX(&b); err != nil {
		t.Fatal(name, err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(name, err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		x := xml.NewDecoder(r)
		for {
			token, err := x.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s %s: %v", name, f.Name, err)
			}
			if chars, is := token.(xml.CharData); is && f.Name == "word/document.xml" {
				document += string(chars) + "\n"
			}
		}
		r.Close()
	}
	return document
}

func TestDocumentsSayTheSameInBothFiles(t *testing.T) {
	for name, d := range documents(t) {
		inPDF := strings.Join(strings.Fields(papertest.Text(t, papertest.PDF(t, d), "-raw")), "")
		for _, line := range strings.Split(strictly(t, name, d), "\n") {
			if words := strings.Join(strings.Fields(strings.Trim(line, ".")), ""); !strings.Contains(inPDF, words) {
				t.Errorf("%s: %q stands in the DOCX alone", name, line)
			}
		}
		if strings.Contains(inPDF, "‹") {
			t.Errorf("%s: a text is missing", name)
		}
	}
}

func read(t testing.TB, d *paper.Document) string {
	return strings.Join(strings.Fields(papertest.Text(t, papertest.PDF(t, d), "-raw")), " ")
}

func TestAPageIsADraftUntilItsSignedFileIsFiled(t *testing.T) {
	p := PostingList{Letter: letter(t, "2016-11-21", "TB-UBND", 8), Year: 2016, First: "2016-11-21", Last: "2016-11-30", Days: 7}
	if !strings.Contains(read(t, p.Document()), "DỰ THẢO") {
		t.Error("no mark")
	}
	p.Signed = true
	if strings.Contains(read(t, p.Document()), "DỰ THẢO") {
		t.Error("still a draft")
	}
}

func TestWhoSignsForWhom(t *testing.T) {
	for _, one := range []struct {
		capacity string
		asBody   bool
		want     string
	}{
		{"tm", true, "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"}, {"kt", true, "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"},
		{"tm", false, "CHỦ TỊCH"}, {"kt", false, "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"},
		{"tuq", true, "TM. ỦY BAN NHÂN DÂN TUQ. CHỦ TỊCH TRƯỞNG PHÒNG"}, {"tuq", false, "TUQ. CHỦ TỊCH TRƯỞNG PHÒNG"},
	} {
		l := letter(t, "2021-12-20", "", 0)
		l.Sign.Capacity, l.Sign.Office = one.capacity, "Trưởng phòng"
		s := l.signer(one.asBody)
		got := strings.ToUpper(strings.TrimSpace(strings.Join(strings.Fields(s.Right+" "+s.Office), " ")))
		if got != one.want {
			t.Errorf("%q, want %q", got, one.want)
		}
	}
}

// The list that hangs in public lets people know whom it is about, and no more.
func TestAPostedListShowsTheFewestFields(t *testing.T) {
	got := read(t, documents(t)["niem-yet"])
	for _, head := range []string{"Mã hộ", "sinh", "Dân tộc", "Lý do", "nhân khẩu", "Số người"} {
		if strings.Contains(got, head) {
			t.Errorf("%q is posted", head)
		}
	}
	if !strings.Contains(got, "từ ngày 21 tháng 11 năm 2016 đến hết ngày 30 tháng 11 năm 2016") || !strings.Contains(got, "7 ngày làm việc") {
		t.Error(got)
	}
}

func TestADecisionHasTheBasesOfItsDay(t *testing.T) {
	bases, err := ReadBases(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct{ day, standard, has, hasNot string }{
		{"2016-12-20", "VN-2016", "17/2016/TT-BLĐTBXH", "24/2021"},
		{"2021-12-20", "VN-2022", "24/2021/QĐ-TTg", "17/2016"},
		{"2021-12-20", "VN-2016", "59/2015/QĐ-TTg", "07/2021"},
		{"2027-12-20", "VN-2027", "351/2025/NĐ-CP", "59/2015"},
	} {
		got := strings.Join(bases.On(one.day, one.standard), "\n")
		if !strings.Contains(got, one.has) || strings.Contains(got, one.hasNot) {
			t.Errorf("%s %s: %s", one.day, one.standard, got)
		}
	}
}

func TestADecisionCountsItsLists(t *testing.T) {
	got := read(t, documents(t)["quyet-dinh"])
	want := 0
	for _, l := range lines(34, standard.Poor, "") {
		want += l.Members
	}
	for _, say := range []string{fmt.Sprintf("34 hộ nghèo với %d nhân khẩu", want), "5 hộ cận nghèo với", "Đưa 3 hộ với", "Cộng: 34 hộ", "Phụ lục III", "(Kèm theo Quyết định số 05/QĐ-UBND ngày 20 tháng 12 năm 2016"} {
		if !strings.Contains(got, say) {
			t.Errorf("%q is missing in %s", say, got)
		}
	}
}

// Every year of the period from the first that is confirmed has its row, also
// one that nobody thought of.
func TestACertificateHasARowForEachYear(t *testing.T) {
	for rows, confirmed := range map[int][]int{5: nil, 4: {2017}, 3: {2018, 2019}, 1: {2021}, 6: {2016, 2021}} {
		c := Certificate{From: 2016, To: 2020}
		for _, year := range confirmed {
			c.Years = append(c.Years, Confirmation{Year: year, Class: standard.Poor})
		}
		if got := len(years(c).Rows); got != rows {
			t.Errorf("confirmed for %v: %d rows, not %d", confirmed, got, rows)
		}
	}
}

// A household of six with six years still has it on one sheet.
func TestACertificateIsOneSheet(t *testing.T) {
	one := Certificate{Number: 17, From: 2016, To: 2021, Issued: "2016-12-25", Code: "TH-0001-2345", Head: "Vi Văn Tây", Birth: "1975", Village: "Bản Ón, xã Tam Chung", Years: []Confirmation{{2016, standard.Poor, "05/QĐ-UBND", "2016-12-20"}}, Sign: Signature{Capacity: InHisPlace, Name: "Hà Văn Phó"}}
	for range 6 {
		one.Members = append(one.Members, CertificateMember{"Vi Văn Tây", "child", "2006-03-04"})
	}
	d := Certificates{Letter: letter(t, "2016-12-25", "GCN", 17), Paper: "2e", List: []Certificate{one}}.Document()
	if n := len(papertest.Pages(t, d, 20)); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestAReportSaysWhatChanged(t *testing.T) {
	r := Results{Letter: letter(t, "2016-12-22", "BC-UBND", 31), Year: 2016, Households: 400, People: 1800, Poor: Tally{n(120), 96, 431}, NearPoor: Tally{nil, 71, 300}}
	got := read(t, r.Document())
	for _, say := range []string{"96 hộ với 431 nhân khẩu, chiếm 24,00% số hộ; trước rà soát 120 hộ, giảm 24 hộ", "71 hộ với 300 nhân khẩu, chiếm 17,75% số hộ.", "II. Đánh giá"} {
		if !strings.Contains(got, say) {
			t.Errorf("%q is missing in %s", say, got)
		}
	}
}
