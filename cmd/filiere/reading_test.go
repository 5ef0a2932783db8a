package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/occupation"
	"filiere/internal/occupation/reading"
	"filiere/internal/store"
)

// listsOfWork are files of the producers in small, made up.
var listsOfWork = map[string]string{
	"sheets.csv": `"code_rome","code_fiche_em","code_ogr","libelle_rome","statut"
"D1102","1","1","Boulangerie - viennoiserie","1"
"G1803","2","2","Service en restauration","1"
`,
	"rome.csv": `"code_ogr","libelle_appellation_long","libelle_appellation_court","code_rome","code_type_section_appellation","libelle_type_section_appellation","statut"
"10001","Boulanger / Boulangère","Boulanger / Boulangère","D1102","1","PRINCIPALE","1"
"10002","Ouvrier boulanger / Ouvrière boulangère","Ouvrier boulanger","D1102","1","PRINCIPALE","1"
"10003","Chef / Cheffe de rang en brasserie","Chef de rang","G1803","1","PRINCIPALE","1"
`,
	"esco.csv": `conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,description
Occupation,http://data.europa.eu/esco/occupation/0005c151-5b5a-4a66-8aac-60e734beb1ab,7512,boulanger/boulangère,artisan boulanger,
Occupation,http://data.europa.eu/esco/occupation/00064735-8fad-454b-90c7-ed858cc993f2,5131,serveur/serveuse,chef de rang,
`,
	"skills.csv": `conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description
K,http://data.europa.eu/esco/skill/0005c151-5b5a-4a66-8aac-60e734beb1ab,skill/competence,cross-sector,gérer les stocks,,
K,http://data.europa.eu/esco/skill/00064735-8fad-454b-90c7-ed858cc993f2,knowledge,cross-sector,comptabilité,tenue des comptes,
`,
}

// programWithLists is the program, with a database that holds listsOfWork.
func programWithLists(t testing.TB) (p *program, dsn string) {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range listsOfWork {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	p = &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	dsn = filepath.Join(t.TempDir(), "filiere.db")
	root := p.root()
	root.SetArgs([]string{"--db", dsn, "import", filepath.Join(dir, "sheets.csv"), filepath.Join(dir, "rome.csv"), filepath.Join(dir, "esco.csv"), filepath.Join(dir, "skills.csv")})
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	p.db = dsn
	return p, dsn
}

func TestTheReaderIsMadeAnewWhenAModelComes(t *testing.T) {
	p, dsn := programWithLists(t)
	s, err := store.Open(t.Context(), dsn, p.now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	room := p.readingRoom(s)
	read := func() reading.Reading {
		t.Helper()
		r, err := room.Read(t.Context(), reading.Advert{Title: "Boulangère", Text: "Vous gérez les stocks."}, 3)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := read()
	if len(first.Spans) != 1 || len(first.Codings) != 2 || first.Codings[0].Nomenclature != occupation.ROME3 || first.Codings[0].Occupations[0].ID != "rome3-D1102" {
		t.Errorf("read as %+v", first)
	}
	if len(first.Lacks) != 2 || first.Lacks[0].Err != nil || first.Lacks[1].Err != nil {
		t.Errorf("lacks %+v", first.Lacks)
	}
	kept, err := room.Reader(t.Context())
	if again, _ := room.Reader(t.Context()); err != nil || again != kept {
		t.Errorf("the reader is made anew though nothing changed, %v", err)
	}
	model, err := p.modelPath("", reading.Adverts)
	if err == nil {
		err = os.WriteFile(model, []byte("no model"), 0o600)
	}
	if err != nil || filepath.Dir(model) != filepath.Dir(dsn) {
		t.Fatalf("%s, %v", model, err)
	}
	spoiled := read()
	if len(spoiled.Lacks) != 2 || spoiled.Lacks[0].Model != reading.Adverts || spoiled.Lacks[0].Err == nil || spoiled.Codings[0].By != reading.ByTitles {
		t.Errorf("with a spoiled model: %+v", spoiled.Lacks)
	}
	root := p.root()
	root.SetArgs([]string{"--db", dsn, "train"})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lacks := read().Lacks; len(lacks) != 1 || lacks[0].Model != reading.Adverts {
		t.Errorf("with a model of titles: %+v", lacks)
	}
}

func TestModelsOfAServersDatabaseAreInOneFolder(t *testing.T) {
	p, _ := programWithLists(t)
	p.db = "postgres://nowhere/filiere"
	p.getenv = func(name string) string { return map[string]string{"XDG_DATA_HOME": "/data"}[name] }
	for kind, want := range map[reading.Model]string{reading.Titles: "/data/filiere/titles.model", reading.Adverts: "/data/filiere/adverts.model"} {
		if got, err := p.modelPath("", kind); err != nil || got != want {
			t.Errorf("the model of %s is %s, %v", kind, got, err)
		}
	}
}

// TestTheExampleIsReadInABrowser reads the advert of the page as a person does, in both languages and themes, and looks
// at what comes of it with axe and on a phone.
func TestTheExampleIsReadInABrowser(t *testing.T) {
	p, dsn := programWithLists(t)
	ctx, base, script := browser(t), site(t, p, dsn), axe(t)
	for _, lang := range []string{"fr", "en"} {
		for _, dark := range []bool{false, true} {
			visit(t, ctx, base, "/read?example=1", lang, dark)
			steps := chromedp.Do(ctx, chromedp.Focus("#text"), chromedp.Click(`form[action="/read"] button`), chromedp.WaitVisible(".read-text"))
			if steps != nil {
				t.Fatal(steps)
			}
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+";0")); err != nil {
				t.Fatal(err)
			}
			found, err := chromedp.Run(ctx, chromedp.Evaluate[string](violations, chromedp.EvalAwaitPromise))
			if err != nil || found != "" {
				t.Errorf("%s dark=%v: %s, %v", lang, dark, found, err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
				t.Fatal(err)
			}
			over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - window.innerWidth`))
			if err != nil || over > 0 {
				t.Errorf("%s: %d pixels wider than a phone, %v", lang, over, err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
				t.Fatal(err)
			}
		}
	}
	const marked = `document.querySelectorAll(".read-text mark").length + document.querySelectorAll(".read-aside").length * 100`
	n, err := chromedp.Run(ctx, chromedp.Evaluate[int](marked))
	if err != nil || n < 101 {
		t.Errorf("marks and pieces set aside: %d, %v", n, err)
	}
}
