package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"time"

	"filiere/internal/access"
	outside "filiere/internal/fetch"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/webhook"
)

// loopbackVariable lets webhooks reach this machine, by http too: for tests and for programs beside the site.
const loopbackVariable = "FILIERE_WEBHOOKS_TO_THIS_MACHINE"

// loopback reports whether the operator lets webhooks reach this machine.
func (p *program) loopback() bool { return p.getenvOr(loopbackVariable) == "yes" }

// tellEvery is how often the program looks for what happened to alerts, and for webhooks to call.
const tellEvery = 10 * time.Second

// unsubscribePath is where the link of a message that stops a route leads.
const unsubscribePath = "/unsubscribe/"

// alertLetter writes the message that tells a person of alerts.
func (p *program) alertLetter(site access.Site) func(store.Reader) people.Message {
	return func(r store.Reader) people.Message {
		lang, _ := locale.Parse(r.Account.Lang)
		var routes []letter.AlertRoute
		for _, t := range r.Routes {
			routes = append(routes, letter.AlertRoute{Name: t.Route.Name, Told: t.Told, Stop: site.Link(unsubscribePath + url.PathEscape(t.Secret))})
		}
		return letter.Alerts(p.bundle[lang], r.Account, routes, site.Link, routes[0].Stop+"?all=yes")
	}
}

// explanations say why there is an alert, by language.
func (p *program) explanations(a market.Alert) map[string]string {
	out := map[string]string{}
	for lang, l := range p.bundle {
		out[string(lang)] = letter.Explain(l, a)
	}
	return out
}

// caller calls webhooks.
func (p *program) caller(s *store.Store, site access.Site, log *slog.Logger) webhook.Worker {
	return webhook.Worker{
		Queue: s, Post: outside.NewPoster(p.loopback()).Post, Link: site.Link, Explain: p.explanations,
		Now: p.now, Jitter: rand.Float64, Loopback: p.loopback(), Log: log,
	}
}

// tellAlerts tells people and programs of alerts at every tick, until the context ends. Calls are made beside
// the rest: a program that is slow keeps no person waiting.
func (p *program) tellAlerts(ctx context.Context, s *store.Store, site access.Site, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	toTell, toCall := time.NewTicker(tellEvery), time.NewTicker(tellEvery)
	told, called := make(chan struct{}), make(chan struct{})
	write := p.alertLetter(site)
	go func() {
		defer close(told)
		doChores(ctx, []chore{{"tell alerts", func(ctx context.Context) error { _, err := s.TellAlerts(ctx, write); return err }}}, toTell.C, log)
	}()
	go func() {
		defer close(called)
		p.caller(s, site, log).Run(ctx, toCall.C)
	}()
	return func() {
		cancel()
		<-told
		<-called
		toTell.Stop()
		toCall.Stop()
	}
}
