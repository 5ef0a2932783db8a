package web_test

import (
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// hostile is what a producer's file, or a request, may hold.
const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`

// hostileRecords are a small market every name of which attacks the page.
func hostileRecords() (market.Release, []any) {
	const fap, fam, rome, near = "fap2009-A0Z40", "fap2009-A0Z", "rome3-A1101", "rome3-A1203"
	r := market.Release{
		ID: "01900000-0000-7000-8000-000000000001", Dataset: market.DatasetTensionFAP, Scope: hostile, Vintage: hostile,
		Title: hostile, Producer: hostile, Licence: hostile, File: hostile, SHA256: "x", ImportedAt: now(),
	}
	o := func(id occupation.ID) occupation.Occupation {
		return occupation.Occupation{ID: id, Label: hostile, Definition: hostile, Access: hostile, Conditions: hostile}
	}
	records := []any{
		o(fap), o(fam), o("fap2009-A"), o(rome), o(near), o("fap2021-A0X40"), o("esco-x"),
		territory.Area{ID: territory.France, Label: hostile},
		territory.Area{ID: "reg-84", Label: hostile, Population: 12, PopulatedIn: 2020},
		territory.Area{ID: "dep-69", Label: hostile, Region: "reg-84"},
		territory.Area{ID: "be2019-8401", Label: hostile, Region: "reg-84", Departement: "dep-69"},
		territory.Outline{Area: "dep-69", Path: `M0 0h9v9z"><script>alert(1)</script>`, X: 5, Y: 5, Box: [4]float64{0, 0, 9, 9}},
		occupation.Title{Occupation: rome, Label: hostile},
		occupation.Skill{ID: "ogr-1", Label: hostile, Kind: occupation.Competence},
		occupation.SkillLink{Occupation: rome, Skill: "ogr-1", Core: true},
		occupation.Mobility{From: rome, To: near, Close: true},
		occupation.Crosswalk{From: fap, To: rome, Relation: hostile, Quality: occupation.Official},
		occupation.Crosswalk{From: fap, To: "fap2021-A0X40", Quality: occupation.Derived},
		occupation.Certification{ID: "RNCP1", Title: hostile, Kind: hostile, Level: 5, Certifier: hostile, Active: true},
		occupation.CertificationLink{Certification: "RNCP1", Occupation: rome},
		market.HiringSector{Occupation: rome, NAF: "01", Label: hostile, Year: 2021, Hirings: 12},
		market.PayBand{Occupation: fap, Band: hostile, Percent: 50},
		market.Training{Occupation: fap, Label: hostile, Percent: 50},
	}
	for _, a := range []territory.ID{territory.France, "reg-84", "dep-69"} {
		for y := 2015; y <= 2019; y++ {
			v := market.Observation{Occupation: fap, Area: a, Year: y}
			v.Values[market.Tension], v.Values[market.TensionClass] = market.Is(0.9), market.Is(5)
			v.Values[market.LienFormationEmploi], v.Values[market.Employment] = market.Is(5), market.Is(1200)
			records = append(records, v)
		}
	}
	return r, records
}

func TestHostileNamesStayWords(t *testing.T) {
	r, records := hostileRecords()
	s := newSite(t, storeOf(t, r, records...))
	attack := "?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
	for _, lang := range []string{"fr", "en"} {
		for _, address := range []string{
			"/", "/map", "/map?occupation=fap2009-A0Z40", "/map?occupation=fap2009-A0Z40&level=region", "/map?occupation=rome3-A1101&level=departement",
			"/occupations", "/occupations?list=rome3", "/occupations/fap2009-A0Z40", "/occupations/rome3-A1101", "/occupations/fap2021-A0X40", "/occupations/esco-x",
			"/areas", "/areas/FR", "/areas/reg-84", "/areas/dep-69", "/areas/be2019-8401", "/areas/dep-69?list=all&sort=area",
			"/search" + attack, "/search?q=script", "/sources", "/method", "/about",
		} {
			d := s.page(t, address, lang)
			if bad := append(d.scriptFaults(), d.nameFaults()...); len(bad) > 0 {
				t.Errorf("%s: %v", d.name, bad)
			}
			for _, img := range d.all("img") {
				if attr(img, "src") == "x" {
					t.Errorf("%s: a name became an image", d.name)
				}
			}
			if n := len(d.all("script")); n > 0 {
				t.Errorf("%s: %d scripts", d.name, n)
			}
		}
	}
	if d := s.page(t, "/occupations/fap2009-A0Z40", "fr"); text(d.one("h1")) != strings.Join(strings.Fields(hostile), " ") {
		t.Errorf("the name is not shown as it stands: %q", text(d.one("h1")))
	}
}

func TestANewPageIsMadeWhenTheCellsChange(t *testing.T) {
	r, records := hostileRecords()
	st := storeOf(t, r, records...)
	s := newSite(t, st)
	tag := s.get("/").Header().Get("ETag")
	b, err := st.BeginBatch(t.Context(), "01900000-0000-7000-8000-000000000002")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), occupation.Occupation{ID: "fap2009-A0Z40", Label: "Maraîchers"}); err != nil {
		t.Fatal(err)
	}
	r.ID, r.Dataset = "01900000-0000-7000-8000-000000000002", "fap2009"
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	compute(t, st)
	if w := s.get("/", "If-None-Match", tag); w.Code != 200 || !strings.Contains(w.Body.String(), "Maraîchers") {
		t.Errorf("status %d: the old page is served", w.Code)
	}
}
