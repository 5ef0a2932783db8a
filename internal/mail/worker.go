package mail

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Outbox is where messages wait.
type Outbox interface {
	// ClaimMail takes a message that is due, so that no other worker gets it; ok is false when none is.
	// A claim that is neither kept nor given back falls back to the outbox after people.ClaimLife.
	ClaimMail(context.Context) (m people.Message, ok bool, err error)
	// MailSent writes down that a message was taken over by the server.
	MailSent(ctx context.Context, id string) error
	// MailFailed gives a message back for another try, after people.Backoff.
	MailFailed(ctx context.Context, id, reason string) error
	// MailRefused gives a message up: no other try will help.
	MailRefused(ctx context.Context, id, reason string) error
}

// Sender hands one message to the world. An Invalid fault says that trying again will not help.
type Sender interface {
	Send(context.Context, people.Message) error
}

// PollEvery is how often the outbox is looked into: a person waits for a sign-in link.
const PollEvery = 2 * time.Second

// stopGrace is how long the message under way may still take when the program stops, and how long the
// note of what became of it may: below what the program lets its requests have.
const stopGrace = 5 * time.Second

// maxReason bounds what is kept of a server's words.
const maxReason = 500

// Worker sends what is due. Any number may run, in one process or in many.
type Worker struct {
	Outbox Outbox
	Sender Sender
	Log    *slog.Logger
	Grace  time.Duration // zero: stopGrace
}

// Run looks into the outbox at every tick and sends what is due, one message after another, until the
// context ends. The message under way is then finished, for at most Grace; its caller waits for Run to
// return. A failing outbox is logged and looked into again at the next tick.
func (w Worker) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		w.drain(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// drain sends until nothing is due.
func (w Worker) drain(ctx context.Context) {
	for ctx.Err() == nil {
		m, ok, err := w.Outbox.ClaimMail(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("look into the outbox", "error", err)
		}
		if err != nil || !ok {
			return
		}
		w.deliver(ctx, m)
	}
}

// deliver sends one message and writes down what became of it.
func (w Worker) deliver(ctx context.Context, m people.Message) {
	grace := w.Grace
	if grace == 0 {
		grace = stopGrace
	}
	sending, stop := outlive(ctx, grace)
	defer stop()
	outcome := w.Sender.Send(sending, m)
	noting, done := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer done()
	if err := w.note(noting, m, outcome); err != nil {
		w.Log.Error("note what became of a message; it may be sent again", "message", m.ID, "error", err)
	}
}

func (w Worker) note(ctx context.Context, m people.Message, outcome error) error {
	if outcome == nil {
		w.Log.Info("message sent", "message", m.ID)
		return w.Outbox.MailSent(ctx, m.ID)
	}
	why := reason(outcome, m.To)
	if fault.CodeOf(outcome) == fault.Invalid {
		w.Log.Warn("message refused for good", "message", m.ID, "reason", why)
		return w.Outbox.MailRefused(ctx, m.ID, why)
	}
	w.Log.Warn("message not sent", "message", m.ID, "attempts", m.Attempts, "reason", why)
	return w.Outbox.MailFailed(ctx, m.ID, why)
}

// outlive is a context that ends a while after another.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { t.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

// reason is an error as it is kept and logged: one short printable line, since a server chose the words,
// without the recipient, since a log is no place for addresses.
func reason(err error, recipient string) string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(err.Error(), "?"))
	if recipient != "" {
		line = strings.ReplaceAll(line, recipient, "…")
	}
	if r := []rune(line); len(r) > maxReason {
		return string(r[:maxReason-1]) + "…"
	}
	return line
}
