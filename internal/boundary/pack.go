package boundary

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

const packVersion = 1

// Pack writes polygons as short text for a database column: each point as the
// difference from the one before, in millionths of a degree (a tenth of a
// metre), as variable-length numbers in base64.
func Pack(polygons []Polygon) string {
	b := []byte{packVersion}
	b = binary.AppendUvarint(b, uint64(len(polygons)))
	var last place
	for _, polygon := range polygons {
		b = binary.AppendUvarint(b, uint64(len(polygon)))
		for _, ring := range polygon {
			b = binary.AppendUvarint(b, uint64(len(ring)))
			for _, p := range ring {
				q := placeOf(p)
				b = binary.AppendVarint(b, int64(q[0])-int64(last[0]))
				b = binary.AppendVarint(b, int64(q[1])-int64(last[1]))
				last = q
			}
		}
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// Unpack reads what Pack wrote. A damaged text gives an error, never a panic
// and never more memory than its own length asks for.
func Unpack(s string) ([]Polygon, error) {
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("boundary: packed rings: %w", err)
	}
	u := unpacker{b: b}
	if v := u.next(); v != packVersion {
		return nil, fmt.Errorf("boundary: packed rings of version %d", v)
	}
	var out []Polygon
	var x, y int64
	for polygons := u.length(1); polygons > 0 && !u.bad; polygons-- {
		var polygon Polygon
		for rings := u.length(1); rings > 0 && !u.bad; rings-- {
			points := u.length(2)
			ring := make(Ring, 0, points)
			for ; points > 0 && !u.bad; points-- {
				x += u.signed()
				y += u.signed()
				if x < -180*grid || x > 180*grid || y < -90*grid || y > 90*grid {
					u.bad = true
				}
				ring = append(ring, [2]float64{float64(x) / grid, float64(y) / grid})
			}
			polygon = append(polygon, ring)
		}
		out = append(out, polygon)
	}
	if u.bad || len(u.b) > 0 {
		return nil, fmt.Errorf("boundary: packed rings are damaged")
	}
	return out, nil
}

type unpacker struct {
	b   []byte
	bad bool
}

func (u *unpacker) next() uint64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[n:]
	return v
}

func (u *unpacker) signed() int64 {
	v, n := binary.Varint(u.b)
	if n <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[n:]
	return v
}

// length reads a count of things that take at least size bytes each.
func (u *unpacker) length(size int) uint64 {
	v := u.next()
	if v > uint64(len(u.b)/size) {
		u.bad = true
		return 0
	}
	return v
}
