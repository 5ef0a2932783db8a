package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// tokenMark is how much of a token's ID is shown, and enough to name it by.
const tokenMark = 12

func (p *program) tokenCommand() *cobra.Command {
	c := p.group("token", "cli.token.short", "cli.token.long")
	c.AddCommand(p.tokenCreateCommand(), p.tokenListCommand(), p.tokenRevokeCommand())
	return c
}

func (p *program) tokenCreateCommand() *cobra.Command {
	var t people.Token
	var scopes []string
	var days int
	c := &cobra.Command{
		Use:     "create EMAIL",
		Short:   p.l.T("cli.token.create.short"),
		Long:    p.l.T("cli.token.create.long", "scopes", scopesText()),
		Example: "  filiere token create awa@example.org --name 'nightly export' --scope accounts.read --days 30",
		Args:    args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			if t.Name == "" || len(scopes) == 0 || days < 0 {
				return usageError{errors.New(p.l.T("cli.token.create.missing"))}
			}
			for _, scope := range scopes {
				t.Scopes = append(t.Scopes, people.Action(scope))
			}
			if days > 0 {
				t.ExpiresAt = p.now().Add(time.Duration(days) * 24 * time.Hour)
			}
			return p.createToken(ctx, s, named[0], t)
		}),
	}
	c.Flags().StringVar(&t.Name, "name", "", p.l.T("cli.token.create.name"))
	c.Flags().StringSliceVar(&scopes, "scope", nil, p.l.T("cli.token.create.scope"))
	c.Flags().IntVar(&days, "days", 0, p.l.T("cli.token.create.days"))
	_ = c.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions(strings.Split(scopesText(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func scopesText() string {
	var names []string
	for _, a := range people.Actions() {
		names = append(names, string(a))
	}
	return strings.Join(names, ", ")
}

func (p *program) createToken(ctx context.Context, s *store.Store, email string, t people.Token) error {
	a, err := s.AccountByEmail(ctx, email)
	if err != nil {
		return err
	}
	if err := people.CheckScopes(people.Identity{Account: a.ID, Grants: a.Grants}, t.Scopes); err != nil {
		return err
	}
	t.Account = a.ID
	secret, err := s.CreateToken(ctx, people.ByCLI, t)
	if err != nil {
		return err
	}
	p.say("cli.token.created", "email", a.Email)
	fmt.Fprintln(p.stdout, secret)
	return nil
}

func (p *program) tokenListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list EMAIL",
		Short: p.l.T("cli.token.list.short"),
		Long:  p.l.T("cli.token.list.long"),
		Args:  args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			tokens, err := tokensOf(ctx, s, named[0])
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]tokenJSON, len(tokens))
				for i, t := range tokens {
					out[i] = tokenJSON{t.ID, t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt, t.UsedAt}
				}
				return writeJSON(p.stdout, out)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.token.list.header"))
			for _, t := range tokens {
				scopes := strings.Trim(fmt.Sprint(t.Scopes), "[]")
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.ID[:tokenMark], t.Name, scopes, day(t.ExpiresAt), day(t.UsedAt))
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// tokenJSON is a token as programs read it, in the words of the API.
type tokenJSON struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Scopes    []people.Action `json:"scopes"`
	CreatedAt time.Time       `json:"created_at"`
	ExpiresAt time.Time       `json:"expires_at"`
	UsedAt    time.Time       `json:"used_at,omitzero"`
}

// day is the date of a time, a dash for none.
func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format(time.DateOnly)
}

func tokensOf(ctx context.Context, s *store.Store, email string) ([]people.Token, error) {
	a, err := s.AccountByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	return s.Tokens(ctx, a.ID)
}

func (p *program) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke EMAIL TOKEN",
		Short: p.l.T("cli.token.revoke.short"),
		Long:  p.l.T("cli.token.revoke.long"),
		Args:  args(2, 2),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			tokens, err := tokensOf(ctx, s, named[0])
			if err != nil {
				return err
			}
			t, err := pickToken(tokens, named[1])
			if err != nil {
				return err
			}
			if err := s.RevokeToken(ctx, people.ByCLI, t.Account, t.ID); err != nil {
				return err
			}
			p.say("cli.token.revoked", "name", t.Name)
			return nil
		}),
	}
}

// pickToken finds the one token whose ID begins with what was typed.
func pickToken(tokens []people.Token, mark string) (people.Token, error) {
	var found []people.Token
	for _, t := range tokens {
		if strings.HasPrefix(t.ID, mark) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return people.Token{}, fault.New(fault.Invalid, "revoke token", "%d tokens begin with %q", len(found), mark)
	}
	f := fault.New(fault.NotFound, "revoke token", "no token of this account begins with %q", mark)
	f.Hint = "filiere token list EMAIL names them"
	return people.Token{}, f
}
