package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
)

// records are those of one place, by the word that stands for their id in an
// address.
type records map[string]string

// kept is one kind of record: who covers it, and the addresses that name it.
type kept struct {
	what string
	// covers says whether the account's posts reach the record of place i.
	covers func(p *province, name string, i int) bool
	routes []string // as mayNot has them; ?… is appended as it stands
}

func ofVillage(p *province, name string, i int) bool { return p.covers(name, aHousehold, i) }
func ofCommune(p *province, name string, i int) bool { return p.covers(name, anArea, i) }

// ofDossier: a village head sees his commune's.
func ofDossier(p *province, name string, i int) bool {
	return p.covers(name, anArea, i) || name == "thon" && i < 2
}

// ofSponsor: whoever has a post over or in the unit, agencies too.
func ofSponsor(p *province, name string, i int) bool {
	return ofDossier(p, name, i) || lets(bodies, name)
}

func ofDistrict(p *province, name string, i int) bool {
	return reach[name] == 4 || reach[name] == 3 && i < 3
}

// ofPair: of two heads, one in the place and one in the other village of the
// demo's commune; who covers one of them reads of it.
func ofPair(p *province, name string, i int) bool {
	return p.covers(name, aHousehold, i) || p.covers(name, aHousehold, 1)
}

// realRecords are the kinds and their addresses. {own…} is the reader's own
// area with a record of another place: nobody gets at a record through it.
var realRecords = []kept{
	{"a dossier", ofDossier, []string{"GET /ho-so/{dossier}", "GET /ho-so/{dossier}/{step}/{unit}", "POST /ho-so/{dossier}", "POST /ho-so/{dossier}/tep", "POST /ho-so/{dossier}/{step}/{unit}"}},
	{"a result sent up", ofCommune, []string{"GET /ho-so/{dossier}/in/{stage}/{format}"}},
	{"a decision", ofCommune, []string{"GET /ra-soat/{round}/quyet-dinh/{commune}/{decision}/in/{format}", "GET /ra-soat/{round}/quyet-dinh/{commune}/{decision}/thu-hoi/{format}"}},
	{"a certificate", ofCommune, []string{"GET /ra-soat/{round}/chung-nhan/{commune}/in/{format}", "POST /ra-soat/{round}/chung-nhan/{commune}/cap"}},
	{"a complaint", ofCommune, []string{"GET /phan-anh/{complaint}", "GET /phan-anh/{complaint}/in/{format}", "POST /phan-anh/{complaint}"}},
	{"a request within the year", ofCommune, []string{"GET /de-nghi/{request}", "POST /de-nghi/{request}", "POST /de-nghi/{request}/tep"}},
	{"a meeting", ofVillage, []string{"GET /ra-soat/{round}/hop-thon/{village}/{meeting}/in", "GET /ra-soat/{round}/hop-thon/{village}/{meeting}/in/{format}", "POST /ra-soat/{round}/hop-thon/{village}/{meeting}/ghi",
		"POST /ra-soat/{round}/hop-thon/{village}/{meeting}/ky", "POST /ra-soat/{round}/hop-thon/{village}/{meeting}/khong-thanh", "POST /ra-soat/{round}/hop-thon/{village}/{meeting}/tep"}},
	{"a posting", ofCommune, []string{"GET /ra-soat/{round}/niem-yet/{commune}/{posting}/in", "GET /ra-soat/{round}/niem-yet/{commune}/{posting}/in/{format}", "POST /ra-soat/{round}/niem-yet/{commune}/{posting}/trang",
		"POST /ra-soat/{round}/niem-yet/{commune}/{posting}/tep", "POST /ra-soat/{round}/niem-yet/{commune}/{posting}/thu-hoi"}},
	{"a file of a meeting", ofVillage, []string{"GET /tep/{file of the meeting}", "POST /tep/{file of the meeting}/go"}},
	{"a file of a complaint", ofCommune, []string{"GET /tep/{file of the complaint}", "POST /tep/{file of the complaint}/go"}},
	{"a sample", ofDistrict, []string{"GET /tham-dinh/{round}/mau/{sample}?dia-ban={district}", "GET /tham-dinh/{round}/mau/{sample}/danh-sach?dia-ban={district}", "GET /tham-dinh/{round}/mau/{sample}/khung?dia-ban={district}"}},
	// A commune's sponsor is no secret in it; who writes of it sponsor_test.go tries.
	{"a sponsor", ofSponsor, []string{"GET /to-chuc/do-dau/{sponsor}"}},
	{"a question", ofCommune, []string{"POST /tham-dinh/{round}/hoi/{warning}?dia-ban={commune}"}},
	{"a suspected pair", ofPair, []string{"GET /nghi-trung/{person}/{other}", "POST /nghi-trung/{person}/{other}"}},
	{"a form", ofVillage, []string{"GET /phieu/{round}/{household}/{form}", "POST /phieu/{round}/{household}/{form}/rut"}},
	{"an operation on the register", ofVillage, []string{"GET /ho/{id}/hoan-tac/{operation}", "POST /ho/{id}/hoan-tac/{operation}"}},
}

// aRecord finds the addresses that name one of these records.
var aRecord = regexp.MustCompile(`\{(dossier|decision|complaint|request|meeting|posting|sample|warning|other)\}`)

// crossed are addresses that lead through the reader's own area to a record of
// another.
var crossed = map[string]string{"{village}/{meeting}": "{own village}/{meeting}", "{commune}/{posting}": "{own commune}/{posting}", "{commune}/{decision}": "{own commune}/{decision}",
	"?dia-ban={district}": "?dia-ban={own commune}", "?dia-ban={commune}": "?dia-ban={own commune}", "/{id}/hoan-tac": "/{own household}/hoan-tac"}

// addressOf fills an address with the records of a place, for a reader whose
// own place is another.
func addressOf(route string, r, own records) (method, target string) {
	method, target, _ = strings.Cut(route, " ")
	for word, id := range own {
		target = strings.ReplaceAll(target, "{own "+word+"}", id)
	}
	for word, id := range r {
		target = strings.ReplaceAll(target, "{"+word+"}", id)
	}
	return method, target
}

// without is the same place with records that never were.
func (r records) without() records {
	never := records{}
	for word, id := range r {
		switch {
		case anID.MatchString(id):
			never[word] = absent
		default:
			never[word] = id
		}
	}
	return never
}

// recordsOfOthers tries every account at the records of every place: who may
// use the address and covers the place gets at them; who may use it elsewhere
// gets the answer that he would get for a record that never was; who may not
// use it is told so; and neither of them writes a line.
func (p *province) recordsOfOthers(t *testing.T) {
	all := p.makeRecords(t)
	got := map[string]int{}
	tried := map[string]bool{}
	for _, kind := range realRecords {
		for _, route := range kind.routes {
			pattern, _, _ := strings.Cut(route, "?")
			tried[pattern] = true
		}
	}
	for route := range mayNot {
		if aRecord.MatchString(route) && !tried[route] {
			t.Errorf("%s names a record, and nobody tries it with one: add it to realRecords", route)
		}
	}
	for _, kind := range realRecords {
		for _, route := range kind.routes {
			t.Run(kind.what+": "+route, func(t *testing.T) {
				for _, name := range strings.Fields(everybody) {
					for i := range p.places {
						p.refusesOthers(t, kind, route, name, i, all)
					}
				}
				for _, name := range strings.Fields(everybody) {
					for i := range p.places {
						p.letsIn(t, kind, route, name, i, all, got)
					}
				}
				if !t.Failed() && got[route] == 0 {
					t.Error("nobody gets at any: the test shows nothing")
				}
			})
		}
	}
}

// whoMay are the accounts that mayNot lets use a route.
func whoMay(t *testing.T, route string) string {
	t.Helper()
	pattern, _, _ := strings.Cut(route, "?")
	for word := range map[string]bool{"file of the meeting": true, "file of the complaint": true} {
		pattern = strings.ReplaceAll(pattern, "{"+word+"}", "{id}")
	}
	row, ok := mayNot[pattern]
	if !ok {
		t.Fatalf("%s is no route", pattern)
	}
	return row.who
}

func (p *province) refusesOthers(t *testing.T, kind kept, route, name string, i int, all []records) {
	t.Helper()
	may := lets(whoMay(t, route), name)
	covers := kind.covers(p, name, i)
	addresses := []string{route}
	for straight, across := range crossed {
		if strings.Contains(route, straight) && p.ownPlace(name) != i && !covers {
			addresses = append(addresses, strings.Replace(route, straight, across, 1))
		}
	}
	if may && covers {
		return
	}
	own := all[p.ownPlace(name)]
	for _, address := range addresses {
		method, target := addressOf(address, all[i], own)
		before := p.written(t)
		w := p.ask(name, method, target, valid(route))
		if after := p.written(t); after != before {
			t.Errorf("%s, asking %s %s (%s), has written: %s, was %s", name, method, target, p.places[i].name, after, before)
		}
		if name == "thon" && kind.what == "a result sent up" && i < 2 {
			continue // he sees that the dossier is there
		}
		if !may {
			if w.Code != http.StatusForbidden {
				t.Errorf("%s, asking %s %s (%s), gets %d, not 403", name, method, target, p.places[i].name, w.Code)
			}
			continue
		}
		if w.Code != http.StatusNotFound {
			t.Errorf("%s, asking %s %s (%s), gets %d, not 404: %s", name, method, target, p.places[i].name, w.Code, plain(w))
			continue
		}
		_, nowhere := addressOf(address, all[i].without(), own)
		if never := p.ask(name, method, nowhere, valid(route)); never.Code != w.Code || withoutIDs(never.Body.String()) != withoutIDs(w.Body.String()) {
			t.Errorf("%s, asking %s %s (%s), gets another answer than for what never was:\n%s\n%s", name, method, target, p.places[i].name, plain(w), plain(never))
		}
	}
}

// valid is a form that would be taken from whoever may send it.
func valid(route string) string {
	act := "trinh"
	switch {
	case strings.Contains(route, "/de-nghi/"):
		act = "tu-choi"
	case strings.Contains(route, "/hoi/"):
		act = "tra-loi"
	}
	return "rev=1&ly-do-rut=x&reason=x&reason-tu-choi=x&outcome=dismissed&answer=x&loi=x&decision=same&on=yes&viec=" + act
}

// withoutIDs is an answer without the ids that the reader typed.
func withoutIDs(body string) string { return anID.ReplaceAllString(body, "…") }

// ownPlace is the place at which an account's posts stand, or that it knows
// best.
func (p *province) ownPlace(name string) int {
	if name == "xa2" {
		return 3
	}
	return 0
}

func (p *province) letsIn(t *testing.T, kind kept, route, name string, i int, all []records, got map[string]int) {
	t.Helper()
	if !lets(whoMay(t, route), name) || !kind.covers(p, name, i) {
		return
	}
	method, target := addressOf(route, all[i], nil)
	if method == "POST" && strings.HasSuffix(target, "/go") && got[target] > 0 {
		return // it is gone
	}
	w := p.ask(name, method, target, "rev=0&viec=x")
	got[route], got[target] = got[route]+1, got[target]+1
	switch {
	case w.Code == http.StatusNotFound, w.Code >= 500, method == "GET" && w.Code != http.StatusOK:
		t.Errorf("%s, asking %s %s (%s), gets %d: %s", name, method, target, p.places[i].name, w.Code, plain(w))
	}
	p.sees(t, name, w)
}

// written counts the lines of the journal and the rows and revisions of what
// the addresses are about.
// A search for pairs that somebody was allowed to start ends when it ends, and
// sign-ins that failed are written a while after.
func (p *province) written(t *testing.T) string {
	t.Helper()
	var out []string
	err := p.app.DB.Read(context.Background(), func(tx *db.Tx) error {
		for _, query := range []string{`select count(*), 0 from journal where action not in ('household.pairs_search', 'account.signin_failed')`, `select count(*), sum(rev) from dossier`, `select count(*), 0 from dossier_step`, `select count(*), sum(rev) from meeting`, `select count(*), sum(rev) from posting`,
			`select count(*), sum(rev) from complaint`, `select count(*), sum(rev) from in_year_request`, `select count(*), count(removed_at) from attachment`, `select count(*), 0 from decision`, `select count(*), 0 from certificate`,
			`select count(*), 0 from review_warning_word`, `select count(decided_at), 0 from duplicate_pair`, `select count(*), sum(rev) from form_answer`, `select count(*), count(undone_at) from operation`, `select count(*), 0 from verification_sample`} {
			var rows, more int
			if err := tx.Get(query, nil, &rows, &more); err != nil {
				return fmt.Errorf("%s: %w", query, err)
			}
			out = append(out, fmt.Sprint(rows, "/", more))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// makeRecords finds a record of every kind at every place, or makes one.
func (p *province) makeRecords(t *testing.T) []records {
	t.Helper()
	ctx, operator := context.Background(), p.app.Accounts.Operator()
	year := p.day[:4]
	inYear, err := p.app.Reviews.OpenRound(ctx, operator.ID, review.Opening{ID: year + "-thu", Kind: review.InYear, Year: int(p.day[0]-'0')*1000 + int(p.day[1]-'0')*100 + int(p.day[2]-'0')*10 + int(p.day[3]-'0')})
	if err != nil {
		t.Fatal(err)
	}
	verify := household.Actor{ID: operator.ID, Scope: operator.ScopeFor(account.RightVerify)}
	all := make([]records, len(p.places))
	for i, o := range p.places {
		// A district draws once more: the demo has not drawn in every one.
		sample, err := p.app.Reviews.DrawWithSeed(ctx, verify, review.Drawing{Round: "2020", Area: area.ID(o.district), Design: p.app.Reviews.Checks.Design(0.05), Reason: "thử quyền"}, int64(i))
		if err != nil {
			t.Fatal(err)
		}
		all[i] = records{"round": "2020", "household": o.household, "id": o.household, "village": o.village, "commune": o.commune, "district": o.district, "form": "1b", "format": "pdf", "stage": review.Preliminary,
			"step": "list", "unit": o.village, "sample": sample.ID}
		p.insertRecords(t, i, all[i], inYear.ID)
	}
	return all
}

// insertRecords writes the rows of a place.
func (p *province) insertRecords(t *testing.T, i int, r records, inYear string) {
	t.Helper()
	o, province, sum := p.places[i], p.app.Province, sha256.Sum256([]byte("%PDF-"))
	err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		insert := func(word, query string, args ...any) error {
			id := db.NewID()
			if _, err := tx.Exec(query, append([]any{province, id}, args...)...); err != nil {
				return fmt.Errorf("%s: %w", word, err)
			}
			r[word] = id
			return nil
		}
		var dossier string
		if err := tx.Get(`select id from dossier where subject = '2020' and kind = 'commune_review' and unit_id = $1`, []any{o.commune}, &dossier); err != nil {
			return err
		}
		r["dossier"] = dossier
		r["other"] = p.places[1].person
		if i == 1 {
			r["other"] = p.places[0].person
		}
		r["person"] = o.person
		low, high := min(r["person"], r["other"]), max(r["person"], r["other"])
		if _, err := tx.Exec(`insert into duplicate_pair (province_id, person_a, person_b, kind, state, found_at, score, reasons) values ($1, $2, $3, 'alike', 'open', 1, 9100, 'same_name') on conflict (province_id, person_a, person_b) do nothing`, province, low, high); err != nil {
			return err
		}
		r["person"], r["other"] = low, high
		for _, one := range []struct {
			word, query string
			args        []any
		}{
			{"decision", `insert into decision (province_id, id, round_id, area_id, dossier_id, kind, series, number, signed_on, signed_by, signer, capacity, at) values ($1, $2, '2020', $3, $4, 'recognise', $5, 900, '2020-12-01', 'operator', 'Người ký', 'tm', 1)`,
				[]any{o.commune, dossier, fmt.Sprint("thử ", i)}},
			{"complaint", `insert into complaint (province_id, id, year, number, token, round_id, area_id, household_id, kind, words, received_on, state, at, by_actor) values ($1, $2, 2020, $3, 'x', '2020', $4, $5, 'wrongly_in', 'có xe', '2020-12-01', 'open', 1, 'operator')`,
				[]any{9000 + i, o.commune, o.household}},
			{"request", `insert into in_year_request (province_id, id, year, number, round_id, area_id, household_id, kind, received_on, due_on, state, at, by_actor) values ($1, $2, 2020, $3, $4, $5, $6, '1a', '2020-12-01', '2020-12-10', 'open', 1, 'operator')`,
				[]any{9000 + i, inYear, o.commune, o.household}},
			{"meeting", `insert into meeting (province_id, id, round_id, village_id, state, held_on, at, by_actor) values ($1, $2, '2020', $3, 'void', '2020-12-01', 1, 'operator')`, []any{o.village}},
			{"posting", `insert into posting (province_id, id, round_id, area_id, first_day, last_day, days, list, withdrawn_at, at, by_actor) values ($1, $2, '2020', $3, '2020-12-01', '2020-12-09', 7, '[]', 1, 1, 'operator')`, []any{o.commune}},
			{"warning", `insert into review_warning (province_id, id, round_id, area_id, kind, facts, state, found_at, found_by) values ($1, $2, '2020', $3, 'heap', '{"count":30,"of":90,"line":150,"point":155}', 'open', 1, 'operator')`, []any{o.commune}},
			{"sponsor", `insert into sponsorship (province_id, id, area_id, body, number, decided_on, from_day, at, by_actor) values ($1, $2, $3, 'Công ty Thử nghiệm', '1/QĐ', '2018-01-01', '2018-01-01', 1, 'operator')`, []any{o.commune}},
			{"answer", `insert into form_answer (province_id, id, round_id, household_id, form, version, in_force, village_id, answers, recorded_at, recorded_by, rev) values ($1, $2, '2020', $3, '1b', '1', 1, $4, '{}', 1, 'operator', 1)`, []any{o.household, o.village}},
			{"operation", `insert into operation (province_id, id, kind, state, day, at, actor, household_id, area_id) values ($1, $2, 'correct', 'applied', '2020-12-01', 1, 'operator', $3, $4)`, []any{o.household, o.village}},
		} {
			if err := insert(one.word, one.query, one.args...); err != nil {
				return err
			}
		}
		// One household is recognised, another leaves the list: each has a certificate.
		var leaves string
		if err := tx.Get(`select min(id) from household where village_id like $1 and id <> $2 and to_day = '9999-12-31'`, []any{strings.TrimSuffix(o.commune, ".2016") + "-%", o.household}, &leaves); err != nil {
			return err
		}
		for n, one := range [][3]string{{o.household, "", "poor"}, {leaves, "poor", "not_poor"}} {
			if _, err := tx.Exec(`insert into decision_item (province_id, decision_id, household_id, assessment_id, village_id, head, members, before, class) values ($1, $2, $3, '', $4, 'Chủ hộ', 3, $5, $6)`, province, r["decision"], one[0], o.village, one[1], one[2]); err != nil {
				return err
			}
			if err := insert("certificate", `insert into certificate (province_id, id, household_id, area_id, series, number, period_from, period_to, issued_on, decision_id, withdrawn_on, withdrawal, at, by_actor)
				values ($1, $2, $3, $4, $5, $6, 2021, 2025, '2020-12-05', $7, $8, $9, 1, 'operator')`, one[0], o.commune, fmt.Sprint("thử ", i), 900+n, r["decision"], []string{"", "2020-12-05"}[n], []string{"", r["decision"]}[n]); err != nil {
				return err
			}
			if _, err := tx.Exec(`insert into certificate_year (province_id, certificate_id, year, class, decision_id, confirmed_on, by_actor) values ($1, $2, 2021, 'poor', $3, '2020-12-05', 'operator')`, province, r["certificate"], r["decision"]); err != nil {
				return err
			}
		}
		for word, owner := range map[string][3]string{"file of the meeting": {"meeting", r["meeting"], o.village}, "file of the complaint": {"complaint", r["complaint"], o.commune}} {
			if err := insert(word, `insert into attachment (province_id, id, owner_kind, owner_id, area_id, name, media_type, bytes, sha256, content, at, by_actor) values ($1, $2, $3, $4, $5, 'giay.pdf', 'application/pdf', 5, $6, $7, 1, 'operator')`,
				owner[0], owner[1], owner[2], sum[:], []byte("%PDF-")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
