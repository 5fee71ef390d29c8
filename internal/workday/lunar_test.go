package workday

import (
	"math"
	"testing"
	"time"
)

// The lunar calendar of Viet Nam by astronomy: months begin on the day of the
// new moon at UTC+7, the month with the winter solstice is the eleventh, and in
// a year of thirteen months the first without a principal term is the leap
// month. New moons and the sun's longitude after J. Meeus, Astronomical
// Algorithms (2nd ed. 1998), chapters 49 and 25, terms below a minute left off.

// newMoon gives the Julian day (dynamical time) of the kth new moon since 2000-01-06.
func newMoon(k float64) float64 {
	T := k / 1236.85
	sin := func(deg float64) float64 { return math.Sin(deg * math.Pi / 180) }
	E := 1 - 0.002516*T - 0.0000074*T*T
	M := 2.5534 + 29.10535670*k - 0.0000014*T*T
	Mm := 201.5643 + 385.81693528*k + 0.0107582*T*T
	F := 160.7108 + 390.67050284*k - 0.0016118*T*T
	O := 124.7746 - 1.56375588*k + 0.0020672*T*T
	return 2451550.09766 + 29.530588861*k + 0.00015437*T*T -
		0.40720*sin(Mm) + 0.17241*E*sin(M) + 0.01608*sin(2*Mm) + 0.01039*sin(2*F) + 0.00739*E*sin(Mm-M) -
		0.00514*E*sin(Mm+M) + 0.00208*E*E*sin(2*M) - 0.00111*sin(Mm-2*F) - 0.00057*sin(Mm+2*F) +
		0.00056*E*sin(2*Mm+M) - 0.00042*sin(3*Mm) + 0.00042*E*sin(M+2*F) + 0.00038*E*sin(M-2*F) -
		0.00024*E*sin(2*Mm-M) - 0.00017*sin(O)
}

// sunLongitude gives the sun's apparent longitude in degrees.
func sunLongitude(julian float64) float64 {
	T := (julian - 2451545) / 36525
	rad := math.Pi / 180
	M := (357.52911 + 35999.05029*T) * rad
	L := 280.46646 + 36000.76983*T + (1.914602-0.004817*T)*math.Sin(M) + 0.019993*math.Sin(2*M) + 0.000289*math.Sin(3*M)
	L -= 0.00569 + 0.00478*math.Sin((125.04-1934.136*T)*rad)
	return math.Mod(math.Mod(L, 360)+360, 360)
}

const dynamical = 69.0 / 86400 // TT − UT in these years

// localDay is the number of the day at UTC+7 in which an instant falls.
func localDay(julian float64) int { return int(math.Floor(julian - dynamical + 0.5 + 7.0/24)) }

func dayOf(number int) string {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, number-2451545).Format(time.DateOnly)
}

// term is the number of the principal term last passed at the beginning of a local day.
func term(day int) int {
	return int(sunLongitude(float64(day)-0.5-7.0/24+dynamical) / 30)
}

// months gives the first day of the lunar months 1 and 3 of the year.
func months(year int) (first, third int) {
	k := math.Floor(float64(year-2000)*12.3685) - 3
	var starts []int
	for i := range 20 {
		starts = append(starts, localDay(newMoon(k+float64(i))))
	}
	eleventh := func(y int) int { // the month that holds the solstice of December of the year
		solstice := localDay(float64(int(365.2425*float64(y-2000))) + 2451545 + 350)
		for term(solstice) < 9 || term(solstice) > 9 {
			solstice++
		}
		solstice-- // the day in which the longitude passes 270°
		for i := len(starts) - 1; i >= 0; i-- {
			if starts[i] <= solstice {
				return i
			}
		}
		return -1
	}
	from, to := eleventh(year-1), eleventh(year)
	number, leap := 11, to-from == 13
	for i := from + 1; i <= to; i++ {
		if leap && term(starts[i]) == term(starts[i+1]) {
			leap = false // the leap month bears the number of the one before
			continue
		}
		number = number%12 + 1
		switch number {
		case 1:
			first = starts[i]
		case 3:
			third = starts[i]
		}
	}
	return first, third
}

func TestTetAndTheHungKingsDayByTheMoon(t *testing.T) {
	tet := map[int]string{2015: "2015-02-19", 2016: "2016-02-08", 2017: "2017-01-28", 2018: "2018-02-16", 2019: "2019-02-05", 2020: "2020-01-25",
		2021: "2021-02-12", 2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2027: "2027-02-06"}
	c := calendar(t)
	for year := 2015; year <= 2027; year++ {
		first, third := months(year)
		if got := dayOf(first); got != tet[year] {
			t.Errorf("the first day of the lunar year %d falls on %s by the moon, not on %s", year, got, tet[year])
		}
		if s, ok := c.On(dayOf(third + 9)); !ok || s.Kind != Holiday {
			t.Errorf("the tenth day of the third lunar month of %d is %s by the moon; the calendar has no holiday then", year, dayOf(third+9))
		}
		// Off from at least one day before to the third day of the new year.
		for _, off := range []int{-1, 0, 1, 2} {
			if day := dayOf(first + off); c.IsWorking(day) {
				t.Errorf("offices would work on %s, day %+d of Tết", day, off)
			}
		}
	}
}
