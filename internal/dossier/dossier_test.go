package dossier

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"filiere/internal/locale"
	"filiere/internal/people"
)

var someday = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

// full has one record in every section, each field of which says where it is.
func full(t *testing.T) people.PersonalData {
	t.Helper()
	var d people.PersonalData
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		field := v.Field(i)
		if field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			field = field.Index(0)
		}
		fill(t, field, v.Type().Field(i).Name)
	}
	return d
}

func fill(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(someday))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("<" + path + ">")
	case reflect.Int64:
		v.SetInt(4242)
	case reflect.Slice:
		v.Set(reflect.ValueOf([]people.Action{people.ReadOwn, people.ChangeOwn}))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	default:
		t.Fatalf("%s is a %s, which the test does not know", path, v.Kind())
	}
}

// unpack writes a dossier and gives its files.
func unpack(t *testing.T, d people.PersonalData, lang string) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := (Writer{Locales: locales(t)}).Write(&b, d, lang); err != nil {
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
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func locales(t *testing.T) locale.Bundle {
	t.Helper()
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheJSONHoldsEverythingAndReadsBack(t *testing.T) {
	d := full(t)
	var back people.PersonalData
	if err := json.Unmarshal([]byte(unpack(t, d, "fr")[dataFile]), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(d, back) {
		t.Errorf("it reads back as %+v", back)
	}
}

// words are the texts of the elements of a kind, as a reader sees them.
func words(t *testing.T, page, element string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != element {
			continue
		}
		var b strings.Builder
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
		out = append(out, b.String())
	}
	return out
}

func TestThePageShowsEveryValueUnderWordsOfBothLanguages(t *testing.T) {
	d := full(t)
	for _, lang := range []string{"fr", "en"} {
		page := unpack(t, d, lang)[pageFile]
		cells := words(t, page, "td")
		v := reflect.ValueOf(d)
		for i := range v.NumField() {
			record := v.Field(i)
			if record.Kind() == reflect.Slice {
				record = record.Index(0)
			}
			if record.Type() == reflect.TypeFor[time.Time]() {
				continue
			}
			for j := range record.NumField() {
				if want := text(record.Field(j).Interface()); len(cells) == 0 || cells[0] != want {
					t.Fatalf("%s: the cells go on with %q, not with %q", lang, cells, want)
				}
				cells = cells[1:]
			}
		}
		for _, heading := range append(words(t, page, "th"), words(t, page, "h2")...) {
			if strings.HasPrefix(heading, "dossier.") || heading == "" {
				t.Errorf("%s lacks words for %q", lang, heading)
			}
		}
		if got := words(t, page, "title"); len(got) != 1 || got[0] != locales(t)[locale.Lang(lang)].T("dossier.title") {
			t.Errorf("%s: the page is called %q", lang, got)
		}
	}
}

func TestAnEmptySectionSaysSo(t *testing.T) {
	page := unpack(t, people.PersonalData{ExportedAt: someday}, "en")[pageFile]
	if n := strings.Count(page, "<p>Nothing.</p>"); n != 10 {
		t.Errorf("%d sections say that they are empty, not 10", n)
	}
}

func TestWhatAPersonTypedIsTextOnThePage(t *testing.T) {
	page := unpack(t, people.PersonalData{Account: people.AccountRecord{Name: `<script>alert(1)</script>`}}, "en")[pageFile]
	if len(words(t, page, "script")) != 0 || !strings.Contains(strings.Join(words(t, page, "td"), "|"), "<script>alert(1)</script>") {
		t.Error("the name became a script")
	}
}
