package market_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func TestTheLifeOfARuleMakesSense(t *testing.T) {
	if err := market.RuleMachine().Check(); err != nil {
		t.Error(err)
	}
}

func TestARuleFileThatIsWrongIsToldWhere(t *testing.T) {
	good, err := json.Marshal(market.EstimatedRule())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, with, field string }{
		{"an unknown field", `"margin"`, `"margn"`, "margn"},
		{"a word for a number", `"open":0.8`, `"open":"high"`, "open"},
		{"a basis that is none", `"basis":"estimates"`, `"basis":"rumours"`, "basis"},
		{"a name with a space", `"name":"estimated"`, `"name":"my rule"`, "name"},
		{"a probability above 1", `"open":0.8`, `"open":4`, "open"},
		{"no band between opening and staying", `"stay":0.65`, `"stay":0.8`, "stay"},
		{"a negative margin", `"margin":0.05`, `"margin":-1`, "margin"},
		{"a cause that is none", `"cause":"lien_formation_emploi"`, `"cause":"weather"`, "cause"},
		{"a class of a cause above 5", `"min_cause":4`, `"min_cause":9`, "min_cause"},
		{"a score above 1", `"min_remediability":0`, `"min_remediability":2`, "min_remediability"},
		{"nowhere to look", `"watches":[{"level":"bassin","nomenclature":"rome3","size":"offers_stock","min":50}]`, `"watches":[]`, "watches"},
		{"a level without figures", `"level":"bassin"`, `"level":"commune"`, "watches[0].level"},
		{"a list without figures", `"nomenclature":"rome3"`, `"nomenclature":"esco"`, "watches[0].nomenclature"},
		{"a least of nothing", `"size":"offers_stock"`, `"size":""`, "watches[0].size"},
		{"a count without a least", `"min":50`, `"min":0`, "watches[0].min"},
		{"a count nobody publishes there", `"size":"offers_stock"`, `"size":"employment"`, "watches[0].size"},
		{"a severity that is none", `"severity":"vigilance"`, `"severity":"panic"`, "severities[0].severity"},
		{"a severity that begins elsewhere", `"from":0.8`, `"from":0.9`, "severities[0].from"},
	} {
		text := strings.Replace(string(good), c.old, c.with, 1)
		if text == string(good) {
			t.Fatalf("%s: %q is not in %s", c.name, c.old, good)
		}
		_, err := market.ParseRule([]byte(text), "rule.json")
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Code != fault.Invalid || f.File != "rule.json" || f.Column != c.field || f.Reason == "" {
			t.Errorf("%s: %v, field %q", c.name, err, f.Column)
		}
	}
	r, err := market.ParseRule(good, "rule.json")
	if err != nil || r.ID != "" || r.Named(1).ID != "estimated-1" {
		t.Errorf("a sound rule: %+v, %v", r, err)
	}
	for _, text := range []string{"", "{", `{"name":1}`, "[]", string(good) + "{}", "\xff", strings.Repeat(" ", market.MaxRuleFile+1)} {
		if _, err := market.ParseRule([]byte(text), ""); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, r := range market.Rules() {
		text, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"open":1e999}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := market.ParseRule(text, "x")
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		if again := r.Check(); again != nil {
			t.Errorf("read, and not sound: %v", again)
		}
		r.Opens(market.Subject{})
		r.Review(market.Veille, r.Open)
	})
}

// anyRule draws a sound rule over probabilities with some severities.
func anyRule(t *rapid.T) market.Rule {
	r := market.EstimatedRule()
	r.Open = rapid.Float64Range(0.3, 0.9).Draw(t, "open")
	r.Stay = rapid.Float64Range(0.05, r.Open-0.01).Draw(t, "stay")
	r.Margin = rapid.Float64Range(0, 0.2).Draw(t, "margin")
	r.Severities = []market.Grade{{From: r.Open, Severity: market.Veille}}
	if next := r.Open + 0.05; rapid.Bool().Draw(t, "second") && next < 1 {
		r.Severities = append(r.Severities, market.Grade{From: next, Severity: market.Alerte})
	}
	if err := r.Check(); err != nil {
		t.Fatalf("the drawn rule is not sound: %v", err)
	}
	return r
}

func TestAFigureThatMovesWithinTheBandOpensAndEndsAtMostOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule(t)
		opened, ended, open := 0, 0, false
		for _, p := range rapid.SliceOf(rapid.Float64Range(r.Stay, 1)).Draw(t, "figures") {
			switch {
			case !open && p >= r.Open:
				open, opened = true, opened+1
			case open && r.Review(market.Veille, p).Eased:
				open, ended = false, ended+1
			}
		}
		if opened > 1 || ended > 0 {
			t.Fatalf("opened %d times, ended %d times", opened, ended)
		}
	})
}

func TestSeverityRisesAtOnceAndFallsByTheMarginOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule(t)
		severity := r.Severities[0].Severity
		changes := 0
		bound := r.Severities[len(r.Severities)-1].From
		for _, p := range rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "figures") {
			v := r.Review(severity, p)
			reached := r.Severities[0].Severity
			for _, g := range r.Severities {
				if p >= g.From {
					reached = g.Severity
				}
			}
			switch {
			case v.Severity.Rank() < reached.Rank():
				t.Fatalf("at %v the severity is %s, and the figure reaches %s", p, v.Severity, reached)
			case v.Severity.Rank() > severity.Rank() && v.Severity != reached:
				t.Fatalf("at %v the severity rose to %s, and the figure reaches %s", p, v.Severity, reached)
			case v.Severity.Rank() < severity.Rank() && p >= bound-r.Margin/2 && r.Margin > 0:
				t.Fatalf("at %v the severity fell within the margin %v of %v", p, r.Margin, bound)
			}
			severity = v.Severity
		}
		for range 10 { // trembling around the highest bound by less than the margin
			for _, p := range []float64{bound, bound - r.Margin/2} {
				if v := r.Review(severity, p); v.Severity != severity {
					severity = v.Severity
					changes++
				}
			}
		}
		if r.Margin > 0.001 && changes > 1 {
			t.Fatalf("a figure that trembles changed the severity %d times", changes)
		}
	})
}

func TestPublishedClassesMoveSeverityAsTheRuleSays(t *testing.T) {
	r := market.PublishedRule()
	for _, c := range []struct {
		before market.Severity
		class  float64
		after  market.Severity
		eased  bool
	}{
		{market.Alerte, 5, market.Urgence, false},
		{market.Urgence, 4, market.Urgence, false}, // within the margin
		{market.Urgence, 3, market.Alerte, false},
		{market.Alerte, 3, market.Alerte, false},
		{market.Alerte, 2, market.Alerte, true},
		{market.Urgence, 1, market.Alerte, true},
	} {
		if v := r.Review(c.before, c.class); v.Severity != c.after || v.Eased != c.eased {
			t.Errorf("%s at class %v: %+v", c.before, c.class, v)
		}
	}
}

// outlook is what models say of one occupation in two basins, and of one in the country.
func outlook() market.Outlook {
	return market.Outlook{
		Version: "m1",
		Estimates: slices.Values([]market.Estimate{
			{Occupation: "rome3-H2913", Area: "be2019-3101", Year: 2021, P: market.Distribution{0, 0.02, 0.13, 0.5, 0.35}, Low: 3, High: 5},
			{Occupation: "rome3-H2913", Area: "be2019-3102", Year: 2021, P: market.Distribution{0, 0.02, 0.13, 0.5, 0.35}, Low: 3, High: 5, Published: 4},
			{Occupation: "rome3-H2913", Area: "be2019-3103", Year: 2021, P: market.Distribution{0, 0.2, 0.1, 0.5, 0.2}, Low: 2, High: 5},
		}),
		Forecasts: []market.Forecast{
			{Occupation: "fap2009-B4Z44", Year: 2020, From: 2019, Class: 3, P: 0.75},
			{Occupation: "fap2009-V1Z80", Year: 2020, From: 2019, Class: 5, P: 0.95},
		},
	}
}

func background() market.Background {
	return market.Background{
		Occupations: map[occupation.ID]string{"rome3-H2913": "Soudage manuel", "fap2009-B4Z44": "Maçons"},
		Areas:       map[territory.ID]string{"be2019-3101": "LENS", territory.France: "France"},
		Within:      func(territory.ID) bool { return true },
		Causes:      map[occupation.ID][market.CauseCount]int{"rome3-H2913": {0, 4, 0, 0, 3, 2}},
		Stock:       func(occupation.ID, territory.ID) market.Value { return market.Is(64) },
	}
}

func TestRulesOverEstimatesAndForecastOpenWhereNothingIsPublishedOrTenseYet(t *testing.T) {
	started := func(r market.Rule) (out []market.Alert) {
		for _, s := range r.Candidates(outlook(), background()) {
			score := 0.6
			s.Remediability = &score
			if opens, _ := r.Opens(s); opens {
				out = append(out, r.Start(s))
			}
		}
		return out
	}
	alerts := started(market.EstimatedRule())
	if len(alerts) != 1 || alerts[0].Severity != market.Vigilance || alerts[0].Evidence.Estimate.High != 5 || alerts[0].Evidence.Class != 0 ||
		*alerts[0].Evidence.Remediability != 0.6 || alerts[0].Label() != "Soudage manuel · LENS" || alerts[0].Evidence.Basis() != market.OnEstimates {
		t.Errorf("estimates: %+v", alerts)
	}
	alerts = started(market.ForecastRule())
	if len(alerts) != 1 || alerts[0].Severity != market.Veille || alerts[0].Evidence.Forecast.P != 0.75 || alerts[0].Evidence.Basis() != market.OnForecast {
		t.Errorf("forecast: %+v", alerts)
	}
	strict := market.EstimatedRule()
	strict.MinRemediability = 0.7
	if alerts := started(strict); len(alerts) != 0 {
		t.Errorf("training helps too little, and still: %+v", alerts)
	}
}

func TestAPublishedClassSettlesWhatWasAnEstimate(t *testing.T) {
	e := market.Estimate{P: market.Distribution{0, 0, 0, 0.5, 0.5}}
	for published, want := range map[int]float64{0: 1, 3: 0, 4: 1} {
		e.Published = published
		if got, ok := (market.Subject{Estimate: &e}).Figure(market.OnEstimates); !ok || got != want {
			t.Errorf("published %d: %v", published, got)
		}
	}
}

func TestALighterAlertGivesWayToAMoreSeriousOneOfAnotherRule(t *testing.T) {
	serious := market.Alert{Rule: "published-1", Severity: market.Alerte}
	for _, c := range []struct {
		name  string
		claim market.Claim
		want  bool
	}{
		{"lighter, nobody answers", market.Claim{Rule: "forecast-1", State: market.AlertOpened, Severity: market.Veille}, true},
		{"a programme answers it", market.Claim{Rule: "forecast-1", State: market.AlertLinked, Severity: market.Veille}, false},
		{"as serious", market.Claim{Rule: "local-2", State: market.AlertOpened, Severity: market.Alerte}, false},
		{"another version of the rule", market.Claim{Rule: "published-7", State: market.AlertOpened, Severity: market.Veille}, false},
	} {
		if got := c.claim.YieldsTo(serious); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
