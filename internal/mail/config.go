package mail

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	"filiere/internal/fault"
)

// Names of the environment variables.
const (
	URLVariable  = "FILIERE_SMTP_URL"
	FromVariable = "FILIERE_MAIL_FROM"
)

// The usual ports of submission (RFC 6409, RFC 8314).
const (
	portSubmission = 587
	portImplicit   = 465
)

// Config says which server carries messages, and whose name they bear.
type Config struct {
	// Host and Port are the server's: of FILIERE_SMTP_URL, smtp://host:587 or smtps://host:465. The port
	// may be left out.
	Host string
	Port int
	// Implicit asks for TLS from the first byte (smtps://). Otherwise the connection is turned into TLS
	// by STARTTLS before anything else is said, and a server that cannot is refused; only to a loopback
	// host without user, messages go in the clear.
	Implicit bool
	// User and Password sign in to the server (smtp://user:password@host, percent-encoded). They are
	// never sent outside TLS.
	User, Password string
	// From is whom messages are from, FILIERE_MAIL_FROM: "school@example.org" or "School
	// <school@example.org>". Answers go there.
	From mail.Address
}

// FromEnvironment reads the configuration; ok is false when neither variable is set, which means that
// messages stay in the outbox. It returns every fault at once, each Invalid and naming its variable; no
// fault quotes the address of the server, which may hold a password.
func FromEnvironment(getenv func(string) string) (c Config, ok bool, err error) {
	server, from := getenv(URLVariable), getenv(FromVariable)
	if server == "" && from == "" {
		return Config{}, false, nil
	}
	err = errors.Join(c.readServer(server), c.readFrom(from))
	return c, err == nil, err
}

func (c *Config) readServer(s string) error {
	if s == "" {
		return wrong(URLVariable, "is not set, and "+FromVariable+" is: messages would stay in the outbox")
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return wrong(URLVariable, "cannot be read as an address; characters such as @ : / # %% in a password are written %%40 %%3A %%2F %%23 %%25")
	}
	c.Host, c.Implicit, c.Port = u.Hostname(), u.Scheme == "smtps", portSubmission
	if c.Implicit {
		c.Port = portImplicit
	}
	c.User = u.User.Username()
	c.Password, _ = u.User.Password()
	var faults []error
	if u.Scheme != "smtp" && u.Scheme != "smtps" {
		faults = append(faults, wrong(URLVariable, "begins with neither smtp:// nor smtps://"))
	}
	if c.Host == "" {
		faults = append(faults, wrong(URLVariable, "names no server"))
	}
	if (c.User == "") != (c.Password == "") {
		faults = append(faults, wrong(URLVariable, "has a user or a password without the other"))
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		faults = append(faults, wrong(URLVariable, "has something after the server's name and port"))
	}
	return errors.Join(append(faults, c.readPort(u.Port()))...)
}

func (c *Config) readPort(s string) error {
	if s == "" {
		return nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return wrong(URLVariable, "has a port that is no number from 1 to 65535")
	}
	c.Port = int(n)
	return nil
}

func (c *Config) readFrom(s string) error {
	if s == "" {
		return wrong(FromVariable, "is not set: messages need a sender")
	}
	a, err := mail.ParseAddress(s)
	if err != nil || strings.ContainsAny(s, "\r\n\x00") {
		return wrong(FromVariable, "is neither name@example.org nor Name <name@example.org>")
	}
	c.From = *a
	return nil
}

// wrong is a fault of the configuration.
func wrong(variable, format string, args ...any) error {
	f := fault.New(fault.Invalid, "configure mail", format, args...)
	f.Column, f.Hint = variable, "for example "+URLVariable+"=smtp://user:password@mail.example.org:587 and "+FromVariable+"=school@example.org"
	return f
}

// loopback reports whether the server is this machine.
func (c Config) loopback() bool {
	if c.Host == "localhost" {
		return true
	}
	ip := net.ParseIP(c.Host)
	return ip != nil && ip.IsLoopback()
}

// domain is what stands after the @ of the sender: messages get their IDs in it.
func (c Config) domain() string {
	return c.From.Address[strings.LastIndexByte(c.From.Address, '@')+1:]
}
