package standard

import (
	"strings"

	"giamngheo/internal/text"
)

// Statement is one thing that a rule set says, in words, with where it comes
// from and whether that has been confirmed.
type Statement struct {
	What      string
	Source    string // title of the source
	Confirmed bool
	Note      string
	Detail    bool // belongs to the statement before it
}

// Chapter is the statements of one kind.
type Chapter struct {
	Title      string
	Statements []Statement
}

// Chapters tells the whole rule set for a page; Describe writes the same as
// text.
func (s *Set) Chapters() []Chapter {
	var list []Chapter
	for _, group := range s.facts() {
		if len(group.facts) == 0 {
			continue
		}
		chapter := Chapter{Title: group.title}
		for _, f := range group.facts {
			what := strings.TrimSpace(f.what)
			chapter.Statements = append(chapter.Statements, Statement{What: what, Source: s.titles(f.source), Confirmed: f.confirmed, Note: f.note, Detail: what != f.what})
		}
		list = append(list, chapter)
	}
	for i := range s.Subjects {
		list[len(list)-1].Statements[i].What = s.subjectNames(&s.Subjects[i])
	}
	return list
}

// subjectNames tells a sector department's indicators by their names.
func (s *Set) subjectNames(one *Subject) string {
	var names []string
	for _, code := range one.Indicators {
		if i := s.Index(code); i >= 0 {
			names = append(names, s.Indicators[i].Name.Text)
		}
	}
	return text.T("standard.describe.subject", "agency", one.Agency, "indicators", strings.Join(names, ", "))
}

// titles writes the keys of sources out.
func (s *Set) titles(keys string) string {
	var names []string
	for key := range strings.SplitSeq(keys, ", ") {
		if title := s.Sources[key]; title != "" {
			key = title
		}
		names = append(names, key)
	}
	return strings.Join(names, "; ")
}
