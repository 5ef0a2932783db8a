package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// routeSeen is a route as a program reads it.
type routeSeen struct {
	ID, Means, Least, Area, URL, Secret string
	Levels, Families                    []string
	Paused                              bool
	Preview                             int
}

func TestRoutesAndWebhooksAreKeptThroughTheAPI(t *testing.T) {
	k, ana := alarmed(t)
	k.ask(ana, http.MethodPost, "/alerts/scan", `{}`)
	zoe := k.token(k.person("zoe@example.org", "Zoé"))
	one := func(as []string, method, path, body string, status int) (r routeSeen) {
		t.Helper()
		w := k.ask(as, method, path, body)
		if w.Code != status {
			t.Fatalf("%s %s %s: %d %s", method, path, body, w.Code, w.Body)
		}
		if status < 300 && w.Body.Len() > 0 {
			if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
		}
		return r
	}
	if r := one(zoe, http.MethodPost, "/me/alert-routes", `{"means": "e-mail", "least": "urgence", "families": ["V1Z"], "dry_run": true}`, 200); r.Preview != 1 || r.ID != "" {
		t.Errorf("dry run %+v", r)
	}
	r := one(zoe, http.MethodPost, "/me/alert-routes", `{"means": "e-mail", "families": ["m18"]}`, 201)
	if r.Preview != 0 || r.Secret != "" || r.Families[0] != "rome3-M18" || r.Least != "alerte" {
		t.Errorf("made %+v", r)
	}
	mine := "/me/alert-routes/" + r.ID
	if r = one(zoe, http.MethodPatch, mine, `{"families": [], "levels": ["country"], "paused": true}`, 200); !r.Paused || r.Preview != 1 || r.Least != "alerte" {
		t.Errorf("changed %+v", r)
	}
	one(ana, http.MethodPatch, mine, `{"paused": false}`, 404)
	one(ana, http.MethodGet, mine+"/deliveries", "", 404)
	one(zoe, http.MethodGet, mine+"/deliveries", "", 200)
	one(zoe, http.MethodPatch, mine, `{"means": "page"}`, 400)
	one(zoe, http.MethodPost, "/me/alert-routes", `{"means": "webhook", "url": "https://example.org"}`, 400)
	one(zoe, http.MethodPost, "/webhooks", `{"url": "https://example.org"}`, 403)
	for _, url := range []string{"http://example.org", "https://127.0.0.1", "https://10.0.0.1/", "https://a:b@example.org", "https://169.254.169.254/", "https://localhost", "x"} {
		one(ana, http.MethodPost, "/webhooks", `{"url": "`+url+`"}`, 400)
	}
	hook := one(ana, http.MethodPost, "/webhooks", `{"url": "https://example.org/hook"}`, 201)
	if !strings.HasPrefix(hook.Secret, "whsec_") {
		t.Errorf("webhook %+v", hook)
	}
	if w := k.ask(ana, http.MethodGet, "/webhooks", ""); w.Code != 200 || strings.Contains(w.Body.String(), "whsec_") || !strings.Contains(w.Body.String(), hook.ID) {
		t.Errorf("the list: %d %s", w.Code, w.Body)
	}
	one(ana, http.MethodPost, "/webhooks/"+hook.ID+"/retry", `{}`, 200)
	one(ana, http.MethodPost, "/webhooks/"+r.ID+"/retry", `{}`, 404)
	one(zoe, http.MethodDelete, mine, "", 204)
	one(zoe, http.MethodDelete, mine, "", 404)
	one(ana, http.MethodDelete, "/webhooks/"+hook.ID, "", 204)
	if w := k.ask(nil, http.MethodGet, "/alerts?family=V1Z&since=2w", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"total":1`) {
		t.Errorf("by family and time: %d %s", w.Code, w.Body)
	}
	for _, q := range []string{"family=huge", "since=never"} {
		if w := k.ask(nil, http.MethodGet, "/alerts.csv?"+q, ""); w.Code != 400 {
			t.Errorf("%s: %d", q, w.Code)
		}
	}
}
