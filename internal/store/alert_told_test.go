package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// letter is a message that says what a reader was told.
func letter(r store.Reader) people.Message {
	var lines []string
	for _, route := range r.Routes {
		for _, t := range route.Told {
			lines = append(lines, fmt.Sprintf("%s %s %s", route.Route.Name, t.What, t.Label))
		}
	}
	return people.Message{To: r.Account.Email, Subject: "alerts", Body: strings.Join(lines, "\n"), Lang: r.Account.Lang, Unsubscribe: "https://x.test/" + r.Routes[0].Secret}
}

// route makes a route of a person, or, for nobody, a webhook.
func (h house) route(t testing.TB, r market.Route) market.Route {
	t.Helper()
	if r.Means == market.ByWebhook && r.URL == "" {
		r.URL = "https://example.org/hook"
	}
	if r.Least == "" {
		r.Least = market.Veille
	}
	made, _, err := h.a.AddAlertRoute(t.Context(), people.ByCLI, r, false)
	ok(t, err)
	return made
}

func told(t testing.TB, s *store.Store) int {
	t.Helper()
	n, err := s.TellAlerts(t.Context(), letter)
	ok(t, err)
	return n
}

func TestAScanTellsEachPersonOnceOnTheirPageAndInOneMessage(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe, awa := h.account(t, "zoe@example.org"), h.account(t, "awa@example.org")
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByPage})
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "all"})
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "urgent", Least: market.Urgence})
		h.route(t, market.Route{Owner: string(awa.ID), Means: market.ByMail, Name: "far", Families: []occupation.ID{"rome3-M"}})
		hook := h.route(t, market.Route{Means: market.ByWebhook, Levels: []territory.Level{territory.Bassin}})
		alerts := alarmed(t, h)

		if n := told(t, h.b); n != 4 {
			t.Errorf("%d things happened", n)
		}
		if n := told(t, h.a); n != 0 {
			t.Errorf("%d things happened again", n)
		}
		mails, err := h.a.Mails(t.Context(), 0)
		ok(t, err)
		if len(mails) != 1 || mails[0].To != "zoe@example.org" || strings.Count(mails[0].Body, "all opened") != 4 || strings.Count(mails[0].Body, "urgent opened") != 3 {
			t.Errorf("messages %+v", mails)
		}
		if !strings.HasPrefix(mails[0].Body, "all opened Infirmiers · France\n") || mails[0].Unsubscribe == "" {
			t.Errorf("the most serious does not come first, or nothing ends it: %+v", mails[0])
		}
		news, err := h.a.Notifications(t.Context(), zoe.ID, 0)
		ok(t, err)
		if len(news) != 1 || news[0].Kind != "alert.opened" || news[0].Ref.ID != string(alerts[0].ID) || !strings.Contains(news[0].Detail, `"n":"4"`) {
			t.Errorf("notifications %+v", news)
		}
		d, err := h.a.Deliveries(t.Context(), hook.ID, 0)
		ok(t, err)
		if len(d) != 1 || d[0].What != market.AlertOpens || !d[0].DoneAt.IsZero() || d[0].DueAt.IsZero() || d[0].Label != "Soins infirmiers généralistes · LYON CENTRE" {
			t.Errorf("calls %+v", d)
		}
		if n := h.count(t, "alert_delivery"); n != 4+4+3+1 {
			t.Errorf("%d deliveries", n)
		}

		h.time.pass(time.Hour)
		ok(t, h.a.ResolveAlert(t.Context(), people.ByCLI, alerts[0].ID, "enough schools"))
		told(t, h.a)
		if news, _ = h.a.Notifications(t.Context(), zoe.ID, 0); len(news) != 2 || news[0].Kind != "alert.resolved" {
			t.Errorf("notifications %+v", news)
		}
	})
}

func TestARouteTellsNothingOfBeforeItWasMadeOrWhilePaused(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		paused := h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail})
		ok(t, h.a.PauseAlertRoute(t.Context(), people.By(zoe.ID), zoe.ID, paused.ID, true))
		alerts := alarmed(t, h)
		h.time.pass(time.Minute)
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByPage})
		told(t, h.a)
		ok(t, h.a.PauseAlertRoute(t.Context(), people.By(zoe.ID), zoe.ID, paused.ID, false))
		told(t, h.a)
		if n := h.count(t, "alert_delivery") + h.count(t, "outbox") + h.count(t, "notification"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		ok(t, h.a.SetAccountState(t.Context(), people.ByCLI, zoe.ID, people.Suspended))
		ok(t, h.a.ResolveAlert(t.Context(), people.ByCLI, alerts[0].ID, "x"))
		told(t, h.a)
		if n := h.count(t, "alert_delivery"); n != 0 {
			t.Errorf("%d deliveries to somebody suspended", n)
		}
	})
}

func TestARouteAsksForFamiliesThroughCorrespondencesAndForAreasThatLieInOne(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		alarmed(t, h)
		all, err := h.a.ToldSince(t.Context(), h.time.Now().Add(-market.PreviewLife))
		ok(t, err)
		for _, c := range []struct {
			r    market.Route
			f    market.AlertFilter
			want int
		}{
			{market.Route{Least: market.Veille}, market.AlertFilter{}, 4},
			{market.Route{Least: market.Veille, Families: []occupation.ID{"rome3-J15"}}, market.AlertFilter{Families: []occupation.ID{"rome3-J15"}}, 4},
			{market.Route{Least: market.Veille, Families: []occupation.ID{"fap2009-V1Z"}}, market.AlertFilter{Families: []occupation.ID{"fap2009-V1Z"}}, 4},
			{market.Route{Least: market.Veille, Families: []occupation.ID{"rome3-M"}}, market.AlertFilter{Families: []occupation.ID{"rome3-M"}}, 0},
			{market.Route{Least: market.Veille, Area: "reg-84"}, market.AlertFilter{Within: "reg-84"}, 3},
			{market.Route{Least: market.Urgence, Area: "reg-84"}, market.AlertFilter{Within: "reg-84", Severity: market.Urgence}, 2},
		} {
			_, n, err := h.b.Alerts(t.Context(), c.f, 1, 0)
			ok(t, err)
			if got := c.r.Preview(all); got != c.want || n != c.want {
				t.Errorf("%+v takes %d, the list %d, want %d", c.r, got, n, c.want)
			}
		}
		h.time.pass(time.Hour)
		if _, n, err := h.a.Alerts(t.Context(), market.AlertFilter{Since: h.time.Now()}, 0, 0); n != 0 || err != nil {
			t.Errorf("%d alerts since now, %v", n, err)
		}
		newest, _, err := h.a.Alerts(t.Context(), market.AlertFilter{Newest: true, Since: h.time.Now().Add(-2 * time.Hour)}, 0, 0)
		if len(newest) != 4 || err != nil {
			t.Errorf("%d alerts, %v", len(newest), err)
		}
	})
}

func TestManyProcessesTellEachThingOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail})
		h.route(t, market.Route{Means: market.ByWebhook})
		alarmed(t, h)
		for _, err := range together(6, func(i int) error { _, err := h.of(i).TellAlerts(t.Context(), letter); return err }) {
			ok(t, err)
		}
		if h.count(t, "outbox") != 1 || h.count(t, "alert_delivery") != 8 {
			t.Errorf("%d messages, %d deliveries", h.count(t, "outbox"), h.count(t, "alert_delivery"))
		}
		var mu sync.Mutex
		calls := map[string]int{}
		for _, err := range together(4, func(i int) error {
			for {
				d, is, err := h.of(i).ClaimDelivery(t.Context(), nil)
				if err != nil || !is {
					return err
				}
				mu.Lock()
				calls[d.ID]++
				mu.Unlock()
				if err := h.of(i).DeliveryDone(t.Context(), d.ID, "200"); err != nil {
					return err
				}
			}
		}) {
			ok(t, err)
		}
		if len(calls) != 4 {
			t.Errorf("calls %v", calls)
		}
		for id, n := range calls {
			if n != 1 {
				t.Errorf("%s was called %d times", id, n)
			}
		}
	})
}

func TestACallIsTriedAgainGivenUpAndTriedWhenAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		hook := h.route(t, market.Route{Means: market.ByWebhook, Levels: []territory.Level{territory.Country}})
		alarmed(t, h)
		told(t, h.a)
		for try := 1; try <= market.MaxTries; try++ {
			d, is, err := h.a.ClaimDelivery(t.Context(), nil)
			ok(t, err)
			if !is || d.Tries != try {
				t.Fatalf("try %d: %+v", try, d)
			}
			if _, is, _ := h.b.ClaimDelivery(t.Context(), nil); is {
				t.Fatal("claimed twice")
			}
			ok(t, h.b.DeliveryFailed(t.Context(), d.ID, "status 500", 0.5, 0))
			wait, _ := market.NextTry(try, 0.5)
			h.time.pass(wait)
		}
		h.time.pass(1000 * time.Hour)
		if _, is, _ := h.a.ClaimDelivery(t.Context(), nil); is {
			t.Error("tried after it was given up")
		}
		lost, err := h.a.DeliveriesGivenUp(t.Context(), 0)
		ok(t, err)
		if len(lost) != 1 || lost[0].Answer != "status 500" || lost[0].GivenUpAt.IsZero() {
			t.Fatalf("given up %+v", lost)
		}
		_, err = h.a.RetryDelivery(t.Context(), people.ByCLI, hook.ID, "nothing")
		faulty(t, fault.NotFound, err)
		n, err := h.a.RetryDelivery(t.Context(), people.ByCLI, hook.ID, lost[0].ID)
		ok(t, err)
		d, is, err := h.b.ClaimDelivery(t.Context(), []market.RouteID{"other"})
		if err != nil || !is || n != 1 || d.ID != lost[0].ID || d.Tries != 1 {
			t.Errorf("%d put back, %+v, %v", n, d, err)
		}
		h.time.pass(2 * time.Minute) // the claim died
		if _, is, _ := h.a.ClaimDelivery(t.Context(), []market.RouteID{hook.ID}); is {
			t.Error("a route that was left out was called")
		}
		d, is, err = h.a.ClaimDelivery(t.Context(), nil)
		if err != nil || !is || d.Tries != 2 {
			t.Errorf("after a claim that died %+v, %v", d, err)
		}
		ok(t, h.a.DeliveryRefused(t.Context(), d.ID, "status 410"))
		r, err := h.a.AlertRoute(t.Context(), "", hook.ID)
		if err != nil || !r.Paused {
			t.Errorf("after 410 %+v, %v", r, err)
		}
		h.time.pass(market.KeepDeliveries + time.Hour)
		ok(t, h.a.Sweep(t.Context()))
		if n := h.count(t, "alert_delivery"); n != 0 {
			t.Errorf("%d deliveries are kept for ever", n)
		}
		if n := told(t, h.a); n != 0 {
			t.Errorf("%d things are told again once their deliveries are gone", n)
		}
	})
}

func TestNobodyReachesARouteThatIsNotTheirs(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		zoe, awa := h.account(t, "zoe@example.org"), h.account(t, "awa@example.org")
		r := h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail})
		hook := h.route(t, market.Route{Means: market.ByWebhook})
		for _, id := range []market.RouteID{r.ID, hook.ID} {
			_, err := h.a.AlertRoute(ctx, awa.ID, id)
			faulty(t, fault.NotFound, err)
			faulty(t, fault.NotFound, h.a.PauseAlertRoute(ctx, people.By(awa.ID), awa.ID, id, true))
			faulty(t, fault.NotFound, h.a.RemoveAlertRoute(ctx, people.By(awa.ID), awa.ID, id))
			faulty(t, fault.NotFound, h.a.ChangeAlertRoute(ctx, people.By(awa.ID), market.Route{ID: id, Owner: string(awa.ID), Least: market.Veille}, false))
		}
		faulty(t, fault.NotFound, h.a.RemoveAlertRoute(ctx, people.By(awa.ID), "", r.ID))
		_, err := h.a.RenewWebhookSecret(ctx, people.ByCLI, r.ID)
		faulty(t, fault.NotFound, err)
		_, err = h.a.WebhookSecret(ctx, r.ID)
		faulty(t, fault.NotFound, err)
		_, _, err = h.a.AddAlertRoute(ctx, people.ByCLI, market.Route{Owner: string(zoe.ID), Means: market.ByPage, Least: market.Veille, Area: "reg-99"}, false)
		faulty(t, fault.Invalid, err)
		ok(t, h.a.RemoveAlertRoute(ctx, people.By(zoe.ID), zoe.ID, r.ID))
		ok(t, h.a.RemoveAlertRoute(ctx, people.ByCLI, "", hook.ID))
		if n := h.count(t, "alert_route") + h.count(t, "alert_route_secret"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		for range market.MaxOwnRoutes {
			h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByPage})
		}
		_, _, err = h.a.AddAlertRoute(ctx, people.ByCLI, market.Route{Owner: string(zoe.ID), Means: market.ByPage, Least: market.Veille}, false)
		faulty(t, fault.Conflict, err)
	})
}

func TestALinkInAMessageStopsItsRouteOrAllAndNothingElse(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		zoe, awa := h.account(t, "zoe@example.org"), h.account(t, "awa@example.org")
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "one"})
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "two"})
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByPage})
		h.route(t, market.Route{Owner: string(awa.ID), Means: market.ByMail})
		_, signing, err := h.a.AddAlertRoute(ctx, people.ByCLI, market.Route{Means: market.ByWebhook, Least: market.Veille, URL: "https://example.org"}, false)
		ok(t, err)
		alarmed(t, h)
		secrets := map[string]string{}
		_, err = h.a.TellAlerts(ctx, func(r store.Reader) people.Message {
			for _, x := range r.Routes {
				secrets[x.Route.Name] = x.Secret
			}
			return letter(r)
		})
		ok(t, err)
		for _, guess := range []string{"", "x", signing, strings.Repeat("A", 43), secrets["one"][:42], secrets["one"] + "A", "\x00", "\xff%"} {
			if err := h.a.Unsubscribe(ctx, guess, true); err != people.ErrLink {
				t.Errorf("%q: %v", guess, err)
			}
		}
		paused := func() (names []string) {
			all, err := h.b.AllAlertRoutes(ctx)
			ok(t, err)
			for _, r := range all {
				if r.Paused {
					names = append(names, r.Name)
				}
			}
			return names
		}
		ok(t, h.a.Unsubscribe(ctx, secrets["one"], false))
		ok(t, h.b.Unsubscribe(ctx, secrets["one"], false))
		if d := cmp.Diff([]string{"one"}, paused()); d != "" {
			t.Errorf("after one: %s", d)
		}
		ok(t, h.a.Unsubscribe(ctx, secrets["one"], true))
		if d := cmp.Diff([]string{"one", "two"}, paused()); d != "" {
			t.Errorf("after all: %s", d)
		}
		events, err := h.a.AuditEvents(ctx, people.AuditFilter{Action: "alert.route.unsubscribe"})
		if len(events) != 2 || err != nil {
			t.Errorf("%d events, %v", len(events), err)
		}
	})
}

func TestErasingAPersonTakesTheirRoutesAndTheirSecretsAway(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe, awa := h.account(t, "zoe@example.org"), h.account(t, "awa@example.org")
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail, Name: "mine"})
		h.route(t, market.Route{Owner: string(awa.ID), Means: market.ByMail})
		alarmed(t, h)
		told(t, h.a)
		d, err := h.a.PersonalData(t.Context(), zoe.ID)
		ok(t, err)
		held := map[string]int{}
		for _, x := range d.Held {
			held[x.Table] = len(x.Rows)
		}
		if d := cmp.Diff(map[string]int{"alert_route": 1, "alert_delivery": 4}, held); d != "" {
			t.Errorf("held (-want +got):\n%s", d)
		}
		_, err = h.a.EraseAccount(t.Context(), people.ByCLI, zoe.ID)
		ok(t, err)
		if a, b, c := h.count(t, "alert_route"), h.count(t, "alert_route_secret"), h.count(t, "alert_delivery"); a != 1 || b != 1 || c != 4 {
			t.Errorf("%d routes, %d secrets, %d deliveries are left", a, b, c)
		}
	})
}
