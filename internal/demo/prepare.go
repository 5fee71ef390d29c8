package demo

import (
	"database/sql"
	"fmt"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// officePrepare is what was laid down and taught before the open round.
type officePrepare struct {
	Guidance []struct {
		Code  string
		Words string
	}
	Trainings []struct {
		Level   string
		Day     string
		Title   string
		Teacher string
		Least   int
		Most    int
	}
}

// prepare writes what the round rests on beside its plan: the words beside the
// questions, who surveys which village, as the forms name him, and the
// trainings of the province, of each district and of each commune that has
// begun.
func (o *offices) prepare() error {
	guidance := db.NewBulk("round_guidance", "round_id", "code", "words")
	surveyors := db.NewBulk("round_surveyor", "round_id", "village_id", "id", "name", "from_at", "by_actor")
	trainings := db.NewBulk("round_training", "round_id", "id", "area_id", "held_on", "title", "teacher", "attended", "at", "by_actor")
	for _, g := range o.d.office.Prepare.Guidance {
		guidance.Add(o.round.ID, g.Code, g.Words)
	}
	officers := map[area.ID]*desk{}
	for _, d := range o.desks {
		for _, v := range d.villages {
			officers[v.Area] = d
		}
	}
	err := o.tx.Each(`select distinct a.village_id, a.surveyor from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		where f.province_id = $1 and f.round_id = $2 and a.surveyor <> '' order by a.village_id, a.surveyor`, []any{o.province, o.round.ID}, func(r *sql.Rows) error {
		var village area.ID
		var name string
		if err := r.Scan(&village, &name); err != nil {
			return err
		}
		if d := officers[village]; d != nil {
			surveyors.Add(o.round.ID, string(village), o.generator.id(), name, o.at(d, "open"), o.officer(d))
		}
		return nil
	})
	if err != nil {
		return err
	}
	train := func(level string, at area.ID, by string) {
		for _, t := range o.d.office.Prepare.Trainings {
			if t.Level == level {
				held := fmt.Sprintf("%04d-%s", o.round.Year, t.Day)
				attended := t.Least + o.random(string(at), "training").IntN(t.Most-t.Least+1)
				trainings.Add(o.round.ID, o.generator.id(), string(at), held, t.Title, t.Teacher, attended, instant(held).UnixMilli(), by)
			}
		}
	}
	province := o.tree.Roots(today)[0].Area
	train("province", province, o.staff.on(province, officer, today).id)
	districts := map[area.ID]bool{}
	for _, d := range o.desks {
		if !districts[d.district] {
			districts[d.district] = true
			train("district", d.district, o.verifier(d))
		}
		if d.stage != notBegun {
			train("commune", d.unit.Area, o.officer(d))
		}
	}
	for _, b := range []*db.Bulk{guidance, surveyors, trainings} {
		if err := o.tx.Insert(o.province, b); err != nil {
			return err
		}
	}
	return nil
}
