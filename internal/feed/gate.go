package feed

import (
	"sync"
	"time"

	"giamngheo/internal/account"
)

// Gate slows down who asks too often from one network. A fetch costs little,
// one that finds nothing much: nobody tries addresses one after the other, and
// an office whose phones share an address does not notice.
type Gate struct {
	mu   sync.Mutex
	full map[string]bucket
}

// bucket is how much a network may still ask for.
type bucket struct {
	left float64
	at   time.Time
}

// The figures of the gate, in fetches.
const (
	gateSize    = 240.0 // at once
	gateRefill  = 4.0   // each second
	gateMiss    = 20.0  // what one that finds nothing costs
	gateNumbers = 1 << 14
)

// Pass counts a fetch from an address, or says how long to wait.
func (g *Gate) Pass(now time.Time, address string) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	prefix := account.Prefix(address)
	b := g.bucket(now, prefix)
	if b.left < 1 {
		return time.Duration((1-b.left)/gateRefill*float64(time.Second)).Round(time.Second) + time.Second
	}
	b.left--
	g.full[prefix] = b
	return 0
}

// Missed says that nothing was found.
func (g *Gate) Missed(now time.Time, address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	prefix := account.Prefix(address)
	b := g.bucket(now, prefix)
	b.left -= gateMiss
	g.full[prefix] = b
}

func (g *Gate) bucket(now time.Time, prefix string) bucket {
	if g.full == nil || len(g.full) >= gateNumbers { // a flood of networks: all begin anew
		g.full = map[string]bucket{}
	}
	b, known := g.full[prefix]
	if !known {
		return bucket{gateSize, now}
	}
	b.left = min(gateSize, b.left+max(0, now.Sub(b.at).Seconds())*gateRefill)
	b.at = now
	return b
}
