package task

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/programme"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/workday"
)

// Store keeps the plans and the obligations of one province.
type Store struct {
	DB        *db.DB
	Province  string
	Now       func() time.Time
	Tree      func() *area.Tree
	Calendar  *workday.Calendar
	Plans     []*programme.Programme // of law/programmes
	Products  Products
	Pages     Pages
	Approvers Approvers
	Reminding Reminding
	Dossiers  *dossier.Store
	Reviews   *review.Store
	// Committees know what meetings asked for before a year was made.
	Committees *committee.Store

	known      readPlans
	remembered wholeYears
}

// readPlans remembers the plans that were read of late by their content: to
// read one takes longer than everything else that a page asks.
type readPlans struct {
	mu   sync.Mutex
	list map[string]*programme.Programme
}

func (r *readPlans) read(content string) (*programme.Programme, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.list[content]; p != nil {
		return p, nil
	}
	p, err := programme.Read([]byte(content))
	if err != nil {
		return nil, err
	}
	if len(r.list) >= 8 || r.list == nil { // a province has one or two in force
		r.list = map[string]*programme.Programme{}
	}
	r.list[content] = p
	return p, nil
}

func msTime(ms int64) time.Time { return time.UnixMilli(ms) }

func (s *Store) today() string { return area.Today(s.Now()) }

// Import keeps a plan of another period or province, or one with corrections:
// a plan of the same number is replaced. Years whose obligations have been made
// keep them. What the plan says inconsistently is no reason to refuse it.
func (s *Store) Import(ctx context.Context, by *account.Actor, content []byte) (*programme.Programme, error) {
	if err := by.Need(account.RightRounds); err != nil {
		return nil, err
	}
	p, err := programme.Read(content)
	if err != nil {
		return nil, err
	}
	if p.Number == "" {
		return nil, fault.New(fault.Invalid, "programme_number", text.T("task.no_number"))
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.Now().UnixMilli()
		if err := s.sameProducts(tx, p); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into programme (province_id, id, content, at, by_actor) values ($1, $2, $3, $4, $5)
			on conflict (province_id, id) do update set content = excluded.content, at = excluded.at, by_actor = excluded.by_actor, rev = programme.rev + 1`,
			s.Province, p.Number, string(content), now, by.ID); err != nil {
			return err
		}
		if err := s.seed(tx, by.ID, []*programme.Programme{p}); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "programme.import", Kind: "programme", Record: p.Number,
			Changes: []journal.Change{{Field: "issued", To: journal.Value(p.Issued)}, {Field: "tasks", To: journal.Value(len(p.Tasks))}}})
	})
}

// plans are those that were imported, and those of the law whose number none
// of them has.
func (s *Store) plans(tx *db.Tx) (list []*programme.Programme, err error) {
	err = tx.Each(`select content from programme where province_id = $1 order by id`, []any{s.Province}, func(r *sql.Rows) error {
		var content string
		if err := r.Scan(&content); err != nil {
			return err
		}
		p, err := s.known.read(content)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range s.Plans {
		if !slices.ContainsFunc(list, func(own *programme.Programme) bool { return own.Number == p.Number }) {
			list = append(list, p)
		}
	}
	return list, nil
}

// OpenYear makes the obligations of a year, on its boundaries as they are known
// now. It is done once: a later change of the plan or of the areas does not
// change what a year asked.
func (s *Store) OpenYear(ctx context.Context, by *account.Actor, year int) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err = s.OpenYearIn(tx, by, year)
		return err
	})
	return n, err
}

// HasYear says whether a year's obligations have been made.
func (s *Store) HasYear(tx *db.Tx, year int) (bool, error) {
	_, made, err := s.madeBy(tx, year)
	return made, err
}

// OpenYearIn is OpenYear within a transaction.
func (s *Store) OpenYearIn(tx *db.Tx, by *account.Actor, year int) (n int, err error) {
	if err := by.Need(account.RightRounds); err != nil {
		return 0, err
	}
	if _, made, err := s.madeBy(tx, year); err != nil {
		return 0, err
	} else if made {
		return 0, fault.New(fault.Conflict, "task_year_made", text.T("task.year_made", "year", year))
	}
	plans, err := s.plans(tx)
	if err != nil {
		return 0, err
	}
	p, err := OfYear(plans, year)
	if err != nil {
		return 0, err
	}
	list, err := Instances(s.Tree(), p, s.Calendar, year, "")
	if err != nil {
		return 0, err
	}
	if err := s.decided(tx, p.Number, list); err != nil {
		return 0, err
	}
	if err := s.seed(tx, by.ID, plans); err != nil {
		return 0, err
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return 0, err
	}
	list, gone := s.succeed(agencies, year, list)
	n = len(list)
	now := s.Now().UnixMilli()
	if _, err := tx.Exec(`insert into task_year (province_id, year, programme_id, boundary_day, at, by_actor) values ($1, $2, $3, $4, $5, $6)`,
		s.Province, year, p.Number, Boundaries(year), now, by.ID); err != nil {
		return 0, err
	}
	rows := db.NewBulk("task", "id", "position", "task", "level", "unit", "unit_code", "unit_name", "from_year", "to_year", "due", "ends", "lead", "approver").Same("year", year)
	for at := range list {
		i := &list[at]
		i.ID, i.By = db.NewID(), doer(*i, agencies)
		rows.Add(i.ID, at, i.Task, string(i.Level), i.owner(), i.Unit.Code, i.Unit.Name, i.Span.From, i.Span.To, i.Due, i.Ends, i.Lead, i.Approver)
	}
	if err := tx.Insert(s.Province, rows); err != nil {
		return 0, err
	}
	procedure, err := s.procedure(year)
	if err != nil {
		return 0, err
	}
	if err := s.Dossiers.Open(tx, by.ID, procedure, s.keys(basis{p.Number, p}, procedure, list, agencies)); err != nil {
		return 0, err
	}
	before, err := s.obligeBefore(tx, by, agencies, year)
	if err != nil {
		return 0, err
	}
	n += before
	changes := []journal.Change{{Field: "programme", To: journal.Value(p.Number)}, {Field: "tasks", To: journal.Value(n)}}
	if before > 0 {
		changes = append(changes, journal.Change{Field: "conclusions", To: journal.Value(before)})
	}
	for _, a := range gone {
		changes = append(changes, journal.Change{Kind: "agency", Record: a.ID, Field: "owes_nothing", To: journal.Value(a.Name)})
	}
	return n, journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "task.open_year", Kind: "task_year", Record: strconv.Itoa(year), Changes: changes})
}

// madeBy gives the number of the plan by which a year's obligations were made.
func (s *Store) madeBy(tx *db.Tx, year int) (plan string, made bool, err error) {
	err = tx.Get(`select programme_id from task_year where province_id = $1 and year = $2`, []any{s.Province, year}, &plan)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	return plan, err == nil, err
}

// Year is what a year asks of an area and of those in it.
type Year struct {
	Year      int
	Plan      string // its number
	Top       area.Version
	Made      bool   // once and for all; else as the plan asks today
	Today     string // of the states
	Instances []Instance
}

// Year gives the obligations of a year under an area ("": the province), with
// their states, of the units within the scope. Agencies' come with the whole
// province. An area outside the scope is not there.
func (s *Store) Year(ctx context.Context, scope area.Scope, year int, code string) (y Year, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		y, err = s.yearIn(tx, scope, year, code)
		return err
	})
	return y, err
}

// YearUndone is Year without what is done.
func (s *Store) YearUndone(ctx context.Context, scope area.Scope, year int, code string) (y Year, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if y, err = s.yearIn(tx, scope, year, code); err != nil {
			return err
		}
		y.Instances = slices.DeleteFunc(y.Instances, func(i Instance) bool { return i.State == Done })
		return nil
	})
	return y, err
}

func (s *Store) yearIn(tx *db.Tx, scope area.Scope, year int, code string) (Year, error) {
	tree, day := s.Tree(), Boundaries(year)
	y := Year{Year: year, Today: s.today()}
	if code == "" {
		roots := tree.Roots(day)
		if len(roots) == 0 {
			return y, tree.NothingOn(day)
		}
		y.Top = roots[0]
	} else {
		top, err := tree.FindCode(code, day)
		if err != nil {
			return y, err
		}
		y.Top = top
	}
	sees := s.within(scope, day)
	if !sees(y.Top.Area) && (code != "" || scope.Empty()) {
		return y, notThere()
	}
	w, err := s.whole(tx, year)
	if err != nil {
		return y, err
	}
	y.Plan, y.Made = w.plan, w.made
	y.Instances = w.of(func(i Instance) bool {
		if i.Area == "" {
			return y.Top.Level == area.Province && sees(y.Top.Area)
		}
		return tree.Covers(y.Top.Area, i.Area, day) && sees(i.Area)
	})
	return y, nil
}

func notThere() error {
	return fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
}

// within says whether the scope covers an area of the day. Of one that has
// ended since, it covers what covers all that came of it.
func (s *Store) within(scope area.Scope, day string) func(area.ID) bool {
	tree := s.Tree()
	then := tree.Scope(scope.Province, scope.Grants, day)
	return func(id area.ID) bool {
		if v, ok := tree.On(id, day); ok {
			if _, covered := then.FieldsAt(v.Path); covered {
				return true
			}
		}
		if _, lives := tree.On(id, scope.Today()); lives {
			return scope.Covers(tree, id, scope.Today())
		}
		heirs := tree.Heirs(id, scope.Today())
		return len(heirs) > 0 && !slices.ContainsFunc(heirs, func(heir area.ID) bool { return !scope.Covers(tree, heir, scope.Today()) })
	}
}

// mine leaves out what was passed on to a successor.
const mine = ` and passed_to = ''`

// kept reads the obligations that were made, those of a further condition.
func (s *Store) kept(tx *db.Tx, year int, condition string, args ...any) (list []Instance, err error) {
	err = tx.Each(`select id, task, level, unit, unit_code, unit_name, from_year, to_year, due, ends, lead, approver, passed_to, title, committee_id from task where province_id = $1 and year = $2`+condition+` order by position`, append([]any{s.Province, year}, args...), func(r *sql.Rows) error {
		i := Instance{State: Planned}
		i.Year = year
		var unit string
		if err := r.Scan(&i.ID, &i.Task, &i.Level, &unit, &i.Unit.Code, &i.Unit.Name, &i.Span.From, &i.Span.To, &i.Due, &i.Ends, &i.Lead, &i.Approver, &i.PassedTo, &i.Title, &i.Committee); err != nil {
			return err
		}
		if i.Level != programme.Agency {
			i.Area = area.ID(unit)
		}
		if i.PassedTo != "" {
			i.State = PassedOn
		}
		list = append(list, i)
		return nil
	})
	return list, err
}

// entitle gives each obligation the title of its task in the plan.
func entitle(list []Instance, plans []*programme.Programme, number string) {
	at := slices.IndexFunc(plans, func(p *programme.Programme) bool { return p.Number == number })
	if at < 0 {
		return
	}
	for n := range list {
		if t, ok := plans[at].Task(list[n].Task); ok {
			list[n].Title = t.Title
		}
	}
}

// Programmes are the plans that are known, those of the law among them.
func (s *Store) Programmes(ctx context.Context) (list []*programme.Programme, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.plans(tx)
		return err
	})
	return list, err
}

// Years are those of which the plans ask something and whose areas are known,
// in order.
func (s *Store) Years(ctx context.Context) (years []int, err error) {
	plans, err := s.Programmes(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(yearsOf(plans), func(y int) bool { return len(s.Tree().Roots(Boundaries(y))) == 0 }), nil
}
