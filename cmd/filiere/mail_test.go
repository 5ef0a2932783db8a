package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// postOffice is a mail server that takes one message and gives it to whoever waits.
func postOffice(t *testing.T) (address string, arrived <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	message, done := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "220 test\r\n")
		takeMessage(bufio.NewScanner(conn), conn, message)
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), message
}

func takeMessage(in *bufio.Scanner, conn net.Conn, message chan<- string) {
	for in.Scan() {
		switch {
		case strings.HasPrefix(in.Text(), "DATA"):
			fmt.Fprint(conn, "354 go on\r\n")
			var text strings.Builder
			for in.Scan() && in.Text() != "." {
				text.WriteString(in.Text() + "\n")
			}
			message <- text.String()
			fmt.Fprint(conn, "250 taken\r\n")
		case strings.HasPrefix(in.Text(), "QUIT"):
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

// poster is a program with a database and an environment.
func poster(t *testing.T, environment map[string]string) (*program, *store.Store, *bytes.Buffer) {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, now: time.Now, getenv: func(name string) string { return environment[name] }}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "filiere.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.EnqueueMail(t.Context(), people.Message{To: "awa@example.org", Subject: "Your link", Body: "https://example.org/x", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	return p, s, &out
}

func TestServeSendsWhatWaitsInTheOutbox(t *testing.T) {
	address, arrived := postOffice(t)
	p, s, out := poster(t, map[string]string{"FILIERE_SMTP_URL": "smtp://" + address, "FILIERE_MAIL_FROM": "school@example.org"})
	stop, err := p.startMail(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	text := <-arrived
	stop() // waits until what was sent is written down
	sent, err := s.Mails(t.Context(), 0)
	if err != nil || len(sent) != 1 || mailState(sent[0]) != "sent" || !strings.Contains(text, "Subject: Your link") {
		t.Errorf("%+v, %v; arrived:\n%s\nlogged:\n%s", sent, err, text, out.String())
	}
}

func TestWithoutAMailServerMessagesStayAndServeSaysSo(t *testing.T) {
	p, s, out := poster(t, nil)
	stop, err := p.startMail(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if waiting, err := s.Mails(t.Context(), 0); err != nil || mailState(waiting[0]) != "waiting" || waiting[0].Body == "" {
		t.Errorf("%+v, %v", waiting, err)
	}
	if !strings.Contains(out.String(), "No mail server is configured (FILIERE_SMTP_URL)") {
		t.Errorf("it said %q", out.String())
	}
}
