package vn

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

var family = strings.Fields("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lường Vi Hà Lò Thao Giàng Sùng Mạc Quách Trịnh Cầm Lương Phùng Tống Doãn Khương")
var middle = strings.Fields("Văn Thị Hữu Đức Ngọc Minh Xuân Thu Đình Công Quang Bá Thế Trọng Khắc Mỹ Kim")
var given = strings.Fields("An Ánh Bình Chiến Cường Dũng Đào Giang Hằng Hòa Hùng Hường Khuê Lệ Liễu Long Lụa Mận Mỵ Nghĩa Nguyệt Nhàn Oanh Phúc Phượng Quyền Quỳnh Sửu Thảo Thìn Thủy Tuyết Uyên Vượng Xoan Yến Ý Ưng Ổn Pó Páo Dợ")

func vietnameseName() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(family).Draw(t, "family") + " " +
			rapid.SampledFrom(middle).Draw(t, "middle") + " " +
			rapid.SampledFrom(given).Draw(t, "given")
	})
}

// toTCVN3 writes as an ABC font's user does: the capital vowels with tone have
// no code, so the small letter's code stands for them too.
func toTCVN3(s string) string {
	codes := map[rune]rune{}
	for code, letter := range tcvn3 {
		if letter != 0 {
			codes[letter] = rune(code)
		}
	}
	return strings.Map(func(r rune) rune {
		if c, ok := codes[r]; ok {
			return c
		}
		if c, ok := codes[unicode.ToLower(r)]; ok {
			return c
		}
		return r
	}, norm.NFC.String(s))
}

func toVNI(s string) string {
	var out strings.Builder
	for _, r := range norm.NFC.String(s) {
		small, found := unicode.ToLower(r), ""
		for pair, to := range vniPairs {
			if to == small {
				found = string(pair[:])
			}
		}
		for from, to := range vniAlone {
			if to == small {
				found = string(from)
			}
		}
		switch {
		case found == "":
			out.WriteRune(r)
		case unicode.IsUpper(r):
			out.WriteString(strings.ToUpper(found))
		default:
			out.WriteString(found)
		}
	}
	return out.String()
}

func TestTCVN3Table(t *testing.T) {
	for in, want := range map[string]string{
		"NguyÔn V¨n A":                     "Nguyễn Văn A",
		"TrÇn ThÞ H»ng":                    "Trần Thị Hằng",
		"§ç §øc C­êng":                     "Đỗ Đức Cường",
		"Ph¹m Hång Th¸i":                   "Phạm Hồng Thái",
		"Bïi Quý Hîi":                      "Bùi Quý Hợi",
		"céng hoµ x· héi chñ nghÜa":        "cộng hoà xã hội chủ nghĩa",
		"®éc lËp - tù do - h¹nh phóc":      "độc lập - tự do - hạnh phúc",
		"Hä vµ tªn chñ hé":                 "Họ và tên chủ hộ",
		"Sè CMND, sè nhµ":                  "Số CMND, số nhà",
		"Ghi chó (nÕu cã)":                 "Ghi chú (nếu có)",
		"NGUYÔN THÞ LAN":                   "NGUYỄN THỊ LAN",
		"NguyÔn V¨n ¸nh":                   "Nguyễn Văn Ánh",
		"Lª THÞ HOA":                       "LÊ THỊ HOA",
		"DiÖn tÝch 30 m²; µ, ¶, ·, ¸, ¹":   "Diện tích 30 m²; à, ả, ã, á, ạ",
		"M­êng L¸t, Quan Hãa, B¸ Th­íc":    "Mường Lát, Quan Hóa, Bá Thước",
		"NhËn xÐt: s¶n xuÊt kÐm, hÕt g¹o":  "Nhận xét: sản xuất kém, hết gạo",
		"n÷a, s÷a, ®Ønh, ®Üa, nghØ, ngò":   "nữa, sữa, đỉnh, đĩa, nghỉ, ngũ",
		"Vò ThÞ Thuû, Kiều":                "Vò ThÞ Thuû, Kiều", // true Unicode beside it: left alone
		"kü thuËt, ®Þa chØ, mÑ, ®Ñp, cÑp":  "kỹ thuật, địa chỉ, mẹ, đẹp, cẹp",
		"b»ng, b¼ng, ½, b¾c, ch¾c, ngÆt":   "bằng, bẳng, ẵ, bắc, chắc, ngặt",
		"trÎ em, tÎ, vÏ, xÐt, xe, tÌ":      "trẻ em, tẻ, vẽ, xét, xe, tè",
		"tiÒn, biÓn, m×nh, tØnh, t×m, chÝ": "tiền, biển, mình, tỉnh, tìm, chí",
	} {
		if got := ToUnicode(in); got != want {
			t.Errorf("ToUnicode(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestTrueUnicodeIsNeverConverted(t *testing.T) {
	for _, s := range []string{
		"Nguyễn Văn Á", "Lê Hòa", "Hà", "Lê Thúy Hòa", "Tôn Thất Hùng", "Võ Thị Sáu", "Vò", "Bé", "Lý Thông", "Mùi", "Phóc", "Dòng", "Lò Thị Ín",
		"François Hollande", "Hélène", "Zoë", "Noël", "Raphaël", "Gaëtan", "Benoît", "Jérôme", "Côme", "Chloé", "Loïc", "Anaïs", "Béatrice", "tôt", "où", "Thaïs", "Maël",
		"Caïn", "Naïm", "Müller", "Björn", "Åse Øyvind", "Weiß", "Günther Löw", "Häußler", "José María Núñez", "São João", "Conceição", "Peña", "Çelik", "Işık", "Łukasz",
		"O’Brien", "Windows®", "© 2016", "30 m²", "25 °C", "5 µg", "µm", "1½ ha", "§ 5", "« Bonjour »", "«An»", "£5", "A·B", "±5%", "naïve café", "déjà vu", "garçon", "crème brûlée",
		"Thanh Hóa", "thị xã Sầm Sơn", "Sín Chải", "Xã Hà Sơn – Bá Thước", "ĐẶNG VĂN LÂM", "LÊ THỊ HÀ", "LÊ HÙNG", "TÔN THÚY", "Bình’s", "Ý", "À", "Â", "Ê a", "Ô tô, xe máy", "ô tô",
		norm.NFD.String("Nguyễn Văn Ánh"), norm.NFD.String("Lê Hòa"), norm.NFD.String("Tú"),
	} {
		if LooksTCVN3(s) {
			t.Errorf("%q taken for TCVN3", s)
		}
		if got := ToUnicode(s); got != norm.NFC.String(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestVietnameseNamesStayWhatTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := vietnameseName().Draw(t, "name")
		if rapid.Bool().Draw(t, "capitals") {
			s = strings.ToUpper(s)
		}
		if got := ToUnicode(s); got != s {
			t.Fatalf("%q became %q", s, got)
		}
		if got := ToUnicode(norm.NFD.String(s)); got != s {
			t.Fatalf("decomposed %q became %q", s, got)
		}
	})
}

func TestColumnOfLegacyNamesComesBack(t *testing.T) {
	for _, c := range []struct {
		as    Encoding
		write func(string) string
	}{{TCVN3, toTCVN3}, {VNI, toVNI}} {
		t.Run(c.as.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				names := rapid.SliceOfN(vietnameseName(), 3, 30).Draw(t, "names")
				column := make([]string, len(names))
				legacy := 0
				for i, n := range names {
					column[i] = c.write(n)
					if !isASCII(n) {
						legacy++
					}
				}
				as := DetectColumn(column)
				if as == Unknown && legacy < 5 {
					return // too little to tell
				}
				if as != c.as {
					t.Fatalf("%q: taken for %v", column, as)
				}
				for i, s := range column {
					if got, _ := as.Convert(s); got != names[i] {
						t.Fatalf("%q became %q, want %q", s, got, names[i])
					}
				}
			})
		})
	}
}

func TestColumnOfTrueNamesIsNotLegacy(t *testing.T) {
	french := strings.Fields("François Hélène Zoë Noël Raphaël Gaëtan Benoît Jérôme Côme Chloé Loïc Anaïs Béatrice Maël Renée Gérard Aïcha Eugène Joël Mickaël Léa Théo Cécile André Solène Inès")
	rapid.Check(t, func(t *rapid.T) {
		foreign := rapid.SliceOfNDistinct(rapid.SampledFrom(french), 1, 20, rapid.ID).Draw(t, "french")
		if as := DetectColumn(foreign); as == TCVN3 || as == VNI {
			t.Fatalf("%q taken for %v", foreign, as)
		}
		own := rapid.SliceOfN(vietnameseName(), 1, 30).Draw(t, "own")
		if as := DetectColumn(own); as != Unicode && as != Unknown {
			t.Fatalf("%q taken for %v", own, as)
		}
		latin := rapid.SliceOfN(rapid.SampledFrom([]string{"Hà", "Hòa", "Hùng", "Lê", "Tú", "Bình", "Tâm", "Mùi", "Thìn", "Bé", "Tý", "Lý", "Lò", "Sáu", "Hai"}), 1, 30).Draw(t, "latin")
		if as := DetectColumn(latin); as != Unknown {
			t.Fatalf("%q taken for %v", latin, as)
		}
	})
}

func TestAmbiguousNameFollowsItsColumn(t *testing.T) {
	column := []string{"Phóc", "Dòng", "Hïng", "V¨n", "TrÇn"}
	if as := DetectColumn(column); as != TCVN3 {
		t.Fatal(as)
	}
	if got, changed := TCVN3.Convert("Phóc"); got != "Phúc" || !changed {
		t.Error(got, changed)
	}
	if got := ToUnicode("Phóc"); got != "Phóc" {
		t.Error("alone it must stay:", got)
	}
	if as := DetectColumn(append(column, "Nguyễn Văn Phúc")); as != Mixed {
		t.Error(as)
	}
}

func TestBytesOfCSV(t *testing.T) {
	text := "STT;Chủ hộ\n1;Nguyễn Văn Á\n2;Trần Thị Hằng\n3;Đỗ Đức Cường\n"
	latin := func(s string) string { out, _ := charmap.Windows1252.NewEncoder().String(s); return out }
	windows := func(s string) string {
		// Windows-1258 keeps â ê ô ă ơ ư đ and writes the tone behind them.
		var out strings.Builder
		for _, r := range norm.NFC.String(s) {
			if v, ok := vowels[unicode.ToLower(r)]; ok && v.tone != level {
				base := v.base
				if unicode.IsUpper(r) {
					base = unicode.ToUpper(base)
				}
				out.WriteRune(base)
				out.WriteRune([]rune{0, 0x300, 0x309, 0x303, 0x301, 0x323}[v.tone])
				continue
			}
			out.WriteRune(r)
		}
		b, err := charmap.Windows1258.NewEncoder().String(out.String())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	utf16 := func(s string, big bool) string {
		var b []byte
		for _, r := range "\ufeff" + s {
			lo, hi := byte(r), byte(r>>8)
			if big {
				b = append(b, hi, lo)
			} else {
				b = append(b, lo, hi)
			}
		}
		return string(b)
	}
	for _, c := range []struct {
		name, raw string
		want      Bytes
	}{
		{"UTF-8", text, UTF8},
		{"UTF-8 with mark", "\ufeff" + text, UTF8},
		{"UTF-16 little", utf16(text, false), UTF16LE},
		{"UTF-16 big", utf16(text, true), UTF16BE},
		{"Windows-1258", windows(text), Windows1258},
		{"TCVN3", latin(toTCVN3(text)), TCVN3Bytes},
		{"VNI", latin(toVNI(text)), VNIBytes},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := DetectBytes(strings.NewReader(c.raw))
			if err != nil || got != c.want {
				t.Fatal(got, err)
			}
			var out strings.Builder
			buf := make([]byte, 64)
			r := Decode(strings.NewReader(c.raw), got)
			for {
				n, err := r.Read(buf)
				out.Write(buf[:n])
				if err != nil {
					break
				}
			}
			back := out.String()
			if e := got.Cells(); e != Unknown {
				cells := regexp.MustCompile(`[^;\n]+`)
				back = cells.ReplaceAllStringFunc(back, func(s string) string { s, _ = e.Convert(s); return s })
			}
			if back != text {
				t.Errorf("got %q", back)
			}
		})
	}
}

func TestBytesThatAreNoTextNameTheLine(t *testing.T) {
	for name, c := range map[string]struct{ raw, line, code string }{
		"one spoilt line in UTF-8": {"Nguyễn\nTrần\nPhạm\nLê\nHồ\nĐỗ\xff\xc3\n", "6", "broken"},
		"NUL":                      {"a\nb\x00c\n", "2", "binary"},
		"Cyrillic bytes":           {"a\nb\n\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\n", "3", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := DetectBytes(strings.NewReader(c.raw))
			if err == nil || !strings.Contains(err.Error(), "ng "+c.line+" ") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestLongLineIsCutBetweenLetters(t *testing.T) {
	for pad := range 4 {
		s := strings.Repeat("x", pad) + strings.Repeat("ễ", 100000)
		if got, err := DetectBytes(strings.NewReader(s)); err != nil || got != UTF8 {
			t.Fatal(pad, got, err)
		}
	}
}

func FuzzTCVN3(f *testing.F) {
	for _, s := range []string{"NguyÔn V¨n A", "Nguyễn Văn A", "François", "Nguyeãn Vaên A", "\xff\xfe", "LÊ HÒA", "·"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := ToUnicode(s)
		if !norm.NFC.IsNormalString(once) {
			t.Fatalf("%q became %q, not composed", s, once)
		}
		for _, e := range []Encoding{TCVN3, VNI} {
			if out, _ := e.Convert(s); !norm.NFC.IsNormalString(out) {
				t.Fatalf("%v: %q became %q, not composed", e, s, out)
			}
		}
		if isASCII(s) && once != s {
			t.Fatalf("ASCII %q became %q", s, once)
		}
		DetectBytes(strings.NewReader(s))
	})
}

func BenchmarkToUnicode(b *testing.B) {
	for _, s := range []string{"Nguyễn Văn Á", "NguyÔn V¨n A", "Le Hoa"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				ToUnicode(s)
			}
		})
	}
}
