package market_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/territory"
)

func TestTheLifeOfAnAlertMakesSense(t *testing.T) {
	if err := market.AlertMachine().Check(); err != nil {
		t.Error(err)
	}
}

func TestNoWayLeadsAnAlertOutOfItsTable(t *testing.T) {
	m := market.AlertMachine()
	events := []lifecycle.Event{market.AcknowledgeAlert, market.LinkAlert, market.MonitorAlert, market.ResolveAlert, market.EaseAlert, market.SupersedeAlert, "reopen", ""}
	rapid.Check(t, func(t *rapid.T) {
		state := m.Initial
		for _, e := range rapid.SliceOf(rapid.SampledFrom(events)).Draw(t, "events") {
			next, err := m.Next(state, e)
			switch {
			case err != nil && next != state:
				t.Fatalf("a refused %q moved the alert from %q to %q", e, state, next)
			case err == nil && state == market.AlertResolved:
				t.Fatalf("%q woke a resolved alert", e)
			case err == nil && e == market.LinkAlert && state == market.AlertLinked:
				t.Fatal("an alert was linked twice")
			case err == nil && (e == market.EaseAlert || e == market.SupersedeAlert) && (state == market.AlertLinked || state == market.AlertMonitored):
				t.Fatalf("%q ended an alert a programme answers", e)
			case err == nil && next == market.AlertMonitored && state != market.AlertLinked:
				t.Fatalf("%q made an alert monitored that no programme answers", e)
			case !slices.Contains(m.States(), next):
				t.Fatalf("%q leads from %q to %q, which is no state", e, state, next)
			}
			state = next
		}
	})
}

// tense is a cell the rule over published figures opens an alert for.
func tense() market.Cell {
	c := market.Cell{Occupation: "fap2009-M2Z90", Area: "reg-11", Year: 2019, Class: 5, Origin: market.Published, Employment: market.Is(10_000)}
	c.Causes[slices.Index(market.Causes(), market.LienFormationEmploi)] = 4
	return c
}

func TestTheRuleOpensOnAClassACauseAndEnoughPeople(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*market.Cell)
		opens  bool
		failed []market.Asked
	}{
		{"all there", func(*market.Cell) {}, true, nil},
		{"class 4 is enough", func(c *market.Cell) { c.Class = 4 }, true, nil},
		{"class 3 is not", func(c *market.Cell) { c.Class = 3 }, false, []market.Asked{market.AskedClass}},
		{"no class", func(c *market.Cell) { c.Class = 0 }, false, []market.Asked{market.AskedClass}},
		{"training is not the cause", func(c *market.Cell) { c.Causes[1] = 3 }, false, []market.Asked{"lien_formation_emploi"}},
		{"the cause is not known", func(c *market.Cell) { c.Causes = [market.CauseCount]int{5, 0, 5, 5, 5, 5} }, false, []market.Asked{"lien_formation_emploi"}},
		{"too few people", func(c *market.Cell) { c.Employment = market.Is(9_999) }, false, []market.Asked{"employment"}},
		{"employment withheld", func(c *market.Cell) { c.Employment = market.Secret() }, false, []market.Asked{"employment"}},
		{"enough for a département", func(c *market.Cell) { c.Area, c.Employment = "dep-75", market.Is(5_000) }, true, nil},
		{"too few for the country", func(c *market.Cell) { c.Area = territory.France }, false, []market.Asked{"employment"}},
		{"a basin is judged by its offers", func(c *market.Cell) {
			c.Occupation, c.Area, c.Employment, c.Offers = "rome3-M1805", "be2019-1101", market.Value{}, market.Is(2_000)
		}, true, nil},
		{"a computed figure", func(c *market.Cell) { c.Origin = market.Computed }, false, nil},
		{"a family of occupations", func(c *market.Cell) { c.Occupation = "fap2009-M2Z" }, false, nil},
		{"a list it does not watch", func(c *market.Cell) { c.Occupation = "rome4-M1805" }, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			cell := tense()
			c.change(&cell)
			opens, reasons := market.PublishedRule().Opens(market.Subject{Row: market.Row{Cell: cell}})
			var failed []market.Asked
			for _, r := range reasons {
				if !r.Holds() {
					failed = append(failed, r.What)
				}
			}
			if opens != c.opens || !slices.Equal(failed, c.failed) {
				t.Errorf("opens %v, failed %v; want %v, %v", opens, failed, c.opens, c.failed)
			}
		})
	}
}

func TestAnAlertSaysByItsEvidenceWhyItWasOpened(t *testing.T) {
	rule := market.PublishedRule()
	subject := market.Subject{Row: market.Row{Cell: tense(), Label: "Informaticiens", AreaLabel: "Île-de-France"}}
	a := rule.Start(subject)
	if a.Severity != market.Urgence || a.State != market.AlertOpened || a.Label() != "Informaticiens · Île-de-France" {
		t.Errorf("opened as %+v", a)
	}
	_, want := rule.Opens(subject)
	if got := rule.Reasons(a.Evidence); !slices.Equal(got, want) {
		t.Errorf("reasons %v, want %v", got, want)
	}
	if a.Evidence.Figures() != "fap2009-M2Z90:reg-11:2019" || a.Evidence.MeasuredAt().Year() != 2019 {
		t.Errorf("figures %q, measured at %v", a.Evidence.Figures(), a.Evidence.MeasuredAt())
	}
}

func TestEveryRuleIsSound(t *testing.T) {
	seen := map[market.RuleID]bool{}
	for _, r := range market.Rules() {
		if seen[r.ID] || r.ID == "" {
			t.Errorf("rule %q is there twice or has no name", r.ID)
		}
		seen[r.ID] = true
		if found, err := market.FindRule(r.ID); err != nil || found.ID != r.ID {
			t.Errorf("rule %q is not found: %v", r.ID, err)
		}
		if err := r.Check(); err != nil {
			t.Errorf("rule %q: %v", r.ID, err)
		}
	}
	if _, err := market.FindRule("none"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a rule nobody made: %v", err)
	}
}

func TestAnAlertIsResolvedForAReason(t *testing.T) {
	for in, want := range map[string]fault.Code{
		"": fault.Invalid, " \n\t": fault.Invalid, strings.Repeat("é", 501): fault.Invalid, "a\x00b": fault.Invalid, "\xff": fault.Invalid,
	} {
		if _, err := market.CheckResolution(in); fault.CodeOf(err) != want {
			t.Errorf("%q: %v", in, err)
		}
	}
	if got, err := market.CheckResolution("  a school\n opened  nearby "); got != "a school opened nearby" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
