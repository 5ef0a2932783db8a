package people_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/locale"
	"filiere/internal/people"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// someData is a record of each kind, with text that would like to be markup.
func someData() people.PersonalData {
	return people.PersonalData{
		ExportedAt:    noon,
		Account:       people.AccountRecord{ID: "a1", Email: "zoe@example.org", Name: `<script>alert("Zoé")</script>`, Lang: "fr", State: people.Active, CreatedAt: noon},
		Grants:        []people.GrantRecord{{Account: "a1", Role: people.Mentor, GivenAt: noon, GivenBy: people.ByCLI}},
		Sessions:      []people.SessionRecord{{Means: "link", UserAgent: `"><img src=x onerror=alert(1)>`, OpenedAt: noon, SeenAt: noon}},
		Tokens:        []people.TokenRecord{{Name: "robot", Scopes: []people.Action{people.ReadOwn, people.ChangeOwn}}},
		Links:         []people.LinkRecord{{Purpose: people.LinkInvite}},
		Passkeys:      []people.PasskeyRecord{{ID: "k", Name: "& co"}},
		Password:      []people.PasswordRecord{{ChangedAt: noon}},
		OIDC:          []people.OIDCRecord{{Issuer: "https://idp.example"}},
		Notifications: []people.NotificationRecord{{Kind: "grant.give"}},
		Mails:         []people.MailRecord{{Subject: "Bienvenue"}},
		Events:        []people.EventRecord{{Seq: 7, Action: people.DidGiveGrant}},
	}
}

// unzip gives the files of an archive by name.
func unzip(t *testing.T, d people.PersonalData, lang locale.Lang) map[string]string {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.WriteZip(&b, string(lang), texts[lang].T); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}

func TestAnExportIsOneArchiveForProgramsAndForThePerson(t *testing.T) {
	files := unzip(t, someData(), locale.French)
	if len(files) != 2 {
		t.Errorf("the archive holds %d files", len(files))
	}
	var back people.PersonalData
	if err := json.Unmarshal([]byte(files["data.json"]), &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(someData(), back); d != "" {
		t.Errorf("read back from JSON (-want +got):\n%s", d)
	}
	page := files["index.html"]
	for _, want := range []string{
		`<html lang="fr">`, "zoe@example.org", "&lt;script&gt;", "own.read, own.change", "2026-03-01 12:00:00 UTC", "&amp; co",
		"<td>7</td>", "Bienvenue", "https://idp.example",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"<script", "<img", "0001-01-01"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
}

func TestEveryPartOfAnExportHasAHeadingInBothLanguages(t *testing.T) {
	for _, lang := range locale.Langs() {
		for name, d := range map[string]people.PersonalData{"full": someData(), "empty": {}} {
			page := unzip(t, d, lang)["index.html"]
			if strings.Contains(page, "personal.") {
				i := strings.Index(page, "personal.")
				t.Errorf("%s, %s: a text is missing at …%.60s", lang, name, page[i:])
			}
			if n := strings.Count(page, "<h2"); n != 11 {
				t.Errorf("%s, %s: %d sections", lang, name, n)
			}
		}
	}
}

func TestTheSectionsHoldEveryRecord(t *testing.T) {
	for _, s := range someData().Sections() {
		if len(s.Rows) != 1 || len(s.Rows[0]) != len(s.Columns) || s.Name == "" || strings.Join(s.Columns, "") == "" {
			t.Errorf("section %+v", s)
		}
	}
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAnExportThatCannotBeWrittenSaysSo(t *testing.T) {
	if err := someData().WriteZip(full{}, "fr", func(key string, _ ...any) string { return key }); err == nil {
		t.Error("no error")
	}
}
