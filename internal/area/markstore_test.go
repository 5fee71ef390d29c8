package area

import (
	"context"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
)

func TestListsOfMarksAreKept(t *testing.T) {
	tree := withVillages(t, village("v", "Một", "14845.2016", start, ""))
	entries := []MarkPeriod{
		{Area: "14848.2016", Mark: MarkExtremelyDifficult, From: "2017-01-01", To: "2021-01-01", Value: Yes, Confirmed: true, Source: "QĐ 900/QĐ-TTg"},
		{Area: "v", Mark: MarkExtremelyDifficult, From: "2017-01-01", Value: Yes, Source: "QĐ 582/QĐ-TTg"},
		{Area: "v", Mark: MarkExtremelyDifficult, From: "2019-01-01", Value: No, Confirmed: true, Source: "ra khỏi danh sách"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var read []MarkPeriod
		err := d.Write(ctx, func(tx *db.Tx) error {
			for _, p := range append(entries, entries...) { // twice: the second replaces the first
				if err := tree.CheckMark(p); err != nil {
					return err
				}
				if err := SaveMark(tx, "p", p); err != nil {
					return err
				}
			}
			return SaveMark(tx, "another", entries[0])
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			read, err = ReadMarks(tx, "p")
			return err
		})
		if err != nil || len(read) != len(entries) {
			t.Fatalf("%d entries come back, not %d: %v", len(read), len(entries), err)
		}
		next := tree.WithMarks(read)
		for _, c := range []struct {
			id   ID
			day  string
			want Answer
			sure bool
		}{
			{"14848.2016", "2016-12-31", Unknown, false}, {"14848.2016", "2017-01-01", Yes, true}, {"14848.2016", "2021-01-01", Unknown, false},
			{"v", "2018-12-31", Yes, false}, {"v", "2019-01-01", No, true},
		} {
			if got := next.Mark(c.id, MarkExtremelyDifficult, c.day); got.Value != c.want || got.Confirmed != c.sure {
				t.Errorf("%s on %s: %v, confirmed %v; want %v, %v", c.id, c.day, got.Value, got.Confirmed, c.want, c.sure)
			}
		}
	})
}

func TestWhatIsNoEntryOfAList(t *testing.T) {
	tree := withVillages(t, village("v", "Một", "14845.2016", start, ""))
	good := MarkPeriod{Area: "v", Mark: MarkExtremelyDifficult, From: "2017-01-01", To: "2018-01-01", Value: Yes, Source: "QĐ"}
	if err := tree.CheckMark(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*MarkPeriod){
		"an unknown kind":          func(p *MarkPeriod) { p.Mark = "rich" },
		"no first day":             func(p *MarkPeriod) { p.From = "" },
		"a day that is none":       func(p *MarkPeriod) { p.To = "2017-02-30" },
		"it ends before it begins": func(p *MarkPeriod) { p.To = "2016-12-31" },
		"nobody says by which act": func(p *MarkPeriod) { p.Source = "" },
		"an area of no such day":   func(p *MarkPeriod) { p.Area = "nowhere" },
	} {
		bad := good
		if spoil(&bad); tree.CheckMark(bad) == nil || fault.Of(tree.CheckMark(bad)) == fault.Internal {
			t.Errorf("%s: %v", name, tree.CheckMark(bad))
		}
	}
}
