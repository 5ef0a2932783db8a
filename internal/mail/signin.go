package mail

import (
	"errors"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// signIn signs in to the server by PLAIN or LOGIN, whichever it offers, over TLS only: both show the
// password to whoever can read the connection.
type signIn struct {
	user, password, host string

	way smtp.Auth // chosen at Start
}

// Start chooses the way. It fails when the connection is not TLS, to this machine too, or when the
// server offers neither way.
func (s *signIn) Start(server *smtp.ServerInfo) (string, []byte, error) {
	offered := make([]string, len(server.Auth))
	for i, a := range server.Auth {
		offered[i] = strings.ToUpper(a)
	}
	switch {
	case !server.TLS:
		return "", nil, errors.New("the connection is not encrypted: no password is sent")
	case slices.Contains(offered, "PLAIN"):
		s.way = smtp.PlainAuth("", s.user, s.password, s.host, false)
	case slices.Contains(offered, "LOGIN"):
		s.way = smtp.LoginAuth(s.user, s.password, s.host, false)
	default:
		return "", nil, errors.New("the server offers neither PLAIN nor LOGIN to sign in")
	}
	return s.way.Start(server)
}

// Next goes on in the way chosen.
func (s *signIn) Next(challenge []byte, more bool) ([]byte, error) {
	return s.way.Next(challenge, more)
}
