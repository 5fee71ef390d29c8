package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// What the desk bears. A file belongs to whoever brought it, and lies here an
// hour at most: long enough to read what is wrong with it.
const (
	heldFor     = time.Hour
	mostOwn     = 3       // deliveries of one account
	mostAll     = 300     // of all accounts
	mostHeld    = 8 << 30 // bytes of all files
	mostUploads = 16      // files coming in at the same time
	atOnce      = 2       // files being read at the same time
	heldPrefix  = "giamngheo-nhap-"
)

// The kinds of deliveries.
const (
	ofHouseholds = "households"
	ofForms      = "forms"
	ofVillages   = "villages"
	ofBoundaries = "boundaries"
	ofUndo       = "undo"
)

// delivery is one file on its way in, or one import on its way out again.
// What changes while it is worked on is guarded by the desk.
type delivery struct {
	id, owner, kind string
	name            string // of the file
	round           string
	form            string // its code, of a sheet of forms
	area            string // code; "" for the owner's own
	place           string // the area's name
	day, property   string // of boundaries
	operation       string // of an undo
	reason          string
	file            *heldFile

	busy, running bool // accepted; its turn has come
	writing       bool // more than a look at it
	passes, pass  int  // how often the sheets are gone through
	done, total   int64
	report        *exchange.Report
	outlines      *exchange.Boundaries
	undone        int
	err           error
	settledAt     time.Time
}

// applied says whether the delivery is in force.
func (d *delivery) applied() bool {
	switch d.kind {
	case ofBoundaries:
		return !d.busy && d.outlines != nil && d.outlines.Applied
	case ofUndo:
		return !d.busy && d.err == nil
	}
	return !d.busy && d.report != nil && d.report.Applied
}

// ready says whether it was looked at and can be written.
func (d *delivery) ready() bool {
	if d.kind == ofBoundaries {
		return !d.busy && d.err == nil && d.outlines != nil && !d.outlines.Applied && d.file != nil
	}
	return !d.busy && d.err == nil && d.report != nil && !d.report.Blocked && !d.report.Applied && d.report.Create+d.report.Update > 0 && d.file != nil
}

// heldFile is what was uploaded, in a private file. Where the system allows it
// has no name: nothing is left of it even after a crash.
type heldFile struct {
	*os.File
	size  int64
	users int
	done  bool
}

func newHeldFile() (*heldFile, error) {
	f, err := os.CreateTemp("", heldPrefix+"*")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name()) // some systems refuse: discard removes it then
	return &heldFile{File: f}, nil
}

func (f *heldFile) discard() {
	f.Close()
	os.Remove(f.Name())
}

// removeLeftovers removes the files of a program that died on a system where
// open files keep their names.
func removeLeftovers() {
	names, _ := filepath.Glob(filepath.Join(os.TempDir(), heldPrefix+"*"))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > heldFor {
			os.Remove(name) // one that is in use refuses
		}
	}
}

// importDesk takes in files and works on them in the background, a few at a
// time. Its zero value is ready.
type importDesk struct {
	mu      sync.Mutex
	once    sync.Once
	turn    chan struct{}
	all     []*delivery // oldest first
	uploads map[string]*upload
	coming  int64 // bytes that uploads under way may bring
}

// upload is a file that comes in; a newer one of the same account ends it.
type upload struct {
	owner  string
	bytes  int64
	ousted bool
}

// expect makes room for a file of at most so many bytes.
func (d *importDesk) expect(owner string, bytes int64) (*upload, error) {
	d.once.Do(func() {
		d.turn = make(chan struct{}, atOnce)
		removeLeftovers()
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	if err := d.busyOf(owner); err != nil {
		return nil, err
	}
	if d.uploads == nil {
		d.uploads = map[string]*upload{}
	}
	if old := d.uploads[owner]; old != nil {
		old.ousted = true
	} else if len(d.uploads) >= mostUploads {
		return nil, errDeskFull()
	}
	if !d.fits(bytes) {
		return nil, errDeskFull()
	}
	u := &upload{owner: owner, bytes: bytes}
	d.uploads[owner] = u
	d.coming += bytes
	return u, nil
}

func errDeskFull() error { return fault.New(fault.Busy, "imports_full", text.T("web.import.full")) }

// busyOf refuses a second work of an account while the first is under way.
func (d *importDesk) busyOf(owner string) error {
	for _, o := range d.all {
		if o.owner == owner && o.busy {
			return fault.New(fault.Conflict, "import_busy", text.T("web.import.one_at_a_time", "file", o.name))
		}
	}
	return nil
}

// fits drops what lies longest until there is room.
func (d *importDesk) fits(bytes int64) bool {
	held := d.coming + bytes
	for _, o := range d.all {
		if o.file != nil {
			held += o.file.size
		}
	}
	for i := 0; i < len(d.all) && (held > mostHeld || len(d.all) >= mostAll); {
		if o := d.all[i]; !o.busy {
			if o.file != nil {
				held -= o.file.size
			}
			d.drop(o)
		} else {
			i++
		}
	}
	return held <= mostHeld && len(d.all) < mostAll
}

func (d *importDesk) isOusted(u *upload) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return u.ousted
}

// ended gives the room of an upload free again.
func (d *importDesk) ended(u *upload) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.coming -= u.bytes
	if d.uploads[u.owner] == u {
		delete(d.uploads, u.owner)
	}
}

// put takes a delivery in; the oldest of the same account make room.
func (d *importDesk) put(o *delivery) error {
	d.once.Do(func() { d.turn = make(chan struct{}, atOnce) })
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	if err := d.busyOf(o.owner); err != nil {
		return err
	}
	own := 0
	for _, other := range slices.Backward(slices.Clone(d.all)) {
		if other.owner == o.owner {
			if own++; own >= mostOwn {
				d.drop(other)
			}
		}
	}
	o.id, o.busy = db.NewID(), true
	d.all = append(d.all, o)
	return nil
}

// sweep removes what has lain long enough.
func (d *importDesk) sweep() {
	for _, o := range slices.Clone(d.all) {
		if !o.busy && time.Since(o.settledAt) >= heldFor {
			d.drop(o)
		}
	}
}

func (d *importDesk) drop(o *delivery) {
	d.release(o)
	d.all = slices.DeleteFunc(d.all, func(other *delivery) bool { return other == o })
}

// release gives a file up once nobody reads it any more.
func (d *importDesk) release(o *delivery) {
	if f := o.file; f != nil {
		o.file = nil
		if f.done = true; f.users == 0 {
			f.discard()
		}
	}
}

// errGone is the same for what never was, what is another's, and what is no
// longer kept.
func errGone() error { return fault.New(fault.NotFound, "import_gone", text.T("web.import.gone")) }

func (d *importDesk) find(owner, id string) (*delivery, error) {
	i := slices.IndexFunc(d.all, func(o *delivery) bool { return o.id == id && o.owner == owner })
	if i < 0 {
		return nil, errGone()
	}
	return d.all[i], nil
}

// see gives the delivery as it stands.
func (d *importDesk) see(owner, id string) (delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	o, err := d.find(owner, id)
	if err != nil {
		return delivery{}, err
	}
	return *o, nil
}

// of lists what an account has here, newest first.
func (d *importDesk) of(owner string) (list []delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	for _, o := range slices.Backward(d.all) {
		if o.owner == owner {
			list = append(list, *o)
		}
	}
	return list
}

// hold keeps the file open for a reader; the function given back ends that.
func (d *importDesk) hold(owner, id string) (*heldFile, func(), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, err := d.find(owner, id)
	if err != nil {
		return nil, nil, err
	}
	f := o.file
	if f == nil {
		return nil, nil, errGone()
	}
	f.users++
	return f, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if f.users--; f.users == 0 && f.done {
			f.discard()
		}
	}, nil
}

// again sends a delivery through once more, to be written or only looked at.
// A second click finds it busy or in force already and changes nothing.
func (d *importDesk) again(owner, id string, writing bool) (*delivery, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, err := d.find(owner, id)
	if err != nil {
		return nil, false, err
	}
	if o.busy || o.file == nil || writing && !o.ready() {
		return o, false, nil
	}
	if err := d.busyOf(owner); err != nil {
		return nil, false, err
	}
	o.busy, o.running, o.writing, o.err = true, false, writing, nil
	o.done, o.total, o.pass = 0, 0, 0
	return o, true, nil
}

// remove forgets a delivery that its owner does not want any more.
func (d *importDesk) remove(owner, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, err := d.find(owner, id)
	if err == nil && !o.busy {
		d.drop(o)
	}
	return err
}

// run works on a delivery in the background, when its turn comes.
func (p *Pages) run(by *account.Actor, o *delivery) {
	d := &p.desk
	background := p.Background
	if background == nil {
		background = func(do func(context.Context)) { go do(context.Background()) }
	}
	background(func(ctx context.Context) {
		select {
		case d.turn <- struct{}{}:
		case <-ctx.Done():
			d.settle(o, func(*delivery) { o.err = errGone() })
			return
		}
		defer func() { <-d.turn }()
		d.mu.Lock()
		o.running = true
		held, see := o.file, *o
		d.mu.Unlock()
		result, err := p.work(ctx, by, held, &see, o)
		if err != nil {
			f := fault.As(err, text.T("web.error.internal.title"))
			if f.Kind == fault.Internal {
				p.Log.Error("import failed", "id", f.ID, "kind", see.kind, "error", fault.Log(f))
			}
			err = f
		}
		d.settle(o, func(o *delivery) {
			o.err = err
			if err == nil {
				o.report, o.outlines, o.undone = result.report, result.outlines, result.undone
			}
		})
	})
}

func (d *importDesk) settle(o *delivery, how func(*delivery)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	how(o)
	o.busy, o.running, o.settledAt = false, false, time.Now()
	// What is in force, and what could not even be read, needs no file any more.
	if o.applied() || o.err != nil && !o.writing {
		d.release(o)
	}
	time.AfterFunc(heldFor, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.sweep()
	})
}

// progress notes how far the reading of a file is. A sheet begins anew at
// nothing: the next pass.
func (d *importDesk) progress(o *delivery) func(done, total int64) {
	return func(done, total int64) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if done < o.done && o.pass < o.passes-1 {
			o.pass++
		}
		o.done, o.total = done, total
	}
}

// share is how far the work is, in thousandths; false where nobody knows.
func (d *delivery) share() (int, bool) {
	if d.total <= 0 || d.passes == 0 {
		return 0, false
	}
	part := 1000 * min(d.done, d.total) / d.total
	return (d.pass*1000 + int(part)) / d.passes, true
}

// guarded turns a panic over a hostile file into an error: the program and
// everybody else's work go on.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// baseName is the name of a file as people know it: some browsers send the
// whole path.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[:60]) + "…" + string(r[len(r)-50:])
	}
	return name
}
