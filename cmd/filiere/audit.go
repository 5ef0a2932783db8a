package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/people"
	"filiere/internal/store"
)

func (p *program) auditCommand() *cobra.Command {
	c := p.group("audit", "cli.audit.short", "cli.audit.long")
	c.AddCommand(p.auditListCommand(), p.auditVerifyCommand())
	return c
}

// auditLimit is how many events are listed unless more are asked for.
const auditLimit = 50

func (p *program) auditListCommand() *cobra.Command {
	var f people.AuditFilter
	var actor, about string
	var before int
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   p.l.T("cli.audit.list.short"),
		Long:    p.l.T("cli.audit.list.long"),
		Example: "  filiere audit list --action grant. --about awa@example.org\n  filiere audit list --top 0 --json > audit.json",
		Args:    args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			f.Before = int64(before)
			if err := p.auditPeople(ctx, s, &f, actor, about); err != nil {
				return err
			}
			events, err := s.AuditEvents(ctx, f)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, eventsJSON(events))
			}
			return p.eventTable(events)
		}),
	}
	flags := c.Flags()
	flags.StringVar(&actor, "actor", "", p.l.T("cli.audit.list.actor"))
	flags.StringVar(&about, "about", "", p.l.T("cli.audit.list.about"))
	flags.StringVar(&f.Action, "action", "", p.l.T("cli.audit.list.action"))
	flags.IntVar(&f.Limit, "top", auditLimit, p.l.T("cli.radar.top"))
	flags.IntVar(&before, "before", 0, p.l.T("cli.audit.list.before"))
	flags.BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// auditPeople reads who acted and on whom: an address, the ID of an account (all that is left of an
// erased one), or, of actors, "cli", "system" or "visitor".
func (p *program) auditPeople(ctx context.Context, s *store.Store, f *people.AuditFilter, actor, about string) error {
	switch by := people.Actor(actor); by {
	case "", people.ByCLI, people.BySystem, people.ByVisitor:
		f.Actor = by
	default:
		id, err := idOf(ctx, s, actor)
		if err != nil {
			return err
		}
		f.Actor = people.By(id)
	}
	if about == "" {
		return nil
	}
	id, err := idOf(ctx, s, about)
	f.Object = people.Ref{Kind: people.KindAccount, ID: string(id)}
	return err
}

// idOf finds an account's ID by its address, or takes it as it stands.
func idOf(ctx context.Context, s *store.Store, who string) (people.AccountID, error) {
	if email, err := people.FoldEmail(who); err == nil {
		a, err := s.AccountByEmail(ctx, email)
		return a.ID, err
	}
	a, err := s.Account(ctx, people.AccountID(who))
	return a.ID, err
}

func (p *program) eventTable(events []people.Event) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.audit.list.header"))
	for _, e := range events {
		object := string(e.Object.Kind)
		if e.Object.ID != "" {
			object += ":" + e.Object.ID
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.Format(time.RFC3339), e.Actor, e.Action, object, e.Detail)
	}
	return w.Flush()
}

// eventJSON is an event as programs read it; with the hashes, the chain can be checked elsewhere.
type eventJSON struct {
	Seq        int64        `json:"seq"`
	At         time.Time    `json:"at"`
	Actor      people.Actor `json:"actor"`
	Action     string       `json:"action"`
	ObjectKind people.Kind  `json:"object_kind"`
	ObjectID   string       `json:"object_id"`
	Detail     string       `json:"detail,omitempty"`
	Prev       string       `json:"prev"`
	Hash       string       `json:"hash"`
}

func eventsJSON(events []people.Event) []eventJSON {
	out := make([]eventJSON, len(events))
	for i, e := range events {
		out[i] = eventJSON{e.Seq, e.At, e.Actor, e.Action, e.Object.Kind, e.Object.ID, e.Detail, e.Prev, e.Hash}
	}
	return out
}

func (p *program) auditVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: p.l.T("cli.audit.verify.short"),
		Long:  p.l.T("cli.audit.verify.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			n, err := s.VerifyAudit(ctx)
			if err != nil {
				return err
			}
			p.say("cli.audit.verified", "n", int(n))
			return nil
		}),
	}
}
