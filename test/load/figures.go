package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// figures are the times of one kind of request.
type figures struct {
	mu     sync.Mutex
	kinds  []string
	times  map[string][]time.Duration
	failed map[string]int
	first  map[string]string // what was said at the first failure
}

func newFigures(kinds ...string) *figures {
	return &figures{kinds: kinds, times: map[string][]time.Duration{}, failed: map[string]int{}, first: map[string]string{}}
}

// took notes a request; a problem counts it as failed.
func (f *figures) took(kind string, d time.Duration, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if problem != "" {
		if f.failed[kind]++; f.failed[kind] == 1 {
			f.first[kind] = problem
		}
		return
	}
	f.times[kind] = append(f.times[kind], d)
}

// print shows them and gives the number of failures.
func (f *figures) print(elapsed time.Duration) (failed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Printf("%-10s %8s %8s %8s %8s %8s %8s %7s\n", "", "requests", "a second", "p50 ms", "p95 ms", "p99 ms", "max ms", "failed")
	for _, kind := range f.kinds {
		all := f.times[kind]
		slices.Sort(all)
		at := func(share float64) float64 {
			if len(all) == 0 {
				return 0
			}
			return float64(all[min(len(all)-1, int(share*float64(len(all))))].Microseconds()) / 1000
		}
		fmt.Printf("%-10s %8d %8.1f %8.1f %8.1f %8.1f %8.1f %7d\n", kind, len(all), float64(len(all))/elapsed.Seconds(), at(0.5), at(0.95), at(0.99), at(1), f.failed[kind])
		if f.failed[kind] > 0 {
			fmt.Printf("%-10s first failure: %s\n", "", f.first[kind])
		}
		failed += f.failed[kind]
	}
	return failed
}
