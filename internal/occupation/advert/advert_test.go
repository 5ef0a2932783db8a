package advert_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/words"
)

type reading func(file string) ([]advert.Advert, error)

func read(file string) (out []advert.Advert, err error) {
	err = advert.Read(strings.NewReader(file), "adverts.jsonl", func(a advert.Advert) error {
		out = append(out, a)
		return nil
	})
	return out, err
}

func readLines(file string) (out []advert.Advert, err error) {
	err = advert.ReadLines(strings.NewReader(file), "adverts.jsonl", func(a advert.Advert) error {
		out = append(out, a)
		return nil
	})
	return out, err
}

func zipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAdvertsAreReadLineByLine(t *testing.T) {
	const lines = "\ufeff" + `{"titre":" Boulanger ","description":"<p>Pain&nbsp;frais</p>","rome_code":"d1102","entreprise":"X","lieu":"69","source":"s","id":7}` + "\n\n" +
		`{"title":"Baker","text":"Bread","code":"D1102","employer":"Y","place":"75","id":"8","unknown":[1]}`
	want := []advert.Advert{
		{ID: "7", Title: "Boulanger", Text: "Pain frais", Code: "D1102", Employer: "X", Place: "69", Source: "s", Line: 1},
		{ID: "8", Title: "Baker", Text: "Bread", Code: "D1102", Employer: "Y", Place: "75", Line: 3},
	}
	for name, file := range map[string]string{"plain": lines, "gzip": zipped(t, lines)} {
		for _, by := range []reading{read, readLines} {
			got, err := by(file)
			if err != nil || len(got) != 2 {
				t.Fatalf("%s: %v, %v", name, got, err)
			}
			got[0].Text = strings.TrimSpace(got[0].Text)
			if got[0] != want[0] || got[1] != want[1] {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

func TestATitleOrATextAloneIsAnAdvert(t *testing.T) {
	for _, line := range []string{
		`{"titre":"Soudeur"}`, `{"title":"Soudeur","text":null}`, `{"description":"Vous soudez"}`, `{"text":"Vous soudez","id":null}`,
		`{"titre":"","title":"Soudeur"}`, `{"text":"a\u0000b"}`, "{\"text\":\"\xff\xfe a\"}", ` {"text":"x"} `,
	} {
		if got, err := read(line); err != nil || len(got) != 1 || got[0].Whole {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
	}
	if got, err := read(`{"titre":"` + strings.Repeat("é", advert.MaxTitle) + `"}`); err != nil || len(got[0].Title) > advert.MaxTitle {
		t.Errorf("a title of %d bytes is kept, %v", len(got[0].Title), err)
	}
}

func TestAFileThatIsNoListIsOneText(t *testing.T) {
	for name, file := range map[string]string{"plain": "Vous soudez.\n{à l'arc}", "marked": "\ufeffVous soudez.\n{à l'arc}", "gzip": zipped(t, "Vous soudez.\n{à l'arc}")} {
		got, err := read(file)
		if err != nil || len(got) != 1 || !got[0].Whole || got[0].Text != "Vous soudez.\n{à l'arc}" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if _, err := readLines(file); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s as a list: %v", name, err)
		}
	}
	if got, err := readLines(""); err != nil || len(got) != 0 {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestALineThatIsNoAdvertIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		file, reason string
		line         int
	}{
		"no JSON":      {"{\"titre\":\"a\"}\nnonsense\n", "not a line of JSON", 2},
		"nothing said": {"{\"titre\":\"a\"}\n\n{\"titre\":\" \",\"text\":\"\\u0000\"}\n", "no titre", 3},
		"a number":     {"{\"titre\":7}\n", `"titre" is no text`, 1},
		"an odd id":    {"{\"titre\":\"a\",\"id\":[7]}\n", `"id" is no text`, 1},
		"a list":       {"{\"titre\":\"a\"}\n[1]\n", "not a line of JSON", 2},
		"too long":     {"{\"titre\":\"a\"}\n{\"titre\":\"" + strings.Repeat("a", 9<<20) + "\"}\n", "longer than", 2},
		"long text":    {"{\"titre\":\"a\",\"description\":\"" + strings.Repeat("a", words.MaxText+1) + "\"}\n", "bytes", 1},
		"nested":       {"{\"x\":" + strings.Repeat("[", 20000) + "\n", "not a line of JSON", 1},
		"broken zip":   {"\x1f\x8b nothing", "not compressed", 0},
		"cut zip":      {zipped(t, strings.Repeat("{\"titre\":\"a\"}\n", 9))[:30], "unexpected EOF", 1},
	} {
		_, err := read(c.file)
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Code != fault.Invalid || f.File != "adverts.jsonl" || (f.Line != c.line && name != "cut zip") || !strings.Contains(f.Error(), c.reason) {
			t.Errorf("%s: %.300v", name, err)
		}
	}
	long := make([]byte, 0, 3<<20)
	long = fmt.Appendf(long, `{"titre":"a","description":"%s"}`, strings.Repeat(`\u00e9`, words.MaxText/2-1))
	if _, err := read(string(long)); err != nil {
		t.Errorf("the longest text, each character escaped: %v", err)
	}
}

func TestTheErrorOfWhoReadsComesBack(t *testing.T) {
	stop := errors.New("enough")
	for _, file := range []string{"{\"titre\":\"a\"}\n{\"titre\":\"b\"}", "a text"} {
		n := 0
		err := advert.Read(strings.NewReader(file), "f", func(advert.Advert) error { n++; return stop })
		if !errors.Is(err, stop) || fault.CodeOf(err) != fault.Internal || n != 1 {
			t.Errorf("%q: %v after %d", file, err, n)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"titre":"Boulanger","description":"<p>x"}`))
	f.Add([]byte("\ufeff{\"title\":\"Baker\",\"id\":7}\n\n\ufeff{}"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte(zipped(f, strings.Repeat("\n", 1<<16)+`{"titre":"a"}`)))
	f.Add([]byte(zipped(f, `{"titre":"`+strings.Repeat("a", 1<<20)+`"}`)))
	f.Add([]byte(`{"titre":"a","x":` + strings.Repeat(`{"y":[`, 3000)))
	f.Add([]byte(`{"titre":"a\u0000b\ud800","description":"\u0000"}`))
	f.Add([]byte("{\"titre\":\"\xff\xfe\"}\n{}"))
	f.Add([]byte(`{"titre":"a","description":"` + strings.Repeat("a ", 1<<19+8) + `"}`))
	f.Add([]byte("Une annonce, sans plus.\n\xc3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var list int
		err := advert.ReadLines(bytes.NewReader(b), "f", func(a advert.Advert) error {
			list++
			if strings.TrimSpace(a.Title+a.Text) == "" || a.Line < 1 || a.Whole || len(a.Title) > advert.MaxTitle {
				t.Errorf("no advert: %+v", a)
			}
			return nil
		})
		if err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v is not said to be the file's fault", err)
		}
		var all int
		whole := false
		again := advert.Read(bytes.NewReader(b), "f", func(a advert.Advert) error {
			all++
			whole = a.Whole
			if !utf8.ValidString(a.Text) || strings.ContainsRune(a.Text, 0) {
				t.Errorf("%q is no plain text", a.Text)
			}
			return nil
		})
		switch {
		case again != nil && fault.CodeOf(again) != fault.Invalid:
			t.Errorf("%v is not said to be the file's fault", again)
		case !whole && (all != list || (err == nil) != (again == nil)):
			t.Errorf("read as a list %d adverts, %v; else %d, %v", list, err, all, again)
		}
	})
}
