package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Store is what the gate asks of the accounts.
type Store interface {
	// SessionBySecret and TokenBySecret find who holds a secret; NotFound when it opens nothing (any more).
	SessionBySecret(ctx context.Context, secret, address string) (people.Session, people.Account, error)
	TokenBySecret(ctx context.Context, secret string) (people.Token, people.Account, error)
	OpenSession(ctx context.Context, id people.AccountID, means, userAgent, address string) (secret string, s people.Session, err error)
	CloseSession(ctx context.Context, by people.Actor, id people.AccountID, session string) error
}

// Config is what the gate needs.
type Config struct {
	Store     Store            // nil: there are no accounts, everybody is a visitor
	PublicURL string           // how people reach the site: https://filiere.example.org
	Proxies   []netip.Prefix   // whose X-Forwarded-For is believed
	Now       func() time.Time // nil is the wall clock
	Log       *slog.Logger     // nil is slog.Default()
}

// Gate lets requests through, or not. It is safe for concurrent use.
type Gate struct {
	store   Store
	site    Site
	proxies []netip.Prefix
	now     func() time.Time
	log     *slog.Logger
}

// New makes a gate. It returns an Invalid fault when the public address cannot be one.
func New(c Config) (*Gate, error) {
	site, err := ParseSite(c.PublicURL)
	if err != nil {
		return nil, err
	}
	g := &Gate{store: c.Store, site: site, proxies: c.Proxies, now: c.Now, log: c.Log}
	if g.now == nil {
		g.now = time.Now
	}
	if g.log == nil {
		g.log = slog.Default()
	}
	return g, nil
}

// Site is the address people reach the program by.
func (g *Gate) Site() Site { return g.site }

// errToken is the answer to a token that opens nothing: unknown, revoked and expired look the same.
var errToken = &fault.Fault{
	Code: fault.Forbidden, Op: "read token", Reason: "this token does not open anything (any more)",
	Hint: "make a new one on your account's page",
}

// identify finds out who asks. A cookie that opens nothing makes a visitor; a token that opens nothing is
// an error, since the program that sent it would take the answer for that of its account. cookies is
// false where the browser may have been made to send its cookie.
func (g *Gate) identify(r *http.Request, cookies bool) (Caller, error) {
	if g.store == nil {
		return Caller{}, nil
	}
	if secret, sent := bearer(r); sent {
		return g.byToken(r.Context(), secret)
	}
	secret, ok := g.sessionSecret(r)
	if !ok || !cookies {
		return Caller{}, nil
	}
	session, account, err := g.store.SessionBySecret(r.Context(), secret, g.Address(r))
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return Caller{}, nil
	}
	if err != nil {
		return Caller{}, err
	}
	return Caller{
		Identity: people.Identity{Account: account.ID, Grants: account.Grants},
		Account:  account, Session: session,
	}, nil
}

func (g *Gate) byToken(ctx context.Context, secret string) (Caller, error) {
	if !wellFormed(secret) {
		return Caller{}, errToken
	}
	token, account, err := g.store.TokenBySecret(ctx, secret)
	if err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			return Caller{}, errToken
		}
		return Caller{}, err
	}
	scopes := token.Scopes
	if scopes == nil {
		scopes = []people.Action{} // nil would mean a person with all their rights
	}
	return Caller{
		Identity: people.Identity{Account: account.ID, Grants: account.Grants, Scopes: scopes},
		Account:  account, Token: token,
	}, nil
}

// SignIn opens a session for an account and gives the cookie that carries it. The session the browser
// had before is closed, whoever's it was: a cookie known before a sign-in is worth nothing after it.
func (g *Gate) SignIn(r *http.Request, id people.AccountID, means string) (*http.Cookie, error) {
	if err := g.closeOld(r); err != nil {
		return nil, err
	}
	secret, _, err := g.store.OpenSession(r.Context(), id, means, userAgent(r), g.Address(r))
	if err != nil {
		return nil, err
	}
	return g.Cookie(sessionCookie, secret, people.SessionLifetime), nil
}

// SignOut closes the browser's session and gives the cookie that takes the old one away.
func (g *Gate) SignOut(r *http.Request) (*http.Cookie, error) {
	return g.Cookie(sessionCookie, "", -1), g.closeOld(r)
}

func (g *Gate) closeOld(r *http.Request) error {
	secret, ok := g.sessionSecret(r)
	if !ok {
		return nil
	}
	session, account, err := g.store.SessionBySecret(r.Context(), secret, g.Address(r))
	if err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	err = g.store.CloseSession(r.Context(), people.By(account.ID), account.ID, session.ID)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return err
	}
	return nil
}

// longestUserAgent is how much of a browser's name is kept: enough for its owner to recognise it.
const longestUserAgent = 200

func userAgent(r *http.Request) string {
	ua := []rune(r.UserAgent())
	return string(ua[:min(len(ua), longestUserAgent)])
}

// refusalOf sorts what went wrong while finding out who asks.
func refusalOf(err error) Refusal {
	if errors.Is(err, errToken) {
		return Refusal{Why: BadToken, Err: err}
	}
	return Refusal{Why: Failed, Err: err}
}
