package exchange

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// VillageOptions say how a list of villages is to be taken.
type VillageOptions struct {
	Area   string // code of the area that all of them lie in
	DryRun bool
	Reason string
}

// villageRun is one reading of a list of villages.
type villageRun struct {
	s        *Store
	t        table
	scope    area.Scope
	code     string // of the area
	frame           // of lines without a day of their own
	frames   map[string]frame
	today    string
	report   *Report
	versions []area.Version
	touched  map[area.ID][]journal.Change // by commune
	places   *seen
	codes    *seen
}

// frame is where the names and codes of a line are looked up: codes are no
// identities, and the same one means another commune on another day.
type frame struct {
	root   area.Version
	day    string
	finder *area.Finder
}

// ImportVillages adds the villages of a list to the tree of areas. What is
// there already stays, with its identity; a list read twice changes nothing.
func (s *Store) ImportVillages(ctx context.Context, by *account.Actor, b *sheet.Book, o VillageOptions) (*Report, error) {
	if err := by.Need(account.RightAreas); err != nil {
		return nil, err
	}
	s.one.Lock()
	defer s.one.Unlock()
	v := &villageRun{s: s, today: s.today(), report: &Report{}, touched: map[area.ID][]journal.Change{}, places: newSeen(), codes: newSeen(),
		scope: by.ScopeFor(account.RightAreas), code: o.Area, frames: map[string]frame{}}
	var err error
	if v.root, v.day, err = s.rootOfList(ctx, v.scope, o.Area); err != nil {
		return nil, err
	}
	v.finder = s.Tree().Finder(v.root.Area, v.day)
	collected := &problems{most: defaultProblems}
	if err := v.read(ctx, b, collected); err != nil {
		return nil, err
	}
	collected.finish(v.report, []string{v.t.name})
	if o.DryRun || v.report.Blocked || len(v.versions) == 0 {
		return v.report, nil
	}
	tree, err := s.Tree().WithVillages(v.versions)
	if err != nil {
		return nil, err
	}
	if o.Reason, err = typed.Account("reason", o.Reason); err != nil {
		return nil, err
	}
	if o.Reason == "" {
		o.Reason = text.T("import.reason", "file", filepath.Base(b.Name))
	}
	if v.report.Operation, err = v.write(ctx, by, tree, filepath.Base(b.Name), o.Reason); err != nil {
		return nil, err
	}
	if s.SetTree != nil {
		s.SetTree(tree)
	}
	v.report.Applied = true
	return v.report, nil
}

// rootOfList finds the area of a code. One code may have belonged to several
// units: that of the round which is open goes first, then today's, then the
// latest that bore it.
func (s *Store) rootOfList(ctx context.Context, scope area.Scope, code string) (root area.Version, day string, err error) {
	rounds, err := s.Reviews.Rounds(ctx)
	if err != nil {
		return root, "", err
	}
	var days []string
	for i := len(rounds) - 1; i >= 0; i-- {
		if rounds[i].State == review.Open {
			days = append(days, rounds[i].BoundaryDay)
		}
	}
	days = append(days, s.today())
	tree := s.Tree()
	for _, d := range days {
		if v, ok := tree.Code(code, d); ok {
			root, day = v, d
			break
		}
	}
	if history := tree.CodeHistory(code); day == "" && len(history) > 0 {
		root = history[len(history)-1]
		if day = root.From; root.To != "" {
			day = area.DayBefore(root.To)
		}
		root, _ = tree.On(root.Area, day)
	}
	if day == "" {
		_, err = tree.FindCode(code, s.today())
		return root, "", err
	}
	if !scope.Covers(tree, root.Area, day) && !scope.Covers(tree, root.Area, s.today()) {
		return root, "", fault.New(fault.NotFound, "area_not_found", text.T("import.area_not_yours", "code", code))
	}
	if root.Level == area.Village {
		return root, "", fault.New(fault.Invalid, "area_level", text.T("import.villages_in_village", "area", root.FullName))
	}
	return root, day, nil
}

func (v *villageRun) read(ctx context.Context, b *sheet.Book, collected *problems) error {
	reading := &run{s: v.s, book: b, problems: collected}
	no := 0
	if len(b.Sheets) > 1 {
		no = max(0, b.Find(forms().Sheets["villages"]...))
	}
	head, err := b.Head(no, 30)
	if err != nil {
		return err
	}
	header, err := sheet.FindHeader(head, forms().Villages, "name")
	if err != nil {
		return err
	}
	v.t = table{name: b.Sheets[no].Name, header: header, at: collected}
	v.report.headers = map[string]int{v.t.name: header.Row}
	reading.headerProblems(&v.t)
	rows, err := b.RowsMerged(no)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		line := rows.Row()
		if line.Number <= header.Row || line.Number == header.Row+1 && line.IsNumbering() || line.IsTotal() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		v.report.Rows++
		if !v.one(line) {
			v.report.Refused++
		}
	}
	return rows.Err()
}

// one takes a line; false means that it was refused.
func (v *villageRun) one(line *sheet.Row) bool {
	refuse := func(field, code, message string) bool {
		v.t.problem(line.Number, field, code, message, false)
		return false
	}
	bad := false
	value := func(field string) string {
		o := readText(line.Merged(v.t.header.Column(field)), forms(), func(code, message string) { bad = true; refuse(field, code, message) })
		return o.v
	}
	name, code, kind := value("name"), value("code"), value("type")
	if bad {
		return false
	}
	if name == "" {
		return refuse("name", "name_missing", text.T("import.village_name_missing"))
	}
	since, ok := v.since(line, refuse)
	if !ok {
		return false
	}
	at, commune, err := v.communeOn(since, value("district"), value("commune_code"), value("commune"))
	if err != nil {
		field := "commune"
		if v.t.header.Column(field) < 0 {
			field = "commune_code"
		}
		problem, message, _ := messageOf(err)
		return refuse(field, problem, message)
	}
	rule, bare, ok := v.kindOf(kind, name)
	if !ok {
		return refuse("type", "bad_type", text.T("import.bad_village_type", "value", kind))
	}
	if before, twice := v.places.first(string(commune.Area)+"|"+rule.ID+"|"+villageKey(bare), line.Number); twice {
		return refuse("name", "village_twice", text.T("import.village_twice", "name", name, "row", before))
	}
	if code != "" {
		if before, twice := v.codes.first(code, line.Number); twice {
			return refuse("code", "code_twice", text.T("import.village_code_twice", "code", code, "row", before))
		}
	}
	first := v.s.Tree().History(commune.Area)[0].From
	if since == "" {
		since = first // as long as its commune
	}
	if since < first {
		return refuse("since", "before_commune", text.T("import.before_commune", "commune", commune.FullName, "day", area.ShowDay(first)))
	}
	return v.place(at, commune, rule, bare, code, since, refuse)
}

// communeOn finds where the village lies: by what the names meant on the day
// from which it is, where the file says so, else on the day of the list.
func (v *villageRun) communeOn(since, district, code, name string) (at frame, commune area.Version, err error) {
	if since != "" {
		if at, ok := v.on(since); ok {
			if commune, err = v.commune(at, district, code, name); err == nil {
				return at, commune, nil
			}
		}
	}
	commune, err = v.commune(v.frame, district, code, name)
	return v.frame, commune, err
}

// on gives the area of the list as it was on a day.
func (v *villageRun) on(day string) (at frame, ok bool) {
	if at, ok = v.frames[day]; ok {
		return at, at.finder != nil
	}
	tree := v.s.Tree()
	root, ok := tree.Code(v.code, day)
	if !ok {
		root, ok = tree.On(v.root.Area, day)
	}
	if at = (frame{root: root, day: day}); ok && root.Level != area.Village && (v.scope.Covers(tree, root.Area, day) || v.scope.Covers(tree, root.Area, v.today)) {
		at.finder = tree.Finder(root.Area, day)
	}
	v.frames[day] = at
	return at, at.finder != nil
}

// commune finds the commune of a line.
func (v *villageRun) commune(at frame, district, code, name string) (area.Version, error) {
	tree := v.s.Tree()
	if code != "" {
		c, ok := tree.Code(code, at.day)
		if !ok || c.Level != area.Commune || !tree.Covers(at.root.Area, c.Area, at.day) {
			return c, fault.New(fault.Invalid, "unknown_commune", text.T("import.unknown_commune", "commune", code, "area", at.root.FullName))
		}
		return c, nil
	}
	c, err := at.finder.Find(area.Names{District: district, Commune: name})
	if err != nil {
		if problem, _, ok := messageOf(err); ok && problem == "name_ambiguous" {
			return c, err
		}
		return c, fault.New(fault.Invalid, "unknown_commune", text.T("import.unknown_commune", "commune", name, "area", at.root.FullName))
	}
	if c.Level != area.Commune {
		return c, fault.New(fault.Invalid, "unknown_commune", text.T("import.commune_missing"))
	}
	return c, nil
}

// kindOf tells the type of a village from its column, or from the word before
// its name, which then is no part of the name.
func (v *villageRun) kindOf(kind, name string) (rule area.TypeRule, bare string, ok bool) {
	words := strings.Fields(name)
	for _, t := range v.s.Tree().Types() {
		if t.Level != area.Village {
			continue
		}
		if rule.ID == "" {
			rule = t // the first is the usual one
		}
		for _, w := range append([]string{t.Word, t.ID}, t.Short...) {
			if kind != "" && vn.Fold(kind) == vn.Fold(w) {
				rule, ok = t, true
			}
			n := len(strings.Fields(w))
			if len(words) > n && vn.Fold(strings.Join(words[:n], " ")) == vn.Fold(w) && len(w) > 1 && (bare == "" || len(words)-n < len(strings.Fields(bare))) {
				bare = strings.Join(words[n:], " ")
				if kind == "" {
					rule = t
				}
			}
		}
	}
	if bare == "" {
		bare = name
	}
	return rule, bare, ok || kind == ""
}

// villageKey is the name as lists compare it: "Thôn 01" is "Thôn 1".
func villageKey(name string) string {
	words := strings.Fields(vn.Fold(name))
	for i, w := range words {
		if strings.Trim(w, "0123456789") == "" {
			words[i] = strings.TrimLeft(w[:len(w)-1], "0") + w[len(w)-1:]
		}
	}
	return strings.Join(words, " ")
}

// since reads from which day the village is, "" where the file does not say.
func (v *villageRun) since(line *sheet.Row, refuse func(field, code, message string) bool) (string, bool) {
	ok := true
	o := readDay(line.Cell(v.t.header.Column("since")), forms(), vn.Day(v.today), true, func(code, message string) { ok = refuse("since", code, message) })
	return o.over(""), ok
}

// place compares the village with those of its commune.
func (v *villageRun) place(at frame, commune area.Version, rule area.TypeRule, bare, code, since string, refuse func(field, code, message string) bool) bool {
	tree := v.s.Tree()
	var same []area.Version
	there := slices.Clone(tree.OfLevel(commune.Area, at.day, area.Village))
	if at.day != v.day { // one that the register knows only from a later day
		for _, known := range tree.OfLevel(commune.Area, v.day, area.Village) {
			if !slices.ContainsFunc(there, func(o area.Version) bool { return o.Area == known.Area }) {
				there = append(there, known)
			}
		}
	}
	for _, known := range there {
		if villageKey(known.Name) == villageKey(bare) && (known.Type == rule.ID || code != "" && known.Code == code) {
			same = append(same, known)
		}
	}
	if code != "" {
		if other, taken := tree.Code(code, at.day); taken && !slices.ContainsFunc(same, func(k area.Version) bool { return k.Area == other.Area }) {
			return refuse("code", "code_taken", text.T("import.village_code_taken", "code", code, "area", other.FullName))
		}
	}
	now := area.Version{From: since, Level: area.Village, Code: code, Type: rule.ID, Name: bare, FullName: rule.Word + " " + bare, Parent: commune.Area}
	switch len(same) {
	case 0:
		now.Area = area.ID(db.NewID())
		v.versions = append(v.versions, now)
		v.report.Create++
		v.tell(commune.Area, now, "")
		return true
	case 1:
	default:
		return refuse("name", "ambiguous", text.T("import.village_ambiguous", "name", now.FullName, "n", len(same)))
	}
	known := same[0]
	if (code == "" || code == known.Code) && bare == known.Name && rule.ID == known.Type {
		v.report.Unchanged++
		return true
	}
	for _, h := range tree.History(known.Area) {
		if code != "" {
			h.Code = code
		}
		h.Name, h.Type, h.FullName = bare, rule.ID, now.FullName
		v.versions = append(v.versions, h)
	}
	now.Area = known.Area
	v.report.Update++
	v.tell(commune.Area, now, known.FullName)
	return true
}

func (v *villageRun) tell(commune area.ID, now area.Version, before string) {
	c := journal.Change{Field: "full_name", To: journal.Value(now.FullName), Kind: "area", Record: string(now.Area)}
	if before != "" {
		c.From = journal.Value(before)
	}
	v.touched[commune] = append(v.touched[commune], c)
}

// write stores the villages with all the periods that follow from their
// communes' changes, and one entry of the journal a commune.
func (v *villageRun) write(ctx context.Context, by *account.Actor, tree *area.Tree, file, reason string) (operation string, err error) {
	var rows []area.Version
	done := map[area.ID]bool{}
	for _, one := range v.versions {
		if !done[one.Area] {
			done[one.Area] = true
			rows = append(rows, tree.History(one.Area)...)
		}
	}
	err = v.s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if operation, err = v.begun(tx, by, tree, file, reason); err != nil {
			return err
		}
		if err := area.Save(tx, v.s.Province, rows); err != nil {
			return err
		}
		for commune, changes := range v.touched {
			e := &journal.Entry{At: v.s.Now().UnixMilli(), Actor: by.ID, Action: "area.import", Kind: "area", Record: string(commune), AreaID: string(commune), OperationID: operation, Reason: reason, Changes: changes}
			if err := journal.Record(tx, v.s.Province, e); err != nil {
				return err
			}
		}
		return nil
	})
	return operation, err
}
