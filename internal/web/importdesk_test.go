package web

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
)

// brought puts a delivery with a file on the desk, looked at already.
func brought(t *testing.T, d *importDesk, owner string) *delivery {
	t.Helper()
	f, err := newHeldFile()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.discard() })
	if _, err := f.WriteString("Chủ hộ\n"); err != nil {
		t.Fatal(err)
	}
	f.size = 9
	o := &delivery{owner: owner, kind: ofHouseholds, file: f}
	if err := d.put(o); err != nil {
		t.Fatal(err)
	}
	return o
}

func looked(d *importDesk, o *delivery) {
	d.settle(o, func(o *delivery) { o.report = &exchange.Report{Rows: 1, Update: 1} })
}

// open says whether a file can still be read.
func open(f *heldFile) bool {
	_, err := f.ReadAt(make([]byte, 1), 0)
	return !errors.Is(err, os.ErrClosed)
}

func TestAnAccountWorksOnOneFileAtATime(t *testing.T) {
	var d importDesk
	first := brought(t, &d, "loan")
	if err := d.put(&delivery{owner: "loan"}); fault.Of(err) != fault.Conflict {
		t.Errorf("a second one while the first is under way: %v", err)
	}
	if _, err := d.expect("loan", 1); fault.Of(err) != fault.Conflict {
		t.Errorf("an upload while the first is under way: %v", err)
	}
	brought(t, &d, "hanh")
	looked(&d, first)
	if _, begun, _ := d.again("loan", first.id, true); !begun {
		t.Error("a file without faults cannot be written")
	}
	if _, begun, _ := d.again("loan", first.id, true); begun {
		t.Error("a second click writes it twice")
	}
}

func TestTheDeskKeepsLittle(t *testing.T) {
	var d importDesk
	var all []*delivery
	for range mostOwn + 2 {
		o := brought(t, &d, "loan")
		looked(&d, o)
		all = append(all, o)
	}
	if n := len(d.of("loan")); n != mostOwn {
		t.Errorf("%d are kept, not %d", n, mostOwn)
	}
	if _, err := d.see("loan", all[0].id); fault.Of(err) != fault.NotFound {
		t.Errorf("the oldest is still there: %v", err)
	}
}

func TestAFileLiesAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d importDesk
		o := brought(t, &d, "loan")
		file := o.file
		time.Sleep(3 * heldFor) // a long work keeps its file
		if _, err := d.see("loan", o.id); err != nil || !open(file) {
			t.Fatal("the file went while it was worked on:", err)
		}
		looked(&d, o)
		time.Sleep(heldFor - time.Second)
		if _, err := d.see("loan", o.id); err != nil {
			t.Fatal("gone too early:", err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if open(file) { // nobody asked for it meanwhile
			t.Error("the file is still open after an hour")
		}
		if _, err := d.see("loan", o.id); fault.Of(err) != fault.NotFound {
			t.Errorf("after an hour: %v", err)
		}
	})
}

func TestAFileStaysWhileSomebodyReadsIt(t *testing.T) {
	var d importDesk
	o := brought(t, &d, "loan")
	looked(&d, o)
	file, letGo, err := d.hold("loan", o.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.remove("loan", o.id); err != nil || !open(file) {
		t.Error("it went under the reader:", err)
	}
	letGo()
	if open(file) {
		t.Error("it stays after the reader")
	}
}

func TestAFileHasNoNameOnTheDisk(t *testing.T) {
	f, err := newHeldFile()
	if err != nil {
		t.Fatal(err)
	}
	defer f.discard()
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := os.Stat(f.Name()); err == nil {
		t.Error("others can open it by its name")
	}
}

func TestUploadsAreBounded(t *testing.T) {
	var d importDesk
	old, err := d.expect("loan", 1)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.expect("loan", 1)
	if err != nil || !d.isOusted(old) || d.isOusted(again) {
		t.Errorf("a newer upload does not end the older one: %v", err)
	}
	d.ended(old)
	if d.uploads["loan"] != again {
		t.Error("the end of the older one ends the newer one")
	}
	for i := range mostUploads - 1 {
		if _, err := d.expect(fmt.Sprint("ai", i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.expect("hanh", 1); fault.Of(err) != fault.Busy {
		t.Errorf("one too many: %v", err)
	}
	d.ended(again)
	if _, err := d.expect("hanh", mostHeld); fault.Of(err) != fault.Busy {
		t.Errorf("more than the disk may bear: %v", err)
	}
	if _, err := d.expect("hanh", 1); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

func TestAPanicOverAFileIsAnError(t *testing.T) {
	if err := guarded(func() error { panic("a hostile cell") }); err == nil {
		t.Error("no error")
	}
}

func TestNamesOfFiles(t *testing.T) {
	for from, want := range map[string]string{`C:\Users\Loan\hộ.xlsx`: "hộ.xlsx", "/home/a/b.csv": "b.csv", "a\r\nSet-Cookie: x.csv": "aSet-Cookie: x.csv", "": "", `..\`: ""} {
		if got := baseName(from); got != want {
			t.Errorf("%q gives %q, not %q", from, got, want)
		}
	}
}
