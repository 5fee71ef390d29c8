package programme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// row is a task of a sound programme, with its faults planted one by one.
type row struct {
	fields map[string]string
	needs  []string
}

func (r row) String() string {
	parts := []string{"id: " + r.fields["id"]}
	for _, key := range taskKeys[1:] {
		if v, there := r.fields[key]; there {
			parts = append(parts, key+": "+v)
		}
	}
	return "{" + strings.Join(append(parts, "needs: ["+strings.Join(r.needs, ", ")+"]"), ", ") + "}"
}

// Each kind of fault is planted at most once in a task, in tasks that no other
// fault touches, so that what must be found is known without looking.
var plants = map[string]func(r *row, previous string) []string{
	"nothing": func(*row, string) []string { return nil },
	"no-approver": func(r *row, _ string) []string {
		r.fields["approver"] = "null"
		return []string{"no-approver"}
	},
	"approver left out": func(r *row, _ string) []string {
		delete(r.fields, "approver")
		return []string{"no-approver"}
	},
	"approver-differs": func(r *row, _ string) []string {
		r.fields["text"] = "{approver: b}"
		return []string{"approver-differs"}
	},
	"the same approver": func(r *row, _ string) []string {
		r.fields["text"] = "{approver: a}"
		return nil
	},
	"no-sentence": func(r *row, _ string) []string {
		delete(r.fields, "clause")
		return []string{"no-sentence"}
	},
	"once-and-yearly": func(r *row, _ string) []string {
		r.fields["text"] = "{due: 30/11/2017}"
		return []string{"once-and-yearly"}
	},
	"no-date": func(r *row, _ string) []string {
		r.fields["due"] = "null"
		return []string{"no-date"}
	},
	"no date every year": func(r *row, _ string) []string {
		r.fields["due"] = "{every: year}"
		return []string{"no-date"}
	},
	"before-issue": func(r *row, _ string) []string {
		r.fields["due"] = `{date: "2016-10-20"}`
		return []string{"before-issue"}
	},
	"partly past": func(r *row, _ string) []string {
		r.fields["due"] = "{quarter: [3, 4], year: 2016}"
		return []string{"before-issue"}
	},
	"too-short": func(r *row, _ string) []string {
		r.fields["due"] = `{date: "10-24", every: year}`
		return []string{"too-short"}
	},
	"its own days": func(r *row, _ string) []string {
		r.fields["working_days"] = "30" // from 21 October to 10 November at the most
		return []string{"too-short"}
	},
	"unknown lead": func(r *row, _ string) []string {
		r.fields["lead"] = "x"
		return []string{"unknown-agency"}
	},
	"unknown helper": func(r *row, _ string) []string {
		r.fields["with"] = "[a, g, y]"
		return []string{"unknown-agency"}
	},
	"a circle of one": func(r *row, _ string) []string {
		r.needs = append(r.needs, r.fields["id"])
		return []string{"cycle"}
	},
	"before-prerequisite": func(r *row, previous string) []string {
		r.fields["due"], r.needs = `{date: "10-31", every: year}`, []string{previous}
		return []string{"before-prerequisite"}
	},
	"same-day-order": func(r *row, previous string) []string {
		r.fields["due"], r.needs = `{date: "11-02", every: year}`, []string{previous}
		return []string{"same-day-order"}
	},
	"later": func(r *row, previous string) []string {
		r.fields["due"], r.needs = `{mid_month: 11, every: year}`, []string{previous}
		return nil
	},
}

func TestPlantedFaultsOfEveryKindAreFoundInFullWithNoFalseOnes(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	kinds := []string{}
	for kind := range plants {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	met := map[Code]bool{}
	rapid.Check(t, func(t *rapid.T) {
		var rows []string
		var want []string
		for i, kind := range rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 12).Draw(t, "kinds") {
			// Before each task stands a sound one that it may rest on.
			sound := row{fields: map[string]string{"id": fmt.Sprintf("S%d", i), "lead": "a", "with": "[g]", "approver": "a", "clause": "II.1", "due": `"02/11 hàng năm"`, "per": "commune"}}
			r := row{fields: map[string]string{"id": fmt.Sprintf("T%d", i), "lead": "a", "approver": "a", "clause": "II.2", "due": `{date: "11-10", every: year}`, "per": "district", "also_per": "[commune]", "periods": "[[2016, 2019]]"}}
			for _, code := range plants[kind](&r, sound.fields["id"]) {
				about := r.fields["id"]
				if code == "before-prerequisite" || code == "same-day-order" {
					about += " " + sound.fields["id"]
				}
				want = append(want, code+" "+about)
			}
			rows = append(rows, sound.String(), r.String())
		}
		duties := rapid.SliceOfN(rapid.Bool(), 0, 3).Draw(t, "duties")
		file := "plan: {issued: 2016-10-21, period: {from: 2016, to: 2020}}\nagencies: {a: A, b: B}\nagency_groups: {g: Nhóm}\ngroups:\n  - id: I\n    tasks:\n      - " +
			strings.Join(rapid.Permutation(rows).Draw(t, "order"), "\n      - ") + "\nduties:\n  - {clause: II.9, lead: a, task: S0}\n"
		for i, has := range duties {
			task := "S0"
			if !has {
				task = "null"
				want = append(want, fmt.Sprintf("no-row II.3.%d", i))
			}
			file += fmt.Sprintf("  - {clause: II.3.%d, lead: b, task: %s}\n", i, task)
		}
		p, err := Read([]byte(file))
		if err != nil {
			t.Fatalf("%s\n%s", errFields(err), file)
		}
		var got []string
		for _, f := range p.Lint(rules, calendar) {
			met[f.Code] = true
			about := f.Tasks
			if f.Code == NoRow {
				about = f.Clauses
			}
			got = append(got, string(f.Code)+" "+strings.Join(about, " "))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("found %q, not %q\n%s", got, want, file)
		}
		if Clean(p.Lint(rules, calendar)) != !slices.ContainsFunc(want, func(w string) bool { return !strings.HasPrefix(w, "same-day-order") }) {
			t.Fatalf("clean or not, with %q", want)
		}
		out, err := p.Rewrite(p.Repair())
		if err != nil {
			t.Fatalf("%s\n%s", errFields(err), file)
		}
		again, err := Read(out)
		if err != nil {
			t.Fatalf("%s\n%s", errFields(err), out)
		}
		// What postponing mends is gone, and nothing has come but orders of one day.
		for _, f := range again.Lint(rules, calendar) {
			if f.Code == BeforePrerequisite || f.Code != SameDayOrder && f.Code != NoRow && !slices.Contains(want, string(f.Code)+" "+strings.Join(f.Tasks, " ")) {
				t.Fatalf("after the repair %s\n%s", short(f), out)
			}
		}
	})
	for code := range severities {
		if !met[code] {
			t.Errorf("no programme had %s", code)
		}
	}
}
