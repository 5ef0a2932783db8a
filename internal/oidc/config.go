package oidc

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
)

// Names of the environment variables.
const (
	IssuerVariable = "FILIERE_OIDC_ISSUER"
	ClientVariable = "FILIERE_OIDC_CLIENT_ID"
	SecretVariable = "FILIERE_OIDC_CLIENT_SECRET"
	NameVariable   = "FILIERE_OIDC_NAME"
)

// CallbackPath is the page the provider sends people back to; it stands in the client's registration
// there, after the public URL.
const CallbackPath = "/sign-in/oidc/callback"

// maxName bounds what the button says.
const maxName = 40

// Config says which provider people sign in with, and who we are to it.
type Config struct {
	// Issuer is the provider's identifier, FILIERE_OIDC_ISSUER: an https address (http on loopback only)
	// under which /.well-known/openid-configuration stands, written exactly as the provider writes it.
	Issuer string
	// ClientID and ClientSecret are what the provider gave us, FILIERE_OIDC_CLIENT_ID and
	// FILIERE_OIDC_CLIENT_SECRET.
	ClientID, ClientSecret string
	// Name is what the sign-in button calls the provider, FILIERE_OIDC_NAME; without it, its host.
	Name string
	// PublicURL is where people reach us: they are sent back to PublicURL + CallbackPath.
	PublicURL string
}

// FromEnvironment reads the configuration; ok is false when no variable is set, which means that there is
// no such way to sign in. It returns every fault at once, each Invalid and naming its variable, none
// quoting the secret.
func FromEnvironment(getenv func(string) string, publicURL string) (c Config, ok bool, err error) {
	c = Config{
		Issuer: getenv(IssuerVariable), ClientID: getenv(ClientVariable), ClientSecret: getenv(SecretVariable),
		Name: strings.TrimSpace(getenv(NameVariable)), PublicURL: strings.TrimSuffix(publicURL, "/"),
	}
	if c.Issuer == "" && c.ClientID == "" && c.ClientSecret == "" && c.Name == "" {
		return Config{}, false, nil
	}
	err = c.check()
	if u, parseErr := url.Parse(c.Issuer); c.Name == "" && parseErr == nil {
		c.Name = u.Host
	}
	return c, err == nil, err
}

func (c Config) check() error {
	var faults []error
	if !private(c.Issuer) {
		faults = append(faults, wrong(IssuerVariable, "is no https:// address (http:// is for this machine only)"))
	}
	if u, err := url.Parse(c.Issuer); err == nil && (u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		faults = append(faults, wrong(IssuerVariable, "has a user, a query or a fragment"))
	}
	if c.ClientID == "" {
		faults = append(faults, wrong(ClientVariable, "is not set"))
	}
	if c.ClientSecret == "" {
		faults = append(faults, wrong(SecretVariable, "is not set"))
	}
	if utf8.RuneCountInString(c.Name) > maxName || strings.ContainsFunc(c.Name, func(r rune) bool { return r < ' ' }) {
		faults = append(faults, wrong(NameVariable, "is more than one short line"))
	}
	return errors.Join(faults...)
}

func wrong(variable, format string, args ...any) error {
	f := fault.New(fault.Invalid, "configure sign-in with a provider", format, args...)
	f.Column = variable
	return f
}

// private reports whether nobody on the way can read or change what is said to an address: it is https,
// or leads to this machine.
func private(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
