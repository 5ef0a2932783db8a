package api_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"

	"filiere/internal/api"
)

// contract loads the document as it is served and checks that it is OpenAPI.
func contract(t *testing.T, h http.Handler) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(get(t, h, "/api/v1/openapi.yaml").Body.Bytes())
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatalf("openapi.yaml is not valid: %v", err)
	}
	return doc
}

func TestTheDocumentAndTheRoutesAreTheSame(t *testing.T) {
	doc := contract(t, service(t))
	documented := map[string][]string{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			var names []string
			for _, p := range operation.Parameters {
				if p.Value.In == "query" {
					names = append(names, p.Value.Name)
				}
			}
			slices.Sort(names)
			documented[method+" "+path] = names
		}
	}
	routes := api.Deeds()
	for path, names := range api.Addresses() {
		routes["GET "+path] = names
	}
	if d := cmp.Diff(routes, documented); d != "" {
		t.Errorf("openapi.yaml differs from the routes (-routes +document):\n%s", d)
	}
}

func TestAnswersKeepTheContract(t *testing.T) {
	h := service(t)
	doc := contract(t, h)
	asked := map[string]bool{}
	for _, c := range []struct {
		path, target string
		status       int
	}{
		{"/radar", "/radar", 200},
		{"/radar", "/radar?nomenclature=fap2009&level=country&min_class=4&limit=1", 200},
		{"/radar", "/radar?occupation=V1Z80&area=69&level=departement", 200},
		{"/radar", "/radar?year=1999", 200},
		{"/radar", "/radar?class=5", 400},
		{"/radar.csv", "/radar.csv?limit=2", 200},
		{"/editions", "/editions", 200},
		{"/editions.csv", "/editions.csv", 200},
		{"/tallies", "/tallies?level=country&nomenclature=fap2009", 200},
		{"/tallies", "/tallies", 400},
		{"/tallies.csv", "/tallies.csv?level=country&nomenclature=fap2009", 200},
		{"/difficulties", "/difficulties", 200},
		{"/difficulties", "/difficulties?area=be2024-8428", 200},
		{"/difficulties.csv", "/difficulties.csv?area=dep-69", 200},
		{"/occupations", "/occupations?nomenclature=rome3", 200},
		{"/occupations.csv", "/occupations.csv?nomenclature=rome3", 200},
		{"/occupations/{id}", "/occupations/rome3-J1506", 200},
		{"/occupations/{id}", "/occupations/fap2009-V1Z80", 200},
		{"/occupations/{id}", "/occupations/rome3-X9999", 404},
		{"/occupations/{id}/history", "/occupations/fap2009-V1Z80/history", 200},
		{"/occupations/{id}/history", "/occupations/fap2009-V1Z80/history?area=69&level=departement", 200},
		{"/occupations/{id}/history", "/occupations/none/history", 404},
		{"/occupations/{id}/history.csv", "/occupations/fap2009-V1Z80/history.csv", 200},
		{"/occupations/{id}/correspondences", "/occupations/rome3-J1506/correspondences", 200},
		{"/occupations/{id}/correspondences", "/occupations/none/correspondences", 404},
		{"/occupations/{id}/correspondences.csv", "/occupations/fap2009-V1Z80/correspondences.csv", 200},
		{"/occupations/{id}/skills", "/occupations/rome3-J1506/skills", 200},
		{"/occupations/{id}/skills", "/occupations/none/skills", 404},
		{"/occupations/{id}/skills.csv", "/occupations/fap2009-V1Z80/skills.csv", 200},
		{"/occupations/{id}/near", "/occupations/rome3-J1506/near", 200},
		{"/occupations/{id}/near", "/occupations/none/near", 404},
		{"/occupations/{id}/near.csv", "/occupations/fap2009-V1Z80/near.csv", 200},
		{"/occupations/{id}/certifications", "/occupations/rome3-J1506/certifications", 200},
		{"/occupations/{id}/certifications", "/occupations/none/certifications", 404},
		{"/occupations/{id}/certifications.csv", "/occupations/fap2009-V1Z80/certifications.csv", 200},
		{"/occupations/{id}/sectors", "/occupations/rome3-J1506/sectors", 200},
		{"/occupations/{id}/sectors", "/occupations/none/sectors", 404},
		{"/occupations/{id}/sectors.csv", "/occupations/fap2009-V1Z80/sectors.csv", 200},
		{"/occupations/{id}/pay", "/occupations/rome3-J1506/pay", 200},
		{"/occupations/{id}/pay", "/occupations/none/pay", 404},
		{"/occupations/{id}/pay.csv", "/occupations/fap2009-V1Z80/pay.csv", 200},
		{"/occupations/{id}/trainings", "/occupations/rome3-J1506/trainings", 200},
		{"/occupations/{id}/trainings", "/occupations/none/trainings", 404},
		{"/occupations/{id}/trainings.csv", "/occupations/fap2009-V1Z80/trainings.csv", 200},
		{"/areas", "/areas?level=departement", 200},
		{"/areas", "/areas?level=bassin&region=84&limit=1", 200},
		{"/areas.csv", "/areas.csv?level=departement", 200},
		{"/areas/{id}", "/areas/FR", 200},
		{"/areas/{id}", "/areas/dep-69", 200},
		{"/areas/{id}", "/areas/dep-00", 404},
		{"/search", "/search?q=infirmi%C3%A8re", 200},
		{"/search", "/search", 400},
		{"/search.csv", "/search.csv?q=lyon", 200},
		{"/sources", "/sources?all=true", 200},
		{"/sources.csv", "/sources.csv", 200},
		{"/agreements", "/agreements", 200},
		{"/agreements.csv", "/agreements.csv", 200},
		{"/weights", "/weights", 200},
		{"/weights.csv", "/weights.csv", 200},
		{"/classes", "/classes", 200},
		{"/classes.csv", "/classes.csv", 200},
		{"/estimates", "/estimates", 404}, // TestEstimates… asks where there are some
		{"/estimates.csv", "/estimates.csv", 404},
		{"/forecasts", "/forecasts", 200},
		{"/forecasts.csv", "/forecasts.csv?occupation=fap2009-V1Z80", 200},
		{"/curable", "/curable", 200},
		{"/curable", "/curable?min_tense=2", 400},
		{"/curable.csv", "/curable.csv?area=dep-69&family=J&most_titles=-1", 200},
		{"/backtest", "/backtest", 404},
		{"/backtest/local", "/backtest/local", 404},
		{"/backtest/local.csv", "/backtest/local.csv", 404},
		{"/backtest/unseen", "/backtest/unseen", 404},
		{"/backtest/unseen.csv", "/backtest/unseen.csv", 404},
		{"/backtest/reliability", "/backtest/reliability", 404},
		{"/backtest/reliability.csv", "/backtest/reliability.csv", 404},
		{"/backtest/forecast", "/backtest/forecast", 404},
		{"/backtest/forecast.csv", "/backtest/forecast.csv", 404},
		{"/openapi.yaml", "/openapi.yaml", 200},
	} {
		t.Run(c.target, func(t *testing.T) {
			asked["/api/v1"+c.path] = true
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1"+c.target, nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			keep(t, doc, "/api/v1"+c.path, r, w)
		})
	}
	for path := range api.Addresses() { // those of accounts are asked by their own tests
		if !asked[path] {
			t.Errorf("no answer of %s was checked", path)
		}
	}
}

// keep checks an answer, and the request when it was found good, against the document.
func keep(t *testing.T, doc *openapi3.T, path string, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	item := doc.Paths.Value(path)
	if item == nil {
		t.Fatalf("%s is not in the document", path)
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{"id": r.PathValue("id")},
		Route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: http.MethodGet, Operation: item.Get},
	}
	if w.Code == http.StatusOK {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("a request that was answered breaks the contract: %v", err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: w.Code, Header: w.Header(), Body: io.NopCloser(strings.NewReader(w.Body.String())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("the answer breaks the contract: %v", err)
	}
}

func TestProblemsOfEveryCodeKeepTheContract(t *testing.T) {
	doc := contract(t, service(t))
	schema := doc.Components.Schemas["Problem"].Value
	for _, code := range slices.Sorted(maps.Keys(api.StatusOf)) {
		var v any
		if err := json.Unmarshal(api.ProblemJSON(code), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(v); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}
