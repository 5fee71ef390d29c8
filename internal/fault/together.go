package fault

import "errors"

// Together makes one refusal of several, so that somebody reads everything that
// is to be mended at once: the fields of all, the first message of each field.
// An error that is no refusal of data comes alone, for nothing is known then.
func Together(errs ...error) error {
	var first *Error
	var fields []Field
	said := map[string]bool{}
	for _, err := range errs {
		if err == nil {
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Kind != Invalid {
			return err
		}
		if first == nil {
			first = e
		}
		for _, f := range e.Fields {
			if !said[f.Name] {
				said[f.Name] = true
				fields = append(fields, f)
			}
		}
	}
	if first == nil {
		return nil
	}
	return New(Invalid, first.Code, first.Message, fields...)
}

// If gives an error where something is wrong, and nothing where it is not: a
// line of what Together puts together.
func If(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}
