package review_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

// zipped is a zip of empty parts.
func zipped(names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := z.Create(name); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func TestWhatAFileIsItsContentTells(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by := c.head(householdtest.BanOn)
		m := c.hold(householdtest.BanOn, nil)
		for _, o := range []struct{ name, content, want string }{
			{"biên bản.pdf", "%PDF-1.7\n…", "biên bản.pdf"},
			{"bien ban", "%PDF-1.4", "bien ban.pdf"},
			{`C:\quét\..\ảnh.JPG`, "\xff\xd8\xff\xe0", "ảnh.JPG"},
			{"../../etc/passwd", "\x89PNG\r\n\x1a\n", "passwd.png"},
			{"dẹp\r\n\"tên\".exe", zipped("[Content_Types].xml", "word/document.xml"), "dẹptên.exe.docx"},
			{"bảng.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "bảng.xlsx"},
			{strings.Repeat("ă", 400) + ".pdf", "%PDF-1.7", strings.Repeat("ă", 146) + ".pdf"},
			{"trang.pdf", "<html><script>alert(1)</script>", ""},
			{"ảnh.png", "GIF89a", ""},
			{"ảnh.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", ""},
			{"macro.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""},
			{"nén.docx", zipped("word/document.xml"), ""},
			{"nén.docx", zipped("a.exe"), ""},
			{"hỏng.docx", "PK\x03\x04 rồi hết", ""},
			{"trống.pdf", "", ""},
		} {
			a, err := c.s.Attach(ctx, by, review.Owner{Kind: review.OfMeeting, ID: m.ID}, householdtest.BanOn, o.name, strings.NewReader(o.content))
			if o.want == "" {
				if code(err) != "bad_type" {
					t.Errorf("%q: %v", o.name, err)
				}
			} else if err != nil || a.Name != o.want {
				t.Errorf("%q is kept as %q (%v), want %q", o.name, a.Name, err, o.want)
			}
		}
	})
}

func TestAFileIsKeptWithItsRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by, owner := c.head(householdtest.BanOn), review.Owner{Kind: review.OfMeeting, ID: c.hold(householdtest.BanOn, nil).ID}
		a, err := c.s.Attach(ctx, by, owner, householdtest.BanOn, "bb.pdf", strings.NewReader("%PDF-1.7 xyz"))
		if err != nil {
			t.Fatal(err)
		}
		got, content, err := c.s.OpenAttachment(ctx, by, a.ID)
		if err != nil || string(content) != "%PDF-1.7 xyz" || got != a {
			t.Errorf("opened: %+v %q %v, want %+v", got, content, err, a)
		}
		// Elsewhere it does not exist, and nothing can be hung onto records there.
		for name, o := range map[string]area.ID{"the next village": householdtest.BanTan, "the next commune": householdtest.Township} {
			other := c.Officer(o)
			if _, _, err := c.s.OpenAttachment(ctx, other, a.ID); code(err) != "no_attachment" {
				t.Errorf("%s opens: %v", name, err)
			}
			if err := c.s.RemoveAttachment(ctx, other, a.ID); code(err) != "no_attachment" {
				t.Errorf("%s removes: %v", name, err)
			}
			if list, err := c.s.Attachments(ctx, other.Scope, owner); err != nil || len(list) != 0 {
				t.Errorf("%s lists %d (%v)", name, len(list), err)
			}
			if _, err := c.s.Attach(ctx, other, owner, householdtest.BanOn, "x.pdf", strings.NewReader("%PDF-")); code(err) != "area_not_found" {
				t.Errorf("%s adds: %v", name, err)
			}
			if _, err := c.s.Attach(ctx, other, owner, o, "x.pdf", strings.NewReader("%PDF-")); code(err) != "no_owner" {
				t.Errorf("%s adds under its own area: %v", name, err)
			}
		}
		if err := c.s.RemoveAttachment(ctx, by, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.s.OpenAttachment(ctx, by, a.ID); code(err) != "attachment_removed" {
			t.Errorf("a removed file is handed out: %v", err)
		}
		if list, err := c.s.Attachments(ctx, by.Scope, owner); err != nil || len(list) != 1 || list[0].RemovedAt == 0 {
			t.Errorf("a removed file is not marked but gone: %+v (%v)", list, err)
		}
		c.Read(func(tx *db.Tx) error {
			var told []string
			list, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "attachment.", Limit: 9})
			for _, e := range list {
				told = append(told, e.Action)
			}
			if strings.Join(told, " ") != "attachment.remove attachment.open attachment.add" {
				t.Errorf("the journal tells %v", told)
			}
			return err
		})
	})
}

func TestTooLargeAFileNamesTheSetting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		owner := review.Owner{Kind: review.OfRound, ID: c.round}
		put := func(n int) error {
			_, err := c.s.Attach(ctx, c.Operator(), owner, "38.2016", "hướng dẫn.pdf", strings.NewReader("%PDF-"+strings.Repeat("x", n-5)))
			return err
		}
		if err := put(20<<20 + 1); code(err) != "limit_attachment_bytes" || !strings.Contains(err.Error(), "limits.attachment_bytes") || !strings.Contains(err.Error(), "20 MB") {
			t.Errorf("over the limit: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return config.Set(tx, householdtest.Key, "limits.attachment_bytes", "100") }); err != nil {
			t.Fatal(err)
		}
		if err := put(101); code(err) != "limit_attachment_bytes" {
			t.Errorf("over the limit of the setting: %v", err)
		}
		if err := put(100); err != nil {
			t.Fatal(err)
		}
		// Guidance is for every village; only the province takes it away.
		by := c.head(householdtest.BanOn)
		list, err := c.s.Attachments(ctx, by.Scope, owner)
		if err != nil || len(list) != 1 {
			t.Fatalf("a village head sees %d (%v)", len(list), err)
		}
		if _, _, err := c.s.OpenAttachment(ctx, by, list[0].ID); err != nil {
			t.Errorf("a village head opens guidance: %v", err)
		}
		if err := c.s.RemoveAttachment(ctx, by, list[0].ID); code(err) != "no_attachment" {
			t.Errorf("a village head removes guidance: %v", err)
		}
	})
}
