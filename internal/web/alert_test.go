package web_test

import (
	"net/http"
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// short fills a school with one shortage the rule opens an alert for.
func short(t *testing.T, sc *school) {
	t.Helper()
	c := market.Observation{Occupation: "fap2009-V1Z80", Area: "FR", Year: 2019}
	for m, v := range map[market.Measure]float64{
		market.Employment: 520_400, market.Tension: 0.9, market.TensionClass: 5, market.IntensiteEmbauches: 2, market.LienFormationEmploi: 5,
		market.ManqueMainOeuvre: 5, market.NonDurabiliteEmploi: 1, market.ConditionsTravail: 4, market.InadequationGeographique: 2,
	} {
		c.Values[m] = market.Is(v)
	}
	b, err := sc.store.BeginBatch(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range []any{
		occupation.Occupation{ID: "fap2009-V1Z80", Label: "Infirmiers <b>"},
		territory.Area{ID: "FR", Label: "France"},
		territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"},
		c,
	} {
		if err := b.Put(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	r := market.Release{ID: "r1", Dataset: market.DatasetTensionFAP, Scope: "all", Vintage: "2019", Title: "t", Producer: "p", Licence: "l", File: "f", SHA256: "r1", ImportedAt: sc.now}
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	compute(t, sc.store)
}

// theAlert is the one alert of a school.
func theAlert(t *testing.T, sc *school) market.Alert {
	t.Helper()
	found, _, err := sc.store.Alerts(t.Context(), market.AlertFilter{}, 0, 0)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d alerts, %v", len(found), err)
	}
	return found[0]
}

func TestAnAnalystLooksForAlertsAcknowledgesAndResolves(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		short(t, sc)
		ana := sc.signedIn(sc.account("ana@example.org", "Ana", people.Grant{Role: people.Analyst}))
		if d := ana.page(t, "/alerts"); !d.says("No alert so far") || !d.says("Look for alerts") {
			t.Errorf("without alerts: %s", text(d.one("main")))
		}
		if d := ana.page(t, "/alerts/scan"); !d.says("1 occupation in an area meets the rule") || !d.says("Open 1 alert") {
			t.Errorf("before the scan: %s", text(d.one("main")))
		}
		leads(t, ana.post("/alerts/scan"), "/alerts?done=scanned")
		if d := ana.page(t, "/alerts?done=scanned"); !d.says("520,400 jobs") || !d.says("The alerts are open.") {
			t.Errorf("after the scan: %s", text(d.one("main")))
		}
		if d := ana.page(t, "/alerts/scan"); !d.says("nothing to open") {
			t.Errorf("a second scan: %s", text(d.one("main")))
		}
		one := "/alerts/" + string(theAlert(t, sc).ID)
		leads(t, ana.post(one+"/acknowledge"), one+"?done=acknowledged")
		if w := ana.post(one + "/acknowledge"); w.Code != http.StatusUnprocessableEntity || !parseHTML(t, one, w.Body.String()).says("changed meanwhile") {
			t.Errorf("acknowledged twice: %d", w.Code)
		}
		for name, fields := range map[string][]string{"no reason": {"confirm", "yes", "reason", " "}, "not confirmed": {"reason", "schools"}} {
			if w := ana.post(one+"/resolve", fields...); w.Code != http.StatusUnprocessableEntity || wrong(parseHTML(t, name, w.Body.String())) == "" {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		leads(t, ana.post(one+"/resolve", "confirm", "yes", "reason", "Two schools <opened>"), one+"?done=resolved")
		if d := ana.page(t, one); !d.says("Two schools <opened>") || d.says("Resolve the alert") {
			t.Errorf("resolved: %s", text(d.one("main")))
		}
		if d := ana.page(t, "/alerts"); !d.says("No alert so far") {
			t.Errorf("the list after: %s", text(d.one("main")))
		}
		if d := ana.page(t, "/alerts?state=any&occupation=fap2009-V1Z80&area=FR&severity=urgence&level=country&q=infirmiers"); !d.says("1 alert.") {
			t.Errorf("every state: %s", text(d.one("main")))
		}
	})
}

func TestAVisitorReadsAlertsAndTheThreadAndChangesNothing(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		short(t, sc)
		if _, err := sc.store.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
			t.Fatal(err)
		}
		a, b := theAlert(t, sc), sc.browser()
		open := func(address string) document { // a public page, which browsers may keep
			t.Helper()
			return parseHTML(t, address, b.get(address).Body.String())
		}
		one := "/alerts/" + string(a.ID)
		d := open(one)
		for _, want := range []string{"in 2019 the published tension was very high", "520,400", "France", "Training can help", "at least 20,000"} {
			if !d.says(want) {
				t.Errorf("%q is not on the alert's page: %s", want, text(d.one("main")))
			}
		}
		if d.says("Acknowledge") || strings.Contains(strings.Join(open("/alerts").links(), " "), "/alerts/scan") {
			t.Error("a visitor is offered what they may not")
		}
		for _, faults := range [][]string{d.faults(), open("/alerts").faults(), open("/thread/" + string(a.ID)).faults()} {
			if len(faults) > 0 {
				t.Error(faults)
			}
		}
		back := open("/thread/" + string(a.ID))
		if !back.says("Figures") || !back.says("days before the alert") || !back.says("Nothing has come of it yet") {
			t.Errorf("the way back: %s", text(back.one("main")))
		}
		forward := open("/thread/" + a.Evidence.Figures())
		if !strings.Contains(strings.Join(forward.links(), " "), one) || !forward.says("days after the figures") || !forward.says("All that came of it") {
			t.Errorf("the way forward: %s", text(forward.one("main")))
		}
		for _, address := range []string{"/alerts/none", "/thread/none", "/alerts?area=none", "/alerts?occupation=none"} {
			if w := b.get(address); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", address, w.Code)
			}
		}
		if w := b.get("/alerts?level=planet&severity=x&state=y&page=-3&q=%00"); w.Code != http.StatusOK {
			t.Errorf("nonsense: %d", w.Code)
		}
	})
}
