package fault_test

import (
	"errors"
	"testing"

	"giamngheo/internal/fault"
)

func TestRefusalsTogetherSayEachFieldOnce(t *testing.T) {
	a := fault.New(fault.Invalid, "a", "a", fault.Field{Name: "day", Message: "no day"})
	b := fault.New(fault.Invalid, "b", "b", fault.Field{Name: "day", Message: "later"}, fault.Field{Name: "words", Message: "no words"})
	f := fault.As(fault.Together(nil, a, nil, b), "")
	if f.Code != "a" || len(f.Fields) != 2 || f.Fields[0].Message != "no day" || f.Fields[1].Name != "words" {
		t.Errorf("%s %+v", f.Code, f.Fields)
	}
	if fault.Together(nil, nil) != nil {
		t.Error("nothing is wrong, and still refused")
	}
	broken := errors.New("disk full")
	if err := fault.Together(a, broken); !errors.Is(err, broken) {
		t.Errorf("a broken machine is hidden behind %v", err)
	}
}
