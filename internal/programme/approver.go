package programme

import (
	"maps"
	"slices"
	"strings"
)

// Products are the records that can be the product of a task: kinds of dossiers
// of law/procedures with the level for which a task must have its instances, and
// pages ("": of whatever level).
var Products = map[string]Level{"survey_plan": Province, "commune_review": Commune, "district_review": District, "province_review": Province, "sponsors": Agency, "committees": ""}

// readApprovers reads where those sign whom the file names as approvers.
func (p *Programme) readApprovers(v *value) {
	_, list := v.mapping("approvers")
	p.Approvers = map[string]Level{}
	for _, e := range list {
		if e.value.empty() {
			p.file.fail(e.line, "programme.file.missing", "key", "at", "what", e.key)
			continue
		}
		f, _ := e.value.mapping(e.key, "at")
		if f["at"].empty() {
			e.value.fail("programme.file.missing", "key", "at", "what", e.key)
			continue
		}
		p.Approvers[e.key] = readLevel(f["at"], "at")
	}
}

// readProduct reads which record is the product of a task. One that its
// instances cannot have would never be done: it is refused.
func (t *Task) readProduct(v *value) {
	t.Product = v.text("product")
	if t.Product == "" {
		return
	}
	level, known := Products[t.Product]
	switch {
	case !known:
		v.fail("programme.file.product", "value", shortened(t.Product), "known", strings.Join(slices.Sorted(maps.Keys(Products)), ", "))
	case level != "" && (t.Per != level || len(t.AlsoPer) > 0):
		v.fail("programme.file.product_level", "product", t.Product, "level", string(level), "task", t.ID)
	}
}
