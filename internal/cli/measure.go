package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"giamngheo/internal/fault"
	"giamngheo/internal/measure"
	"giamngheo/internal/text"
)

// newMeasure is `giamngheo measure`: no database, a CSV and a spec in, JSON
// out, and nothing on standard output when the data are refused.
func newMeasure() *cobra.Command {
	var in, spec string
	cmd := &cobra.Command{
		Use:   "measure --in FILE.csv --spec FILE.yaml",
		Short: text.T("measure.short"),
		Long:  text.T("measure.long"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if in == "" {
				return usageError{errors.New(text.T("measure.flag.required", "flag", "in"))}
			}
			if spec == "" {
				return usageError{errors.New(text.T("measure.flag.required", "flag", "spec"))}
			}
			result, err := measureFile(in, spec, cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			out := json.NewEncoder(cmd.OutOrStdout())
			out.SetEscapeHTML(false)
			out.SetIndent("", "  ")
			return out.Encode(result)
		},
	}
	cmd.Flags().StringVar(&in, "in", "", text.T("measure.flag.in"))
	cmd.Flags().StringVar(&spec, "spec", "", text.T("measure.flag.spec"))
	return cmd
}

func measureFile(in, specPath string, stdin io.Reader, stderr io.Writer) (*measure.Result, error) {
	raw, err := readSpec(specPath)
	if err != nil {
		return nil, openFault(err, specPath)
	}
	spec, err := measure.ParseSpec(raw)
	if err != nil {
		return nil, err
	}
	from := stdin
	if in != "-" {
		file, err := os.Open(in)
		if err != nil {
			return nil, openFault(err, in)
		}
		defer file.Close()
		from = file
	}
	from, end := newProgress(stderr, text.T("measure.reading")).read(from)
	sample, err := measure.ReadCSV(from, spec)
	end()
	if err != nil {
		return nil, err
	}
	return sample.Estimate()
}

// readSpec reads no further than ParseSpec accepts.
func readSpec(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, measure.MaxSpecBytes+1))
}

func openFault(err error, path string) error {
	return fault.Wrap(err, fault.NotFound, "open", text.T("measure.open", "path", path))
}
