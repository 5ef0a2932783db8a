package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"filiere/internal/api"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// likelyService is the API over a table by basin made up by a rule with noise, and national series.
func likelyService(t *testing.T) http.Handler {
	t.Helper()
	s := storetest.Open(t, "sqlite")
	chance := rand.New(rand.NewPCG(1, 2))
	places, table, series := []any{territory.Area{ID: "FR", Label: "France"}}, []any{}, []any{}
	for b := range 30 {
		places = append(places, territory.Area{ID: territory.ID(fmt.Sprintf("be2019-84%02d", b+1)), Label: fmt.Sprint("Bassin ", b+1), Region: "reg-84", Departement: "dep-69"})
	}
	for i := range 25 {
		sheet, family := occupation.ID(fmt.Sprintf("rome3-K1%03d", 101+i)), occupation.ID(fmt.Sprintf("fap2009-A%dZ4%d", i/5, i%5))
		places = append(places, occupation.Occupation{ID: sheet, Label: "=Métier"}, occupation.Occupation{ID: family, Label: "Famille"})
		for b := range 30 {
			if i == 0 && b == 0 || chance.IntN(5) == 0 {
				continue
			}
			class := float64(min(max(5-i/5-b/16+chance.IntN(2), 1), 5))
			table = append(table, observed(sheet, territory.ID(fmt.Sprintf("be2019-84%02d", b+1)), 2021, map[market.Measure]market.Value{
				market.TensionClass: market.Is(class), market.LienFormationEmploi: market.Is(4), market.ConditionsTravail: market.Is(2),
			}))
		}
		for year := 2011; year <= 2019; year++ {
			series = append(series, observed(family, "FR", year, map[market.Measure]market.Value{market.Tension: market.Is(float64(i)/12 - 1 + 0.3*chance.NormFloat64())}))
		}
	}
	put(t, s, "places", "2024", places...)
	put(t, s, market.DatasetTensionBassin, "2021", table...)
	put(t, s, market.DatasetTensionSeries, "2019", series...)
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	return gated(t, api.New(s, slog.New(slog.NewTextHandler(io.Discard, nil))))
}

func TestEstimatesKeepTheContractAndTheFiltersOfTheCommand(t *testing.T) {
	h := likelyService(t)
	doc := contract(t, h)
	for _, c := range []struct {
		path, target string
		status, rows int // of the CSV, heading included; 0: JSON
	}{
		{"/estimates", "/estimates?limit=3", 200, 0},
		{"/estimates", "/estimates?occupation=rome3-K1101&level=country&top=1", 200, 0},
		{"/estimates", "/estimates?year=2019", 404, 0},
		{"/estimates", "/estimates?area=be2024-8401", 404, 0},
		{"/estimates", "/estimates?top=0", 400, 0},
		{"/estimates.csv", "/estimates.csv", 200, 1 + 25*30},
		{"/estimates.csv", "/estimates.csv?area=be2019-8401", 200, 1 + 25},
		{"/estimates.csv", "/estimates.csv?occupation=rome3-K1101&top=4", 200, 5},
		{"/estimates.csv", "/estimates.csv?limit=7&offset=748", 200, 3},
		{"/forecasts", "/forecasts", 200, 0},
		{"/forecasts.csv", "/forecasts.csv", 200, 26},
		{"/curable", "/curable?most_titles=-1&min_tense=0&min_score=0&limit=2", 200, 0},
		{"/curable.csv", "/curable.csv?most_titles=-1&min_tense=0&min_score=0", 200, 26},
		{"/backtest", "/backtest", 200, 0},
		{"/backtest/local", "/backtest/local", 200, 0},
		{"/backtest/local.csv", "/backtest/local.csv", 200, 9},
		{"/backtest/unseen.csv", "/backtest/unseen.csv", 200, 1},
		{"/backtest/reliability.csv", "/backtest/reliability.csv", 200, 11},
		{"/backtest/forecast", "/backtest/forecast", 200, 0},
	} {
		t.Run(c.target, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1"+c.target, nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %.300s", w.Code, c.status, w.Body)
			}
			if n := strings.Count(w.Body.String(), "\n"); c.rows > 0 && n != c.rows {
				t.Errorf("%d lines, want %d: %.300s", n, c.rows, w.Body)
			}
			if strings.Contains(w.Body.String(), ",=") {
				t.Error("a label may be taken for a formula")
			}
			keep(t, doc, "/api/v1"+c.path, r, w)
		})
	}
	first := get(t, h, "/api/v1/estimates?limit=1").Body.String()
	if !strings.Contains(first, `"published":null`) || !strings.Contains(first, "offset=1") {
		t.Errorf("the first page is %s", first)
	}
}
