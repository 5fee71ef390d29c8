// Package view holds what every page is made of: the frame with menu and top
// bar, cards, tables, form rows, tags, notices, and the bodies of pages that
// have a shape of their own. A component takes one typed value, already worded
// and formatted for people; it asks no store and decides no right. Fixed words
// come from the texts by key.
package view

import (
	"strconv"

	"giamngheo/internal/text"
)

func t(key string, pairs ...any) string { return text.T(key, pairs...) }

// Link is words that lead somewhere.
type Link struct {
	Text string
	Href string
}

// Pair is a name with its value, or a hidden field of a form.
type Pair struct {
	Name  string
	Value string
}

// Tone is the colour and shape of a tag, a figure or a notice. The same tone
// means the same thing on every page.
type Tone string

// The tones. Colour never stands alone: words and a shape go with it.
const (
	Plain   Tone = "plain"
	Brand   Tone = "brand"
	Poor    Tone = "poor"
	Near    Tone = "near"
	Out     Tone = "out"
	Unknown Tone = "unknown"
)

func itoa(n int) string { return strconv.Itoa(n) }
