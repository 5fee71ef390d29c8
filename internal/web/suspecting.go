package web

import (
	"context"
	"net/http"
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const pathSuspecting = PathSuspicions + "/tien-do"

// suspectDesk holds the searches for suspected pairs, one an account. One runs at a
// time: each takes the machine's cores. Its zero value is ready.
type suspectDesk struct {
	mu   sync.Mutex
	turn sync.Mutex
	jobs map[string]*suspectJob
}

type suspectJob struct {
	place string
	stage string // "" waits for its turn
	unit  int    // of so many units
	units int
	ended bool
	done  household.Searched
	err   *fault.Error
}

// begin takes a search of the account on, or says that one is under way.
func (d *suspectDesk) begin(owner, place string) (*suspectJob, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if j := d.jobs[owner]; j != nil && !j.ended {
		return nil, fault.New(fault.Busy, "searching", text.T("web.suspicion.searching"))
	}
	if d.jobs == nil {
		d.jobs = map[string]*suspectJob{}
	}
	j := &suspectJob{place: place}
	d.jobs[owner] = j
	return j, nil
}

func (d *suspectDesk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// bar shows the account's search; ok is false where there is none.
func (d *suspectDesk) bar(owner string) (bar view.Progress, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	j := d.jobs[owner]
	if j == nil {
		return bar, false
	}
	bar = view.Progress{ID: "tim-lai", Label: text.T("web.suspicion.search_of", "area", j.place)}
	switch {
	case j.err != nil:
		bar.Failed, bar.Total = j.err.Message, 1
	case j.ended:
		bar.Done, bar.Total = 1, 1
		bar.Words = text.T("web.suspicion.searched", "people", vn.FormatInt(int64(j.done.People)), "found", vn.FormatInt(int64(j.done.Found)), "fresh", vn.FormatInt(int64(j.done.Fresh)), "gone", vn.FormatInt(int64(j.done.Gone)))
	default:
		bar.Poll = pathSuspecting
		bar.Words = text.T("web.suspicion.stage.waiting")
		if j.stage != "" {
			bar.Words = text.T("web.suspicion.stage." + j.stage)
			if j.units > 1 {
				bar.Done, bar.Total = j.unit, j.units
			}
		}
	}
	return bar, true
}

// suspectAgain searches an area in the background.
func (p *Pages) suspectAgain(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, by := typedUser{typed: r.PostForm}, p.registrar(r)
	root := area.ID(r.PostForm.Get(paramArea))
	v, ok := p.Tree().On(root, p.Today())
	if !ok || by.Scope.Check(p.Tree(), root) != nil {
		f.wrong = []fault.Field{{Name: paramArea, Message: text.T("web.import.area_missing")}}
		return p.showSuspicions(w, r, http.StatusUnprocessableEntity, f)
	}
	job, err := p.suspects.begin(by.ID, v.FullName)
	if err != nil {
		return err
	}
	background := p.Background
	if background == nil {
		background = func(do func(context.Context)) { go do(context.Background()) }
	}
	background(func(ctx context.Context) {
		p.suspects.turn.Lock()
		defer p.suspects.turn.Unlock()
		done, err := p.Households.Suspect(ctx, by, root, func(stage string, unit, units int) {
			p.suspects.set(func() { job.stage, job.unit, job.units = stage, unit, units })
		})
		var failed *fault.Error
		if err != nil {
			failed = fault.As(err, text.T("web.error.internal.title"))
			if failed.Kind == fault.Internal {
				p.Log.Error("search for suspected pairs", "id", failed.ID, "error", fault.Log(failed))
			}
		}
		p.suspects.set(func() { job.ended, job.done, job.err = true, done, failed })
	})
	return SeeOther(w, r, PathSuspicions)
}

// suspecting answers how far the reader's own search is.
func (p *Pages) suspecting(w http.ResponseWriter, r *http.Request) error {
	bar, ok := p.suspects.bar(p.registrar(r).ID)
	if !ok {
		return fault.New(fault.NotFound, "no_search", text.T("web.suspicion.no_search"))
	}
	if bar.Poll == "" && bar.Failed == "" {
		bar.Then = PathSuspicions
	}
	return Render(w, r, http.StatusOK, view.ProgressBar(bar))
}
