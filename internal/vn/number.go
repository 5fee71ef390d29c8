package vn

import (
	"math"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// ParseInt reads a whole number as people type it: 1234567, 1.234.567,
// 1,234,567, 1 234 567, a minus before it; 110.0 as some programs write 110.
func ParseInt(s string) (int64, error) {
	plain, ok := normalise(s, true)
	if head, tail, _ := strings.Cut(plain, "."); strings.Trim(tail, "0") == "" {
		plain = head
	}
	if ok && !strings.Contains(plain, ".") {
		if n, err := strconv.ParseInt(plain, 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, fault.New(fault.Invalid, "number_whole", text.T("vn.number.whole", "text", clip(s)))
}

// ParseNumber reads a number with decimals: 12,5 or 12.5, 1.234,5 or 1,234.5.
// A dot before exactly three digits groups thousands, as written here; a lone
// comma before exactly three digits could mean either and is refused.
func ParseNumber(s string) (float64, error) {
	plain, ok := normalise(s, false)
	if ok {
		if f, err := strconv.ParseFloat(plain, 64); err == nil && !math.IsInf(f, 0) {
			return f, nil
		}
	}
	return 0, fault.New(fault.Invalid, "number_form", text.T("vn.number.form", "text", clip(s)))
}

// normalise brings a number to digits, a dot and a minus, or fails.
func normalise(s string, whole bool) (string, bool) {
	s = strings.TrimSpace(s)
	minus := strings.HasPrefix(s, "-")
	if minus {
		s = s[1:]
	}
	for i := 0; i < len(s); i++ { // the plain case, by far the commonest
		if s[i] < '0' || s[i] > '9' {
			return grouped(s, minus, whole)
		}
	}
	return sign(minus, s), s != ""
}

func grouped(s string, minus, whole bool) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if r == 0xA0 || r == 0x202F {
			return ' '
		}
		return r
	}, s)
	dots, commas, spaces := strings.Count(s, "."), strings.Count(s, ","), strings.Count(s, " ")
	group, decimal := byte(0), byte(0)
	switch {
	case dots > 0 && commas > 0 && spaces > 0:
		return "", false
	case dots > 0 && commas > 0:
		group, decimal = '.', ','
		if strings.LastIndexByte(s, '.') > strings.LastIndexByte(s, ',') {
			group, decimal = ',', '.'
		}
	case spaces > 0:
		group = ' '
		if dots+commas > 0 {
			decimal = s[strings.IndexAny(s, ".,")]
		}
	case dots > 1 || dots == 1 && threeDigitsAfter(s, "."):
		group = '.'
	case commas > 1 || whole && commas == 1 && threeDigitsAfter(s, ","):
		group = ','
	case commas == 1 && threeDigitsAfter(s, ","):
		return "", false
	case dots == 1:
		decimal = '.'
	case commas == 1:
		decimal = ','
	}
	head, tail := s, ""
	if decimal != 0 {
		i := strings.IndexByte(s, decimal)
		head, tail = s[:i], s[i+1:]
		if !allDigits(tail) {
			return "", false
		}
		tail = "." + tail
	}
	if group != 0 {
		parts := strings.Split(head, string(group))
		for i, p := range parts {
			if !allDigits(p) || i > 0 && len(p) != 3 || i == 0 && len(p) > 3 {
				return "", false
			}
		}
		head = strings.Join(parts, "")
	}
	if !allDigits(head) {
		return "", false
	}
	return sign(minus, head+tail), true
}

// threeDigitsAfter: as in 1.500, but not 0.125, which nobody groups.
func threeDigitsAfter(s, sep string) bool {
	head, tail, _ := strings.Cut(s, sep)
	return len(tail) == 3 && head != "" && !strings.HasPrefix(head, "0")
}

func sign(minus bool, s string) string {
	if minus {
		return "-" + s
	}
	return s
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// FormatInt writes a whole number with dots between thousands: 1.234.567.
func FormatInt(n int64) string {
	return groupDots(strconv.FormatInt(n, 10))
}

func groupDots(s string) string {
	minus := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if len(s) <= 3 {
		return sign(minus, s)
	}
	b := make([]byte, 0, len(s)+len(s)/3+1)
	if minus {
		b = append(b, '-')
	}
	for i := 0; i < len(s); i++ {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, '.')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// FormatDecimal writes a number rounded to so many decimals: 1.234,50.
func FormatDecimal(f float64, decimals int) string {
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	head, tail, cut := strings.Cut(s, ".")
	if head == "NaN" || strings.HasSuffix(head, "Inf") {
		return s
	}
	if strings.Trim(s, "-0.") == "" {
		head = strings.TrimPrefix(head, "-") // no "-0,00"
	}
	if !cut {
		return groupDots(head)
	}
	return groupDots(head) + "," + tail
}

// FormatPercent writes a share of 1 as a percentage: FormatPercent(0.1351, 2) is "13,51%".
func FormatPercent(share float64, decimals int) string {
	return FormatDecimal(share*100, decimals) + "%"
}

// clip keeps a quoted text short enough for a message.
func clip(s string) string {
	const most = 40
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
