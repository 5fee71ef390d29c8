package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/db"
)

// pair puts two heads of households into the queue, as a search would.
func (p *province) pair(t *testing.T, a, b place) (address string) {
	t.Helper()
	low, high := min(a.person, b.person), max(a.person, b.person)
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into duplicate_pair (province_id, person_a, person_b, kind, state, found_at, score, reasons) values ($1, $2, $3, 'alike', 'open', 1, 9100, 'same_name,same_birth')`, p.app.Province, low, high)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return "/nghi-trung/" + low + "/" + high
}

func TestSuspectedPairs(t *testing.T) {
	p := demoProvince(t)
	near, far := p.places[1], p.places[3]
	across, within := p.pair(t, near, far), p.pair(t, p.places[0], near)
	decide := func(name, address, decision, reason string) (int, string) {
		w := p.ask(name, "POST", address, url.Values{"decision": {decision}, "reason": {reason}}.Encode())
		return w.Code, w.Body.String() + w.Header().Get("Location")
	}

	t.Run("a pair waits for the lowest unit whose people see both", func(t *testing.T) {
		for name, waits := range map[string]bool{"xa": true, "huyen": false, "tinh": true, "xa2": false, "thon": false} {
			w := p.ask(name, "GET", "/nhiem-vu", "")
			if got := strings.Contains(w.Body.String(), "Kết luận 1 cặp hồ sơ nghi trùng"); w.Code != 200 || got != waits {
				t.Errorf("%s: %d, asked to decide on one: %v", name, w.Code, got)
			}
		}
	})
	t.Run("one elsewhere has no name and is not decided on", func(t *testing.T) {
		for _, address := range []string{"/nghi-trung", across} {
			w := p.ask("xa", "GET", address, "")
			if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "đã có ở xã khác") || !strings.Contains(body, near.head) {
				t.Errorf("%s: %d %s", address, w.Code, plain(w))
			}
			p.sees(t, "xa", w)
		}
		w := p.ask("xa", "GET", across, "")
		if strings.Contains(w.Body.String(), "Lưu kết luận") || strings.Contains(w.Body.String(), "cùng ngày sinh") {
			t.Errorf("may decide, or sees why: %s", plain(w))
		}
		if code, body := decide("xa", across, "same", "đã hỏi"); code != 422 || !strings.Contains(body, "xã khác") {
			t.Errorf("decided: %d %s", code, body)
		}
	})
	t.Run("who covers neither finds no such pair", func(t *testing.T) {
		if w := p.ask("xa2", "GET", within, ""); w.Code != 404 {
			t.Errorf("xa2 gets %d", w.Code)
		}
		if code, _ := decide("xa2", within, "same", "đã hỏi"); code != 404 {
			t.Errorf("xa2 decides: %d", code)
		}
		if code, _ := decide("thon", within, "same", "đã hỏi"); code != 403 {
			t.Errorf("a village head decides: %d", code)
		}
	})
	t.Run("a decision needs an answer and a reason", func(t *testing.T) {
		if code, body := decide("xa", within, "", "đã hỏi"); code != 422 || !strings.Contains(body, "chọn một kết luận") {
			t.Errorf("without an answer: %d", code)
		}
		if code, body := decide("xa", within, "same", " "); code != 422 || !strings.Contains(body, "ghi rõ căn cứ") {
			t.Errorf("without a reason: %d", code)
		}
	})
	t.Run("one person: the next steps are shown", func(t *testing.T) {
		if code, body := decide("xa", within, "same", "đã xem hai giấy khai sinh"); code != 303 || !strings.HasSuffix(body, within+"?da-luu=pair") {
			t.Fatalf("decided: %d %s", code, body)
		}
		body := p.ask("xa", "GET", within, "").Body.String()
		for _, says := range []string{"đã xem hai giấy khai sinh", "/nhap-ho", "/di"} {
			if !strings.Contains(body, says) {
				t.Errorf("%q is not on the page", says)
			}
		}
		if page := p.ask("xa", "GET", "/ho/"+near.household, "").Body.String(); !strings.Contains(page, "kết luận là một người") {
			t.Error("the household's page does not tell of it")
		}
	})
	t.Run("two people: out of the queue", func(t *testing.T) {
		if code, body := decide("tinh", across, "different", "đã gọi hai xã"); code != 303 {
			t.Fatalf("decided: %d %s", code, body)
		}
		if body := p.ask("xa", "GET", "/nghi-trung", "").Body.String(); strings.Contains(body, across) {
			t.Error("still asked")
		}
	})
	t.Run("a search runs in the background", func(t *testing.T) {
		if w := p.ask("xa", "POST", "/nghi-trung", url.Values{"dia-ban": {far.commune}}.Encode()); w.Code != 422 {
			t.Errorf("searching another commune: %d", w.Code)
		}
		if w := p.ask("xa", "POST", "/nghi-trung", url.Values{"dia-ban": {near.commune}}.Encode()); w.Code != 303 {
			t.Fatalf("search: %d", w.Code)
		}
		for range 200 {
			w := p.ask("xa", "GET", "/nghi-trung/tien-do", "")
			if strings.Contains(w.Body.String(), "Đã so") {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("never ended: %s", p.ask("xa", "GET", "/nghi-trung/tien-do", "").Body)
	})
}
