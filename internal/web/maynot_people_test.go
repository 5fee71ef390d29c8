package web_test

import "maps"

// Comments, committees, sponsors and substitutions. Who may comment is a matter
// of the record; of the ids tried there is none, and the tests of each subject
// try real ones.
var mayNotPeople = map[string]permission{
	"GET /y-kien":                                {who: everybody},
	"POST /y-kien/{kind}/{record}":               {who: everybody, form: "words=x", ok: []int{404}},
	"POST /y-kien/{kind}/{record}/rut/{comment}": {who: everybody, ok: []int{404}},
}

func init() { maps.Copy(mayNot, mayNotPeople) }
