package web_test

import "maps"

// Comments, committees, sponsors and substitutions. Who may comment is a matter
// of the record; of the ids tried there is none, and the tests of each subject
// try real ones.
var mayNotPeople = map[string]permission{
	"GET /y-kien":                                {who: everybody},
	"POST /y-kien/{kind}/{record}":               {who: everybody, form: "words=x", ok: []int{404}},
	"POST /y-kien/{kind}/{record}/rut/{comment}": {who: everybody, ok: []int{404}},

	// Everybody sees the committees over his post; committee_test.go tries others.
	"GET /to-chuc/ban-chi-dao":                                {who: figures + " " + bodies},
	"GET /to-chuc/ban-chi-dao/{committee}":                    {who: figures + " " + bodies, ok: []int{404}},
	"GET /to-chuc/ban-chi-dao/{committee}/cuoc-hop/{session}": {who: figures + " " + bodies, ok: []int{404}},
	"GET /to-chuc/ban-chi-dao/{commune}/lap":                  {who: committees, about: anArea, told: bodies, ok: []int{200, 403}},
	"POST /to-chuc/ban-chi-dao/{commune}/lap":                 {who: committees, about: anArea, told: bodies, ok: []int{422, 403}},
	"GET /to-chuc/ban-chi-dao/{committee}/{act}":              {who: committees, ok: []int{404}},
	"POST /to-chuc/ban-chi-dao/{committee}/{act}":             {who: committees, ok: []int{404}},

	// Agencies are no secret; of the codes tried there is none.
	"GET /to-chuc/co-quan":                    {who: figures + " " + bodies + " quantri", about: aBoard},
	"GET /to-chuc/co-quan/moi":                {who: areas},
	"POST /to-chuc/co-quan/moi":               {who: areas, ok: []int{422}},
	"GET /to-chuc/co-quan/{agency}":           {who: figures + " " + bodies + " quantri", ok: []int{404}},
	"GET /to-chuc/co-quan/{agency}/ket-thuc":  {who: areas, ok: []int{404}},
	"POST /to-chuc/co-quan/{agency}/ket-thuc": {who: areas, ok: []int{404, 422}},

	// Without a head's post named there is nobody to sign for; substitution_test.go
	// tries real ones.
	"GET /to-chuc/uy-quyen":                          {who: committees + " quantri"},
	"GET /to-chuc/uy-quyen/giao":                     {who: committees + " quantri", ok: []int{404}},
	"POST /to-chuc/uy-quyen/giao":                    {who: committees + " quantri", form: "from=01/01/2031&to=02/01/2031&reason=x", ok: []int{404}},
	"GET /to-chuc/uy-quyen/{substitution}/ket-thuc":  {who: committees + " quantri", ok: []int{404}},
	"POST /to-chuc/uy-quyen/{substitution}/ket-thuc": {who: committees + " quantri", form: "reason=x", ok: []int{404}},

	// sponsor_test.go tries sponsorships that there are.
	"GET /to-chuc/do-dau":                          {who: figures + " " + bodies},
	"GET /to-chuc/do-dau/bao-cao":                  {who: figures + " " + bodies, ok: []int{200, 404}},
	"GET /to-chuc/do-dau/bao-cao/tep/{format}":     {who: figures + " " + bodies, ok: []int{200, 404}},
	"GET /to-chuc/do-dau/{sponsor}":                {who: figures + " " + bodies, ok: []int{404}},
	"GET /to-chuc/do-dau/{commune}/lap":            {who: committees, about: anArea, told: bodies, ok: []int{200, 403}},
	"POST /to-chuc/do-dau/{commune}/lap":           {who: committees, about: anArea, told: bodies, ok: []int{422, 403}},
	"GET /to-chuc/do-dau/{sponsor}/{act}":          {who: committees, ok: []int{404}},
	"POST /to-chuc/do-dau/{sponsor}/{act}":         {who: committees, ok: []int{404}},
	"POST /to-chuc/do-dau/{sponsor}/tep/them":      {who: committees, ok: []int{404}},
	"GET /to-chuc/do-dau/{sponsor}/tep/{file}":     {who: figures + " " + bodies, ok: []int{404}},
	"POST /to-chuc/do-dau/{sponsor}/tep/{file}/go": {who: committees, ok: []int{404}},
}

// committees have posts that work on tasks; of them the departments keep none.
const committees = "tinh huyen xa chutich xa2 yte giaoduc " + bodies

func init() { maps.Copy(mayNot, mayNotPeople) }
