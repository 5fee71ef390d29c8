package review

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// subjectFields says which part of a scope shows the indicators of a subject.
var subjectFields = []struct {
	subject string
	field   area.Fields
}{
	{"health", area.FieldHealth}, {"education", area.FieldEducation}, {"construction", area.FieldHousing},
	{"agriculture", area.FieldWater}, {"information", area.FieldInformation},
}

// shown gives the indicators that the fields show.
func shown(set *standard.Set, fields area.Fields) (mask uint16) {
	if fields.Has(area.FieldHousehold) {
		return set.All()
	}
	for _, s := range subjectFields {
		if fields.Has(s.field) {
			mask |= set.SubjectMask(s.subject)
		}
	}
	return mask
}

// memberFacts are the answers of a member by the way in which an indicator
// follows from the members, and where that is said.
var memberFacts = map[string]func(from, to *RosterMember){
	"untreated_member": func(from, to *RosterMember) { to.Untreated = from.Untreated },
	"uninsured_member": func(from, to *RosterMember) { to.Insured = from.Insured },
	"unschooled_adult": func(from, to *RosterMember) {
		to.LowerSecondary, to.AtSchool = from.LowerSecondary, from.AtSchool
	},
	"child_not_at_school": func(from, to *RosterMember) { to.AtSchool = from.AtSchool },
}

// PersonsQuery asks who lacks what an indicator asks of each member: who has
// no insurance, which child is out of school.
type PersonsQuery struct {
	Round     string
	Root      area.ID // where they live today; "" for the whole scope
	Indicator string
	Classes   []standard.Class // of the household; none: all
	Purpose   string           // what the list is read for: goes into the journal
	After     string           // the key of the page before
	Limit     int
}

// PersonLacking is a person because of whom a household is deprived.
type PersonLacking struct {
	Person          household.PersonID
	Name            string
	Birth           string
	Relation        string
	Household       household.ID
	Code            string
	Head            string
	Village         area.ID // where the household lives today
	Commune         area.ID
	Class           standard.Class
	FormSaysWithout bool // the ticked box of the signed form says that nobody lacks it
}

var errEnough = errors.New("enough")

// Persons lists persons within the scope, as the assessments in force of the
// round have them, village by village. A department may ask for the
// indicators of its subject only. next is the key of the following page, ""
// at the end.
func (s *Store) Persons(ctx context.Context, by household.Actor, q PersonsQuery) (list []PersonLacking, next string, err error) {
	if q.Purpose, err = reasoned("purpose", q.Purpose, "review.purpose_missing"); err != nil {
		return nil, "", err
	}
	round, err := s.FindRound(ctx, q.Round)
	if err != nil {
		return nil, "", err
	}
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return nil, "", err
	}
	i := set.Index(q.Indicator)
	if i < 0 || shown(set, by.Scope.Fields())&(1<<i) == 0 {
		return nil, "", fault.New(fault.NotFound, "indicator_unknown", text.T("review.indicator_unknown", "code", q.Indicator))
	}
	if d := set.Indicators[i].Derive; d == nil || memberFacts[d.Kind] == nil {
		return nil, "", refused("indicator", "review.not_of_members", "name", set.Indicators[i].Name.Text)
	}
	root, err := s.rootPath(q.Root)
	if err != nil {
		return nil, "", err
	}
	if err := s.journalReading(ctx, by, q); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, next = nil, ""
		return s.eachPerson(tx, by.Scope, round, set, i, root, q, func(p PersonLacking, key string) error {
			if len(list) >= q.Limit && list[len(list)-1].Household != p.Household {
				return errEnough
			}
			list = append(list, p)
			next = key
			return nil
		})
	})
	if errors.Is(err, errEnough) {
		return list, next, nil
	}
	return list, "", err
}

func (s *Store) rootPath(root area.ID) (string, error) {
	if root == "" {
		return "", nil
	}
	v, ok := s.Tree().On(root, s.today())
	if !ok {
		return "", fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	return v.Path, nil
}

func (s *Store) journalReading(ctx context.Context, by household.Actor, q PersonsQuery) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "list.read", Kind: "list", Record: "persons." + q.Indicator, AreaID: string(q.Root),
			Reason: q.Purpose, Changes: []journal.Change{{Field: "round", To: journal.Value(q.Round)}, {Field: "indicator", To: journal.Value(q.Indicator)}, {Field: "after", To: journal.Value(q.After)}}})
	})
}

// eachPerson calls f for every person, with the key of the household.
func (s *Store) eachPerson(tx *db.Tx, scope area.Scope, round Round, set *standard.Set, indicator int, root string, q PersonsQuery, f func(PersonLacking, string) error) error {
	var mayRead area.Fields
	for _, one := range subjectFields {
		if set.SubjectMask(one.subject)&(1<<indicator) != 0 {
			mayRead = one.field
		}
	}
	if mayRead == 0 {
		mayRead = area.FieldHousehold
	}
	args := []any{s.Province, round.ID, s.today()}
	condition := scope.PathSQLFor("v.path", mayRead, &args)
	if root != "" {
		condition += " and " + area.PathSQL("v.path", root, &args)
	}
	if q.After != "" {
		village, rest, _ := strings.Cut(q.After, "\x1f")
		headKey, id, _ := strings.Cut(rest, "\x1f")
		condition += " and (h.village_id, h.head_key, h.id) > (" + db.Marks(len(args)+1, 3) + ")"
		args = append(args, village, headKey, id)
	}
	return tx.Each(`select h.id, h.code, h.head_key, h.village_id, coalesce(p.full_name, ''), a.size, a.ticked, a.roster, a.recorded_at, coalesce(c.class, '')`+assessmentFrom+`
		join household h on h.province_id = a.province_id and h.id = a.household_id
		join area_version v on v.province_id = h.province_id and v.area_id = h.village_id and v.from_day <= $3 and v.to_day > $3
		left join person p on p.province_id = h.province_id and p.id = h.head_id
		where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id and `+condition+` order by h.village_id, h.head_key, h.id`, args, func(r *sql.Rows) error {
		var one PersonLacking
		var headKey, ticked, roster, class string
		var size int
		var recordedAt int64
		if err := r.Scan(&one.Household, &one.Code, &headKey, &one.Village, &one.Head, &size, &ticked, &roster, &recordedAt, &class); err != nil {
			return err
		}
		one.Class, _ = standard.ParseClass(class)
		if len(q.Classes) > 0 && !slices.Contains(q.Classes, one.Class) {
			return nil
		}
		one.FormSaysWithout = indicator < len(ticked) && ticked[indicator] == '0'
		a := Assessment{Size: size}
		if err := json.Unmarshal([]byte(roster), &a.Roster); err != nil {
			return err
		}
		derived, _, err := a.Derive(set, judgedOn(round, recordedAt))
		if err != nil {
			return err
		}
		if v, ok := s.Tree().Ancestor(one.Village, s.today(), area.Commune); ok {
			one.Commune = v.Area
		}
		for _, id := range derived[indicator].Causes {
			for _, m := range a.Roster {
				if string(m.Person) != id {
					continue
				}
				one.Person, one.Name, one.Birth, one.Relation = m.Person, m.Name, m.Birth, m.Relation
				if err := f(one, strings.Join([]string{string(one.Village), headKey, string(one.Household)}, "\x1f")); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// judgedOn is the day on which a form was judged: ages are those of the day it
// was recorded, at the latest those of the count day.
func judgedOn(round Round, recordedAt int64) string {
	return min(round.CountDay, area.Today(time.UnixMilli(recordedAt)))
}

// SubjectView is what a reader may see of a household in a round: all of it
// is empty that his scope does not show.
type SubjectView struct {
	household.Heading
	Round      string
	Class      standard.Class
	Label      string
	Indicators []SubjectIndicator
	Members    []RosterMember // with the answers that the indicators rest on alone
}

// SubjectIndicator is one indicator as it decided.
type SubjectIndicator struct {
	Code   string
	State  standard.Fact // Yes: deprived
	Causes []household.PersonID
}

// SubjectView gives head, village, class and the indicators of the reader's
// subject with the member fields they rest on.
func (s *Store) SubjectView(ctx context.Context, scope area.Scope, id household.ID, roundID string) (SubjectView, error) {
	list, err := s.SubjectViews(ctx, scope, []household.ID{id}, roundID)
	if err != nil {
		return SubjectView{}, err
	}
	if len(list) == 0 {
		return SubjectView{}, household.NotFound()
	}
	return list[0], nil
}

// SubjectViews is SubjectView for those of the households that lie in the
// scope, in the order of the ids.
func (s *Store) SubjectViews(ctx context.Context, scope area.Scope, ids []household.ID, roundID string) ([]SubjectView, error) {
	headings, err := s.Households.FindHeadings(ctx, scope, ids)
	if err != nil || len(headings) == 0 {
		return nil, err
	}
	var views []SubjectView
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		views = make([]SubjectView, len(headings))
		round, err := s.Round(tx, roundID)
		if err != nil {
			return err
		}
		set, err := s.Law.ByID(round.Standard)
		if err != nil {
			return err
		}
		for i := range headings {
			views[i] = SubjectView{Heading: headings[i], Round: roundID}
			a, ok, err := s.InForce(tx, headings[i].ID, roundID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := views[i].fill(s, round, set, scope, a); err != nil {
				return err
			}
		}
		return nil
	})
	return views, err
}

// SubjectIndicators are the indicators that the fields show, of whole
// households none: who sees those needs no list of them.
func SubjectIndicators(set *standard.Set, fields area.Fields) (list []standard.Indicator) {
	mask := shown(set, fields&^area.FieldHousehold)
	for i, one := range set.Indicators {
		if mask&(1<<i) != 0 {
			list = append(list, one)
		}
	}
	return list
}

func (v *SubjectView) fill(s *Store, round Round, set *standard.Set, scope area.Scope, a Assessment) error {
	v.Class, v.Label = a.Class, a.Label
	for _, m := range a.Roster {
		if v.HeadName == "" && m.Relation == "head" { // the household has ended since
			v.HeadName = m.Name
		}
	}
	place, _ := s.Tree().On(v.VillageID, s.today())
	fields, _ := scope.FieldsAt(place.Path)
	mask := shown(set, fields)
	derived, _, err := a.Derive(set, judgedOn(round, a.RecordedAt))
	if err != nil {
		return err
	}
	known, deprived := Masks(a.Answers)
	facts := map[string]bool{}
	for i, indicator := range set.Indicators {
		if mask&(1<<i) == 0 {
			continue
		}
		one := SubjectIndicator{Code: indicator.Code}
		if known&(1<<i) != 0 {
			one.State = standard.No
			if deprived&(1<<i) != 0 {
				one.State = standard.Yes
			}
		}
		for _, id := range derived[i].Causes {
			one.Causes = append(one.Causes, household.PersonID(id))
		}
		v.Indicators = append(v.Indicators, one)
		if d := indicator.Derive; d != nil && memberFacts[d.Kind] != nil {
			facts[d.Kind] = true
		}
	}
	if len(facts) == 0 {
		return nil
	}
	for _, m := range a.Roster {
		one := RosterMember{Person: m.Person, Name: m.Name, Birth: m.Birth}
		for kind := range facts {
			memberFacts[kind](&m, &one)
		}
		v.Members = append(v.Members, one)
	}
	return nil
}
