package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/access"
	"filiere/internal/people"
	"filiere/internal/store"
)

// userCommand groups what an operator does to accounts. Whoever can run it can read the database anyway:
// it asks for no sign-in, and the audit trail names "cli" as the actor.
func (p *program) userCommand() *cobra.Command {
	c := p.group("user", "cli.user.short", "cli.user.long")
	c.AddCommand(p.userAddCommand(), p.userListCommand(), p.userShowCommand(), p.userRoleCommand(),
		p.userStateCommand("suspend", "cli.user.suspend.short", "cli.user.suspend.long", people.Suspended, "cli.user.suspended"),
		p.userStateCommand("restore", "cli.user.restore.short", "cli.user.restore.long", people.Active, "cli.user.restored"),
		p.userLinkCommand(), p.userExportCommand(), p.userEraseCommand())
	return c
}

// group is a command that only holds others: it shows its help, and refuses names it does not know.
func (p *program) group(use, short, long string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: p.l.T(short), Long: p.l.T(long), Args: args(0, unlimited), RunE: p.noCommand,
		SuggestionsMinimumDistance: 2,
	}
}

// inStore makes the body of a command that works on the open database.
func (p *program) inStore(f func(context.Context, *store.Store, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, a []string) error {
		return p.withStore(c.Context(), func(s *store.Store) error { return f(c.Context(), s, a) })
	}
}

func (p *program) say(key string, pairs ...any) { fmt.Fprintln(p.stdout, p.l.T(key, pairs...)) }

// publicAddress is where people reach the site: the flag, FILIERE_PUBLIC_URL, or this machine.
func (p *program) publicAddress(flag string) (access.Site, error) {
	return access.ParseSite(cmp.Or(flag, p.getenv("FILIERE_PUBLIC_URL"), "http://"+defaultAddr))
}

func (p *program) userAddCommand() *cobra.Command {
	var public string
	var roles []string
	a := people.Account{State: people.Active, Lang: string(p.l.Lang)}
	c := &cobra.Command{
		Use:     "add EMAIL",
		Short:   p.l.T("cli.user.add.short"),
		Long:    p.l.T("cli.user.add.long"),
		Example: "  filiere user add awa@example.org --name 'Awa Diop' --role analyst --lang fr",
		Args:    args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			if a.Name == "" {
				return usageError{errors.New(p.l.T("cli.user.add.noname"))}
			}
			site, err := p.publicAddress(public)
			if err != nil {
				return err
			}
			a.Email = named[0]
			for _, r := range roles {
				a.Grants = append(a.Grants, people.Grant{Role: people.Role(r)})
			}
			return p.addUser(ctx, s, a, site)
		}),
	}
	c.Flags().StringVar(&a.Name, "name", "", p.l.T("cli.user.add.name"))
	c.Flags().StringSliceVar(&roles, "role", nil, p.l.T("cli.user.add.role", "roles", rolesText()))
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.user.publicurl"))
	p.completeRoles(c)
	return c
}

// addUser makes the account and prints the link that opens it.
func (p *program) addUser(ctx context.Context, s *store.Store, a people.Account, site access.Site) error {
	a, err := s.CreateAccount(ctx, people.ByCLI, a)
	if err != nil {
		return err
	}
	secret, err := s.CreateLink(ctx, people.ByCLI, people.LinkInvite, a.ID)
	if err != nil {
		return err
	}
	p.say("cli.user.added", "email", a.Email, "days", int(people.InviteLinkLife/(24*time.Hour)))
	fmt.Fprintln(p.stdout, site.Link("/invite/"+secret))
	return nil
}

func rolesText() string {
	var names []string
	for _, r := range people.Grantable() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func (p *program) completeRoles(c *cobra.Command) {
	_ = c.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(strings.Split(rolesText(), ", "), cobra.ShellCompDirectiveNoFileComp))
}

func (p *program) userListCommand() *cobra.Command {
	var asJSON bool
	var search string
	c := &cobra.Command{
		Use:   "list",
		Short: p.l.T("cli.user.list.short"),
		Long:  p.l.T("cli.user.list.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			found, _, err := s.Accounts(ctx, search, 0, 0)
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]accountJSON, len(found))
				for i, a := range found {
					out[i] = toAccountJSON(a)
				}
				return writeJSON(p.stdout, out)
			}
			return p.accountTable(found)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().StringVar(&search, "search", "", p.l.T("cli.user.list.search"))
	return c
}

func (p *program) accountTable(accounts []people.Account) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.user.list.header"))
	for _, a := range accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Email, a.Name, p.l.T("cli.user.state."+string(a.State)), grantsText(a.Grants))
	}
	return w.Flush()
}

// grantsText writes roles as they are typed: analyst, expert programme:p1.
func grantsText(grants []people.Grant) string {
	words := make([]string, len(grants))
	for i, g := range grants {
		words[i] = string(g.Role)
		if g.Scope != (people.Ref{}) {
			words[i] += " " + string(g.Scope.Kind) + ":" + g.Scope.ID
		}
	}
	return strings.Join(words, ", ")
}

func (p *program) userShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show EMAIL",
		Short: p.l.T("cli.user.show.short"),
		Long:  p.l.T("cli.user.show.long"),
		Args:  args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			a, err := s.AccountByEmail(ctx, named[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, toAccountJSON(a))
			}
			return p.showUser(ctx, s, a)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// showUser prints an account and by what means it signs in.
func (p *program) showUser(ctx context.Context, s *store.Store, a people.Account) error {
	d, err := s.PersonalData(ctx, a.ID)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	for _, line := range []struct {
		key   string
		value any
	}{
		{"cli.user.show.id", a.ID},
		{"cli.user.show.email", a.Email},
		{"cli.user.show.name", a.Name},
		{"cli.user.show.lang", a.Lang},
		{"cli.user.show.state", p.l.T("cli.user.state." + string(a.State))},
		{"cli.user.show.created", a.CreatedAt.Format(time.DateOnly)},
		{"cli.user.show.roles", grantsText(a.Grants)},
		{"cli.user.show.passkeys", len(d.Passkeys)},
		{"cli.user.show.passwords", len(d.Password)},
		{"cli.user.show.providers", len(d.OIDC)},
		{"cli.user.show.sessions", len(d.Sessions)},
		{"cli.user.show.tokens", len(d.Tokens)},
	} {
		fmt.Fprintf(w, "%s\t%v\n", p.l.T(line.key), line.value)
	}
	return w.Flush()
}

// accountJSON is an account as programs read it, in the words of the API.
type accountJSON struct {
	ID        people.AccountID `json:"id"`
	Email     string           `json:"email"`
	Name      string           `json:"name"`
	Lang      string           `json:"lang"`
	Theme     string           `json:"theme"`
	State     people.State     `json:"state"`
	CreatedAt time.Time        `json:"created_at"`
	Grants    []grantJSON      `json:"grants"`
}

type grantJSON struct {
	Role      people.Role `json:"role"`
	ScopeKind people.Kind `json:"scope_kind,omitempty"`
	ScopeID   string      `json:"scope_id,omitempty"`
}

func toAccountJSON(a people.Account) accountJSON {
	out := accountJSON{
		ID: a.ID, Email: a.Email, Name: a.Name, Lang: a.Lang, Theme: a.Theme, State: a.State,
		CreatedAt: a.CreatedAt, Grants: make([]grantJSON, len(a.Grants)),
	}
	for i, g := range a.Grants {
		out.Grants[i] = grantJSON{g.Role, g.Scope.Kind, g.Scope.ID}
	}
	return out
}
