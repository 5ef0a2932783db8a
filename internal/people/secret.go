package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"filiere/internal/fault"
)

// secretBytes is the entropy of every secret we hand out: 256 bits, beyond guessing.
const secretBytes = 32

// NewSecret makes a secret a person or a program carries, and the hash we keep of it.
func NewSecret(random io.Reader) (secret, hash string, err error) {
	b := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", "", err
	}
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, HashSecret(secret), nil
}

// Random is the source of secrets.
var Random io.Reader = rand.Reader

// HashSecret is what is stored of a secret and looked up by.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// How long things last. Sessions end as ASVS 4.0.3 wants at level 2 (3.3.2), links by e-mail as it wants
// of every secret that goes another way than the browser (2.7.2).
const (
	SessionIdle     = 30 * time.Minute // since it was last used: a school's machines are shared
	SessionLifetime = 12 * time.Hour   // since it was opened, used or not: one sign-in a day
	SignInLinkLife  = 10 * time.Minute
	InviteLinkLife  = 7 * 24 * time.Hour
	RecoveryLife    = 10 * time.Minute
	BootstrapLife   = 24 * time.Hour
	FreshSignIn     = 10 * time.Minute // how recent a sign-in must be to change credentials or erase
	TokenLifetime   = 365 * 24 * time.Hour
)

// How long what is over is still kept, for its owner to look back at, before it is swept.
const (
	KeepTokens        = 30 * 24 * time.Hour  // after they ended
	KeepLinks         = 24 * time.Hour       // after they ended
	KeepMails         = 30 * 24 * time.Hour  // after they were written, unless they still wait
	KeepNotifications = 365 * 24 * time.Hour // after they were made
)

// Session is a signed-in browser. Its ID is the hash of the cookie's secret.
type Session struct {
	ID        string
	Account   AccountID
	Means     string // how they signed in: "passkey", "link", "password", "oidc"
	OpenedAt  time.Time
	SeenAt    time.Time
	UserAgent string
	Address   string // network address it was last used from, for its owner to recognise
}

// Live reports whether a session still stands at a time.
func (s Session) Live(now time.Time) bool {
	return now.Sub(s.SeenAt) < SessionIdle && now.Sub(s.OpenedAt) < SessionLifetime
}

// Fresh reports whether the person proved who they are just now.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.OpenedAt) < FreshSignIn }

// Token lets a program act for an account.
type Token struct {
	ID        string // hash of the secret
	Account   AccountID
	Name      string
	Scopes    []Action
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: never
}

// Check completes a token about to be made. It returns an Invalid fault for a name that is none, for no
// scope or one that is no action, and for a life that is over or longer than TokenLifetime.
func (t Token) Check(now time.Time) (Token, error) {
	var err error
	if t.Name, err = CheckName(t.Name); err != nil {
		return t, err
	}
	if t.ExpiresAt.IsZero() {
		t.ExpiresAt = now.Add(TokenLifetime)
	}
	if !now.Before(t.ExpiresAt) || t.ExpiresAt.After(now.Add(TokenLifetime)) {
		return t, invalidField("expires_at", "a token lasts at most a year from now")
	}
	if len(t.Scopes) == 0 {
		return t, invalidField("scopes", "a token needs at least one scope")
	}
	known := Actions()
	for _, scope := range t.Scopes {
		if !slices.Contains(known, scope) {
			return t, invalidField("scopes", "no action is called %q", scope)
		}
	}
	return t, nil
}

// Live reports whether a token still stands at a time.
func (t Token) Live(now time.Time) bool { return now.Before(t.ExpiresAt) }

// OIDCIdentity is an account at an OpenID Connect provider that signs in as an account here.
type OIDCIdentity struct {
	Issuer    string
	Subject   string
	Account   AccountID
	CreatedAt time.Time
}

// SeenEvery is how often a session or token in use notes that it is: not at every request, since that
// would make every request a write.
const SeenEvery = time.Minute

// Purpose is what a link opens.
type Purpose string

// The purposes of links.
const (
	LinkSignIn    Purpose = "sign-in"
	LinkInvite    Purpose = "invite"
	LinkRecovery  Purpose = "recovery"
	LinkBootstrap Purpose = "bootstrap" // the first administrator, printed on the terminal
)

// Link is a one-time secret. Its ID is the hash of the secret.
type Link struct {
	ID        string
	Purpose   Purpose
	Account   AccountID // whom it signs in; "" for a bootstrap link
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: not yet
}

// Life is how long links of a purpose last.
func (p Purpose) Life() time.Duration {
	switch p {
	case LinkInvite:
		return InviteLinkLife
	case LinkRecovery:
		return RecoveryLife
	case LinkBootstrap:
		return BootstrapLife
	}
	return SignInLinkLife
}

// ErrLink is the one answer to a link that does not open: unknown, used, expired and meant for something
// else look the same from outside.
var ErrLink = &fault.Fault{
	Code: fault.Forbidden, Op: "open link", Reason: "this link does not open any more",
	Hint: "ask for a new one: a link works once and for a short time",
}

// Usable checks a link at a time. It returns ErrLink when it does not open.
func (l Link) Usable(purpose Purpose, now time.Time) error {
	if l.Purpose != purpose || !l.UsedAt.IsZero() || !now.Before(l.ExpiresAt) {
		return ErrLink
	}
	return nil
}

// Passkey is a WebAuthn credential of an account. Data is the library's own record of it, as JSON.
type Passkey struct {
	ID        string // base64url credential ID
	Account   AccountID
	Name      string
	Data      []byte
	CreatedAt time.Time
	UsedAt    time.Time
}
