package task

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// Obligation is an instance of a year that was made, with all that was
// recorded of it.
type Obligation struct {
	Instance
	Plan  string         // its number
	Task  programme.Task // as the plan has it; without an ID where a later edition has it no more
	Terms []programme.AgencyName
	// With are whom the plan names to work with, Receivers who gets the product.
	With, Receivers []Partner
	// Linked says that the product is a dossier of another subject, which has
	// a page of its own; Own that it has a dossier of its own.
	Linked, Own bool
	Record      dossier.Dossier // its own
	Checked     *dossier.Checked
	Rules       dossier.Rules
	// Approval is why its approver is who he is: by all but ByNamed the head of
	// the unit signs.
	Approval Approval
	Page     string // that shows its product, of Pages
	// Decided is the approver's word by which the term is another than the
	// printed one; Choice is "" where it does not go back to him.
	Decided Decision
	Events  []dossier.Event
	Entries []Entry
	Parts   []Part
	Inputs  []Input
	Times   []MoreTime
	// To is the successor's obligation of one that was passed on, From are those
	// that came to this one.
	To   Instance
	From []Instance
}

// Subjects registers the dossiers of obligations.
func (s *Store) Subjects() {
	for _, kind := range workKinds() {
		s.Dossiers.Register(kind, work{s})
	}
}

func noTask() error {
	return fault.New(fault.NotFound, "task_absent", text.T("task.work.none"))
}

// Find gives an obligation to somebody whose post covers its unit, who was
// asked for input or has a part of it, or to whose unit the approved product
// goes. For anybody else it is not there.
func (s *Store) Find(ctx context.Context, by *account.Actor, year int, id string) (o Obligation, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if o, err = s.findIn(tx, by, year, id); err != nil {
			return err
		}
		return s.fill(tx, &o)
	})
	return o, err
}

// OfDossier gives the obligation that a dossier is about, its own or that of a
// request for more time; ok is false for the dossiers of other subjects.
func (s *Store) OfDossier(ctx context.Context, by *account.Actor, record string) (year int, id string, ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := s.Dossiers.FindIn(tx, by, record)
		if err == nil && strings.HasPrefix(d.Kind, kindPrefix) {
			year, id, ok = parseSubject(d.Subject)
		}
		return err
	})
	return year, id, ok, err
}

// findIn reads an obligation with its dossier, and refuses who may not see it.
func (s *Store) findIn(tx *db.Tx, by *account.Actor, year int, id string) (o Obligation, err error) {
	plan, made, err := s.madeBy(tx, year)
	if err != nil {
		return o, err
	}
	if !made {
		return o, noTask()
	}
	list, err := s.kept(tx, year, ` and id = $3`, id)
	if err != nil {
		return o, err
	}
	if len(list) == 0 {
		return o, noTask()
	}
	plans, err := s.plans(tx)
	if err != nil {
		return o, err
	}
	entitle(list, plans, plan)
	if err := s.follow(tx, plan, year, list); err != nil {
		return o, err
	}
	o = Obligation{Instance: list[0], Plan: plan}
	b := basisOf(plans, plan)
	if b.file != nil {
		o.Task, _ = b.file.Task(o.Instance.Task)
		o.Terms = b.file.Agencies
		o.With, o.Receivers = s.partners(b.file, o.Instance, o.Task.With), s.partners(b.file, o.Instance, o.Task.To)
	}
	o.Linked = s.linked(b, o.Instance)
	if o.Page = s.product(b, o.Instance.Task); slices.Contains(kinds, o.Page) {
		o.Page = ""
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return o, err
	}
	kind, signAt, why := s.kindOf(b, o.Instance, agencies)
	o.Approval = why
	procedure, err := s.procedure(year)
	if err != nil {
		return o, err
	}
	o.Rules, _ = procedure.Rules(kind)
	if !o.Linked && o.Dossier != "" {
		if o.Record, err = s.Dossiers.Get(tx, o.Dossier); err != nil {
			return o, err
		}
		o.Own = true
		if o.Checked, err = s.Dossiers.Check(tx, o.Record); err != nil {
			return o, err
		}
		if o.Rules = o.Checked.Rules; signAt != "" && o.Record.SignAt == "" {
			o.Approval = ByElsewhere // made before another agency could sign
		}
	}
	if !s.sees(by, o) && (o.State != Done || !s.receives(by, o.Receivers)) {
		concerned, err := s.concerns(tx, by, year, id)
		if err != nil {
			return o, err
		}
		if !concerned {
			return o, noTask()
		}
	}
	return o, nil
}

// Record names an obligation among the records of all subjects.
func Record(year int, id string) string { return strconv.Itoa(year) + "-" + id }

// ParseRecord reads such a name.
func ParseRecord(name string) (year int, id string, ok bool) {
	before, id, ok := strings.Cut(name, "-")
	year, err := strconv.Atoi(before)
	return year, id, ok && err == nil && id != ""
}

// SeesIn answers for a record of another subject in a transaction: whose an
// obligation is, to those who see it.
func (s *Store) SeesIn(tx *db.Tx, by *account.Actor, name string) (area.ID, error) {
	year, id, ok := ParseRecord(name)
	if !ok {
		return "", noTask()
	}
	o, err := s.findIn(tx, by, year, id)
	return o.By, err
}

// key is the obligation as a dossier would have it, of one without its own too.
func (s *Store) key(o Obligation) dossier.Dossier {
	if o.Own {
		return o.Record
	}
	d := dossier.Dossier{Key: dossier.Key{Kind: o.Rules.Kind, Subject: subjectOf(o.Year, o.ID), Unit: o.By, Until: Boundaries(o.Year)}}
	if p, err := s.procedure(o.Year); err == nil {
		d.Procedure = p.ID
	}
	return d
}

func (s *Store) sees(by *account.Actor, o Obligation) bool { return s.Dossiers.Sees(by, s.key(o)) }

// fill reads what was recorded of an obligation beside its dossier.
func (s *Store) fill(tx *db.Tx, o *Obligation) (err error) {
	if o.Own {
		if o.Events, err = s.Dossiers.Events(tx, o.Record.ID); err != nil {
			return err
		}
	}
	if o.Entries, err = s.entries(tx, o.Year, o.ID); err != nil {
		return err
	}
	if o.Parts, err = s.parts(tx, o.Year, ` and task_id = $3`, o.ID); err != nil {
		return err
	}
	if o.Inputs, err = s.inputs(tx, ` and year = $2 and task_id = $3`, o.Year, o.ID); err != nil {
		return err
	}
	if o.Times, err = s.times(tx, o.Year, o.ID); err != nil {
		return err
	}
	if o.To, err = s.passedTo(tx, o.Instance); err != nil {
		return err
	}
	if o.From, err = s.passedFrom(tx, o.Instance); err != nil {
		return err
	}
	if d, ok, err := s.decisionOn(tx, o.Plan, o.Instance); err != nil || ok {
		o.Decided = d
		return err
	}
	return nil
}

// working says whether the work on it goes on.
func (o Obligation) working() bool {
	return o.State == Planned || o.State == Doing || o.State == Returned
}

// accepted says whether its unit has accepted it. What is done in another
// subject's dossier needs no accepting.
func (o Obligation) accepted() bool {
	if o.Linked {
		return true
	}
	if !o.Own {
		return false
	}
	_, done := o.Checked.Done(stepAccept, "")
	return done
}

// worker says whether the actor works at the unit whose obligation it is.
func (s *Store) worker(by *account.Actor, o Obligation) bool {
	if by.MustChange {
		return false
	}
	_, ok := s.Dossiers.At(by, o.Rules.HandIn, o.By, s.Dossiers.Day(s.key(o)))
	return ok || by.ID == account.OperatorID
}

// leads says whether the actor works at the unit or signs for it: he divides
// the work and says what became of it.
func (s *Store) leads(by *account.Actor, o Obligation) bool {
	if s.worker(by, o) {
		return true
	}
	if by.MustChange {
		return false
	}
	_, ok := s.Dossiers.At(by, s.signing(o.By), o.By, s.Dossiers.Day(s.key(o)))
	return ok
}

// signing are the roles that sign for a unit.
func (s *Store) signing(unit area.ID) (codes []string) {
	_, agency := account.AgencyOf(unit)
	for _, r := range s.Dossiers.Roles().Roles {
		if r.Capacity != "" && r.AtAgency == agency {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// Allowed is what somebody may do with an obligation as it stands.
type Allowed struct {
	dossier.Allowed
	Accept  bool
	Report  bool // say how far it is, add files
	Split   bool
	Ask     bool // others for input
	AskTime bool
}

// May tells what the actor may do with an obligation now.
func (s *Store) May(by *account.Actor, o Obligation) (a Allowed, err error) {
	if o.Own {
		if a.Allowed, err = s.Dossiers.May(by, o.Record); err != nil {
			return a, err
		}
	}
	worker, leads := s.worker(by, o), s.leads(by, o)
	a.Accept = worker && !o.Linked && o.working() && !o.accepted()
	a.HandIn = a.HandIn && o.accepted()
	open := o.working() && o.accepted()
	a.Report = open && (leads || s.hasPart(by, o))
	a.Split, a.Ask = open && leads, open && leads
	a.AskTime = worker && o.Ends != "" && o.working() && o.waiting() == nil
	return a, nil
}

// tell writes the journal entry of an action on an obligation.
func (s *Store) tell(tx *db.Tx, by *account.Actor, o Obligation, action, reason string, changes ...journal.Change) error {
	changes = append([]journal.Change{{Field: "task", To: journal.Value(o.Instance.Task)}, {Field: "unit", To: journal.Value(o.Unit.Code)}}, changes...)
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "task." + action, Kind: "task", Record: subjectOf(o.Year, o.ID),
		AreaID: string(o.By), Reason: strings.TrimSpace(reason), Changes: changes})
}

func notYours(o Obligation) error {
	return fault.New(fault.Forbidden, "not_yours", text.T("task.work.not_yours", "unit", o.Unit.Name))
}

func wrongState(o Obligation) error {
	return fault.New(fault.Conflict, "wrong_state", text.T("task.work.wrong_state", "state", o.StateWords()))
}

func field(code, name, key string, pairs ...any) error {
	return fault.New(fault.Invalid, code, text.T(key, pairs...), fault.Field{Name: name, Message: text.T(key, pairs...)})
}

// short refuses more words than are kept.
func short(code, name, words string) error {
	message := typed.TooLong(words, typed.Words)
	return fault.If(message != "", fault.New(fault.Invalid, code, message, fault.Field{Name: name, Message: message}))
}

// said reads what somebody wrote.
func said(code, name, words string) (string, error) {
	words = nfc(words)
	if words == "" {
		return "", field(code, name, "task.work.empty")
	}
	return words, short(code, name, words)
}
