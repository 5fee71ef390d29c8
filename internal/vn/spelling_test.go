package vn

import "testing"

func TestOneWordTypedInManyWaysIsOneSpelling(t *testing.T) {
	for _, words := range [][]string{
		{"hoà", "hòa", "HÒA", "Hoaf", "hoa2", "ho\u0061\u0300"},
		{"Thuý", "Thúy", "thuys", "THU\u0059\u0301", "Thuy1"},
		{"Lý", "Lí", "lys", "lis"},
		{"Mỹ", "Mĩ", "Myx", "My4"},
		{"Nguyễn", "Nguyeenx", "nguyeexn", "Nguye6n4", "NGUYE64N", "nguyênx", "nguyenex"},
		{"Đỗ", "Ddoox", "D9o64", "DDOOX", "Ðỗ", "ddox" + "o"},
		{"Văn", "Vawn", "Va8n"},
		{"Phượng", "Phuwowngj", "Phuongwj", "Phu7o7ng5", "phuong75"},
		{"Quý", "Quí", "quys"},
		{"Thị", "Thij", "Thi5"},
		{"Lương", "Luwowng", "Luong7"},
	} {
		first := Spell(words[0])
		for _, w := range words[1:] {
			if got := Spell(w); got.Marked != first.Marked || got.Bare != first.Bare {
				t.Errorf("%s reads %q, %s reads %q", w, got.Marked, words[0], first.Marked)
			}
		}
	}
}

func TestWordsThatDifferStayApart(t *testing.T) {
	for _, pair := range [][2]string{{"Hoà", "Hoá"}, {"Hoa", "Hòa"}, {"Mai", "May"}, {"Thúy", "Thúi"}, {"Tuấn", "Tuần"}, {"Dung", "Dũng"}, {"Đỗ", "Dỗ"}, {"Thoong", "Thông"}, {"Minh", "Mịnh"}} {
		if a, b := Spell(pair[0]), Spell(pair[1]); a.Marked == b.Marked {
			t.Errorf("%s and %s both read %q", pair[0], pair[1], a.Marked)
		}
	}
	for _, word := range []string{"Xoan", "Sen", "Trang", "Dung", "Thoong", "Rơi", "Sơn", "Dơ", "Xia"} {
		if Spell(word).Keys {
			t.Errorf("%s is read as typed keys", word)
		}
	}
}

func FuzzSpell(f *testing.F) {
	for _, s := range []string{"Nguyeenx", "Va8n", "hoà", "", "w", "ddd", "\xff", "qu7o7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := Spell(s)
		if again := Fold(a.Bare); again != a.Bare {
			t.Errorf("%q: bare %q folds to %q", s, a.Bare, again)
		}
		if b := Spell(NFC(s)); a != b {
			t.Errorf("%q reads %v, composed %v", s, a, b)
		}
	})
}
