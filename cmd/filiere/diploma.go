package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/store"
)

// diplomaCommand groups what an operator does with the register of diplomas.
func (p *program) diplomaCommand() *cobra.Command {
	c := p.group("diploma", "cli.diploma.short", "cli.diploma.long")
	c.AddCommand(p.diplomaListCommand(), p.diplomaShowCommand(), p.diplomaIssueCommand(), p.diplomaRevokeCommand())
	return c
}

// inOffice makes the body of a command that works in the registrar's office; public is the flag --public-url.
func (p *program) inOffice(public *string, f func(context.Context, *registrar.Office, *store.Store, []string) error) func(*cobra.Command, []string) error {
	return p.inStore(func(ctx context.Context, s *store.Store, a []string) error {
		site, err := p.publicAddress(*public)
		if err != nil {
			return err
		}
		o, err := p.office(s, site, true)
		if err != nil {
			return err
		}
		return f(ctx, o, s, a)
	})
}

// addressGiven reports whether somebody said where the site is reached.
func (p *program) addressGiven(flag string) bool {
	return flag != "" || p.getenvOr("FILIERE_PUBLIC_URL") != ""
}

// warnOfOtherIssuer says so when the newest diploma of the register names another issuer than this office is.
func (p *program) warnOfOtherIssuer(ctx context.Context, o *registrar.Office, s *store.Store) error {
	list, _, err := s.Diplomas(ctx, 1, 0)
	if err != nil || len(list) == 0 {
		return err
	}
	d, err := s.Diploma(ctx, list[0].ID)
	if err != nil {
		return err
	}
	var said struct {
		Issuer struct {
			ID string `json:"id"`
		} `json:"issuer"`
	}
	if err := json.Unmarshal(d.Credential, &said); err != nil {
		return fmt.Errorf("read the credential of %s: %w", d.Number, err)
	}
	if did := o.School().DID(); said.Issuer.ID != did {
		fmt.Fprintln(p.stderr, p.l.T("cli.issuer.other", "number", d.Number, "issuer", said.Issuer.ID, "did", did))
	}
	return nil
}

func (p *program) diplomaListCommand() *cobra.Command {
	var asJSON bool
	var top int
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.diploma.list.short"), Long: p.l.T("cli.diploma.list.long"),
		Example: "  filiere diploma list --top 20", Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			list, total, err := s.Diplomas(ctx, max(top, 0), 0)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, append([]registrar.Diploma{}, list...))
			}
			if total == 0 {
				fmt.Fprintln(p.stderr, p.l.T("cli.diploma.none"))
				return nil
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.diploma.header"))
			for _, d := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Number, d.IssuedAt.Format(time.DateOnly), p.l.T("diploma.state."+string(d.State)), d.Name, shorten(d.Title, 44), d.ID)
			}
			return w.Flush()
		}),
	}
	c.Flags().IntVar(&top, "top", 0, p.l.T("cli.radar.top"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// findDiploma finds a diploma by its ID or its number.
func findDiploma(ctx context.Context, s *store.Store, named string) (registrar.Diploma, error) {
	d, err := s.DiplomaNumbered(ctx, named)
	if err == nil {
		return s.Diploma(ctx, d.ID)
	}
	if fault.CodeOf(err) != fault.NotFound {
		return d, err
	}
	return s.Diploma(ctx, registrar.DiplomaID(named))
}

func (p *program) diplomaShowCommand() *cobra.Command {
	var asJSON, credential bool
	c := &cobra.Command{
		Use: "show NUMBER", Short: p.l.T("cli.diploma.show.short"), Long: p.l.T("cli.diploma.show.long"),
		Example: "  filiere diploma show FIL-2026-000001\n  filiere diploma show FIL-2026-000001 --credential > diploma.json", Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, a []string) error {
			d, err := findDiploma(ctx, s, a[0])
			switch {
			case err != nil:
				return err
			case credential:
				_, err := p.stdout.Write(d.Credential)
				return err
			case asJSON:
				return writeJSON(p.stdout, d)
			}
			p.say("cli.diploma.shown", "number", d.Number, "title", d.Title, "name", d.Name, "date", d.IssuedAt.Format(time.DateOnly),
				"state", p.l.T("diploma.state."+string(d.State)), "id", string(d.ID))
			if d.State == registrar.Revoked {
				p.say("cli.diploma.shown.revoked", "date", d.RevokedAt.Format(time.DateOnly), "reason", p.l.T("diploma.reason."+string(d.Reason)), "note", d.Note)
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().BoolVar(&credential, "credential", false, p.l.T("cli.diploma.show.credential"))
	return c
}

func (p *program) diplomaIssueCommand() *cobra.Command {
	var public string
	c := &cobra.Command{
		Use: "issue", Short: p.l.T("cli.diploma.issue.short"), Long: p.l.T("cli.diploma.issue.long"),
		Example: "  filiere diploma issue --public-url https://filiere.example.org", Args: args(0, 0),
		RunE: p.inOffice(&public, func(ctx context.Context, o *registrar.Office, s *store.Store, _ []string) error {
			if !p.addressGiven(public) { // what is signed names its issuer for ever
				return usageError{errors.New(p.l.T("cli.diploma.issue.noaddress", "did", o.School().DID()))}
			}
			if err := p.warnOfOtherIssuer(ctx, o, s); err != nil {
				return err
			}
			n, err := o.IssueDue(ctx, people.ByCLI)
			p.say("cli.diploma.issued", "n", n)
			return err
		}),
	}
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.user.publicurl"))
	return c
}

func (p *program) diplomaRevokeCommand() *cobra.Command {
	var reason, note string
	c := &cobra.Command{
		Use: "revoke NUMBER", Short: p.l.T("cli.diploma.revoke.short"), Long: p.l.T("cli.diploma.revoke.long"),
		Example: "  filiere diploma revoke FIL-2026-000001 --reason error --note 'The name was misspelt'", Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, a []string) error {
			if reason == "" || note == "" {
				return usageError{errors.New(p.l.T("cli.diploma.revoke.why"))}
			}
			d, err := findDiploma(ctx, s, a[0])
			if err != nil {
				return err
			}
			if err := s.RevokeDiploma(ctx, people.ByCLI, d.ID, registrar.Reason(reason), note); err != nil {
				return err
			}
			p.say("cli.diploma.revoked", "number", d.Number)
			return nil
		}),
	}
	c.Flags().StringVar(&reason, "reason", "", p.l.T("cli.diploma.revoke.reason"))
	c.Flags().StringVar(&note, "note", "", p.l.T("cli.diploma.revoke.note"))
	_ = c.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions([]string{"error", "fraud", "annulled", "replaced"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// issuerCommand groups what an operator does with the school's key.
func (p *program) issuerCommand() *cobra.Command {
	c := p.group("issuer", "cli.issuer.short", "cli.issuer.long")
	c.AddCommand(p.issuerShowCommand(), p.issuerRotateCommand())
	return c
}

// issuerView is the school's name and keys, for programs.
type issuerView struct {
	DID  string          `json:"did"`
	File string          `json:"key_file"`
	Keys []registrar.Key `json:"keys"`
}

func (p *program) issuerShowCommand() *cobra.Command {
	var public string
	var asJSON bool
	c := &cobra.Command{
		Use: "show", Short: p.l.T("cli.issuer.show.short"), Long: p.l.T("cli.issuer.show.long"), Example: "  filiere issuer show --public-url https://filiere.example.org --json", Args: args(0, 0),
		RunE: p.inOffice(&public, func(ctx context.Context, o *registrar.Office, s *store.Store, _ []string) error {
			if !p.addressGiven(public) {
				fmt.Fprintln(p.stderr, p.l.T("cli.issuer.noaddress", "did", o.School().DID()))
			}
			if err := p.warnOfOtherIssuer(ctx, o, s); err != nil {
				return err
			}
			keys, err := o.Keys(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, issuerView{o.School().DID(), o.File().Path, append([]registrar.Key{}, keys...)})
			}
			p.say("cli.issuer.shown", "did", o.School().DID(), "file", o.File().Path)
			for _, k := range keys {
				key := "cli.issuer.active"
				if !k.RetiredAt.IsZero() {
					key = "cli.issuer.retired"
				}
				p.say(key, "key", k.Public, "date", k.CreatedAt.Format(time.DateOnly), "end", k.RetiredAt.Format(time.DateOnly))
			}
			return nil
		}),
	}
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.user.publicurl"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) issuerRotateCommand() *cobra.Command {
	var public string
	c := &cobra.Command{
		Use: "rotate", Short: p.l.T("cli.issuer.rotate.short"), Long: p.l.T("cli.issuer.rotate.long"), Example: "  filiere issuer rotate", Args: args(0, 0),
		RunE: p.inOffice(&public, func(ctx context.Context, o *registrar.Office, _ *store.Store, _ []string) error {
			k, err := o.Rotate(ctx, people.ByCLI)
			if err != nil {
				return err
			}
			p.say("cli.issuer.rotated", "key", k.Public)
			return nil
		}),
	}
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.user.publicurl"))
	return c
}
