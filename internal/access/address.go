package access

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Address is the network address a request comes from. Behind a proxy it is the last address of
// X-Forwarded-For that is not itself a trusted proxy: what stands further left may be written by anyone.
func (g *Gate) Address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusted(at); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = before.Unmap().WithZone("")
	}
	return at.String()
}

func (g *Gate) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(g.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// networkBits is how much of an IPv6 address names a network: one subscriber has all the rest.
const networkBits = 64

// Network is what limits by network address count by: the IPv4 address, or the IPv6 network.
func (g *Gate) Network(r *http.Request) string {
	a, err := netip.ParseAddr(g.Address(r))
	if err != nil {
		return "unknown"
	}
	if a.Is6() {
		if p, err := a.Prefix(networkBits); err == nil {
			return p.String()
		}
	}
	return a.String()
}
