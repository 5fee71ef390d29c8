package household_test

import (
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
)

// A name without a year may be anybody of that name in the village; a name
// with one may be somebody whose year nobody wrote down.
func TestSameNameFindsWhereAYearIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := householdtest.New(t, d)
		p.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979")
		p.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Án, male, 1979")
		p.Family(householdtest.BanOn, "2016-01-01", "Lò Văn Sâu, male, ")
		for _, c := range []struct{ name, birth, want string }{
			{"HA VAN A", "", "TH-0000-0001"},
			{"Hà Văn Á", "1979", ""}, // its year is known: no doubt
			{"Lò Văn Sâu", "1950", "TH-0000-0003"},
			{"Lò Văn Sâu", "", ""},
			{"Vi Thị Hoa", "", ""},
		} {
			var codes []string
			p.Read(func(tx *db.Tx) error {
				return p.Store.SameName(tx, []household.Key{{Village: householdtest.BanOn, Head: household.HeadKey(c.name, c.birth)}}, func(_ household.Key, code string) { codes = append(codes, code) })
			})
			slices.Sort(codes)
			if got := strings.Join(codes, " "); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.name, c.birth, got, c.want)
			}
		}
	})
}
