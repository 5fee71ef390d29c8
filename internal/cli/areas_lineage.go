package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"giamngheo/internal/area"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// areaStory is the json of lineage.
type areaStory struct {
	Area   areaUnit    `json:"area"`
	Before []areaEvent `json:"before"`
	After  []areaEvent `json:"after"`
	Now    []areaPart  `json:"now"`
}

type areaUnit struct {
	Code     string `json:"code"`
	FullName string `json:"full_name"`
	From     string `json:"from"`
	To       string `json:"to"`
}

type areaEvent struct {
	Date       string   `json:"date"`
	Kind       string   `json:"kind"`
	FromCode   string   `json:"from_code"`
	FromName   string   `json:"from_name"`
	ToCode     string   `json:"to_code"`
	ToName     string   `json:"to_name"`
	Land       *float64 `json:"land_share"`
	People     *float64 `json:"people_share"`
	Confidence string   `json:"confidence"`
	Source     string   `json:"source"`
	Note       string   `json:"note"`
}

type areaPart struct {
	Code      string   `json:"code"`
	FullName  string   `json:"full_name"`
	Land      *float64 `json:"land_share"`
	People    *float64 `json:"people_share"`
	Estimated bool     `json:"estimated"`
}

func newAreasLineage(now func() time.Time) *cobra.Command {
	var flags areasFlags
	cmd := &cobra.Command{
		Use:   "lineage CODE",
		Short: text.T("area.cli.lineage.short"),
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			at := now()
			day, err := flags.check(at)
			if err != nil {
				return err
			}
			t, err := area.Load(law.Files)
			if err != nil {
				return err
			}
			unit, day, err := storyUnit(t, args[0], day, flags.on != "")
			if err != nil {
				return err
			}
			s := tellStory(t, unit, day, max(day, area.Today(at)))
			switch flags.format {
			case "json":
				return printJSON(cmd.OutOrStdout(), s)
			case "csv":
				return printStoryCSV(cmd.OutOrStdout(), s)
			}
			return printStory(cmd.OutOrStdout(), t, unit, s, max(day, area.Today(at)))
		},
	}
	flags.add(cmd)
	return cmd
}

// storyUnit finds the unit that bears the code on the day. Where no day was
// asked for and nobody bears it today, it is the last one that did, on its last
// day: somebody who asks after an old code wants to know what became of it.
func storyUnit(t *area.Tree, code, day string, asked bool) (area.Version, string, error) {
	v, err := t.FindCode(code, day)
	if err == nil {
		return v, day, nil
	}
	lives := t.CodeHistory(code)
	if asked || len(lives) == 0 {
		return v, "", err
	}
	last := lives[len(lives)-1]
	if last.To != "" && last.To <= day {
		day = area.DayBefore(last.To)
	}
	v, err = t.FindCode(code, day)
	return v, day, err
}

func tellStory(t *area.Tree, unit area.Version, day, today string) areaStory {
	life := t.History(unit.Area)
	s := areaStory{
		Area:   areaUnit{unit.Code, unit.FullName, life[0].From, life[len(life)-1].To},
		Before: []areaEvent{}, After: []areaEvent{}, Now: []areaPart{},
	}
	before, after := t.Story(unit.Area, day)
	for _, e := range before {
		s.Before = append(s.Before, tellEvent(t, e))
	}
	for _, e := range after {
		s.After = append(s.After, tellEvent(t, e))
	}
	parts := t.Successors(unit.Area, day, today)
	if len(parts) == 0 {
		for _, id := range t.Heirs(unit.Area, today) {
			parts = append(parts, area.Part{Area: id})
		}
	}
	for _, p := range parts {
		v, _ := t.On(p.Area, today)
		s.Now = append(s.Now, areaPart{v.Code, v.FullName, shareValue(p.Land), shareValue(p.People), p.Estimated})
	}
	return s
}

func tellEvent(t *area.Tree, e area.Event) areaEvent {
	from, _ := t.On(e.From, area.DayBefore(e.Day))
	to, _ := t.On(e.To, e.Day)
	return areaEvent{
		e.Day, e.Kind, from.Code, from.FullName, to.Code, to.FullName,
		shareValue(e.Land), shareValue(e.People), e.Confidence, e.Source, e.Note,
	}
}

// shareValue keeps four decimals: the tables have three.
func shareValue(s area.Share) *float64 {
	if !s.Known {
		return nil
	}
	v := float64(int(s.Value*10000+0.5)) / 10000
	return &v
}

func printStoryCSV(out io.Writer, s areaStory) error {
	w := csv.NewWriter(out)
	w.Write([]string{"direction", "date", "kind", "from_code", "from_name", "to_code", "to_name", "land_share", "people_share", "confidence", "source", "note"})
	write := func(direction string, events []areaEvent) {
		for _, e := range events {
			w.Write([]string{
				direction, e.Date, e.Kind, e.FromCode, e.FromName, e.ToCode, e.ToName,
				shareCell(e.Land), shareCell(e.People), e.Confidence, e.Source, e.Note,
			})
		}
	}
	write("before", s.Before)
	write("after", s.After)
	w.Flush()
	return w.Error()
}

func shareCell(s *float64) string {
	if s == nil {
		return ""
	}
	return strconv.FormatFloat(*s, 'f', -1, 64)
}

func printStory(out io.Writer, t *area.Tree, unit area.Version, s areaStory, today string) error {
	var b strings.Builder
	life := unit
	life.From, life.To = s.Area.From, s.Area.To
	line := func(key string, pairs ...any) { fmt.Fprintln(&b, text.T(key, pairs...)) }
	line("area.lineage.title", "area", unit.FullName, "code", unit.Code, "period", t.ShowPeriod(life))
	var others []string
	for _, v := range t.CodeHistory(unit.Code) {
		if v.Area != unit.Area {
			others = append(others, v.FullName+" "+t.ShowPeriod(v))
		}
	}
	if len(others) > 0 {
		line("area.lineage.also", "code", unit.Code, "periods", strings.Join(others, "; "))
	}
	fmt.Fprintln(&b)
	if len(s.Before) == 0 {
		line("area.lineage.no_origins", "day", area.ShowDay(s.Area.From))
	} else {
		line("area.lineage.origins")
		printEvents(&b, s.Before)
	}
	fmt.Fprintln(&b)
	if len(s.After) == 0 {
		line("area.lineage.no_later")
	} else {
		line("area.lineage.later")
		printEvents(&b, s.After)
		fmt.Fprintln(&b)
		line("area.lineage.now", "day", area.ShowDay(today))
		for _, p := range s.Now {
			fmt.Fprintln(&b, "  "+text.T("area.lineage.part", "area", p.FullName, "code", p.Code, "share", showPart(p)))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func printEvents(b *strings.Builder, events []areaEvent) {
	for _, e := range events {
		key := "area.lineage.row"
		if e.ToCode == "" {
			key = "area.lineage.row_end"
		}
		share := ""
		if e.ToCode != "" && (e.Land == nil || *e.Land < 1) {
			share = " (" + showShares(e.Land, e.People) + ")"
		}
		fmt.Fprintln(b, "  "+text.T(key, "day", area.ShowDay(e.Date), "kind", text.T("area.kind."+e.Kind),
			"from", e.FromName+" ("+e.FromCode+")", "to", e.ToName+" ("+e.ToCode+")",
			"share", share, "confidence", text.T("area.confidence."+e.Confidence)))
	}
}

func showPart(p areaPart) string {
	switch {
	case p.Land == nil && p.People == nil && !p.Estimated:
		return text.T("area.lineage.some")
	case !p.Estimated:
		return text.T("area.lineage.whole")
	}
	return text.T("area.lineage.estimated") + ", " + showShares(p.Land, p.People)
}

func showShares(land, people *float64) string {
	var parts []string
	if land != nil {
		parts = append(parts, text.T("area.lineage.land", "percent", percent(*land)))
	}
	// without a source of its own the people's share is the land's again
	if people != nil && (land == nil || percent(*land) != percent(*people)) {
		parts = append(parts, text.T("area.lineage.people", "percent", percent(*people)))
	}
	if len(parts) == 0 {
		return text.T("area.lineage.share_unknown")
	}
	return strings.Join(parts, ", ")
}

func percent(v float64) string {
	return strings.Replace(strconv.FormatFloat(float64(int(v*1000+0.5))/10, 'f', -1, 64), ".", ",", 1)
}
