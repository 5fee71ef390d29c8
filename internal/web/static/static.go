// Package static holds the files that browsers load beside the pages: styles,
// the typeface, the picture of the brand and the scripts. They are part of the
// program, so that no outside server is ever asked. All addresses carry one
// hash over all files: a new version of the program has new addresses, and
// browsers may keep what they have for good.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"giamngheo/internal/chart"
)

//go:embed css fonts img js licences
var files embed.FS

type asset struct {
	kind   string
	plain  []byte
	zipped []byte // nil where compressing does not help
}

var assets, version = load()

// URL is the address of a file, such as "css/base.css".
func URL(name string) string { return "/static/" + version + "/" + name }

// Has says whether there is such a file.
func Has(name string) bool { _, ok := assets[name]; return ok }

// Handler serves /static/{version}/{name}. A page left open over an upgrade
// asks with the old version: it gets today's file, but may not keep it.
func Handler(w http.ResponseWriter, r *http.Request) bool {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("ETag", `"`+version+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == `"`+version+`"` {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	body := a.plain
	if a.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.zipped
		}
	}
	w.Write(body)
	return true
}

func load() (map[string]asset, string) {
	all := map[string]asset{}
	sum := sha256.New()
	add := func(name string, raw []byte) {
		sum.Write([]byte(name))
		sum.Write(raw)
		a := asset{kind: kind(name), plain: raw}
		if path.Ext(name) != ".woff2" {
			a.zipped = zip(raw)
		}
		all[name] = a
	}
	add("css/chart.css", []byte(chart.CSS))
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		add(name, raw)
		return nil
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	return all, hex.EncodeToString(sum.Sum(nil))[:12]
}

// kind does not rely on the machine's table of types, which differs between
// systems and turns scripts into plain text on some.
func kind(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func zip(raw []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(raw)
	w.Close()
	if b.Len() >= len(raw) {
		return nil
	}
	return b.Bytes()
}
