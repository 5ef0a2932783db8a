// Package fetch gets small documents from other sites for whoever verifies a credential: an issuer's keys, a
// status list, a credential. The address comes from a stranger, so everything about it is bounded: https
// only, public network addresses only (whatever a name resolves to, at every step of a redirection), size,
// time. It sends nothing about who asks.
package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"filiere/internal/fault"
)

// The bounds of fetching.
const (
	limit     = 10 * time.Second // for all of it
	redirects = 3
	accepted  = "application/vc, application/ld+json, application/did+json, application/json"
)

// Fetcher fetches. It is safe for concurrent use.
type Fetcher struct {
	client http.Client
	local  bool
}

// New makes a fetcher. local lets it reach this machine too, by http as well: for a command somebody runs on
// their own machine, never for a server.
func New(local bool) *Fetcher {
	f := &Fetcher{local: local}
	f.client = http.Client{
		Timeout: limit, Transport: transport(reach{local}),
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > redirects {
				return refused("it redirects too often")
			}
			return f.allowed(r.URL)
		},
	}
	return f
}

// transport connects to what may be reached only.
func transport(r reach) *http.Transport {
	dialer := &net.Dialer{Timeout: limit, Control: r.control}
	return &http.Transport{ // no proxy: it would resolve names in our place
		DialContext: dialer.DialContext, TLSHandshakeTimeout: limit, ResponseHeaderTimeout: limit,
		MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: limit, ForceAttemptHTTP2: true,
	}
}

// reach is what network addresses may be connected to: those of the public network, and this machine's own if it
// says so.
type reach struct{ local bool }

// special are public-looking networks that are not: carriers' own, translations to IPv4 or from it, documentation,
// former site-local ones, and the address at which a cloud answers its machines.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("168.63.129.16/32"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("2001:db8::/32"),
}

// reachable reports whether a network address may be connected to.
func (r reach) reachable(a netip.Addr) bool {
	a = a.Unmap()
	if r.local && a.IsLoopback() {
		return true
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// control looks at the address a name was resolved to, just before it is connected to.
func (r reach) control(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !r.reachable(a.Addr()) {
		return refused("the address is not on the public network")
	}
	return nil
}

func refused(format string, args ...any) error {
	return fault.New(fault.Forbidden, "fetch", format, args...)
}

// allowed looks at an address before it is resolved.
func (f *Fetcher) allowed(u *url.URL) error {
	port := u.Port()
	switch {
	case u.Host == "" || u.User != nil:
		return refused("it is not the address of a document")
	case f.local && (u.Scheme == "https" || u.Scheme == "http" && u.Hostname() == "localhost"):
		return nil
	case u.Scheme != "https":
		return refused("only https is fetched")
	case port != "" && port != "443":
		return refused("only the usual port of https is fetched from")
	}
	return nil
}

// Fetch gets a document of at most so many bytes.
//
// Errors: Forbidden for an address that is not fetched from; NotFound when there is nothing; Unavailable when the
// other site does not answer as it should, or with too much.
func (f *Fetcher) Fetch(ctx context.Context, address string, most int) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, refused("it is not the address of a document")
	}
	if err := f.allowed(u); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, refused("it is not the address of a document")
	}
	r.Header.Set("Accept", accepted)
	r.Header.Set("User-Agent", "filiere")
	answer, err := f.client.Do(r)
	if err != nil {
		return nil, failed(u, err)
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return nil, fault.New(fault.NotFound, "fetch", "%s has nothing at this address", u.Host)
	case answer.StatusCode != http.StatusOK:
		return nil, fault.New(fault.Unavailable, "fetch", "%s answers with status %d", u.Host, answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	if err != nil {
		return nil, failed(u, err)
	}
	if len(text) > most {
		return nil, fault.New(fault.Unavailable, "fetch", "what %s answers has more than %d bytes", u.Host, most)
	}
	return text, nil
}

// failed says that a site does not answer; what we refused ourselves stays what it is.
func failed(u *url.URL, err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	f := fault.New(fault.Unavailable, "fetch", "%s does not answer", u.Host)
	f.Err = err
	return f
}
