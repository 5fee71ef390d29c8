package paper_test

import (
	"fmt"
	"testing"

	"giamngheo/internal/paper"
	"giamngheo/law"
)

func layout(t testing.TB, day string) *paper.Layout {
	t.Helper()
	all, err := paper.ReadLayouts(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := all.On(day)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// samples are documents that hold everything once; the golden images show
// them, and the DOCX tests read them.
func samples(t testing.TB) map[string]*paper.Document {
	return map[string]*paper.Document{
		"decision": decision(layout(t, "2021-12-20")),
		"list":     list(layout(t, "2016-12-20")),
		"form":     {Title: "Phiếu", Layout: layout(t, "2021-12-20"), Parts: []paper.Part{form(1, true), form(2, false)}},
		"letters":  letters(layout(t, "2021-12-20")),
	}
}

func head(l *paper.Layout) paper.Head {
	return paper.Head{
		Superior: []string{"Ủy ban nhân dân", "huyện Quan Hóa"}, Issuer: []string{"Ủy ban nhân dân xã Phú Nghiêm"},
		Number: l.Number(5, "QĐ-UBND"), Place: "Phú Nghiêm", Date: l.Date("2021-01-02"),
	}
}

func decision(l *paper.Layout) *paper.Document {
	return &paper.Document{Title: "Quyết định", Author: "UBND xã Phú Nghiêm", Layout: l, Draft: true, Demo: true, Parts: []paper.Part{
		{Name: "Quyết định", Blocks: []paper.Block{
			head(l),
			paper.Title{Kind: "Quyết định", Subject: "Về việc công nhận danh sách hộ nghèo, hộ cận nghèo năm 2021 theo chuẩn nghèo đa chiều"},
			paper.Bases{"Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015", "Căn cứ kết quả rà soát hộ nghèo, hộ cận nghèo của các thôn;", "Xét đề nghị của công chức Văn hóa - Xã hội xã"},
			paper.Order("Quyết định:"),
			paper.Section{Title: "Điều 1. ", Rest: []paper.Span{paper.Text("Công nhận danh sách hộ nghèo, hộ cận nghèo trên địa bàn xã, gồm 35 hộ nghèo và 41 hộ cận nghèo (có danh sách kèm theo). Các hộ được hưởng chính sách theo quy định hiện hành kể từ ngày quyết định này có hiệu lực thi hành.")}},
			paper.Section{Title: "Điều 2. ", Rest: []paper.Span{paper.Text("Quyết định này có hiệu lực kể từ ngày ký.")}},
			paper.Section{Title: "I. Những việc phải làm"},
			paper.Body{paper.Text("Văn phòng Ủy ban nhân dân xã, công chức Văn hóa - Xã hội, trưởng các thôn và các hộ có tên tại Điều 1 "), paper.Bold("chịu trách nhiệm"), paper.Text(" thi hành "), paper.Italic("Quyết định"), paper.Text(" này.")},
			paper.Last{paper.Text("Trưởng các thôn niêm yết danh sách tại nhà văn hóa thôn.")},
			paper.Closing{Recipients: []string{"- Như Điều 3;", "- UBND huyện (báo cáo);", "- Đảng ủy, HĐND xã;", "- Lưu: VT, LĐTBXH."}, Signers: []paper.Signer{{Right: "TM. Ủy ban nhân dân", Office: "Chủ tịch", Name: "Phạm Văn Định"}}},
		}},
		{Name: "Phụ lục", Landscape: true, Blocks: []paper.Block{
			paper.Annex{Number: "Phụ lục I", Title: "Danh sách hộ nghèo", Of: "(Kèm theo Quyết định số 05/QĐ-UBND ngày 02 tháng 01 năm 2021)"},
			paper.Space(6),
			households(30),
			paper.Closing{Signers: []paper.Signer{{Office: "Người lập biểu", Note: "(Ký, ghi rõ họ tên)"}, {Office: "Trưởng thôn"}, {Right: "TM. Ủy ban nhân dân", Office: "Chủ tịch"}}},
		}},
	}}
}

func households(n int) paper.Table {
	t := paper.Table{
		Widths: []float64{10, 50, 22, 30, 60, 20, 20, 30},
		Head: []paper.Row{
			{Shaded: true, Cells: []paper.Cell{paper.HeadCell("TT").Wide(1, 2), paper.HeadCell("Họ và tên chủ hộ").Wide(1, 2), paper.HeadCell("Ngày sinh").Wide(1, 2), paper.HeadCell("Dân tộc").Wide(1, 2), paper.HeadCell("Nơi ở").Wide(1, 2), paper.HeadCell("Điểm").Wide(2, 1), paper.HeadCell("Ghi chú").Wide(1, 2)}},
			{Shaded: true, Cells: []paper.Cell{paper.HeadCell("B1"), paper.HeadCell("B2")}},
		},
	}
	for i := range n {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(fmt.Sprint(i + 1))), paper.TextCell(paper.Text("Hà Thị Quỳnh Như")), paper.CentreCell(paper.Text("02/09/1961")), paper.TextCell(paper.Text("Thái")), paper.TextCell(paper.Text("thôn Bản Đồng Tâm, xã Phú Nghiêm")), paper.NumberCell("115"), paper.NumberCell("40"), {}}})
	}
	return t
}

// list is a document of the older layout, with cells over several rows.
func list(l *paper.Layout) *paper.Document {
	t := paper.Table{Widths: []float64{10, 50, 50, 30}, Head: []paper.Row{{Cells: []paper.Cell{paper.HeadCell("TT"), paper.HeadCell("Chủ hộ"), paper.HeadCell("Thành viên"), paper.HeadCell("Năm sinh")}}}}
	for i := range 14 {
		for k := range 4 {
			var cells []paper.Cell
			if k == 0 {
				cells = append(cells, paper.CentreCell(paper.Text(fmt.Sprint(i+1))).Wide(1, 4), paper.TextCell(paper.Bold("Lò Văn Ương")).Wide(1, 4))
			}
			t.Rows = append(t.Rows, paper.Row{Height: 6, Cells: append(cells, paper.TextCell(paper.Text("Lò Thị Nguyệt")), paper.NumberCell(fmt.Sprint(1980+k)))})
		}
	}
	return &paper.Document{Title: "Danh sách", Layout: l, Parts: []paper.Part{{Blocks: []paper.Block{head(l), paper.Title{Kind: "Danh sách"}, paper.Space(8), t,
		paper.Writing{Label: "Ý kiến:", Lines: 3},
		paper.Closing{Recipients: []string{"- Lưu: VT."}, Signers: []paper.Signer{{Right: "KT. Chủ tịch", Office: "Phó Chủ tịch"}}}}}}}
}

// form is two pages with boxes and tables; it stands for a survey form.
func form(n int, filled bool) paper.Part {
	answer := func(s string) string {
		if filled {
			return s
		}
		return ""
	}
	questions := paper.Table{Widths: []float64{8, 120, 32}}
	for i := range 26 {
		questions.Rows = append(questions.Rows, paper.Row{Height: 8, Cells: []paper.Cell{
			paper.CentreCell(paper.Text(fmt.Sprint(i + 1))),
			{Paragraphs: []paper.Paragraph{{Spans: []paper.Span{paper.Bold("Nguồn nước sinh hoạt chính của hộ "), paper.Tick(filled), paper.Text(" Có "), paper.Tick(false), paper.Text(" Không. "), paper.Text("1. Nước máy; 2. Giếng khoan; 3. Giếng đào được bảo vệ; 4. Nước mưa; 5. Khác "), paper.Dots(20)}}}},
			{Paragraphs: []paper.Paragraph{{Align: paper.Centre, Spans: []paper.Span{paper.Digits(2, answer("07"))}}, {Align: paper.Centre, Spans: []paper.Span{paper.Text("năm trước: " + answer("3")).Soft().Sized(8)}}}, Middle: true},
		}})
	}
	return paper.Part{Name: fmt.Sprintf("Hộ %d", n), Foot: fmt.Sprintf("Phiếu B · hộ %d", n), Blocks: []paper.Block{
		paper.Centred(paper.Bold("PHIẾU RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO").Sized(14)),
		paper.Paragraph{Before: 6, Spans: []paper.Span{paper.Text("Họ và tên chủ hộ: "), paper.Text(answer("Hà Thị Quỳnh Như")), paper.Fill()}},
		paper.Paragraph{Before: 6, Spans: []paper.Span{paper.Text("Số định danh: "), paper.Digits(12, answer("000123456789"))}},
		paper.Space(6), questions,
		paper.Closing{Signers: []paper.Signer{{Office: "Người trả lời"}, {Office: "Điều tra viên", Note: "(Ký, ghi rõ họ tên)"}}},
	}}
}

const vowels = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
const capitals = "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴ"

func letters(l *paper.Layout) *paper.Document {
	all := vowels + capitals + "đĐ₫²–…“”"
	return &paper.Document{Title: "Chữ", Layout: l, Parts: []paper.Part{{Blocks: []paper.Block{
		paper.Plain(paper.Text(all)), paper.Plain(paper.Bold(all)), paper.Plain(paper.Italic(all)),
		paper.Paragraph{Italic: true, Spans: []paper.Span{paper.Bold(all)}},
	}}}}
}
