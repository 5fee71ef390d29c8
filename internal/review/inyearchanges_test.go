package review_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// certificates are those of a household, as "number from–to years withdrawn".
func (c *counter) certificates(id household.ID) (words []string) {
	c.Read(func(tx *db.Tx) error {
		list, err := c.s.CertificatesOf(tx, id)
		for _, one := range list {
			word := fmt.Sprintf("%d:", one.Number)
			for _, y := range one.Years {
				word += fmt.Sprintf(" %d %s", y.Year, y.Class)
			}
			if one.WithdrawnOn != "" {
				word += " withdrawn"
			}
			words = append(words, word)
		}
		return err
	})
	return words
}

func (c *counter) issueIn(round, want string) {
	c.T.Helper()
	i, y, w, err := c.s.IssueCertificates(ctx, c.officer(), c.Officer(householdtest.TamChung).Scope, round, householdtest.TamChung)
	if got := fmt.Sprint(i, y, w); err != nil || got != want {
		c.T.Errorf("round %s: issued, confirmed, withdrawn %s, want %s (%v)", round, got, want, err)
	}
}

func TestCertificatesFollowTheLastClassWhicheverRoundIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		if _, _, _, err := c.s.IssueCertificates(ctx, c.officer(), c.Officer(householdtest.TamChung).Scope, c.within, householdtest.TamChung); code(err) != "no_decision" {
			t.Errorf("without a decision: %v", err)
		}
		in, out, less := c.received(c.leaves, "1a"), c.received(c.stays, "1b"), c.received(c.enters, "1b")
		c.surveyed(c.leaves, poor, "2018-06-01")
		c.surveyed(c.stays, well, "2018-06-01")
		c.surveyed(c.enters, near, "2018-06-01")
		c.decided(in.ID)
		c.decided(out.ID)
		c.decided(less.ID)
		c.issueIn(c.round, "0 0 0") // the yearly round has no say about them any more
		c.issueIn(c.within, "1 1 1")
		c.issueIn(c.within, "0 0 0")
		c.issueIn(c.round, "0 0 0")
		for id, want := range map[household.ID]string{c.leaves: ": 2018 poor", c.stays: ": 2018 poor withdrawn", c.enters: ": 2018 near_poor"} {
			if got := c.certificates(id); len(got) != 1 || !strings.HasSuffix(got[0], want) {
				t.Errorf("certificates %q, want one with %q", got, want)
			}
		}
		c.Read(func(tx *db.Tx) error {
			dossiers, err := c.s.Dossiers.Get(tx, c.dossier)
			if err != nil {
				return err
			}
			checked, err := c.s.Dossiers.Check(tx, dossiers)
			if err != nil {
				return err
			}
			if o, err := c.s.Dossiers.Obstacles(tx, dossiers, checked, "certificates", ""); err != nil || len(o) > 0 {
				t.Errorf("the step of the yearly round: %v %v", o, err)
			}
			return nil
		})
		items, _, err := c.s.Standing(ctx, c.Officer(householdtest.TamChung).Scope, c.round, householdtest.TamChung)
		if err != nil || len(items) != 0 {
			t.Errorf("still shown under the yearly round: %+v %v", items, err)
		}
	})
}

func TestChangesOfAMonthAreCountedOncePerHouseholdUnderTheirUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		in, out, less := c.received(c.leaves, "1a"), c.received(c.stays, "1b"), c.received(c.enters, "1b")
		c.surveyed(c.leaves, near, "2018-05-10")
		c.decided(in.ID)
		c.surveyed(c.stays, well, "2018-05-10")
		c.decided(out.ID)
		c.Today = "2018-06-20"
		c.surveyed(c.leaves, poor, "2018-05-10")
		if _, err := c.s.DecideRequest(ctx, c.signer("chu-tich", "chair"), in.ID, 2, "sai điểm"); err != nil {
			t.Fatal(err)
		}
		c.surveyed(c.enters, near, "2018-06-10")
		c.decided(less.ID)
		root, _ := c.Tree.Ancestor(householdtest.TamChung, c.Today, area.Province)
		scope := c.Operator().Scope
		count := func(at area.ID, period string) (words string) {
			p, ok := review.ParsePeriod(period)
			if !ok {
				t.Fatal(period)
			}
			changes, err := c.s.ChangesOf(ctx, scope, c.within, at, p)
			if err != nil {
				t.Fatal(err)
			}
			sum := map[review.Flow]review.Count{}
			for _, row := range changes.Rows {
				for f, n := range row.Changes {
					one := sum[f]
					one.Households, one.People = one.Households+n.Households, one.People+n.People
					sum[f] = one
				}
			}
			for _, f := range review.Flows {
				if sum[f] != changes.Total[f] {
					t.Errorf("%s: rows %v, total %v", f, sum[f], changes.Total[f])
				}
				if n := changes.Total[f]; n.Households > 0 {
					words += fmt.Sprintf("%s %d/%d ", f, n.Households, n.People)
				}
			}
			return words + fmt.Sprintf("of %d, %d corrections", changes.Decisions, changes.Corrections)
		}
		for _, one := range []struct {
			at           area.ID
			period, want string
		}{
			{householdtest.TamChung, "2018-04", "of 0, 0 corrections"},
			// It was poor in 2016, but asks as one that is on no list.
			{householdtest.TamChung, "2018-05", "new_near_poor 1/1 left_poor 1/1 of 2, 0 corrections"},
			{householdtest.TamChung, "2018-06", "poor_from_near_poor 1/1 near_poor_from_poor 1/1 of 2, 1 corrections"},
			// Over the quarter the correction is not a change of its own: poor again.
			{householdtest.TamChung, "2018-Q2", "fell_back 1/1 near_poor_from_poor 1/1 left_poor 1/1 of 4, 1 corrections"},
			{c.district(), "2018-Q2", "fell_back 1/1 near_poor_from_poor 1/1 left_poor 1/1 of 4, 1 corrections"},
			{root.Area, "2018", "fell_back 1/1 near_poor_from_poor 1/1 left_poor 1/1 of 4, 1 corrections"},
			{householdtest.Township, "2018", "of 0, 0 corrections"},
		} {
			if got := count(one.at, one.period); got != one.want {
				t.Errorf("%s in %s: %s, want %s", one.at, one.period, got, one.want)
			}
		}
		for _, wrong := range []struct {
			scope area.Scope
			round string
			at    area.ID
			code  string
		}{
			{c.Officer(householdtest.Township).Scope, c.within, householdtest.TamChung, "area_not_found"},
			{c.Officer(householdtest.TamChung).Scope, c.within, c.district(), "area_not_found"},
			{scope, c.round, householdtest.TamChung, "not_in_year"},
			{scope, c.within, "nowhere", "area_not_found"},
		} {
			if _, err := c.s.ChangesOf(ctx, wrong.scope, wrong.round, wrong.at, review.Period{Year: 2018}); code(err) != wrong.code {
				t.Errorf("%s of %s: %v", wrong.at, wrong.round, err)
			}
		}
	})
}

func TestPeriodsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := review.Period{Year: rapid.IntRange(1990, 2100).Draw(t, "year")}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 1:
			p.Quarter = rapid.IntRange(1, 4).Draw(t, "quarter")
		case 2:
			p.Month = rapid.IntRange(1, 12).Draw(t, "month")
		}
		if read, ok := review.ParsePeriod(p.String()); !ok || read != p {
			t.Fatalf("%s read as %v", p, read)
		}
	})
	for _, wrong := range []string{"", "2018-13", "2018-0", "2018-Q5", "2018-q1", "2018-1", "18", "2018-05-01", "năm 2018"} {
		if p, ok := review.ParsePeriod(wrong); ok {
			t.Errorf("%q read as %v", wrong, p)
		}
	}
}
