package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Answers under this size are not worth the trouble: they fit one packet.
const zipFrom = 1200

var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed+1)
	return z
}}

// zipped compresses text for those who can read it. Static files come
// compressed already and pass through; so do spreadsheets.
func zipped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipper{ResponseWriter: w}
		// After a panic nothing held back may go out: what is recovered outside
		// writes the whole answer anew.
		next.ServeHTTP(z, r)
		z.finish()
	})
}

// zipper holds back the first bytes until it is clear whether compressing
// pays.
type zipper struct {
	http.ResponseWriter
	status int
	held   []byte
	zip    *gzip.Writer
	out    bool // the header is out
}

func (z *zipper) started() bool { return z.status != 0 }

func (z *zipper) WriteHeader(status int) {
	if z.status == 0 {
		z.status = status
	}
}

func (z *zipper) Write(b []byte) (int, error) {
	if z.status == 0 {
		z.status = http.StatusOK
	}
	if !z.out {
		z.held = append(z.held, b...)
		if len(z.held) < zipFrom {
			return len(b), nil
		}
		return len(b), z.send(true)
	}
	if z.zip != nil {
		return z.zip.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

// send lets the header and the held bytes go.
func (z *zipper) send(large bool) error {
	z.out = true
	h := z.Header()
	if z.text() {
		h.Add("Vary", "Accept-Encoding")
		if large && h.Get("Content-Encoding") == "" {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			z.zip = zips.Get().(*gzip.Writer)
			z.zip.Reset(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(z.status)
	held := z.held
	z.held = nil
	if len(held) == 0 {
		return nil
	}
	var err error
	if z.zip != nil {
		_, err = z.zip.Write(held)
	} else {
		_, err = z.ResponseWriter.Write(held)
	}
	return err
}

func (z *zipper) text() bool {
	kind := z.Header().Get("Content-Type")
	return z.Header().Get("Content-Encoding") == "" &&
		(strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "image/svg"))
}

func (z *zipper) finish() {
	if z.status != 0 && !z.out {
		z.send(false)
	}
	if z.zip == nil {
		return
	}
	z.zip.Close()
	z.zip.Reset(io.Discard)
	zips.Put(z.zip)
	z.zip = nil
}

// Flush sends what there is, for answers that grow slowly.
func (z *zipper) Flush() {
	if z.status != 0 && !z.out {
		z.send(true)
	}
	if z.zip != nil {
		z.zip.Flush()
	}
	http.NewResponseController(z.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipper) Unwrap() http.ResponseWriter { return z.ResponseWriter }
