package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) postingStart(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	b, err := p.board(r, account.RightWriteRegistry)
	if err != nil {
		return err
	}
	h := review.Hanging{Places: r.PostForm.Get("places"), Web: r.PostForm.Get("web") == "yes", Reason: r.PostForm.Get("reason")}
	if day, err := vn.ParseDay(strings.TrimSpace(r.PostForm.Get("first")), ""); err == nil && day.Exact() {
		h.First = string(day)
	}
	if _, err := p.Reviews.Post(r.Context(), p.registrar(r), b.Round.ID, b.Commune.Area, h); err != nil {
		if f := fault.As(err, ""); f.Kind == fault.Invalid {
			return p.showBoard(w, r, http.StatusUnprocessableEntity, b, typedUser{typed: r.PostForm, wrong: f.Fields})
		}
		return err
	}
	return SeeOther(w, r, saved(postingAddress(b.Round.ID, b.Commune.Area), "posting"))
}

// postingAct does something with a posting that the address names.
func (p *Pages) postingAct(w http.ResponseWriter, r *http.Request, do func(id string, rev int64) error) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	one, err := p.onBoard(r, account.RightWriteRegistry)
	if err != nil {
		return err
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if err := do(one.ID, rev); err != nil {
		if fault.Of(err) != fault.Invalid {
			return err
		}
		b, missing := p.board(r, account.RightWriteRegistry)
		if missing != nil {
			return missing
		}
		return p.showBoard(w, r, http.StatusUnprocessableEntity, b, typedUser{typed: r.PostForm, wrong: fault.As(err, "").Fields})
	}
	return SeeOther(w, r, saved(postingAddress(one.Round, one.Area), "posting_change"))
}

// onBoard finds the posting that the address names, of its round and commune.
func (p *Pages) onBoard(r *http.Request, right account.Right) (review.Posting, error) {
	b, err := p.board(r, right)
	if err != nil {
		return review.Posting{}, err
	}
	for _, one := range b.Postings {
		if one.ID == r.PathValue("posting") {
			return one, nil
		}
	}
	return review.Posting{}, fault.New(fault.NotFound, "no_posting", text.T("review.posting.none"))
}

func (p *Pages) postingWithdraw(w http.ResponseWriter, r *http.Request) error {
	return p.postingAct(w, r, func(id string, rev int64) error {
		return p.Reviews.WithdrawPosting(r.Context(), p.registrar(r), id, rev, r.PostForm.Get("reason"))
	})
}

func (p *Pages) postingShow(w http.ResponseWriter, r *http.Request) error {
	return p.postingAct(w, r, func(id string, rev int64) error {
		return p.Reviews.ShowPosting(r.Context(), p.registrar(r), id, rev, r.PostForm.Get("on") == "yes", r.PostForm.Get("reason"))
	})
}

func (p *Pages) postingFile(w http.ResponseWriter, r *http.Request) error {
	one, err := p.onBoard(r, account.RightWriteRegistry)
	if err != nil {
		return err
	}
	if err := p.attach(r, review.Owner{Kind: review.OfPosting, ID: one.ID}, one.Area); err != nil {
		return err
	}
	return SeeOther(w, r, postingAddress(one.Round, one.Area)+"#tep-kem")
}

// postedTables are the list by village: number, name, class, and no more.
func postedTables(list []review.Posted) (groups []view.PublicGroup) {
	for n, one := range list {
		if n == 0 || list[n-1].Village != one.Village {
			groups = append(groups, view.PublicGroup{Village: one.Village, Table: view.SheetTable{Caption: one.Village, Numeric: []bool{true}, Head: []string{text.T("web.sheet.no"), text.T("web.household.head"), text.T("web.posting.result")}}})
		}
		t := &groups[len(groups)-1].Table
		t.Rows = append(t.Rows, []string{strconv.Itoa(n + 1), one.Head, classWords(one.Class)})
	}
	return groups
}

// postingPrint is the list as it hangs on the boards.
func (p *Pages) postingPrint(w http.ResponseWriter, r *http.Request) error {
	b, err := p.board(r, account.RightReadHouseholds)
	if err != nil {
		return err
	}
	one, err := p.onBoard(r, account.RightReadHouseholds)
	if err != nil {
		return err
	}
	s := view.PaperSheet{Demo: p.Demo, Title: text.T("web.posting.file", "commune", b.Commune.FullName, "round", b.Round.ID), Back: view.Link{Text: text.T("web.sheet.back"), Href: postingAddress(b.Round.ID, b.Commune.Area)}, Hint: text.T("web.posting.print_hint"), Files: formatLinks(postingAddress(b.Round.ID, b.Commune.Area, one.ID, "in")),
		Unit: []string{text.T("web.sheet.committee"), upper(b.Commune.FullName)}, Place: b.Commune.Name + ", " + longDay(one.First), Kind: text.T("web.posting.kind"), Subject: text.T("web.posting.subject", "year", b.Round.Year)}
	if one.WithdrawnAt != 0 {
		s.Mark = text.T("web.posting.mark_withdrawn")
	}
	s.Blocks = []templ.Component{view.Paragraphs(text.T("web.posting.until", "first", longDay(one.First), "last", longDay(one.Last), "places", one.Places), text.T("web.posting.tell"))}
	for _, g := range postedTables(one.List) {
		s.Blocks = append(s.Blocks, view.SheetHeading(g.Village), view.SheetTableOf(g.Table))
	}
	if len(one.List) == 0 {
		s.Blocks = append(s.Blocks, view.Paragraphs(text.T("web.posting.nobody")))
	}
	s.Blocks = append(s.Blocks, view.Paragraphs(listWords(one.List)))
	if b.Now != nil && b.Now.ID == one.ID {
		_, s.Foot = p.termWords(b.Term)
	}
	s.Signers = []view.Signer{{}, {Office: text.T("web.posting.sign"), Note: text.T("web.sheet.sign_seal")}}
	return Render(w, r, http.StatusOK, view.PaperSheetPage(s))
}

// postingDocument is the same in the legal layout, as a file.
func (p *Pages) postingDocument(w http.ResponseWriter, r *http.Request) error {
	one, err := p.onBoard(r, account.RightReadHouseholds)
	if err != nil {
		return err
	}
	name := text.T("web.posting.file", "commune", p.communeName(one.Area, one.First), "round", one.Round)
	return sendDocument(w, r, name, func() (*paper.Document, error) { return p.Prints.PostingOf(r.Context(), ActorOf(r.Context()), one.ID) })
}

// postingPublic shows the list to anybody for as long as it hangs. Before,
// after and once withdrawn it is a page that never was.
func (p *Pages) postingPublic(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	w.Header().Set("Cache-Control", "no-store")
	one, err := p.Reviews.PublicPosting(r.Context(), r.PathValue("id"))
	if err != nil && fault.Of(err) == fault.NotFound {
		return fault.New(fault.NotFound, "no_page", text.T("web.error.no_page"))
	}
	if err != nil {
		return err
	}
	round, err := p.Reviews.FindRound(r.Context(), one.Round)
	if err != nil {
		return err
	}
	page := view.PublicList{Demo: p.Demo, Title: text.T("web.posting.public_title", "commune", p.communeName(one.Area, one.First), "year", round.Year), Groups: postedTables(one.List), Foot: text.T("web.posting.public_foot", "last", area.ShowDay(one.Last)),
		Lead: []string{text.T("web.posting.public_lead", "first", area.ShowDay(one.First), "last", area.ShowDay(one.Last)), text.T("web.posting.tell"), listWords(one.List)}}
	return Render(w, r, http.StatusOK, view.PublicListPage(page))
}

// communeName is the name of a commune on a day, or the last it had by then.
func (p *Pages) communeName(id area.ID, day string) string {
	v, _ := p.Tree().Lately(id, day)
	return v.FullName
}
