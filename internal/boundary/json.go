package boundary

import "encoding/json"

// The walkers below step through a text that is already known to be valid
// JSON, without copying it and without building maps: a boundary file is large,
// and an upload may be hostile.

// members calls f for each member of an object, in order; other values have none.
func members(object []byte, f func(key string, value []byte) error) error {
	i := space(object, 0)
	if i >= len(object) || object[i] != '{' {
		return nil
	}
	i = space(object, i+1)
	for object[i] != '}' {
		end := skip(object, i)
		key := str(object[i:end])
		i = space(object, end)
		i = space(object, i+1) // the colon
		end = skip(object, i)
		if err := f(key, object[i:end]); err != nil {
			return err
		}
		i = space(object, end)
		if object[i] == ',' {
			i = space(object, i+1)
		}
	}
	return nil
}

// elements calls f for each element of an array; other values have none.
func elements(array []byte, f func(value []byte) error) error {
	i := space(array, 0)
	if i >= len(array) || array[i] != '[' {
		return nil
	}
	i = space(array, i+1)
	for array[i] != ']' {
		end := skip(array, i)
		if err := f(array[i:end]); err != nil {
			return err
		}
		i = space(array, end)
		if array[i] == ',' {
			i = space(array, i+1)
		}
	}
	return nil
}

// skip gives the end of the value that begins at i.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		for i++; b[i] != '"'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
		return i + 1
	case '{', '[':
		for depth := 0; ; i++ {
			switch b[i] {
			case '"':
				i = skip(b, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(b) && b[i] != ',' && b[i] != ']' && b[i] != '}' && b[i] != ' ' && b[i] != '\n' && b[i] != '\r' && b[i] != '\t' {
		i++
	}
	return i
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// str decodes a JSON string; anything else gives "".
func str(value []byte) string {
	if len(value) == 0 || value[0] != '"' {
		return ""
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// scalar gives a string or a number as text; objects, arrays, booleans and
// null give "".
func scalar(value []byte) string {
	if len(value) == 0 {
		return ""
	}
	if value[0] == '"' {
		return str(value)
	}
	if value[0] == '-' || value[0] >= '0' && value[0] <= '9' {
		return string(value)
	}
	return ""
}
