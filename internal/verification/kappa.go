package verification

import "math"

// Table counts pairs: rows what the first survey found, columns the second,
// both over the same categories in the same order.
type Table [][]int

// NewTable is empty, over so many categories.
func NewTable(categories int) Table {
	t := make(Table, categories)
	for i := range t {
		t[i] = make([]int, categories)
	}
	return t
}

// Weights say how far two categories agree, 1 for the same.
type Weights func(i, j, categories int) float64

// Same counts only equal categories as agreement.
func Same(i, j, _ int) float64 {
	if i == j {
		return 1
	}
	return 0
}

// Linear weighs a disagreement of ordered categories by its distance
// (Cicchetti and Allison 1971).
func Linear(i, j, categories int) float64 {
	if categories < 2 {
		return 1
	}
	return 1 - math.Abs(float64(i-j))/float64(categories-1)
}

// Kappa is Cohen's agreement beyond chance (Cohen 1960; weighted: Cohen 1968)
// with the large-sample standard errors of Fleiss, Cohen and Everitt (1969).
type Kappa struct {
	N        int
	Observed *float64 // share of agreement; nil where there is no pair
	Expected *float64 // by chance, from the margins
	Value    *float64 // nil where chance alone gives full agreement, so that nothing can be said
	SE       *float64 // of the value, for intervals
	SENull   *float64 // if there were no agreement beyond chance, for tests
	Lower    *float64
	Upper    *float64
	// Adjusted is kappa with the expectation of equal margins,
	// (k·observed − 1)/(k − 1): Byrt, Bishop and Carlin 1993 for two categories.
	Adjusted *float64
	// Prevailing is the share of the most frequent category, the mean of both surveys.
	Prevailing *float64
	// Paradox says that the agreement is high and kappa low only because nearly
	// all are of one category (Feinstein and Cicchetti 1990): read both.
	Paradox bool
}

// The bounds of the note on the paradox are a convention of this program: at
// least four of five agree, at least four of five are of one category, and
// kappa would still read as no more than moderate (Landis and Koch 1977).
const (
	paradoxAgreement  = 0.8
	paradoxPrevailing = 0.8
	paradoxKappa      = 0.6
)

// Kappa measures the agreement of a table, with its interval at the confidence.
func (t Table) Kappa(weights Weights, confidence float64) Kappa {
	k := len(t)
	rows, columns := make([]float64, k), make([]float64, k)
	total := 0
	for i := range t {
		for j, count := range t[i] {
			rows[i] += float64(count)
			columns[j] += float64(count)
			total += count
		}
	}
	out := Kappa{N: total}
	if total == 0 {
		return out
	}
	n := float64(total)
	prevailing := 0.0
	for i := range k {
		rows[i] /= n
		columns[i] /= n
		prevailing = max(prevailing, (rows[i]+columns[i])/2)
	}
	// Mean weights of a row and of a column under chance.
	ofRow, ofColumn := make([]float64, k), make([]float64, k)
	observed, expected, same := 0.0, 0.0, 0.0
	for i := range k {
		for j := range k {
			w := weights(i, j, k)
			observed += w * float64(t[i][j]) / n
			expected += w * rows[i] * columns[j]
			ofRow[i] += w * columns[j]
			ofColumn[j] += w * rows[i]
		}
		same += float64(t[i][i]) / n
	}
	out.Observed, out.Expected, out.Prevailing = &observed, &expected, &prevailing
	if k > 1 {
		out.Adjusted = pointer((float64(k)*same - 1) / float64(k-1))
	}
	beyond := 1 - expected
	if beyond < 1e-12 {
		return out
	}
	value := (observed - expected) / beyond
	sum, sumNull := 0.0, 0.0
	for i := range k {
		for j := range k {
			w, mean := weights(i, j, k), ofRow[i]+ofColumn[j]
			sum += float64(t[i][j]) / n * square(w-mean*(1-value))
			sumNull += rows[i] * columns[j] * square(w-mean)
		}
	}
	se := math.Sqrt(max(0, sum-square(value-expected*(1-value)))) / (beyond * math.Sqrt(n))
	seNull := math.Sqrt(max(0, sumNull-square(expected))) / (beyond * math.Sqrt(n))
	half := quantile(confidence) * se
	out.Value, out.SE, out.SENull = &value, &se, &seNull
	if se > 0 { // none where all pairs agree: the formula then knows no error
		out.Lower, out.Upper = pointer(max(-1, value-half)), pointer(min(1, value+half))
	}
	out.Paradox = observed >= paradoxAgreement && prevailing >= paradoxPrevailing && value <= paradoxKappa
	return out
}

func square(x float64) float64 { return x * x }
