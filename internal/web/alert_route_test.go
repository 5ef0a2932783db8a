package web_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/store"
)

// ownRoute is the one route of a person.
func ownRoute(t *testing.T, sc *school, id people.AccountID) market.Route {
	t.Helper()
	all, err := sc.store.AlertRoutes(t.Context(), id)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d routes, %v", len(all), err)
	}
	return all[0]
}

func TestAPersonAddsPreviewsChangesPausesAndRemovesARoute(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		short(t, sc)
		if _, err := sc.store.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
			t.Fatal(err)
		}
		zoe := sc.account("zoe@example.org", "Zoé")
		z := sc.signedIn(zoe)
		if d := z.page(t, "/me/alerts"); !d.says("No route so far") {
			t.Errorf("at first: %s", text(d.one("main")))
		}
		w := z.post("/me/alerts", "means", "e-mail", "least", "urgence", "families", "v1z", "do", "preview")
		if d := parseHTML(t, "preview", w.Body.String()); w.Code != http.StatusOK || !d.says("would have told of 1 alert.") {
			t.Errorf("preview: %d %s", w.Code, text(d.one("main")))
		}
		for name, fields := range map[string][]string{
			"family": {"least", "urgence", "families", "M1805"}, "severity": {"least", "huge"}, "area": {"least", "alerte", "area", "mars-1"}, "nowhere": {"least", "alerte", "area", "dep-99"},
		} {
			if w := z.post("/me/alerts", fields...); w.Code != http.StatusUnprocessableEntity || wrong(parseHTML(t, name, w.Body.String())) == "" {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		leads(t, z.post("/me/alerts", "means", "e-mail", "least", "urgence", "families", "V1Z, J", "name", "Nurses <b>"), "/me/alerts?done=routed")
		r := ownRoute(t, sc, zoe.ID)
		one := "/me/alerts/" + string(r.ID)
		if d := z.page(t, one); !d.says("Nurses <b>") || !d.says("would have told of 1 alert") || !d.says("Nothing has been told yet") {
			t.Errorf("the route: %s", text(d.one("main")))
		}
		leads(t, z.post(one, "least", "alerte", "level", "country"), "/me/alerts?done=routed")
		leads(t, z.post(one+"/pause"), one+"?done=routed")
		if r = ownRoute(t, sc, zoe.ID); !r.Paused || r.Least != market.Alerte || len(r.Families) != 0 || len(r.Levels) != 1 || r.Means != market.ByMail {
			t.Errorf("changed to %+v", r)
		}
		leads(t, z.post(one+"/resume"), one+"?done=routed")
		if w := z.post(one + "/remove"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("removed without asking: %d", w.Code)
		}
		awa := sc.signedIn(sc.account("awa@example.org", "Awa"))
		for _, path := range []string{one, one + "/pause", one + "/remove"} {
			if w := awa.post(path, "confirm", "yes", "least", "veille"); w.Code != http.StatusNotFound {
				t.Errorf("somebody else at %s: %d", path, w.Code)
			}
		}
		leads(t, z.post(one+"/remove", "confirm", "yes"), "/me/alerts?done=unrouted")
		if all, err := sc.store.AlertRoutes(t.Context(), zoe.ID); len(all) != 0 || err != nil {
			t.Errorf("%d routes are left, %v", len(all), err)
		}
	})
}

func TestAnAnalystKeepsWebhooksAndSeesTheirSecretOnce(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ana := sc.signedIn(sc.account("ana@example.org", "Ana", people.Grant{Role: people.Analyst}))
		if w := ana.post("/webhooks", "least", "alerte", "url", "https://169.254.169.254/latest"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "not on the public network") {
			t.Errorf("an inner address: %d", w.Code)
		}
		w := ana.post("/webhooks", "least", "alerte", "url", "https://example.org/hook")
		secret := regexp.MustCompile(`whsec_[A-Za-z0-9+/=&;#]+`).FindString(w.Body.String())
		if w.Code != http.StatusOK || secret == "" || w.Header().Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%d, secret %q", w.Code, secret)
		}
		r := ownRoute(t, sc, "")
		one := "/webhooks/" + string(r.ID)
		for _, path := range []string{"/webhooks", one} {
			if strings.Contains(ana.get(path).Body.String(), "whsec_") {
				t.Errorf("%s shows the secret again", path)
			}
		}
		if w := ana.post(one + "/renew"); !strings.Contains(w.Body.String(), "whsec_") {
			t.Errorf("renewed: %d", w.Code)
		}
		zoe := sc.signedIn(sc.account("zoe@example.org", "Zoé"))
		for _, path := range []string{"/webhooks", one} {
			if w := zoe.get(path); w.Code != http.StatusForbidden {
				t.Errorf("a member at %s: %d", path, w.Code)
			}
		}
		if w := zoe.get("/me/alerts/" + string(r.ID)); w.Code != http.StatusNotFound {
			t.Errorf("a webhook among a member's own: %d", w.Code)
		}
	})
}

func TestTheLinkOfAMessageStopsItWithoutSigningIn(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		zoe := sc.account("zoe@example.org", "Zoé")
		for range 2 {
			if _, _, err := sc.store.AddAlertRoute(t.Context(), people.ByCLI, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "mine", Least: market.Veille}, false); err != nil {
				t.Fatal(err)
			}
		}
		short(t, sc)
		if _, err := sc.store.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
			t.Fatal(err)
		}
		secret := ""
		if _, err := sc.store.TellAlerts(t.Context(), func(r store.Reader) people.Message {
			secret = r.Routes[0].Secret
			return people.Message{To: r.Account.Email}
		}); err != nil {
			t.Fatal(err)
		}
		paused := func() (n int) {
			all, _ := sc.store.AlertRoutes(t.Context(), zoe.ID)
			for _, r := range all {
				if r.Paused {
					n++
				}
			}
			return n
		}
		send := func(method, path, body string, headers ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, publicURL+path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			sc.mux.ServeHTTP(w, r)
			return w
		}
		link := "/unsubscribe/" + secret
		if w := send(http.MethodGet, link, ""); w.Code != http.StatusOK || paused() != 0 {
			t.Errorf("looked at: %d, %d paused", w.Code, paused())
		}
		if w := send(http.MethodPost, link, "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden || paused() != 0 {
			t.Errorf("from another site: %d, %d paused", w.Code, paused())
		}
		for _, guess := range []string{"x", secret[:len(secret)-1], strings.Repeat("A", 43), "%00", "%27%20OR%201=1"} {
			if w := send(http.MethodPost, "/unsubscribe/"+guess+"?all=yes", ""); w.Code == http.StatusOK || paused() != 0 {
				t.Errorf("%s: %d, %d paused", guess, w.Code, paused())
			}
		}
		if w := send(http.MethodPost, link, ""); w.Code != http.StatusOK || paused() != 1 {
			t.Errorf("stopped: %d, %d paused", w.Code, paused())
		}
		if w := send(http.MethodPost, link+"?all=yes", "List-Unsubscribe=One-Click"); w.Code != http.StatusOK || paused() != 2 {
			t.Errorf("one click: %d, %d paused", w.Code, paused())
		}
	})
}

// atom is a feed as readers take it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"content"`
	} `xml:"entry"`
}

func TestTheFeedHoldsWhatAtomAsksForAndIsSentOnlyWhenItChanged(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		short(t, sc)
		ask := func(path string, headers ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, publicURL+path, nil)
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			sc.mux.ServeHTTP(w, r)
			return w
		}
		read := func(path string) (f atom) {
			t.Helper()
			w := ask(path)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
				t.Fatalf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
			}
			if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			rels := map[string]string{}
			for _, l := range f.Links {
				rels[l.Rel] = l.Href
			}
			if _, err := time.Parse(time.RFC3339, f.Updated); err != nil || f.ID == "" || f.Title == "" || len(f.Author) != 1 || f.Author[0].Name == "" ||
				!strings.HasPrefix(rels["self"], publicURL+"/alerts.atom?") || !strings.HasPrefix(rels["alternate"], publicURL+"/alerts?") {
				t.Errorf("%s: %+v", path, f)
			}
			return f
		}
		if f := read("/alerts.atom"); len(f.Entries) != 0 {
			t.Errorf("%d entries of nothing", len(f.Entries))
		}
		if _, err := sc.store.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
			t.Fatal(err)
		}
		fr, en := read("/alerts.atom?lang=fr"), read("/alerts.atom?lang=en")
		if len(fr.Entries) != 1 || fr.ID == en.ID || !strings.HasPrefix(fr.ID, "tag:filiere.test,2026:alerts:") || fr.Title == en.Title {
			t.Fatalf("in French %+v, in English %+v", fr, en)
		}
		e := fr.Entries[0]
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.ID != "urn:uuid:"+string(theAlert(t, sc).ID) || !strings.Contains(e.Title, "Infirmiers <b>") ||
			e.Content.Type != "text" || len(e.Content.Text) < 100 || e.Content.Text == en.Entries[0].Content.Text || e.Links[0].Href != publicURL+"/alerts/"+string(theAlert(t, sc).ID) {
			t.Errorf("entry %+v", e)
		}
		for query, want := range map[string]int{
			"level=country": 1, "level=bassin": 0, "family=V1Z": 1, "family=M": 0, "family=huge": 0, "severity=urgence": 1, "severity=alerte": 0, "since=1d": 1, "area=FR": 1, "page=2": 0,
		} {
			if f := read("/alerts.atom?" + query); len(f.Entries) != want {
				t.Errorf("%s: %d entries", query, len(f.Entries))
			}
		}
		w := ask("/alerts.atom?lang=fr")
		for name, headers := range map[string][]string{"tag": {"If-None-Match", w.Header().Get("ETag")}, "time": {"If-Modified-Since", w.Header().Get("Last-Modified")}} {
			if w := ask("/alerts.atom?lang=fr", headers...); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		sc.now = sc.now.Add(time.Hour)
		if err := sc.store.ResolveAlert(t.Context(), people.ByCLI, theAlert(t, sc).ID, "schools"); err != nil {
			t.Fatal(err)
		}
		if again := ask("/alerts.atom?lang=fr", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusOK {
			t.Errorf("after a change: %d", again.Code)
		}
		if f := read("/alerts.atom?lang=fr"); f.Entries[0].ID != e.ID || f.Entries[0].Updated <= e.Updated {
			t.Errorf("after a change: %+v", f.Entries[0])
		}
		page := ask("/alerts?severity=urgence&lang=en").Body.String()
		if !strings.Contains(page, `<link rel="alternate" type="application/atom+xml" href="/alerts.atom?lang=en&amp;severity=urgence"`) {
			t.Error("the list does not name its feed")
		}
	})
}
