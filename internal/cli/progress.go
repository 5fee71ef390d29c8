package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress is a bar on the terminal; where there is none it is silent.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	title string
	start time.Time
	drawn time.Time
}

func newProgress(out io.Writer, title string) *progress {
	p := &progress{title: title, start: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

const barWidth = 30

func (p *progress) set(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out == nil || total <= 0 || time.Since(p.drawn) < 80*time.Millisecond && done < total {
		return
	}
	p.drawn = time.Now()
	full := barWidth * min(done, total) / total
	fmt.Fprintf(p.out, "\r%s [%s%s] %3d %%  %ds ", p.title, strings.Repeat("█", full), strings.Repeat("·", barWidth-full), 100*min(done, total)/total, int(time.Since(p.start).Seconds()))
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil && !p.drawn.IsZero() {
		fmt.Fprintln(p.out)
	}
}

// reading counts what is read of a file; of what has no known size there is
// nothing to show.
type reading struct {
	io.Reader
	bar         *progress
	done, total int64
}

// read gives the reader of an input with its bar, and what ends the bar.
func (p *progress) read(in io.Reader) (io.Reader, func()) {
	r := &reading{Reader: in, bar: p}
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			r.total = info.Size()
		}
	}
	return r, p.end
}

func (r *reading) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.done += int64(n)
	r.bar.set(int(r.done), int(r.total))
	return n, err
}
