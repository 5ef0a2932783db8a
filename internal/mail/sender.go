package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Timeouts of one message: below the five minutes after which a claim on it falls back to the outbox.
const (
	answerTimeout = 30 * time.Second // for one answer of the server
	sendTimeout   = 2 * time.Minute  // for the whole
)

// Server sends messages through an SMTP server, each over its own connection. It holds no state.
type Server struct {
	Config Config
	Roots  *x509.CertPool // who may vouch for the server; nil: whom this machine trusts
}

// Send hands a message to the server and returns when the server has taken it over.
//
// Errors: Invalid when sending it again will not help (an address or a subject that cannot be written,
// or a recipient or message that the server refuses for good); Unavailable for everything that time or
// the operator may mend: no answer, no TLS, a refused sign-in or sender, a refusal for now.
func (s Server) Send(ctx context.Context, m people.Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	client, err := s.client(ctx)
	if err != nil {
		return later(err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return later(err)
	}
	defer client.CloseWithSMTPClient(conn) // the message was taken over or not: how the talk ends changes nothing
	err = client.SendWithSMTPClient(conn, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	if refused(err) {
		return &fault.Fault{Code: fault.Invalid, Op: "send message", Reason: "refused by the mail server", Err: err}
	}
	return later(err)
}

// later is a failure that trying again may mend.
func later(err error) error {
	return &fault.Fault{Code: fault.Unavailable, Op: "send message", Reason: "not taken by the mail server", Err: err}
}

// refused tells a refusal for good of the recipient or of the message (RFC 5321, 4.2.1: 5yz) from a
// refusal of us: a wrong password or sender is the operator's to mend, and no reason to lose messages.
func refused(err error) bool {
	s, ok := errors.AsType[*gomail.SendError](err)
	if !ok || s.ErrorCode() < 500 {
		return false
	}
	return s.Reason == gomail.ErrSMTPRcptTo || s.Reason == gomail.ErrSMTPData || s.Reason == gomail.ErrSMTPDataClose
}

// client prepares a talk with the server that ends, at the latest, with the context.
func (s Server) client(ctx context.Context) (*gomail.Client, error) {
	c := s.Config
	options := []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(answerTimeout), gomail.WithHELO(c.domain()),
		gomail.WithTLSConfig(s.tls()), gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithDialContextFunc(s.dial(ctx)),
	}
	switch {
	case c.User != "":
		options = append(options, gomail.WithSMTPAuthCustom(&signIn{user: c.User, password: c.Password, host: c.Host}))
	case c.loopback():
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if c.Implicit {
		options = append(options, gomail.WithSSL())
	}
	return gomail.NewClient(c.Host, options...)
}

func (s Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.Config.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// dial connects, and closes the connection when the whole talk takes longer than the context.
func (s Server) dial(talk context.Context) gomail.DialContextFunc {
	address := net.JoinHostPort(s.Config.Host, strconv.Itoa(s.Config.Port))
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(talk, func() { conn.Close() })
		if !s.Config.Implicit {
			return conn, nil
		}
		secure := tls.Client(conn, s.tls())
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return secure, nil
	}
}

// compose writes the message. It is plain text, said to be automatic so that no holiday notice answers
// it, and the same at every try.
func (s Server) compose(m people.Message) (*gomail.Msg, error) {
	to, err := people.FoldEmail(m.To)
	if err != nil {
		return nil, err
	}
	for _, field := range []struct{ name, text string }{{"subject", m.Subject}, {"id", m.ID}, {"lang", m.Lang}, {"unsubscribe", m.Unsubscribe}} {
		if strings.ContainsFunc(field.text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			f := fault.New(fault.Invalid, "send message", "a header is one line of printable text")
			f.Column = field.name
			return nil, f
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.Config.From)
	if err := msg.To(to); err != nil {
		return nil, &fault.Fault{Code: fault.Invalid, Op: "send message", Column: "to", Reason: "this is not an e-mail address", Err: err}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@" + s.Config.domain())
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderContentLang, m.Lang)
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+m.Unsubscribe+">")
		msg.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}
