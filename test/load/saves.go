package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"giamngheo/test/program"
)

// prepared is a filled form, as the browser has it before somebody presses the
// button.
type prepared struct {
	path string
	body string
}

// measureSaves fills forms first and then sends them all, as fast as answers
// come, over connections that are kept, each with a session of its own. An
// answer means that the form, its result and the journal's entry are durable.
func measureSaves(ctx context.Context, s settings) (failed int, err error) {
	clients, err := signedIn(ctx, s, s.connections)
	if err != nil {
		return 0, err
	}
	households, err := clients[0].Households("ket-qua-loc=not_surveyed&dot="+s.round, s.count)
	if err != nil {
		return 0, err
	}
	fmt.Printf("filling %d forms\n", len(households))
	forms, err := fill(ctx, clients, s.round, households)
	if err != nil {
		return 0, err
	}
	if err := limits(clients, filepath.Dir(s.db)); err != nil {
		return 0, err
	}
	f := newFigures("save")
	var next atomic.Int64
	began := time.Now()
	var people sync.WaitGroup
	for _, c := range clients {
		people.Go(func() {
			for ctx.Err() == nil {
				i := next.Add(1) - 1
				if i >= int64(len(forms)) {
					return
				}
				one := time.Now()
				status, body, err := c.PostBody(forms[i].path, forms[i].body)
				f.took("save", time.Since(one), problem(status, http.StatusSeeOther, body, err))
			}
		})
	}
	people.Wait()
	elapsed := time.Since(began)
	failed = f.print(elapsed)
	fmt.Printf("%d connections: %.0f durable saves a second\n", s.connections, float64(len(forms)-failed)/elapsed.Seconds())
	return failed, ctx.Err()
}

// limits prints what the machine itself bears at this moment: requests that do
// nothing over the same connections, and writes forced to the disk one after
// the other.
func limits(clients []*program.Client, dir string) error {
	const requests, writes = 8000, 200
	errs := make(chan error, len(clients))
	began := time.Now()
	for _, c := range clients {
		go func() {
			for range requests / len(clients) {
				if _, _, err := c.Get("/static/x/khong-co"); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range clients {
		if err := <-errs; err != nil {
			return err
		}
	}
	fmt.Printf("limit: %.0f requests a second that do nothing\n", requests/time.Since(began).Seconds())
	file, err := os.CreateTemp(dir, "limit")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	began = time.Now()
	for range writes {
		if _, err := file.Write(make([]byte, 4096)); err != nil {
			return err
		}
		if err := file.Sync(); err != nil {
			return err
		}
	}
	fmt.Printf("limit: %.0f writes of 4 kB a second, each forced to the disk\n", writes/time.Since(began).Seconds())
	return nil
}

func fill(ctx context.Context, clients []*program.Client, round string, households []string) ([]prepared, error) {
	forms := make([]prepared, len(households))
	errs := make(chan error, len(clients))
	var next atomic.Int64
	for _, c := range clients {
		go func() {
			for ctx.Err() == nil {
				i := next.Add(1) - 1
				if i >= int64(len(forms)) {
					break
				}
				path, form, err := c.FilledForm(round, households[i], 5*(20+int(i)%20), i%3 == 0)
				if err != nil {
					errs <- err
					return
				}
				forms[i] = prepared{path, form.Encode()}
			}
			errs <- ctx.Err()
		}()
	}
	for range clients {
		if err := <-errs; err != nil {
			return nil, err
		}
	}
	return forms, nil
}
