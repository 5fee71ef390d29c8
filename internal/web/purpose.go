package web

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// pathPurpose takes what somebody reads lists of names for today.
const pathPurpose = "/muc-dich"

// longestPurpose in letters: a sentence.
const longestPurpose = 200

func (p *Pages) purposeRoutes() []Route {
	return []Route{{Method: "POST", Pattern: pathPurpose, Right: Either(account.RightReadHouseholds, account.RightReadSubject), Handler: p.statePurpose}}
}

// statePurpose keeps the purpose in the browser for the day: lists are read
// all day long for one and the same work, and asking each time would only
// teach people to type anything.
func (p *Pages) statePurpose(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	purpose := vn.Line(r.PostForm.Get("purpose"))
	if message := typed.TooLong(purpose, longestPurpose); message != "" {
		return fault.New(fault.Invalid, "purpose_too_long", message)
	}
	p.SignIn.Cookies.setPurpose(w, p.purposeKey(r)+purpose)
	return SeeOther(w, r, LocalPath(r.PostForm.Get("ve")))
}

// purposeKey keeps a purpose from the next person at the same computer, and
// from the next day.
func (p *Pages) purposeKey(r *http.Request) string {
	return ActorOf(r.Context()).ID + "\n" + p.Today() + "\n"
}

// purposeOf is what the reader has said today, "" for nothing.
func (p *Pages) purposeOf(r *http.Request) string {
	said, _ := strings.CutPrefix(p.SignIn.Cookies.purpose(r), p.purposeKey(r))
	if strings.Contains(said, "\n") { // somebody else's, or another day's
		return ""
	}
	return said
}

func (c Cookies) purposeName() string {
	if c.Secure {
		return "__Host-muc-dich"
	}
	return "muc-dich"
}

func (c Cookies) setPurpose(w http.ResponseWriter, said string) {
	http.SetCookie(w, &http.Cookie{Name: c.purposeName(), Value: base64.RawURLEncoding.EncodeToString([]byte(said)), Path: "/", HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
}

func (c Cookies) purpose(r *http.Request) string {
	cookie, err := r.Cookie(c.purposeName())
	if err != nil {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return ""
	}
	return string(raw)
}

// reading is a page that lists households by name.
type reading struct {
	list    string // what the journal calls it
	area    area.ID
	round   review.Round
	what    []journal.Change // which of them
	shown   int
	usually string // the purpose where the reader has stated none
	back    string // the page's own address
}

// read journals the reading before a name goes out, and gives what the page
// says of it.
func (p *Pages) read(r *http.Request, one reading) (view.Purpose, error) {
	purpose := cmp.Or(p.purposeOf(r), one.usually)
	changes := []journal.Change{{Field: "households", To: journal.Value(one.shown)}}
	if one.round.ID != "" {
		changes = append(changes, journal.Change{Field: "round", To: journal.Value(one.round.ID)})
	}
	changes = append(changes, one.what...)
	err := p.DB.Write(r.Context(), func(tx *db.Tx) error {
		return journal.Record(tx, p.Province, &journal.Entry{At: p.Reviews.Now().UnixMilli(), Actor: ActorOf(r.Context()).ID, Action: "list.read", Kind: "list", Record: one.list, AreaID: string(one.area), Reason: purpose, Changes: changes})
	})
	return p.purposeBar(r, one), err
}

// purposeBar says on the page what the journal says, and asks for a purpose.
func (p *Pages) purposeBar(r *http.Request, one reading) view.Purpose {
	said := p.purposeOf(r)
	purpose := cmp.Or(said, one.usually)
	return view.Purpose{Action: pathPurpose, Back: one.back, Words: text.T("web.purpose.said", "purpose", purpose), Open: text.T("web.purpose.other"), Button: text.T("web.purpose.go"),
		Field: view.Field{Name: "purpose", Label: text.T("web.purpose.ask"), Hint: text.T("web.purpose.hint"), Width: "full", Value: said}}
}

// readFiltered journals a list that filters choose: it says who is poor, or who
// lacks what. Who is looked for by name within it is no new reading.
func (p *Pages) readFiltered(r *http.Request, q listQuery, shown int) (view.Purpose, error) {
	one := reading{list: "households", area: q.area.Area, round: q.round, shown: shown, usually: text.T("web.purpose.list"), back: q.with()}
	indicator := ""
	if q.indicator >= 0 {
		indicator = q.set.Indicators[q.indicator].Code
	}
	key := p.purposeOf(r) + "\n" + string(q.area.Area) + "\n" + q.round.ID
	for _, f := range [][2]string{{"class", q.class}, {"indicator", indicator}, {"ethnic", q.ethnic}, {"policy_groups", q.policy}} {
		if key += "\n" + f[1]; f[1] != "" {
			one.what = append(one.what, journal.Change{Field: f[0], To: journal.Value(f[1])})
		}
	}
	last, again := p.readings.Swap(ActorOf(r.Context()).ID, key)
	if q.typed != "" && again && last == key {
		return p.purposeBar(r, one), nil
	}
	return p.read(r, one)
}
