package web

import (
	"bytes"
	"mime"
	"net/http"
	"strconv"

	"giamngheo/internal/fault"
	"giamngheo/internal/paper"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// The formats in which documents are handed out, as addresses have them.
const (
	formatPDF  = "pdf"
	formatDOCX = "docx"
)

// sendDocument hands a document out as the format that the address names.
func sendDocument(w http.ResponseWriter, r *http.Request, name string, make func() (*paper.Document, error)) error {
	format := r.PathValue("format")
	kinds := map[string]string{formatPDF: "application/pdf", formatDOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
	kind, known := kinds[format]
	if !known {
		return noPage()
	}
	d, err := make()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if format == formatPDF {
		err = d.PDF(&b)
	} else {
		err = d.DOCX(&b)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format}))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store")
	_, err = b.WriteTo(w)
	return err
}

// formatLinks lead to the files of a printed page.
func formatLinks(page string) []view.Link {
	return []view.Link{{Text: text.T("web.sheet.pdf"), Href: page + "/" + formatPDF}, {Text: text.T("web.sheet.docx"), Href: page + "/" + formatDOCX}}
}

// noPage is the answer of an address that leads nowhere.
func noPage() error { return fault.New(fault.NotFound, "no_page", text.T("web.error.no_page")) }
