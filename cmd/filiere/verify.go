package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	outside "filiere/internal/fetch"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
	"filiere/internal/store"
)

// errNotValid ends a verification that found a credential not valid; the report has said why.
var errNotValid = &fault.Fault{Code: fault.Conflict, Reason: "this credential is not valid, or could not be verified"}

// verifyFlags are how a credential is to be verified.
type verifyFlags struct {
	public, did, status string
	asJSON              bool
}

func (p *program) verifyCommand() *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use: "verify FILE|URL", Short: p.l.T("cli.verify.short"), Long: p.l.T("cli.verify.long"),
		Example: "  filiere verify diploma.json\n  filiere verify https://filiere.example.org/diplomas/0197…/credential.json --json\n" +
			"  filiere verify diploma.json --did did.json --status status.json",
		Args: args(1, 1),
		RunE: func(c *cobra.Command, a []string) error {
			found, err := p.verify(c.Context(), f, a[0])
			if err != nil {
				return err
			}
			return p.tellFinding(found, f.asJSON)
		},
	}
	c.Flags().StringVar(&f.public, "public-url", "", p.l.T("cli.user.publicurl"))
	c.Flags().StringVar(&f.did, "did", "", p.l.T("cli.verify.did"))
	c.Flags().StringVar(&f.status, "status", "", p.l.T("cli.verify.status"))
	c.Flags().BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// verify reads a credential and verifies it: with the files given and nothing else, or with the register
// when there is one here, or with what the issuer publishes.
func (p *program) verify(ctx context.Context, f verifyFlags, from string) (registrar.Finding, error) {
	away := outside.New(true)
	var text []byte
	var err error
	isURL := strings.HasPrefix(from, "https://") || strings.HasPrefix(from, "http://")
	if !isURL {
		if text, err = readSmall(from); err != nil {
			return registrar.Finding{}, err
		}
	}
	if f.did != "" || f.status != "" {
		if isURL {
			return registrar.Finding{}, usageError{errors.New(p.l.T("cli.verify.offline"))}
		}
		v := vc.Verifier{Fetch: f.files, Now: p.now}
		return registrar.Finding{Report: v.Verify(ctx, text)}, nil
	}
	var found registrar.Finding
	here, err := p.hasDatabase()
	if err != nil {
		return found, err
	}
	if !here {
		if isURL {
			if text, err = away.Fetch(ctx, from, vc.MaxCredential); err != nil {
				return found, err
			}
		}
		return registrar.Finding{Report: vc.Verifier{Fetch: away.Fetch, Now: p.now}.Verify(ctx, text)}, nil
	}
	return found, p.withStore(ctx, func(s *store.Store) error {
		site, err := p.publicAddress(f.public)
		if err != nil {
			return err
		}
		o, err := p.office(s, site, true)
		if err != nil {
			return err
		}
		if !isURL {
			found = o.Verify(ctx, text)
			return nil
		}
		found, _, err = o.VerifyAt(ctx, from)
		return err
	})
}

// hasDatabase reports whether there is a register here: verifying a stranger's file must not make one.
func (p *program) hasDatabase() (bool, error) {
	dsn, err := p.database()
	if err != nil || onServer(dsn) {
		return err == nil, err
	}
	_, err = os.Stat(dsn)
	return err == nil, nil
}

// readSmall reads a file of at most the size of a credential.
func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &fault.Fault{Code: fault.NotFound, Op: "verify", File: path, Reason: "cannot be read", Err: err}
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, vc.MaxStatusList+1))
}

// files answers for the network with the files that were given.
func (f verifyFlags) files(_ context.Context, address string, _ int) ([]byte, error) {
	path := f.status
	if strings.HasSuffix(address, "/did.json") {
		path = f.did
	}
	if path == "" {
		return nil, fault.New(fault.Unavailable, "fetch", "nothing is fetched here")
	}
	return readSmall(path)
}

// tellFinding writes a report. It returns errNotValid unless the credential is valid.
func (p *program) tellFinding(found registrar.Finding, asJSON bool) error {
	if asJSON {
		if err := writeJSON(p.stdout, found); err != nil {
			return err
		}
	} else {
		p.say("verify.verdict." + string(found.Verdict))
		if found.Verdict == vc.Valid {
			p.say("cli.verify.says", "title", found.Claims.Title, "name", found.Claims.Holder, "issuer", found.Claims.Issuer)
		}
		w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
		for _, c := range found.Checks {
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.l.T("verify.check."+c.Name), p.l.T("verify.outcome."+string(c.Outcome)), p.l.T("verify.reason."+c.Name+"."+c.Reason))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if found.Verdict != vc.Valid {
		return errNotValid
	}
	return nil
}
