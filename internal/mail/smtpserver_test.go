package mail

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// smtpServer is a mail server on a loopback port that speaks enough of RFC 5321 to be sent to, offers
// STARTTLS with a certificate of its own, and can be told to refuse.
type smtpServer struct {
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool

	plain    bool              // do not offer STARTTLS
	implicit bool              // TLS from the first byte
	mechs    string            // what AUTH offers; "" for nothing
	replies  map[string]string // verb ("RCPT", "DATA", "." for the end of data…) → reply instead of success
	hang     string            // a verb that is never answered

	mu       sync.Mutex
	taken    []taken
	talk     []string // what clients said, without message text
	hung     chan struct{}
	sessions sync.WaitGroup
}

// taken is a message the server took over.
type taken struct {
	from, to string
	user     string // who had signed in
	secure   bool
	raw      string
}

// startServer starts a server; it stops with the test.
func startServer(t *testing.T, tune func(*smtpServer)) *smtpServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{listener: l, replies: map[string]string{}, hung: make(chan struct{})}
	s.certify(t)
	if tune != nil {
		tune(s)
	}
	served := make(chan struct{})
	go func() { defer close(served); s.serve() }()
	t.Cleanup(func() {
		l.Close()
		<-served
		s.sessions.Wait()
	})
	return s
}

// certify gives the server a certificate for localhost and 127.0.0.1.
func (s *smtpServer) certify(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func (s *smtpServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *smtpServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.sessions.Go(func() {
			defer conn.Close()
			if s.implicit {
				conn = tls.Server(conn, s.tls)
			}
			(&session{server: s, conn: conn, secure: s.implicit}).run()
		})
	}
}

// session is one client's talk.
type session struct {
	server *smtpServer
	conn   net.Conn
	in     *bufio.Reader
	secure bool
	mail   taken
}

func (c *session) run() {
	c.in = bufio.NewReader(c.conn)
	c.say("220 localhost test")
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		c.server.mu.Lock()
		c.server.talk = append(c.server.talk, line)
		c.server.mu.Unlock()
		verb, rest, _ := strings.Cut(line, " ")
		if !c.answer(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (c *session) say(format string, args ...any) { fmt.Fprintf(c.conn, format+"\r\n", args...) }

// answer does one command; false ends the talk.
func (c *session) answer(verb, rest string) bool {
	s := c.server
	if s.hang == verb {
		close(s.hung)
		io.Copy(io.Discard, c.in) // until the client hangs up
		return false
	}
	if reply, refused := s.replies[verb]; refused {
		c.say("%s", reply)
		return true
	}
	switch verb {
	case "EHLO":
		c.greet()
	case "STARTTLS":
		c.say("220 go on")
		c.conn = tls.Server(c.conn, s.tls)
		c.in, c.secure = bufio.NewReader(c.conn), true
	case "AUTH":
		c.auth(rest)
	case "MAIL":
		c.mail = taken{from: between(rest), user: c.mail.user, secure: c.secure}
		c.say("250 ok")
	case "RCPT":
		c.mail.to = between(rest)
		c.say("250 ok")
	case "DATA":
		c.data()
	case "QUIT":
		c.say("221 bye")
		return false
	default:
		c.say("250 ok")
	}
	return true
}

func (c *session) greet() {
	lines := []string{"localhost"}
	if !c.secure && !c.server.plain {
		lines = append(lines, "STARTTLS")
	}
	if c.server.mechs != "" {
		lines = append(lines, "AUTH "+c.server.mechs)
	}
	for _, l := range lines {
		c.say("250-%s", l)
	}
	c.say("250 HELP")
}

func (c *session) auth(rest string) {
	mech, initial, _ := strings.Cut(rest, " ")
	var user, password string
	switch strings.ToUpper(mech) {
	case "PLAIN":
		parts := strings.Split(unbase64(initial), "\x00")
		if len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		user, password = c.ask("Username:"), c.ask("Password:")
	}
	if user != "clerk" || password != "p@ss/word" {
		c.say("535 5.7.8 wrong user or password")
		return
	}
	c.mail.user = user
	c.say("235 welcome")
}

func (c *session) ask(what string) string {
	c.say("334 %s", base64.StdEncoding.EncodeToString([]byte(what)))
	line, _ := c.in.ReadString('\n')
	return unbase64(strings.TrimSpace(line))
}

func (c *session) data() {
	c.say("354 go on")
	raw, err := io.ReadAll(textproto.NewReader(c.in).DotReader())
	if err != nil {
		return
	}
	if reply, refused := c.server.replies["."]; refused {
		c.say("%s", reply)
		return
	}
	c.mail.raw = string(raw)
	c.server.mu.Lock()
	c.server.taken = append(c.server.taken, c.mail)
	c.server.mu.Unlock()
	c.say("250 taken")
}

// messages are those taken over so far.
func (s *smtpServer) messages() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taken(nil), s.taken...)
}

// said reports whether a client said something that begins so.
func (s *smtpServer) said(prefix string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.talk {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}

func unbase64(s string) string {
	b, _ := base64.StdEncoding.DecodeString(s)
	return string(b)
}
