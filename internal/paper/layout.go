package paper

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/text"
)

// Figure is one number of a layout: what the authority allows, and what is
// used of it.
type Figure struct {
	Least     float64 `yaml:"least"`
	Most      float64 `yaml:"most"`
	Use       float64 `yaml:"use"`
	Source    string  `yaml:"source"`
	Confirmed bool    `yaml:"confirmed"`
	Note      string  `yaml:"note"`
}

// Element is how one part of a document is lettered.
type Element struct {
	Text      string `yaml:"text"` // where the layout sets the words too
	Size      Figure `yaml:"size"`
	Upper     bool   `yaml:"upper"`
	Bold      bool   `yaml:"bold"`
	Italic    bool   `yaml:"italic"`
	Source    string `yaml:"source"`
	Confirmed bool   `yaml:"confirmed"`
}

// Layout is how documents of a time are laid out (law/paper).
type Layout struct {
	Kind  string `yaml:"kind"`
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Valid struct {
		From      string `yaml:"from"` // both days included; empty: open
		To        string `yaml:"to"`
		Source    string `yaml:"source"`
		Confirmed bool   `yaml:"confirmed"`
		Note      string `yaml:"note"`
	} `yaml:"valid"`
	Sources map[string]string `yaml:"sources"`
	Font    struct {
		Text      string `yaml:"text"`
		Source    string `yaml:"source"`
		Confirmed bool   `yaml:"confirmed"`
	} `yaml:"font"`
	Page struct {
		Width  Figure `yaml:"width"`
		Height Figure `yaml:"height"`
		Top    Figure `yaml:"top"`
		Bottom Figure `yaml:"bottom"`
		Left   Figure `yaml:"left"`
		Right  Figure `yaml:"right"`
	} `yaml:"page"`
	PageNumber struct {
		Place     string `yaml:"place"` // top_centre or bottom_right
		OnFirst   bool   `yaml:"on_first"`
		Size      Figure `yaml:"size"`
		Source    string `yaml:"source"`
		Confirmed bool   `yaml:"confirmed"`
	} `yaml:"page_number"`
	Body struct {
		FirstLine   Figure `yaml:"first_line"`
		Between     Figure `yaml:"between"`
		LineSpacing Figure `yaml:"line_spacing"`
	} `yaml:"body"`
	ZeroBefore struct {
		Number Figure `yaml:"number"`
		Day    Figure `yaml:"day"`
		Month  Figure `yaml:"month"`
	} `yaml:"zero_before"`
	Lines struct {
		Motto   Figure `yaml:"motto"`
		Issuer  Figure `yaml:"issuer"`
		Subject Figure `yaml:"subject"`
	} `yaml:"lines"`
	Elements elements `yaml:"elements"`
}

type elements struct {
	Country        Element `yaml:"country"`
	Motto          Element `yaml:"motto"`
	Superior       Element `yaml:"superior"`
	Issuer         Element `yaml:"issuer"`
	Number         Element `yaml:"number"`
	PlaceDate      Element `yaml:"place_date"`
	Kind           Element `yaml:"kind"`
	Subject        Element `yaml:"subject"`
	Body           Element `yaml:"body"`
	Bases          Element `yaml:"bases"`
	Chapter        Element `yaml:"chapter"`
	ChapterTitle   Element `yaml:"chapter_title"`
	Section        Element `yaml:"section"`
	SignerRight    Element `yaml:"signer_right"`
	SignerName     Element `yaml:"signer_name"`
	RecipientsHead Element `yaml:"recipients_head"`
	Recipients     Element `yaml:"recipients"`
	Annex          Element `yaml:"annex"`
	AnnexTitle     Element `yaml:"annex_title"`
	AnnexOf        Element `yaml:"annex_of"`
	Table          Element `yaml:"table"`
	Mark           Element `yaml:"mark"`
	Demo           Element `yaml:"demo"`
}

// The places of a page number.
const (
	topCentre   = "top_centre"
	bottomRight = "bottom_right"
)

// Layouts are the layouts of all times.
type Layouts []*Layout

// ReadLayouts reads law/paper from the data files; a fault names the file.
func ReadLayouts(laws fs.FS) (Layouts, error) {
	names, err := fs.Glob(laws, "paper/*.yaml")
	if err != nil {
		return nil, err
	}
	var all Layouts
	for _, name := range names {
		raw, err := fs.ReadFile(laws, name)
		if err != nil {
			return nil, err
		}
		l := new(Layout)
		if err := yaml.UnmarshalWithOptions(raw, l, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := l.check(path.Base(name)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, l)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("law/paper holds no layout")
	}
	return all, nil
}

// On gives the layout that holds on a day, YYYY-MM-DD.
func (all Layouts) On(day string) (*Layout, error) {
	for _, l := range all {
		if day >= l.Valid.From && (l.Valid.To == "" || day <= l.Valid.To) {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no layout of documents holds on %s", day)
}

func (l *Layout) check(file string) error {
	if l.Kind != "paper_layout" || l.ID+".yaml" != file {
		return fmt.Errorf("kind or id does not fit the file")
	}
	if l.PageNumber.Place != topCentre && l.PageNumber.Place != bottomRight {
		return fmt.Errorf("page_number.place: %q", l.PageNumber.Place)
	}
	return l.checkValue(reflect.ValueOf(l).Elem(), "")
}

// checkValue looks at every figure: it lies within what is allowed, and its
// source is one of the file's.
func (l *Layout) checkValue(v reflect.Value, at string) error {
	if f, is := v.Interface().(Figure); is && (f.Use <= 0 || f.Use < f.Least || f.Most > 0 && f.Use > f.Most) {
		return fmt.Errorf("%s: %v lies outside %v–%v", at, f.Use, f.Least, f.Most)
	}
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Tag.Get("yaml"), v.Field(i)
		if field.Kind() == reflect.Struct {
			if err := l.checkValue(field, strings.TrimPrefix(at+"."+name, ".")); err != nil {
				return err
			}
		}
		// The size of an element stands under the element's source.
		if name == "source" && l.Sources[field.String()] == "" && !strings.HasSuffix(at, ".size") {
			return fmt.Errorf("%s: source %q is not among the sources", at, field)
		}
	}
	return nil
}

// Number writes a document's number and notation as its head has them, "Số:
// 05/QĐ-UBND".
func (l *Layout) Number(number int, notation string) string {
	return text.T("paper.number", "number", l.Code(number, notation))
}

// Code is the number and notation by which others name the document; 0 leaves
// room to write the number by hand.
func (l *Layout) Code(number int, notation string) string {
	n := strings.Repeat("\u00a0", 8)
	if number > 0 {
		n = l.zeroed(number, l.ZeroBefore.Number)
	}
	if notation != "" {
		n += "/" + notation
	}
	return n
}

// Date writes a day (YYYY-MM-DD) as documents do, "ngày 05 tháng 01 năm 2017";
// "" leaves room to write it by hand.
func (l *Layout) Date(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return text.T("paper.no_date")
	}
	return text.T("paper.date", "day", l.zeroed(d.Day(), l.ZeroBefore.Day), "month", l.zeroed(int(d.Month()), l.ZeroBefore.Month), "year", strconv.Itoa(d.Year()))
}

func (l *Layout) zeroed(n int, below Figure) string {
	if n < int(below.Use) {
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}
