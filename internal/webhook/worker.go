package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"sync"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
)

// Queue is where calls wait. The errors are those the store documents.
type Queue interface {
	ClaimDelivery(ctx context.Context, except []market.RouteID) (d market.Delivery, ok bool, err error)
	DeliveryDone(ctx context.Context, id, answer string) error
	DeliveryFailed(ctx context.Context, id, answer string, jitter float64, least time.Duration) error
	DeliveryRefused(ctx context.Context, id, answer string) error

	AlertRoute(ctx context.Context, owner people.AccountID, id market.RouteID) (market.Route, error)
	WebhookSecret(ctx context.Context, id market.RouteID) (string, error)
	Alert(ctx context.Context, id market.AlertID) (market.Alert, error)
}

// Post sends JSON to an address and gives the status of the answer and its Retry-After, "" for none.
type Post func(ctx context.Context, address string, header map[string]string, body []byte) (status int, retryAfter string, err error)

// Worker calls what is due. Any number may run, in one process or in many.
type Worker struct {
	Queue    Queue
	Post     Post
	Link     func(path string) string             // the full address of a path of the site
	Explain  func(market.Alert) map[string]string // why there is an alert, by language
	Now      func() time.Time
	Jitter   func() float64 // a number from 0 to 1, drawn
	Loopback bool           // this machine may be called
	Log      *slog.Logger
}

// callsAtOnce is how many calls are made at the same time: most of a call is waiting.
const callsAtOnce = 4

// noteTimeout bounds the note of what became of a call when the program stops.
const noteTimeout = 5 * time.Second

// statusGone is how the other side says that it wants no calls any more.
const statusGone = 410

// Run calls what is due at every tick, until the context ends, and waits for the calls under way.
func (w Worker) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		w.Round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// round is what the callers of one round share: the routes that failed in it, which are left alone until the
// next, so that a program that is away does not keep the others waiting.
type round struct {
	mu      sync.Mutex
	failing []market.RouteID
}

func (r *round) except() []market.RouteID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]market.RouteID{}, r.failing...)
}

func (r *round) failed(id market.RouteID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failing = append(r.failing, id)
}

// Round calls until nothing is due.
func (w Worker) Round(ctx context.Context) {
	var r round
	var callers sync.WaitGroup
	for range callsAtOnce {
		callers.Go(func() {
			for ctx.Err() == nil && w.next(ctx, &r) {
			}
		})
	}
	callers.Wait()
}

// next makes one call; it reports false when none is due.
func (w Worker) next(ctx context.Context, r *round) bool {
	d, ok, err := w.Queue.ClaimDelivery(ctx, r.except())
	if err != nil && ctx.Err() == nil {
		w.Log.Error("look for calls to make", "err", err)
	}
	if err != nil || !ok {
		return false
	}
	answer, became := w.deliver(ctx, d)
	noting, done := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer done()
	switch became.outcome {
	case taken:
		err = w.Queue.DeliveryDone(noting, d.ID, answer)
	case unwanted:
		w.Log.Warn("a webhook wants no calls any more: its route is paused", "route", d.Route)
		err = w.Queue.DeliveryRefused(noting, d.ID, answer)
	default:
		r.failed(d.Route)
		w.Log.Warn("call failed", "route", d.Route, "delivery", d.ID, "try", d.Tries, "reason", answer)
		err = w.Queue.DeliveryFailed(noting, d.ID, answer, w.Jitter(), became.wait)
	}
	if err != nil {
		w.Log.Error("note what became of a call; it may be made again", "delivery", d.ID, "err", err)
	}
	return true
}

// outcome is what became of a call.
type outcome int

const (
	missed outcome = iota // to be tried again
	taken
	unwanted
)

// became is what became of a call, and how long the other side asked to be left alone, 0 for nothing said.
type became struct {
	outcome
	wait time.Duration
}

// deliver makes a call.
func (w Worker) deliver(ctx context.Context, d market.Delivery) (answer string, b became) {
	a, err := w.Queue.Alert(ctx, d.Alert)
	if err != nil {
		return said(err), became{}
	}
	return w.call(ctx, d.Route, d.ID, message{
		Type: "alert." + string(d.What), Timestamp: d.At.UTC(),
		Data: data{Severity: d.Severity, URL: w.Link("/alerts/" + url.PathEscape(string(d.Alert))), Explanation: w.Explain(a), Alert: &a},
	})
}

// message is the body of a call.
type message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when it happened
	Data      data      `json:"data"`
}

type data struct {
	Severity    market.Severity   `json:"severity,omitempty"` // of the alert when it happened
	URL         string            `json:"url"`
	Explanation map[string]string `json:"explanation,omitempty"` // by language
	Alert       *market.Alert     `json:"alert,omitempty"`       // as it stands when the call is made
}

// Try calls a webhook with a message that means nothing, to see whether it answers: type "alert.test". It gives
// what came of it in words, and an Unavailable fault when it was not taken; NotFound when there is no such route.
func (w Worker) Try(ctx context.Context, route market.RouteID) (string, error) {
	if _, err := w.Queue.AlertRoute(ctx, "", route); err != nil {
		return "", err
	}
	now := w.Now().UTC()
	answer, b := w.call(ctx, route, "test-"+strconv.FormatInt(now.UnixNano(), 36), message{Type: "alert.test", Timestamp: now, Data: data{URL: w.Link("/alerts")}})
	if b.outcome != taken {
		f := fault.New(fault.Unavailable, "call webhook", "the call was not taken")
		f.Err = errors.New(answer)
		return answer, f
	}
	return answer, nil
}

// call signs a message and sends it.
func (w Worker) call(ctx context.Context, route market.RouteID, id string, m message) (answer string, b became) {
	r, err := w.Queue.AlertRoute(ctx, "", route)
	if err != nil {
		return said(err), became{}
	}
	secret, err := w.Queue.WebhookSecret(ctx, route)
	if err != nil {
		return said(err), became{}
	}
	address, err := market.CheckWebhookURL(r.URL, w.Loopback) // what may be called may have changed since it was typed
	if err != nil {
		return said(err), became{}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return said(err), became{}
	}
	now := w.Now()
	signature, err := market.SignWebhook(secret, id, now, body)
	if err != nil {
		return said(err), became{}
	}
	status, after, err := w.Post(ctx, address, map[string]string{
		"webhook-id": id, "webhook-timestamp": strconv.FormatInt(now.Unix(), 10), "webhook-signature": signature,
	}, body)
	switch {
	case err != nil:
		return said(err), became{}
	case status >= 200 && status < 300:
		return fmt.Sprintf("status %d", status), became{outcome: taken}
	case status == statusGone:
		return fmt.Sprintf("status %d", status), became{outcome: unwanted}
	}
	return fmt.Sprintf("status %d", status), became{wait: retryAfter(status, after, now)}
}

// said is an error as the keeper of a webhook reads it: our own words, none of the network's, which could tell
// what lies within it.
func said(err error) string {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f.Reason
	}
	return "it could not be called"
}
