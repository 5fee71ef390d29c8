package fault

// Part is one of several things that stand against what was asked, with the
// records it is about.
type Part struct {
	Message string
	Records []Record // the first few
	More    int      // how many there are beside them
}

// Record is what a page leads to from a refusal. Who may not see it is not told
// its name.
type Record struct {
	Kind  string // as the subject calls it: form, dossier, complaint, request
	Round string
	ID    string
	Name  string
}

// With adds what stands against it; the message stays whole without it.
func (e *Error) With(parts ...Part) *Error {
	e.Parts = append(e.Parts, parts...)
	return e
}
