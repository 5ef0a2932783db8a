package web_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/territory"
)

const (
	madeSheets = 30
	madeBasins = 32
)

func madeSheet(i int) occupation.ID { return occupation.ID(fmt.Sprintf("rome3-K1%03d", 101+i)) }

func madeBasin(i int) territory.ID { return territory.ID(fmt.Sprintf("be2019-84%02d", i+1)) }

// likelyStore holds a table by basin that was made up by a rule with noise: sheets differ, basins a little. One
// cell in five is missing, that of the first sheet in the first basin among them; in the second it is class 5.
func likelyStore(t testing.TB) *store.Store {
	t.Helper()
	s := openStore(t)
	chance := rand.New(rand.NewPCG(1, 2))
	var table []any
	for i := range madeSheets {
		table = append(table, occupation.Occupation{ID: madeSheet(i), Label: fmt.Sprintf("Métier <%d>", i)})
		for b := range madeBasins {
			if i == 0 && b == 0 || i+b > 1 && chance.IntN(5) == 0 {
				continue
			}
			class := float64(min(max(5-i/6-b/16+chance.IntN(2)-chance.IntN(2), 1), 5))
			if i == 0 && b == 1 {
				class = 5
			}
			o := market.Observation{Occupation: madeSheet(i), Area: madeBasin(b), Year: 2021}
			o.Values[market.TensionClass] = market.Is(class)
			if i == 0 { // training is called for, and nothing stands in the way
				o.Values[market.LienFormationEmploi], o.Values[market.ConditionsTravail] = market.Is(5), market.Is(1)
			}
			o.Values[market.Offers], o.Values[market.Jobseekers] = market.Is(50), market.Is(80)
			table = append(table, o)
		}
	}
	rome4 := occupation.ID("rome4-K1101")
	places := []any{
		territory.Area{ID: "FR", Label: "France"},
		territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"},
		territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84"},
		occupation.Occupation{ID: rome4, Label: "Métier du ROME 4"},
		occupation.Crosswalk{From: rome4, To: madeSheet(0), Quality: occupation.Official},
	}
	for b := range madeBasins {
		places = append(places, territory.Area{ID: madeBasin(b), Label: fmt.Sprintf("Bassin %d", b+1), Region: "reg-84", Departement: "dep-69"})
	}
	var series []any
	for i := range 24 {
		family := occupation.ID(fmt.Sprintf("fap2009-A%dZ4%d", i/5, i%5))
		series = append(series, occupation.Occupation{ID: family, Label: fmt.Sprintf("Famille %d", i)})
		for year := 2011; year <= 2019; year++ {
			o := market.Observation{Occupation: family, Area: territory.France, Year: year}
			o.Values[market.Tension] = market.Is(float64(i)/12 - 1 + 0.3*chance.NormFloat64())
			series = append(series, o)
		}
	}
	series = append(series, occupation.Crosswalk{From: "fap2009-A4Z43", To: madeSheet(0), Quality: occupation.Official})
	for dataset, records := range map[string][]any{"made_places": places, market.DatasetTensionBassin: table, market.DatasetTensionSeries: series} {
		put(t, s, dataset, records)
	}
	compute(t, s)
	return s
}

func put(t testing.TB, s *store.Store, dataset string, records []any) {
	t.Helper()
	b, err := s.BeginBatch(t.Context(), dataset)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := b.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	err = b.Commit(t.Context(), market.Release{
		ID: dataset, Dataset: dataset, Scope: "all", Vintage: "2021", Title: dataset, Producer: "test",
		File: dataset, SHA256: dataset, ImportedAt: now(), RowsRead: len(records), RowsKept: len(records),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesOfEstimatesSayWhatIsLikelyAndKeepWhatIsPublished(t *testing.T) {
	s := newSite(t, likelyStore(t))
	sheet, blank, published := string(madeSheet(0)), string(madeBasin(0)), string(madeBasin(1))
	for _, lang := range []string{"fr", "en"} {
		for _, address := range []string{
			"/map?occupation=" + sheet + "&level=bassin", "/map?occupation=" + sheet + "&level=bassin&figures=published",
			"/map?occupation=" + sheet + "&level=departement", "/map?occupation=rome4-K1101&level=bassin",
			"/occupations/" + sheet, "/occupations/" + sheet + "?area=" + blank, "/occupations/rome4-K1101", "/occupations/fap2009-A4Z43",
			"/occupations/" + sheet + "/areas/" + blank, "/occupations/" + sheet + "/areas/" + published,
			"/occupations/rome4-K1101/areas/dep-69", "/occupations/fap2009-A4Z43/areas/dep-69",
			"/areas/" + blank, "/areas/dep-69", "/areas/reg-84", "/curable", "/curable?area=" + blank + "&min_tense=0&min_score=0&most_titles=-1", "/method",
		} {
			d := s.page(t, address, lang)
			for _, f := range append(d.faults(), d.tableFaults()...) {
				t.Errorf("%s: %s", d.name, f)
			}
		}
	}
	says := func(address, want string) {
		t.Helper()
		if d := s.page(t, address, "en"); !d.says(want) {
			t.Errorf("%s does not say %q", address, want)
		}
	}
	says("/occupations/"+sheet+"/areas/"+blank, "Nothing is published for 2021. Estimated from everything else:")
	says("/occupations/"+sheet+"/areas/"+published, "Published: class 5 (very high). Estimated from everything else:")
	says("/occupations/rome4-K1101/areas/"+published, "Published: class 5 (very high).")
	says("/occupations/"+sheet+"/areas/dep-69", "Estimated from its basins:")
	says("/occupations/"+sheet, "likely to be tense over the country in 2020")
	says("/occupations/"+sheet, "Figures published up to 2019")
	says("/occupations/"+sheet, "From “Famille 23”")
	says("/areas/"+blank, "Occupations 1 to 30 of 30")
	for _, address := range []string{"/areas/" + blank, "/areas/" + published, "/areas/" + published + "?list=all"} {
		says(address, "Forecast 2020, country")
		says(address, "Curable, 0 to 1")
		says(address, "The job calls for a particular training (5 out of 5).")
	}
	for _, address := range []string{"/map?occupation=" + sheet + "&level=bassin", "/map?occupation=rome4-K1101&level=bassin"} {
		says(address, "likely to be tense over the country in 2020")
		says(address, "From “Famille 23”")
		says(address, "Over the country, training can cure a shortage to 1.00 out of 1.")
		says(address, "Curable, 0 to 1")
	}
	says("/method", "cells were judged so.")
	says("/occupations/fap2009-A4Z43/areas/dep-69", "Nothing is known here")
}

func TestAMapFillsOnlyWhatIsNotPublishedAndCanLeaveItOut(t *testing.T) {
	s := newSite(t, likelyStore(t))
	row := func(d document, area string) string {
		for _, tr := range d.all("tr") {
			if th := within(tr, "th"); len(th) == 1 && text(th[0]) == area {
				var cells []string
				for _, td := range within(tr, "td") {
					cells = append(cells, text(td))
				}
				return strings.Join(cells, " | ")
			}
		}
		return ""
	}
	with := s.page(t, "/map?occupation=rome3-K1101&level=bassin", "en")
	if r := row(with, "Bassin 1"); !strings.Contains(r, "estimated") || !strings.Contains(r, "%") {
		t.Errorf("the blank basin is %q", r)
	}
	if r := row(with, "Bassin 2"); !strings.Contains(r, "5 very high | ") || !strings.Contains(r, "published") || strings.Contains(r, "estimated") {
		t.Errorf("the published basin is %q", r)
	}
	without := s.page(t, "/map?occupation=rome3-K1101&level=bassin&figures=published", "en")
	if r := row(without, "Bassin 1"); r != "" || without.says("Striped places are estimates") {
		t.Errorf("without estimates the blank basin is %q", r)
	}
	// A département's computed class gives way to the mix of its basins.
	if r := row(s.page(t, "/map?occupation=rome3-K1101&level=departement", "en"), "Rhône"); !strings.Contains(r, "estimated") {
		t.Errorf("the département is %q", r)
	}
}

func TestAnAreaRanksItsOccupationsByTheChanceOfTension(t *testing.T) {
	s := newSite(t, likelyStore(t))
	body := s.get("/areas/"+string(madeBasin(3)), "Accept-Language", "en").Body.String()
	_, section, _ := strings.Cut(body, `id="likely"`)
	chances := regexp.MustCompile(`<td class="n"><strong>(?:over |under )?(\d+)%`).FindAllStringSubmatch(section, -1)
	if len(chances) != madeSheets {
		t.Fatalf("%d occupations are ranked, want %d", len(chances), madeSheets)
	}
	last := 100
	for _, c := range chances {
		var n int
		fmt.Sscan(c[1], &n)
		if n > last {
			t.Errorf("%d%% comes after %d%%", n, last)
		}
		last = n
	}
	if strings.Contains(section, "<0>") {
		t.Error("a label was not escaped")
	}
}

func TestWithoutATableByBasinNothingIsEstimatedAndPagesSaySo(t *testing.T) {
	s := newSite(t, sampleStore(t))
	for address, want := range map[string]string{
		"/curable": "there are no estimates here", "/method": "No table of tension by basin was imported",
	} {
		if d := s.page(t, address, "en"); !d.says(want) {
			t.Errorf("%s does not say %q", address, want)
		}
	}
}

func TestWhatIsAskedOfEstimatesIsChecked(t *testing.T) {
	s := newSite(t, likelyStore(t))
	for address, status := range map[string]int{
		"/curable?area=nowhere": 404, "/curable?min_tense=NaN": 400, "/curable?min_score=7": 400, "/curable?most_titles=-2": 400,
		"/curable?page=99999999": 200, "/areas/be2019-8401?page=99999999": 200, "/areas/be2019-8401?page=x": 200,
		"/occupations/rome3-K1101/areas/nowhere": 404, "/occupations/nothing/areas/dep-69": 404,
		"/occupations/rome3-K1101?area=%22%3E%3Cscript%3E": 200, "/map?occupation=rome3-K1101&figures=%3Cscript%3E": 200,
	} {
		if w := s.get(address); w.Code != status || strings.Contains(w.Body.String(), "><script>") {
			t.Errorf("%s: status %d, want %d", address, w.Code, status)
		}
	}
}
