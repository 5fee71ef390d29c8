package web_test

import (
	"context"
	"html"
	"strings"
	"testing"

	forms "giamngheo/internal/form"
	"giamngheo/internal/paper/papertest"
	"giamngheo/internal/vn"
)

// Every question of a form's definition stands on each of its faces: the screen
// and the blank page to print (the sheet is tested where it is written). A face that
// had questions of its own would miss the next one that is added.
func TestEveryFaceOfAFormAsksWhatItsDefinitionAsks(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	id := o.unentered(0)
	round, err := p.app.Reviews.FindRound(context.Background(), "2020")
	if err != nil {
		t.Fatal(err)
	}
	closed := func(s string) string {
		return strings.Join(strings.Fields(strings.ReplaceAll(vn.NFC(s), "\u00a0", " ")), "")
	}
	for _, code := range forms.AllCodes {
		f, err := p.app.Reviews.FormOf(round, code)
		if err != nil {
			t.Fatal(err)
		}
		screen := "/phieu/2020/" + id + "/" + strings.ToLower(code)
		if code == forms.Scores {
			screen = "/ra-soat/2020/" + id
		}
		print := o.page("xa", "/ra-soat/2020/in-phieu/"+strings.ToLower(code)+"/"+p.places[0].commune+"/pdf?trong=1")
		faces := map[string]string{"the screen": closed(html.UnescapeString(tags.ReplaceAllString(o.page("xa", screen), " "))), "the printed page": closed(papertest.Text(t, []byte(print), "-raw"))}
		asked := 0
		for _, s := range f.Sections {
			for _, q := range s.Questions {
				asked++
				for face, words := range faces {
					if s.Each == forms.EachMember && face == "the screen" {
						continue // of each member only what concerns him
					}
					if !strings.Contains(words, closed(q.Text.Text)) && (q.Short == "" || !strings.Contains(words, closed(q.Short))) {
						t.Errorf("form %s: %s does not ask «%s»", code, face, q.Text.Text)
					}
					if q.Kept != "" && face == "the screen" { // entered with Phiếu B
						words = closed(html.UnescapeString(tags.ReplaceAllString(o.page("xa", "/ra-soat/2020/"+id), " ")))
					}
					for _, option := range q.Options {
						if option.Code != "unknown" && q.Kind != forms.YesNo && !strings.Contains(words, closed(option.Text)) {
							t.Errorf("form %s: %s does not offer «%s» at «%s»", code, face, option.Text, q.Text.Text)
						}
					}
				}
			}
		}
		if asked < 4 {
			t.Errorf("form %s asks %d questions: this test sees too little", code, asked)
		}
	}
}
