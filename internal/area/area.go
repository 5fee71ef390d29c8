// Package area is the province's units through time: the province, its
// districts, communes and villages, each with an identity of its own under
// which code, name, type and parent change on known days. It answers what
// existed on a day, what became of a unit and where it came from, what a
// reader's posts cover, and how figures of one year are put on the boundaries
// of another. It reads the tables of law/areas and takes villages from its
// caller; it keeps no database and draws no map.
//
// # When an identity lives on
//
// A code is not an identity: the statistics office gives a merged unit the
// code of one of its members. Across an event of changes.csv a unit
//
//   - lives on when it only changes type, name or parent;
//   - lives on when it takes others, or parts of others, into itself whole and
//     keeps both its code and its name ("grew"), whatever its type;
//   - ends when it goes into a unit with another code or another name, when it
//     is divided (even if one part keeps code and name), or when it is
//     abolished.
//
// What then bears the code is a new identity. Its ID is the code and the year
// it began, "14758.2025"; a second identity of one code in one year has the
// month too, "16516.2025-07". IDs never change once given; villages bring
// their own.
package area

import (
	"strings"
	"time"
)

// ID is the identity of an area.
type ID string

// Level names a level of the tree: "province", "district", "commune",
// "village". Which there are, and in what order, is data.
type Level string

// The levels the tables of law/areas know.
const (
	Province Level = "province"
	District Level = "district"
	Commune  Level = "commune"
	Village  Level = "village"
)

// Version is what an area was in one period. From is inclusive, To exclusive;
// an empty To means still valid. Days are "YYYY-MM-DD".
type Version struct {
	Area     ID
	From, To string
	Level    Level
	Code     string
	Type     string // id of law/areas/areas.yaml: "xa", "phuong"
	Name     string // "Hàm Rồng"
	FullName string // "Phường Hàm Rồng"
	Parent   ID     // empty for the province
	Urban    bool   // wards and townships, and the villages in them
	Path     string // "38.2016/380.2016/14755.2016/": the ancestors in this period and the area itself

	// Derived: a village's period that nobody recorded; it moved with its
	// commune, which went whole into another.
	Derived bool
	// Unplaced: a village whose commune was divided, and nobody has recorded
	// yet to which part it went. It hangs under the nearest ancestor that
	// still exists.
	Unplaced bool
}

// Never is how the tables of the database write an end that has not come, so
// that one comparison finds the version of a day. Rows given to FromRows and
// WithVillages may have it.
const Never = "9999-12-31"

// Valid says whether the version holds on the day.
func (v Version) Valid(day string) bool {
	return v.From <= day && (v.To == "" || day < v.To)
}

// Within says whether the version lies in the area with the path, or is it.
func (v Version) Within(path string) bool { return strings.HasPrefix(v.Path, path) }

// Ancestors are the IDs of the path from the root down, without the area.
func (v Version) Ancestors() []ID {
	parts := strings.Split(strings.TrimSuffix(v.Path, "/"), "/")
	ids := make([]ID, 0, len(parts)-1)
	for _, p := range parts[:len(parts)-1] {
		ids = append(ids, ID(p))
	}
	return ids
}

// vietnamTime has no daylight saving; the zone file may be missing on an
// office PC.
var vietnamTime = time.FixedZone("UTC+7", 7*60*60)

// Today is the day in Viet Nam at the instant.
func Today(now time.Time) string { return now.In(vietnamTime).Format(time.DateOnly) }

// ValidDay says whether s is a day written YYYY-MM-DD.
func ValidDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// ShowDay writes a day as people do: 01/07/2025.
func ShowDay(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("02/01/2006")
	}
	return day
}

// DayBefore is the day before, or "" of what is no day.
func DayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// YearsLater is the same day some years later; of what is no day, itself.
func YearsLater(day string, years int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(years, 0, 0).Format(time.DateOnly)
}

// earlier compares two ends of periods, where empty is never.
func earlier(a, b string) bool {
	if a == "" {
		return false
	}
	return b == "" || a < b
}

func minEnd(a, b string) string {
	if earlier(a, b) {
		return a
	}
	return b
}
