package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"filiere/internal/access"
	"filiere/internal/api"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/mail"
	"filiere/internal/oidc"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/studio"
	"filiere/internal/web"
)

// siteFlags add what the site must know about how people reach it.
func (p *program) siteFlags(c *cobra.Command) {
	c.Flags().StringVar(&p.publicURL, "public-url", p.getenvOr("FILIERE_PUBLIC_URL"), p.l.T("cli.serve.publicurl"))
	c.Flags().StringVar(&p.proxies, "trusted-proxies", p.getenvOr("FILIERE_TRUSTED_PROXIES"), p.l.T("cli.serve.proxies"))
}

func (p *program) getenvOr(name string) string {
	if p.getenv == nil {
		return ""
	}
	return p.getenv(name)
}

// handler wires pages and API behind the gate.
func (p *program) handler(s *store.Store) (http.Handler, error) {
	s.HoldCells()
	s.HoldDrafts()
	gate, surfaces, err := p.surfaces(s)
	if err != nil {
		return nil, err
	}
	return gate.Mux(surfaces...)
}

// surfaces makes the gate and what stands behind it.
func (p *program) surfaces(s *store.Store) (*access.Gate, []access.Surface, error) {
	if p.publicURL == "" {
		p.publicURL = "http://" + defaultAddr
	}
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	proxies, err := readProxies(p.proxies)
	if err != nil {
		return nil, nil, err
	}
	gate, err := access.New(access.Config{Store: s, PublicURL: p.publicURL, Proxies: proxies, Now: p.now, Log: log})
	if err != nil {
		return nil, nil, err
	}
	hasher, err := people.NewHasher(people.StandardCost, runtime.GOMAXPROCS(0), people.Random)
	if err != nil {
		return nil, nil, err
	}
	provider, err := p.provider(s)
	if err != nil {
		return nil, nil, err
	}
	_, carried, err := mail.FromEnvironment(p.getenvOr)
	if err != nil {
		return nil, nil, err
	}
	leaks, err := p.leaks()
	if err != nil {
		return nil, nil, err
	}
	office, err := p.office(s, gate.Site(), false)
	if err != nil {
		return nil, nil, err
	}
	p.later = web.NewLater(log)
	judges := court{Store: s, office: office, log: log}
	room := p.readingRoom(s)
	pages, err := web.New(web.Config{
		Reader: s, Now: p.now, Log: log, People: s, Gate: gate, Passwords: hasher,
		Alerts: s, Routes: s, Thread: s, Mission: s, Registrar: office,
		Webhooks:   web.Webhooks{Try: p.caller(s, gate.Site(), log).Try, Loopback: p.loopback()},
		Assessment: judges, Studio: s,
		Leaks: leaks, Provider: provider, Later: p.later,
		Archive: p.archive, OpenOutbox: p.demo && !carried,
		Campus:  s,
		Shop:    s,
		Adverts: room,
	})
	if err != nil {
		return nil, nil, err
	}
	post := letter.Post{Outbox: s, Locales: p.bundle, Link: gate.Site().Link}
	accounts := api.NewPeople(api.PeopleConfig{
		Assessment: judges, Campus: s, Registrar: office, Network: gate.Network,
		Store: s, Log: log, Archive: p.archive, Alerts: s, Explain: p.explain, Routes: s, Loopback: p.loopback(), Thread: s, Library: s,
		Mission: s, Shop: s, Adverts: room, Now: p.now,
		Letters: post,
		Studio:  s, ExpertLetter: func(ctx context.Context, by people.Actor, a people.Account, to studio.Programme) error {
			return post.InviteExpert(ctx, by, a, letter.Programme{Title: to.Title, Path: web.ProgrammeAddress(to.ID)})
		},
	})
	return gate, []access.Surface{pages, api.New(s, log), accounts}, nil
}

// provider is the OpenID Connect provider the environment names, nil when it names none.
func (p *program) provider(s *store.Store) (web.Provider, error) {
	c, ok, err := oidc.FromEnvironment(p.getenvOr, p.publicURL)
	if err != nil || !ok {
		return nil, err
	}
	return oidc.New(c, s, nil, p.now), nil
}

// readProxies reads addresses and networks, separated by commas.
func readProxies(s string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for text := range strings.SplitSeq(s, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if a, addrErr := netip.ParseAddr(text); addrErr == nil {
			network, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			f := fault.New(fault.Invalid, "read trusted proxies", "%q is no network address", text)
			f.Hint = "write them as 10.0.0.1,192.168.0.0/16"
			return nil, f
		}
		out = append(out, network)
	}
	return out, nil
}

// localURL is the public address of a site nobody gave one: this machine, at the port taken.
func localURL(taken net.Addr) string {
	if t, ok := taken.(*net.TCPAddr); ok {
		return fmt.Sprintf("http://localhost:%d", t.Port)
	}
	return "http://" + defaultAddr
}

// greetAdministrator prints the link that makes the first administrator, while there is none.
func (p *program) greetAdministrator(ctx context.Context, s *store.Store) error {
	there, err := s.HasAdministrator(ctx)
	if err != nil || there {
		return err
	}
	secret, err := s.CreateLink(ctx, people.ByCLI, people.LinkBootstrap, "")
	if err != nil {
		return err
	}
	site, err := access.ParseSite(p.publicURL)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.serve.bootstrap", "url", site.Link("/start/"+secret)))
	return nil
}
