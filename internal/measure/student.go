package measure

import "math"

// studentQuantile is the t with P(T ≤ t) = p for Student's distribution with
// df degrees of freedom, 0 < p < 1, df > 0; to about twelve digits.
func studentQuantile(p, df float64) float64 {
	if p == 0.5 {
		return 0
	}
	if p < 0.5 {
		return -studentQuantile(1-p, df)
	}
	if math.IsInf(df, 1) {
		return normalQuantile(p)
	}
	if df >= 1000 {
		return studentExpansion(normalQuantile(p), df)
	}
	tail := 1 - p
	low, high := 0.0, 1.0
	for studentTail(high, df) > tail {
		low, high = high, high*2
		if math.IsInf(high, 1) {
			return high
		}
	}
	// Newton from the bracket's middle; a step that leaves it is a bisection.
	t := (low + high) / 2
	for range 200 {
		excess := studentTail(t, df) - tail
		if excess > 0 {
			low = t
		} else {
			high = t
		}
		next := t + excess/studentDensity(t, df)
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-t) <= 1e-15*math.Abs(next) {
			return next
		}
		t = next
	}
	return t
}

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// studentExpansion is Fisher's series in 1/df (Abramowitz and Stegun 26.7.5);
// from df = 1000 its first dropped term is below 1e-13.
func studentExpansion(z, df float64) float64 {
	z2 := z * z
	g1 := z * (z2 + 1) / 4
	g2 := z * (5*z2*z2 + 16*z2 + 3) / 96
	g3 := z * (3*z2*z2*z2 + 19*z2*z2 + 17*z2 - 15) / 384
	g4 := z * (79*z2*z2*z2*z2 + 776*z2*z2*z2 + 1482*z2*z2 - 1920*z2 - 945) / 92160
	return z + g1/df + g2/(df*df) + g3/(df*df*df) + g4/(df*df*df*df)
}

// studentTail is P(T > t) for t ≥ 0.
func studentTail(t, df float64) float64 {
	return 0.5 * incompleteBeta(df/2, 0.5, df/(df+t*t))
}

func studentDensity(t, df float64) float64 {
	a, _ := math.Lgamma((df + 1) / 2)
	b, _ := math.Lgamma(df / 2)
	return math.Exp(a-b-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df*math.Pi)
}

// incompleteBeta is the regularised I_x(a, b) by Lentz's continued fraction.
func incompleteBeta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	ab, _ := math.Lgamma(a + b)
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	front := math.Exp(ab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(a, b, x) / a
	}
	return 1 - front*betaFraction(b, a, 1-x)/b
}

func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	guard := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c := 1.0
	d := 1 / guard(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m <= 10000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / guard(1+even*d)
		c = guard(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / guard(1+odd*d)
		c = guard(1 + odd/c)
		step := d * c
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return h
}
