package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"filiere/internal/people"
)

// typed are the fields of a rule an analyst types, some of them changed.
func typed(change ...string) []string {
	fields := []string{
		"name", "published", "basis", "published", "open", "4", "stay", "2", "margin", "1", "cause", "lien_formation_emploi", "min_cause", "4",
		"from_alerte", "4", "from_urgence", "5", "watch_level0", "country", "watch_list0", "fap2009", "watch_size0", "employment", "watch_min0", "20 000",
	}
	for i := 0; i+1 < len(change); i += 2 {
		if at := slices.Index(fields, change[i]); at >= 0 && at%2 == 0 {
			fields[at+1] = change[i+1]
			continue
		}
		fields = append(fields, change[i], change[i+1])
	}
	return fields
}

func TestAnAnalystWritesTriesKeepsAndSwitchesOnARule(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		short(t, sc)
		ana := sc.signedIn(sc.account("ana@example.org", "Ana", people.Grant{Role: people.Analyst}))
		if d := ana.page(t, "/rules/new?from=published-1"); !d.says("Write a rule") || !strings.Contains(text(d.one("main")), "Watched") && d.one("main") == nil {
			t.Errorf("the form: %s", text(d.one("main")))
		}
		for field, change := range map[string][]string{
			"stay": {"stay", "4"}, "open": {"open", "many"}, "name": {"name", "My rule"}, "watches": {"watch_level0", ""}, "severities": {"from_alerte", "3"},
		} {
			w := ana.post("/rules/new", typed(append(change, "do", "keep")...)...)
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="`+field+`-wrong"`) {
				t.Errorf("%s: %d, %s", field, w.Code, wrong(parseHTML(t, field, w.Body.String())))
			}
		}
		w := ana.post("/rules/new", typed("do", "try")...)
		if d := parseHTML(t, "tried", w.Body.String()); w.Code != http.StatusOK || !d.says("1 alert would be opened") || !d.says("Nothing is kept yet") || len(d.faults()) > 0 {
			t.Errorf("tried: %d, %v, %s", w.Code, d.faults(), text(d.one("main")))
		}
		leads(t, ana.post("/rules/new", typed("do", "keep")...), "/rules/published-2?done=rule_kept")
		if w := ana.post("/rules/new", typed("do", "keep")...); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("the same again: %d", w.Code)
		}
		if d := ana.page(t, "/rules/published-2"); !d.says("I have seen that it would open 1 alert.") || !d.says("below 2 out of 5") {
			t.Errorf("before it is on: %s", text(d.one("main")))
		}
		if w := ana.post("/rules/published-2/on"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("not confirmed: %d", w.Code)
		}
		leads(t, ana.post("/rules/published-2/on", "confirm", "yes"), "/rules/published-2?done=rule_on")
		if a := theAlert(t, sc); a.Rule != "published-2" {
			t.Errorf("opened by %s", a.Rule)
		}
		if d := ana.page(t, "/rules"); !d.says("retired") {
			t.Errorf("the list: %s", text(d.one("main")))
		}
		leads(t, ana.post("/rules/published-2/off"), "/rules/published-2?done=rule_off")
		if d := ana.page(t, "/alerts/scan"); !d.says("No rule is on") {
			t.Errorf("with no rule on: %s", text(d.one("main")))
		}
	})
}

func TestAVisitorReadsRulesAndChangesNone(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		b := sc.browser()
		for address, want := range map[string]string{
			"/rules": "estimated-1", "/rules/estimated-1": "at an estimated probability of 80% or more", "/rules/forecast": "the year after",
		} {
			d := parseHTML(t, address, b.get(address).Body.String())
			if !d.says(want) || d.says("Switch on") || d.says("Write a rule") || len(d.faults()) > 0 {
				t.Errorf("%s: %v, %s", address, d.faults(), text(d.one("main")))
			}
		}
		if w := b.get("/rules/none"); w.Code != http.StatusNotFound {
			t.Errorf("no rule: %d", w.Code)
		}
	})
}
