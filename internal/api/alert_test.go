package api_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// alarmed is a school whose figures give alerts, with the session of an analyst.
func alarmed(t *testing.T) (*school, []string) {
	t.Helper()
	k := newSchool(t)
	put(t, k.store, "rome", "3.47", occupation.Occupation{ID: "fap2009-V1Z80", Label: "Infirmiers"})
	put(t, k.store, "geography", "2024", territory.Area{ID: "FR", Label: "France"}, territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"})
	put(t, k.store, market.DatasetTensionFAP, "2019", tense("fap2009-V1Z80", "FR", 520_400, 0.9, 5, 2, 5, 5, 3, 4, 1))
	if _, err := k.store.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	return k, k.token(k.person("ana@example.org", "Ana", people.Grant{Role: people.Analyst}))
}

func TestAlertsAreLookedForHandledAndReadThroughTheAPI(t *testing.T) {
	k, ana := alarmed(t)
	if w := k.ask(nil, http.MethodPost, "/alerts/scan", `{}`); w.Code != http.StatusUnauthorized {
		t.Errorf("a visitor scans: %d", w.Code)
	}
	var scan market.Scan
	decodeAlert(t, k.ask(ana, http.MethodPost, "/alerts/scan", `{"dry_run": true}`).Body.Bytes(), &scan)
	if scan.Opened != 1 || !scan.DryRun {
		t.Errorf("dry run %+v", scan)
	}
	k.ask(ana, http.MethodPost, "/alerts/scan", `{"level": "country"}`)
	var list struct {
		Data  []market.Alert
		Total int
	}
	decodeAlert(t, k.ask(nil, http.MethodGet, "/alerts?level=country&severity=urgence", "").Body.Bytes(), &list)
	if list.Total != 1 || len(list.Data) != 1 {
		t.Fatalf("alerts %+v", list)
	}
	one := "/alerts/" + string(list.Data[0].ID)
	for _, c := range []struct {
		as           []string
		method, path string
		body         string
		status       int
	}{
		{nil, http.MethodGet, one, "", 200},
		{nil, http.MethodGet, "/alerts/none", "", 404},
		{nil, http.MethodGet, "/alerts?level=planet", "", 400},
		{nil, http.MethodGet, "/alerts?state=any&occupation=fap2009-V1Z80&within=reg-84&area=FR&search=x", "", 200},
		{ana, http.MethodPost, "/alerts/scan", `{"level": "planet"}`, 400},
		{ana, http.MethodPost, one + "/acknowledge", "", 200},
		{ana, http.MethodPost, one + "/acknowledge", "", 409},
		{ana, http.MethodPost, one + "/resolve", `{"reason": " "}`, 400},
		{ana, http.MethodPost, one + "/resolve", `{"reason": "enough schools"}`, 200},
		{nil, http.MethodGet, "/thread/" + string(list.Data[0].ID), "", 200},
		{nil, http.MethodGet, "/thread/fap2009-V1Z80:FR:2019", "", 200},
		{nil, http.MethodGet, "/thread/none", "", 404},
	} {
		if w := k.ask(c.as, c.method, c.path, c.body); w.Code != c.status {
			t.Errorf("%s %s %s: %d, want %d: %s", c.method, c.path, c.body, w.Code, c.status, w.Body)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(k.ask(nil, http.MethodGet, "/alerts.csv?state=resolved", "").Body.String())).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != len(market.AlertColumns) {
		t.Errorf("as a table: %v, %v", rows, err)
	}
}

func TestRulesAreReadTriedAddedAndSwitchedThroughTheAPI(t *testing.T) {
	k, ana := alarmed(t)
	changed := market.PublishedRule()
	changed.Stay = 2
	text, err := json.Marshal(changed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		as           []string
		method, path string
		body         string
		status       int
		says         string
	}{
		{nil, http.MethodGet, "/rules", "", 200, "estimated-1"},
		{nil, http.MethodGet, "/rules/published", "", 200, `"stay":3`},
		{nil, http.MethodGet, "/rules/none", "", 404, ""},
		{nil, http.MethodPost, "/rules", string(text), 401, ""},
		{ana, http.MethodPost, "/rules/try", string(text), 200, `"opened":1`},
		{ana, http.MethodPost, "/rules/published/try", "", 200, `"urgence":1`},
		{ana, http.MethodPost, "/rules", string(text), 201, "published-2"},
		{ana, http.MethodPost, "/rules", string(text), 409, ""},
		{ana, http.MethodPost, "/rules", strings.Replace(string(text), `"stay":2`, `"stay":9`, 1), 400, "stay"},
		{ana, http.MethodPost, "/rules", `[]`, 400, ""},
		{ana, http.MethodPost, "/rules/published-2/on", "", 200, `"opened":1`},
		{ana, http.MethodPost, "/rules/published-2/off", "", 200, `"state":"off"`},
		{ana, http.MethodPost, "/rules/published-1/on", "", 409, ""},
		{ana, http.MethodPost, "/alerts/scan", `{"rule": "published-2"}`, 409, ""},
		{ana, http.MethodPost, "/alerts/scan", `{"rule": "none"}`, 404, ""},
	} {
		w := k.ask(c.as, c.method, c.path, c.body)
		if w.Code != c.status || !strings.Contains(strings.ReplaceAll(w.Body.String(), ": ", ":"), c.says) {
			t.Errorf("%s %s: %d, want %d: %s", c.method, c.path, w.Code, c.status, w.Body)
		}
	}
}

func TestAnAlertExplainsItselfInTheLanguageThatIsAsked(t *testing.T) {
	k, ana := alarmed(t)
	k.ask(ana, http.MethodPost, "/alerts/scan", `{}`)
	var list struct{ Data []market.Alert }
	decodeAlert(t, k.ask(nil, http.MethodGet, "/alerts", "").Body.Bytes(), &list)
	one := "/alerts/" + string(list.Data[0].ID)
	for query, want := range map[string]string{"": "the published tension was", "?lang=fr": "la tension publiée était", "?lang=de": "lang"} {
		if w := k.ask(nil, http.MethodGet, one+query, ""); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
}

func decodeAlert(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
