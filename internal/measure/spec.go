// Package measure counts poverty beside the headcount the law asks for: the
// Alkire-Foster family with its standard errors, the movement of households
// between the classes of two rounds, and the cross tables of the reports, over
// columns in memory. It holds methods and no figure of any authority: the
// indicators, weights, cutoffs and look-back periods come from whoever calls.
// It opens no file and no database, and it does not decide a household's
// class (standard does).
package measure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Limits of a spec. 64 indicators fit one machine word; weights of at most a
// million keep every sum over a million units exact in float64.
const (
	MaxIndicators = 64
	MaxWeight     = 1_000_000
	MaxSpecBytes  = 1 << 20
)

// Missing says what a missing answer counts as. It is never silently "not
// deprived": the choice is repeated in the result.
type Missing string

// The choices.
const (
	Drop        Missing = "drop"         // a unit with any missing answer is left out
	NotDeprived Missing = "not_deprived" // a missing answer counts as not deprived
	Bounds      Missing = "bounds"       // both readings: as not deprived, and beside it as deprived
)

// SinglePSU says what to do with a stratum that holds one primary sampling
// unit, from which no variance can be estimated.
type SinglePSU string

// The choices.
const (
	RefuseSingle    SinglePSU = "refuse"
	CertaintySingle SinglePSU = "certainty" // drawn with certainty: adds no variance
	CentreSingle    SinglePSU = "centre"    // its distance from the mean of all PSUs stands for the variance
)

// Indicator is one deprivation of the measure. Weights are whole numbers:
// twelve times 1/12 in floating point puts one profile in four on the wrong
// side of the cutoff.
type Indicator struct {
	Code      string
	Dimension string // the code itself where none is given
	Weight    int
}

// Spec is what to measure and which columns of the file hold it.
type Spec struct {
	Indicators []Indicator
	Cutoffs    []int    // in the units of the weights: poor when the weighted sum ≥ k
	Weight     string   // column of the analysis weight; "" counts each unit once
	By         []string // columns to break down by
	Strata     string
	PSU        string // primary sampling unit, nested in its stratum
	Missing    Missing
	SinglePSU  SinglePSU
}

// TotalWeight is W, the sum of the indicators' weights.
func (s Spec) TotalWeight() int {
	total := 0
	for _, indicator := range s.Indicators {
		total += indicator.Weight
	}
	return total
}

// Sampled says whether the spec describes a sample, which alone has standard
// errors: a full register has none. Weights without strata and PSUs are those
// of a simple sample, each row a PSU of its own in one stratum.
func (s Spec) Sampled() bool { return s.designed() || s.Weight != "" }

// designed: the spec names the design itself.
func (s Spec) designed() bool { return s.PSU != "" || s.Strata != "" }

// specFile is the file as written. The numbers are read untyped, so that
// "0.5" is refused by name and not turned into 0.
type specFile struct {
	Indicators []struct {
		Code      string `yaml:"code"`
		Dimension string `yaml:"dimension"`
		Weight    any    `yaml:"weight"`
	} `yaml:"indicators"`
	Cutoffs   []any    `yaml:"cutoffs"`
	Weight    string   `yaml:"weight"`
	By        []string `yaml:"by"`
	Strata    string   `yaml:"strata"`
	PSU       string   `yaml:"psu"`
	Missing   string   `yaml:"missing"`
	SinglePSU string   `yaml:"single_psu"`
}

// ParseSpec reads a spec strictly: an unknown key is refused.
func ParseSpec(raw []byte) (Spec, error) {
	if len(raw) > MaxSpecBytes {
		return Spec{}, badSpec("measure.spec.too_long", "limit", MaxSpecBytes)
	}
	file, err := decodeSpec(norm.NFC.Bytes(raw))
	if err != nil {
		return Spec{}, err
	}
	spec := Spec{
		Weight: strings.TrimSpace(file.Weight), Strata: strings.TrimSpace(file.Strata), PSU: strings.TrimSpace(file.PSU),
		Missing: Missing(file.Missing), SinglePSU: SinglePSU(file.SinglePSU),
	}
	for i, indicator := range file.Indicators {
		code := strings.TrimSpace(indicator.Code)
		if code == "" {
			return Spec{}, badSpec("measure.spec.no_code", "number", i+1)
		}
		weight, ok := wholeNumber(indicator.Weight)
		if !ok {
			return Spec{}, badSpec("measure.spec.weight_not_whole", "code", code, "value", written(indicator.Weight))
		}
		dimension := strings.TrimSpace(indicator.Dimension)
		if dimension == "" {
			dimension = code
		}
		spec.Indicators = append(spec.Indicators, Indicator{Code: code, Dimension: dimension, Weight: weight})
	}
	for _, cutoff := range file.Cutoffs {
		k, ok := wholeNumber(cutoff)
		if !ok {
			return Spec{}, badSpec("measure.spec.cutoff_not_whole", "value", written(cutoff))
		}
		spec.Cutoffs = append(spec.Cutoffs, k)
	}
	for _, column := range file.By {
		spec.By = append(spec.By, strings.TrimSpace(column))
	}
	if spec.Missing == "" {
		spec.Missing = Drop
	}
	if spec.SinglePSU == "" {
		spec.SinglePSU = RefuseSingle
	}
	return spec, spec.Check()
}

// decodeSpec reads one YAML document. The parser panics on some broken files;
// those are refused like the others.
func decodeSpec(raw []byte) (file specFile, err error) {
	defer func() {
		if defect := recover(); defect != nil {
			err = yamlFault(fmt.Errorf("yaml parser: %v", defect))
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict())
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return file, yamlFault(err)
	}
	var more any
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return file, badSpec("measure.spec.second_document")
	}
	return file, nil
}

// Check refuses a spec that cannot be measured, naming what is wrong.
func (s Spec) Check() error {
	if len(s.Indicators) == 0 {
		return badSpec("measure.spec.no_indicators")
	}
	if len(s.Indicators) > MaxIndicators {
		return badSpec("measure.spec.too_many_indicators", "count", len(s.Indicators), "limit", MaxIndicators)
	}
	seen := map[string]bool{}
	for _, indicator := range s.Indicators {
		if seen[indicator.Code] {
			return badSpec("measure.spec.code_twice", "code", indicator.Code)
		}
		seen[indicator.Code] = true
		if indicator.Weight < 1 || indicator.Weight > MaxWeight {
			return badSpec("measure.spec.weight_out_of_range", "code", indicator.Code, "value", indicator.Weight, "limit", MaxWeight)
		}
	}
	if len(s.Cutoffs) == 0 {
		return badSpec("measure.spec.no_cutoffs")
	}
	cutoffs := map[int]bool{}
	for _, k := range s.Cutoffs {
		if k < 1 || k > s.TotalWeight() {
			return badSpec("measure.spec.cutoff_out_of_range", "value", k, "total", s.TotalWeight())
		}
		if cutoffs[k] {
			return badSpec("measure.spec.cutoff_twice", "value", k)
		}
		cutoffs[k] = true
	}
	columns := map[string]bool{}
	for _, column := range s.By {
		if column == "" {
			return badSpec("measure.spec.by_empty")
		}
		if columns[column] {
			return badSpec("measure.spec.by_twice", "column", column)
		}
		columns[column] = true
	}
	switch s.Missing {
	case Drop, NotDeprived, Bounds:
	default:
		return badSpec("measure.spec.missing_unknown", "value", string(s.Missing))
	}
	switch s.SinglePSU {
	case RefuseSingle, CertaintySingle, CentreSingle:
	default:
		return badSpec("measure.spec.single_psu_unknown", "value", string(s.SinglePSU))
	}
	return nil
}

func wholeNumber(value any) (int, bool) {
	const limit = 1 << 40 // far over MaxWeight × MaxIndicators; Check gives the exact bounds
	switch n := value.(type) {
	case uint64:
		return int(min(n, limit)), true
	case int64:
		return int(max(n, -limit)), true
	case int:
		return n, true
	}
	return 0, false
}

func written(value any) string {
	if value == nil {
		return ""
	}
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(value)
}

func badSpec(key string, pairs ...any) error {
	return fault.New(fault.Invalid, "measure_spec", text.T("measure.spec.where", "what", text.T(key, pairs...)))
}

// yamlFault turns the parser's English into a sentence that names the line.
func yamlFault(err error) error {
	line := 0
	key := ""
	var positioned yaml.Error
	if errors.As(err, &positioned) && positioned.GetToken() != nil {
		token := positioned.GetToken()
		key = token.Value
		if token.Position != nil {
			line = token.Position.Line
		}
	}
	name := "measure.spec.unreadable"
	var unknown *yaml.UnknownFieldError
	var twice *yaml.DuplicateKeyError
	var wrongType *yaml.TypeError
	var unexpected *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		name = "measure.spec.unknown_key"
	case errors.As(err, &twice):
		name = "measure.spec.key_twice"
	case errors.As(err, &wrongType), errors.As(err, &unexpected):
		name = "measure.spec.wrong_type"
	}
	if name == "measure.spec.unreadable" && line == 0 {
		name = "measure.spec.unreadable_whole"
	}
	what := text.T(name, "line", line, "key", key)
	return fault.Wrap(err, fault.Invalid, "measure_spec", text.T("measure.spec.where", "what", what))
}
