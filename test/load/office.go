package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"giamngheo/test/program"
)

const (
	readEvery  = 2 * time.Second
	writeEvery = 5 * time.Second
)

// tables of which the readers ask for one after the other.
var tables = []string{"results", "movement_poor", "deprivations_poor", "causes_poor", "ethnic_groups_poor", "matrix"}

var headName = regexp.MustCompile(`<a href="/ho/[0-9A-V]{26}[^"]*">([^<]+?)\s*<`)

// stock is what people ask for.
type stock struct {
	names      []string
	households []string
	tables     []string // addresses
}

func measureOffice(ctx context.Context, s settings) (failed int, err error) {
	clients, err := signedIn(ctx, s, s.readers+s.writers)
	if err != nil {
		return 0, err
	}
	have, err := collect(clients[0], s)
	if err != nil {
		return 0, err
	}
	fmt.Printf("%d readers every %v, %d writers every %v, for %v\n", s.readers, readEvery, s.writers, writeEvery, s.duration)
	f := newFigures("search", "household", "table", "form", "save")
	ctx, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	began := time.Now()
	var people sync.WaitGroup
	for i := range s.readers {
		people.Go(func() {
			every(ctx, readEvery, i, s.readers, func(r *rand.Rand) { read(clients[i], have, r, f) })
		})
	}
	for i := range s.writers {
		people.Go(func() {
			own := have.households[i*len(have.households)/s.writers : (i+1)*len(have.households)/s.writers]
			n := 0
			every(ctx, writeEvery, i, s.writers, func(r *rand.Rand) {
				write(clients[s.readers+i], s.round, own[n%len(own)], r, f)
				n++
			})
		})
	}
	people.Wait()
	return f.print(time.Since(began)), nil
}

// every does something again and again, people spread evenly over the time
// between two requests.
func every(ctx context.Context, pause time.Duration, i, of int, do func(*rand.Rand)) {
	r := rand.New(rand.NewPCG(uint64(i), uint64(of)))
	next := time.NewTimer(pause * time.Duration(i) / time.Duration(of))
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			began := time.Now()
			do(r)
			next.Reset(max(0, pause-time.Since(began)))
		}
	}
}

// collect reads names and addresses from the pages.
func collect(c *program.Client, s settings) (have stock, err error) {
	if have.households, err = c.Households("ket-qua-loc=poor&dot=2020", max(200, 4*s.writers)); err != nil {
		return have, err
	}
	status, body, err := c.Get("/ho")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("list: %d %s", status, program.Plain(body))
	}
	if err != nil {
		return have, err
	}
	for _, m := range headName.FindAllStringSubmatch(body, -1) {
		have.names = append(have.names, m[1])
	}
	if len(have.names) == 0 || len(have.households) < s.writers {
		return have, fmt.Errorf("%d names and %d households found on the pages", len(have.names), len(have.households))
	}
	for _, table := range tables {
		have.tables = append(have.tables, "/bang/"+table, "/bang/"+table+"?dot=2018")
	}
	return have, nil
}

func read(c *program.Client, have stock, r *rand.Rand, f *figures) {
	kind, ask := "search", func() (int, string, error) { return c.GetPart("/ho?q=" + url.QueryEscape(typed(have.names, r))) }
	switch n := r.IntN(100); {
	case n >= 90:
		address := have.tables[r.IntN(len(have.tables))]
		kind, ask = "table", func() (int, string, error) { return c.Get(address) }
	case n >= 70:
		address := "/ho/" + have.households[r.IntN(len(have.households))]
		kind, ask = "household", func() (int, string, error) { return c.Get(address) }
	}
	began := time.Now()
	status, body, err := ask()
	f.took(kind, time.Since(began), problem(status, http.StatusOK, body, err))
}

// typed is a part of somebody's name as it stands in the search box while it
// is typed: beginnings of words, in any order.
func typed(names []string, r *rand.Rand) string {
	words := strings.Fields(names[r.IntN(len(names))])
	r.Shuffle(len(words), func(i, k int) { words[i], words[k] = words[k], words[i] })
	words = words[:1+r.IntN(len(words))]
	last := []rune(words[len(words)-1])
	words[len(words)-1] = string(last[:1+r.IntN(len(last))])
	return strings.Join(words, " ")
}

func write(c *program.Client, round, household string, r *rand.Rand, f *figures) {
	began := time.Now()
	path, form, err := c.FilledForm(round, household, 5*(10+r.IntN(30)), r.IntN(2) == 0)
	f.took("form", time.Since(began), problem(0, 0, "", err))
	if err != nil {
		return
	}
	began = time.Now()
	status, body, err := c.Post(path, form)
	f.took("save", time.Since(began), problem(status, http.StatusSeeOther, body, err))
}

func problem(status, want int, body string, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case status != want:
		return fmt.Sprint(status, " ", program.Plain(body))
	}
	return ""
}
