package review

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/typed"
)

// Why a household stands on the list of a round.
const (
	LastYear = "last_year" // poor or near-poor before
	Request  = "request"   // asked for it, forms 1a and 1b
	Proposal = "proposal"  // the village proposes it
	Added    = "added"     // nobody listed it, somebody noticed
	Surveyed = "surveyed"  // it has a form already
)

// The routes: Phiếu A first, or straight to Phiếu B.
const (
	RouteA = "a"
	RouteB = "b"
)

// Listed is a household of the list, with where it stands.
type Listed struct {
	Household  household.ID
	Village    area.ID
	Code       string
	Head       string
	Source     string
	Route      string
	Before     standard.Class
	Reviewed   bool   // before, so that it has a class from then
	Screening  string // verdict of Phiếu A; "" while there is none
	Assessment string // in force in the round; "" while there is none
	Class      standard.Class
	Label      string
	Causes     int
	Unanswered bool // form and roster disagree, and nobody has said which is right
}

// NeedsB says whether Phiếu B is to be filled in: for those that go straight
// to it, and for those that Phiếu A did not screen out.
func (l Listed) NeedsB() bool {
	return l.Route == RouteB || l.Assessment != "" || l.Screening != "" && l.Screening != ScreenedOut
}

// ScreenedOut is the verdict of Phiếu A that a household is surely not poor.
const ScreenedOut = "screened_out"

// ListFor gives the list of a round in an area within the scope.
func (s *Store) ListFor(ctx context.Context, scope area.Scope, roundID string, root area.ID) (list []Listed, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		day := s.today()
		var villages []area.ID
		for _, v := range s.Tree().OfLevel(root, day, area.Village) {
			if f, ok := scope.FieldsAt(v.Path); ok && f.Has(area.FieldHousehold) {
				villages = append(villages, v.Area)
			}
		}
		list, err = s.listOf(tx, round, villages)
		return err
	})
	return list, err
}

// listOf is the list of some villages, by village and name of the head: the
// poor and near-poor of before (in a yearly round; within the year nobody is
// reviewed whom no request names), whoever was put on it, and whoever has a form.
func (s *Store) listOf(tx *db.Tx, round Round, villages []area.ID) ([]Listed, error) {
	all := map[household.ID]*Listed{}
	var order []household.ID
	for part := range slices.Chunk(villages, 400) {
		if err := s.collect(tx, round, part, all, &order); err != nil {
			return nil, err
		}
	}
	screened, err := s.screenings(tx, round, villages)
	if err != nil {
		return nil, err
	}
	direct := map[area.ID]bool{}
	list := make([]Listed, 0, len(order))
	for _, id := range order {
		l := all[id]
		l.Screening = screened[id]
		if l.Route == RouteA {
			commune, ok := s.Tree().Ancestor(l.Village, s.workDay(round), area.Commune)
			if ok {
				is, known := direct[commune.Area]
				if !known {
					if is, err = s.goesStraight(tx, round, commune.Area); err != nil {
						return nil, err
					}
					direct[commune.Area] = is
				}
				if is {
					l.Route = RouteB
				}
			}
		}
		list = append(list, *l)
	}
	return list, nil
}

func (s *Store) collect(tx *db.Tx, round Round, villages []area.ID, all map[household.ID]*Listed, order *[]household.ID) error {
	if len(villages) == 0 {
		return nil
	}
	lapses, err := s.lapses(tx)
	if err != nil {
		return err
	}
	// Within the year it is the class of that year: what the yearly round finds
	// in its autumn holds from the next.
	from := cmp.Or(round.ClassFrom, strconv.Itoa(round.Year+1)+"-01-01")
	args := []any{s.Province, round.ID, from}
	for _, v := range villages {
		args = append(args, string(v))
	}
	// One pass over the households of the villages with their forms in force
	// and their place on the list.
	where := `h.province_id = $1 and h.to_day = '` + household.Far + `' and h.village_id in (` + db.Marks(4, len(villages)) + `)`
	standing := &Standing{lapses: lapses, others: map[household.ID][]held{}}
	type found struct {
		Listed
		source, route string
	}
	var rows []found
	byID := map[household.ID]int{}
	err = tx.Each(`select h.id, h.village_id, h.code, coalesce(p.full_name, ''), coalesce(l.source, ''), coalesce(l.route, ''),
			coalesce(a.id, ''), coalesce(a.round_id, ''), coalesce(a.effective_from, ''), coalesce(a.causes, ''), coalesce(a.warnings, ''), coalesce(a.warning_answer, ''), coalesce(c.class, ''), coalesce(c.label, ''), coalesce(a.operation_id, ''), coalesce(o.kind, '')
		from household h
		left join person p on p.province_id = h.province_id and p.id = h.head_id
		left join review_listing l on l.province_id = h.province_id and l.household_id = h.id and l.round_id = $2 and l.withdrawn_at is null
		left join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id
		left join assessment a on a.province_id = f.province_id and a.id = f.assessment_id and (a.round_id = $2 or a.effective_from < $3)
		left join round o on o.province_id = a.province_id and o.id = a.round_id
		left join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where `+where+` order by h.village_id, h.head_key, h.id`, args, func(r *sql.Rows) error {
		var one found
		var id household.ID
		var assessment, in, effective, causes, warnings, answer, class, operation, kind string
		if err := r.Scan(&id, &one.Village, &one.Code, &one.Head, &one.source, &one.route, &assessment, &in, &effective, &causes, &warnings, &answer, &class, &one.Label, &operation, &kind); err != nil {
			return err
		}
		i, known := byID[id]
		if !known {
			i = len(rows)
			byID[id] = i
			one.Household = id
			rows = append(rows, found{Listed: Listed{Household: id, Village: one.Village, Code: one.Code, Head: one.Head}, source: one.source, route: one.route})
		}
		parsed, _ := standard.ParseClass(class)
		switch {
		case assessment == "":
		case in == round.ID:
			row := &rows[i]
			row.Assessment, row.Class, row.Label, row.Causes = assessment, parsed, one.Label, len(split(causes))
			row.Unanswered = warnings != "" && answer == ""
		default:
			standing.others[id] = append(standing.others[id], held{ID: assessment, Round: in, Effective: effective, Class: parsed, within: kind == InYear, imported: operation != ""})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.withSigned(tx, standing.others); err != nil {
		return err
	}
	for i := range rows {
		l := rows[i].Listed
		l.Before, l.Reviewed = standing.Before(l.Household, from)
		listed := l.Before == standard.Poor || l.Before == standard.NearPoor
		switch {
		case listed && round.Kind == Yearly:
			l.Source, l.Route = LastYear, RouteB
		case listed && rows[i].source != "":
			l.Source, l.Route = rows[i].source, RouteB
		case rows[i].source != "":
			l.Source, l.Route = rows[i].source, rows[i].route
		case l.Assessment != "":
			l.Source, l.Route = Surveyed, RouteB
		default:
			continue
		}
		all[l.Household] = &l
		*order = append(*order, l.Household)
	}
	return nil
}

// lapses are the days on which the classes of closed yearly rounds began.
func (s *Store) lapses(tx *db.Tx) (days []string, err error) {
	rounds, err := s.rounds(tx)
	for _, o := range rounds {
		if o.Kind == Yearly && o.State == Closed && !o.Beside {
			days = append(days, o.ClassFrom)
		}
	}
	return days, err
}

// goesStraight says whether so many households of the commune were poor that
// nobody is screened there (figure screening_not_needed of the procedure).
func (s *Store) goesStraight(tx *db.Tx, round Round, commune area.ID) (bool, error) {
	p, ok, err := s.ProcedureOf(tx, round.ID)
	if err != nil || !ok {
		return false, err
	}
	limit, has := p.Figures["screening_not_needed"]
	if !has {
		return false, nil
	}
	poor, households, err := s.poorBefore(tx, round, commune)
	return households > 0 && poor*100 >= limit.Value*households, err
}

// poorBefore counts the households of a commune and those of them that were
// poor before the round.
func (s *Store) poorBefore(tx *db.Tx, round Round, commune area.ID) (poor, all int, err error) {
	day := s.workDay(round)
	v, ok := s.Tree().On(commune, day)
	if !ok {
		return 0, 0, nil
	}
	args := []any{s.Province, day}
	condition := area.PathSQL("v.path", v.Path, &args)
	err = tx.Get(`select count(*) from household h join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
		where h.province_id = $1 and h.to_day = '`+household.Far+`' and `+condition, args, &all)
	if err != nil || all == 0 || round.ClassFrom == "" {
		return 0, all, err
	}
	args = []any{s.Province, day, round.ClassFrom}
	condition = area.PathSQL("v.path", v.Path, &args)
	// The last class that took effect before; lapses do not matter to the
	// share, because a household that was left out was not poor then.
	err = tx.Get(`select count(*) from household h join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $2 and v.to_day > $2
		join assessment_in_force f on f.province_id = h.province_id and f.household_id = h.id
		join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1 and c.class = 'poor'
		where h.province_id = $1 and h.to_day = '`+household.Far+`' and `+condition+` and a.effective_from = (
			select max(b.effective_from) from assessment_in_force g join assessment b on b.province_id = g.province_id and b.id = g.assessment_id
			join round o on o.province_id = b.province_id and o.id = b.round_id
			where g.province_id = h.province_id and g.household_id = h.id and b.effective_from < $3 and (o.kind = '`+Yearly+`' or exists (select 1 from decision_item i where i.province_id = b.province_id and i.assessment_id = b.id and i.household_id = b.household_id)
				or b.operation_id is not null and not exists (select 1 from in_year_request q where q.province_id = b.province_id and q.household_id = b.household_id and q.round_id = b.round_id)))`, args, &poor)
	return poor, all, err
}

// AddToList puts a household on the list of a round that stands on it for no
// other reason. straight sends it to Phiếu B without Phiếu A, also where
// Phiếu A has screened it out.
func (s *Store) AddToList(ctx context.Context, by household.Actor, roundID string, id household.ID, source string, straight bool, reason string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.addToList(tx, by, roundID, id, source, straight, reason)
	})
}

func (s *Store) addToList(tx *db.Tx, by household.Actor, roundID string, id household.ID, source string, straight bool, reason string) error {
	reason, err := typed.Account("reason", reason)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{Request, Proposal, Added}, source) {
		return refused("source", "review.bad_source")
	}
	if reason == "" && (source == Added || straight) {
		return refused("reason", "review.list_reason")
	}
	round, err := s.Round(tx, roundID)
	if err != nil {
		return err
	}
	if round.State != Open {
		return roundClosed(roundID)
	}
	h, err := s.Households.Find(tx, by.Scope, id)
	if err != nil {
		return err
	}
	if err := s.guard(tx, round, h.VillageID, Survey, ""); err != nil {
		return err
	}
	route := RouteA
	if straight {
		route = RouteB
	}
	now := s.Now().UnixMilli()
	// Who is on the list stays; only the way to Phiếu B can be opened.
	_, err = tx.Exec(`insert into review_listing (province_id, round_id, household_id, source, route, reason, at, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (province_id, round_id, household_id) do update set route = case when excluded.route = 'b' then 'b' else review_listing.route end,
			reason = case when excluded.reason = '' then review_listing.reason else excluded.reason end, withdrawn_at = null`,
		s.Province, roundID, string(id), source, route, reason, now, by.ID)
	if err != nil {
		return err
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "review.list", Kind: "round", Record: roundID, HouseholdID: string(id), AreaID: string(h.VillageID), Reason: reason,
		Changes: []journal.Change{{Field: "source", To: journal.Value(source)}, {Field: "route", To: journal.Value(route)}}})
}
