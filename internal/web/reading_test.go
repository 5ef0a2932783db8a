package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
	"filiere/internal/web"
)

// desktop reads adverts by a few made up names, and may be told to fail.
type desktop struct {
	reader *reading.Reader
	err    error
}

func (d desktop) Read(_ context.Context, a reading.Advert, top int) (reading.Reading, error) {
	if d.err != nil {
		return reading.Reading{}, d.err
	}
	return d.reader.Read(a, top)
}

// readingSite is a site that reads adverts, with what it lacks.
func readingSite(t testing.TB, err error, lacks ...reading.Lack) http.Handler {
	t.Helper()
	fr, langErr := words.In("fr")
	if langErr != nil {
		t.Fatal(langErr)
	}
	r := reading.New(reading.Parts{
		Matchers: map[occupation.Nomenclature]*match.Matcher{occupation.ROME4: match.New(fr, match.Taxonomy{Entries: []match.Entry{
			{ID: "rome4-D1102-1", Labels: []string{"Boulanger / Boulangère", "Boulanger / Boulangère de nuit"}},
			{ID: "rome4-H2913-1", Labels: []string{"Soudeur / Soudeuse"}},
		}}, match.Fixed{})},
		Gazetteer: skill.New(skill.Catalogue{Skills: []occupation.Skill{{ID: "ogr-1", Label: "Gestion des stocks", Kind: occupation.Knowledge}}}, fr),
		Lacks:     lacks,
	})
	log := slog.New(slog.DiscardHandler)
	pages, err2 := web.New(web.Config{Reader: openStore(t), Adverts: desktop{r, err}, Now: now, Log: log})
	gate, err3 := access.New(access.Config{PublicURL: "https://school.example", Now: now, Log: log})
	if err := errors.Join(err2, err3); err != nil {
		t.Fatal(err)
	}
	mux, muxErr := gate.Mux(pages)
	if muxErr != nil {
		t.Fatal(muxErr)
	}
	return mux
}

func paste(t testing.TB, site http.Handler, title, text string) (int, string) {
	t.Helper()
	w := visit(t, site, http.MethodPost, "/read", "application/x-www-form-urlencoded", []byte(url.Values{"title": {title}, "text": {text}}.Encode()))
	return w.Code, w.Body.String()
}

func TestAnAdvertIsShownAsItWasRead(t *testing.T) {
	site := readingSite(t, nil, reading.Lack{Model: reading.Adverts})
	code, page := paste(t, site, "Boulangère de nuit 🙂 <b>", "🥖 Été : gestion des stocks & <script>alert(1)</script><i>pétrin</i>\r\nGESTION DES STOCKS\n\nQui sommes-nous\nUne maison < 1 an.")
	if code != http.StatusOK {
		t.Fatalf("%d\n%s", code, page)
	}
	for _, want := range []string{
		`🥖 Été : <mark title="Gestion des stocks (ROME 1)">gestion des stocks<sup><a href="#skill-1">`,
		`>GESTION DES STOCKS<sup>`, `</mark> &amp; pétrin`, `Qui sommes-nous`, `Une maison &lt; 1 an`, `2 times`, `id="skill-1"`,
		`href="/occupations/rome4-D1102-1"`, "Boulanger / Boulangère de nuit", "“nuit”", `<progress max="100" value="`, "filiere train --postings",
		"&lt;script&gt;alert(1)&lt;/script&gt;", // in the form, as it was typed
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	for _, bad := range []string{"<script>alert", "alert(1)</div>", "<i>p"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	from := strings.Index(page, `<span class="read-aside"`)
	if from < 0 || !strings.Contains(page[from:], "Qui sommes-nous") || strings.Contains(page[from:], "GESTION DES STOCKS<sup>") {
		t.Error("what speaks of the employer is not set aside")
	}
	if t.Failed() {
		t.Log(page)
	}
}

func TestThePageSaysWhenItIsNotSure(t *testing.T) {
	_, page := paste(t, readingSite(t, nil), "zzz qqq", "")
	if !strings.Contains(page, "Not sure") || strings.Contains(page, "<mark") {
		t.Error(page)
	}
}

func TestWhatCannotBeReadIsSaidBesideTheText(t *testing.T) {
	site := readingSite(t, nil)
	for name, c := range map[string]struct {
		text, want string
		kept       bool
	}{
		"nothing":      {" \n<p></p>", "there is nothing to read", false},
		"too long":     {strings.Repeat("é ", 30<<10), "too long", true},
		"far too long": {strings.Repeat("é ", 300<<10), "too long", false},
	} {
		code, page := paste(t, site, "", c.text)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="text-wrong"`) || !strings.Contains(page, c.want) || strings.Contains(page, "é é é") != c.kept {
			t.Errorf("%s: %d, %.9000s", name, code, page)
		}
	}
	if code, _ := paste(t, readingSite(t, errors.New("the disk is gone")), "a", ""); code != http.StatusInternalServerError {
		t.Errorf("an error of ours is answered %d", code)
	}
}

func TestAModelThatIsSpoiledIsSaidWithoutItsPlace(t *testing.T) {
	broken := fault.New(fault.Invalid, "read coder", "the file of the model is damaged")
	broken.File = "/secret/place/adverts.model"
	_, page := paste(t, readingSite(t, nil, reading.Lack{Model: reading.Adverts, Err: broken}), "Soudeur", "")
	if !strings.Contains(page, "the file of the model is damaged") || strings.Contains(page, "/secret") {
		t.Error(page)
	}
}

func TestTheExampleIsFilledInAndReads(t *testing.T) {
	site := readingSite(t, nil)
	empty, example := visit(t, site, http.MethodGet, "/read", "", nil).Body.String(), visit(t, site, http.MethodGet, "/read?example=1", "", nil).Body.String()
	if strings.Contains(empty, "fournil") || !strings.Contains(example, "fournil") || !strings.Contains(empty, "Nothing you paste is kept") {
		t.Error(example)
	}
	for _, lang := range []string{"fr", "en"} {
		if page := visit(t, site, http.MethodGet, "/read?lang="+lang, "", nil); page.Code != http.StatusOK {
			t.Errorf("%s: %d", lang, page.Code)
		}
	}
}
