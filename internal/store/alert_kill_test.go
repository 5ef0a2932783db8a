package store_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/store"
)

// tellerVariable makes this test binary another process that opens, tells and resolves alerts on the database it
// names.
const tellerVariable = "FILIERE_TEST_TELLER"

// ring opens alerts, tells them, makes the calls they ask for and resolves them, again and again with figures of
// later years, until it is killed. It says so once it has done all of it.
func ring(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn, time.Now)
	if err != nil {
		return err
	}
	for year := 2022; ; year++ {
		if year == 2024 {
			fmt.Println("writing")
		}
		cells := shortages()
		for i := range cells {
			cells[i].Year = year + os.Getpid()%1000*1000
		}
		if err := s.ReplaceCells(ctx, fmt.Sprint(os.Getpid(), year), cells); err != nil {
			return err
		}
		if _, err := s.ScanAlerts(ctx, people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
			return err
		}
		if _, err := s.TellAlerts(ctx, letter); err != nil {
			return err
		}
		for {
			d, is, err := s.ClaimDelivery(ctx, nil)
			if err != nil {
				return err
			}
			if !is {
				break
			}
			if err := s.DeliveryDone(ctx, d.ID, "status 200"); err != nil {
				return err
			}
		}
		open, _, err := s.Alerts(ctx, market.AlertFilter{Unresolved: true}, 0, 0)
		if err != nil {
			return err
		}
		for _, a := range open {
			if err := s.ResolveAlert(ctx, people.ByCLI, a.ID, "over"); err != nil {
				return err
			}
		}
	}
}

// TestProcessesThatAreKilledTellEachThingOnce kills processes while they open, tell and resolve alerts, and then
// tells what is left: every thing that happened was told once to each route, whatever was killed when.
func TestProcessesThatAreKilledTellEachThingOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		fill(t, h.a)
		zoe := h.account(t, "zoe@example.org")
		long := h.time.Now().Add(-20 * 365 * 24 * time.Hour) // the killed processes have clocks of their own
		h.time.pass(-20 * 365 * 24 * time.Hour)
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByMail})
		h.route(t, market.Route{Owner: string(zoe.ID), Means: market.ByPage})
		h.route(t, market.Route{Means: market.ByWebhook})
		h.time.pass(time.Since(long) + time.Hour)
		for round := range 4 {
			w := startProcess(t, tellerVariable, h.dsn)
			for i := range 3 + 7*round { // the time of that many writes of ours: anywhere in its round
				ok(t, h.of(i).AppendAudit(t.Context(), people.Event{Actor: people.BySystem, Action: "chore", Object: people.Site}))
			}
			w.kill(t)
		}
		told(t, h.a)
		for h.time.pass(time.Hour); ; {
			d, is, err := h.b.ClaimDelivery(t.Context(), nil)
			ok(t, err)
			if !is {
				break
			}
			ok(t, h.b.DeliveryDone(t.Context(), d.ID, "status 200"))
		}
		alerts, resolved := h.count(t, "alert"), h.count(t, "alert WHERE state = 'resolved'")
		events := h.count(t, "alert_event")
		if alerts == 0 || resolved == 0 || events != alerts+resolved {
			t.Errorf("%d alerts, %d of them resolved, %d events", alerts, resolved, events)
		}
		if n := h.count(t, "alert_delivery"); n != 3*events {
			t.Errorf("%d deliveries of %d events to 3 routes", n, events)
		}
		if n := h.count(t, "alert_delivery WHERE done_at IS NULL"); n != 0 {
			t.Errorf("%d deliveries were not done", n)
		}
		inMails := 0
		mails, err := h.a.Mails(t.Context(), 0)
		ok(t, err)
		for _, m := range mails {
			for i := range m.Body {
				if m.Body[i] == '\n' {
					inMails++
				}
			}
			inMails++
		}
		if inMails != events {
			t.Errorf("messages tell %d things of %d", inMails, events)
		}
		t.Logf("%d alerts, %d events, %d messages", alerts, events, len(mails))
	})
}
