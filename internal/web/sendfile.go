package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"

	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/report"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

// fileFormats are those in which a table leaves the system.
var fileFormats = map[string]string{
	"csv":  "text/csv; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"json": "application/json; charset=utf-8",
}

// marked begins a CSV with what tells Excel that it is UTF-8.
func marked(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		return write(w)
	}
}

// sendFile answers with a file in one of the formats that its subject has. It
// is written whole before the first byte goes out, so that a failure on the way
// still becomes a proper error page.
func sendFile(w http.ResponseWriter, name, format string, writers map[string]func(io.Writer) error) error {
	write, has := writers[format]
	kind, known := fileFormats[format]
	if !has || !known {
		return fault.New(fault.NotFound, "format_not_found", text.T("web.error.no_page"))
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format}))
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(b.Bytes())
	return err
}

// tableWriters write a table of a report.
func tableWriters(t *report.Table) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"csv":  marked(func(w io.Writer) error { return exchange.WriteTableCSV(w, t) }),
		"xlsx": func(w io.Writer) error { return exchange.WriteTableXLSX(w, t) },
		"json": func(w io.Writer) error { return exchange.WriteTableJSON(w, t) },
	}
}

// sheetWriters write sheets, in a workbook each by itself, in CSV what is for
// others to count; csv says which of the two is asked for.
func sheetWriters(write func(out sheet.Writer, csv bool) error) map[string]func(io.Writer) error {
	into := func(out sheet.Writer, csv bool) error {
		if err := write(out, csv); err != nil {
			return err
		}
		return out.Close()
	}
	return map[string]func(io.Writer) error{
		"csv":  marked(func(w io.Writer) error { return into(sheet.NewCSV(w, false), true) }),
		"xlsx": func(w io.Writer) error { return into(sheet.NewXLSX(w), false) },
	}
}

// listWriters write a list of names, which closes its sheet itself: in CSV for
// people, in JSON row by row.
func listWriters(write func(out sheet.Writer) error) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"csv":  func(w io.Writer) error { return write(sheet.NewCSV(w, true)) },
		"xlsx": func(w io.Writer) error { return write(sheet.NewXLSX(w)) },
		"json": func(w io.Writer) error { return write(exchange.NewListJSON(w)) },
	}
}
