package main

import (
	"context"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/mail"
	"filiere/internal/people"
	"filiere/internal/store"
)

// startMail begins to send what waits in the outbox, when a mail server is configured; otherwise
// messages stay there. stop ends it and waits for the message under way.
//
// It fails when the configuration is wrong, naming every fault: a school should learn at start that
// nobody gets its messages.
func (p *program) startMail(ctx context.Context, s *store.Store) (stop func(), err error) {
	c, ok, err := mail.FromEnvironment(p.getenv)
	if err != nil {
		return nil, err
	}
	if !ok {
		fmt.Fprintln(p.stderr, p.l.T("cli.mail.off", "variable", mail.URLVariable))
		return func() {}, nil
	}
	w := mail.Worker{Outbox: s, Sender: mail.Server{Config: c}, Log: slog.New(slog.NewTextHandler(p.stderr, nil))}
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(mail.PollEvery)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx, ticker.C)
	}()
	return func() {
		cancel()
		<-done
		ticker.Stop()
	}, nil
}

func (p *program) mailCommand() *cobra.Command {
	c := p.group("mail", "cli.mail.short", "cli.mail.long")
	c.AddCommand(p.mailListCommand(), p.mailRetryCommand())
	return c
}

func (p *program) mailListCommand() *cobra.Command {
	var asJSON bool
	var top int
	c := &cobra.Command{
		Use:   "list",
		Short: p.l.T("cli.mail.list.short"),
		Long:  p.l.T("cli.mail.list.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			messages, err := s.Mails(ctx, top)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, messagesJSON(messages))
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.mail.list.header"))
			for _, m := range messages {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", m.CreatedAt.Format(time.RFC3339), m.To, m.Subject, p.l.T("cli.mail.state."+mailState(m)), m.Attempts, m.LastError)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().IntVar(&top, "top", auditLimit, p.l.T("cli.radar.top"))
	return c
}

func (p *program) mailRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "retry [ID...]",
		Short:   p.l.T("cli.mail.retry.short"),
		Long:    p.l.T("cli.mail.retry.long"),
		Example: "  filiere mail retry",
		Args:    args(0, unlimited),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, ids []string) error {
			n, err := s.RetryMail(ctx, ids...)
			if err != nil {
				return err
			}
			p.say("cli.mail.retried", "n", n)
			return nil
		}),
	}
}

// mailState is where a message stands.
func mailState(m people.Message) string {
	switch {
	case !m.SentAt.IsZero():
		return "sent"
	case m.GivenUp():
		return "given_up"
	}
	return "waiting"
}

// messageJSON is a message as programs read it. Its text is left out: it may hold a link that still
// opens, and lists end up in logs.
type messageJSON struct {
	ID        string    `json:"id"`
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	State     string    `json:"state"`
	CreatedAt time.Time `json:"created_at"`
	SendAt    time.Time `json:"send_at"`
	SentAt    time.Time `json:"sent_at,omitzero"`
	Attempts  int       `json:"attempts"`
	LastError string    `json:"last_error,omitempty"`
}

func messagesJSON(messages []people.Message) []messageJSON {
	out := make([]messageJSON, len(messages))
	for i, m := range messages {
		out[i] = messageJSON{m.ID, m.To, m.Subject, mailState(m), m.CreatedAt, m.SendAt, m.SentAt, m.Attempts, m.LastError}
	}
	return out
}
