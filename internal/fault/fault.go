// Package fault holds the one kind of error that people may see: what went
// wrong in plain Vietnamese, what to do next, and — apart from it, for the log
// only — the private cause. Transports decide by Kind, never by text.
package fault

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is; it decides the HTTP status and
// the exit code.
type Kind int

// The kinds. Outside a reader's scope "forbidden" and "not found" look the
// same: use NotFound there.
const (
	Internal  Kind = iota // a defect or a broken machine; the person can only retry or report the id
	Invalid               // the data given are refused; nothing was written
	NotFound              // absent, or outside the reader's scope
	Forbidden             // the person may know that it exists, but may not do this
	Conflict              // somebody else changed it first, or its state does not allow it
	Busy                  // try again shortly
)

// Field is a message that belongs to one field of a form, or one cell.
type Field struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Error is safe to show: Message and Fields never hold a cause, SQL or a path.
type Error struct {
	Kind    Kind
	Code    string // stable, for scripts and tests: "round_closed"
	Message string // for people, says what to do next
	Fields  []Field
	Parts   []Part // what stands against it, where that is more than a sentence
	ID      string // short, shown on the page and in the log, to be read out over the telephone
	cause   error
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the private cause to the log.
func (e *Error) Unwrap() error { return e.cause }

// New makes an error of the kind, with a stable code and a message safe to show.
func New(kind Kind, code, message string, fields ...Field) *Error {
	return &Error{Kind: kind, Code: code, Message: message, Fields: fields, ID: shortID()}
}

// Wrap is New with a private cause.
func Wrap(cause error, kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message, ID: shortID(), cause: cause}
}

// Of gives the kind of any error; one that is not a fault is Internal.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// As finds the fault in err, or makes an internal one around it with the
// message given.
func As(err error, message string) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal, "internal", message)
}

// Log is the text for the log: code, id and the whole chain of causes.
func Log(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.cause == nil {
		return fmt.Sprintf("%s [%s] %s", e.Code, e.ID, e.Message)
	}
	return fmt.Sprintf("%s [%s] %s: %v", e.Code, e.ID, e.Message, e.cause)
}

var letters = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz234567890").WithPadding(base32.NoPadding)

func shortID() string {
	var b [5]byte
	rand.Read(b[:])
	return letters.EncodeToString(b[:])
}
