package access

import (
	"net/netip"
	"net/url"
	"strings"

	"filiere/internal/fault"
)

// Site is the address people reach the program by, as configured. Links, cookies and passkeys are made
// from it and never from what a request says its host is.
type Site struct{ base url.URL }

// ParseSite reads a public address: scheme and host, perhaps a port. It returns an Invalid fault for
// anything else, and for http:// on any machine but this one, where whoever listens could take sessions.
func ParseSite(s string) (Site, error) {
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return Site{}, wrongSite("%q is not the address of a web site", s)
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return Site{}, wrongSite("%q holds more than a scheme and a host", s)
	case u.Scheme == "http" && !thisMachine(u.Hostname()):
		return Site{}, wrongSite("%q is not encrypted: http is for localhost only", s)
	}
	return Site{base: url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}}, nil
}

func wrongSite(format string, args ...any) error {
	f := fault.New(fault.Invalid, "read public address", format, args...)
	f.Hint = "write it as https://filiere.example.org"
	return f
}

// thisMachine tells the names that never leave the machine.
func thisMachine(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Secure reports whether the site is reached over TLS.
func (s Site) Secure() bool { return s.base.Scheme == "https" }

// Origin is the site as browsers write it: https://filiere.example.org.
func (s Site) Origin() string { return s.base.String() }

// Host is the site's name without a port, which is what passkeys are bound to.
func (s Site) Host() string { return s.base.Hostname() }

// Link is the full address of a path of the site.
func (s Site) Link(path string) string { return s.base.String() + path }
