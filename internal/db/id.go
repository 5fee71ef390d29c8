package db

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync"
	"time"
)

// NewID makes the identity of a record: a UUIDv7 (time first, so that new
// records lie side by side in an index) written in 26 letters that sort like
// its bytes. The program makes it, not the database, so that a device that is
// offline can too.
func NewID() string {
	var b [16]byte
	ids.Lock()
	rand.Read(b[6:])
	now := uint64(time.Now().UnixMilli())<<12 | uint64(binary.BigEndian.Uint16(b[6:8])&0x03ff)
	if now <= ids.last {
		now = ids.last + 1
	}
	ids.last = now
	ids.Unlock()
	// 48 bits of milliseconds, the version (7), 12 bits that keep the order
	// within a millisecond, the variant of RFC 9562, then chance.
	binary.BigEndian.PutUint64(b[:8], now<<4)
	binary.BigEndian.PutUint16(b[6:8], 0x7000|uint16(now&0x0fff))
	b[8] = b[8]&0x3f | 0x80
	return idLetters.EncodeToString(b[:])
}

var ids struct {
	sync.Mutex
	last uint64
}

var idLetters = base32.HexEncoding.WithPadding(base32.NoPadding)

// FirstID is a bound between the identities made before and since the instant.
func FirstID(t time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.UnixMilli())<<16)
	return idLetters.EncodeToString(b[:])
}
