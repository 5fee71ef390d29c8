package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathFile is where files kept with records are handed out.
const PathFile = "/tep"

func (p *Pages) attachmentRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathFile + "/{id}", Right: Needs(account.RightReadHouseholds), Handler: p.fileOpen},
		{Method: "POST", Pattern: PathFile + "/{id}/go", Right: Needs(account.RightWriteAssessment), Handler: p.fileRemove},
	}
}

// fileOpen hands a file out to be kept, never to be shown as a page of ours.
func (p *Pages) fileOpen(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	a, content, err := p.Reviews.OpenAttachment(r.Context(), household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightReadHouseholds)}, r.PathValue("id"))
	if err != nil {
		return err
	}
	return handOut(w, a, content)
}

func handOut(w http.ResponseWriter, a review.Attachment, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	h.Set("Content-Length", strconv.FormatInt(a.Bytes, 10))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(content)
	return err
}

func (p *Pages) fileRemove(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if err := p.Reviews.RemoveAttachment(r.Context(), p.writer(r), r.PathValue("id")); err != nil {
		return err
	}
	return SeeOther(w, r, LocalPath(r.URL.Query().Get("tiep")))
}

// files are the files of a record as its page shows them; upload is the
// address that takes another, "" for who may not; back is the page itself.
func (p *Pages) files(r *http.Request, owner review.Owner, title, lead, upload, back string) (templ.Component, error) {
	list, err := p.Reviews.Attachments(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), owner)
	if err != nil {
		return nil, err
	}
	return p.fileCard(r, list, PathFile, title, lead, upload, back)
}

// fileCard shows files that are handed out below an address.
func (p *Pages) fileCard(r *http.Request, list []review.Attachment, below, title, lead, upload, back string) (templ.Component, error) {
	f := view.Files{Title: title, Lead: lead}
	for _, a := range list {
		line := view.FileLine{Name: a.Name, Href: below + "/" + a.ID, Facts: text.T("web.file.facts", "size", fileSize(a.Bytes), "at", showTime(a.At), "who", p.fullName(r, a.By))}
		switch {
		case a.RemovedAt != 0:
			line.Href, line.Removed = "", text.T("web.file.removed", "at", showTime(a.RemovedAt))
		case upload != "":
			line.Remove = below + "/" + a.ID + "/go?" + url.Values{"tiep": {back}}.Encode()
		}
		f.List = append(f.List, line)
	}
	if upload == "" {
		return view.FilesCard(f), nil
	}
	limit, err := p.Reviews.AttachmentLimit(r.Context())
	if err != nil {
		return nil, err
	}
	f.Upload = &view.Upload{Title: text.T("web.file.add"), Action: upload, Max: limit, Over: fault.As(review.AttachmentTooLarge(limit), "").Message, Failed: text.T("web.import.send_failed"), Sends: text.T("web.import.sending"), Button: text.T("web.file.send"),
		File: view.Field{Name: fieldFile, Label: text.T("web.file.file"), Hint: text.T("web.file.hint", "limit", megabytes(limit)), Kind: view.FileInput, Accept: ".pdf,.docx,.xlsx,.jpg,.jpeg,.png", Required: true}}
	return view.FilesCard(f), nil
}

func fileSize(n int64) string {
	if n < 1<<20 {
		return vn.FormatInt(max(1, n>>10)) + " kB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + " MB"
}

// attach keeps the file of an upload form with a record.
func (p *Pages) attach(r *http.Request, owner review.Owner, at area.ID) error {
	return p.uploaded(r, func(name string, content io.Reader) error {
		_, err := p.Reviews.Attach(r.Context(), p.writer(r), owner, at, name, content)
		return err
	})
}

// uploaded reads the file of an upload form.
func (p *Pages) uploaded(r *http.Request, keep func(name string, content io.Reader) error) error {
	limit, err := p.Reviews.AttachmentLimit(r.Context())
	if err != nil {
		return err
	}
	if r.ContentLength > limit+mostField*mostFields {
		return &statusError{http.StatusRequestEntityTooLarge, review.AttachmentTooLarge(limit)}
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return badForm(err)
	}
	for range mostFields {
		part, err := parts.NextPart()
		if err == io.EOF {
			return fault.New(fault.Invalid, "no_file", text.T("review.attachment.empty"))
		}
		if err != nil {
			return badForm(err)
		}
		if part.FormName() != fieldFile {
			continue
		}
		err = keep(part.FileName(), part)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return badForm(err)
		}
		return err
	}
	return badForm(errors.New("web: too many fields"))
}
