package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
	"filiere/internal/people"
)

// adverts reads adverts by a few made up names.
type adverts struct{ *reading.Reader }

func (a adverts) Read(_ context.Context, one reading.Advert, top int) (reading.Reading, error) {
	return a.Reader.Read(one, top)
}

func advertReader(t testing.TB) adverts {
	t.Helper()
	fr, err := words.In("fr")
	if err != nil {
		t.Fatal(err)
	}
	broken := fault.New(fault.Invalid, "read coder", "the file of the model is damaged")
	broken.File = "/secret/adverts.model"
	return adverts{reading.New(reading.Parts{
		Matchers: map[occupation.Nomenclature]*match.Matcher{occupation.ROME4: match.New(fr, match.Taxonomy{Entries: []match.Entry{
			{ID: "rome4-D1102-1", Labels: []string{"Boulanger / Boulangère"}}, {ID: "rome4-H2913-1", Labels: []string{"Soudeur / Soudeuse"}},
		}}, match.Fixed{})},
		Gazetteer: skill.New(skill.Catalogue{Skills: []occupation.Skill{{ID: "ogr-1", Label: "Gestion des stocks", Kind: occupation.Knowledge}}}, fr),
		Lacks:     []reading.Lack{{Model: reading.Adverts, Err: broken}},
	})}
}

func TestAnAdvertIsReadByAPI(t *testing.T) {
	k := newSchool(t)
	w := k.ask(nil, "POST", "/readings", `{"title":"Boulangère (H/F)","text":"<p>🥖 Gestion des stocks</p>Qui sommes-nous\nUne maison.","top":1}`)
	var got struct {
		Title, Text string
		Codings     []struct {
			Nomenclature, By string
			Unsure           bool
			Occupations      []struct {
				ID, Label   string
				Probability float64
				Why         struct {
					Name   string
					Shared []string `json:"shared_words"`
				}
			}
		}
		Skills []struct {
			Start, End int
			Text       string
			Skills     []struct{ ID, Kind string }
		}
		Aside []struct{ Start, End int }
		Lacks []struct{ Model, Reason string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if len(got.Codings) != 1 || len(got.Codings[0].Occupations) != 1 || got.Codings[0].Unsure || got.Codings[0].By != "titles" {
		t.Fatalf("%+v", got.Codings)
	}
	if o := got.Codings[0].Occupations[0]; o.ID != "rome4-D1102-1" || o.Probability < 0.5 || o.Why.Name != o.Label || len(o.Why.Shared) != 1 || o.Why.Shared[0] != "Boulangère" {
		t.Errorf("%+v", o)
	}
	if len(got.Skills) != 1 || got.Text[got.Skills[0].Start:got.Skills[0].End] != "Gestion des stocks" || got.Skills[0].Text != "Gestion des stocks" || got.Skills[0].Skills[0].ID != "ogr-1" {
		t.Errorf("%+v of %q", got.Skills, got.Text)
	}
	if len(got.Aside) != 1 || !strings.HasPrefix(got.Text[got.Aside[0].Start:got.Aside[0].End], "Qui sommes-nous") {
		t.Errorf("%+v of %q", got.Aside, got.Text)
	}
	if len(got.Lacks) != 1 || got.Lacks[0].Model != "adverts" || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%s", w.Body)
	}
}

func TestAnAdvertThatCannotBeReadIsRefusedByAPI(t *testing.T) {
	k := newSchool(t)
	for body, want := range map[string]int{
		`{}`: 400, `{"title":" ","text":"<p>"}`: 400, `{"title":"a","top":0}`: 400, `{"title":"a","top":21}`: 400, `{"titel":"a"}`: 400, `[`: 400, `{"title":7}`: 400,
		`{"text":"` + strings.Repeat("a", words.MaxText+1) + `"}`:   400,
		`{"text":"` + strings.Repeat("a", 4*words.MaxText) + `"}`:   413,
		`{"text":"` + strings.Repeat("é", words.MaxText/2-1) + `"}`: 200,
	} {
		if w := k.ask(nil, "POST", "/readings", body); w.Code != want {
			t.Errorf("%.60s is answered %d, want %d: %.300s", body, w.Code, want, w.Body)
		}
	}
}

func TestReadingIsCountedByNetwork(t *testing.T) {
	k := newSchool(t)
	last := 0
	for range people.LimitRead.Burst + 1 {
		last = k.ask(nil, "POST", "/readings", `{"title":"Soudeur"}`).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("one advert too many is answered %d", last)
	}
}
