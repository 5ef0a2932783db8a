package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

const explained = "Few people."

// sent is a call as the other side gets it.
type sent struct {
	url    string
	header map[string]string
	body   string
}

// other is another program.
type other struct {
	mu     sync.Mutex
	calls  []sent
	status func(url string) (int, error)
}

func (o *other) post(_ context.Context, url string, header map[string]string, body []byte) (int, string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, sent{url, header, string(body)})
	status, err := o.status(url)
	return status, "", err
}

// desk is a school with alerts to tell, and a clock.
type desk struct {
	db  *store.Store
	now time.Time
	Worker
	*other
}

func (d *desk) clock() time.Time { return d.now }

func newDesk(t *testing.T, urls ...string) *desk {
	t.Helper()
	d := &desk{now: storetest.Clock(), other: &other{status: func(string) (int, error) { return 200, nil }}}
	db, err := store.Open(t.Context(), storetest.Fresh(t, "sqlite"), d.clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d.db = db
	for _, u := range urls {
		if _, _, err := db.AddAlertRoute(t.Context(), people.ByCLI, market.Route{Means: market.ByWebhook, Least: market.Veille, URL: u}, true); err != nil {
			t.Fatal(err)
		}
	}
	d.Worker = Worker{
		Queue: db, Post: d.post, Link: func(p string) string { return "https://filiere.test" + p }, Now: d.clock, Jitter: func() float64 { return 0.5 },
		Explain: func(market.Alert) map[string]string { return map[string]string{"en": explained} }, Log: slog.New(slog.DiscardHandler),
	}
	short(t, db)
	if _, err := db.TellAlerts(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return d
}

// short fills a school with one shortage the rule opens an alert for, and opens it.
func short(t *testing.T, db *store.Store) {
	t.Helper()
	c := market.Observation{Occupation: "fap2009-V1Z80", Area: "FR", Year: 2019}
	for m, v := range map[market.Measure]float64{
		market.Employment: 520_400, market.Tension: 0.9, market.TensionClass: 5, market.IntensiteEmbauches: 2, market.LienFormationEmploi: 5,
		market.ManqueMainOeuvre: 5, market.NonDurabiliteEmploi: 1, market.ConditionsTravail: 4, market.InadequationGeographique: 2,
	} {
		c.Values[m] = market.Is(v)
	}
	b, err := db.BeginBatch(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range []any{occupation.Occupation{ID: "fap2009-V1Z80", Label: "Infirmiers"}, territory.Area{ID: "FR", Label: "France"}, c} {
		if err := b.Put(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	r := market.Release{ID: "r1", Dataset: market.DatasetTensionFAP, Scope: "all", Vintage: "2019", Title: "t", Producer: "p", Licence: "l", File: "f", SHA256: "r1", ImportedAt: storetest.Clock()}
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	scan, err := db.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
	if err != nil || scan.Opened != 1 {
		t.Fatalf("%+v, %v", scan, err)
	}
}

func (d *desk) deliveries(t *testing.T) (all []market.Delivery) {
	t.Helper()
	routes, err := d.db.AlertRoutes(t.Context(), "")
	for _, r := range routes {
		one, e := d.db.Deliveries(t.Context(), r.ID, 0)
		all, err = append(all, one...), errors.Join(err, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestACallIsSignedAndSaysWhatHappened(t *testing.T) {
	d := newDesk(t, "https://example.org/hook")
	d.Round(t.Context())
	d.Round(t.Context())
	if len(d.calls) != 1 {
		t.Fatalf("%d calls", len(d.calls))
	}
	c, one := d.calls[0], d.deliveries(t)[0]
	secret, err := d.db.WebhookSecret(t.Context(), one.Route)
	if err != nil {
		t.Fatal(err)
	}
	want, err := market.SignWebhook(secret, one.ID, d.now, []byte(c.body))
	if err != nil || c.header["webhook-signature"] != want || c.header["webhook-id"] != one.ID || strings.Contains(one.ID, ".") {
		t.Errorf("header %v, want signature %s of %s", c.header, want, one.ID)
	}
	var m struct {
		Type      string
		Timestamp time.Time
		Data      struct {
			Severity, URL string
			Explanation   map[string]string
			Alert         market.Alert
		}
	}
	if err := json.Unmarshal([]byte(c.body), &m); err != nil {
		t.Fatal(err)
	}
	if m.Type != "alert.opened" || m.Data.Severity != "urgence" || m.Data.Alert.Evidence.Area != "FR" || m.Data.Explanation["en"] != explained ||
		m.Data.URL != "https://filiere.test/alerts/"+string(one.Alert) || m.Timestamp.IsZero() {
		t.Errorf("body %s", c.body)
	}
	if one.State() != "done" || one.Answer != "status 200" || one.Tries != 1 {
		t.Errorf("kept as %+v", one)
	}
}

func TestWhatOneProgramDoesKeepsNoOtherWaiting(t *testing.T) {
	d := newDesk(t, "https://away.example.org/", "https://gone.example.org/", "https://moved.example.org/", "https://good.example.org/")
	d.status = func(url string) (int, error) {
		switch {
		case strings.Contains(url, "away"):
			return 0, fault.New(fault.Unavailable, "fetch", "away.example.org does not answer")
		case strings.Contains(url, "gone"):
			return 410, nil
		case strings.Contains(url, "moved"):
			return 302, nil
		}
		return 204, nil
	}
	d.Round(t.Context())
	got := map[string]string{}
	for i, x := range d.deliveries(t) {
		got[[]string{"away", "gone", "moved", "good"}[i]] = x.State() + " " + x.Answer
	}
	for name, want := range map[string]string{
		"away": "waiting away.example.org does not answer", "gone": "given_up status 410", "moved": "waiting status 302", "good": "done status 204",
	} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	first := len(d.calls)
	for range market.MaxTries {
		d.now = d.now.Add(30 * time.Hour)
		d.Round(t.Context())
	}
	if n := len(d.calls) - first; n != 2*(market.MaxTries-1) {
		t.Errorf("%d more calls, want %d", n, 2*(market.MaxTries-1))
	}
	ids := map[string]int{}
	for _, c := range d.calls {
		ids[c.header["webhook-id"]]++
	}
	if len(ids) != 4 {
		t.Errorf("%d IDs: a call tried again must keep its own", len(ids))
	}
	if lost, err := d.db.DeliveriesGivenUp(t.Context(), 0); len(lost) != 3 || err != nil {
		t.Errorf("%d given up, %v", len(lost), err)
	}
}

func TestATryIsSignedAndLeavesNothing(t *testing.T) {
	d := newDesk(t, "https://example.org/hook")
	route := d.deliveries(t)[0].Route
	if said, err := d.Try(t.Context(), route); err != nil || said != "status 200" || !strings.Contains(d.calls[0].body, `"alert.test"`) {
		t.Errorf("%s, %v", said, err)
	}
	d.status = func(string) (int, error) { return 500, nil }
	if _, err := d.Try(t.Context(), route); fault.CodeOf(err) != fault.Unavailable {
		t.Error(err)
	}
	if _, err := d.Try(t.Context(), "nowhere"); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
	if all := d.deliveries(t); len(all) != 1 || all[0].Tries != 0 {
		t.Errorf("%+v", all)
	}
}

func TestAnAddressThatMayNotBeCalledAnyMoreIsNot(t *testing.T) {
	d := newDesk(t, "http://localhost:1/")
	d.Round(t.Context())
	if one := d.deliveries(t)[0]; len(d.calls) != 0 || one.Answer != "this site does not call itself" {
		t.Errorf("%d calls, %+v", len(d.calls), one)
	}
	d.Loopback, d.now = true, d.now.Add(time.Hour)
	d.Round(t.Context())
	if len(d.calls) != 1 {
		t.Error("the operator's leave was not taken")
	}
}
