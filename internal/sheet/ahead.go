package sheet

import "io"

// ahead unpacks on a second core while the rows are read.
type ahead struct {
	src   io.ReadCloser
	full  chan piece
	empty chan []byte
	stop  chan struct{}
	ended chan struct{}
	cur   piece
	rest  []byte
}

type piece struct {
	data []byte
	err  error
}

func newAhead(src io.ReadCloser) *ahead {
	const pieces, size = 4, 128 << 10
	a := &ahead{src: src, full: make(chan piece, pieces), empty: make(chan []byte, pieces), stop: make(chan struct{}), ended: make(chan struct{})}
	for range pieces {
		a.empty <- make([]byte, size)
	}
	go a.run()
	return a
}

func (a *ahead) run() {
	defer close(a.ended)
	for {
		var buf []byte
		select {
		case buf = <-a.empty:
		case <-a.stop:
			return
		}
		n, err := io.ReadFull(a.src, buf[:cap(buf)])
		if err == io.ErrUnexpectedEOF && n > 0 {
			// A short last piece; the true reason comes with the next read.
			err = nil
		}
		a.full <- piece{buf[:n], err} // never waits: there are as many places as pieces
		if err != nil {
			return
		}
	}
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.cur.err != nil {
			return 0, a.cur.err
		}
		if a.cur.data != nil {
			a.empty <- a.cur.data
		}
		a.cur = <-a.full
		a.rest = a.cur.data
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close waits until nothing reads the source any more.
func (a *ahead) Close() error {
	close(a.stop)
	<-a.ended
	return a.src.Close()
}
