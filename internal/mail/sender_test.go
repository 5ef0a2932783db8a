package mail

import (
	"context"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

var someday = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

func message() people.Message {
	return people.Message{
		ID: "0195-7a", To: "awa@example.org", Subject: "Votre accès à Filière : connexion", Lang: "fr", CreatedAt: someday,
		Body: "Bonjour,\n\nhttps://example.org/enter/xYz\n.\nÀ bientôt\n",
	}
}

// to is a sender to a test server; credentials may be empty.
func to(s *smtpServer, user, password string) Server {
	return Server{
		Config: Config{
			Host: "127.0.0.1", Port: s.port(), Implicit: s.implicit, User: user, Password: password,
			From: netmail.Address{Name: "École", Address: "school@example.org"},
		},
		Roots: s.roots,
	}
}

func TestAMessageArrivesAsItWasWritten(t *testing.T) {
	s := startServer(t, nil)
	if err := to(s, "", "").Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	got := s.messages()
	if len(got) != 1 || got[0].from != "school@example.org" || got[0].to != "awa@example.org" {
		t.Fatalf("the server took %+v", got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got[0].raw))
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Message-Id": "<0195-7a@example.org>", "Date": someday.Format(time.RFC1123Z), "To": "<awa@example.org>",
		"Auto-Submitted": "auto-generated", "Content-Language": "fr",
	} {
		if h := m.Header.Get(header); h != want {
			t.Errorf("%s is %q, not %q", header, h, want)
		}
	}
	var words mime.WordDecoder
	if subject, err := words.DecodeHeader(m.Header.Get("Subject")); err != nil || subject != message().Subject {
		t.Errorf("the subject is %q (%v)", subject, err)
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "École" {
		t.Errorf("the sender is %v (%v)", from, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if want := message().Body; err != nil || strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("the text is %q (%v), not %q", body, err, want)
	}
}

func TestTheSameMessageSentTwiceCarriesTheSameMessageIDAndDate(t *testing.T) {
	s := startServer(t, nil)
	for range 2 {
		if err := to(s, "", "").Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
	}
	got := s.messages()
	if len(got) != 2 || got[0].raw != got[1].raw || !strings.Contains(got[0].raw, "Message-ID: <0195-7a@example.org>") {
		t.Errorf("the second copy differs:\n%s\n%s", got[0].raw, got[1].raw)
	}
}

func TestAPasswordTravelsOnlyThroughTLS(t *testing.T) {
	tests := []struct {
		name string
		tune func(*smtpServer)
		sent bool
	}{
		{"PLAIN after STARTTLS is used", func(s *smtpServer) { s.mechs = "LOGIN PLAIN" }, true},
		{"LOGIN after STARTTLS is used when there is no PLAIN", func(s *smtpServer) { s.mechs = "LOGIN" }, true},
		{"PLAIN inside implicit TLS is used", func(s *smtpServer) { s.mechs, s.implicit = "PLAIN", true }, true},
		{"a server without STARTTLS gets no password, even on loopback", func(s *smtpServer) { s.mechs, s.plain = "PLAIN", true }, false},
		{"a server that offers only other ways gets no password", func(s *smtpServer) { s.mechs = "CRAM-MD5" }, false},
		{"a server whose certificate nobody vouches for gets no password", func(s *smtpServer) { s.mechs, s.roots = "PLAIN", nil }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, tt.tune)
			err := to(s, "clerk", "p@ss/word").Send(t.Context(), message())
			got := s.messages()
			if tt.sent {
				if err != nil || len(got) != 1 || got[0].user != "clerk" || !got[0].secure {
					t.Fatalf("took %+v, %v", got, err)
				}
				return
			}
			if fault.CodeOf(err) != fault.Unavailable || len(got) != 0 || s.said("AUTH") {
				t.Errorf("took %+v, said AUTH: %v, %v", got, s.said("AUTH"), err)
			}
		})
	}
}

func TestAServerElsewhereMustEncryptEvenWithoutAPassword(t *testing.T) {
	s := startServer(t, func(s *smtpServer) { s.plain = true })
	sender := to(s, "", "")
	if err := sender.Send(t.Context(), message()); err != nil || len(s.messages()) != 1 {
		t.Fatalf("the loopback server took %d messages, %v", len(s.messages()), err)
	}
	// A name that is not said to be loopback, though it leads here: what matters is what is configured.
	sender.Config.Host = "localhost.localdomain"
	if sender.Config.loopback() {
		t.Fatal("localhost.localdomain counts as loopback")
	}
	sender.Config.Host = "0.0.0.0"
	err := sender.Send(t.Context(), message())
	if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "STARTTLS") || len(s.messages()) != 1 {
		t.Errorf("took %d messages, %v", len(s.messages()), err)
	}
}

func TestWhatTheServerRefusesIsToldApartFromWhatCanBeMended(t *testing.T) {
	tests := []struct {
		name  string
		verb  string
		reply string
		want  fault.Code
	}{
		{"an unknown recipient is refused for good", "RCPT", "550 5.1.1 no such mailbox", fault.Invalid},
		{"a message called spam is refused for good", ".", "554 5.7.1 looks like spam", fault.Invalid},
		{"no data wanted is refused for good", "DATA", "552 5.2.3 too large", fault.Invalid},
		{"a greylisted recipient is tried again", "RCPT", "451 4.7.1 come back later", fault.Unavailable},
		{"a full disk is tried again", ".", "452 4.3.1 no space", fault.Unavailable},
		{"a refused sender is the operator's to mend", "MAIL", "550 5.7.1 not yours", fault.Unavailable},
		{"a refused sign-in is the operator's to mend", "AUTH", "535 5.7.8 wrong", fault.Unavailable},
		{"a server that closes shop is tried again", "EHLO", "421 4.3.2 closing", fault.Unavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, func(s *smtpServer) { s.mechs, s.replies[tt.verb] = "PLAIN", tt.reply })
			err := to(s, "clerk", "p@ss/word").Send(t.Context(), message())
			if fault.CodeOf(err) != tt.want {
				t.Errorf("%v is %s, not %s", err, fault.CodeOf(err), tt.want)
			}
			if _, words, _ := strings.Cut(tt.reply, " "); err != nil && tt.verb != "EHLO" && !strings.Contains(err.Error(), words) {
				t.Errorf("%v does not say what the server said", err)
			}
			if err != nil && strings.Contains(err.Error(), "p@ss/word") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

func TestAMessageTakenOverIsSentWhateverTheServerSaysAfterwards(t *testing.T) {
	s := startServer(t, func(s *smtpServer) { s.replies["RSET"], s.replies["QUIT"] = "421 bye", "500 what" })
	if err := to(s, "", "").Send(t.Context(), message()); err != nil || len(s.messages()) != 1 {
		t.Errorf("took %d messages, %v", len(s.messages()), err)
	}
}

func TestNothingTypedBecomesAHeader(t *testing.T) {
	s := startServer(t, nil)
	tests := []struct {
		name   string
		change func(*people.Message)
	}{
		{"a subject with a line break", func(m *people.Message) { m.Subject = "Hello\r\nBcc: all@example.org" }},
		{"a subject with a bare line feed", func(m *people.Message) { m.Subject = "Hello\nBcc: all@example.org" }},
		{"a subject with a carriage return", func(m *people.Message) { m.Subject = "Hello\rBcc: all@example.org" }},
		{"a subject with a NUL", func(m *people.Message) { m.Subject = "Hello\x00" }},
		{"a recipient with a line break", func(m *people.Message) { m.To = "awa@example.org\r\nBcc: all@example.org" }},
		{"a recipient with a command", func(m *people.Message) { m.To = "awa@example.org>\r\nRCPT TO:<all@example.org" }},
		{"two recipients", func(m *people.Message) { m.To = "awa@example.org, all@example.org" }},
		{"a recipient with a name", func(m *people.Message) { m.To = "Awa <awa@example.org>" }},
		{"an ID with a line break", func(m *people.Message) { m.ID = "1>\r\nBcc: all@example.org" }},
		{"a language with a line break", func(m *people.Message) { m.Lang = "fr\r\nBcc: all@example.org" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := message()
			tt.change(&m)
			if err := to(s, "", "").Send(t.Context(), m); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("sent, %v", err)
			}
		})
	}
	if got := s.messages(); len(got) != 0 || s.said("RCPT") {
		t.Errorf("the server took %+v", got)
	}
}

// FuzzHeaders proves that whatever a subject and a body hold, a message is refused or has exactly the
// headers of any other, and one recipient.
func FuzzHeaders(f *testing.F) {
	f.Add("Bonjour", "Texte")
	f.Add("a\r\nBcc: b@example.org", "\r\n.\r\nMAIL FROM:<x@example.org>")
	f.Add("=?utf-8?q?=0D=0ABcc:_b@example.org?=", "x")
	f.Add(strings.Repeat("é", 300), "\x00")
	sender := Server{Config: Config{Host: "localhost", From: netmail.Address{Address: "school@example.org"}}}
	f.Fuzz(func(t *testing.T, subject, body string) {
		m := message()
		m.Subject, m.Body = subject, body
		msg, err := sender.compose(m)
		if err != nil {
			return
		}
		var b strings.Builder
		if _, err := msg.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		got, err := netmail.ReadMessage(strings.NewReader(b.String()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		known := []string{"Subject", "Message-Id", "Date", "From", "To", "Auto-Submitted", "Content-Language", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}
		for _, k := range known {
			delete(got.Header, k)
		}
		if len(got.Header) > 0 {
			t.Errorf("subject %q made the headers %v", subject, got.Header)
		}
	})
}

func TestASilentServerDoesNotHoldTheWorkerBeyondItsContext(t *testing.T) {
	s := startServer(t, func(s *smtpServer) { s.hang = "RCPT" })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-s.hung; cancel() }()
	if err := to(s, "", "").Send(ctx, message()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("the message was %v", err)
	}
}
