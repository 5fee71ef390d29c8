package exchange

import (
	"context"

	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
)

// sampleColumns are the columns of a drawn sample (docs/data.md).
var sampleColumns = []struct {
	key   string
	width float64
}{{"household", 14}, {"head", 26}, {"village", 24}, {"commune_code", 10}, {"commune", 24}, {"stratum_size", 10}, {"drawn", 8}, {"weight", 10}}

// WriteSample writes the households of a sample, commune by commune.
func WriteSample(ctx context.Context, reviews *review.Store, roundID string, drawn []review.Drawn, out sheet.Writer) error {
	round, err := reviews.FindRound(ctx, roundID)
	if err != nil {
		return err
	}
	var columns []sheet.Column
	for _, c := range sampleColumns {
		columns = append(columns, sheet.Column{Key: c.key, Title: c.key, Width: c.width, Text: c.key == "household" || c.key == "commune_code"})
	}
	if err := out.Sheet("sample", columns); err != nil {
		return err
	}
	tree, day := reviews.Tree(), reviews.WorkDay(round)
	for _, one := range drawn {
		village, _ := tree.On(one.Village, day)
		commune, _ := tree.On(one.Commune, day)
		err := out.Row(sheet.TextValue(one.Code), sheet.TextValue(one.Head), sheet.TextValue(village.FullName), sheet.TextValue(commune.Code), sheet.TextValue(commune.FullName),
			sheet.IntValue(int64(one.StratumSize)), sheet.IntValue(int64(one.Take)), sheet.NumberValue(one.Weight))
		if err != nil {
			return err
		}
	}
	return out.Close()
}
