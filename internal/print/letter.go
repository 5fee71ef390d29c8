package print

import (
	"giamngheo/internal/paper"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Letter is what every document of a commune or district needs. The functions
// of this package that make documents are pure: what they print is handed in.
type Letter struct {
	Layout   *paper.Layout // of the document's day
	Body     string        // whose document it is: "xã Tam Chung", "huyện Mường Lát"
	Superior string        // the unit above: "huyện Mường Lát"; "" for none
	Place    string        // "Tam Chung"
	Number   int           // 0 while it has none
	Notation string        // "QĐ-UBND"
	Day      string        // YYYY-MM-DD; "" while it has none
	Signed   bool          // the signed file is filed; until then each page is marked a draft
	Demo     bool          // people and figures are invented
	Sign     Signature
}

// Signature is who signs, in which capacity.
type Signature struct {
	Capacity string // tm: the head; kt: a deputy in his place; tuq: somebody by his authority
	Name     string // "" while it is not known
	Office   string // of who signs by the head's authority
}

// The capacities, as law/roles.yaml has them.
const (
	ForTheBody  = "tm"
	InHisPlace  = "kt"
	ByAuthority = "tuq"
)

// committee is the name of the people's committee of a unit.
func committee(unit string) string { return text.T("print.committee", "unit", unit) }

func (l Letter) head() paper.Head {
	h := paper.Head{Issuer: []string{committee(l.Body)}, Number: l.Layout.Number(l.Number, l.Notation), Place: l.Place, Date: l.Layout.Date(l.Day)}
	if l.Superior != "" {
		h.Superior = []string{committee(l.Superior)}
	}
	return h
}

func (l Letter) document(title string, parts ...paper.Part) *paper.Document {
	return &paper.Document{Title: title, Author: committee(l.Body), Layout: l.Layout, Draft: !l.Signed, Demo: l.Demo, Parts: parts}
}

// named is how an annex or another document names this one: its number and
// day.
func (l Letter) named() string {
	return text.T("print.named", "code", l.Layout.Code(l.Number, l.Notation), "date", l.Layout.Date(l.Day))
}

// signer is where the head signs or his deputy. What a committee decides as a
// body is signed for it (TM.); what its chair decides by himself is not.
func (l Letter) signer(asBody bool) paper.Signer {
	s := paper.Signer{Office: text.T("print.chair"), Name: l.Sign.Name}
	switch l.Sign.Capacity {
	case InHisPlace:
		s.Right, s.Office = text.T("print.kt_chair"), text.T("print.vice_chair")
	case ByAuthority:
		s.Right, s.Office = text.T("print.tuq_chair"), l.Sign.Office
	}
	if asBody {
		right := text.T("print.tm_committee")
		if s.Right != "" {
			right += "\n" + s.Right
		}
		s.Right = right
	}
	return s
}

// count writes a figure as people do; an unknown one leaves room.
func count(n *int) string {
	if n == nil {
		return "……"
	}
	return vn.FormatInt(int64(*n))
}

func number(n int) string { return vn.FormatInt(int64(n)) }

// headRow is a table's head of the columns named by their keys.
func headRow(keys ...string) []paper.Row {
	row := paper.Row{Shaded: true}
	for _, key := range keys {
		row.Cells = append(row.Cells, paper.HeadCell(text.T("print.column."+key)))
	}
	return []paper.Row{row}
}

func body(key string, pairs ...any) paper.Block { return paper.Body{word(key, pairs...)} }

// article is "Điều N." with what it says.
func article(n int, say string) paper.Block {
	return paper.Section{Title: text.T("print.article", "n", n) + " ", Rest: []paper.Span{paper.Text(say)}}
}

// headings numbers the sections of a text: "I. …".
type headings int

func (h *headings) next(key string) paper.Block {
	roman := [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII"}
	*h++
	return paper.Section{Title: text.T("print.section", "n", roman[*h-1], "title", text.T(key))}
}
