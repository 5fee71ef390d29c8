// Package law embeds the data that authorities set: standards, areas, lists,
// calendars. Code holds methods, never figures; every file names its source
// and whether it is confirmed.
package law

import "embed"

// Files is the whole tree below law/.
//
//go:embed all:*
var Files embed.FS
