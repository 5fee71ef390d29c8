package vn

import "testing"

func TestTypedTextLosesWhatNobodySees(t *testing.T) {
	const typed = "  Bản\tÓn \r\nhọp\x00 l\u200b\u202eần  hai  "
	if got := Line(typed); got != "Bản Ón họp lần hai" {
		t.Errorf("%q", got)
	}
	if got := Lines(typed); got != "Bản Ón \nhọp lần  hai" {
		t.Errorf("%q", got)
	}
}
