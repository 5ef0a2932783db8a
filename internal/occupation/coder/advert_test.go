package coder_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation/coder"
)

func read(t *testing.T, file string) ([]coder.Advert, error) {
	t.Helper()
	var out []coder.Advert
	err := coder.ReadAdverts(strings.NewReader(file), "adverts.jsonl", func(a coder.Advert) error {
		out = append(out, a)
		return nil
	})
	return out, err
}

func TestAdvertsAreReadLineByLine(t *testing.T) {
	const lines = "\ufeff" + `{"titre":" Boulanger ","description":"<p>Pain&nbsp;frais</p>","rome_code":"d1102","entreprise":"X","lieu":"69","source":"s"}` + "\n\n" +
		`{"titre":"Soudeur","inconnu":[1]}`
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(lines)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"plain": lines, "gzip": zipped.String()} {
		got, err := read(t, file)
		if err != nil || len(got) != 2 {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		if a := got[0]; a.Title != "Boulanger" || a.Code != "D1102" || strings.Contains(a.Text, "<") || a.Employer != "X" || a.Place != "69" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestALineThatIsNoAdvertIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		line int
	}{
		"no JSON":    {"{\"titre\":\"a\"}\nnonsense\n", 2},
		"no title":   {"{\"titre\":\"a\"}\n\n{\"description\":\"b\"}\n", 3},
		"a number":   {"{\"titre\":7}\n", 1},
		"too long":   {"{\"titre\":\"a\"}\n{\"titre\":\"" + strings.Repeat("a", 9<<20) + "\"}\n", 2},
		"long text":  {"{\"titre\":\"a\",\"description\":\"" + strings.Repeat("a", 2<<20) + "\"}\n", 1},
		"broken zip": {"\x1f\x8b nothing", 0},
	} {
		_, err := read(t, c.file)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != fault.Invalid || f.File != "adverts.jsonl" || f.Line != c.line {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadAdverts(f *testing.F) {
	f.Add([]byte(`{"titre":"Boulanger","description":"<p>x"}`))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("{\"titre\":\"\xff\xfe\"}\n{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		err := coder.ReadAdverts(bytes.NewReader(b), "f", func(a coder.Advert) error {
			if a.Title == "" {
				t.Error("an advert without a title")
			}
			return nil
		})
		if err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v is not said to be the file's fault", err)
		}
	})
}

func FuzzReadModel(f *testing.F) {
	f.Add([]byte("filiere-coder\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := coder.ReadModel(bytes.NewReader(b)); err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v is not said to be the file's fault", err)
		}
	})
}
