package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// A password longer than this many bytes is not a password.
const passwordMaxBytes = 512

// cost is what one hash takes. 46 MiB and one pass are what OWASP's password
// sheet gives as the first choice for argon2id.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var fullCost = cost{memory: 46 * 1024, passes: 1, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// hasher makes and compares password hashes, a few at a time: each needs tens
// of megabytes, and sign-ins come in crowds at eight in the morning.
type hasher struct {
	cost    cost
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	dummy   string       // compared when nobody has the name, so that time tells nothing
	hashed  atomic.Int64 // how many times the whole work was done
}

func newHasher(c cost) *hasher {
	h := &hasher{cost: c, slots: make(chan struct{}, max(2, runtime.NumCPU())), queue: 256}
	salt, key := make([]byte, saltBytes), make([]byte, keyBytes)
	rand.Read(salt)
	rand.Read(key) // no password gives it
	h.dummy = encodePHC(c, salt, key)
	return h
}

// work runs f when there is memory for it.
func (h *hasher) work(ctx context.Context, f func()) error {
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return fault.New(fault.Busy, "signin_busy", text.T("account.signin_busy"))
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	h.hashed.Add(1)
	f()
	return nil
}

// Hash gives the encoded hash of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	var encoded string
	err := h.work(ctx, func() {
		encoded = encodePHC(h.cost, salt, derive(password, salt, h.cost, keyBytes))
	})
	return encoded, err
}

// matches compares in constant time.
func (h *hasher) matches(ctx context.Context, encoded, password string) (bool, error) {
	c, salt, key, err := decodePHC(encoded)
	if err != nil {
		return false, err
	}
	if len(password) > passwordMaxBytes {
		password = password[:passwordMaxBytes] + "…" // none is so long: the work is done, and it fails
	}
	same := false
	err = h.work(ctx, func() {
		same = subtle.ConstantTimeCompare(derive(password, salt, c, len(key)), key) == 1
	})
	return same, err
}

func derive(password string, salt []byte, c cost, size int) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, c.passes, c.memory, c.threads, uint32(size))
}

// The PHC string format, as other programs write it too.
func encodePHC(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func decodePHC(encoded string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("account: a stored hash is not argon2id")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("account: a stored hash: %w", err)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("account: a stored hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, fmt.Errorf("account: a stored hash: %w", err)
	}
	if c.memory < 8 || c.memory > 1<<20 || c.passes < 1 || c.passes > 16 || c.threads < 1 || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, fmt.Errorf("account: a stored hash has impossible parameters")
	}
	return c, salt, key, nil
}

//go:embed common_passwords.txt
var commonFile string

var common = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range strings.Fields(commonFile) {
		set[squeeze(line)] = true
	}
	return set
}()

// squeeze is how passwords are compared with names and common ones: letters
// and digits only, without diacritics and capitals.
func squeeze(s string) string { return strings.ReplaceAll(vn.Fold(s), " ", "") }

// checkPassword refuses a password that others would guess first.
func checkPassword(password, name string, minLength int) error {
	bad := func(code, message string) error {
		return fault.New(fault.Invalid, code, message, fault.Field{Name: "password", Message: message})
	}
	if !utf8.ValidString(password) || len(password) > passwordMaxBytes {
		return bad("password_long", text.T("account.password_long"))
	}
	if utf8.RuneCountInString(norm.NFC.String(password)) < minLength {
		return bad("password_short", text.T("account.password_short", "min", minLength))
	}
	bare := squeeze(password)
	if n := squeeze(name); n != "" && (bare == n || bare == n+n || strings.TrimRight(bare, "0123456789") == n) {
		return bad("password_is_name", text.T("account.password_is_name"))
	}
	if common[bare] || fewLetters(password) {
		return bad("password_common", text.T("account.password_common"))
	}
	return nil
}

// fewLetters finds "aaaaaaaaaa" and "1212121212".
func fewLetters(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < 4
}

// NewPassword makes one to be read out and typed in once: 80 bits, groups of four.
func NewPassword() string {
	var b [10]byte
	rand.Read(b[:])
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[0:4], s[4:8], s[8:12], s[12:16], s[16:20]}, "-")
}
