package mail

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// box is an outbox in memory that writes down what it was told.
type box struct {
	mu     sync.Mutex
	due    []people.Message
	notes  []string
	broken bool
}

func (b *box) ClaimMail(ctx context.Context) (people.Message, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		b.broken = false
		return people.Message{}, false, errors.New("the database is away")
	}
	if len(b.due) == 0 {
		return people.Message{}, false, ctx.Err()
	}
	m := b.due[0]
	b.due = b.due[1:]
	return m, true, nil
}

func (b *box) MailSent(ctx context.Context, id string) error { return b.note(ctx, "sent "+id) }

func (b *box) MailFailed(ctx context.Context, id, reason string) error {
	return b.note(ctx, "failed "+id+": "+reason)
}

func (b *box) MailRefused(ctx context.Context, id, reason string) error {
	return b.note(ctx, "refused "+id+": "+reason)
}

func (b *box) note(ctx context.Context, s string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, s)
	return ctx.Err()
}

func (b *box) told() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.notes, "\n")
}

// senderFunc makes a function a Sender.
type senderFunc func(context.Context, people.Message) error

func (f senderFunc) Send(ctx context.Context, m people.Message) error { return f(ctx, m) }

// start runs a worker; tick makes it look into the outbox, and returns when it has begun to; stop ends
// it and waits.
func start(t *testing.T, w Worker) (tick, stop func()) {
	t.Helper()
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() { defer close(done); w.Run(ctx, ticks) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return func() { ticks <- someday }, stop
}

func messages(ids ...string) []people.Message {
	var out []people.Message
	for _, id := range ids {
		m := message()
		m.ID = id
		out = append(out, m)
	}
	return out
}

func TestTheWorkerSendsWhatIsDueAndWritesDownWhatBecameOfIt(t *testing.T) {
	b := &box{due: messages("a", "b", "c")}
	outcome := map[string]error{
		"a": nil,
		"b": fault.New(fault.Unavailable, "send message", "greylisted"),
		"c": fault.New(fault.Invalid, "send message", "no such mailbox"),
	}
	tick, stop := start(t, Worker{Outbox: b, Sender: senderFunc(func(_ context.Context, m people.Message) error { return outcome[m.ID] })})
	tick() // taken only when the first look is over
	stop()
	if want := "sent a\nfailed b: send message: greylisted\nrefused c: send message: no such mailbox"; b.told() != want {
		t.Errorf("it noted\n%s\nnot\n%s", b.told(), want)
	}
}

func TestTheWorkerLooksAgainAtEveryTick(t *testing.T) {
	b := &box{broken: true} // the first look fails
	tick, stop := start(t, Worker{Outbox: b, Sender: senderFunc(func(context.Context, people.Message) error { return nil })})
	tick()
	b.mu.Lock()
	b.due = messages("late")
	b.mu.Unlock()
	tick()
	tick()
	stop()
	if b.told() != "sent late" {
		t.Errorf("it noted %q", b.told())
	}
}

func TestAStoppedWorkerFinishesTheMessageUnderWayAndTakesNoOther(t *testing.T) {
	b := &box{due: messages("a", "b")}
	begun, finish := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	w := Worker{Outbox: b, Log: slog.New(slog.DiscardHandler), Sender: senderFunc(func(ctx context.Context, _ people.Message) error {
		close(begun)
		<-finish
		return ctx.Err()
	})}
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx, nil) }()
	<-begun
	cancel()
	close(finish)
	<-done
	if b.told() != "sent a" || len(b.due) != 1 {
		t.Errorf("it noted %q and left %d", b.told(), len(b.due))
	}
}

func TestAStoppedWorkerLetsGoOfAServerThatDoesNotAnswer(t *testing.T) {
	b := &box{due: messages("a")}
	begun := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	w := Worker{Outbox: b, Log: slog.New(slog.DiscardHandler), Grace: time.Millisecond, Sender: senderFunc(func(ctx context.Context, _ people.Message) error {
		close(begun)
		<-ctx.Done() // only the end of the grace ends this
		return later(ctx.Err())
	})}
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx, nil) }()
	<-begun
	cancel()
	<-done
	if !strings.HasPrefix(b.told(), "failed a") {
		t.Errorf("it noted %q", b.told())
	}
}

func TestAServerThatIsDownCostsATryAndNothingElse(t *testing.T) {
	s := startServer(t, nil)
	sender := to(s, "", "")
	s.listener.Close()
	b := &box{due: messages("a")}
	tick, stop := start(t, Worker{Outbox: b, Sender: sender})
	tick()
	stop()
	if !strings.HasPrefix(b.told(), "failed a: ") || !strings.Contains(b.told(), "refused") {
		t.Errorf("it noted %q", b.told())
	}
}

func TestNoLogHoldsAnAddressOrASecret(t *testing.T) {
	s := startServer(t, func(s *smtpServer) { s.replies["RCPT"] = "550 awa@example.org is not here" })
	var log bytes.Buffer
	b := &box{due: messages("a")}
	tick, stop := start(t, Worker{Outbox: b, Sender: to(s, "", ""), Log: slog.New(slog.NewTextHandler(&log, nil))})
	tick()
	stop()
	if !strings.HasPrefix(b.told(), "refused a: ") || !strings.Contains(log.String(), "message=a") {
		t.Fatalf("it noted %q and logged %q", b.told(), log.String())
	}
	for _, private := range []string{"awa@example.org", "xYz", message().Subject} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log holds %q: %s", private, log.String())
		}
	}
}

func TestAServersWordsAreKeptAsOneShortLine(t *testing.T) {
	for said, want := range map[string]string{
		"550 a\r\nb\x1b[31mc":                  "550 a  b [31mc",
		"\xff":                                 "?",
		strings.Repeat("é", 2*maxReason):       strings.Repeat("é", maxReason-1) + "…",
		"554 awa@example.org unknown\u202eexe": "554 … unknown exe",
	} {
		if got := reason(errors.New(said), "awa@example.org"); got != want {
			t.Errorf("%q is kept as %q, not %q", said, got, want)
		}
	}
}

// FuzzReason: whatever a mail server says, one short printable line is kept of it, without the address.
func FuzzReason(f *testing.F) {
	for _, s := range []string{"550 no", "550 <awa@example.org>\r\nlevel=ERROR", "\xff\xfe", "a\u202eb", strings.Repeat("é", 2000), "awa@\nexample.org", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, said string) {
		const recipient = "awa@example.org"
		kept := reason(errors.New(said), recipient)
		if !utf8.ValidString(kept) || utf8.RuneCountInString(kept) > maxReason || strings.Contains(kept, recipient) ||
			strings.ContainsFunc(kept, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q is kept as %q", said, kept)
		}
	})
}
