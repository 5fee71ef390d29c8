package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// fieldFile is the field of the file; it stands last in the forms, so that what
// is wrong with the others is known before megabytes have come.
const (
	fieldFile   = "tep"
	mostField   = 4 << 10
	mostFields  = 20
	uploadLimit = 512 << 20 // of the request; the settings may be stricter
)

// received is a form with a file, as it came in.
type received struct {
	typed url.Values
	name  string
	file  *heldFile
	up    *upload
}

func (u *received) discard() {
	if u.file != nil {
		u.file.discard()
		u.file = nil
	}
}

// receive reads a form with a file. The file goes into a private file piece by
// piece, never into memory.
func (p *Pages) receive(r *http.Request) (*received, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, badForm(err)
	}
	limits, err := p.Exchange.Limits(r.Context())
	if err != nil {
		return nil, err
	}
	most := min(limits.FileBytes, uploadLimit)
	if r.ContentLength > most+mostField*mostFields {
		return nil, tooLargeFile(limits)
	}
	room := most
	if r.ContentLength >= 0 {
		room = min(room, r.ContentLength)
	}
	u := &received{typed: url.Values{}}
	if u.up, err = p.desk.expect(ActorOf(r.Context()).ID, room); err != nil {
		return nil, err
	}
	defer p.desk.ended(u.up)
	if err := p.receiveParts(u, parts, limits); err != nil {
		u.discard()
		return nil, err
	}
	return u, nil
}

func (p *Pages) receiveParts(u *received, parts *multipart.Reader, limits sheet.Limits) error {
	for range mostFields {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return badForm(err)
		}
		if err := p.receivePart(u, part, limits); err != nil {
			return err
		}
	}
	return badForm(errors.New("web: too many fields"))
}

func (p *Pages) receivePart(u *received, part *multipart.Part, limits sheet.Limits) error {
	if part.FormName() != fieldFile {
		raw, err := io.ReadAll(io.LimitReader(part, mostField+1))
		if err != nil || len(raw) > mostField {
			return badForm(err)
		}
		u.typed.Add(part.FormName(), strings.TrimSpace(vn.NFC(string(raw))))
		return nil
	}
	if u.file != nil {
		return badForm(errors.New("web: two files"))
	}
	u.name = baseName(vn.NFC(part.FileName()))
	if u.name == "" {
		return nil // nothing was chosen
	}
	var err error
	if u.file, err = newHeldFile(); err != nil {
		return err
	}
	u.file.size, err = io.Copy(u.file, io.LimitReader(&watchedUpload{part, p, u.up}, limits.FileBytes+1))
	switch {
	case errors.Is(err, errOusted):
		return fault.New(fault.Conflict, "upload_ousted", text.T("web.import.ousted"))
	case u.file.size > limits.FileBytes:
		return tooLargeFile(limits)
	case err != nil:
		return badForm(err)
	}
	return nil
}

var errOusted = errors.New("web: a newer upload of the same account came")

// watchedUpload ends an upload that the same person has begun anew.
type watchedUpload struct {
	io.Reader
	p  *Pages
	up *upload
}

func (w *watchedUpload) Read(b []byte) (int, error) {
	if w.p.desk.isOusted(w.up) {
		return 0, errOusted
	}
	return w.Reader.Read(b)
}

// tooLargeFile says that a file is over the limit of the settings.
func tooLargeFile(limits sheet.Limits) error {
	return &statusError{http.StatusRequestEntityTooLarge, fault.New(fault.Invalid, "limit_file_bytes",
		text.T("sheet.limit.file_bytes", "size", megabytes(limits.FileBytes), "setting", "limits.file_bytes"))}
}

// outcome is what came of the work on a delivery.
type outcome struct {
	report   *exchange.Report
	outlines *exchange.Boundaries
	undone   int
}

// work does what a delivery asks for.
func (p *Pages) work(ctx context.Context, by *account.Actor, held *heldFile, see, live *delivery) (out outcome, err error) {
	err = guarded(func() (err error) {
		switch see.kind {
		case ofUndo:
			out.undone, err = p.Exchange.UndoImport(ctx, by, see.operation, see.reason, nil)
			return err
		case ofBoundaries:
			out.outlines, err = p.Exchange.ImportBoundaries(ctx, by, io.NewSectionReader(held, 0, held.size), see.name, see.day, see.property, !see.writing)
			return err
		}
		book, err := p.openBook(ctx, held, see.name)
		if err != nil {
			return err
		}
		defer book.Close()
		if see.kind == ofVillages {
			out.report, err = p.Exchange.ImportVillages(ctx, by, book, exchange.VillageOptions{Area: see.area, DryRun: !see.writing})
			return err
		}
		if see.kind == ofForms {
			out.report, err = p.Exchange.ImportForms(ctx, by, book, exchange.FormsOptions{Round: see.round, Form: see.form, DryRun: !see.writing})
			return err
		}
		p.desk.mu.Lock()
		live.passes = min(max(visible(book), 1), 2)
		p.desk.mu.Unlock()
		out.report, err = p.Exchange.Import(ctx, by, book, exchange.Options{Round: see.round, Area: see.area, DryRun: !see.writing, Progress: p.desk.progress(live)})
		return err
	})
	return out, err
}

// openBook reads a held file as a spreadsheet. Closing the book leaves it be.
func (p *Pages) openBook(ctx context.Context, held *heldFile, name string) (*sheet.Book, error) {
	limits, err := p.Exchange.Limits(ctx)
	if err != nil {
		return nil, err
	}
	return sheet.Open(name, held, held.size, limits)
}

func visible(b *sheet.Book) (n int) {
	for _, s := range b.Sheets {
		if !s.Hidden {
			n++
		}
	}
	return n
}
