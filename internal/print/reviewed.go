package print

import (
	"context"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Documents of what the review has recorded. Each takes the scope of who
// prints, and with names in it stands in the journal.

// inside is a unit's name within a sentence: "xã Tam Chung".
func inside(v area.Version) string {
	r, n := utf8.DecodeRuneInString(v.FullName)
	if n == 0 {
		return ""
	}
	return string(unicode.ToLower(r)) + v.FullName[n:]
}

// capital begins a name that stands by itself.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// letter begins a document of a unit.
func (s *Store) letter(unit area.Version, day, notation string, number int, sign Signature, signed bool) (Letter, error) {
	laid := day
	if laid == "" {
		laid = s.today()
	}
	layout, err := s.Layouts.On(laid)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{Layout: layout, Body: inside(unit), Place: unit.Name, Number: number, Notation: notation, Day: day, Signed: signed, Demo: s.Demo != nil && s.Demo(), Sign: sign}
	if up, ok := s.Tree().Lately(unit.Parent, laid); ok {
		l.Superior = inside(up)
	}
	return l, nil
}

// told journals that a document with names is printed.
func (s *Store) told(ctx context.Context, by *account.Actor, kind, record string, at area.ID, n int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "document.print", Kind: "print", Record: record, AreaID: string(at),
			Changes: []journal.Change{{Field: "document", To: journal.Value(kind)}, {Field: "households", To: journal.Value(n)}}})
	})
}

// filed says whether a file was filed with a record: the signed document.
func (s *Store) filed(ctx context.Context, scope area.Scope, owner review.Owner) (bool, error) {
	list, err := s.Reviews.Attachments(ctx, scope, owner)
	return slices.ContainsFunc(list, func(a review.Attachment) bool { return a.RemovedAt == 0 }), err
}

func (s *Store) reader(by *account.Actor) (area.Scope, error) {
	return by.ScopeFor(account.RightReadHouseholds), by.Need(account.RightReadHouseholds)
}

// MinutesOf gives the minutes of a village's meeting, of the last one with "".
// Before a meeting they are its agenda with room to write.
func (s *Store) MinutesOf(ctx context.Context, by *account.Actor, round string, village area.ID, meeting string) (*paper.Document, error) {
	scope, err := s.reader(by)
	if err != nil {
		return nil, err
	}
	sh, err := s.Reviews.MeetingSheet(ctx, scope, round, village, meeting)
	if err != nil {
		return nil, err
	}
	signed := false
	if sh.Meeting.ID != "" {
		if signed, err = s.filed(ctx, scope, review.Owner{Kind: review.OfMeeting, ID: sh.Meeting.ID}); err != nil {
			return nil, err
		}
	}
	l, err := s.letter(sh.Commune, sh.Meeting.HeldOn, "", 0, Signature{}, signed)
	if err != nil {
		return nil, err
	}
	m := Minutes{Letter: l, Village: inside(sh.Village), Year: sh.Round.Year, Begins: sh.Meeting.Begins, Where: sh.Meeting.Place, Chair: sh.Meeting.Chair, Secretary: sh.Meeting.Secretary, Invited: sh.Meeting.Invited, Present: sh.Meeting.Present, Remarks: sh.Meeting.Remarks}
	for _, p := range []struct {
		key   string
		names []string
	}{{"party_cell", sh.Meeting.People.PartyCell}, {"organisations", sh.Meeting.People.Organisations}, {"surveyors", sh.Meeting.People.Surveyors}, {"representatives", sh.Meeting.People.Representatives}} {
		m.People = append(m.People, Attended{Who: text.T("print.minutes.people." + p.key), Names: p.names})
	}
	for _, turn := range []review.Turn{review.Enters, review.Leaves, review.Changes, review.Unclear, review.NoForm, review.Stays, review.Outside} {
		h := Heard{Title: text.T("print.minutes.turn." + string(turn))}
		for _, i := range sh.Items {
			if i.Turn == turn {
				h.Lines = append(h.Lines, HeardLine{Head: i.Head, Before: i.Before, Class: i.Class, Agree: i.Opinion.Agree, Disagree: i.Opinion.Disagree, Again: i.Opinion.Outcome == review.ToBeAsked, Remark: i.Opinion.Remark})
			}
		}
		m.Groups = append(m.Groups, h)
	}
	if a := sh.Agreement; a.Known {
		m.Percent = a.Percent
		if a.Of > 0 && sh.Meeting.ID != "" {
			m.Agreement = share(a.Agree, a.Of)
		}
	}
	return m.Document(), s.told(ctx, by, "minutes", sh.Meeting.ID, village, len(sh.Items))
}

// PostingOf gives the list of a posting as it was frozen.
func (s *Store) PostingOf(ctx context.Context, by *account.Actor, id string) (*paper.Document, error) {
	scope, err := s.reader(by)
	if err != nil {
		return nil, err
	}
	p, err := s.Reviews.FindHanging(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	round, err := s.Reviews.FindRound(ctx, p.Round)
	if err != nil {
		return nil, err
	}
	commune, rules, err := s.place(ctx, p.Area, p.Round)
	if err != nil {
		return nil, err
	}
	signed, err := s.filed(ctx, scope, review.Owner{Kind: review.OfPosting, ID: p.ID})
	if err != nil {
		return nil, err
	}
	l, err := s.letter(commune, p.First, text.T("print.notation.posting"), 0, Signature{}, signed)
	if err != nil {
		return nil, err
	}
	d := PostingList{Letter: l, Year: round.Year, First: p.First, Last: p.Last, Days: p.Days, Working: rules["posting"] == "working_day", Places: p.Places}
	for _, one := range p.List {
		class, _ := standard.ParseClass(one.Class)
		d.Lines = append(d.Lines, Posted{Head: one.Head, Village: one.Village, Class: class})
	}
	return d.Document(), s.told(ctx, by, "posting", p.ID, p.Area, len(p.List))
}

// place gives a unit as it was last, and the units in which the procedure of
// the round counts.
func (s *Store) place(ctx context.Context, unit area.ID, round string) (v area.Version, figures map[string]string, err error) {
	v, ok := s.Tree().Lately(unit, s.today())
	if !ok {
		return v, nil, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	figures = map[string]string{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, known, err := s.Reviews.ProcedureOf(tx, round)
		if known {
			for name, f := range p.Figures {
				figures[name] = f.Unit
			}
		}
		return err
	})
	return v, figures, err
}

// DecisionOf gives a decision of a commune with its lists, as it was signed:
// with number, day and the signer's name.
func (s *Store) DecisionOf(ctx context.Context, by *account.Actor, roundID string, commune area.ID, id string) (*paper.Document, error) {
	f, err := s.found(ctx, by, roundID, commune, id)
	if err != nil {
		return nil, err
	}
	if f.decision.Kind == review.Withdraw {
		return s.withdrawal(ctx, by, f, commune)
	}
	f.letter.Signed = true
	return s.recognition(f).Document(), s.told(ctx, by, "decision", id, commune, len(f.decision.Items))
}

// DecisionDraftOf gives the decision that waits for the chair's signature:
// without number and day, each page marked as a draft.
func (s *Store) DecisionDraftOf(ctx context.Context, by *account.Actor, roundID string, commune area.ID) (*paper.Document, error) {
	scope, err := s.reader(by)
	if err != nil {
		return nil, err
	}
	var f found
	var ok bool
	if f.decision, ok, err = s.Reviews.DecisionDraft(ctx, scope, roundID, commune); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Conflict, "nothing_to_print", text.T("print.no_draft"))
	}
	if f.all, err = s.Reviews.DecisionsFor(ctx, scope, roundID, commune); err != nil {
		return nil, err
	}
	if f.round, err = s.Reviews.FindRound(ctx, roundID); err != nil {
		return nil, err
	}
	unit, _, err := s.place(ctx, commune, roundID)
	if err != nil {
		return nil, err
	}
	if f.letter, err = s.letter(unit, "", text.T("print.notation.decision"), 0, Signature{}, false); err != nil {
		return nil, err
	}
	f.decision.SignedOn = s.today() // whose laws are its bases
	return s.recognition(f).Document(), s.told(ctx, by, "decision_draft", roundID, commune, len(f.decision.Items))
}

// recognition is the paper of a decision.
func (s *Store) recognition(f found) Recognition {
	r := Recognition{Letter: f.letter, Year: f.round.Year, From: f.round.ClassFrom, Bases: s.Bases.On(f.decision.SignedOn, f.round.Standard), Kind: f.decision.Kind, Reason: f.decision.Reason}
	if f.round.Kind == review.Yearly { // nobody verifies what is decided within the year
		r.Verified = f.letter.Superior
	}
	for _, other := range f.all {
		if other.ID == f.decision.Corrects {
			r.Corrects = text.T("print.named", "code", f.letter.Layout.Code(other.Number, f.letter.Notation), "date", f.letter.Layout.Date(other.SignedOn))
		}
	}
	for _, i := range f.decision.Items {
		line := Line{Head: i.Head, Village: s.villageName(i.Village, f.decision.SignedOn), Members: i.Members, Before: i.Before, Class: i.Class, Label: i.Label}
		switch i.Class {
		case standard.Poor:
			r.Poor = append(r.Poor, line)
		case standard.NearPoor:
			r.NearPoor = append(r.NearPoor, line)
		default:
			line.Label, line.Note = "", i.Class.Name()
			r.Left = append(r.Left, line)
		}
	}
	return r
}

// villageName is the name on the day of the paper.
func (s *Store) villageName(id area.ID, day string) string {
	v, _ := s.Tree().Lately(id, day)
	return v.FullName
}

// found is a decision with what its paper needs.
type found struct {
	round    review.Round
	decision review.Decision
	all      []review.Decision
	letter   Letter
}

func (s *Store) found(ctx context.Context, by *account.Actor, roundID string, commune area.ID, id string) (f found, err error) {
	scope, err := s.reader(by)
	if err != nil {
		return f, err
	}
	if f.all, err = s.Reviews.DecisionsFor(ctx, scope, roundID, commune); err != nil {
		return f, err
	}
	at := slices.IndexFunc(f.all, func(d review.Decision) bool { return d.ID == id })
	if at < 0 {
		return f, fault.New(fault.NotFound, "no_decision", text.T("print.no_decision"))
	}
	f.decision = f.all[at]
	if f.round, err = s.Reviews.FindRound(ctx, roundID); err != nil {
		return f, err
	}
	unit, _, err := s.place(ctx, commune, roundID)
	if err != nil {
		return f, err
	}
	f.letter, err = s.letter(unit, f.decision.SignedOn, text.T("print.notation.decision"), f.decision.Number, Signature{Capacity: f.decision.Capacity, Name: f.decision.Signer, Office: f.decision.Office}, false)
	return f, err
}

// CertificatesOf gives the certificates of the households that the decisions of
// a round recognise, as they stand.
func (s *Store) CertificatesOf(ctx context.Context, by *account.Actor, roundID string, commune area.ID) (*paper.Document, error) {
	scope, err := s.reader(by)
	if err != nil {
		return nil, err
	}
	items, held, err := s.Reviews.Standing(ctx, scope, roundID, commune)
	if err != nil {
		return nil, err
	}
	unit, _, err := s.place(ctx, commune, roundID)
	if err != nil {
		return nil, err
	}
	// A certificate rests on a signed decision: it is printed to be signed, not
	// as a draft.
	l, err := s.letter(unit, "", "", 0, Signature{}, true)
	if err != nil {
		return nil, err
	}
	c := Certificates{Letter: l, Paper: text.T("print.certificate.paper")}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c.List = nil
		for _, i := range items {
			if one, has := held[i.Household]; has && i.Listed() {
				certificate, err := s.certificate(tx, i, one, inside(unit), l)
				if err != nil {
					return err
				}
				c.List = append(c.List, certificate)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(c.List) == 0 {
		return nil, fault.New(fault.Conflict, "nothing_to_print", text.T("print.no_certificates"))
	}
	return c.Document(), s.told(ctx, by, "certificates", roundID, commune, len(c.List))
}

func (s *Store) certificate(tx *db.Tx, i review.DecisionItem, one review.Certificate, commune string, l Letter) (Certificate, error) {
	c := Certificate{Number: one.Number, From: one.From, To: one.To, Issued: one.IssuedOn, Head: i.Head, Village: s.villageName(i.Village, one.IssuedOn) + ", " + commune}
	households, err := s.Households.Many(tx, []household.ID{i.Household})
	if err != nil {
		return c, err
	}
	h := households[i.Household]
	c.Code, c.Address = h.Code, h.Address
	members, err := s.Households.MembersOn(tx, i.Household, s.today())
	if err != nil {
		return c, err
	}
	for _, m := range members {
		c.Members = append(c.Members, CertificateMember{Name: m.FullName, Relation: m.Relation, Birth: m.Birth})
		if m.Relation == headOf {
			c.Head, c.Birth = m.FullName, m.Birth
		}
	}
	decisions, err := s.Reviews.DecisionsAbout(tx, i.Household)
	if err != nil {
		return c, err
	}
	for _, d := range decisions {
		if d.ID == one.Decision {
			c.Sign = Signature{Capacity: d.Capacity, Name: d.Signer, Office: d.Office}
		}
	}
	for _, y := range one.Years {
		row := Confirmation{Year: y.Year, Class: y.Class, Day: y.ConfirmedOn}
		for _, d := range decisions {
			if d.ID == y.Decision {
				row.Decision, row.Day = l.Layout.Code(d.Number, text.T("print.notation.decision")), d.SignedOn
			}
		}
		c.Years = append(c.Years, row)
	}
	return c, nil
}

// ResultsOf gives the report of a unit's result: the record of what it sent up
// at the stage, or as it stands now where it has sent nothing. No names are in
// it.
func (s *Store) ResultsOf(ctx context.Context, by *account.Actor, roundID string, unit area.ID, stage string) (*paper.Document, error) {
	if err := by.Need(account.RightTables); err != nil {
		return nil, err
	}
	if err := by.ScopeFor(account.RightTables).Check(s.Tree(), unit); err != nil {
		return nil, err
	}
	round, err := s.Reviews.FindRound(ctx, roundID)
	if err != nil {
		return nil, err
	}
	v, _, err := s.place(ctx, unit, roundID)
	if err != nil {
		return nil, err
	}
	var figures review.Figures
	var sent review.Result
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := s.Reviews.Results(tx, roundID, unit)
		if err != nil {
			return err
		}
		at := -1
		for i, r := range list {
			if r.Stage == stage {
				at = i
			}
		}
		if at >= 0 {
			sent, figures = list[at], list[at].Figures
			return nil
		}
		figures, err = s.Reviews.FiguresOf(tx, round, unit)
		return err
	})
	if err != nil {
		return nil, err
	}
	// A result is of the day on which it was sent, and in that day's layout. The
	// official one is a draft until something was filed with its dossier since: the
	// signed report.
	day, signed := "", false
	if sent.At != 0 {
		day = area.Today(time.UnixMilli(sent.At))
	}
	if sent.Stage == review.Official {
		files, err := s.Reviews.Attachments(ctx, by.ScopeFor(account.RightTables), review.Owner{Kind: review.OfDossier, ID: sent.Dossier})
		if err != nil {
			return nil, err
		}
		signed = slices.ContainsFunc(files, func(a review.Attachment) bool { return a.RemovedAt == 0 && a.At >= sent.At })
	}
	l, err := s.letter(v, day, text.T("print.notation.report"), 0, Signature{}, signed)
	if err != nil {
		return nil, err
	}
	set, err := s.Reviews.Law.ByID(round.Standard)
	if err != nil {
		return nil, err
	}
	r := resultsOf(l, round, stage, figures, set, s.Reviews.Law.Causes)
	r.UnitTitle, r.Units = s.unitResults(v, round, figures)
	return r.Document(), nil
}

// unitResults are the figures of the units below, in their order.
func (s *Store) unitResults(unit area.Version, round review.Round, f review.Figures) (title string, list []UnitResult) {
	day := min(s.today(), round.BoundaryDay)
	for _, below := range s.Tree().Children(unit.Area, day) {
		part := f.Parts[below.Area]
		if part == nil {
			continue
		}
		title = text.T("print.results.unit." + string(below.Level))
		list = append(list, UnitResult{Name: below.FullName, Households: part.Households, Poor: part.Poor.Households, NearPoor: part.NearPoor.Households, Unasked: part.Households == part.NotSurveyed.Households})
	}
	return title, list
}

func resultsOf(l Letter, round review.Round, stage string, f review.Figures, set *standard.Set, causes *standard.Causes) Results {
	r := Results{Letter: l, Year: round.Year, Stage: stage, Households: f.Households, People: f.People,
		Poor: Tally{Households: f.Poor.Households, People: f.Poor.People}, NearPoor: Tally{Households: f.NearPoor.Households, People: f.NearPoor.People}}
	for code := 1; code <= 6; code++ {
		n := f.Transitions[strconv.Itoa(code)]
		m := Move{Name: text.T("print.results.transition." + strconv.Itoa(code))}
		if code <= 3 {
			m.Poor = &n
		} else {
			m.NearPoor = &n
		}
		r.Moves = append(r.Moves, m)
	}
	for _, c := range causes.Causes {
		if n := f.Causes[c.Code]; n > 0 {
			r.Causes = append(r.Causes, Cause{Name: capital(c.Name.Text), Households: n})
		}
	}
	slices.SortStableFunc(r.Causes, func(a, b Cause) int { return b.Households - a.Households })
	for i, indicator := range set.Indicators {
		poor, near := f.Deprived["poor"][i], f.Deprived["near_poor"][i]
		r.Lacks = append(r.Lacks, Share{Name: capital(indicator.Name.Text), Poor: &poor, NearPoor: &near})
	}
	return r
}
