package review

import (
	"slices"
	"sync"
	"time"

	"giamngheo/internal/area"
)

// pace holds, for each open round, on which day the form in force of each
// household was recorded: what the forecast of a round rests on. A day is a
// number from dayZero on; 0 is no form.
type pace struct {
	mu   sync.Mutex
	days map[string][]uint16
}

var dayZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func dayNumber(day string) uint16 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || t.Before(dayZero) {
		return 1
	}
	return uint16(min(t.Sub(dayZero).Hours()/24+1, 65535))
}

// note enters the day of a form, by household number.
func (p *pace) note(round string, household int32, recordedAt int64) {
	day := dayNumber(area.Today(time.UnixMilli(recordedAt)))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.days == nil {
		p.days = map[string][]uint16{}
	}
	list := p.days[round]
	if n := int(household) + 1; n > len(list) {
		list = append(slices.Grow(list, n-len(list)), make([]uint16, n-len(list))...)
	}
	list[household] = day
	p.days[round] = list
}

// of gives the days of a round as they stand.
func (p *pace) of(round string) []uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.days[round])
}

// forget drops a round that has closed.
func (p *pace) forget(round string) {
	p.mu.Lock()
	delete(p.days, round)
	p.mu.Unlock()
}

func (p *pace) any(round string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.days[round]) > 0
}

// Latest is the yearly round that pages are about while nobody asks for another:
// the newest in which somebody has been surveyed. One that is only opened says
// nothing yet, and one within the year is about few. Where no round has begun it
// is the newest; ok is false where there is none. The rounds are in their order.
func (r *Register) Latest(rounds []Round) (latest Round, ok bool) {
	for _, o := range slices.Backward(rounds) {
		if o.Kind != Yearly || o.Beside {
			continue
		}
		if o.State == Closed || r.pace.any(o.ID) {
			return o, true
		}
		if !ok {
			latest, ok = o, true
		}
	}
	return latest, ok
}
