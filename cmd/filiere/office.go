package main

import (
	"cmp"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	outside "filiere/internal/fetch"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/store"
)

// The variables of the registrar's office.
const (
	keyVariable    = "FILIERE_ISSUER_KEY" // the file of the school's private key
	schoolVariable = "FILIERE_SCHOOL"     // the school's name, as diplomas have it
)

// keyFile is where the school's private key lies: FILIERE_ISSUER_KEY, or issuer.key beside the database when
// that is a file, or in the user's data folder.
func (p *program) keyFile() (registrar.KeyFile, error) {
	if path := p.getenvOr(keyVariable); path != "" {
		return registrar.KeyFile{Path: path}, nil
	}
	dsn, err := p.database()
	if err != nil {
		return registrar.KeyFile{}, err
	}
	if onServer(dsn) {
		aside := *p
		aside.db, aside.getenv = "", func(name string) string {
			if name == "FILIERE_DB" {
				return ""
			}
			return p.getenvOr(name)
		}
		if dsn, err = aside.database(); err != nil {
			return registrar.KeyFile{}, err
		}
	}
	return registrar.KeyFile{Path: filepath.Join(filepath.Dir(dsn), "issuer.key")}, nil
}

// onServer tells a database server from a file.
func onServer(dsn string) bool { return strings.Contains(dsn, "://") }

// office is the registrar's office of the site at an address. local lets it fetch from this machine too.
func (p *program) office(s *store.Store, site access.Site, local bool) (*registrar.Office, error) {
	file, err := p.keyFile()
	if err != nil {
		return nil, err
	}
	school := registrar.School{Name: cmp.Or(p.getenvOr(schoolVariable), "Filière"), Site: site.Origin(), Guessed: p.guessed}
	return registrar.NewOffice(s, school, file, p.now, outside.New(local).Fetch), nil
}

// issueEvery is how often the program looks for decisions without a diploma: those signed through this
// process have theirs at once, those signed elsewhere soon.
const issueEvery = time.Minute

// issueDiplomas issues what is due at every tick, until the context ends. What fails is logged: it is tried
// again.
func issueDiplomas(ctx context.Context, o *registrar.Office, tick <-chan time.Time, log *slog.Logger) {
	for {
		if _, err := o.IssueDue(ctx, people.BySystem); err != nil && ctx.Err() == nil {
			log.Error("issue diplomas", "err", err)
		}
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
	}
}

// court is the store for the rooms in which juries sign: with the last signature diplomas are issued.
type court struct {
	*store.Store
	office *registrar.Office
	log    *slog.Logger
}

// SignMinutes signs as the store does; with the last signature diplomas are issued. That one cannot be issued
// takes nothing from the signature: it is logged, and tried again later.
func (c court) SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error {
	if err := c.Store.SignMinutes(ctx, by, id, hash); err != nil {
		return err
	}
	if j, err := c.Jury(ctx, id); err == nil && j.State != campus.JurySigned {
		return nil
	}
	if _, err := c.office.IssueDue(ctx, people.BySystem); err != nil {
		c.log.ErrorContext(ctx, "issue diplomas", "err", err)
	}
	return nil
}
