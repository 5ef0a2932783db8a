package letter_test

import (
	"strings"
	"testing"
	"time"

	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
)

func number(f float64) *float64 { return &f }

// explained are alerts of every kind.
func explained() map[string]market.Alert {
	published := market.Evidence{
		OccupationLabel: "Infirmiers", AreaLabel: "Rhône", Year: 2019, Class: 5, Causes: [market.CauseCount]int{2, 5, 5, 1, 4, 2}, Employment: number(15_000.4),
	}
	estimate := market.Evidence{
		OccupationLabel: "Soudage", AreaLabel: "LENS", Year: 2021, Offers: number(12), Remediability: number(0.7),
		Estimate: &market.Estimated{P: market.Distribution{0, 0.02, 0.15, 0.5, 0.33}, Expected: 4.1, Low: 3, High: 5},
	}
	remedied := published
	remedied.Remediability, remedied.Remedy = number(0.35), &market.Remedy{Score: 0.35, Known: 0.8, Paths: 4, Factors: []market.RemedyFactor{
		{Name: market.FactorNeed, Value: 1, Figure: 5},
		{Name: market.FactorRetraining, Value: 0.5, Weight: 0.3, Figure: 2},
		{Name: market.FactorConditions, Value: 0.25, Weight: 0.3, Figure: 4},
	}}
	forecast := market.Evidence{
		OccupationLabel: "Maçons", AreaLabel: "France", Year: 2019, Class: 3, Causes: [market.CauseCount]int{2, 3, 2, 1, 2, 2},
		Forecast: &market.Foreseen{Year: 2020, From: 2019, Class: 3, P: 0.72},
	}
	later := &market.Standing{Year: 2022, Figure: 2, Eased: true, At: time.Unix(0, 0)}
	return map[string]market.Alert{
		"published": {Evidence: published}, "estimate": {Evidence: estimate}, "forecast": {Evidence: forecast}, "remedied": {Evidence: remedied},
		"eased": {Evidence: published, Standing: later, Ending: market.Eased}, "still tense": {Evidence: estimate, Standing: &market.Standing{Year: 2021, Figure: 0.7}},
	}
}

func TestAnAlertExplainsItselfWithItsFiguresAndHowSureTheyAre(t *testing.T) {
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{
		"published":   {"in 2019 the published tension was very high (5 out of 5)", "15,000 jobs", "specific training", "Training can help", "contracts or working conditions", "as old as their year"},
		"estimate":    {"no figure is published", "between 3 and 5 out of 5", "most likely high (4 out of 5)", "is 83%", "12 offers", "causes are not known", "extent of 0.70", "may be wrong"},
		"forecast":    {"in 2019 tension was medium (3 out of 5)", "For 2020", "72%", "None of the six", "wrong at times"},
		"eased":       {"figures of 2022 have eased: tension low (2 out of 5)", "The system resolved"},
		"remedied":    {"extent of 0.35", "calls for a particular training (5 out of 5)", "put people off (4 out of 5)"},
		"still tense": {"for 2021, gives a probability of 70%"},
	}
	if text := letter.Explain(b[locale.English], explained()["remedied"]); strings.Contains(text, "close occupations") || strings.Contains(text, "Training can help") {
		t.Errorf("it gives reasons that settle nothing, or says them twice: %s", text)
	}
	for name, a := range explained() {
		for lang, l := range b {
			text := letter.Explain(l, a)
			if strings.Contains(text, "explain.") || strings.Contains(text, "{") || strings.ContainsAny(text, "\n") || len(text) > 1500 {
				t.Errorf("%s in %s: %s", name, lang, text)
			}
			for _, want := range said[name] {
				if lang == locale.English && !strings.Contains(text, want) {
					t.Errorf("%s does not say %q: %s", name, want, text)
				}
			}
		}
	}
}
