package task

import (
	"slices"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/text"
)

// Approval says why somebody is the approver of an obligation.
type Approval string

// By whom an obligation is approved.
const (
	ByNamed     Approval = ""          // by whom the plan names
	ByNobody    Approval = "nobody"    // the plan names nobody
	ByUnknown   Approval = "unknown"   // it names one of whom nothing says at which level he signs
	ByElsewhere Approval = "elsewhere" // one who is neither at the unit nor above it
)

// basis is a plan by which obligations are made: what its own file says goes
// before what the law's files say of it.
type basis struct {
	number string
	file   *programme.Programme // nil where it is no longer known
}

func basisOf(plans []*programme.Programme, number string) basis {
	b := basis{number: number}
	if at := slices.IndexFunc(plans, func(p *programme.Programme) bool { return p.Number == number }); at >= 0 {
		b.file = plans[at]
	}
	return b
}

func (s *Store) basis(tx *db.Tx, number string) (basis, error) {
	plans, err := s.plans(tx)
	return basisOf(plans, number), err
}

// signs is where somebody signs whom a plan names as approver, with the code of
// the agency whose head he is, where his own code says so.
func (s *Store) signs(b basis, code string) (at programme.Level, agency string, known bool) {
	if b.file != nil {
		at, known = b.file.Approvers[code]
	}
	if !known {
		at, known = s.Approvers.ByPlan[b.number][code]
	}
	if !known {
		at, known = s.Approvers.Codes[code]
	}
	if known && at != programme.Agency {
		return at, "", true
	}
	for _, h := range s.Approvers.Heads {
		rest, begins := strings.CutPrefix(code, h.Begins)
		if !begins || rest == "" {
			continue
		}
		if b.file != nil && slices.ContainsFunc(b.file.Agencies, func(a programme.AgencyName) bool { return a.Code == rest }) {
			return programme.Agency, rest, true
		}
		known = known || h.Any
	}
	return programme.Agency, "", known
}

// product is the record that is the product of a task: a kind of dossier or a
// page, "" for none.
func (s *Store) product(b basis, task string) string {
	if b.file != nil {
		if t, _ := b.file.Task(task); t.Product != "" {
			return t.Product
		}
	}
	if kind := s.Products[b.number][task]; kind != "" {
		return kind
	}
	return s.Pages[b.number][task]
}

// dossiersOfRounds are the tasks whose product is a dossier of another subject:
// task → kind.
func (s *Store) dossiersOfRounds(b basis) map[string]string {
	found := map[string]string{}
	note := func(task string) {
		if kind := s.product(b, task); slices.Contains(kinds, kind) {
			found[task] = kind
		}
	}
	for task := range s.Products[b.number] {
		note(task)
	}
	if b.file != nil {
		for _, t := range b.file.Tasks {
			note(t.ID)
		}
	}
	return found
}

// UnknownApprovers are the codes of approvers of a plan of whom nothing says at
// which level they sign, each once.
func (s *Store) UnknownApprovers(p *programme.Programme) (codes []string) {
	b := basis{p.Number, p}
	for _, t := range p.Tasks {
		if _, _, known := s.signs(b, t.Approver); t.Approver != "" && !known && !slices.Contains(codes, t.Approver) {
			codes = append(codes, t.Approver)
		}
	}
	return codes
}

// sameProducts refuses another edition of a plan that would take the dossiers
// away from obligations that were made, or give them other ones.
func (s *Store) sameProducts(tx *db.Tx, p *programme.Programme) error {
	years, err := s.madeYears(tx)
	if err != nil || !slices.ContainsFunc(years, func(y madeYear) bool { return y.plan == p.Number }) {
		return err
	}
	before, err := s.basis(tx, p.Number)
	if err != nil {
		return err
	}
	was, is := s.dossiersOfRounds(before), s.dossiersOfRounds(basis{p.Number, p})
	var changed []string
	for _, of := range []map[string]string{was, is} {
		for task := range of {
			if was[task] != is[task] && !slices.Contains(changed, task) {
				changed = append(changed, task)
			}
		}
	}
	if len(changed) == 0 {
		return nil
	}
	slices.Sort(changed)
	return fault.New(fault.Conflict, "products_changed", text.T("task.products_changed", "number", p.Number, "list", strings.Join(changed, ", ")))
}
