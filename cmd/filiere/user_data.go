package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

func (p *program) userExportCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:     "export EMAIL",
		Short:   p.l.T("cli.user.export.short"),
		Long:    p.l.T("cli.user.export.long"),
		Example: "  filiere user export awa@example.org --out awa.zip",
		Args:    args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			if out == "" {
				return usageError{errors.New(p.l.T("cli.user.export.noout"))}
			}
			a, err := s.AccountByEmail(ctx, named[0])
			if err != nil {
				return err
			}
			if err := p.exportUser(ctx, s, a, out); err != nil {
				return err
			}
			p.say("cli.user.exported", "email", a.Email, "file", out)
			return nil
		}),
	}
	c.Flags().StringVar(&out, "out", "", p.l.T("cli.user.export.out"))
	return c
}

// exportUser writes the zip in the person's language, for nobody but the user who runs the program to
// read. It does not write over a file that is there, and leaves none when it fails.
func (p *program) exportUser(ctx context.Context, s *store.Store, a people.Account, out string) (err error) {
	d, err := s.PersonalData(ctx, a.ID)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &fault.Fault{Code: fault.Invalid, Op: "export", File: out, Reason: "cannot be written", Err: err}
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(out))
		}
	}()
	if err := p.archive(f, d, a.Lang); err != nil {
		return err
	}
	return s.AppendAudit(ctx, people.Event{
		Actor: people.ByCLI, Action: people.DidExport, Object: people.Ref{Kind: people.KindAccount, ID: string(a.ID)},
	})
}

// archive writes what is held on a person as one zip, its page in a language.
func (p *program) archive(w io.Writer, d people.PersonalData, lang string) error {
	known, _ := locale.Parse(lang)
	return d.WriteZip(w, string(known), p.bundle[known].T)
}

func (p *program) userEraseCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "erase EMAIL",
		Short: p.l.T("cli.user.erase.short"),
		Long:  p.l.T("cli.user.erase.long"),
		Args:  args(1, 1),
	}
	c.RunE = p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
		a, err := s.AccountByEmail(ctx, named[0])
		if err != nil {
			return err
		}
		if !yes {
			if err := p.confirmErasure(c.InOrStdin(), a); err != nil {
				return err
			}
		}
		kept, err := s.EraseAccount(ctx, people.ByCLI, a.ID)
		if err != nil {
			return err
		}
		p.sayKept(a, kept)
		return nil
	})
	c.Flags().BoolVar(&yes, "yes", false, p.l.T("cli.user.erase.yes"))
	return c
}

// confirmErasure has the address typed again: nobody does that by accident.
func (p *program) confirmErasure(in io.Reader, a people.Account) error {
	fmt.Fprint(p.stderr, p.l.T("cli.user.erase.ask", "email", a.Email)+" ")
	typed := bufio.NewScanner(in)
	typed.Scan()
	if email, err := people.FoldEmail(typed.Text()); err != nil || email != a.Email {
		return usageError{errors.New(p.l.T("cli.user.erase.no"))}
	}
	return nil
}

// sayKept says what erasure leaves, and why.
func (p *program) sayKept(a people.Account, kept []people.Kept) {
	p.say("cli.user.erased", "email", a.Email, "id", string(a.ID))
	for _, k := range kept {
		p.say("cli.user.kept", "count", int(k.Count), "what", p.l.T("personal.kept."+k.What), "why", p.l.T("personal.why."+k.Why))
	}
}
