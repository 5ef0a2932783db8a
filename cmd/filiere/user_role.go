package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

func (p *program) userRoleCommand() *cobra.Command {
	c := p.group("role", "cli.user.role.short", "cli.user.role.long")
	give := func(ctx context.Context, s *store.Store, id people.AccountID, g people.Grant) error {
		return s.GiveGrant(ctx, people.ByCLI, id, g)
	}
	take := func(ctx context.Context, s *store.Store, id people.AccountID, g people.Grant) error {
		return s.TakeGrant(ctx, people.ByCLI, id, g)
	}
	c.AddCommand(
		p.grantCommand(&cobra.Command{
			Use: "give EMAIL ROLE", Short: p.l.T("cli.user.role.give.short"), Long: p.l.T("cli.user.role.give.long", "roles", rolesText()),
			Example: "  filiere user role give awa@example.org analyst\n  filiere user role give bo@example.org expert --scope programme:p1",
		}, give, "cli.user.role.given"),
		p.grantCommand(&cobra.Command{
			Use: "take EMAIL ROLE", Short: p.l.T("cli.user.role.take.short"), Long: p.l.T("cli.user.role.take.long"),
		}, take, "cli.user.role.taken"),
	)
	return c
}

// grantCommand completes a command that gives or takes a role.
func (p *program) grantCommand(c *cobra.Command, change func(context.Context, *store.Store, people.AccountID, people.Grant) error, done string) *cobra.Command {
	var scope string
	c.Args = args(2, 2)
	c.RunE = p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
		g := people.Grant{Role: people.Role(named[1])}
		var err error
		if g.Scope, err = readScope(scope); err != nil {
			return err
		}
		if err := g.Check(); err != nil {
			return err
		}
		a, err := s.AccountByEmail(ctx, named[0])
		if err != nil {
			return err
		}
		if err := change(ctx, s, a.ID, g); err != nil {
			return err
		}
		p.say(done, "email", a.Email, "role", grantsText([]people.Grant{g}))
		return nil
	})
	c.Flags().StringVar(&scope, "scope", "", p.l.T("cli.user.role.scope"))
	return c
}

// readScope reads kind:id, "" for everywhere.
func readScope(s string) (people.Ref, error) {
	if s == "" {
		return people.Ref{}, nil
	}
	kind, id, ok := strings.Cut(s, ":")
	if !ok || kind == "" || id == "" {
		f := fault.New(fault.Invalid, "read --scope", "%q is not of the form kind:id", s)
		f.Hint = "for example --scope programme:p1"
		return people.Ref{}, f
	}
	return people.Ref{Kind: people.Kind(kind), ID: id}, nil
}

// userStateCommand makes suspend and restore.
func (p *program) userStateCommand(name, short, long string, state people.State, done string) *cobra.Command {
	return &cobra.Command{
		Use: name + " EMAIL", Short: p.l.T(short), Long: p.l.T(long), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			a, err := s.AccountByEmail(ctx, named[0])
			if err != nil {
				return err
			}
			if err := s.SetAccountState(ctx, people.ByCLI, a.ID, state); err != nil {
				return err
			}
			p.say(done, "email", a.Email)
			return nil
		}),
	}
}

func (p *program) userLinkCommand() *cobra.Command {
	var public string
	c := &cobra.Command{
		Use:   "link EMAIL",
		Short: p.l.T("cli.user.link.short"),
		Long:  p.l.T("cli.user.link.long"),
		Args:  args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			site, err := p.publicAddress(public)
			if err != nil {
				return err
			}
			a, err := s.AccountByEmail(ctx, named[0])
			if err != nil {
				return err
			}
			secret, err := s.CreateLink(ctx, people.ByCLI, people.LinkRecovery, a.ID)
			if err != nil {
				return err
			}
			p.say("cli.user.linked", "email", a.Email, "minutes", int(people.RecoveryLife/time.Minute))
			fmt.Fprintln(p.stdout, site.Link("/recover/"+secret))
			return nil
		}),
	}
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.user.publicurl"))
	return c
}
