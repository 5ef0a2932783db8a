package posting_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/market/posting"
)

// entries reads a feed to its end.
func entries(content string, o posting.Options) (out []posting.Entry) {
	posting.Feed(strings.NewReader(content), o, func(e posting.Entry) bool {
		out = append(out, e)
		return true
	})
	return out
}

const ours = `{"id":"7","source":"s","titre":"Cariste","description":"Vous conduisez.","entreprise":"Transports","lieu":"69 - BRON","code_postal":"69500","lat":45.7,"lon":"4.9","contrat":"CDI","date_creation":"2026-02-01","rome_code":"N1101","nb_postes":2}`

func TestEveryFormOfFeedGivesTheSameAdvert(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(ours))
	_ = z.Close()
	for name, content := range map[string]string{
		"a line of JSON": ours + "\n",
		"with a mark":    "\ufeff\n" + ours,
		"gzip":           packed.String(),
		"a list":         "[" + ours + "]",
		"over lines":     strings.ReplaceAll(ours, `","`, "\",\n\""),
		"France Travail": `{"resultats":[{"id":"7","intitule":"Cariste","description":"Vous conduisez.","dateCreation":"2026-02-01","lieuTravail":{"libelle":"69 - BRON","codePostal":"69500","latitude":45.7,"longitude":4.9},"romeCode":"N1101","entreprise":{"nom":"Transports"},"typeContrat":"CDI","nombrePostes":2,"competences":[{"code":"1"}]}],"filtresPossibles":[]}`,
		"JSON-LD":        `{"@context":"https://schema.org/","@type":"JobPosting","title":"Cariste","description":"Vous conduisez.","identifier":{"@type":"PropertyValue","name":"x","value":"7"},"datePosted":"2026-02-01","employmentType":["CDI"],"hiringOrganization":{"@type":"Organization","name":"Transports"},"jobLocation":[{"@type":"Place","name":"x","address":{"@type":"PostalAddress","addressLocality":"BRON","postalCode":"69500"},"geo":{"latitude":"45.7","longitude":"4.9"}}],"totalJobOpenings":2,"occupationalCategory":"x","romeCode":"N1101"}`,
		"a graph":        `{"@graph":[{"@type":"JobPosting","title":"Cariste","description":"Vous conduisez.","identifier":"7","datePosted":"2026-02-01","employmentType":"CDI","hiringOrganization":"Transports","jobLocation":{"address":{"addressLocality":"BRON","postalCode":"69500"},"geo":{"latitude":45.7,"longitude":4.9}},"totalJobOpenings":"2","rome":"N1101"}]}`,
		"a table":        "Id;Titre;Description;Entreprise;Lieu;Code postal;Latitude;Longitude;Contrat;Date;Code ROME;Nb postes\n7;Cariste;Vous conduisez.;Transports;69 - BRON;69500;45,7;4,9;CDI;2026-02-01;N1101;2\n",
		"RSS":            `<?xml version="1.0"?><rss version="2.0" xmlns:x="urn:x"><channel><title>Offres</title><item><guid>7</guid><title>Cariste</title><description><![CDATA[Vous conduisez.]]></description><company>Transports</company><place>69 - BRON</place><x:code_postal>69500</x:code_postal><lat>45.7</lat><lon>4.9</lon><contract>CDI</contract><pubDate>2026-02-01</pubDate><rome>N1101</rome><positions>2</positions></item></channel></rss>`,
		"Atom":           `<feed xmlns="http://www.w3.org/2005/Atom"><title>Offres</title><entry><id>7</id><title>Cariste</title><content type="text">Vous conduisez.</content><employer>Transports</employer><place>69 - BRON</place><postal_code>69500</postal_code><lat>45.7</lat><lon>4.9</lon><contract>CDI</contract><published>2026-02-01</published><rome>N1101</rome><positions>2</positions></entry></feed>`,
	} {
		got := entries(content, posting.Options{Name: "f", Source: "s"})
		if len(got) != 1 || got[0].Err != nil {
			t.Errorf("%s: got %+v", name, got)
			continue
		}
		r := got[0].Raw
		if r.Number != "7" || r.Source != "s" || r.Title != "Cariste" || r.Text != "Vous conduisez." || r.Employer != "Transports" || r.Contract != "CDI" ||
			r.Published != "2026-02-01" || r.Code != "N1101" || r.Positions != 2 || r.Place.PostalCode != "69500" || r.Place.Lat != 45.7 || r.Place.Lon != 4.9 || !strings.Contains(r.Place.Text, "BRON") {
			t.Errorf("%s: got %+v", name, r)
		}
	}
}

func TestOneBadAdvertDoesNotHideTheOthers(t *testing.T) {
	got := entries(ours+"\n{broken\n\n"+`{"id":"8"}`+"\n"+strings.Repeat(" ", 9<<20)+"\n"+ours, posting.Options{Name: "adverts.jsonl"})
	lines, bad := []int{}, []int{}
	for _, e := range got {
		if e.Err == nil {
			lines = append(lines, e.Line)
			continue
		}
		bad = append(bad, e.Line)
		var f *fault.Fault
		if !errors.As(e.Err, &f) || f.File != "adverts.jsonl" || f.Line != e.Line {
			t.Errorf("a fault without its place: %v", e.Err)
		}
	}
	if len(lines) != 2 || lines[0] != 1 || lines[1] != 6 || len(bad) != 3 || bad[0] != 2 || bad[1] != 4 || bad[2] != 5 {
		t.Errorf("good lines %v, bad lines %v", lines, bad)
	}
}

func TestABadFirstOrLastAdvertDoesNotHideTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		content   string
		good, bad int
	}{
		"first line cut":            {"{broken\n" + ours + "\n" + ours + "\n", 2, 1},
		"first line cut, alone":     {"{broken", 0, 1},
		"last line too long":        {ours + "\n{" + strings.Repeat(" ", 9<<20), 1, 1},
		"one object of three lines": {"{\n\"titre\":\n\"Soudeur\", \"id\": 1}", 1, 0},
	} {
		good, bad := 0, 0
		for _, e := range entries(c.content, posting.Options{Name: "f", Source: "s"}) {
			if e.Err == nil {
				good++
			} else {
				bad++
			}
		}
		if good != c.good || bad != c.bad {
			t.Errorf("%s: %d adverts and %d faults, want %d and %d", name, good, bad, c.good, c.bad)
		}
	}
}

func TestWhatIsNoFeedIsRefusedWhole(t *testing.T) {
	for name, content := range map[string]string{
		"prose": "Bonjour,\nvoici nos offres.\n", "html": "<html><body>rien</body></html>", "half a list": `[{"titre":"a"}`, "xml cut": "<rss><channel><item><title>x</title>",
		"bad gzip": "\x1f\x8b\x00",
	} {
		got := entries(content, posting.Options{Name: "f", Source: "s"})
		if len(got) == 0 || !got[len(got)-1].Broken() {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got := entries("", posting.Options{}); len(got) != 0 {
		t.Errorf("nothing gives %+v", got)
	}
}

func TestColumnsOfOtherNamesAreMapped(t *testing.T) {
	got := entries("Réf;Libellé poste;Commentaire\n1;Soudeur;MIG\n", posting.Options{Source: "s", Map: map[string]string{"title": "libellé poste", "text": "Commentaire", "id": "réf"}})
	if len(got) != 1 || got[0].Raw.Title != "Soudeur" || got[0].Raw.Text != "MIG" || got[0].Raw.Number != "1" {
		t.Errorf("got %+v", got)
	}
}

func TestAnAdvertWithoutANumberIsNumberedByWhatItSays(t *testing.T) {
	number := func(s string) string { return entries(s, posting.Options{Source: "s"})[0].Raw.Number }
	a, again, b := number(`{"titre":"Soudeur","text":"a"}`), number(`{"title":"Soudeur","description":"a"}`), number(`{"titre":"Soudeur","text":"b"}`)
	if a != again || a == b || a == "" {
		t.Errorf("got %q, %q and %q", a, again, b)
	}
}

func TestDeepAndWideJSONIsBounded(t *testing.T) {
	deep := `{"titre":"x","a":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001)
	var wide strings.Builder
	wide.WriteString(`{"titre":"x"`)
	for i := range 5000 {
		wide.WriteString(`,"k` + strings.Repeat("i", i%50) + string(rune('a'+i%26)) + `":1`)
	}
	wide.WriteString("}")
	bomb := strings.Repeat("[", 200_000)
	for _, s := range []string{deep, wide.String(), `{"titre":` + bomb, bomb} {
		entries(s, posting.Options{Source: "s"}) // it has to end, and without a panic
	}
	if got := entries(deep, posting.Options{Source: "s"}); len(got) != 1 || got[0].Err != nil || got[0].Raw.Title != "x" {
		t.Errorf("a deep advert: %+v", got)
	}
}

// FuzzFeed: whatever is sent, reading it ends, and what is kept of it is bounded and clean.
func FuzzFeed(f *testing.F) {
	for _, s := range []string{ours, "[" + ours + "]", "titre;lieu\nx;y\n", "<rss><item><title>x</title></item></rss>", "\x1f\x8b", "{", `{"resultats":[null,1,{}]}`, `{"titre":{"a":["b"]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		posting.Feed(bytes.NewReader(content), posting.Options{Name: "f", Source: "s"}, func(e posting.Entry) bool {
			if e.Err != nil {
				return true
			}
			p, err := posting.Read(e.Raw, now)
			if err == nil && (p.Title == "" || p.Number == "" || p.Positions < 1 || p.Pay.Low > p.Pay.High || p.Published.After(now.AddDate(0, 0, 3))) {
				t.Errorf("kept %+v", p)
			}
			return true
		})
	})
}
