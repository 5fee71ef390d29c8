package chart

import "giamngheo/internal/text"

// LegendItem is one swatch and what it means.
type LegendItem struct {
	Class string
	Label string
}

// StepLegend words the steps of a map: "dưới 3", "3 – 6", …, "từ 32 trở lên".
// format writes a bound with its unit.
func StepLegend(bounds []float64, format func(float64) string) []LegendItem {
	if len(bounds) > len(Steps)-1 {
		bounds = bounds[:len(Steps)-1]
	}
	var out []LegendItem
	for i := 0; i <= len(bounds); i++ {
		item := LegendItem{Class: Steps[i]}
		switch {
		case len(bounds) == 0:
			return nil
		case i == 0:
			item.Label = text.T("chart.step.below", "to", format(bounds[0]))
		case i == len(bounds):
			item.Label = text.T("chart.step.above", "from", format(bounds[i-1]))
		default:
			item.Label = text.T("chart.step.between", "from", format(bounds[i-1]), "to", format(bounds[i]))
		}
		out = append(out, item)
	}
	return out
}

const (
	small    = 12 // type sizes, in units of the viewBox
	normal   = 13
	headline = 16
	rowOf    = 20 // height of a legend's row
	swatch   = 12
)

// place lays the items out in rows; each gives x and its row.
func placeLegend(items []LegendItem, width float64) (at [][2]float64, rows int) {
	x, row := 0.0, 0
	for _, item := range items {
		w := swatch + 6 + textWidth(item.Label, small) + 14
		if x > 0 && x+w > width {
			x, row = 0, row+1
		}
		at = append(at, [2]float64{x, float64(row)})
		x += w
	}
	if len(items) == 0 {
		return nil, 0
	}
	return at, row + 1
}

func legendHeight(items []LegendItem, width float64) float64 {
	_, rows := placeLegend(items, width-2*margin)
	if rows == 0 {
		return 0
	}
	return float64(rows)*rowOf + 6
}

// legend draws swatches and labels from (x, y) downwards.
func (d *drawing) legend(items []LegendItem, id string, x, y, width float64) {
	at, _ := placeLegend(items, width-2*margin)
	for i, item := range items {
		lx, ly := x+margin+at[i][0], y+4+at[i][1]*rowOf
		class := item.Class
		if class == Poor || class == Near || class == Out || class == Brand || class == Soft {
			class = "f-" + class
		}
		d.rect("swatch "+escape(class), ` rx="2" stroke="`+line+`" fill="`+escape(fill(item.Class, id))+`"`, lx, ly, swatch, swatch)
		d.text(lx+swatch+6, ly+10, small, "ink", "", item.Label)
	}
}
