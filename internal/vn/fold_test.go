package vn

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Nguyễn  Văn Á":              "nguyen van a",
		"nguyen van a":               "nguyen van a",
		"  Đặng   Thị Ngọc-Ánh. ":    "dang thi ngoc anh",
		"H'Hen Niê":                  "hhen nie",
		"CMND/CCCD":                  "cmnd cccd",
		"Số CMND (9 số)":             "so cmnd 9 so",
		"":                           "",
		"   ":                        "",
		"Thôn 3\u00a0– Xã Trung Lý":  "thon 3 xa trung ly",
		"ƯƠNG ươỲỵ":                  "uong uoyy",
		"Lo\u00adng":                 "long",
		"北京":                         "",
		"François Hélène Zoë Müller": "francois helene zoe muller",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldSeesNoDifferenceBetweenComposedAndDecomposed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(vietnameseName(), rapid.String()).Draw(t, "s")
		a, b := Fold(norm.NFC.String(s)), Fold(norm.NFD.String(s))
		if a != b {
			t.Fatalf("%q: NFC %q, NFD %q", s, a, b)
		}
		if again := Fold(a); again != a {
			t.Fatalf("folded twice: %q, once: %q", again, a)
		}
		for _, c := range a {
			if c != ' ' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				t.Fatalf("%q holds %q", a, c)
			}
		}
	})
}

func TestWords(t *testing.T) {
	if got := Words(Fold("Lò Thị  Pành")); len(got) != 3 || got[2] != "panh" {
		t.Errorf("%q", got)
	}
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"Nguyễn Văn Á", "nguyen van a", "NGUYEN VAN A"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
		})
	}
}

func BenchmarkAppendFold(b *testing.B) {
	var buf [64]byte
	for b.Loop() {
		AppendFold(buf[:0], "Nguyễn Văn Á")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
}
