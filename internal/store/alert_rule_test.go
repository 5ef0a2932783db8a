package store_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

func TestASchoolBeginsWithItsRulesAndOneOfThemOn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		kept, err := h.a.Rules(t.Context())
		ok(t, err)
		got := map[market.RuleID]market.Rule{}
		for _, r := range kept {
			got[r.ID] = r.Rule
			if (r.State == market.RuleOn) != (r.ID == "published-1") {
				t.Errorf("%s is %s", r.ID, r.State)
			}
		}
		want := map[market.RuleID]market.Rule{}
		for _, r := range market.Rules() {
			want[r.ID] = r
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("the seeds of the migration are not market.Rules (-want +got):\n%s", d)
		}
	})
}

func TestAChangedRuleIsAnotherVersionAndTheOldOneWatchesUntilItIsOn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		state := func(id market.RuleID) market.RuleState {
			r, err := h.b.Rule(ctx, id)
			ok(t, err)
			return r.State
		}
		_, err := h.a.AddRule(ctx, people.ByCLI, market.PublishedRule())
		faulty(t, fault.Conflict, err)
		changed := market.PublishedRule()
		changed.Stay = 2
		second, err := h.a.AddRule(ctx, people.ByCLI, changed)
		ok(t, err)
		changed.Stay = 1
		third, err := h.b.AddRule(ctx, people.ByCLI, changed)
		ok(t, err)
		if second.ID != "published-2" || third.ID != "published-3" || state("published-1") != market.RuleOn || state(second.ID) != market.RuleRetired {
			t.Errorf("%s, %s: %s, %s", second.ID, third.ID, state("published-1"), state(second.ID))
		}
		if r, err := h.a.Rule(ctx, "published"); err != nil || r.ID != "published-1" || r.Stay != 3 {
			t.Errorf("by its name: %+v, %v", r.Rule, err)
		}
		faulty(t, fault.Conflict, h.a.SwitchRule(ctx, people.ByCLI, second.ID, true))
		ok(t, h.a.SwitchRule(ctx, people.ByCLI, third.ID, true))
		faulty(t, fault.Conflict, h.a.SwitchRule(ctx, people.ByCLI, third.ID, true))
		if state("published-1") != market.RuleRetired || state(third.ID) != market.RuleOn {
			t.Errorf("after: %s, %s", state("published-1"), state(third.ID))
		}
		ok(t, h.a.SwitchRule(ctx, people.ByCLI, third.ID, false))
		_, err = h.a.ScanAlerts(ctx, people.ByCLI, third.Rule, market.ScanScope{})
		faulty(t, fault.Conflict, err)
		_, err = h.a.Rule(ctx, "nothing-1")
		faulty(t, fault.NotFound, err)
		faulty(t, fault.NotFound, h.a.SwitchRule(ctx, people.ByCLI, "nothing-1", true))
		changed.Open = 9
		_, err = h.a.AddRule(ctx, people.ByCLI, changed)
		faulty(t, fault.Invalid, err)
	})
}

// with gives the shortages with the class of one area changed, a year later or not.
func with(area territory.ID, class, years int) []market.Cell {
	cells := shortages()
	for i := range cells {
		if cells[i].Area == area {
			cells[i].Class = class
			cells[i].Year += years
		}
	}
	return cells
}

// standing evaluates and gives an alert after.
func (h house) evaluated(t *testing.T, id market.AlertID) (market.Alert, market.Evaluation) {
	t.Helper()
	all, err := h.a.EvaluateAlerts(t.Context(), people.BySystem, false)
	ok(t, err)
	a, err := h.b.Alert(t.Context(), id)
	ok(t, err)
	if len(all) != 1 {
		t.Fatalf("evaluated %+v", all)
	}
	return a, all[0]
}

// ofArea is the alert of an area.
func ofArea(t *testing.T, alerts []market.Alert, area territory.ID) market.Alert {
	t.Helper()
	for _, a := range alerts {
		if a.Evidence.Area == area {
			return a
		}
	}
	t.Fatalf("no alert of %s", area)
	return market.Alert{}
}

func TestNewerFiguresRaiseLowerAndEndAlertsByTheirRule(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		region := ofArea(t, alarmed(t, h), "reg-84") // class 4: alerte
		if a, e := h.evaluated(t, region.ID); e != (market.Evaluation{Rule: "published-1"}) || a.Standing != nil {
			t.Errorf("nothing changed, and: %+v, %+v", e, a.Standing)
		}
		for i, c := range []struct {
			class    int
			severity market.Severity
			state    market.AlertState
			want     market.Evaluation
		}{
			{5, market.Urgence, market.AlertOpened, market.Evaluation{Reviewed: 1, Found: 1, Raised: 1}},
			{4, market.Urgence, market.AlertOpened, market.Evaluation{Reviewed: 1, Found: 1}},
			{3, market.Alerte, market.AlertOpened, market.Evaluation{Reviewed: 1, Lowered: 1}},
			{2, market.Alerte, market.AlertResolved, market.Evaluation{Reviewed: 1, Ended: 1}},
			{5, market.Alerte, market.AlertResolved, market.Evaluation{Found: 1}}, // the figures of a year open one alert
		} {
			ok(t, h.a.ReplaceCells(ctx, string(rune('a'+i)), with("reg-84", c.class, 0)))
			c.want.Rule = "published-1"
			a, e := h.evaluated(t, region.ID)
			if e != c.want || a.Severity != c.severity || a.State != c.state {
				t.Errorf("class %d: %+v, %s, %s; want %+v", c.class, e, a.Severity, a.State, c.want)
			}
			if a.Standing == nil || c.want.Reviewed > 0 && a.Standing.Figure != float64(c.class) || a.Evidence.Class != 4 {
				t.Errorf("class %d: standing %+v, evidence %+v", c.class, a.Standing, a.Evidence)
			}
		}
		a, err := h.a.Alert(ctx, region.ID)
		if err != nil || a.Ending != market.Eased || a.Resolution != "" || a.ResolvedAt.IsZero() {
			t.Errorf("ended: %+v, %v", a, err)
		}
	})
}

func TestAnAlertAProgrammeAnswersIsFollowedOnWhenTheFiguresEase(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		region := ofArea(t, alarmed(t, h), "reg-84")
		ok(t, h.a.LinkAlert(ctx, people.ByCLI, region.ID, ref(people.KindProgramme, "p1")))
		ok(t, h.a.ReplaceCells(ctx, "v3", with("reg-84", 1, 1)))
		ok(t, h.a.RefreshTallies(ctx))
		a, e := h.evaluated(t, region.ID)
		if e.Eased != 1 || e.Ended != 0 || a.State != market.AlertLinked || a.Standing == nil || !a.Standing.Eased || a.Standing.Year != 2020 {
			t.Errorf("%+v, %s, %+v", e, a.State, a.Standing)
		}
	})
}

func TestOnlyCellsThatChangedAreAskedAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		alarmed(t, h)
		ok(t, h.a.ReplaceCells(ctx, "v3", shortages())) // the same again: no cell changed
		more := append(shortages(), shortages()[2])
		more[len(more)-1].Area = "dep-38"
		ok(t, h.a.ReplaceCells(ctx, "v4", more))
		all, err := h.b.EvaluateAlerts(ctx, people.BySystem, false)
		ok(t, err)
		if d := cmp.Diff([]market.Evaluation{{Rule: "published-1", Found: 1, Opened: 1}}, all); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		all, err = h.a.EvaluateAlerts(ctx, people.BySystem, true)
		ok(t, err)
		if all[0].Found != 5 || all[0].Opened+all[0].Reviewed != 0 {
			t.Errorf("all of it: %+v", all)
		}
		n := h.count(t, "audit_event")
		for _, err := range together(4, func(i int) error {
			_, err := h.of(i).EvaluateAlerts(ctx, people.BySystem, true)
			return err
		}) {
			ok(t, err)
		}
		if h.count(t, "audit_event") != n || h.count(t, "alert") != 5 {
			t.Errorf("%d events, %d alerts", h.count(t, "audit_event")-n, h.count(t, "alert"))
		}
	})
}

func TestNothingOpensByItselfBeforeARuleWasAskedAboutAll(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		fill(t, h.a)
		ok(t, h.a.ReplaceCells(ctx, "v2", shortages()))
		_, err := h.a.EvaluateAlerts(ctx, people.BySystem, false)
		ok(t, err)
		_, err = h.a.ScanAlerts(ctx, people.ByCLI, market.PublishedRule(), market.ScanScope{Most: 1})
		ok(t, err)
		_, err = h.a.EvaluateAlerts(ctx, people.BySystem, false)
		ok(t, err)
		if n := h.count(t, "alert"); n != 1 {
			t.Errorf("%d alerts, want the one that was asked for", n)
		}
	})
}

// models say that welding is short in Lyon, and that nurses will be in the country.
func models(version string, p float64) func(context.Context) (market.Outlook, error) {
	return func(context.Context) (market.Outlook, error) {
		e := market.Estimate{Occupation: "rome3-J1506", Area: "be2019-8402", Year: 2021, P: market.Distribution{0, 0, 1 - p, p, 0}, Low: 3, High: 4}
		return market.Outlook{
			Version: version, Estimates: slices.Values([]market.Estimate{e}),
			At: func(occupation.ID, territory.ID) (market.Estimate, bool) { return e, true },
		}, nil
	}
}

func TestARuleOverEstimatesOpensRaisesNothingTwiceAndEnds(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		fill(t, h.a)
		rule := market.EstimatedRule()
		rule.Name, rule.Cause, rule.MinCause = "local", "", 0
		rule.Watches[0].Size, rule.Watches[0].Min = "", 0
		kept, err := h.a.AddRule(ctx, people.ByCLI, rule)
		ok(t, err)
		ok(t, h.a.SwitchRule(ctx, people.ByCLI, "published-1", false))
		h.a.Foretell(models("m1", 0.85))
		scan, err := h.a.StartRule(ctx, people.ByCLI, kept.ID)
		ok(t, err)
		if scan.Opened != 1 || scan.ByLevel[0].BySeverity[market.Vigilance] != 1 {
			t.Fatalf("%+v", scan)
		}
		alerts, _, err := h.b.Alerts(ctx, market.AlertFilter{}, 0, 0)
		ok(t, err)
		if e := alerts[0].Evidence; e.Estimate == nil || e.Estimate.P[3] != 0.85 || e.AreaLabel == "" || e.OccupationLabel == "" {
			t.Errorf("evidence %+v", e)
		}
		for i, c := range []struct {
			p     float64
			state market.AlertState
		}{{0.7, market.AlertOpened}, {0.9, market.AlertOpened}, {0.6, market.AlertResolved}, {0.9, market.AlertResolved}} {
			h.a.Foretell(models(string(rune('n'+i)), c.p))
			if a, e := h.evaluated(t, alerts[0].ID); a.State != c.state || e.Opened != 0 {
				t.Errorf("at %v: %s, %+v", c.p, a.State, e)
			}
		}
		if n := h.count(t, "alert"); n != 1 {
			t.Errorf("%d alerts", n)
		}
	})
}

func TestAMoreSeriousAlertTakesThePlaceOfALighterOne(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		fill(t, h.a)
		rule := market.EstimatedRule()
		rule.Name, rule.Cause, rule.MinCause = "local", "", 0
		rule.Watches[0].Size, rule.Watches[0].Min = "", 0
		kept, err := h.a.AddRule(ctx, people.ByCLI, rule)
		ok(t, err)
		h.a.Foretell(models("m1", 0.85))
		_, err = h.a.StartRule(ctx, people.ByCLI, kept.ID)
		ok(t, err)
		ok(t, h.a.ReplaceCells(ctx, "v2", shortages()))
		scan, err := h.a.ScanAlerts(ctx, people.ByCLI, market.PublishedRule(), market.ScanScope{Level: territory.Bassin})
		ok(t, err)
		alerts, _, err := h.b.Alerts(ctx, market.AlertFilter{Area: "be2019-8402"}, 0, 0)
		ok(t, err)
		if scan.Opened != 1 || len(alerts) != 2 || alerts[0].Rule != "published-1" || alerts[1].Ending != market.Superseded || alerts[1].State != market.AlertResolved {
			t.Errorf("%+v, %+v", scan, alerts)
		}
	})
}
